# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=2400
# bench: chips=gh100,gb202
"""The life of vGPUs: made, used by tenants, unmade; whatever goes wrong meanwhile.

gsp-vf-test makes them; the model's test page of a VF is the tenant.
"""

import errno
import os
import random
import re
import time
from pathlib import Path

from lib import dmesg, failnth, gpu, ktap, memory, model, probe, provisioning, slot, vgpu
from lib.ktap import test
from lib.provisioning import Types, current, pf, set_vfs, type_of, vfs, write
from lib.vgpu import (
    DEBUG, LIFE, Command, Guest, Tenant, ledger, must, opened, ready, run, state, told,
)

FULL = bool(os.environ.get("GSP_FULL"))
MOST, FEW = 32, 8
CREATES = 1000 if FULL else 64
IN_PARALLEL = 16
# what the machine may add to a deadline
SLACK = 30 if DEBUG else 8
# seen for 1000: 0.7 MiB on the plain kernel, 0.8 to 3.3 on the debug kernel
LEAK = (8 if DEBUG else 2) * vgpu.MIB
# of commands that race with one another: refused, or cut short
RACED = ("0", "EBUSY", "ECANCELED", "ENODEV", "EIO")
dice = random.Random(32)


def not_used_again(log) -> list:
    return [line for line in log.lines() if "not used again" in line]


def held() -> int:
    """Bytes that the kernel has given to its own: objects, mappings, page tables."""
    Path("/proc/sys/vm/drop_caches").write_text("3")
    rows = dict(re.findall(r"^(\w+): +(\d+) kB", Path("/proc/meminfo").read_text(), re.M))
    return sum(int(rows[n]) for n in ("Slab", "VmallocUsed", "PageTables", "SecPageTables")) * 1024


# ---- as it should be ----


@test("open, reset, close")
def life():
    first, second = ready(FEW)[:2]
    before = ledger()
    for _ in range(2):
        ktap.equal([run(first, c) for c in ("reset", "bme 0")], ["ENODEV"] * 2, "without a vGPU")
        ktap.equal(state(first), "idle", "state")
        must(first, "open")
        ktap.equal(state(first), "running", "state")
        ktap.equal(run(first, "open"), "EBUSY", "errno of a second open")
        must(first, "reset", "bme 0", "bme 1", "bme 0", "reset")
        ktap.equal(state(second), "idle", "state of the other VF")
        must(first, "close", "close")
    ktap.equal(ledger(), before, "what is left of the GPU")
    events = {name: told(first)[name] for name in ("dead", "fault", "guest_loaded")}
    ktap.equal(events, {"dead": 0, "fault": 0, "guest_loaded": 0}, "events")


@test("a VF without a type has no vGPU")
def no_type():
    vf = ready(FEW)[0]
    ktap.equal(write(vf, 0), 0, "errno")
    for command in ("open", "reset"):
        ktap.equal(run(vf, command), "ENODEV", f"errno of {command}")
    must(vf, "close")


# ---- tenants ----


@test("a tenant finds zeroes, and nobody but him writes")
def tenants():
    first, second = ready(FEW)[:2]
    with opened(first, second), Guest(first) as a, Guest(second) as b:
        ktap.equal((a.differ(b""), b.differ(b"")), (0, 0), "places that are not zero at first")
        a.fill(b"A")
        b.fill(b"B")
        ktap.equal((a.differ(b"A"), b.differ(b"B")), (0, 0), "places that somebody else wrote")
        at = a.places()[1]
        ktap.equal(a.aperture(at), a.read(at), "the same through BAR1")
        must(first, "reset")
        ktap.equal(a.differ(b""), 0, "places that a reset left")
        ktap.equal(b.differ(b"B"), 0, "places that the other's reset cleared")
        a.fill(b"C")
    with opened(first, second), Guest(first) as a, Guest(second) as b:
        ktap.equal((a.differ(b""), b.differ(b"")), (0, 0), "places that the last tenant left")


@test("the same finds what a copy engine leaves that does nothing")
def scrub_noop():
    vf = ready(FEW)[0]
    log = dmesg.Marker("noop")
    with opened(vf), Guest(vf) as guest:
        guest.fill(b"A")
        with model.fault("scrub-noop,count=0"):
            must(vf, "close", "open", "bme 1")
            dirty = guest.differ(b"")
    ktap.equal(dirty, len(guest.places()), "places that the last tenant left")
    # it says that it is done: no driver that trusts it can tell
    ktap.equal(log.errors(), [], "errors in the log")
    ktap.equal(vgpu.quarantined(), 0, "quarantined framebuffer")
    with opened(vf), Guest(vf) as guest:
        ktap.equal(guest.differ(b""), 0, "places left by an engine that works")


