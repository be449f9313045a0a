# SPDX-License-Identifier: GPL-2.0-only
"""The device model as a test sees it: its properties, over the virtio QMP port.

Also a command:  model.py get <property> | model.py set <property> <value>
"""

import contextlib
import os
import re
import sys
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.qmp import Qmp  # noqa: E402


def port(name: str) -> str:
    """The device node of a virtio-serial port."""
    for path in Path("/sys/class/virtio-ports").iterdir():
        if (path / "name").read_text().strip() == name:
            return f"/dev/{path.name}"
    raise FileNotFoundError(f"no virtio port {name}")


@lru_cache(maxsize=1)
def qmp() -> Qmp:
    return Qmp(os.open(port("gsp.qmp"), os.O_RDWR | os.O_NONBLOCK))


def close() -> None:
    """Let another process have the port."""
    if qmp.cache_info().currsize:
        os.close(qmp().fd)
        qmp.cache_clear()


def gpus() -> list:
    """Ids of all GPUs of this machine; gpu0 is the one that gpu.find() names."""
    devices = qmp().command("qom-list", path="/machine/peripheral")
    return sorted(dev["name"] for dev in devices if dev["type"] == "child<gsp-gpu>")


def get(prop: str, gpu: str = "gpu0"):
    return qmp().get(prop, f"/machine/peripheral/{gpu}")


def put(prop: str, value, gpu: str = "gpu0") -> None:
    qmp().set(prop, value, f"/machine/peripheral/{gpu}")


CHIP = os.environ.get("GSP_CHIP", "ad102")
# faults and phases of boots that the CPU does by loading falcons
OF_FALCONS = r"falcon-|frts-|gfw|pio-|=fwsec|=booter|=sb\b|=sequencer|=scrubber"


def has_fsp(chip: str = "") -> bool:
    """Is the chip started by its FSP, as Hopper and Blackwell are?"""
    return (chip or CHIP).startswith(("gh", "gb"))


WIDE = has_fsp()  # BAR0 of VFs has 64 bits
BAR0, FB, BAR2 = (0, 2, 4) if WIDE else (0, 1, 3)


def can_strike(spec: str, chip: str = "") -> bool:
    """Is there on this chip what the fault is about?"""
    chip = chip or CHIP
    if re.search(r"fsp-|prc|=cot|=fmc|lockdown|fmc-", spec):
        return has_fsp(chip) and (chip.startswith("gb20") or "prc" not in spec)
    if has_fsp(chip):
        return not re.search(OF_FALCONS, spec)
    if chip == "ga100" and re.search(r"phase=fwsec|frts-error", spec):
        return False
    return "pio-" not in spec or chip.startswith(("tu", "ga100"))


@contextlib.contextmanager
def fault(spec: str, gpu: str = "gpu0"):
    """The model misbehaves in this way for the time of a with block."""
    put("fault", spec, gpu)
    try:
        yield
    finally:
        put("fault", "", gpu)


def main() -> None:
    if sys.argv[1] == "get":
        print(get(sys.argv[2]))
    else:
        put(sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
