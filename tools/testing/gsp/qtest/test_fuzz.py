# SPDX-License-Identifier: GPL-2.0-only
"""Random bytes in the firmware's messages: the seed decides, and nothing else."""

from __future__ import annotations

from bench.qmp import QmpError

from . import rpc
from .harness import check, equal, test
from .minidriver import Driver

CALLS = 16  # three times that many fit into the ring
PAYLOAD = bytes(range(64))


def _raw_answers(d: Driver, spec: str) -> list[bytes]:
    """The elements that answer a row of NOPs, as they lie in the ring."""
    d.boot()
    d.qt.set("fuzz", spec)
    for _ in range(CALLS):
        d.rings.send(rpc.NOP, PAYLOAD)
        d.qt.step(1_000_000)
    answers = [d.rings.element(i) for i in range(CALLS)]
    d.qt.set("fuzz", "")
    d.pci.flr()
    d.mem.reset()
    return answers


@test("fuzz.deterministic")
def _(d: Driver) -> None:
    one, same, other = (_raw_answers(d, seed) for seed in ("4711", "4711", "4712"))
    check(one == same, "the same seed gives other bytes")
    different = sum(a != b for a, b in zip(one, other))
    check(different > CALLS // 2, f"another seed changes {different} of {CALLS} answers only")


@test("fuzz.every-message")
def _(d: Driver) -> None:
    calm = _raw_answers(d, "1,0")
    wild = _raw_answers(d, "1")
    spoiled = sum(a != b for a, b in zip(calm, wild))
    check(spoiled > CALLS * 3 // 4, f"{spoiled} of {CALLS} answers are spoiled")


@test("fuzz.rate")
def _(d: Driver) -> None:
    d.boot()
    for rate, low, high in ((0, 0, 0), (50, 3, 13), (100, CALLS, CALLS)):
        d.qt.set("fuzz", f"7,{rate}")
        for _ in range(CALLS):
            d.rings.send(rpc.NOP, PAYLOAD)
            d.qt.step(1_000_000)
        fired = d.qt.get("fuzz-fired")
        check(low <= fired <= high, f"rate {rate}: {fired} of {CALLS}")
        d.qt.set("fuzz", "")


@test("fuzz.off")
def _(d: Driver) -> None:
    d.qt.set("fuzz", "3,100")
    equal(d.qt.get("fuzz"), "3,100", "fuzz")
    d.qt.set("fuzz", "")
    equal(d.qt.get("fuzz-fired"), 0, "fuzz-fired")
    d.boot()
    d.unload()


@test("fuzz.grammar")
def _(d: Driver) -> None:
    for spec in ("x", "1,", "1,101", "1;2", ",5", "1,5,7"):
        try:
            d.qt.set("fuzz", spec)
        except QmpError as error:
            check("<seed>" in str(error), f"unhelpful: {error}")
        else:
            check(False, f"'{spec}' was taken")
