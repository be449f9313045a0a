# SPDX-License-Identifier: GPL-2.0-only
"""`make bench`: what the drivers cost, beside nouveau and plain vfio-pci.

Everything is counted, in VMs that count instructions; nothing is timed.
"""
