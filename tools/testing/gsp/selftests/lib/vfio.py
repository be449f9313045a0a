# SPDX-License-Identifier: GPL-2.0-only
"""A VFIO device as a VMM opens it, by cdev or by group, and how VFs get their VFIO driver.

Numbers and structures are those of linux/vfio.h and linux/iommufd.h.
"""

import ctypes
import fcntl
import fnmatch
import mmap
import os
import resource
import select
import signal
import struct
import subprocess
from pathlib import Path

from . import gpu, ktap, provisioning, vgpu
from .model import BAR0, BAR2, FB, WIDE  # noqa: F401
from .provisioning import set_vfs, vfs, write

DRIVER = "gsp-vfio-pci"
MODULE = "gsp_vfio_pci"
NODES = Path("/dev/vfio")
WAYS = ("cdev", "group")

SHIFT = 40
ROM, CONFIG, VGA = 6, 7, 8
READ, WRITE, MMAP, CAPS = 1, 2, 4, 8
CAP_MSIX_MAPPABLE, CAP_SPARSE = 3, 1
IRQ_MSIX, IRQ_ERR, IRQ_REQ = 2, 3, 4
EVENTFD_TRIGGER = 1 << 2 | 1 << 5

MAP_FIXED = 0x10  # of mmap()
MAP_READ_WRITE = 1 | 2 | 4  # at a fixed address, for both

PAGE = 4096
# what the model has instead of a guest's engines; gsp_vf_test.c has its layout
TEST_PAGE, IDENTITY = 0x2F000, 0x30544656
T_BUS, T_COMMAND, T_STATUS, T_MSIX = (TEST_PAGE + n for n in (0x08, 0x1C, 0x20, 0x24))
TO_FB, FROM_FB, DMA_REFUSED = 1, 2, 2


def number(nr: int) -> int:
    return ord(";") << 8 | nr


GET_INFO, REGION_INFO, IRQ_INFO, SET_IRQS, RESET, HOT_RESET_INFO = (
    number(nr) for nr in range(107, 113)
)
IOEVENTFD, FEATURE, BIND, ATTACH = (number(nr) for nr in range(116, 120))
FEATURE_GET, FEATURE_DMA_BUF = 1 << 16, 11
SET_CONTAINER, GET_DEVICE_FD = number(104), number(106)
IOAS_ALLOC, IOAS_MAP = number(0x81), number(0x85)


def ioctl(fd: int, request: int, data: bytes = b"") -> bytes:
    buffer = bytearray(data)
    fcntl.ioctl(fd, request, buffer, True)
    return bytes(buffer)


def errno_of(func, *args) -> int:
    try:
        func(*args)
    except OSError as error:
        return error.errno
    return 0


# ---- drivers ----


def insert() -> None:
    subprocess.run(["modprobe", DRIVER], check=True)


def remove() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def override(device: Path, driver: str) -> None:
    (device / "driver_override").write_text(f"{driver}\n")


def rebind(device: Path, driver: str) -> str:
    """As libvirt and driverctl do it; returns the driver that the function has then."""
    override(device, driver)
    if gpu.driver_of(device):
        (device / "driver/unbind").write_text(device.name)
    gpu.write_errno(Path("/sys/bus/pci/drivers_probe"), device.name)
    return gpu.driver_of(device)


def aliases() -> list:
    """(pattern, module) of each line of modules.alias that has to do with PCI."""
    path = Path("/lib/modules", os.uname().release, "modules.alias")
    rows = (line.split() for line in path.read_text().splitlines() if line.startswith("alias "))
    return [(row[1], row[2]) for row in rows if row[1].startswith(("pci:", "vfio_pci:"))]


def libvirt_module(device: Path) -> str:
    """The VFIO driver that fits best: of all that match the one with fewest wildcards."""
    wanted = (device / "modalias").read_text().strip().replace("pci:", "vfio_pci:", 1)
    found = [row for row in aliases() if fnmatch.fnmatchcase(wanted, row[0])]
    return min(found, key=lambda row: row[0].count("*"))[1] if found else ""


def libvirt_driver(module: str) -> str:
    """A module's PCI driver: the same name, but for - and _."""
    folder = Path("/sys/module", module, "drivers")
    names = [path.name.removeprefix("pci:") for path in folder.glob("pci:*")]
    return next((name for name in names if name.replace("-", "_") == module), "")


def ready(count: int, profile: str = "1B") -> list:
    """So many VFs of one type, driven by gsp-vfio-pci, none open."""
    vgpu.settle()
    if len(vfs()) != count:
        ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
        ktap.equal(set_vfs(count), 0, "errno of sriov_numvfs")
    insert()
    found = vfs()
    for vf in found:
        if gpu.driver_of(vf) != DRIVER:
            ktap.equal(rebind(vf, DRIVER), DRIVER, f"driver of {vf.name}")
    for vf in found:
        write(vf, 0)
    for vf in found:
        ktap.equal(write(vf, provisioning.type_of(profile)), 0, "errno of the type")
    return found


# ---- a device ----


class Region:
    """What region info says."""

    def __init__(self, fd: int, index: int):
        data = ioctl(fd, REGION_INFO, struct.pack("<IIIIQQ", 512, 0, index, 0, 0, 0) + bytes(480))
        _, self.flags, _, at, self.size, self.offset = struct.unpack_from("<IIIIQQ", data)
        self.caps = {}
        while self.flags & CAPS and at:
            cap, _, following = struct.unpack_from("<HHI", data, at)
            self.caps[cap] = data[at:]
            at = following

    def sparse(self) -> list:
        """(begin, end) of what can be mapped."""
        data = self.caps[CAP_SPARSE]
        areas = [struct.unpack_from("<QQ", data, 16 + 16 * i)
                 for i in range(struct.unpack_from("<I", data, 8)[0])]
        return [(offset, offset + size) for offset, size in areas]


