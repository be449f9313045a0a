# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's uevents, heard where udev hears them."""

import contextlib
import socket
import threading
import time

NETLINK_KOBJECT_UEVENT = 15
KERNEL_GROUP = 1


def parse(message: bytes) -> dict:
    """KEY=value of one event; "@" is its first line, action@path."""
    head, *pairs = message.decode(errors="replace").rstrip("\0").split("\0")
    event = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    event["@"] = head
    return event


class Listener:
    """Collects events in a thread of its own; @react is called for each, at once."""

    def __init__(self, react=None):
        self.events = []
        self.react = react or (lambda event: None)
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.settimeout(0.1)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.listen, daemon=True)

    def __enter__(self):
        self.socket.bind((0, KERNEL_GROUP))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(5)
        self.socket.close()

    def listen(self) -> None:
        while not self.stop.is_set():
            with contextlib.suppress(TimeoutError):
                event = parse(self.socket.recv(16384))
                self.react(event)
                self.events.append(event)

    def wait(self, number: int, timeout: float = 10, **wanted) -> list:
        """At least @number events with these values; fewer when the time is over."""
        end = time.monotonic() + timeout
        while True:
            found = [e for e in self.events if all(e.get(k) == v for k, v in wanted.items())]
            if len(found) >= number or time.monotonic() > end:
                return found
            time.sleep(0.05)
