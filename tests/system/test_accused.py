#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 40
"""Whom a complaint names as accused never hears of it, the desk and discipline inspection included:
in a real district, entered with the verbs that people type at the agents that people have. The
desk's stream, screen, board, matters, replays and counts are the same before and after complaints
against it, and nothing of what is done with them reaches it; what is refused at an agent is nowhere
on its disk."""

import json
import os
import re
import uuid

from harness import Bench, expect, expect_same_state, json_lines
from terminal import acknowledge
from test_desk import plain

OFFICE, OTHER, DESK = "office_qinglong", "office_lishu", "district_desk"
DISCIPLINE, LAND, PETITION = "discipline", "land_bureau", "petition_bureau"
POLICE, TRAFFIC = "police", "traffic_police"
BUREAUS = [DESK, DISCIPLINE, LAND, PETITION, POLICE, TRAFFIC, "hr_bureau"]
PLACE = "520502012000"
REFUSED, NOTHING = 7, 3


def seat(organ):
    return ("--office" if organ.startswith("office_") else "--bureau", organ)


def complain(district, speaker, *accused, good=(0,), words=("--text", "They asked for money.")):
    """A complaint, by an option for each thing; its matter, or what was said instead."""
    said = district.run("report", *seat(speaker), "--domain", "petition", "--category", "31.6",
                        "--division", PLACE, "--channel", "visit", "--severity", "danger",
                        "--concerns", "unit", "--accused", "One of theirs", "--accused-organs",
                        ",".join(accused), "--wait", "-o", "json", *words, good=good)
    return json.loads(said.stdout)["matter"] if said.returncode == 0 else said.stderr


def items(district, organ, matter=None):
    """What its whole stream has, of a matter or at all."""
    watch = ["watch", *seat(organ), "--from", "1", "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*watch, good=(0, NOTHING)).stdout)
    return [row for row in rows if row.get("kind") == "item" and
            (matter is None or row["matter"] == matter)]


def act(district, organ, matter, name, *words, good=(0,)):
    return district.run("act", matter, name, *seat(organ), "--wait", *words, good=good)


def desk_sees(district):
    """All that the desk's people can ask, without what grows with every event of the log."""
    screen = district.json("desk", "--bureau", DESK)
    asked = {
        "stream": items(district, DESK),
        "screen": {key: screen[key] for key in screen if key not in ("as_of", "position", "board")},
        "board": plain(district.json("board", "--bureau", DESK)),
        "matters": district.run("matter", "ls", "--bureau", DESK, "-o", "json",
                                good=(0, NOTHING)).stdout,
        "waiting": district.run("matter", "waiting", "--bureau", DESK, "-o", "json",
                                good=(0, NOTHING)).stdout,
        "notified": district.run("notified", "--since", "2000-01-01", "--bureau", DESK, "-o",
                                 "json", good=(0, NOTHING)).stdout,
        "replay": [row.get("position") for row in json_lines(
            district.run("replay", "--bureau", DESK, "-o", "ndjson", good=(0, NOTHING)).stdout)],
    }
    text = json.dumps(asked, sort_keys=True)
    # The time of asking, and how far the log was then.
    when = r'\\*"(as_of|now|at|position|head|until_position)\\*": ?(\\*"[^"]*"|\d+)'
    return re.sub(when, "", text)


def expect_same(before, after, what):
    if before != after:
        at = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), 0)
        was, now = (text[at - 200:at + 200] for text in (before, after))
        expect(False, f"{what}: …{was}… is now …{now}…")


def nothing_of_a_matter(district, organ, matter):
    expect(not items(district, organ, matter), f"{organ} is told")
    unknown = str(uuid.UUID(int=uuid.UUID(matter).int ^ 0xFFFF))
    for words in (["matter", "show"], ["callsheet"], ["notified"]):
        both = [district.run(*words, id, *seat(organ), good=(0, 2, NOTHING, REFUSED))
                for id in (matter, unknown)]
        same = [(said.returncode, (said.stdout + said.stderr).replace(id, "ID"))
                for said, id in zip(both, (matter, unknown))]
        expect(re.sub(r"\d\d:\d\d:\d\d\S* ?\S*", "", str(same[0])) ==
               re.sub(r"\d\d:\d\d:\d\d\S* ?\S*", "", str(same[1])),
               f"{organ}, {words}: as of what nobody reported: {same}")
    rows = json_lines(district.run("replay", "--matter", matter, *seat(organ), "-o", "ndjson",
                                   good=(0, NOTHING)).stdout)
    expect(not [row for row in rows if row.get("event")], f"{organ} replays {rows}")


def reads(district, organ, matter, line):
    (told,) = [row for row in items(district, organ, matter) if row["event"]["act"] == "reported"]
    expect(told["alert"]["reason"] == "guarded" and not told["event"].get("domain"), f"{told}")
    expect(told["texts"]["accused"] == line + "\nOne of theirs", f"whom it accuses: {told}")
    open_part = {key: told["event"][key] for key in told["event"] if key != "office"}
    expect(DESK not in json.dumps(open_part) and LAND not in json.dumps(open_part),
           f"and nothing of it stands open: {open_part}")


