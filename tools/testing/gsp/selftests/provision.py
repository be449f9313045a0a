# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=400
"""<VF>/nvidia/ as tools of vGPU hosts know it, and capacity as the PF shows it.

Which types there are is read from the PF: those of the bench's file, whose
names end in a profile like 1B: framebuffer in GiB and kind of use.
"""

import contextlib
import errno
import re
import shutil
import subprocess
import threading
from pathlib import Path

from lib import consumers, dmesg, gpu, ktap, model, uevent
from lib.ktap import test
from lib.provisioning import (
    HEADER,
    NR_VFS,
    Types,
    current,
    divided,
    expect,
    nvidia,
    opened,
    pf,
    read_errno,
    set_vfs,
    type_of,
    vfs,
    write,
)

ROW = re.compile(r"^(\d+) *: (NVIDIA [^:\n]+)$")
FILES = {
    "creatable_vgpu_types": 0o444,
    "current_vgpu_type": 0o644,
    "gpu_instance_id": 0o644,
    "placement_id": 0o644,
    "vgpu_params": 0o644,
    "warm_update": 0o644,
}
NO_TYPE = 4000000000
READERS = 6
TOGGLES = 5


def reason(log) -> None:
    """One line tells why."""
    lines = [t for level, _, t in log.rows() if level <= 4 and "gsp-core" in t]
    ktap.equal(len(lines), 1, f"lines that give a reason: {lines}")


# ---- that it is there ----


@test("the files of a VF are there when udev hears of it")
def before_add():
    seen = {}

    def react(event):
        vf = Path("/sys" + event.get("DEVPATH", "/"))
        if event.get("ACTION") == "add" and event.get("SUBSYSTEM") == "pci":
            try:
                seen[vf.name] = (current(vf), nvidia(vf, "creatable_vgpu_types").read_text())
            except OSError as error:
                seen[vf.name] = error

    with uevent.Listener(react) as heard, divided() as found:
        ktap.equal(len(found), NR_VFS, "VFs")
        for vf in found:
            ktap.check(heard.wait(1, ACTION="add", PCI_SLOT_NAME=vf.name), f"{vf.name}: no event")
    for vf in found:
        ktap.check(vf.name in seen, f"{vf.name}: not seen in its event")
        ktap.check(isinstance(seen[vf.name], tuple), f"{vf.name}: {seen[vf.name]}")
        ktap.equal(seen[vf.name][0], "0\n", f"{vf.name}: type")
        ktap.check(seen[vf.name][1].startswith(HEADER), f"{vf.name}: table")


@test("the files of the PF are there when udev hears that it is bound")
def before_bind():
    seen = []

    def react(event):
        if event.get("ACTION") == "bind" and event.get("PCI_SLOT_NAME") == gpu.address():
            seen.append((Path("/sys" + event["DEVPATH"]) / "gsp/vgpu_mode").exists())

    if gpu.bound():
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    with uevent.Listener(react) as heard:
        ktap.equal(gpu.bind(), 0, "errno of bind")
        heard.wait(1, ACTION="bind", PCI_SLOT_NAME=gpu.address())
    ktap.equal(seen, [True], "vgpu_mode in the event")


@test("a udev rule can set the type")
def like_udev():
    number = type_of("1B")

    def react(event):
        vf = Path("/sys" + event.get("DEVPATH", "/"))
        if event.get("ACTION") == "add" and nvidia(vf, "current_vgpu_type").exists():
            nvidia(vf, "current_vgpu_type").write_text(str(number))

    with uevent.Listener(react) as heard, divided() as found:
        for vf in found:
            heard.wait(1, ACTION="add", PCI_SLOT_NAME=vf.name)
            gpu.wait_for(lambda vf=vf: current(vf) == f"{number}\n", 5, f"type of {vf.name}")


@test("names and modes")
def names():
    with divided() as found:
        for vf in found:
            modes = {p.name: p.stat().st_mode & 0o777 for p in (vf / "nvidia").iterdir()}
            ktap.equal(modes, FILES, f"{vf.name}: files")
        ktap.check(not (pf() / "nvidia").exists(), "the PF has nvidia/")
        ktap.equal(gpu.driver_of(found[0]), "", "driver of a VF")
    for vf in found:
        ktap.check(not vf.exists(), f"{vf.name} is still there")


