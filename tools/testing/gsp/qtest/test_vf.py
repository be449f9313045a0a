# SPDX-License-Identifier: GPL-2.0-only
"""VFs: how they come and go, what they show, and the page that tests have on them."""

from __future__ import annotations

from . import pci, regs, vgpu
from .harness import ALONE, breaks, check, equal, test
from .layout import G, K, M
from .minidriver import Driver
from .test_channel import V_TARGET, Channel, method
from .test_fill import fill
from .test_gmmu import fb_get, fb_put
from .test_rm import OK
from .vgpu import BME, LAST, Plugin, types

ALL_ONES = 0xFFFFFFFF
BOOT_0, BOOT_1, PDB_LO, INVALIDATE = 0x0, 0x4, 0x30A0, 0x30B0
LEAF, LEAF_EN_SET, LEAF_EN_CLEAR = 0x1000, 0x1200, 0x1400
TOP, TOP_EN_SET, TOP_EN_CLEAR, LEAF_TRIGGER = 0x1600, 0x1608, 0x1610, 0x1640
SCRATCH, FAULT_PUT, TIME_0, TIME_1, DOORBELL = 0x2100, 0x300C, 0x30080, 0x30084, 0x30090
MSIX_TABLE = 0x10000
TEST_ID, TEST_GFID, TEST_DMA, TEST_FB = 0x2F000, 0x2F004, 0x2F008, 0x2F010
TEST_LENGTH, TEST_COMMAND, TEST_STATUS, TEST_MSIX = 0x2F018, 0x2F01C, 0x2F020, 0x2F024
TO_FB, FROM_FB = 1, 2
TEST = ",vf-test=on"
PATTERN = 0x5AFE1234


class Vf:
    """A VF, counted from 0, and where its BARs are."""

    def __init__(self, d: Driver, number: int):
        self.d, self.function = d, d.pci.vf(number)
        places = (pci.VF_BAR0_AT, pci.VF_BAR1_AT, pci.VF_BAR2_AT)
        sizes = pci.VF_SIZES
        self.bar0, self.bar1, self.bar2 = (a + s * number for a, s in zip(places, sizes))

    def cfg(self, reg: int) -> int:
        return self.d.pci.read(reg, self.function)

    def master(self) -> None:
        self.d.pci.write(pci.COMMAND, pci.CMD_MASTER, self.function)

    def rd(self, reg: int) -> int:
        return self.d.qt.readl(self.bar0 + reg)

    def wr(self, reg: int, value: int) -> None:
        self.d.qt.writel(self.bar0 + reg, value)

    def msix(self) -> int:
        """All vectors into a page, 16 bytes for each, with 0x4320 and their number."""
        target = self.d.mem.alloc(4096)
        for vector in range(6):
            row = target + 16 * vector, 0, 0x4320 + vector, 0
            for at, value in enumerate(row):
                self.wr(MSIX_TABLE + 16 * vector + 4 * at, value)
        cap = self.d.pci.find_cap(pci.CAP_MSIX, self.function)
        equal(cap, 0x7C, "place of MSI-X")
        equal(self.d.pci.read(cap, self.function) >> 16 & 0x7FF, 5, "last vector")
        self.d.pci.write(cap, 1 << 31, self.function)
        self.master()
        return target

    def flr(self) -> None:
        control = self.d.pci.find_cap(pci.CAP_EXPRESS, self.function) + 8
        self.d.pci.write(control, 1 << 15, self.function)
        self.d.qt.step(100_000_000)

    def copy(self, command: int, dma: int, fb: int, size: int) -> int:
        """A command to the test page; its status."""
        for reg, value in ((TEST_DMA, dma), (TEST_FB, fb)):
            self.wr(reg, value & ALL_ONES)
            self.wr(reg + 4, value >> 32)
        self.wr(TEST_LENGTH, size)
        self.wr(TEST_COMMAND, command)
        return self.rd(TEST_STATUS)


def vfs(d: Driver, number: int = 32) -> list[Vf]:
    d.pci.enable_vfs(number)
    return [Vf(d, n) for n in range(number)]


def switched_on(d: Driver, number: int = 32) -> list[Vf]:
    """VFs of a GSP-RM that has partitions for them."""
    vgpu.boot(d)
    return vfs(d, number)


