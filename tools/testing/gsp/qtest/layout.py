# SPDX-License-Identifier: GPL-2.0-only
"""Where things go in the framebuffer, and the structures that tell the firmware."""

from __future__ import annotations

import struct

from fw.layout import Table, align

K, M, G = 1 << 10, 1 << 20, 1 << 30

WPR_META = Table(
    "GspFwWprMeta",
    ("magic", "u64", 0xDC3AAE21371A60B3),
    ("revision", "u64", 1),
    ("sysmem_radix3", "u64"),
    ("radix3_size", "u64"),
    ("sysmem_bootloader", "u64"),
    ("bootloader_size", "u64"),
    ("bootloader_code", "u64"),
    ("bootloader_data", "u64"),
    ("bootloader_manifest", "u64"),
    ("sysmem_signature", "u64"),
    ("signature_size", "u64"),
    ("rsvd_start", "u64"),
    ("nonwpr_offset", "u64"),
    ("nonwpr_size", "u64"),
    ("wpr_start", "u64"),
    ("heap_offset", "u64"),
    ("heap_size", "u64"),
    ("fw_offset", "u64"),
    ("boot_offset", "u64"),
    ("frts_offset", "u64"),
    ("frts_size", "u64"),
    ("wpr_end", "u64"),
    ("fb_size", "u64"),
    ("vga_offset", "u64"),
    ("vga_size", "u64"),
    ("boot_count", "u64"),
    ("partition_rpc", "bytes32"),
    ("vf_partitions", "u8"),
    ("flags", "u8"),
    ("padding", "u16"),
    ("pmu_reserved_size", "u32"),
    ("verified", "u64"),
)

COT = Table(
    "NVDM_PAYLOAD_COT",
    ("version", "u16"),
    ("size", "u16", 0x35C),
    ("fmc", "u64"),
    ("frts_sysmem", "u64"),
    ("frts_sysmem_size", "u32"),
    ("frts_from_end", "u64"),
    ("frts_size", "u32", 0x100000),
    ("hash", "bytes48"),
    ("public_key", "bytes384"),
    ("signature", "bytes384"),
    ("params", "u64"),
)

FMC_PARAMS = Table(
    "GSP_FMC_BOOT_PARAMS",
    ("regkeys", "u32"),
    ("padding0", "u32"),
    ("meta_target", "u32", 1),
    ("meta_size", "u32", 0x100),
    ("meta", "u64"),
    ("carveout", "u64"),
    ("carveout_size", "u32"),
    ("is_rm_boot", "u8", 1),
    ("padding1", "bytes3"),
    ("args_target", "u32", 2),
    ("padding2", "u32"),
    ("args", "u64"),
    ("spdm_target", "u32"),
    ("padding3", "u32"),
    ("spdm", "u64"),
    ("spdm_size", "u32"),
    ("padding4", "u32"),
)

LIBOS_ENTRY = Table(
    "LibosMemoryRegionInitArgument",
    ("id8", "u64"),
    ("pa", "u64"),
    ("size", "u64"),
    ("kind", "u8", 1),
    ("loc", "u8", 1),
    ("padding", "bytes6"),
)

RM_ARGS = Table(
    "GSP_ARGUMENTS_CACHED",
    ("shm_addr", "u64"),
    ("pte_count", "u32", 129),
    ("padding0", "u32"),
    ("cmdq_offset", "u64", 0x1000),
    ("statq_offset", "u64", 0x41000),
    ("sr_old_level", "u32"),
    ("sr_flags", "u32"),
    ("sr_in_pm", "u8"),
    ("padding1", "bytes3"),
    ("gpu_instance", "u32"),
    ("dmem_stack", "u8", 1),
    ("padding2", "bytes7"),
    ("profiler_pa", "u64"),
    ("profiler_size", "u64"),
)

FWSEC_COMMAND = Table(
    "FWSEC command buffer",
    ("vbios_ver", "u32", 1),
    ("vbios_hdr", "u32", 24),
    ("vbios_addr", "u64"),
    ("vbios_size", "u32"),
    ("vbios_flags", "u32", 2),
    ("frts_ver", "u32", 1),
    ("frts_hdr", "u32", 20),
    ("frts_addr", "u32"),
    ("frts_size", "u32"),
    ("frts_type", "u32", 2),
)
CMD_FRTS, CMD_SB = 0x15, 0x19


def id8(name: str) -> int:
    """A name as libos writes it: ASCII, last character in the lowest byte."""
    return int.from_bytes(name.encode(), "big")


def down(value: int, to: int) -> int:
    return value // to * to


def heap_size(fb_size: int, base: int = 8 * M) -> int:
    """WPR heap without vGPU, release 570."""
    per_gib = align(96 * K * -(-fb_size // G), M)
    return min(max(22 * M + base + per_gib + 96 * M, 88 * M), 280 * M - 1)


def heap_size_libos2(fb_size: int) -> int:
    """The same on Turing and GA100."""
    per_gib = align(96 * K * -(-fb_size // G), M)
    return min(max(8 * M + per_gib + 96 * M, 64 * M), 256 * M - 1)


def fb_layout(
    fb_size: int,
    image_size: int,
    bootloader_size: int,
    heap_bytes: int = 0,
    frts_size: int = M,
    end: int = 0,
) -> dict[str, int]:
    """Offsets from the top of the framebuffer down, as fields of WPR_META."""
    vga = fb_size - M
    wpr_end = down(min(vga, end or vga), 128 * K)
    frts = wpr_end - frts_size
    boot = down(frts - bootloader_size, 4 * K)
    fw = down(boot - image_size, 64 * K)
    heap = down(fw - (heap_bytes or heap_size(fb_size)), M)
    wpr_start = down(heap - WPR_META.size, M)
    return {
        "fb_size": fb_size,
        "vga_offset": vga,
        "vga_size": M,
        "wpr_end": wpr_end,
        "frts_offset": frts,
        "frts_size": frts_size,
        "boot_offset": boot,
        "fw_offset": fw,
        "heap_offset": heap,
        "heap_size": down(fw - heap, M),
        "wpr_start": wpr_start,
        "nonwpr_offset": wpr_start - M,
        "nonwpr_size": M,
        "rsvd_start": wpr_start - M,
    }


def fsp_layout(sizes: dict[str, int], fb_size: int, frts_from_end: int) -> dict[str, int]:
    """The same where the firmware computes it, from the sizes in a WPR_META."""
    wpr_end = fb_size - frts_from_end
    frts = wpr_end - sizes["frts_size"]
    boot = down(frts - sizes["bootloader_size"], 4 * K)
    fw = down(boot - sizes["radix3_size"], 64 * K)
    heap = down(fw - sizes["heap_size"], M)
    wpr_start = down(heap - WPR_META.size, M)
    nonwpr = down(wpr_start - sizes["nonwpr_size"], 64 * K)
    return {
        "fb_size": fb_size,
        "vga_offset": fb_size - sizes["vga_size"],
        "wpr_end": wpr_end,
        "frts_offset": frts,
        "boot_offset": boot,
        "fw_offset": fw,
        "heap_offset": heap,
        "wpr_start": wpr_start,
        "nonwpr_offset": nonwpr,
        "rsvd_start": nonwpr,
    }


def page_table(addresses: list[int]) -> bytes:
    """64-bit addresses, one after the other."""
    return struct.pack(f"<{len(addresses)}Q", *addresses)


def pages(addr: int, size: int) -> list[int]:
    return list(range(addr, addr + size, 4096))