@test("what is read where nothing was written")
def untouched():
    with divided() as found:
        for vf in found:
            ktap.equal(current(vf), "0\n", "type")
            ktap.equal(nvidia(vf, "vgpu_params").read_text(), "\n", "parameters")
            ktap.equal(nvidia(vf, "warm_update").read_text(), "0\n", "warm_update")
            for name in ("gpu_instance_id", "placement_id"):
                ktap.equal(read_errno(nvidia(vf, name)), errno.ENXIO, f"errno of {name}")
                found_errno = gpu.write_errno(nvidia(vf, name), "0")
                ktap.equal(found_errno, errno.EOPNOTSUPP, f"errno of writing {name}")
            found_errno = gpu.write_errno(nvidia(vf, "warm_update"), "1")
            ktap.equal(found_errno, errno.EOPNOTSUPP, "errno of writing warm_update")


@test("the table, byte for byte")
def table():
    with divided() as found:
        text = nvidia(found[0], "creatable_vgpu_types").read_text()
        ktap.check(text.startswith(HEADER), f"header: {text!r}")
        ktap.check(text.endswith("\n"), "the last row does not end")
        rows = {}
        for line in text[len(HEADER) :].splitlines():
            match = ROW.match(line)
            ktap.check(match, f"row: {line!r}")
            ktap.equal(line, f"{match[1]:<5} : {match[2]}", "row")
            rows[match[2].rpartition("-")[2]] = int(match[1])
        room = {p: n for p, n in Types.all().items() if Types.get(n, "available_instances")}
        ktap.equal(rows, room, "types of the table, and those of the PF that have room")
        for vf in found[1:]:
            ktap.equal(nvidia(vf, "creatable_vgpu_types").read_text(), text, vf.name)


# ---- the tools ----


@test("every tool reads the same table")
def parsers():
    with divided() as found:
        vf = found[0]
        wanted = consumers.script_types(vf)
        ktap.check(wanted, "no types")
        by_name = {name: str(number) for number, name in wanted.items()}
        ktap.equal(
            consumers.proxmox_types(vf),
            {f"nvidia-{number}": name for number, name in wanted.items()},
            "Proxmox",
        )
        ktap.equal(consumers.harvester_status(vf), ("0", by_name), "Harvester")
        ktap.equal(
            consumers.device_manager_types(vf),
            {name.split()[-1]: number for name, number in by_name.items()},
            "vgpu-device-manager",
        )


@test("every tool knows a VF, and what it is")
def classification():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        ktap.equal(consumers.proxmox_class(vf), "nvidia", "Proxmox: VF")
        ktap.equal(consumers.proxmox_class(pf()), "", "Proxmox: PF")
        ktap.equal((vf / "physfn").resolve().name, gpu.address(), "physfn")
        ktap.equal(consumers.nvpci_count(pf(), "sriov_numvfs"), NR_VFS, "go-nvlib: VFs")
        ktap.check(consumers.nvpci_count(pf(), "sriov_totalvfs") <= 32, "more than 32 VFs")
        ktap.check(not consumers.kubevirt_has_profile(vf), "KubeVirt: VF without a type")
        ktap.check(consumers.script_free(vf), "scripts: VF is not free")
        ktap.equal(write(vf, number), 0, "errno")
        ktap.check(consumers.kubevirt_has_profile(vf), "KubeVirt: VF with a type")
        ktap.check(not consumers.kubevirt_has_profile(pf()), "KubeVirt: PF")
        ktap.check(not consumers.script_free(vf), "scripts: VF is free")
        selector = consumers.kubevirt_selector(vf)
        ktap.check(re.match(r"10de:[0-9a-f]{4}$", selector), f"KubeVirt: PCI_ID {selector!r}")


@test("a machine's life in Proxmox, and a claim's in DRA")
def lives():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        for _ in range(2):
            consumers.proxmox_create(vf, f"nvidia-{number}")
            ktap.equal(current(vf), f"{number}\n", "type")
        consumers.proxmox_create(vf, f"nvidia-{type_of('1Q')}")
        ktap.check(consumers.proxmox_clean_up(vf), "Proxmox cannot clear the type")
        consumers.dra_assign(vf, str(number))


# ---- the write matrix ----


@test("numbers, with a newline or without")
def numbers():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        expect(vf, 0, 0, 0)
        expect(vf, f"{number}", 0, number)
        expect(vf, f"{number}\n", 0, number)
        expect(vf, "0", 0, 0)
        expect(vf, f"{number}\n", 0, number)
        expect(vf, "0\n", 0, 0)


