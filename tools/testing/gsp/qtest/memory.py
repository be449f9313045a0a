# SPDX-License-Identifier: GPL-2.0-only
"""Guest RAM as plain memory: without an IOMMU a bus address is an address."""

from __future__ import annotations

from fw.layout import align

from .qtest import RAM, QTest

PAGE = 4096
BASE = 16 << 20


class Memory:
    """Hands out zeroed, page-aligned pieces of RAM; nothing is ever freed."""

    def __init__(self, qt: QTest):
        self.qt = qt
        self.next = BASE

    def alloc(self, size: int, to: int = PAGE) -> int:
        addr = align(self.next, to)
        self.next = align(addr + size, PAGE)
        if self.next > RAM:
            raise MemoryError("the guest has no more RAM")
        self.qt.zero(addr, self.next - addr)
        return addr

    def put(self, data: bytes, to: int = PAGE) -> int:
        """A copy of @data in fresh memory."""
        addr = self.alloc(len(data), to)
        for at in range(0, len(data), 1 << 20):
            self.qt.write(addr + at, data[at : at + (1 << 20)])
        return addr

    def reset(self) -> None:
        self.next = BASE
