# SPDX-License-Identifier: GPL-2.0-only
"""Running a host VM: start, watch, end; what it left behind."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import cache, console, kernel, qmp
from .machine import Machine

KEEP_RUNS = 60
# what the guest writes to the exit port; QEMU exits with 2 * code + 1
EXIT_DONE = 0
EXIT_HUNG = 1


def run_folder(name: str) -> Path:
    """A new folder for the logs of one VM; the oldest ones go."""
    runs = cache.root() / "runs"
    runs.mkdir(exist_ok=True)
    old = sorted(runs.iterdir(), key=lambda p: p.stat().st_mtime)
    for path in old[: max(0, len(old) - KEEP_RUNS)]:
        shutil.rmtree(path, ignore_errors=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return Path(tempfile.mkdtemp(prefix=f"{stamp}-{name}-", dir=runs))


class HostVm:
    """One run of one machine.  After wait(): .ending says how it went."""

    def __init__(self, machine: Machine, folder: Path):
        self.machine = machine
        self.folder = folder
        self.sockets = Path(tempfile.mkdtemp(prefix="gsp-"))
        self.process = None
        self.ending = None

    def __enter__(self):
        extra = ["-serial", f"file:{self.folder / 'console.log'}"]
        cmd = self.machine.command(self.folder, self.sockets) + extra
        (self.folder / "command").write_text(" ".join(f"'{arg}'" for arg in cmd) + "\n")
        with (self.folder / "qemu.log").open("wb") as out:
            self.process = subprocess.Popen(
                cmd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.sockets, ignore_errors=True)

    def results(self) -> Path:
        return self.folder / "results.log"

    def wait(self, deadline: float, watch=None) -> str:
        """Until the VM ends or @deadline seconds are over; watch() every half second."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            try:
                self.ending = describe(self.process.wait(timeout=0.5))
                break
            except subprocess.TimeoutExpired:
                if watch:
                    watch()
        else:
            self.interrupt()
            self.ending = f"no end within {deadline:.0f} s"
        if watch:
            watch()
        return self.ending

    def interrupt(self) -> None:
        """Make a stuck kernel say where it is: an NMI panics with a backtrace."""
        try:
            qmp.connect(str(self.sockets / "qmp"), 5).command("inject-nmi")
            self.process.wait(timeout=10)
        except (qmp.QmpError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def console_text(self) -> str:
        return read_text(self.folder / "console.log")

    def trouble(self) -> str:
        """What a person wants to see of a run that went wrong."""
        text = self.console_text()
        calm = self.ending == "done" and not console.reports(text.splitlines())
        lines = [] if calm else console.useful(text)
        rules = [l for l in read_text(self.folder / "model.log").splitlines() if "rule" in l]
        lines += [f"model: {line}" for line in rules[-5:]]
        lines += [f"qemu: {l}" for l in read_text(self.folder / "qemu.log").splitlines()[-5:]]
        return "\n".join(lines + [f"full log: {self.folder / 'console.log'}"])


def read_text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def describe(status: int) -> str:
    if status == 2 * EXIT_DONE + 1:
        return "done"
    if status == 2 * EXIT_HUNG + 1:
        return "hung"
    if status == 0:
        return "kernel panic or reset"
    return f"QEMU exit {status}"


def interactive(machine: Machine, folder: Path) -> int:
    """Serial console and monitor on the terminal, gdb stub and QMP beside it."""
    sockets = Path(tempfile.mkdtemp(prefix="gsp-"))
    gdb = sockets / "gdb"
    cmd = machine.command(folder, sockets) + ["-serial", "mon:stdio"]
    cmd += ["-gdb", f"unix:{gdb},server=on,wait=off"]
    print(f"# QMP socket:  {sockets / 'qmp'}")
    print(f"# gdb:         target remote {gdb}   (symbols: {kernel.build_dir(machine.kernel)}/vmlinux)")
    print(f"# model's log: {folder / 'model.log'}")
    print("# leave with 'exit' or Ctrl-A X; Ctrl-A C is QEMU's monitor", flush=True)
    try:
        return 0 if subprocess.call(cmd) == 2 * EXIT_DONE + 1 else 1
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
