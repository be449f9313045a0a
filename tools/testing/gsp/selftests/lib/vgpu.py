# SPDX-License-Identifier: GPL-2.0-only
"""VFs driven by gsp-vf-test: vGPUs made and unmade, what they were told, what is left of the GPU.

The source of gsp-vf-test says what its files and commands do.
"""

import contextlib
import mmap
import os
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

from . import gpu, ktap, model, probe, provisioning
from .provisioning import TESTER, Types, pf, set_vfs, vfs, write

MODULE = "gsp_vf_test"
DRIVER = Path("/sys/bus/pci/drivers/gsp-vf-test")
DEBUG = os.environ["GSP_KERNEL"] == "debug"
LIFE = ("open", "reset", "close")
PAGE = 4096
MIB = 1 << 20


# ---- the driver ----


def insert() -> None:
    subprocess.run(["modprobe", "gsp-vf-test"], check=True)


def remove() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def adopt(found: list) -> None:
    """gsp-vf-test drives these VFs."""
    insert()
    for vf in found:
        if gpu.driver_of(vf) != DRIVER.name:
            (TESTER / "control").write_text(f"add {vf.name}")


def run(vf: Path, command: str) -> str:
    """The errno of a command by name, "0" when it works."""
    return probe.name_of(gpu.write_errno(TESTER / vf.name, command))


def must(vf: Path, *commands: str) -> None:
    for command in commands:
        ktap.equal(run(vf, command), "0", f"errno of {command!r} on {vf.name}")


def told(vf: Path) -> dict:
    """What is read of a VF: the last command's result and time in us, events by name."""
    rows = (line.partition(": ") for line in (TESTER / vf.name).read_text().splitlines())
    return {key: int(value) if value.lstrip("-").isdigit() else value for key, _, value in rows}


def state(vf: Path) -> str:
    """Where the vGPU is in its life."""
    path = gpu.DEBUGFS / gpu.address() / vf.name / "state"
    return path.read_text().splitlines()[0]


@contextlib.contextmanager
def opened(*found):
    """vGPUs of these VFs for the time of a with block."""
    for vf in found:
        must(vf, "open")
    try:
        yield
    finally:
        for vf in found:
            must(vf, "close")


class Command(threading.Thread):
    """A command that runs while something else happens; .errno names its end."""

    def __init__(self, vf: Path, command: str):
        super().__init__(daemon=True)
        self.what = f"{command!r} on {vf.name}"
        self.command = command
        # open before the file can go
        self.fd = os.open(TESTER / vf.name, os.O_WRONLY)
        self.errno = ""
        self.took = 0.0
        self.start()

    def run(self) -> None:
        start = time.monotonic()
        try:
            os.write(self.fd, self.command.encode())
            self.errno = "0"
        except OSError as error:
            self.errno = probe.name_of(error.errno)
        self.took = time.monotonic() - start
        os.close(self.fd)

    def end(self, allowed, limit: float) -> None:
        allowed = (allowed,) if isinstance(allowed, str) else allowed
        self.join(limit)
        ktap.check(not self.is_alive(), f"{self.what} hangs")
        ktap.check(self.errno in allowed, f"{self.what}: expected {allowed}, found {self.errno}")


class Tenant(threading.Thread):
    """Commands again and again, until told to stop, so many times, or until the VF goes."""

    def __init__(self, vf: Path, commands=LIFE, rounds: int = 0, pause: float = 0):
        super().__init__(daemon=True)
        self.vf, self.commands, self.rounds, self.pause = vf, commands, rounds, pause
        self.stop = False
        self.seen = Counter()
        self.start()

    def run(self) -> None:
        turn = 0
        while not self.stop and not (self.rounds and turn == self.rounds):
            for command in self.commands:
                try:
                    self.seen[run(self.vf, command)] += 1
                except OSError:  # no file
                    return
            turn += 1
            time.sleep(self.pause)

    def end(self, allowed, limit: float) -> None:
        self.join(limit)
        ktap.check(not self.is_alive(), f"a command on {self.vf.name} hangs")
        found = set(self.seen) - set(allowed)
        ktap.check(not found, f"{self.vf.name}: expected {allowed}, found {dict(self.seen)}")


# ---- a GPU with VFs that have a type ----


def alive() -> bool:
    return gpu.bound() and (pf() / "gsp/state").read_text() == "running\n"


def bytes_of(name: str) -> int:
    return int((pf() / "gsp" / f"framebuffer_{name}").read_text())


def quarantined() -> int:
    return bytes_of("quarantined")


