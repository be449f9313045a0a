# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic
# bench: timeout=600 vm=own gpus=board
"""VFs come and go: at will, with the PF's driver, with the GPU; with vGPUs open or not.

The machine has a second GPU, on a board that is not known to run vGPU.
"""

import errno
import subprocess
from contextlib import contextmanager
from pathlib import Path

from lib import consumers, dmesg, gpu, ktap, model, slot, uevent, vgpu
from lib.ktap import test
from lib.provisioning import current, nvidia, pf, set_vfs, type_of, vfs, write
from lib.vgpu import LIFE, ledger, must, ready, run, state

MOST = 32
NR_OPEN = 3
# what need not wait for a deadline
AT_ONCE = 15 if vgpu.DEBUG else 5
AUTOPROBE = "sriov_drivers_autoprobe"


def count() -> int:
    return consumers.nvpci_count(pf(), "sriov_numvfs")


def booted(log) -> int:
    return sum("booted in" in line for line in log.lines())


# ---- at will ----


@test("VFs on and off, and the GPU notices nothing")
def on_off():
    vgpu.settle()
    before, log = ledger(), dmesg.Marker("on and off")
    for number in (1, 5, MOST):
        ktap.equal(set_vfs(number), 0, f"errno of {number}")
        ktap.equal(count(), number, "sriov_numvfs")
        found = vfs()
        ktap.equal(len(found), number, "VFs")
        ktap.equal(len({vf.name for vf in found}), number, "addresses")
        ktap.equal(set_vfs(number), 0, "errno of the same number")
        ktap.equal(set_vfs(number + 1 if number < MOST else 1), errno.EBUSY, "errno of another")
        ktap.equal(set_vfs(0), 0, "errno of 0")
        ktap.equal((count(), vfs()), (0, []), "VFs afterwards")
    ktap.equal(ledger(), before, "what is left of the GPU")
    ktap.equal(log.errors(), [], "errors in the log")
    ktap.equal(booted(log), 0, "boots")


@test("what is no number of VFs")
def numbers():
    vgpu.settle()
    ktap.equal(consumers.nvpci_count(pf(), "sriov_totalvfs"), MOST, "sriov_totalvfs")
    for text, number in ((MOST + 1, errno.ERANGE), (65535, errno.ERANGE), (65536, errno.EINVAL),
                         (-1, errno.EINVAL), ("x", errno.EINVAL)):
        ktap.equal(set_vfs(text), number, f"errno of {text}")
    ktap.equal(count(), 0, "VFs")


@test("users' tools know PF and VFs")
def tools():
    found, number = ready(4), str(type_of("1Q"))
    ktap.equal(consumers.libvirt_kind(pf()), "type-PF", "libvirt: PF")
    ktap.equal(consumers.libvirt_functions(pf()), [vf.name for vf in found], "libvirt: VFs")
    for vf in found:
        ktap.equal(consumers.libvirt_kind(vf), "type-VF", "libvirt: VF")
        ktap.equal(consumers.nova_product(vf), consumers.nova_product(pf()), "Nova: product_id")
    consumers.opennebula_assign(found[0], number)
    ktap.equal(current(found[0]), f"{number}\n", "type")
    must(found[0], "open")
    ktap.check(not consumers.hypeman_release(found[0]), "hypeman takes an open VF away")
    ktap.equal(current(found[0]), f"{number}\n", "type")
    must(found[0], "close")
    ktap.check(consumers.hypeman_release(found[0]), "hypeman cannot release a VF")


@test("VFs stay while a vGPU is open")
def busy():
    found = ready(4)
    must(found[1], "open")
    for number in (0, 2):
        ktap.equal(set_vfs(number), errno.EBUSY, f"errno of {number}")
    ktap.equal(len(vfs()), 4, "VFs")
    must(found[1], "reset")
    with model.fault("plugin-silent,phase=bootload"):
        waiting = vgpu.Command(found[2], "open")
        gpu.wait_for(lambda: model.get("fault-fired"), 10, "the fault")
        must(found[1], "close")
        ktap.equal(set_vfs(0), errno.EBUSY, "errno while one is being made")
        must(found[2], "close")
        waiting.end("ECANCELED", 30)
    ktap.equal(set_vfs(0), 0, "errno without a vGPU")


