#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The conventions as a test (CONVENTIONS 21).

    tidy.py               checks the tree this file lies in
    tidy.py --root DIR    checks another tree
    tidy.py --self-test   plants a violation of every rule and expects it to be found
    tidy.py --list        names the rules

A violation is printed as `file:line: rule: what`. Exceptions stand in exceptions.txt as
`rule path count`; the counts may only shrink.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
EXCEPTIONS = "tests/tidy/exceptions.txt"

import house  # noqa: E402
import pages  # noqa: E402
import shape  # noqa: E402
import words  # noqa: E402
from tree import Tree  # noqa: E402

# The arrows first: where they are broken, nothing else matters yet.
RULES = house.RULES + shape.RULES + words.RULES + pages.RULES


def rule_name(rule):
    return rule.__name__.replace("_", "-")


def check(tree):
    """All violations of the tree as (rule, path, line, what)."""
    found = []
    for rule in RULES:
        found += [(rule_name(rule), *violation) for violation in rule(tree)]
    return found


def parse_exceptions(text):
    """{(rule, path): count}; a line that does not parse is an error of ours."""
    counts = {}
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            rule, path, count = line.split()
            counts[rule, path] = int(count)
    return counts


def judge(found, allowed, allowed_before):
    """The lines to print; none when the tree is tidy.

    A (rule, path) with an exception must have exactly as many violations as it says: more is a
    new one, fewer means that the list must shrink. The list's sum may not exceed the last
    committed one.
    """
    lines = []
    counts = Counter((rule, path) for rule, path, _, _ in found)
    for rule, path, line, what in found:
        if counts[rule, path] > allowed.get((rule, path), 0):
            lines.append(f"{path}:{line}: {rule}: {what}")
    for (rule, path), count in sorted(allowed.items()):
        if counts[rule, path] < count:
            lines.append(
                f"{EXCEPTIONS}:1: exceptions: {rule} {path} says {count}, found "
                f"{counts[rule, path]}: shrink the list"
            )
    if allowed_before is not None and sum(allowed.values()) > sum(allowed_before.values()):
        lines.append(f"{EXCEPTIONS}:1: exceptions: the list grew; it may only shrink")
    return lines


def exceptions_before(root):
    """The last other committed list, or None where there is none."""
    now = read(os.path.join(root, EXCEPTIONS))
    for commit in ("HEAD", "HEAD~1"):
        asked = ["git", "-C", root, "show", f"{commit}:{EXCEPTIONS}"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            return None
        if answer.stdout != now:
            return parse_exceptions(answer.stdout)
    return None


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description="Checks the conventions.")
    parser.add_argument("--root", default=os.path.dirname(os.path.dirname(HERE)))
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        for rule in RULES:
            print(f"{rule_name(rule):24} {rule.__doc__.strip()}")
        return 0
    if options.self_test:
        import plants

        return plants.run(sys.modules[__name__])
    start = time.monotonic()
    tree = Tree(options.root)
    allowed = parse_exceptions(read(os.path.join(options.root, EXCEPTIONS)))
    lines = judge(check(tree), allowed, exceptions_before(options.root))
    print("\n".join(lines + [""]), end="")
    print(
        f"tidy: {len(RULES)} rules, {len(tree.paths)} files, {len(lines)} violations, "
        f"{sum(allowed.values())} exceptions, {time.monotonic() - start:.1f} s"
    )
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
