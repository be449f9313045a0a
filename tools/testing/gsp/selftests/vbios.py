# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=300 vm=own gpus=vbios
"""Spoiled VBIOS images, one GPU for each; the first GPU has a sound one."""

import os

from lib import gpu, ktap, probe
from bench import broken


def spoiled(device) -> None:
    probe.must_fail(["expected", "found"], name=device.name)


def main() -> None:
    cases = broken.vbios_cases(bool(os.environ.get("GSP_FULL")))
    for case, device in zip(cases, gpu.find_all()[1:], strict=True):
        ktap.add(str(case), spoiled, device)
    ktap.add("the GPU with a sound image works", probe.must_work)
    gpu.load()
    ktap.main()


main()
