# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of the rules of vGPUs and of the messages to their plugins."""

from __future__ import annotations

from . import vgpu
from .harness import ALONE, BOOTS, breaks, equal
from .layout import G, K, M
from .minidriver import Driver
from .test_channel import CHANNEL, GR0, H_CHANNEL, Channel, parameters
from .test_rm import CLIENT, H_DEVICE, OK, alloc
from .vgpu import BME, CONFIG, ERROR, FOUR, LAST, LOGS, ONE, RESET, RESPONSE, TOTAL, VERSION
from .vgpu import Plugin, add_types, record, types

INVALID_STATE, INVALID_ARGUMENT, NOT_FOUND, NO_RESOURCES = 0x40, 0x1F, 0x57, 0x1A
BUSY = NO_RESOURCES
NVDEC0, SEC2, OFA0 = 0x13, 0x26, 0x33


@breaks("sriov-mode-without-vfs", BOOTS)
def _(d: Driver) -> None:
    vgpu.enable(d, info=False)


# types


@breaks("vgpu-type-count", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(add_types(d, record(ONE), count=65), INVALID_ARGUMENT, "status")


@breaks("vgpu-type-count/added", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(add_types(d, *(record(n) for n in range(1, 61))), OK, "status of 60")
    more = [record(n) for n in range(101, 106)]
    equal(add_types(d, *more, discard=0), INVALID_ARGUMENT, "status of 5 more")


@breaks("vgpu-type-signature", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(add_types(d, record(ONE, sign=False)), INVALID_ARGUMENT, "status")


@breaks("vgpu-type-signature/changed", ALONE)
def _(d: Driver) -> None:
    """A signed type that got more framebuffer afterwards; the sound one beside it goes too."""
    vgpu.boot(d)
    changed = bytearray(record(ONE))
    changed[392 + 4] += 1
    equal(add_types(d, record(FOUR), bytes(changed)), INVALID_ARGUMENT, "status")
    equal(add_types(d, record(FOUR)), OK, "status of the sound one alone")


# bootload


def _bootload(rule: str, status: int, number: int = 1, **fields) -> None:
    """One field of BOOTLOAD is wrong."""

    @breaks(rule, ALONE)
    def _(d: Driver) -> None:
        vgpu.boot(d)
        types(d)
        equal(Plugin(d, number, **fields).bootload(), status, "status")
        equal(vgpu.events(d), [], "events")


_bootload("vgpu-gfid-range", INVALID_ARGUMENT, 0)
_bootload("vgpu-gfid-range/beyond", INVALID_ARGUMENT, 33, chid=0)
_bootload("vgpu-swizz-id", INVALID_ARGUMENT, swizz=3)
_bootload("vgpu-dbdf", INVALID_ARGUMENT, dbdf=1 << 8 | 5)
_bootload("vgpu-type-unknown", INVALID_ARGUMENT, type=99)
_bootload("vgpu-fb-segments", INVALID_ARGUMENT, fb=[])
_bootload("vgpu-fb-segments/many", INVALID_ARGUMENT, nr_fb=385)
_bootload("vgpu-fb-alignment", INVALID_ARGUMENT, fb=[(G + 16 * M, G)])
_bootload("vgpu-fb-alignment/length", INVALID_ARGUMENT, fb=[(G, G - M)])
_bootload("vgpu-fb-alignment/empty", INVALID_ARGUMENT, fb=[(G, G), (4 * G, 0)])
_bootload("vgpu-fb-range", INVALID_ARGUMENT, fb=[(64 * G, G)])
_bootload("vgpu-fb-range/wpr2", INVALID_ARGUMENT, fb=[(47 * G, G)])
_bootload("vgpu-fb-range/wraps", INVALID_ARGUMENT, fb=[(G, (1 << 64) - G)])
_bootload("vgpu-fb-overlap", INVALID_ARGUMENT, fb=[(G, G), (G + 512 * M, G)])
_bootload("vgpu-fb-overlap/heap", INVALID_ARGUMENT, fb=[(32 * G, G)])
_bootload("vgpu-fb-length", INVALID_ARGUMENT, type=ONE, fb=[(G, 2 * G)])
_bootload("vgpu-heap-size", INVALID_ARGUMENT, heap_size=TOTAL - 4 * K)
_bootload("vgpu-heap-size/type", INVALID_ARGUMENT, type=ONE, heap_size=31 * M)
_bootload("vgpu-heap-range", INVALID_ARGUMENT, heap=32 * G + 256)
_bootload("vgpu-heap-range/beyond", INVALID_ARGUMENT, heap=48 * G - 32 * M)
_bootload("vgpu-ctrl-buffer", INVALID_ARGUMENT, ctrl=8)
_bootload("vgpu-ctrl-buffer/room", INVALID_ARGUMENT, ctrl=31 * M)
_bootload("vgpu-log-range", INVALID_ARGUMENT, logs=LOGS)
_bootload("vgpu-log-range/one", INVALID_ARGUMENT, logs=[(32 * G + 40 * M, 64 * K)] * 3)
_bootload("vgpu-log-range/ctrl", INVALID_ARGUMENT, ctrl=0x210000)
_bootload("vgpu-channel-count", INVALID_ARGUMENT, channels=48)
_bootload("vgpu-channel-count/plugin", INVALID_ARGUMENT, plugin_channels=6)
_bootload("vgpu-channel-count/few", INVALID_ARGUMENT, channels=2)
_bootload("vgpu-channel-range", INVALID_ARGUMENT, chid=2047)
_bootload("vgpu-channel-range/runlist", INVALID_ARGUMENT, chids={GR0: 1024})


def _second(rule: str, status: int, number: int = 2, **fields) -> None:
    """BOOTLOAD beside another plugin."""

    @breaks(rule, ALONE)
    def _(d: Driver) -> None:
        vgpu.boot(d, partitions=fields.pop("partitions", 32))
        types(d)
        Plugin(d, type=ONE).start()
        equal(Plugin(d, number, **fields).bootload(), status, "status")


_second("vgpu-gfid-busy", INVALID_STATE, 1, fb=[(4 * G, G)], heap=36 * G, chid=0)
_second("vgpu-partitions", NO_RESOURCES, partitions=1)
_second("vgpu-fb-overlap/other", INVALID_ARGUMENT, fb=[(2 * G, G), (G + 992 * M, 32 * M)])
_second("vgpu-fb-overlap/heap-of-other", INVALID_ARGUMENT, fb=[(32 * G, G)], heap=40 * G,
        logs=[(40 * G + at, size) for at, size in LOGS])
_second("vgpu-channels-busy", BUSY, chid=2048 - 128 + 32)
for _engine in (NVDEC0, SEC2, OFA0):  # the first one has the last 64 everywhere
    _second(f"vgpu-channels-busy/engine-{_engine:#x}", BUSY, chids={_engine: 2048 - 64})
_second("vgpu-homogeneous", INVALID_STATE, type=FOUR)


def _stuck(rule: str, status: int, **fields) -> None:
    """BOOTLOAD with what a plugin has that did not end: a host keeps off from it."""

    @breaks(rule, ALONE)
    def _(d: Driver) -> None:
        vgpu.boot(d)
        plugin = Plugin(d).start()
        d.qt.set("fault", "plugin-no-unload")
        equal((plugin.shutdown(), plugin.cleanup()), (OK, INVALID_STATE), "statuses")
        equal(Plugin(d, 2, **fields).bootload(), status, "status")


_stuck("vgpu-fb-overlap/stuck", INVALID_ARGUMENT, fb=[(G, G)])
_stuck("vgpu-channels-busy/stuck", BUSY, chid=2048 - 64)


@breaks("vgpu-partitions/none", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d, partitions=0)
    equal(Plugin(d).bootload(), NO_RESOURCES, "status")


@breaks("vgpu-max-instance", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(add_types(d, record(ONE, 2)), OK, "status of ADD_VGPU_TYPE")
    for gfid in (1, 2):
        Plugin(d, gfid, type=ONE).start()
    equal(Plugin(d, 3, type=ONE).bootload(), NO_RESOURCES, "status")


def _with_channel(d: Driver) -> Channel:
    vgpu.enable(d)
    return Channel(d)


@breaks("vgpu-channels-busy/pf", ALONE)
def _(d: Driver) -> None:
    _with_channel(d)
    equal(Plugin(d, chid=0).bootload(), BUSY, "status")


@breaks("vgpu-fb-overlap/pf", ALONE)
def _(d: Driver) -> None:
    """Where a channel of the PF has its USERD and its page directory."""
    _with_channel(d)
    equal(Plugin(d, fb=[(0, G)]).bootload(), INVALID_ARGUMENT, "status")


@breaks("channel-of-vgpu", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    Plugin(d, chid=0).start()
    equal(alloc(d, CLIENT, H_DEVICE, H_CHANNEL, CHANNEL, parameters()), BUSY, "status")


@breaks("vgpu-bootloaded-stale", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    plugin = Plugin(d).start()
    plugin.write(8, vgpu.MAGIC.to_bytes(4, "little"))
    plugin.stop()
    equal(plugin.bootload(), OK, "status")


# shutdown and cleanup


@breaks("vgpu-no-plugin", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(Plugin(d).shutdown(), NOT_FOUND, "status")


@breaks("vgpu-no-plugin/cleanup", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    Plugin(d).start().stop()
    equal(Plugin(d).cleanup(), NOT_FOUND, "status")


@breaks("vgpu-shutdown-order", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    plugin = Plugin(d).start()
    equal(plugin.shutdown(), OK, "status")
    equal(plugin.shutdown(), INVALID_STATE, "status of another")


@breaks("vgpu-cleanup-order", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    equal(Plugin(d).start().cleanup(), INVALID_STATE, "status")


@breaks("vgpu-left-behind", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    Plugin(d).start()
    d.unload()


# messages


def _message(rule: str, **options):
    """A plugin that is up, for one mistake in talking to it."""

    def register(function) -> None:
        @breaks(rule, ALONE, **options)
        def _(d: Driver) -> None:
            vgpu.boot(d)
            types(d)
            function(Plugin(d).start())

    return register


@_message("plugin-doorbell")
def _(p: Plugin) -> None:
    p.ring(16)


@_message("plugin-doorbell/gfid")
def _(p: Plugin) -> None:
    Plugin(p.d, 2).ring()


@_message("plugin-doorbell/early")
def _(p: Plugin) -> None:
    other = Plugin(p.d, 2)
    equal(other.bootload(), OK, "status of BOOTLOAD")
    other.ring()


@_message("plugin-busy")
def _(p: Plugin) -> None:
    p.d.qt.set("rpc-delay-us", 5000)
    p.post(VERSION)
    p.ring()
    p.d.qt.set("rpc-delay-us", 0)


@_message("plugin-buffer-version")
def _(p: Plugin) -> None:
    p.control_page(version=2)
    equal(p.call(VERSION), None, "result")


def _layout(rule: str, **offsets: int) -> None:
    @_message(rule)
    def _(p: Plugin) -> None:
        p.control_page(**offsets)
        equal(p.call(VERSION), None, "result")


_layout("plugin-buffer-layout", response=RESPONSE + 8)
_layout("plugin-buffer-layout/ctrl", response=0)
_layout("plugin-buffer-layout/overlap", message=0x4000)
_layout("plugin-buffer-layout/log", error=0x204000)
_layout("plugin-buffer-layout/beyond", migration=31 * M)
_layout("plugin-buffer-layout/error", error=ERROR + 32 * M)


@_message("plugin-sequence")
def _(p: Plugin) -> None:
    equal(p.call(VERSION, seq=2), None, "result")


@_message("plugin-sequence/again")
def _(p: Plugin) -> None:
    equal(p.call(VERSION), OK, "result")
    p.ring()
    p.d.qt.step(1_000_000)


@_message("plugin-message-type")
def _(p: Plugin) -> None:
    equal(p.call(15), INVALID_ARGUMENT, "result")


@_message("plugin-message-order")
def _(p: Plugin) -> None:
    equal(p.call(CONFIG, p.config()), INVALID_STATE, "result")


@_message("plugin-message-order/version-again")
def _(p: Plugin) -> None:
    equal(p.call(VERSION), OK, "result")
    equal(p.call(VERSION), INVALID_STATE, "result of another")


@_message("plugin-message-order/bme")
def _(p: Plugin) -> None:
    equal(p.call(VERSION), OK, "result")
    equal(p.call(BME, b"\1\0"), INVALID_STATE, "result")


@_message("plugin-message-order/reset")
def _(p: Plugin) -> None:
    equal(p.call(RESET), INVALID_STATE, "result")


def _config(rule: str, result: int = INVALID_ARGUMENT, number: int = ONE, **fields: int) -> None:
    """One field of the configuration is wrong; a right one is taken afterwards."""

    @_message(rule)
    def _(p: Plugin) -> None:
        equal(p.call(VERSION), OK, "result of VERSION_NEGOTIATION")
        equal(p.call(CONFIG, p.config(number, **fields)), result, "result")
        equal(p.call(CONFIG, p.config()), OK, "result of the right one")


_config("plugin-config-field", at_78=1)  # rev2, where flags land that come a byte late
_config("plugin-config-field/flag", at_79=2)
_config("plugin-config-field/arch", at_60=3)
_config("plugin-config-field/page", at_65=0)
_config("plugin-config-field/hypervisor", at_56=5)
_config("plugin-config-field/migration", at_53=0x41)
_config("plugin-config-field/threshold", at_92=101)
_config("plugin-config-field/rev7", at_111=1)
_config("plugin-config-channels", channels=128)
_config("plugin-config-channels/plugin", plugin_channels=1)
_config("vgpu-type-unknown/config", number=7)
_config("vgpu-dbdf/config", dbdf=1 << 8)


@breaks("vgpu-homogeneous/config", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    types(d)
    Plugin(d).ready()
    second = Plugin(d, 2).start()
    equal(second.call(VERSION), OK, "result of VERSION_NEGOTIATION")
    equal(second.call(CONFIG, second.config(LAST)), INVALID_STATE, "result")


@breaks("vgpu-channel-count/config", ALONE)
def _(d: Driver) -> None:
    """BOOTLOAD said nothing about channels, message 2 something wrong."""
    vgpu.boot(d)
    types(d)
    plugin = Plugin(d, channels=0, plugin_channels=0).start()
    equal(plugin.call(VERSION), OK, "result of VERSION_NEGOTIATION")
    wrong = plugin.config(channels=48, plugin_channels=3)
    equal(plugin.call(CONFIG, wrong), INVALID_ARGUMENT, "result")


@breaks("plugin-bme-field", ALONE)
def _(d: Driver) -> None:
    vgpu.boot(d)
    types(d)
    equal(Plugin(d).ready().call(BME, b"\2\0"), INVALID_ARGUMENT, "result")
