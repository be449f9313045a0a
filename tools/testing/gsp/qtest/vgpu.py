# SPDX-License-Identifier: GPL-2.0-only
"""What a vGPU host does after the boot: types, plugin tasks, messages to them.

A step takes fields, so that a test can do all well but one:

    p = Plugin(d, gfid=2, channels=48)
    p.start()
"""

from __future__ import annotations

import hashlib
import struct

from . import layout, regs, rpc, ucodes
from .harness import equal
from .layout import G, K, M
from .minidriver import Driver
from .pci import EXT_CAP_SRIOV
from .test_rm import CLIENT, H_SUBDEVICE, OK, control, tree

HEAP_WITH_VGPU = 581 * M
PARTITIONS = 32
ADA = 0x19
PRIV_DOORBELL, HANDLE = regs.INTR + 0x2200, 17
BOOTLOAD, SHUTDOWN, ADD_TYPES, CLEANUP = 0x20804001, 0x20804002, 0x20804003, 0x20804008
MGR_CONFIG, HETERO, VMMU_SEGMENT, ECC_STATUS = 0x2080400B, 0x2080400E, 0x2080017E, 0x2080012F
PLUGIN_EVENT = 0x100D
BOOTLOADED, UNLOADED, CRASHED = 0, 1, 2
VERSION, CONFIG, RESET, BME = 1, 2, 3, 13
MAGIC = 0x4E654A6F
RECORD, TYPES_MAX, ADD_SIZE, BOOTLOAD_SIZE = 5224, 64, 334344, 6616
ENGINES = 84

# the buffer: pages that host and plugin share, then the logs
RESPONSE, MESSAGE, MIGRATION, ERROR = 0x1000, 0x2000, 0x3000, 0x203000
LOGS = ((0x204000, 128 * K), (0x224000, 256 * K), (0x264000, 64 * K))
TOTAL = 0x274000


# the boot


def vf_info(d: Driver) -> bytes:
    """gspVFInfo, from the capability."""
    cap = d.pci.find_ext_cap(EXT_CAP_SRIOV)
    bars = [d.pci.read(cap + 0x24 + 4 * i) for i in range(5)]
    wide = [bars[i] & 6 == 4 for i in (0, 1, 3)]
    addresses = [bars[0] & ~0xF, bars[1] & ~0xF | bars[2] << 32, bars[3] & ~0xF | bars[4] << 32]
    total, first = d.pci.read(cap + 0xC) >> 16, d.pci.read(cap + 0x14) & 0xFFFF
    return struct.pack("<II3Q3B", total, first, *addresses, *wide)


def scrub(d: Driver) -> None:
    """The WPR heap reaches below what is scrubbed at power-on; only Ada cares."""
    if d.chip_id >> 4 == ADA and d.rd(regs.SCRUBBER) >> 29 < 3:
        d.run_ucode(ucodes.from_file(d, "scrubber", "scrubber", 0))


def enable(d: Driver, partitions: int = PARTITIONS, info: bool = True) -> None:
    """Make the next boot one with vGPU."""

    def regions(d: Driver) -> None:
        sizes = d.fb_size, d.image_size, len(d.bootloader.payload)
        d.meta.update(layout.fb_layout(*sizes, HEAP_WITH_VGPU), vf_partitions=partitions)

    def sysinfo(d: Driver) -> None:
        out = bytearray(d.system_info())
        if info:
            data = vf_info(d)
            out[0x358 : 0x358 + len(data)] = data
        d.rings.send(rpc.SET_SYSTEM_INFO, bytes(out))

    keys = {**rpc.DEFAULT_KEYS, "RMSetSriovMode": 1}
    d.after("layout", regions)
    d.before("booter.prepare", scrub)
    d.instead("sysinfo", sysinfo)
    d.instead("registry", lambda d: d.rings.send(rpc.SET_REGISTRY, rpc.registry(keys)))


def boot(d: Driver, **options) -> None:
    enable(d, **options)
    tree(d)


def ctrl(d: Driver, cmd: int, params: bytes) -> tuple[int, bytes]:
    return control(d, CLIENT, H_SUBDEVICE, cmd, params)


