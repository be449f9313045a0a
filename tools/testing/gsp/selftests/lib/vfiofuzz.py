# SPDX-License-Identifier: GPL-2.0-only
"""Random calls on an open VFIO device, by children that a watchdog looks after.

What a child does is decided by its seed alone. It keeps to the device's own file:
nothing concerns the IOMMU, and of registers it lets be only the page with which
the model does DMA for tests, as an IOMMU reports DMA that goes nowhere.

Calls are made past Python, so that buffers can be anything: memory, an address
that is none, or what the device itself has mapped.
"""

import contextlib
import ctypes
import errno
import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from collections import Counter
from pathlib import Path

from . import ktap, vfio
from .vfio import BAR0, CONFIG, FB, SHIFT, VGA

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
SYSCALLS = {
    "write": 1, "mmap": 9, "mprotect": 10, "munmap": 11, "ioctl": 16, "pread": 17, "pwrite": 18,
}
MASK = (1 << 64) - 1

PAGE = 4096
BUFFER = 1 << 20
LONGEST = 16 << 10  # of a read or a write
TEST_PAGE = 0x2F000
BORDERS = {
    BAR0: (0, 0x3000, 0x30A0, 0x30B0, 0x4000, 0x10000, 0x11000, 16 << 20),
    CONFIG: (0, 0x04, 0x10, 0x2C, 0x34, 0x40, 0x100, 0x1000),
}
FIRST_IOCTL, LAST_IOCTL = 100, 125
DMA_BUF = 11
LAST_FEATURE = 14
GET, SET, PROBE = (1 << n for n in (16, 17, 18))
FILE_OF_A_DMA_BUF = vfio.FEATURE
CALL_LIMIT = 60 if os.environ.get("GSP_KERNEL") == "debug" else 20


def syscall(name: str, *args) -> int:
    result = LIBC.syscall(SYSCALLS[name], *(ctypes.c_ulong(arg & MASK) for arg in args))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def address_of(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))


class Board:
    """Memory that a child shares with who looks after it: what it is at, and since when.

    Who reads may find one half of what is being written.
    """

    HEAD = struct.Struct("dI")

    def __init__(self):
        self.memory = mmap.mmap(-1, PAGE)

    def write(self, text: str) -> None:
        data = text.encode()[: PAGE - self.HEAD.size]
        self.memory[self.HEAD.size : self.HEAD.size + len(data)] = data
        self.HEAD.pack_into(self.memory, 0, time.monotonic(), len(data))

    def read(self) -> tuple:
        since, length = self.HEAD.unpack_from(self.memory)
        return since, self.memory[self.HEAD.size : self.HEAD.size + length].decode()


