# SPDX-License-Identifier: GPL-2.0-only
"""What the boot of a family of chips does in its own way; here GA10x and Ada.

The Driver asks its flavour wherever chips differ. Other families derive from
this one, each in a module of its own (flavour_*.py).
"""

from __future__ import annotations

from collections.abc import Callable

from . import layout, regs, ucodes
from .falcon import Falcon, Ucode


class Flavour:
    """DMA and a boot ROM."""

    has_frts = True
    has_sequencer = True
    config_mirror = 0x88000
    moved: dict[int, int] = {}  # registers that are elsewhere
    # classes of a channel, of the copy engine, of graphics; what a doorbell adds
    channel, copy, graphics, doorbell = 0xC56F, 0xC7B5, 0xC997, 0
    directories = 3  # between the root of an address space and a table of pages
    root_shift, read_only = 47, 1 << 6  # lowest bit of an address there; bit of a page
    riscv = regs.RISCV_CPUCTL, regs.RISCV_ACTIVE  # register and bit

    def __init__(self, driver):
        self.driver = driver
        self.falcon = Falcon(driver)

    def set_flush_page(self, addr: int) -> None:
        self.driver.wr(regs.FLUSH_HI, addr >> 40)
        self.driver.wr(regs.FLUSH_LO, addr >> 8 & 0xFFFFFFFF)

    def boot_steps(self) -> list[tuple[str, Callable[[], None]]]:
        """Everything up to a running RISC-V core, if it is another list."""
        return []

    def unload_steps(self) -> list[tuple[str, Callable[[], None]]]:
        """What follows the RPC, if it is another list."""
        return []

    @staticmethod
    def pde(addr: int) -> int:
        """Directory entry: a table in framebuffer."""
        return addr >> 4 | 1 << 1

    @staticmethod
    def pte(addr: int, flags: int) -> int:
        return addr >> 4 | flags

    def fb_size(self) -> int:
        return self.driver.rd(regs.USABLE_FB_MIB) << 20

    def fb_layout(self, image_size: int, bootloader_size: int) -> dict[str, int]:
        return layout.fb_layout(self.driver.fb_size, image_size, bootloader_size)

    def fwsec(self, name: str, init_cmd: int, command: dict[str, int]) -> Ucode:
        return ucodes.from_vbios(self.driver, name, init_cmd, command)

    def booter(self, name: str, file: str, mailbox: int) -> Ucode:
        return ucodes.from_file(self.driver, name, file, mailbox)

    def select_riscv(self) -> None:
        """As nouveau does before booter_load."""
        base = regs.GSP + regs.BCR_CTRL
        self.driver.wr(base, self.driver.rd(base) | 0x111)
