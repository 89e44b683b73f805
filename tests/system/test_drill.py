#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 20
"""A whole exercise beside real work, by the verbs that people type: a danger is reported in the
drill and beside it, bureaus watch both, and the report says afterwards who acknowledged what when.
No real watcher sees anything of the drill. And the scenario "October report", live on the times of
its feed: whether the report could have been closed, by whom and when, and who is told."""

import os

from harness import ROOT, Bench, expect, json_lines
from terminal import acknowledge

import feed  # isort: skip  (the demo's: harness knows where it is)

OFFICE, DESK = "office_qinglong", "district_desk"
BUREAUS = [DESK, "energy_bureau", "emergency_bureau"]
NOTHING = 3
OCTOBER = os.path.join(ROOT, "tests", "data", "scenarios", "october-report.jsonl")


def items(district, bureau, *words):
    watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson", *words]
    rows = json_lines(district.run(*watch, good=(0, NOTHING)).stdout)
    return [row for row in rows if row.get("kind") == "item" and row["event"]]


def report(district, text, *words):
    seat = ["report", "--office", OFFICE, "--domain", "coal_mine_safety", "--severity", "danger"]
    return district.json(*seat, "--concerns", "nobody", "--wait", "--text", text, *words)["matter"]


def a_drill_runs_beside_real_work_and_is_reported(bench):
    with bench.district(offices=1, bureaus=BUREAUS) as district:
        desk = ["--bureau", DESK, "--post", "duty_officer"]
        district.run("drill", "start", "autumn", *desk)
        drilled = report(district, "Exercise: gas.", "--exercise")
        real = report(district, "Gas.")
        seen = {item["matter"] for item in items(district, "energy_bureau")}
        expect(seen == {real}, f"a real watcher sees real work alone: {seen}")
        seen = {item["matter"] for item in items(district, "energy_bureau", "--exercise")}
        expect(seen == {drilled}, f"and one of the drill the drill: {seen}")
        acknowledge(district, drilled, "energy_bureau", "--exercise")
        # Not its to accept: an act without effect is nobody's answer.
        for void in ((drilled, "accepted", "--bureau", "emergency_bureau"),
                     (real, "accepted", "--bureau", "energy_bureau")):
            ended = district.run("act", *void, "--exercise", "--wait", good=(7,))
            expect("changed nothing" in ended.stderr, f"and it says so: {ended}")
        voids = [item["alert"]["outcome"] for item in items(district, "energy_bureau", "--exercise")
                 if item["alert"]["reason"] == "outcome"]
        expect(voids == ["not_allowed"], f"a drill moves no real matter: {voids}")
        shown = district.json("matter", "show", real)
        expect(shown["event_count"] == 1, f"which has nothing of it: {shown['event_count']}")
        district.run("drill", "stop", "autumn", *desk)
        acknowledge(district, real, "energy_bureau")
        told = district.json("drill", "report", "autumn", "--dir", district.folder)
        expect(told["name"] == "autumn" and told["stopped"] is not None, f"whole: {told}")
        rows = {row["organ"]: row for row in told["alerts"] if row["matter"] == drilled}
        expect({row["matter"] for row in told["alerts"]} == {drilled}, "of the drill alone")
        energy, emergency = rows["energy_bureau"], rows["emergency_bureau"]
        expect(energy["post"] == "duty_officer", f"which post: {energy}")
        expect(energy["told"] <= energy["acknowledged"], f"and when: {energy}")
        expect(energy["delivered"] is not None, "it was delivered")
        expect(emergency["acknowledged"] is None, f"nobody there has: {emergency}")
        expect(emergency["first_act"] is None, f"nor done anything that counts: {emergency}")
        expect(emergency["delivered"] is None, "and nobody watched there")
        printed = district.run("drill", "report", "--dir", district.folder).stdout
        expect("missed" in printed and "nobody" in printed and drilled in printed, printed)
        district.run("drill", "report", "spring", "--dir", district.folder, good=(NOTHING,))
        # Whom a complaint accuses is looked at in a drill too, in what was told in the drill.
        handed = report(district, "Exercise: gas again.", "--exercise")
        district.run("act", handed, "transferred", "--to", "emergency_bureau", "--bureau",
                     "energy_bureau", "--exercise", "--wait")  # fmt: skip
        shown = district.run("replay", "--matter", handed, "--bureau", "emergency_bureau")
        expect("transferred" in shown.stdout, f"and who gets it sees it: {shown}")


def the_october_report_is_not_closed_by_who_leads_it_alone(bench):
    with bench.district(clock="feed") as district:
        path = district.path("october.jsonl")
        lines = [line for _, line in feed.for_feed_agent(feed.read(OCTOBER))]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
        words = ["report", "--office", "feed", "--from", path, "--batch", "october", "--wait"]
        said = district.json(*words)
        expect(said["acked"] == len(lines), f"all are acknowledged: {said}")
        matters = district.json("matter", "ls")["matters"]
        (slope,) = [row for row in matters if row["domain"] == "geological_hazard"]
        shown = district.json("matter", "show", slope["matter"])
        told = json_lines(district.run("watch", "--bureau", "land_bureau", "--once", "--exercise",
                                       "-o", "ndjson").stdout)
        voids = [(row["alert"]["act"], row["alert"]["outcome"]) for row in told
                 if row.get("kind") == "item" and row["alert"]["reason"] == "outcome"]
        expect(voids == [("closed", "not_allowed")], f"an early closing is void: {voids}")
        expect(shown["kind"] == "accident", f"harm made it an accident: {shown['kind']}")
        expect(shown["stage"] != "closed", f"and it was open all the time: {shown['stage']}")


if __name__ == "__main__":
    Bench("drill").run(a_drill_runs_beside_real_work_and_is_reported,
                       the_october_report_is_not_closed_by_who_leads_it_alone)