# types


def record(number: int, most: int = 32, size: int = G, heap: int = 32 * M, sign: bool = True):
    """A vGPU type with the model's own signature."""
    out = bytearray(RECORD)
    struct.pack_into("<I32s", out, 0, number, f"NVIDIA MODEL-{number}".encode())
    struct.pack_into("<I", out, 324, most)
    struct.pack_into("<3Q", out, 384, size, size, heap)
    parts = [struct.pack("<II", part, 570) + bytes(out) for part in range(4)]
    digests = [hashlib.sha256(b"gsp-synthetic-vgpu-type\0" + part).digest() for part in parts]
    if sign:
        out[68 : 68 + 128] = b"".join(digests)
    return bytes(out)


def add_types(d: Driver, *records: bytes, discard: int = 1, count: int | None = None) -> int:
    head = struct.pack("<B3xI", discard, len(records) if count is None else count)
    return ctrl(d, ADD_TYPES, (head + b"".join(records)).ljust(ADD_SIZE, b"\0"))[0]


ONE, FOUR, LAST = 1145, 1149, 1153


def types(d: Driver) -> None:
    """Types of 1 GiB, 4 GiB, and one that fills the board."""
    rows = record(ONE), record(FOUR, 8, 4 * G), record(LAST, 1, 40 * G)
    equal(add_types(d, *rows), OK, "status of ADD_VGPU_TYPE")


# framebuffer, through PRAMIN


def fb_write(d: Driver, addr: int, data: bytes) -> None:
    for at in range(0, len(data), 4):
        d.wr(regs.BAR0_WINDOW, addr + at >> 16)
        d.wr(regs.PRAMIN + (addr + at & 0xFFFF), int.from_bytes(data[at : at + 4], "little"))


def fb_read(d: Driver, addr: int, size: int) -> bytes:
    d.wr(regs.BAR0_WINDOW, addr >> 16)
    at = regs.PRAMIN + (addr & 0xFFFF)
    return b"".join(d.rd(at + i).to_bytes(4, "little") for i in range(0, size, 4))


def events(d: Driver) -> list[tuple[int, int]]:
    """What plugins have told since the last look: (gfid, what)."""
    d.qt.step(5_000_000)
    while message := d.rings.take():
        d.rings.seen.append(message)
    found = [struct.unpack("<II", m.payload) for m in d.rings.seen if m.fn == PLUGIN_EVENT]
    d.rings.seen = [m for m in d.rings.seen if m.fn != PLUGIN_EVENT]
    return found


