# SPDX-License-Identifier: GPL-2.0-only
"""Falcons apart from any boot: reset, memories, ports, start."""

from __future__ import annotations

from . import regs, ucodes
from .harness import equal, test
from .minidriver import Driver

GSP, SEC2 = regs.GSP, regs.SEC2
AINCW, AINCR, SECURE = 1 << 24, 1 << 25, 1 << 28
UNREADABLE = 0xDEAD5EC1


def _fresh(d: Driver, base: int) -> None:
    d.wait_gfw()
    d.set_flush_page()
    d.falcon.reset(base)


def _dma(d: Driver, base: int, addr: int, target: int, source: int, cmd: int) -> None:
    d.wr(base + regs.FBIF_CTL, 0x80)
    d.wr(base + regs.TRANSCFG, 5)
    d.wr(base + regs.DMATRFBASE, addr >> 8)
    d.wr(base + regs.DMATRFMOFFS, target)
    d.wr(base + regs.DMATRFFBOFFS, source)
    d.wr(base + regs.DMATRFCMD, cmd)
    equal(d.rd(base + regs.DMATRFCMD) & 3, 2, "IDLE and FULL")


def _dmem(d: Driver, base: int, at: int, count: int) -> list[int]:
    d.wr(base + regs.DMEMC, at | AINCR)
    return [d.rd(base + regs.DMEMD) for _ in range(count)]


@test("falcon.reset-reports-scrubbing")
def _(d: Driver) -> None:
    """Busy at least once after each reset, then done, in both places that tell."""
    d.wait_gfw()
    d.set_flush_page()
    for base in (GSP, SEC2):
        for reg, mask in ((regs.HWCFG2, 1 << 12), (regs.DMACTL, 6)):
            d.wr(base + regs.ENGINE, 1)
            d.wr(base + regs.ENGINE, 0)
            equal(d.rd(base + reg) & mask, mask, "scrubbing just after the reset")
            d.poll(base + reg, mask, 0, "scrubbed", 20)


@test("falcon.reset-clears-memory")
def _(d: Driver) -> None:
    _fresh(d, GSP)
    d.wr(GSP + regs.DMEMC, 0x100 | AINCW)
    for value in (1, 2, 3):
        d.wr(GSP + regs.DMEMD, value)
    equal(_dmem(d, GSP, 0x100, 3), [1, 2, 3], "DMEM")
    d.falcon.reset(GSP)
    equal(_dmem(d, GSP, 0x100, 3), [0, 0, 0], "DMEM after the reset")


@test("falcon.dma-to-dmem")
def _(d: Driver) -> None:
    _fresh(d, SEC2)
    words = [0x11110000 + i for i in range(64)]
    addr = d.mem.put(b"".join(word.to_bytes(4, "little") for word in [0] * 64 + words))
    _dma(d, SEC2, addr, 0x300, 0x100, 0x600)
    equal(_dmem(d, SEC2, 0x300, 64), words, "DMEM")


@test("falcon.dma-of-a-few-bytes")
def _(d: Driver) -> None:
    """SIZE 0 is 4 bytes, and touches no other."""
    _fresh(d, SEC2)
    addr = d.mem.put(b"\x78\x56\x34\x12" * 64)
    _dma(d, SEC2, addr, 0x20, 0, 0x000)
    equal(_dmem(d, SEC2, 0x1C, 3), [0, 0x12345678, 0], "DMEM")


@test("falcon.imem-ports")
def _(d: Driver) -> None:
    """Plain code can be read back, secure code can not."""
    _fresh(d, GSP)
    for at, flag, want in ((0, 0, 0xABCD0001), (0x100, SECURE, UNREADABLE)):
        d.wr(GSP + regs.IMEMC, at | AINCW | flag)
        d.wr(GSP + regs.IMEMT, at >> 8)
        d.wr(GSP + regs.IMEMD, 0xABCD0001)
        d.wr(GSP + regs.IMEMC, at | AINCR)
        equal(d.rd(GSP + regs.IMEMD), want, f"IMEM at {at:#x}")


