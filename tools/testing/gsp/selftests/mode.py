# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain fw=real,synthetic timeout=120 fullchips=gb202
"""Ready for vGPU where that is possible, plain with one line that says why where not."""

import os
import tempfile
from pathlib import Path

from lib import dmesg, gpu, ktap, model
from lib.ktap import test

BROKEN_BEFORE = model.get("rules-broken")


def mode() -> str:
    return (gpu.find() / "gsp/vgpu_mode").read_text().strip()


def without(name: str, top: Path) -> None:
    """At @top, all firmware of the chip but one file."""
    source = Path(gpu.FW_PATH.read_text().strip()) / "nvidia" / os.environ["GSP_CHIP"] / "gsp"
    folder = top / "nvidia" / os.environ["GSP_CHIP"] / "gsp"
    folder.mkdir(parents=True)
    for path in source.glob("*-570.144.bin"):
        if not path.name.startswith(name):
            (folder / path.name).symlink_to(path.resolve())


@test("a board of the list is booted ready for vGPU")
def ready():
    gpu.load()
    ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.equal(mode(), "1", "vgpu_mode")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")


def is_plain(log, why: str) -> None:
    """Bind: one line says why there are no vGPUs, and there are none."""
    ktap.equal(gpu.bind(), 0, "errno of bind")
    lines = [line for line in log.lines() if "without vGPU" in line]
    ktap.equal(len(lines), 1, f"lines that say why: {lines}")
    ktap.contains(lines[0], why, "the line")
    ktap.equal(mode(), "0", "vgpu_mode")
    ktap.check(gpu.write_errno(gpu.find() / "sriov_numvfs", "1"), "a plain GPU got a VF")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")


def no_scrubber() -> None:
    # the loader sees the first root file system, of which this one covers all but devtmpfs
    with tempfile.TemporaryDirectory(dir="/dev") as name:
        without("scrubber", Path(name))
        gpu.reset()  # what the scrubber has cleared stays clear until then
        log = dmesg.Marker("no scrubber")
        with gpu.firmware_from(name):
            is_plain(log, "scrubber-570.144.bin")
    ktap.equal(log.errors(), [], "errors in the log")


def switched_off() -> None:
    model.put("vgpu-mode", False)
    log = dmesg.Marker("switched off")
    try:
        is_plain(log, "vGPU mode is switched off in the board")
    finally:
        model.put("vgpu-mode", True)
    ktap.equal(log.errors(), [], "errors in the log")


def no_answer(spec: str, why: str, errors: int) -> None:
    """The FSP is asked, and what it says is no yes."""
    log = dmesg.Marker(spec)
    with model.fault(spec):
        is_plain(log, why)
        ktap.check(model.get("fault-fired"), "the fault never struck")
    ktap.equal(len(log.errors()), errors, f"number of error lines: {log.errors()}")


if model.has_fsp():
    ktap.add("switched off in the board it is booted plain", switched_off)
    ktap.add("so it is if the FSP refuses to say", no_answer, "prc-refused", "error code 0x1e3", 0)
    for fault in ("fsp-silent", "fsp-tag", "fsp-truncate"):
        words = "does not tell"
        ktap.add(f"and if its answer is lost: {fault}", no_answer, f"{fault},phase=prc", words, 1)
else:
    ktap.add("without the scrubber's file it is booted plain", no_scrubber)


@test("as it was, it is ready again")
def again():
    ready()


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


ktap.main()
