# SPDX-License-Identifier: GPL-2.0-only
"""vGPUs as a host drives them: what it is told, plugins, messages, faults."""

from __future__ import annotations

import struct
from collections.abc import Callable

from bench.qmp import QmpError

from . import rpc, vgpu
from .harness import check, equal, test
from .layout import G, M
from .minidriver import BootError, Driver
from .rules_vgpu import INVALID_STATE
from .test_channel import COPY2, RC_TRIGGERED, Channel, engines
from .test_gmmu import fb_get, fb_put
from .test_rm import NOT_SUPPORTED, OK
from .vgpu import BME, BOOTLOADED, CONFIG, CRASHED, ERROR, FOUR, LOGS, ONE, RESET, RESPONSE
from .vgpu import UNLOADED, VERSION, Plugin, ctrl, events, record, types

ERROR_MESSAGE, LICENCE, GUEST_OS = 5, 6, 7


def test_vgpu(name: str, **options) -> Callable:
    """A test with a GSP-RM that has vGPU on, and types."""

    def register(function: Callable[[Driver], None]) -> Callable:
        @test(name, **options)
        def _(d: Driver) -> None:
            vgpu.boot(d)
            types(d)
            function(d)

        return function

    return register


@test_vgpu("vgpu.what-the-driver-is-told")
def _(d: Driver) -> None:
    caps = d.static_info.payload[0x460 : 0x460 + 80]
    total, first = struct.unpack_from("<II", caps)
    equal((total, first), (32, 4), "totalVFs and firstVfOffset")
    equal(struct.unpack_from("<3Q", caps, 40), (16 * M, 256 * M, 32 * M), "sizes of BARs")
    equal(tuple(caps[64:73]), (0, 1, 1, 1, 0, 1, 0, 0, 0), "64 bit, enabled, emulate TLB")
    equal(struct.unpack_from("<I", d.static_info.payload, 0x4B0)[0], 32, "sriovMaxGfid")
    equal(ctrl(d, vgpu.VMMU_SEGMENT, bytes(8)), (OK, struct.pack("<Q", 32 * M)), "segment")
    equal(ctrl(d, vgpu.MGR_CONFIG, b"\0")[0], OK, "status of SET_VGPU_MGR_CONFIG")
    features = ctrl(d, 0x20803601, bytes(72))[1]
    equal(features[6:].rstrip(b"\0"), b"570.144", "firmwareVersion")


@test_vgpu("vgpu.ecc")
def _(d: Driver) -> None:
    for on in (False, True):
        d.qt.set("ecc", on)
        status, params = ctrl(d, vgpu.ECC_STATUS, bytes(1464))
        equal((status, params[0], params[2]), (OK, on, 1), "status, enabled, supported")


def _off(d: Driver) -> None:
    for cmd, size in (
        (vgpu.VMMU_SEGMENT, 8),
        (vgpu.MGR_CONFIG, 1),
        (vgpu.HETERO, 1),
        (vgpu.BOOTLOAD, vgpu.BOOTLOAD_SIZE),
        (vgpu.SHUTDOWN, 4),
        (vgpu.CLEANUP, 4),
        (vgpu.ADD_TYPES, vgpu.ADD_SIZE),
    ):
        equal(ctrl(d, cmd, bytes(size))[0], NOT_SUPPORTED, f"status of {cmd:#x}")


@test("vgpu.off-without-the-registry-key")
def _(d: Driver) -> None:
    vgpu.tree(d)
    _off(d)
    equal(d.static_info.payload[0x460 + 67], 0, "bSriovEnabled")


@test("vgpu.off-on-a-chip-without-it", gpu=",chip=ga102")
def _(d: Driver) -> None:
    """The GSP of GA102 does not run plugins; its VMMU is there."""
    vgpu.boot(d)
    equal(ctrl(d, vgpu.BOOTLOAD, bytes(vgpu.BOOTLOAD_SIZE))[0], NOT_SUPPORTED, "status")
    equal(ctrl(d, vgpu.VMMU_SEGMENT, bytes(8))[0], OK, "status of VMMU_SEGMENT_SIZE")


