# SPDX-License-Identifier: GPL-2.0-only
"""Breaks of GSP-RM's rules at its start: arguments, log buffers, queues."""

from __future__ import annotations

import struct

from . import layout, rpc
from .harness import breaks
from .minidriver import Driver
from .rpc import CMDQ, QUEUE_HDR
from .sequencer import MODIFY, commands, run_command

# After a wrong start GSP-RM is silent: the sequencer never comes.
SILENT = "sequencer"


def _libos(rule: str, name: str, **fields):
    """Change one entry of the libos arguments."""

    def prepare(d: Driver) -> None:
        def change(d: Driver) -> None:
            for entry in d.libos:
                if entry["id8"] == layout.id8(name):
                    entry.update(fields)

        d.after("rings", change)

    breaks(rule, SILENT)(prepare)


_libos("libos-args-missing", "LOGRM", id8=layout.id8("LOGXX"))
_libos("libos-args-missing/rmargs", "RMARGS", id8=layout.id8("RMARGX"))
_libos("libos-args-kind", "LOGINIT", kind=2)
_libos("libos-args-location", "LOGINTR", loc=2)
_libos("libos-args-alignment", "LOGRM", pa=0)
_libos("libos-args-size", "RMARGS", size=16)
_libos("libos-args-size/odd-log", "LOGINIT", size=0x10100)


@breaks("libos-args-duplicate", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.libos.append(dict(d.libos[0])))


@breaks("libos-args-alignment/unaligned", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.libos[1].update(pa=d.libos[1]["pa"] + 8))


@breaks("libos-log-put", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.qt.writel(d.logs["LOGRM"], 17))


@breaks("libos-log-pte", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.qt.writeq(d.logs["LOGINIT"] + 8 * 3, d.logs["LOGRM"]))


def _args(rule: str, **fields):
    """Change RMARGS."""

    def prepare(d: Driver) -> None:
        d.after("rings", lambda d: d.rm_args.update(fields))

    breaks(rule, SILENT)(prepare)


_args("rmargs-shm-address", shm_addr=0)
_args("rmargs-pte-count", pte_count=128)
_args("rmargs-queue-offset", cmdq_offset=0x1800)
_args("rmargs-queue-offset/overlap", statq_offset=0x40000)
_args("rmargs-queue-offset/outside", statq_offset=0x42000)
_args("rmargs-not-fresh", sr_old_level=3)
_args("rmargs-not-fresh/flags", sr_flags=5)
_args("rmargs-not-fresh/in-pm", sr_in_pm=1)


@breaks("rmargs-shm-address/unaligned", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.rm_args.update(shm_addr=d.rings.addr + 64))


def _pte(rule: str, index: int, value):
    """Change one entry of the shared memory's page table."""

    def prepare(d: Driver) -> None:
        def change(d: Driver) -> None:
            d.qt.writeq(d.rings.addr + 8 * index, value(d.rings.addr))

        d.after("rings", change)

    breaks(rule, SILENT)(prepare)


_pte("shm-pagetable-alignment", 5, lambda addr: addr + 5 * 4096 + 8)
_pte("shm-pagetable-alignment/zero", 128, lambda addr: 0)
_pte("shm-pagetable-duplicate", 7, lambda addr: addr + 6 * 4096)


@breaks("shm-pagetable-self", SILENT)
def _(d: Driver) -> None:
    d.after("rings", lambda d: d.qt.writeq(d.rings.addr, d.mem.alloc(4096)))


def _header(rule: str, **fields: int):
    """Change the header of the command queue."""

    def prepare(d: Driver) -> None:
        def change(d: Driver) -> None:
            d.qt.write(d.rings.addr + CMDQ, QUEUE_HDR.pack(**fields))

        d.after("rings", change)

    breaks(rule, SILENT)(prepare)


