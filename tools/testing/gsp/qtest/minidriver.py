# SPDX-License-Identifier: GPL-2.0-only
"""The boot of a GPU as a list of named steps, straight from the contract.

A test changes a boot by hooks: what runs before or after a step, or instead of
it. Each step keeps what it made in a public attribute, so a hook can alter the
one field it is about:

    driver.after("layout", lambda d: d.meta.update(revision=2))
    driver.boot()
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from fw import elf, riscv, synth, vbios

from . import layout, regs
from .falcon import Ucode
from .flavours import FLAVOURS
from .memory import Memory
from .pci import Pci
from .qtest import QTest
from .rpc import INIT_DONE, GET_STATIC_INFO, RUN_CPU_SEQUENCER, SET_REGISTRY, SET_SYSTEM_INFO
from .rpc import SHM_SIZE, UNLOADING, Message, Rings, registry
from .sequencer import run_sequencer

RELEASE = "570.144"
IMAGE_SIZE = 64 << 10
LOG_SIZE = 64 << 10
SIGNATURES = {  # by chip id
    0x162: ".fwsignature_tu10x",
    0x168: ".fwsignature_tu11x",
    0x170: ".fwsignature_ga100",
    0x172: ".fwsignature_ga10x",
    0x192: ".fwsignature_ad10x",
    0x180: ".fwsignature_gh100",
    0x1A0: ".fwsignature_gb10x",
    0x1B2: ".fwsignature_gb20x",
}
Hook = Callable[["Driver"], None]


class BootError(Exception):
    """A step did not come to its end."""

    def __init__(self, step: str, text: str):
        super().__init__(f"{step}: {text}")
        self.step = step


@functools.cache
def firmware(
    size: int = IMAGE_SIZE, release: str = RELEASE, chip: str = "ad102"
) -> dict[str, bytes]:
    return synth.file_set(chip, release, size)


_roms: dict[object, bytes] = {}


class Driver:
    """One GPU and what its driver knows about it."""

    def __init__(self, qt: QTest, chip: str = "ad102", rom_key: object = None):
        self.qt, self.pci, self.mem = qt, Pci(qt), Memory(qt)
        self.chip, self.files = chip, firmware(chip=chip)
        self.rom_key = rom_key  # boots with the same key see the same VBIOS
        self.flavour = FLAVOURS[chip](self)
        self.falcon = self.flavour.falcon
        self.hooks: dict[tuple[str, str], list[Hook]] = {}
        self.now = "start"
        self.pci.setup()
        self.bar0 = self.pci.bars[0][0]

    # registers

    def rd(self, reg: int) -> int:
        return self.qt.readl(self.bar0 + self.flavour.moved.get(reg, reg))

    def wr(self, reg: int, value: int) -> None:
        self.qt.writel(self.bar0 + self.flavour.moved.get(reg, reg), value)

    def bar(self, number: int) -> int:
        """Address of the BAR that drivers call BAR0, 1 or 2."""
        return self.pci.bars[sorted(self.pci.bars)[number]][0]

    def poll(self, reg: int, mask: int, want: int, what: str, timeout_ms: int = 4000) -> None:
        left, step = timeout_ms * 1000, 20
        while True:
            value = self.rd(reg)
            if value & mask == want:
                return
            if left <= 0:
                self.fail(f"{what}: register {reg:#x} is {value:#x}")
            self.qt.step(step * 1000)
            left, step = left - step, min(step * 2, 100_000)

    def fail(self, text: str):
        raise BootError(self.now, text)

    def expect(self, good: bool, text: str) -> None:
        if not good:
            self.fail(text)

    # steps and hooks

    def before(self, step: str, hook: Hook) -> None:
        self.hooks.setdefault(("before", step), []).append(hook)

    def after(self, step: str, hook: Hook) -> None:
        self.hooks.setdefault(("after", step), []).append(hook)

    def instead(self, step: str, hook: Hook) -> None:
        self.hooks[("instead", step)] = [hook]

    def skip(self, step: str) -> None:
        self.instead(step, lambda d: None)

    def step(self, name: str, action: Callable[[], None]) -> None:
        self.now = name
        for hook in self.hooks.get(("before", name), []):
            hook(self)
        if ("instead", name) in self.hooks:
            self.hooks[("instead", name)][0](self)
        else:
            action()
        for hook in self.hooks.get(("after", name), []):
            hook(self)

    # the boot, numbered as in the nova trace of the contract

    def boot(self) -> None:
        self.boot_to_gsp()
        for name, action in (
            ("commands", self.send_commands),  # 32
            ("sequencer", self.wait_sequencer),  # 33
            ("init-done", self.wait_init_done),  # 34
            ("static-info", self.get_static_info),  # 35
        ):
            if name != "sequencer" or self.flavour.has_sequencer:
                self.step(name, action)

    def boot_to_gsp(self) -> None:
        """Everything up to a running RISC-V core."""
        if steps := self.flavour.boot_steps():
            for name, action in steps:
                self.step(name, action)
            return
        absent = () if self.flavour.has_frts else ("frts.prepare", "frts", "frts-check")
        for name, action in (
            ("identify", self.identify),  # 1, 2
            ("gfw", self.wait_gfw),  # 3
            ("flush-page", self.set_flush_page),  # 4
            ("clear-irq", lambda: self.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)),  # 5
            ("vbios", self.read_vbios),  # 10
            ("image", self.prepare_image),  # 6
            ("rings", self.prepare_rings),
            ("layout", self.compute_layout),  # 7
            ("meta", self.write_meta),
            ("unload-bundle", self.prepare_unload),  # 11, 12
            ("wpr2-down", self.check_wpr2_down),  # 13
            ("frts.prepare", self.prepare_frts),  # 14
            ("frts", lambda: self.run_ucode(self.frts)),  # 15 to 21
            ("frts-check", self.check_frts),  # 22, 23
            ("gsp-reset", lambda: self.falcon.reset(regs.GSP)),  # 24
            ("libos", self.write_libos_mailbox),  # 25
            ("booter.prepare", self.prepare_booter),  # 26
            ("booter", lambda: self.run_ucode(self.booter)),  # 27 to 29
            ("os-version", lambda: self.wr(regs.GSP + regs.OS, 0)),  # 30
            ("riscv-active", self.wait_riscv),  # 31
        ):
            if name not in absent:
                self.step(name, action)

    def run_ucode(self, u: Ucode) -> None:
        result = self.falcon.run(u)
        self.now = f"{u.name}.result"
        self.expect(result == 0, f"MAILBOX0 is {result:#x}")

    def identify(self) -> None:
        boot0, boot42 = self.rd(regs.BOOT_0), self.rd(regs.BOOT_42)
        self.expect(boot0 >> 20 & 0x1FF == boot42 >> 20 & 0x3FF, f"{boot0:#x} and {boot42:#x}")
        self.chip_id = boot42 >> 20 & 0x3FF

    def wait_gfw(self) -> None:
        self.poll(regs.GFW_MASK, 1, 1, "scratch readable")
        self.poll(regs.GFW_PROGRESS, 0xFF, 0xFF, "GFW boot")

    def set_flush_page(self) -> None:
        self.flavour.set_flush_page(self.mem.alloc(4096))

    def read_vbios(self) -> None:
        """The image chain, dword by dword; once per kind of device."""
        if self.rom_key not in _roms:
            rom, end = bytearray(), 0x200
            while len(rom) < end:
                rom += self.rd(regs.PROM + len(rom)).to_bytes(4, "little")
                if len(rom) == end:
                    end = self._rom_end(rom, end)
            _roms[self.rom_key] = bytes(rom)
        self.rom = _roms[self.rom_key]

    def _rom_end(self, rom: bytearray, end: int) -> int:
        """End of the chain as far as it is known."""
        at = vbios.chain_start(rom)
        while at + 0x200 <= len(rom):
            pcir = vbios.PCIR.at(rom, at + vbios.ROM_HDR.at(rom, at)["pcir"])
            self.expect(pcir["signature"] == b"PCIR", f"no PCIR at {at:#x}")
            at += pcir["image_length"] * 0x200
            if pcir["last"] & 0x80:
                return at
        return max(end, at + 0x200)

    def prepare_image(self) -> None:
        """GSP-RM's image behind a radix3 table, its signature, its bootloader."""
        gsp = self.files["gsp"]
        image = elf.content(gsp, ".fwimage")
        self.image_size = len(image)
        self.image_at = self.mem.put(image)
        level2 = layout.page_table(layout.pages(self.image_at, len(image)))
        self.level2_at = self.mem.put(level2)
        self.level1_at = self.mem.put(
            layout.page_table(layout.pages(self.level2_at, len(level2)))
        )
        self.level0_at = self.mem.put(layout.page_table([self.level1_at]))
        self.signature_at = self.mem.put(elf.content(gsp, SIGNATURES[self.chip_id]))
        self.bootloader = riscv.read(self.files["bootloader"])
        self.bootloader_at = self.mem.put(self.bootloader.payload)

    def prepare_rings(self) -> None:
        self.rings = Rings(self)
        self.logs = {name: self.mem.alloc(LOG_SIZE) for name in ("LOGINIT", "LOGINTR", "LOGRM")}
        for addr in self.logs.values():
            self.qt.write(addr + 8, layout.page_table(layout.pages(addr, LOG_SIZE)))
        self.rm_args = {"shm_addr": self.rings.addr, "pte_count": SHM_SIZE >> 12}
        self.rm_args_at = self.mem.alloc(4096)
        self.libos = [
            {"id8": layout.id8(name), "pa": addr, "size": LOG_SIZE}
            for name, addr in self.logs.items()
        ]
        self.libos.append({"id8": layout.id8("RMARGS"), "pa": self.rm_args_at, "size": 4096})
        self.libos_at = self.mem.alloc(4096)

    def compute_layout(self) -> None:
        self.fb_size = self.flavour.fb_size()
        desc = self.bootloader.desc
        self.meta = {
            **self.flavour.fb_layout(self.image_size, len(self.bootloader.payload)),
            "sysmem_radix3": self.level0_at,
            "radix3_size": self.image_size,
            "sysmem_bootloader": self.bootloader_at,
            "bootloader_size": len(self.bootloader.payload),
            "bootloader_code": desc["monitor_code_offset"],
            "bootloader_data": desc["monitor_data_offset"],
            "bootloader_manifest": desc["manifest_offset"],
            "sysmem_signature": self.signature_at,
            "signature_size": 0x1000,
        }

    def write_meta(self) -> None:
        """All structures that firmware reads, as they are by now."""
        self.meta_at = self.mem.put(layout.WPR_META.pack(**self.meta))
        self.qt.write(self.rm_args_at, layout.RM_ARGS.pack(**self.rm_args))
        entries = b"".join(layout.LIBOS_ENTRY.pack(**entry) for entry in self.libos)
        self.qt.write(self.libos_at, entries)

    # ucode

    def prepare_unload(self) -> None:
        """Made now, so that unloading needs neither files nor VBIOS."""
        self.sb = self.flavour.fwsec("sb", layout.CMD_SB, {})
        self.unloader = self.flavour.booter("unloader", "booter_unload", 0xFF << 32 | 0xFF)

    def check_wpr2_down(self) -> None:
        high = self.rd(regs.WPR2_HI)
        self.expect(high == 0, f"WPR2 is already up ({high:#x})")

    def prepare_frts(self) -> None:
        self.frts_command = {
            "frts_addr": self.meta["frts_offset"] >> 12,
            "frts_size": self.meta["frts_size"] >> 12,
        }
        self.frts = self.flavour.fwsec("frts", layout.CMD_FRTS, self.frts_command)

    def set_frts_command(self, **fields: int) -> None:
        """For hooks: another content of FWSEC's command buffer."""
        self.frts_command.update(fields)
        self.frts.patch(self.frts.command_at, layout.FWSEC_COMMAND.pack(**self.frts_command))

    def check_frts(self) -> None:
        error = self.rd(regs.SCRATCH_FRTS) >> 16
        self.expect(error == 0, f"FRTS error {error:#x}")
        self.expect(self.rd(regs.WPR2_HI) != 0, "WPR2 is not up")
        low = (self.rd(regs.WPR2_LO) & ~0xF) << 8
        self.expect(low == self.meta["frts_offset"], f"WPR2 begins at {low:#x}")

    def write_libos_mailbox(self) -> None:
        self.wr(regs.GSP + regs.MAILBOX0, self.libos_at & 0xFFFFFFFF)
        self.wr(regs.GSP + regs.MAILBOX1, self.libos_at >> 32)

    def prepare_booter(self) -> None:
        self.booter = self.flavour.booter("booter", "booter_load", self.meta_at)

    def riscv_active(self, base: int = regs.GSP) -> bool:
        reg, bit = self.flavour.riscv
        return bool(self.rd(base + reg) & bit)

    def wait_riscv(self) -> None:
        reg, bit = self.flavour.riscv
        self.poll(regs.GSP + reg, bit, bit, "RISC-V active")

    # messages

    def send_commands(self) -> None:
        self.step("sysinfo", lambda: self.rings.send(SET_SYSTEM_INFO, self.system_info()))
        self.step("registry", lambda: self.rings.send(SET_REGISTRY, registry()))

    def system_info(self) -> bytes:
        out = bytearray(0x3A0)
        ident, sub = self.pci.read(0), self.pci.read(0x2C)
        for at, size, value in (
            (0x00, 8, self.bar(0)),
            (0x08, 8, self.bar(1)),
            (0x10, 8, self.bar(2)),
            (0x20, 8, 1 << 8),
            (0x48, 8, (1 << 47) - 4096),
            (0x50, 4, self.flavour.config_mirror),
            (0x54, 4, 0x1000),
            (0x58, 4, ident),
            (0x5C, 4, sub),
            (0x60, 4, self.pci.read(8) & 0xFF),
        ):
            out[at : at + size] = value.to_bytes(size, "little")
        return bytes(out)

    def wait_sequencer(self) -> None:
        self.sequencer = self.rings.wait(RUN_CPU_SEQUENCER)
        self.expect(self.sequencer.sound, "damaged message")
        self.step("sequencer.run", lambda: run_sequencer(self, self.sequencer.payload))

    def wait_init_done(self) -> None:
        self.init_done = self.rings.wait(INIT_DONE)
        self.expect(self.init_done.sound, "damaged message")

    def get_static_info(self) -> None:
        self.static_info: Message = self.rings.call(GET_STATIC_INFO, bytes(0x678))
        self.expect(self.static_info.sound, "damaged message")
        self.expect(len(self.static_info.payload) >= 0x678, "short reply")

    # and back

    def unload(self) -> None:
        steps = self.flavour.unload_steps() or (
            ("sb", lambda: self.run_ucode(self.sb)),
            ("unloader", lambda: self.run_ucode(self.unloader)),
        )
        for name, action in (
            ("unload-rpc", lambda: self.rings.call(UNLOADING, bytes(8))),
            ("unload-wait", self.wait_unloaded),
            *steps,
            ("wpr2-gone", self.check_wpr2_down),
        ):
            self.step(name, action)

    def wait_unloaded(self) -> None:
        self.poll(regs.GSP + regs.MAILBOX0, 1 << 31, 1 << 31, "GSP-RM has ended")
