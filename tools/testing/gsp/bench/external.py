# SPDX-License-Identifier: GPL-2.0-only
"""External builds against kernels that differ from the bench's two: compile checks.

Each is a `modules_prepare` folder in the cache: it has headers and a
configuration but no kernel, so modpost knows no symbols. W=1, and a warning of
any kind is a failure. Another one is what a distribution's headers package holds.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import cache, kernel, modules, packages, ui

COMMON = kernel.CONFIGS / "compile.config"
COMPLAINT = re.compile(r"\b(?:warning|error):|^make(?:\[\d+\])?: \*\*\*", re.M | re.I)
# Without a built kernel modpost knows no symbols and says so.
NO_SYMVERS = re.compile(r"modpost: .*undefined!|unresolved symbol warnings|Module\.symvers is m")


@dataclass(frozen=True)
class Variant:
    """One kernel that the modules must compile for."""

    name: str
    off: tuple = ()  # symbols of COMMON that it does not have
    extra: str = ""  # lines beyond COMMON
    arch: str = "x86"
    compiler: str = "gcc"
    make: tuple = ()
    packages: tuple = ()


# As little as the drivers' Kconfig asks for: no printk, sysfs, SMP, MSI, tracing.
BARE = tuple(
    "SMP PRINTK BUG PROC_FS SYSFS DEBUG_FS FTRACE ENABLE_DEFAULT_TRACERS PCI_MSI PCI_IOV "
    "IOMMU_SUPPORT IOMMUFD VFIO VFIO_DEVICE_CDEV VFIO_PCI KUNIT".split()
)

VARIANTS = (
    Variant("no-iov", off=("PCI_IOV",)),
    Variant("no-debugfs", off=("DEBUG_FS",)),
    Variant("neither", off=("PCI_IOV", "DEBUG_FS")),
    Variant("bare", off=BARE, extra="CONFIG_EXPERT=y\n"),
    Variant("clang", compiler="clang-19", make=("CC=clang-19",), packages=("clang-19",)),
    Variant(
        "arm64",
        arch="arm64",
        compiler="aarch64-linux-gnu-gcc",
        make=("ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-"),
        packages=("gcc-aarch64-linux-gnu",),
    ),
)


def fragment(variant: Variant) -> str:
    lines = re.findall(r"^CONFIG_.*$", COMMON.read_text(), re.M)
    kept = [l for l in lines if l.split("=")[0].removeprefix("CONFIG_") not in variant.off]
    off = [f"CONFIG_{symbol}=n" for symbol in variant.off]
    return "\n".join(kept + off) + "\n" + variant.extra


def check_off(config: str, variant: Variant) -> None:
    """What a variant is to lack must not come back by a select."""
    for symbol in variant.off:
        if re.search(rf"^CONFIG_{symbol}=[ym]$", config, re.M):
            raise ui.BenchError(f"kernel configuration {variant.name} has {symbol}")


def prepare_dir(variant: Variant) -> Path:
    """The modules_prepare folder of one variant."""
    packages.ensure_tools(list(variant.packages))
    src, version = kernel.source()
    log = cache.logs() / f"prepare-{variant.name}.log"
    wanted = fragment(variant)

    def build(folder: Path) -> None:
        (folder / "fragment").write_text(wanted)
        make = ["make", "-C", src, f"O={folder}", *variant.make]
        what = f"{variant.name} kernel headers"
        config = [f"KCONFIG_ALLCONFIG={folder}/fragment", "allnoconfig"]
        ui.run_logged([*make, *config], f"{what}: configuring", log)
        have = (folder / ".config").read_text()
        kernel.check_config(have, wanted)
        check_off(have, variant)
        ui.run_logged([*make, kernel.jobs(), "modules_prepare"], f"{what}: preparing", log)

    compiler = subprocess.run(
        [variant.compiler, "--version"], capture_output=True, check=True
    ).stdout
    key = cache.digest(version, wanted, compiler, *variant.make)
    return cache.entry(f"prepare-{variant.name}-{key}", build)


def extmod_dir(name: str) -> Path:
    """What a distribution's headers package of one bench kernel would hold."""
    src, kdir = kernel.source()[0], kernel.build_dir(name)

    def build(folder: Path) -> None:
        script = "${srctree}/scripts/package/install-extmod-build"
        cmd = ["make", "-C", src, f"O={kdir}", "run-command"]
        cmd.append(f"KBUILD_RUN_COMMAND={script} {folder}")
        log = cache.logs() / f"extmod-{name}.log"
        ui.run_logged(cmd, f"headers package of the {name} kernel", log)

    return cache.entry(f"{kdir.name}-extmod", build)


def options(kdir: Path) -> list:
    """The modules that the Kconfig of the tree would offer for this kernel."""
    config = (kdir / "include/config/auto.conf").read_text()
    have = set(re.findall(r"^CONFIG_(\w+)=[ym]$", config, re.M))
    needs = {"KUNIT": {"KUNIT"}, "VFIO": {"PCI_IOV", "VFIO"}}
    return [
        option
        for option in modules.OPTIONS
        if all(word not in option or symbols <= have for word, symbols in needs.items())
    ]


def complaints(output: str, bare: bool) -> list:
    """Lines of a build that a clean build would not have."""
    return [
        line
        for line in output.splitlines()
        if COMPLAINT.search(line) and not (bare and NO_SYMVERS.search(line))
    ]


def compile_modules(name: str, kdir: Path, work: Path, log: Path, *extra: str) -> str:
    """Build the modules in @work without a warning; returns the names of the .ko files."""
    bare = not (kdir / "Module.symvers").exists()
    with modules.sources() as top:
        cmd = ["make", "-C", kdir, f"M={top}", f"MO={work}", *extra, *options(kdir)]
        cmd += ["W=1e", kernel.jobs()] + ["KBUILD_MODPOST_WARN=1"] * bare
        work.mkdir(parents=True, exist_ok=True)
        ui.run_logged([*cmd, "modules"], f"modules for {name}", log)
    found = complaints(log.read_text(errors="replace"), bare)
    if found:
        # the next run would not hear of it: modpost has done its work
        shutil.rmtree(work)
        raise ui.BenchError("\n".join(found[:40]))
    return " ".join(sorted(path.name for path in work.rglob("*.ko")))
