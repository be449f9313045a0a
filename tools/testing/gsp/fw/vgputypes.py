# SPDX-License-Identifier: GPL-2.0-only
"""vGPU types for the model, as text for tools/gsp-vgpu-types.

A type has to carry a signature that the model verifies, so that a driver cannot
get by with one of its own: for i = 0 .. 3,
    SHA256("gsp-synthetic-vgpu-type\\0" || i || 570 || record)
numbers as u32 little-endian, the record with its signature zeroed.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

RECORD = 5224
SALT = b"gsp-synthetic-vgpu-type\0"
RELEASE_NUMBER = 570
G, M = 1 << 30, 1 << 20
HEAP = 32 * M
APERTURE_MIB = 256
# what the smallest types show of it
SMALL_MIB = 64


@dataclass(frozen=True)
class VgpuType:
    id: int
    name: str
    vclass: str
    gib: int
    max_instance: int
    pdev: int

    def fields(self) -> dict:
        """Field of the text -> (offset, format, value)."""
        size = self.gib * G
        # the whole board: what GSP-RM and the plugin need comes off
        fb = size - 2 * G if self.max_instance == 1 else size
        return {
            "name": (4, "32s", self.name),
            "class": (36, "32s", self.vclass),
            "max_instance": (324, "I", self.max_instance),
            "num_heads": (328, "I", 4),
            "max_res_x": (332, "I", 5120),
            "max_res_y": (336, "I", 2880),
            "ecc": (352, "I", 1),
            "vdev_id": (368, "Q", self.pdev << 16 | 0x1000 + self.id),
            "pdev_id": (376, "Q", self.pdev),
            "profile_size": (384, "Q", size),
            "fb_length": (392, "Q", fb),
            "gsp_heap_size": (400, "Q", HEAP),
            "bar1_length": (432, "Q", APERTURE_MIB if self.gib > 1 else SMALL_MIB),
        }

    def record(self) -> bytes:
        out = bytearray(RECORD)
        struct.pack_into("<I", out, 0, self.id)
        for offset, form, value in self.fields().values():
            data = value.encode() if isinstance(value, str) else value
            struct.pack_into("<" + form, out, offset, data)
        return bytes(out)

    def signature(self) -> bytes:
        head = [SALT + struct.pack("<II", i, RELEASE_NUMBER) for i in range(4)]
        return b"".join(hashlib.sha256(h + self.record()).digest() for h in head)

    def text(self) -> str:
        lines = [f"  type {self.id}", f"    signature {self.signature().hex()}"]
        for key, (_, _, value) in self.fields().items():
            lines.append(f"    {key} {f'{value:x}' if key.endswith('dev_id') else value}")
        return "\n".join(lines) + "\n"


def types_of(device: int) -> list[VgpuType]:
    """What the bench offers on a board of 48 GiB."""
    rows = [
        (1145, "1B", "NVS", 1, 32),
        (1146, "2B", "NVS", 2, 16),
        (1147, "1Q", "Quadro", 1, 32),
        (1148, "2Q", "Quadro", 2, 16),
        (1149, "4Q", "Quadro", 4, 11),
        (1150, "8Q", "Quadro", 8, 5),
        (1151, "12Q", "Quadro", 12, 3),
        (1152, "24Q", "Quadro", 24, 1),
        (1153, "48Q", "Quadro", 48, 1),
    ]
    return [VgpuType(i, f"NVIDIA MODEL-{n}", c, gib, most, device) for i, n, c, gib, most in rows]


def text(devices: list, release: str) -> str:
    """The bench's boards, and one that is none of them."""
    out = f"build {release}\nversion 18 1\n"
    other = devices[0] ^ 0xF
    boards = [(other, [VgpuType(900, "NVIDIA OTHER-1B", "NVS", 1, 4, other)])]
    for board, types in boards + [(device, types_of(device)) for device in devices]:
        out += f"board {board:x}\n" + "".join(t.text() for t in types)
    return out
