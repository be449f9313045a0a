# SPDX-License-Identifier: GPL-2.0-only
"""Licence lines, whitespace, stray files, names of machines; scripts parse."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from .base import Context, Result, Tree, execute

BIGGEST = 512 * 1024
PYTHON_LINES = 500

# Whose first line is an SPDX tag, by suffix or by name. Texts and data
# (README, ABI entries, fragments of a .config) have none, as in the kernel.
SPDX_SUFFIXES = (
    *(".c", ".h", ".S", ".c.inc", ".h.inc", ".lds", ".py", ".sh", ".rst"),
    *(".build", ".mk"),
)
SPDX_NAMES = {
    *("Kbuild", "Kconfig", "Makefile", "trace-events", ".gitignore"),
    *(".editorconfig", ".clang-format"),
}

MODEL = "tools/testing/gsp/qemu/"
QEMU_HEAD = 20

# The licence that files below a folder carry; the first match decides.
LICENCES = (
    ("include/uapi/", ("GPL-2.0 WITH Linux-syscall-note",)),
    (MODEL, ("GPL-2.0-or-later",)),
    (".clang-format", ("GPL-2.0",)),
    ("", ("GPL-2.0-only",)),
)
SPDX = re.compile(r"SPDX-License-Identifier: ([^*\n]+?)[ \t]*(?:\*/)?$", re.M)

# Paths of somebody's machine; spelled so that this file has none itself.
MACHINE_PATH = re.compile(r"(?<![\w.$})-])/(?:root|work|home/\w+)" + "/")

VERBATIM = ("LICENSES/", "COPYING", ".clang-format")


def mirror_hosts() -> set[str]:
    """Hosts of this machine's package archives, which nobody else may reach."""
    apt = Path("/etc/apt")
    files = [apt / "sources.list", *apt.glob("sources.list.d/*")]
    hosts: set[str] = set()
    for path in (p for p in files if p.is_file()):
        for url in re.findall(r"https?://\S+", path.read_text(errors="replace")):
            hosts.add(urlsplit(url).hostname or "")
    return hosts - {""}


def spdx_lines(tree: Tree, name: str) -> str:
    """Where the SPDX tag must stand: the first line, the second after #!.

    In QEMU's tree it ends the comment at the top of a file.
    """
    lines = tree.lines(name)
    if name.startswith(MODEL):
        return "\n".join(lines[:QEMU_HEAD])
    return "".join(lines[1:2] if lines and lines[0].startswith("#!") else lines[:1])


def wants_spdx(tree: Tree, name: str) -> bool:
    base = name.rsplit("/", 1)[-1]
    if base in SPDX_NAMES or name.endswith(SPDX_SUFFIXES):
        return True
    return tree.data(name)[:2] == b"#!"


def check_spdx(tree: Tree, name: str, result: Result) -> None:
    if not wants_spdx(tree, name):
        return
    tag = SPDX.search(spdx_lines(tree, name))
    if not tag:
        result.add(name, 1, "no SPDX-License-Identifier in the first line")
        return
    allowed = next(ids for prefix, ids in LICENCES if name.startswith(prefix))
    if tag[1] not in allowed:
        result.add(name, 1, f"licence {tag[1]}, expected {' or '.join(allowed)}")


def is_context(name: str, line: str) -> bool:
    """An empty line of the file that a patch is for."""
    return name.endswith(".patch") and line == " "


def check_text(tree: Tree, name: str, hosts: set[str], result: Result) -> None:
    text = tree.text(name)
    if text and not text.endswith("\n"):
        result.add(name, text.count("\n") + 1, "no newline at end of file")
    if text.endswith("\n\n"):
        result.add(name, text.count("\n"), "blank line at end of file")
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip() and not is_context(name, line):
            result.add(name, number, "white space at end of line")
        if MACHINE_PATH.search(line):
            result.add(name, number, "path of a machine: " + line.strip()[:60])
        for host in hosts:
            if host in line:
                result.add(name, number, "name of a package mirror")


def is_placeholder(tree: Tree, name: str) -> bool:
    """A .gitkeep that keeps an otherwise empty folder."""
    folder = name.removesuffix(".gitkeep")
    return folder != name and tree.match(folder) == [name]


def check_hygiene(tree: Tree, _ctx: Context) -> Result:
    """SPDX tags, white space, binary or big files, machine paths and hosts"""
    result = Result()
    hosts = mirror_hosts()
    for name in tree.files:
        data = tree.data(name)
        if not data and not is_placeholder(tree, name):
            result.add(name, 1, "empty file")
        if len(data) > BIGGEST:
            result.add(name, 1, f"{len(data)} bytes: too big for the tree")
        if b"\0" in data:
            result.add(name, 1, "binary file")
            continue
        check_spdx(tree, name, result)
        if not name.startswith(VERBATIM):
            check_text(tree, name, hosts, result)
    result.notes.append(f"{len(tree.files)} files")
    return result


def interpreter(tree: Tree, name: str) -> str:
    """python, sh, bash or nothing: what runs this file."""
    if name.endswith(".py"):
        return "python"
    head = tree.data(name)[:80]
    if head[:2] == b"#!":
        shebang = head.decode("ascii", "replace").splitlines()[0]
        found = re.search(r"\b(python|bash|sh)[\d.]*(\s|$)", shebang)
        return found[1] if found else ""
    return "sh" if name.endswith(".sh") else ""


def check_python(tree: Tree, name: str, result: Result) -> None:
    try:
        compile(tree.text(name), name, "exec", dont_inherit=True)
    except SyntaxError as error:
        result.add(name, error.lineno or 1, error.msg)
    length = len(tree.lines(name))
    if length > PYTHON_LINES:
        result.add(name, length, f"{length} lines, limit {PYTHON_LINES}")


def check_scripts(tree: Tree, _ctx: Context) -> Result:
    """Python compiles and stays short, shell scripts parse"""
    result = Result()
    for name in tree.files:
        language = interpreter(tree, name)
        if language == "python":
            check_python(tree, name, result)
        elif language:
            status, output = execute([language, "-n", tree.root / name])
            if status:
                result.add(name, 1, output.strip())
    return result
