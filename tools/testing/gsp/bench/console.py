# SPDX-License-Identifier: GPL-2.0-only
"""Reading a kernel log: which lines are reports, which lines help a person."""

import re

# A report of the kernel about itself: any of these fails the suite that caused it.
REPORT = re.compile(
    r"WARNING: |BUG: |\bOops\b|KASAN: |UBSAN: |kmemleak: \d+ new|DMA-API: (?!preallocated|debugging)"
    r"|INFO: task .* blocked|INFO: rcu|rcu: INFO|possible (circular|recursive) locking"
    r"|inconsistent lock state|suspicious RCU|Kernel panic|general protection fault"
    r"|ODEBUG: |DMAR: .*fault|refcount_t: |list_(add|del) corruption|sleeping function called"
    r"|Unable to handle|scheduling while atomic|irq \d+: nobody cared|unchecked MSR"
)
# Not ours to avoid (Linux 7.3): pci_disable_sriov() in a driver's remove, where
# every driver of a PF calls it, finds the lock of rescans not held when the driver
# is unbound through sysfs, and held when the device goes. No driver can tell.
OF_THE_PCI_CORE = re.compile(
    r"WARNING: drivers/pci/remove\.c:128 at pci_stop_and_remove_bus_device\+"
)
INTERESTING = re.compile(r"gsp[-_: ]|RIP: |Call Trace|sysrq:|NVRM", re.I)
BOILERPLATE = re.compile(r"ommand line|bench-mark|# |^(not )?ok \d")


def is_report(line: str) -> bool:
    return bool(REPORT.search(line)) and not OF_THE_PCI_CORE.search(line)


def reports(lines) -> list:
    """The lines in which the kernel reports trouble."""
    return [line for line in lines if is_report(line)]


def useful(text: str, count: int = 30) -> list:
    """The lines worth reading: from the first report on, or else gsp's own last ones."""
    lines = [line.rstrip() for line in text.splitlines()]
    lines = [line for line in lines if line and not BOILERPLATE.search(line)]
    first = next((i for i, line in enumerate(lines) if is_report(line)), None)
    if first is not None:
        before = [line for line in lines[:first] if INTERESTING.search(line)][-5:]
        return before + lines[first : first + count]
    chosen = [line for line in lines if INTERESTING.search(line)]
    return (chosen or lines)[-count:]
