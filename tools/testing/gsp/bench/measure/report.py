# SPDX-License-Identifier: GPL-2.0-only
"""The figures as a table for people and as a file for machines."""

import json
from pathlib import Path

from .. import ui

FORM = "{:34} {:>15} {:>15} {:>6} {:>13} {:>6}"


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


def cell(found: dict, name: str) -> str:
    return number(found[name].median) if name in found else "-"


def ratio(found: dict, row) -> str:
    if row.ours not in found or row.other not in found or not found[row.other].median:
        return ""
    return f"{found[row.ours].median / found[row.other].median:.2f}"


def word(verdict) -> str:
    return {True: "met", False: "MISSED", None: ""}[verdict]


def table(rows: list, found: dict) -> list:
    lines = [FORM.format("", "ours", "other", "ratio", "goal", "").rstrip()]
    for row in rows:
        cells = [cell(found, row.ours), cell(found, row.other), ratio(found, row), row.goal()]
        lines.append(FORM.format(row.what, *cells, word(row.verdict(found))).rstrip())
    return lines


def counts(rows: list, found: dict) -> str:
    """The last line."""
    wanted = [row for row in rows if row.goal()]
    verdicts = [row.verdict(found) for row in wanted]
    text = f"{verdicts.count(True)} goals met, {verdicts.count(False)} missed"
    unknown = verdicts.count(None)
    return text + (f", {unknown} not measured" if unknown else "")


def document(rows: list, found: dict, facts: dict) -> dict:
    goals = [
        {"what": row.what, "unit": row.unit, "ours": row.ours, "other": row.other,
         "ratio": row.ratio, "limit": row.limit, "met": row.verdict(found)}
        for row in rows
        if row.goal()
    ]
    figures = {
        name: {"median": figure.median, "spread": figure.spread, "values": list(figure.values)}
        for name, figure in found.items()
    }
    return {**facts, "figures": figures, "goals": goals}


def write(path: Path, rows: list, found: dict, facts: dict) -> None:
    path.write_text(json.dumps(document(rows, found, facts), indent=1) + "\n")


def show(rows: list, found: dict, facts: dict) -> None:
    ui.say()
    for line in table(rows, found):
        ui.say(line)
    worst = max(found, key=lambda name: found[name].spread)
    ui.say(f"\nMedian of {facts['runs']}; largest spread {found[worst].spread:.2%}, of {worst}.")
    ui.say("Other: nouveau; for vGPUs those made first; for VFs plain vfio-pci.")