class Device:
    """An open VFIO device, closed at the end of a with block."""

    def __init__(self, vf: Path, way: str = "cdev"):
        self.vf = vf
        self.files = [os.open("/dev/iommu", os.O_RDWR)]
        self.iommu = self.files[0]
        self.ioas = 0
        try:
            self.fd = self.open_cdev() if way == "cdev" else self.open_group()
        except OSError:
            self.close()
            raise

    def open_cdev(self) -> int:
        node = next((self.vf / "vfio-dev").iterdir()).name
        fd = os.open(NODES / "devices" / node, os.O_RDWR)
        self.files.append(fd)
        ioctl(fd, BIND, struct.pack("<IIiIQ", 24, 0, self.iommu, 0, 0))
        made = ioctl(self.iommu, IOAS_ALLOC, struct.pack("<III", 12, 0, 0))
        self.ioas = struct.unpack("<III", made)[2]
        ioctl(fd, ATTACH, struct.pack("<IIII", 16, 0, self.ioas, 0))
        return fd

    def open_group(self) -> int:
        group = (self.vf / "iommu_group").resolve().name
        self.files.append(os.open(NODES / group, os.O_RDWR))
        ioctl(self.files[-1], SET_CONTAINER, struct.pack("<i", self.iommu))
        name = bytearray(self.vf.name.encode() + b"\0")
        fd = fcntl.ioctl(self.files[-1], GET_DEVICE_FD, name, True)
        self.files.append(fd)
        return fd

    def close(self) -> None:
        while self.files:
            os.close(self.files.pop())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def region(self, index: int) -> Region:
        return Region(self.fd, index)

    def read(self, index: int, at: int, size: int) -> bytes:
        return os.pread(self.fd, size, (index << SHIFT) + at)

    def write(self, index: int, at: int, data: bytes) -> int:
        return os.pwrite(self.fd, data, (index << SHIFT) + at)

    def get(self, index: int, at: int) -> int:
        return int.from_bytes(self.read(index, at, 4), "little")

    def put(self, index: int, at: int, value: int, size: int = 4) -> None:
        self.write(index, at, value.to_bytes(size, "little"))

    def map(self, index: int, size: int, at: int = 0) -> mmap.mmap:
        return mmap.mmap(self.fd, size, mmap.MAP_SHARED, offset=(index << SHIFT) + at)

    def reset(self) -> int:
        return errno_of(fcntl.ioctl, self.fd, RESET)

    def faults(self, index: int, size: int) -> int:
        """Page faults that it takes to read each page, mapped where huge pages can be."""
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = (ctypes.c_void_p, *(ctypes.c_size_t,) * 5)
        room = libc.mmap(None, 2 * size, 0, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 0, 0)
        start = -(-room // size) * size
        libc.mmap(start, size, mmap.PROT_READ, mmap.MAP_SHARED | MAP_FIXED, self.fd,
                  index << SHIFT)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for at in range(start, start + size, mmap.PAGESIZE):
            ctypes.string_at(at, 1)
        found = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
        libc.munmap(ctypes.c_void_p(room), ctypes.c_size_t(2 * size))
        return found

    def dma_buf(self, index: int, at: int, size: int) -> int:
        """File descriptor of a part of a region, for other devices."""
        data = struct.pack("<IIIIIIQQ", 40, FEATURE_GET | FEATURE_DMA_BUF, index, os.O_RDWR, 0, 1,
                           at, size)
        return fcntl.ioctl(self.fd, FEATURE, bytearray(data), True)

    def eventfd(self, irq: int) -> int:
        """Signalled by the first interrupt of a kind."""
        fd = os.eventfd(0, os.EFD_NONBLOCK)
        self.files.append(fd)
        ioctl(self.fd, SET_IRQS, struct.pack("<IIIIIi", 24, EVENTFD_TRIGGER, irq, 0, 1, fd))
        return fd

    def capability(self, wanted: int) -> int:
        """Where in configuration space a capability is; 0 if nowhere."""
        at = self.read(CONFIG, 0x34, 1)[0]
        while at:
            found, following = self.read(CONFIG, at, 2)
            if found == wanted:
                return at
            at = following
        return 0

    def dma_map(self, memory: mmap.mmap, iova: int) -> None:
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        ioctl(self.iommu, IOAS_MAP,
              struct.pack("<4I3Q", 40, MAP_READ_WRITE, self.ioas, 0, address, len(memory), iova))

    def bus_master(self, on: bool) -> None:
        command = int.from_bytes(self.read(CONFIG, 4, 2), "little")
        self.put(CONFIG, 4, command | 4 if on else command & ~4, 2)


def copy(device: Device, memory_at: int, fb: int, command: int) -> int:
    """A page between memory and framebuffer; the status."""
    device.write(BAR0, T_BUS, struct.pack("<QQI", memory_at, fb, PAGE))
    device.put(BAR0, T_COMMAND, command)
    return device.get(BAR0, T_STATUS)


def signalled(fd: int, timeout: float) -> bool:
    return bool(select.select([fd], [], [], timeout)[0])


def dies_of(func) -> str:
    """The name of the signal that a child dies of that runs @func; "" if it does not die."""
    pid = os.fork()
    if not pid:
        try:
            func()
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""
