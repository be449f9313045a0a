# SPDX-License-Identifier: GPL-2.0-only
"""Faults that a bind meets, and what becomes of it.

Each row: the fault, what becomes of the bind, words of the one error line.
"works" means the driver copes; "fails" any sensible errno.
"""

from . import gpu, ktap, model, probe

STATIC_INFO = "GET_GSP_STATIC_INFO"
EXPECTED_FOUND = ("expected", "found")

TABLE = [
    # before the firmware runs
    ("gfw-stuck", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-no-halt,phase=fwsec", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-error,phase=fwsec", "fails", EXPECTED_FOUND),
    ("frts-error", "fails", EXPECTED_FOUND),
    ("falcon-no-halt,phase=booter-load", ["ETIMEDOUT"], EXPECTED_FOUND),
    ("falcon-error,phase=booter-load", "fails", EXPECTED_FOUND),
    ("riscv-inactive", "fails", EXPECTED_FOUND),
    ("pio-corrupt,phase=fwsec", "fails", EXPECTED_FOUND),
    ("pio-corrupt,phase=booter-load,nth=100", "fails", EXPECTED_FOUND),
    # the FSP, and what it starts
    ("fsp-stuck,count=0", ["ETIMEDOUT"], ()),
    ("fsp-silent,phase=cot", ["ETIMEDOUT"], ()),
    ("fsp-error,phase=cot", "fails", ()),
    ("fsp-tag,phase=cot", "fails", ()),
    ("fsp-sequence,phase=cot", "fails", ()),
    ("fsp-truncate,phase=cot", "fails", ()),
    ("fsp-oversize,phase=cot", "fails", ()),
    ("fsp-other,phase=cot", "works", ()),
    ("lockdown-stuck", ["ETIMEDOUT"], ()),
    ("fmc-error", "fails", ()),
    # firmware that does not come up
    ("no-init-done", ["ETIMEDOUT"], ("INIT_DONE",)),
    ("crash,phase=init", "fails", ()),
    ("gone,phase=fwsec", ["ENODEV"], ("gone",)),
    ("gone,phase=booter-load", ["ENODEV"], ("gone",)),
    # replies
    ("reply-none,fn=65", "fails", (STATIC_INFO,)),
    ("reply-late,fn=65,arg=300", "works", ()),
    ("reply-truncate,fn=65", "fails", (STATIC_INFO,)),
    ("reply-oversize,fn=65,arg=65536", "fails", (STATIC_INFO,)),
    ("reply-checksum,fn=65", "fails", (STATIC_INFO,)),
    ("reply-sequence,fn=65", "works", ()),
    ("element-count,fn=65", "fails", (STATIC_INFO,)),
    ("element-length,fn=65", "fails", (STATIC_INFO,)),
    ("rpc-result,fn=65", "fails", (STATIC_INFO,)),
    ("bad-status,fn=103", "fails", ()),
    ("crash,fn=65", "fails", (STATIC_INFO,)),
    # events
    ("event-unknown,phase=init", "works", ()),
    ("event-storm,phase=init", "works", ()),
    ("element-length,fn=0x1001", "fails", ()),
    ("reply-checksum,fn=0x1001", "fails", ()),
    # found in a state that somebody left behind
    ("wpr2-up", "works", ()),
]


def strike(spec: str, outcome, words, name: str = "", gpu_id: str = "gpu0") -> None:
    """Bind a GPU that misbehaves."""
    with model.fault(spec, gpu_id):
        if outcome == "works":
            ktap.equal(gpu.bind(name), 0, "errno of bind")
            ktap.equal(gpu.unbind(name), 0, "errno of unbind")
        else:
            probe.must_fail(words, None if outcome == "fails" else outcome, name)
        ktap.check(model.get("fault-fired", gpu_id), "the fault never struck")
