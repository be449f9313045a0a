# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=300 vm=own cpus=1
"""Errors on the PCI link, while VFs are open and mapped.

The GPU reports them to the root port, which is the PCI core's to serve.
"""

import errno

from lib import dmesg, gpu, ktap, model, tenant, vfio, vgpu
from lib.ktap import test
from lib.provisioning import pf, set_vfs
from lib.vfio import BAR0, FB, Device, dies_of, errno_of, ready, signalled

FEW = 2
RECOVERED = "device recovery successful"
XID = "NVRM: Xid (PCI:"


def report(error: str) -> None:
    """The GPU reports an error, by QEMU's name of it, with the severity it has by default."""
    line = f"pcie_aer_inject_error gpu0 {error}"
    said = model.qmp().command("human-monitor-command", **{"command-line": line})
    ktap.check(said.startswith("OK"), f"QEMU: {said}")


def recovered(log) -> None:
    gpu.wait_for(lambda: any(RECOVERED in line for line in log.lines()), 20, "recovery")


def state() -> str:
    return (pf() / "gsp/state").read_text().strip()


@test("an error of one transaction is told to who has a VF open, and costs nothing more")
def one_transaction():
    vf, log = ready(FEW)[0], dmesg.Marker("one transaction")
    with tenant.mapped(vf) as (device, window):
        fd = device.eventfd(vfio.IRQ_ERR)
        report("COMP_TIME")
        ktap.check(signalled(fd, 5), "no error is reported")
        recovered(log)
        ktap.equal(bytes(window[:8]), b"mapped!\n", "framebuffer")
        ktap.equal(device.reset(), 0, "errno of a reset")
    ktap.equal(state(), "running", "state of the GPU")
    tenant.must_work([vf])


@test("an error that costs the link ends all vGPUs, and binding anew cures it")
def the_link():
    found, log = ready(FEW), dmesg.Marker("link")
    with tenant.mapped(found[0]) as (device, window), Device(found[1], "group") as other:
        fds = [one.eventfd(vfio.IRQ_ERR) for one in (device, other)]
        report("DLP")
        for fd in fds:
            ktap.check(signalled(fd, 5), "no error is reported")
        recovered(log)
        gpu.wait_for(lambda: dies_of(lambda: window[0]) == "SIGBUS", 5, "end of a reader")
        ktap.equal(errno_of(device.read, FB, 0, 4), errno.EIO, "errno of reading")
        ktap.equal(errno_of(device.write, BAR0, 0, bytes(4)), errno.EIO, "errno of writing")
        ktap.equal(device.reset(), errno.EIO, "errno of a reset")
        window.close()
    ktap.equal(state(), "dead", "state of the GPU")
    ktap.equal(errno_of(Device, found[0]), errno.EIO, "errno of an open")
    ktap.equal(len([line for line in log.lines() if XID in line and ": 79," in line]), 1, "Xids")
    ktap.equal((gpu.unbind(), gpu.bind()), (0, 0), "errnos of unbind and bind")
    tenant.must_work(ready(FEW))


@test("an error that costs the link of a GPU without VFs, and binding anew cures it")
def alone():
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    log = dmesg.Marker("alone")
    report("DLP")
    recovered(log)
    ktap.equal(state(), "dead", "state of the GPU")
    ktap.equal((gpu.unbind(), gpu.bind()), (0, 0), "errnos of unbind and bind")
    ktap.equal(state(), "running", "state of the GPU")
    tenant.must_work(ready(FEW))


@test("no rule of the model was broken")
def rules():
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    vfio.remove()
    vgpu.settle()
    ktap.equal(model.get("rules-broken"), 0, f"rules broken, the last: {model.get('last-rule')}")


gpu.load()
ktap.main()
