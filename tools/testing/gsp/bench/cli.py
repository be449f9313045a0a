# SPDX-License-Identifier: GPL-2.0-only
"""Command line of the bench."""

import argparse
import sys

from . import kernel, packages, qemu, ui


def cmd_kernel(args) -> int:
    for name in args.name or kernel.KERNELS:
        ui.say(f"{name}: {kernel.build_dir(name)}")
    return 0


def cmd_qemu(_args) -> int:
    ui.say(str(qemu.binary()))
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="bench", description=__doc__)
    sub = top.add_subparsers(dest="command", required=True)
    cmd = sub.add_parser("kernel", help="build the kernels")
    cmd.add_argument("name", nargs="*", choices=kernel.KERNELS)
    cmd.set_defaults(func=cmd_kernel)
    cmd = sub.add_parser("qemu", help="build QEMU with the device model")
    cmd.set_defaults(func=cmd_qemu)
    return top


def main() -> int:
    args = parser().parse_args()
    try:
        packages.ensure_tools()
        return args.func(args)
    except ui.BenchError as error:
        ui.say(f"bench: {error}")
        return 1
