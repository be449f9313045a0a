# SPDX-License-Identifier: GPL-2.0-only
"""Hopper and Blackwell: the FSP, lockdown, faults, and where their registers are."""

from __future__ import annotations

from . import fsp, pci, regs, rpc
from .flavour_d import LOCKDOWN, LOCKED, LOCKED_MASK
from .harness import check, equal, test
from .layout import M
from .minidriver import BootError, Driver
from .test_boot import _boot_and_unload
from .test_channel import engines
from .test_faults import _cure, _fails_at
from .test_registers import arm, taken
from .test_rm import tree

CHIPS = ("gh100", "gb100", "gb202")
GB202 = ",chip=gb202"


def on_each(name: str):
    """The same test on each chip."""

    def register(function):
        for chip in CHIPS:
            test(f"{chip}.{name}", gpu=f",chip={chip}")(function)
        return function

    return register


# registers and configuration space


@on_each("registers.where-they-are")
def _(d: Driver) -> None:
    for reg in (0x00, 0x08, 0x2C):
        equal(d.rd(0x92000 + reg), d.pci.read(reg), f"mirror of {reg:#x}")
    equal(d.rd(0x88000), 0, "the older mirror")
    equal(d.rd(0x300000), 0, "PROM")
    equal(d.rd(0x118234), 0, "GFW boot progress")
    equal(d.rd(regs.WPR2_HI), 0, "WPR2 HI")
    equal(d.rd(regs.DISPLAY_FUSE) & 1, 1, "display fused off")
    equal(d.rd(d.flavour.boot_status), 0xFF, "FSP boot status")
    for reg in (regs.FSP_QUEUE_HEAD, regs.FSP_QUEUE_TAIL, regs.FSP_MSGQ_HEAD, regs.FSP_MSGQ_TAIL):
        equal(d.rd(reg), 0, f"register {reg:#x}")


@on_each("registers.pramin-window")
def _(d: Driver) -> None:
    for base in (0, 0x12340000, (d.rd(regs.USABLE_FB_MIB) - 2) << 20):
        value = 0xC0FFEE00 ^ base >> 16
        d.wr(regs.BAR0_WINDOW_XAL, base >> 16)
        d.wr(regs.PRAMIN + 0x1230, value)
        equal(d.qt.readl(d.bar0 + regs.PRAMIN + 0x1230), value, f"framebuffer at {base:#x}")
    d.qt.writel(d.bar0 + 0x1700, 0x1234)
    equal(d.qt.readl(d.bar0 + 0x1700), 0, "the older window register")


@on_each("registers.gsp-is-locked")
def _(d: Driver) -> None:
    """Before the boot all of the GSP reads as locked, and writes do no harm."""
    for reg in (regs.HWCFG2, regs.MAILBOX0, regs.CPUCTL, regs.RISCV_CPUCTL):
        equal(d.rd(regs.GSP + reg) & LOCKED_MASK, LOCKED, f"GSP register {reg:#x}")
    d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
    d.wr(regs.DOORBELL, 0)
    check(d.rd(regs.SEC2 + regs.HWCFG2) & LOCKED_MASK != LOCKED, "SEC2 is locked as well")


WHERE = {
    "gh100": ({1: 0x40, 5: 0x48, 0x10: 0x60, 0x11: 0xB0}, 9, (0, 2, 4)),
    "gb100": ({0x10: 0x40, 0x11: 0x7C, 1: 0x88}, 12, (0, 2, 4)),
    "gb202": ({1: 0x40, 5: 0x48, 0x10: 0x60, 0x11: 0xB0}, 9, (0, 1, 3)),
}
EXTENDED = {
    "gh100": {0x15: 0x134, 0x24: 0x140, 0x01: 0x1B8, 0x0E: 0x248, 0x10: 0x250},
    "gb100": {0x03: 0x100, 0x01: 0x148, 0x15: 0x198, 0x24: 0x1A4, 0x0E: 0x2F8, 0x10: 0x300},
    "gb202": {0x15: 0x134, 0x24: 0x140, 0x01: 0x1B8, 0x0E: 0x248, 0x10: 0x250},
}


@on_each("registers.configuration-space")
def _(d: Driver) -> None:
    caps, vectors, bars = WHERE[d.chip]
    for ident, at in caps.items():
        equal(d.pci.find_cap(ident), at, f"capability {ident:#x}")
    for ident, at in EXTENDED[d.chip].items():
        equal(d.pci.find_ext_cap(ident), at, f"extended capability {ident:#x}")
    equal((d.pci.read(caps[0x11]) >> 16 & 0x7FF) + 1, vectors, "MSI-X vectors")
    equal(tuple(sorted(d.pci.bars)), bars, "BARs")
    equal([d.pci.bars[bar][1] for bar in bars[::2]], [16 * M, 32 * M], "sizes of BAR0 and BAR2")
    equal(d.pci.read(pci.BAR0) & 0xF, 0xC if bars[1] == 2 else 0, "type of BAR0")


