# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=1200 vm=own
"""gsp-vfio-pci and bad luck: plugins that do not come up, firmware that dies, a GPU that is pulled.

VFs are open and mapped meanwhile. Who has one is told, nothing hangs, and when
it is over they open again.
"""

import errno
import os
import select
import signal
import threading
import time
from pathlib import Path

from lib import dmesg, gpu, ktap, model, probe, slot, tenant, vfio, vgpu
from lib.ktap import test
from lib.provisioning import pf, set_vfs, vfs
from lib.vfio import BAR0, CONFIG, DRIVER, FB, Device, dies_of, errno_of, ready, signalled
from lib.vgpu import DEBUG, ledger

FEW = 4
# what the machine may add to a deadline
SLACK = 30 if DEBUG else 8
# a plugin that says nothing
DEADLINE = 45 + SLACK
# nobody asks the firmware
AT_ONCE = 5 if DEBUG else 2
BRIDGE_ASKS = 30


def quick(func, *args):
    start = time.monotonic()
    result = func(*args)
    took = time.monotonic() - start
    ktap.check(took < AT_ONCE, f"it took {took:.1f} s")
    return result


def name_of(func, *args) -> str:
    number = errno_of(func, *args)
    return probe.name_of(number) if number else "0"


def over(device, window, fd: int) -> None:
    """Its owner is told, nothing can be reached, and nothing hangs."""
    name = device.vf.name
    ktap.check(signalled(fd, 5), f"{name}: no error is reported")
    ktap.equal(quick(device.reset), errno.EIO, f"{name}: errno of a reset")
    ktap.equal(quick(errno_of, device.read, FB, 0, 4), errno.EIO, f"{name}: errno of reading")
    ktap.equal(quick(errno_of, device.write, BAR0, 0, bytes(4)), errno.EIO,
               f"{name}: errno of writing")
    gpu.wait_for(lambda: dies_of(lambda: window[0]) == "SIGBUS", 5, f"{name}: end of a reader")
    with quick(device.map, FB, 4096) as late:
        ktap.equal(dies_of(lambda: late[0]), "SIGBUS", f"{name}: end of a reader who maps it now")
    ktap.equal(len(quick(device.read, CONFIG, 0, 64)), 64, f"{name}: bytes of configuration space")
    quick(device.bus_master, False)


# ---- plugins that do not come up ----

# what strikes, errno of the open
PLUGINS = """
bootload-refused                    ENOSPC
bootload-refused,arg=0x56           ENOTSUP
plugin-crash,phase=bootload         EIO
plugin-crash,phase=plugin-version   EIO
plugin-crash,phase=plugin-config    EIO
plugin-crash,phase=plugin-bme       EIO
plugin-result,phase=plugin-version  EREMOTEIO
plugin-result,phase=plugin-config   EREMOTEIO
plugin-result,phase=plugin-bme      EREMOTEIO
"""


def refused(spec: str, wanted: str) -> None:
    """One line says why; the next open works, and nothing is lost."""
    first, second = ready(FEW)[:2]
    before = ledger()
    for way in vfio.WAYS:
        log = dmesg.Marker(spec)
        with Device(second) as other:
            with model.fault(spec):
                ktap.equal(name_of(Device, first, way), wanted, f"errno of an open by {way}")
                ktap.check(model.get("fault-fired"), "the fault never struck")
            ktap.equal(vgpu.state(first), "idle", "state")
            ktap.equal(other.reset(), 0, "errno of a reset of the other VF")
        said = [line for line in log.errors() if f"vGPU of VF {vfs().index(first)}: " in line]
        ktap.equal(len(said), 1, f"lines that say why: {log.errors()}")
        ktap.equal(ledger(), before, "what is left of the GPU")
        tenant.must_work([first])


for row in PLUGINS.strip().splitlines():
    ktap.add(f"{row.split()[0]} while a VF is opened", refused, *row.split())


def start_open(vf: Path, way: str) -> int:
    """A child that opens a VF; it ends with the errno."""
    pid = os.fork()
    if not pid:
        try:
            os._exit(errno_of(Device, vf, way))
        finally:
            os._exit(255)
    return pid