@test("what is no number leaves no type")
def no_number():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        for text in ("x", "\n", "-1", f"nvidia-{number}", f"{number} ", "0x1", str(1 << 32)):
            expect(vf, number, 0, number)
            expect(vf, text, errno.EINVAL, 0)


@test("an unknown type leaves no type")
def unknown():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        expect(vf, number, 0, number)
        log = dmesg.Marker("unknown")
        expect(vf, NO_TYPE, errno.ENODEV, 0)
        reason(log)


@test("a type of another size")
def mixed():
    with divided() as found:
        first, second = found[:2]
        expect(first, type_of("2B"), 0, type_of("2B"))
        log = dmesg.Marker("mixed")
        expect(second, type_of("1B"), errno.EINVAL, 0)
        reason(log)
        expect(second, type_of("2Q"), 0, type_of("2Q"))
        rows = consumers.device_manager_types(found[2])
        ktap.equal(sorted(rows), ["MODEL-2B", "MODEL-2Q"], "types that are left")
        expect(first, 0, 0, 0)
        expect(second, 0, 0, 0)
        expect(second, type_of("1B"), 0, type_of("1B"))


@test("a VF alone may change its size")
def alone():
    with divided() as found:
        expect(found[0], type_of("2B"), 0, type_of("2B"))
        expect(found[0], type_of("1B"), 0, type_of("1B"))


@test("no room for one more")
def full():
    with divided() as found:
        left = {number: Types.get(number, "available_instances") for number in Types.all().values()}
        number = min((n for n in left if 0 < left[n] < NR_VFS), key=left.get)
        taken, rest = found[: left[number]], found[left[number] :]
        for vf in taken:
            expect(vf, number, 0, number)
        ktap.equal(Types.get(number, "available_instances"), 0, "left of them")
        log = dmesg.Marker("full")
        expect(rest[0], number, errno.ENOSPC, 0)
        reason(log)
        text = nvidia(rest[0], "creatable_vgpu_types").read_text()
        ktap.equal(text, HEADER, "table of a full GPU")
        expect(taken[0], 0, 0, 0)
        expect(rest[0], number, 0, number)


@test("parameters: keys that the firmware is told of")
def parameters():
    with divided() as found:
        path = nvidia(found[0], "vgpu_params")
        for text, shown in (
            ("enable_uvm=0", "enable_uvm=0\n"),
            ("enable_uvm=1\n", "enable_uvm=1\n"),
            (" ", "\n"),
            ("enable_uvm=0\n", "enable_uvm=0\n"),
            ("\n", "\n"),
        ):
            ktap.equal(gpu.write_errno(path, text), 0, f"errno of {text!r}")
            ktap.equal(path.read_text(), shown, f"after {text!r}")
        ktap.equal(gpu.write_errno(path, "enable_uvm=0"), 0, "errno")
        for text in ("frame_rate_limiter=0", "enable_uvm=2", "enable_uvm", "enable_uvm=",
                     "=1", "x", "enable_uvm=0,loglevel=5", "enable_uvm=0,", ","):
            ktap.equal(gpu.write_errno(path, text), errno.EINVAL, f"errno of {text!r}")
            ktap.equal(path.read_text(), "enable_uvm=0\n", f"after {text!r}")


@test("an open VF keeps its type")
def busy():
    number = type_of("1B")
    with divided() as found:
        vf = found[0]
        expect(vf, number, 0, number)
        with opened(vf):
            for text in (0, number + 1, type_of("2B"), NO_TYPE, "x"):
                expect(vf, text, errno.EBUSY, number)
            ktap.equal(gpu.write_errno(nvidia(vf, "vgpu_params"), "enable_uvm=0"), errno.EBUSY,
                       "errno of vgpu_params")
            ktap.equal(read_errno(nvidia(vf, "placement_id")), 0, "errno of placement_id")
            ktap.equal(set_vfs(0), errno.EBUSY, "errno of sriov_numvfs")
        ktap.equal(read_errno(nvidia(vf, "placement_id")), errno.ENXIO, "errno of placement_id")
        expect(vf, 0, 0, 0)


# ---- the PF ----


