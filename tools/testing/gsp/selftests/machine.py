# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=none full=debug/none timeout=120
"""The host VM itself: what every other suite takes for granted."""

from pathlib import Path

from lib import ktap, model
from lib.ktap import test


@test("an IOMMU translates")
def iommu():
    groups = list(Path("/sys/kernel/iommu_groups").glob("*"))
    ktap.check(groups, "no IOMMU group")


@test("firmware is looked for where the bench says")
def firmware_path():
    path = Path("/sys/module/firmware_class/parameters/path").read_text().strip()
    ktap.check(Path(path).is_dir(), f"no such folder: {path}")


@test("the monitor answers over the virtio port")
def monitor():
    ktap.check(model.qmp().command("query-status")["running"], "not running")


ktap.main()
