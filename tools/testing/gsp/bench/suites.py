# SPDX-License-Identifier: GPL-2.0-only
"""VM suites: which exist, what they need, running them in as few boots as may be.

A suite is a script in selftests/ with a header comment
    # bench: kernels=plain,debug fw=real,synthetic timeout=120 [vm=own] [gpus=...]
    # bench: [needs=...] [boot=...] [cpus=...] [chips=...] [fullchips=...] [full]
of one line or more. vm=own: not together with others in one boot; without, all that
want the same machine share one.  full: only with FULL=1;
full=debug/synthetic,...: these pairs of kernel and firmware only with FULL=1.
gpus=echo: a second GPU that echoes sequences; gpus=vbios: one more GPU for each
case of bench/broken.py's VBIOS table; gpus=chips: one GPU of each chip of CHIPS;
gpus=board: a second GPU, on a board that is not known to run vGPU.
needs=guest: what a nested guest boots; needs=foreign: the kernel's VFIO selftests.
boot=a=1,b=2: words of the kernel's command line; cpus=1: with so many.
chips=gh100,...: not only on the bench's own chip, but with the plain kernel on these,
too, and with FULL=1 on those of fullchips=...; all: every one.
"""

import fnmatch
import itertools
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import broken, firmware, foreign, guest, kernel, modules, qemu, ui, vm
from .ktap import Result, parse
from .machine import Machine

FOLDER = Path(__file__).resolve().parent.parent / "selftests"
HEADER = re.compile(r"^# bench: (.*)$", re.M)
BOOT_SECONDS = 240
# of timeouts in one boot
LONGEST = 6000
# a host VM's own, QEMU's, and the page cache of its root
LANE_MEMORY = 5 << 30
CHIPS = ("tu102", "tu116", "ga100", "ga102", "ad102", "gh100", "gb100", "gb202")
VGPU_CHIPS = ("ad102", "gh100", "gb202")
# of the same chip as the bench's own, made for gamers
OTHER_BOARD = "0x2684"
NEEDS = {"guest": guest.environment, "foreign": foreign.environment}


@dataclass(frozen=True)
class Suite:
    name: str
    kernels: tuple
    firmware: tuple
    timeout: float
    own_vm: bool
    gpus: str
    needs: tuple
    boot: tuple
    cpus: int
    full_only: bool
    full_pairs: tuple
    chips: tuple
    full_chips: tuple

    def others(self, chip: str, kernel_name: str, full: bool) -> tuple:
        """Chips besides the bench's own."""
        names = self.chips + (self.full_chips if full else ())
        if kernel_name != "plain":
            return ()
        return tuple(name for name in CHIPS if name != chip and {name, "all"} & set(names))


@dataclass(frozen=True)
class Unit:
    """One suite on one kernel, one kind of firmware and one chip: one line of the report."""

    suite: Suite
    kernel: str
    firmware: str
    chip: str
    suffix: str = ""

    @property
    def kind(self) -> str:
        """The firmware of its VM; a suite that wants none may share one."""
        return "synthetic" if self.firmware == "none" else self.firmware

    def __str__(self):
        name = self.suite.name.removesuffix(".py")
        return f"vm.{name}.{self.kernel}.{self.firmware}{self.suffix}"


def words_of(fields: dict, name: str) -> tuple:
    return tuple(word for word in fields.get(name, "").split(",") if word)


def read_suite(path: Path) -> Suite:
    words = " ".join(HEADER.findall(path.read_text())).split()
    if not words:
        raise ui.BenchError(f"{path.name} has no '# bench:' header")
    fields = dict(word.split("=", 1) for word in words if "=" in word)
    return Suite(
        path.name,
        tuple(fields.get("kernels", "plain,debug").split(",")),
        tuple(fields.get("fw", "real").split(",")),
        float(fields.get("timeout", "120")),
        fields.get("vm") == "own",
        fields.get("gpus", ""),
        words_of(fields, "needs"),
        words_of(fields, "boot"),
        int(fields.get("cpus", Machine.cpus)),
        "full" in words,
        tuple(fields.get("full", "").split(",")),
        words_of(fields, "chips"),
        words_of(fields, "fullchips"),
    )


def units_of(suite: Suite, chip: str, some: bool) -> list:
    """@some: without those that are for FULL=1."""
    if some and suite.full_only:
        return []
    found = []
    for name, kind in itertools.product(suite.kernels, suite.firmware):
        if some and f"{name}/{kind}" in suite.full_pairs:
            continue
        found.append(Unit(suite, name, kind, chip))
        for other in suite.others(chip, name, not some):
            found.append(Unit(suite, name, kind, other, f".{other}"))
    return found


def units(kernels, kinds, chip: str, pattern: str) -> list:
    """Every unit that the choice of kernels, firmware and names leaves.

    What is only for FULL=1 runs if it is asked for by name, too.
    """
    some = not full_run() and not pattern
    return [
        unit
        for suite in map(read_suite, sorted(FOLDER.glob("*.py")))
        for unit in units_of(suite, chip, some)
        if unit.kernel in kernels
        and unit.firmware in (*kinds, "none")
        and fnmatch.fnmatch(str(unit), f"*{pattern}*")
    ]


def groups(chosen: list) -> list:
    """Units that share a boot: same kernel, firmware and machine; none that wants its own."""
    shared, alone = {}, []
    for unit in chosen:
        if unit.suite.own_vm:
            alone.append([unit])
        else:
            suite = unit.suite
            key = unit.kernel, unit.kind, unit.chip, suite.gpus, suite.boot, suite.cpus
            shared.setdefault(key, []).append(unit)
    return [part for group in shared.values() for part in parts(group)] + alone


