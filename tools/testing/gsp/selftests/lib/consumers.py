# SPDX-License-Identifier: GPL-2.0-only
"""How tools of vGPU hosts read our sysfs files and log lines, written anew.

Each function does what the named tool does, with its strictness and its
blind spots; a change that would break the tool fails here. None of them is
anybody's code.
"""

import errno
import os
import re
import time
from pathlib import Path

from .ktap import check


def attribute(vf: Path, name: str) -> Path:
    return vf / "nvidia" / name


# ---- Proxmox VE (Perl) ----

PROXMOX_ROW = re.compile(r"^(.*?)\s*:\s*(.*)$")


def proxmox_first_line(path: Path) -> str:
    """A file's first line without its newline; an error when it has none."""
    text = path.read_text()
    check(text, f"{path.name} is empty")
    return text.split("\n")[0]


def proxmox_class(device: Path) -> str:
    """What kind of mediated device it takes a PCI function for."""
    if (device / "mdev_supported_types").is_dir():
        return "mdev"
    return "nvidia" if (device / "nvidia").is_dir() else ""


def proxmox_types(vf: Path) -> dict:
    """Types by "nvidia-<id>", the form that stands in its VM configuration."""
    rows = {}
    for line in attribute(vf, "creatable_vgpu_types").read_text().splitlines():
        if line.startswith("ID"):
            continue
        match = PROXMOX_ROW.match(line)
        check(match, f"Proxmox cannot read {line!r}")
        rows[f"nvidia-{match[1]}"] = match[2]
    return rows


def proxmox_create(vf: Path, wanted: str) -> None:
    """Start of a VM: keep the type if it fits, else clear it, look it up, set it."""
    number = wanted.removeprefix("nvidia-")
    current = attribute(vf, "current_vgpu_type")
    found = proxmox_first_line(current)
    if found == number:
        return
    if found != "0":
        current.write_text("0")
    check(wanted in proxmox_types(vf), f"Proxmox does not find {wanted}")
    current.write_text(number)


def proxmox_clean_up(vf: Path, pause: float = 0.1) -> bool:
    """End of a VM: clear the type, which may take a few attempts."""
    current = attribute(vf, "current_vgpu_type")
    for _ in range(10):
        if proxmox_first_line(current) == "0":
            return True
        time.sleep(pause)
        try:
            current.write_text("0")
        except OSError:
            pass
    return False


# ---- Harvester's pcidevices (Go) ----


def harvester_types(vf: Path) -> dict:
    """Ids by name. Every line has exactly one colon, the header is dropped by its name."""
    rows = {}
    for line in attribute(vf, "creatable_vgpu_types").read_text().splitlines():
        fields = line.split(":")
        check(len(fields) == 2, f"Harvester wants one colon: {line!r}")
        rows[fields[1].strip()] = fields[0].strip()
    check(rows.pop("vGPU Name", None) == "ID", "Harvester does not find the header")
    return rows


def harvester_status(vf: Path) -> tuple:
    """A node is only reconciled if both files of every VF can be read."""
    current = attribute(vf, "current_vgpu_type").read_text().strip()
    return current, harvester_types(vf)


# ---- KubeVirt (Go) ----


def kubevirt_has_profile(function: Path) -> bool:
    """Whether an NVIDIA function is a VF with a type; PFs are known by sriov_totalvfs."""
    if (function / "sriov_totalvfs").exists():
        return False
    try:
        text = attribute(function, "current_vgpu_type").read_text()
    except OSError:
        return False
    return text.strip() not in ("", "0")


def kubevirt_selector(function: Path) -> str:
    """What its pciVendorSelector is compared with."""
    for line in (function / "uevent").read_text().splitlines():
        key, _, value = line.partition("=")
        if key == "PCI_ID":
            return value.lower()
    return ""


# ---- NVIDIA's vgpu-device-manager, vendor VFIO (Go) ----


def device_manager_types(vf: Path) -> dict:
    """Ids by profile: strings.Fields() of a row, first and last."""
    rows = {}
    for line in attribute(vf, "creatable_vgpu_types").read_text().splitlines():
        fields = line.split()
        if not fields or fields[0] == "ID":
            continue
        check(fields[0].isdigit(), f"vgpu-device-manager wants a number: {line!r}")
        rows[fields[-1]] = fields[0]
    return rows


