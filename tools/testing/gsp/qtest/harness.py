# SPDX-License-Identifier: GPL-2.0-only
"""Tests, breaks of rules, and their report in KTAP."""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import regs
from .minidriver import BootError, Driver, firmware
from .qtest import QTest

MODEL = Path(__file__).resolve().parent.parent / "qemu"


@dataclass
class Test:
    name: str
    run: Callable[[Driver], None]
    gpu: str = ""  # properties of the device, ",name=value"
    devices: tuple[str, ...] = ()
    machine: str = ""
    rom: bytes | None = None  # content of PROM, instead of the model's own VBIOS


BOOTS = ""  # the boot gets over it
ALONE = None  # no boot: the break does all by itself


@dataclass
class Break:
    """How to break one rule, and where the boot must then end."""

    rule: str
    prepare: Callable[[Driver], None]
    fails: str | None  # prefix of the failing step, or one of the two below
    gpu: str = ""
    devices: tuple[str, ...] = ()
    machine: str = ""
    rom: bytes | None = None
    unload: bool = False  # boot well, then fail to unload
    also: tuple[str, ...] = ()  # rules that cannot help but break with it


TESTS: list[Test] = []
BREAKS: dict[str, Break] = {}


def test(name: str, **options) -> Callable:
    """Register a test; it is handed a Driver of a fresh device."""

    def register(function: Callable[[Driver], None]) -> Callable:
        TESTS.append(Test(name, function, **options))
        return function

    return register


def breaks(rule: str, fails: str | None, **options) -> Callable:
    """Register how @rule is broken; two ways may be told as "rule" and "rule/other way"."""

    def register(function: Callable[[Driver], None]) -> Callable:
        if rule in BREAKS:
            raise ValueError(f"{rule} is broken twice")
        BREAKS[rule] = Break(rule, function, fails, **options)
        return function

    return register


class Failed(Exception):
    """What a test wanted is not so."""


def check(good: bool, text: str) -> None:
    if not good:
        raise Failed(text)


def equal(got, want, what: str) -> None:
    if got != want:
        show = [f"{value:#x}" if isinstance(value, int) else repr(value) for value in (got, want)]
        raise Failed(f"{what} is {show[0]}, expected {show[1]}")


def rule_names() -> list[str]:
    """Every rule of the model, in the order of its lists."""
    text = "".join(path.read_text() for path in sorted(MODEL.glob("gsp_*rules.h")))
    return re.findall(r'RULE\(\w+,\s*"([a-z0-9-]+)"', text)


def run_break(driver: Driver, entry: Break) -> None:
    """Break the rule; the model must name it, and it alone, and the boot must fail."""
    if entry.unload:
        driver.boot()
    entry.prepare(driver)
    if entry.fails is not None:
        failed = ""
        try:
            driver.unload() if entry.unload else driver.boot()
        except BootError as error:
            failed = error.step
        rules = driver.qt.rules_logged()
        text = f"failed at '{failed}', expected '{entry.fails}'; rules broken: {rules}"
        check(failed.startswith(entry.fails) and bool(failed) == bool(entry.fails), text)
    rule = entry.rule.split("/")[0]
    broken = driver.qt.rules_logged()
    check(rule in broken, f"the model did not name the rule; it named {broken}")
    others = set(broken) - {rule, *entry.also}
    check(not others, f"it named other rules as well: {sorted(others)}")
    check(driver.qt.get("rules-broken") == len(broken), "rules-broken differs from the log")
    equal(driver.qt.get("last-rule"), broken[-1], "last-rule")
    check_refusal(driver, entry)
    check_cure(driver, entry)


def check_refusal(driver: Driver, entry: Break) -> None:
    """What was refused had no effect."""
    stage = (entry.fails or "").split(".")[0]
    if stage == "frts" and not entry.rule.startswith("frts-wpr2-up"):
        equal(driver.rd(regs.WPR2_HI), 0, "WPR2 HI after a refused FWSEC-FRTS")
    if stage == "booter":
        equal(driver.riscv_active(), False, "RISC-V active after a refused booter_load")
    if stage == "unloader":
        check(driver.rd(regs.WPR2_HI) != 0, "WPR2 is down after a refused booter_unload")


