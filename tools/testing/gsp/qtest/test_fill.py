# SPDX-License-Identifier: GPL-2.0-only
"""Fills by the copy engine, and the scrub that does nothing."""

from __future__ import annotations

from .harness import equal, test
from .minidriver import Driver
from .test_channel import DIR1, LAUNCH, TARGET, V_SEMAPHORE, V_TARGET, Channel, method
from .test_gmmu import VALID, fb_get, fb_put

REMAP, FILL = 0x700, 2 | 1 << 8 | 1 << 9 | 1 << 10
CONSTANTS = 4 | 3 << 16 | 0 << 24  # one component of four bytes, from constant A


def fill(addr: int, size: int, value: int) -> list[int]:
    """Elements of four bytes, in one line."""
    return [
        *method(REMAP, value, 0, CONSTANTS, subch=4),
        *method(0x400, 0, 0, addr >> 32, addr & 0xFFFFFFFF, 0, 0, size // 4, 1, subch=4),
        *method(LAUNCH, FILL, subch=4),
    ]


def _fill(d: Driver) -> Channel:
    c = Channel(d)
    c.schedule()
    fb_put(d, TARGET, *[0x1111222233334444] * 512)
    c.submit(method(0, d.flavour.copy, subch=4))
    return c


@test("channel.fill")
def _(d: Driver) -> None:
    c = _fill(d)
    for value in (0xCAFE, 0):
        c.submit(fill(V_TARGET + 16, 0xFE0, value))
        got = [fb_get(d, TARGET + at) for at in (0, 12, 16, 0x800, 0xFEC, 0xFF0)]
        equal(got, [0x33334444, 0x11112222, value, value, value, 0x33334444], "words")


@test("channel.fill-of-huge-pages")
def _(d: Driver) -> None:
    """A GiB of zeros by pages of 2 MiB."""
    c, at = _fill(d), 1 << 30
    for gib in (4, 5):
        fb_put(d, (gib << 30) + 0x345670, 0x55667788)
    fb_put(d, (5 << 30) - 8, 0x99AABBCC)
    for half in range(2):
        table = 0x10040000 + half * 0x1000  # 512 MiB each
        for n in range(256):
            page = (4 << 30) + (half * 256 + n << 21)
            fb_put(d, table + 16 * n, d.flavour.pte(page, VALID), 0)
        fb_put(d, DIR1 + 8 * (2 + half), d.flavour.pde(table))
    c.submit(fill(at, 1 << 30, 0))
    equal(fb_get(d, (4 << 30) + 0x345670), 0, "word in the middle")
    equal(fb_get(d, (5 << 30) - 8), 0, "last word")
    equal(fb_get(d, (5 << 30) + 0x345670), 0x55667788, "word behind the end")


@test("faults.scrub-noop")
def _(d: Driver) -> None:
    """The semaphore says done, and nothing was."""
    c = _fill(d)
    d.qt.set("fault", "scrub-noop")
    c.submit(fill(V_TARGET, 0x1000, 0), method(0x5C, 0x3000, 0, 5, 0, 1))
    equal(c.value(), 5, "semaphore")
    equal(fb_get(d, TARGET), 0x33334444, "word that was to be cleared")
    c.submit(fill(V_TARGET, 0x1000, 0))
    equal(fb_get(d, TARGET), 0, "word after another scrub")


@test("faults.scrub-noop.for-ever")
def _(d: Driver) -> None:
    """The semaphore of the launch itself, as a scrubber has it, and all of a batch."""
    c = _fill(d)
    d.qt.set("fault", "scrub-noop,count=0")
    for payload in (6, 7):
        halves = fill(V_TARGET, 0x800, 0), fill(V_TARGET + 0x800, 0x800, 0)[:-1]
        told = method(0x240, 0, V_SEMAPHORE, payload, subch=4)
        c.submit(told, *halves, [FILL | 1 << 3])
        equal(c.value(), payload, "semaphore")
        got = {fb_get(d, TARGET + at) for at in range(0, 0x1000, 8)}
        equal(got, {0x33334444}, "words that were to be cleared")
    d.qt.set("fault", "")
    told = method(0x240, 0, V_SEMAPHORE, 8, subch=4)
    c.submit(told, fill(V_TARGET, 0x1000, 0)[:-1], [FILL | 1 << 3])
    equal((c.value(), fb_get(d, TARGET + 0xFFC)), (8, 0), "semaphore and last word without it")