# ---- nvidia/ comes before the add event, whichever driver the VF gets ----


def nothing(_) -> None:
    """What happens in the add event besides."""


@contextmanager
def no_driver():
    """VFs are not probed at all."""
    (pf() / AUTOPROBE).write_text("0")
    try:
        yield "", nothing
    finally:
        (pf() / AUTOPROBE).write_text("1")


@contextmanager
def plain_vfio():
    """vfio-pci, which knows nothing of vGPUs, takes every VF."""
    subprocess.run(["modprobe", "vfio-pci"], check=True)
    folder = Path("/sys/bus/pci/drivers/vfio-pci")
    words = " ".join((pf() / name).read_text().strip()[2:] for name in ("vendor", "device"))
    (folder / "new_id").write_text(words)
    try:
        yield folder.name, nothing
    finally:
        (folder / "remove_id").write_text(words)


@contextmanager
def driver_in_the_event():
    """A udev rule gives the VF to a driver that makes vGPUs."""
    vgpu.insert()
    yield vgpu.DRIVER.name, lambda vf: vgpu.adopt([vf])


def seen_in_add(with_driver) -> None:
    """The type can be written in the event, and is there when the driver has come."""
    vgpu.settle()
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    number, errnos = type_of("1B"), {}

    def react(event):
        # physfn is no sign: the kernel makes that link after the event
        vf = Path("/sys" + event.get("DEVPATH", "/"))
        if event.get("ACTION") == "add" and event.get("SUBSYSTEM") == "pci":
            try:
                errnos[vf.name] = write(vf, number)
                besides(vf)
            except OSError as error:
                errnos[vf.name] = error.errno

    with with_driver() as (driver, besides), uevent.Listener(react) as heard:
        ktap.equal(set_vfs(4), 0, "errno of sriov_numvfs")
        found = vfs()
        for vf in found:
            heard.wait(1, ACTION="add", PCI_SLOT_NAME=vf.name)
            gpu.wait_for(lambda vf=vf: vf.name in errnos, 10, f"event of {vf.name}")
            gpu.wait_for(lambda vf=vf: gpu.driver_of(vf) == driver, 10, driver or "no driver")
            ktap.equal(current(vf), f"{number}\n", "type")
            ktap.check(nvidia(vf, "creatable_vgpu_types").exists(), "nvidia/ is gone")
        ktap.equal(errnos, {vf.name: 0 for vf in found}, "errnos of writing the type")
        ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")


for way in (no_driver, plain_vfio, driver_in_the_event):
    ktap.add(f"files before the event: {way.__name__.replace('_', ' ')}", seen_in_add, way)


# ---- with the PF's driver ----


def fresh() -> dict:
    """The ledger of a GPU that was bound just now, without VFs."""
    if gpu.bound():
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    vgpu.settle()
    return ledger()


def with_open() -> list:
    """VFs, some of which have a vGPU."""
    found = ready(MOST)
    for vf in found[:NR_OPEN]:
        must(vf, "open")
    return found


def all_is_back(before: dict) -> None:
    """After a bind nothing is missing, and vGPUs can be made."""
    vgpu.settle()
    ktap.equal(ledger(), before, "what is left of the GPU")
    for vf in ready(NR_OPEN):
        must(vf, *LIFE)
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    ktap.equal(ledger(), before, "what is left of the GPU after vGPUs")


def leaves(make) -> None:
    before, found, log = fresh(), make(), dmesg.Marker("unbind")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal([vf for vf in found if vf.exists()], [], "VFs that stay")
    ktap.equal(model.get("state"), "unloaded", "state of the GPU")
    ktap.equal(log.errors(), [], "errors in the log")
    ktap.equal([line for line in log.lines() if "not used again" in line], [], "quarantine")
    all_is_back(before)


ktap.add("unbind with VFs on", leaves, lambda: ready(MOST))
ktap.add("unbind with vGPUs open", leaves, with_open)


