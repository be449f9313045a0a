# SPDX-License-Identifier: GPL-2.0-only
"""bootloader-*.bin: RISC-V code behind an RM_RISCV_UCODE_DESC.

Version 4 of the descriptor (Turing, GA100) ends before fb_reserved_size,
version 5 has all fields.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import binhdr
from .layout import BadLayout, Table, get_u32

_V4_ROWS = (
    ("version", "u32"),
    ("bootloader_offset", "u32"),
    ("bootloader_size", "u32"),
    ("bootloader_param_offset", "u32"),
    ("bootloader_param_size", "u32"),
    ("riscv_elf_offset", "u32"),
    ("riscv_elf_size", "u32"),
    ("app_version", "u32"),
    ("manifest_offset", "u32"),
    ("manifest_size", "u32"),
    ("monitor_data_offset", "u32"),
    ("monitor_data_size", "u32"),
    ("monitor_code_offset", "u32"),
    ("monitor_code_size", "u32"),
    ("is_monitor_enabled", "u32"),
    ("swbrom_code_offset", "u32"),
    ("swbrom_code_size", "u32"),
    ("swbrom_data_offset", "u32"),
    ("swbrom_data_size", "u32"),
)

DESC = {
    4: Table("RM_RISCV_UCODE_DESC v4", *_V4_ROWS),
    5: Table(
        "RM_RISCV_UCODE_DESC v5",
        *_V4_ROWS,
        ("fb_reserved_size", "u32"),
        ("signed_as_code", "u32"),
    ),
}


@dataclass
class RiscvFile:
    desc: dict[str, int]  # "version" chooses the table
    payload: bytes


def build(riscv: RiscvFile) -> bytes:
    return binhdr.wrap(DESC[riscv.desc["version"]].pack(**riscv.desc), riscv.payload)


def read(data: bytes) -> RiscvFile:
    descriptor, payload = binhdr.unwrap(data)
    version = get_u32(descriptor, 0)
    if version not in DESC:
        raise BadLayout(f"RISC-V descriptor version {version}")
    return RiscvFile(DESC[version].unpack(descriptor), payload)
