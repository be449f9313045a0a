# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=3600
"""gsp-vfio-pci and bad input: random calls, odd widths, many at once, modules that go, no memory.

Whatever was done to a VF, the next one who opens it finds a fresh vGPU, and the
GPU has as much to give as before.
"""

import ctypes
import errno
import itertools
import os
import struct
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from lib import dmesg, failnth, gpu, ktap, model, probe, seeds, tenant, vfio, vfiofuzz, vgpu
from lib.ktap import test
from lib.provisioning import current, pf, set_vfs, vfs
from lib.tenant import Customer
from lib.vfio import BAR0, CONFIG, DRIVER, FB, Device, errno_of, ready, signalled
from lib.vgpu import DEBUG, ledger

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench import console  # noqa: E402

FULL = bool(os.environ.get("GSP_FULL"))
FEW, MANY = 2, 16
FIRST_SEED = seeds.first()
# one at a time, and several at once
SEEDS = ((12 if FULL else 3), (8 if FULL else 2))
AT_ONCE = 3
CALLS = (2000 if FULL else 600) // (3 if DEBUG else 1)
TURNS = (10 if DEBUG else 40) if FULL else 2
WIDTHS = (1, 2, 4, 8)
# vfio-pci-core says EBUSY of a BAR that it could not make a resource for
NO_MEMORY = ("0", "ENOMEM", "EBUSY")
EAGAIN = errno.EAGAIN  # of a module that somebody needs
TOTAL = Counter()
PDB = 0x30A0  # trapped, two registers that hold what is written


def quiet(log) -> None:
    ktap.equal(log.errors(), [], "errors in the log")
    ktap.equal(console.reports(log.lines()), [], "the kernel's reports")


# ---- random calls ----


def fuzzed(numbers, way: str) -> None:
    vf = ready(FEW)[0]
    before, log = ledger(), dmesg.Marker(f"seeds {numbers}")
    with Device(vf, way) as device:
        tenant.Tenant(device).fill(b"A")
        seen = vfiofuzz.fuzz(device, numbers, CALLS)
    TOTAL.update(seen)
    works = sum(count for name, count in seen.items() if name.endswith(" works"))
    ktap.comment(f"seeds {list(numbers)}: {works} of {sum(seen.values())} calls work")
    quiet(log)
    tenant.must_work([vf])
    ktap.equal(ledger(), before, "what is left of the GPU")
    ktap.check(vgpu.alive(), "the GPU is dead")


def add_seeds() -> None:
    ktap.comment(f"first seed: {FIRST_SEED}")
    for number in range(SEEDS[0]):
        seed, way = FIRST_SEED + number, vfio.WAYS[number % 2]
        ktap.add(f"random calls by {way}, seed {seed}", fuzzed, [seed], way)
    for number in range(SEEDS[1]):
        start = FIRST_SEED + SEEDS[0] + number * AT_ONCE
        rows = range(start, start + AT_ONCE)
        way = vfio.WAYS[number % 2]
        ktap.add(f"random calls of {AT_ONCE} at once by {way}, seeds {start} on", fuzzed, rows, way)


add_seeds()


@test("random calls work and fail, of each kind")
def tally():
    kinds = {name.split()[0] for name in TOTAL}
    ktap.comment(", ".join(f"{name} {count}" for name, count in sorted(TOTAL.items())))
    ktap.equal(len(kinds), 9, "kinds")
    for kind in kinds:
        outcomes = {name.split()[1] for name in TOTAL if name.split()[0] == kind}
        ktap.check("works" in outcomes, f"{kind} never works: {outcomes}")
        ktap.check(len(outcomes) > 1, f"{kind} never fails")


# ---- every width, every alignment ----


def around(borders) -> list:
    """Each place that an access of some width could have across or beside a border."""
    return sorted({max(0, at + over) for at in borders for over in range(-9, 10)})


