# SPDX-License-Identifier: GPL-2.0-only
"""Lengths of files and functions: what one can hold in the head."""

import re
import statistics
from dataclasses import dataclass

from .base import Context, Result, Tree, is_test

FILE_LINES = 500
LONG_FILE_LINES = 800
FUNCTION_LINES = 100
P90_LINES = 45
MEDIAN_LINES = 15

# Files that are one table each, and so may be as long as a test.
TABLE_FILES = re.compile(
    r"^core/abi/[^/]+/wire\w*\.h$|^core/chip/regs/|"
    r"^tools/testing/gsp/qemu/gsp_(rm_)?(rules\.h|known\.c)$"
)

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'", re.S
)
MACRO = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)


@dataclass(frozen=True)
class Function:
    name: str
    line: int
    length: int


def bare(text: str) -> str:
    """C without comments, strings and preprocessor lines, same line numbers."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    return MACRO.sub(blank, TOKEN.sub(blank, text))


def signature(lines: list[str], brace: int) -> int:
    """Index of the line where the signature above an opening brace begins."""
    first = brace
    while first and lines[first - 1].strip():
        if re.search(r"[;}]\s*$", lines[first - 1]):
            break
        first -= 1
    return first


def functions(text: str) -> list[Function]:
    """Functions of a C file: "{" and "}" in column 0 enclose their bodies.

    The length counts from the first line of the signature to the last brace.
    """
    lines = bare(text).splitlines()
    found = []
    start = None
    for number, line in enumerate(lines):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            first = signature(lines, start)
            name = re.search(r"(\w+)\s*\(", " ".join(lines[first:start]))
            if name:
                found.append(Function(name[1], first + 1, number - first + 1))
            start = None
    return found


def check_file(tree: Tree, name: str, limit: int, result: Result) -> list[int]:
    """Complains about one file; returns the lengths of its functions."""
    length = len(tree.lines(name))
    if length > limit:
        result.add(name, length, f"{length} lines, limit {limit}")
    sizes = []
    for function in functions(tree.text(name)):
        sizes.append(function.length)
        if function.length > FUNCTION_LINES:
            result.add(
                name,
                function.line,
                f"{function.name}(): {function.length} lines, limit {FUNCTION_LINES}",
            )
    return sizes


def figures(label: str, files: int, sizes: list[int]) -> tuple[str, int, int]:
    """A printable line, the median and the 90th percentile."""
    if not sizes:
        return f"{label}: {files} files, no functions", 0, 0
    ordered = sorted(sizes)
    median = int(statistics.median(ordered))
    p90 = ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)]
    text = (
        f"{label}: {files} files, {len(ordered)} functions, "
        f"median {median}, p90 {p90}, longest {ordered[-1]} lines"
    )
    return text, median, p90


def check_group(label: str, names: list[str], tree: Tree, result: Result) -> None:
    sizes = []
    for name in names:
        long = is_test(name) or TABLE_FILES.match(name)
        limit = LONG_FILE_LINES if long else FILE_LINES
        sizes += check_file(tree, name, limit, result)
    text, median, p90 = figures(label, len(names), sizes)
    result.notes.append(text)
    if label != "driver":
        return
    if p90 > P90_LINES:
        result.complaints.append(f"{label}: p90 {p90} lines, limit {P90_LINES}")
    if median > MEDIAN_LINES:
        result.complaints.append(f"{label}: median {median}, limit {MEDIAN_LINES}")


def check_shape(tree: Tree, _ctx: Context) -> Result:
    """Files and functions keep to the size that can be read at once"""
    result = Result()
    kernel = tree.kernel_code
    check_group("driver", [n for n in kernel if not is_test(n)], tree, result)
    check_group("tests", [n for n in kernel if is_test(n)], tree, result)
    model = "tools/testing/gsp/qemu/"
    other = tree.other_code
    check_group("model", [n for n in other if n.startswith(model)], tree, result)
    rest = [n for n in other if not n.startswith(model)]
    check_group("other", rest, tree, result)
    return result