@on_each("registers.vf-bar1-resizes")
def _(d: Driver) -> None:
    """A size that is offered, and not while VFs are on."""
    cap, control = d.pci.find_ext_cap(0x24), d.pci.find_ext_cap(0x24) + 8
    bar1 = d.pci.find_ext_cap(0x10) + 0x24 + 8

    def size() -> int:
        d.pci.write(bar1, 0xFFFFFFFF)
        d.pci.write(bar1 + 4, 0xFFFFFFFF)
        return -(d.pci.read(bar1) & ~0xF | d.pci.read(bar1 + 4) << 32) & (1 << 64) - 1

    def ask(code: int) -> int:
        d.pci.write(control, d.pci.read(control) & ~0x3F00 | code << 8)
        return d.pci.read(control) >> 8 & 0x3F

    equal(d.pci.read(control) & 7, 2, "index of the BAR")
    check(d.pci.read(cap + 4) >> 4 & 1 << 10, "1 GiB is not offered")
    equal(size(), 256 * M, "size at first")
    equal(ask(10), 10, "size code")
    equal(size(), 1024 * M, "size of VF BAR1")
    equal(ask(1), 10, "size code after one that is not offered")
    d.pci.write(d.pci.find_ext_cap(0x10) + 8, pci.VF_ENABLE)
    equal(ask(8), 10, "size code with VFs on")
    d.pci.flr()
    equal(size(), 256 * M, "size after FLR")