@test("a scrubber whose channel was torn down gets a new one")
def scrub_fails():
    """The driver's own channel is torn down: the first one it made."""
    first, second = ready(FEW)[:2]
    must(first, "open")
    before = ledger()
    log = dmesg.Marker("scrubber")
    for times in range(1, 4):
        model.put("raise-event", "gfid=0,rc=31,chid=0")
        gpu.wait_for(
            lambda: (pf() / "gsp_exceptions/channel_reset").read_text() == f"{times}\n", 5, "event"
        )
        must(first, "reset")
        ktap.equal(log.text().count("scrubber has a new channel"), times, "lines")
    ktap.equal(vgpu.quarantined(), 0, "quarantined")
    must(first, "close")
    must(second, *LIFE)
    ktap.check(vgpu.alive(), "the GPU is dead")


# ---- many ----


@test(f"{MOST} at once, and the last costs what the first costs")
def many():
    found = ready(MOST)
    before, start = ledger(), held()
    costs, times = [], []
    for vf in found:
        count = model.get("rpc-count")
        must(vf, "open")
        costs.append(model.get("rpc-count") - count)
        times.append(told(vf)["us"] / 1000)
    kib = (held() - start) / 1024 / MOST
    ktap.comment(f"RPCs: {costs[0]} for the 1st, {costs[-1]} for the last")
    ktap.comment(f"time: {times[0]:.1f} ms and {times[-1]:.1f} ms; host memory: {kib:.1f} KiB each")
    ktap.equal(costs, costs[:1] * MOST, "RPCs of each")
    ktap.equal([state(vf) for vf in found], ["running"] * MOST, "states")
    for vf in found:
        must(vf, "reset", "close")
    ktap.equal(ledger(), before, "what is left of the GPU")


