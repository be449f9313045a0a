# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=1500
# bench: vm=own needs=guest cpus=1 chips=gb202 fullchips=gh100
"""VFs in the hands of guests: QEMU without a change, KVM, our kernel inside.

The guest's program (guest/tests.c) uses each part of a VF; here it is given one
and has to pass, or something that it must fail on.
"""

import contextlib
import os
from pathlib import Path

from lib import dmesg, gpu, guest, ktap, model, passthrough
from lib.guest import REFUSED, Guest, refusals
from lib.ktap import test
from lib.passthrough import DRIVER, vgpu
from lib.provisioning import Types, divided, type_of

PROFILE = "1B"
FULL = bool(os.environ.get("GSP_FULL"))

NEEDS_INTERRUPTS = {
    "each MSI-X vector arrives",
    "interrupts of its tree arrive",
    "interrupts after it",
    "interrupts of its tree after it",
}
NEEDS_DMA = {
    "framebuffer is reached to its last byte",
    "patterns stay as they are",
    "DMA goes from memory to framebuffer and back",
    "what is outside of its partition is refused",
    "there is no DMA without bus mastering",
    "DMA after it",
}


def words(seed: int = 1, wait: bool = False) -> dict:
    size = Types.get(type_of(PROFILE), "framebuffer")
    return guest.words_for(DRIVER, size, seed, wait)


@test("this machine can run guests")
def machine():
    lack = guest.missing()
    ktap.check(not lack, "; ".join(lack))
    passthrough.modprobe(*passthrough.MODULES)


@test("a guest uses its VF over iommufd, the next one over the legacy group")
def one_by_one():
    with divided(2) as vfs, vgpu(vfs[1], DRIVER, PROFILE) as vf, refusals(2 * REFUSED):
        for seed, backend in enumerate(("iommufd", "group"), 1):
            with Guest(guest.vfio(vf, backend), words(seed)) as one:
                one.expect()


def side_by_side(number: int, one_by_one: bool = False) -> None:
    """All have their patterns in place before one of them looks again."""
    seconds = guest.SECONDS if one_by_one else number * guest.SECONDS
    with contextlib.ExitStack() as stack:
        stack.enter_context(refusals(number * REFUSED))
        vfs = stack.enter_context(divided(number))
        guests = []
        for seed, vf in enumerate(vfs, 1):
            stack.enter_context(vgpu(vf, DRIVER, PROFILE))
            guests.append(stack.enter_context(Guest(guest.vfio(vf), words(seed, True))))
            if one_by_one:
                guests[-1].wait_ready(seconds)
        for one in guests:
            one.wait_ready(seconds)
        for batch in [[one] for one in guests] if one_by_one else [guests]:
            for one in batch:
                one.go_on()
            for one in batch:
                one.expect()


@test("two guests on one GPU are apart")
def two():
    side_by_side(2)


def many() -> None:
    free = next(
        int(line.split()[1]) // 1024
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemAvailable")
    )
    most = min((free - 512) // (guest.MEMORY_MIB + 96), 32)
    ktap.comment(f"{free} MiB free: room for {most}")
    # more than two busy ones do not last (Documentation/testing.rst)
    side_by_side(most, one_by_one=True)


# on the debug kernel the host VM does not last that long (Documentation/testing.rst)
if FULL and os.environ["GSP_KERNEL"] == "plain":
    ktap.add("as many guests as memory allows", many)


# ---- the guest's program can fail ----


@test("with QEMU's edu in place of the VF every test fails")
def edu():
    with divided(1), Guest(guest.EDU, words()) as one:
        results = one.finish()
    passed = [name for name, status in results.items() if status == "passed"]
    ktap.equal(passed, [], "tests that passed without a VF")


@test("with interrupts lost their tests fail")
def lost_interrupts():
    with divided(1) as vfs, vgpu(vfs[0], DRIVER, PROFILE) as vf, refusals(REFUSED):
        with model.fault("vf-msix-lost,fn=1,count=0"), Guest(guest.vfio(vf), words()) as one:
            one.expect(NEEDS_INTERRUPTS)


@test("with DMA lost its tests fail")
def lost_dma():
    with divided(1) as vfs, vgpu(vfs[0], DRIVER, PROFILE) as vf, refusals(0):
        with model.fault("vf-dma-lost,fn=1,count=0"), Guest(guest.vfio(vf), words()) as one:
            one.expect(NEEDS_DMA)


@test("the host has nothing to complain of")
def host():
    ktap.equal(log.errors(), [], "errors in the log")


ktap.add("everything goes away", passthrough.all_goes)

log = dmesg.Marker("guest")
gpu.load()
ktap.main()
