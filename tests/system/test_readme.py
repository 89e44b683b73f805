#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
"""The README's first session does what it shows. Its blocks ```console are run in one shell beside
a running district: a line that begins with `$ ` is a command, what follows is what it prints. Ids,
slips, times, hashes, positions, ports and paths may differ; an id that a command names stands for
the one that this run printed in its place. A line `…` stands for any lines."""

import os
import re
import select
import shutil
import subprocess
import tempfile
import time

from harness import Bench, District, Failed, Skip, expect, programs_dir, slower
from harness import ROOT

PAGES = ["README.md", "docs/tutorials/first-day.md"]
# Built and run by the caller already, or endless.
NOT_HERE = ("script/", "tocsin up", "git ", "cmake ")
ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SLIP = r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b"
SAME = [
    (ID, "<id>"),
    (SLIP, "<slip>"),
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d\d:\d\d|Z)", "<time>"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b", "<minute>"),
    (r"\b\d{4}-\d\d-\d\d\b", "<date>"),
    (r"\b[0-9a-f]{64}\b", "<hash>"),
    (r"\b[0-9a-f]{16}\b", "<epoch>"),
    (r"\bposition \d+", "position <n>"),
    (r"\b\d+(\.\d+)? s\b", "<s>"),
    (r"127\.0\.0\.1:\d+", "<address>"),
]


def blocks(path):
    """[(line number, command, expected lines)] of a page."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = []
    for match in re.finditer(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        number = text[: match.start(1)].count("\n") + 1
        for offset, line in enumerate(match.group(1).splitlines()):
            if line.startswith("$ "):
                found.append((number + offset, line[2:], []))
            elif found:
                found[-1][2].append(line)
    return found


def plain(line):
    """A line without what differs from run to run."""
    for pattern, name in SAME:
        line = re.sub(pattern, name, line)
    # The width of what was replaced also set the width of columns.
    return re.sub(r"\s+", " ", line).strip()


def fits(expected, printed):
    """True when the printed lines are the expected ones, `…` standing for any."""
    if not expected:
        return not printed
    if expected[0].strip() in ("…", "..."):
        return any(fits(expected[1:], printed[n:]) for n in range(len(printed) + 1))
    return bool(printed) and plain(expected[0]) == plain(printed[0]) and fits(
        expected[1:], printed[1:]
    )


class Shell:
    """One shell for all commands of a page."""

    def __init__(self, folder):
        env = dict(os.environ, PATH=programs_dir("dev") + ":" + os.environ["PATH"])
        env.update(LC_ALL="C.UTF-8", NO_COLOR="1", TERM="dumb")
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.count = 0

    def close(self):
        self.process.kill()
        self.process.wait()

    def run(self, command, limit_s):
        """(lines, exit code)."""
        self.count += 1
        mark = f"<<<{os.getpid()}.{self.count}:"
        # A command may not read what the shell reads.
        script = f"{{ {command}\n}} </dev/null\nprintf '\\n{mark}%d>>>\\n' $?\n"
        self.process.stdin.write(script.encode())
        self.process.stdin.flush()
        said = b""
        deadline = time.monotonic() + limit_s
        while not re.search(re.escape(mark.encode()) + rb"\d+>>>\n$", said):
            rest = deadline - time.monotonic()
            if rest <= 0 or not select.select([self.process.stdout], [], [], rest)[0]:
                raise Failed(f"no end within {limit_s} s: {command}")
            more = os.read(self.process.stdout.fileno(), 65536)
            if not more:
                raise Failed(f"the shell ended: {command}")
            said += more
        text = said.decode("utf-8", "replace")
        body, _, end = text.rpartition("\n" + mark)
        return [line.rstrip() for line in body.splitlines()], int(end.partition(">")[0])


def learn(expected, printed, known):
    """What the page's ids and slips are in this run."""
    for pattern in (ID, SLIP):
        written = re.findall(pattern, "\n".join(expected))
        made = re.findall(pattern, "\n".join(printed))
        for old, new in zip(written, made):
            known.setdefault(old, new)


def without_end(lines):
    """Lines without the empty ones at their end."""
    while lines and not lines[-1]:
        lines.pop()
    return lines


def printed_by(shell, command, wanted):
    """What a command prints. `status` answers from the office's own copy, which comes a moment
    after the log: it is looked at until it is what the page says, or for long enough."""
    deadline = time.monotonic() + slower(10)
    lines = without_end(shell.run(command, slower(30))[0])
    while (
        command.startswith("tocsin status")
        and not fits(wanted, lines)
        and time.monotonic() < deadline
    ):
        lines = without_end(shell.run(command, slower(30))[0])
    return lines


def run_page(path, shell):
    """Runs the commands of a page; gives how many."""
    known = {}
    count = 0
    for number, command, expected in blocks(path):
        if command.startswith(NOT_HERE):
            continue
        for old, new in known.items():
            command = command.replace(old, new)
        wanted = without_end([line.rstrip() for line in expected])
        lines = printed_by(shell, command, wanted)
        if not fits(wanted, lines):
            raise Failed(
                f"{os.path.basename(path)}:{number}: `{command}` printed\n    "
                + "\n    ".join(lines)
                + "\n  and the page says\n    "
                + "\n    ".join(wanted)
            )
        learn(wanted, lines, known)
        count += 1
    return count


def page(name):
    def case(bench):
        path = os.path.join(ROOT, name)
        if not os.path.exists(path):
            raise Skip("there is no such page yet")
        if not any(not c.startswith(NOT_HERE) for _, c, _ in blocks(path)):
            raise Skip("it has no ```console block with a command to run")
        folder = tempfile.mkdtemp(prefix=f"tocsin-{bench.name}-")
        os.mkdir(os.path.join(folder, "district"))
        try:
            with District(programs_dir("dev"), os.path.join(folder, "district")) as district:
                district.start()
                shell = Shell(folder)
                try:
                    count = run_page(path, shell)
                finally:
                    shell.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return f"{count} commands"

    case.__name__ = "what_" + re.sub(r"\W+", "_", name) + "_shows_is_so"
    return case


def a_page_that_lies_is_found_out(bench):
    expect(fits(["a 00:00", "…", "z"], ["a 00:00", "b", "c", "z"]), "any lines between")
    expect(not fits(["a"], ["a", "b"]), "a line too many")
    expect(not fits(["a", "b"], ["a"]), "a line too few")
    expect(not fits(["one item"], ["two items"]), "another line")
    when = "2026-11-23 20:24:55 +00:00  01a20a15-4374-7f6f-954d-de586ae0eb8a  SDQMT-R2NSG"
    expect(plain(when) == "<time> <id> <slip>", plain(when))


if __name__ == "__main__":
    Bench("readme").run(a_page_that_lies_is_found_out, *[page(name) for name in PAGES])