@test("the module goes with VFs on, unless somebody drives them")
def rmmod():
    before = fresh()
    must(ready(4)[0], "open")
    code = subprocess.run(["rmmod", gpu.MODULE], stderr=subprocess.DEVNULL, check=False).returncode
    ktap.check(code, "gsp-core went before the driver of its VFs")
    vgpu.remove()
    ktap.equal(len(vfs()), 4, "VFs")
    name = gpu.find()
    gpu.unload()
    ktap.equal(list(name.glob("virtfn*")), [], "VFs without a driver of their PF")
    gpu.load()
    all_is_back(before)


# ---- with the GPU ----


@test("the GPU leaves the bus with vGPUs open")
def gone():
    before, found = fresh(), with_open()
    log = dmesg.Marker("gone")
    model.put("fault", "gone")
    for vf, command, wanted in zip(found, ("reset", "bme 0", "close", "open"),
                                   ("ENODEV", "ENODEV", "0", "ENODEV")):
        vgpu.Command(vf, command).end(wanted, AT_ONCE)
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal(len(log.errors()), 1, f"error lines: {log.errors()}")
    model.put("fault", "")
    gpu.rescan()
    all_is_back(before)


@test("the firmware dies with vGPUs open")
def crash():
    before, found = fresh(), with_open()
    with model.fault("crash"):
        ktap.equal(run(found[NR_OPEN], "open"), "EIO", "errno of open")
    for vf in found[:NR_OPEN]:
        gpu.wait_for(lambda vf=vf: vgpu.told(vf)["dead"], 5, "the driver of the VF hears of it")
        ktap.equal(vgpu.told(vf)["dead"], 1, "how often it hears")
        ktap.equal((run(vf, "reset"), state(vf)), ("EIO", "broken"), "errno of reset, state")
    ktap.equal(run(found[-1], "open"), "EIO", "errno of open")
    ktap.equal(nvidia(found[-1], "creatable_vgpu_types").read_text(), "ID    : vGPU Name\n",
               "types of a dead GPU")
    for vf in found[:NR_OPEN]:
        must(vf, "close")
    all_is_back(before)


def pulled(prepare, dead: bool) -> None:
    """Out of the slot, and a new one into it."""
    try:
        before = fresh()
        prepare()
        if dead:
            model.put("fault", "gone")
        slot.unplug()
        slot.plug(probe_it=True)
        all_is_back(before)
    finally:
        slot.sane()


# ---- a GPU without vGPU ----


@test("a board that cannot run vGPU has no VFs, and says why")
def plain_board():
    other = gpu.find_all()[1]
    (other / "driver_override").write_text("gsp-core")
    try:
        log = dmesg.Marker("plain board")
        ktap.equal(gpu.bind(other.name), 0, "errno of bind")
        lines = [line for line in log.lines() if "without vGPU" in line]
        ktap.equal(len(lines), 1, f"lines that say why: {lines}")
        ktap.contains(lines[0], "the board is not known to run it", "the line")
        ktap.equal((other / "gsp/vgpu_mode").read_text(), "0\n", "vgpu_mode")
        log = dmesg.Marker("no VFs")
        for _ in range(2):
            found = gpu.write_errno(other / "sriov_numvfs", "1")
            ktap.equal(found, errno.ENODEV, "errno of sriov_numvfs")
        lines = [line for line in log.lines() if "gsp-core" in line]
        ktap.equal(len(lines), 2, f"one line each: {lines}")
        ktap.contains(lines[0], "no VFs", "the line")
        ktap.equal(gpu.unbind(other.name), 0, "errno of unbind")
    finally:
        (other / "driver_override").write_text("\n")


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")
    ktap.equal(model.get("rules-broken", "gpu1"), 0, "rules broken, the other GPU")


# last, for lockdep is off from then on
ktap.add("hot-unplug with vGPUs open", slot.without_lockdep, pulled, with_open, False)
ktap.add("hot-unplug of a GPU that is gone, with vGPUs open", slot.without_lockdep, pulled,
         with_open, True)

BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
ktap.main()
