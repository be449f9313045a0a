# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=plain/synthetic timeout=600
"""A client of gsp-core: every call, unbinding under load, a GPU that dies, every order of rmmod.

The client is gsp-client-sample; its source says what its files and commands do.
"""

import errno
import os
import subprocess
import threading
import time
from pathlib import Path

from lib import dmesg, gpu, ktap, model, probe
from lib.ktap import test

MODULE = "gsp_client_sample"
DRIVER = Path("/sys/bus/auxiliary/drivers/gsp_client_sample.sample")
FILES = Path("/sys/kernel/debug/gsp-client-sample")
DEBUG = os.environ["GSP_KERNEL"] == "debug"
ROUNDS = 20 if os.environ.get("GSP_FULL") else 4
# a call's deadline, and what the machine may add
DEADLINE = 30 if DEBUG else 12
BROKEN_BEFORE = model.get("rules-broken")
# said of a channel whose end GSP-RM cannot be asked for
KEPT = "is not freed, its memory is lost"


# what a test does


def device() -> str:
    """The auxiliary device of the GPU, "" when there is none."""
    found = sorted(path.name for path in Path("/sys/bus/auxiliary/devices").glob("gsp_core.gpu.*"))
    return found[0] if found else ""


def file(name: str) -> Path:
    return FILES / device() / name


def run(command: str) -> int:
    """The errno of a command, 0 when it works."""
    return gpu.write_errno(file("run"), command)


def must_run(command: str) -> None:
    result = run(command)
    step = file("step").read_text().strip() if result else ""
    ktap.equal(probe.name_of(result), "0", f"errno of {command!r} (at {step!r})")


def told() -> dict:
    rows = (line.split() for line in file("told").read_text().splitlines())
    return {name: int(value) for name, value in rows}


def keep(on: bool) -> None:
    (FILES / "keep").write_text("Y" if on else "N")


def insert() -> None:
    subprocess.run(["modprobe", "gsp-client-sample"], check=True)


def remove() -> None:
    subprocess.run(["rmmod", MODULE], check=True)


def bind_client() -> int:
    return gpu.write_errno(DRIVER / "bind", device())


def unbind_client() -> int:
    return gpu.write_errno(DRIVER / "unbind", device())


class Caller(threading.Thread):
    """A command that runs while something else happens; .errno is its end."""

    def __init__(self, command: str):
        super().__init__(daemon=True)
        self.command = command
        # open before the file can go
        self.fd = os.open(file("run"), os.O_WRONLY)
        self.errno = None
        self.took = 0.0
        self.start()

    def run(self) -> None:
        start = time.monotonic()
        try:
            os.write(self.fd, self.command.encode())
            self.errno = 0
        except OSError as error:
            self.errno = error.errno
        self.took = time.monotonic() - start
        os.close(self.fd)

    def end(self, allowed: tuple, limit: float = DEADLINE) -> None:
        self.join(limit)
        ktap.check(not self.is_alive(), f"{self.command!r} hangs")
        found = probe.name_of(self.errno)
        ktap.check(found in allowed, f"{self.command!r}: expected {allowed}, found {found}")


def ready() -> None:
    """GPU and client bound, whatever a failed test left."""
    model.put("fault", "")
    if not gpu.bound():
        ktap.equal(gpu.bind(), 0, "errno of bind")
    if not Path("/sys/module", MODULE).exists():
        insert()
    if not (DRIVER / device()).exists():
        ktap.equal(bind_client(), 0, "errno of binding the client")
    keep(False)


def calls_in_flight(command: str, nr: int = 3) -> list:
    callers = [Caller(command) for _ in range(nr)]
    time.sleep(0.3)
    return callers


# tests


@test("the client binds when the GPU does")
def binds():
    gpu.load()
    insert()
    ktap.equal(device(), "", "auxiliary device of an unbound GPU")
    ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.check((DRIVER / device()).exists(), "the client is not bound")


@test("every call works and refuses what it must")
def every_call():
    ready()
    must_run("all")
    must_run("sessions 5")


@test("the configuration is the GPU's")
def config():
    ready()
    rows = [line.split(maxsplit=1) for line in file("config").read_text().splitlines()]
    facts = {row[0]: row[1] for row in rows if row[0] != "engine"}
    engines = [row[1] for row in rows if row[0] == "engine"]
    ktap.equal(facts["chip"].lower(), os.environ["GSP_CHIP"], "chip")
    ktap.equal(facts["release"], "570.144", "release")
    ktap.check(int(facts["fb_size"]) > 1 << 30, f"framebuffer: {facts['fb_size']}")
    ktap.check(any("copy" in line for line in engines), f"no copy engine in {engines}")


@test("many callers at a time")
def many():
    ready()
    for caller in [Caller("stress 2000") for _ in range(4)] + [Caller("sessions 20")]:
        caller.end(("0",), 4 * DEADLINE)


@test("what is held is given back, or taken back")
def held():
    ready()
    must_run("hold")
    must_run("drop")
    for forgetful in (False, True):
        keep(forgetful)
        must_run("hold")
        ktap.equal(unbind_client(), 0, "errno of unbinding the client")
        ktap.equal(bind_client(), 0, "errno of binding the client")
        must_run("all")
    keep(False)


@test("the client is unbound under load")
def unbind_loaded():
    for turn in range(ROUNDS):
        ready()
        keep(bool(turn % 2))
        callers = calls_in_flight("stress 60000" if not turn % 2 else "stress 500")
        ktap.equal(unbind_client(), 0, "errno of unbinding the client")
        for caller in callers:
            caller.end(("ENODEV",) if not turn % 2 else ("0", "ENODEV"))
    ready()
    must_run("all")


