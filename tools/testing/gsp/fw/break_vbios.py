# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of a VBIOS ROM: name: (what it is, how it is done).

All but the checksum break keep the PC-AT image's checksum right, so that only
the fault that the name tells is there to be found.
"""

from __future__ import annotations

from collections.abc import Callable

from . import fwsec, vbios
from .layout import View, u32

Spoil = Callable[[bytearray], bytes | None]


def _first(change: Callable[[bytearray, int], None]) -> Spoil:
    """Change something in the PC-AT image, whose base is handed in."""

    def spoil(data: bytearray) -> None:
        base = vbios.chain_start(data)
        end = base + vbios.PCIR.at(data, base + vbios.PCIR_AT)["image_length"] * 0x200
        change(data, base)
        first = bytearray(data[base:end])
        vbios.fix_checksum(first)
        data[base:end] = first

    return spoil


def _image(index: int, **fields: int | bytes) -> Spoil:
    """Change PCIR and NPDE of one image; index -1 is the last."""

    def change(data: bytearray, _base: int) -> None:
        base, pcir = vbios.images(data)[index]
        npde = vbios.NPDE.at(data, base + vbios.NPDE_AT)
        for field, value in fields.items():
            pcir[field] = value
            if field in vbios.NPDE.offsets and field != "signature":
                npde[field] = value

    return _first(change)


def _poke(at: int, value: bytes) -> Spoil:
    def change(data: bytearray, base: int) -> None:
        data[base + at : base + at + len(value)] = value

    return _first(change)


def _token(ident: str, **fields: int) -> Spoil:
    def change(data: bytearray, base: int) -> None:
        token = vbios.bit_token(data, ident)
        for field, value in fields.items():
            token[field] = value

    return _first(change)


def _pointer(value: int) -> Spoil:
    """Where the PC-AT image says that the ucode table is."""

    def change(data: bytearray, base: int) -> None:
        at = vbios.falcon_pointer_at(data)
        data[at : at + 4] = u32(value)

    return _first(change)


def _view(find: Callable[[bytearray], View], **fields: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        view = find(data)
        for field, value in fields.items():
            view[field] = value

    return spoil


def _hdr(shift: int, mask: int, value: int) -> Spoil:
    """Change one field of the descriptor's first word."""

    def spoil(data: bytearray) -> None:
        desc = vbios.fwsec_desc(data)
        desc["hdr"] = desc["hdr"] & ~(mask << shift) | value << shift

    return spoil


def _interface(**fields: int) -> Spoil:
    return _view(vbios.interface, **fields)


def _mapper_entry(**fields: int) -> Spoil:
    return _view(lambda data: vbios.interface_entry(data, fwsec.APPIF_DMEMMAPPER), **fields)


def _zero_signatures(data: bytearray) -> None:
    desc = vbios.fwsec_desc(data)
    start, end = desc.base + fwsec.DESC_V3.size, desc.base + (desc["hdr"] >> 16)
    if desc.table is fwsec.DESC_V2:
        start = vbios.fwsec_data(data) + fwsec.SIGNATURE_AT
        end = start + fwsec.V2_SIGNATURE_SIZE
    data[start:end] = bytes(end - start)


def _no_bit(data: bytearray, base: int) -> None:
    at = data.index(b"\xff\xb8BIT\0", base)
    data[at] = 0


def _checksum(data: bytearray) -> None:
    data[vbios.chain_start(data) + 0x30] ^= 1


_desc, _entry, _table = vbios.fwsec_desc, vbios.fwsec_entry, vbios.ucode_table

