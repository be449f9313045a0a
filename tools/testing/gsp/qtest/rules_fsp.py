# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules about the FSP, its messages, and what GSP-FMC is told."""

from __future__ import annotations

import struct
from collections.abc import Callable

from fw import elf

from . import fsp, layout, pci, regs
from .harness import ALONE, BOOTS, breaks, equal
from .layout import M
from .minidriver import SIGNATURES, Driver, firmware
from .rpc import SET_SYSTEM_INFO

GB202, GSP, SEC2 = ",chip=gb202", regs.GSP, regs.SEC2


def cot(d: Driver) -> bytes:
    return layout.COT.pack(**d.cot)


def packet(kind: int, payload: bytes, mctp: int = fsp.MCTP, vendor: int = fsp.NVDM_VENDOR) -> bytes:
    return struct.pack("<II", mctp, kind << 24 | vendor) + payload


def exchange(d: Driver, data: bytes, kind: int = fsp.COT, want: int = fsp.INVALID_DATA) -> None:
    """Send this packet; the answer must be an error, of this code."""
    d.flavour.fsp.write(data)
    d.flavour.fsp.ring(len(data))
    error = d.flavour.fsp.error(kind, d.flavour.fsp.receive())
    equal(error, want, "errorCode")
    d.fail("refused")


# what is the FSP's


