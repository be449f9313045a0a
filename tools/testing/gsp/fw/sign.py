# SPDX-License-Identifier: GPL-2.0-only
"""The marks and signatures of synthetic firmware.

Real firmware is signed with keys that nobody but NVIDIA has. Synthetic firmware
carries a mark instead, and a "signature" that is a chain of SHA-256 over what
is loaded, so that the device model can tell a correct image, correctly patched
for the fused version, from anything else.
"""

from __future__ import annotations

import hashlib
import struct
import zlib

SIGNATURE_SIZE = 384
UCODE_MARK = b"GSP-SYNTH-UCODE\0"
FWIMAGE_MARK = b"GSP-SYNTH-FWIMAGE\0"
BOOTLOADER_MARK = b"GSP-SYNTH-BOOTLD"
FMC_MARK = b"GSP-SYNTH-FMCIMG"
LOADER_MARK = b"GSP-SYNTH-LOADER"
_SALT = b"gsp-synthetic-signature\0"

ROLE_BOOTER_LOAD = 1
ROLE_BOOTER_UNLOAD = 2
ROLE_SCRUBBER = 3
ROLE_FWSEC = 4


def filler(label: str, size: int) -> bytes:
    """Bytes that look like code: never the same twice, always the same again."""
    return hashlib.shake_128(b"gsp synthetic payload " + label.encode()).digest(size)


def release_word(release: str) -> int:
    """How a ucode's mark tells its release: 0 for the one that tests speak."""
    return 0 if release == "570.144" else zlib.crc32(release.encode()) | 1


def ucode(role: int, label: str, size: int, slot: int, release: str = "570.144") -> bytes:
    """Secure falcon code of @size bytes that begins with the mark.

    @slot: where in DMEM its signature is; chips with a boot ROM are told so otherwise
    """
    head = UCODE_MARK + struct.pack("<III", role, release_word(release), slot)
    return head + filler(label, size - len(head))


def blank(data: bytes, *spans: tuple[int, int]) -> bytes:
    """@data with each (offset, size) zeroed."""
    out = bytearray(data)
    for offset, size in spans:
        out[offset : offset + size] = bytes(size)
    return bytes(out)


def ucode_signature(role: int, version: int, code: bytes, data: bytes) -> bytes:
    """Signature for fuse version @version.

    @data: what is loaded to DMEM, with the signature slot (and what else the
           driver fills in) zeroed: see blank().
    """
    digest = hashlib.sha256(code + data).digest()
    parts = [
        hashlib.sha256(_SALT + struct.pack("<III", role, version, i) + digest).digest()
        for i in range(SIGNATURE_SIZE // 32)
    ]
    return b"".join(parts)


def fwimage(label: str, size: int) -> bytes:
    """A GSP-RM image: mark, size and digest in the first page, then filler."""
    if size <= 0x1000:
        raise ValueError("a GSP image is larger than its first page")
    body = filler(label, size - 0x1000)
    head = FWIMAGE_MARK.ljust(24, b"\0") + struct.pack("<Q", size)
    head += hashlib.sha256(body).digest()
    return head.ljust(0x1000, b"\0") + body


def fwimage_signature(section: str, image: bytes) -> bytes:
    """Content of .fwsignature_<family>: one page."""
    digest = hashlib.sha256(image).digest()
    signature = hashlib.sha256(_SALT + section.encode() + digest).digest()
    return signature.ljust(0x1000, b"\0")


def fmc_image(chip: str, size: int, release: str = "570.144") -> bytes:
    """GSP-FMC of @size bytes: mark, size, release, chip, filler."""
    head = FMC_MARK + struct.pack("<II16s", size, release_word(release), chip.encode())
    return head + filler(f"fmc {chip} {release}", size - len(head))


def _fmc_slot(label: bytes, what: bytes, size: int) -> bytes:
    parts = [
        hashlib.sha256(_SALT + label + struct.pack("<I", i) + what).digest()
        for i in range(SIGNATURE_SIZE // 32)
    ]
    return b"".join(parts)[:size]


def fmc_public_key(size: int) -> bytes:
    """The key that the FSP of the model trusts."""
    return _fmc_slot(b"publickey", b"", size)


def fmc_signature(image: bytes, size: int) -> bytes:
    return _fmc_slot(b"fmc", hashlib.sha384(image).digest(), size)


def _digested(mark: bytes, label: str, size: int) -> bytes:
    body = filler(label, size - len(mark) - 32)
    return mark + hashlib.sha256(body).digest() + body


def bootloader(label: str, size: int) -> bytes:
    """The RISC-V bootloader."""
    return _digested(BOOTLOADER_MARK, label, size)


def loader(size: int) -> bytes:
    """Code of the generic boot loader of falcons that have no boot ROM."""
    return _digested(LOADER_MARK, "gen_bootloader", size)
