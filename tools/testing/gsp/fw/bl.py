# SPDX-License-Identifier: GPL-2.0-only
"""gen_bootloader-*.bin: the little loader that brings FWSEC in on Turing."""

from __future__ import annotations

from dataclasses import dataclass

from . import binhdr
from .layout import Table

BL_DESC = Table(
    "nvfw_bl_desc",
    ("start_tag", "u32"),  # code runs at virtual address start_tag << 8
    ("dmem_load_off", "u32"),
    ("code_off", "u32"),
    ("code_size", "u32"),
    ("data_off", "u32"),
    ("data_size", "u32"),
)


@dataclass
class BlFile:
    desc: dict[str, int]
    payload: bytes


def build(bl: BlFile) -> bytes:
    return binhdr.wrap(BL_DESC.pack(**bl.desc), bl.payload)


def read(data: bytes) -> BlFile:
    descriptor, payload = binhdr.unwrap(data)
    return BlFile(BL_DESC.unpack(descriptor), payload)
