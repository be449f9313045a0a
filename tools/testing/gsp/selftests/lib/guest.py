# SPDX-License-Identifier: GPL-2.0-only
"""A guest inside of the host VM: QEMU as it is, KVM, a PCI device passed through.

What it boots comes from the bench (bench/guest.py); its console is KTAP.
"""

import contextlib
import functools
import itertools
import mmap
import os
import struct
import subprocess
import threading
import time
from pathlib import Path

from bench import ktap as stream
from bench import qmp

from . import gpu, ktap, model, passthrough

SECONDS = {"plain": 120, "debug": 480}[os.environ.get("GSP_KERNEL", "plain")]
READY = "# patterns are in place"
IN_USE = "# the VF is in use"
LOST = "# the VF is gone"
# what test_outside asks for: there and back, each of it
OUTSIDE = "vf-fb-out-of-range"
REFUSED = 8
MEMORY_MIB = 160
ASKED = ("info status", "info registers", "info lapic", "info registers")
EDU = ["-device", "edu,bus=rp"]

BASE = """
    -nodefaults -no-user-config -display none -no-reboot
    -M q35,kernel-irqchip=split -accel kvm -cpu host -smp 1
    -global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
    -device pcie-root-port,id=rp
    -chardev stdio,id=console,signal=off -serial chardev:console
""".split()

CMDLINE = "console=ttyS0 loglevel=5 panic=-1 no_timer_check"


def missing() -> list:
    """What a guest needs and this machine does not have."""
    names = ("QEMU", "KERNEL", "INITRAMFS")
    files = {name: os.environ.get(f"GSP_GUEST_{name}", "") for name in names}
    lack = [f"GSP_GUEST_{n}: no {path}" for n, path in files.items() if not os.path.exists(path)]
    done = subprocess.run(["modprobe", "kvm-amd"], capture_output=True, text=True, check=False)
    if done.returncode:
        lack.append(f"modprobe kvm-amd: {done.stderr.strip()}")
    if not os.path.exists("/dev/kvm"):
        flags = Path("/proc/cpuinfo").read_text().split()
        lack.append(f"no /dev/kvm, and svm is {'' if 'svm' in flags else 'not '}in cpuinfo")
    return lack


def vfio(vf: Path, backend: str = "iommufd") -> list:
    """QEMU's words for a VF, over iommufd or over its legacy group."""
    words = f"vfio-pci,host={vf.name},bus=rp"
    if backend == "group":
        return ["-device", words]
    return ["-object", "iommufd,id=iommufd", "-device", f"{words},iommufd=iommufd"]


@contextlib.contextmanager
def refusals(number: int):
    """The model refuses so many accesses to what is not the guest's, and nothing else."""
    before = model.get("rules-broken")
    yield
    ktap.equal(model.get("rules-broken") - before, number, "rules broken")
    if number:
        ktap.equal(model.get("last-rule"), OUTSIDE, "last broken rule")


def boot0() -> int:
    """What the GPU says it is, from its own BAR0."""
    fd = os.open(gpu.find() / "resource0", os.O_RDWR)
    try:
        with mmap.mmap(fd, mmap.PAGESIZE) as bar:
            return struct.unpack_from("<I", bar)[0]
    finally:
        os.close(fd)


def words_for(driver: str, framebuffer: int, seed: int = 1, wait: bool = False) -> dict:
    """What the guest's program is told of its VF."""
    return {
        "GSP_BOOT0": f"{boot0():#x}",
        "GSP_FB": framebuffer,
        "GSP_SEED": seed,
        "GSP_WAIT": int(wait),
        "GSP_SCRUB": int(driver != passthrough.PLAIN),
    }


