# SPDX-License-Identifier: GPL-2.0-only
"""The test bench: builds QEMU, kernels and modules, boots the host VM, runs tests."""
