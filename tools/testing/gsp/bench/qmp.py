# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's machine protocol over any byte stream.

The bench speaks it over a socket; tests inside the guest speak it over a
virtio-serial port, which QEMU connects to a monitor of its own.
"""

import json
import os
import select
import socket
import time

GPU = "/machine/peripheral/gpu0"


class QmpError(Exception):
    """The monitor refused a command or fell silent."""


class Qmp:
    """One monitor session on a non-blocking file descriptor."""

    def __init__(self, fd: int, timeout: float = 20):
        os.set_blocking(fd, False)
        self.fd = fd
        self.timeout = timeout
        self.pending = b""
        self.events = []
        self.serial = 0
        try:
            self.command("qmp_capabilities")
        except QmpError as error:
            # a session that an earlier user of the port left in command mode
            if "CommandNotFound" not in str(error):
                raise

    def write(self, data: bytes, deadline: float) -> None:
        while data:
            try:
                data = data[os.write(self.fd, data) :]
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise QmpError("the monitor does not read") from None
                select.select([], [self.fd], [], 0.1)

    def read_message(self, deadline: float) -> dict:
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0:
                raise QmpError("the monitor does not answer")
            if not select.select([self.fd], [], [], min(left, 0.5))[0]:
                continue
            try:
                data = os.read(self.fd, 65536)
            except BlockingIOError:
                continue
            if not data:
                raise QmpError("the monitor is closed")
            self.pending += data
        line, self.pending = self.pending.split(b"\n", 1)
        return json.loads(line) if line.strip() else {}

    def command(self, name: str, /, **arguments):
        """Run one command; returns its value, raises QmpError on refusal."""
        deadline = time.monotonic() + self.timeout
        self.serial += 1
        tag = f"{os.getpid()}.{self.serial}"
        request = {"execute": name, "arguments": arguments, "id": tag}
        self.write(json.dumps(request).encode() + b"\n", deadline)
        while True:
            message = self.read_message(deadline)
            if "event" in message:
                self.events.append(message)
            elif message.get("id") == tag:
                break
        if "error" in message:
            error = message["error"]
            raise QmpError(f"{name}: {error.get('class')}: {error.get('desc')}")
        return message["return"]

    def get(self, prop: str, path: str = GPU):
        return self.command("qom-get", path=path, property=prop)

    def set(self, prop: str, value, path: str = GPU) -> None:
        self.command("qom-set", path=path, property=prop, value=value)


def connect(path: str, timeout: float = 20) -> Qmp:
    """A session on a monitor's unix socket."""
    link = socket.socket(socket.AF_UNIX)
    deadline = time.monotonic() + timeout
    while True:
        try:
            link.connect(path)
            return Qmp(link.detach(), timeout)
        except OSError:
            if time.monotonic() > deadline:
                raise QmpError(f"no monitor at {path}") from None
            time.sleep(0.1)