class Caller:
    """One sequence of calls."""

    def __init__(self, device: vfio.Device, seed: int, board: Board):
        self.fd = device.fd
        self.dice = random.Random(seed)
        self.board = board
        self.sizes = {index: self.size_of(device, index) for index in range(VGA + 1)}
        self.memory = mmap.mmap(-1, 2 * BUFFER)
        self.buffer = address_of(self.memory)
        syscall("mprotect", self.buffer + BUFFER, BUFFER, 0)
        self.eventfd = os.eventfd(0, os.EFD_NONBLOCK)
        self.drain, self.sink = os.pipe2(os.O_NONBLOCK)
        self.zeroes = os.open("/dev/zero", os.O_RDONLY)
        self.window = None  # (address, size, whether it is memory)
        self.kinds = (
            (self.any_ioctl, 4), (self.set_irqs, 3), (self.feature, 2), (self.dma_buf, 1),
            (self.region_info, 1), (self.read, 6), (self.write, 6), (self.map, 2), (self.touch, 2),
        )

    @staticmethod
    def size_of(device: vfio.Device, index: int) -> int:
        try:
            return device.region(index).size
        except OSError:
            return 0

    def life(self, number: int) -> Counter:
        """Tally of (kind, "works" or an errno's name)."""
        seen = Counter()
        kinds, weights = zip(*self.kinds, strict=True)
        for call in self.dice.choices(kinds, weights, k=number):
            outcome = "works"
            try:
                call()
            except OSError as error:
                outcome = errno.errorcode.get(error.errno, str(error.errno))
            seen[f"{call.__name__} {outcome}"] += 1
        return seen

    def call(self, name: str, *args) -> int:
        self.board.write(f"{name}({', '.join(f'{arg & MASK:#x}' for arg in args)})")
        return syscall(name, *args)

    # ---- numbers ----

    def word(self) -> int:
        dice = self.dice
        return dice.choice((
            0, 1, 2, dice.randrange(16), dice.randrange(256), 1 << dice.randrange(32),
            dice.getrandbits(32), 0xFFFFFFFF,
        ))

    def long(self) -> int:
        return self.dice.choice((self.word(), self.word() << 32, self.dice.getrandbits(64)))

    def argsz(self) -> int:
        return self.dice.choice((0, 4, 8, 12, 16, 20, 24, 32, 40, 64, 256, 512, PAGE, self.word()))

    def file(self) -> int:
        return self.dice.choice((self.eventfd, self.eventfd, -1, self.dice.randrange(40)))

    def index(self) -> int:
        known = (BAR0, BAR0, FB, FB, CONFIG, CONFIG)
        other = self.dice.randrange(VGA + 1), self.dice.randrange(1 << 20)
        return self.dice.choice((*known, *other))

    def place(self, index: int) -> int:
        """Mostly near a border."""
        dice, size = self.dice, self.sizes.get(index, 0)
        border = dice.choice((*BORDERS.get(index, (0, size)), size))
        return max(0, dice.choice((
            border + dice.randint(-16, 16), border + dice.randint(-16, 16),
            dice.randrange(size + PAGE), dice.getrandbits(SHIFT),
        )))

    def memory_at(self) -> int:
        """Where a buffer is; what the kernel writes stays inside of it, or has no address."""
        dice = self.dice
        inside = self.buffer + dice.randrange(64)
        end = self.buffer + BUFFER - dice.randrange(64)
        return dice.choice((inside,) * 8 + (0, end, MASK - PAGE))

    # ---- ioctls ----

    def ioctl(self, request: int, data: bytes) -> int:
        self.memory[: len(data)] = data
        at = self.buffer if self.dice.randrange(16) else self.memory_at()
        return self.call("ioctl", self.fd, request, at)

    def any_ioctl(self) -> None:
        number = vfio.number(self.dice.randint(FIRST_IOCTL, LAST_IOCTL))
        words = [self.argsz(), *(self.word() for _ in range(self.dice.randrange(16)))]
        self.take(number, self.ioctl(number, struct.pack(f"<{len(words)}I", *words)))

    def take(self, request: int, result: int) -> None:
        """Of all ioctls only this one ever answers with a file."""
        if request == FILE_OF_A_DMA_BUF and result > 2:
            with contextlib.suppress(OSError):
                os.close(result)

    def set_irqs(self) -> None:
        dice = self.dice
        data, action = 1 << dice.randrange(3), 1 << dice.choice((3, 4, 5, 5, 5))
        flags = dice.choice((data | action, data | action, self.word()))
        known = (vfio.IRQ_MSIX,) * 3 + (vfio.IRQ_ERR, vfio.IRQ_REQ)
        index, start = dice.choice((*known, dice.randrange(7))), dice.choice((0, 0, 0, self.word()))
        count = dice.choice((0, 1, 1, dice.randrange(8)))
        entry = ("<i", self.file) if data == 4 else ("<B", lambda: dice.randrange(3))
        values = b"".join(struct.pack(entry[0], entry[1]()) for _ in range(count))
        argsz = dice.choice((20 + len(values),) * 4 + (self.argsz(),))
        count = dice.choice((count,) * 6 + (self.word(),))
        self.ioctl(vfio.SET_IRQS, struct.pack("<5I", argsz, flags, index, start, count) + values)

    def region_info(self) -> None:
        data = struct.pack("<IIIIQQ", self.argsz(), self.word(), self.dice.randrange(12), 0, 0, 0)
        self.ioctl(vfio.REGION_INFO, data)

    def feature(self) -> None:
        dice = self.dice
        ways = dice.choice((GET, SET, PROBE | GET, PROBE | SET, 0, GET | SET, self.word()))
        data = b"".join(struct.pack("<i", self.file()) for _ in range(dice.randrange(10)))
        argsz = dice.choice((8 + len(data), 8 + len(data), self.argsz()))
        head = struct.pack("<II", argsz, ways | dice.randrange(LAST_FEATURE))
        self.take(vfio.FEATURE, self.ioctl(vfio.FEATURE, head + data))

    def dma_buf(self) -> None:
        dice, index = self.dice, self.dice.choice((BAR0, FB, FB, CONFIG, self.index()))
        number = dice.randrange(3)
        ranges = [(self.place(index) & -PAGE, PAGE * dice.randrange(4)) for _ in range(number)]
        flags = dice.choice((os.O_RDWR | os.O_CLOEXEC,) * 3 + (self.word(),))
        data = struct.pack("<4I", index, flags, dice.choice((0, 0, 0, self.word())), len(ranges))
        data += b"".join(struct.pack("<QQ", *pair) for pair in ranges)
        head = struct.pack("<II", 8 + len(data), GET | DMA_BUF)
        self.take(vfio.FEATURE, self.ioctl(vfio.FEATURE, head + data))

    # ---- reading, writing, mapping ----

    def access(self) -> tuple:
        """(where, bytes) of a read or a write."""
        index = self.index()
        size = self.dice.choice((0, 1, 2, 3, 4, 5, 7, 8, 16, self.dice.randrange(LONGEST)))
        return (index << SHIFT) + self.place(index), size

    def end_of(self, size: int) -> tuple:
        """(address, bytes) of the other end, at times what is mapped of the framebuffer."""
        if self.window and self.window[2] and not self.dice.randrange(4):
            return self.window[0], min(size, self.window[1])
        return self.memory_at(), size

    def read(self) -> None:
        at, size = self.access()
        target, size = self.end_of(size)
        self.call("pread", self.fd, target, size, at)

    def write(self) -> None:
        at, size = self.access()
        if at < TEST_PAGE + PAGE and TEST_PAGE < at + size:
            return
        self.memory[: LONGEST + 64] = self.dice.randbytes(LONGEST + 64)
        source, size = self.end_of(size)
        self.call("pwrite", self.fd, source, size, at)

    def map(self) -> None:
        """One at a time; the last one goes whether the next one can be had or not."""
        if self.window:
            self.call("munmap", *self.window[:2])
            self.window = None
        dice, index = self.dice, self.index()
        whole = max(PAGE, self.sizes.get(index, 0))
        at = dice.choice((0, self.place(index) & -PAGE))
        size = dice.choice((whole, whole, PAGE, PAGE * dice.randrange(1, 5), whole + PAGE))
        flags = dice.choice((mmap.MAP_SHARED,) * 6 + (mmap.MAP_PRIVATE,))
        prot = dice.choice((mmap.PROT_READ, mmap.PROT_READ | mmap.PROT_WRITE, mmap.PROT_EXEC, 0))
        found = self.call("mmap", 0, size, prot, flags, self.fd, (index << SHIFT) + at)
        self.window = found, size, index == FB

    def touch(self) -> None:
        """The kernel does it, so that what cannot be reached is an errno and no signal."""
        if not self.window:
            return
        start, size, memory = self.window
        at = start + self.dice.randrange(size)
        count = min(self.dice.randrange(1, 2 * PAGE), start + size - at)
        if memory and self.dice.randrange(2):
            self.call("pread", self.zeroes, at, count, 0)
            return
        self.call("write", self.sink, at, count)
        os.read(self.drain, count)