@test("the GPU is unbound under load")
def gpu_unbind_loaded():
    for _ in range(ROUNDS):
        ready()
        callers = calls_in_flight("stress 60000")
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
        for caller in callers:
            caller.end(("ENODEV",))
        ktap.equal(device(), "", "auxiliary device of an unbound GPU")


@test("unbinding waits for a call that sleeps, and no longer")
def unbind_sleeping():
    ready()
    model.put("fault", "reply-none,fn=76")
    caller = calls_in_flight("control 1", 1)[0]
    start = time.monotonic()
    ktap.equal(unbind_client(), 0, "errno of unbinding the client")
    took = time.monotonic() - start
    ktap.check(model.get("fault-fired"), "the fault never struck")
    ktap.check(took < DEADLINE, f"unbind took {took:.1f} s")
    caller.end(("ETIMEDOUT", "EIO"))
    # no control can be sent any more, so the core's own channel cannot be freed
    log = dmesg.Marker("unbind")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal(log.errors(), [], "error lines")
    ktap.contains(log.text(), [KEPT], "log")


def dies_asleep(command: str) -> None:
    """A call sleeps for an answer when the GPU is pulled."""
    ready()
    must_run("hold")
    model.put("fault", "reply-none,fn=76")
    caller = calls_in_flight(command, 1)[0]
    ktap.check(caller.is_alive(), "the call does not sleep")
    model.put("fault", "gone")
    caller.end(("ENODEV",), 5)
    gpu.wait_for(lambda: told()["deaths"], 5, "the death notification")
    ktap.equal(told()["deaths"], 1, "deaths")
    ktap.equal(told()["reason"], -errno.ENODEV, "reason")
    ktap.equal(told()["status"], -errno.ENODEV, "status")
    ktap.equal(probe.name_of(run("all")), "ENODEV", "errno of a call after death")
    ktap.equal(run("drop"), 0, "errno of giving back")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    model.put("fault", "")
    gpu.rescan()


@test("the GPU is pulled while a call sleeps")
def gone():
    try:
        dies_asleep("control 1")
    finally:
        model.put("fault", "")
        if gpu.bound():
            gpu.unbind()
    ready()
    must_run("all")


def crashes(give_back: bool) -> None:
    ready()
    must_run("hold")
    model.put("fault", "crash,fn=76")
    ktap.equal(probe.name_of(run("control 1")), "EIO", "errno of the call")
    ktap.check(model.get("fault-fired"), "the fault never struck")
    gpu.wait_for(lambda: told()["deaths"], 5, "the death notification")
    ktap.equal(told()["reason"], -errno.EIO, "reason")
    if give_back:
        ktap.equal(run("drop"), 0, "errno of giving back")
    start = time.monotonic()
    ktap.equal(probe.name_of(run("all")), "EIO", "errno of a call after death")
    ktap.check(time.monotonic() - start < 1, "a call on a dead GPU is slow")
    # a client that comes now gets no session
    ktap.equal(unbind_client(), 0, "errno of unbinding the client")
    ktap.check(bind_client(), "a client was bound to a dead GPU")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")


@test("the firmware dies in a call")
def crash():
    for give_back in (True, False):
        crashes(give_back)
    ready()
    must_run("all")


@test("the firmware dies under load")
def crash_loaded():
    for forgetful in (False, True):
        ready()
        keep(forgetful)
        callers = calls_in_flight("stress 60000")
        model.put("fault", "crash,fn=76")
        for caller in callers:
            caller.end(("EIO",))
        ktap.equal(told()["deaths"], 1, "deaths")
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ready()
    must_run("all")


@test("modules go in every order")
def rmmods():
    ready()
    ktap.check(subprocess.run(["rmmod", "gsp_core"], check=False).returncode, "gsp-core went first")
    must_run("hold")
    remove()
    ktap.check(gpu.bound(), "the GPU went with its client")
    insert()
    must_run("all")
    # the GPU first, then the client, then the core
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    remove()
    gpu.unload()
    # the client takes the core with it, and comes to a GPU that is bound
    insert()
    gpu.wait_for(gpu.loaded, 5, "gsp-core")
    ready()
    remove()
    gpu.unload()
    gpu.load(bind=True)
    insert()
    must_run("all")


@test("the client goes under load")
def rmmod_loaded():
    for _ in range(ROUNDS):
        ready()
        # no file of the module may be open: its owner could not go
        child = subprocess.Popen(
            ["sh", "-c", f"while echo all >{file('run')}; do sleep 0.1; done"], stderr=subprocess.DEVNULL
        )
        time.sleep(0.2)
        gpu.wait_for(
            lambda: not subprocess.run(
                ["rmmod", MODULE], stderr=subprocess.DEVNULL, check=False
            ).returncode,
            DEADLINE,
            "rmmod",
        )
        child.wait(DEADLINE)


@test("nothing was logged but the deaths, and no rule of the model was broken")
def quiet():
    errors = [line for line in START.errors() if "channel dead" not in line and KEPT not in line]
    errors = [line for line in errors if "unload" not in line.lower()]
    ktap.equal(errors, [], "errors in the log")
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


@test("client and core are unloaded")
def leave():
    ready()
    remove()
    gpu.unload()


START = dmesg.Marker("client")
try:
    ktap.main()
finally:
    subprocess.run(["rmmod", MODULE], stderr=subprocess.DEVNULL, check=False)
