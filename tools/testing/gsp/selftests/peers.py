# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=debug fw=real timeout=900 vm=own gpus=chips
"""A driver that knows nothing of ours: the kernel's own nouveau, on each chip.

nouveau boots the real firmware, is used a little, and is unbound; and again. It
must find nothing to complain about in the model, and the model nothing in it.
Where nouveau is known to be wrong, KNOWN says so and why.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from lib import dmesg, drm, gpu, ktap, model

CHIPS = {"ga102": 0x172, "ad102": 0x192}
MODULE = "nouveau"
DRIVER = Path("/sys/bus/pci/drivers", MODULE)
RELEASE = "570.144"
MIB = 1 << 20
BO_SIZE = 4 * MIB

# Lines of level err or worse that are nouveau's own, each with the reason.
KNOWN = []


class Peer:
    """One GPU: its place on the bus, in the model, and the chip that it is."""

    def __init__(self, chip: str):
        names = [name for name in model.gpus() if model.get("chip", name) == chip]
        ktap.equal(len(names), 1, f"GPUs with a {chip}")
        self.chip, self.model = chip, names[0]
        self.device = gpu.find_all()[model.gpus().index(self.model)]

    def get(self, prop: str):
        return model.get(prop, self.model)

    def bind(self) -> None:
        error = gpu.write_errno(DRIVER / "bind", self.device.name)
        ktap.equal(error, 0, "errno of bind")
        ktap.equal(gpu.driver_of(self.device), MODULE, "driver")

    def unbind(self) -> None:
        ktap.equal(gpu.write_errno(DRIVER / "unbind", self.device.name), 0, "errno of unbind")

    def running(self) -> None:
        ktap.equal(self.get("state"), "rm-ready", "state")
        ktap.check(self.get("wpr2-up"), "WPR2 is down")
        ktap.check(drm.nodes(self.device), "no DRM node")

    def stopped(self) -> None:
        ktap.equal(self.get("state"), "unloaded", "state")
        ktap.check(not self.get("wpr2-up"), "WPR2 is still up")
        ktap.check(not drm.nodes(self.device), "DRM nodes are left")


def load(bind: bool = False) -> None:
    gpu.autoprobe(bind)
    try:
        subprocess.run(["modprobe", MODULE], check=True)
    finally:
        gpu.autoprobe(True)


def unload() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def complaints(log) -> list:
    """What nouveau has to say that it should not have to."""
    lines = [text for level, _, text in log.rows() if level <= 4 and MODULE in text]
    return [text for text in lines if not any(re.search(known, text) for known in KNOWN)]


def clean(peer, log) -> None:
    ktap.equal(complaints(log), [], "complaints of nouveau")
    ktap.equal(peer.get("last-rule"), "", "last broken rule of the model")
    ktap.equal(peer.get("rules-broken"), 0, "broken rules of the model")


def boots(chip: str) -> None:
    peer, log = Peer(chip), dmesg.Marker("boots")
    served, start = peer.get("rpc-count"), time.monotonic()
    peer.bind()
    ktap.comment(f"probe took {time.monotonic() - start:.1f} s")
    peer.running()
    ktap.comment(f"RPCs served: {peer.get('rpc-count') - served}")
    for line in log.lines():
        if MODULE in line:
            ktap.comment(line)
    text = log.text()
    ktap.contains(text, f"NVIDIA {chip} ({CHIPS[chip]:x}000a1)", "chip")
    ktap.contains(text, f"RM version: {RELEASE}", "firmware")
    clean(peer, log)


def used(chip: str) -> None:
    """An ioctl or two, and framebuffer through BAR1 and its page tables."""
    peer, log = Peer(chip), dmesg.Marker("used")
    with drm.Nouveau(peer.device) as client:
        ktap.equal(client.param(drm.CHIPSET_ID), CHIPS[chip], "chipset id")
        ktap.check(client.param(drm.FB_SIZE) > 40 << 30, "framebuffer is too small")
        before = client.param(drm.PTIMER_TIME)
        ktap.check(client.param(drm.PTIMER_TIME) > before, "PTIMER stands still")
        memory(client)
    clean(peer, log)


def memory(client) -> None:
    """Two buffers in VRAM keep apart, and keep what was written."""
    first, second = client.buffer(BO_SIZE), client.buffer(BO_SIZE)
    patterns = {at: os.urandom(64) for at in (0, 4096 - 64, 64 << 10, 2 * MIB, BO_SIZE - 64)}
    with client.map(first) as one, client.map(second) as two:
        for at, pattern in patterns.items():
            one[at : at + 64] = pattern
            two[at : at + 64] = bytes(64)
    with client.map(first) as again, client.map(second) as other:
        for at, pattern in patterns.items():
            ktap.equal(again[at : at + 64], pattern, f"framebuffer at {at:#x}")
            ktap.equal(other[at : at + 64], bytes(64), f"the other buffer at {at:#x}")


def stops(chip: str) -> None:
    peer, log = Peer(chip), dmesg.Marker("stops")
    peer.unbind()
    peer.stopped()
    clean(peer, log)


def reload() -> None:
    """Both GPUs by loading and unloading the module."""
    peers, log = [Peer(chip) for chip in CHIPS], dmesg.Marker("reload")
    unload()
    load(bind=True)
    for peer in peers:
        peer.running()
    unload()
    for peer in peers:
        peer.stopped()
        clean(peer, log)


def ours() -> None:
    """The GPU changes hands: gsp-core boots what nouveau left, nouveau what we left."""
    peer, log = Peer("ad102"), dmesg.Marker("ours")
    gpu.load()
    ktap.equal(gpu.bind(peer.device.name), 0, "errno of our bind")
    ktap.equal(gpu.unbind(peer.device.name), 0, "errno of our unbind")
    gpu.unload()
    load()
    peer.bind()
    peer.running()
    peer.unbind()
    peer.stopped()
    unload()
    ktap.equal(log.errors(), [], "errors of gsp-core")
    clean(peer, log)


def main() -> None:
    load()
    for chip in CHIPS:
        for turn in ("first", "again"):
            ktap.add(f"{chip}: nouveau boots the firmware, {turn}", boots, chip)
            ktap.add(f"{chip}: memory and registers work, {turn}", used, chip)
            ktap.add(f"{chip}: nouveau stops the firmware, {turn}", stops, chip)
    ktap.add("both: by loading and unloading the module", reload)
    ktap.add("ad102: handed to gsp-core and back", ours)
    ktap.main()


main()
