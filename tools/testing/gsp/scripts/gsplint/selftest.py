# SPDX-License-Identifier: GPL-2.0-only
"""Proof that each check passes a good tree and fails a bad one.

GOOD is a tiny tree with nothing wrong in it. Each sample changes one file of
it, names the check that must object, and a piece of what it must say.
"""

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator

from .base import Context, Result, Tree
from .hygiene import mirror_hosts

GPL = "SPDX-License-Identifier: GPL-2.0-only"
C = f"// {GPL}\n"
H = f"/* {GPL} */\n"
HASH = f"# {GPL}\n"

DRIVER = f"""\
{C}#include <linux/module.h>

#include "rpc/ring.h"

static int __init gsp_sample_init(void)
{{
	return gsp_ring_room(2) ? 0 : -EINVAL;
}}
module_init(gsp_sample_init);

MODULE_DESCRIPTION("Sample for the checks");
MODULE_LICENSE("GPL");
"""

RING_H = f"""\
{H}#ifndef GSP_RING_H
#define GSP_RING_H

#include <linux/types.h>

u32 gsp_ring_room(u32 used);

#endif
"""

RING_C = f"""\
{C}#include "rpc/ring.h"

#include <linux/export.h>

/**
 * gsp_ring_room() - how many elements fit
 * @used: elements in use
 *
 * Return: the number of free elements.
 */
u32 gsp_ring_room(u32 used)
{{
	return 63 - used;
}}
EXPORT_SYMBOL_GPL(gsp_ring_room);
"""

GOOD = {
    "Kbuild": f"{HASH}obj-$(CONFIG_GSP_CORE) += core/\n",
    "Kconfig": f'{HASH}config GSP_CORE\n\ttristate "A sample"\n\thelp\n'
    "\t  Says what the option does\n\t  in as many lines as\n"
    "\t  checkpatch.pl wants to see\n\t  below the word help.\n",
    "core/Kbuild": f"{HASH}ccflags-y += -I$(src)\n"
    "obj-$(CONFIG_GSP_CORE) += gsp-core.o\n"
    "gsp-core-y := driver.o rpc/ring.o\n",
    "core/driver.c": DRIVER,
    "core/rpc/ring.c": RING_C,
    "core/rpc/ring.h": RING_H,
    "include/uapi/linux/gsp_sample.h": "/* SPDX-License-Identifier: GPL-2.0 WITH "
    "Linux-syscall-note */\n#ifndef GSP_SAMPLE_H\n#define GSP_SAMPLE_H\n\n"
    "#include <linux/types.h>\n\nstruct s {\n\t__u32 a;\n};\n\n#endif\n",
    "tools/sample.patch": "Why.\n\n--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n \n+new\n old\n",
    "tools/sample.py": f"{HASH}print(1)\n",
    "tools/sample.sh": f"#!/bin/sh\n{HASH}echo 1\n",
}


@dataclass(frozen=True)
class Sample:
    """One mistake: in which file, what the file says then, what is objected."""

    check: str
    name: str
    path: str
    text: str
    says: str


def after(text: str, mark: str, more: str) -> str:
    assert mark in text
    return text.replace(mark, mark + more, 1)


def body(lines: int) -> str:
    return "\nvoid ring_long(void)\n{\n" + "\tgsp_ring_room(0);\n" * lines + "}\n"


# One of this machine's, if it has any.
MIRROR = sorted(mirror_hosts())[:1]

SEE = '#include "rpc/ring.h"\n'
MANY = "".join(body(57).replace("long", f"n{n}") for n in range(3))

