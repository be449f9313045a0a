# SPDX-License-Identifier: GPL-2.0-only
"""Writing KTAP: a suite registers tests, main() runs them in order."""

import os
import time
import traceback

TESTS = []


class Skip(Exception):
    """Raised by a test that cannot run here; the text is the reason."""


class Failed(AssertionError):
    """A check that did not hold."""


def test(name: str):
    """Decorator: register a function as the test @name."""

    def register(func):
        TESTS.append((name, func))
        return func

    return register


def add(name: str, func, *args) -> None:
    """Register one row of a table."""
    TESTS.append((name, lambda: func(*args)))


def share(cases: list) -> list:
    """What this kernel takes of a long table: debug every tenth case, plain every second.

    None has both; FULL=1 gives both all.
    """
    if os.environ.get("GSP_FULL"):
        return cases
    return cases[::10] if os.environ["GSP_KERNEL"] == "debug" else cases[1::2]


def check(condition, text: str) -> None:
    if not condition:
        raise Failed(text)


def equal(found, expected, what: str) -> None:
    check(found == expected, f"{what}: expected {expected!r}, found {found!r}")


def contains(text: str, words, what: str) -> None:
    for word in [words] if isinstance(words, str) else words:
        check(word.lower() in text.lower(), f"{what}: {word!r} not in:\n{text}")


def comment(text: str) -> None:
    for line in str(text).splitlines():
        print(f"# {line}", flush=True)


def run_one(number: int, name: str, func) -> bool:
    start = time.monotonic()
    try:
        func()
    except Skip as reason:
        print(f"ok {number} {name} # SKIP {reason}", flush=True)
        return True
    except Failed as error:
        comment(error)
    except Exception:  # pylint: disable=broad-except
        comment(traceback.format_exc())
    else:
        print(f"ok {number} {name}", flush=True)
        return True
    comment(f"failed after {time.monotonic() - start:.1f} s")
    print(f"not ok {number} {name}", flush=True)
    return False


def main() -> None:
    print("KTAP version 1", flush=True)
    print(f"1..{len(TESTS)}", flush=True)
    results = [run_one(i, name, func) for i, (name, func) in enumerate(TESTS, 1)]
    raise SystemExit(0 if all(results) else 1)
