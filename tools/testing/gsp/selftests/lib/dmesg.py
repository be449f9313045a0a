# SPDX-License-Identifier: GPL-2.0-only
"""The kernel log from a moment on."""

import os
import re
import time

# said under the driver's name by the driver core, the PCI core, the firmware loader
OF_THE_CORE = re.compile(
    r": (probe with driver|not ready \d+ms after|Unable to change power|_request_firmware_prepare:)"
)


def read_more(fd: int) -> list:
    """The records of the log that @fd has not read yet, as (level, seconds, text)."""
    rows = []
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


class Marker:
    """The log since this object was made."""

    count = 0

    def __init__(self, what: str = "test"):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        self.seen = []
        Marker.count += 1
        with open("/dev/kmsg", "w", encoding="ascii") as log:
            log.write(f"<6>bench-mark {os.getpid()}.{Marker.count} {what}\n")

    def __del__(self):
        os.close(self.fd)

    def rows(self) -> list:
        self.seen += [row for row in read_more(self.fd) if "bench-mark" not in row[2]]
        return list(self.seen)

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
