# SPDX-License-Identifier: GPL-2.0-only
"""What must hold whenever a probe fails, and whenever it works again afterwards."""

import errno
import re

from . import dmesg, gpu, ktap, model

LINE = re.compile(
    r"gsp-core (\S+): (\S+), GSP firmware ([\d.]+), (\d+) MiB framebuffer, booted in (\d+) ms"
)


def name_of(number: int) -> str:
    return errno.errorcode.get(number, str(number))


def must_fail(words=(), errnos=None, name: str = "") -> None:
    """Bind; it fails, with one of @errnos if given, and one error line that has @words."""
    log = dmesg.Marker("must fail")
    result = gpu.bind(name)
    errors = log.errors()
    if not result:
        gpu.unbind(name)
    ktap.check(result, "bind succeeded:\n" + log.text())
    ktap.equal(len(errors), 1, "number of error lines:\n" + "\n".join(errors) + "\nlog")
    if errnos:
        found = name_of(result)
        ktap.check(found in errnos, f"errno: expected {errnos}, found {found}: {errors[0]}")
    ktap.contains(errors[0], list(words), "error line")


def is_info_line(line: str, chip: str) -> None:
    """What a bind says of a GPU that runs."""
    match = LINE.match(line)
    ktap.check(match, f"unexpected form: {line}")
    ktap.equal(match[2], chip.upper(), "chip")
    ktap.equal(match[3], "570.144", "firmware release")
    ktap.check(int(match[4]) >= 4096, f"framebuffer: {match[4]} MiB")


def must_work(name: str = "", gpu_id: str = "gpu0") -> None:
    """Bind and unbind without a word of complaint."""
    log = dmesg.Marker("must work")
    result = gpu.bind(name)
    ktap.check(not result, f"bind: {name_of(result)}\n{log.text()}")
    ktap.equal(model.get("state", gpu_id), "rm-ready", "state")
    ktap.equal(gpu.unbind(name), 0, "errno of unbind")
    ktap.equal(log.errors(), [], "errors in the log")
