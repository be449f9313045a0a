# SPDX-License-Identifier: GPL-2.0-only
"""VFs in the hands of a VFIO driver, as an administrator puts them there."""

import contextlib
import subprocess
from pathlib import Path

from . import gpu, ktap
from .provisioning import type_of, write

DRIVER = "gsp-vfio-pci"
PLAIN = "vfio-pci"
MODULES = ("iommufd", "vfio", "vfio_iommu_type1", PLAIN, DRIVER)


def modprobe(*names: str) -> None:
    for name in names:
        done = subprocess.run(["modprobe", name], capture_output=True, text=True, check=False)
        ktap.check(not done.returncode, f"modprobe {name}: {done.stderr.strip()}")


def release(function: Path) -> None:
    """Without a driver, and no wish for one."""
    if gpu.driver_of(function):
        (function / "driver" / "unbind").write_text(function.name)
    (function / "driver_override").write_text("\n")


@contextlib.contextmanager
def bound(function: Path, driver: str = DRIVER):
    """A function has this driver for the time of a with block."""
    release(function)
    (function / "driver_override").write_text(driver)
    Path("/sys/bus/pci/drivers_probe").write_text(function.name)
    try:
        ktap.equal(gpu.driver_of(function), driver, f"driver of {function.name}")
        yield function
    finally:
        release(function)


@contextlib.contextmanager
def vgpu(vf: Path, driver: str = DRIVER, profile: str = "1B"):
    """A VF that is ready for a VMM: it has a type and a driver."""
    ktap.equal(write(vf, type_of(profile)), 0, f"errno of the type of {vf.name}")
    try:
        with bound(vf, driver):
            yield vf
    finally:
        ktap.equal(write(vf, 0), 0, f"errno of taking the type of {vf.name} away")


def unload() -> None:
    """The drivers go; the GPU's own is the suite's to unload, and modprobe -r would too."""
    for name in (DRIVER, PLAIN):
        subprocess.run(["rmmod", name.replace("-", "_")], capture_output=True, check=False)


def all_goes() -> None:
    """These drivers, and the GPU's own."""
    unload()
    if gpu.bound():
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    gpu.unload()
    ktap.check(not gpu.loaded(), "gsp-core is still loaded")
