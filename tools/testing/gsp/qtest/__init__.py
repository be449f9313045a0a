# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the device model through QEMU's qtest protocol: no CPU, no kernel.

    qtest.py       starts QEMU, speaks its plain-text protocol
    pci.py         configuration space, BARs, bus master
    memory.py      guest RAM handed out page by page
    regs.py        register offsets
    falcon.py      loading and starting ucode on a falcon, step by step
    layout.py      framebuffer layout, WPR meta and the other boot structures
    minidriver.py  the whole boot and unload as named steps
    rpc.py         message rings and RPCs
    harness.py     tests, breaks of rules, KTAP
    rules_*.py     for every rule of the model one test that breaks it
    test_*.py      what must work, and what must go wrong on request

The driver in minidriver.py knows nothing of the kernel driver: it is written
from the boot contract alone, so that the two can only agree by both being right.
"""
