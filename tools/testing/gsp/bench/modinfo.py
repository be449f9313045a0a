# SPDX-License-Identifier: GPL-2.0-only
"""What a module says about itself: what it needs, and which devices it takes."""

import re
import subprocess
from pathlib import Path

from . import firmware, ui

CORE = "gsp-core.ko"
VFIO = "gsp-vfio-pci.ko"
NVIDIA = 0x10DE

# Boards that can run vGPU and that gsp-core serves: it takes these and no other.
BOARDS = {
    0x26B1: "RTX 6000 Ada",
    0x26B2: "RTX 5000 Ada",
    0x26B3: "RTX 5880 Ada",
    0x26B5: "L40",
    0x26B8: "L40G",
    0x26B9: "L40S",
    0x26BA: "L20",
    0x27B6: "L2",
    0x27B8: "L4",
    0x230E: "H20 NVL16",
    0x2321: "H100 NVL",
    0x2322: "H800 PCIe",
    0x2324: "H800",
    0x2329: "H20",
    0x232C: "H20-3e",
    0x2330: "H100 SXM5",
    0x2331: "H100 PCIe",
    0x2335: "H200 SXM",
    0x2337: "H100",
    0x2339: "H100",
    0x233A: "H800 NVL",
    0x233B: "H200 NVL",
    0x2342: "GH200",
    0x2348: "GH200 144G",
    0x2901: "B200",
    0x2941: "GB200",
    0x2BB1: "RTX PRO 6000 Blackwell Workstation",
    0x2BB3: "RTX PRO 5000 Blackwell",
    0x2BB4: "RTX PRO 6000 Blackwell Max-Q",
    0x2BB5: "RTX PRO 6000 Blackwell Server",
    0x2BB9: "RTX 6000D Blackwell",
    0x2C31: "RTX PRO 4500 Blackwell",
}
CHIPS = (
    *("tu102", "tu104", "tu106", "tu116", "tu117"),
    *("ga100", "ga102", "ga103", "ga104", "ga106", "ga107"),
    *("ad102", "ad103", "ad104", "ad106", "ad107"),
    *("gh100", "gb100", "gb102", "gb202", "gb203", "gb205", "gb206", "gb207"),
)

# Modules that each module may depend on; any kernel must have them.
DEPENDS = {
    CORE: set(),
    VFIO: {"gsp_core", "vfio", "vfio_pci_core"},
    "gsp_core_kunit.ko": {"gsp_core", "kunit"},
    "gsp_vfio_pci_kunit.ko": {"kunit"},
    "gsp-client-sample.ko": {"gsp_core"},
    "gsp-measure-core.ko": {"gsp_core"},
    "gsp-vf-test.ko": {"gsp_core"},
}

# Optional parts of a kernel, absent from one that is stripped down.
OPTIONAL = re.compile(r"_*(devm_)?(drmm?|hwmon|devlink|vga|video|backlight|nouveau|nova)_")


def field(ko: Path, name: str) -> list:
    out = subprocess.run(
        ["/sbin/modinfo", "-F", name, ko], capture_output=True, text=True, check=True
    ).stdout
    return [line.strip() for line in out.splitlines() if line.strip()]


def same(what: str, found: set, expected: set) -> None:
    surplus, lacking = sorted(found - expected), sorted(expected - found)
    if surplus or lacking:
        raise ui.BenchError(f"{what}: surplus {surplus}, lacking {lacking}")


def check_depends(folder: Path) -> str:
    """No module needs a module beyond those listed, nor a symbol of an optional part."""
    for ko in sorted(folder.glob("*.ko")):
        words = {n for line in field(ko, "depends") for n in line.split(",") if n}
        depends = {n.replace("-", "_") for n in words}
        allowed = DEPENDS.get(ko.name, set())
        if depends - allowed:
            raise ui.BenchError(f"{ko.name} depends on {sorted(depends - allowed)}")
        out = subprocess.run(["nm", "-u", ko], capture_output=True, text=True, check=True).stdout
        wrong = [name for name in out.split() if OPTIONAL.match(name)]
        if wrong:
            raise ui.BenchError(f"{ko.name} uses {' '.join(wrong)}")
        if soft := field(ko, "softdep"):
            raise ui.BenchError(f"{ko.name} has a soft dependency: {soft}")
    return f"{len(list(folder.glob('*.ko')))} modules"


def check_aliases(folder: Path) -> str:
    """gsp-core is offered the boards it serves and nothing else, gsp-vfio-pci only on request."""
    expected = {f"pci:v{NVIDIA:08X}d{device:08X}sv*sd*bc*sc*i*" for device in BOARDS}
    same(f"aliases of {CORE}", set(field(folder / CORE, "alias")), expected)
    on_request = {f"vfio_{alias}" for alias in expected}
    same(f"aliases of {VFIO}", set(field(folder / VFIO, "alias")), on_request)
    return f"{len(expected)} boards"


def check_firmware(folder: Path) -> str:
    """gsp-core names the files of each chip (for initramfs tools), and they exist."""
    expected = {
        f"nvidia/{chip}/gsp/{name}-{firmware.RELEASE}.bin"
        for chip in CHIPS
        for name in firmware.files(chip)
    }
    same(f"firmware of {CORE}", set(field(folder / CORE, "firmware")), expected)
    absent = [name for name in sorted(expected) if not (firmware.real() / name).exists()]
    if absent:
        raise ui.BenchError(f"linux-firmware has no {' '.join(absent)}")
    return f"{len(expected)} files"


def check_identity(folder: Path) -> str:
    """Licence and description, without which a module taints or annoys."""
    for ko in sorted(folder.glob("*.ko")):
        if field(ko, "license") != ["GPL"]:
            raise ui.BenchError(f"{ko.name}: license {field(ko, 'license')}")
        if not field(ko, "description"):
            raise ui.BenchError(f"{ko.name} has no description")
    return ""