def end_of(pid: int, limit: float) -> int:
    """Its status, in the way of subprocess."""

    def ended():
        found, status = os.waitpid(pid, os.WNOHANG)
        return (os.waitstatus_to_exitcode(status),) if found else None

    return gpu.wait_for(ended, limit, "end of an open")[0]


@test("plugins that never answer keep nobody but their own VFs, whoever is killed")
def silent():
    found = ready(FEW)
    before = ledger()
    with model.fault("plugin-silent,phase=bootload,count=2"):
        patient = start_open(found[0], "cdev")
        killed = start_open(found[1], "group")
        gpu.wait_for(lambda: [vgpu.state(vf) for vf in found[:2]] == ["starting"] * 2, SLACK,
                     "two opens that wait")
        time.sleep(1)
    os.kill(killed, signal.SIGKILL)
    tenant.must_work(found[2:])
    ktap.equal(end_of(patient, DEADLINE), errno.ETIMEDOUT, "errno of the one that waits")
    ktap.equal(end_of(killed, DEADLINE), -signal.SIGKILL, "end of the one that was killed")
    ktap.equal(ledger(), before, "what is left of the GPU")
    tenant.must_work(found)


# ---- firmware that dies ----


def again() -> None:
    """A rebind brings back all there was."""
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal(gpu.bind(), 0, "errno of bind")
    found = ready(FEW)
    tenant.must_work(found[:2])


def closed_quickly(*pairs) -> None:
    for device, window in pairs:
        start = time.monotonic()
        window.close()
        device.close()
        took = time.monotonic() - start
        ktap.check(took < AT_ONCE, f"closing {device.vf.name} took {took:.1f} s")


def die_at_open(found: list) -> None:
    ktap.equal(name_of(Device, found[2]), "EIO", "errno of the open in which it dies")


@test("the firmware dies while VFs are open and mapped")
def crash():
    found = ready(FEW)
    log = dmesg.Marker("crash")
    with tenant.mapped(found[0]) as first, tenant.mapped(found[1], "group") as second:
        rows = [(*pair, pair[0].eventfd(vfio.IRQ_ERR)) for pair in (first, second)]
        with model.fault("crash"):
            die_at_open(found)
            ktap.check(model.get("fault-fired"), "the fault never struck")
        for row in rows:
            over(*row)
        for vf in found[2:]:
            ktap.equal(quick(name_of, Device, vf), "EIO", f"errno of an open of {vf.name}")
        closed_quickly(first, second)
    ktap.equal([quick(name_of, Device, vf) for vf in found], ["EIO"] * FEW, "errno of an open")
    ktap.equal(len(log.errors()), 1, f"error lines: {log.errors()}")
    again()


@test("the firmware dies in a reset")
def crash_reset():
    vf = ready(FEW)[0]
    with tenant.mapped(vf) as (device, window):
        fd = device.eventfd(vfio.IRQ_ERR)
        with model.fault("crash"):
            ktap.equal(device.reset(), errno.EIO, "errno of the reset")
            ktap.check(model.get("fault-fired"), "the fault never struck")
        over(device, window, fd)
    again()


@test("the firmware dies while a VF is closed")
def crash_close():
    found = ready(FEW)
    with Device(found[0]) as device, Device(found[1]) as other:
        fd = other.eventfd(vfio.IRQ_ERR)
        with model.fault("crash"):
            device.close()
            ktap.check(model.get("fault-fired"), "the fault never struck")
        ktap.check(signalled(fd, 5), "no error is reported")
    again()


class Unbinding(threading.Thread):
    """Something that waits until nobody has a VF open any more."""

    def __init__(self, func, *args):
        super().__init__(target=func, args=args, daemon=True)
        self.start()

    def asks(self, fds, limit: float = 15) -> int:
        """Which of these owners of VFs is asked for his."""
        asked = select.select(list(fds), [], [], limit)[0]
        ktap.check(asked, "nobody asks for the VF")
        ktap.check(self.is_alive(), "it does not wait until the VF is closed")
        return asked[0]

    def end(self) -> None:
        self.join(60)
        ktap.check(not self.is_alive(), "it hangs, though no VF is open")


