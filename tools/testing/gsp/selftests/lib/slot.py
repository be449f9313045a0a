# SPDX-License-Identifier: GPL-2.0-only
"""What hands do with the bench's GPU: pull it out of its slot, put one in."""

import contextlib
import os
from pathlib import Path

from . import gpu, model
from bench.machine import FIRST_PORT
from bench.qmp import QmpError

PROVE_LOCKING = Path("/proc/sys/kernel/prove_locking")


def in_model() -> bool:
    return "gpu0" in model.gpus()


def on_the_bus() -> bool:
    port = f"0000:00:{FIRST_PORT:02x}.0"
    try:
        return any(path.resolve().parent.name == port for path in gpu.find_all())
    except OSError:
        return True  # it is vanishing while we look


def wait_unplugged() -> None:
    gpu.wait_for(lambda: not on_the_bus(), 40, "end of the PCI device")
    gpu.wait_for(lambda: not in_model(), 20, "end of the model's device")


def unplug() -> None:
    """Press the button and wait until guest and model are rid of the GPU."""
    model.qmp().command("device_del", id="gpu0")
    wait_unplugged()


def settled(probed: bool) -> bool:
    """The driver's link comes before probe, its files come after."""
    return gpu.bound() and (gpu.find() / "gsp/state").exists() if probed else not gpu.bound()


def plug(probe_it: bool = False, **props) -> None:
    """A healthy GPU of the same kind into the same slot."""
    gpu.autoprobe(probe_it)
    try:
        chip = os.environ["GSP_CHIP"]
        props |= {"id": "gpu0", "bus": "rp0", "chip": chip}
        model.qmp().command("device_add", driver="gsp-gpu", **props)
        gpu.wait_for(on_the_bus, 40, "the GPU that was plugged in")
        gpu.wait_for(lambda: settled(probe_it), 40, "probe")
    finally:
        gpu.autoprobe(True)


def come_back() -> None:
    """The same GPU again, rediscovered through sysfs."""
    model.put("fault", "")
    gpu.rescan()


def sane() -> None:
    """Whatever a failed test left: one healthy unbound GPU."""
    with contextlib.suppress(QmpError):
        model.put("fault", "")
    if not on_the_bus() or not in_model():
        wait_unplugged()
        plug()
    if gpu.bound():
        gpu.unbind()


def without_lockdep(func, *args) -> None:
    """Lockdep finds pciehp itself at fault (Linux 7.3), so it stays out from here on.

    pciehp_unconfigure_device() takes reset_lock with pci_rescan_remove_lock held,
    and elsewhere they nest the other way round; no driver of a device is involved.
    """
    if PROVE_LOCKING.exists():
        PROVE_LOCKING.write_text("0")
    func(*args)
