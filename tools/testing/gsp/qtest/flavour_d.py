# SPDX-License-Identifier: GPL-2.0-only
"""Hopper and Blackwell: a message to the FSP, which starts GSP-FMC, which starts GSP-RM."""

from __future__ import annotations

from collections.abc import Callable

from fw import fmc

from . import layout, regs
from .flavour import Flavour
from .fsp import COT, PRC, PRC_VGPU_MODE, Fsp
from .layout import M

LOCKED, LOCKED_MASK, LOCKDOWN = 0xBADF4100, 0xFFFFFF00, 1 << 13


class Hopper(Flavour):
    has_frts = has_sequencer = False
    config_mirror = 0x92000
    moved = {regs.BAR0_WINDOW: regs.BAR0_WINDOW_XAL}
    boot_status = regs.FSP_BOOT
    cot_version = 1
    frts_from_end = 2 * M
    nonwpr_size, pmu_size = 2 * M, 0
    asks_knob = False
    channel, copy, graphics = 0xC86F, 0xC8B5, 0xCB97
    directories = 4
    root_shift, read_only = 56, 4 << 3

    def __init__(self, driver):
        super().__init__(driver)
        self.fsp = Fsp(driver)

    def boot_steps(self) -> list[tuple[str, Callable[[], None]]]:
        """Numbered as in the nova trace of the contract."""
        d = self.driver
        return [
            ("identify", d.identify),  # 1
            ("flush-page", d.set_flush_page),  # 2
            ("clear-irq", lambda: d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)),  # 3
            ("fsp-boot", self.wait_fsp),  # 4
            ("prc", self.read_knob),  # 5
            ("image", d.prepare_image),
            ("rings", d.prepare_rings),
            ("layout", d.compute_layout),  # 6
            ("meta", self.write_meta),
            ("fmc", self.prepare_fmc),
            ("cot", lambda: self.fsp.call(COT, layout.COT.pack(**d.cot))),  # 7, 8
            ("lockdown", self.wait_lockdown),  # 9
            ("os-version", lambda: d.wr(regs.GSP + regs.OS, 0)),  # 10
            ("riscv-active", d.wait_riscv),
        ]

    def unload_steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [("riscv-halted", self.wait_halted)]

    @staticmethod
    def pde(addr: int) -> int:
        return addr | 1 << 1 | 3 << 3  # not cached

    @staticmethod
    def pte(addr: int, flags: int) -> int:
        return addr | flags

    def set_flush_page(self, addr: int) -> None:
        self.driver.wr(0x100A38, addr >> 32)
        self.driver.wr(0x100A34, addr & 0xFFFFFFFF)

    def wait_fsp(self) -> None:
        self.driver.poll(self.boot_status, 0xFFFFFFFF, 0xFF, "FSP boot")

    def read_knob(self) -> None:
        d = self.driver
        d.vgpu_mode = None
        if self.asks_knob:
            value = self.fsp.call(PRC, PRC_VGPU_MODE)
            d.expect(len(value) == 4 and value[0] < 2 and not any(value[1:]), f"knob {value}")
            d.vgpu_mode = value[0]

    def fb_layout(self, image_size: int, bootloader_size: int) -> dict[str, int]:
        """Sizes alone; write_meta() notes what becomes of them."""
        return {
            "vga_size": 128 << 10,
            "frts_size": M,
            "heap_size": layout.heap_size(self.driver.fb_size, 14 * M),
            "nonwpr_size": self.nonwpr_size,
            "pmu_reserved_size": self.pmu_size,
        }

    def write_meta(self) -> None:
        d = self.driver
        d.write_meta()
        where = layout.fsp_layout(d.meta, d.fb_size, self.frts_from_end)
        d.meta = {**where, **{key: value for key, value in d.meta.items() if value}}

    def prepare_fmc(self) -> None:
        """The image in memory, what the FSP and GSP-FMC are told."""
        d = self.driver
        sections = fmc.read(d.files["fmc"]).sections
        d.fmc_at = d.mem.put(sections["image"])
        d.fmc_params = {"meta": d.meta_at, "args": d.libos_at}
        d.fmc_params_at = d.mem.put(layout.FMC_PARAMS.pack(**d.fmc_params))
        d.cot = {
            "version": self.cot_version,
            "fmc": d.fmc_at,
            "frts_from_end": self.frts_from_end,
            "hash": sections["hash"],
            "public_key": sections["publickey"],
            "signature": sections["signature"],
            "params": d.fmc_params_at,
        }

    def wait_lockdown(self) -> None:
        """HWCFG2 readable, mailbox clear, lockdown bit gone; an error is neither."""
        d = self.driver
        for _ in range(400):
            hwcfg2 = d.rd(regs.GSP + regs.HWCFG2)
            if hwcfg2 and hwcfg2 & LOCKED_MASK != LOCKED:
                box = d.rd(regs.GSP + regs.MAILBOX0) | d.rd(regs.GSP + regs.MAILBOX1) << 32
                d.expect(box in (0, d.cot["params"]), f"GSP-FMC error {box:#x}")
                if not box and not d.rd(regs.GSP + regs.HWCFG2) & LOCKDOWN:
                    return
            d.qt.step(100_000)
        d.fail(f"lockdown was not lifted: HWCFG2 is {hwcfg2:#x}")

    def wait_halted(self) -> None:
        self.driver.poll(regs.GSP + regs.RISCV_CPUCTL, 0x10, 0x10, "RISC-V halted")


class Blackwell(Hopper):
    cot_version = 2
    channel, copy, graphics = 0xC96F, 0xC9B5, 0xCD97
    frts_from_end = 28 * M
    pmu_size = 0x1820000

    def set_flush_page(self, addr: int) -> None:
        for reg in (0x870E50, 0x8706C0):
            self.driver.wr(reg + 4, addr >> 32)
            self.driver.wr(reg, addr & 0xFFFFFFFF)


class Gb202(Blackwell):
    boot_status = regs.FSP_BOOT_GB20X
    nonwpr_size = 0x220000
    asks_knob = True
    channel, copy, graphics, doorbell = 0xCA6F, 0xCAB5, 0xCE97, 1 << 30

    def set_flush_page(self, addr: int) -> None:
        self.driver.wr(0x8A1D5C, addr >> 32)
        self.driver.wr(0x8A1D58, addr & 0xFFFFFFFF)
