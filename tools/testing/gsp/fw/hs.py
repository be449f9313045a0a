# SPDX-License-Identifier: GPL-2.0-only
"""booter_load, booter_unload, scrubber: signed code for a falcon.

    nvfw_bin_hdr
    hs_header_v2 ............ says where each of the following is
    signatures .............. one per fuse version, newest version first
    patch_loc, patch_sig .... where in the payload the signature goes
    meta .................... fuse version, engine, ucode id
    num_sig
    hs_load_header_v2, apps . what is loaded to IMEM and DMEM
    payload ................. code, then data
"""

from __future__ import annotations

from dataclasses import dataclass

from . import binhdr
from .layout import Table, cut, get_u32, u32

HS_HEADER = Table(
    "hs_header_v2",
    ("sig_prod_offset", "u32"),
    ("sig_prod_size", "u32"),
    ("patch_loc", "u32"),  # file offset of the word, as are the next and num_sig
    ("patch_sig", "u32"),
    ("meta_data_offset", "u32"),
    ("meta_data_size", "u32"),
    ("num_sig", "u32"),
    ("header_offset", "u32"),
    ("header_size", "u32"),
)

META = Table("hs meta", ("fuse_ver", "u32"), ("engine_id", "u32"), ("ucode_id", "u32"))

LOAD_HEADER = Table(
    "hs_load_header_v2",
    ("os_code_offset", "u32"),
    ("os_code_size", "u32"),
    ("os_data_offset", "u32"),
    ("os_data_size", "u32"),
    ("num_apps", "u32"),
)

APP = Table(
    "hs_load_header_v2_app",
    ("offset", "u32"),
    ("size", "u32"),
    ("data_offset", "u32"),
    ("data_size", "u32"),
)


@dataclass
class HsFile:
    """Everything in such a file that is not implied by its layout."""

    signatures: list[bytes]
    patch_loc: int
    meta: dict[str, int]
    load: dict[str, int]
    apps: list[dict[str, int]]
    payload: bytes
    patch_sig: int = 0


def build(hs: HsFile) -> bytes:
    load = LOAD_HEADER.pack(**{**hs.load, "num_apps": len(hs.apps)})
    load += b"".join(APP.pack(**app) for app in hs.apps)
    signatures = b"".join(hs.signatures)

    sig_at = binhdr.BIN_HDR.size + HS_HEADER.size
    patch_at = sig_at + len(signatures)
    meta_at = patch_at + 8
    num_sig_at = meta_at + META.size
    load_at = num_sig_at + 4

    descriptor = HS_HEADER.pack(
        sig_prod_offset=sig_at,
        sig_prod_size=len(signatures),
        patch_loc=patch_at,
        patch_sig=patch_at + 4,
        meta_data_offset=meta_at,
        meta_data_size=META.size,
        num_sig=num_sig_at,
        header_offset=load_at,
        header_size=len(load),
    )
    descriptor += signatures
    descriptor += u32(hs.patch_loc) + u32(hs.patch_sig)
    descriptor += META.pack(**hs.meta)
    descriptor += u32(len(hs.signatures))
    return binhdr.wrap(descriptor + load, hs.payload)


def read(data: bytes) -> HsFile:
    """The fields of a file, for build() to make it again."""
    header = HS_HEADER.at(data, binhdr.BIN_HDR.at(data)["header_offset"])
    count = get_u32(data, header["num_sig"])
    sig_size = header["sig_prod_size"] // max(count, 1)
    start = header["sig_prod_offset"]
    load = LOAD_HEADER.unpack(data, header["header_offset"])
    first_app = header["header_offset"] + LOAD_HEADER.size
    return HsFile(
        signatures=[
            cut(data, start + i * sig_size, sig_size, f"signature {i}") for i in range(count)
        ],
        patch_loc=get_u32(data, header["patch_loc"]),
        patch_sig=get_u32(data, header["patch_sig"]),
        meta=META.unpack(data, header["meta_data_offset"]),
        load=load,
        apps=[APP.unpack(data, first_app + i * APP.size) for i in range(load["num_apps"])],
        payload=binhdr.unwrap(data)[1],
    )
