# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=real,synthetic full=plain/real,debug/real,debug/synthetic
# bench: timeout=600
"""Bind and unbind again and again: 3 times real firmware, 100 times synthetic."""

import os

from lib import dmesg, gpu, ktap, model
from lib.ktap import test

TIMES = 3 if os.environ["GSP_FW"] == "real" else 100
BROKEN_BEFORE = model.get("rules-broken")


def available_kib() -> int:
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemAvailable"))


@test(f"bind and unbind {TIMES} times")
def rebind():
    log = dmesg.Marker("rebind")
    gpu.load()
    for turn in range(TIMES):
        ktap.equal(gpu.bind(), 0, f"bind {turn + 1}")
        ktap.equal(gpu.unbind(), 0, f"unbind {turn + 1}")
    ktap.equal(log.errors(), [], "errors in the log")
    ktap.equal(model.get("state"), "unloaded", "state")


@test("memory does not shrink with the number of binds")
def memory():
    ktap.equal(gpu.bind() or gpu.unbind(), 0, "errno")
    before = available_kib()
    for _ in range(3):
        ktap.equal(gpu.bind() or gpu.unbind(), 0, "errno")
    lost = before - available_kib()
    ktap.check(lost < 16 * 1024, f"{lost} KiB less memory after 3 binds")


@test("load and unload the module with the GPU bound")
def reload():
    gpu.unload()
    gpu.load(bind=True)
    ktap.check(gpu.bound(), "not bound")
    gpu.unload()


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


ktap.main()