BREAKS: dict[str, tuple[str, Spoil]] = {
    "rom-signature": ("first image does not begin with 55 AA", _poke(0, b"\x55\xab")),
    "rom-checksum": ("PC-AT image with a wrong checksum", _checksum),
    "pcir-signature": ("last image's PCIR has another signature", _image(-1, signature=b"PCIX")),
    "pcir-outside": ("PCIR of the first image outside it", _poke(0x18, b"\xf0\xff")),
    "chain-loop": ("image of length 0: the chain never moves on", _image(0, image_length=0)),
    "chain-no-last": ("no image is the last one", _image(-1, last=0)),
    "chain-long": ("image longer than the ROM", _image(0, image_length=0xFFFF)),
    "chain-first-last": ("first image claims to be the last", _image(0, last=0x80)),
    "no-pc-at": ("no image of type PC-AT", _image(0, code_type=vbios.EFI)),
    "no-fwsec-image": ("no image of type 0xE0", _image(-1, code_type=vbios.EFI)),
    "no-bit": ("no BIT in the PC-AT image", _first(_no_bit)),
    "bit-no-token": ("BIT without token 'p'", _token("p", id=ord("P"))),
    "bit-token-short": ("token 'p' of 2 bytes", _token("p", size=2)),
    "bit-token-outside": ("token 'p' points outside the image", _token("p", offset=0xFFF0)),
    "bit-token-version": ("token 'p' of version 1", _token("p", version=1)),
    "table-pointer-low": ("ucode table inside the PC-AT image", _pointer(0x10)),
    "table-pointer-end": ("ucode table past the end", _pointer(1 << 24)),
    "table-pointer-wrap": ("ucode table near 2^32", _pointer(0xFFFFFFF0)),
    "table-empty": ("ucode table without entries", _view(_table, entry_count=0)),
    "table-overrun": ("ucode table of 255 entries of 255 bytes",
                      _view(_table, entry_count=255, entry_size=255, header_size=255)),
    "table-entry-small": ("ucode table entries of 2 bytes", _view(_table, entry_size=2)),
    "no-fwsec": ("ucode table without FWSEC", _view(_entry, application=vbios.APP_DEBUG)),
    "fwsec-pointer-low": ("FWSEC inside the PC-AT image", _view(_entry, data=0x10)),
    "fwsec-pointer-end": ("FWSEC past the end", _view(_entry, data=1 << 24)),
    "desc-invalid": ("descriptor not marked valid", _hdr(0, 1, 0)),
    "desc-version": ("descriptor version 9", _hdr(8, 0xFF, 9)),
    "desc-size-small": ("descriptor size of 16 bytes", _hdr(16, 0xFFFF, 16)),
    "desc-size-large": ("descriptor size of 65520 bytes", _hdr(16, 0xFFFF, 0xFFF0)),
    "imem-large": ("code larger than the ROM", _view(_desc, imem_load_size=1 << 24)),
    "imem-wrap": ("code size near 2^32", _view(_desc, imem_load_size=0xFFFFFF00)),
    "imem-unaligned": ("code size not a multiple of 256", _view(_desc, imem_load_size=0x3F8)),
    "dmem-large": ("data larger than the ROM", _view(_desc, dmem_load_size=1 << 24)),
    "signature-count-zero": (
        "no signatures", _view(_desc, signature_count=0, signature_versions=0)),
    "signature-versions": (
        "signature for fuse version 12 alone", _view(_desc, signature_versions=1 << 12)),
    "fwsec-signature-zeros": ("all signatures zero", _zero_signatures),
    "signature-slot-outside": (
        "signature slot outside the data", _view(_desc, pkc_data_offset=1 << 20)),
    "ucode-id": ("ucode id 200, there are 16 fuses", _view(_desc, ucode_id=200)),
    "interface-outside": (
        "application interface outside the data", _view(_desc, interface_offset=1 << 20)),
    "interface-empty": ("application interface without entries", _interface(entry_count=0)),
    "interface-overrun": (
        "application interface of 255 entries of 255 bytes",
        _interface(entry_count=255, entry_size=255)),
    "no-mapper": ("application interface without DMEMMAPPER", _mapper_entry(id=5)),
    "mapper-outside": ("DMEMMAPPER outside the data", _mapper_entry(dmem_base=1 << 20)),
    "command-outside": (
        "command buffer outside the data", _view(vbios.mapper, cmd_in_buffer_offset=1 << 20)),
    "command-small": ("command buffer of 16 bytes", _view(vbios.mapper, cmd_in_buffer_size=16)),
}