@test_vgpu("vgpu.life")
def _(d: Driver) -> None:
    """All of it, twice, with the same resources."""
    plugin = Plugin(d)
    for _ in range(2):
        plugin.again()
        equal(plugin.call(BME, b"\1\0"), OK, "result of UPDATE_BME_STATE")
        equal(vgpu.fb_read(d, plugin.heap + 0x2000, 4)[:2], b"\1\1", "enable and allowed")
        equal(plugin.call(RESET), OK, "result of RESET")
        equal(plugin.call(BME, b"\0\0"), OK, "result of UPDATE_BME_STATE")
        plugin.stop()
    d.unload()


@test_vgpu("vgpu.cleanup-without-waiting")
def _(d: Driver) -> None:
    plugin = Plugin(d).start()
    equal((plugin.shutdown(), plugin.cleanup()), (OK, OK), "statuses")
    equal(events(d), [(1, UNLOADED)], "events")


@test_vgpu("vgpu.known-drivers-bootload")
def _(d: Driver) -> None:
    """One names type and channels at once, the other in message 2 alone."""
    Plugin(d, 1, type=ONE, swizz=0, plugin_channels=1).ready()
    late = Plugin(d, 2, dbdf=0, channels=0, plugin_channels=0).start()
    equal(late.call(VERSION), OK, "result of VERSION_NEGOTIATION")
    config = late.config(dbdf=1 << 8 | 5, channels=64, plugin_channels=3)
    equal(late.call(CONFIG, config), OK, "result of SETUP_CONFIG")


@test_vgpu("vgpu.pieces-of-framebuffer")
def _(d: Driver) -> None:
    """As many as can be, and neither next to each other nor in order."""
    pieces = [((2 * n + 1) * 32 * M, 32 * M) for n in range(384)]
    Plugin(d, fb=pieces[::-1]).start()
    Plugin(d, 2, fb=[(addr - 32 * M, size) for addr, size in pieces[:32]]).start().stop()


def full(d: Driver) -> list[Plugin]:
    """As many as can be, of 1 GiB each; their heaps lie behind the last one."""
    found = []
    for gfid in range(1, 33):
        heap = 34 * G + gfid * 32 * M
        logs = [(heap + at, size) for at, size in LOGS]
        found.append(Plugin(d, gfid, type=ONE, fb=[(gfid * G, G)], heap=heap, logs=logs))
    return found


@test_vgpu("vgpu.all-partitions")
def _(d: Driver) -> None:
    """All of them, and again, each in the place of one that goes; then all over."""
    plugins = [plugin.ready() for plugin in full(d)]
    for plugin in plugins[::-1]:
        plugin.stop()
        plugin.again()
    for plugin in plugins:
        plugin.stop()
    for plugin in plugins:
        plugin.again()


@test("vgpu.all-partitions-beside-the-pf")
def _(d: Driver) -> None:
    """All ids but that of a channel of the PF: the last one makes do with half."""
    vgpu.enable(d)
    Channel(d, target=0x10050000).schedule()
    types(d)
    *plugins, last = full(d)
    for plugin in plugins:
        plugin.start()
    equal(last.fields["chid"], 0, "first id of the last one")
    last.fields |= {"channels": 32, "chid": 32}
    last.ready()


@test_vgpu("vgpu.channels-of-listed-engines")
def _(d: Driver) -> None:
    """A host that goes by the device table has told enough."""
    listed = engines(d)
    for gfid in (1, 2, 3):
        Plugin(d, gfid, chids={e.type: 2048 - 64 * gfid for e in listed}).ready()


@test_vgpu("vgpu.channels-are-an-engines")
def _(d: Driver) -> None:
    """The same ids on another runlist are other channels."""
    listed = [e.type for e in engines(d)]
    for gfid, (most, copies) in enumerate(((512, 1024), (1024, 512)), 1):
        Plugin(d, gfid, chids=dict.fromkeys(listed, most) | {COPY2: copies}).start()


@test_vgpu("vgpu.types-are-replaced")
def _(d: Driver) -> None:
    equal(vgpu.add_types(d, record(7)), OK, "status")
    equal(vgpu.add_types(d, record(8), record(7, 5), discard=0), OK, "status of adding")
    Plugin(d, type=7).start()
    Plugin(d, 2, type=8).start()


@test_vgpu("vgpu.heterogeneous")
def _(d: Driver) -> None:
    equal(ctrl(d, vgpu.HETERO, b"\1")[0], OK, "status of SET_VGPU_HETEROGENEOUS_MODE")
    Plugin(d, type=ONE).start()
    Plugin(d, 2, type=FOUR).start()
    equal(ctrl(d, vgpu.HETERO, b"\0")[0], 0x63, "status while there are vGPUs")


