#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Proof that `make docs` objects: a copy of the tree gets one mistake of each kind."""

import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.docs import TOP, Result, Tree, execute, run  # noqa: E402

# Spelled so that this file has no mistake itself.
DOC, NAME = "Documentation", "gsp_" + "none"
SPDX = ".. SPDX-License-Identifier: GPL-2.0-only\n\n"
C = """\
// SPDX-License-Identifier: GPL-2.0-only
/**
 * gsp_mmio_planted() - a function
 * @none: no parameter of it
 *
 * Context: any.
 */
void gsp_mmio_planted(void)
{
}
"""
ABI = "\nWhat:\t\t/sys/kernel/debug/gsp-core/planted\nDescription:\tNo date.\n"

# What is added to which file (new ones appear), and what has to be said about it.
MISTAKES = {
    "unknown page": ("Documentation/boot.rst", "See :doc:`nowhere`.", "document: 'nowhere'"),
    "unknown term": ("Documentation/boot.rst", "A :term:`planted`.", "planted"),
    "markup": ("Documentation/boot.rst", "No end of **bold.", "strong start-string"),
    "stray page": (f"{DOC}/stray.rst", SPDX + "=====\nStray\n=====\n", "any toctree"),
    "kernel-doc": ("core/mmio/planted.c", C, "function parameter 'none'"),
    "kernel-doc of a new file": ("core/chip/planted.c", C, "core/chip/planted.c:1: no page"),
    "path": ("Documentation/boot.rst", "See ``core/none.c``.", "there is no core/none.c"),
    "short path": ("Documentation/boot.rst", "See ``fw/none.c``.", "there is no fw/none.c"),
    "page": ("README", f"{DOC}/none.rst", f"there is no {DOC}/none.rst"),
    "name": ("Documentation/boot.rst", f"Call {NAME}().", f"{NAME} is nowhere"),
    "fault": (
        "tools/testing/gsp/qemu/gsp_fault.c",
        '[GSP_FAULT_PLANTED] = { "planted-fault" },',
        "fault planted-fault is missing",
    ),
    "suite": ("tools/testing/gsp/selftests/new.py", "#", "suite new is missing"),
    "room": ("core/planted/.gitkeep", "", "room planted is missing"),
    "tracepoint": ("core/trace.h", "TRACE_EVENT(gsp_planted,", "tracepoint gsp_planted"),
    "ABI entry": ("Documentation/ABI/testing/debugfs-driver-gsp-core", ABI, "has What Description"),
    "long line": ("Documentation/boot.rst", "word " * 20 + "end.", "104 columns"),
}
QUOTE = "\n.. kernel-doc:: drivers/gpu/gsp/core/mmio/planted.c\n"


def copy_tree(folder: Path) -> None:
    for name in Tree(TOP).files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TOP / name, target)


def plant(folder: Path) -> None:
    rows = [(name, text) for name, text, _ in MISTAKES.values()]
    for name, text in [*rows, ("Documentation/api-internal.rst", QUOTE)]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() + "\n" if path.exists() else ""
        path.write_text(f"{before}{text}\n")


def judge(output: str, says: str) -> Result:
    missing = [] if says in output else [f"nothing said about: {says}", *output.splitlines()]
    return Result(complaints=missing)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="gsp-docs-") as name:
        folder = Path(name) / "tree"
        copy_tree(folder)
        plant(folder)
        command = [sys.executable, folder / "tools/testing/gsp/bench/run", "docs"]
        status, output = execute(command)
    tests = [("exit status", lambda: Result([] if status == 1 else [f"{status}, expected 1"]))]
    for mistake, (_, _, says) in MISTAKES.items():
        tests.append((mistake, lambda s=says: judge(output, s)))
    return run(tests)


if __name__ == "__main__":
    sys.exit(main())