@test("falcon.ports-count-up")
def _(d: Driver) -> None:
    _fresh(d, GSP)
    d.wr(GSP + regs.DMEMC, 0xF8 | AINCW)
    for value in range(4):
        d.wr(GSP + regs.DMEMD, value)
    equal(d.rd(GSP + regs.DMEMC) & 0xFFFF, 0x108, "offset after four words")
    d.wr(GSP + regs.DMEMC, 0xF8)
    equal([d.rd(GSP + regs.DMEMD) for _ in range(2)], [0, 0], "reads without AINCR")


@test("falcon.second-port")
def _(d: Driver) -> None:
    _fresh(d, GSP)
    d.wr(GSP + regs.DMEMC + 8, 0x40 | AINCW)
    d.wr(GSP + regs.DMEMD + 8, 0x5A5A5A5A)
    equal(_dmem(d, GSP, 0x40, 1), [0x5A5A5A5A], "DMEM")


@test("falcon.memory-sizes")
def _(d: Driver) -> None:
    for base in (GSP, SEC2):
        size = d.rd(base + regs.HWCFG)
        equal((size & 0x1FF) * 256 >= 0x8000, True, "room for the published code in IMEM")
        equal((size >> 9 & 0x1FF) * 256 >= 0x7000, True, "room for the published data in DMEM")


@test("falcon.mailboxes-are-plain")
def _(d: Driver) -> None:
    for base in (GSP, SEC2):
        d.wr(base + regs.MAILBOX0, 0x12345678)
        d.wr(base + regs.MAILBOX1, 0x9ABCDEF0)
        equal(d.rd(base + regs.MAILBOX0), 0x12345678, "MAILBOX0")
        equal(d.rd(base + regs.MAILBOX1), 0x9ABCDEF0, "MAILBOX1")


@test("falcon.alias-starts-as-well")
def _(d: Driver) -> None:
    def start(d: Driver) -> None:
        d.wr(SEC2 + regs.CPUCTL_ALIAS, regs.CPUCTL_START)

    d.instead("booter.start", start)
    d.boot()


@test("falcon.data-in-any-order")
def _(d: Driver) -> None:
    """From the last unit to the first: what counts is what was loaded."""

    def backwards(d: Driver) -> None:
        source, target, size = d.booter.data
        for at in reversed(range(0, size, 256)):
            d.falcon.load(d.booter, (source + at, target + at, 256), d.booter.dmem_cmd)

    d.instead("booter.dmem", backwards)
    d.boot()


@test("falcon.halt-interrupt")
def _(d: Driver) -> None:
    d.boot_to_gsp()
    equal(d.rd(SEC2 + regs.IRQSTAT) >> 4 & 1, 1, "HALT in IRQSTAT")
    d.wr(SEC2 + regs.IRQSCLR, 0x10)
    equal(d.rd(SEC2 + regs.IRQSTAT) >> 4 & 1, 0, "HALT after clearing it")


@test("falcon.scrubber-runs")
def _(d: Driver) -> None:
    """The third signed ucode of Ada."""
    d.wait_gfw()
    d.set_flush_page()
    equal(d.falcon.run(ucodes.from_file(d, "scrubber", "scrubber", 0)), 0, "MAILBOX0")


@test("falcon.flr-resets-all-of-it")
def _(d: Driver) -> None:
    d.boot()
    d.pci.flr()
    for base in (GSP, SEC2):
        equal(d.rd(base + regs.RISCV_CPUCTL) & regs.RISCV_ACTIVE, 0, "RISC-V active")
        equal(d.rd(base + regs.CPUCTL) & regs.CPUCTL_HALTED, regs.CPUCTL_HALTED, "HALTED")
        for reg in (regs.MAILBOX0, regs.MAILBOX1, regs.IRQSTAT, regs.BOOTVEC, regs.OS):
            equal(d.rd(base + reg), 0, f"register {reg:#x}")
        equal(d.rd(base + regs.BCR_CTRL), 0x101, "BCR_CTRL")
        equal(_dmem(d, base, d.booter.signature_at, 4), [0] * 4, "DMEM")
