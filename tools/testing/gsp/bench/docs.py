# SPDX-License-Identifier: GPL-2.0-only
"""Documentation/ as HTML, rendered by the kernel's own Sphinx setup, and checked.

The pages are written for Documentation/gpu/gsp of a kernel tree.  So a small
tree in the cache holds them there, with the code that they quote at its
grafted place and with the kernel's conf.py, Sphinx extensions and tools; in it
runs what `make htmldocs SPHINXDIRS=gpu/gsp` runs.  Every warning is an error.
"""

import importlib.machinery
import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path

from . import cache, kernel, packages, ui

TOP = Path(__file__).resolve().parents[4]
GSP = TOP / "tools/testing/gsp"
PAGES = TOP / "Documentation"

sys.path.insert(0, str(GSP / "scripts"))
from gsplint.base import Result, Tree, execute, run  # noqa: E402

TOOLS = ["python3-sphinx", "python3-yaml", "graphviz"]
PARTS = ("Documentation", "core", "vfio", "include")
SPHINX = "/usr/bin/sphinx-build"

# What rendering needs of the kernel tree.
KERNEL = """
    Documentation/conf.py Documentation/sphinx Documentation/sphinx-static
    Documentation/sphinx-includes Documentation/images tools/docs tools/lib/python
    tools/net/ynl/pyynl MAINTAINERS Makefile
""".split()

COLUMNS = 80
ABI_FIELDS = ("What", "Date", "KernelVersion", "Contact", "Description")
ROOMS = sorted(p.name for p in (TOP / "core").iterdir() if p.is_dir())
COMPLAINT = re.compile(r"\b(WARNING|ERROR|CRITICAL|SEVERE|Error|Traceback)\b")

# Lists that a page has to hold completely: page, what they are of, the file or
# files that have them, and how an item looks there (a name if no pattern).
LISTS = (
    ("architecture.rst", "room", "core/*/", None),
    ("model.rst", "fault", "tools/testing/gsp/qemu/gsp_fault.c", r'\[GSP_FAULT_\w+\] = \{ "([\w-]+)"'),
    ("model.rst", "phase", "tools/testing/gsp/qemu/gsp_fault.c", r'\{ "([\w-]+)", GSP_PHASE_'),
    (
        "model.rst",
        "property",
        "tools/testing/gsp/qemu/*.c",
        r'(?:DEFINE_PROP_\w+\(|property_add(?:_\w+)?\(\w+, )"([\w-]+)"',
    ),
    ("testing.rst", "suite", "tools/testing/gsp/selftests/*.py", None),
    ("testing.rst", "suite", "tools/testing/gsp/bench/check.py", r'HostUnit\("([\w-]+)"'),
    ("debugging.rst", "tracepoint", "core/trace.h", r"TRACE_EVENT\((\w+)"),
    (
        "ABI/testing/debugfs-driver-gsp-core",
        "file",
        "core/debug/fwlog.c",
        r'(?:debugfs_create_(?:bool|u\d+|file)\(|\] += )"(\w+)"',
    ),
)


def load_graft():
    """scripts/graft, which knows where each folder goes in a kernel tree."""
    path = str(GSP / "scripts/graft")
    loader = importlib.machinery.SourceFileLoader("graft", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("graft", loader))
    loader.exec_module(module)
    return module


graft = load_graft()
# (folder in the checkout, folder in a kernel tree), the deepest first
PLACES = sorted(((row[0], row[1]) for row in graft.COPIES), reverse=True)
PAGES_PLACE = dict(PLACES)["Documentation"]


# The kernel shows Documentation/ABI in its admin-guide, which is not there.
ABI_PAGE = """:orphan:

===
ABI
===

.. kernel-abi:: testing
"""


def plant(folder: Path, ksrc: Path) -> None:
    """The small kernel tree, with our folders grafted into it."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in KERNEL:
        source, target = ksrc / name, folder / name
        if not source.exists():
            raise ui.BenchError(f"{ksrc} has no {name}; pages are rendered with Linux 7.3")
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    for row in graft.COPIES:
        graft.copy(folder, *row)
    (folder / PAGES_PLACE / "abi.rst").write_text(ABI_PAGE)


def grafted(name: str) -> str:
    """Where a file of the checkout stands in a kernel tree."""
    source, place = next(row for row in PLACES if name.startswith(f"{row[0]}/"))
    return place + name.removeprefix(source)


def kernel_version(ksrc: Path) -> str:
    text = (ksrc / "Makefile").read_text()
    words = ("VERSION", "PATCHLEVEL", "SUBLEVEL")
    return ".".join(re.search(rf"^{word} = (\d+)", text, re.M)[1] for word in words)


def ungraft(line: str, folder: Path) -> str:
    """A message about a file of the small tree, as one about the checkout's."""
    line = line.replace(f"{folder}/", "")
    for name, place in PLACES:
        line = re.sub(rf"(?<![\w/-])(?:\./)?{place}/", f"{name}/", line)
    return line


