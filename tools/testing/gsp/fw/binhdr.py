# SPDX-License-Identifier: GPL-2.0-only
"""nvfw_bin_hdr: 24 bytes that lead to a descriptor and to a blob of data."""

from __future__ import annotations

from .layout import BadLayout, Table, align, cut

MAGIC = 0x10DE

BIN_HDR = Table(
    "nvfw_bin_hdr",
    ("bin_magic", "u32", MAGIC),
    ("bin_ver", "u32", 1),
    ("bin_size", "u32"),  # size of the file, rounded up to 256
    ("header_offset", "u32", 24),  # the descriptor follows at once
    ("data_offset", "u32"),
    ("data_size", "u32"),
)


def wrap(descriptor: bytes, payload: bytes) -> bytes:
    """The file: header, descriptor, payload, with nothing in between."""
    data_offset = BIN_HDR.size + len(descriptor)
    header = BIN_HDR.pack(
        bin_size=align(data_offset + len(payload), 0x100),
        data_offset=data_offset,
        data_size=len(payload),
    )
    return header + descriptor + payload


def unwrap(data: bytes) -> tuple[bytes, bytes]:
    """(descriptor, payload) of a file that wrap() could have made."""
    header = BIN_HDR.at(data)
    if header["bin_magic"] != MAGIC:
        raise BadLayout(f"magic {header['bin_magic']:#x}, expected {MAGIC:#x}")
    start, data_offset = header["header_offset"], header["data_offset"]
    descriptor = cut(data, start, data_offset - start, "descriptor")
    return descriptor, cut(data, data_offset, header["data_size"], "payload")
