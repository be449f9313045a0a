# SPDX-License-Identifier: GPL-2.0-only
"""What differs between the chips of the model, and the whole boot table on each."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from fw import elf

from . import regs, rpc, test_rm
from .harness import BREAKS, TESTS, Break, breaks, check, equal, test
from .minidriver import SIGNATURES, Driver
from .pci import ROOT_PORT
from .test_registers import arm, taken

BRIDGE_CONTROL, BUS_RESET = 0x3C, 1 << 22
GPC_INFO, TPC_INFO = 0x20800137, 0x20800138
INTR_TABLE, MC_ENGINE_IDX_GSP = 0x20800A5C, 50
RETRIGGER = 0x1103E8
TURING = ("tu102", "tu116")


@dataclass(frozen=True)
class Chip:
    name: str
    chip_id: int
    device: int
    subsystem: int
    board: bytes
    gpcs: int
    multiprocessors: int


CHIPS = (
    Chip("tu102", 0x162, 0x1E30, 0x129E, b"Quadro RTX 8000", 6, 72),
    Chip("tu116", 0x168, 0x2182, 0x2182, b"NVIDIA GeForce GTX 1660 Ti", 3, 24),
    Chip("ga100", 0x170, 0x20F1, 0x145F, b"NVIDIA A100-PCIE-40GB", 7, 108),
    Chip("ga102", 0x172, 0x2235, 0x145A, b"NVIDIA A40", 7, 84),
    Chip("ad102", 0x192, 0x26B5, 0x169D, b"NVIDIA L40", 12, 142),
    Chip("gh100", 0x180, 0x2331, 0x1626, b"NVIDIA H100 PCIe", 7, 114),
    Chip("gb100", 0x1A0, 0x2901, 0x1999, b"NVIDIA B200", 8, 148),
    Chip("gb202", 0x1B2, 0x2BB5, 0x204E, b"NVIDIA RTX PRO 6000 Blackwell Server Edition", 12, 188),
)
OTHERS = ("tu102", "tu116", "ga100", "ga102")  # every other test is about ad102
FSP = ("gh100", "gb100", "gb202")
STUBS = ("tu102", "tu116", "ga100")


def control(d: Driver, cmd: int, params: bytes) -> bytes:
    """A control on RM's own subdevice, which works."""
    client, _, subdevice = struct.unpack_from("<3I", d.static_info.payload, 0x640)
    status, reply = test_rm.control(d, client, subdevice, cmd, params)
    equal(status, 0, f"status of control {cmd:#x}")
    return reply


def about(chip: Chip) -> None:
    @test(f"{chip.name}.identity", gpu=f",chip={chip.name}")
    def _(d: Driver) -> None:
        equal(d.rd(regs.BOOT_0), chip.chip_id << 20 | 0xA1, "BOOT_0")
        equal(d.rd(regs.BOOT_42), chip.chip_id << 20 | 0xA1000, "BOOT_42")
        equal(d.pci.read(0), chip.device << 16 | 0x10DE, "device and vendor")
        equal(d.pci.read(0x2C), chip.subsystem << 16 | 0x10DE, "subsystem")

    @test(f"{chip.name}.board", gpu=f",chip={chip.name}")
    def _(d: Driver) -> None:
        d.boot()
        name = d.static_info.payload[0x4EC : 0x4EC + 64].split(b"\0")[0]
        equal(name, chip.board, "gpuNameString")
        (mask,) = struct.unpack("<I", control(d, GPC_INFO, bytes(4)))
        equal(mask, (1 << chip.gpcs) - 1, "GPCs")
        tpcs = 0
        for gpc in range(chip.gpcs):
            found = control(d, TPC_INFO, struct.pack("<II", gpc, 0))
            tpcs += struct.unpack("<II", found)[1].bit_count()
        equal(2 * tpcs, chip.multiprocessors, "multiprocessors")

    @test(f"{chip.name}.vector-of-the-table-interrupts", gpu=f",chip={chip.name}")
    def _(d: Driver) -> None:
        d.boot()
        vector = stall_vector(d)
        target = arm(d, vector)
        d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
        d.rings.call(rpc.NOP, b"")
        check(taken(d, target), f"no MSI for a message, vector {vector}")
        resamples(d, vector, target) if chip.name in TURING else retriggers(d, vector, target)


def stall_vector(d: Driver) -> int:
    """Where the interrupt table says that the GSP interrupts."""
    table = control(d, INTR_TABLE, bytes(2068))
    (count,) = struct.unpack_from("<I", table)
    for index in range(count):
        engine, _, stall, _ = struct.unpack_from("<H2xIII", table, 4 + 16 * index)
        if engine == MC_ENGINE_IDX_GSP:
            return stall
    check(False, "no entry of the GSP")
    return 0


