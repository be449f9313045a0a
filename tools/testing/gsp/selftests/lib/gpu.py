# SPDX-License-Identifier: GPL-2.0-only
"""The GPU in sysfs and the driver under test: load, bind, unbind, unload."""

import contextlib
import fnmatch
import os
import subprocess
import time
from pathlib import Path

from . import model
from .ktap import Skip, check

MODULE = "gsp_core"
DRIVER = Path("/sys/bus/pci/drivers/gsp-core")
DEVICES = Path("/sys/bus/pci/devices")
DEBUGFS = Path("/sys/kernel/debug/gsp-core")
FW_PATH = Path("/sys/module/firmware_class/parameters/path")
VENDOR = "0x10de"
# what uses gsp-core in tests
USERS = ("gsp_vfio_pci", "gsp_vf_test", "gsp_client_sample")


def find_all() -> list:
    """Every GPU, the bench's gpu0 first; VFs are not among them."""
    return [
        path
        for path in sorted(DEVICES.iterdir())
        if (path / "vendor").read_text().strip() == VENDOR and not (path / "physfn").exists()
    ]


def find() -> Path:
    """The GPU that most suites mean."""
    for path in find_all():
        return path
    raise Skip("this machine has no GPU")


def address() -> str:
    return find().name


def driver_of(device: Path) -> str:
    link = device / "driver"
    return link.resolve().name if link.exists() else ""


def bound() -> bool:
    return driver_of(find()) == "gsp-core"


def loaded() -> bool:
    return Path("/sys/module", MODULE).exists()


def listed(device: Path) -> bool:
    """Does gsp-core's table hold this board?"""
    wanted = (device / "modalias").read_text().strip()
    text = Path("/lib/modules", os.uname().release, "modules.alias").read_text()
    rows = [line.split() for line in text.splitlines() if line.endswith(f" {MODULE}")]
    return any(fnmatch.fnmatchcase(wanted, row[1]) for row in rows)


def claim() -> None:
    """If the bench's GPU is on a board that is bound on request only, request it.

    So is every other of its kind; where the bench's is listed, none is.
    """
    if listed(find()):
        return
    kind = (find() / "device").read_text()
    for device in find_all():
        if (device / "device").read_text() == kind:
            (device / "driver_override").write_text("gsp-core")


def autoprobe(on: bool) -> None:
    Path("/sys/bus/pci/drivers_autoprobe").write_text("1" if on else "0")


def load(bind: bool = False) -> None:
    """Load the module; without @bind the GPU stays free until bind() is called."""
    claim()
    autoprobe(bind)
    try:
        subprocess.run(["modprobe", "gsp-core"], check=True)
    finally:
        autoprobe(True)


def unload() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def bind(name: str = "") -> int:
    """Bind a GPU to gsp-core; 0 or the errno that probe answered."""
    claim()
    return write_errno(DRIVER / "bind", name or address())


def unbind(name: str = "") -> int:
    return write_errno(DRIVER / "unbind", name or address())


def write_errno(path: Path, text: str) -> int:
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    except OSError as error:
        return error.errno
    finally:
        os.close(fd)
    return 0


def reset() -> None:
    """A function reset through the PCI core, as an administrator does it."""
    (find() / "reset").write_text("1")


def wait_for(condition, timeout: float, what: str):
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, f"{what}: not within {timeout} s")
        time.sleep(0.05)


@contextlib.contextmanager
def firmware_from(folder):
    """Firmware is looked for in @folder for the time of a with block."""
    before = FW_PATH.read_text().rstrip("\n")
    FW_PATH.write_text(str(folder))
    try:
        yield
    finally:
        FW_PATH.write_text(before or "\n")


def tidy() -> None:
    """Back to the state in which a suite starts: no fault, no driver, a fresh GPU."""
    with contextlib.suppress(Exception):
        model.put("fault", "")
    model.close()
    for module in (*USERS, MODULE):
        if Path("/sys/module", module).exists():
            subprocess.run(["rmmod", module], check=False)
    with contextlib.suppress(Exception):
        reset()


def rescan() -> None:
    """Take the GPU off the bus and look for it again, as after a surprise removal."""
    autoprobe(False)
    try:
        (find().resolve() / "remove").write_text("1")
        Path("/sys/bus/pci/rescan").write_text("1")
        wait_for(find_all, 10, "the GPU after a rescan")
    finally:
        autoprobe(True)