SAMPLES = (
    Sample("hygiene", "no SPDX", "core/driver.c", DRIVER.replace(C, ""), "SPDX"),
    Sample("hygiene", "other licence", "core/new.c", C.replace("only", "or-later"), "licence"),
    Sample("hygiene", "white space", "README", "a \n", "white space"),
    Sample("hygiene", "patch", "tools/sample.patch", "+new \n", "white space"),
    Sample("hygiene", "last newline", "README", "a", "no newline"),
    Sample("hygiene", "machine path", "README", "see /" + "root/x\n", "path of a machine"),
    Sample("hygiene", "home path", "README", "see /home/" + "me/x\n", "path of a machine"),
    *(Sample("hygiene", "mirror", "README", f"see {host}\n", "mirror") for host in MIRROR),
    Sample("hygiene", "binary", "data", "a\0b\n", "binary"),
    Sample("hygiene", "big", "data", "a" * 600000 + "\n", "too big"),
    Sample("hygiene", "empty", "data", "", "empty"),
    Sample("hygiene", "needless .gitkeep", "core/.gitkeep", "", "empty"),
    Sample("hygiene", "model", "tools/testing/gsp/qemu/a.c", H + "int a;\n", "licence"),
    Sample("scripts", "python", "tools/sample.py", "x = (\n", "never closed"),
    Sample("scripts", "long python", "tools/sample.py", "x = 1\n" * 501, "limit 500"),
    Sample("scripts", "shell", "tools/sample.sh", "if true; then\n", "sample.sh"),
    Sample(
        "layers",
        "upward",
        "core/rpc/ring.h",
        after(RING_H, "types.h>\n", '#include "rpc/msg.h"\n'),
        "may not see",
    ),
    Sample("layers", "neighbour", "core/fw/a.c", C + '#include "falcon/b.h"\n', "may not see"),
    Sample("layers", "wire", "core/rm/a.c", C + '#include "abi/r570/wire.h"\n', "wire structs"),
    Sample(
        "layers", "registers", "core/rm/a.c", C + '#include "chip/regs/falcon.h"\n', "belong to"
    ),
    Sample(
        "layers",
        "new register header",
        "core/rm/a.c",
        C + '#include "chip/regs/new.h"\n',
        "not in the table",
    ),
    Sample("layers", "no room", "core/zoo/a.c", C, "in no room"),
    Sample("layers", "no file", "core/rm/a.c", C + '#include "rm/none.h"\n', "is no file"),
    Sample(
        "layers",
        "own header",
        "core/rpc/ring.c",
        C + "#include <linux/a.h>\n" + SEE,
        "must come first",
    ),
    Sample(
        "layers",
        "ours before kernel",
        "core/rm/a.c",
        C + SEE + "#include <linux/a.h>\n",
        "after our own",
    ),
    Sample(
        "layers",
        "unsorted",
        "core/rm/a.c",
        C + "#include <linux/b.h>\n#include <linux/a.h>\n",
        "before",
    ),
    Sample(
        "layers", "vfio to core", "vfio/a.c", C + "#include <linux/gsp_client.h>\n", "must not see"
    ),
    Sample("layers", "vfio resets", "vfio/a.c", C + "int x = pcie_flr(0);\n", "vfio-pci-core's"),
    Sample(
        "layers",
        "chip id",
        "core/boot/a.c",
        C + "int x(void)\n{\n\treturn chip->id == 0x192;\n}\n",
        "compared in chip/",
    ),
    Sample("layers", "version", "core/boot/a.c", C + "#if LINUX_VERSION_CODE > 1\n", "one kernel"),
    Sample("layers", "DRM", "core/boot/a.c", C + "#include <drm/drm.h>\n", "no DRM"),
    Sample("layers", "extern", "core/boot/a.c", C + "extern int x;\n", "in a header"),
    Sample(
        "layers",
        "model",
        "tools/testing/gsp/qemu/a.c",
        '#include "../../core/chip.h"\n',
        "shares nothing",
    ),
    Sample(
        "layers",
        "two prototypes",
        "core/rpc/msg.h",
        H + "u32 gsp_ring_room(u32 used);\n",
        "declared in",
    ),
    Sample("shape", "long file", "core/driver.c", DRIVER + "\n" * 500, "limit 500"),
    Sample("shape", "long test", "core/tests/a_kunit.c", C * 801, "limit 800"),
    Sample("shape", "long function", "core/driver.c", DRIVER + body(100), "ring_long"),
    Sample("shape", "p90", "core/driver.c", DRIVER + body(50), "p90"),
    Sample("shape", "median", "core/driver.c", DRIVER + MANY, "median"),
    Sample("shape", "model", "tools/testing/gsp/qemu/a.c", body(100), "ring_long"),
    Sample("kernel-doc", "parameter", "core/rpc/ring.c", RING_C.replace("@used", "@free"), "used"),
    Sample(
        "kernel-doc", "return", "core/rpc/ring.c", RING_C.replace("Return:", "Gives"), "(?i)return"
    ),
    Sample(
        "kernel-doc",
        "undocumented",
        "core/rpc/ring.c",
        RING_C.replace("/**", "/*"),
        "without kernel-doc",
    ),
    Sample("checkpatch", "error", "core/driver.c", DRIVER.replace("(2) ?", "(2)?"), "SPACING"),
    Sample("checkpatch", "check", "core/driver.c", DRIVER.replace("{\n", "{\n\n", 1), "BRACES"),
    Sample(
        "uapi",
        "kernel type",
        "include/uapi/linux/gsp_sample.h",
        "struct s {\n\tu32 a;\n};\n",
        "u32",
    ),
    Sample(
        "uapi",
        "twice",
        "include/uapi/linux/gsp_b.h",
        "struct b { int a; };\nint b = 1;\n",
        "redefinition",
    ),
    Sample(
        "headers",
        "not alone",
        "core/rpc/ring.h",
        RING_H.replace("#include <linux/types.h>\n", ""),
        "u32",
    ),
    Sample("headers", "no guard", "core/rpc/msg.h", "struct a { int b; };\n", "redefinition"),
    Sample(
        "build", "gcc", "core/driver.c", after(DRIVER, "(void)\n{\n", "\tint unused;\n\n"), "unused"
    ),
    Sample(
        "build",
        "W=1",
        "core/driver.c",
        after(DRIVER, '.h"\n', "\nint no_prototype(void)\n{\n\treturn 0;\n}\n"),
        "no_prototype",
    ),
    Sample(
        "build",
        "sparse",
        "core/driver.c",
        after(DRIVER, '.h"\n', "\nvoid __iomem *gsp_p = (void *)8;\n"),
        "gsp_p|address space",
    ),
    Sample("build", "stopped", "core/driver.c", after(DRIVER, '.h"\n', "#error stop\n"), "stop"),
)


