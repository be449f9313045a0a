# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=debug fw=synthetic timeout=3000
"""Bind with the Nth allocation failing, for N = 1, 17, 33, ... (FULL=1: every N).

/proc/thread-self/fail-nth makes an allocation of this thread fail; of those only
the ones count that have the driver on their stack. It ends with a bind in which
no allocation was left to fail.
"""

import os
import re
import time
from pathlib import Path

from lib import dmesg, gpu, ktap, model, probe

STEP = 1 if os.environ.get("GSP_FULL") else 16
FAULTS = [Path("/sys/kernel/debug") / name for name in ("failslab", "fail_page_alloc")]
NTH = Path("/proc/thread-self/fail-nth")
SECTIONS = Path("/sys/module", gpu.MODULE, "sections")
BIND_LIMIT = 30
# the firmware loader says ENOENT whatever the reason; of a file that is there we say EIO;
# pcim_iomap_region() says EINVAL, or EBUSY where it cannot allocate a resource
ERRNOS = ("ENOMEM", "ENOENT", "EIO", "EINVAL", "EBUSY")
ENOUGH = 100000


def span(pattern: str) -> tuple:
    """First address of the kernel's functions with such names, and of what follows them."""
    rows = [line.split()[:3] for line in Path("/proc/kallsyms").read_text().splitlines()]
    rows = sorted((int(at, 16), name) for at, kind, name in rows if kind in "tT")
    found = [number for number, (_, name) in enumerate(rows) if re.match(pattern, name)]
    return rows[found[0]][0], rows[found[-1] + 1][0]


def arm() -> None:
    """Allocations that may sleep fail as well, of any size, but only the driver's.

    And not those of two places that do not stand it (Linux 7.3): the interrupt
    core, which warns when it removes a /proc entry that it could not make, and
    ACPI's interpreter, which uses what it has freed. The latter has nothing to do
    where somebody else has enabled the device already.
    """
    proc = span("register_(irq|handler)_proc$")
    (gpu.find() / "enable").write_text("1")
    start = int((SECTIONS / ".text").read_text(), 16)
    size = int(Path("/sys/module", gpu.MODULE, "coresize").read_text())
    for folder in FAULTS:
        (folder / "require-start").write_text(f"{start:#x}")
        (folder / "require-end").write_text(f"{start + size:#x}")
        (folder / "reject-start").write_text(f"{proc[0]:#x}")
        (folder / "reject-end").write_text(f"{proc[1]:#x}")
        (folder / "ignore-gfp-wait").write_text("N")
        (folder / "verbose").write_text("0")
    (FAULTS[1] / "ignore-gfp-highmem").write_text("N")
    (FAULTS[1] / "min-order").write_text("0")


def bind_failing(number: int) -> tuple:
    """errno of a bind whose allocation @number fails, and whether it came to that."""
    name = gpu.address()
    bind = os.open(gpu.DRIVER / "bind", os.O_WRONLY)
    nth = os.open(NTH, os.O_RDWR)
    result = 0
    try:
        os.write(nth, str(number).encode())
        try:
            os.write(bind, name.encode())
        except OSError as error:
            result = error.errno
        left = int(os.pread(nth, 16, 0))
        os.write(nth, b"0")
    finally:
        os.close(nth)
        os.close(bind)
    return result, left == 0


def judge(number: int, result: int, log) -> None:
    """Without memory a probe fails, or does without."""
    name = probe.name_of(result)
    ktap.check(result == 0 or name in ERRNOS, f"allocation {number}: {name}\n{log.text()}")
    ktap.check(len(log.errors()) <= 1, f"allocation {number}: {log.errors()}")
    if not result:
        ktap.equal(gpu.unbind(), 0, f"allocation {number}: errno of unbind")


def sweep() -> None:
    outcome = {}
    for number in range(1, ENOUGH, STEP):
        log = dmesg.Marker(f"allocation {number}")
        start = time.monotonic()
        result, struck = bind_failing(number)
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
    arm()
    ktap.main()


main()
