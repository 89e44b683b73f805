#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/reference/verbs.md says what `tocsin VERB --help` says, and exit-codes.md what cli.h says.
`test_verbs.py --write` writes the first anew."""

import os
import re
import subprocess
import sys

from harness import ROOT, Bench, expect, programs_dir

PAGE = os.path.join(ROOT, "docs", "reference", "verbs.md")
CODES = os.path.join(ROOT, "docs", "reference", "exit-codes.md")
HEADER = os.path.join(ROOT, "cli", "cli.h")
HEAD = """# Verbs

What each verb of `tocsin` takes, as `tocsin help VERB` prints it; a test compares them. Reports and
acts are also described as [drafts](draft.md), exit codes on [their page](exit-codes.md).

`TOCSIN_DIR` stands for `--dir`, `TOCSIN_CONFIG` for `--config`; an option beats a variable.
`NO_COLOR`, when it is set and not empty, and `TERM=dumb` turn colours off. `TZ` sets the zone of
times in tables; JSON has UTC. A table wider than the terminal is printed as lines of heading and
value; into a file or a pipe nothing is cut. Every JSON document names its `schema` and version.
"""


def tocsin(*words):
    answer = subprocess.run(
        [os.path.join(programs_dir("dev"), "tocsin"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    expect(answer.returncode == 0 and not answer.stderr, f"tocsin {' '.join(words)} is told")
    return answer.stdout


def verbs():
    """[(verb, summary)] in the order of `tocsin help`."""
    return re.findall(r"^  (\w+) +(.+)$", tocsin("help"), re.MULTILINE)


def page():
    parts = [HEAD]
    for verb, summary in verbs():
        text = tocsin("help", verb).rstrip("\n")
        parts.append(f"\n## {verb}\n\n{summary[0].upper()}{summary[1:]}.\n\n```text\n{text}\n```\n")
    return "".join(parts)


def the_page_of_verbs_is_what_help_prints(_):
    with open(PAGE, encoding="utf-8") as file:
        written = file.read()
    expect(written == page(), "docs/reference/verbs.md is old: tests/system/test_verbs.py --write")
    return f"{len(verbs())} verbs"


def the_page_of_exit_codes_has_those_of_the_program(_):
    with open(HEADER, encoding="utf-8") as file:
        known = set(re.findall(r"TCN_EXIT_\w+ = (\d+),", file.read()))
    with open(CODES, encoding="utf-8") as file:
        told = set(re.findall(r"^\| (\d+) \|", file.read(), re.MULTILINE))
    expect(known == told and known, f"in cli.h {sorted(known)}, on the page {sorted(told)}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as out:
            out.write(page())
    else:
        Bench("verbs").run(
            the_page_of_verbs_is_what_help_prints,
            the_page_of_exit_codes_has_those_of_the_program,
        )
