# SPDX-License-Identifier: GPL-2.0-only
"""What the model counts, and that it says so at each phase."""

from __future__ import annotations

import re

from . import regs, rpc
from .harness import check, equal, test
from .minidriver import IMAGE_SIZE, Driver

STAMP = re.compile(
    r"^gsp_stamp (\S+): (\d+) instructions, BAR0 (\d+) reads (\d+) writes, "
    r"DMA (\d+) read (\d+) written, (\d+) RPCs$"
)
PORT = 0x5F0


def _stamps(d: Driver) -> list[tuple]:
    d.qt.flush()
    found = map(STAMP.match, d.qt.log.read_text().splitlines())
    return [(m[1], *map(int, m.groups()[1:])) for m in found if m]


def _listen(d: Driver) -> None:
    d.qt.qmp.command("trace-event-set-state", name="gsp_stamp", enable=True)


@test("stamp.accesses-are-counted")
def _(d: Driver) -> None:
    before = d.qt.get("bar0-reads"), d.qt.get("bar0-writes")
    for _ in range(3):
        d.rd(regs.BOOT_0)
    d.wr(regs.GSP + regs.MAILBOX0, 1)
    d.rd(regs.BOOT_0)
    equal(d.qt.get("bar0-reads") - before[0], 4, "reads")
    equal(d.qt.get("bar0-writes") - before[1], 1, "writes")


@test("stamp.dma-is-counted")
def _(d: Driver) -> None:
    d.boot()
    check(d.qt.get("dma-read") > IMAGE_SIZE, f"read {d.qt.get('dma-read')}")
    before = d.qt.get("dma-written")
    d.rings.call(rpc.NOP, b"")
    check(d.qt.get("dma-written") > before, "an answer is written to memory")


@test("stamp.each-phase-of-a-boot")
def _(d: Driver) -> None:
    _listen(d)
    d.boot()
    found = _stamps(d)
    names = [row[0] for row in found]
    wanted = ["first-access", "fwsec", "booter-load", "rm-start", "sysinfo", "registry",
              "sequencer", "init-done", "static-info", "GET_GSP_STATIC_INFO"]
    equal([name for name in names if name in wanted], wanted, "phases")
    equal(found[0][1:], (0,) * 6, "what was done at the first access")
    for column in range(2, 7):
        values = [row[column] for row in found]
        equal(values, sorted(values), f"column {column}")
    equal(found[-1][6], d.qt.get("rpc-count"), "RPCs")


@test("stamp.silent-unless-asked")
def _(d: Driver) -> None:
    d.boot()
    equal(_stamps(d), [], "stamps")


@test("stamp.port", devices=("gsp-stamp",))
def _(d: Driver) -> None:
    """Nothing is executed here: the number is 0, where no port would read all ones."""
    for port in (PORT, PORT + 4):
        equal(int(d.qt.ask(f"inl {port:#x}"), 0), 0, f"port {port:#x}")
    equal(int(d.qt.ask(f"inl {PORT + 8:#x}"), 0), 0xFFFFFFFF, "the port behind")
