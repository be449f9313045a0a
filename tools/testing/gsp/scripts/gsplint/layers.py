# SPDX-License-Identifier: GPL-2.0-only
"""Who may include whom, and in which order.

The tables below are the law; everything after them only reads them. A room
sees the rooms below its own level and those listed as its peers, never its
other neighbours and nothing above.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Optional

from .base import Context, Result, Tree, is_test
from .shape import TOKEN


@dataclass(frozen=True)
class Room:
    """Files of core/ whose path matches; sees lower levels and its peers."""

    name: str
    level: int
    files: str
    peers: tuple[str, ...] = ()


ROOMS = (
    Room("tests", 9, r"tests/"),
    Room("top", 7, r"(device|driver|exception|resources|start)\.[ch]|(client|sysfs|debug)/"),
    Room("sriov", 6, r"sriov/", peers=("part",)),
    Room("part", 6, r"part/"),
    Room("boot", 6, r"boot/"),
    Room("irq", 6, r"irq\.[ch]"),
    Room("rm", 5, r"rm/"),
    Room("event", 5, r"event/"),
    Room("mmu", 5, r"mmu/"),
    Room("chan", 5, r"chan/", peers=("mmu", "rm", "event")),
    Room("call", 4, r"rpc/call\.[ch]"),
    Room("release", 3, r"abi/r\d+/", peers=("abi",)),
    Room("abi", 3, r"abi/"),
    Room("ring", 2, r"rpc/(ring|shm)\.[ch]"),
    Room("rpc", 3, r"rpc/"),
    Room("falcon", 2, r"falcon/"),
    Room("fsp", 2, r"fsp/"),
    Room("fw", 2, r"fw/"),
    Room("regs", 0, r"chip/regs/"),
    Room("chip", 1, r"chip/", peers=("mmio",)),
    Room("mmio", 1, r"mmio/"),
    Room("base", 0, r"(trace|print|fault)\.[ch]"),
)

# Rooms that see nothing of ours but what stands here, whatever their level.
ONLY = {"release": ("release", "abi"), "base": ("base",), "regs": ("regs",)}

# Register headers: the rooms that drive the block (tests may see them all).
REGS = {
    "falcon.h": ("falcon",),
    "fb.h": ("boot",),
    "fsp.h": ("fsp",),
    "fuse.h": ("falcon", "boot"),
    "gfw.h": ("boot",),
    "intr.h": ("irq",),
    "mmu.h": ("mmu",),
    "pmc.h": ("chip", "mmio", "falcon", "fsp"),
    "pramin.h": ("mmu",),
    "prom.h": ("boot",),
    "usermode.h": ("chan",),
    "vgpu.h": ("sriov",),
}

# What no file may say, where, and why.
FORBIDDEN = (
    (r"^(core|vfio|include)/", r"\bLINUX_VERSION_CODE\b", "one kernel baseline"),
    (r"^(core|vfio|include)/", r"#\s*include\s+<drm/", "no DRM"),
    (r"^(core|vfio)/.*\.c$", r"^extern\b", "declarations stand in a header"),
    (
        r"^(core/(?!chip/|tests/)|vfio/)",
        r"\bchip(set)?(->|\.)(id|arch|name)\b\s*([=!]=|[<>])|"
        r"\bswitch\s*\([^)]*\bchip(set)?(->|\.)(id|arch)\b|\bstrcmp\([^)]*chip->name",
        "chips are compared in chip/ only",
    ),
    (
        r"^vfio/",
        r"\b(pci_(try_)?reset_\w+|pcie_flr|kill_pid|send_sig)\b|\bEXPORT_SYMBOL",
        "resets are vfio-pci-core's, processes their owner's, exports the core's",
    ),
    (
        r"^tools/testing/gsp/qemu/",
        r'#\s*include\s+["<]([^">]*\.\./|core/|linux/gsp_)',
        "the model shares nothing with the driver",
    ),
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(<([^>]+)>|"([^"]+)")', re.M)
PROTOTYPE = re.compile(r"^(?!static|typedef|#)\w[\w \t*]*?\b(\w+)\([^;{}]*\)[^;{}]*;", re.M)
ANYWHERE = ("trace/define_trace.h",)


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    system: bool

    @property
    def kind(self) -> tuple[bool, bool]:
        """What is sorted together: kernel headers, rooms, single files."""
        return (self.system, "/" in self.name)


def includes(tree: Tree, name: str) -> list[Include]:
    text = tree.text(name)
    found = []
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        found.append(Include(line, match[2] or match[3], bool(match[2])))
    return found


def room_of(path: str) -> Optional[Room]:
    """The room of a path below core/."""
    return next((r for r in ROOMS if re.match(r.files, path)), None)


def resolve(tree: Tree, name: str, include: str) -> Optional[str]:
    """The file of core/ that an include in quotes means."""
    beside = str(PurePosixPath(name).parent / include)
    for path in (f"core/{include}", beside):
        if path in tree.files:
            return path
    return None


def may_see(user: Room, used: Room) -> bool:
    if user.name in ONLY:
        return used.name in ONLY[user.name]
    same = user.name == used.name or used.name in user.peers
    return same or used.level < user.level


def check_special(name: str, user: Room, path: str) -> str:
    """Why this file must not see that one although its room may, or ""."""
    base = path.rsplit("/", 1)[-1]
    if re.match(r"core/abi/r\d+/wire", path):
        own = name.rsplit("/", 1)[0] == path.rsplit("/", 1)[0]
        if not own and not name.startswith("core/tests/abi_"):
            return "wire structs stay in their release's folder"
    if path.startswith("core/chip/regs/") and user.name != "tests":
        if base not in REGS:
            return f"{base} is not in the table of register headers"
        if user.name not in REGS[base]:
            return f"registers of {base} belong to: {', '.join(REGS[base])}"
    return ""


def check_core_file(tree: Tree, name: str, result: Result) -> None:
    user = room_of(name.removeprefix("core/"))
    if not user:
        result.add(name, 1, "in no room of the table")
        return
    for include in includes(tree, name):
        if include.system:
            continue
        path = resolve(tree, name, include.name)
        if not path:
            result.add(name, include.line, f'"{include.name}" is no file of core/')
            continue
        used = room_of(path.removeprefix("core/"))
        why = check_special(name, user, path)
        if used and not may_see(user, used):
            why = f"{user.name} ({user.level}) may not see {used.name} ({used.level})"
        if why:
            result.add(name, include.line, f'"{include.name}": {why}')


def check_outside(tree: Tree, name: str, result: Result) -> None:
    """vfio/ sees the VF seam only; include/ sees include/ only."""
    for include in includes(tree, name):
        ours = include.name.startswith(("linux/gsp_", "uapi/linux/gsp_"))
        if name.startswith("include/"):
            bad = not include.system
        elif include.system:
            bad = ours and include.name != "linux/gsp_vf.h"
        else:
            beside = str(PurePosixPath(name).parent / include.name)
            bad = beside not in tree.files and f"vfio/{include.name}" not in tree.files
        if bad:
            result.add(name, include.line, f"must not see {include.name}")


def own_header(tree: Tree, name: str) -> str:
    header = name.removesuffix(".c") + ".h"
    return header if name.endswith(".c") and header in tree.files else ""


def opens_with_door(tree: Tree, name: str, first: Include) -> bool:
    """Whether a .c without own header begins with one of its own room."""
    path = not first.system and resolve(tree, name, first.name)
    same_folder = path and PurePosixPath(path).parent == PurePosixPath(name).parent
    return bool(same_folder) and name.endswith(".c")


def check_order(tree: Tree, name: str, result: Result) -> None:
    """Own header first, then <kernel>, then "ours", each block sorted."""
    found = [i for i in includes(tree, name) if i.name not in ANYWHERE]
    header = own_header(tree, name)
    if not found:
        return
    if header and (found[0].system or not header.endswith("/" + found[0].name)):
        result.add(name, found[0].line, f"{header} must come first")
    elif header or opens_with_door(tree, name, found[0]):
        found = found[1:]
    for before, after in zip(found, found[1:]):
        if after.system and not before.system:
            result.add(name, after.line, f"<{after.name}> after our own headers")
        block = after.line == before.line + 1 and after.kind == before.kind
        if block and after.name < before.name:
            result.add(name, after.line, f"{after.name} before {before.name}")


def check_forbidden(tree: Tree, name: str, result: Result) -> None:
    for files, pattern, why in FORBIDDEN:
        if not re.search(files, name):
            continue
        for number, line in enumerate(tree.lines(name), 1):
            if re.search(pattern, line):
                result.add(name, number, f"{why}: {line.strip()[:60]}")


def check_prototypes(tree: Tree, result: Result) -> None:
    """No function is declared in two headers."""
    seen: dict[str, str] = {}
    for name in tree.kernel_headers:
        text = TOKEN.sub(lambda m: "\n" * m[0].count("\n"), tree.text(name))
        for match in PROTOTYPE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            first = seen.setdefault(match[1], name)
            if first != name:
                result.add(name, line, f"{match[1]}() is declared in {first} too")


def check_layers(tree: Tree, _ctx: Context) -> Result:
    """Includes follow the rooms and levels of the design, in order"""
    result = Result()
    for name in tree.kernel_code:
        if name.startswith("core/"):
            check_core_file(tree, name, result)
        elif not is_test(name):
            check_outside(tree, name, result)
        check_order(tree, name, result)
    for name in tree.kernel_code + tree.other_code:
        check_forbidden(tree, name, result)
    check_prototypes(tree, result)
    return result