def with_vgpus(d: Driver, number: int = 2, **fields) -> list[Vf]:
    """VFs whose vGPUs have a GiB each: GFID n the one at n GiB."""
    vgpu.boot(d)
    types(d)
    for gfid in range(1, number + 1):
        Plugin(d, gfid, **fields).ready()
    return vfs(d, number)


@test("vf.come-and-go")
def _(d: Driver) -> None:
    """Hidden, shown, hidden again."""
    cap = d.pci.find_ext_cap(pci.EXT_CAP_SRIOV)
    equal(Vf(d, 0).cfg(8), ALL_ONES, "class of a VF before")
    for number in (2, 32, 1):
        shown = vfs(d, number)
        for vf in shown:
            equal(vf.cfg(8) >> 16, 0x0302, "class")
            equal(vf.cfg(0), ALL_ONES, "vendor and device")
            equal(vf.cfg(0x2C), d.pci.read(0x2C), "subsystem")
            equal(vf.cfg(pci.BAR0), 0, "BAR0 in its own configuration space")
        for n in range(number, 32):
            equal(Vf(d, n).cfg(8), ALL_ONES, f"class of VF {n} beside {number}")
        d.pci.write(cap + 8, 0)
        equal(shown[0].cfg(8), ALL_ONES, "class of a VF that is gone")
        check(shown[0].rd(BOOT_1) != 0x20000, "a VF that is gone still decodes")


@test("vf.registers")
def _(d: Driver) -> None:
    for vf in switched_on(d):
        equal(vf.rd(BOOT_0), 0x192000A1, "BOOT_0")
        equal(vf.rd(BOOT_1), 0x20000, "BOOT_1")
    vf.wr(PDB_LO, PATTERN)
    equal(vf.rd(PDB_LO), PATTERN, "INVALIDATE_PDB_LO")
    equal(Vf(d, 0).rd(PDB_LO), 0, "INVALIDATE_PDB_LO of another")
    vf.wr(INVALIDATE, 0x80000001)
    equal(vf.rd(INVALIDATE) >> 31, 0, "trigger")
    vf.wr(SCRATCH + 4, PATTERN)
    equal((vf.rd(SCRATCH), vf.rd(SCRATCH + 4)), (0, PATTERN), "MAILBOX_SCRATCH")
    for reg in (0x8, FAULT_PUT, DOORBELL, 0x110000, TEST_ID):
        vf.wr(reg, PATTERN)
        equal(vf.rd(reg), 0, f"register {reg:#x}")


def _is_off(vf: Vf) -> None:
    """It tells what it is, and MSI-X can be set up; nothing else is there."""
    equal((vf.rd(BOOT_0), vf.rd(BOOT_1)), (0x192000A1, 0x20000), "BOOT_0 and BOOT_1")
    target = vf.msix()
    for reg in (PDB_LO, LEAF_EN_SET, TOP_EN_SET, SCRATCH):
        vf.wr(reg, 1)
        equal(vf.rd(reg), 0, f"register {reg:#x}")
    vf.wr(LEAF_TRIGGER, 0)
    equal((vf.rd(LEAF), vf.rd(TIME_0), vf.rd(TIME_1)), (0, 0, 0), "LEAF and time")
    equal(vf.d.qt.readl(target), 0, "message")
    equal(vf.rd(TEST_ID), 0, "id of the test page")


@test("vf.off", gpu=TEST)
def _(d: Driver) -> None:
    """Before GSP-RM is booted, and behind it."""
    vf = vfs(d, 1)[0]
    _is_off(vf)
    vgpu.boot(d)
    vf.wr(PDB_LO, PATTERN)
    equal((vf.rd(PDB_LO), vf.rd(TEST_GFID)), (PATTERN, 1), "registers when it is on")
    d.unload()
    equal((vf.rd(BOOT_1), vf.rd(PDB_LO), vf.rd(TEST_GFID)), (0x20000, 0, 0), "registers behind it")


@test("vf.off-without-partitions", gpu=TEST)
def _(d: Driver) -> None:
    vgpu.boot(d, partitions=0)
    _is_off(vfs(d, 2)[1])