@test("reading at every border, every alignment, every width")
def read_widths():
    with Device(ready(FEW)[0]) as device:
        for index, borders in vfiofuzz.BORDERS.items() | {(FB, (0, 0x3000, 0x10000))}:
            size = device.region(index).size
            for at, width in itertools.product(around((*borders, size)), WIDTHS):
                found = errno_or_length(device, index, at, width)
                ktap.equal(found, wanted(index, size, at, width),
                           f"{width} bytes at {at:#x} of region {index}")


def errno_or_length(device, index: int, at: int, width: int):
    try:
        return len(device.read(index, at, width))
    except OSError as error:
        return probe.name_of(error.errno)


def wanted(index: int, size: int, at: int, width: int):
    """A BAR ends where it ends; of configuration space nothing is read beyond the end."""
    if index == CONFIG:
        return width if at + width <= size else "EFAULT"
    return min(width, size - at) if at < size else "EINVAL"


@test("wide reads are what narrow reads find")
def same_widths():
    with Device(ready(FEW)[0]) as device:
        device.write(FB, 0, bytes(range(64)))
        device.write(BAR0, PDB, bytes(range(0x10, 0x18)))
        # registers have 32 bits, and no others than these may be read twice
        for index, first, size, step in ((CONFIG, 0, 0x100, 1), (FB, 0, 64, 1), (BAR0, PDB, 8, 4),
                                         (BAR0, tenant.TEST_PAGE, 8, 4)):
            parts = [device.read(index, first + at, step) for at in range(0, size, step)]
            single = b"".join(parts)
            ktap.check(len(set(parts)) > 1, "nothing to compare")
            for width, at in itertools.product(WIDTHS, range(0, size, step)):
                if at + width <= size:
                    ktap.equal(device.read(index, first + at, width), single[at : at + width],
                               f"{width} bytes at {first + at:#x} of region {index}")


@test("a write of any width at any place changes what it names, and no more")
def write_widths():
    with Device(ready(FEW)[0]) as device:
        size = device.region(FB).size
        for start, width, over in itertools.product((0, size - 32), WIDTHS, range(16)):
            device.write(FB, start, b"\xaa" * 32)
            device.write(FB, start + over, b"\x55" * width)
            expected = bytearray(b"\xaa" * 32)
            expected[over : over + width] = b"\x55" * width
            ktap.equal(device.read(FB, start, 32), bytes(expected),
                       f"{width} bytes at {start + over:#x}")
        for width, over in itertools.product(WIDTHS, range(16)):
            at = size - over
            what = f"{width} bytes written at {at:#x}"
            found = errno_of(device.write, FB, at, b"x" * width) or "fine"
            ktap.equal(found, "fine" if over else errno.EINVAL, what)


@test("the same of trapped registers and of the framebuffer BAR's")
def write_register_widths():
    with Device(ready(FEW)[0]) as device:
        size = device.region(FB).size
        ones = (1 << 64) - 1
        for index, first, mask, low, step in ((BAR0, PDB, ones, 0, 4),
                                              (CONFIG, 0x14, -size & ones, 0xC, 1)):
            for width, over in itertools.product(WIDTHS, range(8)):
                if over + width > 8:
                    continue
                device.write(index, first, bytes(8))
                ktap.equal(device.write(index, first + over, b"\x55" * width), width, "bytes")
                if width % step or over % step:
                    continue
                value = int.from_bytes(bytes(over) + b"\x55" * width, "little") & mask | low
                found = int.from_bytes(device.read(index, first, 8), "little")
                ktap.equal(f"{found:#x}", f"{value:#x}",
                           f"{width} bytes written at {first + over:#x} of region {index}")


