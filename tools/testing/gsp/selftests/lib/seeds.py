# SPDX-License-Identifier: GPL-2.0-only
"""Where suites that throw dice begin: SEED=, else 1, else, with FULL=1, somewhere new."""

import os
import time


def first() -> int:
    given = os.environ.get("GSP_SEED")
    if given:
        return int(given, 0)
    return int(time.time()) if os.environ.get("GSP_FULL") else 1