@test(f"{CREATES} creates over {IN_PARALLEL} VFs in parallel")
def parallel():
    found = ready(MOST)[:IN_PARALLEL]
    before, free = ledger(), memory.free()
    rounds = -(-CREATES // IN_PARALLEL)
    workers = [Tenant(vf, rounds=rounds) for vf in found]
    for worker in workers:
        worker.end(("0",), CREATES * 2 + SLACK)
        ktap.equal(worker.seen["0"], rounds * len(LIFE), "commands")
    ktap.equal(ledger(), before, "what is left of the GPU")
    lost = free - memory.free()
    ktap.comment(f"memory: {lost / 1024:.0f} KiB less than before")
    ktap.check(lost < LEAK, f"{lost} bytes of memory are lost")


@test("one that is stuck does not keep others waiting, and can be closed")
def stuck():
    found = ready(MOST)
    with model.fault("plugin-silent,phase=bootload"):
        waiting = Command(found[0], "open")
        gpu.wait_for(lambda: model.get("fault-fired"), SLACK, "the fault")
        must(found[1], *LIFE)
        ktap.check(waiting.is_alive(), f"it does not wait: {waiting.errno}")
        ktap.equal(state(found[0]), "starting", "state")
        ktap.equal(run(found[0], "reset"), "EBUSY", "errno of a reset")
        must(found[0], "close")
        waiting.end("ECANCELED", SLACK)
    must(found[0], *LIFE)
    ktap.equal(vgpu.quarantined(), 0, "quarantined framebuffer")


# ---- plugins that misbehave ----

# what strikes, the command that it strikes, its errno, that of a reset afterwards
FAULTS = """
bootload-refused                    open  ENOSPC    ENODEV
bootload-refused,arg=0x56           open  ENOTSUP   ENODEV
plugin-crash,phase=bootload         open  EIO       ENODEV
plugin-crash,phase=plugin-version   open  EIO       ENODEV
plugin-crash,phase=plugin-config    open  EIO       ENODEV
plugin-crash,phase=plugin-bme       open  EIO       ENODEV
plugin-result,phase=plugin-version  open  EREMOTEIO ENODEV
plugin-result,phase=plugin-config   open  EREMOTEIO ENODEV
plugin-result,phase=plugin-bme      open  EREMOTEIO ENODEV
plugin-event-lost,phase=bootload    open  0         0
rc-gfid,phase=plugin-config         open  0         0
plugin-crash,phase=plugin-reset     reset EIO       EIO
plugin-crash,phase=plugin-bme       reset EIO       EIO
plugin-result,phase=plugin-reset    reset EREMOTEIO EIO
plugin-result,phase=plugin-bme      reset EREMOTEIO EIO
plugin-crash,phase=plugin-bme       bme   EIO       EIO
plugin-result,phase=plugin-bme      bme   EREMOTEIO 0
plugin-crash,phase=plugin-bme       close 0         ENODEV
plugin-result,phase=plugin-bme      close 0         ENODEV
"""


def deaths(vf) -> int:
    return told(vf)["dead"]


def strikes(spec: str, command: str, number: str, later: str) -> None:
    """Nothing is quarantined, the other VF does not notice, the next vGPU works.

    Who has a vGPU that breaks hears of it once.
    """
    first, second = ready(MOST)[:2]
    must(second, "open")
    before = ledger()
    if command != "open":
        must(first, "open")
    died = deaths(first) + (later == "EIO")
    with model.fault(spec):
        ktap.equal(run(first, "bme 1" if command == "bme" else command), number, "errno")
        ktap.check(model.get("fault-fired"), "the fault never struck")
    ktap.equal(run(first, "reset"), later, "errno of a reset afterwards")
    gpu.wait_for(lambda: deaths(first) == died, 5, "the driver of the VF hears of it")
    must(first, "close")
    ktap.equal(deaths(first), died, "how often it hears")
    ktap.equal(ledger(), before, "what is left of the GPU")
    must(second, "reset", "close")
    must(first, *LIFE)


for row in ktap.share(FAULTS.strip().splitlines()):
    ktap.add(f"{row.split()[1]}: {row.split()[0]}", strikes, *row.split())

# The same of those that cost a deadline: 10 s for a plugin to come up or to end,
# 30 s for a message. What is left of the VF: "fine", "full": its memory is not used
# again, and there is no more; "lost": GSP-RM may still have its vGPU.
SILENT = """
plugin-silent,phase=bootload        open  ETIMEDOUT fine
plugin-silent,phase=plugin-version  open  ETIMEDOUT fine
plugin-silent,phase=plugin-config   open  ETIMEDOUT fine
plugin-silent,phase=plugin-bme      open  ETIMEDOUT fine
plugin-silent,phase=plugin-reset    reset ETIMEDOUT fine
plugin-silent,phase=plugin-bme      reset ETIMEDOUT fine
plugin-silent,phase=plugin-bme      close 0         fine
plugin-event-lost,phase=shutdown    close 0         full
plugin-no-unload                    close 0         lost
plugin-crash,phase=bootload;plugin-event-lost,phase=bootload open ETIMEDOUT full
"""
LEFT = {"fine": "0", "full": "ENOSPC", "lost": "EIO"}


def all_silent(found: list, rows: list) -> list:
    """Each fault meets the command of one VF; none of them has to wait for another."""
    commands = []
    for vf, (spec, command, number, _) in zip(found, rows, strict=True):
        if command != "open":
            must(vf, "open")
        model.put("fault", spec)
        commands.append((Command(vf, command), number))
        fired = spec.count(";") + 1
        gpu.wait_for(lambda n=fired: model.get("fault-fired") == n, SLACK, spec)
    model.put("fault", "")
    return commands


@test("plugins that never answer, all at once; what is left when framebuffer is lost")
def silent():
    number = type_of("4Q")
    rows = [line.split() for line in SILENT.strip().splitlines()]
    found = ready(Types.get(number, "max_instances"), "4Q")
    ktap.equal(Types.get(number, "available_instances"), 0, "what a full GPU has left")
    found, spare = found[: len(rows)], found[len(rows) :]
    log = dmesg.Marker("silent")
    died = [deaths(vf) + (row[1] == "reset") for vf, row in zip(found, rows, strict=True)]
    for command, wanted in all_silent(found, rows):
        command.end(wanted, 45 + SLACK)
    ktap.equal([deaths(vf) for vf in found], died, "how often each was told of a death")
    for vf in found:
        must(vf, "close")
    bad = sum(row[3] != "fine" for row in rows)
    ktap.equal(len(not_used_again(log)), bad, "lines that tell what is not used again")
    ktap.check(vgpu.quarantined() >= bad * (4 << 30), "quarantined framebuffer")
    for vf, row in zip(found, rows, strict=True):
        ktap.equal(run(vf, "open"), LEFT[row[3]], f"errno of the next open after {row[0]}")
    # a VF that gives its share back makes room
    ktap.equal(write(spare[0], 0), 0, "errno")
    must(found[[row[3] for row in rows].index("full")], "open")
    ktap.equal(write(spare[0], number), errno.ENOSPC, "errno of one more type")


@test("a rebind finds what was lost")
def again():
    ready(FEW)
    ktap.equal(ledger()["quarantined"], 0, "quarantined framebuffer")


# ---- races ----


def raced(action, vfs_at_work: int = 4) -> None:
    """Tenants of a GPU that something happens to; it works afterwards, and nothing is lost."""
    found = ready(FEW)
    before = ledger()
    workers = [Tenant(vf, pause=dice.uniform(0, 0.05)) for vf in found[:vfs_at_work]]
    time.sleep(dice.uniform(0.1, 0.6))
    action(found)
    for worker in workers:
        worker.stop = True
    for worker in workers:
        worker.end(RACED, 2 * SLACK)
    if vgpu.alive():
        ktap.equal(vgpu.quarantined(), 0, "quarantined framebuffer")
    must(ready(FEW)[0], *LIFE)
    ktap.equal(ledger(), before, "what is left of the GPU")


def closing(found: list) -> None:
    others = [Tenant(vf, ("close",), rounds=60, pause=0.01) for vf in found[:4]]
    for other in others:
        other.end(("0",), 4 * SLACK)


def taking_vfs(_) -> None:
    tries = []

    def gone() -> bool:
        tries.append(probe.name_of(set_vfs(0)))
        return tries[-1] == "0"

    gpu.wait_for(gone, SLACK, "a moment without a vGPU")
    ktap.comment(f"refused {len(tries) - 1} times")
    ktap.equal(set(tries) - {"0", "EBUSY"}, set(), "errno of sriov_numvfs")


def unbinding(_) -> None:
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    ktap.equal(vfs(), [], "VFs of an unbound GPU")
    ktap.equal(gpu.bind(), 0, "errno of bind")


def dying(spec: str) -> None:
    """The GPU dies; commands end at once, whatever they were at."""
    model.put("fault", spec)
    time.sleep(0.5)


@test("made and closed by two at a time")
def race_close():
    log = dmesg.Marker("close")
    raced(closing)
    ktap.equal(log.errors(), [], "errors in the log")


@test("made while the VFs are taken away")
def race_vfs():
    log = dmesg.Marker("vfs")
    raced(taking_vfs, 1)
    ktap.equal(log.errors(), [], "errors in the log")


@test("made while the GPU is unbound")
def race_unbind():
    log = dmesg.Marker("unbind")
    raced(unbinding)
    ktap.equal(log.errors(), [], "errors in the log")


@test("made while the firmware dies")
def race_crash():
    raced(lambda found: dying("crash"))


@test("made while the GPU leaves the bus")
def race_gone():
    raced(lambda found: (dying("gone"), gpu.unbind(), slot.come_back()))


@test("modules go with a vGPU open")
def rmmod():
    vf = ready(FEW)[0]
    before = ledger()
    must(vf, "open")
    vgpu.remove()
    ktap.equal(state(vf), "idle", "state")
    ktap.equal(ledger(), before, "what is left of the GPU")
    ktap.check(current(vf) != "0\n", "the VF has lost its type")
    must(ready(FEW)[0], *LIFE)


# ---- memory that is not to be had ----


def sweep(vf: Path, command: str) -> dict:
    """Outcomes of a command whose Nth allocation fails, until none is left to fail."""
    outcome = {}
    for number in range(1, failnth.ENOUGH, failnth.STEP):
        log = dmesg.Marker(f"allocation {number}")
        lost = vgpu.quarantined()
        if command != "open":
            must(vf, "open")
        result, struck = failnth.write(provisioning.TESTER / vf.name, command, number)
        name = probe.name_of(result)
        ktap.check(name in ("0", "ENOMEM"), f"allocation {number}: {name}\n{log.text()}")
        must(vf, "close")
        lost = vgpu.quarantined() > lost
        ktap.equal(bool(not_used_again(log)), lost, f"allocation {number}: line, memory lost")
        must(vf, *LIFE)
        if not struck:
            ktap.equal(name, "0", "errno without a failure")
            return outcome
        name += " and memory is lost" if lost else ""
        outcome[name] = outcome.get(name, 0) + 1
    ktap.check(False, "there is no end of it")
    return outcome


def allocations(command: str) -> None:
    vf = ready(FEW)[0]
    before = ledger()
    outcome = sweep(vf, command)
    ktap.comment(outcome)
    ktap.check(outcome, "no allocation ever failed")
    ready(FEW)  # with the memory that was lost
    ktap.equal(ledger(), before, "what is left of the GPU")


if DEBUG:
    for word in LIFE:
        ktap.add(f"every {failnth.STEP}. allocation of {word} fails", allocations, word)


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
if DEBUG:
    failnth.arm()
ktap.main()
