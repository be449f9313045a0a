# SPDX-License-Identifier: GPL-2.0-only
"""The message rings, and remote procedure calls over them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from fw.layout import Table, align, u32

from . import layout, regs

SHM_SIZE, SHM_PAGES = 0x81000, 129
CMDQ, STATQ, SLOTS = 0x1000, 0x41000, 63
WRITE_PTR, READ_PTR, ENTRIES = 0x10, 0x20, 0x1000

QUEUE_HDR = Table(
    "msgq header",
    ("version", "u32"),
    ("size", "u32", 0x40000),
    ("msg_size", "u32", 0x1000),
    ("msg_count", "u32", SLOTS),
    ("write_ptr", "u32"),
    ("flags", "u32", 1),
    ("rx_hdr_off", "u32", 0x20),
    ("entry_off", "u32", 0x1000),
    ("read_ptr", "u32"),
)

# element header, then RPC header
ELEMENT = Table(
    "element",
    ("auth", "bytes16"),
    ("aad", "bytes16"),
    ("checksum", "u32"),
    ("seq", "u32"),
    ("count", "u32"),
    ("pad", "u32"),
    ("version", "u32", 0x03000000),
    ("signature", "u32", 0x43505256),
    ("length", "u32"),
    ("function", "u32"),
    ("result", "u32", 0xFFFFFFFF),
    ("result_private", "u32", 0xFFFFFFFF),
    ("sequence", "u32"),
    ("spare", "u32"),
)
ELEMENT_HDR, RPC_HDR = 0x30, 0x20
PAYLOAD_MAX = 0x10000 - ELEMENT_HDR - RPC_HDR

NOP, ALLOC_MEMORY, FREE, DUP_OBJECT, UNLOADING = 0, 4, 10, 21, 47
GET_STATIC_INFO, UPDATE_BAR_PDE, CONTINUATION = 65, 70, 71
SET_SYSTEM_INFO, SET_REGISTRY, RM_CONTROL, RM_ALLOC = 72, 73, 76, 103
INIT_DONE, RUN_CPU_SEQUENCER, POST_EVENT = 0x1001, 0x1002, 0x1003
OS_ERROR_LOG = 0x1006


DEFAULT_KEYS = {"RMSecBusResetEnable": 1, "RMForcePcieConfigSave": 1, "RMDevidCheckIgnore": 1}


def registry(keys: dict[str, int] | None = None) -> bytes:
    """Payload of SET_REGISTRY: a table of dwords and their names."""
    keys = DEFAULT_KEYS if keys is None else keys
    names, entries = b"", b""
    first = 8 + 16 * len(keys)
    for name, value in keys.items():
        entries += struct.pack("<IB3xII", first + len(names), 1, value, 4)
        names += name.encode() + b"\0"
    return struct.pack("<II", first + len(names), len(keys)) + entries + names


def checksum(data: bytes) -> int:
    """XOR of all 64-bit words, folded to 32 bits."""
    data = data.ljust(align(len(data), 8), b"\0")
    total = 0
    for (word,) in struct.iter_unpack("<Q", data):
        total ^= word
    return (total ^ total >> 32) & 0xFFFFFFFF


@dataclass
class Message:
    fn: int
    payload: bytes
    header: dict[str, int]  # fields of ELEMENT
    sound: bool  # checksum and element count are right


class Rings:
    """Both queues in one piece of guest RAM, seen from the CPU's side."""

    def __init__(self, driver):
        self.driver, self.qt = driver, driver.qt
        self.addr = driver.mem.alloc(SHM_SIZE)
        table = layout.page_table(layout.pages(self.addr, SHM_SIZE))
        self.qt.write(self.addr, table)
        self.qt.write(self.addr + CMDQ, QUEUE_HDR.pack())
        self.wptr = self.rptr = self.seq = self.sequence = 0
        self.seen: list[Message] = []  # received while waiting for something else

    # sending

    def room(self) -> int:
        """Free elements of the command queue."""
        read = self.qt.readl(self.addr + STATQ + READ_PTR)
        return (read - self.wptr - 1) % SLOTS

    def put(self, fn: int, payload: bytes, publish: int = 0, **fields: int) -> None:
        """One element, with any header field of the caller's choice.

        publish: by how much to move the write pointer, when not by what it takes
        """
        length = RPC_HDR + len(payload)
        count = -(-(ELEMENT_HDR + length) // 0x1000)
        values = {"seq": self.seq, "count": count, "length": length, "function": fn}
        values.update(fields)
        data = ELEMENT.pack(**values) + payload
        if "checksum" not in fields:
            at = ELEMENT.offsets["checksum"]
            data = data[:at] + u32(checksum(data)) + data[at + 4 :]
        self._wait_room(count)
        for page in range(count):
            slot = (self.wptr + page) % SLOTS
            chunk = data[page * 0x1000 : (page + 1) * 0x1000]
            self.qt.write(self.addr + CMDQ + ENTRIES + slot * 0x1000, chunk)
        self.seq += 1
        self.wptr = (self.wptr + (publish or count)) % SLOTS
        self.qt.writel(self.addr + CMDQ + WRITE_PTR, self.wptr)
        self.driver.wr(regs.DOORBELL, 0)

    def _wait_room(self, count: int) -> None:
        for _ in range(100):
            if self.room() >= count:
                return
            self.qt.step(1_000_000)
        self.driver.fail("no room in the command queue")

    def send(self, fn: int, payload: bytes, **fields: int) -> None:
        """A message of any length."""
        self.put(fn, payload[:PAYLOAD_MAX], **fields)
        for at in range(PAYLOAD_MAX, len(payload), PAYLOAD_MAX):
            self.put(CONTINUATION, payload[at : at + PAYLOAD_MAX])

    # receiving

    def take(self) -> Message | None:
        """The next message of the status queue."""
        if self.qt.readl(self.addr + STATQ + WRITE_PTR) == self.rptr:
            return None
        first = self.element(0)
        header = ELEMENT.unpack(first)
        count = max(1, min(-(-(ELEMENT_HDR + header["length"]) // 0x1000), 16))
        data = b"".join([first] + [self.element(i) for i in range(1, count)])
        data = data[: ELEMENT_HDR + header["length"]]
        self.rptr = (self.rptr + count) % SLOTS
        self.qt.writel(self.addr + CMDQ + READ_PTR, self.rptr)
        sound = checksum(data) == 0 and header["count"] == count
        return Message(header["function"], data[ELEMENT.size :], header, sound)

    def element(self, index: int) -> bytes:
        """A page of the status queue, counted from the read pointer; not consumed."""
        slot = (self.rptr + index) % SLOTS
        return self.qt.read(self.addr + STATQ + ENTRIES + slot * 0x1000, 0x1000)

    def wait(self, fn: int, timeout_ms: int = 6000) -> Message:
        """The next message of this function; others are kept in seen."""
        left, step = timeout_ms * 1000, 50
        while left > 0:
            message = self.take()
            if message and message.fn == fn:
                return message
            if message:
                self.seen.append(message)
                continue
            self.qt.step(step * 1000)
            left, step = left - step, min(step * 2, 100_000)
        self.driver.fail(f"no message {fn:#x}")

    def call(self, fn: int, payload: bytes, **fields: int) -> Message:
        """A request and its answer."""
        self.sequence += 1
        self.send(fn, payload, **{"sequence": self.sequence, **fields})
        reply = self.wait(fn)
        while len(reply.payload) < len(payload) and len(reply.payload) >= PAYLOAD_MAX:
            reply.payload += self.wait(CONTINUATION).payload
        return reply
