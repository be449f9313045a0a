#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the bench itself: a bench that reads results wrongly proves nothing."""

import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import broken, cache, console, guest, ktap, packages, report, suites  # noqa: E402
from bench.measure import figures, vms  # noqa: E402
from bench.measure import report as table  # noqa: E402


def statuses(text: str) -> dict:
    return {result.name: result.status for result in ktap.parse(text.split("\n"))}


class Ktap(unittest.TestCase):
    def test_flat(self):
        text = "KTAP version 1\n1..3\nok 1 a\nnot ok 2 b\nok 3 c # SKIP no such thing"
        wanted = {"a": "passed", "b": "failed", "c": "skipped"}
        self.assertEqual(statuses(text), wanted)

    def test_nested(self):
        text = "1..1\n    # Subtest: s\n    1..2\n    ok 1 a\n    ok 2 b\nok 1 s"
        self.assertEqual(statuses(text), {"s.a": "passed", "s.b": "passed"})

    def test_cut_off(self):
        self.assertEqual(statuses("1..3\nok 1 a")["plan"], "failed")

    def test_cut_off_inside(self):
        text = "1..1\n    1..2\n    ok 1 a\nok 1 s"
        self.assertEqual(statuses(text)["s.plan"], "failed")

    def test_parent_fails_alone(self):
        text = "1..1\n    1..1\n    ok 1 a\nnot ok 1 s"
        self.assertEqual(statuses(text)["s itself"], "failed")

    def test_nothing(self):
        self.assertEqual(statuses("no test here"), {})


class Reports(unittest.TestCase):
    def test_found(self):
        for line in (
            "WARNING: CPU: 0 PID: 1 at mm/slub.c:1 foo",
            "WARNING: drivers/pci/remove.c:12 at pci_stop_dev+0x1/0x2, CPU#0: sh/1",
            "WARNING: possible recursive locking detected",
            "BUG: KASAN: slab-use-after-free in gsp_rpc_xfer",
            "UBSAN: array-index-out-of-bounds in core/rpc/ring.c:1:2",
            "DMA-API: gsp-core 0000:01:00.0: device driver frees DMA memory",
            "DMAR: [DMA Read NO_PASID] Request device [01:00.0] fault addr 0x0",
            "INFO: task modprobe:61 blocked for more than 120 seconds.",
        ):
            self.assertEqual(console.reports([line]), [line])

    def test_not_found(self):
        for line in (
            "DMA-API: preallocated 65536 debug entries",
            "gsp-core 0000:01:00.0: AD102, GSP firmware 570.144",
            "gsp_core: loading out-of-tree module taints kernel.",
            "WARNING: drivers/pci/remove.c:128 at pci_stop_and_remove_bus_device+0x9/0xb",
        ):
            self.assertEqual(console.reports([line]), [])

    def test_useful_starts_at_the_report(self):
        text = "\n".join(["boring"] * 50 + ["gsp: a", "BUG: b", "c"] + ["later"] * 50)
        self.assertEqual(console.useful(text, 2), ["gsp: a", "BUG: b", "c"])


