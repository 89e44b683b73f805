#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 10
"""October report, January slide: a slip that was reported in October and closed in November, and
the slope that came down in January. Was the report closed, by whom, and when? Under the policy that
is shipped it was not: the word was void, and the bureau still owed the next act when the slope came
down. A backtest asks the same of a policy that lets a bureau close what nobody has looked at."""

import os
import shutil
import sys

from harness import ROOT, Bench, expect, slower

sys.path.insert(0, os.path.join(ROOT, "script", "demo.d"))
import feed  # noqa: E402

SCENARIO = os.path.join(ROOT, "tests", "data", "scenarios", "october-report.jsonl")
DOMAIN = "geological_hazard"
BUREAU = "land_bureau"
SLIDE = "2022-01-03T11:00:00"  # in UTC: what the office says then


def hand_in(district, drafts):
    path = district.path("scenario.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for _, line in feed.for_feed_agent(drafts))
    said = district.json("report", "--office", "feed", "--from", path, "--wait",
                         limit_s=slower(120))
    expect(said["acked"] == len(drafts), f"all of it is in the log: {said}")


def lax_policy(district):
    """As the shipped one, but a geological hazard is a matter like any other: whoever holds it may
    close it."""
    folder = district.path("lax")
    shutil.copytree(district.policy, folder)
    path = os.path.join(folder, "domains.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    begin = text.index(f"- id: {DOMAIN}")
    line = "    procedure: hazard\n"
    at = text.index(line, begin)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:at] + text[at + len(line):])
    return folder


def of(facts, what):
    return [fact for fact in facts if fact["what"] == what]


def was_not_closed(district, matter, where):
    """As recorded, and as it was known when the slope came down."""
    told = district.json("audit", matter, *where, "--at", "2022-01-03T10:59:59Z")
    closed = of(told["facts"], "closed")
    expect(len(closed) == 1 and closed[0]["void"] == "not_allowed", f"it was void: {closed}")
    expect((told["stage"], told["holder"]) == ("accepted", BUREAU), f"it stood open: {told}")
    expect(all(fact["received"] < SLIDE for fact in told["facts"]), "nothing later is known")
    report = of(told["facts"], "reported")[0]
    expect({row["organ"] for row in report["known"]} >= {BUREAU, "emergency_bureau"},
           f"both had been told in October: {report['known']}")


def would_have_been_closed(district, matter, where):
    words = ["policy", "backtest", "--policy", lax_policy(district), *where]
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
           and lost["recorded"]["time"].startswith("2021-11-05T02:00"), f"and when: {lost}")
    duties = [row for row in rows if row["what"] == "duty" and row["how"] == "lost"]
    expect(any(row["recorded"]["organ"] == BUREAU for row in duties),
           f"and nobody would have owed the next act: {duties}")
    return len(rows)


def a_report_of_october_is_not_closed_before_january(bench):
    drafts = feed.read(SCENARIO)
    [matter] = {draft.keys["matter"] for draft in drafts if draft.keys["domain"] == DOMAIN}
    with bench.district(clock="feed") as district:
        hand_in(district, drafts)
        district.stop()
        where = ["--dir", district.folder]
        was_not_closed(district, matter, where)
        same = district.json("policy", "backtest", "--policy", district.policy, *where)
        expect(same["is_same"], f"its own policy makes no difference: {same['counts']}")
        count = would_have_been_closed(district, matter, where)
        return f"{count} differences under the other policy"


if __name__ == "__main__":
    Bench("october").run(a_report_of_october_is_not_closed_before_january)
