# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=real,synthetic full=debug/real,debug/synthetic
# bench: timeout=1200 vm=own cpus=1 gpus=chips
"""Every chip of the model in one machine: boot, unload, boot again; and bad luck.

The faults are those of each chip's own way to boot, and a few that any may meet;
faults.py and matrix.py have all of them.
"""

import os
import re

from lib import dmesg, faultrows, gpu, ktap, model, probe

# of boots that take no longer than a boot
QUICK = r"fsp-(error|tag|sequence|truncate|oversize|other)|fmc-|pio-|falcon-error|frts-|crash,phase=init"


def pairs() -> list:
    """(sysfs folder, id in the model) of each GPU."""
    return list(zip(gpu.find_all(), model.gpus(), strict=True))


def name_of(gpu_id: str) -> str:
    return model.get("chip", gpu_id)


def claim() -> None:
    """Some are on boards that are bound on request only."""
    for device, _ in pairs():
        (device / "driver_override").write_text("gsp-core")


def boots(device, gpu_id: str) -> None:
    log = dmesg.Marker("boots")
    ktap.equal(probe.name_of(gpu.bind(device.name)), "0", f"errno of bind\n{log.text()}")
    lines = [line for line in log.lines() if line.startswith(f"gsp-core {device.name}:")]
    probe.is_info_line(lines[-1], name_of(gpu_id))
    ktap.equal(model.get("state", gpu_id), "rm-ready", "state")
    ktap.equal(gpu.unbind(device.name), 0, "errno of unbind")
    ktap.equal(model.get("state", gpu_id), "unloaded", "state")
    ktap.check(not model.get("wpr2-up", gpu_id), "WPR2 is still up")
    ktap.equal(model.get("last-rule", gpu_id), "", "last broken rule")
    ktap.equal(log.errors(), [], "errors in the log")


def all_together() -> None:
    log = dmesg.Marker("together")
    for device, _ in pairs():
        ktap.equal(gpu.bind(device.name), 0, f"{device.name}: errno of bind")
    gpu.unload()
    gpu.load()
    for _, gpu_id in pairs():
        ktap.equal(model.get("state", gpu_id), "unloaded", f"{gpu_id}: state")
        ktap.equal(model.get("last-rule", gpu_id), "", f"{gpu_id}: last broken rule")
    ktap.equal(log.errors(), [], "errors in the log")


def fault(row, device, gpu_id: str) -> None:
    faultrows.strike(*row, device.name, gpu_id)
    probe.must_work(device.name, gpu_id)


def faults(device, gpu_id: str) -> None:
    chip = name_of(gpu_id)
    for row in faultrows.TABLE:
        if re.match(QUICK, row[0]) and model.can_strike(row[0], chip):
            ktap.add(f"{chip}: {row[0]}", fault, row, device, gpu_id)


def main() -> None:
    ktap.add("all of them at a time", all_together)
    for device, gpu_id in pairs():
        for turn in ("once", "again"):
            ktap.add(f"{name_of(gpu_id)} boots and unloads, {turn}", boots, device, gpu_id)
        if os.environ["GSP_FW"] == "synthetic":
            faults(device, gpu_id)
    gpu.load()
    claim()
    ktap.main()


main()
