# SPDX-License-Identifier: GPL-2.0-only
"""GSP-RM's objects and controls, and the status codes that it answers with."""

from __future__ import annotations

import struct

from . import rpc
from .harness import check, equal, test
from .minidriver import Driver

ROOT, DEVICE, SUBDEVICE, VASPACE, EVENT = 0x0, 0x80, 0x2080, 0x90F1, 0x7E
MEMORY = 0x3E
SIZES = {ROOT: 120, DEVICE: 56, SUBDEVICE: 4, VASPACE: 48, MEMORY: 128}
CLIENT = 0xC1D00001
H_DEVICE, H_SUBDEVICE, H_VASPACE = 0xDE1D0000, 0x5D1D0000, 0x90F10000

OK, DUPLICATE, INVALID_ARGUMENT, INVALID_CLASS, INVALID_CLIENT = 0, 0x19, 0x1F, 0x22, 0x23
INVALID_HANDLE, INVALID_PARENT, NOT_SUPPORTED, NOT_FOUND = 0x33, 0x36, 0x56, 0x57
NO_PERMISSION = 0x1B
GPC_INFO, TPC_INFO, NAME, INTR_TABLE = 0x20800137, 0x20800138, 0x20800110, 0x20800A5C


def alloc(d: Driver, client: int, parent: int, handle: int, cls: int, params=None) -> int:
    """Status of GSP_RM_ALLOC."""
    body = bytes(SIZES.get(cls, 0)) if params is None else params
    head = struct.pack("<7I", client, parent, handle, cls, 0, len(body), 0).ljust(0x20, b"\0")
    reply = d.rings.call(rpc.RM_ALLOC, head + body)
    equal(reply.header["result"], 0, "rpc_result")
    return struct.unpack_from("<I", reply.payload, 0x10)[0]


def free(d: Driver, client: int, handle: int) -> int:
    reply = d.rings.call(rpc.FREE, struct.pack("<4I", client, 0, handle, 0))
    return struct.unpack_from("<I", reply.payload, 12)[0]


def dup(d: Driver, client: int, parent: int, handle: int, src_client: int, src: int) -> int:
    body = struct.pack("<7I", client, parent, handle, src_client, src, 0, 0)
    reply = d.rings.call(rpc.DUP_OBJECT, body)
    return struct.unpack_from("<I", reply.payload, 0x18)[0]


def control(d: Driver, client: int, handle: int, cmd: int, params: bytes) -> tuple[int, bytes]:
    """(status, params) of GSP_RM_CONTROL."""
    head = struct.pack("<6I", client, handle, cmd, 0, len(params), 0)
    reply = d.rings.call(rpc.RM_CONTROL, head + params)
    equal(reply.header["result"], 0, "rpc_result")
    return struct.unpack_from("<I", reply.payload, 0xC)[0], reply.payload[0x18:]


def tree(d: Driver, client: int = CLIENT) -> None:
    """Client, device, subdevice, VA space."""
    d.boot()
    equal(alloc(d, client, 0, client, ROOT), OK, "status of the client")
    branch(d, client)


def branch(d: Driver, client: int) -> None:
    equal(alloc(d, client, client, H_DEVICE, DEVICE), OK, "status of the device")
    equal(alloc(d, client, H_DEVICE, H_SUBDEVICE, SUBDEVICE), OK, "status of the subdevice")
    equal(alloc(d, client, H_DEVICE, H_VASPACE, VASPACE), OK, "status of the VA space")


@test("rm.alloc-and-free")
def _(d: Driver) -> None:
    tree(d)
    for handle in (H_VASPACE, H_SUBDEVICE, H_DEVICE, CLIENT):
        equal(free(d, CLIENT, handle), OK, f"status of freeing {handle:#x}")
    equal(free(d, CLIENT, CLIENT), INVALID_HANDLE, "status of freeing the client twice")


@test("rm.free-takes-the-children")
def _(d: Driver) -> None:
    tree(d)
    count = d.qt.get("rm-objects")
    equal(free(d, CLIENT, H_DEVICE), OK, "status")
    equal(d.qt.get("rm-objects"), count - 3, "number of objects")
    equal(free(d, CLIENT, H_SUBDEVICE), NOT_FOUND, "status of freeing the subdevice")
    branch(d, CLIENT)
    equal(free(d, CLIENT, CLIENT), OK, "status of freeing the client")
    equal(d.qt.get("rm-objects"), count - 4, "number of objects")