def parts(group: list) -> list:
    """With FULL=1 no boot is so long that it alone is left in the end."""
    found, total = [[]], 0
    for unit in group:
        total += unit.suite.timeout
        if full_run() and found[-1] and total > LONGEST:
            found.append([])
            total = unit.suite.timeout
        found[-1].append(unit)
    return found


class GroupRun:
    """Boots until every unit of a group has run; a crash costs the unit it hit."""

    def __init__(self, group: list, report):
        self.left = list(group)
        self.report = report

    def run(self) -> None:
        while self.left:
            before = len(self.left)
            self.boot()
            if len(self.left) == before:
                raise ui.BenchError("a VM run settled no suite")

    def boot(self) -> None:
        first = self.left[0]
        folder = vm.run_folder(f"{first.kernel}-{first.kind}-{first.chip}")
        machine = machine_for(first, self.left, folder)
        what = f"{first.kernel}/{first.kind}/{first.chip}"
        progress = ui.Progress(f"VM {what}, {len(self.left)} suites")
        deadline = BOOT_SECONDS + sum(unit.suite.timeout + 60 for unit in self.left)
        with vm.HostVm(machine, folder) as host:
            ending = host.wait(deadline, lambda: progress.tick(current_suite(host)))
        progress.done(ending)
        self.settle(host)

    def settle(self, host) -> None:
        """Report what ended; a suite that was cut off failed, later ones stay left."""
        streams = split_streams(vm.read_text(host.results()))
        for unit in list(self.left):
            lines, ended = streams.get(unit.suite.name, ([], False))
            if not ended and unit is not self.left[0]:
                break
            results = parse(lines)
            if not ended:
                where = "before its end" if lines else "before its start"
                results.append(Result("end", "failed", f"the VM ended {where}: {host.ending}"))
            self.report.add(str(unit), results, host.trouble())
            self.left.remove(unit)
            if not ended:
                break


def split_streams(text: str) -> dict:
    """Suite name -> (its lines, whether it came to its end)."""
    streams, current = {}, None
    for line in text.splitlines():
        if line.startswith("@begin "):
            current = line.split()[1]
            streams.setdefault(current, ([], False))
        elif line.startswith("@end "):
            streams[current] = (streams[current][0], True)
            current = None
        elif current and not line.startswith("@"):
            streams[current][0].append(line)
    return streams


def current_suite(host) -> str:
    names = re.findall(r"^@begin (\S+)", vm.read_text(host.results()), re.M)
    return names[-1] if names else "booting"


def divided(chip: str) -> dict:
    """A GPU whose VFs have the model's test page, as large as its vGPU types say."""
    return {"vf-test": "on"} | ({"fb-size": firmware.TYPES_MIB} if chip in VGPU_CHIPS else {})


def gpus_for(suite: Suite, chip: str, full: bool) -> list:
    """Properties of each GPU of the VM."""
    if suite.gpus == "echo":
        return [{}, {"echo-seq": "on"}]
    if suite.gpus == "board":
        return [{}, {"device-id": OTHER_BOARD}]
    if suite.gpus == "chips":
        return [{"chip": name} for name in CHIPS]
    if suite.gpus == "vbios":
        cases = broken.vbios_cases(chip, full)
        top = broken.vbios_folder(chip, cases)
        return [{}] + [{"vbios": top / f"{case}.rom"} for case in cases]
    return [divided(chip)]


def spec_for(unit: Unit, group: list) -> dict:
    """What the runner in the VM reads."""
    chip = unit.chip
    env = {
        "GSP_FW": unit.kind,
        "GSP_KERNEL": unit.kernel,
        "GSP_CHIP": chip,
        "GSP_KERNEL_IMAGE": str(kernel.image(unit.kernel)),
        "GSP_FULL": "1" if full_run() else "",
        "GSP_SEED": os.environ.get("SEED", ""),
    }
    if any(u.suite.name == "badfw.py" for u in group):
        cases = broken.firmware_cases(chip, full_run())
        env["GSP_BROKEN"] = str(broken.firmware_folder(chip, cases))
    for need in {need for u in group for need in u.suite.needs}:
        env |= NEEDS[need]()
    return {
        "firmware": str(firmware.folder(unit.kind, *chips_of(unit))),
        "suites": [{"name": u.suite.name, "timeout": u.suite.timeout} for u in group],
        "env": env,
    }


def chips_of(unit: Unit) -> tuple:
    return CHIPS if unit.suite.gpus == "chips" else (unit.chip,)


def machine_for(unit: Unit, group: list, folder: Path) -> Machine:
    qemu.binary()  # a long build belongs before the VM's clock starts
    path = folder / "spec.json"
    path.write_text(json.dumps(spec_for(unit, group), indent=1))
    return Machine(
        kernel=unit.kernel,
        chip=unit.chip,
        gpus=gpus_for(unit.suite, unit.chip, full_run()),
        cpus=unit.suite.cpus,
        env={"GSP_SPEC": path, "GSP_MODULES": modules.tree(unit.kernel)},
        boot=unit.suite.boot,
    )


def full_run() -> bool:
    return os.environ.get("FULL") == "1"


def weight(group: list) -> float:
    """How long a group may take, for comparison: instrumented kernels are slow."""
    slow = 4 if group[0].kernel == "debug" else 1
    return slow * (60 + sum(unit.suite.timeout for unit in group))


def lanes() -> int:
    """How many VMs at a time: one more than CPUs, as some wait for a deadline."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    wanted = os.cpu_count() + 1
    return max(1, min(wanted, memory // LANE_MEMORY))


def jobs(chosen: list, report) -> list:
    """A function for each VM, long ones first."""
    todo = sorted(groups(chosen), key=weight, reverse=True)
    return [GroupRun(group, report).run for group in todo]
