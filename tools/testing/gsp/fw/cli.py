# SPDX-License-Identifier: GPL-2.0-only
"""Command line of the generator; see gsp-fw."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import breakage, synth, vbios, verify
from .fwsec import Fwsec
from .layout import BadLayout


def _number(text: str) -> int:
    return int(text, 0)


def _size(text: str) -> int:
    units = {"K": 1 << 10, "M": 1 << 20}
    unit = units.get(text[-1:].upper())
    return int(text[:-1], 0) * unit if unit else int(text, 0)


def cmd_make(args: argparse.Namespace) -> int:
    for path in synth.make(args.chip, args.release, args.out, args.size):
        print(path)
    return 0


def cmd_vbios(args: argparse.Namespace) -> int:
    ucode = Fwsec(
        desc_version=args.desc,
        ucode_id=args.ucode_id,
        signature_versions=args.signature_versions,
    )
    rom = vbios.Rom(
        vendor=args.vendor,
        device=args.device,
        efi=args.efi,
        fwsec_images=args.fwsec_images,
        ifr=args.ifr,
        fwsec=ucode,
    )
    args.out.write_bytes(vbios.build(rom))
    return 0


def _list_breaks() -> int:
    print(f"{'truncate=N':24} {'any':16} only the first N bytes")
    for name, entry in breakage.BREAKS.items():
        print(f"{name:24} {','.join(entry.kinds) or 'any':16} {entry.text}")
    return 0


def cmd_break(args: argparse.Namespace) -> int:
    if args.list:
        return _list_breaks()
    if not (args.file and args.how and args.out):
        raise BadLayout("break needs <file>, --how and --out, or --list")
    args.out.write_bytes(breakage.apply(args.file.read_bytes(), args.how))
    return 0


def cmd_verify(args: argparse.Namespace) -> int:
    good = bad = 0
    for path, problem in verify.verify(args.realdir, args.release):
        print(f"{path.relative_to(args.realdir)}: {problem or 'same'}")
        good, bad = good + (not problem), bad + bool(problem)
    print(f"{good} files rebuilt byte for byte, {bad} not")
    return 0 if good and not bad else 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="gsp-fw", description="Synthetic GPU firmware in the real containers."
    )
    sub = top.add_subparsers(required=True, metavar="make|vbios|break|verify")

    make = sub.add_parser("make", help="write a chip's set of files")
    make.add_argument("--chip", choices=sorted(synth.CHIPS), default="ad102")
    make.add_argument("--release", default="570.144")
    make.add_argument("--out", type=Path, required=True, metavar="DIR")
    make.add_argument("--size", type=_size, default=1 << 20, help="of the GSP image (1M)")
    make.set_defaults(run=cmd_make)

    rom = sub.add_parser("vbios", help="write a VBIOS ROM")
    rom.add_argument("--out", type=Path, required=True, metavar="FILE")
    rom.add_argument("--vendor", type=_number, default=0x10DE)
    rom.add_argument("--device", type=_number, default=0x26B5)
    rom.add_argument("--efi", action="store_true", help="an EFI image in between")
    rom.add_argument("--fwsec-images", type=int, choices=(1, 2), default=1)
    rom.add_argument("--ifr", type=int, choices=(0, 1, 2, 3), default=0, help="IFR header version")
    rom.add_argument("--desc", type=int, choices=(2, 3), default=3, help="descriptor version")
    rom.add_argument("--ucode-id", type=_number, default=Fwsec.ucode_id)
    rom.add_argument("--signature-versions", type=_number, default=Fwsec.signature_versions)
    rom.set_defaults(run=cmd_vbios)

    spoil = sub.add_parser("break", help="spoil a file in a named way")
    spoil.add_argument("file", type=Path, nargs="?")
    spoil.add_argument("--how", metavar="NAME")
    spoil.add_argument("--out", type=Path, metavar="FILE")
    spoil.add_argument("--list", action="store_true", help="all ways, with the files they fit")
    spoil.set_defaults(run=cmd_break)

    proof = sub.add_parser("verify", help="rebuild real files byte for byte")
    proof.add_argument("realdir", type=Path, metavar="REALDIR", help="has nvidia/<chip>/gsp/")
    proof.add_argument("--release", default="570.144")
    proof.set_defaults(run=cmd_verify)
    return top


def main() -> int:
    args = parser().parse_args()
    try:
        return args.run(args)
    except (BadLayout, OSError, ValueError) as error:
        print(f"gsp-fw: {error}", file=sys.stderr)
        return 1
