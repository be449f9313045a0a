# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=900
"""A GPU that misbehaves: what probe says, and that the next bind works.

Each row: the fault, what becomes of the bind, words of the one error line.
"works" means the driver copes; "fails" any sensible errno.
"""

import itertools
import os
import time

from lib import dmesg, gpu, ktap, model, probe

STATIC_INFO = "GET_GSP_STATIC_INFO"
EXPECTED_FOUND = ("expected", "found")

TABLE = [
    # before the firmware runs
    ("gfw-stuck", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-no-halt,phase=fwsec", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-error,phase=fwsec", "fails", EXPECTED_FOUND),
    ("frts-error", "fails", EXPECTED_FOUND),
    ("falcon-no-halt,phase=booter-load", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-error,phase=booter-load", "fails", EXPECTED_FOUND),
    ("riscv-inactive", "fails", EXPECTED_FOUND),
    ("pio-corrupt,phase=fwsec", "fails", EXPECTED_FOUND),
    ("pio-corrupt,phase=booter-load,nth=100", "fails", EXPECTED_FOUND),
    # the FSP, and what it starts
    ("fsp-stuck,count=0", ["ETIMEDOUT"], ()),
    ("fsp-silent,phase=cot", ["ETIMEDOUT"], ()),
    ("fsp-error,phase=cot", "fails", ()),
    ("fsp-tag,phase=cot", "fails", ()),
    ("fsp-sequence,phase=cot", "fails", ()),
    ("fsp-truncate,phase=cot", "fails", ()),
    ("fsp-oversize,phase=cot", "fails", ()),
    ("lockdown-stuck", ["ETIMEDOUT"], ()),
    ("fmc-error", "fails", ()),
    # firmware that does not come up
    ("no-init-done", ["ETIMEDOUT"], ("INIT_DONE",)),
    ("crash,phase=init", "fails", ()),
    ("gone,phase=fwsec", ["ENODEV"], ("gone",)),
    ("gone,phase=booter-load", ["ENODEV"], ("gone",)),
    # replies
    ("reply-none,fn=65", "fails", (STATIC_INFO,)),
    ("reply-late,fn=65,arg=300", "works", ()),
    ("reply-truncate,fn=65", "fails", (STATIC_INFO,)),
    ("reply-oversize,fn=65,arg=65536", "fails", (STATIC_INFO,)),
    ("reply-checksum,fn=65", "fails", (STATIC_INFO,)),
    ("reply-sequence,fn=65", "works", ()),
    ("element-count,fn=65", "fails", (STATIC_INFO,)),
    ("element-length,fn=65", "fails", (STATIC_INFO,)),
    ("rpc-result,fn=65", "fails", (STATIC_INFO,)),
    ("bad-status,fn=103", "fails", ()),
    ("crash,fn=65", "fails", (STATIC_INFO,)),
    # events
    ("event-unknown,phase=init", "works", ()),
    ("event-storm,phase=init", "works", ()),
    ("element-length,fn=0x1001", "fails", ()),
    ("reply-checksum,fn=0x1001", "fails", ()),
    # found in a state that somebody left behind
    ("wpr2-up", "works", ()),
]


def strikes(spec: str, outcome, words) -> None:
    with model.fault(spec):
        if outcome == "works":
            ktap.equal(gpu.bind(), 0, "errno of bind")
            ktap.equal(gpu.unbind(), 0, "errno of unbind")
        else:
            probe.must_fail(words, None if outcome == "fails" else outcome)
        ktap.check(model.get("fault-fired"), "the fault never struck")


def row(spec: str, outcome, words) -> None:
    try:
        strikes(spec, outcome, words)
    finally:
        if gpu.bound():
            gpu.unbind()
        if spec.startswith("gone"):
            gpu.rescan()
    probe.must_work()


UNLOAD = [
    "reply-none,phase=unload",
    "falcon-no-halt,phase=sb",
    "falcon-error,phase=sb",
    "falcon-no-halt,phase=booter-unload",
    "falcon-error,phase=booter-unload",
    "crash,phase=unload",
]


def unload_row(spec: str) -> None:
    """Unbind cannot fail: it says what went wrong, and the next bind cures it."""
    ktap.equal(gpu.bind(), 0, "errno of bind")
    log = dmesg.Marker(spec)
    with model.fault(spec):
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
        ktap.check(model.get("fault-fired"), "the fault never struck")
    ktap.equal(len(log.errors()), 1, f"number of error lines: {log.errors()}")
    probe.must_work()


def gone_while_bound() -> None:
    """Nothing can be asked of a GPU that has left; unbind ends all the same, and soon."""
    ktap.equal(gpu.bind(), 0, "errno of bind")
    start = time.monotonic()
    with model.fault("gone"):
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    took = time.monotonic() - start
    gpu.rescan()
    ktap.check(took < 3, f"unbind took {took:.1f} s")
    probe.must_work()


def each_reply_lost() -> None:
    """Until so many calls have an answer that a bind needs no more."""
    for nth in itertools.count(1):
        model.put("fault", f"reply-none,phase=rpc,nth={nth}")
        log = dmesg.Marker(f"reply {nth}")
        result = gpu.bind()
        model.put("fault", "")
        if not result:
            ktap.equal(gpu.unbind(), 0, "errno of unbind")
            break
        ktap.equal(len(log.errors()), 1, f"reply {nth}: number of error lines: {log.errors()}")
        probe.must_work()
    ktap.check(nth > 4, f"a bind that needs {nth - 1} answers only")


def main() -> None:
    for spec, outcome, words in TABLE:
        if model.can_strike(spec):
            ktap.add(f"bind: {spec}", row, spec, outcome, words)
    for spec in UNLOAD:
        ktap.add(f"unbind: {spec}", unload_row, spec)
    ktap.add("unbind: gone", gone_while_bound)
    if os.environ.get("GSP_FULL"):
        ktap.add("bind: each reply lost in turn", each_reply_lost)
    gpu.load()
    ktap.main()


main()
