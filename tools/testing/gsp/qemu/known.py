#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print gsp_known.c: digests of NVIDIA's published GSP firmware.

Usage: known.py FIRMWARE_DIR > gsp_known.c, where FIRMWARE_DIR is the folder
nvidia/ of linux-firmware. Only numbers come out; no firmware is copied.
"""

import hashlib
import pathlib
import struct
import sys

CHIPS = ("tu102", "tu116", "ga100", "ga102", "ad102", "gh100", "gb100", "gb202")
STUBS = ("tu102", "tu116", "ga100")  # a stub that is not secure starts the ucode
RELEASES = ("535.113.01", "570.144")
ANY = "any"  # GSP_ANY_RELEASE
ROLES = {
    "booter_load": "GSP_ROLE_BOOTER_LOAD",
    "booter_unload": "GSP_ROLE_BOOTER_UNLOAD",
    "scrubber": "GSP_ROLE_SCRUBBER",
}
# the image of several chips, and whose signatures it has
IMAGES = {
    "tu102": (".fwsignature_tu10x", ".fwsignature_tu11x", ".fwsignature_ga100"),
    "ga102": (
        ".fwsignature_ga10x",
        ".fwsignature_ad10x",
        ".fwsignature_gh100",
        ".fwsignature_gb10x",
        ".fwsignature_gb20x",
    ),
}

HEAD = """/*
 * NVIDIA GSP GPU model: digests of published firmware
 *
 * Made by known.py from linux-firmware; see there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "qemu/osdep.h"
#include "gsp_hw.h"
"""


def digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def c_bytes(data: bytes, indent: str) -> str:
    rows = [data[i : i + 12] for i in range(0, len(data), 12)]
    text = (",\n" + indent).join(", ".join(f"0x{b:02x}" for b in r) for r in rows)
    return "{\n" + indent + text + " }"


def ucode(path: pathlib.Path, chip: str, release: str, role: str) -> str:
    raw = path.read_bytes()
    _, _, _, header, data_off, data_size = struct.unpack_from("<6I", raw, 0)
    hs = struct.unpack_from("<9I", raw, header)
    sigs, sigs_size, ploc_at, psig_at, meta_at, _, num_at, load_at, _ = hs
    (ploc,) = struct.unpack_from("<I", raw, ploc_at)
    (psig,) = struct.unpack_from("<I", raw, psig_at)
    (num,) = struct.unpack_from("<I", raw, num_at)
    (fuse,) = struct.unpack_from("<I", raw, meta_at)
    load = struct.unpack_from("<7I", raw, load_at)
    data_at, data_len, code_at, code_len = load[2], load[3], load[5], load[6]
    blob = bytearray(raw[data_off : data_off + data_size])
    size = sigs_size // num
    blob[ploc : ploc + size] = bytes(size)
    entry = blob[load[0] : load[0] + load[1]] if chip in STUBS else b""
    body = entry + blob[code_at : code_at + code_len] + blob[data_at : data_at + data_len]

    text = f'    {{\n        "{chip}", "{release}", {role},\n'
    text += f"        0x{len(entry):x}, 0x{code_len:x}, 0x{data_len:x}, 0x{ploc - data_at:x},\n"
    text += "        " + c_bytes(digest(bytes(body)), "          ") + ",\n        {\n"
    for version in range(fuse + 1):
        index = fuse - version if version else num - 1
        at = sigs + psig + index * size
        text += f"            [{version}] = "
        text += c_bytes(digest(raw[at : at + size]), "                ") + ",\n"
    return text + "        },\n    },\n"


def bootloaders(folder: pathlib.Path, chip: str) -> list[str]:
    """A row for each release, or one if they are all the same file."""
    paths = {r: folder / f"bootloader-{r}.bin" for r in RELEASES}
    paths = {r: path for r, path in paths.items() if path.exists()}
    if len(paths) > 1 and len({path.read_bytes() for path in paths.values()}) == 1:
        paths = {ANY: folder / f"bootloader-{RELEASES[0]}.bin"}
    return [bootloader(path, chip, release) for release, path in paths.items()]


def bootloader(path: pathlib.Path, chip: str, release: str) -> str:
    raw = path.read_bytes()
    _, _, _, header, off, size = struct.unpack_from("<6I", raw, 0)
    manifest, _, data, _, code = struct.unpack_from("<5I", raw, header + 0x20)
    text = f'    {{ "{chip}", "{release}", 0x{size:x},\n      '
    text += c_bytes(digest(raw[off : off + size]), "        ")
    return text + f",\n      0x{code:x}, 0x{data:x}, 0x{manifest:x} }},\n"


def loader(path: pathlib.Path) -> str:
    """The code of the generic boot loader; it is the same in every release."""
    raw = path.read_bytes()
    _, _, _, header, off, _ = struct.unpack_from("<6I", raw, 0)
    _, _, code, size = struct.unpack_from("<4I", raw, header)
    return blob("generic", ANY, raw[off + code : off + code + size])


def sections(raw: bytes) -> dict[str, bytes]:
    (shoff,) = struct.unpack_from("<Q", raw, 0x28)
    size, count, names_at = struct.unpack_from("<3H", raw, 0x3A)
    heads = [struct.unpack_from("<IIQQQQ", raw, shoff + i * size) for i in range(count)]
    names = heads[names_at]
    table = raw[names[4] : names[4] + names[5]]
    found = {}
    for head in heads:
        name = table[head[0] : table.index(b"\0", head[0])].decode()
        if head[1] != 8:
            found[name] = raw[head[4] : head[4] + head[5]]
    return found


def fmc(path: pathlib.Path, chip: str, release: str) -> str:
    raw = path.read_bytes()
    (shoff,) = struct.unpack_from("<I", raw, 0x20)
    size, count, names_at = struct.unpack_from("<3H", raw, 0x2E)
    heads = [struct.unpack_from("<10I", raw, shoff + i * size) for i in range(count)]
    names = raw[heads[names_at][4] :]
    found = {
        names[head[0] : names.index(b"\0", head[0])].decode(): raw[head[4] : head[4] + head[5]]
        for head in heads
    }
    if hashlib.sha384(found["image"]).digest() != found["hash"]:
        raise ValueError(f"{path}: its hash is not that of its image")
    text = f'    {{ "{chip}", "{release}", 0x{len(found["image"]):x},\n      '
    text += c_bytes(found["hash"], "        ") + ",\n      "
    text += c_bytes(digest(found["publickey"]), "        ") + ",\n      "
    return text + c_bytes(digest(found["signature"]), "        ") + " },\n"


def blob(name: str, release: str, data: bytes) -> str:
    text = f'    {{ "{name}", "{release}", 0x{len(data):x},\n      '
    return text + c_bytes(digest(data), "        ") + " },\n"


def table(kind: str, name: str, rows: list[str]) -> str:
    return f"\nconst {kind} {name}[] = {{\n" + "".join(rows) + "    { }\n};\n"


def main() -> None:
    root = pathlib.Path(sys.argv[1])
    ucodes, fmcs, loaders, images, signatures = [], [], [], [], []
    for chip in CHIPS:
        for release in RELEASES:
            for name, role in ROLES.items():
                path = root / chip / "gsp" / f"{name}-{release}.bin"
                if path.exists():
                    ucodes.append(ucode(path, chip, release, role))
            path = root / chip / "gsp" / f"fmc-{release}.bin"
            if path.exists():
                fmcs.append(fmc(path, chip, release))
        loaders += bootloaders(root / chip / "gsp", chip)
    for chip, names in IMAGES.items():
        for release in RELEASES:
            raw = (root / chip / "gsp" / f"gsp-{release}.bin").read_bytes()
            found = sections(raw)
            images.append(blob("gsp", release, found[".fwimage"]))
            for name in names:
                if name in found:
                    signatures.append(blob(name, release, found[name]))
    print(HEAD, end="")
    print(table("GspKnownUcode", "gsp_known_ucodes", ucodes), end="")
    print(table("GspKnownFmc", "gsp_known_fmcs", fmcs), end="")
    print(table("GspKnownBlob", "gsp_known_bootloaders", loaders), end="")
    print(table("GspKnownBlob", "gsp_known_images", images), end="")
    print(table("GspKnownBlob", "gsp_known_signatures", signatures), end="")
    generic = [loader(root / "tu102" / "acr" / "bl.bin")]
    print(table("GspKnownBlob", "gsp_known_loaders", generic), end="")


if __name__ == "__main__":
    main()
