# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic timeout=900
# bench: chips=gh100,gb202
"""gsp-vfio-pci as its users meet it: binding, opening, what can be reached, resets, ends.

The last bytes of each region are as interesting as the first ones: nobody else
looks whether a size that is told is a size that is kept.
"""

import errno
import mmap
import os
import struct
import subprocess
import threading
from pathlib import Path

from lib import dmesg, gpu, ktap, model, provisioning, vfio, vgpu
from lib.ktap import test
from lib.provisioning import pf, set_vfs, vfs, write
from lib.vfio import (
    BAR0, CONFIG, DMA_REFUSED, DRIVER, FB, FROM_FB, IDENTITY, PAGE, T_MSIX, TEST_PAGE, TO_FB,
    WIDE, Device, copy, dies_of, errno_of, ready, signalled,
)

FEW = 2
TLB_PAGE, MSIX_PAGE = 0x3000, 0x10000
PDB_LO, PDB_HI, INVALIDATE = 0x30A0, 0x30A4, 0x30B0
IOVA = 0x100000
# that no VMM may map: Ada's guests would reach each other's TLBs
HOLES = [MSIX_PAGE] if WIDE else [TLB_PAGE, MSIX_PAGE]
APERTURE = 64 << 20  # of the bench's types of 1 GiB
PATTERN = b"tenant!\n"


# ---- binding ----


@test("both drivers have the same boards, and VFIO's is asked for")
def boards():
    rows = vfio.aliases()
    core = {alias for alias, module in rows if module == "gsp_core"}
    ours = {alias for alias, module in rows if module == vfio.MODULE}
    ktap.check(core, "gsp_core has no aliases")
    ktap.equal(ours, {f"vfio_{alias}" for alias in core}, "aliases")


@test("the module binds nothing by itself")
def never_unasked():
    vgpu.settle()
    ktap.equal(set_vfs(FEW), 0, "errno of sriov_numvfs")
    vfio.insert()
    ktap.equal([gpu.driver_of(vf) for vf in vfs()], [""] * FEW, "drivers")
    for vf in vfs():
        gpu.write_errno(Path("/sys/bus/pci/drivers_probe"), vf.name)
    ktap.equal([gpu.driver_of(vf) for vf in vfs()], [""] * FEW, "drivers after a probe")
    vfio.remove()


@test("one command brings the driver by alias")
def by_alias():
    vf = vfs()[0]
    alias = (vf / "modalias").read_text().strip().replace("pci:", "vfio_pci:", 1)
    subprocess.run(["modprobe", alias], check=True)
    ktap.check(Path("/sys/module", vfio.MODULE).exists(), "it is not loaded")
    vfio.remove()


@test("libvirt's choice")
def libvirt():
    vf = vfs()[0]
    module = vfio.libvirt_module(vf)
    ktap.equal(module, vfio.MODULE, "module")
    subprocess.run(["modprobe", module], check=True)
    driver = vfio.libvirt_driver(module)
    ktap.equal(driver, DRIVER, "driver")
    ktap.equal(vfio.rebind(vf, driver), DRIVER, "driver of the VF")
    ktap.equal(vfio.rebind(vf, ""), "", "driver of the VF that is given back")


@test("driver_override, bind and unbind again and again")
def again():
    for vf in ready(FEW):
        for driver in ("vfio-pci", DRIVER) * 3:
            subprocess.run(["modprobe", driver], check=True)
            ktap.equal(vfio.rebind(vf, driver), driver, f"driver of {vf.name}")


@test("a VF changes hands")
def handed_over():
    found = ready(FEW)
    vfio.rebind(found[0], "")
    vgpu.adopt(found[:1])
    log = dmesg.Marker("handed over")
    ktap.equal(vfio.rebind(found[0], DRIVER), DRIVER, "driver")
    ktap.equal(log.errors(), [], "errors in the log")
    vgpu.remove()


@test("without a type it cannot be opened, and one line says why")
def no_type():
    vf = ready(FEW)[0]
    ktap.equal(write(vf, 0), 0, "errno")
    for way in vfio.WAYS:
        log = dmesg.Marker("no type")
        ktap.equal(errno_of(Device, vf, way), errno.ENODEV, f"errno by {way}")
        said = [line for line in log.lines() if f"{DRIVER} {vf.name}: " in line]
        ktap.equal(len(said), 1, f"lines: {said}")
        ktap.contains(said[0], "current_vgpu_type", "message")


# ---- what can be reached ----


