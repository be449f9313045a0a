# SPDX-License-Identifier: GPL-2.0-only
"""The kernel log from a moment on."""

import os
import re
import time

# said under the driver's name by the driver core, the PCI core, the firmware loader
OF_THE_CORE = re.compile(
    r": (probe with driver|not ready \d+ms after|Unable to change power|_request_firmware_prepare:)"
)


def read_all() -> list:
    """Every record of the log as (level, seconds, text)."""
    rows = []
    fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            try:
                record = os.read(fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return rows
            except BrokenPipeError:
                continue  # overwritten while we read: go on with the next one
            head, _, text = record.partition(";")
            prefix, _, stamp, *_ = head.split(",")
            rows.append((int(prefix) & 7, int(stamp) / 1e6, text.split("\n")[0]))
    finally:
        os.close(fd)


class Marker:
    """The log since this object was made."""

    count = 0

    def __init__(self, what: str = "test"):
        Marker.count += 1
        self.token = f"bench-mark {os.getpid()}.{Marker.count} {what}"
        with open("/dev/kmsg", "w", encoding="ascii") as log:
            log.write(f"<6>{self.token}\n")

    def rows(self) -> list:
        rows = read_all()
        start = max(i for i, row in enumerate(rows) if self.token in row[2])
        return [row for row in rows[start + 1 :] if "bench-mark" not in row[2]]

    def lines(self) -> list:
        return [text for _, _, text in self.rows()]

    def text(self) -> str:
        return "\n".join(self.lines())

    def errors(self) -> list:
        """The driver's lines of level err or worse; not what the kernel's core adds."""
        bad = [text for level, _, text in self.rows() if level <= 3]
        return [t for t in bad if t.startswith("gsp-core ") and not OF_THE_CORE.search(t)]

    def wait(self, pattern: str, timeout: float = 10) -> str:
        """The first line that matches; '' when none comes in time."""
        end = time.monotonic() + timeout
        while True:
            found = next((line for line in self.lines() if re.search(pattern, line)), "")
            if found or time.monotonic() > end:
                return found
            time.sleep(0.1)
