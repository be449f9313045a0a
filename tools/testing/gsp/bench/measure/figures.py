# SPDX-License-Identifier: GPL-2.0-only
"""What the VMs' numbers say: figures by name, and the goals that are set for them."""

import statistics
from dataclasses import dataclass

from .vms import NOUVEAU, OURS

BEGIN, END = "first-access", "GET_GSP_STATIC_INFO"
# where a phase begins -> what is done in it
PHASES = {
    BEGIN: "until FWSEC",
    "fwsec": "until booter_load",
    "booter-load": "until GSP-RM runs",
    "rm-start": "until INIT_DONE",
    "init-done": "until static info",
}
VFIO, PLAIN = "gsp-vfio-pci", "vfio-pci"
KIB = 1024
VGPUS = 32
# what counts as equal: the same code at another address is not the same to a byte
EQUAL = 1.02
# and as flat: a timer interrupt more or less is some percent of a vGPU
FLAT = 1.1


def boot_figures(driver: str, told: dict, stamps: list) -> dict:
    """From the first access to BAR0 to the answer of GET_GSP_STATIC_INFO."""
    first = {stamp.what: stamp for stamp in reversed(stamps)}
    begin, end = first[BEGIN], first[END]
    marks = [first[name] for name in PHASES] + [end]
    found = {
        f"{driver}.boot.{PHASES[mark.what]}": after.instructions - mark.instructions
        for mark, after in zip(marks, marks[1:])
    }
    large = told["control.large"] - told["control.small"]
    return found | {
        f"{driver}.boot": end.instructions - begin.instructions,
        f"{driver}.bind": told["bind"],
        f"{driver}.load": told["load"],
        f"{driver}.load.memory": told["load.memory"],
        f"{driver}.boot.memory": told["boot.memory"],
        f"{driver}.mmio": end.reads + end.writes - begin.reads - begin.writes,
        f"{driver}.dma": end.dma_read + end.dma_written,
        f"{driver}.rpcs": end.rpcs,
        f"{driver}.control.small": told["control.small"],
        f"{driver}.control.large": told["control.large"],
        f"{driver}.control.byte": large / (told["control.large.size"] - 4),
    }


def page_figures(driver: str, told: dict) -> dict:
    names = ("peak", "held", "maps")
    return {f"{driver}.pages.{name}": told[f"boot.{name}"] for name in names}


def vgpu_figures(told: dict, pages: bool) -> dict:
    """Of 32 vGPUs: the first, which may pay for all, and the average of few and of many.

    n is how many there are with this one, so closing begins with many.
    """
    kind = ".held" if pages else ""
    found = {}
    for what in ("open", "close"):
        costs = [told[f"vgpu.{what}.{n}{kind}"] for n in range(1, VGPUS + 1)]
        parts = {"first": costs[:1], "few": costs[1:9], "many": costs[-8:], "mean": costs}
        for part, some in parts.items():
            found[f"vgpu.{what}{kind}.{part}"] = statistics.fmean(some)
    return found


def figures_of(job, told: dict, stamps: list) -> dict:
    if job.measure == "boot":
        if job.pages:
            return page_figures(job.driver, told)
        return boot_figures(job.driver, told, stamps)
    return vgpu_figures(told, job.pages) if job.measure == "vgpus" else told


@dataclass(frozen=True)
class Figure:
    """One figure over all runs."""

    values: tuple

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Between the lowest and the highest, as a part of the median."""
        width = max(self.values) - min(self.values)
        return width / abs(self.median) if self.median else 0.0


def collect(rounds: list) -> dict:
    """Name -> Figure; each round is a dict."""
    names = {name: None for one in rounds for name in one}
    return {name: Figure(tuple(one[name] for one in rounds if name in one)) for name in names}


@dataclass(frozen=True)
class Row:
    """A line of the table: ours, what it is compared with, and the goal if there is one."""

    what: str
    unit: str
    ours: str
    other: str = ""
    ratio: float | None = None  # ours must not be above this part of the other
    limit: float | None = None  # nor above this

    def verdict(self, found: dict) -> bool | None:
        """Is the goal met?  None: there is none, or a figure is missing."""
        if self.goal() == "" or self.ours not in found or (self.ratio and self.other not in found):
            return None
        ours = found[self.ours].median
        if self.ratio:
            return ours <= self.ratio * found[self.other].median
        return ours <= self.limit

    def goal(self) -> str:
        if self.ratio:
            return f"<= {self.ratio:g} x"
        return f"<= {self.limit:,.0f}" if self.limit is not None else ""


def against_nouveau(what: str, unit: str, name: str, **goal) -> Row:
    return Row(what, unit, f"{OURS}.{name}", f"{NOUVEAU}.{name}", **goal)


def against_plain(what: str, unit: str, name: str, **goal) -> Row:
    return Row(what, unit, f"vfio.{VFIO}.{name}", f"vfio.{PLAIN}.{name}", **goal)


def rows(image: int) -> list:
    """The table; @image is the size of the firmware image."""
    instr = "instructions"
    boot = [against_nouveau(f"  {text}", instr, f"boot.{text}") for text in PHASES.values()]
    return [
        against_nouveau("boot, first access to static info", instr, "boot", ratio=0.5),
        *boot,
        against_nouveau("bind, all of it", instr, "bind"),
        against_nouveau("modules loaded", instr, "load"),
        against_nouveau("accesses to BAR0 during boot", "accesses", "mmio"),
        against_nouveau("read and written by the GPU", "bytes", "dma"),
        against_nouveau("DMA mappings made by bind", "calls", "pages.maps"),
        against_nouveau("memory, peak during bind", "bytes", "pages.peak", limit=1.1 * image),
        against_nouveau("memory, held after bind", "bytes", "pages.held"),
        against_nouveau("RM control, 4 bytes", instr, "control.small", ratio=0.5),
        against_nouveau("RM control, 55888 bytes", instr, "control.large"),
        against_nouveau("  each byte more", instr, "control.byte"),
        Row("text and data of both modules", "bytes", "size.ours", "size.nouveau",
            limit=200 * KIB),
        Row("vGPU made, the 1st", instr, "vgpu.open.first"),
        Row("  25th to 32nd, beside 2nd to 9th", instr, "vgpu.open.many", "vgpu.open.few",
            ratio=FLAT),
        Row("vGPU ended, as many, as few", instr, "vgpu.close.many", "vgpu.close.few",
            ratio=FLAT),
        Row("host memory per vGPU", "bytes", "vgpu.open.held.mean", limit=64 * KIB),
        against_plain("VF opened", instr, "open"),
        against_plain("VF closed", instr, "close"),
        against_plain("page faults over BAR1", "faults", "faults", ratio=1),
        against_plain("BAR1 read page by page", instr, "touch", ratio=EQUAL),
        against_plain("interrupt, to the reader", instr, "interrupt", ratio=EQUAL),
        against_plain("1 GiB mapped for DMA", instr, "map", ratio=EQUAL),
        against_plain("1 GiB unmapped", instr, "unmap", ratio=EQUAL),
    ]
