# SPDX-License-Identifier: GPL-2.0-only
"""Firmware in the cache: NVIDIA's files from Debian, or synthetic ones of our own."""

import hashlib
import subprocess
from pathlib import Path

from fw import vgputypes

from . import cache, packages, ui

RELEASE = "570.144"
GENERATOR = Path(__file__).resolve().parent.parent / "fw"
TOP = Path(__file__).resolve().parents[4]
TYPES_TOOL = TOP / "tools/gsp-vgpu-types"
UAPI = TOP / "include/uapi"
KINDS = ("real", "synthetic")
# device ids of the model's boards that can run vGPU
BOARDS = {"ad102": 0x26B5, "gh100": 0x2331, "gb100": 0x2901, "gb202": 0x2BB5}
# the framebuffer of the boards that the bench's vGPU types are for
TYPES_MIB = 48 << 10
# files of a boot by the beginning of a chip's name
FILES = {
    "tu1": ("gsp", "bootloader", "booter_load", "booter_unload", "gen_bootloader"),
    "ga100": ("gsp", "bootloader", "booter_load", "booter_unload", "gen_bootloader"),
    "ga10": ("gsp", "bootloader", "booter_load", "booter_unload"),
    "ad10": ("gsp", "bootloader", "booter_load", "booter_unload", "scrubber"),
    "gh1": ("gsp", "bootloader", "fmc"),
    "gb": ("gsp", "bootloader", "fmc"),
}


def files(chip: str) -> tuple:
    """Names of the files that a boot of this chip reads."""
    return FILES[max((name for name in FILES if chip.startswith(name)), key=len)]


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


def types_tool() -> Path:
    """tools/gsp-vgpu-types, built."""

    def build(folder: Path) -> None:
        cmd = ["make", "-s", "-C", TYPES_TOOL, f"OUT={folder}"]
        subprocess.run(cmd, check=True, stdout=subprocess.DEVNULL)

    key = cache.digest(cache.digest_tree(TYPES_TOOL), cache.digest_tree(UAPI))
    return cache.entry(f"types-tool-{key}", build) / "gsp-vgpu-types"


def with_types(base: Path, *chips) -> Path:
    """The same firmware, and synthetic vGPU types for the model's boards of these chips."""
    text = vgputypes.text([BOARDS[chip] for chip in chips], RELEASE)

    def build(folder: Path) -> None:
        vendor = folder / "nvidia"
        vendor.mkdir()
        for path in (base / "nvidia").iterdir():
            (vendor / path.name).symlink_to(path)
        source = folder / "types.txt"
        source.write_text(text)
        target = vendor / f"vgpu-{RELEASE}.bin"
        subprocess.run([types_tool(), "build", source, target], check=True)

    key = cache.digest(str(base), text, types_tool().parent.name)
    return cache.entry(f"firmware-types-{key}", build)


def together(tops: list) -> Path:
    """One folder of the synthetic firmware of several chips."""

    def build(folder: Path) -> None:
        vendor = folder / "nvidia"
        vendor.mkdir()
        for path in (path for top in tops for path in (top / "nvidia").iterdir()):
            (vendor / path.name).symlink_to(path)

    return cache.entry(f"firmware-chips-{cache.digest(*map(str, tops))}", build)


def folder(kind: str, *chips) -> Path:
    """A value for firmware_class.path."""
    if kind == "real":
        base = real()
    else:
        tops = [synthetic(chip) for chip in chips]
        base = together(tops) if len(tops) > 1 else tops[0]
    boards = [chip for chip in chips if chip in BOARDS]
    return with_types(base, *boards) if boards else base


def checksums(top: Path, chip: str) -> list:
    """(sha256, bytes, path below the firmware folder) of each file a boot reads."""
    rows = []
    for name in files(chip):
        path = top / "nvidia" / chip / "gsp" / f"{name}-{RELEASE}.bin"
        if not path.exists():
            raise ui.BenchError(f"firmware file {path} is missing")
        data = path.read_bytes()
        rows.append((hashlib.sha256(data).hexdigest(), len(data), path.relative_to(top)))
    return rows
