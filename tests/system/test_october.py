#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 20
"""October report, January slide: a slip that was reported in October and closed in November, and
the slope that came down in January. Was the report closed, by whom, and when? Under the policy that
is shipped it was not: the word was void, and the bureau still owed the next act when the slope came
down. A backtest asks the same of a policy that lets a bureau close what nobody has looked at, and a
district that has that policy shows it live. `script/demo --scenario october` tells all of it."""

import hashlib
import json
import os
import re
import subprocess

from harness import ROOT, Bench, expect, programs_dir, slower
from terminal import Terminal

import october
import says

BUREAU = october.BUREAU


def hand_in(district, events):
    path = district.path("scenario.jsonl")
    october.write_events(events, path)
    said = district.json("report", "--office", "feed", "--from", path, "--wait",
                         limit_s=slower(120))
    expect(said["acked"] == len(events), f"all of it is in the log: {said}")


def lines_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.readlines()


def the_lax_policy_is_the_shipped_one_but_for_one_line(bench):
    shipped = os.path.join(ROOT, "policy")
    names = sorted(os.listdir(shipped))
    expect(names == sorted(os.listdir(october.LAX)), "the same files")
    for name in names:
        lines, other = lines_of(shipped, name), lines_of(october.LAX, name)
        if name == "domains.yaml":
            begin = lines.index(next(line for line in lines if f"- id: {october.DOMAIN} " in line))
            del lines[lines.index("    procedure: hazard\n", begin)]
        expect(lines == other, f"{name}: copy policy/{name} to {october.LAX}, and of {name} take "
               f"out `procedure: hazard` of {october.DOMAIN}")  # fmt: skip
    return f"{len(names)} files"


def of(facts, what):
    return [fact for fact in facts if fact["what"] == what]


def was_not_closed(district, matter, where):
    """As recorded, and as it was known when the slope came down."""
    told = district.json("audit", matter, *where, "--at", october.BEFORE)
    closed = of(told["facts"], "closed")
    expect(len(closed) == 1 and closed[0]["void"] == "not_allowed", f"it was void: {closed}")
    expect((told["stage"], told["holder"]) == ("accepted", BUREAU), f"it stood open: {told}")
    expect(all(fact["received"] < october.SLIDE for fact in told["facts"]), "nothing later")
    report = of(told["facts"], "reported")[0]
    expect({row["organ"] for row in report["known"]} >= {BUREAU, "emergency_bureau"},
           f"both had been told in October: {report['known']}")


def would_have_been_closed(district, matter, where):
    words = ["policy", "backtest", "--policy", october.LAX, *where]
    told = district.json(*words, "--all", limit_s=slower(60))
    expect(not told["is_same"] and told == district.json(*words, "--all", limit_s=slower(60)),
           "twice the same differences")
    rows = [row for row in told["differences"] if row["matter"] == matter]
    expect(len(rows) == len(told["differences"]), f"no other matter differs: {told}")
    [row] = [row for row in rows if row["what"] == "matter"]
    expect(row["recorded"]["stage"] != "closed" and row["other"]["stage"] == "closed"
           and row["other"]["organ"] == BUREAU, f"closed, by whom: {row}")
    # When: the word that was void, and is no longer, was of the 5th of November.
    [lost] = [row for row in rows if row["what"] == "alert" and row["reason"] == "outcome"
              and row["how"] == "lost" and row["recorded"]["void"] == "not_allowed"
              and row["recorded"]["time"].startswith("2021-11")]
    expect(lost["recorded"]["organ"] == BUREAU
           and lost["recorded"]["time"].startswith(october.CLOSING), f"and when: {lost}")
    duties = [row for row in rows if row["what"] == "duty" and row["how"] == "lost"]
    expect(any(row["recorded"]["organ"] == BUREAU for row in duties),
           f"and nobody would have owed the next act: {duties}")
    expect(october.closes(told, matter), "and the scenario says so")
    return len(rows)


