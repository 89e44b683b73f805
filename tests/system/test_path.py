#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 20
"""The whole path with the verbs that people type: report, watch, act, the answer at the office,
replay, matter, and that what is sealed stands nowhere in the clear."""

import json
import os

from harness import (
    Bench,
    await_true,
    delivered,
    expect,
    json_lines,
    programs_dir,
    read_lines,
    replay,
)

OFFICE = "office_chahe"
DIVISION = "520502102000"
BUREAU = "energy_bureau"
BESIDE = "emergency_bureau"  # a co-recipient of the domain
SECRET = "gas smell underground at the third gallery"
CONTACT = "the lamp room, ask for the shift leader"
ANSWER = "everybody is out and the mine is stopped"


def report(district, **more):
    words = ["report", "--office", OFFICE, "--division", DIVISION, "--wait"]
    said = {"domain": "coal_mine_safety", "severity": "danger", "concerns": "nobody", **more}
    for name, value in said.items():
        words += ["--" + name, value]
    return district.json(*words)


def items_of(answer):
    return [row for row in json_lines(answer.stdout) if row.get("kind") == "item"]


def a_report_reaches_the_bureau_and_the_answer_comes_back(bench):
    with bench.district() as district:
        entered = report(district, text=SECRET, contact=CONTACT, count="at_risk=at_least:6")
        matter = entered["matter"]
        expect(entered["slip"], "a report gives a slip")
        expect(entered["position"] > 1 and entered["outcome"] == "ok", "it is in the log")

        watch = ["watch", "--bureau", BUREAU, "--name", "duty", "--once", "-o", "ndjson"]
        items = items_of(district.run(*watch))
        expect(len(items) == 1 and items[0]["matter"] == matter, "the bureau got its item")
        expect(items[0]["texts"]["narrative"] == SECRET, "and reads what was sealed to it")
        expect(items[0]["texts"]["contact"] == CONTACT and "closed" not in items[0], "all of it")
        beside = ["watch", "--bureau", BESIDE, "--name", "duty", "--once", "-o", "ndjson"]
        told = items_of(district.run(*beside))
        expect(told[0]["texts"] == {"narrative": SECRET}, "a co-recipient reads what happened")
        expect(told[0]["closed"] == ["contact"], "and is told what it has no key for")
        expect(items[0]["alert"]["reason"] == "owner", "because it owns the domain")
        again = district.run(*watch, good=(3,))
        expect(not items_of(again), "its cursor moved: nothing comes twice")
        other = ["watch", "--bureau", "petition_bureau", "--name", "x", "--once", "-o", "ndjson"]
        expect(not items_of(district.run(*other, good=(3,))), "another bureau got nothing")

        act = ["--bureau", BUREAU, "--wait"]
        district.run("act", matter, "accepted", *act)
        out = ["--count", "at_risk=0", "--text", ANSWER]
        district.run("act", matter, "people_withdrawn", *act, *out)
        back = district.run("watch", "--office", OFFICE, "--once", "-o", "ndjson")
        texts = [row.get("texts", {}).get("narrative") for row in items_of(back)]
        expect(texts[-1] == ANSWER, "the clerk reads the answer")

        shown = await_true(
            "the state has the reply",
            lambda: [
                m
                for m in district.json("matter", "ls")["matters"]
                if m["matter"] == matter and m["last_act"] == "people_withdrawn"
            ],
            10,
        )[0]
        expect(shown["holder_id"] == BUREAU and shown["event_count"] == 3, "the matter tells it")
        expect(shown["kind"] == "hazard" and shown["stage"] == "accepted", f"by its kind: {shown}")
        expect(shown["marks"] == ["people_out"], f"and what stands with it: {shown}")
        rows = district.json("matter", "show", matter)
        acts = [row["event"]["act"] for row in rows["events"]]
        expect(acts == ["reported", "accepted", "people_withdrawn"], f"in order: {acts}")
        expect(rows["owed_act"] == "graded" and rows["owed_id"] == BUREAU, f"what is owed: {rows}")
        expect("graded" in rows["allowed_acts"], f"and what may be done: {rows['allowed_acts']}")

        apart = {"zero_report", "on_duty", "handed_over", "unsealed"}
        expect(not apart & set(rows["allowed_acts"]), f"nothing else: {rows['allowed_acts']}")
        beside = district.json("matter", "show", matter, "--bureau", BESIDE)
        expect(beside["matter"] == matter, f"who owes an acknowledgement sees it: {beside}")
        show = ["matter", "show", matter, "--bureau", "hr_bureau"]
        told = district.run(*show, good=(3,))
        expect(matter not in told.stdout, f"nobody else does: {told.stdout}")

        replayed = district.run("replay", "--matter", matter, "-o", "ndjson")
        acts = [row["event"]["act"] for row in json_lines(replayed.stdout)]
        expect(acts == ["reported", "accepted", "people_withdrawn"], f"replay of it: {acts}")
        digest = district.json("replay", "--digest")
        expect("digest " + digest["digest"] in district.run("replay").stderr, "one digest for both")
        told = district.json("replay", "--bureau", BUREAU, "--digest")
        expect(told["count"] == 1, "a bureau replays what it was told")
        district.stop()
        stats = district.json("log", "stats", "--dir", district.folder)
        expect(stats["digest"] == digest["digest"], "the stopped log has the same digest")
        where = sealed_in_clear(district, (SECRET, ANSWER))
        expect(not where, f"sealed text in the clear in {where}")
    return f"matter {matter[:8]}…, digest {digest['digest'][:8]}…"


