# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic,real full=plain/synthetic,debug/synthetic,debug/real
# bench: timeout=240 vm=own cpus=1
"""Hand the machine to a new kernel without unloading the driver.

`kexec -e` calls the drivers' shutdown; the second kernel, started by the same
init script, runs this file again and must find a GPU that it can boot.
"""

import os
import subprocess
import time
from pathlib import Path

from lib import dmesg, gpu, ktap, model

SECOND = bool(os.environ.get("GSP_KEXECED"))


def first_kernel() -> None:
    """Prints the first result, then is gone."""
    gpu.load(bind=True)
    print(f"{'ok' if gpu.bound() else 'not ok'} 1 the first kernel boots the GPU", flush=True)
    cmdline = Path("/proc/cmdline").read_text().strip() + " GSP_KEXECED=1"
    image = os.environ["GSP_KERNEL_IMAGE"]
    subprocess.run(["kexec", "-l", image, f"--command-line={cmdline}"], check=True)
    time.sleep(0.5)
    subprocess.run(["kexec", "-e"], check=True)
    time.sleep(60)


def second_kernel() -> None:
    ktap.run_one(2, "shutdown stopped the firmware", shut_down)
    ktap.run_one(3, "the second kernel boots the GPU", boots)
    ktap.run_one(4, "and unloads cleanly", unloads)


def shut_down() -> None:
    ktap.equal(model.get("state"), "unloaded", "state of the GPU")
    ktap.check(not model.get("wpr2-up"), "WPR2 is still up")


def boots() -> None:
    log = dmesg.Marker("second kernel")
    gpu.load(bind=True)
    ktap.check(gpu.bound(), "\n".join(log.errors()))


def unloads() -> None:
    gpu.unload()
    ktap.equal(model.get("state"), "unloaded", "state of the GPU")
    ktap.equal(model.get("last-rule"), "", "last broken rule of the model")


# both print it: the runner of each kernel wants to know
print("KTAP version 1\n1..4", flush=True)
if SECOND:
    second_kernel()
else:
    first_kernel()
