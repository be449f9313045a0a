# SPDX-License-Identifier: GPL-2.0-only
"""GSP_RUN_CPU_SEQUENCER: register accesses that GSP-RM has the CPU do."""

from __future__ import annotations

import struct

from . import regs

HEADER = 0x28
WRITE, MODIFY, POLL, DELAY, STORE, CORE_RESET, CORE_START, CORE_WAIT, CORE_RESUME = range(9)
ARGUMENTS = {WRITE: 2, MODIFY: 3, POLL: 5, DELAY: 1, STORE: 2}


def commands(payload: bytes) -> list[tuple[int, tuple[int, ...]]]:
    """(opcode, arguments) of each command."""
    count = struct.unpack_from("<I", payload, 4)[0]
    words = struct.unpack_from(f"<{count}I", payload, HEADER)
    found, at = [], 0
    while at < count:
        size = ARGUMENTS.get(words[at], 0)
        found.append((words[at], words[at + 1 : at + 1 + size]))
        at += 1 + size
    return found


def run_sequencer(driver, payload: bytes) -> None:
    for opcode, arguments in commands(payload):
        run_command(driver, opcode, arguments)


def run_command(d, opcode: int, a: tuple[int, ...]) -> None:
    if opcode == WRITE:
        d.wr(a[0], a[1])
    elif opcode == MODIFY:
        d.wr(a[0], d.rd(a[0]) & ~a[1] | a[2])
    elif opcode == POLL:
        d.poll(a[0], a[1], a[2], "sequencer", (a[3] or 4_000_000) // 1000 + 1)
    elif opcode == DELAY:
        d.qt.step(a[0] * 1000)
    elif opcode == STORE:
        d.rd(a[0])
    elif opcode == CORE_RESET:
        d.falcon.reset(regs.GSP)
        d.wr(regs.GSP + regs.FBIF_CTL, d.rd(regs.GSP + regs.FBIF_CTL) | 0x80)
        d.wr(regs.GSP + regs.DMACTL, 0)
    elif opcode == CORE_START:
        d.falcon.start(regs.GSP)
    elif opcode == CORE_WAIT:
        d.falcon.wait_halt(regs.GSP)
    else:
        d.fail(f"sequencer opcode {opcode}")
