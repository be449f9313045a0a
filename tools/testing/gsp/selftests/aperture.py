# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic full=debug/synthetic timeout=600
# bench: chips=gh100,gb202
"""How large the framebuffer apertures of VFs are: few have more than many.

Hopper and Blackwell let theirs be resized, the others do not.
"""

import subprocess

from lib import gpu, ktap, vgpu
from lib.provisioning import set_vfs, vfs
from lib.vfio import FB, WIDE, Device, ready

MIB = 1 << 20
SHOWN = 64 * MIB  # what the type wants
PATTERN = b"tenant!\n"


def last_bytes(vf) -> None:
    with Device(vf) as device:
        size = device.region(FB).size
        ktap.equal(size, SHOWN, "what the type shows")
        device.write(FB, size - 8, PATTERN)
        ktap.equal(device.read(FB, size - 8, 8), PATTERN, "last bytes")


def aperture(number: int) -> int:
    """Of each of so many VFs; all of them are where they should be."""
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")
    ktap.equal(set_vfs(number), 0, f"errno of {number} VFs")
    starts = [int((vf / "resource").read_text().splitlines()[FB].split()[0], 16) for vf in vfs()]
    size = (vfs()[0] / f"resource{FB}").stat().st_size
    ktap.equal(starts, [starts[0] + n * size for n in range(number)], "where they are")
    ktap.equal(starts[0] % size, 0, "alignment")
    last_bytes(ready(number)[-1])
    return size


def sizes() -> None:
    vgpu.settle()
    found = [aperture(number) for number in (32, 16, 2, 1, 32)]
    ktap.comment(f"MiB: {[size // MIB for size in found]}")
    ktap.equal(found[-1], found[0], "size for as many as before")
    ktap.equal(found[3] > found[0], WIDE, "one alone has more")
    ktap.equal(set_vfs(0), 0, "errno of taking the VFs away")


gpu.load()
for needed in ("iommufd", "vfio-pci"):
    subprocess.run(["modprobe", needed], check=True)
ktap.add("they fill the room that the PF has for them", sizes)
ktap.main()
