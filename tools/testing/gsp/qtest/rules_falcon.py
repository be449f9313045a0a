# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules about falcons: reset, load, boot ROM, signatures."""

from __future__ import annotations

from . import regs, ucodes, vgpu
from .harness import ALONE, BOOTS, breaks
from .minidriver import Driver

GSP = regs.GSP


def _ready(d: Driver) -> None:
    """What comes before any use of a falcon."""
    d.wait_gfw()
    d.set_flush_page()


def _transfer(d: Driver, target: int, source: int, cmd: int) -> None:
    """One DMA command on the GSP falcon, on its own."""
    d.wr(GSP + regs.DMATRFBASE, d.mem.alloc(0x1000) >> 8)
    d.wr(GSP + regs.DMATRFMOFFS, target)
    d.wr(GSP + regs.DMATRFFBOFFS, source)
    d.wr(GSP + regs.DMATRFCMD, cmd)
    d.rd(GSP + regs.DMATRFCMD)


@breaks("gfw-boot-not-awaited", BOOTS)
def _(d: Driver) -> None:
    d.skip("gfw")


@breaks("flush-page-unset", BOOTS)
def _(d: Driver) -> None:
    d.skip("flush-page")


@breaks("flush-page-unset/address-zero", BOOTS)
def _(d: Driver) -> None:
    d.after("flush-page", lambda d: d.wr(regs.FLUSH_LO, 0))


