# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of booter_*, scrubber: name: (what it is, how it is done)."""

from __future__ import annotations

from collections.abc import Callable

from . import binhdr, hs
from .layout import View, u32

Spoil = Callable[[bytearray], bytes | None]


def header(data: bytearray) -> View:
    return hs.HS_HEADER.at(data, binhdr.BIN_HDR.size)


def _header(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        header(data)[field] = value

    return spoil


def _word(pointer: str, value: int) -> Spoil:
    """Change the word that a header field points to."""

    def spoil(data: bytearray) -> None:
        at = header(data)[pointer]
        data[at : at + 4] = u32(value)

    return spoil


def _meta(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        hs.META.at(data, header(data)["meta_data_offset"])[field] = value

    return spoil


def _load(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        hs.LOAD_HEADER.at(data, header(data)["header_offset"])[field] = value

    return spoil


def _app(field: str, value: int) -> Spoil:
    def spoil(data: bytearray) -> None:
        at = header(data)["header_offset"] + hs.LOAD_HEADER.size
        hs.APP.at(data, at)[field] = value

    return spoil


def _zero_signatures(data: bytearray) -> None:
    start, size = header(data)["sig_prod_offset"], header(data)["sig_prod_size"]
    data[start : start + size] = bytes(size)


def _swap_signatures(data: bytearray) -> None:
    start, half = header(data)["sig_prod_offset"], header(data)["sig_prod_size"] // 2
    first, second = data[start : start + half], data[start + half : start + 2 * half]
    data[start : start + 2 * half] = second + first


BREAKS: dict[str, tuple[str, Spoil]] = {
    "sig-count-zero": ("signature count 0", _word("num_sig", 0)),
    "sig-count-huge": ("signature count 2^31", _word("num_sig", 1 << 31)),
    "sig-count-odd": ("signature size not a multiple of the count", _word("num_sig", 7)),
    "sig-zeros": ("all signatures zero", _zero_signatures),
    "sig-swapped": ("signatures in the wrong order", _swap_signatures),
    "sig-offset-end": ("signatures past the end", _header("sig_prod_offset", 1 << 30)),
    "sig-size-end": ("signatures larger than the file", _header("sig_prod_size", 1 << 30)),
    "sig-size-zero": ("signatures of size 0", _header("sig_prod_size", 0)),
    "num-sig-end": ("signature count past the end", _header("num_sig", 1 << 30)),
    "patch-outside": ("patch location outside the payload", _word("patch_loc", 1 << 20)),
    "patch-in-code": ("patch location before the data", _word("patch_loc", 0x100)),
    "patch-wrap": ("patch location near 2^32", _word("patch_loc", 0xFFFFFFF0)),
    "patch-word-end": ("patch location word past the end", _header("patch_loc", 1 << 30)),
    "patch-sig-end": ("signature to take past the end", _word("patch_sig", 1 << 30)),
    "meta-end": ("meta data past the end", _header("meta_data_offset", 1 << 30)),
    "meta-short": ("meta data of 8 bytes", _header("meta_data_size", 8)),
    "load-end": ("load header past the end", _header("header_offset", 1 << 30)),
    "load-short": ("load header of 8 bytes", _header("header_size", 8)),
    "engine-other": ("for an engine that is not there", _meta("engine_id", 0x4000)),
    "ucode-id-zero": ("ucode id 0", _meta("ucode_id", 0)),
    "ucode-id-big": ("ucode id 17, there are 16 fuses", _meta("ucode_id", 17)),
    "apps-none": ("no application", _load("num_apps", 0)),
    "apps-huge": ("2^30 applications", _load("num_apps", 1 << 30)),
    "app-end": ("application past the payload", _app("offset", 1 << 20)),
    "app-size-end": ("application larger than the payload", _app("size", 1 << 20)),
    "app-wrap": ("application offset near 2^32", _app("offset", 0xFFFFFF00)),
    "app-unaligned": ("application size not a multiple of 256", _app("size", 0x3F8)),
    "app-empty": ("application of size 0", _app("size", 0)),
    "data-end": ("data past the payload", _load("os_data_offset", 1 << 20)),
    "data-large": ("data larger than the payload", _load("os_data_size", 1 << 20)),
    "data-unaligned": ("data offset not a multiple of 256", _load("os_data_offset", 0x704)),
}
