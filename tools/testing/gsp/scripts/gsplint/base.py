# SPDX-License-Identifier: GPL-2.0-only
"""What every check shares: the tree's files, results, KTAP output."""

import subprocess
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Callable, Iterable, Optional

# Complaints shown per check; the rest is counted.
SHOWN = 40


@dataclass
class Context:
    """Where the kernel is and where products may go."""

    ksrc: Optional[Path]
    kdirs: list[Path]
    out: Path
    jobs: int = 1


@dataclass
class Result:
    """Complaints fail a check, notes are only printed."""

    complaints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, path: object, line: int, text: str) -> None:
        self.complaints.append(f"{path}:{line}: {text}")


class Tree:
    """The files of a checkout: what git knows plus what it would add."""

    def __init__(self, root: Path):
        self.root = root
        self._text: dict[str, str] = {}

    @cached_property
    def files(self) -> list[str]:
        git = ["git", "-C", str(self.root), "ls-files", "-z", "--cached"]
        git += ["--others", "--exclude-standard"]
        if (self.root / ".git").exists():
            done = subprocess.run(git, capture_output=True)
            if done.returncode == 0:
                names = set(done.stdout.decode().split("\0")) - {""}
                return sorted(n for n in names if (self.root / n).is_file())
        every = (p for p in self.root.rglob("*") if p.is_file())
        names = (p.relative_to(self.root).as_posix() for p in every)
        return sorted(n for n in names if not n.startswith(".git/"))

    def match(self, *prefixes: str, ext: tuple[str, ...] = ()) -> list[str]:
        """Files below one of the folders, with one of the suffixes."""
        return [
            name
            for name in self.files
            if name.startswith(prefixes) and (not ext or name.endswith(ext))
        ]

    @property
    def kernel_code(self) -> list[str]:
        """C files and headers that the kernel compiles, tests included."""
        return self.match("core/", "vfio/", "include/", ext=(".c", ".h"))

    @property
    def kernel_headers(self) -> list[str]:
        return [n for n in self.kernel_code if n.endswith(".h") and not is_uapi(n)]

    @property
    def uapi_headers(self) -> list[str]:
        return [n for n in self.kernel_code if is_uapi(n)]

    @property
    def other_code(self) -> list[str]:
        """C below tools/: device model, selftests, sample modules."""
        return self.match("tools/", ext=(".c", ".h", ".h.inc", ".c.inc"))

    def data(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def text(self, name: str) -> str:
        if name not in self._text:
            self._text[name] = self.data(name).decode("utf-8", "replace")
        return self._text[name]

    def lines(self, name: str) -> list[str]:
        return self.text(name).splitlines()


def is_uapi(name: str) -> bool:
    return name.startswith("include/uapi/")


def is_test(name: str) -> bool:
    """Tests and what only tests use; they may be longer than a room."""
    parts = name.split("/")
    return "tests" in parts or "selftests" in parts or "qtest" in parts


def execute(args: list[object], **kwargs: object) -> tuple[int, str]:
    """Run a program; returns its status and everything that it said."""
    try:
        done = subprocess.run(
            [str(arg) for arg in args],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **kwargs,
        )
    except FileNotFoundError as missing:
        return 127, f"{missing.filename}: program not found"
    return done.returncode, done.stdout


def run(tests: Iterable[tuple[str, Callable[[], Result]]]) -> int:
    """Run (name, function) pairs as KTAP tests; returns the exit status."""
    tests = list(tests)
    failed = 0
    print(f"KTAP version 1\n1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        start = time.monotonic()
        result = test()
        seconds = time.monotonic() - start
        if seconds >= 1:
            result.notes.append(f"{seconds:.0f} s")
        hidden = len(result.complaints) - SHOWN
        lines = result.notes + result.complaints[:SHOWN]
        for line in lines + ([f"and {hidden} more"] if hidden > 0 else []):
            print("# " + line.replace("\n", "\n# "))
        failed += bool(result.complaints)
        print(f"{'not ok' if result.complaints else 'ok'} {number} {name}", flush=True)
    print(f"# {len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0
