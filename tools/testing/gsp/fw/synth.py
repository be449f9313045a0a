# SPDX-License-Identifier: GPL-2.0-only
"""Complete sets of synthetic firmware, one per chip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from . import bl, elf, fmc, hs, riscv, sign

GA10X_FAMILIES = ("gb20x", "cc_gb10x", "gb10x", "cc_gh100", "gh100", "ad10x", "ga10x")
TU10X_FAMILIES = ("ga100", "tu11x", "tu10x")


@dataclass(frozen=True)
class Chip:
    """What differs between the file sets of two chips."""

    files: tuple[str, ...]
    families: tuple[str, ...]  # signature sections, in file order
    image: str  # objcopy's name of the image
    signature_size: int = sign.SIGNATURE_SIZE
    signature_slot: int = 0x10  # from the start of the data
    fuse_version: int = 1  # newest; there is a signature for each version down to 0
    booter_id: int = 3
    riscv_desc: int = 5
    fmc_sizes: tuple[int, int] = (0, 0)  # signature, public key


_ADA_FILES = ("gsp", "bootloader", "booter_load", "booter_unload", "scrubber")
_GA10X_FILES = ("gsp", "bootloader", "booter_load", "booter_unload")
_TU_FILES = ("gsp", "bootloader", "booter_load", "booter_unload", "gen_bootloader")
_FSP_FILES = ("gsp", "bootloader", "fmc")

_TU = Chip(
    _TU_FILES,
    TU10X_FAMILIES,
    "tu10x_firmware_elf_stripped",
    signature_size=16,
    signature_slot=0x200,
    fuse_version=0,
    booter_id=13,
    riscv_desc=4,
)

CHIPS = {
    "tu102": _TU,
    "tu116": _TU,
    "ga100": Chip(
        _TU_FILES,
        TU10X_FAMILIES,
        "tu10x_firmware_elf_stripped",
        signature_slot=0x200,
        fuse_version=0,
        riscv_desc=4,
    ),
    "ga102": Chip(_GA10X_FILES, GA10X_FAMILIES, "ga10x_firmware_bin"),
    "ad102": Chip(_ADA_FILES, GA10X_FAMILIES, "ga10x_firmware_bin"),
    "gh100": Chip(_FSP_FILES, GA10X_FAMILIES, "ga10x_firmware_bin", fmc_sizes=(384, 384)),
    "gb100": Chip(_FSP_FILES, GA10X_FAMILIES, "ga10x_firmware_bin", fmc_sizes=(96, 97)),
    "gb202": Chip(_FSP_FILES, GA10X_FAMILIES, "ga10x_firmware_bin", fmc_sizes=(96, 97)),
}

# (role, size of secure code, size of data) of each signed ucode
UCODES = {
    "booter_load": (sign.ROLE_BOOTER_LOAD, 0x600, 0x400),
    "booter_unload": (sign.ROLE_BOOTER_UNLOAD, 0x500, 0x400),
    "scrubber": (sign.ROLE_SCRUBBER, 0x400, 0x300),
}


def gsp(chip: Chip, release: str, size: int) -> bytes:
    image = sign.fwimage(f"gsp {chip.image} {release}", size)
    sections = [f".fwsignature_{family}" for family in chip.families]
    return elf.build(
        elf.GspFile(
            fwimage=image,
            version=release,
            build_id=hashlib.sha256(image).digest()[:20],
            signatures={name: sign.fwimage_signature(name, image) for name in sections},
            stem=f"gsp_synthetic_{chip.image}",
        )
    )


def ucode(chip: Chip, name: str, release: str) -> bytes:
    """booter_load, booter_unload or scrubber."""
    role, code_size, data_size = UCODES[name]
    entry = sign.filler(f"{name} {release} entry", 0x100)
    code = sign.ucode(role, f"{name} {release}", code_size, chip.signature_slot, release)
    slot = (chip.signature_slot, chip.signature_size)
    data = sign.blank(sign.filler(f"{name} {release} data", data_size), slot)
    data_at = len(entry) + len(code)
    versions = range(chip.fuse_version, -1, -1)
    return hs.build(
        hs.HsFile(
            signatures=[
                sign.ucode_signature(role, version, code, data)[: chip.signature_size]
                for version in versions
            ],
            patch_loc=data_at + chip.signature_slot,
            meta={
                "fuse_ver": chip.fuse_version,
                "engine_id": 1,  # SEC2
                "ucode_id": 13 if name == "scrubber" else chip.booter_id,
            },
            load={
                "os_code_offset": 0,
                "os_code_size": len(entry),
                "os_data_offset": data_at,
                "os_data_size": data_size,
            },
            apps=[{"offset": 0x100, "size": code_size, "data_offset": 0x100, "data_size": 0}],
            payload=entry + code + data,
        )
    )


def bootloader(chip: Chip, release: str) -> bytes:
    desc = {"version": 4, "bootloader_size": 0x488, "bootloader_param_offset": 0x488}
    size = 0x1000
    if chip.riscv_desc == 5:
        size = 0x3000
        desc = {
            "version": 5,
            "bootloader_offset": 0x2000,
            "bootloader_size": 0x880,
            "bootloader_param_offset": 0x2880,
            "manifest_size": 0x800,
            "monitor_data_offset": 0x800,
            "monitor_data_size": 0x800,
            "monitor_code_offset": 0x1000,
            "monitor_code_size": 0x1000,
            "is_monitor_enabled": 1,
            "fb_reserved_size": size,
        }
    desc["bootloader_param_size"] = 0x10
    return riscv.build(riscv.RiscvFile(desc, sign.bootloader(f"bootloader {release}", size)))


def gen_bootloader() -> bytes:
    desc = {"start_tag": 0xFD, "code_size": 0x200, "data_off": 0x200, "data_size": 0x100}
    data = sign.filler("gen_bootloader data", 0x100)
    return bl.build(bl.BlFile(desc, sign.loader(0x200) + data))


def fmc_file(name: str, release: str) -> bytes:
    image = sign.fmc_image(name, 0x2000, release)
    signature_size, key_size = CHIPS[name].fmc_sizes
    sections = {
        "hash": hashlib.sha384(image).digest(),
        "signature": sign.fmc_signature(image, signature_size),
        "publickey": sign.fmc_public_key(key_size),
        "image": image,
    }
    return fmc.build(fmc.FmcFile(sections))


def file_set(chip_name: str, release: str, size: int) -> dict[str, bytes]:
    """Every file of a chip by name, "gsp", "booter_load" and so on."""
    chip = CHIPS[chip_name]
    makers = {
        "gsp": lambda: gsp(chip, release, size),
        "bootloader": lambda: bootloader(chip, release),
        "gen_bootloader": gen_bootloader,
        "fmc": lambda: fmc_file(chip_name, release),
    }
    return {
        name: makers[name]() if name in makers else ucode(chip, name, release)
        for name in chip.files
    }


def make(chip_name: str, release: str, out: Path, size: int) -> list[Path]:
    """Write a file set below @out, named as in linux-firmware."""
    folder = out / "nvidia" / chip_name / "gsp"
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, data in file_set(chip_name, release, size).items():
        path = folder / f"{name}-{release}.bin"
        path.write_bytes(data)
        paths.append(path)
    return paths
