# SPDX-License-Identifier: GPL-2.0-only
"""nouveau's device nodes: a few ioctls of include/uapi/drm/drm.h and nouveau_drm.h."""

import contextlib
import fcntl
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path

FB_SIZE, CHIPSET_ID, PTIMER_TIME, VRAM_USED = 8, 11, 14, 19
DOMAIN_VRAM, DOMAIN_MAPPABLE = 1 << 1, 1 << 3

GETPARAM, GEM_NEW = 0x40, 0x80
PRIME_HANDLE_TO_FD, PRIME_FD_TO_HANDLE = 0x2D, 0x2E
# handle, domain, size, offset, map_handle, tile_mode, tile_flags; channel_hint, align
GEM_NEW_FORMAT = "<IIQQQIIII"


def nodes(device: Path) -> list:
    """Names of the card and render nodes of a GPU."""
    return sorted(path.name for path in device.glob("drm/*") if path.name[-1].isdigit())


def read_write(number: int, size: int) -> int:
    """The request that _IOWR('d', number, size) is."""
    return 3 << 30 | size << 16 | ord("d") << 8 | number


@dataclass(frozen=True)
class Buffer:
    """A buffer of one client; @offset is what mmap wants."""

    handle: int
    size: int
    offset: int


class Nouveau:
    """One client of a GPU's render node."""

    def __init__(self, device: Path):
        self.path = next(f"/dev/dri/{name}" for name in nodes(device) if name.startswith("render"))

    def __enter__(self):
        self.fd = os.open(self.path, os.O_RDWR)
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def call(self, number: int, form: str, *values) -> tuple:
        """An ioctl with one structure in and out."""
        data = bytearray(struct.pack(form, *values))
        fcntl.ioctl(self.fd, read_write(number, len(data)), data)
        return struct.unpack(form, data)

    def param(self, which: int) -> int:
        return self.call(GETPARAM, "<QQ", which, 0)[1]

    def buffer(self, size: int) -> Buffer:
        """A buffer in VRAM that the CPU can map."""
        domain = DOMAIN_VRAM | DOMAIN_MAPPABLE
        reply = self.call(GEM_NEW, GEM_NEW_FORMAT, 0, domain, size, 0, 0, 0, 0, 0, 4096)
        return Buffer(reply[0], reply[2], reply[4])

    def map(self, buffer: Buffer):
        return contextlib.closing(mmap.mmap(self.fd, buffer.size, offset=buffer.offset))

    def export(self, buffer: Buffer) -> int:
        """A dma-buf of it, as a file descriptor."""
        return self.call(PRIME_HANDLE_TO_FD, "<IIi", buffer.handle, os.O_RDWR | os.O_CLOEXEC, -1)[2]

    def take(self, fd: int) -> int:
        """The handle of somebody else's dma-buf; attaching pins it in system memory."""
        return self.call(PRIME_FD_TO_HANDLE, "<IIi", 0, 0, fd)[0]
