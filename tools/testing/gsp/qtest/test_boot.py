# SPDX-License-Identifier: GPL-2.0-only
"""Boots that must work, again and again, in every variant."""

from __future__ import annotations

import struct

from fw import vbios
from fw.fwsec import Fwsec

from . import regs, rpc, vgpu
from .harness import check, equal, test
from .minidriver import BootError, Driver, firmware


def _healthy(d: Driver) -> None:
    """GSP-RM answers."""
    equal(d.qt.get("state"), "rm-ready", "state")
    equal(d.rings.call(rpc.NOP, b"").header["result"], 0, "rpc_result")


def _boot_and_unload(d: Driver) -> None:
    d.boot()
    _healthy(d)
    d.unload()
    equal(d.qt.get("state"), "unloaded", "state")
    equal(d.qt.get("wpr2-up"), False, "wpr2-up")


@test("boot.first")
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.echo-seq", gpu=",echo-seq=on")
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.sequence-is-echoed", gpu=",echo-seq=on")
def _(d: Driver) -> None:
    d.boot()
    equal(d.rings.call(rpc.NOP, b"", sequence=1234).header["sequence"], 1234, "sequence")


@test("boot.sequence-is-not-echoed")
def _(d: Driver) -> None:
    d.boot()
    equal(d.rings.call(rpc.NOP, b"", sequence=1234).header["sequence"], 0, "sequence")


@test("boot.again-without-reset")
def _(d: Driver) -> None:
    for _ in range(3):
        _boot_and_unload(d)


@test("boot.fused-versions", gpu=",fuse-gsp=2,fuse-sec2=1")
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.fused-gsp-1", gpu=",fuse-gsp=1")
def _(d: Driver) -> None:
    d.boot()


@test("boot.small-board", gpu=",fb-size=4096")
def _(d: Driver) -> None:
    d.boot()


@test("boot.odd-board", gpu=",fb-size=23000")
def _(d: Driver) -> None:
    d.boot()


@test("boot.image-of-several-tables")
def _(d: Driver) -> None:
    """More than 2 MiB: the radix3 table has several pages of its last level."""
    d.files = firmware(5 << 20, chip=d.chip)
    d.boot()


def _rom(**options) -> bytes:
    return vbios.build(vbios.Rom(fwsec=Fwsec(ucode_id=9), **options))


@test("boot.vbios-from-file", rom=_rom())
def _(d: Driver) -> None:
    d.boot()
    equal(d.rom, _rom(), "what was read from PROM")


@test("boot.vbios-with-efi-image", rom=_rom(efi=True))
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.vbios-with-two-fwsec-images", rom=_rom(efi=True, fwsec_images=2))
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.vbios-behind-an-ifr-header", rom=_rom(ifr=2))
def _(d: Driver) -> None:
    _boot_and_unload(d)


@test("boot.gsp-start-without-code")
def _(d: Driver) -> None:
    """nova starts the freshly reset GSP and wants HALTED; mailboxes stay."""

    def start(d: Driver) -> None:
        d.falcon.start(regs.GSP)
        d.falcon.wait_halt(regs.GSP)
        got = d.rd(regs.GSP + regs.MAILBOX0) | d.rd(regs.GSP + regs.MAILBOX1) << 32
        equal(got, d.libos_at, "mailboxes")
        equal(d.riscv_active(), False, "RISC-V active")

    d.after("libos", start)
    d.boot()


@test("boot.nouveau-order")
def _(d: Driver) -> None:
    """Two reset pulses, RISC-V selected by hand, messages queued before the start."""

    def reset(d: Driver) -> None:
        d.falcon.reset(regs.GSP)
        box = d.rd(regs.GSP + regs.MAILBOX0)
        d.wr(regs.GSP + regs.MAILBOX0, box)
        d.falcon.reset(regs.GSP)
        d.flavour.select_riscv()

    d.instead("gsp-reset", reset)
    d.after("meta", lambda d: d.send_commands())
    d.skip("commands")
    d.boot()


@test("boot.riscv-active-at-once")
def _(d: Driver) -> None:
    def active(d: Driver) -> None:
        equal(d.riscv_active(), True, "RISC-V active when booter_load has halted")

    d.after("booter.halt", active)
    d.boot()


