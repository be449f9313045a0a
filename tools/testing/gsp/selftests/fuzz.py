# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=plain/synthetic timeout=2400
"""Random bytes in the messages of the firmware: any outcome but harm.

Each round is named by its seed and repeats with it: the model's property fuzz
decides by it alone, "<seed>,<rate of 100>". With FULL=1 the seeds are new ones,
with SEED= those from there on.
"""

import errno
import os
import re
import time

from lib import dmesg, gpu, ktap, model, probe, seeds

FULL = bool(os.environ.get("GSP_FULL"))
DEBUG = os.environ["GSP_KERNEL"] == "debug"
ROUNDS = (60 if DEBUG else 300) if FULL else (6 if DEBUG else 32)
FIRST_SEED = seeds.first()
RATES = (100, 50, 25, 10)
# of earlier runs: an answer that is lost or damaged, and the channel dies of what is said
# next; each answer of the way down is damaged as well
FOUND = ("1795328492,25", "1795338098,25", "1795373122,50")
# a register program of random words may use its whole budget, then the calls theirs
LIMIT = 60
# what random bytes can make the driver say besides the one reason of a failure
FIRMWARE_SPOKE = re.compile(r"Xid \d+")
# what goes wrong on the way down, for reasons of its own: each message is spoiled anew
GOODBYE = re.compile(
    r"last call (10|47) |UNLOADING_GUEST|does not free|is not freed|not unloaded"
)
# what a bind fails with
FAILED = re.compile(
    r"(cannot set up .*|STATIC_INFO fails|interrupt vector|refuses the driver's client): -(\d+)"
)
# the last a bind says of itself: behind it all is of the way down
SET_UP = "cannot set up"
DIED = "GSP channel dead"
# a bind survives it, with less to offer
SURVIVED = re.compile(r"refuses the vGPU types")


def quick(action, what: str) -> int:
    start = time.monotonic()
    result = action()
    took = time.monotonic() - start
    ktap.check(took < LIMIT, f"{what} took {took:.1f} s")
    return result


def reasons(log) -> list:
    return [line for line in log.errors() if not FIRMWARE_SPOKE.search(line)]


def causes(errors: list) -> list:
    """Of a failed bind: not what went wrong on the way down from there.

    If a step failed of anything but the channel's death (-EIO), the channel died
    while the step took itself back, which is told first, or on the way from there.
    """
    end = next((n for n, line in enumerate(errors, 1) if SET_UP in line), None)
    found = [x for x in errors[:end] if not (GOODBYE.search(x) or SURVIVED.search(x))]
    failed = next(filter(None, map(FAILED.search, found)), None)
    if failed and int(failed[2]) != errno.EIO:
        found = [x for x in found if DIED not in x]
    return found


def check_number(errors: list, what: str) -> None:
    """One damaged message is told at most once."""
    fired = model.get("fuzz-fired")
    ktap.check(len(errors) <= fired, f"errors of {what}: {errors}, of {fired} spoiled messages")


def spoiled_life(spec: str) -> None:
    """Bind and unbind while the firmware talks nonsense."""
    log = dmesg.Marker(spec)
    model.put("fuzz", spec)
    try:
        result = quick(gpu.bind, "bind")
        errors = reasons(log)
        found = causes(errors)
        ktap.equal(len(found), int(bool(result)), f"errors of bind: {errors}, number")
        if found and DIED in found[0]:
            ktap.equal(result, errno.EIO, f"errors of bind: {errors}, errno")
        check_number(errors, "bind")
        log = dmesg.Marker(spec)
        if not result:
            ktap.equal(quick(gpu.unbind, "unbind"), 0, "errno of unbind")
            check_number(errors + reasons(log), "bind and unbind")
        ktap.comment(f"fuzz={spec}: {probe.name_of(result)}, {model.get('fuzz-fired')} spoiled")
    finally:
        model.put("fuzz", "")
        if gpu.bound():
            gpu.unbind()
    probe.must_work()


def main() -> None:
    ktap.comment(f"seeds {FIRST_SEED} to {FIRST_SEED + ROUNDS - 1}")
    new = [f"{FIRST_SEED + n},{RATES[n % len(RATES)]}" for n in range(ROUNDS)]
    for spec in [*FOUND, *new]:
        ktap.add(f"fuzz={spec}", spoiled_life, spec)
    gpu.load()
    ktap.main()


main()
