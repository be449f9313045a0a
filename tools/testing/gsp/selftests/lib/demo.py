# SPDX-License-Identifier: GPL-2.0-only
"""Told step by step: load, boot, divide among VFs, unload (`make demo`)."""

import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import dmesg, gpu, ktap, model, provisioning  # noqa: E402
from lib.ktap import test  # noqa: E402

TRACING = Path("/sys/kernel/tracing")
EVENT = re.compile(r"\s(\d+\.\d+): gsp_(\w+): \S+ (.*)$")
NAMES = {
    10: "FREE",
    47: "UNLOADING_GUEST_DRIVER",
    65: "GET_GSP_STATIC_INFO",
    72: "GSP_SET_SYSTEM_INFO",
    73: "SET_REGISTRY",
    76: "GSP_RM_CONTROL",
    103: "GSP_RM_ALLOC",
    0x1001: "INIT_DONE",
    0x1002: "RUN_CPU_SEQUENCER",
}


def tell(text: str = "") -> None:
    print(f"# {text}", flush=True)


def function(text: str) -> str:
    number = int(re.search(r"fn=(\w+)", text)[1], 0)
    return NAMES.get(number, f"function {number:#x}")


def line_of(event: str, text: str) -> str:
    if event == "boot_phase":
        return text
    if event == "rpc_begin":
        return f"    -> {function(text)}"
    if event == "rpc_rx":
        return f"    <- {function(text)}"
    return ""


def story() -> None:
    """The trace since the last call, seconds since its first event."""
    rows = [EVENT.search(line) for line in (TRACING / "trace").read_text().splitlines()]
    rows = [(float(row[1]), line_of(row[2], row[3])) for row in rows if row]
    (TRACING / "trace").write_text("\n")
    for stamp, line in rows:
        if line:
            tell(f"  {stamp - rows[0][0]:7.3f} s  {line}")


def model_says() -> None:
    facts = [f"{prop} {model.get(prop)}" for prop in ("state", "wpr2-up", "rpc-count")]
    tell("the GPU:    " + ", ".join(facts))


@test("boot")
def boot():
    device = gpu.find()
    ids = [(device / name).read_text().strip()[2:] for name in ("vendor", "device")]
    tell(f"the GPU is {device.name}, PCI id {':'.join(ids)}")
    gpu.load()
    (TRACING / "events/gsp/enable").write_text("1")
    log = dmesg.Marker("demo")
    tell("boot:")
    result = gpu.bind()
    story()
    for line in log.lines():
        tell(f"the driver: {line}")
    model_says()
    ktap.equal(result, 0, "errno of bind")
    ktap.equal(model.get("state"), "rm-ready", "state of the GPU")
    ktap.check(model.get("wpr2-up"), "the firmware has no protected memory")


def give_type(vf: Path, number: int) -> None:
    path = provisioning.nvidia(vf, "current_vgpu_type")
    path.write_text(str(number))
    tell(f"  echo {number} > {vf.name}/nvidia/{path.name}")


def run_vgpu(vf: Path) -> None:
    """The vGPU of a VF for a moment, as a driver of the VF has it."""
    start = time.monotonic()
    with provisioning.opened(vf):
        took = 1000 * (time.monotonic() - start)
        tell(f"  the vGPU of {vf.name} runs, made in {took:.0f} ms:")
        for line in (provisioning.TESTER / vf.name).read_text().splitlines():
            tell(f"    {line}")


@test("divide")
def divide():
    tell("divide:")
    with provisioning.divided(2) as found:
        tell(f"  echo 2 > sriov_numvfs: {', '.join(vf.name for vf in found)}")
        tell("  a VF can be made:")
        for line in provisioning.nvidia(found[0], "creatable_vgpu_types").read_text().splitlines():
            tell(f"    {line}")
        for vf in found:
            give_type(vf, provisioning.type_of("2Q"))
            run_vgpu(vf)
        model_says()
    ktap.equal(model.get("last-rule"), "", "last rule of the hardware that was broken")


@test("unload")
def unload():
    log = dmesg.Marker("demo")
    tell("unload:")
    (TRACING / "trace").write_text("\n")
    result = gpu.unbind()
    story()
    for line in log.lines():
        tell(f"the driver: {line}")
    model_says()
    ktap.equal(result, 0, "errno of unbind")
    gpu.unload()
    ktap.equal(model.get("state"), "unloaded", "state of the GPU")
    ktap.check(not model.get("wpr2-up"), "protected memory is still up")
    ktap.equal(model.get("last-rule"), "", "last rule of the hardware that was broken")


ktap.main()
