# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=none timeout=300 vm=own
"""The unit tests in gsp-core's own test module; results as KUnit's debugfs has them."""

import re
import subprocess
from pathlib import Path

from lib import gpu

RESULTS = Path("/sys/kernel/debug/kunit")
LAST = re.compile(r"^(not ok|ok) \d+ (.*)$")


def suite_lines(number: int, path: Path) -> list:
    """One suite's results, indented as a test of ours."""
    lines = (path / "results").read_text().splitlines()
    lines = [line for line in lines if line not in ("KTAP version 1", "1..1")]
    match = LAST.match(lines[-1]) if lines else None
    if not match:
        return lines + [f"not ok {number} {path.name}"]
    return lines[:-1] + [f"{match[1]} {number} {match[2]}"]


def main() -> None:
    gpu.autoprobe(False)
    before = set(RESULTS.iterdir()) if RESULTS.exists() else set()
    subprocess.run(["modprobe", "gsp_core_kunit"], check=True)
    suites = sorted(path for path in RESULTS.iterdir() if path not in before)
    print(f"KTAP version 1\n1..{len(suites)}")
    for number, path in enumerate(suites, 1):
        print("\n".join(suite_lines(number, path)), flush=True)
    subprocess.run(["rmmod", "gsp_core_kunit"], check=True)


main()
