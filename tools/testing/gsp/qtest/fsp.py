# SPDX-License-Identifier: GPL-2.0-only
"""The FSP's queue and messages, seen from the CPU."""

from __future__ import annotations

import struct

from . import regs

MCTP, NVDM_VENDOR = 0xC0000000, 0x10DE7E
PRC, COT, RESPONSE = 0x13, 0x14, 0x15
AINCW, AINCR = 1 << 24, 1 << 25
PRC_VGPU_MODE = bytes([0x0C, 0x02, 0x29, 0])
INVALID_STATE, NOT_SUPPORTED, INVALID_DATA, INVALID_KNOB = 0x9E, 0xA0, 0xA1, 0x1E3


class Fsp:
    """One exchange at a time: send, receive."""

    def __init__(self, driver):
        self.driver = driver
        self.mctp, self.vendor = MCTP, NVDM_VENDOR  # for tests to change
        self.head = 0

    def write(self, packet: bytes) -> None:
        d = self.driver
        d.wr(regs.FSP_EMEMC, AINCW)
        for (word,) in struct.iter_unpack("<I", packet):
            d.wr(regs.FSP_EMEMD, word)

    def ring(self, size: int) -> None:
        self.driver.wr(regs.FSP_QUEUE_TAIL, size - 4)
        self.driver.wr(regs.FSP_QUEUE_HEAD, self.head)

    def send(self, kind: int, payload: bytes) -> None:
        packet = struct.pack("<II", self.mctp, kind << 24 | self.vendor) + payload
        self.write(packet)
        self.ring(len(packet))

    def pending(self) -> int:
        """Bytes of the message that waits."""
        head, tail = (self.driver.rd(reg) for reg in (regs.FSP_MSGQ_HEAD, regs.FSP_MSGQ_TAIL))
        return tail - head + 4 if head != tail else 0

    def receive(self, timeout_ms: int = 2000) -> bytes:
        d, left = self.driver, timeout_ms
        while not self.pending():
            if left <= 0:
                d.fail("no reply of the FSP")
            d.qt.step(1_000_000)
            left -= 1
        size = self.pending()
        d.expect(size <= 1024 and size % 4 == 0, f"a reply of {size} bytes")
        d.wr(regs.FSP_EMEMC, AINCR)
        packet = b"".join(
            struct.pack("<I", d.rd(regs.FSP_EMEMD)) for _ in range(size // 4)
        )
        d.wr(regs.FSP_MSGQ_TAIL, 0)
        d.wr(regs.FSP_MSGQ_HEAD, 0)
        return packet

    def error(self, kind: int, reply: bytes) -> int:
        """errorCode of a reply that is one to this kind of message."""
        d = self.driver
        d.expect(len(reply) >= 20, f"a reply of {len(reply)} bytes")
        mctp, nvdm, _, asked, error = struct.unpack_from("<5I", reply)
        d.expect(mctp == MCTP, f"MCTP header {mctp:#x}")
        d.expect(nvdm == RESPONSE << 24 | NVDM_VENDOR, f"NVDM header {nvdm:#x}")
        d.expect(asked == kind, f"reply to {asked:#x}")
        return error

    def call(self, kind: int, payload: bytes) -> bytes:
        """What a successful reply carries behind its error code."""
        self.send(kind, payload)
        reply = self.receive()
        error = self.error(kind, reply)
        self.driver.expect(error == 0, f"FSP error {error:#x}")
        return reply[20:]