@breaks("falcon-access-in-reset", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.wr(GSP + regs.ENGINE, 1)
    _transfer(d, 0, 0, 0x600)


@breaks("falcon-access-in-reset/pio", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.wr(GSP + regs.ENGINE, 1)
    d.wr(GSP + regs.DMEMC, 0)
    d.wr(GSP + regs.DMEMD, 1)


@breaks("falcon-access-in-reset/start", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.wr(GSP + regs.ENGINE, 1)
    d.wr(GSP + regs.CPUCTL, regs.CPUCTL_START)


@breaks("falcon-scrub-not-awaited", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.wr(GSP + regs.ENGINE, 1)
    d.wr(GSP + regs.ENGINE, 0)
    _transfer(d, 0, 0, 0x600)


@breaks("falcon-start-without-reset", BOOTS)
def _(d: Driver) -> None:
    d.after("frts", lambda d: d.falcon.start(GSP))


@breaks("falcon-start-without-load", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.falcon.reset(regs.SEC2)
    d.falcon.start(regs.SEC2)


@breaks("falcon-start-while-running", "frts.halt")
def _(d: Driver) -> None:
    d.qt.set("fault", "falcon-no-halt,phase=fwsec")
    d.after("frts.start", lambda d: d.falcon.start(GSP))


@breaks("falcon-core-not-selected", "frts")
def _(d: Driver) -> None:
    d.before("frts.start", lambda d: d.wr(GSP + regs.BCR_CTRL, 0x10))


@breaks("falcon-bootvec-unmapped", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: setattr(d.frts, "bootvec", 0x8000))


@breaks("gsp-reset-while-running", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.falcon.reset(GSP)


# DMA and PIO: a refused transfer does no harm when the right one follows


@breaks("falcon-dma-unaligned", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.imem", lambda d: _transfer(d, 4, 0, 0x614))


@breaks("falcon-dma-unaligned/source", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.imem", lambda d: _transfer(d, 0, 0x80, 0x600))


@breaks("falcon-dma-size", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.imem", lambda d: _transfer(d, 0, 0, 0x714))


@breaks("falcon-dma-size/small-imem", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.imem", lambda d: _transfer(d, 0, 0, 0x514))


@breaks("falcon-dma-range", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.imem", lambda d: _transfer(d, 0x800000, 0, 0x614))


@breaks("falcon-dma-range/dmem", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.dmem", lambda d: _transfer(d, 0x800000, 0, 0x600))


@breaks("falcon-dma-aperture", BOOTS)
def _(d: Driver) -> None:
    d.before("frts.aperture", lambda d: _transfer(d, 0, 0, 0x600))


@breaks("falcon-dma-aperture/framebuffer", BOOTS)
def _(d: Driver) -> None:
    def wrong(d: Driver) -> None:
        d.wr(GSP + regs.TRANSCFG, 4)
        _transfer(d, 0, 0, 0x600)
        d.wr(GSP + regs.TRANSCFG, 5)

    d.after("frts.aperture", wrong)


@breaks("falcon-pio-range", ALONE)
def _(d: Driver) -> None:
    _ready(d)
    d.falcon.reset(GSP)
    d.wr(GSP + regs.DMEMC, 0xFFFC | 1 << 24)
    d.wr(GSP + regs.DMEMD, 1)
    d.wr(GSP + regs.DMEMC, 0xFFFD)
    d.wr(GSP + regs.DMEMD, 1)


# boot ROM


@breaks("brom-params-missing", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: setattr(d.frts, "mod_sel", 0))


@breaks("brom-params-missing/ucode-id", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: setattr(d.booter, "ucode_id", 0))


@breaks("brom-ucode-id", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: setattr(d.booter, "ucode_id", 4))


@breaks("brom-ucode-id/scrubber", "scrubber")
def _(d: Driver) -> None:
    vgpu.enable(d)
    d.after("scrubber.brom", lambda d: d.wr(regs.SEC2 + regs.UCODE_ID, 3))


@breaks("brom-engine-mismatch", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: setattr(d.frts, "engine_mask", 1))


@breaks("brom-engine-mismatch/two-engines", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: setattr(d.booter, "engine_mask", 0x401))


@breaks("brom-signature-range", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: setattr(d.frts, "signature_at", d.frts.data[2] - 0x100))


@breaks("ucode-not-secure", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: setattr(d.frts, "imem_cmd", 0x610))


@breaks("ucode-unknown", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: d.booter.patch(d.booter.code[0], b"NOT-A-KNOWN-CODE"))


@breaks("ucode-wrong-engine", "frts")
def _(d: Driver) -> None:
    """A booter on the GSP's falcon."""

    def swap(d: Driver) -> None:
        booter = ucodes.from_file(d, "frts", "booter_load", d.meta_at)
        booter.base, booter.engine_mask = GSP, 0x400
        d.frts = booter

    d.after("frts.prepare", swap)


def _slot(u) -> int:
    """Where in the image the signature is."""
    return u.data[0] + u.signature_at


@breaks("signature-not-patched", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: d.booter.patch(_slot(d.booter), bytes(384)))


@breaks("signature-not-patched/fwsec", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: d.frts.patch(_slot(d.frts), bytes(384)))


@breaks("signature-wrong-version", "booter", gpu=",fuse-sec2=1")
def _(d: Driver) -> None:
    """As a driver that does not look at the fuse: the last signature."""
    d.after("booter.prepare", lambda d: ucodes.patch_signature(d.booter, d.files["booter_load"], 1))


@breaks("signature-wrong-version/fwsec", "frts", gpu=",fuse-gsp=1")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: ucodes.patch_fwsec_signature(d, d.frts, 0))


@breaks("signature-wrong-version/newer", "booter")
def _(d: Driver) -> None:
    """The first signature of the file, where the fuse says 0."""
    d.after("booter.prepare", lambda d: ucodes.patch_signature(d.booter, d.files["booter_load"], 0))


@breaks("signature-wrong-version/newer-fwsec", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: ucodes.patch_fwsec_signature(d, d.frts, 1))


@breaks("signature-invalid", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: d.booter.patch(_slot(d.booter) + 100, b"\xaa\x55" * 20))


@breaks("signature-invalid/data", "booter")
def _(d: Driver) -> None:
    d.after("booter.prepare", lambda d: d.booter.patch(d.booter.data[0] + 0x300, b"changed"))


@breaks("signature-invalid/fwsec", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: d.frts.patch(0x80, b"changed"))
