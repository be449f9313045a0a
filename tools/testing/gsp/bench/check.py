# SPDX-License-Identifier: GPL-2.0-only
"""`make check` and its parts: which units run, in which order, one report."""

import fnmatch
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import builds, cache, docs, external, firmware, foreign, kernel, ktap, packages, qemu
from . import suites, ui
from .report import Report

GSP = Path(__file__).resolve().parent.parent
# commands that are one suite of `make check`
SUITE_OF = {"kunit": "kunit.py", "peers": "peers.py"}


class HostUnit:
    """A program on this machine that prints KTAP."""

    def __init__(self, name: str, command):
        self.name = name
        self.command = command  # callable: the builds it needs happen when its turn comes

    def __str__(self):
        return self.name

    def run(self, report) -> None:
        cmd = [str(arg) for arg in self.command()]
        log = cache.logs() / f"{self.name}.log"
        log.write_text("")
        try:
            ui.run_logged(cmd, self.name, log)
            failed = False
        except ui.BenchError:
            failed = True
        results = ktap.parse(log.read_text(errors="replace").splitlines())
        if failed and all(result.status != "failed" for result in results):
            note = "it failed without naming a test"
            results.append(ktap.Result("exit status", "failed", note, [ui.tail(log)]))
        report.add(self.name, results, f"full log: {log}")


def chosen_kernels() -> list:
    return os.environ.get("KERNEL", "").split() or list(kernel.KERNELS)


def lint_command(*extra) -> list:
    cmd = [sys.executable, GSP / "scripts/lint", "--ksrc", kernel.source()[0]]
    for name in chosen_kernels():
        cmd += ["--kdir", kernel.build_dir(name)]
    return cmd + ["--out", cache.root() / "lint", *extra]


def host_units() -> list:
    found = [HostUnit("lint", lint_command)]
    found.append(HostUnit("lint-selftest", lambda: lint_command("--selftest")))
    found.append(HostUnit("docs", lambda: [sys.executable, GSP / "bench/run", "docs"]))
    docs_test = [sys.executable, GSP / "bench/docs_selftest.py"]
    found.append(HostUnit("docs-selftest", lambda: docs_test))
    found.append(HostUnit("bench", lambda: [sys.executable, GSP / "bench/selftest.py"]))
    found.append(HostUnit("fw", lambda: [sys.executable, GSP / "fw/test", firmware.real()]))
    found.append(HostUnit("types", lambda: [sys.executable, firmware.TYPES_TOOL / "test"]))
    qtest = [sys.executable, GSP / "qtest/run", "--qemu"]
    found.append(HostUnit("qtest", lambda: [*qtest, qemu.binary()]))
    found.append(builds.BuildsUnit())
    return found


def chosen_host_units(command: str, pattern: str) -> list:
    if command not in ("check", "lint", "qtest", "builds"):
        return []
    return [
        unit
        for unit in host_units()
        if command in ("check", str(unit)) and fnmatch.fnmatch(str(unit), f"*{pattern}*")
    ]


def chosen_vm_units(command: str, chip: str, pattern: str) -> list:
    if command != "check" and command not in SUITE_OF:
        return []
    kinds = os.environ.get("FW", "").split() or firmware.KINDS
    named = pattern or SUITE_OF.get(command, "").removesuffix(".py")
    found = suites.units(chosen_kernels(), kinds, chip, named)
    return [u for u in found if command == "check" or u.suite.name == SUITE_OF[command]]


def run_host_units(units: list, report) -> None:
    for unit in units:
        unit.run(report)


def install_tools() -> None:
    """All of them before the first VM, whose root is this machine's own."""
    for names in (docs.TOOLS, foreign.PACKAGES, *(v.packages for v in external.VARIANTS)):
        packages.ensure_tools(list(names))


def side_by_side(jobs: list) -> None:
    """Some at a time: much of a suite is waiting for deadlines."""
    with ThreadPoolExecutor(max_workers=suites.lanes()) as pool:
        for future in [pool.submit(job) for job in jobs]:
            future.result()


def run(command: str, chip: str) -> int:
    pattern = os.environ.get("TESTS", "")
    host = chosen_host_units(command, pattern)
    vms = chosen_vm_units(command, chip, pattern)
    if not host and not vms:
        raise ui.BenchError(f"no test matches TESTS={pattern}")
    if host and vms:
        install_tools()
    report = Report(len(host) + len(vms))
    side_by_side([lambda: run_host_units(host, report), *suites.jobs(vms, report)])
    return report.close()
