# SPDX-License-Identifier: GPL-2.0-only
"""Who has a VF open and uses it: all of its framebuffer, by DMA; the beginning, mapped.

DMA is done by the model's test page; gsp_vf_test.c has its layout.
"""

import contextlib
import mmap
import struct
import threading
import traceback
from collections import Counter
from pathlib import Path

from . import ktap, probe, provisioning, vfio
from .provisioning import Types
from .vfio import BAR0, FB, WAYS, Device
from .vgpu import DEBUG, PAGE, page_of

TEST_PAGE = 0x2F000
T_BUS, T_COMMAND, T_STATUS = (TEST_PAGE + n for n in (0x08, 0x1C, 0x20))
TO_FB, FROM_FB = 1, 2
IOVA = 0x100000
STEP = 32 << 20
COMPAT_IOAS = vfio.number(0x88)
TURN_LIMIT = 240 if DEBUG else 60


class Tenant:
    """Of an open device: one page out of each STEP of its framebuffer, and the last one."""

    def __init__(self, device: Device):
        self.device = device
        self.size = Types.get(int(provisioning.current(device.vf)), "framebuffer")
        self.memory = mmap.mmap(-1, PAGE)
        if not device.ioas:  # a group's comes with its first device
            found = vfio.ioctl(device.iommu, COMPAT_IOAS, struct.pack("<IIHH", 12, 0, 0, 0))
            device.ioas = struct.unpack("<IIHH", found)[1]
        device.dma_map(self.memory, IOVA)
        device.bus_master(True)

    def places(self) -> list:
        return [*range(0, self.size, STEP), self.size - PAGE]

    def copy(self, at: int, command: int) -> None:
        self.device.write(BAR0, T_BUS, struct.pack("<QQI", IOVA, at, PAGE))
        self.device.put(BAR0, T_COMMAND, command)
        status = self.device.get(BAR0, T_STATUS)
        ktap.equal(status, 0, f"{self.device.vf.name}: status of command {command} at {at:#x}")

    def fill(self, pattern: bytes) -> None:
        for at in self.places():
            self.memory[:] = page_of(pattern, at)
            self.copy(at, TO_FB)

    def differ(self, pattern: bytes) -> int:
        """How many places hold anything but the pattern; b"" for zeroes."""
        found = 0
        for at in self.places():
            self.copy(at, FROM_FB)
            found += self.memory[:] != page_of(pattern, at)
        return found


def use(device: Device, pattern: bytes) -> None:
    """A whole tenancy: it finds zeroes, and afterwards what it has written."""
    tenant = Tenant(device)
    ktap.equal(tenant.differ(b""), 0, f"{device.vf.name}: places that the last tenant left")
    tenant.fill(pattern)
    ktap.equal(tenant.differ(pattern), 0, f"{device.vf.name}: places that somebody else wrote")
    ktap.equal(device.read(FB, 0, 16), page_of(pattern, 0)[:16], "the same through the aperture")


def must_work(found: list, pattern: bytes = b"next") -> None:
    """Each of these VFs opens, in both ways, and is a fresh one each time."""
    for vf in found:
        for way in WAYS:
            with Device(vf, way) as device:
                use(device, pattern)


@contextlib.contextmanager
def mapped(vf, way: str = "cdev"):
    """An open VF whose aperture is mapped and touched: (device, window)."""
    with Device(vf, way) as device, device.map(FB, device.region(FB).size) as window:
        window[0:8] = b"mapped!\n"
        yield device, window


class Customer(threading.Thread):
    """Opens a VF, uses it and closes it, so many times; refusals do not count."""

    def __init__(self, vf: Path, first: int, wanted: int, refusals=()):
        super().__init__(daemon=True)
        self.vf, self.first, self.wanted, self.refusals = vf, first, wanted, refusals
        self.pattern = f"{vf.name}.{first}".encode()
        self.turns = 0
        self.refused = Counter()
        self.trouble = ""
        self.start()

    def run(self) -> None:
        try:
            while self.turns < self.wanted:
                self.turn(WAYS[(self.first + self.turns) % 2])
        except Exception:  # pylint: disable=broad-except
            self.trouble = traceback.format_exc()

    def turn(self, way: str) -> None:
        try:
            device = Device(self.vf, way)
        except OSError as error:
            if probe.name_of(error.errno) not in self.refusals:
                raise
            self.refused[probe.name_of(error.errno)] += 1
            return
        with device:
            use(device, self.pattern)
        self.turns += 1

    def end(self) -> None:
        self.join(TURN_LIMIT * self.wanted)
        ktap.check(not self.is_alive(), f"{self.vf.name} hangs after {self.turns} turns")
        ktap.equal(self.trouble, "", f"trouble of {self.vf.name}")
        ktap.equal(self.turns, self.wanted, f"{self.vf.name}: turns")
