# SPDX-License-Identifier: GPL-2.0-only
"""Loading and starting signed ucode on a falcon (flavour C: DMA and boot ROM)."""

from __future__ import annotations

from dataclasses import dataclass

from fw.layout import pad

from . import regs

UNIT = 256


@dataclass
class Ucode:
    """One run of a falcon: every value that is written, for tests to change."""

    name: str  # prefix of its steps
    base: int  # of the falcon
    image: bytes  # code and data as laid out in the file, signature patched
    code: tuple[int, int, int]  # offset in image, offset in IMEM, size
    data: tuple[int, int, int]
    signature_at: int  # in DMEM
    engine_mask: int
    ucode_id: int
    bootvec: int
    mailbox0: int = 0
    mailbox1: int | None = None
    addr: int = 0  # bus address of the image, once it is in memory
    mod_sel: int = 1
    imem_cmd: int = 0x614  # 256 bytes, to IMEM, secure
    dmem_cmd: int = 0x600
    transcfg: int = 5  # coherent system memory, physical
    fbif_ctl: int = 0x80
    command_at: int = 0  # FWSEC alone: offsets in the image
    init_cmd_at: int = 0
    interface_at: int = 0

    def patch(self, offset: int, data: bytes) -> None:
        """Replace bytes of the image."""
        self.image = self.image[:offset] + data + self.image[offset + len(data) :]


class Falcon:
    """Runs a Ucode through the driver's hooks: each action is a named step."""

    def __init__(self, driver):
        self.driver = driver

    def run(self, u: Ucode) -> int:
        """All the steps; returns MAILBOX0."""
        d = self.driver
        if not u.addr:
            u.addr = d.mem.put(pad(u.image, UNIT), UNIT)
        for name, action in (
            ("reset", lambda: self.reset(u.base)),
            ("aperture", lambda: self.aperture(u)),
            ("imem", lambda: self.load(u, u.code, u.imem_cmd)),
            ("dmem", lambda: self.load(u, u.data, u.dmem_cmd)),
            ("brom", lambda: self.brom(u)),
            ("bootvec", lambda: d.wr(u.base + regs.BOOTVEC, u.bootvec)),
            ("mailbox", lambda: self.mailbox(u)),
            ("start", lambda: self.start(u.base)),
            ("halt", lambda: self.wait_halt(u.base)),
        ):
            d.step(f"{u.name}.{name}", action)
        return d.rd(u.base + regs.MAILBOX0)

    def reset(self, base: int) -> None:
        d = self.driver
        d.poll(base + regs.HWCFG2, 1 << 31, 1 << 31, "reset ready")
        d.wr(base + regs.ENGINE, d.rd(base + regs.ENGINE) | 1)
        d.qt.step(10_000)
        d.wr(base + regs.ENGINE, d.rd(base + regs.ENGINE) & ~1)
        d.poll(base + regs.HWCFG2, 1 << 12, 0, "memory scrubbed")
        if d.rd(base + regs.BCR_CTRL) & 0x10:
            d.wr(base + regs.BCR_CTRL, 0)
            d.poll(base + regs.BCR_CTRL, 1, 1, "falcon core selected")
        d.poll(base + regs.HWCFG2, 1 << 12, 0, "memory scrubbed")
        d.wr(base + regs.RM, d.rd(regs.BOOT_0))

    def aperture(self, u: Ucode) -> None:
        d = self.driver
        d.wr(u.base + regs.FBIF_CTL, d.rd(u.base + regs.FBIF_CTL) | u.fbif_ctl)
        d.wr(u.base + regs.DMACTL, 0)
        old = d.rd(u.base + regs.TRANSCFG)
        d.wr(u.base + regs.TRANSCFG, old & ~7 | u.transcfg)

    def load(self, u: Ucode, span: tuple[int, int, int], cmd: int) -> None:
        """DMA one section. Code is tagged by its offset in the image."""
        source, target, size = span
        if cmd & 0x10:
            base, start = u.addr, source
        else:
            base, start = u.addr + source, 0
        d = self.driver
        d.wr(u.base + regs.DMATRFBASE, base >> 8 & 0xFFFFFFFF)
        d.wr(u.base + regs.DMATRFBASE1, base >> 40)
        for at in range(0, size, UNIT):
            d.wr(u.base + regs.DMATRFMOFFS, target + at)
            d.wr(u.base + regs.DMATRFFBOFFS, start + at)
            d.wr(u.base + regs.DMATRFCMD, cmd)
            d.poll(u.base + regs.DMATRFCMD, 2, 2, "DMA idle")

    def brom(self, u: Ucode) -> None:
        d = self.driver
        d.wr(u.base + regs.PARAADDR, u.signature_at)
        d.wr(u.base + regs.ENGIDMASK, u.engine_mask)
        d.wr(u.base + regs.UCODE_ID, u.ucode_id)
        d.wr(u.base + regs.MOD_SEL, u.mod_sel)

    def mailbox(self, u: Ucode) -> None:
        self.driver.wr(u.base + regs.MAILBOX0, u.mailbox0)
        if u.mailbox1 is not None:
            self.driver.wr(u.base + regs.MAILBOX1, u.mailbox1)

    def start(self, base: int) -> None:
        d = self.driver
        alias = d.rd(base + regs.CPUCTL) & regs.CPUCTL_ALIAS_EN
        d.wr(base + (regs.CPUCTL_ALIAS if alias else regs.CPUCTL), regs.CPUCTL_START)

    def wait_halt(self, base: int) -> None:
        self.driver.poll(base + regs.CPUCTL, regs.CPUCTL_HALTED, regs.CPUCTL_HALTED, "halted")
