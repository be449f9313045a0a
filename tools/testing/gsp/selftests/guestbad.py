# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic timeout=3600 vm=own needs=guest cpus=1 full
"""What may happen while a guest has a VF: its QEMU is killed, its vGPU or its GPU ends.

The guest writes framebuffer from end to end and then touches its BARs for ever
(guest/tests.c, use_for_ever). When a QEMU is killed follows from a seed, which
names the test; with FULL=1 the seeds are new ones, with SEED= those from there on.
"""

import contextlib
import errno
import mmap
import os
import random
import subprocess
import threading
import time
from pathlib import Path

from lib import dmesg, gpu, guest, ktap, model, passthrough, seeds, slot, vfio, vgpu
from lib.guest import IN_USE, LOST, REFUSED, Guest, refusals
from lib.ktap import test
from lib.provisioning import Types, set_vfs, type_of, write
from lib.vfio import DRIVER, FB, FROM_FB, PAGE, TO_FB, Device, ready

FULL = bool(os.environ.get("GSP_FULL"))
DEBUG = os.environ["GSP_KERNEL"] == "debug"
KILLS = (10 if DEBUG else 50) if FULL else 3
FIRST_SEED = seeds.first()
PROFILE = "1B"
FEW = 2
ASKS = "Relaying device request to user"
STOPS = "Unrecoverable error detected"
# QEMU is asked every 10 s, and the guest's slot lets 5 s pass after the button
UNBIND_LIMIT = 120 if DEBUG else 60

MIB = 1 << 20
IOVA = 0x100000
STAIN = b"stained!"


# ---- framebuffer: places that the guest writes as well ----


def apertures(device: Device) -> list:
    """Eight bytes of each MiB of BAR1, and its last ones."""
    size = device.region(FB).size
    return [*range(0, size, MIB), size - len(STAIN)]


def pages(device: Device) -> list:
    """Pages behind BAR1, the last one among them."""
    size = Types.get(type_of(PROFILE), "framebuffer")
    return [*range(device.region(FB).size, size - PAGE, 32 * MIB), size - PAGE]


@contextlib.contextmanager
def copier(device: Device):
    """A page of memory, and what copies it."""
    memory = mmap.mmap(-1, PAGE)
    device.dma_map(memory, IOVA)
    device.bus_master(True)

    def run(at: int, command: int) -> None:
        ktap.equal(vfio.copy(device, IOVA, at, command), 0, f"status of a copy at {at:#x}")

    yield memory, run


