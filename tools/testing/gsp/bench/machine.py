# SPDX-License-Identifier: GPL-2.0-only
"""The host VM's command line: a q35 with an IOMMU, GPUs, the machine's own root."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import kernel, qemu, ui

EXIT_PORT = 0xF4
INIT = Path(__file__).resolve().parent.parent / "selftests" / "init"

BASE = """
    -nodefaults -no-user-config -display none -no-reboot
    -M q35,kernel-irqchip=split
    -global q35-pcihost.pci-hole64-size=512G
    -global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
""".split()

OUTSIDE = """
    -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap
    -device virtio-9p-pci,fsdev=root,mount_tag=root
    -device virtio-serial-pci
""".split()

IOMMU = ["-device", "intel-iommu,intremap=on,caching-mode=on,aw-bits=48"]

CMDLINE = """
    console=ttyS0 panic=-1 loglevel=7 no_hash_pointers unknown_nmi_panic=1
    root=root rootfstype=9p ro
    rootflags=trans=virtio,version=9p2000.L,msize=262144,cache=loose
    iommu=nopt intel_iommu=on no_timer_check
""".split()

# GPU number n sits behind the root port at this device and function
FIRST_PORT = 0x10

# What the first root ports keep free: the BARs of a VF take 16 MiB of 32-bit
# space, of which a q35 has less than 1 GiB, and 288 MiB of the other. Behind
# further ports VFs have no room, and behind none where many GPUs need it all.
# Many do without an IOMMU, too: QEMU keeps a map of all BARs for each function.
ROOM = ("mem-reserve=544M,pref64-reserve=128G", "mem-reserve=144M,pref64-reserve=8G")
VFS_OF_SECOND = 8
MANY_GPUS = 8


@dataclass
class Machine:
    """What distinguishes one host VM from another."""

    kernel: str = "plain"
    chip: str = "ad102"
    # properties of each GPU, gpu0 first
    gpus: list = field(default_factory=lambda: [{}])
    cpus: int = 2
    memory: str = "4G"
    # words of the kernel command line; those without a dot are init's environment
    env: dict = field(default_factory=dict)
    # and those that the kernel itself is meant to see, in this order
    boot: tuple = ()

    def cmdline(self) -> str:
        words = [*CMDLINE, *self.boot, f"init={INIT}"]
        return " ".join(words + [f"{key}={value}" for key, value in self.env.items()])

    def gpu_args(self) -> list:
        few = len(self.gpus) < MANY_GPUS
        args = list(IOMMU) if few else []
        if not qemu.model_files():
            return args
        for number, props in enumerate(self.gpus):
            args += port(number, few)
            props = {"id": f"gpu{number}", "bus": f"rp{number}", "chip": self.chip, **props}
            if number == 1:
                props.setdefault("total-vfs", VFS_OF_SECOND)
            args += ["-device", "gsp-gpu," + ",".join(f"{k}={v}" for k, v in props.items())]
        return args

    def command(self, folder: Path, sockets: Path) -> list:
        """The whole command; logs go to @folder, sockets to the short path @sockets."""
        cmd = [qemu.binary(), *BASE, *self.gpu_args(), *OUTSIDE, *accelerator()]
        cmd += [arg for top in qemu.ROM_FOLDERS for arg in ("-L", top)]
        cmd += ["-smp", str(self.cpus), "-m", self.memory]
        cmd += ["-kernel", kernel.image(self.kernel), "-append", self.cmdline()]
        cmd += exit_args() + channel_args(folder, sockets)
        cmd += ["-D", folder / "model.log", "-d", "guest_errors,unimp"]
        for pattern in os.environ.get("TRACE", "").split():
            cmd += ["-trace", pattern]
        return [str(arg) for arg in cmd]


def port(number: int, roomy: bool) -> list:
    """A root port for one GPU."""
    device, function = FIRST_PORT + number // 8, number % 8
    props = f"id=rp{number},chassis=1,slot={number + 1},addr={device:#x}.{function}"
    if function == 0:
        props += ",multifunction=on"
    if roomy and number < len(ROOM):
        props += "," + ROOM[number]
    return ["-device", f"pcie-root-port,{props}"]


def exit_args() -> list:
    """The port that ends the VM with an exit status."""
    return ["-device", f"isa-debug-exit,iobase={EXIT_PORT:#x},iosize=4"]


def channel_args(folder: Path, sockets: Path) -> list:
    """Monitor for us, monitor for the guest, and the port results arrive on."""
    host, guest = sockets / "qmp", sockets / "guest-qmp"
    args = ["-chardev", f"socket,id=hostqmp,path={host},server=on,wait=off"]
    args += ["-mon", "chardev=hostqmp,mode=control"]
    args += ["-chardev", f"socket,id=guestqmp,path={guest},server=on,wait=off"]
    args += ["-mon", "chardev=guestqmp,mode=control"]
    args += ["-chardev", f"socket,id=qmpport,path={guest}"]
    args += ["-device", "virtserialport,chardev=qmpport,name=gsp.qmp"]
    args += ["-chardev", f"file,id=results,path={folder / 'results.log'}"]
    args += ["-device", "virtserialport,chardev=results,name=gsp.results"]
    return args


def accelerator() -> list:
    """TCG; KVM=1 asks for KVM, which is tried first because it may hang."""
    if os.environ.get("KVM") == "1":
        if kvm_works():
            return ["-accel", "kvm", "-cpu", "host"]
        ui.say("# /dev/kvm does not run a guest in time: using TCG")
    return ["-accel", "tcg,thread=multi", "-cpu", "max,+svm,+npt"]


def kvm_works() -> bool:
    """Does KVM bring the plain kernel to its panic for want of a root in 20 s?"""
    cmd = [qemu.binary(), "-M", "q35", "-accel", "kvm", "-cpu", "host", "-nodefaults"]
    cmd += [arg for top in qemu.ROM_FOLDERS for arg in ("-L", top)]
    cmd += ["-display", "none", "-no-reboot", "-kernel", kernel.image("plain")]
    cmd += ["-append", "panic=-1"]
    try:
        return subprocess.run(cmd, timeout=20, capture_output=True, check=False).returncode == 0
    except (subprocess.TimeoutExpired, OSError):
        return False