@test("open and close by cdev and by group")
def ways():
    vf = ready(FEW)[0]
    before = vgpu.ledger()
    for way in (*vfio.WAYS, *vfio.WAYS):
        with Device(vf, way) as device:
            ktap.equal(vgpu.state(vf), "running", f"state by {way}")
            info = struct.unpack("<IIIIII", vfio.ioctl(device.fd, vfio.GET_INFO,
                                                       struct.pack("<6I", 24, *[0] * 5)))
            ktap.equal(info[1] & 3, 3, "flags: PCI, can be reset")
            ktap.equal(device.get(BAR0, TEST_PAGE), IDENTITY, "test page")
            ktap.equal(write(vf, 0), errno.EBUSY, "errno of the type")
        ktap.equal(vgpu.state(vf), "idle", "state")
    ktap.equal(vgpu.ledger(), before, "what is left of the GPU")


def bar_size(index: int) -> int:
    """Of a VF, as the PCI core knows it."""
    return (vfs()[0] / f"resource{index}").stat().st_size


def between_holes() -> list:
    starts = [0, *(hole + PAGE for hole in HOLES)]
    return list(zip(starts, [*HOLES, bar_size(BAR0)]))


@test("sizes and ways of each region")
def regions():
    with Device(ready(FEW)[0]) as device:
        usual = vfio.READ | vfio.WRITE | vfio.MMAP
        bar0, fb = device.region(BAR0), device.region(FB)
        ktap.equal((bar0.size, bar0.flags & usual), (bar_size(BAR0), usual), "BAR0")
        ktap.equal((fb.size, fb.flags & usual), (APERTURE, usual), "framebuffer aperture")
        ktap.equal(bar0.sparse(), between_holes(), "what of BAR0 can be mapped")
        ktap.check(vfio.CAP_MSIX_MAPPABLE not in bar0.caps, "the MSI-X table can be mapped")
        for index in ({1, 2, 3, 4, 5, vfio.ROM} - {FB, vfio.BAR2}):
            ktap.equal(device.region(index).size, 0, f"size of region {index}")
        ktap.equal(errno_of(device.region, vfio.VGA), errno.EINVAL, "errno of VGA")


@test("reading and writing at borders")
def borders():
    with Device(ready(FEW)[0]) as device:
        for index in (BAR0, FB):
            size = device.region(index).size
            for over in (0, 1, PAGE, size, (1 << vfio.SHIFT) - 1 - size):
                at = size + over
                ktap.equal(errno_of(device.read, index, at, 1), errno.EINVAL, f"read at {at:#x}")
                ktap.equal(errno_of(device.write, index, at, b"x"), errno.EINVAL,
                           f"write at {at:#x}")
            for width in (1, 2, 4, 8):
                ktap.equal(len(device.read(index, size - 1, width)), 1, "bytes beyond the border")
        for width in (1, 2, 3, 4, 5, 7, 8):
            for at in (0, 1, 2, 3, PAGE - width, APERTURE - width):
                data = PATTERN[:width]
                ktap.equal(device.write(FB, at, data), width, "bytes written")
                ktap.equal(device.read(FB, at, width), data, f"{width} bytes at {at:#x}")


@test("mapping at borders")
def mapping():
    with Device(ready(FEW)[0]) as device:
        device.write(FB, APERTURE - 8, PATTERN)
        with device.map(FB, APERTURE) as window:
            ktap.equal(window[APERTURE - 8 : APERTURE], PATTERN, "last bytes")
            window[APERTURE - 1] = 0x55
            ktap.equal(device.read(FB, APERTURE - 1, 1), b"\x55", "last byte")
        for index, size, at in (
            (FB, APERTURE + PAGE, 0), (FB, PAGE, APERTURE), (FB, 2 * PAGE, APERTURE - PAGE),
            (BAR0, PAGE, bar_size(BAR0)), (5, PAGE, 0), (vfio.ROM, PAGE, 0), (CONFIG, PAGE, 0),
        ):
            ktap.equal(errno_of(device.map, index, size, at), errno.EINVAL,
                       f"errno of {size:#x} bytes at {at:#x} of region {index}")


@test("framebuffer is mapped by huge pages")
def huge():
    with Device(ready(FEW)[0]) as device:
        found = device.faults(FB, APERTURE)
        ktap.check(0 < found <= APERTURE >> 20, f"{found} faults")


