# SPDX-License-Identifier: GPL-2.0-only
"""Small synthetic firmware in the containers that NVIDIA's real firmware uses.

    layout.py    structures as tables of fields
    binhdr.py    the outer header most files share
    elf.py       gsp-*.bin           (ELF64)
    hs.py        booter_*, scrubber  (signed falcon code)
    riscv.py     bootloader-*.bin
    bl.py        gen_bootloader-*.bin
    fmc.py       fmc-*.bin           (ELF32)
    vbios.py     the VBIOS ROM with FWSEC inside; fwsec.py is the ucode in it
    sign.py      marks and signatures by which a test knows its own firmware
    synth.py     complete sets of files for a chip
    breakage.py  ways to spoil any of these files
    verify.py    proof: rebuild the real files byte for byte

No code or table here is shared with the driver or with the device model.
"""
