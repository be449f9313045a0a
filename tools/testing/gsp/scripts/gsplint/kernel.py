# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel's own tools and the compiler say about the kernel code."""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .base import Context, Result, Tree, execute, is_test
from .shape import functions

# What checkpatch says for reasons that do not hold: types of complaints that
# are ignored everywhere, and types that are ignored in some files.
CHECKPATCH_IGNORE = {
    # kernel-doc of the struct says what a lock protects.
    "UNCOMMENTED_DEFINITION",
}
CHECKPATCH_EXCEPT = (
    # An X-macro is a list; parentheses would break it.
    (r"^(core/rm/status|include/linux/gsp_vf)\.h:", "COMPLEX_MACRO|MACRO_ARG_REUSE"),
    # Says "Kconfig" of every Kconfig that sources another one.
    (r"(^|/)Kconfig:", "EMBEDDED_FILENAME"),
)
LINE_LENGTH = 100

# What sparse 0.6.4 (the newest release) does not know. A keyword it lacks is
# replaced; static assertions with __builtin_strlen() in them look wrong to it,
# and an error silences the rest of a file. The compiler checks them anyway.
SPARSE = "sparse '-D__typeof_unqual__=__typeof__' '-D_Static_assert(...)='"
NO_SPARSE = re.compile(r"C=1 specified, but")

# modpost without a built kernel (modules_prepare only) knows no symbols.
NO_SYMVERS = re.compile(
    r"modpost: .*undefined!|modpost: suppressed .* unresolved|Module\.symvers is missing"
)
COMPLAINT = re.compile(r"\b(warning|error|WARNING|ERROR):|^make(\[\d+\])?: \*\*\*")


def missing(ctx: Context, kdir: bool = False) -> Result:
    """A failure that says what is not there, or no complaint."""
    result = Result()
    if not ctx.ksrc or not (ctx.ksrc / "scripts/checkpatch.pl").exists():
        result.complaints.append("no kernel source: give --ksrc or KSRC")
    if kdir and not ctx.kdirs:
        result.complaints.append("no kernel build folder: give --kdir or KDIR")
    return result


def slices(names: list[str], count: int) -> list[list[str]]:
    parts = [names[start::count] for start in range(count)]
    return [part for part in parts if part]


def in_parallel(ctx: Context, tree: Tree, command: list[object], names: list[str]) -> str:
    """What the command says about the files; it is run once per job.

    It runs in the folder for products: checkpatch leaves a file behind.
    """
    ctx.out.mkdir(parents=True, exist_ok=True)

    def one(part: list[str]) -> str:
        status, output = execute(command + [tree.root / n for n in part], cwd=ctx.out)
        if status > 1 and not output.strip():
            return f"{command[0]}: error: exit status {status}\n"
        return output

    with ThreadPoolExecutor(ctx.jobs) as pool:
        return "".join(pool.map(one, slices(names, ctx.jobs))).replace(f"{tree.root}/", "")


def excepted(line: str) -> bool:
    """Whether a line of checkpatch is one of the known false ones."""
    for files, types in CHECKPATCH_EXCEPT:
        if re.search(files, line) and re.search(rf":({types}):", line):
            return True
    return False


def check_checkpatch(tree: Tree, ctx: Context) -> Result:
    """checkpatch.pl --strict has nothing to say about any kernel file"""
    result = missing(ctx)
    if result.complaints:
        return result
    command = ["perl", ctx.ksrc / "scripts/checkpatch.pl", "--no-tree", "--strict"]
    command += ["--quiet", "--terse", "--show-types", "--no-summary"]
    command += [f"--max-line-length={LINE_LENGTH}"]
    command += ["--ignore", ",".join(sorted(CHECKPATCH_IGNORE)), "-f"]
    build = ("Kbuild", "Kconfig", "Makefile")
    names = [n for n in tree.files if n.rsplit("/", 1)[-1] in build]
    names = [n for n in names if not n.startswith("tools/testing/gsp/qemu/")]
    names += tree.kernel_code
    output = in_parallel(ctx, tree, command, names)
    for line in output.splitlines():
        if line.strip() and not excepted(line):
            result.complaints.append(line)
    result.notes.append(f"{len(names)} files")
    return result


