# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic timeout=600
"""Spoiled firmware files: one error that names the file, and no harm done.

The cases are those of bench/broken.py; the bench made one firmware folder each.
"""

import os
from pathlib import Path

from lib import gpu, ktap, probe
from bench import broken

FOLDER = Path(os.environ["GSP_BROKEN"])
# sound files with a wrong signature are refused by the GPU: the error names a phase
BY_THE_GPU = ("payload-bit", "sig-zeros", "sig-swapped", "signature-zeros", "zeros", "ones")


def spoiled(case) -> None:
    words = ["expected", "found"]
    if case.how not in BY_THE_GPU:
        words.append(f"{case.file}-")
    with gpu.firmware_from(FOLDER / str(case)):
        probe.must_fail(words, ["ENOENT"] if case.how == "missing" else None)


def main() -> None:
    for case in broken.firmware_cases(bool(os.environ.get("GSP_FULL"))):
        ktap.add(str(case), spoiled, case)
    ktap.add("sound files afterwards", probe.must_work)
    gpu.load()
    ktap.main()


main()
