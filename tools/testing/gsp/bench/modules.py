# SPDX-License-Identifier: GPL-2.0-only
"""The checkout's modules, built for one kernel outside of the checkout.

All checkouts compile from one copy of the sources, in which only what differs is
written, and into one folder per kernel: in a fresh clone, too, a change compiles
in seconds. The modules that it yields are kept by the content of their sources.
"""

import contextlib
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


def files() -> dict:
    """Path in the tree -> content of each source."""
    tops = [TOP / name for name in SOURCES] + sorted(TOP.glob("*.h"))
    found = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    return {str(p.relative_to(TOP)): p.read_bytes() for p in found if p.is_file()}


@contextlib.contextmanager
def sources():
    """The folder to compile from, this checkout's for the time of a with block."""
    folder = cache.root() / "sources"
    with cache.locked("sources"):
        cache.sync(files(), folder)
        yield folder


@functools.cache
def build(name: str) -> Path:
    """The folder holding the .ko files for one kernel."""
    kdir = kernel.build_dir(name)
    work = cache.root() / "work" / kdir.name
    log = cache.logs() / f"modules-{name}.log"

    def compile_into(folder: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        log.write_text("")
        with sources() as top:
            cmd = ["make", "-C", kdir, f"M={top}", f"MO={work}", *OPTIONS, kernel.jobs()]
            ui.run_logged([*cmd, "modules"], f"modules for the {name} kernel", log)
            for built in (work / "modules.order").read_text().split():
                shutil.copy2((work / built).with_suffix(".ko"), folder)

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