class Rendering:
    """One state of the pages, rendered once."""

    def __init__(self):
        self.ksrc, version = kernel.source()
        self.log = cache.logs() / "docs.log"
        self.sphinx = execute([SPHINX, "--version"])[1].split()[-1]
        keys = [cache.digest_tree(TOP / name) for name in PARTS]
        key = cache.digest(*keys, version, self.sphinx, Path(__file__), GSP / "scripts/graft")
        self.path = cache.root() / f"docs-{key}"
        self.complaints = []

    @property
    def html(self) -> Path:
        return self.path / "html" / PAGES_PLACE.removeprefix("Documentation/")

    def build(self, folder: Path) -> None:
        tree = folder / "tree"
        plant(tree, self.ksrc)
        shutil.rmtree(folder / "html", ignore_errors=True)
        version = kernel_version(self.ksrc)
        env = {
            **os.environ,
            "srctree": ".",
            "KERNELVERSION": version,
            "KERNELRELEASE": version,
            "SPHINXBUILD": SPHINX,
            "SPHINXOPTS": "-W --keep-going -j1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        cmd = [sys.executable, "tools/docs/sphinx-build-wrapper", "htmldocs"]
        cmd += ["--sphinxdirs", PAGES_PLACE.removeprefix("Documentation/")]
        cmd += ["--builddir", folder / "html"]
        self.log.write_text("")
        try:
            ui.run_logged(cmd, "rendering Documentation/", self.log, cwd=tree, env=env)
            failed = ""
        except ui.BenchError as error:
            failed = str(error)
        lines = [ungraft(line, tree) for line in self.log.read_text().splitlines()]
        self.complaints = [line for line in lines if COMPLAINT.search(line)]
        if failed and not self.complaints:
            self.complaints = [failed]
        if self.complaints:
            raise ui.BenchError("the pages do not render without a warning")


def check_html(pages: Rendering) -> Result:
    """Sphinx and kernel-doc have nothing to say."""
    result = Result(notes=[f"Sphinx {pages.sphinx}, Linux {kernel_version(pages.ksrc)}"])
    if (pages.path / cache.STAMP).exists():
        result.notes.append("rendered before from the same content")
    try:
        cache.entry(pages.path.name, pages.build)
        cache.keep_newest("docs-*")
    except ui.BenchError as error:
        result.complaints = pages.complaints or [str(error)]
        shutil.rmtree(pages.path)
    return result


def page_lines():
    """(name in the checkout, line number, line) of every page."""
    for path in sorted(PAGES.glob("*.rst")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield path.relative_to(TOP), number, line


def check_kernel_doc(_pages: Rendering) -> Result:
    """Every file of the drivers with kernel-doc is quoted on a page."""
    result, quoted = Result(), {}
    for name, _number, line in page_lines():
        for path in re.findall(r"^\.\. kernel-doc:: (\S+)", line):
            quoted[path] = name
    tree = Tree(TOP)
    for name in tree.match("core/", "vfio/", "include/", ext=(".c", ".h")):
        if "/tests/" in name or not re.search(r"^/\*\*$", tree.text(name), re.M):
            continue
        if not quoted.pop(grafted(name), None):
            result.add(name, 1, f"no page says .. kernel-doc:: {grafted(name)}")
    result.complaints += [f"{page}: nothing to quote in {path}" for path, page in quoted.items()]
    return result


def check_abi_fields(path: Path, result: Result) -> None:
    """Each entry begins with What: and has every field that the kernel's README wants."""
    name, seen = path.relative_to(TOP), ABI_FIELDS
    for number, line in enumerate([*path.read_text().splitlines(), "What:"], 1):
        field = re.match(r"(\w+):", line)
        if not field or line.startswith("Users:"):
            continue
        if field[1] == ABI_FIELDS[0]:
            if seen != ABI_FIELDS:
                result.add(name, number, f"the entry before has {' '.join(seen)}")
            seen = ()
        seen += (field[1],)


def check_abi(pages: Rendering) -> Result:
    """Documentation/ABI has the format that the kernel's parser and README want."""
    tool = pages.ksrc / "tools/docs/get_abi.py"
    status, output = execute([sys.executable, "-B", tool, "--dir", PAGES / "ABI", "validate"])
    result = Result(complaints=output.splitlines())
    if status and not output:
        result.complaints = [f"get_abi.py: exit status {status}"]
    for path in sorted((PAGES / "ABI").glob("*/*")):
        check_abi_fields(path, result)
    return result


def known_path(name: str) -> bool:
    """Whether a path on a page exists, from the top of the tree or of core/."""
    name = name.rstrip("/.")
    places = [TOP / name, TOP / "core" / name]
    return "<" in name or any(p.exists() or any(p.parent.glob(p.name)) for p in places)


def check_paths(pages: Rendering) -> Result:
    """Every path that a page names exists, every page that a file names too."""
    result = Result()
    tops = "|".join(["core", "vfio", "include", "tools", "Documentation", *ROOMS])
    literal = re.compile(rf"``((?:{tops})/[\w./<>*-]*)``")
    for name, number, line in page_lines():
        for path in literal.findall(line):
            if not known_path(path):
                result.add(name, number, f"there is no {path}")
    tree = Tree(TOP)
    for name in tree.files:
        if name.startswith(("LICENSES/", "COPYING", ".clang-format")):
            continue
        for number, line in enumerate(tree.lines(name), 1):
            for path in re.findall(r"\bDocumentation/[\w/.-]+\w", line):
                ours = path.replace(PAGES_PLACE, "Documentation")
                if not (TOP / ours).exists() and not (pages.ksrc / path).exists():
                    result.add(name, number, f"there is no {path}")
    return result


def check_names(pages: Rendering) -> Result:
    """Every gsp_* name on a page exists in the code, functions as links."""
    result = Result()
    tree = Tree(TOP)
    code = tree.match("core/", "vfio/", "include/", "tools/", ext=("", ".c", ".h", ".py"))
    known = set()
    for name in code:
        known.update(re.findall(r"\bgsp_\w+", tree.text(name)))
    for name, number, line in page_lines():
        for word in re.findall(r"\bgsp_\w+(?![\w*])(?!\.h)", line):
            if word not in known:
                result.add(name, number, f"{word} is nowhere in the code")
    for path in sorted(pages.html.glob("*.html")):
        for marked in re.findall(r"broken_xref[^>]*>(.*?)</code>", path.read_text()):
            word = re.sub(r"<[^>]*>", "", marked)
            if "gsp_" in word:
                result.complaints.append(f"{path.stem}: {word} has no kernel-doc to link to")
    return result


def check_lists(_pages: Rendering) -> Result:
    """Rooms, faults, properties, suites, tracepoints: the pages have them all."""
    result = Result()
    for page, what, pattern, regex in LISTS:
        text = (PAGES / page).read_text() if (PAGES / page).exists() else ""
        found = sorted(TOP.glob(pattern))
        names = [name for path in found if regex for name in re.findall(regex, path.read_text())]
        names = names if regex else [path.stem for path in found]
        if not names:
            result.complaints.append(f"{pattern}: no {what} found in it")
        for name in dict.fromkeys(names):
            if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
                result.complaints.append(f"Documentation/{page}: {what} {name} is missing")
    return result


def check_lines(_pages: Rendering) -> Result:
    """No line is longer than 80 columns; no page escapes the table of contents."""
    result = Result()
    for name, number, line in page_lines():
        if len(line) > COLUMNS and not re.search(r"https?://\S+$", line):
            result.add(name, number, f"{len(line)} columns")
        if line.strip() == ":orphan:":
            result.add(name, number, "a page that nothing leads to")
    return result


CHECKS = {
    "html": check_html,
    "kernel-doc": check_kernel_doc,
    "abi": check_abi,
    "paths": check_paths,
    "names": check_names,
    "lists": check_lists,
    "lines": check_lines,
}


def check() -> int:
    """Render and check; KTAP, and at the end where the pages are."""
    packages.ensure_tools(TOOLS)
    pages = Rendering()
    status = run((name, lambda c=func: c(pages)) for name, func in CHECKS.items())
    if not status:
        ui.say(f"# {pages.html / 'index.html'}")
    return status
