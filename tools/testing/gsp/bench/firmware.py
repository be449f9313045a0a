# SPDX-License-Identifier: GPL-2.0-only
"""Firmware in the cache: NVIDIA's files from Debian, or synthetic ones of our own."""

import hashlib
import subprocess
from pathlib import Path

from . import cache, packages, ui

RELEASE = "570.144"
GENERATOR = Path(__file__).resolve().parent.parent / "fw"
KINDS = ("real", "synthetic")
FILES = ("gsp", "bootloader", "booter_load", "booter_unload", "scrubber")


def unpack_real(folder: Path) -> None:
    deb = packages.fetch_deb(folder, "firmware-nvidia-graphics")
    packages.unpack_deb(deb, folder)
    deb.unlink()


def real() -> Path:
    top = cache.entry("firmware-nvidia", unpack_real)
    return top / "usr/lib/firmware"


def synthetic(chip: str) -> Path:
    """Firmware of the real layout made by the generator, named by the generator."""
    tool = GENERATOR / "gsp-fw"
    if not tool.exists():
        raise ui.BenchError(f"no firmware generator at {tool}")

    def build(folder: Path) -> None:
        cmd = [tool, "make", "--chip", chip, "--release", RELEASE, "--out", folder]
        subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL)

    return cache.entry(f"firmware-synthetic-{chip}-{cache.digest_tree(GENERATOR)}", build)


def folder(kind: str, chip: str) -> Path:
    """A value for firmware_class.path."""
    return real() if kind == "real" else synthetic(chip)


def checksums(top: Path, chip: str) -> list:
    """(sha256, bytes, path below the firmware folder) of each file a boot reads."""
    rows = []
    for name in FILES:
        path = top / "nvidia" / chip / "gsp" / f"{name}-{RELEASE}.bin"
        if not path.exists():
            raise ui.BenchError(f"firmware file {path} is missing")
        data = path.read_bytes()
        rows.append((hashlib.sha256(data).hexdigest(), len(data), path.relative_to(top)))
    return rows