@test("capacity follows what is taken")
def capacity():
    one, two = type_of("1B"), type_of("2B")
    with divided() as found:
        most = Types.get(one, "available_instances")
        ktap.check(NR_VFS < most <= Types.get(one, "max_instances"), f"1B: {most}, none taken")
        for taken, vf in enumerate(found, 1):
            expect(vf, one, 0, one)
            ktap.equal(Types.get(one, "available_instances"), most - taken, f"1B, {taken} taken")
        ktap.equal(Types.get(two, "available_instances"), 0, "2B beside 1B")
    ktap.equal(Types.get(one, "available_instances"), most, "1B after the VFs have gone")
    ktap.check(Types.get(two, "available_instances"), "2B after the VFs have gone")
    ktap.check(Types.get(one, "framebuffer") % (1 << 20) == 0, "framebuffer is no MiB")


@test("framebuffer is given back to the byte")
def framebuffer():
    def bytes_of(name):
        return int((pf() / "gsp" / f"framebuffer_{name}").read_text())

    if not gpu.bound():
        ktap.equal(gpu.bind(), 0, "errno of bind")
    before = bytes_of("free")
    with divided() as found:
        for vf in found:
            ktap.equal(write(vf, type_of("2B")), 0, "errno")
        ktap.check(bytes_of("free") <= before, "framebuffer became more")
    ktap.equal(bytes_of("free"), before, "free framebuffer")
    ktap.equal(bytes_of("quarantined"), 0, "quarantined framebuffer")
    reserved, cost = bytes_of("reserved"), bytes_of("vgpu_mode")
    ktap.check(0 < cost < reserved < bytes_of("size"), f"reserved {reserved}, of it {cost}")


@test("a type is lost with its VF, and only with it")
def lost():
    number = type_of("1B")
    with divided() as found:
        expect(found[0], number, 0, number)
        ktap.equal(set_vfs(NR_VFS // 2), errno.EBUSY, "errno of another number of VFs")
        ktap.equal(current(found[0]), f"{number}\n", "type")
    with divided() as found:
        ktap.equal(current(found[0]), "0\n", "type of a new VF")


@contextlib.contextmanager
def no_file_of_types():
    """Hidden from the kernel, whose root is not the runner's."""
    source, folder = gpu.FW_PATH.read_text().strip(), "/run/no-types"
    place = f"/proc/1/root{source}"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("vgpu-*"), dirs_exist_ok=True)
    subprocess.run(["mount", "-c", "--bind", folder, place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-c", place], check=True)


@test("without a file of types the header is left")
def no_types():
    if gpu.bound():
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    log = dmesg.Marker("no types")
    with no_file_of_types():
        with divided() as found:
            text = nvidia(found[0], "creatable_vgpu_types").read_text()
            ktap.equal(text, HEADER, "table")
            ktap.check(not (pf() / "vgpu_types").exists(), "there is vgpu_types/")
            expect(found[0], 1145, errno.ENODEV, 0)
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
    lines = [t for t in log.lines() if "vgpu-570.144.bin" in t and "firmware: failed" not in t]
    ktap.equal(len(lines), 1, f"lines that name the file: {lines}")


@test("readers while VFs come and go")
def race():
    stop = threading.Event()

    def look():
        while not stop.is_set():
            for path in pf().parent.glob("*/nvidia/*"):
                with contextlib.suppress(OSError):
                    path.read_bytes()
            for path in pf().glob("vgpu_types/*/*"):
                with contextlib.suppress(OSError):
                    path.read_bytes()

    threads = [threading.Thread(target=look, daemon=True) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(TOGGLES):
            with divided() as found:
                for vf in found:
                    ktap.equal(write(vf, type_of("1B")), 0, "errno")
            ktap.equal(gpu.unbind(), 0, "errno of unbind")
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
    ktap.check(not any(thread.is_alive() for thread in threads), "a reader hangs")


@test("unbinding takes the VFs along")
def unbinding():
    ktap.equal(gpu.bind(), 0, "errno of bind")
    ktap.equal(set_vfs(NR_VFS), 0, "errno of sriov_numvfs")
    found = vfs()
    ktap.equal(write(found[0], type_of("1B")), 0, "errno")
    ktap.equal(gpu.unbind(), 0, "errno of unbind")
    for vf in found:
        ktap.check(not vf.exists(), f"{vf.name} is still there")


@test("no rule of the model was broken")
def rules():
    ktap.equal(model.get("rules-broken"), BROKEN_BEFORE, "rules broken")


BROKEN_BEFORE = model.get("rules-broken")
gpu.load()
ktap.main()
