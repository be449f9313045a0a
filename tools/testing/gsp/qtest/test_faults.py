# SPDX-License-Identifier: GPL-2.0-only
"""Faults on request: each fires where it should, shows, and leaves a device that can be cured."""

from __future__ import annotations

import re
import struct

from bench.qmp import QmpError

from . import regs, rpc, vgpu
from .harness import TESTS, check, equal, test
from .minidriver import BootError, Driver
from .test_boot import _boot_and_unload


def _fails_at(d: Driver, step: str, action=None) -> None:
    try:
        (action or d.boot)()
    except BootError as error:
        check(error.step.startswith(step), f"failed at {error}, expected {step}")
        return
    check(False, f"nothing failed, expected {step}")


def _cure(d: Driver) -> None:
    """Without the cause, and after a reset, all works again."""
    d.qt.set("fault", "")
    d.pci.flr()
    d.mem.reset()
    d.hooks = {}
    _boot_and_unload(d)


def _boot_fault(name: str, spec: str, step: str) -> None:
    """A fault that ends the boot at this step."""

    @test(f"faults.{name}")
    def _(d: Driver) -> None:
        d.qt.set("fault", spec)
        _fails_at(d, step)
        _cure(d)


def _unload_fault(name: str, spec: str, step: str) -> None:
    @test(f"faults.{name}")
    def _(d: Driver) -> None:
        d.boot()
        d.qt.set("fault", spec)
        _fails_at(d, step, d.unload)
        _cure(d)


_boot_fault("gfw-stuck", "gfw-stuck", "gfw")
_boot_fault("wpr2-up", "wpr2-up", "wpr2-down")
_boot_fault("falcon-no-halt.fwsec", "falcon-no-halt,phase=fwsec", "frts.halt")
_boot_fault("falcon-no-halt.booter", "falcon-no-halt,phase=booter-load", "booter.halt")
_boot_fault("falcon-error.fwsec", "falcon-error,phase=fwsec", "frts.result")
_boot_fault("falcon-error.booter", "falcon-error,phase=booter-load", "booter.result")
_boot_fault("frts-error", "frts-error,arg=7", "frts-check")
_boot_fault("riscv-inactive", "riscv-inactive", "riscv-active")
_boot_fault("no-init-done", "no-init-done", "init-done")
_boot_fault("crash.init", "crash,phase=init", "sequencer")
_boot_fault("reply-none.static-info", "reply-none,fn=65", "static-info")
_boot_fault("gone.fwsec", "gone,phase=fwsec", "frts")
_boot_fault("gone.booter", "gone,phase=booter-load", "booter")
_boot_fault("gone.sequencer", "gone,phase=sequencer", "sequencer")
_boot_fault("gone.init-done", "gone,phase=init-done", "init-done")
_boot_fault("gone.static-info", "gone,phase=static-info", "static-info")
_unload_fault("falcon-no-halt.sb", "falcon-no-halt,phase=sb", "sb.halt")
_unload_fault("falcon-no-halt.unloader", "falcon-no-halt,phase=booter-unload", "unloader.halt")
_unload_fault("falcon-error.unloader", "falcon-error,phase=booter-unload,arg=0x99", "unloader")
_unload_fault("reply-none.unload", "reply-none,fn=47", "unload-rpc")


@test("faults.scrubber")
def _(d: Driver) -> None:
    """Framebuffer is not scrubbed afterwards."""
    for kind, step in (("falcon-error", "scrubber.result"), ("falcon-no-halt", "scrubber.halt")):
        vgpu.enable(d)
        d.qt.set("fault", f"{kind},phase=scrubber")
        _fails_at(d, step)
        equal(d.rd(regs.SCRUBBER) >> 29, 0, f"handoff after {kind}")
        _cure(d)
        d.pci.flr()
        d.mem.reset()


@test("faults.falcon-error.argument")
def _(d: Driver) -> None:
    d.qt.set("fault", "falcon-error,phase=booter-load,arg=0x1234")
    _fails_at(d, "booter.result")
    equal(d.rd(regs.SEC2 + regs.MAILBOX0), 0x1234, "MAILBOX0")


@test("faults.wpr2-up.cured-by-reset")
def _(d: Driver) -> None:
    d.qt.set("fault", "wpr2-up")
    _fails_at(d, "wpr2-down")
    equal(d.qt.get("wpr2-up"), True, "wpr2-up")
    d.pci.flr()
    d.mem.reset()
    d.boot()


@test("faults.gone")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "gone")
    equal(d.rd(regs.BOOT_0), 0xFFFFFFFF, "BOOT_0")
    equal(d.pci.read(0), 0xFFFFFFFF, "vendor and device id")
    d.wr(regs.DOORBELL, 0)
    d.qt.set("fault", "")
    check(d.pci.read(0) != 0xFFFFFFFF, "it does not come back")
    _cure(d)


# messages


def _spoiled(d: Driver, spec: str, payload: bytes = bytes(64)) -> rpc.Message:
    """The answer to a NOP under a fault; the next one is sound again."""
    d.boot()
    d.qt.set("fault", spec)
    reply = d.rings.call(rpc.NOP, payload)
    next_one = d.rings.call(rpc.NOP, payload)
    check(next_one.sound and len(next_one.payload) == len(payload), "the fault did not end")
    return reply


@test("faults.reply-none")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "reply-none")
    _fails_at(d, "", lambda: d.rings.call(rpc.NOP, b""))
    d.rings.call(rpc.NOP, b"")


