# SPDX-License-Identifier: GPL-2.0-only
"""BAR1 and BAR2 through page tables in framebuffer (GMMU version 2: Pascal to Ada).

    level      bits of the address   entry
    root       48:47                 8 bytes
    dir2       46:38                 8
    dir1       37:29                 8
    dir0       28:21                 16: [0] for pages of 64 KiB, or of 2 MiB; [1] of 4 KiB
    big table  20:16                 8
    table      20:12                 8
"""

from __future__ import annotations

import struct

from . import regs, rpc
from .harness import ALONE, breaks, equal, test
from .minidriver import BootError, Driver

TABLES = 0x10000000  # where the tests put theirs: dir2, dir1, dir0, table, big table
DIR2, DIR1, DIR0, TABLE, BIG = (TABLES + 0x1000 * i for i in range(5))
DATA = 0x20000000
PATTERN = 0x5AFE0000
VALID, SYSMEM, READ_ONLY = 1, 2 << 1, 1 << 6
ALL_ONES = 0xFFFFFFFF


def pde(addr: int) -> int:
    """Directory entry: a table in framebuffer."""
    return addr >> 4 | 1 << 1


def pte(addr: int, flags: int = VALID) -> int:
    return addr >> 4 | flags


def fb_put(d: Driver, addr: int, *values: int) -> None:
    """64-bit values into framebuffer, through PRAMIN."""
    d.wr(regs.BAR0_WINDOW, addr >> 16)
    for index, value in enumerate(values):
        d.wr(regs.PRAMIN + (addr & 0xFFFF) + 8 * index, value & ALL_ONES)
        d.wr(regs.PRAMIN + (addr & 0xFFFF) + 8 * index + 4, value >> 32)


def fb_get(d: Driver, addr: int) -> int:
    d.wr(regs.BAR0_WINDOW, addr >> 16)
    return d.rd(regs.PRAMIN + (addr & 0xFFFF))


def directories(d: Driver) -> None:
    """The way down to TABLE and BIG, all without entries."""
    d.boot()
    for table in (DIR2, DIR1, DIR0, TABLE, BIG):
        fb_put(d, table, *[0] * 32)
    fb_put(d, DIR2, pde(DIR1))
    fb_put(d, DIR1, pde(DIR0))
    fb_put(d, DIR0, pde(BIG), pde(TABLE))


def bar1(d: Driver) -> int:
    """Address of BAR1, its root leading to our directories."""
    directories(d)
    root = struct.unpack_from("<Q", d.static_info.payload, 0x600)[0]
    fb_put(d, root, pde(DIR2))
    return d.pci.bars[1][0]


@test("bars.unmapped-reads-all-ones")
def _(d: Driver) -> None:
    for index in (1, 3):
        equal(d.qt.readl(d.pci.bars[index][0]), ALL_ONES, f"BAR{index} before the boot")
    d.boot()
    for index in (1, 3):
        equal(d.qt.readl(d.pci.bars[index][0]), ALL_ONES, f"BAR{index} without tables")


@test("bars.page-of-4k")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE + 8 * 3, pte(DATA))
    d.qt.writel(base + 0x3010, PATTERN)
    equal(fb_get(d, DATA + 0x10), PATTERN, "framebuffer")
    equal(d.qt.readl(base + 0x3010), PATTERN, "BAR1")
    equal(d.qt.readl(base + 0x4010), ALL_ONES, "the page behind it")
    fb_put(d, TABLE + 8 * 3, 0)
    equal(d.qt.readl(base + 0x3010), ALL_ONES, "BAR1 when unmapped again")


@test("bars.page-of-64k")
def _(d: Driver) -> None:
    base = bar1(d)
    for index in (2, 19, 31):
        fb_put(d, BIG + 8 * index, pte(DATA))
        for at in (0, 0x1234, 0xFFFC):
            d.qt.writel(base + 0x10000 * index + at, PATTERN + index + at)
            equal(fb_get(d, DATA + at), PATTERN + index + at, f"page {index} at {at:#x}")


@test("bars.page-of-2m")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, DIR0 + 16, pte(DATA))
    d.qt.writel(base + 0x200000 + 0x12345C, PATTERN)
    equal(fb_get(d, DATA + 0x12345C), PATTERN, "framebuffer")


@test("bars.page-in-system-memory")
def _(d: Driver) -> None:
    base = bar1(d)
    page = d.mem.alloc(4096)
    fb_put(d, TABLE, pte(page, VALID | SYSMEM))
    d.qt.writel(base + 0x20, PATTERN)
    equal(d.qt.readl(page + 0x20), PATTERN, "system memory")


@test("bars.read-only-page")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, DATA, PATTERN)
    fb_put(d, TABLE, pte(DATA, VALID | READ_ONLY))
    d.qt.writel(base, 1)
    equal(d.qt.readl(base), PATTERN, "BAR1 after a write")


@test("bars.any-size")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE, pte(DATA))
    d.qt.writeq(base, 0x8877665544332211)
    equal(d.qt.readb(base + 6), 0x77, "byte")
    equal(d.qt.readw(base + 2), 0x4433, "word")
    equal(d.qt.readq(base), 0x8877665544332211, "quad")


@test("bars.outlive-the-firmware")
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE, pte(DATA))
    d.qt.set("fault", "crash,fn=0")
    try:
        d.rings.call(rpc.NOP, b"")
    except BootError:
        pass
    equal(d.qt.get("state"), "dead", "state")
    d.qt.writel(base, PATTERN)
    equal(d.qt.readl(base), PATTERN, "BAR1")


@test("bars.bar2-by-rpc")
def _(d: Driver) -> None:
    """UPDATE_BAR_PDE puts the CPU's directory under GSP-RM's root."""
    directories(d)
    entry = struct.pack("<IIQQ", 1, 0, pde(DIR2), 47)
    equal(d.rings.call(rpc.UPDATE_BAR_PDE, entry).header["result"], 0, "rpc_result")
    fb_put(d, TABLE, pte(DATA))
    d.qt.writel(d.pci.bars[3][0], PATTERN)
    equal(fb_get(d, DATA), PATTERN, "framebuffer")
    equal(d.qt.readl(d.pci.bars[1][0]), ALL_ONES, "BAR1")


@breaks("wpr2-cpu-access/bar1", ALONE)
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE, pte(d.meta["frts_offset"]))
    equal(d.qt.readl(base) >> 16, 0xBADF, "WPR2 through BAR1 [31:16]")


@breaks("fb-out-of-range/bar1", ALONE)
def _(d: Driver) -> None:
    base = bar1(d)
    fb_put(d, TABLE, pte(d.fb_size))
    d.qt.readl(base)
