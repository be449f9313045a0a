# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules of chips without a boot ROM: PIO, stub, loader, GA100's WPR2."""

from __future__ import annotations

from fw import elf

from . import layout, regs
from .harness import ALONE, BOOTS, breaks, equal
from .layout import K, M
from .minidriver import SIGNATURES, Driver

TU102, GA100 = ",chip=tu102", ",chip=ga100"
GSP = regs.GSP


def _change(what: str, **fields):
    """Change attributes of the ucode in the driver's attribute @what."""

    def prepare(d: Driver) -> None:
        def change(d: Driver) -> None:
            for name, value in fields.items():
                setattr(getattr(d, what), name, value)

        d.after(f"{what}.prepare", change)

    return prepare


def _patch(what: str, where, data: bytes):
    """Overwrite the image of a ucode at where(ucode)."""

    def prepare(d: Driver) -> None:
        def change(d: Driver) -> None:
            u = getattr(d, what)
            u.patch(where(u), data)

        d.after(f"{what}.prepare", change)

    return prepare


def _no_effect(rule: str, reg: int, gpu: str) -> None:
    def prepare(d: Driver) -> None:
        before = d.rd(reg)
        d.wr(reg, ~before & 0xFFFFFFFF)
        equal(d.rd(reg), before, f"register {reg:#x}")

    breaks(rule, ALONE, gpu=gpu)(prepare)


_no_effect("privileged-register-write/fuse-of-turing", regs.DISPLAY_FUSE_TU, TU102)
_no_effect("privileged-register-write/range-of-turing", regs.MEMORY_RANGE, TU102)
_no_effect("privileged-register-write/range-of-ga100", regs.MEMORY_RANGE, GA100)
_no_effect("privileged-register-write/mmu-lock", regs.LOCK_LO, GA100)


# PIO


@breaks("falcon-scrub-not-awaited/pio", ALONE, gpu=TU102)
def _(d: Driver) -> None:
    d.wait_gfw()
    d.set_flush_page()
    d.wr(GSP + regs.ENGINE, 1)
    d.wr(GSP + regs.ENGINE, 0)
    d.wr(GSP + regs.DMEMC, 0)
    d.wr(GSP + regs.DMEMD, 1)


@breaks("falcon-pio-range/imem", BOOTS, gpu=TU102)
def _(d: Driver) -> None:
    """A code word that does not begin at a word."""

    def odd(d: Driver) -> None:
        d.wr(regs.SEC2 + regs.IMEMC, 0x102)
        d.wr(regs.SEC2 + regs.IMEMD, 1)

    d.before("booter.imem", odd)


@breaks("falcon-pio-partial-block", "frts", gpu=TU102)
def _(d: Driver) -> None:
    d.after("frts.imem", lambda d: d.falcon.write_imem(GSP, 0x4000, bytes(128), 0x40))


@breaks("falcon-pio-partial-block/booter", "booter", gpu=GA100)
def _(d: Driver) -> None:
    def cut(d: Driver) -> None:
        source, target, size = d.booter.code
        d.booter.code = source, target, size - 4

    d.after("booter.prepare", cut)


breaks("falcon-pio-tag-twice", "booter", gpu=TU102)(_change("booter", tag_step=0))
breaks("falcon-bootvec-unmapped/stub", "booter", gpu=TU102)(_change("booter", bootvec=0x8000))
breaks("falcon-bootvec-unmapped/loader", "frts", gpu=TU102)(_change("frts", loader_tag=0x10))


# the stub and the signature


def _slot(u) -> int:
    return u.data[0] + u.signature_at


breaks("ucode-entry-secure", "booter", gpu=TU102)(_change("booter", bootvec=0x100))
breaks("ucode-not-secure/stub", "booter", gpu=TU102)(_change("booter", secure=0))
breaks("ucode-unknown/loader", "frts", gpu=TU102)(_change("frts", loader=bytes(0x200)))
breaks("ucode-unknown/mark", "booter", gpu=TU102)(
    _patch("booter", lambda u: u.code[0], b"NOT-A-KNOWN-CODE")
)
breaks("signature-not-patched/16-bytes", "booter", gpu=TU102)(
    _patch("booter", _slot, bytes(16))
)
breaks("signature-not-patched/ga100", "booter", gpu=GA100)(_patch("booter", _slot, bytes(384)))
breaks("signature-invalid/16-bytes", "booter", gpu=TU102)(
    _patch("booter", lambda u: _slot(u) + 15, b"\xaa")
)
breaks("signature-invalid/ga100", "booter", gpu=GA100)(
    _patch("booter", lambda u: _slot(u) + 383, b"\xaa")
)
breaks("signature-invalid/stub-code", "booter", gpu=TU102)(
    _patch("booter", lambda u: u.code[0] + 0x80, b"changed")
)
breaks("signature-invalid/fwsec-v2", "frts", gpu=TU102)(
    _patch("frts", lambda u: u.code[0] + 0x80, b"changed")
)
breaks("signature-invalid/fwsec-v2-data", "frts", gpu=TU102)(
    _patch("frts", lambda u: u.data[0] + 0x800, b"changed")
)


