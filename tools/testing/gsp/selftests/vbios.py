# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic
# bench: timeout=300 vm=own cpus=1 gpus=vbios
"""Spoiled VBIOS images, one GPU for each; the first GPU has a sound one."""

import os

from lib import gpu, ktap, probe
from bench import broken

# What the GPU does not boot from: padding, and a checksum that is the PC BIOS's
# business. FWSEC has a signature, which the boot ROM looks at.
SOUND = ("short-by-one", "rom-checksum")


def spoiled(device) -> None:
    probe.must_fail(["expected", "found"], name=device.name)


def main() -> None:
    cases = broken.vbios_cases(os.environ["GSP_CHIP"], bool(os.environ.get("GSP_FULL")))
    for number, (case, device) in enumerate(zip(cases, gpu.find_all()[1:], strict=True), 1):
        if case.how in SOUND:
            ktap.add(f"{case} is no harm", probe.must_work, device.name, f"gpu{number}")
        else:
            ktap.add(str(case), spoiled, device)
    ktap.add("the GPU with a sound image works", probe.must_work)
    gpu.load()
    ktap.main()


main()
