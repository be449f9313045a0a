# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=600
"""Spoiled firmware files: one error that names the file, and no harm done.

The cases are those of bench/broken.py; the bench made one firmware folder each.
"""

import os
from pathlib import Path

from lib import dmesg, gpu, ktap, probe
from bench import broken

FOLDER = Path(os.environ["GSP_BROKEN"])
# sound files with a wrong signature are refused by the GPU: the error names a phase
BY_THE_GPU = ("payload-bit", "sig-zeros", "sig-swapped", "signature-zeros")


def spoiled(case) -> None:
    words = ["expected", "found"]
    if case.how not in BY_THE_GPU:
        words.append(f"{case.file}-")
    with gpu.firmware_from(FOLDER / str(case)):
        probe.must_fail(words, ["ENOENT"] if case.how == "missing" else None)


def unload_refused(case) -> None:
    """The GPU looks at booter_unload's signature when it is used."""
    with gpu.firmware_from(FOLDER / str(case)):
        ktap.equal(gpu.bind(), 0, "errno of bind")
    log = dmesg.Marker("unload refused")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal(len(log.errors()), 1, f"number of error lines: {log.errors()}")
    ktap.contains(log.errors()[0], ["expected", "found"], "error line")


def main() -> None:
    full = bool(os.environ.get("GSP_FULL"))
    for case in broken.firmware_cases(os.environ["GSP_CHIP"], full):
        if case.file == "booter_unload" and case.how in BY_THE_GPU:
            ktap.add(str(case), unload_refused, case)
        else:
            ktap.add(str(case), spoiled, case)
    ktap.add("sound files afterwards", probe.must_work)
    gpu.load()
    ktap.main()


main()
