# SPDX-License-Identifier: GPL-2.0-only
"""A VBIOS ROM: a chain of PCI option ROM images, with FWSEC at its end.

    [IFR header]            only with Rom.ifr
    PC-AT image             holds the BIT; token 'p' points to the ucode table
    [EFI image]             only with Rom.efi
    type 0xE0 image         ucode table, and FWSEC unless Rom.fwsec_images is 2
    [type 0xE0 image]       FWSEC

Pointers count from the start of the PC-AT image and go on with the first image
of type 0xE0, as if nothing stood between the two.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import fwsec, sign
from .fwsec import Fwsec
from .layout import BadLayout, Table, View, align, pad, u32

ROM_HDR = Table(
    "ROM header",
    ("signature", "u16", 0xAA55),
    ("size", "u8"),
    ("code", "bytes21"),
    ("pcir", "u16"),
)

PCIR = Table(
    "PCIR",
    ("signature", "bytes4", b"PCIR"),
    ("vendor", "u16", 0x10DE),
    ("device", "u16"),
    ("device_list", "u16"),
    ("length", "u16", 24),
    ("revision", "u8", 3),
    ("class_code", "bytes3", b"\x00\x00\x03"),
    ("image_length", "u16"),  # in units of 512 bytes, as the other sizes
    ("vendor_revision", "u16", 1),
    ("code_type", "u8"),
    ("last", "u8"),  # bit 7
    ("max_runtime_length", "u16"),
)

NPDE = Table(
    "NPDE",
    ("signature", "bytes4", b"NPDE"),
    ("revision", "u16", 0x0101),
    ("length", "u16", 11),
    ("image_length", "u16"),
    ("last", "u8"),
    ("flags", "u8"),
)

BIT_HDR = Table(
    "BIT header",
    ("id", "u16", 0xB8FF),
    ("signature", "bytes4", b"BIT\0"),
    ("version", "u16", 0x0100),
    ("header_size", "u8", 12),
    ("token_size", "u8", 6),
    ("token_count", "u8"),
    ("checksum", "u8"),
)

BIT_TOKEN = Table(
    "BIT token", ("id", "u8"), ("version", "u8"), ("size", "u16"), ("offset", "u16")
)

UCODE_HDR = Table(
    "falcon ucode table",
    ("version", "u8", 1),
    ("header_size", "u8", 6),
    ("entry_size", "u8", 6),
    ("entry_count", "u8"),
    ("desc_version", "u8", 3),
    ("desc_size", "u8"),
)

UCODE_ENTRY = Table(
    "falcon ucode entry", ("application", "u8"), ("target", "u8"), ("data", "u32")
)

IFR = Table("IFR header", ("signature", "bytes4", b"NVGI"), ("word1", "u32"), ("word2", "u32"))

PC_AT, EFI, FWSEC_TYPE = 0x00, 0x03, 0xE0
APP_FWSEC, APP_DEBUG = 0x85, 0x45
PCIR_AT, NPDE_AT, BIT_AT = 0x40, 0x60, 0x200
TABLE_AT, UCODE_AT = 0x80, 0x100  # in an image of type 0xE0


@dataclass
class Rom:
    """What can be chosen about the ROM."""

    vendor: int = 0x10DE
    device: int = 0x26B5
    efi: bool = False
    fwsec_images: int = 1
    ifr: int = 0  # version of the IFR header, 0 for none
    fwsec: Fwsec = field(default_factory=Fwsec)


def image(rom: Rom, code_type: int, content: bytes, last: bool) -> bytearray:
    """One image; @content is what it holds from its first byte on, headers blank."""
    out = bytearray(pad(content, 0x200))
    units = len(out) // 0x200
    flag = 0x80 if last else 0
    heads = {
        0: ROM_HDR.pack(size=min(units, 0xFF), pcir=PCIR_AT),
        PCIR_AT: PCIR.pack(
            vendor=rom.vendor,
            device=rom.device,
            image_length=units,
            code_type=code_type,
            last=flag,
            max_runtime_length=units,
        ),
        NPDE_AT: NPDE.pack(image_length=units, last=flag),
    }
    for at, head in heads.items():
        out[at : at + len(head)] = head
    return out


def _pc_at(rom: Rom) -> bytearray:
    version = bytes.fromhex("00010295 00")  # 95.02.01.00.00
    tokens_at = BIT_AT + BIT_HDR.size
    version_at = tokens_at + 2 * BIT_TOKEN.size
    pointer_at = align(version_at + len(version), 4)
    size = 0x800

    bit = BIT_HDR.pack(token_count=2)
    bit += BIT_TOKEN.pack(id=ord("i"), version=2, size=len(version), offset=version_at)
    bit += BIT_TOKEN.pack(id=ord("p"), version=2, size=4, offset=pointer_at)
    bit += version
    content = bytearray(size)
    content[BIT_AT : BIT_AT + len(bit)] = bit
    content[pointer_at : pointer_at + 4] = u32(size + TABLE_AT)
    out = image(rom, PC_AT, bytes(content), last=False)
    fix_checksum(out)
    return out


def fix_checksum(out: bytearray) -> None:
    """Make the bytes of an image sum to 0, in its last byte."""
    out[-1] = (out[-1] - sum(out)) & 0xFF


def _fwsec_images(rom: Rom, pc_at_size: int) -> list[bytearray]:
    ucode = fwsec.build(rom.fwsec)
    split = rom.fwsec_images == 2
    first_size = 0x200 if split else 0
    pointer = pc_at_size + first_size + UCODE_AT
    version = rom.fwsec.desc_version
    table = UCODE_HDR.pack(
        entry_count=2, desc_version=version, desc_size={2: 60, 3: 44}[version]
    )
    # The first entry points to nothing of use: readers must look at the id.
    table += UCODE_ENTRY.pack(application=0x05, target=7, data=pc_at_size)
    table += UCODE_ENTRY.pack(application=APP_FWSEC, target=7, data=pointer)

    first = bytes(TABLE_AT) + table
    if not split:
        return [image(rom, FWSEC_TYPE, first.ljust(UCODE_AT, b"\0") + ucode, last=True)]
    return [
        image(rom, FWSEC_TYPE, first, last=False),
        image(rom, FWSEC_TYPE, bytes(UCODE_AT) + ucode, last=True),
    ]


def ifr_header(version: int) -> bytes:
    """What stands in front of the chain on boards whose PROM shows it."""
    if version in (1, 2):
        fixed = 0x20
        head = IFR.pack(word1=fixed << 16 | version << 8, word2=0x400)
        head = head.ljust(fixed + 4, b"\0") + u32(0x400)
        return head.ljust(0x400, b"\0")
    if version == 3:
        total, status = 0x200, 0x400
        directory = status + 4096
        head = IFR.pack(word1=0x20 << 16 | 3 << 8, word2=total).ljust(total, b"\0")
        head = (head + u32(status)).ljust(directory, b"\0")
        head += b"RFRD" + bytes(4) + u32(directory + 0x200)
        return head.ljust(directory + 0x200, b"\0")
    raise ValueError(f"no IFR header of version {version}")


def build(rom: Rom) -> bytes:
    pc_at = _pc_at(rom)
    chain = [pc_at]
    if rom.efi:
        chain.append(image(rom, EFI, bytes(0x80) + sign.filler("efi", 0x900), last=False))
    chain += _fwsec_images(rom, len(pc_at))
    head = ifr_header(rom.ifr) if rom.ifr else b""
    return head + b"".join(bytes(part) for part in chain)


# Reading, for tests and for breakage.py only.


def images(data: bytes | bytearray) -> list[tuple[int, View]]:
    """(offset, PCIR) of each image of a sound ROM."""
    at, found = chain_start(data), []
    while True:
        pcir = PCIR.at(data, at + ROM_HDR.at(data, at)["pcir"])
        if pcir["signature"] != b"PCIR":
            raise BadLayout(f"no PCIR in the image at {at:#x}")
        found.append((at, pcir))
        if pcir["last"] & 0x80:
            return found
        at += pcir["image_length"] * 0x200


def chain_start(data: bytes | bytearray) -> int:
    """Offset of the first image: behind the IFR header, if there is one."""
    if data[:4] != b"NVGI":
        return 0
    version = data[5]
    return len(ifr_header(version))


def bit_token(data: bytes | bytearray, ident: str) -> View:
    base = data.index(b"\xff\xb8BIT\0")
    header = BIT_HDR.at(data, base)
    for index in range(header["token_count"]):
        token = BIT_TOKEN.at(data, base + header["header_size"] + index * header["token_size"])
        if token["id"] == ord(ident):
            return token
    raise BadLayout(f"no BIT token '{ident}'")


def resolve(data: bytes | bytearray, pointer: int) -> int:
    """Offset in the file of a pointer in the VBIOS' own address space."""
    chain = images(data)
    start, pcir = chain[0]
    size = pcir["image_length"] * 0x200
    if pointer < size:
        return start + pointer
    first = next(at for at, head in chain if head["code_type"] == FWSEC_TYPE)
    return first + pointer - size