def settle() -> None:
    """A bound GPU that has never lost anything, whatever a failed test left."""
    model.put("fault", "")
    if gpu.bound() and (not alive() or quarantined()):
        gpu.unbind()
    if not gpu.bound():
        ktap.equal(gpu.bind(), 0, "errno of bind")


def close_all(found: list) -> None:
    for vf in found:
        if gpu.driver_of(vf) == DRIVER.name:
            run(vf, "close")


def ready(number: int, profile: str = "1B") -> list:
    """So many VFs of one type, driven by gsp-vf-test, without a vGPU."""
    settle()
    close_all(vfs())
    if len(vfs()) != number:
        ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
        ktap.equal(set_vfs(number), 0, "errno of sriov_numvfs")
    found, kind = vfs(), provisioning.type_of(profile)
    adopt(found)
    if provisioning.current(found[0]) != f"{kind}\n":
        for vf in found:
            write(vf, 0)
    for vf in found:
        ktap.equal(write(vf, kind), 0, "errno of the type")
    return found


def ledger() -> dict:
    """What the GPU has left to give, and what the firmware has of us."""
    rows = {name: bytes_of(name) for name in ("free", "quarantined")}
    rows |= {name: Types.get(n, "available_instances") for name, n in Types.all().items()}
    return rows | {"objects": model.get("rm-objects")}


# ---- what a guest sees ----


class Guest:
    """Framebuffer of an open VF, through what the model has instead of a guest's engines.

    The test page of BAR0 copies between memory of gsp-vf-test and framebuffer;
    gsp_vf_test.c has its layout. BAR1 shows the beginning of framebuffer.
    """

    PAGE_AT = 0x2F000
    IDENTITY = 0x30544656
    ID, BUS, FB, LENGTH, COMMAND, STATUS = (n // 4 for n in (0, 8, 0x10, 0x18, 0x1C, 0x20))
    TO_FB, FROM_FB = 1, 2

    def __init__(self, vf: Path):
        self.vf = vf
        self.size = Types.get(int(provisioning.current(vf)), "framebuffer")

    def __enter__(self):
        must(self.vf, "bme 1")
        self.page = os.open(TESTER / f"{self.vf.name}-page", os.O_RDWR)
        file = os.open(self.vf / "resource0", os.O_RDWR | os.O_SYNC)
        self.map = mmap.mmap(file, PAGE, offset=self.PAGE_AT)
        os.close(file)
        self.regs = memoryview(self.map).cast("I")
        ktap.equal(self.regs[self.ID], self.IDENTITY, "identity of the test page")
        self.put(self.BUS, int(told(self.vf)["page"], 16))
        self.regs[self.LENGTH] = PAGE
        return self

    def __exit__(self, *_):
        self.regs.release()
        self.map.close()
        os.close(self.page)

    def put(self, register: int, value: int) -> None:
        self.regs[register] = value & 0xFFFFFFFF
        self.regs[register + 1] = value >> 32

    def copy(self, at: int, command: int) -> None:
        self.put(self.FB, at)
        self.regs[self.COMMAND] = command
        status = self.regs[self.STATUS]
        ktap.equal(status, 0, f"{self.vf.name}: status of command {command} at {at:#x}")

    def write(self, at: int, data: bytes) -> None:
        os.pwrite(self.page, data, 0)
        self.copy(at, self.TO_FB)

    def read(self, at: int) -> bytes:
        self.copy(at, self.FROM_FB)
        return os.pread(self.page, PAGE, 0)

    def places(self) -> list:
        """A page out of each 2 MiB, each time another one of them, and the last page."""
        step = 2 * MIB
        inner = (at + at // step * PAGE % step for at in range(0, self.size, step))
        return [*inner, self.size - PAGE]

    def fill(self, pattern: bytes) -> None:
        for at in self.places():
            self.write(at, page_of(pattern, at))

    def differ(self, pattern: bytes) -> int:
        """How many places hold anything but the pattern; b"" for zeroes."""
        return sum(self.read(at) != page_of(pattern, at) for at in self.places())

    def aperture(self, at: int, size: int = PAGE) -> bytes:
        """The same through BAR1."""
        file = os.open(self.vf / f"resource{model.FB}", os.O_RDWR | os.O_SYNC)
        with mmap.mmap(file, size, offset=at) as window:
            data = bytes(window)
        os.close(file)
        return data


def page_of(pattern: bytes, at: int) -> bytes:
    """What a page is filled with: it tells who wrote it, and where."""
    if not pattern:
        return bytes(PAGE)
    word = pattern + at.to_bytes(8, "little")
    return (word * (PAGE // len(word) + 1))[:PAGE]
