# SPDX-License-Identifier: GPL-2.0-only
"""Ucode made ready to run: out of the VBIOS or out of a file, signature patched in."""

from __future__ import annotations

from fw import fwsec, hs, sign, vbios

from . import layout, regs
from .falcon import Ucode


def fuse_version(driver, fuses: int, ucode_id: int) -> int:
    """The fused version of a ucode: position of the highest bit, from 1."""
    return driver.rd(fuses + 4 * (ucode_id - 1)).bit_length()


def from_vbios(driver, name: str, init_cmd: int, command: dict[str, int]) -> Ucode:
    """FWSEC, signed for the fused version, told what to do."""
    rom = driver.rom
    desc, mapper = vbios.fwsec_desc(rom), vbios.mapper(rom)
    start = desc.base + (desc["hdr"] >> 16)
    imem, dmem = desc["imem_load_size"], desc["dmem_load_size"]
    u = Ucode(
        name=name,
        base=regs.GSP,
        image=rom[start : start + imem + dmem],
        code=(0, desc["imem_phys_base"], imem),
        data=(imem, desc["dmem_phys_base"], dmem),
        signature_at=desc["pkc_data_offset"],
        engine_mask=desc["engine_id_mask"],
        ucode_id=desc["ucode_id"],
        bootvec=0,
        command_at=imem + mapper["cmd_in_buffer_offset"],
        init_cmd_at=mapper.where("init_cmd") - start,
        interface_at=imem + desc["interface_offset"],
    )
    patch_fwsec_signature(driver, u, fuse_version(driver, regs.FUSE_GSP, u.ucode_id))
    u.patch(u.init_cmd_at, init_cmd.to_bytes(4, "little"))
    packed = layout.FWSEC_COMMAND.pack(**command)
    u.patch(u.command_at, packed if init_cmd == layout.CMD_FRTS else packed[:24])
    return u


def patch_fwsec_signature(driver, u: Ucode, version: int) -> None:
    """Put in the signature for a fuse version."""
    desc = vbios.fwsec_desc(driver.rom)
    index = (desc["signature_versions"] & (1 << version) - 1).bit_count()
    at = desc.base + fwsec.DESC_V3.size + index * sign.SIGNATURE_SIZE
    u.patch(u.data[0] + u.signature_at, driver.rom[at : at + sign.SIGNATURE_SIZE])


def patch_signature(u: Ucode, file: bytes, index: int) -> None:
    """Put in signature number @index of the file."""
    u.patch(u.data[0] + u.signature_at, hs.read(file).signatures[index])


def from_file(driver, name: str, file: str, mailbox: int) -> Ucode:
    """A booter, signed for the fused version."""
    f = hs.read(driver.files[file])
    data_at, data_size = f.load["os_data_offset"], f.load["os_data_size"]
    app = f.apps[0]
    version = fuse_version(driver, regs.FUSE_SEC2, f.meta["ucode_id"])
    index = f.meta["fuse_ver"] - version if version else len(f.signatures) - 1
    u = Ucode(
        name=name,
        base=regs.SEC2,
        image=f.payload,
        code=(app["offset"], 0, app["size"]),
        data=(data_at, 0, data_size),
        signature_at=f.patch_loc - data_at,
        engine_mask=f.meta["engine_id"],
        ucode_id=f.meta["ucode_id"],
        bootvec=app["offset"],
        mailbox0=mailbox & 0xFFFFFFFF,
        mailbox1=mailbox >> 32,
    )
    patch_signature(u, driver.files[file], index)
    return u