def each_is_kept_from_whom_it_accuses(district):
    cells = (
        # accused, who takes it in, who hears of it
        ([LAND], OFFICE, [DISCIPLINE, DESK]),
        ([POLICE], OFFICE, [DISCIPLINE, DESK]),
        ([TRAFFIC], OFFICE, [DISCIPLINE, DESK]),
        ([OTHER], OFFICE, [DISCIPLINE, DESK]),
        ([OFFICE], DESK, [DISCIPLINE, DESK]),
        ([DISCIPLINE], OFFICE, [DESK]),
        ([DESK], DISCIPLINE, [DISCIPLINE]),
        ([DESK, LAND], DISCIPLINE, [DISCIPLINE]),
    )
    for accused, speaker, hears in cells:
        matter = complain(district, speaker, *accused)
        police = {POLICE, TRAFFIC} if {POLICE, TRAFFIC} & set(accused) else set()
        for organ in BUREAUS + [OFFICE, OTHER]:
            if organ in hears:
                reads(district, organ, matter, "accused_organs: " + ", ".join(accused))
            elif organ in accused or organ in police or organ in (DESK, DISCIPLINE):
                nothing_of_a_matter(district, organ, matter)
            else:
                expect(not items(district, organ, matter), f"{organ} is told")


def what_is_refused_is_nowhere(district):
    secret = "The words that nobody may keep."
    outbox = district.json("outbox", "--office", OFFICE)
    for speaker, accused, said in (
        (OFFICE, [OFFICE], "the desk by phone"),
        (OFFICE, [DESK], "discipline inspection"),
        (OFFICE, [DESK, DISCIPLINE], "nobody in this district"),
        (DESK, [DESK], "discipline inspection"),
        (DISCIPLINE, [DISCIPLINE], "the desk by phone"),
        (DISCIPLINE, [DESK, DISCIPLINE], "nobody in this district"),
        (TRAFFIC, [POLICE], "the desk by phone"),
        (POLICE, [TRAFFIC], "the desk by phone"),
        (OFFICE, ["poliec"], '"police"'),
    ):
        words = ("--text", secret, "--key", "a-key-of-its-own")
        told = complain(district, speaker, *accused, good=(REFUSED,), words=words)
        expect(said in told and "12345" in told or said == '"police"' and said in told,
               f"{speaker}, {accused}: {told}")
        for folder, _, names in os.walk(district.path("agents", speaker)):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                for text in (secret, "a-key-of-its-own", "accused_organs"):
                    expect(text.encode() not in data, f"{speaker} keeps {text} in {name}")
    lanes = [lane["last_sequence"] for lane in outbox["lanes"]]
    after = [lane["last_sequence"] for lane in district.json("outbox", "--office", OFFICE)["lanes"]]
    expect(lanes == after, f"nothing was entered: {lanes} {after}")


def the_desk_notices_nothing(district):
    """A complaint against it lives on from its report to its end."""
    before = desk_sees(district)
    matter = complain(district, DISCIPLINE, DESK)
    expect_same(before, desk_sees(district), "a complaint against the desk is reported")
    nothing_of_a_matter(district, DESK, matter)
    shown = district.json("matter", "show", matter, "--bureau", DISCIPLINE)
    expect((shown["stage"], shown["holder_id"], shown["domain"]) == ("held", DISCIPLINE, None),
           f"discipline inspection has it: {shown}")
    acknowledge(district, matter, DISCIPLINE)
    expect_same(before, desk_sees(district), "it is acknowledged")
    for name, words, code, stage in (
        ("accepted", ["--text", "We look into it."], 0, "accepted"),
        ("objected", ["--reason", "not_ours"], 0, "held"),  # it stays: the desk may not decide
        ("replied", ["--text", "It is so."], REFUSED, "held"),
        ("accepted", ["--text", "We look into it again."], 0, "accepted"),
        ("replied", ["--text", "It is so."], 0, "replied"),
        ("closed", [], 0, "closed"),
    ):
        act(district, DISCIPLINE, matter, name, *words, good=(code,))
        shown = district.json("matter", "show", matter, "--bureau", DISCIPLINE)
        expect((shown["stage"], shown["holder_id"]) == (stage, DISCIPLINE), f"{name}: {shown}")
        expect_same(before, desk_sees(district), f"it is {name}")
    # Whoever took it in can say more of it.
    district.run("report", "--bureau", DISCIPLINE, "--matter", matter, "--concerns", "unit",
                 "--accused-organs", DESK, "--text", "And again.", "--wait")
    expect_same(before, desk_sees(district), "it is followed up")
    nothing_of_a_matter(district, DESK, matter)
    complain(district, OFFICE, LAND)
    expect(before != desk_sees(district), "what does not accuse it, it would see")
    return matter


def a_desk_that_is_accused(bench):
    with bench.district(offices=2, bureaus=BUREAUS) as district:
        each_is_kept_from_whom_it_accuses(district)
        what_is_refused_is_nowhere(district)
        matter = the_desk_notices_nothing(district)
        district.stop()
        where = ["--dir", district.folder]
        district.run("log", "verify", *where)
        expect_same_state(district)
    return f"{matter} is discipline inspection's alone"


if __name__ == "__main__":
    Bench("accused").run(a_desk_that_is_accused)
