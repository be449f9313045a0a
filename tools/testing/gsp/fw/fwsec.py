# SPDX-License-Identifier: GPL-2.0-only
"""FWSEC: the ucode in the VBIOS that sets up WPR2, with its descriptor.

    descriptor, signatures (V3 only), code for IMEM, data for DMEM

The data of V2 has its one signature in it.

The data holds the application interface: a list of structures by id, among them
the DMEMMAPPER, into which the driver writes which command to run.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import sign
from .layout import Table, align, pad

DESC_V2 = Table(
    "FalconUCodeDescV2",
    ("hdr", "u32"),  # [0] valid, [15:8] version, [31:16] size of descriptor and signatures
    ("stored_size", "u32"),
    ("uncompressed_size", "u32"),
    ("virtual_entry", "u32"),
    ("interface_offset", "u32"),
    ("imem_phys_base", "u32"),
    ("imem_load_size", "u32"),
    ("imem_virt_base", "u32"),
    ("imem_sec_base", "u32"),
    ("imem_sec_size", "u32"),
    ("dmem_offset", "u32"),
    ("dmem_phys_base", "u32"),
    ("dmem_load_size", "u32"),
    ("alt_imem_load_size", "u32"),
    ("alt_dmem_load_size", "u32"),
)

DESC_V3 = Table(
    "FalconUCodeDescV3",
    ("hdr", "u32"),
    ("stored_size", "u32"),
    ("pkc_data_offset", "u32"),  # where in DMEM the signature goes
    ("interface_offset", "u32"),
    ("imem_phys_base", "u32"),
    ("imem_load_size", "u32"),
    ("imem_virt_base", "u32"),
    ("dmem_phys_base", "u32"),
    ("dmem_load_size", "u32"),
    ("engine_id_mask", "u16"),
    ("ucode_id", "u8"),
    ("signature_count", "u8"),
    ("signature_versions", "u16"),
    ("reserved", "u16"),
)

APPIF_HDR = Table(
    "application interface header",
    ("version", "u8", 1),
    ("header_size", "u8", 4),
    ("entry_size", "u8", 8),
    ("entry_count", "u8"),
)

APPIF_ENTRY = Table("application interface entry", ("id", "u32"), ("dmem_base", "u32"))
APPIF_DMEMMAPPER = 4

DMEMMAPPER = Table(
    "DMEMMAPPER",
    ("signature", "bytes4", b"DMAP"),
    ("version", "u16", 3),
    ("size", "u16", 64),
    ("cmd_in_buffer_offset", "u32"),
    ("cmd_in_buffer_size", "u32"),
    ("cmd_out_buffer_offset", "u32"),
    ("cmd_out_buffer_size", "u32"),
    ("nvf_img_data_buffer_offset", "u32"),
    ("nvf_img_data_buffer_size", "u32"),
    ("printf_buffer_hdr", "u32"),
    ("ucode_build_time_stamp", "u32"),
    ("ucode_signature", "u32"),
    ("init_cmd", "u32"),  # written by the driver
    ("ucode_feature", "u32"),
    ("ucode_cmd_mask0", "u32"),
    ("ucode_cmd_mask1", "u32"),
    ("multi_tgt_tbl", "u32"),
)

# Where things are in the DMEM of the synthetic ucode.
SIGNATURE_AT = 0x10
V2_SIGNATURE_SIZE = 16
V2_ENTRY_SIZE = 0x100
INTERFACE_AT = 0x200
MAPPER_AT = 0x240
COMMAND_AT = 0x300
COMMAND_SIZE = 0x40


@dataclass
class Fwsec:
    """What can be chosen about the ucode."""

    desc_version: int = 3
    imem_size: int = 0x400
    dmem_size: int = 0x400
    ucode_id: int = 9
    engine_id_mask: int = 0x400  # the GSP's falcon
    signature_versions: int = 0b11  # bit n: there is a signature for fuse version n
    init_cmd: int = 0  # as found in the image; the driver overwrites it
    mapper_signature: bytes = b"DMAP"


def code(f: Fwsec) -> bytes:
    """IMEM image. V2 begins with a page that is not secure."""
    if f.desc_version == 2:
        entry = sign.filler("fwsec entry", V2_ENTRY_SIZE)
        size = f.imem_size - len(entry)
        return entry + sign.ucode(sign.ROLE_FWSEC, "fwsec", size, SIGNATURE_AT)
    return sign.ucode(sign.ROLE_FWSEC, "fwsec", f.imem_size, SIGNATURE_AT)


def data(f: Fwsec) -> bytes:
    """DMEM image, signature slot empty."""
    out = bytearray(sign.filler("fwsec data", f.dmem_size))
    parts = {
        SIGNATURE_AT: bytes(sign.SIGNATURE_SIZE),
        INTERFACE_AT: APPIF_HDR.pack(entry_count=2)
        + APPIF_ENTRY.pack(id=1, dmem_base=0)  # so that readers must search
        + APPIF_ENTRY.pack(id=APPIF_DMEMMAPPER, dmem_base=MAPPER_AT),
        MAPPER_AT: DMEMMAPPER.pack(
            signature=f.mapper_signature,
            cmd_in_buffer_offset=COMMAND_AT,
            cmd_in_buffer_size=COMMAND_SIZE,
            init_cmd=f.init_cmd,
        ),
        COMMAND_AT: bytes(COMMAND_SIZE),
    }
    for at, part in parts.items():
        out[at : at + len(part)] = part
    return bytes(out)


def _clean(f: Fwsec) -> bytes:
    """DMEM image without what a signature does not cover."""
    init_cmd_at = MAPPER_AT + DMEMMAPPER.offsets["init_cmd"]
    return sign.blank(
        data(f), (SIGNATURE_AT, sign.SIGNATURE_SIZE), (init_cmd_at, 4), (COMMAND_AT, COMMAND_SIZE)
    )


def signed_data(f: Fwsec) -> bytes:
    """DMEM image of V2, signed."""
    secure = code(f)[V2_ENTRY_SIZE:]
    signature = sign.ucode_signature(sign.ROLE_FWSEC, 0, secure, _clean(f))
    out = bytearray(data(f))
    out[SIGNATURE_AT : SIGNATURE_AT + V2_SIGNATURE_SIZE] = signature[:V2_SIGNATURE_SIZE]
    return bytes(out)


def signatures(f: Fwsec) -> list[bytes]:
    """One for each fuse version that the mask names, lowest first."""
    clean = _clean(f)
    return [
        sign.ucode_signature(sign.ROLE_FWSEC, version, code(f), clean)
        for version in range(16)
        if f.signature_versions >> version & 1
    ]


def _hdr(version: int, size: int) -> int:
    return size << 16 | version << 8 | 1


def _desc_v3(f: Fwsec, count: int) -> bytes:
    return DESC_V3.pack(
        hdr=_hdr(3, DESC_V3.size + count * sign.SIGNATURE_SIZE),
        stored_size=f.imem_size + f.dmem_size,
        pkc_data_offset=SIGNATURE_AT,
        interface_offset=INTERFACE_AT,
        imem_load_size=f.imem_size,
        dmem_load_size=f.dmem_size,
        engine_id_mask=f.engine_id_mask,
        ucode_id=f.ucode_id,
        signature_count=count,
        signature_versions=f.signature_versions,
    )


def _desc_v2(f: Fwsec) -> bytes:
    return DESC_V2.pack(
        hdr=_hdr(2, DESC_V2.size),
        stored_size=f.imem_size + f.dmem_size,
        uncompressed_size=f.imem_size + f.dmem_size,
        interface_offset=INTERFACE_AT,
        imem_load_size=f.imem_size,
        imem_sec_base=V2_ENTRY_SIZE,
        imem_sec_size=f.imem_size - V2_ENTRY_SIZE,
        dmem_offset=f.imem_size,
        dmem_load_size=f.dmem_size,
    )


def build(f: Fwsec) -> bytes:
    """Descriptor, signatures, code and data, padded to whole dwords."""
    if f.imem_size != align(f.imem_size, 0x100) or f.dmem_size != align(f.dmem_size, 0x100):
        raise ValueError("falcon memory is loaded in units of 256 bytes")
    if f.desc_version == 2:
        return _desc_v2(f) + code(f) + signed_data(f)
    parts = signatures(f)
    return pad(_desc_v3(f, len(parts)) + b"".join(parts) + code(f) + data(f), 4)
