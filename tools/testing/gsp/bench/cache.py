# SPDX-License-Identifier: GPL-2.0-only
"""The cache outside the checkout: one folder per built thing, named by its content.

An entry is usable when its stamp file exists.  A folder without stamp is a build
that was interrupted: the next run goes on in it.  A file lock per entry lets
several runs share the cache.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

STAMP = ".complete"


def root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "gsp-bench"
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(*parts) -> str:
    """A short key over strings, bytes and the content of files (Path)."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data.encode() if isinstance(data, str) else data
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()[:12]


def digest_tree(top: Path, *extra) -> str:
    """A key over all files below @top: names and contents."""
    files = sorted(p for p in top.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    parts = [part for p in files for part in (str(p.relative_to(top)), p)]
    return digest(*parts, *extra)


@contextlib.contextmanager
def locked(name: str):
    """Hold the lock of one cache name for the time of a build."""
    locks = root() / "locks"
    locks.mkdir(exist_ok=True)
    with (locks / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def entry(name: str, build) -> Path:
    """The folder of @name; build(folder) fills it unless that has been done."""
    path = root() / name
    if (path / STAMP).exists():
        os.utime(path)
        return path
    with locked(name):
        if not (path / STAMP).exists():
            path.mkdir(parents=True, exist_ok=True)
            build(path)
            (path / STAMP).touch()
    return path


def sync(files: dict, folder: Path) -> None:
    """Make @folder hold exactly @files (path in it: content), touching only what differs."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.rglob("*"):
        if path.is_file() and str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def keep_newest(pattern: str, count: int = 8) -> None:
    """Let go of all but the entries that were used last."""
    with locked("prune"):
        used = sorted(root().glob(pattern), key=lambda path: path.stat().st_mtime)
        for path in used[:-count]:
            shutil.rmtree(path, ignore_errors=True)


def logs() -> Path:
    path = root() / "logs"
    path.mkdir(exist_ok=True)
    return path
