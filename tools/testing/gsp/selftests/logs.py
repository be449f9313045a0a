# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=180
"""The firmware's log buffers in debugfs, also those of a boot that failed."""

from lib import gpu, ktap, model
from lib.ktap import test

FILES = ("loginit", "logintr", "logrm")
KEEP = gpu.DEBUGFS / "keep_logs"


def folder():
    return gpu.DEBUGFS / gpu.address()


@test("a bound GPU has its three logs")
def present():
    gpu.load()
    ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.equal(sorted(p.name for p in folder().iterdir()), sorted(FILES), "files")


@test("the logs hold what the firmware wrote")
def content():
    for name in FILES:
        data = (folder() / name).read_bytes()
        ktap.check(len(data) >= 4096, f"{name}: {len(data)} bytes")
    ktap.check(any((folder() / "loginit").read_bytes()[8:]), "loginit is empty")


@test("they go when the GPU is unbound")
def gone():
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.check(not folder().exists(), "still there")


@test("a failed probe leaves nothing by default")
def not_kept():
    with model.fault("crash,phase=init"):
        ktap.check(gpu.bind(), "bind succeeded on firmware that crashes")
    ktap.check(not folder().exists(), "logs were kept unasked")


@test("keep_logs saves the logs of a failed probe")
def kept():
    KEEP.write_text("Y")
    with model.fault("crash,phase=init"):
        ktap.check(gpu.bind(), "bind succeeded on firmware that crashes")
    ktap.check((folder() / "logrm").exists(), "no logs were kept")
    texts = b"".join((folder() / name).read_bytes()[8:] for name in FILES)
    ktap.check(any(texts), "the kept logs are empty")


@test("the next bind replaces kept logs")
def replaced():
    ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.check((folder() / "logrm").exists(), "no logs")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.check(not folder().exists(), "still there")


@test("unloading the module removes kept logs")
def unload():
    with model.fault("crash,phase=init"):
        ktap.check(gpu.bind(), "bind succeeded on firmware that crashes")
    gpu.unload()
    ktap.check(not gpu.DEBUGFS.exists(), "debugfs folder outlived the module")


ktap.main()