@test("buffers that are none, and nothing at all")
def no_buffer():
    with Device(ready(FEW)[0]) as device:
        places = ((BAR0, tenant.TEST_PAGE), (BAR0, PDB), (BAR0, 0x2FFE), (BAR0, 0x10000),
                  (FB, 0), (CONFIG, 0), (CONFIG, 0x14))
        for (index, at), call in itertools.product(places, ("pread", "pwrite")):
            where = (index << vfio.SHIFT) + at
            what = f"errno of {call} at {at:#x} of region {index}"
            # what is written to the MSI-X table nobody looks at
            expected = 0 if (at, call) == (0x10000, "pwrite") else errno.EFAULT
            for size in (1, 4, 8, 64):
                found = errno_of(vfiofuzz.syscall, call, device.fd, 0, size, where)
                ktap.equal(found, expected, what)
            ktap.equal(vfiofuzz.syscall(call, device.fd, 0, 0, where), 0, f"bytes of none: {what}")
        tenant.use(device, b"A")


# ---- many at once ----


@test(f"{MANY} VFs are opened and closed at once, {TURNS} times each")
def many():
    found = ready(MANY)
    before, log = ledger(), dmesg.Marker("many")
    for customer in [Customer(vf, number, TURNS) for number, vf in enumerate(found)]:
        customer.end()
    ktap.equal(ledger(), before, "what is left of the GPU")
    quiet(log)


@test("two want the same VF")
def same():
    vf = ready(FEW)[0]
    before, log = ledger(), dmesg.Marker("same")
    # by cdev a device is taken, by group its group is
    customers = [Customer(vf, number, TURNS, ("EBUSY", "EINVAL", "EPERM")) for number in range(2)]
    for customer in customers:
        customer.end()
    refused = sum((customer.refused for customer in customers), Counter())
    ktap.comment(f"refused: {dict(refused)}")
    ktap.check(refused, "they never met")
    ktap.equal(ledger(), before, "what is left of the GPU")
    quiet(log)


# ---- modules and drivers that go ----

UNLOADED = ("gsp_vfio_pci", "gsp_core", "vfio_pci_core")
DELETE_MODULE = 176


def unload(module: str) -> int:
    """errno of what rmmod does; it does not wait."""
    name = ctypes.c_char_p(module.encode())
    failed = vfiofuzz.LIBC.syscall(DELETE_MODULE, name, os.O_NONBLOCK)
    return ctypes.get_errno() if failed else 0


def needed(module: str) -> bool:
    return any(Path("/sys/module", module, "holders").iterdir())


@test("modules that are needed stay")
def rmmod_open():
    vf = ready(FEW)[0]
    for way in vfio.WAYS:
        with tenant.mapped(vf, way) as (device, window):
            for module in UNLOADED:
                ktap.equal(unload(module), EAGAIN, f"errno of unloading {module}, opened by {way}")
            ktap.equal(window[0:8], b"mapped!\n", "framebuffer")
            ktap.equal(device.reset(), 0, "errno of a reset")
    ktap.equal(unload("gsp_core"), EAGAIN, "errno of unloading gsp_core")
    tenant.must_work([vf])


def unloaded(order: tuple) -> None:
    """What somebody needs is refused, and goes in the next round."""
    ready(FEW)
    subprocess.run(["modprobe", "-r", "vfio-pci"], check=False)
    left = list(order)
    for _ in order:
        for module in list(left):
            wanted_errno = EAGAIN if needed(module) else 0
            ktap.equal(unload(module), wanted_errno, f"errno of unloading {module}")
            if not wanted_errno:
                left.remove(module)
    ktap.equal(left, [], "modules that are left")
    gpu.load()
    tenant.must_work(ready(FEW))


for names in [*itertools.permutations(UNLOADED)][:: 1 if FULL else 2]:
    ktap.add(f"unloaded in this order: {', '.join(names)}", unloaded, names)


@test("VFs and their types outlive their driver's module")
def reloaded():
    found = ready(FEW)
    types = [current(vf) for vf in found]
    for _ in range(3):
        vfio.remove()
        ktap.equal([gpu.driver_of(vf) for vf in vfs()], [""] * FEW, "drivers")
        vfio.insert()
        ktap.equal([gpu.driver_of(vf) for vf in found], [DRIVER] * FEW, "drivers, loaded again")
        ktap.equal([current(vf) for vf in found], types, "types")
        tenant.must_work(found)


