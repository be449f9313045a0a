# SPDX-License-Identifier: GPL-2.0-only
"""Command line of the bench; the Makefile's variables arrive as environment."""

import argparse
import os

from . import check, demo, docs, kernel, packages, qemu, shell, ui
from .measure import run as measure


def chip() -> str:
    return os.environ.get("CHIP") or "ad102"


def cmd_kernel(args) -> int:
    for name in args.name or kernel.KERNELS:
        ui.say(f"{name}: {kernel.build_dir(name)}")
    return 0


def cmd_qemu(_args) -> int:
    ui.say(str(qemu.binary()))
    return 0


def cmd_check(args) -> int:
    return check.run(args.command, chip())


def kernel_name() -> str:
    return os.environ.get("KERNEL") or "plain"


def cmd_docs(_args) -> int:
    return docs.check()


def cmd_bench(_args) -> int:
    return measure.run(chip())


def cmd_demo(_args) -> int:
    return demo.run(chip(), os.environ.get("FW") or "real", kernel_name())


def cmd_vm(_args) -> int:
    return shell.run(chip(), os.environ.get("FW") or "real", kernel_name())


COMMANDS = {
    "demo": (cmd_demo, "from boot to a guest that uses a VF, told step by step"),
    "check": (cmd_check, "every test"),
    "lint": (cmd_check, "the mechanical checks of the tree"),
    "docs": (cmd_docs, "render Documentation/ and check it"),
    "kunit": (cmd_check, "unit tests on both kernels"),
    "peers": (cmd_check, "the kernel's own nouveau on each chip"),
    "qtest": (cmd_check, "tests of the device model"),
    "builds": (cmd_check, "the modules against other kernels, and grafted into one"),
    "bench": (cmd_bench, "what the drivers cost, beside nouveau and plain vfio-pci"),
    "vm": (cmd_vm, "a shell in the host VM"),
    "qemu": (cmd_qemu, "build QEMU with the device model"),
    "kernel": (cmd_kernel, "build the kernels"),
}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bench", description=__doc__)
    sub = top.add_subparsers(dest="command", required=True)
    for name, (func, text) in COMMANDS.items():
        sub.add_parser(name, help=text).set_defaults(func=func)
    sub.choices["kernel"].add_argument("name", nargs="*", choices=[*kernel.KERNELS, kernel.MEASURED])
    return top


def main() -> int:
    args = parser().parse_args()
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        os.environ.pop(name, None)  # our make's business, not that of the makes we start
    try:
        packages.ensure_tools()
        return args.func(args)
    except ui.BenchError as error:
        ui.say(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
