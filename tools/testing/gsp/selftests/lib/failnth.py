# SPDX-License-Identifier: GPL-2.0-only
"""The Nth allocation of a thread fails, if gsp-core, or another module, is on its stack.

/proc/thread-self/fail-nth is the kernel's; of a thread's allocations those count
that the filters of failslab and fail_page_alloc let through.
"""

import os
import re
from pathlib import Path

from . import gpu

STEP = 1 if os.environ.get("GSP_FULL") else 16
FAULTS = [Path("/sys/kernel/debug") / name for name in ("failslab", "fail_page_alloc")]
NTH = Path("/proc/thread-self/fail-nth")
ENOUGH = 100000


def span(pattern: str) -> tuple:
    """First address of the kernel's functions with such names, and of what follows them."""
    rows = [line.split()[:3] for line in Path("/proc/kallsyms").read_text().splitlines()]
    rows = sorted((int(at, 16), name) for at, kind, name in rows if kind in "tT")
    found = [number for number, (_, name) in enumerate(rows) if re.match(pattern, name)]
    return rows[found[0]][0], rows[found[-1] + 1][0]


def arm(module: str = gpu.MODULE) -> None:
    """Allocations that may sleep fail as well, of any size, but only the module's.

    What the module calls counts, whosever it is: gsp-core's part of an open is
    gsp-vfio-pci's as well.

    And not those of two places that do not stand it (Linux 7.3): the interrupt
    core, which warns when it removes a /proc entry that it could not make, and
    ACPI's interpreter, which uses what it has freed. The latter has nothing to do
    where somebody else has enabled the device already.
    """
    proc = span("register_(irq|handler)_proc$")
    if not gpu.bound():
        (gpu.find() / "enable").write_text("1")
    start = int(Path("/sys/module", module, "sections/.text").read_text(), 16)
    size = int(Path("/sys/module", module, "coresize").read_text())
    for folder in FAULTS:
        (folder / "require-start").write_text(f"{start:#x}")
        (folder / "require-end").write_text(f"{start + size:#x}")
        (folder / "reject-start").write_text(f"{proc[0]:#x}")
        (folder / "reject-end").write_text(f"{proc[1]:#x}")
        (folder / "ignore-gfp-wait").write_text("N")
        (folder / "verbose").write_text("0")
    (FAULTS[1] / "ignore-gfp-highmem").write_text("N")
    (FAULTS[1] / "min-order").write_text("0")


def call(number: int, func, *args) -> tuple:
    """errno of something whose allocation @number fails, and whether it came to that."""
    nth = os.open(NTH, os.O_RDWR)
    result = 0
    try:
        os.write(nth, str(number).encode())
        try:
            func(*args)
        except OSError as error:
            result = error.errno
        left = int(os.pread(nth, 16, 0))
        os.write(nth, b"0")
    finally:
        os.close(nth)
    return result, left == 0


def write(path: Path, text: str, number: int) -> tuple:
    """The same of a write."""
    file = os.open(path, os.O_WRONLY)
    try:
        return call(number, os.write, file, text.encode())
    finally:
        os.close(file)
