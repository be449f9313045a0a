# SPDX-License-Identifier: GPL-2.0-only
"""The kernels of the bench, built from one source out of tree into the cache."""

import functools
import os
import re
import subprocess
from pathlib import Path

from . import cache, packages, ui

CONFIGS = Path(__file__).parent / "config"
KERNELS = ("plain", "debug")
# for `make bench` alone
MEASURED = "bench"


def jobs() -> str:
    return f"-j{os.cpu_count() or 2}"


def unpack_source(folder: Path) -> None:
    deb = packages.fetch_deb(folder, packages.newest_kernel_source)
    packages.unpack_deb(deb, folder / "deb")
    tarball = next((folder / "deb/usr/src").glob("linux-source-*.tar.*"))
    cmd = ["tar", "-xf", tarball, "-C", folder]
    ui.run_logged(cmd, "unpacking the kernel source", cache.logs() / "linux-source.log")
    next(folder.glob("linux-source-*/")).rename(folder / "linux")
    (folder / "version").write_text(deb.name.split("_")[1])
    subprocess.run(["rm", "-rf", folder / "deb", deb], check=True)


def source() -> tuple:
    """(folder, version) of the kernel source: KSRC= or the Debian package."""
    given = os.environ.get("KSRC")
    if given:
        top = Path(given).resolve()
        return top, cache.digest(top / "Makefile", str(top))
    top = cache.entry("linux-source", unpack_source)
    return top / "linux", (top / "version").read_text()


def fragment(name: str) -> str:
    return (CONFIGS / "base.config").read_text() + (CONFIGS / f"{name}.config").read_text()


def check_config(config: str, wanted: str) -> None:
    """Every line of the fragment must have survived Kconfig's dependencies."""
    have = set(config.splitlines())
    names = {line.split("=")[0] for line in have}
    for line in re.findall(r"^CONFIG_\w+=.*$", wanted, re.M):
        symbol, value = line.split("=", 1)
        if line not in have and not (value == "n" and symbol not in names):
            raise ui.BenchError(f"kernel configuration lost {line}")


def configure(src: Path, name: str, folder: Path, log: Path) -> None:
    wanted = fragment(name)
    (folder / "fragment").write_text(wanted)
    ui.run_logged(
        ["make", "-C", src, f"O={folder}", f"KCONFIG_ALLCONFIG={folder}/fragment", "allnoconfig"],
        f"{name} kernel: configuring",
        log,
    )
    check_config((folder / ".config").read_text(), wanted)


@functools.cache
def build_dir(name: str) -> Path:
    """The build folder of one kernel, built when it is not there yet."""
    src, version = source()
    log = cache.logs() / f"kernel-{name}.log"

    def build(folder: Path) -> None:
        configure(src, name, folder, log)
        cmd = ["make", "-C", src, f"O={folder}", jobs(), "bzImage", "modules"]
        ui.run_logged(cmd, f"{name} kernel: building", log)

    gcc = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, check=True).stdout
    return cache.entry(f"kernel-{name}-{cache.digest(version, fragment(name), gcc)}", build)


def image(name: str) -> Path:
    return build_dir(name) / "arch/x86/boot/bzImage"


def release(name: str) -> str:
    return (build_dir(name) / "include/config/kernel.release").read_text().strip()


def modules_dir(name: str) -> Path:
    """The kernel's own modules as depmod wants them: <dir>/<release>/kernel/..."""
    src, kdir = source()[0], build_dir(name)

    def install(folder: Path) -> None:
        cmd = ["make", "-C", src, f"O={kdir}", f"INSTALL_MOD_PATH={folder}", "modules_install"]
        ui.run_logged(cmd, f"{name} kernel: installing modules", cache.logs() / "kernel-mod.log")

    return cache.entry(f"{kdir.name}-modules", install) / "lib/modules"