@test_vgpu("vgpu.framebuffer-is-never-cleared")
def _(d: Driver) -> None:
    fb_put(d, G + 4096, 0x5EC12E7)
    plugin = Plugin(d).ready()
    equal(plugin.call(RESET), OK, "result of RESET")
    plugin.stop()
    equal(fb_get(d, G + 4096), 0x5EC12E7, "what the last guest wrote")


@test_vgpu("vgpu.logs")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    for (at, _), text in zip(LOGS, (b"is started", b"served message 2", b"is started")):
        put = plugin.word(at)
        check(put > 0, "nothing in a log")
        log = vgpu.fb_read(d, plugin.heap + at + 8, put * 8)
        check(text in log, f"no '{text.decode()}' in {log!r}")


@test_vgpu("vgpu.many-messages")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    for _ in range(20):
        equal(plugin.call(RESET), OK, "result of RESET")


@test_vgpu("vgpu.unpublished-message")
def _(d: Driver) -> None:
    equal(Plugin(d).ready().call(4), NOT_SUPPORTED, "result of MIGRATION_STOP_WORK")


@test_vgpu("vgpu.guest-events")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    for what in (3, 4):
        d.qt.set("raise-event", f"gfid=1,plugin={what}")
    d.qt.set("raise-event", f"gfid=1,plugin={LICENCE},data=2")
    d.qt.set("raise-event", f"gfid=1,plugin={GUEST_OS},data=3")
    equal(events(d), [(1, 3), (1, 4), (1, LICENCE), (1, GUEST_OS)], "events")
    equal(plugin.word(RESPONSE + 348), 2, "license_state")
    equal(plugin.word(RESPONSE + 352), 3, "guest_os_type")


@test_vgpu("vgpu.error-region")
def _(d: Driver) -> None:
    plugin, get = Plugin(d).ready(), 0
    for number in (7, 8):
        d.qt.set("raise-event", f"gfid=1,plugin={ERROR_MESSAGE},data={number}")
        equal(events(d), [(1, ERROR_MESSAGE)], "events")
        put = plugin.word(RESPONSE + 344)
        text = vgpu.fb_read(d, plugin.heap + ERROR, put)[get:put]
        check(text.endswith(f"error {number}\n".encode()), f"error region has {text!r}")
        get = put


@test_vgpu("vgpu.no-event-of-nobody")
def _(d: Driver) -> None:
    for spec in ("gfid=1,plugin=3", "gfid=1,plugin=8", "gfid=99,rc=31", "plugin=x"):
        try:
            d.qt.set("raise-event", spec)
        except QmpError:
            continue
        check(False, f"'{spec}' was accepted")


@test_vgpu("vgpu.channel-error-on-request")
def _(d: Driver) -> None:
    d.qt.set("raise-event", "gfid=3,rc=43,engine=1,chid=1900")
    xid = d.rings.wait(rpc.OS_ERROR_LOG).payload
    equal(struct.unpack_from("<3I", xid), (43, 0, 1900), "Xid, runlist, channel")
    rc = d.rings.wait(RC_TRIGGERED).payload
    equal(struct.unpack_from("<5I", rc), (1, 1900, 3, 0, 43), "engine, channel, gfid, level, type")


@test_vgpu("vgpu.gone-with-the-firmware")
def _(d: Driver) -> None:
    """What a crash leaves is gone after a reset."""
    Plugin(d).ready()
    d.qt.set("fault", "crash,fn=0")
    try:
        d.rings.call(rpc.NOP, b"")
    except BootError:
        pass
    d.qt.set("fault", "")
    d.pci.flr()
    d.mem.reset()
    vgpu.tree(d)
    types(d)
    plugin = Plugin(d)
    plugin.write(0, bytes(64))
    plugin.ready()


# faults


def fault(name: str, spec: str) -> Callable:
    """A fault that is set before the plugin is."""

    def register(function: Callable[[Driver], None]) -> Callable:
        @test_vgpu(f"faults.{name}")
        def _(d: Driver) -> None:
            d.qt.set("fault", spec)
            function(d)
            equal(d.qt.get("fault-fired"), 1, "fault-fired")

        return function

    return register


