# SPDX-License-Identifier: GPL-2.0-only
"""The VMs that are measured: one CPU that counts instructions, all files in its memory.

QEMU's virtual clock advances with the instructions executed, and jumps when the
CPU idles; the model answers by that clock. So a run does not depend on the
machine that it runs on.
"""

import functools
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .. import cache, firmware, guest, kernel, machine, modules, qemu, ui, vm

SOURCES = Path(__file__).resolve().parents[2] / "measure"
SECONDS = 3600
MEMORY = "4G"
CPU = "max,-rdrand,-rdseed"
CLOCK = "-icount shift=0,sleep=off -rtc base=2026-01-01,clock=vm".split()
CMDLINE = """
    console=ttyS0 panic=-1 loglevel=4 iommu=nopt intel_iommu=on no_timer_check
""".split()

OURS, NOUVEAU = "gsp-core", "nouveau"
CALLS = {OURS: "gsp-measure-core", NOUVEAU: "gsp-measure-nouveau"}
RESULT = re.compile(r"^measure: (\S+) (-?\d+)", re.M)
RULE = re.compile(r"^gsp: rule (\S+):", re.M)
# plain vfio-pci has no vGPU made, so that there is nothing behind the aperture
EXPECTED = {"vf-fb-out-of-range"}
STAMP = re.compile(
    r"^gsp_stamp (\S+): (\d+) instructions, BAR0 (\d+) reads (\d+) writes, "
    r"DMA (\d+) read (\d+) written, (\d+) RPCs$",
    re.M,
)


@dataclass(frozen=True)
class Stamp:
    """What had been done when the model came to a phase or answered an RPC."""

    what: str
    instructions: int
    reads: int
    writes: int
    dma_read: int
    dma_written: int
    rpcs: int


@dataclass(frozen=True)
class Job:
    """One VM: what its program measures, on which driver."""

    measure: str
    driver: str = OURS
    extra: tuple = ()
    pages: bool = False

    def __str__(self):
        return f"{self.measure} {self.driver}" + (" pages" if self.pages else "")


def jobs(drivers) -> list:
    """Every VM of one round."""
    found = []
    for driver in drivers:
        found += [Job("boot", driver, (CALLS[driver],)), Job("boot", driver, pages=True)]
    found += [Job("vgpus", extra=("gsp-vf-test",), pages=pages) for pages in (False, True)]
    return found + [Job("vfio", extra=("gsp-vfio-pci", "vfio-pci"))]


# ---- what they boot ----


def program() -> Path:
    def build(folder: Path) -> None:
        files = sorted(SOURCES.glob("*.c"))
        subprocess.run([*guest.COMPILE, "-o", folder / "init", *files], check=True)

    return cache.entry(f"measure-{cache.digest_tree(SOURCES, *guest.COMPILE)}", build) / "init"


@functools.cache
def needed(kernel_name: str, module: str) -> tuple:
    """The files of a module and of all that it needs, in the order to load them."""
    top = modules.tree(kernel_name).parents[1]
    cmd = ["modprobe", "-d", top, "-S", kernel.release(kernel_name), "--show-depends", module]
    text = subprocess.run(cmd, capture_output=True, text=True, check=True).stdout
    return tuple(Path(line.split()[1]) for line in text.splitlines() if line.startswith("insmod"))


def load_list(kernel_name: str, names, loaded=()) -> list:
    """File names for one word of the command line."""
    found = []
    for path in (path for name in names for path in needed(kernel_name, name)):
        if path.name not in (*found, *loaded):
            found.append(path.name)
    return found


def firmware_files(chip: str) -> list:
    """(path in the VM, file) of what either driver asks for."""
    top = firmware.folder("real", chip) / "nvidia"
    found = sorted((top / chip / "gsp").glob(f"*-{firmware.RELEASE}.bin"))
    rows = [(f"lib/firmware/nvidia/{chip}/gsp/{path.name}", path) for path in found]
    types = top / f"vgpu-{firmware.RELEASE}.bin"
    return rows + [(f"lib/firmware/nvidia/{types.name}", types)] if types.exists() else rows


