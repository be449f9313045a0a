# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=real,synthetic full=plain/real,debug/synthetic,debug/real
# bench: timeout=240 vm=own cpus=1 gpus=echo
"""Bind by loading the module, what a booted GPU looks like, unload.

The second GPU of this VM echoes the sequence of a request in its reply, as
newer firmware does: everything must hold for both.
"""

from lib import dmesg, gpu, ktap, model, probe
from lib.ktap import test

log = dmesg.Marker("boot")


@test("loading the module binds every GPU")
def load():
    gpu.load(bind=True)
    for device in gpu.find_all():
        ktap.equal(gpu.driver_of(device), "gsp-core", f"driver of {device.name}")


@test("one line of information per GPU, after one that says why it runs no vGPU")
def info_line():
    for device in gpu.find_all():
        lines = [line for line in log.lines() if line.startswith(f"gsp-core {device.name}:")]
        if (device / "gsp/vgpu_mode").read_text() == "0\n":
            ktap.contains(lines.pop(0), "booting without vGPU: ", "the first line")
        ktap.equal(len(lines), 1, f"lines about {device.name}: {lines}")
        probe.is_info_line(lines[0], model.CHIP)


@test("the firmware runs and owns WPR2")
def running():
    for name in model.gpus():
        ktap.equal(model.get("state", name), "rm-ready", f"{name}: state")
        ktap.check(model.get("wpr2-up", name), f"{name}: WPR2 is down")


@test("no rule of the model is broken by booting")
def rules():
    for name in model.gpus():
        ktap.equal(model.get("last-rule", name), "", f"{name}: last broken rule")


@test("unloading the module stops the firmware")
def unload():
    gpu.unload()
    for name in model.gpus():
        ktap.equal(model.get("state", name), "unloaded", f"{name}: state")
        ktap.check(not model.get("wpr2-up", name), f"{name}: WPR2 is still up")


@test("an unbound GPU is no bus master")
def bus_master():
    for device in gpu.find_all():
        command = int.from_bytes((device / "config").read_bytes()[4:6], "little")
        ktap.check(not command & 4, f"{device.name}: bus mastering is on")


@test("no rule of the model is broken by unloading")
def rules_after():
    for name in model.gpus():
        ktap.equal(model.get("last-rule", name), "", f"{name}: last broken rule")
    ktap.equal(log.errors(), [], "errors in the log")


ktap.main()
