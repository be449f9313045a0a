# SPDX-License-Identifier: GPL-2.0-only
"""How much memory is left, so exactly that a leak of one MiB shows."""

import re
import time
from pathlib import Path

PAGE = 4096


def look() -> int:
    Path("/proc/sys/vm/drop_caches").write_text("3")
    for shrink in Path("/sys/kernel/slab").glob("*/shrink"):
        shrink.write_text("1")
    zones = Path("/proc/zoneinfo").read_text()
    return PAGE * sum(map(int, re.findall(r"^ +(?:nr_free_pages|count:) +(\d+)$", zones, re.M)))


def free() -> int:
    """Bytes that nobody holds, once caches and KASAN have let go of what they keep.

    MemFree and MemAvailable leave out the free pages that each CPU keeps for itself:
    tens of MiB, which come and go.  What waits for RCU comes back a little later.
    """
    found = [look()]
    for _ in range(2):
        time.sleep(0.2)
        found.append(look())
    return max(found)
