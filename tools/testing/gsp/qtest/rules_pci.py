# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules about configuration space, BAR0 and framebuffer access."""

from __future__ import annotations

from . import pci, regs
from .harness import ALONE, breaks, equal
from .minidriver import Driver

VTD, VTD_COMMAND, VTD_ROOT_TABLE = 0xFED90000, 0x18, 0x20


@breaks("dma-fault", "booter.result")
def _(d: Driver) -> None:
    d.before("booter.start", lambda d: d.pci.enable(pci.CMD_MEMORY))


@breaks("dma-fault/no-memory", "booter.result")
def _(d: Driver) -> None:
    d.before("booter.start", lambda d: d.wr(regs.SEC2 + regs.MAILBOX0, 0x90000000))


@breaks("dma-fault/iommu", "booter.result", devices=("intel-iommu",))
def _(d: Driver) -> None:
    """Translation on, and no page of the device is mapped."""

    def translate(d: Driver) -> None:
        d.qt.writeq(VTD + VTD_ROOT_TABLE, d.mem.alloc(4096))
        d.qt.writel(VTD + VTD_COMMAND, 1 << 30)  # take the root table
        d.qt.writel(VTD + VTD_COMMAND, 1 << 31)  # translate

    def stop(d: Driver) -> None:
        d.qt.writel(VTD + VTD_COMMAND, 0)

    d.before("booter.start", translate)
    d.after("booter.halt", stop)


@breaks("dma-width", "booter.result")
def _(d: Driver) -> None:
    d.before("booter.start", lambda d: d.wr(regs.SEC2 + regs.MAILBOX1, 1 << 15))


@breaks("bar0-access-size", ALONE)
def _(d: Driver) -> None:
    equal(d.qt.readb(d.bar0 + regs.BOOT_0), 0, "a byte of BOOT_0")


@breaks("bar0-access-size/word", ALONE)
def _(d: Driver) -> None:
    equal(d.qt.readw(d.bar0 + regs.BOOT_0), 0, "a word of BOOT_0")


@breaks("bar0-access-size/quad", ALONE)
def _(d: Driver) -> None:
    d.qt.writeq(d.bar0 + regs.SCRATCH_FRTS, 0x1234)
    d.qt.flush()
    equal(d.rd(regs.SCRATCH_FRTS), 0, "scratch after a 64-bit write")


def _no_effect(d: Driver, reg: int) -> None:
    before = d.rd(reg)
    d.wr(reg, ~before & 0xFFFFFFFF)
    equal(d.rd(reg), before, f"register {reg:#x}")


@breaks("privileged-register-write", ALONE)
def _(d: Driver) -> None:
    _no_effect(d, regs.WPR2_HI)


@breaks("privileged-register-write/fuse", ALONE)
def _(d: Driver) -> None:
    _no_effect(d, regs.FUSE_GSP)


@breaks("privileged-register-write/fb-size", ALONE)
def _(d: Driver) -> None:
    _no_effect(d, regs.USABLE_FB_MIB)


@breaks("fb-out-of-range", ALONE)
def _(d: Driver) -> None:
    d.wr(regs.BAR0_WINDOW, d.flavour.fb_size() >> 16)
    d.rd(regs.PRAMIN)


@breaks("wpr2-cpu-access", ALONE)
def _(d: Driver) -> None:
    d.boot_to_gsp()
    d.wr(regs.BAR0_WINDOW, d.meta["wpr_start"] >> 16)
    equal(d.rd(regs.PRAMIN) >> 16, 0xBADF, "a read of WPR2 [31:16]")


@breaks("wpr2-cpu-access/last-byte", ALONE)
def _(d: Driver) -> None:
    d.boot_to_gsp()
    d.wr(regs.BAR0_WINDOW, (d.meta["wpr_end"] >> 16) - 1)
    d.wr(regs.PRAMIN + 0xFFFC, 0)
