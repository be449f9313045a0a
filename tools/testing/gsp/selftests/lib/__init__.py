# SPDX-License-Identifier: GPL-2.0-only
"""What the suites share: KTAP, kernel log, GPU in sysfs, model over QMP."""

import sys
from pathlib import Path

# the bench's own modules (QMP, log reading) serve here too
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