@test("boot.wpr2-follows-the-steps")
def _(d: Driver) -> None:
    def span(d: Driver) -> tuple[int, int]:
        return (d.rd(regs.WPR2_LO) & ~0xF) << 8, (d.rd(regs.WPR2_HI) & ~0xF) << 8

    d.boot()
    equal(span(d), (d.meta["wpr_start"], d.meta["wpr_end"]), "WPR2")
    equal(d.qt.get("wpr2-up"), True, "wpr2-up")
    d.unload()
    equal(d.rd(regs.WPR2_HI), 0, "WPR2 HI after the unload")


@test("boot.properties")
def _(d: Driver) -> None:
    count = d.qt.get("rpc-count")
    d.boot()
    check(d.qt.get("rpc-count") > count, "rpc-count does not count")
    equal(d.qt.get("last-rule"), "", "last-rule")
    equal(d.qt.get("rules-broken"), 0, "rules-broken")


@test("boot.flr-in-the-middle")
def _(d: Driver) -> None:
    """FLR after booter_load: nothing of the first boot is left."""
    d.boot_to_gsp()
    d.pci.flr()
    equal(d.qt.get("state"), "reset", "state")
    equal(d.rd(regs.WPR2_HI), 0, "WPR2 HI")
    d.mem.reset()
    _boot_and_unload(d)


@test("boot.flr-after-the-boot")
def _(d: Driver) -> None:
    d.boot()
    d.pci.flr()
    d.mem.reset()
    _boot_and_unload(d)


@test("boot.system-reset")
def _(d: Driver) -> None:
    d.boot()
    d.qt.qmp.command("system_reset")
    d.qt.step(1_000_000)
    d.pci.setup()
    d.mem.reset()
    _boot_and_unload(d)


@test("boot.framebuffer-survives")
def _(d: Driver) -> None:
    """Nothing clears framebuffer: not the boot, not the unload, not an FLR."""

    def look(what: str) -> None:
        d.wr(regs.BAR0_WINDOW, 0x1000)
        equal(d.rd(regs.PRAMIN), 0x600DF00D, f"framebuffer after {what}")

    d.wr(regs.BAR0_WINDOW, 0x1000)
    d.wr(regs.PRAMIN, 0x600DF00D)
    _boot_and_unload(d)
    look("boot and unload")
    d.wr(regs.BAR0_WINDOW, d.meta["wpr_start"] >> 16)
    check(d.rd(regs.PRAMIN) != 0, "WPR2 was cleared by the unload")
    d.pci.flr()
    look("FLR")


@test("boot.meta-is-copied")
def _(d: Driver) -> None:
    """booter leaves the verified meta at the start of WPR2."""
    _boot_and_unload(d)
    d.wr(regs.BAR0_WINDOW, d.meta["wpr_start"] >> 16)
    equal(d.rd(regs.PRAMIN), 0x371A60B3, "magic [31:0]")
    equal(d.rd(regs.PRAMIN + 0xF8), 0xA0A0A0A0, "verified")


