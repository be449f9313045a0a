# SPDX-License-Identifier: GPL-2.0-only
"""Registers, configuration space and interrupts of a device that nobody boots."""

from __future__ import annotations

from fw import vbios

from . import pci, regs
from .harness import check, equal, test
from .minidriver import Driver

VECTOR = 155  # any: raised by software here


@test("registers.identity")
def _(d: Driver) -> None:
    equal(d.rd(regs.BOOT_0), 0x192000A1, "BOOT_0")
    equal(d.rd(regs.BOOT_42), 0x192A1000, "BOOT_42")
    equal(d.rd(regs.BOOT_1), 0, "BOOT_1")
    equal(d.pci.read(0) & 0xFFFF, 0x10DE, "vendor")
    check(d.pci.read(8) >> 16 in (0x0300, 0x0302), "class")
    equal(d.pci.bars[0][1], 16 << 20, "size of BAR0")
    equal(d.pci.bars[3][1], 32 << 20, "size of BAR3")


@test("registers.power-on-state")
def _(d: Driver) -> None:
    equal(d.rd(regs.WPR2_HI), 0, "WPR2 HI")
    equal(d.rd(regs.SCRATCH_FRTS), 0, "FRTS scratch")
    equal(d.rd(regs.SCRATCH_SB), 0, "SB scratch")
    for base in (regs.GSP, regs.SEC2):
        equal(d.rd(base + regs.CPUCTL) & regs.CPUCTL_HALTED, regs.CPUCTL_HALTED, "HALTED")
        equal(d.rd(base + regs.HWCFG2), 0x80000400, "HWCFG2")
        equal(d.rd(base + regs.DMACTL) & 6, 0, "scrub bits")
        equal(d.rd(base + regs.BCR_CTRL), 0x101, "BCR_CTRL")
        equal(d.rd(base + regs.RISCV_CPUCTL) & regs.RISCV_ACTIVE, 0, "RISC-V active")
    equal(d.qt.get("state"), "reset", "state")


@test("registers.ptimer-advances")
def _(d: Driver) -> None:
    def now() -> int:
        return d.rd(regs.PTIMER_HI) << 32 | d.rd(regs.PTIMER_LO)

    start = now()
    d.qt.step(1_000_000)
    check(900_000 <= now() - start <= 1_100_000, f"{now() - start} ns after 1 ms")
    d.qt.step(5_000_000_000)
    check(now() >> 32 >= 1, "the high word never moves")
    equal(d.rd(0xBB0080) >> 20, d.rd(regs.PTIMER_LO) >> 20, "time of the user page")


@test("registers.fb-size", gpu=",fb-size=8192")
def _(d: Driver) -> None:
    equal(d.rd(regs.USABLE_FB_MIB), 8192, "USABLE_FB_SIZE")


@test("registers.fuses", gpu=",fuse-gsp=3,fuse-sec2=1")
def _(d: Driver) -> None:
    equal(d.rd(regs.FUSE_GSP + 4 * 8).bit_length(), 3, "GSP fuse version")
    equal(d.rd(regs.FUSE_SEC2 + 4 * 2).bit_length(), 1, "SEC2 fuse version")
    equal(d.rd(regs.DISPLAY_FUSE) & 1, 1, "display fused off")


@test("registers.prom-is-a-vbios")
def _(d: Driver) -> None:
    d.read_vbios()
    types = [head["code_type"] for _, head in vbios.images(d.rom)]
    equal(types[0], 0, "first image")
    equal(types[-1], 0xE0, "last image")
    size = vbios.images(d.rom)[0][1]["image_length"] * 512
    equal(sum(d.rom[:size]) & 0xFF, 0, "checksum of the PC-AT image")
    desc = vbios.fwsec_desc(d.rom)
    equal(desc["hdr"] >> 8 & 0xFF, 3, "descriptor version")
    equal(desc["engine_id_mask"], 0x400, "engine")
    equal(desc["signature_count"], desc["signature_versions"].bit_count(), "signatures")
    vbios.mapper(d.rom)


@test("registers.config-mirror")
def _(d: Driver) -> None:
    for reg in (0x00, 0x08, 0x2C):
        equal(d.rd(0x88000 + reg), d.pci.read(reg), f"mirror of {reg:#x}")


@test("registers.flush-page-is-plain")
def _(d: Driver) -> None:
    d.wr(regs.FLUSH_HI, 0x12)
    d.wr(regs.FLUSH_LO, 0x345678)
    equal(d.rd(regs.FLUSH_HI), 0x12, "HI")
    equal(d.rd(regs.FLUSH_LO), 0x345678, "LO")


@test("registers.pramin-window")
def _(d: Driver) -> None:
    for base in (0, 0x12340000, (d.rd(regs.USABLE_FB_MIB) - 2) << 20):
        value = 0xC0FFEE00 ^ base >> 16
        d.wr(regs.BAR0_WINDOW, base >> 16)
        d.wr(regs.PRAMIN + 0x21230, value)
        d.wr(regs.BAR0_WINDOW, (base >> 16) + 2)
        equal(d.rd(regs.PRAMIN + 0x1230), value, f"framebuffer at {base + 0x21230:#x}")


@test("registers.pramin-takes-any-size")
def _(d: Driver) -> None:
    d.wr(regs.PRAMIN, 0x44332211)
    equal(d.qt.readb(d.bar0 + regs.PRAMIN + 2), 0x33, "byte")
    equal(d.qt.readw(d.bar0 + regs.PRAMIN + 2), 0x4433, "word")


@test("registers.unknown-reads-zero")
def _(d: Driver) -> None:
    equal(d.rd(0x00F000), 0, "unknown register")
    d.wr(0x00F000, 0xFFFFFFFF)
    equal(d.rd(0x00F000), 0, "unknown register after a write")


