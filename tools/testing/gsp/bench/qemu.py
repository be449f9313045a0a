# SPDX-License-Identifier: GPL-2.0-only
"""QEMU with the device model in it.

The configured source tree is one cache entry and depends on QEMU's version, our
configuration and patches/ alone.  The model is copied into it and built incrementally;
each result, named by the model's content, is kept as a binary of its own, so a
known model costs nothing and a changed one costs seconds.
"""

import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from . import cache, packages, ui

MODEL = Path(__file__).resolve().parent.parent / "qemu"
NAME = "qemu-system-x86_64"
PATCHES = sorted((Path(__file__).parent / "patches").glob("qemu-*.patch"))
ROM_FOLDERS = ["/usr/share/seabios", "/usr/share/qemu"]

DEVICES = """
    Q35 PCIE_PORT VTD VIRTIO_PCI VIRTIO_9P VIRTIO_SERIAL VFIO_PCI IOMMUFD ISA_DEBUG
    SERIAL_ISA EDU
""".split()

CONFIGURE = """
    --target-list=x86_64-softmmu --without-default-features --without-default-devices
    --with-devices-x86_64=gsp --enable-kvm --enable-tcg --enable-pixman --enable-virtfs
    --enable-attr --enable-cap-ng --enable-trace-backends=log --disable-download
    --disable-docs --disable-werror --disable-install-blobs
""".split()


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    if text.count(old) != 1:
        raise ui.BenchError(f"{path}: expected {old!r} once")
    path.write_text(text.replace(old, new))


def prepare(src: Path) -> None:
    """Mend the tree, and teach it our folder and our device list."""
    for patch in PATCHES:
        subprocess.run(["git", "apply", patch], cwd=src, check=True)
    # the Debian tarball carries no edk2 blobs
    replace_once(src / "pc-bios/meson.build", "if unpack_edk2_blobs", "if false")
    replace_once(src / "meson.build", "    'hw/misc',\n", "    'hw/misc',\n    'hw/misc/gsp',\n")
    with (src / "hw/misc/meson.build").open("a") as file:
        file.write("\nsubdir('gsp')\n")
    with (src / "hw/misc/Kconfig").open("a") as file:
        file.write("\nsource gsp/Kconfig\n")
    lines = [f"CONFIG_{name}=y\n" for name in DEVICES]
    (src / "configs/devices/x86_64-softmmu/gsp.mak").write_text("".join(lines))


def unpack_source(folder: Path) -> None:
    tarball = packages.fetch_source(folder, "qemu")
    (folder / "version").write_text(tarball.name.split("_")[1])
    src = folder / "src"
    subprocess.run(["rm", "-rf", src], check=True)
    src.mkdir()
    cmd = ["tar", "-xf", tarball, "-C", src, "--strip-components=1"]
    ui.run_logged(cmd, "unpacking QEMU", cache.logs() / "qemu-source.log")
    prepare(src)
    cache.sync({"meson.build": b"", "Kconfig": b"", "trace-events": b""}, src / "hw/misc/gsp")


def source() -> Path:
    """The unpacked tree; it and its build folder are named by our configuration."""
    key = cache.digest(*CONFIGURE, *DEVICES, *PATCHES)
    return cache.entry(f"qemu-{key}", unpack_source)


@functools.cache
def model_files() -> dict:
    """Path in the tree -> content of the model's sources; none before it exists."""
    if not (MODEL / "meson.build").exists():
        return {}
    files = [p for p in sorted(MODEL.rglob("*")) if p.is_file() and "tests" not in p.parts]
    return {str(p.relative_to(MODEL)): p.read_bytes() for p in files}


def model_key(files: dict) -> str:
    total = hashlib.sha256()
    for name, data in files.items():
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    return total.hexdigest()[:12]


def configure(top: Path, log: Path) -> None:
    build = top / "build"
    if (build / "build.ninja").exists():
        return
    build.mkdir(exist_ok=True)
    cmd = [top / "src/configure", "--python=/usr/bin/python3", *CONFIGURE]
    ui.run_logged(cmd, "QEMU: configuring", log, cwd=build)


def compile_model(folder: Path, files: dict) -> None:
    """Build QEMU with these model sources; the binary goes to @folder."""
    top, log = source(), cache.logs() / "qemu-build.log"
    log.write_text("")
    stubs = {"meson.build": b"", "Kconfig": b"", "trace-events": b""}
    with cache.locked(f"{top.name}-build"):
        cache.sync({**stubs, **files}, top / "src/hw/misc/gsp")
        mak = top / "src/configs/devices/x86_64-softmmu/gsp.mak"
        names = DEVICES + (["GSP_GPU"] if files else [])
        sync_file(mak, "".join(f"CONFIG_{name}=y\n" for name in names))
        configure(top, log)
        cmd = ["ninja", "-C", top / "build", f"-j{os.cpu_count() or 2}", NAME]
        ui.run_logged(cmd, "QEMU: building", log)
        shutil.copy2(top / "build" / NAME, folder / NAME)


def sync_file(path: Path, text: str) -> None:
    if path.read_text() != text:
        path.write_text(text)


@functools.cache
def binary() -> Path:
    """The QEMU of this checkout, built when its model is new; one per run of the bench."""
    given = os.environ.get("QEMU")
    if given:
        return Path(given).resolve()
    files = model_files()
    name = f"{source().name}-model-{model_key(files)}"
    folder = cache.entry(name, lambda folder: compile_model(folder, files))
    cache.keep_newest(f"{source().name}-model-*")
    return folder / NAME