@fault("bootload-refused", "bootload-refused,arg=0x51")
def _(d: Driver) -> None:
    equal(Plugin(d).bootload(), 0x51, "status")
    equal(events(d), [], "events")
    Plugin(d).ready()


@fault("plugin-silent", "plugin-silent")
def _(d: Driver) -> None:
    plugin = Plugin(d)
    equal(plugin.bootload(), OK, "status of BOOTLOAD")
    equal(events(d), [], "events")
    equal(plugin.word(8), 0, "word of the sequence")
    plugin.stop()
    plugin.ready()


@fault("plugin-silent.message", "plugin-silent,phase=plugin-config")
def _(d: Driver) -> None:
    plugin = Plugin(d).start()
    equal(plugin.call(VERSION), OK, "result of VERSION_NEGOTIATION")
    equal(plugin.call(CONFIG, plugin.config()), None, "result of SETUP_CONFIG")
    equal(plugin.word(RESPONSE), 2, "seq_received")
    plugin.stop()


@fault("plugin-crash", "plugin-crash,phase=bootload")
def _(d: Driver) -> None:
    plugin = Plugin(d)
    equal(plugin.bootload(), OK, "status of BOOTLOAD")
    equal(events(d), [(1, CRASHED)], "events")
    equal(plugin.shutdown(), OK, "status of SHUTDOWN")
    equal(events(d), [], "events of a task that is dead")
    equal(plugin.cleanup(), OK, "status of CLEANUP")
    plugin.ready()


@fault("plugin-crash.message", "plugin-crash,fn=13,nth=2")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    equal(plugin.call(BME, b"\1\0"), OK, "result of the first")
    equal(plugin.call(BME, b"\1\0"), None, "result of the second")
    equal(events(d), [(1, CRASHED)], "events")
    plugin.ring()
    equal(plugin.cleanup(), OK, "status of CLEANUP")


@fault("plugin-result", "plugin-result,phase=plugin-reset,arg=0x65")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    equal(plugin.call(RESET), 0x65, "result of RESET")
    equal(plugin.call(RESET), OK, "result of another")


@fault("plugin-event-lost", "plugin-event-lost")
def _(d: Driver) -> None:
    plugin = Plugin(d)
    equal(plugin.bootload(), OK, "status of BOOTLOAD")
    equal(events(d), [], "events")
    equal(plugin.word(8), vgpu.MAGIC, "word of the sequence")


@fault("plugin-event-lost.unloaded", "plugin-event-lost,phase=shutdown")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    equal(plugin.shutdown(), OK, "status of SHUTDOWN")
    equal(events(d), [], "events")
    equal(plugin.cleanup(), OK, "status of CLEANUP")


@fault("plugin-no-unload", "plugin-no-unload")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    equal(plugin.shutdown(), OK, "status of SHUTDOWN")
    equal(events(d), [], "events")
    equal(plugin.cleanup(), INVALID_STATE, "status of CLEANUP")
    Plugin(d, 2).ready().stop()
    d.unload()


@fault("rc-gfid", "rc-gfid,phase=plugin-bme,arg=43")
def _(d: Driver) -> None:
    plugin = Plugin(d, 2).ready()
    equal(plugin.call(BME, b"\1\0"), OK, "result of UPDATE_BME_STATE")
    rc = d.rings.wait(RC_TRIGGERED).payload
    want = (COPY2, plugin.fields["chid"], 2, 0, 43)
    equal(struct.unpack_from("<5I", rc), want, "engine, channel, gfid, level, type")


@fault("bad-status.bootload", "bad-status,phase=bootload")
def _(d: Driver) -> None:
    equal(Plugin(d).bootload(), 0x1A, "status")


@fault("reply-none.shutdown", "reply-none,phase=shutdown")
def _(d: Driver) -> None:
    plugin = Plugin(d).ready()
    try:
        plugin.shutdown()
        check(False, "an answer")
    except BootError:
        pass
    d.rings.seen = []


@fault("bad-status.cleanup", "bad-status,phase=cleanup")
def _(d: Driver) -> None:
    plugin = Plugin(d).start()
    equal(plugin.shutdown(), OK, "status of SHUTDOWN")
    equal(plugin.cleanup(), 0x1A, "status of CLEANUP")


@fault("crash.plugin-version", "crash,phase=plugin-version")
def _(d: Driver) -> None:
    equal(Plugin(d).start().call(VERSION), None, "result")
    equal(d.qt.get("state"), "dead", "state")
