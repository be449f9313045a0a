# SPDX-License-Identifier: GPL-2.0-only
"""Little-endian structures described as tables of fields.

A table is written the way a data sheet writes it, one row per field:

    BIN_HDR = Table("nvfw_bin_hdr", ("bin_magic", "u32"), ("bin_ver", "u32"))

and then packs a structure from values, or looks at one inside a buffer.
"""

from __future__ import annotations

import struct

_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}


class BadLayout(ValueError):
    """A file does not have the layout that was expected of it."""


class Table:
    """An ordered list of (field name, type[, fixed or default value])."""

    def __init__(self, name: str, *rows: tuple):
        self.name = name
        self.offsets: dict[str, int] = {}
        self.codes: dict[str, str] = {}
        self.defaults: dict[str, int | bytes] = {}
        self.size = 0
        for field, kind, *default in rows:
            code = _CODES.get(kind) or f"{int(kind.removeprefix('bytes'))}s"
            self.offsets[field] = self.size
            self.codes[field] = code
            empty = b"" if code.endswith("s") else 0
            self.defaults[field] = default[0] if default else empty
            self.size += struct.calcsize("<" + code)

    def pack(self, **values: int | bytes) -> bytes:
        """Bytes of the structure; fields not named keep their default."""
        unknown = set(values) - set(self.codes)
        if unknown:
            raise BadLayout(f"{self.name} has no field {', '.join(sorted(unknown))}")
        out = b""
        for field, code in self.codes.items():
            out += struct.pack("<" + code, values.get(field, self.defaults[field]))
        return out

    def at(self, buf: bytes | bytearray, base: int = 0) -> View:
        """The structure that lies at @base of @buf."""
        return View(self, buf, base)

    def unpack(self, buf: bytes, base: int = 0) -> dict[str, int | bytes]:
        view = self.at(buf, base)
        return {field: view[field] for field in self.codes}


class View:
    """One structure inside a buffer: view["field"] reads and writes it."""

    def __init__(self, table: Table, buf: bytes | bytearray, base: int):
        if base < 0 or base + table.size > len(buf):
            raise BadLayout(f"{table.name} at {base:#x} is outside the {len(buf):#x} bytes")
        self.table, self.buf, self.base = table, buf, base

    def where(self, field: str) -> int:
        """Offset of the field from the start of the buffer."""
        return self.base + self.table.offsets[field]

    def __getitem__(self, field: str) -> int | bytes:
        return struct.unpack_from("<" + self.table.codes[field], self.buf, self.where(field))[0]

    def __setitem__(self, field: str, value: int | bytes) -> None:
        struct.pack_into("<" + self.table.codes[field], self.buf, self.where(field), value)


def align(value: int, to: int) -> int:
    return (value + to - 1) // to * to


def pad(data: bytes, to: int) -> bytes:
    """@data with zeros up to a multiple of @to."""
    return data.ljust(align(len(data), to), b"\0")


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def get_u32(buf: bytes, offset: int) -> int:
    if offset < 0 or offset + 4 > len(buf):
        raise BadLayout(f"word at {offset:#x} is outside the {len(buf):#x} bytes")
    return struct.unpack_from("<I", buf, offset)[0]


def cut(buf: bytes, offset: int, size: int, what: str) -> bytes:
    """@size bytes at @offset, all of them."""
    if offset < 0 or offset + size > len(buf):
        raise BadLayout(f"{what}: {offset:#x}+{size:#x} is outside the {len(buf):#x} bytes")
    return bytes(buf[offset : offset + size])