@test("faults.reply-late")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "reply-late,arg=300")
    start = d.rd(regs.PTIMER_LO)
    d.rings.call(rpc.NOP, b"")
    took = (d.rd(regs.PTIMER_LO) - start & 0xFFFFFFFF) / 1e6
    check(300 <= took < 600, f"answer after {took:.0f} ms")


@test("faults.reply-late.after-the-next")
def _(d: Driver) -> None:
    """A late answer comes behind one that was asked for later."""
    d.boot()
    d.qt.set("fault", "reply-late,arg=300")
    d.rings.put(rpc.NOP, bytes(16))
    d.rings.put(rpc.NOP, bytes(32))
    equal(len(d.rings.wait(rpc.NOP).payload), 32, "size of the first answer")
    equal(len(d.rings.wait(rpc.NOP).payload), 16, "size of the second answer")


@test("faults.reply-truncate")
def _(d: Driver) -> None:
    equal(len(_spoiled(d, "reply-truncate,arg=12").payload), 12, "size")


@test("faults.reply-oversize")
def _(d: Driver) -> None:
    equal(len(_spoiled(d, "reply-oversize,arg=100").payload), 164, "size")


@test("faults.reply-checksum")
def _(d: Driver) -> None:
    check(not _spoiled(d, "reply-checksum").sound, "the checksum is right")


@test("faults.reply-sequence")
def _(d: Driver) -> None:
    d.boot()
    before = d.rings.call(rpc.NOP, b"").header["seq"]
    d.qt.set("fault", "reply-sequence")
    reply = d.rings.call(rpc.NOP, b"")
    check(reply.header["seq"] != before + 1, "seqNum is right")
    check(reply.sound, "and the checksum must be")


@test("faults.reply-sequence.echoed", gpu=",echo-seq=on")
def _(d: Driver) -> None:
    """With the echo there is a second number to get wrong."""
    d.boot()
    d.qt.set("fault", "reply-sequence,arg=9")
    equal(d.rings.call(rpc.NOP, b"", sequence=100).header["sequence"], 109, "sequence")
    equal(d.rings.call(rpc.NOP, b"", sequence=101).header["sequence"], 101, "sequence")


@test("faults.element-count")
def _(d: Driver) -> None:
    reply = _spoiled(d, "element-count,arg=3")
    equal(reply.header["count"], 4, "elemCount")


@test("faults.element-length")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "element-length,arg=0xffffffff")
    d.rings.put(rpc.NOP, b"")
    d.qt.step(1_000_000)
    header = rpc.ELEMENT.unpack(d.rings.element(0))
    equal(header["function"], rpc.NOP, "function")
    equal(header["length"], 0xFFFFFFFF, "length")


@test("faults.rpc-result")
def _(d: Driver) -> None:
    equal(_spoiled(d, "rpc-result,arg=0x65").header["result"], 0x65, "rpc_result")


@test("faults.bad-status")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "bad-status,arg=0x51")
    reply = d.rings.call(rpc.FREE, struct.pack("<4I", 1, 0, 1, 0))
    equal(struct.unpack_from("<I", reply.payload, 12)[0], 0x51, "status")
    equal(reply.header["result"], 0, "rpc_result")


@test("faults.event-unknown")
def _(d: Driver) -> None:
    _spoiled(d, "event-unknown,arg=0x1abc")
    equal([message.fn for message in d.rings.seen], [0x1ABC], "events")
    check(d.rings.seen[0].sound, "damaged event")


@test("faults.event-storm")
def _(d: Driver) -> None:
    """More events than the ring holds, around an answer."""
    d.boot()
    d.qt.set("fault", "event-storm,arg=200")
    d.rings.call(rpc.NOP, b"")
    for _ in range(300):
        message = d.rings.take()
        if message:
            d.rings.seen.append(message)
        else:
            d.qt.step(1_000_000)
    equal(len(d.rings.seen), 200, "number of events")
    check(all(message.sound for message in d.rings.seen), "damaged events")


@test("faults.crash")
def _(d: Driver) -> None:
    """The log tells, then there is silence, and a reset cures it."""
    d.boot()
    before = d.qt.readq(d.logs["LOGRM"])
    d.qt.set("fault", "crash,fn=0,nth=3")
    d.rings.call(rpc.NOP, b"")
    d.rings.call(rpc.NOP, b"")
    _fails_at(d, "", lambda: d.rings.call(rpc.NOP, b""))
    check(d.qt.readq(d.logs["LOGRM"]) > before, "nothing in the log")
    equal(d.qt.get("state"), "dead", "state")
    _cure(d)


@test("faults.nth-and-count")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("fault", "rpc-result,fn=65,nth=2,count=2,arg=7")
    got = [
        d.rings.call(rpc.GET_STATIC_INFO, bytes(0x678)).header["result"] for _ in range(4)
    ]
    equal(got, [0, 7, 7, 0], "rpc_results")


@test("faults.bad-spec-is-refused")
def _(d: Driver) -> None:
    for spec in ("nonsense", "crash,phase=never", "crash,nth=x", "crash,nth=0", "crash,foo=1"):
        try:
            d.qt.set("fault", spec)
        except QmpError:
            continue
        check(False, f"'{spec}' was accepted")
    equal(d.qt.get("fault"), "", "fault")
    d.boot()


@test("faults.every-kind-has-a-test")
def _(d: Driver) -> None:
    try:
        d.qt.set("fault", "nonsense")
    except QmpError as error:
        kinds = re.search(r"there are: (.*)", str(error)).group(1).split()
    tested = {entry.name.split(".")[1] for entry in TESTS if entry.name.startswith("faults.")}
    missing = sorted(set(kinds) - tested)
    check(not missing, f"no test of {', '.join(missing)}")