_header("queue-header-version", version=1)
_header("queue-header-size", size=0x3F000)
_header("queue-header-size/message", msg_size=0x800)
_header("queue-header-count", msg_count=64)
_header("queue-header-flags", flags=0)
_header("queue-header-offsets", rx_hdr_off=0x40)
_header("queue-header-offsets/entry", entry_off=0x2000)
_header("queue-header-read-pointer", read_ptr=1)


# Contents of the two messages that the CPU sends first. GSP-RM answers neither.


def _sysinfo(rule: str, offset: int, form: str, value: int, fails: str = SILENT):
    """Change one field of GspSystemInfo."""

    def prepare(d: Driver) -> None:
        def send(d: Driver) -> None:
            info = bytearray(d.system_info())
            struct.pack_into(form, info, offset, value)
            d.rings.send(rpc.SET_SYSTEM_INFO, bytes(info))

        d.instead("sysinfo", send)

    breaks(rule, fails)(prepare)


_sysinfo("sysinfo-bar-address", 0x00, "<Q", 0xE1000000)
_sysinfo("sysinfo-bar-address/fb", 0x08, "<Q", 0x1000)
_sysinfo("sysinfo-bus-devfn", 0x20, "<Q", 2 << 8)
_sysinfo("sysinfo-pci-id", 0x58, "<I", 0x123410DE)
_sysinfo("sysinfo-pci-id/subsystem", 0x5C, "<I", 0)
_sysinfo("sysinfo-config-mirror", 0x50, "<I", 0x92000)
_sysinfo("sysinfo-max-user-va", 0x48, "<Q", 0)
_sysinfo("sysinfo-max-user-va/beyond", 0x48, "<Q", 1 << 58)
_sysinfo("sysinfo-vf-info", 0x358, "<I", 5)


@breaks("sysinfo-repeated", SILENT)
def _(d: Driver) -> None:
    d.after("sysinfo", lambda d: d.rings.send(rpc.SET_SYSTEM_INFO, d.system_info()))


def _registry(rule: str, payload: bytes, fails: str = SILENT):
    """Send another SET_REGISTRY."""

    def prepare(d: Driver) -> None:
        d.instead("registry", lambda d: d.rings.send(rpc.SET_REGISTRY, payload))

    breaks(rule, fails)(prepare)


def _entry(name: int = 24, kind: int = 1, data: int = 1, length: int = 4, count: int = 1) -> bytes:
    """A table of one entry whose name, "Key", stands at 24."""
    out = struct.pack("<II", 28, count) + struct.pack("<IB3xII", name, kind, data, length)
    return out + b"Key\0"


_registry("registry-size", struct.pack("<I", 0x1000) + _entry()[4:])
_registry("registry-size/entries", _entry(count=1000))
_registry("registry-bounds", _entry(name=0x1000))
_registry("registry-bounds/value", _entry(kind=3, data=0x2000, length=4))
_registry("registry-string", _entry()[:-1] + b"X")
_registry("registry-type", _entry(kind=9))
_registry("registry-type/length", _entry(length=8))


@breaks("registry-repeated", "init-done")
def _(d: Driver) -> None:
    d.after("registry", lambda d: d.rings.send(rpc.SET_REGISTRY, rpc.registry()))


@breaks("sequencer-not-run", "init-done")
def _(d: Driver) -> None:
    d.skip("sequencer.run")


@breaks("sequencer-result", "init-done")
def _(d: Driver) -> None:
    """The last write alone, which looks as if all had been done."""

    def cheat(d: Driver) -> None:
        words = struct.unpack_from("<I", d.sequencer.payload, 4)[0]
        last = d.sequencer.payload[0x28 + 4 * (words - 3) : 0x28 + 4 * words]
        _, reg, value = struct.unpack("<3I", last)
        d.wr(reg, value)

    d.instead("sequencer.run", cheat)


@breaks("sequencer-result/modify", "init-done")
def _(d: Driver) -> None:
    """All commands but the read-modify-write."""

    def forgetful(d: Driver) -> None:
        for opcode, arguments in commands(d.sequencer.payload):
            if opcode != MODIFY:
                run_command(d, opcode, arguments)

    d.instead("sequencer.run", forgetful)
