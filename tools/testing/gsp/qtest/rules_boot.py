# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules about FWSEC and about the WPR meta that booter_load reads."""

from __future__ import annotations

from fw import elf, vbios
from fw.fwsec import Fwsec

from .harness import breaks
from .layout import K, M
from .minidriver import Driver

# FWSEC

NO_MAPPER = vbios.build(vbios.Rom(fwsec=Fwsec(mapper_signature=b"XMAP")))


@breaks("fwsec-appif", "frts", rom=NO_MAPPER)
def _(d: Driver) -> None:
    """The signature holds, for nothing was written into the data either."""

    def untouched(d: Driver) -> None:
        d.frts.patch(d.frts.init_cmd_at, bytes(4))
        d.frts.patch(d.frts.command_at, bytes(44))

    d.after("frts.prepare", untouched)


@breaks("fwsec-command", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: d.frts.patch(d.frts.init_cmd_at, b"\x77"))


def _command(d: Driver, **fields: int) -> None:
    d.after("frts.prepare", lambda d: d.set_frts_command(**fields))


@breaks("fwsec-command-buffer", "frts")
def _(d: Driver) -> None:
    _command(d, vbios_ver=2)


@breaks("fwsec-command-buffer/header-size", "frts")
def _(d: Driver) -> None:
    _command(d, vbios_hdr=20)


@breaks("fwsec-command-buffer/frts-version", "frts")
def _(d: Driver) -> None:
    _command(d, frts_ver=7)


@breaks("fwsec-command-buffer/frts-header-size", "frts")
def _(d: Driver) -> None:
    _command(d, frts_hdr=24)


@breaks("frts-type", "frts")
def _(d: Driver) -> None:
    _command(d, frts_type=1)


@breaks("frts-misaligned", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: d.set_frts_command(frts_addr=d.frts_command["frts_addr"] - 1))


@breaks("frts-misaligned/size", "frts")
def _(d: Driver) -> None:
    _command(d, frts_size=0x101)


@breaks("frts-out-of-range", "frts")
def _(d: Driver) -> None:
    d.after("frts.prepare", lambda d: d.set_frts_command(frts_addr=d.fb_size >> 12))


@breaks("frts-out-of-range/empty", "frts")
def _(d: Driver) -> None:
    _command(d, frts_size=0)


@breaks("frts-out-of-range/address-huge", "frts")
def _(d: Driver) -> None:
    _command(d, frts_addr=0xFFFFFFE0)


@breaks("frts-wpr2-up", "frts")
def _(d: Driver) -> None:
    d.after("frts-check", lambda d: d.run_ucode(d.frts))


# WPR meta: one field changed in each


def _meta(rule: str, **options):
    """A break that changes the meta: the function returns the changed fields."""

    def register(function):
        def prepare(d: Driver) -> None:
            d.before("meta", change)
            d.after("meta", restore)

        def change(d: Driver) -> None:
            d.sound_meta = dict(d.meta)
            d.meta.update(function(d.meta))

        def restore(d: Driver) -> None:
            d.meta = d.sound_meta

        return breaks(rule, "booter", **options)(prepare)

    return register


