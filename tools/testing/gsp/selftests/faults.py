# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=900
# bench: fullchips=all
"""A GPU that misbehaves: what probe says, and that the next bind works."""

import itertools
import os
import time

from lib import dmesg, faultrows, gpu, ktap, model, probe


def row(spec: str, outcome, words) -> None:
    try:
        faultrows.strike(spec, outcome, words)
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
    for spec, outcome, words in faultrows.TABLE:
        if model.can_strike(spec):
            ktap.add(f"bind: {spec}", row, spec, outcome, words)
    for spec in filter(model.can_strike, UNLOAD):
        ktap.add(f"unbind: {spec}", unload_row, spec)
    ktap.add("unbind: gone", gone_while_bound)
    if os.environ.get("GSP_FULL"):
        ktap.add("bind: each reply lost in turn", each_reply_lost)
    gpu.load()
    ktap.main()


main()
