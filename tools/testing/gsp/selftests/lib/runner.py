# SPDX-License-Identifier: GPL-2.0-only
"""Runs the suites of one host VM and reports over the results port.

Besides a suite's own KTAP the port carries lines for the bench:
@begin <suite>, @end <suite>.  After each suite come tests of this runner's
own: that the kernel reported nothing, and that kmemleak, where the kernel has
it, found nothing. That takes half a minute, so without FULL=1 it looks once, for
all suites of a boot, after the last.
"""

import importlib
import json
import os
import re
import runpy
import select
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

SUITES = Path(__file__).resolve().parents[1]
SPEC = json.loads(Path(os.environ["GSP_SPEC"]).read_text())
os.environ.update(SPEC["env"])  # which lib reads when it is imported
sys.path.insert(0, str(SUITES))

from lib import dmesg, gpu, model  # noqa: E402
from bench import console  # noqa: E402

KMEMLEAK = Path("/sys/kernel/debug/kmemleak")
KMEMLEAK_MIN_AGE = 5.2
EXIT_HUNG = 1


class Port:
    """The results port; every line is echoed on the console."""

    def __init__(self):
        self.file = open(model.port("gsp.results"), "w", buffering=1, encoding="utf-8")
        self.lock = threading.Lock()

    def line(self, text: str) -> None:
        with self.lock:
            self.file.write(text.rstrip("\n") + "\n")
            self.file.flush()
        print(text.rstrip("\n"), flush=True)


def sysrq(keys: str) -> None:
    for key in keys:
        Path("/proc/sysrq-trigger").write_text(key)


def looks_for_leaks() -> bool:
    """With kmemleak=off its file is there, and cannot be written."""
    return KMEMLEAK.exists() and "kmemleak=off" not in Path("/proc/cmdline").read_text()


def leaks() -> list:
    """kmemleak's objects that are ours.

    It takes two scans, and an object younger than five seconds is none. Ours are
    those with gsp in their backtrace and, as the names of an unloaded module are
    gone, those with an address in it that has no name.
    """
    KMEMLEAK.write_text("scan")
    time.sleep(KMEMLEAK_MIN_AGE)
    KMEMLEAK.write_text("scan")
    ours = re.compile(r"gsp|^\s+0x[0-9a-f]{16}$", re.M)
    objects = KMEMLEAK.read_text().split("unreferenced object")
    return [text.strip() for text in objects[1:] if ours.search(text)]


def own_test(port: Port, number: int, name: str, trouble: list) -> None:
    for line in "\n".join(trouble[:12]).splitlines()[:60]:
        port.line(f"# {line}")
    port.line(f"{'not ok' if trouble else 'ok'} {number} {name}")


def import_lib() -> None:
    """Once for all suites: it takes seconds on an emulated CPU."""
    for path in sorted(SUITES.glob("lib/[a-z]*.py")):
        if path.stem not in ("demo", "runner"):
            importlib.import_module(f"lib.{path.stem}")


def start(path: Path, out: int) -> int:
    """A child that plays the suite at @path; what is imported here it has already."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.close(out)
        runpy.run_path(str(path), run_name="__main__")
    except Exception:  # pylint: disable=broad-except
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(0)  # whether it went well its lines tell


class Suite:
    """One suite's process, its output passed on with the runner's tests appended."""

    def __init__(self, port: Port, name: str, timeout: float, look: bool):
        self.port, self.name, self.timeout = port, name, timeout
        self.look = look and looks_for_leaks()
        self.planned = 0

    def pass_on(self, pipe: int) -> None:
        with os.fdopen(pipe, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith("1.."):
                    self.planned = int(line[3:].split()[0])
                    line = f"1..{self.planned + 1 + self.look}"
                self.port.line(line)

    def run(self) -> None:
        mark = dmesg.Marker(self.name)
        self.port.line(f"@begin {self.name}")
        pipe, out = os.pipe()
        pid = start(SUITES / self.name, out)
        os.close(out)
        reader = threading.Thread(target=self.pass_on, args=(pipe,), daemon=True)
        reader.start()
        self.wait(pid)
        reader.join(timeout=5)
        if not self.planned:
            self.planned = 1
            own_test(self.port, 1, "the suite", ["it ended before it had a plan"])
        self.after(mark)
        self.port.line(f"@end {self.name}")

    def wait(self, pid: int) -> None:
        child = os.pidfd_open(pid)
        if not select.select([child], [], [], self.timeout)[0]:
            self.port.line(f"# suite over its {self.timeout:.0f} s; blocked tasks follow")
            sysrq("wl")
            time.sleep(1)
            os.kill(pid, signal.SIGKILL)
            if not select.select([child], [], [], 5)[0]:
                self.port.line("# the suite cannot be killed: a task hangs in the kernel")
                os._exit(EXIT_HUNG)
        os.waitpid(pid, 0)
        os.close(child)

    def after(self, mark) -> None:
        """Tidy up, then look at what the kernel has to say about the whole suite."""
        gpu.tidy()
        first = self.planned + 1
        own_test(self.port, first, "no kernel report", console.reports(mark.lines()))
        if self.look:
            own_test(self.port, first + 1, "no memory leak", leaks())
            KMEMLEAK.write_text("clear")


def main() -> None:
    port = Port()
    gpu.FW_PATH.write_text(SPEC["firmware"])
    suites = SPEC["suites"]
    if len(suites) > 1:
        import_lib()
    if os.environ.get("GSP_KEXECED"):
        suites = [suite for suite in suites if suite["name"] == "kexec.py"]
    for suite in suites:
        look = bool(os.environ.get("GSP_FULL")) or suite is suites[-1]
        Suite(port, suite["name"], suite["timeout"], look).run()
    port.line("@finished")


if __name__ == "__main__":
    main()
