# SPDX-License-Identifier: GPL-2.0-only
"""BAR1 and BAR2 through page tables in framebuffer, of both versions.

    version 2, Pascal to Ada    3, Hopper and Blackwell
    level      bits             level      bits      entry
                                root       56        8 bytes
    root       48:47            dir4       55:47     8
    dir2       46:38            dir3       46:38     8
    dir1       37:29            dir2       37:29     8; of 3 it may be a page of 512 MiB
    dir0       28:21            dir1       28:21     16: [0] for pages of 64 KiB, or of
                                                     2 MiB; [1] for those of 4 KiB
    big table  20:16            big table  20:16     8
    table      20:12            table      20:12     8

An address stands in an entry of version 3 where it belongs, and bits 7:3 (5:3 in
a directory) say what may be done with it.
"""

from __future__ import annotations

import struct

from . import regs, rpc
from .harness import ALONE, breaks, equal, test
from .minidriver import BootError, Driver

TABLES = 0x10000000  # where the tests put theirs
DATA = 0x20000000
PATTERN = 0x5AFE0000
VALID, SYSMEM = 1, 2 << 1
ALL_ONES = 0xFFFFFFFF


V2, V3 = ("ad102",), ("gh100", "gb100", "gb202")


def fb_put(d: Driver, addr: int, *values: int) -> None:
    """64-bit values into framebuffer, through PRAMIN."""
    d.wr(regs.BAR0_WINDOW, addr >> 16)
    for index, value in enumerate(values):
        d.wr(regs.PRAMIN + (addr & 0xFFFF) + 8 * index, value & ALL_ONES)
        d.wr(regs.PRAMIN + (addr & 0xFFFF) + 8 * index + 4, value >> 32)


def fb_get(d: Driver, addr: int) -> int:
    d.wr(regs.BAR0_WINDOW, addr >> 16)
    return d.rd(regs.PRAMIN + (addr & 0xFFFF))


class Tables:
    """The way down to a big and a small table, both without entries."""

    def __init__(self, d: Driver):
        self.d = d
        d.boot()
        tables = [TABLES + 0x1000 * i for i in range(d.flavour.directories + 2)]
        *self.dirs, self.big, self.small = tables
        for table in tables:
            fb_put(d, table, *[0] * 32)
        for upper, lower in zip(self.dirs, self.dirs[1:]):
            fb_put(d, upper, d.flavour.pde(lower))
        fb_put(d, self.dirs[-1], d.flavour.pde(self.big), d.flavour.pde(self.small))

    def map(self, table: int, index: int, addr: int, flags: int = 0) -> None:
        fb_put(self.d, table + 8 * index, self.d.flavour.pte(addr, VALID | flags))

    def bar1(self) -> int:
        """Address of BAR1, its root leading to our directories."""
        root = struct.unpack_from("<Q", self.d.static_info.payload, 0x600)[0]
        fb_put(self.d, root, self.d.flavour.pde(self.dirs[0]))
        return self.d.bar(1)


def tables(d: Driver) -> tuple:
    """Tables, and the address of BAR1 that they are behind."""
    found = Tables(d)
    return found, found.bar1()


def on_each(name: str, *chips: str):
    """Register a test for each of @chips."""

    def register(function):
        for chip in chips:
            test(f"{chip}.bars.{name}", gpu=f",chip={chip}")(function)
        return function

    return register


@on_each("unmapped-reads-all-ones", *V2, *V3)
def _(d: Driver) -> None:
    for number in (1, 2):
        equal(d.qt.readl(d.bar(number)), ALL_ONES, f"BAR{number} before the boot")
    d.boot()
    for number in (1, 2):
        equal(d.qt.readl(d.bar(number)), ALL_ONES, f"BAR{number} without tables")


@on_each("page-of-4k", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.small, 3, DATA)
    d.qt.writel(base + 0x3010, PATTERN)
    equal(fb_get(d, DATA + 0x10), PATTERN, "framebuffer")
    equal(d.qt.readl(base + 0x3010), PATTERN, "BAR1")
    equal(d.qt.readl(base + 0x4010), ALL_ONES, "the page behind it")
    fb_put(d, t.small + 8 * 3, 0)
    equal(d.qt.readl(base + 0x3010), ALL_ONES, "BAR1 when unmapped again")