@test("rm.alloc-errors")
def _(d: Driver) -> None:
    tree(d)
    for want, what, arguments in (
        (INVALID_CLASS, "unknown class", (CLIENT, H_DEVICE, 1, 0xBEEF)),
        (DUPLICATE, "handle in use", (CLIENT, CLIENT, H_DEVICE, DEVICE)),
        (DUPLICATE, "client in use", (CLIENT, 0, CLIENT, ROOT)),
        (NOT_FOUND, "unknown parent", (CLIENT, 0x1234, 2, SUBDEVICE)),
        (INVALID_PARENT, "parent of the wrong class", (CLIENT, CLIENT, 3, SUBDEVICE)),
        (INVALID_HANDLE, "unknown client", (0xC1D00099, 0xC1D00099, 4, DEVICE)),
        (INVALID_ARGUMENT, "short parameters", (CLIENT, H_DEVICE, 5, VASPACE, bytes(8))),
    ):
        equal(alloc(d, *arguments), want, f"status of {what}")
    equal(free(d, CLIENT, CLIENT), OK, "status of freeing the client")


@test("rm.free-errors")
def _(d: Driver) -> None:
    tree(d)
    equal(free(d, CLIENT, 0x777), NOT_FOUND, "status of an unknown object")
    equal(free(d, 0x777, 0x777), INVALID_HANDLE, "status of an unknown client")
    internal = struct.unpack_from("<3I", d.static_info.payload, 0x640)
    for handle in internal:
        status = free(d, internal[0], handle)
        check(status != OK, f"RM's own object {handle:#x} can be freed")
    equal(control(d, internal[0], internal[2], GPC_INFO, bytes(4))[0], OK, "status")


@test("rm.dup")
def _(d: Driver) -> None:
    tree(d)
    other = CLIENT + 1
    equal(alloc(d, other, 0, other, ROOT), OK, "status of the second client")
    equal(alloc(d, other, other, H_DEVICE, DEVICE), OK, "status of its device")
    equal(dup(d, other, H_DEVICE, 0x1111, CLIENT, H_VASPACE), OK, "status")
    equal(dup(d, other, H_DEVICE, 0x1111, CLIENT, H_VASPACE), DUPLICATE, "status, same handle")
    equal(dup(d, other, H_DEVICE, 0x2222, CLIENT, 0x777), NOT_FOUND, "status, no source")
    equal(dup(d, other, 0x777, 0x2222, CLIENT, H_VASPACE), NOT_FOUND, "status, no parent")
    equal(dup(d, other, H_DEVICE, 0x2222, 0x777, H_VASPACE), INVALID_HANDLE, "status, no client")
    check(dup(d, other, other, 0x2222, CLIENT, H_DEVICE) != OK, "a device can be duplicated")
    equal(free(d, CLIENT, CLIENT), OK, "status of freeing the source's client")
    equal(free(d, other, 0x1111), OK, "status of freeing the duplicate")


@test("rm.controls")
def _(d: Driver) -> None:
    tree(d)
    status, params = control(d, CLIENT, H_SUBDEVICE, GPC_INFO, bytes(4))
    equal(status, OK, "status of GPC_INFO")
    mask = struct.unpack("<I", params[:4])[0]
    check(mask != 0, "no GPC")
    status, params = control(d, CLIENT, H_SUBDEVICE, TPC_INFO, struct.pack("<II", 0, 0))
    equal(status, OK, "status of TPC_INFO")
    check(params[4] != 0, "no TPC in GPC 0")
    status, params = control(d, CLIENT, H_SUBDEVICE, NAME, bytes(132))
    equal(status, OK, "status of NAME")
    name = d.static_info.payload[0x4EC:].split(b"\0")[0]
    equal(params[4:].split(b"\0")[0], name, "name")