@test("VFs are taken away while closed, not while open")
def taken_away():
    first, second = ready(FEW)
    with Device(second, "group") as device:
        ktap.equal(set_vfs(0), errno.EBUSY, "errno of sriov_numvfs with one open")
        tenant.use(device, b"A")
        tenant.must_work([first])
    ktap.equal(set_vfs(0), 0, "errno of sriov_numvfs")
    ktap.equal(vfs(), [], "VFs")
    tenant.must_work(ready(FEW))


def unbound_open(way: str) -> None:
    """It works until it is closed, and nobody else has to wait."""
    first, second = ready(FEW)
    device = Device(first, way)
    fd = device.eventfd(vfio.IRQ_REQ)
    thread = threading.Thread(
        target=gpu.write_errno, args=(first / "driver/unbind", first.name), daemon=True
    )
    thread.start()
    ktap.check(signalled(fd, 15), "nobody asks for the VF")
    tenant.use(device, b"A")
    tenant.must_work([second])
    ktap.check(thread.is_alive(), "unbound while it is open")
    device.close()
    thread.join(30)
    ktap.check(not thread.is_alive(), "unbinding hangs")
    ktap.equal(gpu.driver_of(first), "", "driver")
    tenant.must_work(ready(FEW))


for opened_by in vfio.WAYS:
    ktap.add(f"a VF is unbound while it is open by {opened_by}", unbound_open, opened_by)


def driverctl(vf: Path, driver: str) -> str:
    """set-override, and with "" unset-override: unbind first, then override and probe."""
    if driver not in ("", "none") and not Path("/sys/bus/pci/drivers", driver).exists():
        subprocess.run(["modprobe", driver], check=True)
    if gpu.driver_of(vf):
        (vf / "driver/unbind").write_text(vf.name)
    vfio.override(vf, driver)
    if driver != "none":
        gpu.write_errno(Path("/sys/bus/pci/drivers_probe"), vf.name)
    return gpu.driver_of(vf)


@test("driverctl's way")
def by_driverctl():
    vf = ready(FEW)[0]
    ktap.equal(driverctl(vf, ""), "", "driver of a VF that is given back")
    vfio.remove()
    for driver, expected in ((DRIVER, DRIVER), ("none", ""), (DRIVER, DRIVER), (DRIVER, DRIVER),
                             ("vfio-pci", "vfio-pci"), (DRIVER, DRIVER)):
        ktap.equal(driverctl(vf, driver), expected, f"driver after {driver}")
    tenant.must_work([vf])


# ---- hot reset ----

OWN_IDS, ALL_OWNED, NOT_OWNED = 1, 2, 0xFFFFFFFF
HOT_RESET = vfio.number(113)


def name_of(segment: int, bus: int, devfn: int) -> str:
    return f"{segment:04x}:{bus:02x}:{devfn >> 3:02x}.{devfn & 7}"


def hot_reset_info(device) -> tuple:
    """(flags, id by function)."""
    data = vfio.ioctl(device.fd, vfio.HOT_RESET_INFO, struct.pack("<III", 4096, 0, 0) + bytes(4084))
    _, flags, count = struct.unpack_from("<III", data)
    rows = [struct.unpack_from("<IHBB", data, 12 + 8 * n) for n in range(count)]
    return flags, {name_of(*place): number for number, *place in rows}