@test("boot.logs-are-written")
def _(d: Driver) -> None:
    d.boot()
    for name in ("LOGINIT", "LOGRM"):
        put = d.qt.readq(d.logs[name])
        check(1 <= put < 0x10000 // 8, f"{name}: put pointer is {put}")


@test("boot.doorbell-before-the-start")
def _(d: Driver) -> None:
    d.wr(regs.DOORBELL, 0)
    d.before("frts", lambda d: d.wr(regs.DOORBELL, 0))
    d.boot()


@test("boot.registry-as-nova-sends-it")
def _(d: Driver) -> None:
    """Length 0 for a dword."""
    payload = bytearray(rpc.registry())
    for index in range(3):
        struct.pack_into("<I", payload, 8 + 16 * index + 12, 0)
    d.instead("registry", lambda d: d.rings.send(rpc.SET_REGISTRY, bytes(payload)))
    d.boot()


@test("boot.registry-of-many-keys")
def _(d: Driver) -> None:
    """Longer than one message."""
    keys = {f"RMSomeKeyThatIsNotThere{index:0100}": index for index in range(1000)}
    d.instead("registry", lambda d: d.rings.send(rpc.SET_REGISTRY, rpc.registry(keys)))
    d.boot()


@test("boot.sequencer-message")
def _(d: Driver) -> None:
    """cmdIndex counts dwords, and the message ends with the last of them."""
    d.boot()
    words = struct.unpack_from("<I", d.sequencer.payload, 4)[0]
    equal(d.sequencer.header["length"], 32 + 0x28 + 4 * words, "length")
    equal(d.sequencer.header["seq"], 0, "seqNum")
    equal(d.sequencer.header["result"], 0, "rpc_result")


@test("boot.init-done-is-the-contracts-vector")
def _(d: Driver) -> None:
    d.boot()
    equal(d.init_done.header["seq"], 1, "seqNum")
    equal(d.init_done.header["checksum"], 0x40504277, "checkSum")


@test("boot.static-info")
def _(d: Driver) -> None:
    d.boot()
    info = d.static_info.payload
    name = info[0x4EC : 0x4EC + 64].split(b"\0")[0].decode()
    check(bool(name) and name.isprintable(), f"gpuNameString is '{name}'")
    equal(struct.unpack_from("<Q", info, 0x668)[0], d.meta["nonwpr_offset"], "nonWprHeapOffset")
    equal(struct.unpack_from("<Q", info, 0x670)[0], d.meta["frts_offset"], "frtsOffset")
    check(all(struct.unpack_from("<3I", info, 0x640)), "internal handles")
    regions = struct.unpack_from("<I", info, 0x158)[0]
    check(1 <= regions <= 16, f"{regions} framebuffer regions")
    usable = []
    for index in range(regions):
        base, limit, reserved = struct.unpack_from("<3Q", info, 0x160 + 48 * index)
        comp, iso, prot = info[0x160 + 48 * index + 0x1C :][:3]
        check(base < limit < d.fb_size, f"region {index}: {base:#x}..{limit:#x}")
        if not reserved and comp and iso and not prot:
            usable.append((base, limit))
    check(bool(usable), "no usable region")
    check(all(limit < d.meta["nonwpr_offset"] for _, limit in usable), "usable region in WPR2")
    for at in (0x600, 0x608):
        root = struct.unpack_from("<Q", info, at)[0]
        inside = any(base <= root <= limit for base, limit in usable)
        check(root < d.fb_size and not inside, f"page directory at {root:#x}")


@test("unload.wpr2-opens")
def _(d: Driver) -> None:
    _boot_and_unload(d)
    d.wr(regs.BAR0_WINDOW, d.meta["wpr_start"] >> 16)
    check(d.rd(regs.PRAMIN) >> 16 != 0xBADF, "still closed to the CPU")


@test("unload.rm-is-gone")
def _(d: Driver) -> None:
    d.boot()
    d.rings.call(rpc.UNLOADING, bytes(8))
    d.wait_unloaded()
    equal(d.rd(regs.GSP + regs.MAILBOX0), 0x80000000, "GSP MAILBOX0")
    equal(d.riscv_active(), False, "RISC-V active")
    d.rings.put(rpc.NOP, b"")
    try:
        d.rings.wait(rpc.NOP, 200)
    except BootError:
        return
    check(False, "GSP-RM answers after its end")


@test("scrubber.until-reset")
def _(d: Driver) -> None:
    """Framebuffer stays scrubbed until a reset."""
    equal(d.rd(regs.SCRUBBER) >> 29, 0, "handoff at power-on")
    vgpu.boot(d)
    equal(d.rd(regs.SCRUBBER) >> 29, 3, "handoff")
    d.unload()
    equal(d.rd(regs.SCRUBBER) >> 29, 3, "handoff after unloading")
    vgpu.tree(d)
    d.pci.flr()
    equal(d.rd(regs.SCRUBBER) >> 29, 0, "handoff after FLR")


@test("scrubber.not-of-every-chip", gpu=",chip=ga102")
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(d.rd(regs.SCRUBBER), 0, "handoff")