@test("rm.control-errors")
def _(d: Driver) -> None:
    tree(d)
    for want, what, arguments in (
        (NOT_SUPPORTED, "unknown control", (CLIENT, H_SUBDEVICE, 0x2080FFFF, bytes(4))),
        (INVALID_CLIENT, "unknown client", (0x777, H_SUBDEVICE, GPC_INFO, bytes(4))),
        (NOT_FOUND, "unknown object", (CLIENT, 0x777, GPC_INFO, bytes(4))),
        (INVALID_ARGUMENT, "parameters of a wrong size", (CLIENT, H_SUBDEVICE, GPC_INFO, bytes(8))),
        (NOT_SUPPORTED, "object of a wrong class", (CLIENT, H_DEVICE, GPC_INFO, bytes(4))),
    ):
        equal(control(d, *arguments)[0], want, f"status of {what}")


@test("rm.control-of-many-pages")
def _(d: Driver) -> None:
    """One that fills most of a message."""
    tree(d)
    size = 55888
    status, params = control(d, CLIENT, H_SUBDEVICE, 0x20802096, bytes(size))
    equal(status, OK, "status")
    equal(len(params), size, "size of the answer")


@test("rm.control-longer-than-the-ring")
def _(d: Driver) -> None:
    """Split into continuation records both ways."""
    tree(d)
    size = 334344
    body = bytes(range(256)) * (size // 256 + 1)
    status, params = control(d, CLIENT, H_SUBDEVICE, 0x20804003, body[:size])
    equal(status, NOT_SUPPORTED, "status of ADD_VGPU_TYPE without vGPU")
    check(params == body[:size], "the answer is not what was sent")


@test("rm.alloc-memory-of-many-pages")
def _(d: Driver) -> None:
    """More PTEs than a message holds; the answer is one element."""
    tree(d)
    pages = 9000
    head = struct.pack("<7I4xQI4xI4x", CLIENT, H_DEVICE, 0x5555, 0x81, 0, 0, 0, pages << 12, pages,
                       (pages & 0xFFFF) << 16)
    d.rings.send(rpc.ALLOC_MEMORY, head + struct.pack("<Q", 0x123) * pages)
    reply = d.rings.wait(rpc.ALLOC_MEMORY)
    equal(reply.header["result"], 0, "rpc_result")
    equal(free(d, CLIENT, 0x5555), OK, "status of freeing it")


@test("rm.events")
def _(d: Driver) -> None:
    """An event that was asked for comes; one that was not does not."""
    tree(d)
    params = struct.pack("<4IQ", CLIENT, 0, EVENT, 37 | 0x04000000, 0x77)
    equal(alloc(d, CLIENT, H_SUBDEVICE, 0xE0E0, EVENT, params), OK, "status of the event")
    d.qt.set("raise-event", "notify=37,data=5")
    d.rings.call(rpc.NOP, b"")
    equal(d.rings.seen, [], "events before they are switched on")
    enable = struct.pack("<IIB3xIH2x", 37, 2, 0, 0, 0)
    equal(control(d, CLIENT, H_SUBDEVICE, 0x20800301, enable)[0], OK, "status of SET_NOTIFICATION")
    d.qt.set("raise-event", "notify=37,data=5")
    event = d.rings.wait(rpc.POST_EVENT)
    client, handle, index = struct.unpack_from("<3I", event.payload)
    equal((client, handle, index), (CLIENT, 0xE0E0, 37), "event")
    equal(event.header["result"], 0, "rpc_result")


@test("rm.raw-event")
def _(d: Driver) -> None:
    d.boot()
    d.qt.set("raise-event", "fn=0x1006,size=0x110,data=79")
    event = d.rings.wait(rpc.OS_ERROR_LOG)
    equal(struct.unpack_from("<I", event.payload)[0], 79, "Xid")
    equal(len(event.payload), 0x110, "size")


@test("rm.unimplemented-function")
def _(d: Driver) -> None:
    """A function of the release that the model does not serve: refused, no rule broken."""
    d.boot()
    check(d.rings.call(200, bytes(8)).header["result"] != 0, "rpc_result is 0")
    d.rings.call(rpc.NOP, b"")


@test("rm.objects-go-with-the-firmware")
def _(d: Driver) -> None:
    tree(d)
    d.unload()
    tree(d)
