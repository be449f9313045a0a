# SPDX-License-Identifier: GPL-2.0-only
"""The tree grafted into a kernel, and that kernel built with it.

The source is a copy by hard links (the graft replaces files, it never writes
into one). The build folder is a real copy of the plain kernel's, in which the
paths of the recorded commands are rewritten: so make finds everything up to date
but what the graft and its configuration change.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import cache, external, kernel, ui

GRAFT = Path(__file__).resolve().parent.parent / "scripts/graft"
BASE = "plain"
OBJECTS = ("drivers/gpu/gsp", "drivers/vfio/pci/gsp")
OURS = re.compile(r"\bgsp[-_/]|drivers/(gpu|vfio/pci)/gsp/")

# By setting: where gsp-core and its tests go, and the options for it. KUNIT=m as
# in the plain kernel allows tests as a module only; KUNIT=y compiles all anew.
# VFIO is a module in the plain kernel, so gsp-vfio-pci always is one.
VFIO = "CONFIG_GSP_VFIO_PCI=m\nCONFIG_GSP_VFIO_PCI_KUNIT_TEST=m\n"
SETTINGS = {
    "m": ("mm", f"CONFIG_GSP_CORE=m\nCONFIG_GSP_CORE_KUNIT_TEST=m\n{VFIO}"),
    "y": ("ym", f"CONFIG_GSP_CORE=y\nCONFIG_GSP_CORE_KUNIT_TEST=m\n{VFIO}"),
    "y-kunit": ("yy", f"CONFIG_KUNIT=y\nCONFIG_GSP_CORE=y\nCONFIG_GSP_CORE_KUNIT_TEST=y\n{VFIO}"),
}
FULL_ONLY = ("y-kunit",)
LISTS = {"m": "modules.order", "y": "modules.builtin"}


def hook_files() -> list:
    """Files of a kernel source to which the graft adds a line."""
    text = GRAFT.read_text().split("HOOKS = (")[1].split("\n)\n")[0]
    return re.findall(r'^\s+\(?"([\w/.-]+)",', text, re.M)


def release(src: Path) -> str:
    text = (src / "Makefile").read_text()
    return ".".join(re.search(rf"^{n} = (\d+)$", text, re.M)[1] for n in ("VERSION", "PATCHLEVEL"))


def copy_once(target: Path, what: str, *cmd) -> bool:
    """Run a copying command into a side folder and move that in place when complete."""
    if target.exists():
        return False
    side = target.with_name(target.name + ".new")
    shutil.rmtree(side, ignore_errors=True)
    side.parent.mkdir(parents=True, exist_ok=True)
    ui.run_logged([*cmd, side], what, cache.logs() / "graft.log")
    side.rename(target)
    return True


def source_copy(work: Path) -> Path:
    src, copied = kernel.source()[0], work / "linux"
    linkable = src.stat().st_dev == cache.root().stat().st_dev
    cmd = ["cp", "-al" if linkable else "-a", src]
    copy_once(copied, "copying the kernel source", *cmd)
    return copied


def graft(ksrc: Path, *extra: str) -> str:
    """Run the graft; returns what it says."""
    done = subprocess.run([GRAFT, *extra, ksrc], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ui.BenchError(done.stderr.strip())
    return done.stdout


def retarget(folder: Path, moves: dict) -> None:
    """Replace path names in the text files of a build folder, keeping their times."""
    names = [arg for old in moves for arg in ("-e", str(old))]
    found = subprocess.run(
        ["grep", "-rIlZF", *names, folder], capture_output=True, check=False
    ).stdout
    for path in map(Path, filter(None, found.decode().split("\0"))):
        stat, text = path.stat(), path.read_bytes()
        for old, new in moves.items():
            text = text.replace(bytes(old), bytes(new))
        path.write_bytes(text)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    link = folder / "source"
    link.unlink(missing_ok=True)
    link.symlink_to(moves[kernel.source()[0]])


def build_copy(work: Path, setting: str, src: Path) -> Path:
    kdir, copied = kernel.build_dir(BASE), work / setting
    side = work / f"{setting}.copy"
    if not copied.exists():
        shutil.rmtree(side, ignore_errors=True)
        copy_once(side, f"copying the {BASE} kernel", "cp", "-a", kdir)
        retarget(side, {kernel.source()[0]: src, kdir: copied})
        side.rename(copied)
    return copied


def configure(src: Path, folder: Path, setting: str, log: Path) -> None:
    """Set the options; Kconfig must keep them, the rest stays as the plain kernel's."""
    config = folder / ".config"
    wanted = SETTINGS[setting][1]
    text = config.read_text()
    if all(line in text.splitlines() for line in wanted.split()):
        return
    config.write_text(text + wanted)  # the last word counts
    cmd = ["make", "-C", src, f"O={folder}", "olddefconfig"]
    ui.run_logged(cmd, f"kernel with GSP_CORE={setting}: configuring", log)
    kernel.check_config(config.read_text(), wanted)


def run_make(src: Path, folder: Path, setting: str, log: Path) -> None:
    cmd = ["make", "-C", src, f"O={folder}", kernel.jobs()]
    try:
        ui.run_logged(cmd, f"kernel with GSP_CORE={setting}: building", log)
        found = external.complaints(log.read_text(errors="replace"), False)
        found = [line for line in found if OURS.search(line)]
        if found:
            raise ui.BenchError("\n".join(found[:40]))
    except BaseException:
        # what has been compiled with a warning would be silent the next time
        for name in OBJECTS:
            shutil.rmtree(folder / name, ignore_errors=True)
        raise


def check_product(folder: Path, places: str) -> str:
    """The kernel build has put the drivers and their tests where the setting says."""
    names = ("gsp-core", "gsp_core_kunit", "gsp-vfio-pci", "gsp_vfio_pci_kunit")
    places += "mm"
    for name, place in zip(names, places):
        lines = (folder / LISTS[place]).read_text().splitlines()
        if name not in {Path(line).stem for line in lines}:
            raise ui.BenchError(f"{LISTS[place]} lacks {name}")
    if places[0] == "y" and " gsp_pci_driver\n" not in (folder / "System.map").read_text():
        raise ui.BenchError("vmlinux has no gsp_pci_driver")
    return " ".join(f"{name}={place}" for name, place in zip(names, places))


def kernel_build(setting: str, work: Path, log: Path) -> str:
    """An ordinary build (make, no target) of the grafted kernel."""
    src = source_copy(work)
    graft(src, "--release", release(src))
    folder = build_copy(work, setting, src)
    configure(src, folder, setting, log)
    run_make(src, folder, setting, log)
    return check_product(folder, SETTINGS[setting][0])