def retriggers(d: Driver, vector: int, target: int) -> None:
    """SWGEN0 still stands: INTR_RETRIGGER pulses again, and not once it is cleared."""
    leaf = regs.LEAF + 4 * (vector // 32)
    for level in (True, False):
        d.wr(leaf, 1 << vector % 32)
        d.wr(regs.MSI_REARM, 0)
        if not level:
            d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
        d.wr(RETRIGGER, 1)
        equal(taken(d, target), level, f"MSI by INTR_RETRIGGER, SWGEN0 {level}")


def resamples(d: Driver, vector: int, target: int) -> None:
    """Turing: the leaf shows SWGEN0 until that is cleared, and is not latched."""
    leaf, bit = regs.LEAF + 4 * (vector // 32), 1 << vector % 32
    d.wr(leaf, bit)
    equal(d.rd(leaf) & bit, bit, "leaf while SWGEN0 stands")
    d.wr(regs.MSI_REARM, 0)
    check(taken(d, target), "no MSI for a level that stands")
    d.wr(regs.GSP + regs.IRQSCLR, regs.SWGEN0)
    equal(d.rd(leaf) & bit, 0, "leaf once SWGEN0 is cleared")
    d.wr(regs.MSI_REARM, 0)
    check(not taken(d, target), "MSI without a level")


for each in CHIPS:
    about(each)


@test("boot.after-a-bus-reset")
def _(d: Driver) -> None:
    """The bridge's secondary bus reset stops a running GSP-RM."""
    d.boot()
    value = d.pci.read(BRIDGE_CONTROL, ROOT_PORT)
    d.pci.write(BRIDGE_CONTROL, value | BUS_RESET, ROOT_PORT)
    d.pci.write(BRIDGE_CONTROL, value, ROOT_PORT)
    equal(d.qt.get("state"), "reset", "state")
    equal(d.qt.get("wpr2-up"), False, "wpr2-up")
    d.pci.assign_bars()
    d.pci.enable()
    d.mem.reset()
    d.boot()
    d.unload()


@test("faults.gone-everywhere")
def _(d: Driver) -> None:
    """All ones from every BAR and from the MSI-X table, which is memory of its own."""
    d.boot()
    places = {f"BAR{index}": base for index, (base, _) in d.pci.bars.items()}
    places["MSI-X table"] = d.bar0 + 0xB90000
    d.qt.set("fault", "gone")
    equal(d.pci.read(0), 0xFFFFFFFF, "configuration space")
    for name, place in places.items():
        equal(d.qt.readl(place), 0xFFFFFFFF, name)
    d.qt.set("fault", "")
    check(d.pci.read(0) != 0xFFFFFFFF, "the device never comes back")


@breaks("image-signature/other-chip", "booter", gpu=",chip=ga102")
def _(d: Driver) -> None:
    """The sound signature of the same image, made for Ada."""
    ada = elf.content(d.files["gsp"], SIGNATURES[0x192])
    d.after("image", lambda d: d.qt.write(d.signature_at, ada))


# the boot table again, on the other chips; a VBIOS from a file has Ada's FWSEC, and
# Turing and GA100 cannot say how large an odd board is
for other in OTHERS:
    for entry in [e for e in TESTS if e.name.startswith(("boot.", "unload."))]:
        if other in STUBS and (entry.rom or entry.name == "boot.odd-board"):
            continue
        name, properties = f"{other}.{entry.name}", f",chip={other}{entry.gpu}"
        TESTS.append(replace(entry, name=name, gpu=properties))

# and on those that boot in another way, without what is about VBIOS, fuses, falcons and
# the sequencer
NOT_FSP = (
    "boot.fused-versions",
    "boot.fused-gsp-1",
    "boot.gsp-start-without-code",
    "boot.riscv-active-at-once",
    "boot.sequencer-message",
    "boot.init-done-is-the-contracts-vector",
    "channel.engines-are-listed",
)
for other in FSP:
    for entry in [e for e in TESTS if e.name.startswith(("boot.", "unload.", "channel."))]:
        if not entry.rom and entry.name not in NOT_FSP:
            name, properties = f"{other}.{entry.name}", f",chip={other}{entry.gpu}"
            TESTS.append(replace(entry, name=name, gpu=properties))

# and the rules that boot firmware and GSP-RM have on every chip
MODULES = ("rules_boot", "rules_booter", "rules_rm", "rules_pci")
OF_ADA = (
    "booter-needs-scrubber",
    "image-signature/other-",
    "wprmeta-heap-too-small",  # libos 2 has a limit of its own
    "privileged-register-write/fb-size",
    "privileged-register-write/fuse",
)
OF_FRTS = (
    "booter-gsp-not-reset",  # nothing was loaded into it
    "booter-needs-frts",
    "frts-",
    "fwsec-",
    "wprmeta-frts",
    "wprmeta-wpr-end",
)


def repeats(entry: Break, chip: str) -> bool:
    """Does this way of breaking a rule mean anything on a chip without a boot ROM?"""
    absent = OF_ADA + (OF_FRTS if chip == "ga100" else ())
    plain = not (entry.gpu or entry.rom or entry.devices or entry.machine)
    known = entry.prepare.__module__.split(".")[-1] in MODULES
    return plain and known and not entry.rule.startswith(absent)


for other in ("tu102", "ga100"):
    for entry in [e for e in BREAKS.values() if repeats(e, other)]:
        rule = f"{entry.rule}/{other}" if "/" in entry.rule else f"{entry.rule}/on/{other}"
        BREAKS[rule] = replace(entry, rule=rule, gpu=f",chip={other}")

# what GSP-RM demands does not depend on how it was booted; without a sequencer program
# it is ready at once, and the mirror of others is another
OTHERWISE = ("sequencer", "registry-repeated", "sysinfo-config-mirror")
for entry in [e for e in BREAKS.values() if e.prepare.__module__.endswith(".rules_rm")]:
    plain = not (entry.gpu or entry.devices or entry.machine)
    if entry.fails is None or not plain or entry.rule.startswith(OTHERWISE):
        continue
    rule = f"{entry.rule}/gb202" if "/" in entry.rule else f"{entry.rule}/on/gb202"
    fails = "init-done" if entry.fails.startswith("sequencer") else entry.fails
    BREAKS[rule] = replace(entry, rule=rule, gpu=",chip=gb202", fails=fails)