def undocumented(tree: Tree, result: Result) -> None:
    """Public functions (gsp_*, not static) without a kernel-doc comment."""
    for name in tree.kernel_code:
        if not name.endswith(".c") or is_test(name):
            continue
        text = tree.text(name)
        documented = set(re.findall(r"^/\*\*\n \* (\w+)(?:\(\))? - ", text, re.M))
        for function in functions(text):
            line = tree.lines(name)[function.line - 1]
            private = re.match(r"static|VISIBLE_IF_KUNIT", line)
            if function.name.startswith("gsp_") and not private:
                if function.name not in documented:
                    result.add(name, function.line, f"{function.name}() without kernel-doc")


def check_kernel_doc(tree: Tree, ctx: Context) -> Result:
    """kernel-doc comments are complete, public functions have one"""
    result = missing(ctx)
    if result.complaints:
        return result
    names = [n for n in tree.kernel_code if re.search(r"^\s*/\*\*\s*$", tree.text(n), re.M)]
    command = ["python3", "-B", ctx.ksrc / "scripts/kernel-doc", "-none", "-Wall", "-Werror"]
    output = in_parallel(ctx, tree, command, names)
    said = [line for line in output.splitlines() if line.strip()]
    result.complaints += [line for line in said if not line.startswith("Info:")]
    undocumented(tree, result)
    result.notes.append(f"{len(names)} files with kernel-doc")
    return result


def check_uapi(tree: Tree, _ctx: Context) -> Result:
    """uapi headers compile alone in a user space program"""
    result = Result()
    result.notes.append(f"{len(tree.uapi_headers)} headers")
    for name in tree.uapi_headers:
        command = ["gcc", "-fsyntax-only", "-std=c99", "-Wall", "-Wextra", "-pedantic"]
        command += ["-Werror", "-I", tree.root / "include/uapi", "-x", "c", "/dev/null"]
        command += ["-include", tree.root / name, "-include", tree.root / name]
        status, output = execute(command)
        if status:
            result.add(name, 1, output.strip())
    return result


def options(tree: Tree, kdir: Path) -> list[str]:
    """Every GSP_* option of the tree's Kconfig that this kernel can hold."""
    config = (kdir / ".config").read_text() if (kdir / ".config").exists() else ""
    kunit = re.search(r"^CONFIG_KUNIT=[ym]$", config, re.M)
    found = []
    for name in tree.files:
        if name.rsplit("/", 1)[-1] != "Kconfig":
            continue
        blocks = re.split(r"^config ", tree.text(name), flags=re.M)[1:]
        for block in blocks:
            symbol = block.split()[0]
            kind = re.search(r"^\s+(tristate|bool)\b", block, re.M)
            if kind and ("KUNIT" not in symbol or kunit):
                found.append(f"CONFIG_{symbol}={'m' if kind[1] == 'tristate' else 'y'}")
    return sorted(found)


def copied(tree: Tree, ctx: Context) -> Path:
    """A copy of the tree in which only what differs is written.

    make goes by the times of files, and in a clean checkout all are new.
    """
    top = ctx.out / "tree"
    names = set(tree.match("core/", "vfio/", "include/", "tools/testing/gsp/modules/"))
    names |= {name for name in tree.files if "/" not in name}
    for path in [path for path in top.rglob("*") if path.is_file()]:
        if path.relative_to(top).as_posix() not in names:
            path.unlink()
    for name in names:
        path, data = top / name, tree.data(name)
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return top