def plant(root: Path, files: dict[str, str]) -> Tree:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree(root)


# Headers that samples include; each is fine by itself.
FRIENDS = {
    "core/rpc/msg.h": H + "struct gsp_msg;\n",
    "core/falcon/b.h": H + "struct gsp_b;\n",
    "core/abi/r570/wire.h": H + "struct r570_a;\n",
    "core/chip/regs/falcon.h": H + "#define FALCON 0\n",
    "core/chip/regs/new.h": H + "#define NEW 0\n",
}

Check = Callable[[Tree, Context], Result]


def judge_sample(check: Check, ctx: Context, sample: Sample) -> Result:
    with tempfile.TemporaryDirectory(prefix="gsplint-") as folder:
        root = Path(folder) / "tree"
        tree = plant(root, {**GOOD, **FRIENDS, sample.path: sample.text})
        found = check(tree, replace(ctx, out=Path(folder) / "out"))
    result = Result()
    if not any(re.search(sample.says, line) for line in found.complaints):
        result.complaints.append(f"{sample.path}: nothing said about: {sample.says}")
        result.complaints += found.complaints
    return result


def judge_good(check: Check, ctx: Context) -> Result:
    with tempfile.TemporaryDirectory(prefix="gsplint-") as folder:
        tree = plant(Path(folder) / "tree", GOOD)
        found = check(tree, replace(ctx, out=Path(folder) / "out"))
    return Result(complaints=found.complaints)


def selftests(ctx: Context, wanted: list[str]) -> Iterator[tuple[str, Callable[[], Result]]]:
    """(name, test) pairs for lint --selftest."""
    from . import CHECKS

    if ctx.kdirs:
        # The last folder is the one that can hold everything; one is enough.
        ctx = replace(ctx, kdirs=ctx.kdirs[-1:])
    for name in wanted:
        check = CHECKS[name]
        yield f"{name}: good tree", lambda c=check: judge_good(c, ctx)
        for sample in (s for s in SAMPLES if s.check == name):
            yield (
                f"{name}: {sample.name}",
                lambda c=check, s=sample: judge_sample(c, ctx, s),
            )