def virtual_functions(pf: Path) -> list:
    """VFs as it walks them: virtfn0, virtfn1, ... until one is missing."""
    found = []
    while (pf / f"virtfn{len(found)}").exists():
        found.append((pf / f"virtfn{len(found)}").resolve())
    return found


# ---- NVIDIA's DRA driver (Go): write, then believe only what is read back ----


def dra_assign(vf: Path, number: str) -> None:
    current = attribute(vf, "current_vgpu_type")
    check(current.read_text().strip() == "0", f"DRA: {vf.name} is not free")
    current.write_text(number)
    found = current.read_text().strip()
    check(found == number, f"DRA: wrote {number}, read {found}")


# ---- libvirt (C), whose node devices are all that OpenStack Nova looks at ----


def libvirt_kind(function: Path) -> str:
    """Nova's device_type of a PCI function."""
    if (function / "physfn").exists():
        return "type-VF"
    return "type-PF" if nvpci_count(function, "sriov_totalvfs") else "type-PCI"


def libvirt_functions(pf: Path) -> list:
    """Addresses of a PF's VFs: its virtfn* links, in the order of their numbers."""
    links = sorted(pf.glob("virtfn*"), key=lambda path: int(path.name.removeprefix("virtfn")))
    return [os.readlink(link).rpartition("/")[2] for link in links]


def nova_product(function: Path) -> str:
    """product_id of a device_spec: what the hardware says, whatever type the VF has."""
    return (function / "device").read_text().strip().removeprefix("0x")


# ---- OpenNebula: the profile's line has to be there before its number is written ----


def opennebula_assign(vf: Path, number: str) -> None:
    text = attribute(vf, "creatable_vgpu_types").read_text()
    found = re.search(rf"^{number}\s*:", text, re.M)
    check(found, f"OpenNebula does not find {number}")
    attribute(vf, "current_vgpu_type").write_text(number)


# ---- hypeman (Go): a late release must not clear a later owner's vGPU ----


def hypeman_release(vf: Path) -> bool:
    """False: it is in use, so it is left alone."""
    try:
        attribute(vf, "current_vgpu_type").write_text("0")
    except OSError as error:
        check(error.errno == errno.EBUSY, f"hypeman does not know {error}")
        return False
    return True


# ---- go-nvlib's nvpci (Go) ----


def nvpci_count(pf: Path, name: str) -> int:
    """A 16-bit number in decimal, white space trimmed."""
    text = (pf / name).read_text().strip()
    check(text.isdigit() and int(text) < 1 << 16, f"nvpci cannot read {name}: {text!r}")
    return int(text)


# ---- scripts ----


def script_free(vf: Path) -> bool:
    """`[ "$(cat ...)" = 0 ]` and Python's != '0\\n' must agree."""
    return attribute(vf, "current_vgpu_type").read_text() == "0\n"


def script_types(vf: Path) -> dict:
    """Names by id, split at " : " with blanks on both sides."""
    rows = {}
    for line in attribute(vf, "creatable_vgpu_types").read_text().splitlines():
        if line.startswith("ID"):
            continue
        number, name = line.split(" : ")
        rows[int(number)] = name
    return rows


# ---- monitoring: the kernel log ----

# DCGM reads records of /dev/kmsg, GPUd and NVSentinel any line of the log.
DCGM = re.compile(r"^\d+,\d+,(\d+),.*;NVRM: Xid \(PCI:(.*)\): (\d+),.*")
GPUD = re.compile(
    r"NVRM: Xid \(PCI:([0-9a-fA-F:.]+)\): (\d+)(?:, pid=(\d+))?(?:, name=([^,]+))?"
)


def xids_of_dcgm(records: list) -> list:
    """(address, number) of each record as it stands in /dev/kmsg."""
    found = (DCGM.match(record) for record in records)
    return [(match[2], int(match[3])) for match in found if match]


def xids_of_gpud(lines: list) -> list:
    """(address, number, pid, name) of each line."""
    found = (GPUD.search(line) for line in lines)
    return [(match[1], int(match[2]), match[3], match[4]) for match in found if match]


class Kmsg:
    """Records of /dev/kmsg from now on, as DCGM reads them."""

    def __enter__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def records(self) -> list:
        """Those that came since the last call."""
        found = []
        while True:
            try:
                found.append(os.read(self.fd, 8192).decode(errors="replace"))
            except BlockingIOError:
                return found
            except BrokenPipeError:
                continue  # overwritten while we read
