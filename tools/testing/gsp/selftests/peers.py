# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=debug fw=real timeout=1800 vm=own gpus=chips
# bench: boot=dma_debug_driver=gsp-core,kmemleak=off
"""A driver that knows nothing of ours: the kernel's own nouveau, on each chip.

nouveau boots the real firmware, is used a little, and is unbound; and again. It
must find nothing to complain about in the model, and the model nothing in it.
"""

import os
import subprocess
import time
from pathlib import Path

from lib import dmesg, drm, gpu, ktap, model

CHIPS = {
    "tu102": 0x162,
    "tu116": 0x168,
    "ga100": 0x170,
    "ga102": 0x172,
    "ad102": 0x192,
    "gh100": 0x180,
    "gb100": 0x1A0,
    "gb202": 0x1B2,
}
# all chips boot once more after that, by loading the module
TURNS = ("first", "again") if os.environ.get("GSP_FULL") else ("first",)
MODULE = "nouveau"
DRIVER = Path("/sys/bus/pci/drivers", MODULE)
RELEASE = "570.144"
BO_SIZE = 4 << 20
# nouveau never calls dma_set_max_seg_size(), so that its GPUs claim 64 KiB, while
# DRM's prime code makes one segment of all pages that are neighbours: what is
# shared may not be bigger, or DMA-API debugging warns, and rightly so, of nouveau
SHARED_SIZE = 64 << 10
XID = 31
OS_ERROR_LOG = f"fn=0x1006,data={XID},size=0x110"


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

    def interrupts(self) -> int:
        """How often the CPUs took an interrupt of this GPU."""
        msi = self.device / "msi_irqs"
        # a quirk for bridges of 2005 has nouveau use INTx on device ids that end in Fx
        line = (self.device / "irq").read_text().strip()
        numbers = {path.name for path in msi.iterdir()} if msi.exists() else {line}
        rows = [line.split() for line in Path("/proc/interrupts").read_text().splitlines()]
        counts = [row[1 : 1 + os.cpu_count()] for row in rows if row[0].rstrip(":") in numbers]
        return sum(int(count) for row in counts for count in row)

    def running(self) -> None:
        ktap.equal(self.get("state"), "rm-ready", "state")
        ktap.check(self.get("wpr2-up"), "WPR2 is down")
        ktap.check(drm.nodes(self.device), "no DRM node")

    def stopped(self) -> None:
        ktap.equal(self.get("state"), "unloaded", "state")
        ktap.check(not self.get("wpr2-up"), "WPR2 is still up")
        ktap.check(not drm.nodes(self.device), "DRM nodes are left")


def load(bind: bool = False) -> None:
    """Headless: of GB202 nouveau does not ask whether there is a display."""
    gpu.autoprobe(bind)
    try:
        subprocess.run(["modprobe", MODULE, "modeset=2"], check=True)
    finally:
        gpu.autoprobe(True)


def unload() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def complaints(log) -> list:
    """What nouveau has to say that it should not have to."""
    return [text for level, _, text in log.rows() if level <= 4 and MODULE in text]


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
    ktap.contains(text, "using COPY for buffer copies", "copy engine")
    ktap.contains(text, f"NVIDIA {chip} ({CHIPS[chip]:x}000a1)", "chip")
    ktap.contains(text, f"RM version: {RELEASE}", "firmware")
    clean(peer, log)


def used(chip: str) -> None:
    """An ioctl or two, and framebuffer through BAR1 and its page tables."""
    peer, log = Peer(chip), dmesg.Marker("used")
    with drm.Nouveau(peer.device) as client:
        ktap.equal(client.param(drm.CHIPSET_ID), CHIPS[chip], "chipset id")
        size = peer.get("fb-size") << 20
        ktap.check(client.param(drm.FB_SIZE) > size * 7 // 8, "framebuffer is too small")
        before = client.param(drm.PTIMER_TIME)
        ktap.check(client.param(drm.PTIMER_TIME) > before, "PTIMER stands still")
        memory(client)
    clean(peer, log)


def some_bytes(size: int) -> dict:
    """What to write where: both ends, the middle, and around the first page's end."""
    return {at: os.urandom(64) for at in (0, 4096 - 64, 4096, size // 2, size - 64)}


def write(client, buffer, patterns: dict) -> None:
    with client.map(buffer) as view:
        for at, pattern in patterns.items():
            view[at : at + 64] = pattern


def compare(client, buffer, patterns: dict, what: str) -> None:
    with client.map(buffer) as view:
        for at, pattern in patterns.items():
            ktap.equal(view[at : at + 64], pattern, f"{what} at {at:#x}")


def memory(client) -> None:
    """Two buffers in VRAM keep apart, and keep what was written."""
    first, second = client.buffer(BO_SIZE), client.buffer(BO_SIZE)
    patterns, others = some_bytes(BO_SIZE), some_bytes(BO_SIZE)
    write(client, first, patterns)
    write(client, second, others)
    compare(client, first, patterns, "first buffer")
    compare(client, second, others, "second buffer")


def interrupted(chip: str) -> None:
    """GSP-RM speaks first: its vector, the interrupt tree, MSI, and nouveau reads it."""
    peer = Peer(chip)
    for turn in range(3):
        log, before = dmesg.Marker("interrupted"), peer.interrupts()
        model.put("raise-event", OS_ERROR_LOG, peer.model)
        ktap.check(log.wait(rf"{peer.device.name}: gsp: Xid:{XID} "), f"event {turn} got lost")
        ktap.check(peer.interrupts() > before, "nouveau got it without an interrupt")


def copies(chip: str, other: str) -> None:
    """The copy engine moves a buffer to system memory, because the other GPU wants it."""
    peer, log = Peer(chip), dmesg.Marker("copies")
    with drm.Nouveau(peer.device) as owner, drm.Nouveau(Peer(other).device) as guest:
        buffer, patterns = owner.buffer(SHARED_SIZE), some_bytes(SHARED_SIZE)
        write(owner, buffer, patterns)
        less = owner.param(drm.VRAM_USED) - SHARED_SIZE
        fd = owner.export(buffer)
        guest.take(fd)
        gpu.wait_for(lambda: owner.param(drm.VRAM_USED) <= less, 5, "buffer still in VRAM")
        compare(owner, buffer, patterns, "system memory")
        os.close(fd)
    clean(peer, log)


def stops(chip: str) -> None:
    peer, log = Peer(chip), dmesg.Marker("stops")
    peer.unbind()
    peer.stopped()
    clean(peer, log)


def all_start() -> None:
    peers, log = [Peer(chip) for chip in CHIPS], dmesg.Marker("all start")
    unload()
    load(bind=True)
    for peer in peers:
        peer.running()
        clean(peer, log)


def all_stop() -> None:
    peers, log = [Peer(chip) for chip in CHIPS], dmesg.Marker("all stop")
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
        for turn in TURNS:
            ktap.add(f"{chip}: nouveau boots the firmware, {turn}", boots, chip)
            ktap.add(f"{chip}: memory and registers work, {turn}", used, chip)
            ktap.add(f"{chip}: an event interrupts, {turn}", interrupted, chip)
            ktap.add(f"{chip}: nouveau stops the firmware, {turn}", stops, chip)
    ktap.add("all: by loading the module", all_start)
    for chip, other in zip(CHIPS, [*CHIPS][1:] + [*CHIPS][:1]):
        ktap.add(f"{chip}: the copy engine moves a buffer", copies, chip, other)
    ktap.add("all: by unloading the module", all_stop)
    ktap.add("ad102: handed to gsp-core and back", ours)
    ktap.main()


main()