def command(device: list, words: dict, monitor: str) -> list:
    env = os.environ
    line = " ".join([CMDLINE] + [f"{key}={value}" for key, value in words.items()])
    cmd = [env["GSP_GUEST_QEMU"], *BASE, "-m", f"{MEMORY_MIB}M", *device]
    cmd += ["-qmp", f"unix:{monitor},server=on,wait=off"]
    cmd += [word for top in env["GSP_GUEST_ROMS"].split(":") for word in ("-L", top)]
    cmd += ["-kernel", env["GSP_GUEST_KERNEL"], "-initrd", env["GSP_GUEST_INITRAMFS"]]
    return [*cmd, "-append", line]


class Guest:
    """A guest for the time of a with block; it is killed at the end of it."""

    numbers = itertools.count(1)

    def __init__(self, device: list, words: dict):
        self.lines = []
        self.seconds = 0.0
        self.monitor = f"/run/guest-{next(self.numbers)}.qmp"
        self.process = subprocess.Popen(
            command(device, words, self.monitor),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.start = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.reader.join(5)

    def read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def text(self) -> str:
        return "\n".join(self.lines[-100:])

    @contextlib.contextmanager
    def session(self):
        """Its QEMU's monitor."""
        session = qmp.connect(self.monitor)
        try:
            yield session
        finally:
            os.close(session.fd)

    def ask(self) -> list:
        """What the monitor for people says of a guest that stands still."""
        with self.session() as session:
            ask = functools.partial(session.command, "human-monitor-command")
            # registers of the FPU and of vectors tell nothing
            return [ask(**{"command-line": line}).partition("\nDR0")[0] for line in ASKED]

    def state(self) -> str:
        """Where its QEMU's threads and its CPU are: it has not come as far as it should."""
        said = []
        try:
            for task in Path(f"/proc/{self.process.pid}/task").iterdir():
                words = [(task / name).read_text().strip() for name in ("comm", "syscall", "stack")]
                said.append("\n".join([f"thread {task.name}", *words]))
            said += self.ask()
        except (OSError, qmp.QmpError) as error:
            said.append(str(error))
        return "\n".join(said)

    def running(self) -> bool:
        return self.process.poll() is None

    def wait_line(self, words: str, seconds: float = SECONDS) -> None:
        """Until it or its QEMU says so."""
        end = time.monotonic() + seconds
        while not any(words in line for line in self.lines):
            ktap.check(self.running(), f"QEMU has ended:\n{self.text()}")
            if time.monotonic() > end:
                raise self.late(f"no {words!r} in {seconds} s")
            time.sleep(0.1)

    def late(self, what: str) -> ktap.Failed:
        return ktap.Failed(f"{what}:\n{self.text()}\n{self.state()}")

    def wait_ready(self, seconds: float = SECONDS) -> None:
        """Until its patterns are in place, which GSP_WAIT=1 makes it say."""
        self.wait_line(READY, seconds)

    def go_on(self) -> None:
        self.process.stdin.write("go on\n")
        self.process.stdin.flush()

    def finish(self, seconds: float = SECONDS) -> dict:
        """Status of each of its tests, once it has ended by itself."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise self.late(f"no end within {seconds} s") from None
        self.reader.join(5)
        self.seconds = time.monotonic() - self.start
        ktap.equal(code, 0, f"QEMU's exit status:\n{self.text()}")
        results = {result.name: result.status for result in stream.parse(self.ktap_lines())}
        ktap.check(results, f"not one result:\n{self.text()}")
        ktap.check("plan" not in results, f"not all results:\n{self.text()}")
        return results

    def ktap_lines(self) -> list:
        start = self.lines.index("KTAP version 1") if "KTAP version 1" in self.lines else 0
        return self.lines[start:]

    def expect(self, failed: set | None = None) -> None:
        """All tests pass but these."""
        results = self.finish()
        ktap.comment(f"the guest took {self.seconds:.1f} s")
        found = {name for name, status in results.items() if status != "passed"}
        if found != (failed or set()):
            ktap.comment(self.text())
        ktap.equal(found, failed or set(), "tests that failed in the guest")
