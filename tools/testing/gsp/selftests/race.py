# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=plain/synthetic timeout=300
"""Two shells bind and unbind the same GPU; others read debugfs and unload the module."""

import os
import subprocess
import time

from lib import dmesg, gpu, ktap, probe

SECONDS = 60 if os.environ.get("GSP_FULL") else 8
GRACE = 30  # for what a shell has begun when its time is over

BIND = f"echo {gpu.address()} >{gpu.DRIVER}/bind"
UNBIND = f"echo {gpu.address()} >{gpu.DRIVER}/unbind"
READ = f"cat {gpu.DEBUGFS}/*/* >/dev/null"
KEEP = f"echo Y >{gpu.DEBUGFS}/keep_logs; echo N >{gpu.DEBUGFS}/keep_logs"
RELOAD = f"sleep 0.7; rmmod {gpu.MODULE} && modprobe gsp-core"


def shell(action: str) -> subprocess.Popen:
    """A shell that does this again and again until the time is over."""
    loop = f"while [ $SECONDS -lt {SECONDS} ]; do {action}; n=$((n + 1)); done 2>/dev/null; echo $n"
    return subprocess.Popen(["bash", "-c", loop], stdout=subprocess.PIPE, text=True)


def race(*actions) -> None:
    """None of the shells hangs, no error is logged, and a bind works afterwards."""
    log = dmesg.Marker("race")
    shells = [shell(action) for action in actions]
    end = time.monotonic() + SECONDS + GRACE
    for action, child in zip(actions, shells, strict=True):
        try:
            rounds = child.communicate(timeout=max(end - time.monotonic(), 0))[0].strip()
        except subprocess.TimeoutExpired:
            ktap.check(False, f"hangs: {action}")
        ktap.comment(f"{rounds} times: {action}")
    ktap.equal(log.errors(), [], "errors in the log")
    booted = sum("booted in" in line for line in log.lines())
    ktap.check(booted > 1, f"the GPU was booted {booted} times only")
    if not gpu.loaded():
        gpu.load()
    if gpu.bound():
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    probe.must_work()


ktap.add("bind and unbind from two shells", race, f"{BIND}; {UNBIND}", f"{UNBIND}; {BIND}")
ktap.add("and readers in debugfs", race, BIND, UNBIND, READ, KEEP)
ktap.add("and the module goes and comes", race, BIND, UNBIND, READ, RELOAD)
gpu.load()
ktap.main()