def stain(vf: Path) -> None:
    with Device(vf) as device, copier(device) as (memory, run):
        memory[:] = STAIN * (PAGE // len(STAIN))
        for at in apertures(device):
            device.write(FB, at, STAIN)
        for at in pages(device):
            run(at, TO_FB)


def stains(vf: Path) -> tuple:
    """How many places are not zero, and how many were looked at."""
    with Device(vf) as device, copier(device) as (memory, run):
        found = [any(device.read(FB, at, len(STAIN))) for at in apertures(device)]
        for at in pages(device):
            memory[:] = b"\xff" * PAGE
            run(at, FROM_FB)
            found.append(any(memory[:]))
    return sum(found), len(found)


def clean(vf: Path) -> None:
    ktap.equal(stains(vf)[0], 0, "places that the last tenant left")


def works(vf: Path) -> None:
    """The next one to open it finds zeroes, and memory that keeps what is written."""
    with Device(vf) as device:
        for at in apertures(device):
            ktap.equal(device.read(FB, at, len(STAIN)), bytes(len(STAIN)), f"memory at {at:#x}")
            device.write(FB, at, STAIN)
        for at in apertures(device):
            ktap.equal(device.read(FB, at, len(STAIN)), STAIN, f"memory at {at:#x}, written")


# ---- guests ----


def begun(vf: Path) -> Guest:
    """A guest that will touch its VF for ever."""
    words = guest.words_for(DRIVER, Types.get(type_of(PROFILE), "framebuffer"))
    return Guest(guest.vfio(vf), {**words, "GSP_LOOP": 1})


@contextlib.contextmanager
def in_use(vf: Path):
    """The guest touches it for the time of a with block; then its QEMU is killed."""
    with begun(vf) as one:
        one.wait_line(IN_USE)
        yield one


def stopped(one: Guest) -> None:
    """QEMU was told of an error, and has stopped the guest."""
    one.wait_line(STOPS, 60)
    with one.session() as session:
        ktap.equal(session.command("query-status")["status"], "internal-error", "QEMU's status")


class Unbinding(threading.Thread):
    """A driver is unbound, which takes as long as QEMU has the VF open."""

    def __init__(self, function: Path):
        super().__init__(daemon=True)
        self.path = function / "driver/unbind"
        self.name_of = function.name
        self.log = dmesg.Marker("unbind")
        self.result = None
        self.start()
        ktap.check(self.log.wait(ASKS, 20), f"nobody asks for the VF:\n{self.log.text()}")

    def run(self) -> None:
        self.result = gpu.write_errno(self.path, self.name_of)

    def end(self, limit: float = UNBIND_LIMIT) -> None:
        self.join(limit)
        ktap.check(not self.is_alive(), f"no end within {limit} s")
        ktap.equal(self.result, 0, "errno of unbind")
        ktap.equal(self.log.errors(), [], "errors in the log")


# ---- QEMU is killed ----


@test("this machine can run guests")
def machine():
    lack = guest.missing()
    ktap.check(not lack, "; ".join(lack))
    passthrough.modprobe(*passthrough.MODULES)


SECONDS = {}


@test("what a guest has written is found if nobody clears it")
def noop():
    vf = ready(1, PROFILE)[0]
    start = time.monotonic()
    with begun(vf) as one:
        one.wait_line(IN_USE)
        SECONDS["to use"] = time.monotonic() - start
        ktap.comment(f"in use after {SECONDS['to use']:.1f} s")
        with model.fault("scrub-noop,count=0"):
            one.process.kill()
            one.process.wait()
            left, places = stains(vf)
    ktap.equal(left, places, "places that the guest left")
    clean(vf)


def killed(seed: int) -> None:
    """From the start of QEMU to some time after the guest's program has begun its loop."""
    vf = ready(1, PROFILE)[0]
    moment = random.Random(seed).uniform(0, 1.2 * SECONDS.get("to use", 10))
    stain(vf)
    with begun(vf) as one:
        time.sleep(moment)
        ktap.check(one.running(), f"QEMU has ended:\n{one.text()}")
        ktap.comment(f"killed after {moment:.1f} s, the vGPU was {vgpu.state(vf)}, "
                     f"the guest had said {len(one.lines)} lines")
    clean(vf)
    works(vf)


ktap.comment(f"seeds {FIRST_SEED} to {FIRST_SEED + KILLS - 1}")
for number in range(FIRST_SEED, FIRST_SEED + KILLS):
    ktap.add(f"QEMU is killed, seed {number}", killed, number)


# ---- what an administrator may want while a guest runs ----


@test("VFs, type and modules stay, and the VF's driver asks the guest for it")
def administered():
    vf = ready(FEW, PROFILE)[0]
    with in_use(vf) as one:
        ktap.equal(set_vfs(0), errno.EBUSY, "errno of sriov_numvfs")
        ktap.equal(write(vf, 0), errno.EBUSY, "errno of the type")
        for name in (vfio.MODULE, gpu.MODULE):
            done = subprocess.run(["rmmod", name], capture_output=True, text=True, check=False)
            ktap.contains(done.stderr, "in use", f"rmmod {name}, {done.returncode}")
            ktap.check(done.returncode, f"{name} was removed")
        ktap.equal((vgpu.state(vf), LOST in one.lines), ("running", False), "state, lost")
        Unbinding(vf).end()
        ktap.check(one.running(), f"QEMU has ended:\n{one.text()}")
        one.wait_line(LOST, 5)
        ktap.equal((gpu.driver_of(vf), vgpu.state(vf)), ("", "idle"), "driver and state")
    works(ready(FEW, PROFILE)[0])


@test("a guest that does not answer keeps its VF until its QEMU is gone")
def stubborn():
    vf = ready(FEW, PROFILE)[0]
    with in_use(vf) as one, one.session() as session:
        session.command("stop")
        unbinding = Unbinding(vf)
        unbinding.join(15)
        ktap.check(unbinding.is_alive(), "unbound under a guest")
        ktap.equal(vgpu.state(vf), "running", "state")
        one.process.kill()
        unbinding.end()
    works(ready(FEW, PROFILE)[0])


@test("the PF's driver asks as well")
def pf_unbound():
    vf = ready(FEW, PROFILE)[0]
    with in_use(vf) as one:
        Unbinding(gpu.find()).end()
        ktap.check(one.running(), f"QEMU has ended:\n{one.text()}")
        one.wait_line(LOST, 5)
        ktap.equal((gpu.bound(), vf.exists()), (False, False), "bound, VF there")
    works(ready(FEW, PROFILE)[0])


# ---- ends ----


@test("the plugin crashes")
def plugin_crash():
    vf, other = ready(FEW, PROFILE)
    with in_use(vf) as one, Device(other) as device:
        device.write(FB, 0, STAIN)
        model.put("raise-event", "gfid=1,plugin=2")
        stopped(one)
        ktap.equal(device.read(FB, 0, len(STAIN)), STAIN, "memory of the other vGPU")
    clean(vf)


@test("the firmware dies")
def crash():
    vf, other = ready(FEW, PROFILE)
    with in_use(vf) as one:
        with model.fault("crash"):
            ktap.equal(vfio.errno_of(Device, other), errno.EIO, "errno of opening the other VF")
        stopped(one)
    works(ready(FEW, PROFILE)[0])


@test("after all that a guest uses a VF")
def afterwards():
    vf = ready(FEW, PROFILE)[0]
    words = guest.words_for(DRIVER, Types.get(type_of(PROFILE), "framebuffer"))
    with refusals(REFUSED), Guest(guest.vfio(vf), words) as one:
        one.expect()


def pulled(dead: bool) -> None:
    """Out of the slot, and a new one into it."""
    vf = ready(FEW, PROFILE)[0]
    try:
        with in_use(vf) as one:
            if dead:
                model.put("fault", "gone")
            slot.unplug()
            one.wait_line(LOST, 5)
        slot.plug(probe_it=True, **{"vf-test": True})
        works(ready(FEW, PROFILE)[0])
    finally:
        slot.sane()


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken") - BROKEN_BEFORE, REFUSED, "rules broken")


# with lockdep off from then on
ktap.add("the GPU is unplugged", slot.without_lockdep, pulled, False)
ktap.add("the GPU falls off the bus, and is unplugged", slot.without_lockdep, pulled, True)


ktap.add("everything goes away", passthrough.all_goes)

BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
ktap.main()
