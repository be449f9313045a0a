# SPDX-License-Identifier: GPL-2.0-only
"""One KTAP report over everything that ran, and the closing line."""

import fnmatch
import threading
from pathlib import Path

from . import ui
from .ktap import Result

ALLOWED = Path(__file__).parent / "allowed-skips"


def allowed_skips() -> list:
    """Patterns of `unit.test` names that may be skipped, one per line, with a reason."""
    lines = [line.split("#")[0].strip() for line in ALLOWED.read_text().splitlines()]
    return [line for line in lines if line]


class Report:
    """Units (lint, a KUnit suite, a VM suite) and their tests, printed as they end."""

    def __init__(self, nr_units: int):
        self.allowed = allowed_skips()
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.unit_nr = 0
        self.lock = threading.Lock()  # units end in threads of their own
        ui.say("KTAP version 1")
        ui.say(f"1..{nr_units}")

    def judge(self, unit: str, result: Result) -> None:
        """A skip that no line of the file allows is a failure."""
        name = f"{unit}.{result.name}"
        if result.status == "skipped" and not any(
            fnmatch.fnmatch(name, pattern) for pattern in self.allowed
        ):
            result.status = "failed"
            result.detail.append(f"skip not in {ALLOWED.name}: {result.note}")

    def add(self, unit: str, results: list, trouble: str = "") -> None:
        """Print one finished unit; @trouble is shown when something in it failed."""
        with self.lock:
            self.add_locked(unit, results, trouble)

    def add_locked(self, unit: str, results: list, trouble: str) -> None:
        self.unit_nr += 1
        results = results or [Result("output", "failed", "no test reported a result")]
        ui.say("    KTAP version 1")
        ui.say(f"    1..{len(results)}")
        for number, result in enumerate(results, 1):
            self.judge(unit, result)
            self.counts[result.status] += 1
            self.print_result(number, result)
        failed = any(result.status == "failed" for result in results)
        if failed and trouble:
            ui.say("\n".join(f"    # {line}" for line in trouble.splitlines()))
        ui.say(f"{'not ok' if failed else 'ok'} {self.unit_nr} {unit}")

    @staticmethod
    def print_result(number: int, result: Result) -> None:
        for line in result.detail[-40:]:
            ui.say(f"    # {line.lstrip('# ')}")
        word = "not ok" if result.status == "failed" else "ok"
        note = f" # SKIP {result.note}" if result.status == "skipped" else ""
        if result.note and not note:
            ui.say(f"    # {result.note}")
        ui.say(f"    {word} {number} {result.name}{note}")

    def close(self) -> int:
        ui.say(", ".join(f"{count} {name}" for name, count in self.counts.items()))
        return 1 if self.counts["failed"] or not self.counts["passed"] else 0