class Plugin:
    """A plugin task, with framebuffer and channels that do not meet another's."""

    def __init__(self, d: Driver, gfid: int = 1, **fields):
        self.d, self.gfid, self.seq = d, gfid, 0
        self.heap = 32 * G + gfid * 32 * M
        self.fields = {
            "dbdf": 1 << 8 | 3 + gfid,
            "type": 0,
            "swizz": 0xFFFFFFFF,
            "channels": 64,
            "plugin_channels": 3,
            "chid": 2048 - 64 * gfid,
            "chids": None,  # by engine, instead; of engines that it leaves out: 0
            "fb": [(gfid * G, G)],
            "nr_fb": None,
            "heap": self.heap,
            "heap_size": 32 * M,
            "ctrl": 0,
            "logs": [(self.heap + at, size) for at, size in LOGS],
            **fields,
        }
        self.heap = self.fields["heap"]

    # controls

    def params(self) -> bytes:
        f, out = self.fields, bytearray(BOOTLOAD_SIZE)
        head = (f["dbdf"], self.gfid, f["type"], 77, f["swizz"], f["channels"])
        struct.pack_into("<7I", out, 0, *head, f["plugin_channels"])
        chids = [f["chid"] if f["chids"] is None else f["chids"].get(e, 0) for e in range(ENGINES)]
        struct.pack_into(f"<{ENGINES}I", out, 28, *chids)
        struct.pack_into("<I", out, 368, len(f["fb"]) if f["nr_fb"] is None else f["nr_fb"])
        for i, (addr, size) in enumerate(f["fb"]):
            struct.pack_into("<Q", out, 376 + 8 * i, addr)
            struct.pack_into("<Q", out, 3448 + 8 * i, size)
        struct.pack_into("<3Q", out, 6520, f["heap"], f["heap_size"], f["ctrl"])
        struct.pack_into("<6Q", out, 6544, *(value for log in f["logs"] for value in log))
        return bytes(out)

    def bootload(self) -> int:
        return ctrl(self.d, BOOTLOAD, self.params())[0]

    def shutdown(self) -> int:
        return ctrl(self.d, SHUTDOWN, struct.pack("<I", self.gfid))[0]

    def cleanup(self) -> int:
        return ctrl(self.d, CLEANUP, struct.pack("<I", self.gfid))[0]

    # the buffer

    def word(self, at: int) -> int:
        return int.from_bytes(fb_read(self.d, self.heap + at, 4), "little")

    def write(self, at: int, data: bytes) -> None:
        fb_write(self.d, self.heap + at, data)

    def control_page(self, version: int = 1, **offsets: int) -> None:
        at = {"response": RESPONSE, "message": MESSAGE, "migration": MIGRATION, "error": ERROR}
        at.update(offsets)
        self.write(8, bytes(8) + struct.pack("<4Q", *at.values()) + bytes(16))
        self.write(RESPONSE, bytes(16))
        self.write(0, struct.pack("<I", version))

    def ring(self, handle: int = HANDLE) -> None:
        self.d.wr(PRIV_DOORBELL, self.gfid * 32 + handle)

    def post(self, message: int, payload: bytes = b"", seq: int | None = None) -> None:
        """A message, without a look at what becomes of it."""
        self.seq = self.seq + 1 if seq is None else seq
        self.write(MESSAGE, payload)
        self.write(4, struct.pack("<II", message, self.seq))
        self.ring()

    def call(self, message: int, payload: bytes = b"", seq: int | None = None) -> int | None:
        """result_code; None: no answer."""
        self.post(message, payload, seq)
        self.d.qt.step(2_000_000)
        return self.word(RESPONSE + 8) if self.word(RESPONSE + 4) == self.seq else None

    def config(self, number: int = ONE, **fields: int | bytes) -> bytes:
        """SETUP_CONFIG_PARAMS_AND_INIT; a field of "at_N" is a byte there."""
        f, out = self.fields, bytearray(112)
        struct.pack_into("<16sI", out, 0, b"0123456789abcdef", fields.get("dbdf", f["dbdf"]))
        channels = fields.get("channels", f["channels"])
        plugin = fields.get("plugin_channels", f["plugin_channels"])
        numbers = (0xC1D00001, number, 77, f["swizz"], channels, plugin, 0, 0x4000, 4, 2)
        struct.pack_into("<10IQ", out, 24, *numbers, 4096)
        out[76] = 1
        for name, value in fields.items():
            if name.startswith("at_"):
                out[int(name[3:])] = value
        return bytes(out)

    # all of it

    def start(self) -> Plugin:
        """Up to a plugin that can be talked to."""
        equal(self.bootload(), OK, f"status of BOOTLOAD of GFID {self.gfid}")
        equal(events(self.d), [(self.gfid, BOOTLOADED)], "events")
        equal(self.word(8), MAGIC, "word of the sequence")
        self.control_page()
        return self

    def ready(self, number: int = ONE) -> Plugin:
        """Up to a plugin that is configured."""
        self.start()
        equal(self.call(VERSION), OK, "result of VERSION_NEGOTIATION")
        equal(self.call(CONFIG, self.config(number)), OK, "result of SETUP_CONFIG")
        return self

    def again(self) -> Plugin:
        """The same in the heap of one that is gone."""
        self.write(0, bytes(64))
        self.seq = 0
        return self.ready()

    def stop(self) -> None:
        equal(self.shutdown(), OK, "status of SHUTDOWN")
        equal(events(self.d), [(self.gfid, UNLOADED)], "events")
        equal(self.cleanup(), OK, "status of CLEANUP")
