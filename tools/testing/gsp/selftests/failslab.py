# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=debug fw=synthetic timeout=3000
"""Bind with the Nth allocation failing, for N = 1, 17, 33, ... (FULL=1: every N).

It ends with a bind in which no allocation was left to fail.
"""

import time

from lib import dmesg, failnth, gpu, ktap, model, probe

STEP = failnth.STEP
BIND_LIMIT = 30
# the firmware loader says ENOENT whatever the reason; of a file that is there we say EIO;
# pcim_iomap_region() says EINVAL, or EBUSY where it cannot allocate a resource
ERRNOS = ("ENOMEM", "ENOENT", "EIO", "EINVAL", "EBUSY")


def judge(number: int, result: int, log) -> None:
    """Without memory a probe fails, or does without."""
    name = probe.name_of(result)
    ktap.check(result == 0 or name in ERRNOS, f"allocation {number}: {name}\n{log.text()}")
    ktap.check(len(log.errors()) <= 1, f"allocation {number}: {log.errors()}")
    if not result:
        ktap.equal(gpu.unbind(), 0, f"allocation {number}: errno of unbind")


def sweep() -> None:
    outcome = {}
    for number in range(1, failnth.ENOUGH, STEP):
        log = dmesg.Marker(f"allocation {number}")
        start = time.monotonic()
        result, struck = failnth.write(gpu.DRIVER / "bind", gpu.address(), number)
        ktap.check(time.monotonic() - start < BIND_LIMIT, f"allocation {number}: bind takes long")
        judge(number, result, log)
        if not struck:
            ktap.equal(result, 0, "errno of the bind without a failure")
            ktap.comment(f"{number - 1} allocations at most; {outcome}")
            ktap.check(outcome.get("ENOMEM"), "no allocation ever failed")
            return
        name = "works" if not result else probe.name_of(result)
        outcome[name] = outcome.get(name, 0) + 1
        if number % (16 * STEP) == 1:
            probe.must_work()
    ktap.check(False, "there is no end of it")


def state_is_clean() -> None:
    probe.must_work()
    ktap.equal(model.get("state"), "unloaded", "state of the GPU")


def main() -> None:
    ktap.add(f"every {STEP}. allocation of a bind fails", sweep)
    ktap.add("a bind afterwards works", state_is_clean)
    gpu.load()
    failnth.arm()
    ktap.main()


main()
