# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of gsp-*.bin: name: (what it is, how it is done)."""

from __future__ import annotations

from collections.abc import Callable

from . import elf

Spoil = Callable[[bytearray], bytes | None]
_AD10X = ".fwsignature_ad10x"


def _ehdr(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        elf.EHDR.at(data)[field] = value

    return spoil


def _section(name: str, /, **fields: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        header = elf.find(data, name)
        for field, value in fields.items():
            header[field] = value

    return spoil


def _rename(prefix: str) -> Spoil:
    """Give each section that begins with @prefix a name nobody looks for."""

    def spoil(data: bytearray) -> None:
        names = elf.find(data, ".shstrtab")
        start, end = names["offset"], names["offset"] + names["size"]
        table = bytes(data[start:end]).replace(prefix.encode(), prefix[:-1].encode() + b"#")
        data[start:end] = table

    return spoil


def _ident(at: int, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        data[at] = value

    return spoil


def _version(text: bytes) -> Spoil:
    def spoil(data: bytearray) -> None:
        header = elf.find(data, ".fwversion")
        size = header["size"]
        data[header["offset"] : header["offset"] + size] = text[:size].ljust(size, b"\0")

    return spoil


def _overlap(data: bytearray) -> None:
    image, signature = elf.find(data, ".fwimage"), elf.find(data, _AD10X)
    signature["offset"] = image["offset"] + image["size"] - 0x800


def _fill(name: str, byte: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        header = elf.find(data, name)
        start, size = header["offset"], header["size"]
        data[start : start + size] = bytes([byte]) * size

    return spoil


def _names_unterminated(data: bytearray) -> None:
    names = elf.find(data, ".shstrtab")
    names["size"] -= 1


BREAKS: dict[str, tuple[str, Spoil]] = {
    "elf-class": ("32-bit ELF header", _ident(4, 1)),
    "elf-endian": ("big-endian ELF header", _ident(5, 2)),
    "elf-shoff-end": ("section headers past the end", _ehdr("shoff", 1 << 40)),
    "elf-shoff-wrap": ("section header offset near 2^64", _ehdr("shoff", (1 << 64) - 64)),
    "elf-shoff-zero": ("no section headers", _ehdr("shoff", 0)),
    "elf-shnum-zero": ("section count 0", _ehdr("shnum", 0)),
    "elf-shnum-huge": ("section count 65535", _ehdr("shnum", 0xFFFF)),
    "elf-shentsize": ("section headers of 40 bytes", _ehdr("shentsize", 40)),
    "elf-shstrndx": ("name table index outside", _ehdr("shstrndx", 0xFF00)),
    "names-outside": ("name table past the end", _section(".shstrtab", offset=1 << 40)),
    "names-unterminated": ("last name without its NUL", _names_unterminated),
    "name-offset": ("a name outside the name table", _section(".fwimage", name=0xFFFFFF)),
    "no-image": ("section .fwimage missing", _rename(".fwimage")),
    "no-version": ("section .fwversion missing", _rename(".fwversion")),
    "no-signature": ("all signature sections missing", _rename(".fwsignature_")),
    "no-signature-ad10x": ("Ada's signature section missing", _rename(_AD10X)),
    "version-other": ("version string 570.145", _version(b"570.145")),
    "version-long": ("version string without its NUL", _version(b"570.144.9999")),
    "version-empty": ("empty version string", _section(".fwversion", size=0)),
    "image-oversize": (".fwimage larger than the file", _section(".fwimage", size=1 << 30)),
    "image-wrap": (
        ".fwimage offset plus size beyond 2^64",
        _section(".fwimage", size=(1 << 64) - 16),
    ),
    "image-offset-end": (".fwimage offset past the end", _section(".fwimage", offset=1 << 40)),
    "image-empty": (".fwimage of size 0", _section(".fwimage", size=0)),
    "image-unaligned": (".fwimage not a whole number of pages", _section(".fwimage", size=0x1800)),
    "image-in-header": (".fwimage overlaps the ELF header", _section(".fwimage", offset=0x20)),
    "signature-overlap": (".fwsignature_ad10x overlaps .fwimage", _overlap),
    "signature-short": ("Ada's signature of 4095 bytes", _section(_AD10X, size=0xFFF)),
    "signature-oversize": ("Ada's signature past the end", _section(_AD10X, size=1 << 30)),
    "signature-zeros": ("Ada's signature all zeros", _fill(_AD10X, 0)),
    "section-nobits": (".fwimage of type NOBITS", _section(".fwimage", type=8)),
}
