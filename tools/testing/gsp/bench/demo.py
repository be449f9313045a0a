# SPDX-License-Identifier: GPL-2.0-only
"""`make demo`: the driver boots the firmware on the model, told step by step."""

from . import suites, ui, vm, firmware


def run(chip: str, kind: str) -> int:
    raise ui.BenchError("to be written")
