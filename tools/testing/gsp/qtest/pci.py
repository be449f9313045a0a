# SPDX-License-Identifier: GPL-2.0-only
"""What firmware and the PCI core do before a driver's probe."""

from __future__ import annotations

from .qtest import QTest

ECAM = 0xB0000000
ROOT_PORT = 2 << 15
GPU = 1 << 20  # bus 1, device 0, function 0

VF_BAR0_AT = 0xC0000000
BAR0_AT = 0xE0000000
PREF_AT = 0x2000000000
PREF_END = 0x4000000000
VF_BAR1_AT, VF_BAR2_AT = 0x3000000000, 0x3400000000
VF_SIZES = (16 << 20, 256 << 20, 32 << 20)

VENDOR_DEVICE, COMMAND, BAR0 = 0x00, 0x04, 0x10
CMD_MEMORY, CMD_MASTER, CMD_INTX_OFF = 2, 4, 0x400
VF_ENABLE, VF_MEMORY, VF_ARI = 1, 8, 16
CAP_MSI, CAP_EXPRESS, CAP_MSIX = 0x05, 0x10, 0x11
EXT_CAP_SRIOV = 0x10


class Pci:
    """Configuration space through ECAM, and a fixed assignment of addresses."""

    def __init__(self, qt: QTest):
        self.qt = qt
        self.bars: dict[int, tuple[int, int]] = {}  # index: (address, size)

    def read(self, reg: int, function: int = GPU) -> int:
        return self.qt.readl(ECAM + function + reg)

    def write(self, reg: int, value: int, function: int = GPU) -> None:
        self.qt.writel(ECAM + function + reg, value)

    def setup(self) -> None:
        """From power-on to a device with memory decoding and bus mastering."""
        self.qt.outl(0xCF8, 0x80000060)  # PCIEXBAR of the host bridge
        self.qt.outl(0xCFC, ECAM | 1)
        self._setup_root_port()
        self.assign_bars()
        self.enable()

    def _setup_root_port(self) -> None:
        pref, end = PREF_AT, PREF_END - 1
        for reg, value in (
            (0x18, 0x00010100),  # primary 0, secondary 1, subordinate 1
            (0x20, (VF_BAR0_AT >> 16) | (BAR0_AT + 0x0FFFFFFF) & 0xFFF00000),
            (0x24, (pref >> 16) & 0xFFF0 | (end & 0xFFF00000)),
            (0x28, pref >> 32),
            (0x2C, end >> 32),
            (COMMAND, CMD_MEMORY | CMD_MASTER),
        ):
            self.write(reg, value, ROOT_PORT)

    def _bar_size(self, index: int) -> tuple[int, bool]:
        """(size, is 64 bits wide)"""
        reg = BAR0 + 4 * index
        self.write(reg, 0xFFFFFFFF)
        low = self.read(reg)
        wide = low & 7 == 4
        mask = low & ~0xF | 0xFFFFFFFF << 32
        if wide:
            self.write(reg + 4, 0xFFFFFFFF)
            mask = low & ~0xF | self.read(reg + 4) << 32
        return (-mask) & 0xFFFFFFFFFFFFFFFF if low else 0, wide

    def assign_bars(self) -> None:
        self.bars = {}
        low, high = BAR0_AT, PREF_AT
        index = 0
        while index < 6:
            size, wide = self._bar_size(index)
            if size and wide:
                high = (high + size - 1) & -size
                self.bars[index] = (high, size)
                high += size
            elif size and not self.read(BAR0 + 4 * index) & 1:
                low = (low + size - 1) & -size
                self.bars[index] = (low, size)
                low += size
            if index in self.bars:
                self.write(BAR0 + 4 * index, self.bars[index][0] & 0xFFFFFFFF)
                if wide:
                    self.write(BAR0 + 4 * index + 4, self.bars[index][0] >> 32)
            index += 2 if wide else 1

    def enable(self, command: int = CMD_MEMORY | CMD_MASTER) -> None:
        self.write(COMMAND, command)

    def find_cap(self, ident: int, function: int = GPU) -> int:
        at = self.read(0x34, function) & 0xFC
        while at:
            word = self.read(at, function)
            if word & 0xFF == ident:
                return at
            at = word >> 8 & 0xFC
        raise LookupError(f"no capability {ident:#x}")

    def find_ext_cap(self, ident: int) -> int:
        at = 0x100
        while at:
            word = self.read(at)
            if word & 0xFFFF == ident:
                return at
            at = word >> 20
        raise LookupError(f"no extended capability {ident:#x}")

    def flr(self) -> None:
        """Function level reset, then the configuration that it cleared."""
        control = self.find_cap(CAP_EXPRESS) + 8
        self.write(control, self.read(control) & 0xFFFF | 1 << 15)
        self.qt.step(100_000_000)
        self.assign_bars()
        self.enable()

    def enable_msi(self, addr: int, data: int) -> None:
        cap = self.find_cap(CAP_MSI)
        control = self.read(cap)
        self.write(cap + 4, addr & 0xFFFFFFFF)
        wide = control >> 16 & 0x80
        if wide:
            self.write(cap + 8, addr >> 32)
        self.write(cap + (12 if wide else 8), data)
        self.write(cap, control | 1 << 16)

    # VFs

    def enable_vfs(self, number: int, control: int = VF_ENABLE | VF_MEMORY | VF_ARI) -> None:
        cap = self.find_ext_cap(EXT_CAP_SRIOV)
        self.write(cap + 0x24, VF_BAR0_AT)
        for at, addr in ((0x28, VF_BAR1_AT), (0x30, VF_BAR2_AT)):
            self.write(cap + at, addr & 0xFFFFFFFF)
            self.write(cap + at + 4, addr >> 32)
        self.write(cap + 0x10, number)
        self.write(cap + 8, control)

    def vf(self, number: int) -> int:
        """The function of a VF, counted from 0."""
        where = self.read(self.find_ext_cap(EXT_CAP_SRIOV) + 0x14)
        return GPU + ((where & 0xFFFF) + number * (where >> 16) << 12)
