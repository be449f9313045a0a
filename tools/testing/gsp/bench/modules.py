# SPDX-License-Identifier: GPL-2.0-only
"""The checkout's modules, built for one kernel outside of the checkout.

Each checkout has one build folder per kernel, so that a change compiles in
seconds; the modules it yields are kept by the content of their sources.
"""

import functools
import shutil
import subprocess
from pathlib import Path

from . import cache, kernel, ui

TOP = Path(__file__).resolve().parents[4]
SOURCES = ("Kbuild", "Kconfig", "core", "vfio", "include", "tools/testing/gsp/modules")
OPTIONS = (
    "CONFIG_GSP_CORE=m",
    "CONFIG_GSP_CORE_KUNIT_TEST=m",
    "CONFIG_GSP_VFIO_PCI=m",
    "CONFIG_GSP_VFIO_PCI_KUNIT_TEST=m",
    "CONFIG_GSP_TEST_MODULES=m",
)


def content_key() -> str:
    files = [TOP / name for name in SOURCES] + sorted(TOP.glob("*.h"))
    keys = [cache.digest_tree(p) if p.is_dir() else cache.digest(p) for p in files if p.exists()]
    return cache.digest(*keys, *OPTIONS)


@functools.cache
def build(name: str) -> Path:
    """The folder holding the .ko files for one kernel."""
    kdir = kernel.build_dir(name)
    work = cache.root() / f"work-{cache.digest(str(TOP))}" / kdir.name
    log = cache.logs() / f"modules-{name}.log"

    def compile_into(folder: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        cmd = ["make", "-C", kdir, f"M={TOP}", f"MO={work}", *OPTIONS, kernel.jobs(), "modules"]
        with cache.locked(f"{work.parent.name}-{kdir.name}"):
            ui.run_logged(cmd, f"modules for the {name} kernel", log)
            for ko in work.rglob("*.ko"):
                shutil.copy2(ko, folder)

    return cache.entry(f"modules-{kdir.name}-{content_key()}", compile_into)


@functools.cache
def tree(name: str) -> Path:
    """A /lib/modules/<release> with the kernel's modules and ours, ready for modprobe."""
    theirs, ours = kernel.modules_dir(name), build(name)

    def assemble(folder: Path) -> None:
        top = folder / "lib/modules"
        # symlinks stay: two of them lead to the kernel's source and build folder
        shutil.copytree(theirs, top, symlinks=True, dirs_exist_ok=True)
        release = next(top.iterdir()).name
        shutil.copytree(ours, top / release / "updates", dirs_exist_ok=True)
        subprocess.run(["depmod", "-b", folder, release], check=True)

    key = cache.digest(ours.name, theirs.parents[1].name)
    folder = cache.entry(f"modtree-{name}-{key}", assemble)
    cache.keep_newest(f"modtree-{name}-*")
    cache.keep_newest(f"modules-{kernel.build_dir(name).name}-*")
    return folder / "lib/modules"