@breaks("falcon-of-fsp", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.wr(SEC2 + regs.CPUCTL, regs.CPUCTL_START)
    equal(d.rd(SEC2 + regs.MAILBOX0), 0, "MAILBOX0 of SEC2")


@breaks("falcon-of-fsp/reset", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.boot()
    d.wr(GSP + regs.ENGINE, 1)
    equal(d.riscv_active(), True, "RISC-V active")


@breaks("flush-page-unset/fsp", BOOTS, gpu=GB202)
def _(d: Driver) -> None:
    d.skip("flush-page")


@breaks("flush-page-pair", BOOTS, gpu=",chip=gb100", also=("flush-page-unset",))
def _(d: Driver) -> None:
    d.after("flush-page", lambda d: d.wr(0x8706C0, 0x10000))


# queue and headers


@breaks("fsp-boot-not-awaited", BOOTS, gpu=GB202)
def _(d: Driver) -> None:
    d.skip("fsp-boot")


@breaks("fsp-emem-range", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.wr(regs.FSP_EMEMC, 1024 | fsp.AINCW)
    d.wr(regs.FSP_EMEMD, 0x12345678)


@breaks("fsp-emem-range/read-on", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.wr(regs.FSP_EMEMC, 1020 | fsp.AINCR)
    for _ in range(2):
        d.rd(regs.FSP_EMEMD)


@breaks("fsp-channel", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.wr(regs.FSP_QUEUE_HEAD + 8, 0)


def _raw(rule: str, send: Callable[[Driver], None], fails: str = "cot", **options) -> None:
    """A break that sends COT in a way of its own."""

    def prepare(d: Driver) -> None:
        d.instead("cot", send)

    breaks(rule, fails, gpu=options.pop("gpu", GB202), **options)(prepare)


def _queue(head: int, tail: int) -> Callable[[Driver], None]:
    def send(d: Driver) -> None:
        d.flavour.fsp.write(packet(fsp.COT, cot(d)))
        d.wr(regs.FSP_QUEUE_TAIL, tail)
        d.wr(regs.FSP_QUEUE_HEAD, head)
        d.flavour.fsp.receive(20)

    return send


_raw("fsp-queue-pointers", _queue(4, 0x360))
_raw("fsp-queue-pointers/tail", _queue(0, 0x400))
_raw("fsp-queue-pointers/odd", _queue(0, 0x362))
_raw("fsp-message-short", _queue(0, 0))


@breaks("fsp-busy", BOOTS, gpu=GB202)
def _(d: Driver) -> None:
    def twice(d: Driver) -> None:
        d.flavour.fsp.send(fsp.COT, cot(d))
        d.wr(regs.FSP_QUEUE_HEAD, 0)
        equal(d.flavour.fsp.error(fsp.COT, d.flavour.fsp.receive()), 0, "errorCode")

    d.instead("cot", twice)


@breaks("fsp-busy/emem", BOOTS, gpu=GB202)
def _(d: Driver) -> None:
    def early(d: Driver) -> None:
        d.flavour.fsp.send(fsp.COT, cot(d))
        d.wr(regs.FSP_EMEMC, fsp.AINCW)
        d.wr(regs.FSP_EMEMD, 0)
        equal(d.flavour.fsp.error(fsp.COT, d.flavour.fsp.receive()), 0, "errorCode")

    d.instead("cot", early)


@breaks("fsp-reply-unread", "cot", gpu=GB202)
def _(d: Driver) -> None:
    def leave(d: Driver) -> None:
        d.flavour.fsp.send(fsp.PRC, fsp.PRC_VGPU_MODE)
        d.qt.step(1_000_000)

    d.before("cot", leave)


for name, mctp in (
    ("", 0x80000000),  # no end
    ("/middle", 0),
    ("/sequence", 0xD0000000),
    ("/tag", 0xC3000000),
    ("/address", 0xC0010000),
    ("/version", 0xC0000001),
):
    _raw(f"fsp-mctp-header{name}", lambda d, m=mctp: exchange(d, packet(fsp.COT, cot(d), m)))

for name, vendor in (("", 0x10DE7F), ("/vendor", 0x10DF7E), ("/integrity", 0x10DEFE)):
    _raw(
        f"fsp-nvdm-header{name}",
        lambda d, v=vendor: exchange(d, packet(fsp.COT, cot(d), vendor=v)),
    )

_raw(
    "fsp-nvdm-type",
    lambda d: exchange(d, packet(0x16, bytes(4)), 0x16, fsp.NOT_SUPPORTED),
)
_raw(
    "fsp-nvdm-type/prc-on-hopper",
    lambda d: exchange(d, packet(fsp.PRC, fsp.PRC_VGPU_MODE), fsp.PRC, fsp.NOT_SUPPORTED),
    gpu=",chip=gh100",
)


def _prc(rule: str, payload: bytes, want: int) -> None:
    def prepare(d: Driver) -> None:
        d.instead("prc", lambda d: exchange(d, packet(fsp.PRC, payload), fsp.PRC, want))

    breaks(rule, "prc", gpu=GB202)(prepare)


_prc("prc-message", bytes([0x0D, 2, 0x29, 0]), fsp.INVALID_DATA)
_prc("prc-message/flags", bytes([0x0C, 0, 0x29, 0]), fsp.INVALID_DATA)
_prc("prc-message/reserved", bytes([0x0C, 2, 0x29, 1]), fsp.INVALID_DATA)
_prc("prc-message/size", bytes(8), fsp.INVALID_DATA)
_prc("prc-knob", bytes([0x0C, 2, 0x2A, 0]), fsp.INVALID_KNOB)


# chain of trust: one field changed in each


def _cot(rule: str, change: Callable[[Driver], dict], want: int = fsp.INVALID_DATA, **options):
    def send(d: Driver) -> None:
        exchange(d, packet(fsp.COT, layout.COT.pack(**{**d.cot, **change(d)})), want=want)

    _raw(rule, send, **options)


_cot("cot-size", lambda d: {"size": 0x358})
_raw("cot-size/packet", lambda d: exchange(d, packet(fsp.COT, cot(d)[:-4])))
_raw("cot-size/long", lambda d: exchange(d, packet(fsp.COT, cot(d) + bytes(4))))
_cot("cot-version", lambda d: {"version": 1}, fsp.NOT_SUPPORTED)
_cot("cot-version/hopper", lambda d: {"version": 2}, fsp.NOT_SUPPORTED, gpu=",chip=gh100")
_cot("cot-frts", lambda d: {"frts_size": 0})
_cot("cot-frts/other-size", lambda d: {"frts_size": 2 * M})
_cot("cot-frts/too-near", lambda d: {"frts_from_end": 26 * M})
_cot("cot-frts/unaligned", lambda d: {"frts_from_end": 29 * M})
_cot("cot-frts/beyond", lambda d: {"frts_from_end": d.fb_size})
_cot("cot-frts/resume", lambda d: {"frts_size": 0, "frts_from_end": 0})
_cot("cot-frts/system-memory", lambda d: {"frts_sysmem": 0x1000000, "frts_sysmem_size": M})
_cot("cot-address", lambda d: {"fmc": 0})
_cot("cot-address/unaligned", lambda d: {"fmc": d.cot["fmc"] + 0x100})
_cot("cot-address/params", lambda d: {"params": 0})
_cot("cot-address/params-unaligned", lambda d: {"params": d.cot["params"] + 4})
_cot("cot-hash", lambda d: {"hash": d.cot["hash"][::-1]})
_cot("cot-public-key", lambda d: {"public_key": d.cot["public_key"][::-1]})
_cot("cot-public-key/longer", lambda d: {"public_key": d.cot["public_key"] + b"\1"})
_cot("cot-public-key/hopper", lambda d: {"public_key": bytes(384)}, gpu=",chip=gh100")
_cot("cot-signature", lambda d: {"signature": d.cot["signature"][::-1]})
_cot("cot-signature/longer", lambda d: {"signature": d.cot["signature"] + b"\1"})
_cot("cot-signature/none", lambda d: {"signature": b""})


@breaks("cot-hash/image", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.after("fmc", lambda d: d.qt.write(d.fmc_at + 0x1000, b"changed"))


@breaks("fmc-unknown", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.after("fmc", lambda d: d.qt.write(d.fmc_at, b"unknown"))


@breaks("fmc-unknown/size", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.after("fmc", lambda d: d.qt.writel(d.fmc_at + 0x10, 2 * M))


@breaks("fmc-wrong-chip", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.files = {**d.files, "fmc": firmware(chip="gb100")["fmc"]}


@breaks("cot-gsp-running", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.boot()
    d.flavour.fsp.send(fsp.COT, cot(d))
    error = d.flavour.fsp.error(fsp.COT, d.flavour.fsp.receive())
    equal(error, fsp.INVALID_STATE, "errorCode")
    equal(d.riscv_active(), True, "RISC-V active")


@breaks("cot-gsp-running/fmc", ALONE, gpu=GB202)
def _(d: Driver) -> None:
    d.after("cot", lambda d: d.flavour.fsp.send(fsp.COT, cot(d)))
    d.boot()


@breaks("cot-wpr2-up", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.before("cot", lambda d: d.qt.set("fault", "wpr2-up"))


# boot parameters


def _params(rule: str, change: Callable[[Driver], dict], **options) -> None:
    """A break that changes the parameters."""

    def write(d: Driver) -> None:
        d.qt.write(d.fmc_params_at, layout.FMC_PARAMS.pack(**{**d.fmc_params, **change(d)}))

    def prepare(d: Driver) -> None:
        d.after("fmc", write)

    breaks(rule, "lockdown", gpu=GB202, **options)(prepare)


_params("fmc-params", lambda d: {"is_rm_boot": 0})
_params("fmc-params/regkeys", lambda d: {"regkeys": 1})
_params("fmc-params/carveout", lambda d: {"carveout": M})
_params("fmc-params/carveout-size", lambda d: {"carveout_size": M})
_params("fmc-params/spdm", lambda d: {"spdm_target": 1})
_params("fmc-params/spdm-size", lambda d: {"spdm_size": 0x1000})
_params("fmc-params-target", lambda d: {"meta_target": 0})
_params("fmc-params-target/arguments", lambda d: {"args_target": 3})
_params("fmc-wpr-meta", lambda d: {"meta": 0})
_params("fmc-wpr-meta/unaligned", lambda d: {"meta": d.meta_at + 8})
_params("fmc-wpr-meta/size", lambda d: {"meta_size": 0x80})
_params("fmc-libos-args", lambda d: {"args": 0})
_params("fmc-libos-args/unaligned", lambda d: {"args": d.libos_at + 0x20})


@breaks("sysinfo-config-mirror/older", "init-done", gpu=GB202)
def _(d: Driver) -> None:
    d.before("sysinfo", lambda d: setattr(d.flavour, "config_mirror", 0x88000))
    d.after("sysinfo", lambda d: delattr(d.flavour, "config_mirror"))


@breaks("sysinfo-bar-address/wide", "init-done", gpu=",chip=gh100")
def _(d: Driver) -> None:
    """Behind a BAR0 of 64 bits the others are elsewhere, and are held against that."""
    d.instead("sysinfo", lambda d: d.rings.send(SET_SYSTEM_INFO, swapped(d)))


def swapped(d: Driver) -> bytes:
    """BAR1 and BAR2 in each other's place."""
    info = d.system_info()
    return info[:8] + info[16:24] + info[8:16] + info[24:]


# WPR meta, and what it leads to


def _meta(rule: str, gpu: str = GB202, **fields: int) -> None:
    def prepare(d: Driver) -> None:
        d.before("meta", lambda d: d.meta.update(fields))

    breaks(rule, "lockdown", gpu=gpu)(prepare)


for field in (
    "rsvd_start nonwpr_offset wpr_start heap_offset fw_offset boot_offset frts_offset "
    "wpr_end fb_size vga_offset"
).split():
    _meta(f"wprmeta-not-zero/{field.replace('_', '-')}", **{field: 64 * M})
_meta("wprmeta-reserved-size", nonwpr_size=0x200000)
_meta("wprmeta-reserved-size/unaligned", nonwpr_size=0x221000)
_meta("wprmeta-reserved-size/pmu", pmu_reserved_size=0)
_meta("wprmeta-reserved-size/pmu-of-hopper", gpu=",chip=gh100", pmu_reserved_size=0x1820000)
_meta("wprmeta-reserved-size/vga", vga_size=0)
_meta("wprmeta-reserved-size/vga-does-not-fit", vga_size=4 * M)
_meta("wprmeta-frts-mismatch/fsp", frts_size=2 * M)
_meta("wprmeta-heap-too-small/fsp", heap_size=87 * M)
_meta("wprmeta-out-of-fb/fsp", heap_size=1 << 40)
_meta("wprmeta-magic/fsp", magic=1)
_meta("wprmeta-revision/fsp", revision=2)
_meta("wprmeta-verified/fsp", verified=0xA0A0A0A0A0A0A0A0)
_meta("wprmeta-sysmem-address/fsp", sysmem_radix3=0)
_meta("bootloader-unknown/fsp", bootloader_size=2 * M)
_meta("bootloader-offsets/fsp", bootloader_code=1 << 32)
_meta("vgpu-mode-off", gpu=GB202 + ",vgpu-mode=off", vf_partitions=32, heap_size=581 * M)
_meta("wprmeta-heap-too-small/fsp-vgpu", vf_partitions=32, heap_size=580 * M)


def _poke(rule: str, what: str, offset: int, data: bytes) -> None:
    def prepare(d: Driver) -> None:
        d.after("image", lambda d: d.qt.write(getattr(d, what) + offset, data))

    breaks(rule, "lockdown", gpu=GB202)(prepare)


_poke("radix3-short/fsp", "level1_at", 0, bytes(8))
_poke("image-digest/fsp", "image_at", 0x5000, b"changed")
_poke("bootloader-unknown/fsp-content", "bootloader_at", 0x800, b"changed")


@breaks("image-signature/fsp", "lockdown", gpu=GB202)
def _(d: Driver) -> None:
    other = elf.content(d.files["gsp"], SIGNATURES[0x1A0])
    d.after("image", lambda d: d.qt.write(d.signature_at, other))


@breaks("booter-release/fmc", "lockdown", gpu=GB202)
def _(d: Driver) -> None:
    d.files = {**d.files, "fmc": firmware(release="570.145", chip=d.chip)["fmc"]}


@breaks("dma-fault/fsp", "cot", gpu=GB202)
def _(d: Driver) -> None:
    d.before("cot", lambda d: d.pci.enable(pci.CMD_MEMORY))


@breaks("dma-width/fsp", "lockdown", gpu=GB202)
def _(d: Driver) -> None:
    d.after("fmc", lambda d: d.cot.update(params=1 << 52))


@breaks("dma-fault/fmc", "lockdown", gpu=GB202)
def _(d: Driver) -> None:
    d.after("fmc", lambda d: d.cot.update(params=0x90000000))
