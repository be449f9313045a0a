# SPDX-License-Identifier: GPL-2.0-only
"""Channels: GPFIFO, pushbuffers, semaphores, the copy engine, and what goes wrong."""

from __future__ import annotations

import struct
from collections.abc import Callable

from . import regs
from .harness import check, equal, test
from .minidriver import Driver
from .test_gmmu import SYSMEM, TABLES, VALID, fb_get, fb_put
from .test_registers import arm, taken
from .test_rm import CLIENT, H_DEVICE, H_SUBDEVICE, H_VASPACE, INVALID_ARGUMENT, NOT_FOUND, OK
from .test_rm import alloc, control, free, tree

DIR2, DIR1, DIR0, TABLE, BIG = (TABLES + 0x1000 * i for i in range(5))
CHANNEL = 0xC56F  # Ampere's and Ada's
H_CHANNEL, H_COPY = 0xF1F00000, 0xC7B50000
SET_DIRECTORY, SCHEDULE, BIND = 0x801813, 0xA06F0103, 0xA06F0104
DEVICE_INFO, RC_TRIGGERED = 0x20801112, 0x1004
CONTEXT_BUFFERS, ZCULL_INFO, PROMOTE = 0x20800A32, 0x20801206, 0x2080012B
DOORBELL = 0xBB0090

ROOT = 0x10010000  # page directory, USERD and instance block in framebuffer
USERD, INSTANCE = 0x10020000, 0x10030000
GP_GET, GP_PUT = 0x88, 0x8C
ENTRIES = 32
GR0, COPY2, RUNLIST, CHID = 1, 11, 1, 17
ENGINE_CAPS, NO_RESOURCES = 0x4B4, 0x1A

# virtual pages: the first two are system memory, the others framebuffer
V_GPFIFO, V_PUSH, V_SEMAPHORE, V_SOURCE, V_TARGET, V_HOLE = (0x1000 * n for n in range(1, 7))
SEMAPHORE, SOURCE, TARGET = 0x20000000, 0x20100000, 0x20200000

SEM_ADDR_LO, NON_STALL, LAUNCH, OFFSET_IN = 0x5C, 0x20, 0x300, 0x400
ACQUIRE, RELEASE, ACQ_GEQ = 0, 1, 2
PITCH_COPY = 2 | 1 << 7 | 1 << 8 | 1 << 9


def method(number: int, *data: int, subch: int = 0) -> list[int]:
    """Words of an incrementing method."""
    return [1 << 29 | len(data) << 16 | subch << 13 | number >> 2, *data]


def semaphore(operation: int, payload: int, addr: int = V_SEMAPHORE) -> list[int]:
    return method(SEM_ADDR_LO, addr, 0, payload, 0, operation)


def parameters(engine: int = COPY2, vaspace: int = H_VASPACE, flags: int | None = None) -> bytes:
    """NV_CHANNEL_ALLOC_PARAMS of a channel that we number ourselves."""
    out = bytearray(368)
    struct.pack_into("<QI", out, 0x08, V_GPFIFO, ENTRIES)
    fixed = (CHID & 7) << 8 | CHID >> 3 << 12 | 1 << 21
    struct.pack_into("<I", out, 0x14, fixed if flags is None else flags)
    struct.pack_into("<I", out, 0x1C, vaspace)
    struct.pack_into("<I", out, 0x80, engine)
    struct.pack_into("<QQII", out, 0x90, INSTANCE, 0x1000, 2, 1)
    struct.pack_into("<QQII", out, 0xA8, USERD, 0x200, 2, 1)
    return bytes(out)


