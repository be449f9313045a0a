# SPDX-License-Identifier: GPL-2.0-only
"""gsp-*.bin: the GSP-RM image and its signatures, in an ELF64 file.

The file is what "objcopy --input binary" makes of one blob, plus sections that
were added to it: contents one after the other from 0x40 on, name tables last,
section headers at the very end. Drivers look for sections by name alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from .layout import BadLayout, Table, View, align, cut

EHDR = Table(
    "Elf64_Ehdr",
    ("ident", "bytes16", b"\x7fELF\x02\x01\x01"),
    ("type", "u16", 1),  # relocatable
    ("machine", "u16", 0xF3),  # RISC-V
    ("version", "u32", 1),
    ("entry", "u64"),
    ("phoff", "u64"),
    ("shoff", "u64"),
    ("flags", "u32"),
    ("ehsize", "u16", 64),
    ("phentsize", "u16"),
    ("phnum", "u16"),
    ("shentsize", "u16", 64),
    ("shnum", "u16"),
    ("shstrndx", "u16"),
)

SHDR = Table(
    "Elf64_Shdr",
    ("name", "u32"),
    ("type", "u32"),
    ("flags", "u64"),
    ("addr", "u64"),
    ("offset", "u64"),
    ("size", "u64"),
    ("link", "u32"),
    ("info", "u32"),
    ("addralign", "u64"),
    ("entsize", "u64"),
)

SYM = Table(
    "Elf64_Sym",
    ("name", "u32"),
    ("info", "u8"),
    ("other", "u8"),
    ("shndx", "u16"),
    ("value", "u64"),
    ("size", "u64"),
)

NOTE = Table(
    "NT_GNU_BUILD_ID",
    ("namesz", "u32", 4),
    ("descsz", "u32", 20),
    ("type", "u32", 3),
    ("name", "bytes4", b"GNU"),
    ("build_id", "bytes20"),
)

PROGBITS, SYMTAB, STRTAB, NOTE_TYPE = 1, 2, 3, 7
SHF_WRITE_ALLOC = 3


@dataclass
class GspFile:
    fwimage: bytes
    version: str
    build_id: bytes
    signatures: dict[str, bytes]  # section name: content, in file order
    stem: str  # objcopy's name for the blob, in _binary_<stem>_start


def _symbols(stem: str, size: int) -> tuple[bytes, bytes]:
    """(.symtab, .strtab) with the three symbols that objcopy adds."""
    symtab, strtab = SYM.pack(), b"\0"
    for what, shndx, value in (("start", 1, 0), ("end", 1, size), ("size", 0xFFF1, size)):
        symtab += SYM.pack(name=len(strtab), info=0x10, shndx=shndx, value=value)
        strtab += f"_binary_{stem}_{what}".encode() + b"\0"
    return symtab, strtab


def _sections(gsp: GspFile) -> list[tuple[str, bytes, dict[str, int]]]:
    """(name, content, header fields) of each section but the name table."""
    symtab, strtab = _symbols(gsp.stem, len(gsp.fwimage))
    strtab_index = 4 + len(gsp.signatures) + 1
    rows = [
        (".fwimage", gsp.fwimage, {"type": PROGBITS, "flags": SHF_WRITE_ALLOC}),
        (".note.gnu.build-id", NOTE.pack(build_id=gsp.build_id), {"type": NOTE_TYPE}),
        (".fwversion", gsp.version.encode() + b"\0", {"type": PROGBITS}),
    ]
    rows += [(name, data, {"type": PROGBITS}) for name, data in gsp.signatures.items()]
    rows += [
        (
            ".symtab",
            symtab,
            {"type": SYMTAB, "link": strtab_index, "info": 1, "addralign": 8, "entsize": 24},
        ),
        (".strtab", strtab, {"type": STRTAB}),
    ]
    return rows


def build(gsp: GspFile) -> bytes:
    rows = _sections(gsp)
    names = b"\0.symtab\0.strtab\0.shstrtab\0"
    for name, _, _ in rows[:-2]:
        names += name.encode() + b"\0"
    rows.append((".shstrtab", names, {"type": STRTAB}))

    chunks, at, headers = [], EHDR.size, SHDR.pack()
    for name, content, fields in rows:
        fields = {"addralign": 1, **fields}
        gap = align(at, fields["addralign"]) - at
        headers += SHDR.pack(
            name=names.index(name.encode() + b"\0"),
            offset=at + gap,
            size=len(content),
            **fields,
        )
        chunks += [bytes(gap), content]
        at += gap + len(content)

    gap = align(at, 8) - at
    ehdr = EHDR.pack(shoff=at + gap, shnum=len(rows) + 1, shstrndx=len(rows))
    return b"".join([ehdr, *chunks, bytes(gap), headers])


def section(data: bytes | bytearray, index: int) -> View:
    """Section header number @index."""
    ehdr = EHDR.at(data)
    return SHDR.at(data, ehdr["shoff"] + index * ehdr["shentsize"])


def section_names(data: bytes | bytearray) -> list[str]:
    """Name of each section, in header order."""
    ehdr = EHDR.at(data)
    names = section(data, ehdr["shstrndx"])
    table = cut(data, names["offset"], names["size"], ".shstrtab")
    return [
        table[section(data, i)["name"] :].split(b"\0", 1)[0].decode()
        for i in range(ehdr["shnum"])
    ]


def find(data: bytes | bytearray, name: str) -> View:
    """Header of the section called @name."""
    names = section_names(data)
    if name not in names:
        raise BadLayout(f"no section {name}")
    return section(data, names.index(name))


def content(data: bytes | bytearray, name: str) -> bytes:
    header = find(data, name)
    return cut(data, header["offset"], header["size"], name)


def read(data: bytes) -> GspFile:
    """The fields of a file, for build() to make it again."""
    first_symbol = content(data, ".strtab").split(b"\0")[1].decode()
    return GspFile(
        fwimage=content(data, ".fwimage"),
        version=content(data, ".fwversion").rstrip(b"\0").decode(),
        build_id=NOTE.unpack(content(data, ".note.gnu.build-id"))["build_id"],
        signatures={
            name: content(data, name)
            for name in section_names(data)
            if name.startswith(".fwsignature_")
        },
        stem=first_symbol.removeprefix("_binary_").removesuffix("_start"),
    )