@test("registers.memory-decoding-off")
def _(d: Driver) -> None:
    d.pci.enable(0)
    check(d.rd(regs.BOOT_0) != 0x192000A1, "BOOT_0 reads without memory decoding")
    d.pci.enable()
    equal(d.rd(regs.BOOT_0), 0x192000A1, "BOOT_0 with memory decoding again")


@test("registers.sriov-capability")
def _(d: Driver) -> None:
    at = d.pci.find_ext_cap(pci.EXT_CAP_SRIOV)
    equal(at, 0xBCC, "place of the capability")
    check(d.pci.read(at + 0xC) >> 16 > 0, "TotalVFs")
    equal(d.pci.read(at + 0x18) >> 16, d.pci.read(0) >> 16, "VF device id")


@test("registers.no-sriov", gpu=",total-vfs=0")
def _(d: Driver) -> None:
    try:
        d.pci.find_ext_cap(pci.EXT_CAP_SRIOV)
    except LookupError:
        return
    check(False, "SR-IOV capability with total-vfs=0")


# interrupt tree


def _leaf(vector: int) -> tuple[int, int]:
    return vector // 32, 1 << vector % 32


@test("interrupts.leaf-and-top")
def _(d: Driver) -> None:
    for vector in (0, 63, 155, 255):
        leaf, bit = _leaf(vector)
        d.wr(regs.LEAF_TRIGGER, vector)
        equal(d.rd(regs.LEAF + 4 * leaf), bit, f"leaf {leaf}")
        equal(d.rd(regs.TOP), 0, "TOP while disabled")
        d.wr(regs.LEAF_EN_SET + 4 * leaf, bit)
        equal(d.rd(regs.TOP), 1 << leaf // 2, "TOP")
        d.wr(regs.LEAF_EN_CLEAR + 4 * leaf, bit)
        equal(d.rd(regs.TOP), 0, "TOP after disabling")
        d.wr(regs.LEAF + 4 * leaf, bit)
        equal(d.rd(regs.LEAF + 4 * leaf), 0, "leaf after clearing")


@test("interrupts.bits-are-independent")
def _(d: Driver) -> None:
    for vector in (64, 65, 70):
        d.wr(regs.LEAF_TRIGGER, vector)
    equal(d.rd(regs.LEAF + 8), 0x43, "leaf 2")
    d.wr(regs.LEAF + 8, 0x02)
    equal(d.rd(regs.LEAF + 8), 0x41, "leaf 2 with bit 1 cleared")
    d.wr(regs.LEAF_EN_SET + 8, 0x03)
    d.wr(regs.LEAF_EN_CLEAR + 8, 0x01)
    equal(d.rd(regs.LEAF_EN_SET + 8), 0x02, "enables of leaf 2")
    equal(d.rd(regs.TOP), 0, "TOP with the pending bits disabled")


def arm_msix(d: Driver, target: int) -> None:
    """Vector 0, with the same data."""
    cap = d.pci.find_cap(pci.CAP_MSIX)
    table = d.pci.read(cap + 4)
    entry = d.pci.bars[table & 7][0] + (table & ~7)
    for at, value in ((0, target), (4, 0), (8, 0x4321), (12, 0)):
        d.qt.writel(entry + at, value)
    d.pci.write(cap, d.pci.read(cap) | 1 << 31)


def arm(d: Driver, vector: int) -> int:
    """Enable a vector all the way to an MSI; returns where its data arrive."""
    target = d.mem.alloc(4096)
    try:
        d.pci.enable_msi(target, 0x4321)
    except LookupError:
        arm_msix(d, target)
    leaf, bit = _leaf(vector)
    d.wr(regs.LEAF + 4 * leaf, bit)
    d.wr(regs.LEAF_EN_SET + 4 * leaf, bit)
    d.wr(regs.TOP_EN_SET, 0xF)
    return target


def taken(d: Driver, target: int) -> bool:
    """Has an MSI arrived since we last asked?"""
    came = d.qt.readl(target) == 0x4321
    d.qt.writel(target, 0)
    return came


@test("interrupts.msi")
def _(d: Driver) -> None:
    target = arm(d, VECTOR)
    check(not taken(d, target), "MSI without a cause")
    d.wr(regs.LEAF_TRIGGER, VECTOR)
    check(taken(d, target), "no MSI")
    leaf, bit = _leaf(VECTOR)
    d.wr(regs.LEAF + 4 * leaf, bit)
    d.wr(regs.LEAF_TRIGGER, VECTOR)
    check(not taken(d, target), "second MSI without a rearm")
    d.wr(regs.MSI_REARM, 0)
    check(taken(d, target), "no MSI after the rearm")


@test("interrupts.top-enable-gates")
def _(d: Driver) -> None:
    target = arm(d, VECTOR)
    d.wr(regs.TOP_EN_CLEAR, 0xF)
    d.wr(regs.LEAF_TRIGGER, VECTOR)
    check(not taken(d, target), "MSI although TOP is disabled")
    d.wr(regs.TOP_EN_SET, 0xF)
    check(taken(d, target), "no MSI when TOP was enabled again")


@test("interrupts.msix")
def _(d: Driver) -> None:
    target = d.mem.alloc(4096)
    arm_msix(d, target)
    leaf, bit = _leaf(VECTOR)
    d.wr(regs.LEAF_EN_SET + 4 * leaf, bit)
    d.wr(regs.TOP_EN_SET, 0xF)
    d.wr(regs.LEAF_TRIGGER, VECTOR)
    check(taken(d, target), "no message")
    d.wr(regs.LEAF + 4 * leaf, bit)
    d.wr(regs.LEAF_TRIGGER, VECTOR)
    check(taken(d, target), "no second message: MSI-X needs no rearm")
