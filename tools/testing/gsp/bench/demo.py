# SPDX-License-Identifier: GPL-2.0-only
"""`make demo`: from boot to a guest that uses a VF of the model, step by step."""

import json

from . import console, firmware, guest, ktap, modules, qemu, suites, ui, vm
from .machine import Machine

SCRIPT = "lib/demo.py"
SECONDS = 600


class Teller:
    """Passes on what the script in the VM tells, as it comes."""

    def __init__(self, path):
        self.path = path
        self.told = 0

    def __call__(self) -> None:
        lines = vm.read_text(self.path).split("\n")[:-1]
        for line in lines[self.told :]:
            if line.startswith("# "):
                ui.say(line[2:])
        self.told = len(lines)


def show_files(kind: str, top, chip: str) -> None:
    origin = "NVIDIA's own" if kind == "real" else "synthetic, NOT NVIDIA's"
    ui.say(f"\nfirmware {firmware.RELEASE}, {origin}:")
    for checksum, size, path in firmware.checksums(top, chip):
        ui.say(f"  {checksum}  {size:>9}  {path}")


def machine(kind_folder, chip: str, kernel_name: str, folder) -> Machine:
    spec = {
        "firmware": str(kind_folder),
        "suites": [{"name": SCRIPT, "timeout": SECONDS}],
        "env": {"GSP_KERNEL": kernel_name, **guest.environment()},
    }
    path = folder / "spec.json"
    path.write_text(json.dumps(spec))
    env = {"GSP_SPEC": path, "GSP_MODULES": modules.tree(kernel_name)}
    gpus = [{"vf-test": "on"}]
    return Machine(kernel=kernel_name, chip=chip, gpus=gpus, env=env)


def run(chip: str, kind: str, kernel_name: str) -> int:
    top = firmware.folder(kind, chip)
    qemu.binary()
    folder = vm.run_folder("demo")
    this = machine(top, chip, kernel_name, folder)
    show_files(kind, top, chip)
    ui.say(f"\na PC with an emulated {chip.upper()} starts, Linux {kernel_name} kernel ...")
    with vm.HostVm(this, folder) as host:
        ending = host.wait(SECONDS + suites.BOOT_SECONDS, Teller(host.results()))
    lines = vm.read_text(host.results()).splitlines()
    results = ktap.parse(line for line in lines if not line.startswith("@"))
    failed = [result for result in results if result.status != "passed"]
    if failed or not results or ending != "done" or console.reports(lines):
        names = ", ".join(result.name for result in failed)
        ui.say(f"\n{host.trouble()}\nFAILED: {names or ending}")
        return 1
    ui.say(f"\n{kind} firmware booted, GPU divided, VF used by a guest, all of it undone.")
    return 0