@on_each("interrupts.sixteen-leaves")
def _(d: Driver) -> None:
    for vector in (0, 255, 300, 511):
        leaf, bit = vector // 32, 1 << vector % 32
        d.wr(regs.LEAF_TRIGGER, vector)
        equal(d.rd(regs.LEAF + 4 * leaf), bit, f"leaf {leaf}")
        d.wr(regs.LEAF_EN_SET + 4 * leaf, bit)
        equal(d.rd(regs.TOP), 1 << leaf // 2, "TOP")
        d.wr(regs.LEAF_EN_CLEAR + 4 * leaf, bit)
        d.wr(regs.LEAF + 4 * leaf, bit)
        equal(d.rd(regs.LEAF + 4 * leaf), 0, "leaf after clearing")
    d.wr(regs.LEAF_TRIGGER, 512)
    equal(d.rd(regs.TOP), 0, "TOP after a vector that is none")


@on_each("interrupts.need-no-rearm")
def _(d: Driver) -> None:
    target = arm(d, 155)
    for _ in range(3):
        d.wr(regs.LEAF_TRIGGER, 155)
        check(taken(d, target), "no message")
        d.wr(regs.LEAF + 4 * (155 // 32), 1 << 155 % 32)


# the boot


@on_each("boot.lockdown-is-lifted-last")
def _(d: Driver) -> None:
    """Locked while our address is in the mailboxes; they are clear before the bit is.

    Who reads one after the other must not find the one of before and the other
    of after, though he may be kept from running between.
    """
    seen = []

    def watch(d: Driver) -> None:
        for _ in range(100):
            hwcfg2 = d.rd(regs.GSP + regs.HWCFG2)
            if hwcfg2 & LOCKED_MASK == LOCKED:
                seen.append("locked")
            else:
                box = d.rd(regs.GSP + regs.MAILBOX0) | d.rd(regs.GSP + regs.MAILBOX1) << 32
                seen.append((bool(hwcfg2 & LOCKDOWN), box))
                if not hwcfg2 & LOCKDOWN:
                    return
                value = d.rd(regs.GSP + regs.OS)
                equal(value & LOCKED_MASK, LOCKED, "OS during lockdown")
                equal(d.rd(regs.GSP + regs.RISCV_CPUCTL) & 0x90, 0x80, "RISC-V during lockdown")
            d.qt.step(100_000)

    d.instead("lockdown", watch)
    d.boot()
    want = ["locked", (True, 0), (False, 0)]
    equal([s for n, s in enumerate(seen) if not n or s != seen[n - 1]], want, "what was seen")


@on_each("boot.queue-is-consumed")
def _(d: Driver) -> None:
    """HEAD is TAIL once a message was taken, and EMEM holds the reply."""

    def look(d: Driver) -> None:
        equal(d.rd(regs.FSP_QUEUE_HEAD), d.rd(regs.FSP_QUEUE_TAIL), "QUEUE_HEAD")
        equal(d.flavour.fsp.pending(), 0, "bytes that wait")

    d.after("cot", look)
    d.boot()


@on_each("boot.without-a-sequencer")
def _(d: Driver) -> None:
    d.boot()
    equal([message.fn for message in d.rings.seen], [], "messages before INIT_DONE")
    equal(d.init_done.header["seq"], 0, "seqNum")


@on_each("boot.unloaded-by-halting")
def _(d: Driver) -> None:
    d.boot()
    d.rings.call(rpc.UNLOADING, bytes(8))
    d.wait_unloaded()
    equal(d.rd(regs.GSP + regs.RISCV_CPUCTL) & 0x90, 0x10, "RISC-V halted")
    equal(d.rd(regs.WPR2_HI), 0, "WPR2 HI")


@on_each("boot.again-after-a-failed-one")
def _(d: Driver) -> None:
    """An error of GSP-FMC needs no reset."""
    d.qt.set("fault", "fmc-error")
    _fails_at(d, "lockdown")
    equal(d.rd(regs.GSP + regs.RISCV_CPUCTL) & 0x90, 0x10, "RISC-V halted")
    d.mem.reset()
    _boot_and_unload(d)


@test("gb202.engines-are-listed", gpu=GB202)
def _(d: Driver) -> None:
    """The fourth encoder has a number of its own among the engine types."""
    tree(d)
    found = {engine.name: engine.type for engine in engines(d)}
    equal([n for n in found if n.startswith("NVENC")], [f"NVENC{n}" for n in range(4)], "names")
    equal(found["NVENC3"], 0x3F, "engine type of NVENC3")


@test("gb202.prc-knob", gpu=GB202)
def _(d: Driver) -> None:
    d.boot()
    equal(d.vgpu_mode, 1, "knob")


@test("gb202.prc-knob-off", gpu=GB202 + ",vgpu-mode=off")
def _(d: Driver) -> None:
    d.boot()
    equal(d.vgpu_mode, 0, "knob")


# faults


def _fault(name: str, spec: str, step: str, gpu: str = GB202) -> None:
    """A fault that ends the boot at this step, and can be cured."""

    @test(f"faults.{name}", gpu=gpu)
    def _(d: Driver) -> None:
        d.qt.set("fault", spec)
        _fails_at(d, step)
        _cure(d)


_fault("fsp-stuck", "fsp-stuck,count=0", "fsp-boot")
_fault("fsp-stuck.gh100", "fsp-stuck,count=0", "fsp-boot", ",chip=gh100")
_fault("fsp-silent", "fsp-silent,phase=cot", "cot")
_fault("fsp-error", "fsp-error,phase=cot", "cot")
_fault("fsp-error.prc", "fsp-error,phase=prc", "prc")
_fault("fsp-tag", "fsp-tag,phase=cot", "cot")
_fault("fsp-sequence", "fsp-sequence,phase=cot", "cot")
_fault("fsp-truncate", "fsp-truncate,phase=cot", "cot")
_fault("fsp-oversize", "fsp-oversize,phase=cot", "cot")
_fault("fsp-other", "fsp-other,phase=cot", "cot")
_fault("prc-refused", "prc-refused", "prc")
_fault("lockdown-stuck", "lockdown-stuck", "lockdown")
_fault("fmc-error", "fmc-error", "lockdown")
_fault("riscv-inactive.fmc", "riscv-inactive", "riscv-active")
_fault("gone.prc", "gone,phase=prc", "prc")
_fault("gone.cot", "gone,phase=cot", "cot")
_fault("gone.fmc", "gone,phase=fmc", "lockdown")
_fault("no-init-done.fsp", "no-init-done", "init-done")


@test("faults.fsp-error.argument", gpu=GB202)
def _(d: Driver) -> None:
    d.qt.set("fault", "fsp-error,phase=prc,arg=0x9f")
    d.flavour.wait_fsp()
    d.flavour.fsp.send(fsp.PRC, fsp.PRC_VGPU_MODE)
    equal(d.flavour.fsp.error(fsp.PRC, d.flavour.fsp.receive()), 0x9F, "errorCode")


@test("faults.fmc-error.argument", gpu=GB202)
def _(d: Driver) -> None:
    d.qt.set("fault", "fmc-error,arg=0x1234")
    _fails_at(d, "lockdown")
    equal(d.rd(regs.GSP + regs.MAILBOX0), 0x1234, "MAILBOX0")
    check(d.rd(regs.GSP + regs.HWCFG2) & LOCKDOWN, "the lockdown is lifted")


@test("faults.fsp-other.reply-follows", gpu=GB202)
def _(d: Driver) -> None:
    """The reply is behind the message that nobody asked for."""
    d.flavour.wait_fsp()
    d.qt.set("fault", "fsp-other,phase=prc")
    d.flavour.fsp.send(fsp.PRC, fsp.PRC_VGPU_MODE)
    other = d.flavour.fsp.receive()
    equal(other[7], 0x18, "NVDM type")
    equal(d.flavour.fsp.error(fsp.PRC, d.flavour.fsp.receive()), 0, "errorCode")


@test("faults.fsp-silent.boots-all-the-same", gpu=GB202)
def _(d: Driver) -> None:
    """A reply that is lost: GSP-RM runs, and a second COT is refused until a reset."""
    d.qt.set("fault", "fsp-silent,phase=cot")
    try:
        d.boot()
    except BootError as error:
        equal(error.step, "cot", "failed step")
    equal(d.riscv_active(), True, "RISC-V active")
    _cure(d)