OWN = ("LOCK", "lock.mdb")  # who has it open


def all_that_there_is(district):
    """The head of the log and of each stream, the state, and every byte of the collector's."""
    stats = district.json("log", "stats", "--state-hash", "--dir", district.folder)
    expect(stats["streams"] and stats["state_hash"], f"{stats}")
    sums = {}
    for folder, _, names in os.walk(district.path("collector")):
        for path in (os.path.join(folder, name) for name in names if name not in OWN):
            with open(path, "rb") as file:
                sums[path] = hashlib.sha256(file.read()).hexdigest()
    expect(len(sums) > 1, f"the collector's files: {sums}")
    return stats, sums


def how_far_it_is_shows_on_a_terminal(district, where):
    """A line that is drawn over and gone at the end, whatever the format; nowhere else."""
    words = ["policy", "backtest", "--policy", october.LAX, *where, "--all"]
    told = district.run(*words, "-o", "json")
    expect(not told.stderr, f"nothing where nobody looks: {told.stderr}")
    told = json.loads(told.stdout)
    terminal = Terminal(district, *words, "-o", "json")
    expect(terminal.end() == 0, f"it ends: {terminal.text}")
    *drawn, document = terminal.text.split("\r\x1b[K")
    expect(json.loads(document) == told, f"the answer is the same: {document[:300]}")
    steps = [re.fullmatch(r"\[#*-*\] +(\d+)% (\d+) events folded", line) for line in drawn if line]
    expect(steps and all(steps), f"it says how far it is: {drawn}")
    done = [int(step[2]) for step in steps]
    expect(done == sorted(done) and done[-1] <= 2 * told["last_position"], f"never less: {done}")


def a_report_of_october_is_not_closed_before_january(bench):
    events = october.drafts()
    matter = october.matter_of(events)
    with bench.district(clock="feed") as district:
        hand_in(district, events)
        district.stop()
        where = ["--dir", district.folder]
        was_not_closed(district, matter, where)
        before = all_that_there_is(district)
        same = district.json("policy", "backtest", "--policy", district.policy, *where)
        expect(same["is_same"], f"its own policy makes no difference: {same['counts']}")
        expect(not october.closes(same, matter), "nor does the scenario say that it is closed")
        count = would_have_been_closed(district, matter, where)
        how_far_it_is_shows_on_a_terminal(district, where)
        expect(all_that_there_is(district) == before, "nothing is sent, and nothing is written")
        return f"{count} differences under the other policy"


def the_named_scenario_tells_it_live_and_as_a_backtest(bench):
    answer = subprocess.run(
        [os.path.join(ROOT, "script", "demo"), "--scenario", "october", "--once", "--lang", "both"],
        env=dict(os.environ, TOCSIN_BIN=programs_dir("dev")), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=slower(200))  # fmt: skip
    expect(answer.returncode == 0, f"{answer.returncode}: {answer.stderr} {answer.stdout[-1500:]}")
    plain = " ".join(answer.stdout.split())
    for key in ("october", "live", "would", "same", "lax", "lax_live"):
        expect(says.SCENES[key][0] in plain, f"{key} is told")
    for key in ("told", "not_closed", "no_difference", "would_close", "did_close"):
        expect("✓ " + " / ".join(says.CHECKS[key]) in answer.stdout, f"{key} is so")
    rest = answer.stdout
    for line in ("2021-11-05", "VOID: not_allowed", "no difference", "land_bureau, closed",
                 "closed 已办结"):
        expect(line in rest, f"{line!r}, in its place: {answer.stdout}")
        rest = rest.partition(line)[2]


if __name__ == "__main__":
    Bench("october").run(
        the_lax_policy_is_the_shipped_one_but_for_one_line,
        a_report_of_october_is_not_closed_before_january,
        the_named_scenario_tells_it_live_and_as_a_backtest,
    )
