# SPDX-License-Identifier: GPL-2.0-only
"""Debian packages: the tools this machine lacks, and sources from newer suites.

The machine's own apt lists stay as they are.  Everything goes through private
apt folders in the cache, whose archive address is read from the machine's own
apt sources: one for tools (this release and its backports), one for sources
(trixie, where QEMU, the kernel and the firmware come from).
"""

import os
import re
import subprocess
from pathlib import Path

from . import cache, ui

RELEASE = "bookworm"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

TOOLS = """
    gcc make bc bison flex cpio kmod patch xz-utils zstd sparse perl ninja-build pkg-config
    python3-venv libelf-dev libssl-dev libglib2.0-dev libpixman-1-dev libcap-ng-dev
    libattr1-dev seabios qemu-system-data kexec-tools
""".split()
BACKPORTED = ["meson", "python3-pycotap"]

SOURCE_SUITES = [
    ("deb-src", "trixie", "main"),
    ("deb", "trixie-backports", "main non-free-firmware"),
]


def os_release() -> dict:
    lines = Path("/etc/os-release").read_text().splitlines()
    return {k: v.strip('"') for k, v in (l.split("=", 1) for l in lines if "=" in l)}


def installed() -> set:
    out = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package} ${Version}\n"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    rows = [line.split() for line in out.splitlines() if line.startswith("ii")]
    # bookworm's own meson (1.0) is too old for QEMU 10
    return {r[1] for r in rows if r[1] != "meson" or not r[2].startswith(("0.", "1.0"))}


def missing(names: list) -> list:
    have = installed()
    return [name for name in names if name not in have]


def ensure_tools(names: list = TOOLS + BACKPORTED) -> None:
    """Install what is missing of @names, or say what is and stop."""
    lack = missing(names)
    if not lack:
        return
    debian12 = os_release().get("VERSION_CODENAME") == RELEASE
    if os.geteuid() != 0 or not debian12:
        raise ui.BenchError(
            "these Debian 12 packages are missing (bookworm-backports for "
            f"{' and '.join(BACKPORTED)}):\n  " + " ".join(lack)
        )
    wanted = [f"{n}/{RELEASE}-backports" if n in BACKPORTED else n for n in lack]
    with cache.locked("apt"):
        env = private_apt("apt-tools", tool_lines())
        ui.run_logged(
            ["apt-get", "install", "-y", "--no-install-recommends", *wanted],
            f"installing {len(lack)} packages",
            cache.logs() / "apt.log",
            env={**env, "DEBIAN_FRONTEND": "noninteractive"},
        )


def stanzas(text: str):
    """The fields of each stanza of a deb822 sources file."""
    for block in re.split(r"\n\s*\n", text):
        lines = [l for l in block.splitlines() if not l.startswith("#")]
        yield dict(re.findall(r"^([\w-]+):\s*(.*(?:\n\s.*)*)", "\n".join(lines), re.M))


def machine_sources() -> list:
    """(address, suite, components) of every binary entry the machine itself uses."""
    etc, rows = Path("/etc/apt"), []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list"))]:
        text = path.read_text() if path.exists() else ""
        rows += re.findall(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$", text, re.M)
    for path in sorted((etc / "sources.list.d").glob("*.sources")):
        for field in stanzas(path.read_text()):
            if "deb" in field.get("Types", "").split() and field.get("Enabled") != "no":
                suites, uris = field["Suites"].split(), field["URIs"].split()
                comps = field.get("Components", "")
                rows += [(uri, suite, comps) for uri in uris for suite in suites]
    return [row for row in rows if row[1].split("-")[0] == RELEASE]


def archive() -> str:
    """The address of the machine's Debian archive."""
    for uri, suite, _ in machine_sources():
        if suite == RELEASE:
            return uri
    raise ui.BenchError(f"/etc/apt names no archive of {RELEASE}")


def tool_lines() -> list:
    rows = [(u, s, c) for u, s, c in machine_sources() if s != f"{RELEASE}-backports"]
    rows.append((archive(), f"{RELEASE}-backports", "main"))
    return [f"deb [signed-by={KEYRING}] {uri} {suite} {comp}" for uri, suite, comp in rows]


def source_lines() -> list:
    uri = archive()
    return [f"{kind} [signed-by={KEYRING}] {uri} {s} {c}" for kind, s, c in SOURCE_SUITES]


def private_apt(name: str, lines: list) -> dict:
    """The environment in which apt uses a folder of its own, with fresh lists."""
    top = cache.root() / name
    for sub in ("lists/partial", "archives/partial"):
        (top / sub).mkdir(parents=True, exist_ok=True)
    (top / "sources.list").write_text("\n".join(lines) + "\n")
    (top / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{top}/sources.list";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
        f'Dir::State::lists "{top}/lists";\n'
        f'Dir::Cache "{top}";\n'
        'APT::Sandbox::User "root";\n'
    )
    env = {**os.environ, "APT_CONFIG": str(top / "apt.conf")}
    ui.run_logged(
        ["apt-get", "update"], "reading package lists", cache.logs() / "apt.log", env=env
    )
    return env


def newest_kernel_source(env: dict) -> str:
    """linux-source-7.3, or the newest 7.x when the archive has moved on."""
    names = subprocess.run(
        ["apt-cache", "pkgnames", "linux-source-7."],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    names = [n for n in names if re.fullmatch(r"linux-source-7\.\d+", n)]
    if not names:
        raise ui.BenchError("the archive has no linux-source-7.*; give KSRC=")
    if "linux-source-7.3" in names:
        return "linux-source-7.3"
    return max(names, key=lambda n: int(n.rsplit(".", 1)[1]))


def fetch_deb(folder: Path, name) -> Path:
    """Download one binary package into @folder; @name may ask the lists (callable)."""
    log = cache.logs() / "apt.log"
    with cache.locked("apt"):
        env = private_apt("apt-sources", source_lines())
        name = name(env) if callable(name) else name
        cmd = ["apt-get", "download", name]
        ui.run_logged(cmd, f"fetching {name}", log, cwd=folder, env=env)
    return next(folder.glob(f"{name}_*.deb"))


def fetch_source(folder: Path, name: str) -> Path:
    """Download the upstream tarball of one source package into @folder."""
    log = cache.logs() / "apt.log"
    cmd = ["apt-get", "source", "--download-only", name]
    with cache.locked("apt"):
        env = private_apt("apt-sources", source_lines())
        ui.run_logged(cmd, f"fetching {name} source", log, cwd=folder, env=env)
    return next(folder.glob(f"{name}_*.orig.tar.*"))


def unpack_deb(deb: Path, folder: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
