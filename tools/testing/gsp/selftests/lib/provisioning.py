# SPDX-License-Identifier: GPL-2.0-only
"""<VF>/nvidia/ and vgpu_types/: reading, writing, a GPU with VFs, an open VF."""

import contextlib
import errno
import subprocess
from pathlib import Path

from . import consumers, gpu, ktap
from .ktap import Skip

HEADER = "ID    : vGPU Name\n"
NR_VFS = 4
TESTER = Path("/sys/kernel/debug/gsp-vf-test")


def pf() -> Path:
    return gpu.find().resolve()


def set_vfs(number: int) -> int:
    return gpu.write_errno(pf() / "sriov_numvfs", str(number))


def vfs() -> list:
    return consumers.virtual_functions(pf())


def nvidia(vf: Path, name: str) -> Path:
    return vf / "nvidia" / name


def read_errno(path: Path) -> int:
    try:
        path.read_bytes()
    except OSError as error:
        return error.errno
    return 0


def current(vf: Path) -> str:
    return nvidia(vf, "current_vgpu_type").read_text()


def write(vf: Path, text) -> int:
    return gpu.write_errno(nvidia(vf, "current_vgpu_type"), str(text))


def expect(vf: Path, text, number: int, after) -> None:
    """What becomes of a write: its errno, and what is read back."""
    found = write(vf, text)
    name = errno.errorcode.get(found, "0")
    ktap.equal(name, errno.errorcode.get(number, "0"), f"errno of writing {text!r}")
    ktap.equal(current(vf), f"{after}\n", f"type after writing {text!r}")


class Types:
    """vgpu_types/ of the PF."""

    @staticmethod
    def all() -> dict:
        """Numbers by profile."""
        return {
            (path / "name").read_text().strip().rpartition("-")[2]: int(path.name)
            for path in (pf() / "vgpu_types").iterdir()
        }

    @staticmethod
    def get(number: int, name: str) -> int:
        return int((pf() / "vgpu_types" / str(number) / name).read_text())


def type_of(profile: str) -> int:
    found = Types.all()
    ktap.check(profile in found, f"the bench's file has no {profile}: {sorted(found)}")
    return found[profile]


@contextlib.contextmanager
def divided(number: int = NR_VFS):
    """A bound GPU with VFs for the time of a with block, nothing left afterwards."""
    if not gpu.bound():
        ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.equal(set_vfs(number), 0, "errno of sriov_numvfs")
    try:
        yield vfs()
    finally:
        ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")


@contextlib.contextmanager
def opened(vf: Path):
    """A vGPU of the VF for the time of a with block."""
    if not TESTER.exists():
        subprocess.run(["modprobe", "gsp-vf-test"], check=False)
    if not TESTER.exists():
        raise Skip("no gsp-vf-test")
    (TESTER / "control").write_text(f"add {vf.name}")
    try:
        (TESTER / vf.name).write_text("open")
        try:
            yield
        finally:
            (TESTER / vf.name).write_text("close")
    finally:
        (TESTER / "control").write_text(f"remove {vf.name}")
