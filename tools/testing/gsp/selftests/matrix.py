# SPDX-License-Identifier: GPL-2.0-only
# bench: kernels=plain,debug fw=synthetic timeout=2400
# bench: fullchips=all
"""Every fault of the model at every place where it can strike.

A cell tells what becomes of the bind, or of the unbind for the two places on
the right: "ok", the driver copes without an error; "fail", it says why in
exactly one error; "fail:5", the same after a deadline of about so many seconds;
"-", the fault cannot strike there. Whatever it was, the next bind works.

By default cells with a deadline are left out, which faults.py has some of, and
of the others each kernel has its share. FULL=1 runs all on both.
"""

import os
import re
import time

from lib import dmesg, gpu, ktap, model, probe

MESSAGES = """
                     sequencer init-done static-info fn=76  fn=103 | fn=10  unload
reply-none           fail:5    fail:10   fail:5      fail:5 fail:5   fail:5 fail:5
reply-late           ok        ok        ok          ok     ok       ok     ok
reply-truncate,arg=1 fail      ok        fail        fail   fail     fail   fail
reply-oversize       ok        ok        fail        fail   fail     fail   fail
reply-checksum       fail:5    fail:10   fail        fail   fail     fail   fail
reply-sequence       ok        ok        ok          ok     ok       ok     ok
event-unknown        ok        ok        ok          ok     ok       ok     ok
event-storm          ok        ok        ok          ok     ok       ok     ok
element-count        fail      fail      fail        fail   fail     fail   fail
element-length       fail      fail      fail        fail   fail     fail   fail
bad-status           -         -         -           fail   fail     fail   -
rpc-result           fail:5    fail:10   fail        fail   fail     fail   fail
crash                fail      fail      fail        fail   fail     fail   fail
gone                 fail      fail      fail        -      -        -      fail
"""

BOOT = """
                 fwsec     booter-load | sb        booter-unload
falcon-no-halt   fail:2    fail:2        fail:2    fail:2
falcon-error     fail      fail          fail      fail
gone             fail      fail          fail      fail
"""

# of chips whose ucode is written word by word; a booter's first words are code that
# nobody verifies
STUB = """
                 fwsec  phase=booter-load,nth=100 | sb    phase=booter-unload,nth=100
pio-corrupt      fail   fail                        fail  fail
"""

START = """
                 rm-start  sysinfo   registry
crash            fail      fail      fail
gone             fail      fail      fail
"""

# What fits into no grid: two faults at once, calls in the middle of others. The
# PCI core waits a minute for a GPU that does not come back from a reset, and then
# tries the other kinds of reset that there are.
OTHERS = """
gfw-stuck                              bind   fail:4
frts-error                             bind   fail
riscv-inactive                         bind   fail:5
no-init-done                           bind   fail:10
wpr2-up                                bind   ok
wpr2-up;wpr2-up,phase=power-on         bind   fail
wpr2-up;gfw-stuck,phase=power-on       bind   fail:4
wpr2-up;gone,phase=power-on            bind   fail:210
gone                                   bind   fail
gone                                   unbind fail
gone,phase=rpc,nth=2                   bind   fail
gone,phase=rpc,nth=4                   bind   fail
crash,phase=rpc,nth=3                  bind   fail
bad-status,fn=103,nth=2                bind   fail
bad-status,fn=103,nth=3                bind   fail
reply-none,fn=103,nth=3                bind   fail:5
element-count,fn=103,nth=2             bind   fail
event-storm,fn=76,count=0,arg=5000     bind   ok
event-storm,phase=init,arg=5000        bind   ok
event-unknown,phase=rpc,count=0        bind   ok
reply-late,phase=init,count=0,arg=500  bind   ok
reply-oversize,fn=65,arg=1000000       bind   fail
reply-oversize,fn=0x1001,arg=300000    bind   ok
reply-truncate,fn=65,arg=1             bind   fail
element-length,fn=65,arg=1             bind   fail
element-length,fn=65,arg=31            bind   fail
element-length,fn=65,arg=65489         bind   fail
element-count,fn=65,arg=62             bind   fail
element-count,fn=65,arg=0xffffffff     bind   fail
"""

FULL = bool(os.environ.get("GSP_FULL"))
DEBUG = os.environ["GSP_KERNEL"] == "debug"
PATIENCE = 4 if DEBUG else 1
SLACK = 3  # seconds that a bind or unbind may take besides the deadline


def grid(text: str) -> list:
    """(spec, "bind" or "unbind", cell) of each cell of a grid."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    border = head.index("|") if "|" in head else len(head)
    places = [word for word in head if word != "|"]
    cells = []
    for kind, *row in rows:
        for number, (place, cell) in enumerate(zip(places, row, strict=True)):
            where = place if "=" in place else f"phase={place}"
            when = "bind" if number < border else "unbind"
            cells.append((f"{kind},{where}", when, cell))
    return [cell for cell in cells if cell[2] != "-"]


def others(text: str) -> list:
    return [tuple(line.split()) for line in text.strip().splitlines()]


def seconds(cell: str) -> int:
    return int(cell.partition(":")[2] or 0)


def bind_strikes(spec: str, fails: bool) -> None:
    with model.fault(spec):
        if fails:
            probe.must_fail()
        else:
            log = dmesg.Marker(spec)
            ktap.equal(gpu.bind(), 0, "errno of bind")
            ktap.equal(gpu.unbind(), 0, "errno of unbind")
            ktap.equal(log.errors(), [], "errors in the log")
        ktap.check(model.get("fault-fired"), "the fault never struck")


def unbind_strikes(spec: str, fails: bool) -> None:
    ktap.equal(gpu.bind(), 0, "errno of bind")
    log = dmesg.Marker(spec)
    with model.fault(spec):
        ktap.equal(gpu.unbind(), 0, "errno of unbind")
        ktap.check(model.get("fault-fired"), "the fault never struck")
    errors = log.errors()
    ktap.equal(len(errors), int(fails), "number of error lines:\n" + "\n".join(errors) + "\nlog")


def cell_holds(spec: str, when: str, cell: str) -> None:
    start = time.monotonic()
    try:
        strikes = bind_strikes if when == "bind" else unbind_strikes
        strikes(spec, cell != "ok")
        took = time.monotonic() - start
        limit = (seconds(cell) + SLACK) * PATIENCE
        ktap.check(took < limit, f"it took {took:.1f} s, {limit} s are allowed")
    finally:
        if gpu.bound():
            gpu.unbind()
        if re.search(r"\bgone\b", spec):
            gpu.rescan()
    probe.must_work()


def chosen(cells: list) -> list:
    cells = [cell for cell in cells if model.can_strike(cell[0])]
    return ktap.share([cell for cell in cells if FULL or not seconds(cell[2])])


def main() -> None:
    grids = [cell for text in (MESSAGES, BOOT, STUB, START) for cell in grid(text)]
    for spec, when, cell in chosen(grids + others(OTHERS)):
        ktap.add(f"{when}: {spec}", cell_holds, spec, when, cell)
    gpu.load()
    ktap.main()


main()