def kbuild(ctx: Context, kdir: Path, source: Path, out: Path, *args: str) -> tuple[int, str]:
    """Build an external module out of its folder."""
    out.mkdir(parents=True, exist_ok=True)
    command = ["make", "-C", kdir, f"-j{ctx.jobs}", f"M={source}", f"MO={out}", *args]
    if not (kdir / "Module.symvers").exists():
        command.append("KBUILD_MODPOST_WARN=1")
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return execute(command, env=env)


def judge(output: str, status: int, kdir: Path, result: Result) -> None:
    """Complaints of a build: its warnings, and its end."""
    bare = not (kdir / "Module.symvers").exists()
    lines = output.splitlines()
    for line in lines:
        if NO_SPARSE.search(line):
            result.complaints.append(line)
        if COMPLAINT.search(line) and not (bare and NO_SYMVERS.search(line)):
            result.complaints.append(line)
    if status and not result.complaints:
        result.complaints += lines[-10:]


def fresh(out: Path) -> Path:
    """The folder of a build that reports each warning.

    What was compiled once is silent the next time, so a build that did not
    end clean leaves a mark, and the next one starts from nothing.
    """
    mark = out / ".unclean"
    if mark.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return mark


def build_one(tree: Tree, ctx: Context, kdir: Path, result: Result) -> None:
    label = kdir.name
    out = ctx.out / f"build-{label}"
    mark = fresh(out)
    args = options(tree, kdir) + ["W=1", "C=1", f"CHECK={SPARSE}"]
    top = copied(tree, ctx)
    status, output = kbuild(ctx, kdir, top, out, *args)
    output = output.replace(f"{top}/", "")
    (ctx.out / f"build-{label}.log").write_text(output)
    before = len(result.complaints)
    judge(output, status, kdir, result)
    if len(result.complaints) == before:
        mark.unlink()
    modules = sorted(p.name for p in out.rglob("*.ko"))
    result.notes.append(f"{label}: {' '.join(modules) or 'no module'}")


def check_build(tree: Tree, ctx: Context) -> Result:
    """the modules build without a warning of gcc W=1, sparse or modpost"""
    result = missing(ctx, kdir=True)
    if not shutil.which("sparse"):
        result.complaints.append("sparse: program not found")
    if result.complaints:
        return result
    for kdir in ctx.kdirs:
        build_one(tree, ctx, kdir, result)
    return result


HEADER_KBUILD = """\
ccflags-y := -I{root}/core -I{root}/include {extra}
quiet_cmd_alone = HDRTEST $(notdir $@)
      cmd_alone = $(CC) $(c_flags) -S -o /dev/null -x c /dev/null \\
		  -include $< -include $<; touch $@
"""
HEADER_RULE = """
always-y += {target}
$(obj)/{target}: {header} FORCE
	$(call if_changed_dep,alone)
"""


def header_kbuild(tree: Tree, top: Path, headers: list[str]) -> str:
    extra = ""
    if "extmod_config.h" in tree.files:
        extra = f"-include {top}/extmod_config.h"
    text = HEADER_KBUILD.format(root=top, extra=extra)
    for name in headers:
        target = name.replace("/", "__") + ".alone"
        text += HEADER_RULE.format(target=target, header=top / name)
    return text


def check_headers(tree: Tree, ctx: Context) -> Result:
    """every header compiles alone, and twice"""
    result = missing(ctx, kdir=True)
    if result.complaints:
        return result
    kdir = ctx.kdirs[-1]
    kunit = any("KUNIT" in option for option in options(tree, kdir))
    headers = [n for n in tree.kernel_headers if kunit or not is_test(n)]
    source = ctx.out / "headers"
    mark = fresh(source)
    top = copied(tree, ctx)
    text = header_kbuild(tree, top, headers)
    path = source / "Kbuild"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    out = ctx.out / "headers" / "out"
    status, output = kbuild(ctx, kdir, source, out, "W=1")
    judge(output.replace(f"{top}/", ""), status, kdir, result)
    if not result.complaints:
        mark.unlink()
    result.notes.append(f"{len(headers)} headers")
    return result
