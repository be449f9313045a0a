# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU without a CPU, driven over its qtest and monitor sockets."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from bench.qmp import Qmp

RAM = 256 << 20
START_TIMEOUT = 20
ANSWER_TIMEOUT = 20


class QtestError(Exception):
    """QEMU refused a command, or is gone."""


class QTest:
    """One QEMU process with a gsp-gpu behind a root port.

    Writes are collected and sent with the next command that has an answer worth
    waiting for, so that loading an image costs few round trips.
    """

    def __init__(
        self,
        qemu: Path,
        gpu: str = "",
        machine: str = "",
        devices: tuple[str, ...] = (),
        rom: bytes | None = None,
    ):
        self.folder = Path(tempfile.mkdtemp(prefix="gsp-qtest-"))
        self.log = self.folder / "log"
        (self.folder / "bios").write_bytes(bytes(0x10000))
        if rom is not None:
            (self.folder / "rom").write_bytes(rom)
            gpu += f",vbios={self.folder}/rom"
        listeners = {name: self._listen(name) for name in ("qtest", "qmp")}
        root_port = "pcie-root-port,id=rp0,bus=pcie.0,addr=2,chassis=1,slot=1"
        command = [str(qemu), "-M", f"q35,accel=qtest{machine}", "-nodefaults", "-display", "none"]
        command += ["-no-user-config", "-m", f"{RAM >> 20}M", "-bios", str(self.folder / "bios")]
        command += ["-d", "guest_errors", "-D", str(self.log)]
        command += ["-qtest", f"unix:{self.folder}/qtest", "-qtest-log", "none"]
        command += ["-qmp", f"unix:{self.folder}/qmp"]
        for device in (*devices, root_port, f"gsp-gpu,id=gpu0,bus=rp0{gpu}"):
            command += ["-device", device]
        with (self.folder / "stderr").open("wb") as stderr:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=stderr)
        self.link: socket.socket | None = None
        self.qmp: Qmp | None = None
        self.buffer = b""
        self.queue: list[bytes] = []
        try:
            self.link = self._accept(listeners["qtest"])
            self.link.settimeout(ANSWER_TIMEOUT)
            self.qmp = Qmp(self._accept(listeners["qmp"]).detach())
        except QtestError:
            text = (self.folder / "stderr").read_text().strip()
            self.close()
            raise QtestError(f"QEMU did not start: {text}") from None

    def _listen(self, name: str) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.folder / name))
        listener.listen(1)
        listener.settimeout(0.2)
        return listener

    def _accept(self, listener: socket.socket) -> socket.socket:
        for _ in range(START_TIMEOUT * 5):
            try:
                link = listener.accept()[0]
                listener.close()
                return link
            except TimeoutError:
                if self.process.poll() is not None:
                    break
        raise QtestError("no connection")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.link:
            self.link.close()
        if self.qmp:
            os.close(self.qmp.fd)
        shutil.rmtree(self.folder, ignore_errors=True)

    # protocol

    def flush(self) -> None:
        """Send what is queued and take the answers."""
        while self.queue:
            batch, self.queue = self.queue[:256], self.queue[256:]
            self.link.sendall(b"".join(batch))
            for _ in batch:
                self._answer()

    def post(self, line: str) -> None:
        """A command whose answer may wait."""
        self.queue.append(line.encode() + b"\n")
        if len(self.queue) >= 256:
            self.flush()

    def ask(self, line: str) -> str:
        """A command and its answer, without the OK."""
        self.flush()
        self.link.sendall(line.encode() + b"\n")
        return self._answer()

    def _answer(self) -> str:
        while True:
            while b"\n" not in self.buffer:
                data = self.link.recv(1 << 16)
                if not data:
                    raise QtestError("QEMU is gone")
                self.buffer += data
            line, self.buffer = self.buffer.split(b"\n", 1)
            if line.startswith(b"IRQ"):
                continue
            if not line.startswith(b"OK"):
                raise QtestError(f"qtest: {line.decode()}")
            return line[2:].decode().strip()

    def readl(self, addr: int) -> int:
        return int(self.ask(f"readl {addr:#x}"), 16)

    def readw(self, addr: int) -> int:
        return int(self.ask(f"readw {addr:#x}"), 16)

    def readb(self, addr: int) -> int:
        return int(self.ask(f"readb {addr:#x}"), 16)

    def readq(self, addr: int) -> int:
        return int(self.ask(f"readq {addr:#x}"), 16)

    def writel(self, addr: int, value: int) -> None:
        self.post(f"writel {addr:#x} {value & 0xffffffff:#x}")

    def writeb(self, addr: int, value: int) -> None:
        self.post(f"writeb {addr:#x} {value:#x}")

    def writeq(self, addr: int, value: int) -> None:
        self.post(f"writeq {addr:#x} {value:#x}")

    def outl(self, port: int, value: int) -> None:
        self.post(f"outl {port:#x} {value:#x}")

    def read(self, addr: int, size: int) -> bytes:
        return base64.b64decode(self.ask(f"b64read {addr:#x} {size:#x}"))

    def write(self, addr: int, data: bytes) -> None:
        if data:
            text = base64.b64encode(data).decode()
            self.post(f"b64write {addr:#x} {len(data):#x} {text}")

    def zero(self, addr: int, size: int) -> None:
        self.post(f"memset {addr:#x} {size:#x} 0x0")

    def step(self, ns: int) -> None:
        """Let virtual time pass."""
        self.ask(f"clock_step {ns}")

    # the device's properties, and what it logged

    def get(self, name: str):
        self.flush()
        return self.qmp.get(name)

    def set(self, name: str, value) -> None:
        self.flush()
        self.qmp.set(name, value)

    def rules_logged(self) -> list[str]:
        """Names of the broken rules, in order."""
        self.flush()
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return re.findall(r"^gsp: rule ([a-z0-9-]+):", text, re.MULTILINE)

    def log_tail(self, lines: int = 8) -> list[str]:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return text.splitlines()[-lines:]
