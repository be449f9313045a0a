# SPDX-License-Identifier: GPL-2.0-only
"""What a person sees: progress of long steps, failures with the lines that matter."""

import os
import subprocess
import sys
import time
from pathlib import Path


class BenchError(Exception):
    """A step that cannot go on; the text is for the person at the terminal."""


def say(text: str = "") -> None:
    print(text, flush=True)


def elapsed(since: float) -> str:
    seconds = int(time.monotonic() - since)
    return f"{seconds // 60}:{seconds % 60:02d}"


class Progress:
    """One line per long step: rewritten on a terminal, repeated sparsely in a log."""

    QUIET_INTERVAL = 60

    def __init__(self, what: str):
        self.what = what
        self.start = time.monotonic()
        self.tty = sys.stdout.isatty()
        self.last = self.start
        if not self.tty:
            say(f"# {what} ...")

    def tick(self, detail: str = "") -> None:
        if self.tty:
            line = f"# {self.what} {elapsed(self.start)} {detail}"
            print(f"\r\033[K{line[:110]}", end="", flush=True)
        elif time.monotonic() - self.last >= self.QUIET_INTERVAL:
            self.last = time.monotonic()
            say(f"#   {self.what}: {elapsed(self.start)} {detail[:70]}")

    def done(self, result: str = "done") -> None:
        start = "\r\033[K" if self.tty else ""
        say(f"{start}# {self.what}: {result} ({elapsed(self.start)})")


def last_line(log: Path) -> str:
    """The last non-empty line of a growing log, for the progress display."""
    with log.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 400))
        lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def tail(log: Path, count: int = 25) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def run_logged(cmd, what: str, log: Path, cwd=None, env=None) -> None:
    """Run a long command with its output in @log; raise BenchError with the tail."""
    log.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(what)
    # our KVM= is not that of virt/kvm/Makefile.kvm, which is a folder
    env = {k: v for k, v in (env or os.environ).items() if k != "KVM"}
    with log.open("ab") as out:
        child = subprocess.Popen(
            [str(arg) for arg in cmd],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
        )
        while True:
            try:
                status = child.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                progress.tick(last_line(log))
            except BaseException:
                child.terminate()
                raise
    progress.done("done" if status == 0 else f"failed, exit {status}")
    if status:
        raise BenchError(f"{what} failed; the end of {log}:\n{tail(log)}")