class Child:
    """A process that makes the calls of one seed."""

    def __init__(self, device: vfio.Device, seed: int, number: int):
        self.seed = seed
        self.board = Board()
        self.status = None
        self.board.write("start")
        self.pid = os.fork()
        if not self.pid:
            self.run(device, number)

    def run(self, device: vfio.Device, number: int) -> None:
        code = 1
        try:
            seen = Caller(device, self.seed, self.board).life(number)
            self.board.write(json.dumps(seen))
            code = 0
        except BaseException:  # pylint: disable=broad-except
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)

    def watch(self) -> bool:
        """Whether it is still at work; a call that takes too long is a failure."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        if self.status is not None:
            return False
        since, what = self.board.read()
        if time.monotonic() - since > CALL_LIMIT and self.stays(since, what):
            stack = Path("/proc", str(self.pid), "stack")
            where = stack.read_text() if stack.exists() else ""
            ktap.check(False, f"seed {self.seed}: {what} hangs\n{where}")
        return True

    def stays(self, *found) -> bool:
        time.sleep(1)
        return self.board.read() == found

    def end(self) -> Counter:
        what = self.board.read()[1]
        ktap.equal(self.status, 0, f"seed {self.seed}: status of a child that was at {what}")
        return Counter(json.loads(what))

    def kill(self) -> None:
        """It may be one that cannot be killed."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            time.sleep(1)
            os.waitpid(self.pid, os.WNOHANG)


def fuzz(device: vfio.Device, seeds, number: int) -> Counter:
    """So many calls of each seed, of all seeds at once."""
    children = [Child(device, seed, number) for seed in seeds]
    try:
        while any([child.watch() for child in children]):
            time.sleep(0.05)
        return sum((child.end() for child in children), Counter())
    finally:
        for child in children:
            child.kill()
