# SPDX-License-Identifier: GPL-2.0-only
"""The unit `builds`: every way in which the drivers are meant to build.

A check that has passed is not repeated until the sources, the kernel or the
checks themselves change. Work folders stay, so a change compiles what it touches.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import cache, external, grafted, kernel, ktap, modinfo, modules, ui

HERE = Path(__file__).parent
CODE = [HERE / f"{name}.py" for name in ("builds", "external", "grafted")] + [grafted.GRAFT]
PRODUCTS = ("*.o", "*.ko", "*.mod", "*.mod.c", "*.cmd", "modules.order", "Module.symvers")


def work_root() -> Path:
    """One folder for every checkout: what has passed in one has passed in a clone."""
    return cache.root() / "builds"


def once(name: str, kdir: Path, build) -> str:
    """build(work folder, log), unless it has passed with the same sources and kernel."""
    work = work_root() / name / kdir.name
    key = cache.digest(modules.content_key(), str(kdir), *CODE)
    passed, log = (work.parent.with_suffix(end) for end in (".passed", ".log"))
    work.parent.mkdir(parents=True, exist_ok=True)
    with cache.locked(f"builds-{name}"):
        if passed.exists() and passed.read_text().split("\n")[0] == key:
            return "unchanged"
        log.write_text("")
        note = build(work, log)
        passed.write_text(f"{key}\n")
    return note


def compile_check(variant: external.Variant) -> str:
    kdir = external.prepare_dir(variant)

    def build(work: Path, log: Path) -> str:
        return external.compile_modules(variant.name, kdir, work, log, *variant.make)

    return once(variant.name, kdir, build)


def headers_package() -> str:
    """The external build needs no more than a headers package has."""
    kdir = external.extmod_dir("plain")

    def build(work: Path, log: Path) -> str:
        return external.compile_modules("the headers package", kdir, work, log)

    return once("headers-package", kdir, build)


def graft_build(setting: str) -> str:
    kdir = kernel.build_dir(grafted.BASE)
    # all settings build from one copy of the source, so one after another
    shared = work_root() / "graft" / kdir.name

    def build(_work: Path, log: Path) -> str:
        return grafted.kernel_build(setting, shared, log)

    with cache.locked("builds-graft"):
        return once(f"graft-{setting}", kdir, build)


def expect_refusal(ksrc: Path, words: str) -> None:
    before = sorted((p, p.stat().st_mtime_ns) for p in ksrc.rglob("*"))
    try:
        grafted.graft(ksrc)
    except ui.BenchError as error:
        if words not in str(error):
            raise ui.BenchError(f'graft said "{error}", not "{words}"') from None
    else:
        raise ui.BenchError(f"graft did not refuse: {words}")
    if before != sorted((p, p.stat().st_mtime_ns) for p in ksrc.rglob("*")):
        raise ui.BenchError(f"graft refused ({words}) and wrote nevertheless")


def skeleton(folder: Path) -> Path:
    """As much of a 7.3 kernel source as the graft looks at."""
    src, ksrc = kernel.source()[0], folder / "linux"
    for name in grafted.hook_files():
        (ksrc / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(src / name, ksrc / name)
    (ksrc / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 3\n")
    return ksrc


def graft_rules() -> str:
    """Grafts twice with one result, takes away what has gone, refuses what it must."""
    with tempfile.TemporaryDirectory(dir=cache.root()) as name:
        ksrc = skeleton(Path(name))
        (ksrc / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 2\n")
        expect_refusal(ksrc, "is Linux 7.2; this tree is written for 7.3")
        (ksrc / "Makefile").unlink()
        expect_refusal(ksrc, "is no kernel source")
        ksrc = skeleton(Path(name))
        for hook in grafted.hook_files():
            text = (ksrc / hook).read_text()
            (ksrc / hook).write_text("\n")
            expect_refusal(ksrc, f"{hook} has no line")
            (ksrc / hook).write_text(text)
        said = grafted.graft(ksrc)
        stale = ksrc / "drivers/gpu/gsp/core/gone.c"
        stale.write_text("\n")
        for expected in (": 1 files", ": 0 files"):
            if expected not in (again := grafted.graft(ksrc)):
                raise ui.BenchError(f'graft once more said "{again.strip()}"')
        if stale.exists():
            raise ui.BenchError("graft left a file that the tree does not have")
        return said.rsplit(": ", 1)[1].strip()


def products() -> set:
    return {path for pattern in PRODUCTS for path in modules.TOP.rglob(pattern)}


def checks() -> list:
    """(name, function that returns a note or raises BenchError), the quick ones first."""
    found = [("graft", graft_rules)]
    for name in ("depends", "aliases", "firmware", "identity"):
        check = getattr(modinfo, f"check_{name}")
        found.append((f"modinfo-{name}", lambda c=check: c(modules.build("plain"))))
    found.append(("headers-package", headers_package))
    for variant in external.VARIANTS:
        found.append((f"compile-{variant.name}", lambda v=variant: compile_check(v)))
    full = os.environ.get("FULL") == "1"
    for setting in (s for s in grafted.SETTINGS if full or s not in grafted.FULL_ONLY):
        found.append((f"graft-{setting}", lambda s=setting: graft_build(s)))
    return found


class BuildsUnit:
    """One unit of the report; its tests run here, not in a program of their own."""

    def __str__(self):
        return "builds"

    def run(self, report) -> None:
        before = products()
        results = [self.judge(name, check) for name, check in checks()]
        left = sorted(str(p) for p in products() - before)
        status = "failed" if left else "passed"
        results.append(ktap.Result("checkout-clean", status, "", left))
        report.add("builds", results, f"full logs: {work_root()}/builds-*.log")

    def judge(self, name: str, check) -> ktap.Result:
        start = time.monotonic()
        try:
            note, status, detail = check(), "passed", []
        except (ui.BenchError, subprocess.CalledProcessError, OSError) as error:
            note, status, detail = "", "failed", str(error).splitlines()
        ui.say(f"# builds.{name}: {status} {note} ({ui.elapsed(start)})")
        return ktap.Result(name, status, note, detail)
