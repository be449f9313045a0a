# SPDX-License-Identifier: GPL-2.0-only
"""One `make bench`: all VMs, so many times, then the table."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import cache, firmware, kernel, modules, qemu, ui
from . import figures, report, vms

RUNS = 5
OUR_MODULES = ("gsp-core", "gsp-vfio-pci")


def module_sizes(kernel_name: str, name: str) -> dict:
    """text, data and bss of one module, in bytes."""
    path = vms.needed(kernel_name, name)[-1]
    done = subprocess.run(["size", "-B", path], capture_output=True, text=True, check=True)
    text, data, bss = done.stdout.splitlines()[1].split()[:3]
    return {"text": int(text), "data": int(data), "bss": int(bss)}


def size_figures(kernel_name: str, drivers) -> dict:
    names = [*OUR_MODULES, *(name for name in drivers if name != vms.OURS)]
    sizes = {name: module_sizes(kernel_name, name) for name in names}
    found = {f"size.{n}.{part}": size for n in names for part, size in sizes[n].items()}
    found["size.ours"] = sum(sizes[n]["text"] + sizes[n]["data"] for n in OUR_MODULES)
    if vms.NOUVEAU in sizes:
        found["size.nouveau"] = sizes[vms.NOUVEAU]["text"] + sizes[vms.NOUVEAU]["data"]
    return found


def has_nouveau(kernel_name: str) -> bool:
    return any(modules.tree(kernel_name).rglob("nouveau.ko"))


def one_round(pool, jobs: list, kernel_name: str, chip: str) -> dict:
    names = tuple(dict.fromkeys(name for job in jobs for name in (job.driver, *job.extra)))
    vms.initramfs(kernel_name, chip, names)  # once, before the VMs of the pool want it

    def run(job) -> dict:
        return figures.figures_of(job, *vms.run(job, kernel_name, chip, names))

    found = {}
    for one in pool.map(run, jobs):
        found |= one
    return found


def chosen(jobs: list) -> list:
    """TESTS= leaves those whose name contains it."""
    return [job for job in jobs if os.environ.get("TESTS", "") in str(job)]


def measure(chip: str, kernel_name: str, drivers, runs: int) -> list:
    """One dict of figures for each round."""
    jobs, rounds = chosen(vms.jobs(drivers)), []
    sizes = size_figures(kernel_name, drivers)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for number in range(1, runs + 1):
            progress = ui.Progress(f"round {number} of {runs}, {len(jobs)} VMs")
            rounds.append(one_round(pool, jobs, kernel_name, chip) | sizes)
            progress.done()
    return rounds


def run(chip: str) -> int:
    kernel_name = os.environ.get("KERNEL") or kernel.MEASURED
    runs = int(os.environ.get("RUNS") or RUNS)
    qemu.binary()
    drivers = [vms.OURS] + [vms.NOUVEAU] * has_nouveau(kernel_name)
    found = figures.collect(measure(chip, kernel_name, drivers, runs))
    image = firmware.folder("real", chip) / f"nvidia/{chip}/gsp/gsp-{firmware.RELEASE}.bin"
    rows = figures.rows(image.stat().st_size)
    facts = {"chip": chip, "firmware": firmware.RELEASE, "runs": runs,
             "kernel": kernel.release(kernel_name), "image": image.stat().st_size}
    path = Path(os.environ.get("JSON") or cache.root() / "bench.json")
    report.write(path, rows, found, facts)
    report.show(rows, found, facts)
    ui.say(f"All figures: {path}")
    ui.say(report.counts(rows, found))
    return 0
