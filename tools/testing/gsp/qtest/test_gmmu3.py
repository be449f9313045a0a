# SPDX-License-Identifier: GPL-2.0-only
"""BAR1 and BAR2 through page tables of version 3: Hopper and Blackwell.

    level      bits of the address   entry
    root       56                    8 bytes
    dir4       55:47                 8
    dir3       46:38                 8
    dir2       37:29                 8; here a page of 512 MiB may be
    dir1       28:21                 16: [0] for pages of 64 KiB, or of 2 MiB; [1] of 4 KiB
    big table  20:16                 8
    table      20:12                 8

An address stands in an entry where it belongs. Bits 7:3 (5:3 in a directory) say
what may be done with it.
"""

from __future__ import annotations

import struct

from . import regs, rpc
from .harness import ALONE, breaks, equal, test
from .minidriver import Driver
from .test_gmmu import ALL_ONES, DATA, PATTERN, TABLES, fb_get, fb_put

CHIPS = ("gh100", "gb100", "gb202")
DIR4, DIR3, DIR2, DIR1, TABLE, BIG = (TABLES + 0x1000 * i for i in range(6))
VALID, SYSMEM, READ_ONLY = 1, 2 << 1, 4 << 3
UNCACHED = 3 << 3


def pde(addr: int) -> int:
    return addr | 1 << 1 | UNCACHED


def pte(addr: int, flags: int = VALID) -> int:
    return addr | flags


def directories(d: Driver) -> None:
    d.boot()
    for table in (DIR4, DIR3, DIR2, DIR1, TABLE, BIG):
        fb_put(d, table, *[0] * 32)
    fb_put(d, DIR4, pde(DIR3))
    fb_put(d, DIR3, pde(DIR2))
    fb_put(d, DIR2, pde(DIR1))
    fb_put(d, DIR1, pde(BIG), pde(TABLE))


def bar1(d: Driver) -> int:
    directories(d)
    root = struct.unpack_from("<Q", d.static_info.payload, 0x600)[0]
    fb_put(d, root, pde(DIR4))
    return d.bar(1)


def on_each(name: str):
    def register(function):
        for chip in CHIPS:
            test(f"{chip}.bars.{name}", gpu=f",chip={chip}")(function)
        return function

    return register


@on_each("page-of-4k")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE + 8 * 3, pte(DATA))
    d.qt.writel(base + 0x3010, PATTERN)
    equal(fb_get(d, DATA + 0x10), PATTERN, "framebuffer")
    equal(d.qt.readl(base + 0x3010), PATTERN, "BAR1")
    equal(d.qt.readl(base + 0x4010), ALL_ONES, "the page behind it")
    fb_put(d, TABLE + 8 * 3, 0)
    equal(d.qt.readl(base + 0x3010), ALL_ONES, "BAR1 when unmapped again")


@on_each("page-of-64k")
def _(d: Driver) -> None:
    base = bar1(d)
    for index in (2, 31):
        fb_put(d, BIG + 8 * index, pte(DATA))
        for at in (0, 0xFFFC):
            d.qt.writel(base + 0x10000 * index + at, PATTERN + index + at)
            equal(fb_get(d, DATA + at), PATTERN + index + at, f"page {index} at {at:#x}")


@on_each("big-table-inside-a-page")
def _(d: Driver) -> None:
    """A table of 64 KiB pages takes 256 bytes, and may begin at any multiple of them."""
    base = bar1(d)
    fb_put(d, BIG + 0x300, *[0] * 32)
    fb_put(d, DIR1, pde(BIG + 0x300), pde(TABLE))
    fb_put(d, BIG + 0x300 + 8, pte(DATA))
    d.qt.writel(base + 0x10000, PATTERN)
    equal(fb_get(d, DATA), PATTERN, "framebuffer")


@on_each("page-of-2m")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, DIR1 + 16, pte(DATA))
    d.qt.writel(base + 0x200000 + 0x12345C, PATTERN)
    equal(fb_get(d, DATA + 0x12345C), PATTERN, "framebuffer")


@on_each("page-of-512m")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, DIR2, pte(DATA))
    d.qt.writel(base + 0x1234560, PATTERN)
    equal(fb_get(d, DATA + 0x1234560), PATTERN, "framebuffer")


@on_each("page-in-system-memory")
def _(d: Driver) -> None:
    base = bar1(d)
    page = d.mem.alloc(4096)
    fb_put(d, TABLE, pte(page, VALID | SYSMEM))
    d.qt.writel(base + 0x20, PATTERN)
    equal(d.qt.readl(page + 0x20), PATTERN, "system memory")


@on_each("read-only-page")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, DATA, PATTERN)
    fb_put(d, TABLE, pte(DATA, VALID | READ_ONLY))
    d.qt.writel(base, 1)
    equal(d.qt.readl(base), PATTERN, "BAR1 after a write")


@on_each("bar2-by-rpc")
def _(d: Driver) -> None:
    directories(d)
    entry = struct.pack("<IIQQ", 1, 0, pde(DIR4), 56)
    equal(d.rings.call(rpc.UPDATE_BAR_PDE, entry).header["result"], 0, "rpc_result")
    fb_put(d, TABLE, pte(DATA))
    d.qt.writel(d.bar(2), PATTERN)
    equal(fb_get(d, DATA), PATTERN, "framebuffer")
    equal(d.qt.readl(d.bar(1)), ALL_ONES, "BAR1")


@breaks("wpr2-cpu-access/bar1-version-3", ALONE, gpu=",chip=gb202")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE, pte(d.meta["frts_offset"]))
    equal(d.qt.readl(base) >> 16, 0xBADF, "WPR2 through BAR1 [31:16]")


@breaks("wpr2-cpu-access/gb202", ALONE, gpu=",chip=gb202")
def _(d: Driver) -> None:
    d.boot_to_gsp()
    d.wr(regs.BAR0_WINDOW, (d.meta["wpr_end"] >> 16) - 1)
    d.rd(regs.PRAMIN + 0xFFFC)
