# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of GSP-RM's rules about rings, elements and messages, after the boot."""

from __future__ import annotations

import struct

from . import regs, rpc
from .harness import ALONE, breaks, check, equal
from .minidriver import BootError, Driver

DEAD = "dead"


def _silent(d: Driver) -> None:
    """After a broken element GSP-RM says no more."""
    try:
        d.rings.wait(rpc.NOP, 500)
    except BootError:
        equal(d.qt.get("state"), DEAD, "state")
        return
    check(False, "GSP-RM still answers")


def _element(rule: str, **fields: int):
    """Send a NOP with wrong header fields."""

    def prepare(d: Driver) -> None:
        d.boot()
        d.rings.put(rpc.NOP, b"", **fields)
        _silent(d)

    breaks(rule, ALONE)(prepare)


_element("element-checksum", checksum=0x12345678)
_element("element-sequence", seq=77)
_element("element-count-range/large", count=17)
_element("rpc-length-range", length=16)
_element("rpc-length-range/large", length=0xFFD1)
_element("rpc-header-version", version=0x02000000)
_element("rpc-signature", signature=0x43505257)


@breaks("element-count-range", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.rings.put(rpc.NOP, b"", count=0)
    _silent(d)


@breaks("element-count-range/unpublished", ALONE)
def _(d: Driver) -> None:
    """Two pages in the header, one in the write pointer."""
    d.boot()
    d.rings.put(rpc.NOP, bytes(0x1000), publish=1)
    _silent(d)


@breaks("element-count-mismatch", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.rings.put(rpc.NOP, b"", count=2, publish=2)
    _silent(d)


@breaks("cmdq-write-pointer", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.qt.writel(d.rings.addr + rpc.CMDQ + rpc.WRITE_PTR, rpc.SLOTS)
    d.wr(regs.DOORBELL, 0)
    _silent(d)


@breaks("statq-read-pointer", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.qt.writel(d.rings.addr + rpc.CMDQ + rpc.READ_PTR, rpc.SLOTS)
    d.rings.put(rpc.NOP, b"")
    _silent(d)


@breaks("statq-read-pointer/passed", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.qt.writel(d.rings.addr + rpc.CMDQ + rpc.READ_PTR, (d.rings.rptr + 5) % rpc.SLOTS)
    d.rings.put(rpc.NOP, b"")
    _silent(d)


@breaks("status-queue-overflow", ALONE)
def _(d: Driver) -> None:
    """Requests with answers of 16 pages each, none of which is taken out."""
    d.boot()
    payload = bytes(rpc.PAYLOAD_MAX)
    for _ in range(270):
        d.rings.put(rpc.NOP, payload)
        d.qt.step(1_000_000)
        if d.qt.get("rules-broken"):
            break
    for _ in range(5000):
        if not d.rings.take():
            d.qt.step(1_000_000)
            if not d.rings.take():
                break
    d.rings.call(rpc.NOP, b"")  # "the rest works"


# Messages: GSP-RM says what it thinks of them, and lives on


def _refused(rule: str, fn: int, payload: bytes, result: int):
    """GSP-RM answers with this rpc_result."""

    def prepare(d: Driver) -> None:
        d.boot()
        reply = d.rings.call(fn, payload)
        equal(reply.header["result"], result, "rpc_result")
        equal(d.rings.call(rpc.NOP, b"").header["result"], 0, "rpc_result of the next call")

    breaks(rule, ALONE)(prepare)


_refused("rpc-function-unknown", 500, b"", 0xFF100001)
_refused("rpc-payload-length", rpc.GET_STATIC_INFO, bytes(16), 0xFF100002)
_refused("rpc-payload-length/control", rpc.RM_CONTROL, bytes(8), 0xFF100002)
_refused("bar-pde-invalid", rpc.UPDATE_BAR_PDE, struct.pack("<IIQQ", 5, 0, 0, 47), 0x1F)
_refused("bar-pde-invalid/level", rpc.UPDATE_BAR_PDE, struct.pack("<IIQQ", 1, 0, 0, 38), 0x1F)


@breaks("rpc-before-init-done", "sequencer")
def _(d: Driver) -> None:
    def early(d: Driver) -> None:
        reply = d.rings.call(rpc.GET_STATIC_INFO, bytes(0x678))
        equal(reply.header["result"], 0x40, "rpc_result")
        d.fail("done")

    d.before("sequencer", early)


@breaks("continuation-unexpected", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.rings.put(rpc.CONTINUATION, bytes(64))
    d.qt.step(1_000_000)


def _split_start(d: Driver) -> bytes:
    """The payload of an ALLOC_MEMORY that needs a continuation record."""
    pages = (rpc.PAYLOAD_MAX - 0x38) // 8 + 100
    head = struct.pack("<7IxxxxQII", 0, 0, 0, 0x81, 0, 0, 0, pages << 12, pages, 0)
    head = head.ljust(0x30, b"\0") + struct.pack("<II", pages << 16, 0)
    return head.ljust(0x38, b"\0") + struct.pack("<Q", 1) * pages


@breaks("continuation-interrupted", ALONE)
def _(d: Driver) -> None:
    d.boot()
    d.rings.put(rpc.ALLOC_MEMORY, _split_start(d)[: rpc.PAYLOAD_MAX])
    d.rings.put(rpc.NOP, b"")
    d.qt.step(1_000_000)


@breaks("continuation-overrun", ALONE)
def _(d: Driver) -> None:
    d.boot()
    payload = _split_start(d)
    d.rings.put(rpc.ALLOC_MEMORY, payload[: rpc.PAYLOAD_MAX])
    d.rings.put(rpc.CONTINUATION, payload[rpc.PAYLOAD_MAX :] + bytes(512))
    d.qt.step(1_000_000)


@breaks("message-too-large", ALONE)
def _(d: Driver) -> None:
    d.boot()
    payload = bytearray(_split_start(d)[: rpc.PAYLOAD_MAX])
    struct.pack_into("<I", payload, 0x28, 0x1000000)
    d.rings.put(rpc.ALLOC_MEMORY, bytes(payload))
    d.qt.step(1_000_000)


def _alloc_memory(rule: str, fields: dict[int, tuple[str, int]]):
    """ALLOC_MEMORY of one page on RM's own device, some fields wrong."""

    def prepare(d: Driver) -> None:
        d.boot()
        client, device = struct.unpack_from("<2I", d.static_info.payload, 0x640)
        payload = bytearray(0x40)
        good = {0: ("<I", client), 4: ("<I", device), 8: ("<I", 0xCAF00003), 0xC: ("<I", 0x81)}
        good |= {0x20: ("<Q", 4096), 0x28: ("<I", 1), 0x30: ("<I", 1 << 16), 0x38: ("<Q", 0x100)}
        for at, (form, value) in (good | fields).items():
            struct.pack_into(form, payload, at, value)
        reply = d.rings.call(rpc.ALLOC_MEMORY, bytes(payload))
        equal(reply.header["result"], 0x1F, "rpc_result")

    breaks(rule, ALONE)(prepare)


_alloc_memory("alloc-memory-ptes", {0x20: ("<Q", 8192)})
_alloc_memory("alloc-memory-ptes/page-address", {0x38: ("<Q", 1 << 40)})
_alloc_memory("alloc-memory-ptes/count", {0x30: ("<I", 2 << 16)})