@test("BAR0 can be mapped as a whole, and its holes fault")
def holes():
    with Device(ready(FEW)[0]) as device, device.map(BAR0, bar_size(BAR0)) as window:
        for at in (at for start, end in between_holes() for at in (start, end - 4)):
            ktap.equal(dies_of(lambda at=at: window[at]), "", f"end of a reader at {at:#x}")
        for at in (at for hole in HOLES for at in (hole, hole + PAGE - 1)):
            ktap.equal(dies_of(lambda at=at: window[at]), "SIGBUS", f"end of a reader at {at:#x}")
        registers = memoryview(window).cast("I")
        ktap.equal(registers[TEST_PAGE // 4], IDENTITY, "test page")
        registers.release()


@test("registers that Ada's guests must not map can be read and written")
def trapped():
    with Device(ready(FEW)[0]) as device:
        device.put(BAR0, PDB_LO, 0x12345670)
        device.put(BAR0, PDB_HI, 0x9A)
        ktap.equal(device.get(BAR0, PDB_LO), 0x12345670, "PDB, low")
        ktap.equal(device.get(BAR0, PDB_HI), 0x9A, "PDB, high")
        device.write(BAR0, PDB_LO, bytes(range(8)))
        ktap.equal(device.read(BAR0, PDB_LO, 8), bytes(range(8)), "both at once")
        device.put(BAR0, INVALIDATE, 1 << 31 | 3)
        ktap.equal(device.get(BAR0, INVALIDATE) >> 31, 0, "trigger")
        # across both borders of the page
        for at in (TLB_PAGE - 8, TLB_PAGE + PAGE - 8):
            ktap.equal(len(device.read(BAR0, at, 16)), 16, f"bytes at {at:#x}")
        ktap.equal(len(device.read(BAR0, TLB_PAGE - 1, PAGE + 2)), PAGE + 2, "bytes around it")
        ktap.equal(device.read(BAR0, MSIX_PAGE, 16), b"\xff" * 16, "MSI-X table")


@test("DMA buffers have the borders of mappings")
def dma_bufs():
    with Device(ready(FEW)[0]) as device:
        for index, at, size in (
            (FB, 0, APERTURE), (FB, APERTURE - PAGE, PAGE), (BAR0, 0, HOLES[0]),
            (BAR0, MSIX_PAGE + PAGE, bar_size(BAR0) - MSIX_PAGE - PAGE),
        ):
            os.close(device.dma_buf(index, at, size))
        for index, at, size in (
            (FB, APERTURE, PAGE), (FB, APERTURE - PAGE, 2 * PAGE), (FB, 0, APERTURE + PAGE),
            (BAR0, 0, bar_size(BAR0)), *((BAR0, hole, PAGE) for hole in HOLES),
        ):
            ktap.equal(errno_of(device.dma_buf, index, at, size), errno.EINVAL,
                       f"errno of {size:#x} bytes at {at:#x} of region {index}")


@test("no other way leads into a BAR")
def no_ioeventfd():
    with Device(ready(FEW)[0]) as device:
        eventfd = os.eventfd(0)
        for at in (0, INVALIDATE, (FB << vfio.SHIFT) + APERTURE):
            args = struct.pack("<IIQQiI", 32, 4, at, 0, eventfd, 0)
            ktap.equal(errno_of(vfio.ioctl, device.fd, vfio.IOEVENTFD, args), errno.ENOTTY,
                       f"errno of an ioeventfd at {at:#x}")
        os.close(eventfd)


@test("configuration space")
def config():
    vf = ready(FEW)[0]
    with Device(vf) as device:
        vendor, product = struct.unpack("<HH", device.read(CONFIG, 0, 4))
        ktap.equal((vendor, product), (0x10DE, int((vf / "device").read_text(), 16)), "ids")
        kind = 0x1000 + provisioning.type_of("1B")
        ktap.equal(struct.unpack("<HH", device.read(CONFIG, 0x2C, 4)), (0x10DE, kind), "subsystem")
        ktap.equal(device.read(CONFIG, 0x2E, 1)[0], kind & 0xFF, "a byte of it")
        ktap.equal(struct.unpack("<H", device.read(CONFIG, 0, 64)[0x2E:0x30])[0], kind,
                   "the same in the middle of a long read")
        at = device.capability(0x10)
        ktap.check(at and device.get(CONFIG, at + 4) & 1 << 28, "no PCIe capability with FLR")
        ktap.check(device.capability(0x11), "no MSI-X capability")


@test("the framebuffer BAR is as large as it is told to be")
def told_size():
    with Device(ready(FEW)[0]) as device:
        at = 0x10 + 4 * FB
        ktap.equal(device.get(CONFIG, at), 0xC, "BAR at first")
        device.write(CONFIG, at, b"\xff" * 8)
        found = int.from_bytes(device.read(CONFIG, at, 8), "little")
        ktap.equal((1 << 64) - (found & ~0xF), APERTURE, "size")
        device.write(CONFIG, at, (0x1234 * APERTURE).to_bytes(8, "little"))
        ktap.equal(int.from_bytes(device.read(CONFIG, at, 8), "little"), 0x1234 * APERTURE | 0xC,
                   "address")
        device.put(CONFIG, 0x10, 0xFFFFFFFF)
        ktap.equal(device.get(CONFIG, 0x10), (1 << 32) - bar_size(BAR0) | 0xC * WIDE, "BAR0")


# ---- interrupts and DMA ----


@test("an interrupt arrives")
def interrupt():
    with Device(ready(FEW)[0]) as device:
        fd = device.eventfd(vfio.IRQ_MSIX)
        device.bus_master(True)
        device.put(BAR0, T_MSIX, 0)
        ktap.check(signalled(fd, 5), "no interrupt")


@test("DMA into a VMM's memory, if the guest lets the VF do any")
def dma():
    with Device(ready(FEW)[0]) as device, mmap.mmap(-1, PAGE) as memory:
        device.dma_map(memory, IOVA)
        memory[:] = PATTERN * (PAGE // len(PATTERN))
        device.bus_master(True)
        ktap.equal(copy(device, IOVA, PAGE, TO_FB), 0, "status")
        ktap.equal(device.read(FB, PAGE, PAGE), memory[:], "framebuffer")
        ktap.equal(copy(device, IOVA, APERTURE * 2, FROM_FB), 0, "status beyond the aperture")
        ktap.equal(memory[:], bytes(PAGE), "memory")
        device.bus_master(False)
        ktap.equal(copy(device, IOVA, PAGE, TO_FB), DMA_REFUSED, "without bus mastering")
        device.bus_master(True)
        ktap.equal(copy(device, IOVA, PAGE, TO_FB), 0, "with it again")


@test("two VFs at once")
def two():
    first, second = ready(FEW)[:2]
    with Device(first) as a, Device(second, "group") as b:
        for device, data in ((a, b"A" * PAGE), (b, b"B" * PAGE)):
            for at in range(0, APERTURE, APERTURE // 16):
                device.write(FB, at, data)
        for device, data in ((a, b"A" * PAGE), (b, b"B" * PAGE)):
            for at in range(0, APERTURE, APERTURE // 16):
                ktap.equal(device.read(FB, at, PAGE), data, f"{device.vf.name} at {at:#x}")
        ktap.equal(a.reset(), 0, "errno of a reset")
        ktap.equal(a.read(FB, 0, PAGE), bytes(PAGE), "framebuffer after it")
        ktap.equal(b.read(FB, 0, PAGE), b"B" * PAGE, "the other's")
    with Device(first) as a, Device(second) as b:
        for device in (a, b):
            ktap.equal(device.read(FB, 0, PAGE), bytes(PAGE), "what the last tenant left")


# ---- resets ----


def guest_flr(device) -> int:
    at = device.capability(0x10) + 8
    control = int.from_bytes(device.read(CONFIG, at, 2), "little")
    device.put(CONFIG, at, control | 1 << 15, 2)
    return 0


def host_reset(device) -> int:
    return gpu.write_errno(device.vf / "reset", "1")


RESETS = {"ioctl": Device.reset, "guest": guest_flr, "host": host_reset}


def check_reset(reset) -> None:
    with Device(ready(FEW)[0]) as device, device.map(FB, APERTURE) as window:
        device.bus_master(True)
        for at in (0, APERTURE - 8):
            window[at : at + 8] = PATTERN
        for _ in range(2):
            ktap.equal(reset(device), 0, "errno")
            for at in (0, APERTURE - 8):
                ktap.equal(window[at : at + 8], bytes(8), f"framebuffer at {at:#x}")
        window[0:8] = PATTERN
        ktap.equal(device.read(FB, 0, 8), PATTERN, "framebuffer written again")
        ktap.equal(vgpu.state(device.vf), "running", "state")


def check_failed_reset(reset) -> None:
    vf = ready(FEW)[0]
    with Device(vf) as device, device.map(FB, APERTURE) as window:
        fd = device.eventfd(vfio.IRQ_ERR)
        window[0:8] = PATTERN
        with model.fault("plugin-crash,phase=plugin-reset"):
            wanted = errno.EIO if reset is Device.reset else 0
            ktap.equal(reset(device), wanted, "errno")
        ktap.check(signalled(fd, 5), "no error is reported")
        ended(device, window)
    with Device(vf) as device:
        ktap.equal(device.reset(), 0, "errno of a reset of the next vGPU")


def ended(device, window) -> None:
    """Nothing of the vGPU can be reached any more, and nothing hangs."""
    ktap.equal(device.reset(), errno.EIO, "errno of another reset")
    ktap.equal(errno_of(device.read, FB, 0, 4), errno.EIO, "errno of reading")
    ktap.equal(errno_of(device.write, BAR0, TEST_PAGE, b"1234"), errno.EIO, "errno of writing")
    gpu.wait_for(lambda: dies_of(lambda: window[0]) == "SIGBUS", 5, "end of a reader")
    ktap.equal(device.read(CONFIG, 0, 2), b"\xde\x10", "vendor")


for how, function in RESETS.items():
    ktap.add(f"reset by {how}", check_reset, function)
    ktap.add(f"reset by {how} that fails", check_failed_reset, function)


@test("resets and openings at once")
def reset_race():
    vf = ready(FEW)[0]
    stop = threading.Event()

    def work():
        while not stop.is_set():
            gpu.write_errno(vf / "reset", "1")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        for turn in range(10):
            # vfio-pci-core does not wait for the lock of a device that is being reset
            found = errno_of(lambda turn=turn: Device(vf, vfio.WAYS[turn % 2]).close())
            ktap.check(found in (0, errno.EAGAIN), f"errno of open: {found}")
    finally:
        stop.set()
        thread.join(60)
    ktap.check(not thread.is_alive(), "a reset hangs")
    with Device(vf) as device:
        ktap.equal(device.reset(), 0, "errno of reset")


# ---- ends ----


@test("the plugin crashes")
def crash():
    vf = ready(FEW)[0]
    with Device(vf) as device, device.map(FB, APERTURE) as window:
        fd = device.eventfd(vfio.IRQ_ERR)
        window[0:8] = PATTERN
        with model.fault("plugin-crash,phase=plugin-bme"):
            device.bus_master(False)
        ktap.check(signalled(fd, 5), "no error is reported")
        ended(device, window)
        late = device.eventfd(vfio.IRQ_ERR)
        ktap.check(signalled(late, 1), "who asks later is not told")
    with Device(vf) as device:
        ktap.equal(device.read(FB, 0, 8), bytes(8), "framebuffer of the next vGPU")


@test("VFs in use cannot be taken away, but unbound")
def removal():
    vf = ready(FEW)[0]
    device = Device(vf)
    fd = device.eventfd(vfio.IRQ_REQ)
    ktap.equal(set_vfs(0), errno.EBUSY, "errno of sriov_numvfs")
    thread = threading.Thread(target=lambda: gpu.write_errno(vf / "driver/unbind", vf.name))
    thread.start()
    ktap.check(signalled(fd, 15), "nobody asks for the VF")
    ktap.check(thread.is_alive(), "unbound while it is open")
    device.close()
    thread.join(30)
    ktap.equal(gpu.driver_of(vf), "", "driver")


@test("the PF is unbound")
def pf_unbound():
    vf = ready(FEW)[0]
    device = Device(vf, "group")
    fd = device.eventfd(vfio.IRQ_REQ)
    thread = threading.Thread(target=gpu.unbind)
    thread.start()
    ktap.check(signalled(fd, 15), "nobody asks for the VF")
    device.close()
    thread.join(60)
    ktap.check(not thread.is_alive(), "unbinding hangs")
    ktap.equal((gpu.bound(), vf.exists()), (False, False), "bound, VF there")


@test("a VMM is killed")
def killed():
    vf = ready(FEW)[0]
    for turn in range(3):
        device_of = lambda: (Device(vf), os.kill(os.getpid(), 9))  # noqa: E731
        ktap.equal(dies_of(device_of), "SIGKILL", "end of the VMM")
        with Device(vf, vfio.WAYS[turn % 2]) as device:
            ktap.equal(device.read(FB, 0, 8), bytes(8), "framebuffer of the next vGPU")
            device.write(FB, 0, PATTERN)


@test("a PF that nobody drives, as plain vfio-pci")
def plain():
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    name = gpu.address()
    ktap.equal(vfio.rebind(pf(), DRIVER), DRIVER, "driver of the PF")
    try:
        with Device(pf()) as device:
            ktap.equal(device.region(BAR0).size, 16 << 20, "BAR0")
            ktap.check(vfio.CAP_SPARSE not in device.region(BAR0).caps, "BAR0 has holes")
            ktap.equal(device.reset(), 0, "errno of a reset")
    finally:
        vfio.rebind(pf(), "")
    ktap.equal(gpu.address(), name, "address")
    vgpu.settle()


@test("no rule of the model was broken")
def rules():
    gpu.unbind()
    vfio.remove()
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
for needed in ("iommufd", "vfio-pci"):
    subprocess.run(["modprobe", needed], check=True)
ktap.main()