def falcon_pointer_at(data: bytes | bytearray) -> int:
    """Where the pointer to the ucode table stands."""
    return chain_start(data) + bit_token(data, "p")["offset"]


def ucode_table(data: bytes | bytearray) -> View:
    at = falcon_pointer_at(data)
    return UCODE_HDR.at(data, resolve(data, int.from_bytes(data[at : at + 4], "little")))


def fwsec_entry(data: bytes | bytearray) -> View:
    table = ucode_table(data)
    for index in range(table["entry_count"]):
        at = table.base + table["header_size"] + index * table["entry_size"]
        entry = UCODE_ENTRY.at(data, at)
        if entry["application"] == APP_FWSEC:
            return entry
    raise BadLayout("no FWSEC in the ucode table")


def fwsec_desc(data: bytes | bytearray) -> View:
    """FWSEC's descriptor, version 2 or 3."""
    at = resolve(data, fwsec_entry(data)["data"])
    return {2: fwsec.DESC_V2, 3: fwsec.DESC_V3}[data[at + 1]].at(data, at)


def fwsec_data(data: bytes | bytearray) -> int:
    """Offset of FWSEC's DMEM image."""
    desc = fwsec_desc(data)
    return desc.base + (desc["hdr"] >> 16) + desc["imem_load_size"]


def interface(data: bytes | bytearray) -> View:
    """FWSEC's application interface."""
    return fwsec.APPIF_HDR.at(data, fwsec_data(data) + fwsec_desc(data)["interface_offset"])


def interface_entry(data: bytes | bytearray, ident: int) -> View:
    header = interface(data)
    for index in range(header["entry_count"]):
        at = header.base + header["header_size"] + index * header["entry_size"]
        entry = fwsec.APPIF_ENTRY.at(data, at)
        if entry["id"] == ident:
            return entry
    raise BadLayout(f"no entry {ident} in the application interface")


def mapper(data: bytes | bytearray) -> View:
    """FWSEC's DMEMMAPPER."""
    entry = interface_entry(data, fwsec.APPIF_DMEMMAPPER)
    return fwsec.DMEMMAPPER.at(data, fwsec_data(data) + entry["dmem_base"])
