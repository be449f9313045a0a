# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=900 vm=own
"""A GPU that is pulled out: in each phase of the boot, while bound, while calls are in flight.

"gone" makes it read all ones, as a card that lost its link does. Then it is taken
off the bus: by hot-unplug, which the guest's own pciehp carries out, or, since
the button of that takes five seconds, through sysfs.
"""

import os
import random
import threading
import time

from lib import dmesg, gpu, ktap, model, probe
from lib.slot import come_back, plug, sane, unplug, wait_unplugged, without_lockdep

FULL = bool(os.environ.get("GSP_FULL"))
DEBUG = os.environ["GSP_KERNEL"] == "debug"
# less than the deadline of one call, on the plain kernel
BIND_LIMIT = 15 if DEBUG else 5
ROUNDS = 40 if FULL else 8
PHASES = (
    "fwsec booter-load rm-start sysinfo registry sequencer init-done static-info".split()
    + [f"rpc,nth={nth}" for nth in range(2, 6)]
)
UNLOAD_PHASES = ("unload", "sb", "booter-unload")
UNPLUGGED_IN = PHASES if FULL else ("fwsec", "sequencer", "rpc,nth=3")


def timed(action, limit: float, what: str):
    start = time.monotonic()
    result = action()
    took = time.monotonic() - start
    ktap.check(took < limit, f"{what} took {took:.1f} s, {limit} s are allowed")
    return result


# tests


def gone_in_bind(phase: str) -> None:
    model.put("fault", f"gone,phase={phase}")
    timed(lambda: probe.must_fail(errnos=["ENODEV"]), BIND_LIMIT, "bind")
    ktap.check(model.get("fault-fired"), "the fault never struck")


def bind_then_back(phase: str) -> None:
    try:
        gone_in_bind(phase)
        come_back()
        probe.must_work()
    finally:
        sane()


def bind_then_unplug(phase: str) -> None:
    try:
        gone_in_bind(phase)
        unplug()
        plug()
        probe.must_work()
    finally:
        sane()


def unbind_then_back(phase: str) -> None:
    try:
        ktap.equal(gpu.bind(), 0, "errno of bind")
        log = dmesg.Marker(phase)
        model.put("fault", f"gone,phase={phase}")
        ktap.equal(timed(gpu.unbind, BIND_LIMIT, "unbind"), 0, "errno of unbind")
        ktap.equal(len(log.errors()), 1, f"number of error lines: {log.errors()}")
        come_back()
        probe.must_work()
    finally:
        sane()


def unplug_while_bound(gone: bool) -> None:
    """pciehp unbinds; a GPU that answers is unloaded in good order."""
    try:
        ktap.equal(gpu.bind(), 0, "errno of bind")
        log = dmesg.Marker("unplug")
        if gone:
            model.put("fault", "gone")
        unplug()
        ktap.equal(len(log.errors()), int(gone), f"number of error lines: {log.errors()}")
        plug(probe_it=True)
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
        probe.must_work()
    finally:
        sane()


def gone_in_a_storm() -> None:
    """The interrupt thread is busy with events that never end."""
    try:
        model.put("fault", "event-storm,fn=76,arg=100000000")
        ktap.equal(gpu.bind(), 0, "errno of bind")
        model.put("fault", "gone")
        timed(gpu.unbind, BIND_LIMIT, "unbind")
        come_back()
        probe.must_work()
    finally:
        sane()


class Hammer:
    """A thread that binds and unbinds, and remembers how long the longest of it took."""

    def __init__(self):
        self.name = gpu.address()
        self.stop = False
        self.longest = 0.0
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        while not self.stop:
            for action in (gpu.bind, gpu.unbind):
                start = time.monotonic()
                action(self.name)
                self.longest = max(self.longest, time.monotonic() - start)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        self.thread.join(BIND_LIMIT * 5)
        ktap.check(not self.thread.is_alive(), "bind or unbind hangs")
        ktap.check(self.longest < BIND_LIMIT, f"bind or unbind took {self.longest:.1f} s")


def gone_at_any_moment() -> None:
    """The GPU goes while a thread binds and unbinds, and comes back."""
    dice = random.Random(20)
    try:
        for _ in range(ROUNDS):
            with Hammer():
                time.sleep(dice.uniform(0.05, 0.5))
                model.put("fault", "gone")
                time.sleep(0.2)
            come_back()
            probe.must_work()
    finally:
        sane()


def unplug_at_any_moment() -> None:
    """The slot loses the GPU while a thread binds and unbinds."""
    try:
        with Hammer():
            model.qmp().command("device_del", id="gpu0")
            time.sleep(3)
            model.put("fault", "gone")
            wait_unplugged()
        plug()
        probe.must_work()
    finally:
        sane()


def add_hot_unplug(name: str, func, *args) -> None:
    ktap.add(name, without_lockdep, func, *args)


def hot_unplug() -> None:
    for phase in struck(UNPLUGGED_IN):
        add_hot_unplug(f"bind: gone in {phase}, then hot-unplug", bind_then_unplug, phase)
    add_hot_unplug("hot-unplug of a bound GPU", unplug_while_bound, False)
    add_hot_unplug("hot-unplug of a bound GPU that is gone", unplug_while_bound, True)
    add_hot_unplug("hot-unplug while a thread binds and unbinds", unplug_at_any_moment)


def struck(phases) -> list:
    return [phase for phase in phases if model.can_strike(f"gone,phase={phase}")]


def main() -> None:
    for phase in struck(PHASES):
        ktap.add(f"bind: gone in {phase}", bind_then_back, phase)
    for phase in UNLOAD_PHASES:
        ktap.add(f"unbind: gone in {phase}", unbind_then_back, phase)
    ktap.add("gone while events storm", gone_in_a_storm)
    ktap.add("gone while a thread binds and unbinds", gone_at_any_moment)
    hot_unplug()
    gpu.load()
    ktap.main()


main()