class Channel:
    """One scheduled channel, of a copy engine if not told, and the pages it sees."""

    def __init__(self, d: Driver, target: int = TARGET, engine: int = COPY2, runl: int = RUNLIST):
        self.d, self.token = d, d.flavour.doorbell | runl << 16 | CHID
        tree(d)
        self.gpfifo, self.push = d.mem.alloc(4096), d.mem.alloc(4096)
        more = [BIG + 0x1000 * index for index in range(d.flavour.directories - 3)]
        way = [ROOT, *more, DIR2, DIR1, DIR0]
        for page in (*way, TABLE):
            fb_put(d, page, *[0] * 16)
        for page, below in zip(way, way[1:]):
            fb_put(d, page, d.flavour.pde(below))
        fb_put(d, DIR0, 0, d.flavour.pde(TABLE))
        pte = d.flavour.pte
        system = [pte(page, VALID | SYSMEM) for page in (self.gpfifo, self.push)]
        fb_put(d, TABLE + 8, *system, *[pte(at, VALID) for at in (SEMAPHORE, SOURCE, target)])
        fb_put(d, USERD + GP_GET, 0)
        fb_put(d, SEMAPHORE, 0, 0)
        directory = struct.pack("<QIIIIII", ROOT, 4, 0, H_VASPACE, 0, 0, 0)
        equal(control(d, CLIENT, H_DEVICE, SET_DIRECTORY, directory)[0], OK, "SET_PAGE_DIRECTORY")
        status = alloc(d, CLIENT, H_DEVICE, H_CHANNEL, d.flavour.channel, parameters(engine))
        equal(status, OK, "channel")
        equal(control(d, CLIENT, H_CHANNEL, BIND, struct.pack("<I", engine))[0], OK, "BIND")
        self.put, self.at = 0, 0

    def schedule(self, on: bool = True) -> None:
        equal(control(self.d, CLIENT, H_CHANNEL, SCHEDULE, bytes([on, 0]))[0], OK, "SCHEDULE")

    def submit(self, *methods: list[int], addr: int | None = None, ring: bool = True) -> None:
        """Put methods into a segment of their own, and ring the doorbell."""
        words = [word for part in methods for word in part]
        where = V_PUSH + self.at if addr is None else addr
        if addr is None:
            self.d.qt.write(self.push + self.at, struct.pack(f"<{len(words)}I", *words))
            self.at += 4 * len(words)
        entry = where | len(words) << 42
        self.d.qt.write(self.gpfifo + 8 * self.put, struct.pack("<Q", entry))
        self.put = (self.put + 1) % ENTRIES
        self.d.wr(regs.BAR0_WINDOW, USERD >> 16)
        self.d.wr(regs.PRAMIN + GP_PUT, self.put)
        if ring:
            self.d.wr(DOORBELL, self.token)
            self.d.qt.step(1_000_000)

    def value(self) -> int:
        return fb_get(self.d, SEMAPHORE)


def channel(name: str) -> Callable:
    """A test with a scheduled channel."""

    def register(function: Callable[[Channel], None]) -> Callable:
        @test(f"channel.{name}")
        def _(d: Driver) -> None:
            c = Channel(d)
            c.schedule()
            function(c)

        return function

    return register


@channel("semaphore-release")
def _(c: Channel) -> None:
    for payload in (1, 0xCAFE):
        c.submit(semaphore(RELEASE, payload))
        equal(c.value(), payload, "semaphore")
        equal(fb_get(c.d, USERD + GP_GET), c.put, "GPGet")


@channel("gpfifo-wraps")
def _(c: Channel) -> None:
    for payload in range(1, 2 * ENTRIES):
        c.at = 0
        c.submit(semaphore(RELEASE, payload))
        equal(c.value(), payload, "semaphore")


@channel("several-entries-by-one-doorbell")
def _(c: Channel) -> None:
    for payload in (1, 2):
        c.submit(semaphore(RELEASE, payload), ring=False)
    equal(c.value(), 0, "semaphore before the doorbell")
    c.submit([0, 0], semaphore(RELEASE, 3))
    equal(c.value(), 3, "semaphore")


@test("channel.not-before-it-is-scheduled")
def _(d: Driver) -> None:
    c = Channel(d)
    c.submit(semaphore(RELEASE, 5))
    equal(c.value(), 0, "semaphore of a channel that is not scheduled")
    c.schedule()
    c.d.qt.step(1_000_000)
    equal(c.value(), 5, "semaphore")
    c.schedule(False)
    c.submit(semaphore(RELEASE, 6))
    equal(c.value(), 5, "semaphore after it was taken off")


@channel("another-channel's-doorbell")
def _(c: Channel) -> None:
    c.submit(semaphore(RELEASE, 5), ring=False)
    c.d.wr(DOORBELL, c.token + 1)
    c.d.qt.step(1_000_000)
    equal(c.value(), 0, "semaphore")


@channel("semaphore-acquire-waits")
def _(c: Channel) -> None:
    c.submit(semaphore(ACQ_GEQ, 10), semaphore(RELEASE, 99))
    equal(c.value(), 0, "semaphore while it waits")
    fb_put(c.d, SEMAPHORE, 9)
    c.d.qt.step(1_000_000)
    equal(c.value(), 9, "semaphore one too small")
    fb_put(c.d, SEMAPHORE, 10)
    c.d.qt.step(1_000_000)
    equal(c.value(), 99, "semaphore")


