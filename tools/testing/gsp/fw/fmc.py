# SPDX-License-Identifier: GPL-2.0-only
"""fmc-*.bin: what the FSP of Hopper and later starts, in an ELF32 file.

The section headers stand right behind the ELF header, the name table first;
each blob carries its CRC-32 in sh_info and starts at a multiple of 4.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from .layout import BadLayout, Table, align, cut

EHDR = Table(
    "Elf32_Ehdr",
    ("ident", "bytes16", b"\x7fELF\x01\x01\x01"),
    ("type", "u16"),
    ("machine", "u16"),
    ("version", "u32", 1),
    ("entry", "u32"),
    ("phoff", "u32"),
    ("shoff", "u32", 52),
    ("flags", "u32"),
    ("ehsize", "u16", 52),
    ("phentsize", "u16"),
    ("phnum", "u16"),
    ("shentsize", "u16", 40),
    ("shnum", "u16"),
    ("shstrndx", "u16", 1),
)

SHDR = Table(
    "Elf32_Shdr",
    ("name", "u32"),
    ("type", "u32"),
    ("flags", "u32"),
    ("addr", "u32"),
    ("offset", "u32"),
    ("size", "u32"),
    ("link", "u32"),
    ("info", "u32"),
    ("addralign", "u32"),
    ("entsize", "u32"),
)

BLOB_FLAGS = 0xFFF00102
SECTIONS = ("hash", "signature", "publickey", "image")


@dataclass
class FmcFile:
    sections: dict[str, bytes]  # in file order


def build(fmc: FmcFile) -> bytes:
    names = b"\0.shstrtab\0"
    name_at = {}
    for name in fmc.sections:
        name_at[name] = len(names)
        names += name.encode() + b"\0"

    count = 2 + len(fmc.sections)
    names_at = EHDR.size + count * SHDR.size
    headers = SHDR.pack()
    headers += SHDR.pack(
        name=1, type=3, flags=0x20, offset=names_at, size=len(names), addralign=1, entsize=1
    )
    body = names
    for name, blob in fmc.sections.items():
        body = body.ljust(align(names_at + len(body), 4) - names_at, b"\0")
        headers += SHDR.pack(
            name=name_at[name],
            type=1,
            flags=BLOB_FLAGS,
            offset=names_at + len(body),
            size=len(blob),
            info=zlib.crc32(blob),
            addralign=4,
        )
        body += blob
    return EHDR.pack(shnum=count) + headers + body


def section(data: bytes, index: int):
    """Header number @index, as a view into @data."""
    ehdr = EHDR.at(data)
    return SHDR.at(data, ehdr["shoff"] + index * ehdr["shentsize"])


def find(data: bytes, name: str):
    """Header of the section called @name."""
    ehdr = EHDR.at(data)
    names = section(data, ehdr["shstrndx"])
    table = cut(data, names["offset"], names["size"], ".shstrtab")
    for index in range(1, ehdr["shnum"]):
        header = section(data, index)
        start = header["name"]
        if table[start : table.index(b"\0", start)] == name.encode():
            return header
    raise BadLayout(f"no section {name}")


def read(data: bytes) -> FmcFile:
    ehdr = EHDR.at(data)
    names = section(data, ehdr["shstrndx"])
    table = cut(data, names["offset"], names["size"], ".shstrtab")
    sections = {}
    for index in range(2, ehdr["shnum"]):
        header = section(data, index)
        name = table[header["name"] :].split(b"\0", 1)[0].decode()
        sections[name] = cut(data, header["offset"], header["size"], name)
    return FmcFile(sections)