def check_hot_reset(way: str) -> None:
    """Either there is none, or all that it would hit is named, and it is refused."""
    first, second = ready(FEW)
    with Device(second) as other, Device(first, way) as device:
        neighbour = tenant.Tenant(other)
        neighbour.fill(b"B")
        args = struct.pack("<III", 12, 0, 0)
        if way == "group":
            args = struct.pack("<IIIi", 16, 0, 1, device.files[1])
        refused = errno_of(vfio.ioctl, device.fd, HOT_RESET, args)
        none = errno_of(hot_reset_info, device)
        if none:
            ktap.equal((none, refused), (errno.ENODEV, errno.ENODEV), "errno of info and reset")
        else:
            told_honestly(device, way)
            ktap.check(refused in (errno.EINVAL, errno.EPERM), f"errno of a hot reset: {refused}")
        ktap.equal(neighbour.differ(b"B"), 0, "places of the other VF that changed")
        ktap.equal(device.reset(), 0, "errno of a reset")
    ktap.check(vgpu.alive(), "the GPU is dead")


def told_honestly(device, way: str) -> None:
    flags, found = hot_reset_info(device)
    bus = {path.name for path in gpu.DEVICES.iterdir() if path.name[:7] == device.vf.name[:7]}
    slot = {name for name in bus if name[:10] == device.vf.name[:10]}
    ktap.comment(f"by {way}: flags {flags:#x}, {len(found)} functions: {sorted(found)}")
    ktap.check(set(found) in (bus, slot), f"told {sorted(found)}, there are {sorted(bus)}")
    ktap.check(device.vf.name in found, "the VF itself is not among them")
    if way == "group":
        for name, group in found.items():
            link = gpu.DEVICES / name / "iommu_group"
            ktap.equal(group, int(link.resolve().name), f"group of {name}")
        return
    ktap.equal(flags & OWN_IDS, OWN_IDS, "flag of ids")
    ktap.equal(bool(flags & ALL_OWNED), set(found) == {device.vf.name}, "all are owned")
    for name, number in found.items():
        ktap.equal(number != NOT_OWNED, name == device.vf.name, f"{name} is owned")


for opened_by in vfio.WAYS:
    ktap.add(f"a hot reset that would hit others is refused by {opened_by}",
             check_hot_reset, opened_by)


# ---- memory that is not to be had ----


def fail_open(vf: Path, way: str, number: int) -> tuple:
    """errno of an open whose Nth allocation fails, and whether it came to that."""
    opened = []
    result, struck = failnth.call(number, lambda: opened.append(Device(vf, way)))
    for device in opened:
        with device:
            tenant.use(device, b"A")
    return probe.name_of(result) if result else "0", struck


def allocations(way: str) -> None:
    """Of gsp-core and what vfio-pci-core does for an open too: both are called from ours."""
    vf = ready(FEW)[0]
    failnth.arm(vfio.MODULE)
    before, outcome = ledger(), Counter()
    for number in range(1, failnth.ENOUGH, failnth.STEP):
        log = dmesg.Marker(f"allocation {number}")
        result, struck = fail_open(vf, way, number)
        ktap.check(result in NO_MEMORY, f"allocation {number}: {result}\n{log.text()}")
        ktap.equal(vgpu.state(vf), "idle", f"allocation {number}: state")
        ktap.equal(ledger(), before, f"allocation {number}: what is left of the GPU")
        with Device(vf, way) as device:
            ktap.equal(device.read(FB, 0, 8), bytes(8), "framebuffer of the next vGPU")
        if not struck:
            ktap.equal(result, "0", "errno without a failure")
            break
        outcome[result] += 1
    else:
        ktap.check(False, "there is no end of it")
    ktap.comment(dict(outcome))
    ktap.check(outcome["ENOMEM"], "no open ever failed")
    tenant.must_work([vf])


if DEBUG:
    for opened_by in vfio.WAYS:
        ktap.add(f"every {failnth.STEP}. allocation of an open by {opened_by} fails",
                 allocations, opened_by)


@test("no rule of the model was broken")
def rules():
    ktap.check(pf().exists() and vgpu.alive(), "the GPU is dead")
    gpu.unbind()
    vfio.remove()
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
for wanted_module in ("iommufd", "vfio-pci"):
    subprocess.run(["modprobe", wanted_module], check=True)
ktap.main()
