#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 12
"""Break-glass, in a real district: a child is in danger, who leads does not answer, and the post
that has the desk's duty opens the report alone, in one step. Who has to hear of it hears at once,
another post approves, and nobody opens who may not. That 24 hours go by is unit.core.opening's to
show."""

from harness import Bench, await_true, expect, expect_same_state, json_lines

OFFICE = "office_qinglong"
DESK, LEAD, BESIDE = "district_desk", "civil_affairs", "education_bureau"
BUREAUS = [DESK, LEAD, BESIDE, "petition_bureau", "discipline", "hr_bureau"]
REFUSED, NOTHING = 7, 3
PLACE, WORDS, TEACHER = "behind the old mill", "Nobody looks after it.", "its class teacher"


def report(district, domain, severity, *words):
    return district.json("report", "--office", OFFICE, "--domain", domain, "--severity", severity,
                         "--wait", *words)


def unseal(district, matter, *words, bureau=DESK, good=(0,)):
    return district.run("unseal", matter, "--bureau", bureau, "-o", "ndjson", *words, good=good)


def opening(district, matter, *words, good=(0,), post="duty_officer", bureau=DESK,
            purpose="child"):
    return unseal(district, matter, *words, "--purpose", purpose, "--post", post, "--because",
                  "the police need to know where", bureau=bureau, good=good)


def items(district, bureau, matter):
    watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*watch, good=(0, NOTHING)).stdout)
    return [row for row in rows if row.get("kind") == "item" and row["matter"] == matter]


def clock_of(district, matter):
    shown = district.json("matter", "show", matter, "--bureau", LEAD)
    return {clock["clock"]: clock for clock in shown["clocks"]}.get("seal.second_approval")


def nobody_opens_who_may_not(district, matter):
    told = opening(district, matter, good=(REFUSED,)).stderr
    expect("on_duty" in told, f"not without the duty: {told}")
    district.run("duty", "take", "--bureau", DESK, "--post", "duty_officer", "--wait")
    told = opening(district, matter, post="duty_chief", good=(REFUSED,)).stderr
    expect("on_duty" in told, f"not in the name of another post: {told}")
    told = opening(district, matter, bureau="hr_bureau", good=(REFUSED,)).stderr
    expect("not with you" in told or "not yours" in told, f"nobody but the desk: {told}")
    told = opening(district, matter, purpose="life", good=(REFUSED,)).stderr
    expect("in_danger" in told, f"it is urgent, and no life in danger: {told}")
    petition = report(district, "petition", "urgent", "--category", "31.6", "--concerns", "nobody",
                      "--text", "The road has sunk.")["matter"]
    told = opening(district, petition, good=(REFUSED,)).stderr
    expect("in_danger" in told, f"a petition is about no child: {told}")
    kept = report(district, "petition", "danger", "--category", "31.6", "--concerns", "unit",
                  "--accused", "The land office", "--text", "They threaten us.")["matter"]
    opening(district, kept, purpose="life", good=(REFUSED,))
    district.run("matter", "show", kept, "--bureau", "hr_bureau", good=(NOTHING,))
    told = opening(district, "01a539c4-0000-7000-8000-000000000001", good=(REFUSED,)).stderr
    expect("event" in told and "in_danger" in told, f"nor what nobody reported: {told}")


def one_officer_opens(district, matter):
    expect(not any(row.get("texts") for row in items(district, DESK, matter)),
           "before it the desk reads nothing")
    for bureau in (LEAD, BESIDE):
        items(district, bureau, matter)
    lines = json_lines(opening(district, matter).stdout)
    entered, item = lines[0], lines[-1]
    expect(entered["effect"] == "applied" and item["alert"]["reason"] == "unsealed", f"{lines}")
    expect(item["texts"] == {"contact": PLACE, "narrative": WORDS}, f"where, and what: {item}")
    expect(item["closed"] == ["informant"], f"and not who told it: {item['closed']}")
    expect(item["position"] != entered["position"], "the report is what it carries")
    for bureau in (LEAD, BESIDE):
        (told,) = items(district, bureau, matter)
        expect(told["event"]["act"] == "unsealed" and told["position"] == entered["position"],
               f"{bureau} hears of it at once: {told}")
        expect(told["event"]["post"] == "duty_officer" and "police" in told["event"]["how"],
               f"who, and why: {told['event']}")
    told = opening(district, matter, good=(REFUSED,)).stderr
    expect("exists already" in told, f"not twice: {told}")
    replayed = json_lines(district.run("replay", "--bureau", DESK, "--matter", matter, "-o",
                                       "ndjson").stdout)
    expect(not any(row.get("texts") for row in replayed), f"no replay gives it: {replayed}")
    return entered["position"]


def another_post_approves(district, matter, position):
    expect(clock_of(district, matter)["state"] == "runs", f"a day: {clock_of(district, matter)}")
    told = unseal(district, matter, str(position), "--approve", "--post", "duty_chief",
                  good=(REFUSED,)).stderr
    expect("not yours" in told, f"not with the same key: {told}")
    unseal(district, matter, "--approve", "--post", "x", bureau="hr_bureau", good=(REFUSED,))
    unseal(district, matter, "--approve", "--post", "x", bureau="discipline", good=(NOTHING,))
    district.kill("collector")  # what waits, waits on disk
    unseal(district, matter, "--approve", "--post", "head_on_duty", bureau=LEAD)
    clock = clock_of(district, matter)
    expect(clock["verdict"] == "in_time", f"approved in time: {clock}")
    again = unseal(district, matter, "--approve", "--post", "head_on_duty", bureau=LEAD,
                   good=(REFUSED,)).stderr
    expect("event" in again, f"there is nothing left to approve: {again}")
    told = await_true("the desk hears of it", lambda: [
        row for row in items(district, DESK, matter) if row["alert"]["reason"] == "holder" and
        row["event"].get("reason") == "second_approval"], 10)
    expect(told[0]["event"]["position"] == position, f"of what: {told}")


def a_child_in_danger(bench):
    with bench.district(offices=1, bureaus=BUREAUS) as district:
        matter = report(district, "left_behind_child", "urgent", "--concerns", "nobody",
                        "--contact", PLACE, "--informant", TEACHER, "--text", WORDS)["matter"]
        nobody_opens_who_may_not(district, matter)
        position = one_officer_opens(district, matter)
        another_post_approves(district, matter, position)
        district.stop()
        where = ["--dir", district.folder]
        told = district.run("audit", matter, *where).stdout
        expect(told.count("unsealed") >= 2, f"the audit has both: {told}")
        district.run("log", "verify", *where)
        expect_same_state(district)
    return f"opened and approved at {position}"


if __name__ == "__main__":
    Bench("unseal").run(a_child_in_danger)