@on_each("page-of-64k", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    for index in (2, 19, 31):
        t.map(t.big, index, DATA)
        for at in (0, 0x1234, 0xFFFC):
            d.qt.writel(base + 0x10000 * index + at, PATTERN + index + at)
            equal(fb_get(d, DATA + at), PATTERN + index + at, f"page {index} at {at:#x}")


@on_each("big-table-inside-a-page", *V3)
def _(d: Driver) -> None:
    """A table of 64 KiB pages takes 256 bytes, and may begin at any multiple of them."""
    t, base = tables(d)
    inside = t.big + 0x300
    fb_put(d, inside, *[0] * 32)
    fb_put(d, t.dirs[-1], d.flavour.pde(inside))
    t.map(inside, 1, DATA)
    d.qt.writel(base + 0x10000, PATTERN)
    equal(fb_get(d, DATA), PATTERN, "framebuffer")


@on_each("page-of-2m", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.dirs[-1], 2, DATA)
    d.qt.writel(base + 0x200000 + 0x12345C, PATTERN)
    equal(fb_get(d, DATA + 0x12345C), PATTERN, "framebuffer")


@on_each("page-of-512m", *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.dirs[-2], 0, DATA)
    d.qt.writel(base + 0x1234560, PATTERN)
    equal(fb_get(d, DATA + 0x1234560), PATTERN, "framebuffer")


@on_each("page-in-system-memory", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    page = d.mem.alloc(4096)
    t.map(t.small, 0, page, SYSMEM)
    d.qt.writel(base + 0x20, PATTERN)
    equal(d.qt.readl(page + 0x20), PATTERN, "system memory")


@on_each("read-only-page", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    fb_put(d, DATA, PATTERN)
    t.map(t.small, 0, DATA, d.flavour.read_only)
    d.qt.writel(base, 1)
    equal(d.qt.readl(base), PATTERN, "BAR1 after a write")


@on_each("any-size", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.small, 0, DATA)
    d.qt.writeq(base, 0x8877665544332211)
    equal(d.qt.readb(base + 6), 0x77, "byte")
    equal(d.qt.readw(base + 2), 0x4433, "word")
    equal(d.qt.readq(base), 0x8877665544332211, "quad")


@on_each("outlive-the-firmware", *V2, *V3)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.small, 0, DATA)
    d.qt.set("fault", "crash,fn=0")
    try:
        d.rings.call(rpc.NOP, b"")
    except BootError:
        pass
    equal(d.qt.get("state"), "dead", "state")
    d.qt.writel(base, PATTERN)
    equal(d.qt.readl(base), PATTERN, "BAR1")


@on_each("bar2-by-rpc", *V2, *V3)
def _(d: Driver) -> None:
    """UPDATE_BAR_PDE puts the CPU's directory under GSP-RM's root."""
    t = Tables(d)
    entry = struct.pack("<IIQQ", 1, 0, d.flavour.pde(t.dirs[0]), d.flavour.root_shift)
    equal(d.rings.call(rpc.UPDATE_BAR_PDE, entry).header["result"], 0, "rpc_result")
    t.map(t.small, 0, DATA)
    d.qt.writel(d.bar(2), PATTERN)
    equal(fb_get(d, DATA), PATTERN, "framebuffer")
    equal(d.qt.readl(d.bar(1)), ALL_ONES, "BAR1")


def wpr2_through_bar1(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.small, 0, d.meta["frts_offset"])
    equal(d.qt.readl(base) >> 16, 0xBADF, "WPR2 through BAR1 [31:16]")


breaks("wpr2-cpu-access/bar1", ALONE)(wpr2_through_bar1)
breaks("wpr2-cpu-access/bar1-version-3", ALONE, gpu=",chip=gb202")(wpr2_through_bar1)


@breaks("wpr2-cpu-access/gb202", ALONE, gpu=",chip=gb202")
def _(d: Driver) -> None:
    d.boot_to_gsp()
    d.wr(regs.BAR0_WINDOW, (d.meta["wpr_end"] >> 16) - 1)
    d.rd(regs.PRAMIN + 0xFFFC)


@breaks("fb-out-of-range/bar1", ALONE)
def _(d: Driver) -> None:
    t, base = tables(d)
    t.map(t.small, 0, d.fb_size)
    d.qt.readl(base)
