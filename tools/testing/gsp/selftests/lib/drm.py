# SPDX-License-Identifier: GPL-2.0-only
"""nouveau's device nodes: a few ioctls of include/uapi/drm/nouveau_drm.h."""

import contextlib
import fcntl
import mmap
import os
import struct
from pathlib import Path

FB_SIZE, CHIPSET_ID, PTIMER_TIME = 8, 11, 14
DOMAIN_VRAM, DOMAIN_MAPPABLE = 1 << 1, 1 << 3

GETPARAM, GEM_NEW = 0x40, 0x80
# handle, domain, size, offset, map_handle, tile_mode, tile_flags; channel_hint, align
GEM_NEW_FORMAT = "<IIQQQIIII"


def nodes(device: Path) -> list:
    """Names of the card and render nodes of a GPU."""
    return sorted(path.name for path in device.glob("drm/*") if path.name[-1].isdigit())


def read_write(number: int, size: int) -> int:
    """The request that _IOWR('d', number, size) is."""
    return 3 << 30 | size << 16 | ord("d") << 8 | number


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

    def buffer(self, size: int) -> tuple:
        """A buffer in VRAM that the CPU can map: (offset for mmap, size)."""
        domain = DOMAIN_VRAM | DOMAIN_MAPPABLE
        reply = self.call(GEM_NEW, GEM_NEW_FORMAT, 0, domain, size, 0, 0, 0, 0, 0, 4096)
        return reply[4], reply[2]

    def map(self, buffer: tuple):
        offset, size = buffer
        return contextlib.closing(mmap.mmap(self.fd, size, offset=offset))
