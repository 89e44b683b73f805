#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 20
# ctest-locks: clock
"""`script/demo` as somebody types it: over a short feed of petitions whose folder is kept and whose
limits are then counted by `tocsin clocks`, over the sample, and over feeds that cannot be read.
What it prints last is one JSON object with all of its keys, and its sums agree. The two runs go on
side by side. The story is test_story's."""

import json
import os
import re
import signal
import subprocess
import tempfile
from datetime import datetime, timedelta

from harness import ROOT, Bench, expect, programs_dir, slower

import feed  # isort: skip  (the demo's: harness knows where it is)

KEYS = ["published", "acked", "stored", "duplicates", "lost", "alerts", "delivered", "replayed",
        "digest_equal", "seconds"]  # fmt: skip
ENV = dict(os.environ, TOCSIN_BIN=programs_dir("dev"), LC_ALL="C.UTF-8", NO_COLOR="1")
FIRST = datetime.fromisoformat("2024-05-13T09:00:00+08:00")  # no day off for weeks
# Days to the answer of so many petitions each: within the 15 of the notice, within the 60 of the
# request, and not at all.
ANSWERED = [(3, 12), (20, 8), (None, 6)]
SAMPLE = os.path.join(ROOT, "tests", "data", "sample-feed.jsonl")


