# SPDX-License-Identifier: GPL-2.0-only
"""Turing and GA100 apart from the boot table: registers, PIO, VBIOS, memory."""

from __future__ import annotations

from fw import vbios
from fw.fwsec import Fwsec

from . import regs
from .harness import check, equal, test
from .layout import M
from .minidriver import Driver
from .test_boot import _boot_and_unload
from .test_rm import CLIENT, H_DEVICE, H_SUBDEVICE, INVALID_CLASS, OK, alloc, tree

GSP, SEC2 = regs.GSP, regs.SEC2
AINCW, AINCR = 1 << 24, 1 << 25
STUBS = ("tu102", "tu116", "ga100")
TU102, GA100 = ",chip=tu102", ",chip=ga100"


def _registers(chip: str, size: int, fuse: int, other_fuse: int) -> None:
    @test(f"{chip}.registers", gpu=f",chip={chip}")
    def _(d: Driver) -> None:
        equal(d.rd(regs.MEMORY_RANGE), size, "framebuffer size")
        equal(d.rd(regs.USABLE_FB_MIB), 0, "framebuffer size of later chips")
        equal(d.rd(fuse) & 1, 1, "display fuse")
        equal(d.rd(other_fuse), 0, "display fuse of others")
        for base in (GSP, SEC2):
            equal(d.rd(base + regs.HWCFG2), 1 << 10, "HWCFG2")
            equal(d.rd(base + regs.HWCFG), 0x20100, "HWCFG")
            for reg in (regs.BCR_CTRL, regs.RISCV_CPUCTL, regs.RISCV_IRQMASK, regs.MOD_SEL):
                d.wr(base + reg, 0x111)
                equal(d.rd(base + reg), 0, f"register {reg:#x}")
        equal(d.rd(SEC2 + 0x408), 0, "debug status")


_registers("tu102", 0x30A, regs.DISPLAY_FUSE_TU, regs.DISPLAY_FUSE)
_registers("tu116", 0x307, regs.DISPLAY_FUSE_TU, regs.DISPLAY_FUSE)
_registers("ga100", 0x28A, regs.DISPLAY_FUSE, regs.DISPLAY_FUSE_TU)


@test("ga100.mmu-lock", gpu=GA100)
def _(d: Driver) -> None:
    """Read with the mask's permission; the WPR ends where the lock begins."""
    equal(d.rd(regs.LOCK_MASK) & 1, 1, "permission to read")
    d.boot()
    equal(d.meta["wpr_end"], d.flavour.locked_from(), "end of the WPR")
    check(d.meta["wpr_end"] < d.fb_size - M, "nothing is locked")
    equal(d.meta["frts_size"], 0, "frtsSize")


@test("tu102.mmu-lock", gpu=TU102)
def _(d: Driver) -> None:
    equal(d.rd(regs.LOCK_MASK), 0, "permission to read")


