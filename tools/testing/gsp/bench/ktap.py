# SPDX-License-Identifier: GPL-2.0-only
"""KTAP: reading what tests print, merging it into one report, counting."""

import re
from dataclasses import dataclass, field

RESULT = re.compile(r"^(\s*)(not )?ok (\d+)\s*-?\s*(.*?)(?:\s+#\s*(SKIP|TODO)\b\s*(.*))?$")
PLAN = re.compile(r"^(\s*)1\.\.(\d+)\s*(?:#\s*SKIP\b\s*(.*))?$", re.I)


@dataclass
class Result:
    """One leaf test."""

    name: str
    status: str  # "passed", "failed" or "skipped"
    note: str = ""
    detail: list = field(default_factory=list)


def parse(lines) -> list:
    """The leaf results of a KTAP stream, nested names joined by dots.

    A stream that ends before its plan is fulfilled gets a failed result for
    what is missing, and so does a parent that fails though its children pass.
    """
    parser = Parser()
    for line in lines:
        parser.feed(line.rstrip("\n"))
    return parser.finish()


class Parser:
    """Keeps, per indentation, the results whose parent has not been seen yet."""

    def __init__(self):
        self.open = {}  # indent -> [Result]
        self.plans = {}  # indent -> number of tests announced
        self.counts = {}  # indent -> number of tests seen
        self.notes = []

    def feed(self, line: str) -> None:
        plan, result = PLAN.match(line), RESULT.match(line)
        if plan:
            self.plans[len(plan[1])] = int(plan[2])
        elif result:
            self.result(result)
        elif line.strip() and not re.match(r"\s*(# Subtest|KTAP version|TAP version)", line):
            self.notes.append(line.strip())

    def result(self, match) -> None:
        indent, failed = len(match[1]), bool(match[2])
        name = match[4].strip() or f"test {match[3]}"
        status = "failed" if failed else "passed"
        if match[5]:
            status = "skipped" if match[5] == "SKIP" else "passed"
        children = self.close(indent)
        self.counts[indent] = self.counts.get(indent, 0) + 1
        mine = self.open.setdefault(indent, [])
        if not children:
            detail = self.notes if failed else []
            mine.append(Result(name, status, match[6] or "", detail))
        for child in children:
            child.name = f"{name}.{child.name}"
            mine.append(child)
        if failed and children and all(c.status != "failed" for c in children):
            mine.append(Result(f"{name} itself", "failed", "", self.notes))
        self.notes = []

    def close(self, indent: int) -> list:
        """Take the results that stand deeper than @indent, complaining of missing ones."""
        taken = []
        for level in sorted(i for i in {*self.open, *self.plans} if i > indent):
            taken += self.open.pop(level, [])
            seen, planned = self.counts.pop(level, 0), self.plans.pop(level, None)
            if planned is not None and planned != seen:
                taken.append(Result("plan", "failed", f"{planned} tests announced, {seen} ran"))
        return taken

    def finish(self) -> list:
        results = self.close(-1)
        if self.notes and any(r.status == "failed" for r in results):
            results[-1].detail += self.notes
        return results
