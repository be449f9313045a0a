# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules about the order of the boot, and about unloading."""

from __future__ import annotations

from . import regs, vgpu
from .harness import ALONE, breaks, equal
from .layout import M
from .minidriver import Driver, firmware

GSP, SEC2 = regs.GSP, regs.SEC2


@breaks("booter-needs-frts", "booter")
def _(d: Driver) -> None:
    d.skip("frts")
    d.skip("frts-check")


@breaks("booter-needs-scrubber", "booter")
def _(d: Driver) -> None:
    vgpu.enable(d)
    d.hooks.pop(("before", "booter.prepare"))


@breaks("booter-needs-scrubber/since-the-reset", "booter")
def _(d: Driver) -> None:
    vgpu.boot(d)
    d.pci.flr()
    d.mem.reset()
    d.hooks.pop(("before", "booter.prepare"))


@breaks("booter-needs-scrubber/non-wpr-heap", "booter")
def _(d: Driver) -> None:
    """Only the non-WPR heap reaches below."""

    def lower(d: Driver) -> None:
        at = d.fb_size - 257 * M
        d.meta.update(nonwpr_offset=at, rsvd_start=at)

    d.after("layout", lower)


@breaks("booter-gsp-running", ALONE)
def _(d: Driver) -> None:
    d.boot_to_gsp()
    result = d.falcon.run(d.booter)
    equal(result != 0, True, "failure of the second booter_load")
    equal(d.riscv_active(), True, "RISC-V active")


@breaks("booter-gsp-not-reset", "booter")
def _(d: Driver) -> None:
    d.skip("gsp-reset")


@breaks("booter-gsp-not-reset/held", "booter")
def _(d: Driver) -> None:
    d.after("libos", lambda d: d.wr(GSP + regs.ENGINE, 1))


@breaks("booter-libos-args", "booter")
def _(d: Driver) -> None:
    d.instead("libos", lambda d: d.wr(GSP + regs.MAILBOX0, 0))


@breaks("booter-libos-args/unaligned", "booter")
def _(d: Driver) -> None:
    d.after("libos", lambda d: d.wr(GSP + regs.MAILBOX0, d.libos_at + 0x20))


@breaks("booter-mailbox", "booter")
def _(d: Driver) -> None:
    d.before("booter.start", lambda d: d.wr(SEC2 + regs.MAILBOX0, d.meta_at + 4))


@breaks("booter-mailbox/zero", "booter")
def _(d: Driver) -> None:
    def clear(d: Driver) -> None:
        d.wr(SEC2 + regs.MAILBOX0, 0)
        d.wr(SEC2 + regs.MAILBOX1, 0)

    d.before("booter.start", clear)


@breaks("booter-release", "booter")
def _(d: Driver) -> None:
    other = firmware(release="570.145", chip=d.chip)
    d.files = {**d.files, "booter_load": other["booter_load"]}


# unload


@breaks("booter-unload-mailbox", "unloader", unload=True)
def _(d: Driver) -> None:
    d.before("unloader.start", lambda d: d.wr(SEC2 + regs.MAILBOX0, 0xFE))


@breaks("booter-unload-mailbox/high", "unloader", unload=True)
def _(d: Driver) -> None:
    d.before("unloader.start", lambda d: d.wr(SEC2 + regs.MAILBOX1, 0))


@breaks("booter-unload-gsp-running", "unloader", unload=True)
def _(d: Driver) -> None:
    for name in ("unload-rpc", "unload-wait", "sb"):
        d.skip(name)