@test("vf.time")
def _(d: Driver) -> None:
    """The time of the PF, in steps of 32 ns."""
    vf = switched_on(d, 2)[1]
    d.qt.step(5 << 32)
    before = vf.rd(TIME_1) << 32 | vf.rd(TIME_0)
    check(before > 5 << 32, f"{before} ns")
    equal(before % 32, 0, "lowest bits")
    d.qt.step(6 << 32)
    equal((vf.rd(TIME_1) << 32 | vf.rd(TIME_0)) - before, 6 << 32, "ns")
    equal(d.rd(0xBB0084), vf.rd(TIME_1), "TIME_1 of the PF")


def _enable(vf: Vf, vector: int) -> None:
    vf.wr(LEAF_EN_SET + vector // 32 * 4, 1 << vector % 32)
    vf.wr(TOP_EN_SET, 1 << vector // 64)


def _sent(d: Driver, target: int) -> bool:
    """Has vector 0 been sent since we last asked, and no other?"""
    equal([d.qt.readl(target + 16 * vector) for vector in range(1, 6)], [0] * 5, "other vectors")
    came = d.qt.readl(target) == 0x4320
    d.qt.writel(target, 0)
    return came


@test("vf.interrupt-tree")
def _(d: Driver) -> None:
    """By LEAF_TRIGGER, up to MSI-X vector 0, each of the leaves."""
    vf = switched_on(d, 1)[0]
    target = vf.msix()
    for vector in (0, 31, 32, 129, 255):
        leaf, bit = vector // 32 * 4, 1 << vector % 32
        vf.wr(LEAF_TRIGGER, vector)
        equal((vf.rd(LEAF + leaf), vf.rd(TOP)), (bit, 0), "LEAF and TOP while disabled")
        vf.wr(LEAF + leaf, bit)
        equal(vf.rd(LEAF + leaf), 0, "LEAF after a write of one")
        _enable(vf, vector)
        check(not _sent(d, target), "a message without a cause")
        vf.wr(LEAF_TRIGGER, vector)
        check(_sent(d, target), f"no message of vector {vector}")
        equal((vf.rd(LEAF + leaf), vf.rd(TOP)), (bit, 1 << vector // 64), "LEAF and TOP")
        vf.wr(LEAF_EN_CLEAR + leaf, bit)
        equal((vf.rd(LEAF_EN_SET + leaf), vf.rd(TOP)), (0, 0), "LEAF_EN and TOP")
        vf.wr(TOP_EN_CLEAR, ALL_ONES)
        vf.wr(LEAF + leaf, bit)
    vf.wr(LEAF_TRIGGER, 256)
    equal([vf.rd(LEAF + 4 * leaf) for leaf in range(8)], [0] * 8, "LEAF of no such vector")


@test("vf.interrupt-tree.enabled-late")
def _(d: Driver) -> None:
    """What is pending is told when the last obstacle goes, and only then."""
    vf = switched_on(d, 1)[0]
    target = vf.msix()
    vf.wr(LEAF_TRIGGER, 70)
    vf.wr(LEAF_EN_SET + 8, 1 << 6)
    check(not _sent(d, target), "a message while TOP_EN is off")
    vf.wr(TOP_EN_SET, 1 << 1)
    check(_sent(d, target), "no message by TOP_EN_SET")
    vf.wr(TOP_EN_SET, 1 << 1)
    check(not _sent(d, target), "a message by TOP_EN_SET that changes nothing")
    vf.wr(LEAF_EN_CLEAR + 8, 1 << 6)
    vf.wr(LEAF_EN_SET + 8, 1 << 6)
    check(_sent(d, target), "no message by LEAF_EN_SET")


@test("vf.interrupt-tree.apart")
def _(d: Driver) -> None:
    """Of each VF its own, until FLR; nothing of it reaches the PF's."""
    first, second = switched_on(d, 2)
    target = second.msix()
    for vf in (first, second):
        _enable(vf, 5)
    first.wr(LEAF_TRIGGER, 5)
    equal((first.rd(LEAF), second.rd(LEAF)), (1 << 5, 0), "LEAF of both")
    equal(d.rd(regs.LEAF) & 1 << 5, 0, "LEAF of the PF")
    check(not _sent(d, target), "a message of the other")
    second.flr()
    equal((second.rd(LEAF_EN_SET), second.rd(TOP_EN_SET)), (0, 0), "enables after FLR")
    equal(first.rd(LEAF_EN_SET), 1 << 5, "enables of the other")


@test("vf.sizes-of-bars")
def _(d: Driver) -> None:
    cap = d.pci.find_ext_cap(pci.EXT_CAP_SRIOV)
    for slot in range(6):
        d.pci.write(cap + 0x24 + 4 * slot, ALL_ONES)
    got = [d.pci.read(cap + 0x24 + 4 * slot) for slot in range(6)]
    want = [0xFF000000, 0xF000000C, ALL_ONES, 0xFE00000C, ALL_ONES, 0]
    equal(got, want, "VF BARs written with ones")


@test("vf.memory-decoding-is-the-pfs")
def _(d: Driver) -> None:
    vf = vfs(d, 1)[0]
    d.pci.write(pci.COMMAND, pci.CMD_MASTER | pci.CMD_MEMORY, vf.function)
    equal(vf.cfg(pci.COMMAND) & 0xFFFF, pci.CMD_MASTER, "COMMAND")
    d.pci.write(pci.COMMAND, 0, vf.function)
    equal(vf.rd(BOOT_1), 0x20000, "BOOT_1")
    vf.flr()
    equal(vf.rd(BOOT_1), 0x20000, "BOOT_1 after FLR")
    d.pci.enable_vfs(1, pci.VF_ENABLE | pci.VF_ARI)
    check(vf.rd(BOOT_1) != 0x20000, "BOOT_1 reads without VF MSE")


@test("vf.end-with-the-pf")
def _(d: Driver) -> None:
    vf = with_vgpus(d, 1)[0]
    d.pci.flr()
    equal(vf.cfg(8), ALL_ONES, "class after FLR of the PF")
    vf = vfs(d, 1)[0]
    d.mem.reset()
    d.boot()
    equal(vf.rd(BOOT_1), 0x20000, "BOOT_1")
    d.qt.set("fault", "gone")
    for what in (vf.cfg(8), vf.rd(BOOT_1), vf.rd(0x10000), d.qt.readl(vf.bar1)):
        equal(what, ALL_ONES, "anything of a VF whose PF is gone")
    d.qt.set("fault", "")
    equal(vf.rd(BOOT_1), 0x20000, "BOOT_1 when it is back")


@test("vf.windows")
def _(d: Driver) -> None:
    """Pieces follow each other in the guest's view, whatever their order."""
    pieces = [(9 * G, 32 * M), (5 * G, 64 * M), (3 * G, 32 * M)]
    vf = with_vgpus(d, 1, fb=pieces)[0]
    views = ((0, 9 * G), (32 * M - 4, 9 * G + 32 * M - 4), (32 * M, 5 * G), (96 * M, 3 * G))
    for number, (at, addr) in enumerate(views):
        d.qt.writel(vf.bar1 + at, PATTERN + number)
        equal(fb_get(d, addr), PATTERN + number, f"framebuffer behind {at:#x} of BAR1")
        fb_put(d, addr & ~7, (number << 32) + number)
        equal(d.qt.readl(vf.bar1 + at), number, f"BAR1 at {at:#x}")
    d.qt.writeq(vf.bar2 + 8, 0x1122334455667788)
    equal(fb_get(d, 9 * G + 12), 0x11223344, "framebuffer behind BAR2")


@test("vf.windows-are-apart")
def _(d: Driver) -> None:
    found = with_vgpus(d, 8)
    for number, vf in enumerate(found, 1):
        d.qt.writel(vf.bar1 + 0x1000, PATTERN + number)
    for gfid, vf in enumerate(found, 1):
        equal(d.qt.readl(vf.bar1 + 0x1000), PATTERN + gfid, f"BAR1 of GFID {gfid}")
        equal(fb_get(d, gfid * G + 0x1000), PATTERN + gfid, f"framebuffer of GFID {gfid}")


@test("vf.flr-clears-no-framebuffer", gpu=TEST)
def _(d: Driver) -> None:
    vf = with_vgpus(d, 1)[0]
    d.qt.writel(vf.bar1, PATTERN)
    vf.wr(PDB_LO, 1)
    vf.wr(TEST_LENGTH, 1)
    vf.master()
    vf.flr()
    equal(d.qt.readl(vf.bar1), PATTERN, "framebuffer")
    equal((vf.rd(PDB_LO), vf.rd(TEST_LENGTH)), (0, 0), "registers")
    equal(vf.cfg(pci.COMMAND) & 0xFFFF, 0, "COMMAND")


# the test page


@test("vf.test-page", gpu=TEST)
def _(d: Driver) -> None:
    for gfid, vf in enumerate(switched_on(d), 1):
        equal(vf.rd(TEST_ID).to_bytes(4, "little"), b"VFT0", "id")
        equal(vf.rd(TEST_GFID), gfid, "GFID")


@test("vf.test-page.dma", gpu=TEST)
def _(d: Driver) -> None:
    vf = with_vgpus(d, 2)[1]
    page = d.mem.put(b"0123456789abcdef" * 1024)
    back = d.mem.alloc(16 * K)
    equal(vf.copy(TO_FB, page, 0x2345, 0x3456), 2, "status without bus mastering")
    vf.master()
    equal(vf.copy(TO_FB, page, 0x2345, 0x3456), 0, "status into framebuffer")
    equal(vgpu.fb_read(d, 2 * G + 0x2344, 8)[1:], b"0123456", "framebuffer")
    equal(vf.copy(FROM_FB, back, 0x2345, 0x3456), 0, "status into memory")
    equal(d.qt.read(back, 0x3456), d.qt.read(page, 0x3456), "memory")
    equal(vf.copy(FROM_FB, 1 << 40, 0, 16), 2, "status of an address without memory")
    equal(vf.copy(9, page, 0, 16), 3, "status of an unknown command")


@test("vf.test-page.all-of-the-framebuffer", gpu=TEST)
def _(d: Driver) -> None:
    """Any place, also behind 4 GiB, across pieces, and the very last byte."""
    vgpu.boot(d)
    types(d)
    Plugin(d, fb=[(G, 20 * G), (40 * G, 32 * M)]).ready(LAST)
    vf, back = vfs(d, 1)[0], d.mem.alloc(4 * K)
    vf.master()
    border, end = 20 * G, 20 * G + 32 * M
    last = 40 * G + 32 * M - 16
    for at, addr in ((0, G), (5 * G + 4, 6 * G + 4), (border, 40 * G), (end - 16, last)):
        vgpu.fb_write(d, addr, at.to_bytes(8, "little") * 2)
        equal(vf.copy(FROM_FB, back, at + 3, 13), 0, f"status at {at:#x}")
        equal(d.qt.read(back, 13), (at.to_bytes(8, "little") * 2)[3:], f"bytes at {at:#x}")
    vgpu.fb_write(d, 21 * G - 8, b"01234567")
    equal(vf.copy(FROM_FB, back, border - 8, 16), 0, "status across pieces")
    equal(d.qt.read(back, 16), b"01234567" + border.to_bytes(8, "little"), "bytes across pieces")
    equal(vf.copy(FROM_FB, back, end - 1, 1), 0, "status of the last byte")


@test("vf.test-page.msix", gpu=TEST)
def _(d: Driver) -> None:
    vf = switched_on(d, 3)[2]
    target = vf.msix()
    for vector in range(6):
        vf.wr(TEST_MSIX, vector)
        equal(d.qt.readl(target + 16 * vector), 0x4320 + vector, f"message {vector}")
        d.qt.writel(target + 16 * vector, 0)
    d.pci.write(d.pci.find_cap(pci.CAP_MSIX, vf.function), 0, vf.function)
    vf.wr(TEST_MSIX, 1)
    equal(d.qt.readl(target + 16), 0, "message while MSI-X is off")


@test("faults.vf-dma-lost", gpu=TEST)
def _(d: Driver) -> None:
    """Of one VF, both ways; it says done."""
    other, vf = with_vgpus(d, 2)
    page, back = d.mem.put(b"0123" * 1024), d.mem.alloc(4096)
    for each in (other, vf):
        each.master()
    d.qt.set("fault", "vf-dma-lost,fn=2,count=0")
    for command, where in ((TO_FB, page), (FROM_FB, back)):
        equal(vf.copy(command, where, 0, 4096), 0, "status")
        equal(other.copy(command, page, 0, 4096), 0, "status of the other")
    equal(vgpu.fb_read(d, 2 * G, 4), bytes(4), "framebuffer")
    equal(vgpu.fb_read(d, G, 4), b"0123", "framebuffer of the other")
    equal(d.qt.read(back, 4), bytes(4), "memory")
    equal(d.qt.get("fault-fired"), 2, "fault-fired")


@test("faults.vf-msix-lost", gpu=TEST)
def _(d: Driver) -> None:
    vf = switched_on(d, 1)[0]
    target = vf.msix()
    d.qt.set("fault", "vf-msix-lost,fn=1")
    for number, value in enumerate((0, 0x4320), 1):
        vf.wr(TEST_MSIX, 0)
        equal(d.qt.readl(target), value, f"memory after interrupt {number}")


# rules


@breaks("vf-fb-out-of-range", ALONE)
def _(d: Driver) -> None:
    vf = with_vgpus(d, 1, fb=[(9 * G, 32 * M), (5 * G, 32 * M)])[0]
    equal(d.qt.readl(vf.bar1 + 64 * M), ALL_ONES, "BAR1 behind the end")
    equal(d.qt.readl(vf.bar1 + 64 * M - 4), 0, "BAR1 at the end")


@breaks("vf-fb-out-of-range/no-vgpu", ALONE)
def _(d: Driver) -> None:
    vf = vfs(d, 1)[0]
    d.qt.writel(vf.bar1, 0)
    equal(d.qt.readl(vf.bar2), ALL_ONES, "BAR2")


@breaks("vf-fb-out-of-range/behind-its-vgpu", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    plugin = Plugin(d).start()
    plugin.stop()
    equal(d.qt.readl(vfs(d, 1)[0].bar1), ALL_ONES, "BAR1")


@breaks("vf-fb-out-of-range/dma", ALONE, gpu=TEST)
def _(d: Driver) -> None:
    """What lies before the end arrives."""
    vf = with_vgpus(d, 1)[0]
    vf.master()
    page = d.mem.put(b"abcd" * 2048)
    equal(vf.copy(TO_FB, page, G - 4096, 8192), 1, "status")
    equal(vgpu.fb_read(d, 2 * G - 4, 8), b"abcd" + bytes(4), "framebuffer around the end")


def _write_by_pf(d: Driver, target: int) -> Channel:
    """A channel of the PF that sees the framebuffer of GFID 1 at V_TARGET."""
    vgpu.enable(d)
    c = Channel(d, target=target)
    types(d)
    c.schedule()
    c.submit(method(0, 0xC7B5, subch=4))
    return c


@test("vf.pf-scrubs-what-rests")
def _(d: Driver) -> None:
    """Before the guest runs, and when its bus mastering is off again."""
    c = _write_by_pf(d, 9 * G)
    plugin = Plugin(d, fb=[(9 * G, 32 * M)])
    c.submit(fill(V_TARGET, 0x1000, 0))
    plugin.ready()
    c.submit(fill(V_TARGET, 0x1000, 0))
    for on in (1, 0):
        equal(plugin.call(BME, bytes((on, 0))), OK, "result of UPDATE_BME_STATE")
    c.submit(fill(V_TARGET, 0x1000, 0))
    equal(plugin.shutdown(), OK, "status of SHUTDOWN")
    c.submit(fill(V_TARGET, 0x1000, 0))


@breaks("vgpu-fb-pf-write", ALONE)
def _(d: Driver) -> None:
    """Once is enough; reading is fine."""
    c = _write_by_pf(d, 9 * G)
    plugin = Plugin(d, fb=[(9 * G, 32 * M)]).ready()
    equal(plugin.call(BME, b"\1\0"), OK, "result of UPDATE_BME_STATE")
    for _ in range(2):
        c.submit(fill(V_TARGET, 0x1000, 0))
        equal(d.qt.get("rules-broken"), 1, "rules-broken")
        equal(fb_get(d, 9 * G), 0, "framebuffer")
