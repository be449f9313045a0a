# SPDX-License-Identifier: GPL-2.0-only
"""The message rings, and the interrupt that announces a message."""

from __future__ import annotations

import struct

from . import regs, rpc
from .harness import check, equal, test
from .minidriver import BootError, Driver
from .rpc import CMDQ, ELEMENT, ENTRIES, READ_PTR, SLOTS, STATQ, WRITE_PTR, checksum
from .test_registers import arm, taken


@test("rings.checksum-vectors")
def _(d: Driver) -> None:
    """The contract's messages of nova, to know that this side sums up right."""
    registry = bytearray(rpc.registry())
    for index in range(3):
        struct.pack_into("<I", registry, 8 + 16 * index + 12, 0)
    for want, seq, fn, payload in (
        (0x7238499C, 1, rpc.SET_REGISTRY, bytes(registry)),
        (0x4050548C, 2, rpc.GET_STATIC_INFO, bytes(0x678)),
        (0x40505253, 3, rpc.UNLOADING, bytes(8)),
    ):
        data = ELEMENT.pack(seq=seq, count=1, length=32 + len(payload), function=fn) + payload
        equal(checksum(data), want, f"checkSum of function {fn}")


@test("rings.stale-bytes-behind-a-message")
def _(d: Driver) -> None:
    """The rest of the page does not count."""
    d.boot()
    d.qt.write(d.rings.addr + CMDQ + ENTRIES, b"\xa5" * 0x1000 * SLOTS)
    for size in (0, 1, 7, 100, 0x1001):
        equal(d.rings.call(rpc.NOP, bytes(size)).header["result"], 0, f"result of {size} bytes")


@test("rings.one-doorbell-for-many")
def _(d: Driver) -> None:
    """Messages are found by the write pointer, not counted by doorbells."""
    d.boot()
    quiet = d.wr
    d.wr = lambda reg, value: None if reg == regs.DOORBELL else quiet(reg, value)
    for _ in range(5):
        d.rings.put(rpc.NOP, b"")
    d.wr = quiet
    d.wr(regs.DOORBELL, 0)
    for _ in range(5):
        d.rings.wait(rpc.NOP)


@test("rings.no-answer-without-a-doorbell")
def _(d: Driver) -> None:
    d.boot()
    quiet = d.wr
    d.wr = lambda reg, value: None
    d.rings.put(rpc.NOP, b"")
    d.wr = quiet
    for _ in range(10):
        d.qt.step(10_000_000)
        equal(d.rings.take(), None, "message")
    d.wr(regs.DOORBELL, 0)
    d.rings.wait(rpc.NOP)


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
