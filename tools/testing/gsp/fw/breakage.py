# SPDX-License-Identifier: GPL-2.0-only
"""Ways to spoil a firmware file, each by name.

A break is a function that takes a bytearray, spoils it in place and may return
other bytes instead. It is meant for the files that this generator makes; a break
that does not fit the file raises BadLayout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import binhdr, bl, break_elf, break_hs, break_vbios, elf, fmc, riscv
from .layout import BadLayout, View

Spoil = Callable[[bytearray], bytes | None]


@dataclass(frozen=True)
class Break:
    kinds: tuple[str, ...]  # of files; empty: any file
    text: str
    spoil: Spoil


def kind_of(data: bytes) -> str:
    """Which container @data is: gsp, fmc, hs, riscv, bl or vbios."""
    if data[:5] == b"\x7fELF\x02":
        return "gsp"
    if data[:5] == b"\x7fELF\x01":
        return "fmc"
    if data[:2] == b"\x55\xaa" or data[:4] == b"NVGI":
        return "vbios"
    descriptor, _ = binhdr.unwrap(data)
    if len(descriptor) == bl.BL_DESC.size:
        return "bl"
    sizes = {table.size for table in riscv.DESC.values()}
    return "riscv" if len(descriptor) in sizes else "hs"


def _flip(data: bytearray, at: int) -> None:
    data[at] ^= 0xFF


def _magic(data: bytearray) -> None:
    _flip(data, 0)
    _flip(data, 1)


def _bin_header(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        binhdr.BIN_HDR.at(data)[field] = value

    return spoil


def _riscv(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        desc = binhdr.BIN_HDR.at(data)["header_offset"]
        version = data[desc]
        riscv.DESC[version].at(data, desc)[field] = value

    return spoil


def _bl(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        bl.BL_DESC.at(data, binhdr.BIN_HDR.size)[field] = value

    return spoil


def _fmc(section: str, change: Callable[[View], None]) -> Spoil:
    def spoil(data: bytearray) -> None:
        change(fmc.find(data, section))

    return spoil


def _set(field: str, value: int) -> Callable[[View], None]:
    def change(view: View) -> None:
        view[field] = value

    return change


def _last_payload_byte(data: bytearray) -> None:
    """Last byte of what is loaded, not of padding or headers."""
    if kind_of(bytes(data)) in ("gsp", "fmc"):
        reader, name = (elf, ".fwimage") if data[4] == 2 else (fmc, "image")
        header = reader.find(data, name)
        _flip(data, header["offset"] + header["size"] - 1)
    else:
        _flip(data, len(data) - 1)


_BIN = ("hs", "riscv", "bl")
_GENERAL = {
    "empty": Break((), "zero-length file", lambda d: b""),
    "half": Break((), "second half missing", lambda d: bytes(d[: len(d) // 2])),
    "short-by-one": Break((), "last byte missing", lambda d: bytes(d[:-1])),
    "zeros": Break((), "right size, nothing but zeros", lambda d: bytes(len(d))),
    "ones": Break((), "right size, nothing but 0xff", lambda d: b"\xff" * len(d)),
    "magic": Break((), "first two bytes inverted", _magic),
    "payload-bit": Break(
        ("gsp", "fmc", *_BIN), "last payload byte inverted: sound file, bad signature",
        _last_payload_byte,
    ),
    "bin-version": Break(_BIN, "outer header version 2", _bin_header("bin_ver", 2)),
    "header-offset-end": Break(
        _BIN, "descriptor offset past the end", _bin_header("header_offset", 0x7FFFFFF0)
    ),
    "header-offset-wrap": Break(
        _BIN, "descriptor offset near 2^32", _bin_header("header_offset", 0xFFFFFFF0)
    ),
    "data-offset-end": Break(
        _BIN, "payload offset past the end", _bin_header("data_offset", 0x7FFFFF00)
    ),
    "data-size-end": Break(_BIN, "payload larger than the file", _bin_header("data_size", 1 << 30)),
    "data-size-wrap": Break(
        _BIN, "payload offset plus size beyond 2^32", _bin_header("data_size", 0xFFFFFFF0)
    ),
    "data-size-zero": Break(_BIN, "payload of size 0", _bin_header("data_size", 0)),
}

_RISCV = {
    "riscv-version": Break(("riscv",), "descriptor version 9", _riscv("version", 9)),
    "monitor-code-end": Break(
        ("riscv",), "monitor code past the payload", _riscv("monitor_code_offset", 1 << 24)
    ),
    "monitor-data-end": Break(
        ("riscv",), "monitor data past the payload", _riscv("monitor_data_offset", 1 << 24)
    ),
    "manifest-end": Break(
        ("riscv",), "manifest past the payload", _riscv("manifest_offset", 1 << 24)
    ),
}

_BL = {
    "bl-code-end": Break(("bl",), "code larger than the payload", _bl("code_size", 1 << 20)),
    "bl-tag": Break(("bl",), "start tag outside IMEM", _bl("start_tag", 0xFFFF)),
}

_FMC = {
    "fmc-crc": Break(("fmc",), "wrong CRC-32 of the image", _fmc("image", _set("info", 1))),
    "fmc-hash-size": Break(("fmc",), "hash of 47 bytes", _fmc("hash", _set("size", 47))),
    "fmc-image-end": Break(("fmc",), "image past the end", _fmc("image", _set("size", 1 << 30))),
    "fmc-no-hash": Break(("fmc",), "no section called hash", _fmc("hash", _set("name", 0))),
}


def _rows(kind: str, rows: dict[str, tuple[str, Spoil]]) -> dict[str, Break]:
    return {name: Break((kind,), text, spoil) for name, (text, spoil) in rows.items()}


BREAKS: dict[str, Break] = {
    **_GENERAL,
    **_rows("gsp", break_elf.BREAKS),
    **_rows("hs", break_hs.BREAKS),
    **_RISCV,
    **_BL,
    **_FMC,
    **_rows("vbios", break_vbios.BREAKS),
}


def fitting(data: bytes) -> list[str]:
    """Names of the breaks that can be applied to @data."""
    kind = kind_of(data)
    return [name for name, entry in BREAKS.items() if not entry.kinds or kind in entry.kinds]


def apply(data: bytes, how: str) -> bytes:
    """@data spoiled by the break called @how, or cut after N bytes by truncate=N."""
    if how.startswith("truncate="):
        size = int(how.removeprefix("truncate="), 0)
        if not 0 <= size < len(data):
            raise BadLayout(f"cannot truncate {len(data)} bytes at {size}")
        return data[:size]
    if how not in BREAKS:
        raise BadLayout(f"no break called {how}")
    entry = BREAKS[how]
    if entry.kinds and kind_of(data) not in entry.kinds:
        raise BadLayout(f"{how} is for {', '.join(entry.kinds)}, not for {kind_of(data)}")
    buf = bytearray(data)
    other = entry.spoil(buf)
    return bytes(buf) if other is None else other
