# SPDX-License-Identifier: GPL-2.0-only
"""Boots of the published firmware; only when its folder is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fw import elf

from . import regs, vgpu
from .harness import breaks, equal, test
from .minidriver import RELEASE, SIGNATURES, Driver, firmware

FILES = ("gsp", "bootloader", "booter_load", "booter_unload", "scrubber", "gen_bootloader", "fmc")


def register(folder: Path) -> None:
    """@folder has nvidia/<chip>/gsp/ in it."""

    def read(release: str = RELEASE, chip: str = "ad102") -> dict[str, bytes]:
        base = folder / "nvidia" / chip / "gsp"
        paths = {name: base / f"{name}-{release}.bin" for name in FILES}
        return {name: path.read_bytes() for name, path in paths.items() if path.exists()}

    def boots(name: str, chip: str = "ad102", gpu: str = "") -> None:
        @test(f"real.{name}", gpu=f",chip={chip}{gpu}")
        def _(d: Driver) -> None:
            d.files = read(chip=chip)
            d.boot()
            d.unload()

    boots("boot")
    boots("boot.fused", gpu=",fuse-sec2=1,fuse-gsp=1")
    boots("boot.ga102", "ga102")
    boots("boot.ga102.fused", "ga102", ",fuse-sec2=1,fuse-gsp=1")
    for chip in ("tu102", "tu116", "ga100", "gh100", "gb100", "gb202"):
        boots(f"boot.{chip}", chip)
    _vgpu(read)
    _breaks(read)
    _fmc_breaks(read)


def _vgpu(read: Callable[..., dict[str, bytes]]) -> None:
    @test("real.boot.vgpu")
    def _(d: Driver) -> None:
        d.files = read()
        vgpu.boot(d)
        equal(d.rd(regs.SCRUBBER) >> 29, 3, "handoff")
        d.unload()

    @breaks("booter-needs-scrubber/real", "booter")
    def _(d: Driver) -> None:
        d.files = read()
        vgpu.enable(d)
        d.hooks.pop(("before", "booter.prepare"))


def _breaks(read: Callable[..., dict[str, bytes]]) -> None:
    @breaks("booter-release/older-booter", "booter")
    def _(d: Driver) -> None:
        d.files = {**read(), "booter_load": read("535.113.01")["booter_load"]}

    @breaks("booter-release/mixed", "booter")
    def _(d: Driver) -> None:
        d.files = {**read(), "booter_load": firmware()["booter_load"]}

    @breaks("image-digest/real", "booter")
    def _(d: Driver) -> None:
        d.files = read()
        d.after("image", lambda d: d.qt.write(d.image_at + 0x1000000, b"changed"))

    @breaks("bootloader-offsets/real", "booter")
    def _(d: Driver) -> None:
        d.files = read()
        d.after("layout", lambda d: d.meta.update(bootloader_code=0))

    @breaks("ucode-unknown/real", "booter")
    def _(d: Driver) -> None:
        d.files = read()
        d.after("booter.prepare", lambda d: d.booter.patch(d.booter.code[0] + 0x400, b"changed"))

    @breaks("ucode-wrong-engine/other-chip", "booter", gpu=",chip=ga102")
    def _(d: Driver) -> None:
        d.files = {**read(chip="ga102"), "booter_load": read()["booter_load"]}

    @breaks("ucode-wrong-engine/other-turing", "booter", gpu=",chip=tu116")
    def _(d: Driver) -> None:
        """TU10x and TU11x have booters of their own."""
        d.files = {**read(chip="tu116"), "booter_load": read(chip="tu102")["booter_load"]}

    @breaks("image-signature/other-turing", "booter", gpu=",chip=tu116")
    def _(d: Driver) -> None:
        d.files = read(chip="tu116")
        tu10x = elf.content(d.files["gsp"], SIGNATURES[0x162])
        d.after("image", lambda d: d.qt.write(d.signature_at, tu10x))

    @breaks("ucode-unknown/stub", "booter", gpu=",chip=tu102")
    def _(d: Driver) -> None:
        """Not even the code that is not secure may be another."""
        d.files = read(chip="tu102")
        d.after("booter.prepare", lambda d: d.booter.patch(d.booter.entry[0] + 4, b"changed"))

    @breaks("bootloader-unknown/other-chip", "booter", gpu=",chip=ga102")
    def _(d: Driver) -> None:
        d.files = {**read(chip="ga102"), "bootloader": read()["bootloader"]}


def _fmc_breaks(read: Callable[..., dict[str, bytes]]) -> None:
    def on_gb202(rule: str, fails: str) -> Callable:
        def register(function: Callable[[Driver], None]) -> None:
            @breaks(f"{rule}/real", fails, gpu=",chip=gb202")
            def _(d: Driver) -> None:
                d.files = read(chip="gb202")
                function(d)

        return register

    @on_gb202("fmc-wrong-chip", "cot")
    def _(d: Driver) -> None:
        d.files["fmc"] = read(chip="gb100")["fmc"]

    @on_gb202("cot-hash", "cot")
    def _(d: Driver) -> None:
        d.after("fmc", lambda d: d.qt.write(d.fmc_at + 0x20000, b"changed"))

    @on_gb202("cot-public-key", "cot")
    def _(d: Driver) -> None:
        d.after("fmc", lambda d: d.cot.update(public_key=d.cot["public_key"][::-1]))

    @on_gb202("cot-signature", "cot")
    def _(d: Driver) -> None:
        d.after("fmc", lambda d: d.cot.update(signature=d.cot["signature"] + b"1"))

    @on_gb202("booter-release", "lockdown")
    def _(d: Driver) -> None:
        d.files["fmc"] = firmware(chip="gb202")["fmc"]