@test("the PF of dead firmware is unbound while VFs are open")
def crash_unbind():
    found = ready(FEW)
    with tenant.mapped(found[0]) as (device, window):
        fds = [device.eventfd(kind) for kind in (vfio.IRQ_ERR, vfio.IRQ_REQ)]
        with model.fault("crash"):
            die_at_open(found)
        unbinding = Unbinding(gpu.unbind)
        unbinding.asks(fds[1:])
        over(device, window, fds[0])
    unbinding.end()
    ktap.equal((gpu.bound(), vfs()), (False, []), "bound, VFs")
    ktap.equal(gpu.bind(), 0, "errno of bind")
    tenant.must_work(ready(FEW)[:2])


# ---- a GPU that is pulled ----


def left_the_bus(device, window) -> None:
    """All ones, or nothing at all; and no waiting for what cannot answer."""
    ktap.check(dies_of(lambda: window[0]) in ("", "SIGBUS"), "end of a reader")
    found = errno_of(device.read, FB, 0, 4)
    if not found:
        ktap.equal(device.read(FB, 0, 4), b"\xff" * 4, "framebuffer")
    ktap.check(found in (0, errno.EIO), f"errno of reading: {found}")
    ktap.equal(quick(device.reset), errno.EIO, "errno of a reset")


def pulled(remove, come_back, gone: bool, limit: float) -> None:
    """Who has VFs open is asked for them, one by one; when they are closed the GPU can go."""
    found = ready(FEW)
    with tenant.mapped(found[0]) as first, tenant.mapped(found[1], "group") as second:
        fds = [device.eventfd(vfio.IRQ_REQ) for device, _ in (first, second)]
        if gone:
            model.put("fault", "gone")
            left_the_bus(*first)
        removal = Unbinding(remove)
        left = dict(zip(fds, (first, second), strict=True))
        while left:
            asked = removal.asks(left, limit)
            if not gone:
                ktap.equal(left[asked][0].read(FB, 0, 8), b"mapped!\n", "framebuffer")
            closed_quickly(left.pop(asked))
    removal.end()
    come_back()
    vgpu.settle()
    tenant.must_work(ready(FEW)[:2])


def unplug() -> None:
    model.qmp().command("device_del", id="gpu0")
    slot.wait_unplugged()


def plug() -> None:
    slot.plug(**{"vf-test": True})


def removed() -> None:
    (pf() / "remove").write_text("1")


def rescanned() -> None:
    """As slot.come_back() does it, of a GPU that is off the bus already."""
    model.put("fault", "")
    gpu.autoprobe(False)
    try:
        Path("/sys/bus/pci/rescan").write_text("1")
        gpu.wait_for(gpu.find_all, 10, "the GPU after a rescan")
    finally:
        gpu.autoprobe(True)


def cleaned(*args) -> None:
    try:
        pulled(*args)
    except BaseException:
        time.sleep(SLACK)  # what is closed by now lets the GPU go
        if not slot.in_model():
            plug()
        elif not slot.on_the_bus():
            rescanned()
        raise


for has_gone, name in ((False, "answers"), (True, "is gone")):
    ktap.add(f"a GPU that {name} is taken off the bus while VFs are open",
             cleaned, removed, rescanned, has_gone, 15)


@test("VFs of a GPU that was gone for a while cannot be opened until it is bound anew")
def gone_a_while():
    found = ready(FEW)
    with tenant.mapped(found[0]) as (device, window):
        model.put("fault", "gone")
        left_the_bus(device, window)
        ktap.equal(quick(name_of, Device, found[1]), "ENODEV", "errno of an open")
        model.put("fault", "")
        closed_quickly((device, window))
    gpu.unbind()
    slot.come_back()
    vgpu.settle()
    tenant.must_work(ready(FEW)[:2])


for has_gone, name in ((False, "answers"), (True, "is gone")):
    ktap.add(f"hot-unplug of a GPU that {name} while VFs are open",
             slot.without_lockdep, cleaned, unplug, plug, has_gone, BRIDGE_ASKS)


@test("no rule of the model was broken")
def rules():
    ktap.equal([gpu.driver_of(vf) for vf in vfs()], [DRIVER] * FEW, "drivers")
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    vfio.remove()
    ktap.equal(model.get("rules-broken"), 0, "rules broken")


gpu.load()
ktap.main()
