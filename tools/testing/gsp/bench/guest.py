# SPDX-License-Identifier: GPL-2.0-only
"""What a nested guest boots: the plain kernel, and an initramfs of one program."""

import functools
import subprocess
from pathlib import Path

from . import cache, kernel, modules, qemu

SOURCES = Path(__file__).resolve().parent.parent / "guest"
MODULE = "gsp-vf-guest.ko"
KERNEL = "plain"
COMPILE = "gcc -static -O2 -Wall -Wextra -Werror".split()

DIRECTORY, DEVICE, FILE = 0o040755, 0o020600, 0o100755
CONSOLE = (5, 1)


def program() -> Path:
    def build(folder: Path) -> None:
        files = sorted(SOURCES.glob("*.c"))
        subprocess.run([*COMPILE, "-o", folder / "init", *files], check=True)

    return cache.entry(f"guest-{cache.digest_tree(SOURCES, *COMPILE)}", build) / "init"


def member(number: int, name: str, mode: int, data: bytes = b"", device=(0, 0)) -> bytes:
    """One file of a cpio archive in the form that the kernel unpacks ("newc")."""
    path = name.encode() + b"\0"
    fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(path), 0]
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + path
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def archive(rows) -> bytes:
    rows = [*rows, ("TRAILER!!!", 0)]
    return b"".join(member(number, *row) for number, row in enumerate(rows, 1))


@functools.cache
def initramfs() -> Path:
    init, module = program(), modules.build(KERNEL) / MODULE

    def build(folder: Path) -> None:
        rows = [
            ("dev", DIRECTORY),
            ("dev/console", DEVICE, b"", CONSOLE),
            ("sys", DIRECTORY),
            ("init", FILE, init.read_bytes()),
            (MODULE, FILE, module.read_bytes()),
        ]
        (folder / "initramfs").write_bytes(archive(rows))

    folder = cache.entry(f"initramfs-{cache.digest(init, module)}", build)
    cache.keep_newest("initramfs-*")
    return folder / "initramfs"


def environment() -> dict:
    """Where a suite in the host VM finds all this; the machine's root is its own."""
    return {
        "GSP_GUEST_QEMU": str(qemu.binary()),
        "GSP_GUEST_ROMS": ":".join(qemu.ROM_FOLDERS),
        "GSP_GUEST_KERNEL": str(kernel.image(KERNEL)),
        "GSP_GUEST_INITRAMFS": str(initramfs()),
    }