@breaks("signature-invalid/not-loaded", "booter", gpu=TU102)
def _(d: Driver) -> None:
    """The data end in front of the signature."""
    d.after("booter.prepare", lambda d: setattr(d.booter, "data", (*d.booter.data[:2], 0x200)))


@breaks("ucode-wrong-engine/loaded", "frts", gpu=TU102)
def _(d: Driver) -> None:
    """The generic boot loader brings a booter in, on the GSP."""

    def swap(d: Driver) -> None:
        booter = d.flavour.booter("frts", "booter_load", d.meta_at)
        booter.base, booter.loader = GSP, d.frts.loader
        booter.loader_tag, booter.bootvec = d.frts.loader_tag, d.frts.bootvec
        d.frts = booter

    d.after("frts.prepare", swap)


@breaks("image-signature/tu11x", "booter", gpu=TU102)
def _(d: Driver) -> None:
    tu11x = elf.content(d.files["gsp"], SIGNATURES[0x168])
    d.after("image", lambda d: d.qt.write(d.signature_at, tu11x))


# the generic boot loader


def _desc(rule: str, **fields):
    breaks(rule, "frts", gpu=TU102)(_change("frts", desc=fields))


_desc("loader-descriptor", ctx_dma=8)
_desc("loader-descriptor/entry", code_entry_point=0x100)
_desc("loader-descriptor/signature", signature=b"\1")
_desc("loader-descriptor/size", non_sec_code_size=0x80)
_desc("loader-descriptor/empty", data_size=0)
_desc("loader-descriptor/address", code_dma_base=0)
_desc("loader-descriptor/alignment", data_dma_base=0x1008)
_desc("loader-range", sec_code_size=0xFF00)
_desc("loader-range/overlap", sec_code_off=0)
_desc("loader-range/data", data_size=0x20000)
_desc("loader-range/wrap", sec_code_off=0xFFFFFF00)
_desc("dma-fault/loader", code_dma_base=1 << 40)
_desc("dma-width/loader", data_dma_base=1 << 47)
_desc("falcon-dma-aperture/other", ctx_dma=3)
breaks("falcon-dma-aperture/loader", "frts", gpu=TU102)(_change("frts", transcfg=4))
breaks("falcon-dma-aperture/loader-fbif", "frts", gpu=TU102)(_change("frts", fbif_ctl=0))


# GA100 has no FRTS, and a lock at the end of framebuffer


@breaks("frts-absent", "frts", gpu=GA100)
def _(d: Driver) -> None:
    def run(d: Driver) -> None:
        d.meta["frts_size"] = M
        d.prepare_frts()
        d.run_ucode(d.frts)

    d.after("wpr2-down", run)


@breaks("booter-wpr2-up", "booter", gpu=GA100)
def _(d: Driver) -> None:
    d.qt.set("fault", "wpr2-up")
    d.skip("wpr2-down")


def _ga100(rule: str, change):
    """Another layout: @change takes its arguments, and may return fields of the meta."""

    def prepare(d: Driver) -> None:
        def lay(d: Driver) -> None:
            args = {"frts_size": 0, "end": d.flavour.locked_from()}
            fields = change(args) or {}
            sizes = d.fb_size, d.image_size, len(d.bootloader.payload)
            heap = layout.heap_size_libos2(d.fb_size)
            found = layout.fb_layout(*sizes, heap, **args)
            d.meta.update({**found, **{k: found[k] + v for k, v in fields.items()}})

        d.after("layout", lay)

    breaks(rule, "booter", gpu=GA100)(prepare)


_ga100("wprmeta-mmu-lock", lambda args: args.update(end=0))
_ga100("wprmeta-frts-mismatch/ga100", lambda args: args.update(frts_size=M))


def _lower(args: dict) -> dict:
    args["end"] -= 128 * K
    return {"wpr_end": 128 * K}


_ga100("wprmeta-wpr-end/ga100", _lower)


# libos 2


@breaks("wprmeta-heap-too-small/libos2", "booter", gpu=TU102)
def _(d: Driver) -> None:
    d.after("layout", lambda d: d.meta.update(heap_size=63 * M))


@breaks("libos-args-size/whole-pages", "sequencer", gpu=TU102)
def _(d: Driver) -> None:
    """The region of RMARGS has to be whole pages."""
    d.after("rings", lambda d: d.libos[-1].update(size=0x1008))


# a word that arrives wrong, and nobody has read it back


def _corrupt(rule: str, step: str, gpu: str, spec: str, unload: bool = False) -> None:
    def prepare(d: Driver) -> None:
        d.qt.set("fault", f"pio-corrupt,{spec}")

    breaks(rule, step, gpu=gpu, unload=unload)(prepare)


_corrupt("ucode-unknown/corrupt-loader", "frts", TU102, "phase=fwsec")
_corrupt("loader-descriptor/corrupt", "frts", TU102, "phase=fwsec,nth=129")
_corrupt("signature-invalid/corrupt", "booter", TU102, "phase=booter-load,nth=100")
_corrupt("signature-invalid/corrupt-ga100", "booter", GA100, "phase=booter-load,nth=100")
_corrupt("ucode-unknown/corrupt-sb", "sb", GA100, "phase=sb", unload=True)
_corrupt(
    "signature-invalid/corrupt-unloader", "unloader", TU102, "phase=booter-unload,nth=100",
    unload=True,
)
