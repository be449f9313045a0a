# SPDX-License-Identifier: GPL-2.0-only
"""Boots that must work, again and again, in every variant."""

from __future__ import annotations

import struct

from fw import vbios
from fw.fwsec import Fwsec

from . import regs, rpc
from .harness import check, equal, test
from .minidriver import BootError, Driver, firmware
from .rpc import CMDQ, READ_PTR, SLOTS, STATQ, WRITE_PTR
from .test_registers import arm, taken


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
    d.files = firmware(5 << 20)
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
        equal(d.rd(regs.GSP + regs.RISCV_CPUCTL) & regs.RISCV_ACTIVE, 0, "RISC-V active")

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
        d.wr(regs.GSP + regs.BCR_CTRL, d.rd(regs.GSP + regs.BCR_CTRL) | 0x111)

    d.instead("gsp-reset", reset)
    d.after("meta", lambda d: d.send_commands())
    d.skip("commands")
    d.boot()


@test("boot.riscv-active-at-once")
def _(d: Driver) -> None:
    def active(d: Driver) -> None:
        bit = d.rd(regs.GSP + regs.RISCV_CPUCTL) & regs.RISCV_ACTIVE
        equal(bit, regs.RISCV_ACTIVE, "RISC-V active when booter_load has halted")

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


@test("rings.wrap-around")
def _(d: Driver) -> None:
    """Both pointers go round several times, also within a message of many pages."""
    d.boot()
    for size in [0, 0x3000, 0xF000, 100] * 25:
        reply = d.rings.call(rpc.NOP, bytes(size))
        check(reply.sound and len(reply.payload) >= size, f"answer to {size} bytes")
        equal(d.qt.readl(d.rings.addr + STATQ + READ_PTR), d.rings.wptr, "GSP's read pointer")


@test("rings.sequence-numbers")
def _(d: Driver) -> None:
    d.boot()
    first = d.rings.call(rpc.NOP, b"").header["seq"]
    for index in range(1, 5):
        equal(d.rings.call(rpc.NOP, b"").header["seq"], first + index, "seqNum")


@test("rings.status-header")
def _(d: Driver) -> None:
    d.boot()
    got = rpc.QUEUE_HDR.unpack(d.qt.read(d.rings.addr + STATQ, rpc.QUEUE_HDR.size))
    want = {"version": 0, "size": 0x40000, "msg_size": 0x1000, "msg_count": SLOTS, "flags": 1}
    for field, value in {**want, "rx_hdr_off": 0x20, "entry_off": 0x1000}.items():
        equal(got[field], value, field)
    equal(d.qt.readl(d.rings.addr + STATQ + WRITE_PTR), d.rings.rptr, "write pointer")
    equal(d.qt.readl(d.rings.addr + CMDQ + READ_PTR), d.rings.rptr, "our read pointer")


@test("rings.several-requests-at-once")
def _(d: Driver) -> None:
    d.boot()
    for _ in range(20):
        d.rings.put(rpc.NOP, b"")
    for _ in range(20):
        d.rings.wait(rpc.NOP)


@test("rings.full-status-queue-drains")
def _(d: Driver) -> None:
    """Answers that find no room wait, in order, and none is lost."""
    d.boot()
    for _ in range(8):
        d.rings.put(rpc.NOP, bytes(0xF000))
        d.qt.step(1_000_000)
    sequence = [d.rings.wait(rpc.NOP).header["seq"] for _ in range(8)]
    equal(sequence, list(range(sequence[0], sequence[0] + 8)), "seqNums")


@test("interrupts.gsp-message")
def _(d: Driver) -> None:
    """A message raises SWGEN0 and the GSP's vector; clearing and retrigger work."""
    d.boot()
    vector = _gsp_vector(d)
    target = arm(d, vector)
    leaf, bit = vector // 32, 1 << vector % 32
    d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
    d.rings.call(rpc.NOP, b"")
    check(taken(d, target), "no MSI for a message")
    equal(d.rd(regs.GSP + regs.IRQSTAT) & regs.SWGEN0, regs.SWGEN0, "SWGEN0")
    equal(d.rd(regs.GSP + regs.RISCV_IRQMASK) & regs.SWGEN0, regs.SWGEN0, "RISC-V IRQMASK")
    equal(d.rd(regs.LEAF + 4 * leaf) & bit, bit, "leaf")
    d.wr(regs.LEAF + 4 * leaf, bit)
    d.wr(regs.MSI_REARM, 0)
    check(not taken(d, target), "MSI although the leaf was cleared")
    d.wr(regs.GSP + regs.RETRIGGER, 1)
    check(taken(d, target), "no MSI after the retrigger of a level that still stands")
    d.wr(regs.LEAF + 4 * leaf, bit)
    d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
    d.wr(regs.MSI_REARM, 0)
    d.wr(regs.GSP + regs.RETRIGGER, 1)
    check(not taken(d, target), "MSI after everything was cleared")


def _gsp_vector(d: Driver) -> int:
    """As the driver learns it: from GSP-RM's interrupt table."""
    client, _, subdevice = struct.unpack_from("<3I", d.static_info.payload, 0x640)
    head = struct.pack("<6I", client, subdevice, 0x20800A5C, 0, 2068, 0)
    reply = d.rings.call(rpc.RM_CONTROL, head + bytes(2068))
    equal(struct.unpack_from("<I", reply.payload, 0xC)[0], 0, "status of INTR_GET_KERNEL_TABLE")
    table = reply.payload[0x18:]
    for index in range(struct.unpack_from("<I", table)[0]):
        engine, _, stall, _ = struct.unpack_from("<HxxIII", table, 4 + 16 * index)
        if engine == 50:
            check(stall < 256, f"vector {stall}")
            return stall
    raise BootError("interrupts", "no GSP in the interrupt table")


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
    equal(d.rd(regs.GSP + regs.RISCV_CPUCTL) & regs.RISCV_ACTIVE, 0, "RISC-V active")
    d.rings.put(rpc.NOP, b"")
    try:
        d.rings.wait(rpc.NOP, 200)
    except BootError:
        return
    check(False, "GSP-RM answers after its end")
