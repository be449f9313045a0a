# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=240
"""What goes wrong at work: counted, one line that monitoring finds, a GPU that stays dead."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

from lib import consumers, dmesg, gpu, ktap, model, probe, provisioning, uevent
from lib.ktap import test

ERROR_LOG, RECOVERY_ACTION = 0x1006, 0x1022
ERROR_LOG_SIZE, RECOVERY_SIZE = 272, 8
XID_LINE = "NVRM: Xid"
LINES_PER_BURST = 10
STORM = 60
LAST_CHANNEL = 2047  # vGPUs get theirs from the top


def read(name: str) -> str:
    text = (gpu.find() / name).read_text()
    ktap.check(text.endswith("\n"), f"{name} does not end its line: {text!r}")
    return text[:-1]


def count(name: str) -> int:
    return int(read(f"gsp_exceptions/{name}"))


def where() -> str:
    """The GPU's address as Xid lines have it, without the function."""
    return gpu.address().rpartition(".")[0]


@contextmanager
def bound():
    """The GPU is bound for the time of a with block, and works afterwards."""
    ktap.equal(gpu.bind(), 0, "errno of bind")
    try:
        yield
    finally:
        if gpu.bound():
            gpu.unbind()


def raise_event(spec: str) -> None:
    model.put("raise-event", spec)


class Xids:
    """Xid lines since this object was made, as each kind of monitoring sees them."""

    def __init__(self):
        self.log = dmesg.Marker("xids")
        self.kmsg = consumers.Kmsg()

    def __enter__(self):
        self.kmsg.__enter__()
        return self

    def __exit__(self, *args):
        self.kmsg.__exit__(*args)

    def expect(self, *numbers: int) -> list:
        """These numbers and no others, whoever looks; the lines."""
        end = time.monotonic() + 5
        while len(self.lines()) < len(numbers) and time.monotonic() < end:
            time.sleep(0.05)
        lines = self.lines()
        wanted = [(where(), number) for number in numbers]
        ktap.equal([row[:2] for row in consumers.xids_of_gpud(lines)],
                   wanted, "Xids that GPUd sees")
        ktap.equal(consumers.xids_of_dcgm(self.kmsg.records()), wanted, "Xids that DCGM sees")
        return lines

    def lines(self) -> list:
        return [line for line in self.log.lines() if XID_LINE in line]


@test("nothing has gone wrong on a GPU that was just bound")
def quiet():
    with bound():
        for path in (gpu.find() / "gsp_exceptions").iterdir():
            ktap.equal(path.read_text(), "0\n", path.name)
        ktap.equal(read("gsp/state"), "running", "state")
        ktap.equal(read("gsp/recovery_action"), "None", "recovery action")
        ktap.equal(read("gsp/firmware_version"), "570.144", "firmware release")


@test("a channel that is torn down is one line")
def channel():
    with bound(), Xids() as xids:
        raise_event("gfid=0,rc=31,chid=5")
        gpu.wait_for(lambda: count("channel_reset"), 5, "the counter of channels")
        line = xids.expect(31)[0]
        ktap.check(line.startswith(f"{XID_LINE} (PCI:{where()}): 31, "), f"line: {line}")
        ktap.equal(count("error_log"), 1, "errors")
        ktap.equal(count("channel_reset"), 1, "channels")
        ktap.equal(count("last_xid"), 31, "last Xid")


@test("an error of the firmware's own")
def own_error():
    with bound(), Xids() as xids:
        raise_event(f"fn={ERROR_LOG},data=62,size={ERROR_LOG_SIZE}")
        xids.expect(62)
        ktap.equal(count("channel_reset"), 0, "channels")


@test("what would cure the GPU")
def recovery():
    with bound(), Xids() as xids:
        for _ in range(2):
            raise_event(f"fn={RECOVERY_ACTION},data=0,size={RECOVERY_SIZE}")
        gpu.wait_for(lambda: count("recovery_action"), 5, "the counter")
        line = xids.expect(154)[0]
        action = read("gsp/recovery_action")
        ktap.equal(action, "GPU Reset Required", "action")
        ktap.contains(line, "(None) to", "line")
        ktap.equal(read("gsp/state"), "running", "state")


@test("a storm is counted, and is no storm in the log")
def storm():
    with bound():
        log = dmesg.Marker("storm")
        for turn in range(STORM):
            raise_event(f"fn={ERROR_LOG},data={turn + 1},size={ERROR_LOG_SIZE}")
        gpu.wait_for(lambda: count("error_log") == STORM, 20, f"{STORM} errors")
        lines = [line for line in log.lines() if XID_LINE in line]
        bursts = 2 + STORM // 5  # the emulated machine may take its time for them
        ktap.check(lines, "no line at all")
        ktap.check(len(lines) < min(STORM, bursts * LINES_PER_BURST + 1), f"{len(lines)} lines")
        ktap.equal(count("last_xid"), STORM, "last Xid")


