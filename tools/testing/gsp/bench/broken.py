# SPDX-License-Identifier: GPL-2.0-only
"""Firmware sets and VBIOS images with one thing wrong each.

The table names ways that the firmware generator knows (`gsp-fw break --list`);
bench makes the files on the build machine, badfw.py and vbios.py in the host VM
bind the driver to them. FULL=1 takes every way the generator knows.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import cache, firmware

# file of the set -> kind in the generator's list; of a set that has such a file
KINDS = {
    "gsp": "gsp",
    "booter_load": "hs",
    "booter_unload": "hs",
    "bootloader": "riscv",
    "gen_bootloader": "bl",
    "fmc": "fmc",
}
# ways that are about Ada's signature section, or about FWSEC's descriptor of version 3
ADA_WAYS = (
    "no-signature-ad10x",
    "signature-overlap",
    "signature-short",
    "signature-oversize",
    "signature-zeros",
)
V3_WAYS = ("signature-count-zero", "signature-versions", "signature-slot-outside", "ucode-id")


@dataclass(frozen=True)
class Case:
    """@how spoils @file of the set; "missing" takes it away."""

    file: str
    how: str

    def __str__(self):
        return f"{self.file}-{self.how}".replace("=", "-")


FIRMWARE = [
    *(Case(name, how) for name in KINDS for how in ("missing", "half", "magic")),
    *(Case(name, "payload-bit") for name in KINDS),
    Case("gsp", "empty"),
    Case("gsp", "version-other"),
    Case("gsp", "no-image"),
    Case("gsp", "no-signature"),
    Case("gsp", "no-signature-ad10x"),
    Case("gsp", "signature-zeros"),
    Case("gsp", "image-oversize"),
    Case("gsp", "image-wrap"),
    Case("gsp", "image-in-header"),
    Case("gsp", "signature-overlap"),
    Case("gsp", "signature-oversize"),
    Case("booter_load", "bin-version"),
    Case("booter_load", "data-size-end"),
    Case("booter_load", "sig-zeros"),
    Case("booter_load", "patch-outside"),
    Case("booter_load", "app-size-end"),
    Case("bootloader", "manifest-end"),
    Case("fmc", "fmc-crc"),
    Case("fmc", "fmc-hash-size"),
    Case("fmc", "fmc-image-end"),
    Case("fmc", "fmc-no-hash"),
]

VBIOS = [
    Case("vbios", how)
    for how in (
        "zeros",
        "half",
        "chain-loop",
        "chain-long",
        "no-fwsec-image",
        "no-bit",
        "table-pointer-end",
        "no-fwsec",
        "desc-version",
        "imem-large",
        "no-mapper",
        "fwsec-signature-zeros",
    )
]


def tool(*args) -> str:
    cmd = [firmware.GENERATOR / "gsp-fw", *args]
    return subprocess.run(cmd, check=True, capture_output=True, text=True).stdout


def every_way(kind: str) -> list:
    """All ways of the generator's list that fit a kind of file."""
    rows = [line.split(None, 2) for line in tool("break", "--list").splitlines()]
    return [r[0] for r in rows if "=" not in r[0] and {"any", kind} & set(r[1].split(","))]


def desc_version(chip: str) -> int:
    """Of FWSEC's descriptor in the VBIOS."""
    return 2 if "gen_bootloader" in firmware.files(chip) else 3


def without(cases: list, ways: tuple, absent: bool) -> list:
    return [case for case in cases if not (absent and case.how in ways)]


def firmware_cases(chip: str, full: bool) -> list:
    kinds = {name: kind for name, kind in KINDS.items() if name in firmware.files(chip)}
    ways = {name: ["missing", *every_way(kind)] for name, kind in kinds.items()}
    cases = [case for case in FIRMWARE if case.file in kinds]
    if full:
        cases = [Case(name, how) for name, hows in ways.items() for how in hows]
    return without(cases, ADA_WAYS, chip != "ad102")


def vbios_cases(chip: str, full: bool) -> list:
    cases = [Case("vbios", how) for how in every_way("vbios")] if full else VBIOS
    return without(cases, V3_WAYS, desc_version(chip) == 2)


def firmware_folder(chip: str, cases: list) -> Path:
    """<case>/nvidia/<chip>/gsp/...: the good set by links, but for one file."""
    good = firmware.synthetic(chip) / "nvidia" / chip / "gsp"

    def build(folder: Path) -> None:
        for case in cases:
            target = folder / str(case) / "nvidia" / chip / "gsp"
            target.mkdir(parents=True, exist_ok=True)
            for path in good.iterdir():
                link = target / path.name
                if not path.name.startswith(f"{case.file}-"):
                    link.unlink(missing_ok=True)
                    link.symlink_to(path)
                elif case.how != "missing":
                    tool("break", path, "--how", case.how, "--out", link)

    return cache.entry(f"{good.parents[2].name}-broken-{names_key(cases)}", build)


def vbios_folder(chip: str, cases: list) -> Path:
    """<case>.rom for each case."""

    def build(folder: Path) -> None:
        good = folder / "good.rom"
        tool("vbios", "--desc", str(desc_version(chip)), "--out", good)
        for case in cases:
            tool("break", good, "--how", case.how, "--out", folder / f"{case}.rom")

    base = firmware.synthetic(chip).name
    return cache.entry(f"{base}-vbios-{names_key(cases)}", build)


def names_key(cases: list) -> str:
    return cache.digest(*(str(case) for case in cases))