_meta("wprmeta-magic")(lambda m: {"magic": 0x8A3BB9E6C6C39D92})
_meta("wprmeta-revision")(lambda m: {"revision": 2})
_meta("wprmeta-verified")(lambda m: {"verified": 0xA0A0A0A0A0A0A0A0})
_meta("wprmeta-fb-size")(lambda m: {"fb_size": m["fb_size"] - M})
_meta("wprmeta-out-of-fb")(lambda m: {"vga_size": m["vga_size"] + M})
_meta("wprmeta-out-of-fb/wrap")(lambda m: {"heap_size": (1 << 64) - M})
_meta("wprmeta-alignment")(lambda m: {"fw_offset": m["fw_offset"] - 4 * K})
_meta("wprmeta-alignment/boot")(lambda m: {"boot_offset": m["boot_offset"] - 16})
_meta("wprmeta-alignment/heap")(
    lambda m: {"heap_offset": m["heap_offset"] + 64 * K, "heap_size": m["heap_size"] - M}
)
_meta("wprmeta-alignment/wpr-start")(lambda m: {"wpr_start": m["wpr_start"] + 128 * K})
_meta("wprmeta-alignment/heap-size")(lambda m: {"heap_size": m["heap_size"] - 64 * K})
_meta("wprmeta-alignment/nonwpr-size")(lambda m: {"nonwpr_size": m["nonwpr_size"] - 4 * K})
_meta("wprmeta-layout-overlap")(lambda m: {"heap_size": m["heap_size"] + M})
_meta("wprmeta-layout-overlap/boot-in-frts")(lambda m: {"boot_offset": m["frts_offset"]})
_meta("wprmeta-layout-overlap/image-in-boot")(
    lambda m: {"fw_offset": m["boot_offset"] & -64 * K}
)
_meta("wprmeta-layout-overlap/meta-in-heap")(lambda m: {"wpr_start": m["heap_offset"]})
_meta("wprmeta-layout-overlap/nonwpr-in-wpr")(
    lambda m: {"nonwpr_offset": m["wpr_start"], "rsvd_start": m["wpr_start"]}
)
_meta("wprmeta-frts-mismatch")(lambda m: {"frts_size": m["frts_size"] - 128 * K})
_meta("wprmeta-heap-too-small")(lambda m: {"heap_size": 87 * M})
_meta("wprmeta-sysmem-address")(lambda m: {"sysmem_radix3": 0})
_meta("wprmeta-sysmem-address/unaligned")(
    lambda m: {"sysmem_signature": m["sysmem_signature"] + 8}
)
_meta("wprmeta-sysmem-address/bootloader")(
    lambda m: {"sysmem_bootloader": m["sysmem_bootloader"] + 8}
)


_meta("wprmeta-wpr-end")(
    lambda m: {
        "vga_offset": m["vga_offset"] + 128 * K,
        "vga_size": m["vga_size"] - 128 * K,
        "wpr_end": m["wpr_end"] + 128 * K,
    }
)


# the image, its table, its signature, the bootloader


def _poke(what: str, offset: int, data: bytes):
    """Overwrite memory at one of the driver's addresses before booter_load runs."""

    def prepare(d: Driver) -> None:
        d.after("image", lambda d: d.qt.write(getattr(d, what) + offset, data))

    return prepare


breaks("bootloader-unknown", "booter")(_poke("bootloader_at", 0, b"unknown"))
breaks("bootloader-unknown/payload", "booter")(_poke("bootloader_at", 0x800, b"changed"))
breaks("radix3-pte-misaligned", "booter")(_poke("level0_at", 0, b"\x08"))
breaks("radix3-pte-misaligned/level1", "booter")(_poke("level1_at", 1, b"\x01"))
breaks("radix3-pte-misaligned/level2", "booter")(_poke("level2_at", 3 * 8, b"\x01"))
breaks("radix3-short", "booter")(_poke("level0_at", 0, bytes(8)))
breaks("radix3-short/level1", "booter")(_poke("level1_at", 0, bytes(8)))
breaks("radix3-short/level2", "booter")(_poke("level2_at", 15 * 8, bytes(8)))
breaks("image-digest", "booter")(_poke("image_at", 0x5000, b"changed"))
breaks("image-signature", "booter")(_poke("signature_at", 8, b"changed"))
breaks("image-signature/tail", "booter")(_poke("signature_at", 0x800, b"not zero"))


@breaks("image-signature/other-family", "booter")
def _(d: Driver) -> None:
    def swap(d: Driver) -> None:
        d.qt.write(d.signature_at, elf.content(d.files["gsp"], ".fwsignature_ga10x"))

    d.after("image", swap)


breaks("image-unknown", "booter")(_poke("image_at", 0, b"unknown"))
breaks("image-digest/size-field", "booter")(_poke("image_at", 0x18, b"\x10"))
_meta("image-digest/size")(lambda m: {"radix3_size": m["radix3_size"] - 4 * K})
_meta("bootloader-offsets")(lambda m: {"bootloader_code": m["bootloader_size"]})
_meta("bootloader-offsets/data")(lambda m: {"bootloader_data": 1 << 32})
_meta("bootloader-offsets/manifest")(lambda m: {"bootloader_manifest": m["bootloader_size"]})
