# SPDX-License-Identifier: GPL-2.0-only
"""The checks behind ../lint, by name, in the order in which they run."""

from typing import Callable

from .base import Context, Result, Tree, run
from . import hygiene, kernel, layers, shape

Check = Callable[[Tree, Context], Result]

CHECKS: dict[str, Check] = {
    "hygiene": hygiene.check_hygiene,
    "scripts": hygiene.check_scripts,
    "layers": layers.check_layers,
    "shape": shape.check_shape,
    "kernel-doc": kernel.check_kernel_doc,
    "checkpatch": kernel.check_checkpatch,
    "uapi": kernel.check_uapi,
    "headers": kernel.check_headers,
    "build": kernel.check_build,
}

__all__ = ["CHECKS", "Check", "Context", "Result", "Tree", "run"]