@channel("copy")
def _(c: Channel) -> None:
    """Three lines of 16 bytes out of every 32 into every 64."""
    d = c.d
    params = struct.pack("<II", 1, COPY2)
    equal(alloc(d, CLIENT, H_CHANNEL, H_COPY, d.flavour.copy, params), OK, "copy class")
    fb_put(d, SOURCE, *[0x1111111111111111 * n for n in range(1, 13)])
    fb_put(d, TARGET, *[0] * 24)
    lines = method(OFFSET_IN, 0, V_SOURCE, 0, V_TARGET, 32, 64, 16, 3, subch=4)
    launch = method(LAUNCH, PITCH_COPY, subch=4)
    c.submit(method(0, c.d.flavour.copy, subch=4), lines, launch, semaphore(RELEASE, 1))
    equal(c.value(), 1, "semaphore behind the copy")
    for line in range(3):
        for at in (0, 8):
            want = 0x11111111 * (1 + 4 * line + at // 8)
            equal(fb_get(d, TARGET + 64 * line + at), want, f"line {line} + {at}")
        equal(fb_get(d, TARGET + 64 * line + 16), 0, f"behind line {line}")


@channel("interrupt")
def _(c: Channel) -> None:
    target = arm(c.d, 32 + RUNLIST)
    c.submit(semaphore(RELEASE, 1))
    check(not taken(c.d, target), "an interrupt that nobody asked for")
    c.submit(method(NON_STALL, 0))
    check(taken(c.d, target), "no interrupt")


def faults(c: Channel) -> None:
    """RC_TRIGGERED names the channel; nothing more of it is executed."""
    payload = c.d.rings.wait(RC_TRIGGERED).payload
    engine, chid = struct.unpack_from("<2I", payload)
    equal((engine, chid), (COPY2, CHID), "engine and channel")
    equal(struct.unpack_from("<I", payload, 0x10)[0], 31, "exceptType")
    c.submit(semaphore(RELEASE, 77))
    check(c.value() != 77, "the channel goes on after a fault")


@channel("fault-of-the-fetch")
def _(c: Channel) -> None:
    c.submit([0] * 4, addr=V_HOLE)
    faults(c)


@channel("fault-of-a-semaphore")
def _(c: Channel) -> None:
    c.submit(semaphore(RELEASE, 1, V_HOLE), semaphore(RELEASE, 2))
    faults(c)
    equal(c.value(), 0, "semaphore behind the fault")


@channel("fault-inside-wpr2")
def _(c: Channel) -> None:
    fb_put(c.d, TABLE + 8 * 3, c.d.flavour.pte(c.d.meta["frts_offset"], VALID))
    c.submit(semaphore(RELEASE, 1))
    faults(c)


@channel("gone-when-freed")
def _(c: Channel) -> None:
    equal(free(c.d, CLIENT, H_CHANNEL), OK, "free")
    c.submit(semaphore(RELEASE, 1))
    equal(c.value(), 0, "semaphore")


@channel("gone-with-the-firmware")
def _(c: Channel) -> None:
    c.d.unload()
    c.submit(semaphore(RELEASE, 1))
    equal(c.value(), 0, "semaphore")


@test("channel.alloc-errors")
def _(d: Driver) -> None:
    tree(d)
    kind = d.flavour.channel
    for what, params, want in (
        ("no engine", parameters(engine=0), INVALID_ARGUMENT),
        ("an engine that is not there", parameters(engine=14), INVALID_ARGUMENT),
        ("no VA space", parameters(vaspace=0x1234), NOT_FOUND),
        ("something else as VA space", parameters(vaspace=H_DEVICE), NOT_FOUND),
    ):
        equal(alloc(d, CLIENT, H_DEVICE, H_CHANNEL, kind, params), want, f"status: {what}")
    equal(alloc(d, CLIENT, H_DEVICE, H_CHANNEL, kind, parameters()), OK, "status")
    again = alloc(d, CLIENT, H_DEVICE, H_CHANNEL + 1, kind, parameters())
    check(again != OK, "the same channel id twice")
    free_choice = alloc(d, CLIENT, H_DEVICE, H_CHANNEL + 2, kind, parameters(flags=0))
    equal(free_choice, OK, "status of a channel without a number")


# RM_ENGINE_TYPE, which the table has, of what is called NV2080_ENGINE_TYPE elsewhere
VIDEO = (0x1D, 0x13, 8), (0x25, 0x1B, 3), (0x36, 0x2B, 8)
RM_TYPES = {1: 1, **{n: n for n in range(9, 19)}, 0x28: 0x3F, 0x31: 0x26, 0x3E: 0x33}
RM_TYPES |= {first + n: type + n for first, type, number in VIDEO for n in range(number)}


class Engine:
    """An entry of the device table."""

    def __init__(self, entry: bytes):
        data = struct.unpack_from("<16I", entry)
        self.type, self.runlist = RM_TYPES[data[2]], data[3]
        self.place = data[11], data[14]  # of the runlist and its channels
        self.name = entry[84:].split(b"\0")[0].decode()


def engines(d: Driver, base: int = 0) -> list[Engine]:
    """What the device table lists."""
    client, _, subdevice = struct.unpack_from("<3I", d.static_info.payload, 0x640)
    params = struct.pack("<I", base).ljust(3212, b"\0")
    status, table = control(d, client, subdevice, DEVICE_INFO, params)
    equal(status, OK, "status of the device table")
    (count,) = struct.unpack_from("<I", table, 4)
    return [Engine(table[12 + 100 * n : 112 + 100 * n]) for n in range(count)]


@test("channel.engines-are-listed")
def _(d: Driver) -> None:
    """All that the static info has; the first ones share the runlist of graphics."""
    tree(d)
    found = engines(d)
    names = "GR0 CE0 CE1 CE2 CE3 CE4 NVDEC0 NVDEC1 NVDEC2 NVENC0 NVENC1 NVENC2 SEC2"
    equal([e.name for e in found], f"{names} NVJPG0 NVJPG1 NVJPG2 NVJPG3 OFA0".split(), "names")
    caps = int.from_bytes(d.static_info.payload[ENGINE_CAPS : ENGINE_CAPS + 12], "little")
    equal(sum(1 << e.type for e in found), caps, "engines")
    equal([e.runlist for e in found], [0, 0, *range(len(found) - 2)], "runlists")
    equal(len({e.place for e in found}), len(found) - 2, "places of runlists")
    equal(engines(d, 32), [], "entries behind the last one")


@test("channel.every-engine")
def _(d: Driver) -> None:
    """Each runlist has channels of its own with the same numbers."""
    tree(d)
    for index, engine in enumerate(engines(d)):
        params = parameters(engine.type)
        status = alloc(d, CLIENT, H_DEVICE, H_CHANNEL + index, d.flavour.channel, params)
        want = NO_RESOURCES if engine.name in ("CE0", "CE1") else OK
        equal(status, want, f"status for {engine.name}")


@test("channel.context-of-graphics")
def _(d: Driver) -> None:
    """What a driver does before its first channel, though nothing will be drawn."""
    c = Channel(d, engine=GR0, runl=0)
    client, _, subdevice = struct.unpack_from("<3I", d.static_info.payload, 0x640)
    status, info = control(d, client, subdevice, CONTEXT_BUFFERS, bytes(1664))
    sizes = struct.unpack_from("<52I", info)[::2]
    equal((status, info[208:]), (OK, bytes(1664 - 208)), "status, buffers of GR1 to GR7")
    for buffer in (0x00, 0x0D, 0x10, 0x11, 0x13, 0x14, 0x17, 0x18):
        check(sizes[buffer] > 0, f"size of buffer {buffer:#x} is 0")
    equal(control(d, client, subdevice, ZCULL_INFO, bytes(40))[0], OK, "status of ZCULL_INFO")
    for channel, engine, entries, want in (
        (H_CHANNEL, GR0, 9, OK),
        (H_DEVICE, GR0, 9, NOT_FOUND),
        (H_CHANNEL, COPY2, 9, INVALID_ARGUMENT),
        (H_CHANNEL, GR0, 17, INVALID_ARGUMENT),
    ):
        params = struct.pack("<6IQQI", engine, 0, 0, CLIENT, channel, 0, 0, 0, entries)
        status = control(c.d, CLIENT, H_SUBDEVICE, PROMOTE, params.ljust(560, b"\0"))[0]
        equal(status, want, f"status of PROMOTE_CTX of {channel:#x}, {engine}, {entries}")
    equal(alloc(d, CLIENT, H_CHANNEL, H_COPY, d.flavour.graphics, b""), OK, "status of a 3D object")
    equal(free(d, CLIENT, H_CHANNEL), OK, "status of freeing the channel")


@test("channel.of-graphics")
def _(d: Driver) -> None:
    """Host serves it; there is nobody behind host."""
    c = Channel(d, engine=GR0, runl=0)
    c.schedule()
    target = arm(d, 32)
    c.submit(semaphore(RELEASE, 7), method(NON_STALL, 0))
    equal(c.value(), 7, "semaphore")
    check(taken(d, target), "no interrupt")
