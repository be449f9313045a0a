# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=none full=plain/none timeout=300
"""The unit tests in the drivers' own test modules, as KUnit reports them in the kernel log."""

import contextlib
import re
import subprocess
from pathlib import Path

from lib import dmesg, gpu, ktap

MODULES = ("gsp_core_kunit", "gsp_vfio_pci_kunit")
SUITE_END = re.compile(r"^(not ok|ok) \d+ (.*)$")
KTAP_LINE = re.compile(r"^ +(KTAP version|1\.\.\d|# Subtest|(not )?ok \d)")


@contextlib.contextmanager
def quiet_console():
    """Warnings and worse alone: a console takes its time with some thousand lines."""
    levels = Path("/proc/sys/kernel/printk")
    before = levels.read_text()
    levels.write_text("5")
    try:
        yield
    finally:
        levels.write_text(before)


def report(lines: list) -> None:
    """One KTAP stream: suites renumbered, everything that is no KTAP a comment."""
    suites = [line for line in lines if SUITE_END.match(line)]
    print(f"KTAP version 1\n1..{len(suites)}")
    number = 0
    for line in lines:
        match = SUITE_END.match(line)
        if match:
            number += 1
            print(f"{match[1]} {number} {match[2]}")
        elif KTAP_LINE.match(line):
            print(line)
        else:
            ktap.comment(line.lstrip("# "))


def main() -> None:
    gpu.autoprobe(False)
    subprocess.run(["modprobe", "kunit", "autorun=1"], check=True)
    log = dmesg.Marker("kunit")
    with quiet_console():
        for module in MODULES:
            subprocess.run(["modprobe", module], check=True)
    report(log.lines())
    for module in MODULES:
        subprocess.run(["rmmod", module], check=True)


main()