def folders(paths) -> list:
    """Every folder that some of @paths lie in, outer ones first."""
    return sorted({str(top) for path in paths for top in Path(path).parents} - {"."})


@functools.cache
def initramfs(kernel_name: str, chip: str, names: tuple) -> Path:
    files = [("init", program()), *firmware_files(chip)]
    files += [(path.name, path) for path in {p for n in names for p in needed(kernel_name, n)}]
    tops = ["dev", "proc", "sys", *folders(path for path, _ in files)]

    def build(folder: Path) -> None:
        rows = [(top, guest.DIRECTORY) for top in tops]
        rows.append(("dev/console", guest.DEVICE, b"", guest.CONSOLE))
        rows += [(path, guest.FILE, file.read_bytes()) for path, file in sorted(files)]
        (folder / "initramfs").write_bytes(guest.archive(rows))

    key = cache.digest(*(str(part) for row in sorted(files) for part in (row[0], row[1].resolve())))
    folder = cache.entry(f"measured-{key}", build)
    cache.keep_newest("measured-*", 2)
    return folder / "initramfs"


# ---- running one ----


class Measured:
    """The machine of one job; stands where vm.HostVm wants a Machine."""

    def __init__(self, job: Job, kernel_name: str, chip: str, names: tuple):
        self.job, self.kernel, self.chip = job, kernel_name, chip
        self.initramfs = initramfs(kernel_name, chip, names)

    def cmdline(self) -> str:
        load = load_list(self.kernel, [self.job.driver])
        extra = load_list(self.kernel, self.job.extra, load)
        words = [*CMDLINE, f"GSP_MEASURE={self.job.measure}", f"GSP_DRIVER={self.job.driver}"]
        words += [f"GSP_LOAD={','.join(load)}", f"GSP_EXTRA={','.join(extra)}"]
        return " ".join(words + ["GSP_PAGES=1"] * self.job.pages)

    def command(self, folder: Path, sockets: Path) -> list:
        cmd = [qemu.binary(), *machine.BASE, *machine.IOMMU]
        cmd += ["-accel", "tcg,thread=single", "-cpu", CPU, *CLOCK]
        cmd += [arg for top in qemu.ROM_FOLDERS for arg in ("-L", top)]
        cmd += ["-smp", "1", "-m", MEMORY, "-device", "gsp-stamp", *machine.port(0, True)]
        cmd += ["-device", f"gsp-gpu,id=gpu0,bus=rp0,chip={self.chip},vf-test=on"]
        cmd += ["-kernel", kernel.image(self.kernel), "-initrd", self.initramfs]
        cmd += ["-append", self.cmdline(), *machine.exit_args()]
        cmd += ["-qmp", f"unix:{sockets / 'qmp'},server=on,wait=off"]
        cmd += ["-D", folder / "model.log", "-d", "guest_errors", "-trace", "gsp_stamp"]
        return [str(arg) for arg in cmd]


def numbers(text: str) -> dict:
    return {name: int(number) for name, number in RESULT.findall(text)}


def stamps(text: str) -> list:
    return [Stamp(row[0], *map(int, row[1:])) for row in STAMP.findall(text)]


def run(job: Job, kernel_name: str, chip: str, names: tuple) -> tuple:
    """(numbers that the program told, stamps of the model) of one VM."""
    folder = vm.run_folder(f"bench-{job.measure}")
    with vm.HostVm(Measured(job, kernel_name, chip, names), folder) as host:
        ending = host.wait(SECONDS)
    log = vm.read_text(folder / "model.log")
    if ending != "done" or set(RULE.findall(log)) - EXPECTED:
        raise ui.BenchError(f"the VM that measures {job} failed: {ending}\n{host.trouble()}")
    return numbers(host.console_text()), stamps(log)
