# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=real,synthetic full=plain/real,debug/real,debug/synthetic
# bench: timeout=600
"""Bind and unbind again and again: 3 times real firmware, 100 times synthetic."""

import os

from lib import dmesg, gpu, ktap, memory, model
from lib.ktap import test

TIMES = 3 if os.environ["GSP_FW"] == "real" else 100
# seen without a leak: 0.4 MiB at most
LEAK_KIB = 2048
BROKEN_BEFORE = model.get("rules-broken")


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
def leak():
    ktap.equal(gpu.bind() or gpu.unbind(), 0, "errno")
    before = memory.free()
    for _ in range(3):
        ktap.equal(gpu.bind() or gpu.unbind(), 0, "errno")
    lost = (before - memory.free()) // 1024
    ktap.comment(f"memory: {lost} KiB less than before")
    ktap.check(lost < LEAK_KIB, f"{lost} KiB less memory after 3 binds")


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
