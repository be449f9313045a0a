# SPDX-License-Identifier: GPL-2.0-only
"""Turing and GA100: ucode is written by PIO and entered by a stub of its own.

FWSEC is not written at all: a small boot loader is, with a descriptor that says
where in memory FWSEC lies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fw import bl, hs, vbios
from fw.layout import Table, pad

from . import layout, regs
from .falcon import UNIT, Falcon, Ucode
from .flavour import Flavour

AINCW, SECURE = 1 << 24, 1 << 28
LOADER_DMA = 4  # the aperture that the loader uses
NO_SIGNATURE = {"signature_at": 0, "engine_mask": 0, "ucode_id": 0}

LOADER_DESC = Table(
    "flcn_bl_dmem_desc",
    ("reserved", "bytes16"),
    ("signature", "bytes16"),
    ("ctx_dma", "u32", LOADER_DMA),
    ("code_dma_base", "u64"),
    ("non_sec_code_off", "u32"),
    ("non_sec_code_size", "u32"),
    ("sec_code_off", "u32"),
    ("sec_code_size", "u32"),
    ("code_entry_point", "u32"),
    ("data_dma_base", "u64"),
    ("data_size", "u32"),
    ("argc", "u32"),
    ("argv", "u32"),
)


@dataclass
class StubUcode(Ucode):
    """A run of a falcon without a boot ROM."""

    entry: tuple[int, int, int] = (0, 0, 0)  # code that is not secure, as Ucode.code
    secure: int = SECURE  # flag of IMEMC for the rest
    tag_step: int = 1  # from one block to the next
    loader: bytes = b""  # code of the generic boot loader, if that loads the rest
    loader_tag: int = 0
    desc: dict = field(default_factory=dict)  # fields of its descriptor


class StubFalcon(Falcon):
    """PIO, and scrubbing that DMACTL tells of."""

    def run(self, u: StubUcode) -> int:
        d = self.driver
        if u.loader and not u.addr:
            u.addr = d.mem.put(pad(u.image, UNIT), UNIT)
        for name, action in (
            ("reset", lambda: self.reset(u.base)),
            ("aperture", lambda: self.aperture(u)),
            ("imem", lambda: self.write_code(u)),
            ("dmem", lambda: self.write_data(u)),
            ("bootvec", lambda: d.wr(u.base + regs.BOOTVEC, u.bootvec)),
            ("mailbox", lambda: self.mailbox(u)),
            ("start", lambda: self.start(u.base)),
            ("halt", lambda: self.wait_halt(u.base)),
        ):
            d.step(f"{u.name}.{name}", action)
        return d.rd(u.base + regs.MAILBOX0)

    def reset(self, base: int) -> None:
        d = self.driver
        d.wr(base + regs.ENGINE, d.rd(base + regs.ENGINE) | 1)
        d.qt.step(10_000)
        d.wr(base + regs.ENGINE, d.rd(base + regs.ENGINE) & ~1)
        d.poll(base + regs.DMACTL, 6, 0, "memory scrubbed")
        d.wr(base + regs.RM, d.rd(regs.BOOT_0))

    def aperture(self, u: StubUcode) -> None:
        d = self.driver
        d.wr(u.base + regs.FBIF_CTL, d.rd(u.base + regs.FBIF_CTL) | u.fbif_ctl)
        d.wr(u.base + regs.DMACTL, 0)
        if u.loader:
            reg = u.base + regs.TRANSCFG + 4 * LOADER_DMA
            d.wr(reg, d.rd(reg) & ~7 | u.transcfg)

    def write_imem(self, base: int, at: int, data: bytes, tag: int, flags=0, step=1) -> None:
        d = self.driver
        d.wr(base + regs.IMEMC, at | AINCW | flags)
        for block in range(0, len(data), UNIT):
            d.wr(base + regs.IMEMT, tag)
            tag += step
            self.words(base + regs.IMEMD, data[block : block + UNIT])

    def words(self, port: int, data: bytes) -> None:
        for at in range(0, len(data), 4):
            self.driver.wr(port, int.from_bytes(data[at : at + 4], "little"))

    def imem_size(self, base: int) -> int:
        return (self.driver.rd(base + regs.HWCFG) & 0x1FF) * UNIT

    def write_code(self, u: StubUcode) -> None:
        if u.loader:
            code = pad(u.loader, UNIT)
            self.write_imem(u.base, self.imem_size(u.base) - len(code), code, u.loader_tag)
            return
        for (source, target, size), flags in ((u.entry, 0), (u.code, u.secure)):
            code = u.image[source : source + size]
            self.write_imem(u.base, target, code, target // UNIT, flags, u.tag_step)

    def write_data(self, u: StubUcode) -> None:
        d = self.driver
        source, target, size = u.data
        data = u.image[source : source + size]
        if u.loader:
            fields = {
                "code_dma_base": u.addr,
                "non_sec_code_off": u.entry[1],
                "non_sec_code_size": u.entry[2],
                "sec_code_off": u.code[1],
                "sec_code_size": u.code[2],
                "data_dma_base": u.addr + source,
                "data_size": size,
            }
            data, target = LOADER_DESC.pack(**{**fields, **u.desc}), 0
        d.wr(u.base + regs.DMEMC, target | AINCW)
        self.words(u.base + regs.DMEMD, data)


class FlavourA(Flavour):
    """Turing."""

    riscv = regs.RISCV_STATUS, 1

    def __init__(self, driver):
        super().__init__(driver)
        self.falcon = StubFalcon(driver)

    def set_flush_page(self, addr: int) -> None:
        self.driver.wr(regs.FLUSH_LO, addr >> 8)

    def fb_size(self) -> int:
        value = self.driver.rd(regs.MEMORY_RANGE)
        size = (value >> 4 & 0x3F) << (value & 0xF) + 20
        return size // 16 * 15 if value >> 30 & 1 else size

    def fb_layout(self, image_size: int, bootloader_size: int) -> dict[str, int]:
        heap = layout.heap_size_libos2(self.driver.fb_size)
        return layout.fb_layout(self.driver.fb_size, image_size, bootloader_size, heap)

    def fwsec(self, name: str, init_cmd: int, command: dict[str, int]) -> StubUcode:
        """With descriptor version 2; its signature is part of it."""
        rom = self.driver.rom
        desc, mapper = vbios.fwsec_desc(rom), vbios.mapper(rom)
        start = desc.base + (desc["hdr"] >> 16)
        secure, data_at = desc["imem_sec_size"], desc["dmem_offset"]
        entry_size = desc["imem_load_size"] - secure
        source = desc["imem_sec_base"] - desc["imem_virt_base"]
        loader = bl.read(self.driver.files["gen_bootloader"])
        code_at, tag = loader.desc["code_off"], loader.desc["start_tag"]
        u = StubUcode(
            name=name,
            base=regs.GSP,
            image=rom[start : start + desc["imem_load_size"] + desc["dmem_load_size"]],
            entry=(0, desc["imem_phys_base"], entry_size),
            code=(source, desc["imem_phys_base"] + source, secure),
            data=(data_at, desc["dmem_phys_base"], desc["dmem_load_size"]),
            bootvec=tag << 8,
            loader=loader.payload[code_at : code_at + loader.desc["code_size"]],
            loader_tag=tag,
            command_at=data_at + mapper["cmd_in_buffer_offset"],
            init_cmd_at=mapper.where("init_cmd") - start,
            interface_at=data_at + desc["interface_offset"],
            **NO_SIGNATURE,
        )
        u.patch(u.init_cmd_at, init_cmd.to_bytes(4, "little"))
        packed = layout.FWSEC_COMMAND.pack(**command)
        u.patch(u.command_at, packed if init_cmd == layout.CMD_FRTS else packed[:24])
        return u

    def booter(self, name: str, file: str, mailbox: int) -> StubUcode:
        """Signed with the last signature of its file: no fuse tells of another."""
        f = hs.read(self.driver.files[file])
        app, load = f.apps[0], f.load
        u = StubUcode(
            name=name,
            base=regs.SEC2,
            image=f.payload,
            entry=(0, load["os_code_offset"], load["os_code_size"]),
            code=(load["os_code_size"], app["offset"], app["size"]),
            data=(load["os_data_offset"], 0, load["os_data_size"]),
            bootvec=load["os_code_offset"],
            mailbox0=mailbox & 0xFFFFFFFF,
            mailbox1=mailbox >> 32,
            **{**NO_SIGNATURE, "signature_at": f.patch_loc - load["os_data_offset"]},
        )
        u.patch(f.patch_loc, f.signatures[-1])
        return u

    def select_riscv(self) -> None:
        """There is nothing to select."""


class FlavourB(FlavourA):
    """GA100: no FRTS, and the end of framebuffer may be locked."""

    has_frts = False

    def set_flush_page(self, addr: int) -> None:
        Flavour.set_flush_page(self, addr)

    def locked_from(self) -> int:
        """Where framebuffer ends that MMU_LOCK leaves."""
        d = self.driver
        low, high = ((d.rd(reg) >> 4) << 12 for reg in (regs.LOCK_LO, regs.LOCK_HI))
        readable = d.rd(regs.LOCK_MASK) & 1
        return low if readable and high >= low else d.fb_size

    def fb_layout(self, image_size: int, bootloader_size: int) -> dict[str, int]:
        size = self.driver.fb_size
        heap = layout.heap_size_libos2(size)
        end = self.locked_from()
        return layout.fb_layout(size, image_size, bootloader_size, heap, frts_size=0, end=end)
