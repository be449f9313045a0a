# SPDX-License-Identifier: GPL-2.0-only
"""Told step by step: load, boot, divide, a guest with a VF, and back (`make demo`)."""

import itertools
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import dmesg, gpu, guest, ktap, model, passthrough, provisioning, vgpu  # noqa: E402
from lib.ktap import test  # noqa: E402

PROFILE = "2Q"
TRACING = Path("/sys/kernel/tracing")
EVENT = re.compile(r"\s(\d+\.\d+): gsp_(\w+): \S+ (.*)$")
FIRST_EVENT = 0x1000
NAMES = {
    10: "FREE",
    47: "UNLOADING_GUEST_DRIVER",
    65: "GET_GSP_STATIC_INFO",
    72: "GSP_SET_SYSTEM_INFO",
    73: "SET_REGISTRY",
    76: "RM control or alloc",
    103: "RM control or alloc",
    0x1001: "INIT_DONE",
    0x1002: "RUN_CPU_SEQUENCER",
}


def tell(text: str = "") -> None:
    print(f"# {text}", flush=True)


def line_of(event: str, text: str) -> str:
    if event == "boot_phase":
        return text
    if event not in ("rpc_begin", "rpc_rx"):
        return ""
    number = int(re.search(r"fn=(\w+)", text)[1], 0)
    name = NAMES.get(number, f"function {number:#x}")
    if event == "rpc_begin":
        return f"    -> {name}"
    return f"    <- {name}" if number >= FIRST_EVENT else ""


def story() -> None:
    """The trace since the last call, seconds since its first event; answers go without saying."""
    rows = [EVENT.search(line) for line in (TRACING / "trace").read_text().splitlines()]
    rows = [(float(row[1]), line_of(row[2], row[3])) for row in rows if row]
    (TRACING / "trace").write_text("\n")
    start = rows[0][0]
    for line, same in itertools.groupby((row for row in rows if row[1]), lambda row: row[1]):
        stamps = [stamp for stamp, _ in same]
        times = f", {len(stamps)} times" if len(stamps) > 1 else ""
        tell(f"  {stamps[0] - start:7.3f} s  {line}{times}")


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
    tell()
    tell("boot:")
    result = gpu.bind()
    story()
    for line in log.lines():
        tell(f"the driver: {line}")
    model_says()
    ktap.equal(result, 0, "errno of bind")
    ktap.equal(model.get("state"), "rm-ready", "state of the GPU")
    ktap.check(model.get("wpr2-up"), "the firmware has no protected memory")


def does(path: Path, text) -> None:
    """What an administrator types, done."""
    tell(f"  echo {text} > {path}")
    path.write_text(f"{text}\n")


def vfs() -> list:
    """By the short path."""
    return [gpu.DEVICES / vf.name for vf in provisioning.vfs()]


def prepare(vf: Path) -> None:
    """A VF that waits for a VMM."""
    tell("  a VF can be made:")
    for line in provisioning.nvidia(vf, "creatable_vgpu_types").read_text().splitlines():
        tell(f"    {line}")
    does(provisioning.nvidia(vf, "current_vgpu_type"), provisioning.type_of(PROFILE))
    tell(f"  modprobe {passthrough.DRIVER}")
    passthrough.modprobe(*passthrough.MODULES)
    does(vf / "driver_override", passthrough.DRIVER)
    does(Path("/sys/bus/pci/drivers_probe"), vf.name)
    ktap.equal(gpu.driver_of(vf), passthrough.DRIVER, f"driver of {vf.name}")


@test("divide")
def divide():
    tell()
    tell("divide:")
    does(gpu.find() / "sriov_numvfs", 2)
    tell(f"  VFs: {', '.join(vf.name for vf in vfs())}")
    prepare(vfs()[0])


@test("a guest uses the VF")
def use():
    lack = guest.missing()
    ktap.check(not lack, "; ".join(lack))
    vf = vfs()[0]
    device = guest.vfio(vf)
    size = provisioning.Types.get(provisioning.type_of(PROFILE), "framebuffer")
    words = guest.words_for(passthrough.DRIVER, size)
    tell()
    tell("a guest:")
    tell(f"  qemu-system-x86_64 -accel kvm {' '.join(device)} ...")
    with guest.refusals(guest.REFUSED), guest.Guest(device, words) as one:
        gpu.wait_for(lambda: vgpu.state(vf) == "running", guest.SECONDS, "a vGPU")
        tell("  QEMU has opened the VF: its vGPU runs. Linux boots in the guest, and its program:")
        results = one.finish()
    for name, status in results.items():
        tell(f"    {status}: {name}")
    tell(f"  after {one.seconds:.0f} s the guest has ended, and with it the vGPU: {vgpu.state(vf)}")
    tell(f"  the model refused {guest.REFUSED} accesses to what is not the guest's")
    ktap.equal(set(results.values()), {"passed"}, "what became of the guest's tests")
    ktap.equal(vgpu.state(vf), "idle", "state of the vGPU")


@test("give back")
def give_back():
    vf = vfs()[0]
    tell()
    tell("give back:")
    does(vf / "driver/unbind", vf.name)
    does(provisioning.nvidia(vf, "current_vgpu_type"), 0)
    does(gpu.find() / "sriov_numvfs", 0)
    tell(f"  rmmod {passthrough.DRIVER}")
    passthrough.unload()
    ktap.equal(vfs(), [], "VFs")
    model_says()


@test("unload")
def unload():
    log = dmesg.Marker("demo")
    tell()
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
    ktap.equal(model.get("rules-broken"), guest.REFUSED, "rules of the hardware that were broken")


ktap.main()