def sealed_in_clear(district, texts):
    """Files of the district that hold one of the texts; they should stand nowhere."""
    found = []
    for folder, _, files in os.walk(district.folder):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read()
            if any(text.encode() in data for text in texts):
                found.append(os.path.relpath(path, district.folder))
    return found


def an_act_that_changes_nothing_says_so(bench):
    with bench.district() as district:
        matter = report(district)["matter"]
        act = ["act", matter, "accepted", "--wait", "--bureau"]
        done = district.json(*act, BUREAU)
        expect(done["effect"] == "applied", f"the first one counts: {done}")
        for bureau, cause in ((BUREAU, "not_allowed"), ("hr_bureau", "denied")):
            told = district.run(*act, bureau, "-o", "ndjson", good=(7,))
            row = json_lines(told.stdout)[0]
            expect(row["effect"] == "void" and row["cause"] == cause, f"{bureau}: {row}")
            expect("changed nothing" in told.stderr and matter in told.stderr, told.stderr)
        told = district.run("act", matter, "graded", "--wait", "--bureau", BUREAU, good=(7,))
        expect("it must" in told.stderr and "grade" in told.stderr, told.stderr)
        row = json_lines(district.run(*act, BUREAU, "-o", "ndjson", good=(7,)).stdout)[0]
        expect(row["kind"] == "hazard" and "graded" in row["allowed_acts"], f"what would do: {row}")
        stub = "01a20a49-c74d-7017-8698-e5e0e28e7f9a"
        told = district.run("act", stub, "accepted", "--wait", "--bureau", BUREAU, good=(7,))
        expect("tocsin matter show" in told.stderr, "of a matter that nobody reported too")
        why_it_went_so_is_explained(district)


def explain(district, what, *words, good=(0,)):
    return district.run("explain", str(what), "--dir", district.folder, *words, good=good)


def reasons(told, why):
    return [row for row in told["reasons"] if row["why"] == why]