def demo(*words, env=None):
    """Starts it, unattended."""
    return subprocess.Popen([os.path.join(ROOT, "script", "demo"), "--once", *words],
                            env=env or ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip


def petitions():
    """A few dozen lines, the first of them empty."""
    yield ""
    number = 0
    for days, count in ANSWERED:
        for _ in range(count):
            number += 1
            asked = FIRST + timedelta(minutes=number)
            reply = None if days is None else (asked + timedelta(days=days)).isoformat()
            yield json.dumps({"no": str(number), "time": asked.isoformat(), "subject": "水",
                              "detail": "No water.", "reply_time": reply,
                              "reply": reply and "It runs again."})  # fmt: skip


def written(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return path


def ended(process):
    """What it printed, once it has ended well."""
    out, err = process.communicate(timeout=slower(120))
    expect(process.returncode == 0, f"it ended with {process.returncode}: {err[-600:]}")
    return out, err


def summary_of(process, published):
    """The one line of its stdout, whose sums agree; and what it said beside it."""
    out, err = ended(process)
    expect(out.count("\n") == 1, f"stdout is one object: {out[:300]}")
    told = json.loads(out)
    expect(list(told) == KEYS, f"its keys: {list(told)}")
    expect(told["published"] == published, f"{published} were to be published: {told}")
    for key in ("acked", "stored", "duplicates"):
        expect(told[key] == published, f"{key} are as many as were published: {told}")
    expect(told["lost"] == 0 and told["digest_equal"] is True, f"nothing is lost: {told}")
    expect(told["delivered"] == told["alerts"] > 0, f"every alert is delivered: {told}")
    expect(told["replayed"] > published, f"the log says something itself too: {told}")
    expect(told["seconds"] > 0, f"it took some time: {told}")
    return told, err


def a_short_feed_is_kept_and_its_limits_counted(bench):
    answers = sum(count for days, count in ANSWERED if days is not None)
    told, err = summary_of(bench.short, sum(count for _, count in ANSWERED) + answers)
    expect(f"kept in {bench.kept}\n" in err, f"it says where: {err[-300:]}")
    answer = subprocess.run(
        [os.path.join(programs_dir("dev"), "tocsin"), "clocks", "-o", "json", "--dir", bench.kept],
        capture_output=True, text=True, check=False, timeout=slower(60), env=ENV,
    )  # fmt: skip
    expect(answer.returncode == 0, f"clocks ended with {answer.returncode}: {answer.stderr}")
    counted = json.loads(answer.stdout)
    expect(counted["not_yet_folded"] == 0, f"all of the log is counted: {counted}")
    rows = {row["rule"]: row for row in counted["clocks"]}
    (_, soon), (_, late), (_, never) = ANSWERED
    for rule, wanted in (("xf.direct_notice", (soon, late + never, 0)),
                         ("xf.resolve", (soon + late, 0, never))):  # fmt: skip
        found = tuple(rows[rule][key] for key in ("met", "missed", "running"))
        expect(found == wanted, f"{rule}: {found}, by hand {wanted}")
    return f"{told['published']} events in {told['seconds']} s"


def the_sample_holds_and_leaves_nothing(bench):
    with open(SAMPLE, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    told, err = summary_of(bench.sample, sum(1 + len(line["replies"]) for line in lines))
    folder = re.search(r"^A district is up in (.+)$", err, re.MULTILINE)
    expect(folder is not None and not os.path.exists(folder[1]), f"it is removed: {err[-300:]}")
    return f"{told['published']} events in {told['seconds']} s"


def a_feed_that_cannot_be_read_is_told_by_its_line(_):
    good = list(petitions())[1]
    rows = [
        (b"7", "TypeError: "),
        (b'{"no": "1"}', "KeyError: 'narrative'"),
        (b'{"no": "one", "reply_time": null}', "ValueError: "),
        (good.replace("+08:00", "").encode(), "ValueError: a time without an offset"),
        (b'{"no": "\xff"}', "UnicodeDecodeError: "),
        (b"{no", "JSONDecodeError: "),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bad.jsonl")
        for line, said in rows:
            with open(path, "wb") as file:
                file.write(good.encode() + b"\n" + line + b"\n")
            expect(bad_feed(path).startswith(f"{path}:2: {said}"), f"{said}: {bad_feed(path)}")
        process = demo("--json", "--feed", path)
        out, err = process.communicate(timeout=slower(60))
        expect(process.returncode == 1, f"it ended with {process.returncode}: {out}{err}")
        expect(out == "" and err == f"demo: cannot show it: because {bad_feed(path)}\n", out + err)
    return f"{len(rows)} feeds"


def bad_feed(path):
    """Why a feed cannot be read."""
    try:
        feed.read(path)
    except feed.BadFeed as error:
        return str(error)
    return "it can be read"


def what_cannot_be_shown_is_said_in_one_line(_):
    with tempfile.TemporaryDirectory() as folder:
        none, odd = os.path.join(folder, "none"), os.path.join(folder, "odd")
        os.mkdir(odd)
        file = written(folder, "file", ["not a folder"])
        tocsin = written(odd, "tocsin", ["#!/bin/sh", '[ "$1" = up ] && mkdir "$TOCSIN_DIR/etc" && '
                                         ': >"$TOCSIN_DIR/etc/broker.yaml"', "echo {"])  # fmt: skip
        os.chmod(tocsin, 0o755)
        rows = [
            (none, [], 1, "No such file"),
            (none, ["--story"], 1, "No such file"),
            (none, ["--scenario", "october"], 1, "No such file"),
            (odd, [], 1, "JSONDecodeError: "),
            (odd, ["--keep", file], 1, "exists"),
            (odd, ["--keep", os.path.join(file, "in")], 1, "Not a directory"),
            (odd, ["--story", "--lang", "xx"], 2, "invalid choice"),
        ]
        begun = []
        for number, (bin_dir, words, _, _) in enumerate(rows):
            rest = os.path.join(folder, f"rest.{number}")
            os.mkdir(rest)
            env = dict(ENV, TOCSIN_BIN=bin_dir, TMPDIR=rest, PYTHONIOENCODING="ascii")
            begun.append((demo(*words, env=env), rest))
        for (process, rest), (_, words, code, said) in zip(begun, rows):
            out, err = process.communicate(timeout=slower(60))
            expect(process.returncode == code and said in err, f"{words}: {out}{err}")
            first = "demo: cannot show it: because " if code == 1 else "usage: script/demo "
            expect(err.startswith(first) and "Traceback" not in err, f"{words}: {err}")
            expect(code == 2 or err.count("\n") == 1, f"{words}: one line: {err}")
            expect(not os.listdir(rest), f"{words}: nothing is left: {os.listdir(rest)}")
    return f"{len(rows)} that cannot"


def main():
    bench = Bench("demo")
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-test-") as folder:
        bench.kept = os.path.join(folder, "kept")
        short = written(folder, "petitions.jsonl", petitions())
        bench.short = demo("--json", "--feed", short, "--keep", bench.kept)
        bench.sample = demo("--json")
        try:
            bench.run(
                a_feed_that_cannot_be_read_is_told_by_its_line,
                what_cannot_be_shown_is_said_in_one_line,
                a_short_feed_is_kept_and_its_limits_counted,
                the_sample_holds_and_leaves_nothing,
            )
        finally:
            for process in (bench.short, bench.sample):
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGINT)  # it ends its district
                process.communicate()


if __name__ == "__main__":
    main()
