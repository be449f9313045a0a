# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own VFIO selftests, built from the kernel's source as they are."""

import functools
import subprocess
from pathlib import Path

from . import cache, kernel, packages, ui

SELFTESTS = "tools/testing/selftests/vfio"
PACKAGES = ["uuid-dev"]


@functools.cache
def programs() -> Path:
    """The folder with the programs."""
    packages.ensure_tools(PACKAGES)
    src, version = kernel.source()
    log = cache.logs() / "vfio-selftests.log"

    def build(folder: Path) -> None:
        headers, out = folder / "headers", folder / "programs"
        out.mkdir(exist_ok=True)
        make = ["make", "-C", src, f"O={headers}", "headers"]
        ui.run_logged(make, "headers for the kernel's VFIO selftests", log)
        make = ["make", kernel.jobs(), "-C", src / SELFTESTS, f"OUTPUT={out}"]
        make.append(f"KHDR_INCLUDES=-isystem {headers}/usr/include")
        ui.run_logged(make, "the kernel's VFIO selftests", log)

    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, check=True).stdout
    key = cache.digest(version, cache.digest_tree(src / SELFTESTS), gcc)
    return cache.entry(f"vfio-selftests-{key}", build) / "programs"


def environment() -> dict:
    return {"GSP_VFIO_SELFTESTS": str(programs())}