@test("an event that is cut short harms nobody")
def cut_short():
    with bound(), Xids() as xids:
        for event in (0x1004, ERROR_LOG, 0x100D, RECOVERY_ACTION):
            raise_event(f"fn={event},data=1,size=4")
        raise_event(f"fn={ERROR_LOG},data=13,size={ERROR_LOG_SIZE}")
        xids.expect(13)
        ktap.equal(count("channel_reset"), 0, "channels")
        ktap.equal(count("plugin_crash"), 0, "plugins")


def events(vf) -> dict:
    """What the driver of a VF was told, and how often."""
    rows = (provisioning.TESTER / vf.name).read_text().splitlines()
    return {k: int(v) for k, _, v in (row.partition(": ") for row in rows) if v.isdigit()}


@contextmanager
def one_vgpu():
    """A VF whose vGPU is open, for the time of a with block."""
    with bound(), provisioning.divided(1) as found:
        number = provisioning.type_of("1B")
        ktap.equal(provisioning.write(found[0], number), 0, "errno of the type")
        with provisioning.opened(found[0]):
            yield found[0]


@test("a channel of a guest's: its VF, its process, its driver")
def of_a_guest():
    with one_vgpu() as vf, Xids() as xids:
        raise_event(f"gfid=1,rc=31,chid={LAST_CHANNEL}")
        gpu.wait_for(lambda: events(vf).get("fault"), 5, "the driver of the VF hears of it")
        line = xids.expect(31)[0]
        _, _, pid, name = consumers.xids_of_gpud([line])[0]
        ktap.equal((pid, name), (str(os.getpid()), Path("/proc/self/comm").read_text().strip()),
                   "process in the line")
        ktap.check(line.endswith(f", vGPU {vf.name}"), f"line: {line}")
        ktap.equal(count("channel_reset"), 1, "channels")
        ktap.equal(read("gsp/state"), "running", "state")


@test("a plugin that crashes is Xid 78, and one vGPU less")
def crash():
    with one_vgpu() as vf, Xids() as xids:
        raise_event("gfid=1,plugin=2")
        gpu.wait_for(lambda: events(vf).get("dead"), 5, "the driver of the VF hears of it")
        ktap.contains(xids.expect(78)[0], vf.name, "line")
        ktap.equal(count("plugin_crash"), 1, "plugins")
        ktap.equal(read("gsp/state"), "running", "state of the GPU")


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


def die() -> None:
    """The firmware writes what makes no sense, while nobody waits for it.

    It runs on all the same, and is reset without having been asked to unload:
    the model has a rule against that.
    """
    with model.fault(f"element-count,fn={ERROR_LOG},arg=100"):
        raise_event(f"fn={ERROR_LOG},data=13,size={ERROR_LOG_SIZE}")
        gpu.wait_for(lambda: read("gsp/state") == "dead", 5, "the GPU dead")


@test("a dead GPU says so, once, and stays dead until it is bound again")
def death():
    with bound(), Xids() as xids, uevent.Listener() as heard:
        log = dmesg.Marker("death")
        die()
        line = xids.expect(120)[0]
        ktap.contains(line, "GSP is dead", "line")
        ktap.equal(count("death"), 1, "deaths")
        found = heard.wait(1, ACTION="change", PCI_SLOT_NAME=gpu.address())
        ktap.equal([event.get("WEDGED") for event in found], ["rebind"], "uevents")

        raise_event(f"fn={ERROR_LOG},data=13,size={ERROR_LOG_SIZE}")
        time.sleep(0.5)
        ktap.equal(read("gsp/state"), "dead", "state")
        ktap.equal(count("death"), 1, "deaths, later")
        ktap.equal(len(log.errors()), 1, f"error lines of the driver: {log.errors()}")
    with bound():
        ktap.equal(read("gsp/state"), "running", "state after a rebind")
        ktap.equal(count("death"), 0, "deaths after a rebind")
    probe.must_work()


@test("a GPU that does not answer is Xid 119")
def silent():
    with Xids() as xids, model.fault("crash,fn=65"):
        ktap.check(gpu.bind(), "bind succeeded")
        found = consumers.xids_of_gpud(xids.lines())
        ktap.check(found and found[0][1] in (119, 120), f"Xids: {found}")
        ktap.equal(len(found), 1, f"number of Xids: {found}")
    probe.must_work()


@test("a GPU that has left the bus is Xid 79")
def gone():
    ktap.equal(gpu.bind(), 0, "errno of bind")
    address = where()
    with Xids() as xids:
        with model.fault("gone"):
            ktap.equal(gpu.unbind(), 0, "errno of unbind")
        found = [row[:2] for row in consumers.xids_of_gpud(xids.lines())]
        ktap.equal(found, [(address, 79)], "Xids")
    gpu.rescan()
    probe.must_work()


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
ktap.main()
