# SPDX-License-Identifier: GPL-2.0-only
"""Proof that the generator knows the real containers.

Each real file is read into the fields that its layout does not imply, and built
again from those: the result must be the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import bl, elf, fmc, hs, riscv
from .layout import BadLayout

READERS = {
    "gsp": elf,
    "bootloader": riscv,
    "booter_load": hs,
    "booter_unload": hs,
    "scrubber": hs,
    "gen_bootloader": bl,
    "fmc": fmc,
}


def rebuild(name: str, data: bytes) -> bytes:
    container = READERS[name]
    return container.build(container.read(data))


def difference(real: bytes, ours: bytes) -> str | None:
    """None, or where and how the two differ."""
    if real == ours:
        return None
    for at, (a, b) in enumerate(zip(real, ours)):
        if a != b:
            return f"differs at {at:#x}: real {a:#04x}, rebuilt {b:#04x}"
    return f"real file has {len(real)} bytes, rebuilt one {len(ours)}"


def real_files(root: Path, release: str) -> list[Path]:
    """Each file once, although many are links to others."""
    found: dict[Path, Path] = {}
    for path in sorted(root.glob(f"nvidia/*/gsp/*-{release}.bin")):
        found.setdefault(path.resolve(), path)
    return sorted(found.values())


def verify(root: Path, release: str) -> Iterator[tuple[Path, str | None]]:
    """(file, None or what is wrong with its copy) for each real file."""
    for path in real_files(root, release):
        name = path.name.removesuffix(f"-{release}.bin")
        if name not in READERS:
            yield path, f"no container known for '{name}'"
            continue
        real = path.read_bytes()
        try:
            yield path, difference(real, rebuild(name, real))
        except BadLayout as error:
            yield path, str(error)