class Units(unittest.TestCase):
    def test_headers(self):
        for path in suites.FOLDER.glob("*.py"):
            self.assertGreater(suites.read_suite(path).timeout, 0, path.name)

    def test_header_of_two_lines(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("# bench: timeout=7\n# bench: vm=own needs=guest boot=a=1G,b=2\n")
            file.flush()
            found = suites.read_suite(Path(file.name))
        self.assertEqual((found.timeout, found.own_vm), (7, True))
        self.assertEqual((found.needs, found.boot), (("guest",), ("a=1G", "b=2")))

    def test_parts(self):
        units = [SimpleNamespace(suite=SimpleNamespace(timeout=2500)) for _ in range(3)]
        with mock.patch.dict(os.environ, FULL=""):
            self.assertEqual(suites.parts(units), [units])
        with mock.patch.dict(os.environ, FULL="1"):
            self.assertEqual(suites.parts(units), [units[:2], units[2:]])

    def test_cut_off_stream(self):
        streams = suites.split_streams("@begin a\nok 1 x\n@end a\n@begin b\nok 1 y\n")
        self.assertEqual(streams, {"a": (["ok 1 x"], True), "b": (["ok 1 y"], False)})

    def test_allowed_skips_have_reasons(self):
        for line in report.ALLOWED.read_text().splitlines():
            if line and not line.startswith("#"):
                self.assertRegex(line, r"^\S+ +# \S+")


class Cache(unittest.TestCase):
    def test_sync_writes_what_differs(self):
        with tempfile.TemporaryDirectory() as name:
            top = Path(name)
            cache.sync({"a": b"1", "b/c": b"2", "d": b"3"}, top)
            for path in (top / "a", top / "b/c"):
                os.utime(path, (1, 1))
            cache.sync({"a": b"1", "b/c": b"4"}, top)
            self.assertEqual([(top / "a").read_bytes(), (top / "b/c").read_bytes()], [b"1", b"4"])
            self.assertEqual((top / "a").stat().st_mtime, 1)
            self.assertNotEqual((top / "b/c").stat().st_mtime, 1)
            self.assertFalse((top / "d").exists())

    def test_two_runs_let_go_of_entries(self):
        with (
            tempfile.TemporaryDirectory() as name,
            mock.patch.dict(os.environ, XDG_CACHE_HOME=name),
            mock.patch.object(threading, "excepthook") as raised,
        ):
            for number in range(200):
                (cache.root() / f"entry-{number}").mkdir()
                os.utime(cache.root() / f"entry-{number}", (number, number))
            runs = [threading.Thread(target=cache.keep_newest, args=("entry-*", 2)) for _ in "ab"]
            for run in runs:
                run.start()
            for run in runs:
                run.join()
            left = {path.name for path in cache.root().glob("entry-*")}
        raised.assert_not_called()
        self.assertEqual(left, {"entry-198", "entry-199"})


class Guests(unittest.TestCase):
    def test_archive(self):
        rows = [("dev", guest.DIRECTORY), ("dev/console", guest.DEVICE, b"", (5, 1))]
        data = guest.archive([*rows, ("init", guest.FILE, b"12345"), ("b", guest.FILE, b"6")])
        done = subprocess.run(["cpio", "-tv"], input=data, capture_output=True, check=True)
        found = [line.split() for line in done.stdout.decode().splitlines()]
        wanted = ["drwxr-xr-x dev", "crw------- dev/console", "-rwxr-xr-x init", "-rwxr-xr-x b"]
        self.assertEqual([f"{line[0]} {line[-1]}" for line in found], wanted)


class Sources(unittest.TestCase):
    def test_deb822(self):
        text = "Types: deb deb-src\nURIs: http://a http://b\nSuites: x y\n z\n\nTypes: deb\n"
        first, second = packages.stanzas(text)
        self.assertEqual(first["Suites"].split(), ["x", "y", "z"])
        self.assertEqual(second["Types"], "deb")


class Broken(unittest.TestCase):
    def test_table_names_ways_that_exist(self):
        for case in broken.FIRMWARE + broken.VBIOS:
            kind = broken.KINDS.get(case.file, case.file)
            if case.how != "missing":
                self.assertIn(case.how, broken.every_way(kind), str(case))


def stamp_line(what: str, *done) -> str:
    text = "gsp_stamp {}: {} instructions, BAR0 {} reads {} writes, DMA {} read {} written, {} RPCs"
    return text.format(what, *done)


class Measures(unittest.TestCase):
    def test_told(self):
        text = "[    0.1] x\nmeasure: load 12\r\nmeasure: boot.memory -4\n"
        self.assertEqual(vms.numbers(text), {"load": 12, "boot.memory": -4})

    def test_boot(self):
        names = [*figures.PHASES, figures.END]
        lines = [stamp_line(name, 100 * n, n, n, n, n, 0) for n, name in enumerate(names, 1)]
        lines += [stamp_line("fwsec", 9999, 9, 9, 9, 9, 0)]  # FWSEC again, for something else
        told = dict.fromkeys(("bind", "load", "load.memory", "boot.memory"), 1)
        told |= {"control.small": 10, "control.large": 110, "control.large.size": 104}
        found = figures.boot_figures("d", told, vms.stamps("\n".join(lines)))
        self.assertEqual(found["d.boot"], 100 * (len(names) - 1))
        self.assertEqual(found["d.boot.until booter_load"], 100)
        self.assertEqual(found["d.mmio"], 2 * (len(names) - 1))
        self.assertEqual(found["d.control.byte"], 1)

    def test_goals(self):
        found = figures.collect([{"a": 5, "b": 10}, {"a": 4, "b": 10}, {"a": 9, "b": 10}])
        self.assertEqual((found["a"].median, found["a"].spread), (5, 1))
        rows = [
            figures.Row("met", "", "a", "b", ratio=0.5),
            figures.Row("missed", "", "a", limit=4),
            figures.Row("no figure", "", "a", "c", ratio=0.5),
            figures.Row("no goal", "", "a", "b"),
        ]
        wanted = "1 goals met, 1 missed, 1 not measured"
        self.assertEqual(table.counts(rows, found), wanted)

    def test_every_row_has_its_figures(self):
        told = {f"vgpu.{what}.{n}{kind}": n
                for what in ("open", "close") for n in range(1, 33) for kind in ("", ".held")}
        names = set(figures.vgpu_figures(told, False)) | set(figures.vgpu_figures(told, True))
        for row in figures.rows(1):
            if row.ours.startswith("vgpu."):
                self.assertIn(row.ours, names)


class KtapResult(unittest.TestResult):
    """Prints each test of unittest as a KTAP line."""

    def line(self, test, word: str) -> None:
        print(f"{word} {self.testsRun} {test.id().removeprefix('__main__.')}", flush=True)

    def addSuccess(self, test):
        self.line(test, "ok")

    def add_trouble(self, test, error):
        for line in self._exc_info_to_string(error, test).splitlines():
            print(f"# {line}")
        self.line(test, "not ok")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.add_trouble(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.add_trouble(test, err)


def main() -> int:
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"KTAP version 1\n1..{tests.countTestCases()}")
    result = KtapResult()
    tests.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
