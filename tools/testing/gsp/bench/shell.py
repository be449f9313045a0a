# SPDX-License-Identifier: GPL-2.0-only
"""`make vm`: a shell in the host VM."""

from . import firmware, modules, vm
from .machine import Machine


def run(chip: str, kind: str, kernel_name: str) -> int:
    folder = vm.run_folder("shell")
    env = {
        "GSP_SHELL": 1,
        "firmware_class.path": firmware.folder(kind, chip),
        "GSP_MODULES": modules.tree(kernel_name),
    }
    return vm.interactive(Machine(kernel=kernel_name, chip=chip, env=env), folder)