def why_it_went_so_is_explained(district):
    """Beside the collector that runs: a report, a void act, an alert, a complaint about a unit."""
    report(district, concerns="unit", accused="the land office", text=SECRET)
    items, _ = replay(district)
    acts = [(row["event"]["act"], row["position"]) for row in items]
    reported, complaint = [position for act, position in acts if act == "reported"]
    graded = [position for act, position in acts if act == "graded"][0]
    told = json.loads(explain(district, reported, "-o", "json").stdout)
    expect(told["schema"] == "tocsin.explain/1" and told["position"] == reported, f"{told}")
    expect(told["policy_version"] >= 1 and told["organ"] == OFFICE, f"{told}")
    expect(reasons(told, "owner")[0]["organ"] == BUREAU, f"who owns it: {told}")
    owing = [row["organ"] for row in reasons(told, "owes")]
    expect(owing[0] == BUREAU and BESIDE in owing, f"who owes what: {owing}")
    expect(reasons(told, "clock_starts")[0]["time"], f"a clock with its date: {told}")
    expect(reasons(told, "clock_not_for")[0]["misfits"], f"and why another does not: {told}")
    item = [row for row in reasons(told, "told") if row["organ"] == BUREAU][0]
    alert = json.loads(explain(district, f"{BUREAU}/{item['number']}", "-o", "json").stdout)
    asked = alert.pop("alert")
    expect(asked["organ"] == BUREAU and asked["number"] == item["number"], f"{asked}")
    expect(alert == told, "an alert is explained by the event that made it")
    lane = f"{told['source']}/{told['epoch']}/{told['lane']}/{told['sequence']}"
    text = explain(district, lane, "--language", "zh").stdout
    expect("牵头" in text and "时限" in text, f"by its lane, in Chinese: {text}")
    text = explain(district, graded, "--language", "en").stdout
    expect("void" in text and "grade" in text, f"what it lacks: {text}")
    text = explain(district, complaint, "--language", "en").stdout
    expect("guarded" in text and "discipline" in text, f"who may know: {text}")
    for hidden in ("land office", SECRET, "coal_mine_safety", DIVISION):
        expect(hidden not in text, f"{hidden} is told: {text}")
    for unknown in ("999999", f"{BUREAU}/999", "9/0123456789abcdef/urgent/1"):
        explain(district, unknown, good=(3,))
    for wrong in ("0", "nobody/1", "1/2/3", "1/2/urgent/1"):
        explain(district, wrong, good=(2,))


def a_second_up_leaves_the_first_alone(bench):
    with bench.district() as district:
        again = district.run("up", "--dir", district.folder, "--quiet", good=(1,))
        expect("is up already" in again.stderr and "try:" in again.stderr, again.stderr)
        report(district)


def a_founded_district_keeps_the_policy_of_its_log(bench):
    """The folder may be broken afterwards: what counts is in genesis and in the bundle."""
    with bench.district() as district:
        district.stop()
        district.policy = district.path("broken")
        os.mkdir(district.policy)
        with open(district.path("broken", "clocks.yaml"), "w", encoding="utf-8") as file:
            file.write("clocks: [\n")
        told = district.run("policy", "check", district.policy, good=(6,))
        expect("clocks.yaml" in told.stderr, f"it is broken: {told.stderr}")
        district.start()
        said = " ".join(read_lines(district.path("up.err")))
        expect("that of --policy is not read" in said, f"`up` says so: {said}")
        report(district)
        words = ["watch", "--bureau", BUREAU, "--once", "-o", "ndjson"]
        items = items_of(district.run(*words))
        expect(items[0]["alert"]["reason"] == "owner", "and the log's policy routes")


def what_nobody_owns_goes_to_the_desk(bench):
    with bench.district() as district:
        report(district, domain="something_new", severity="routine", text="whose is this?")
        words = ["watch", "--bureau", "district_desk", "--once", "-o", "ndjson"]
        items = items_of(district.run(*words))
        expect(len(items) == 1, "the desk got it")
        expect(items[0]["alert"]["reason"] == "unknown", "because nobody owns it")
        expect("unknown_domain" in items[0]["alert"]["flags"], "and it is flagged")
        expect(items[0]["texts"]["narrative"] == "whose is this?", "the desk reads it")


def a_watch_that_stays_gets_items_as_they_come(bench):
    with bench.district() as district:
        out = district.path("live.ndjson")
        watcher = district.spawn(
            "watch", "--bureau", BUREAU, "--name", "live", "-o", "ndjson", out=out
        )
        for number in range(1, 6):
            report(district, text=f"report {number}")
            await_true(
                f"item {number} comes",
                lambda: any(i["alert"]["number"] == number for i in delivered(out)),
                10,
            )
        watcher.terminate()
        expect(watcher.wait(10) in (0, 130), "the watch ends when asked")
        expect(not read_lines(out + ".err"), "and says nothing wrong")


def versions_are_told(bench):
    with bench.district() as district:
        version = district.json("version")
        expect(version.get("schema", "").startswith("tocsin."), json.dumps(version)[:200])
        expect(os.path.exists(programs_dir("dev")), "the programs are where they should be")


if __name__ == "__main__":
    Bench("path").run(
        a_report_reaches_the_bureau_and_the_answer_comes_back,
        an_act_that_changes_nothing_says_so,
        a_second_up_leaves_the_first_alone,
        a_founded_district_keeps_the_policy_of_its_log,
        what_nobody_owns_goes_to_the_desk,
        a_watch_that_stays_gets_items_as_they_come,
        versions_are_told,
    )