def _falcons(chip: str) -> None:
    @test(f"{chip}.falcon.reset", gpu=f",chip={chip}")
    def _(d: Driver) -> None:
        """DMACTL tells of scrubbing; memory is clean, and nothing runs, afterwards."""
        d.wait_gfw()
        d.set_flush_page()
        for base in (GSP, SEC2):
            d.falcon.reset(base)
            d.wr(base + regs.DMEMC, AINCW)
            d.wr(base + regs.DMEMD, 0x12345678)
            d.wr(base + regs.ENGINE, 1)
            d.wr(base + regs.ENGINE, 0)
            equal(d.rd(base + regs.DMACTL) & 6, 6, "scrubbing just after the reset")
            d.poll(base + regs.DMACTL, 6, 0, "scrubbed", 10)
            d.wr(base + regs.DMEMC, AINCR)
            equal(d.rd(base + regs.DMEMD), 0, "DMEM")
            equal(d.riscv_active(base), False, "RISC-V active")

    @test(f"{chip}.riscv", gpu=f",chip={chip}")
    def _(d: Driver) -> None:
        d.boot()
        equal(d.rd(GSP + regs.RISCV_STATUS), 1, "RISCV_STATUS")
        equal(d.rd(GSP + regs.RISCV_IRQMASK_TU), regs.SWGEN0, "RISCV_IRQMASK")
        d.unload()
        equal(d.rd(GSP + regs.RISCV_STATUS), 0, "RISCV_STATUS after the unload")

    @test(f"faults.pio-corrupt.{chip}", gpu=f",chip={chip}")
    def _(d: Driver) -> None:
        """Bits of one word flip: who reads back sees it, who does not fails later."""
        d.wait_gfw()
        d.set_flush_page()
        d.falcon.reset(SEC2)
        d.qt.set("fault", "pio-corrupt,nth=2,arg=0x8001")
        d.wr(SEC2 + regs.DMEMC, AINCW)
        for _ in range(3):
            d.wr(SEC2 + regs.DMEMD, 0x40)
        d.wr(SEC2 + regs.DMEMC, AINCR)
        found = [d.rd(SEC2 + regs.DMEMD) for _ in range(3)]
        equal(found, [0x40, 0x8041, 0x40], "words")


for each in STUBS:
    _falcons(each)


@test("tu102.no-retrigger", gpu=TU102)
def _(d: Driver) -> None:
    d.boot()
    d.wr(GSP + regs.RETRIGGER, 1)
    equal(d.rd(GSP + regs.RETRIGGER), 0, "INTR_RETRIGGER")


@test("tu102.small-heap", gpu=TU102)
def _(d: Driver) -> None:
    """libos 2 is content with 64 MiB."""
    d.after("layout", lambda d: d.meta.update(heap_size=64 * M))
    _boot_and_unload(d)


@test("tu102.classes", gpu=TU102)
def _(d: Driver) -> None:
    """Those of Turing, and none of Ampere."""
    tree(d)
    equal(alloc(d, CLIENT, H_SUBDEVICE, 0x5001, 0xC461), OK, "TURING_USERMODE_A")
    for cls in (0xC561, 0xC56F, 0xC6B5, 0xC7B5):
        status = alloc(d, CLIENT, H_DEVICE, 0x5002, cls)
        equal(status, INVALID_CLASS, f"class {cls:#x}")


@test("ga100.classes", gpu=GA100)
def _(d: Driver) -> None:
    tree(d)
    equal(alloc(d, CLIENT, H_SUBDEVICE, 0x5001, 0xC561), OK, "AMPERE_USERMODE_A")
    for cls in (0xC7B5, 0xC5B5, 0xC797):
        status = alloc(d, CLIENT, H_DEVICE, 0x5002, cls)
        equal(status, INVALID_CLASS, f"class {cls:#x}")


# the VBIOS


@test("ga100.vbios-has-an-ifr-header", gpu=GA100)
def _(d: Driver) -> None:
    equal(d.rd(regs.PROM), 0x4947564E, "NVGI")
    d.boot()
    start = vbios.chain_start(d.rom)
    equal(d.rom[start : start + 2], b"\x55\xaa", "first image")


def _rom(**options) -> bytes:
    return vbios.build(vbios.Rom(fwsec=Fwsec(desc_version=2), **options))


def _vbios(chip: str, name: str, rom: bytes) -> None:
    @test(f"{chip}.boot.vbios-{name}", gpu=f",chip={chip}", rom=rom)
    def _(d: Driver) -> None:
        _boot_and_unload(d)
        equal(d.rom, rom, "what was read from PROM")


for each in STUBS:
    _vbios(each, "from-file", _rom())
    _vbios(each, "with-efi-image", _rom(efi=True))
_vbios("tu102", "with-two-fwsec-images", _rom(efi=True, fwsec_images=2))
_vbios("ga100", "behind-an-ifr-header", _rom(ifr=1))
