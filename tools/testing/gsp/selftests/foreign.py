# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=1800
# bench: vm=own needs=foreign cpus=1 boot=hugepagesz=1G,hugepages=1
"""The kernel's own VFIO selftests on a VF: under our driver; FULL=1: and plain vfio-pci.

They are built from the kernel's source without a change. One result here is one
of their cases; what else than passing is right has a row in KNOWN.
"""

import contextlib
import fnmatch
import os
import subprocess
from collections import Counter
from pathlib import Path

from lib import gpu, ktap, model, passthrough
from lib.passthrough import DRIVER, PLAIN
from lib.provisioning import divided

from bench import ktap as stream

PROGRAMS = Path(os.environ["GSP_VFIO_SELFTESTS"])
SECONDS = 600
SKIPPED = 4
NR_VFS = 3

# programs, and whether they are given one VF, all of them, or the PF
ON_ONE = (
    "vfio_pci_device_test",
    "vfio_iommufd_setup_test",
    "vfio_dma_mapping_test",
    "vfio_dma_mapping_mmio_test",
    "vfio_pci_driver_test",
)
# of its 35 cases one: each waits 10 s for what a VF does not have
CASES = {"vfio_pci_driver_test": ["-r", "vfio_pci_driver_test.iommufd.init_remove"]}
ON_ALL = ("vfio_pci_device_init_perf_test",)
ON_PF = ("vfio_pci_sriov_uapi_test",)

# driver, program and case; what comes of it; why
KNOWN = (
    (
        "*.vfio_pci_device_test.vfio_pci_irq_test.msi.*",
        "skipped",
        "a VF has MSI-X alone",
    ),
    (
        "*.vfio_pci_driver_test.*",
        "failed",
        "its driver for GPUs wants a falcon, which no VF has",
    ),
)


def known(name: str) -> tuple:
    """(status, reason) of a case that is not meant to pass."""
    for pattern, status, reason in KNOWN:
        if fnmatch.fnmatch(name, pattern):
            return status, reason
    return "passed", ""


def run(program: str, functions: list) -> list:
    """Results of a program's cases."""
    names = [function.name for function in functions]
    cmd = [PROGRAMS / program, *CASES.get(program, []), *names]
    try:
        done = subprocess.run(
            cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        lines = (late.stdout or b"").decode(errors="replace").splitlines()
        return stream.parse(lines) + [stream.Result("end", "failed", f"not in {SECONDS} s")]
    lines = done.stdout.decode(errors="replace").splitlines()
    results = stream.parse(lines)
    if not results and done.returncode == SKIPPED:
        return [stream.Result("all", "skipped", " ".join(lines[-1:]))]
    if not results:
        note = f"exit status {done.returncode}"
        results = [stream.Result("start", "failed", note, lines[-10:])]
    return results


def judge(name: str, result) -> None:
    status, reason = known(name)
    if result.status != status:
        ktap.comment("\n".join(result.detail[-20:]))
        raise ktap.Failed(f"{result.status}, not {status} ({reason or result.note})")
    if status != "passed":
        raise ktap.Skip(f"{status}: {reason}")


def collect(driver: str, programs, functions: list) -> None:
    """Run programs now; their cases become tests."""
    for program in programs:
        results = run(program, functions)
        counts = Counter(result.status for result in results)
        rows = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        ktap.comment(f"{driver}.{program}: {rows}")
        for result in results:
            name = f"{driver}.{program}.{result.name}"
            ktap.add(name, judge, name, result)


def on_vfs(driver: str) -> None:
    with divided(NR_VFS) as vfs, contextlib.ExitStack() as stack:
        for vf in vfs:
            # no vGPU where the driver makes none: these tests look at no framebuffer
            with_type = passthrough.vgpu if driver == DRIVER else passthrough.bound
            stack.enter_context(with_type(vf, driver))
        collect(driver, ON_ONE, vfs[:1])
        collect(driver, ON_ALL, vfs)


def on_pf() -> None:
    """The PF's driver is vfio-pci then, so ours is not of this party."""
    enable = Path("/sys/module/vfio_pci/parameters/enable_sriov")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    enable.write_text("1")
    try:
        with passthrough.bound(gpu.find(), PLAIN) as pf:
            collect(PLAIN, ON_PF, [pf])
    finally:
        enable.write_text("0")


def huge_pages(number: int) -> None:
    folder = Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
    (folder / "nr_hugepages").write_text(str(number))


def every_driver() -> None:
    passthrough.modprobe(*passthrough.MODULES)
    huge_pages(64)
    on_vfs(DRIVER)
    if os.environ.get("GSP_FULL"):
        on_vfs(PLAIN)
        on_pf()


@ktap.test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


@ktap.test("everything goes away")
def away():
    passthrough.unload()
    gpu.unload()


def main() -> None:
    """What keeps them from running is a result too."""
    try:
        every_driver()
    except Exception as error:  # pylint: disable=broad-except
        text = f"{type(error).__name__}: {error}"
        ktap.add("the programs can run", ktap.check, False, text)
    ktap.main()


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
main()
