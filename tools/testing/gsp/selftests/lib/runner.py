# SPDX-License-Identifier: GPL-2.0-only
"""Runs the suites of one host VM and reports over the results port.

Besides a suite's own KTAP the port carries lines for the bench:
@begin <suite>, @end <suite>.  After each suite come tests of this runner's
own: that the kernel reported nothing, and that kmemleak, where the kernel has
it, found nothing. That takes half a minute, so without FULL=1 it looks once, for
all suites of a boot, after the last.
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import dmesg, gpu, model  # noqa: E402
from bench import console  # noqa: E402

KMEMLEAK = Path("/sys/kernel/debug/kmemleak")
KMEMLEAK_MIN_AGE = 5.2
SUITES = Path(__file__).resolve().parents[1]
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


def leaks(foreign: bool) -> list:
    """kmemleak's objects that are ours.

    It takes two scans, and an object younger than five seconds is none. Ours are
    those with gsp in their backtrace and, as the names of an unloaded module are
    gone, those with an address in it that has no name; unless a @foreign driver
    was loaded as well, whose frames look the same by then.
    """
    KMEMLEAK.write_text("scan")
    time.sleep(KMEMLEAK_MIN_AGE)
    KMEMLEAK.write_text("scan")
    ours = re.compile(r"gsp" if foreign else r"gsp|^\s+0x[0-9a-f]{16}$", re.M)
    objects = KMEMLEAK.read_text().split("unreferenced object")
    return [text.strip() for text in objects[1:] if ours.search(text)]


def own_test(port: Port, number: int, name: str, trouble: list) -> None:
    for line in "\n".join(trouble[:12]).splitlines()[:60]:
        port.line(f"# {line}")
    port.line(f"{'not ok' if trouble else 'ok'} {number} {name}")


class Suite:
    """One suite's process, its output passed on with the runner's tests appended."""

    def __init__(self, port: Port, name: str, timeout: float, look: bool):
        self.port, self.name, self.timeout = port, name, timeout
        self.look = look and KMEMLEAK.exists()
        self.planned = 0
        self.hung = False

    def pass_on(self, pipe) -> None:
        for line in pipe:
            if line.startswith("1.."):
                self.planned = int(line[3:].split()[0])
                line = f"1..{self.planned + 1 + self.look}"
            self.port.line(line)

    def run(self, env: dict) -> None:
        mark = dmesg.Marker(self.name)
        self.port.line(f"@begin {self.name}")
        with subprocess.Popen(
            [sys.executable, SUITES / self.name],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
        ) as child:
            reader = threading.Thread(target=self.pass_on, args=(child.stdout,), daemon=True)
            reader.start()
            self.wait(child)
            reader.join(timeout=5)
        if not self.planned:
            self.planned = 1
            own_test(self.port, 1, "the suite", ["it ended before it had a plan"])
        self.after(mark)
        self.port.line(f"@end {self.name}")

    def wait(self, child) -> None:
        try:
            child.wait(self.timeout)
        except subprocess.TimeoutExpired:
            self.port.line(f"# suite over its {self.timeout:.0f} s; blocked tasks follow")
            sysrq("wl")
            time.sleep(1)
            child.kill()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                self.port.line("# the suite cannot be killed: a task hangs in the kernel")
                os._exit(EXIT_HUNG)

    def after(self, mark) -> None:
        """Tidy up, then look at what the kernel has to say about the whole suite."""
        gpu.tidy()
        first = self.planned + 1
        own_test(self.port, first, "no kernel report", console.reports(mark.lines()))
        if self.look:
            foreign = any("nouveau" in line for line in mark.lines())
            own_test(self.port, first + 1, "no memory leak", leaks(foreign))
            KMEMLEAK.write_text("clear")


def main() -> None:
    spec = json.loads(Path(os.environ["GSP_SPEC"]).read_text())
    port = Port()
    gpu.FW_PATH.write_text(spec["firmware"])
    env = {**os.environ, **spec["env"]}
    suites = spec["suites"]
    if os.environ.get("GSP_KEXECED"):
        suites = [suite for suite in suites if suite["name"] == "kexec.py"]
    for suite in suites:
        look = bool(env.get("GSP_FULL")) or suite is suites[-1]
        Suite(port, suite["name"], suite["timeout"], look).run(env)
    port.line("@finished")


if __name__ == "__main__":
    main()
