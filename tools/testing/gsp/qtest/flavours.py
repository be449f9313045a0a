# SPDX-License-Identifier: GPL-2.0-only
"""Which flavour boots which chip of the model."""

from __future__ import annotations

from .flavour import Flavour
from .flavour_a import FlavourA, FlavourB
from .flavour_d import Blackwell, Gb202, Hopper

FLAVOURS = {
    "tu102": FlavourA,
    "tu116": FlavourA,
    "ga100": FlavourB,
    "ga102": Flavour,
    "ad102": Flavour,
    "gh100": Hopper,
    "gb100": Blackwell,
    "gb202": Gb202,
}