def check_cure(driver: Driver, entry: Break) -> None:
    """With the cause removed, a reset makes the device boot again."""
    if entry.rom is not None:
        return
    driver.qt.set("fault", "")
    driver.pci.enable()
    driver.pci.flr()
    driver.mem.reset()
    driver.hooks, driver.files = {}, firmware(chip=driver.chip)
    before = len(driver.qt.rules_logged())
    driver.boot()
    again = driver.qt.rules_logged()[before:]
    check(not again, f"after FLR it still complains: {again}")


def run_test(driver: Driver, entry: Test) -> None:
    """A test outside the rule table breaks no rule."""
    entry.run(driver)
    broken = driver.qt.rules_logged()
    check(not broken, f"rules broken: {broken}")


def complete() -> None:
    """A rule that no test breaks is a failure, and so is a break of no rule."""
    names, broken = set(rule_names()), {name.split("/")[0] for name in BREAKS}
    check(bool(names), "the model has no rules")
    missing, unknown = sorted(names - broken), sorted(broken - names)
    check(not missing, f"{len(missing)} rules without a test: {', '.join(missing)}")
    check(not unknown, f"tests of rules that are gone: {', '.join(unknown)}")


@dataclass
class Result:
    name: str
    error: str
    log: list[str]
    seconds: float


def _run_one(qemu: Path, entry: Test | Break) -> Result:
    name = f"rule.{entry.rule}" if isinstance(entry, Break) else entry.name
    start, error, log, qt = time.monotonic(), "", [], None
    try:
        qt = QTest(qemu, entry.gpu, entry.machine, entry.devices, entry.rom)
        chip = re.search(r",chip=(\w+)", entry.gpu)
        driver = Driver(qt, chip[1] if chip else "ad102", rom_key=(entry.gpu, entry.rom))
        run_break(driver, entry) if isinstance(entry, Break) else run_test(driver, entry)
    except Exception as problem:  # whatever it is, the test has failed
        error = f"{type(problem).__name__}: {problem}"
        log = qt.log_tail() if qt else []
    finally:
        if qt:
            qt.close()
    return Result(name, error, log, time.monotonic() - start)


def _run_complete() -> Result:
    try:
        complete()
        return Result("rules.every-rule-has-a-test", "", [], 0)
    except Failed as problem:
        return Result("rules.every-rule-has-a-test", str(problem), [], 0)


def select(pattern: str) -> list[Test | Break]:
    """Entries whose name contains or matches @pattern."""
    entries: list[Test | Break] = [*TESTS, *BREAKS.values()]
    names = [e.name if isinstance(e, Test) else f"rule.{e.rule}" for e in entries]
    return [
        entry
        for entry, name in zip(entries, names)
        if pattern in name or fnmatch.fnmatch(name, pattern)
    ]


def run(qemu: Path, pattern: str, jobs: int) -> int:
    """Run what matches, report in KTAP; 0 when all is well."""
    entries = select(pattern)
    whole = not pattern
    print("KTAP version 1")
    print(f"1..{len(entries) + whole}", flush=True)
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda entry: _run_one(qemu, entry), entries)
        for number, result in enumerate(results, 1):
            failed += _report(number, result)
    if whole:
        failed += _report(len(entries) + 1, _run_complete())
    print(f"# {len(entries) + whole - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


def _report(number: int, result: Result) -> int:
    for line in [*result.error.splitlines(), *result.log] if result.error else []:
        print(f"# {line}")
    verdict = "not ok" if result.error else "ok"
    print(f"{verdict} {number} qtest.{result.name} # {result.seconds * 1000:.0f} ms", flush=True)
    return 1 if result.error else 0
