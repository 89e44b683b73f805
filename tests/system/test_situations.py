#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 25
"""Four situations of a duty desk, step by step, with the verbs that people type: unpaid wages,
gas in a mine at night, a complaint about a unit, a child in danger. Each goes from the report over
the alert at the bureaus that must act, their acts, the clocks and what is owed, to what the office
can say at the counter. What stands in quotation marks is the situation's own text.

Not here: the duty roster, which test_wake.py has; the desk's one view, which test_desk.py and
test_situation_e.py have; the escalation of what nobody takes in hand, for which time would have to
pass (tests/unit/core/test_fold_ladder.c). Mine safety inspection is the energy bureau's
(policy/organs.yaml), and the township's head is a post of the office that reports."""

import datetime
import os
import re

from harness import (OFFICE_DIVISION, Bench, await_true, expect, expect_same_state,
                     json_lines)
from terminal import acknowledge

OFFICE = "office_qinglong"
BUREAUS = ["petition_bureau", "housing_bureau", "hr_bureau", "energy_bureau", "emergency_bureau",
           "civil_affairs", "police", "discipline", "district_desk"]
REFUSED, NOTHING, STOPPED = 7, 3, 130


class Case:
    """One matter, from its report on."""

    def __init__(self, district, domain, *words, seat=("--office", OFFICE)):
        self.district = district
        self.entered = district.json("report", *seat, "--domain", domain, "--wait", *words)
        self.matter, self.slip = self.entered["matter"], self.entered["slip"]

    def act(self, bureau, act, *words, good=(0,)):
        seat = self.seat(bureau)
        return self.district.run("act", self.matter, act, *seat, "--wait", *words, good=good)

    @staticmethod
    def seat(organ):
        return ("--office" if organ == OFFICE else "--bureau", organ)

    def show(self):
        shown = self.district.json("matter", "show", self.matter)
        shown["clocks"] = {clock["clock"]: clock for clock in shown["clocks"]}
        return shown

    def expect(self, what, **fields):
        """How it stands, as everybody sees it who may."""
        shown = self.show()
        wrong = {key: shown[key] for key, value in fields.items() if shown[key] != value}
        expect(not wrong, f"{what}: {wrong}, not {fields}")
        return shown

    def items(self, bureau):
        """What a bureau's watch shows of it that it has not shown before."""
        watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson"]
        rows = json_lines(self.district.run(*watch, good=(0, NOTHING)).stdout)
        return [row for row in rows if row.get("kind") == "item" and row["matter"] == self.matter]

    def read_by(self, bureau):
        """The words that a bureau reads of what was reported, if any."""
        rows = json_lines(self.district.run("replay", "--matter", self.matter, *self.seat(bureau),
                                            "-o", "ndjson", good=(0, NOTHING)).stdout)
        return [row.get("texts", {}).get("narrative") for row in rows
                if row["event"]["act"] == "reported"]

    def rewrap(self, bureau, to, good=(0,)):
        return self.district.run("rewrap", self.matter, "--to", to, "--bureau", bureau, "--wait",
                                 "-o", "ndjson", good=good)

    def status(self, act=None):
        """What the office says at the counter, once it knows of an act."""
        return await_true(f"the office knows of {act}", lambda: self.told(act), 15)

    def told(self, act):
        said = self.district.json("status", self.slip, "--office", OFFICE)
        return said if act is None or said["last_act"] == act else None


def days_behind(time, days):
    """So many civil days after a time: of 30 working days that may be added, 20 days always."""
    at = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    return (at + datetime.timedelta(days=days)).isoformat()


def reasons(items):
    return [item["alert"]["reason"] for item in items]


def twelve_workers_are_not_paid(district):
    """It bounces twice, the desk decides; it is extended once, paid, closed, and not resolved."""
    # "The office has a flaky link": entered while nobody can be reached, and it arrives.
    district.kill("broker")
    case = Case(district, "petition", "--category", "31.6", "--concerns", "nobody", "--count",
                "affected=12", "--text", "Twelve of us were not paid for three months.")
    (item,) = case.items("petition_bureau")
    expect(item["alert"]["reason"] == "owner" and "Twelve" in item["texts"]["narrative"], f"{item}")
    # "12 is a count", "no list of persons".
    expect(item["event"]["counts"]["affected"] == {"exact": 12}, "twelve is a count")
    expect(not item["event"].get("attributes"), f"and nothing about the twelve: {item['event']}")
    first = case.expect("reported", kind="petition", stage="open", holder_id="petition_bureau")
    case.act("petition_bureau", "transferred", "--to", "housing_bureau")
    expect(reasons(case.items("housing_bureau")) == ["transfer"], "the new holder is told")
    # "A transferred matter can be read by its new holder"; who held it cannot any more.
    shown = district.json("matter", "show", case.matter, "--bureau", "housing_bureau")
    acts = [event["event"]["act"] for event in shown["events"]]
    expect(acts == ["reported", "transferred"], f"from its birth: {shown['events']}")
    district.run("matter", "show", case.matter, "--bureau", "petition_bureau", good=(NOTHING,))
    expect(case.read_by("housing_bureau") == [None], "it sees what was reported, and no word")
    once, again = (case.rewrap("petition_bureau", "housing_bureau") for _ in range(2))
    position = [json_lines(said.stdout)[0]["position"] for said in (once, again)]
    expect(position[0] == position[1], f"the same said twice is entered once: {position}")
    (said,) = case.read_by("housing_bureau")
    expect("Twelve" in said, f"the new holder reads it: {said}")
    told = case.items("housing_bureau")
    expect("texts" not in told[0], f"and is shown no key: {told}")
    case.act("housing_bureau", "objected", "--reason", "not_ours")
    case.expect("once it goes back", holder_id="petition_bureau", stage="open", bounce_count=1)
    case.act("petition_bureau", "transferred", "--to", "hr_bureau")
    # "After a second bounce the desk decides (Art. 24)."
    case.act("hr_bureau", "objected", "--reason", "not_ours")
    case.expect("the second time the desk decides", holder_id="district_desk", stage="held")
    case.rewrap("district_desk", "hr_bureau")
    # "Petition or wage_arrears can be reclassified and keeps its *learned* time."
    case.act("district_desk", "reclassified", "--domain", "wage_arrears")
    now = case.expect("the desk did", kind="wages", holder_id="hr_bureau", stage="open",
                      learned=first["learned"])  # fmt: skip
    expect(now["clocks"]["wage.first_contact"]["owes"] == "holder", f"{now['clocks']}")
    expect("transfer" in reasons(case.items("hr_bureau")), "who leads now is told")
    expect("Twelve" in case.read_by("hr_bureau")[0], "and reads what the desk had in escrow")
    expect(case.read_by("housing_bureau") == [], "who led before reads no more")
    expect("co_recipient" in reasons(case.items("housing_bureau")), "and who must act beside it")
    case.act("hr_bureau", "accepted")
    # "Employer or project id, months, fen, evidence on file."
    paper = ["--attribute", "employer_id=E-17,project_id=P-3,months_owed=3,owed=3600000"]
    case.act(OFFICE, "followed_up", *paper, "--text", "Their time sheets are on file.")
    (told,) = [i for i in case.items("hr_bureau") if i["event"]["act"] == "followed_up"]
    expect(told["event"]["attributes"]["months_owed"] == 3, f"{told['event']}")
    expect("time sheets" in told["texts"]["narrative"], f"{told['texts']}")
    case.act("hr_bureau", "case_filed")
    # "Extension: approver, reason, petitioner told, before the due day, once."
    until = ["--reason", "complex", "--post", "head_on_duty", "--until", days_behind(
        case.show()["clocks"]["labour.inspection"]["due"], 20)]  # fmt: skip
    for at in range(0, 6, 2):
        words = list(until)
        del words[at:at + 2]
        said = case.act("hr_bureau", "extended", *words, good=(REFUSED,)).stderr
        expect(("reason", "post", "until")[at // 2] in said, f"with {words} alone: {said}")
    case.act("hr_bureau", "extended", *until)
    again = case.act("hr_bureau", "extended", *until, good=(REFUSED,))
    expect("try:" in again.stderr, f"an extension is given once: {again.stderr}")
    clocks = case.show()["clocks"]
    expect(clocks["wage.first_contact"]["verdict"] is not None, "first contact is over")
    expect(clocks["labour.inspection"]["extended_until"][:10] == until[-1][:10], f"{clocks}")
    # "Closing needs the reply **and** petitioner_told(date, how)."
    case.act("hr_bureau", "ordered", "--until", days_behind(case.show()["learned"], 7))
    case.act("hr_bureau", "paid", "--count", "loss_fen=3600000")
    case.act("hr_bureau", "closed", good=(REFUSED,))
    case.expect("closing needs the telling", stage="paid", owed_act="petitioner_told")
    case.act("hr_bureau", "petitioner_told", good=(REFUSED,))
    case.act("hr_bureau", "petitioner_told", "--how", "phone")
    # "Status in one screen: stage, who owes what by when, next right."
    told = case.status("petitioner_told")
    expect((told["holder"], told["expected"]) == ("hr_bureau", "closed"), f"owed next: {told}")
    case.act("hr_bureau", "closed")
    told = case.status("closed")
    expect((told["stage"], told["holder"]) == ("closed", "hr_bureau"), f"at the counter: {told}")
    # "Not resolved", by code, re-opens with the original start.
    case.act(OFFICE, "reopened", "--reason", "not_resolved")
    case.expect("not resolved: the original start", stage="accepted", learned=first["learned"])
    expect("reopened" in [i["event"]["act"] for i in case.items("hr_bureau")], "who leads is told")


def gas_in_a_mine_at_night(district):
    """Three fields, and both bureaus have it; people come out; one is dead: the same matter."""
    # "First line printed: … withdraw people, 119/120, now": before anything else is asked.
    words = "gas in the coal mine, people underground\nyes\nq\n"
    said = district.run("report", "--guided", "--office", OFFICE, "--language", "en",
                        given=words.encode(), good=(STOPPED,)).stderr
    expect("119 fire" in said and "120 ambulance" in said and "Get people out" in said, said)
    # "imminent: three fields (where, what, people at risk or unknown), the rest later."
    case = Case(district, "coal_mine_safety", "--severity", "danger", "--concerns", "nobody",
                "--text", "Gas underground, third gallery.", "--count", "at_risk=at_least:6")
    # "Energy, emergency, mine-safety inspectorate, desk and township head in parallel; acknowledged
    # in 5 min."
    expect(reasons(case.items("energy_bureau")) == ["owner"], "who leads has it")
    for beside in ("emergency_bureau", "district_desk", OFFICE):
        expect(reasons(case.items(beside)) == ["co_recipient"], f"{beside} at the same time")
    clock = case.expect("reported", kind="hazard", stage="open")["clocks"]["desk.imminent_ack"]
    expect((clock["unit"], clock["amount"]) == ("minutes", 5) and not clock["verdict"], f"{clock}")
    # "Else the call sheet": what helps first, who leads, who acts beside it, the desk.
    sheet = district.run("callsheet", case.matter, "--bureau", "energy_bureau", "--language",
                         "en").stdout
    expect("119 fire and rescue" in sheet and "people out first" in sheet, sheet)
    for word in ("leads", "acts beside", "the desk"):
        expect(word in sheet, f"{word}: {sheet}")
    # "A second report with a higher count rings again."
    district.json("report", "--office", OFFICE, "--matter", case.matter, "--severity", "danger",
                  "--concerns", "nobody", "--count", "at_risk=at_least:9", "--text", "Nine.",
                  "--wait")
    (again,) = case.items("energy_bureau")
    expect(again["event"]["counts"]["at_risk"] == {"at_least": 9}, f"it rings again: {again}")
    told = reasons(case.items(OFFICE))
    expect(told == ["co_recipient"], f"also with the head of who said it: {told}")
    acknowledge(district, case.matter, "emergency_bureau")
    case.act("energy_bureau", "accepted")
    verdict = case.show()["clocks"]["desk.imminent_ack"]["verdict"]
    expect(verdict == "in_time", f"somebody answered in time: {verdict}")
    expect(case.status("accepted")["stage"] == "accepted", "the office can say so")
    # "people_withdrawn counts down to 0; hazard → accident keeps the matter and starts the
    # 1 h / 2 h chain."
    case.act("energy_bureau", "people_withdrawn", "--count", "at_risk=4")
    case.expect("some are out", marks=[])
    case.act("energy_bureau", "people_withdrawn", "--count", "at_risk=0")
    case.expect("all are out", marks=["people_out"])
    case.act(OFFICE, "followed_up", "--count", "deaths=1", "--text", "One was found.")
    now = case.expect("harm makes it an accident", kind="accident", stage="open",
                      owed_act="reported_up", marks=["people_out"], level="ordinary",
                      level_sure="at_least")  # fmt: skip
    clock = now["clocks"]["acc.each_level_up"]
    expect((clock["unit"], clock["amount"], clock["verdict"]) == ("hours", 2, None), f"{clock}")
    expect("desk.imminent_ack" in now["clocks"], "with the clocks that it had")
    expect(case.items("district_desk"), "the desk learns of the accident")
    case.act(OFFICE, "followed_up", "--count", "deaths=at_least:10", "--text", "Nine more.")
    clocks = case.expect("ten are dead: it goes further up", level="major")["clocks"]
    expect([clocks[f"acc.to_{up}"]["amount"] for up in ("province", "state_council")] == [4, 6],
           f"{sorted(clocks)}")  # fmt: skip
    (item,) = case.items("district_desk")
    expect(item["alert"]["level"] == "major", f"the desk is told that it rose: {item['alert']}")
    case.act("energy_bureau", "reported_up", "--reason", "state_council")
    expect(case.show()["clocks"]["acc.to_province"]["verdict"] == "in_time", "levels are skipped")
    case.act("energy_bureau", "corrected", "--count", "deaths=2", "--reason", "miscounted")
    case.expect("one word alone lowers nothing", level="major")
    case.act("energy_bureau", "corrected", "--count", "deaths=2", "--reason", "miscounted",
             "--post", "head_on_duty")  # fmt: skip
    case.expect("with the post that approves it does", level="ordinary")


def expect_sealed(district, *texts):
    """No file of the office's PC has a text in plain."""
    count = 0
    for folder, _, names in os.walk(district.path("agents", OFFICE)):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            found = [text for text in texts if text.encode() in data]
            expect(not found, f"{name} keeps {found} in plain")
            count += len(data) > 0
    expect(count > 0, "the office's files were read")


def a_petition_accuses_the_land_office(district):
    """Only the discipline organ and the desk's custodian; who does not know is heard there."""
    # "Whom does it concern" asked of every complaint.
    words = ["report", "--office", OFFICE, "--domain", "expropriation", "--text", "Wrong."]
    unsaid = district.run(*words, good=(2, REFUSED)).stderr
    expect("concerns" in unsaid, f"it must be said: {unsaid}")
    secret = "They measured the mill field wrong."
    case = Case(district, "expropriation", "--concerns", "unit", "--accused", "The land office",
                "--text", secret)
    (item,) = case.items("discipline")
    expect(item["alert"]["reason"] == "guarded" and not item["event"].get("domain"), f"{item}")
    expect(item["texts"]["accused"] == "The land office", "it reads whom it concerns")
    # "Both chains are excluded": the bureau and the township. "Nothing local stays in plain."
    expect(not case.items(OFFICE), "the township is told nothing")
    district.run("matter", "show", case.matter, "--office", OFFICE, good=(NOTHING,))
    expect_sealed(district, secret, "The land office")
    for bureau in ("land_bureau", "housing_bureau", "petition_bureau"):
        expect(not case.items(bureau), f"{bureau} is not told")
        district.run("matter", "show", case.matter, "--bureau", bureau, good=(NOTHING,))
    now = case.expect("held, and it tells nothing", stage="held", holder_id="discipline",
                      division=None, domain=None)
    hold = now["clocks"]["desk.hold"]
    expect((hold["unit"], hold["amount"], hold["owes"], hold["verdict"]) ==
           ("working_days", 1, "holder", None), f"the hold has its own clock: {hold}")  # fmt: skip
    case.act("discipline", "accepted")
    expect(case.show()["clocks"]["desk.hold"]["verdict"] == "in_time", "which ends with it")
    told = case.status()
    expect(told["is_opaque"] and "holder" not in told, f"the code says that it is handled: {told}")
    # "*Don't know* = hold."
    unknown = Case(district, "petition", "--concerns", "unknown", "--text", "Somebody there.")
    now = unknown.expect("who does not know", stage="held", holder_id="district_desk")
    expect(not now["clocks"]["desk.hold"]["verdict"], "for which a clock runs at the desk")
    expect(reasons(unknown.items("district_desk")) == ["guarded"], "the custodian looks at it")
    # "The desk can report with --channel phone|visit|letter."
    for channel in ("phone", "visit", "letter"):
        said = Case(district, "petition", "--channel", channel, "--concerns", "nobody",
                    "--division", "520502012000", "--text", f"By {channel}.",
                    seat=("--bureau", "district_desk"))  # fmt: skip
        said.expect("the desk too", holder_id="petition_bureau", office_id="district_desk")
    return now["events"][0]["position"]


def two_persons_let_a_complaint_go(district):
    """One post alone gives it to nobody; what the other must name is shown; the land office and
    those who had no part in it learn nothing."""
    secret = "They measured it wrong again."
    case = Case(district, "expropriation", "--concerns", "unit", "--text", secret, "--accused",
                "accused_organs: land_bureau\nThe land office")
    same = ["--domain", "expropriation", "--to", "housing_bureau"]
    case.act("discipline", "released", *same)
    case.expect("one post", stage="held", holder_id="discipline", second_act="released",
                second_domain="expropriation", second_organ="housing_bureau")
    told = district.run("matter", "show", case.matter).stdout
    expect(f"released {' '.join(same)}, until another post says the same" in told, told)
    case.act("district_desk", "released", "--domain", "expropriation", "--to", "petition_bureau")
    case.expect("that is another act", stage="held", second_organ="petition_bureau")
    case.act("discipline", "released", "--domain", "expropriation", "--to", "petition_bureau")
    now = case.expect("two posts", stage="open", holder_id="petition_bureau", second_act=None)
    expect(now["clocks"]["desk.hold"]["verdict"] == "in_time", "the hold is over")
    expect("transfer" in reasons(case.items("petition_bureau")), "who leads now is told")
    for bureau in ("land_bureau", "housing_bureau"):
        expect(not case.items(bureau), f"{bureau} is not told")
    the_new_holder_alone_reads_it(case, secret)


def the_new_holder_alone_reads_it(case, secret):
    """What the list keeps is handed to whom two posts named, and to nobody whom one post named."""
    expect(case.read_by("petition_bureau") == [None], "it sees what was reported, and no word")
    told = case.rewrap("discipline", "housing_bureau", good=(NOTHING,)).stderr
    expect("allow-list without housing_bureau" in told, f"one post named it: {told}")
    case.rewrap("discipline", "petition_bureau")
    expect(case.read_by("petition_bureau") == [secret], "the new holder reads it")
    for bureau in ("land_bureau", "housing_bureau", OFFICE):
        expect(not case.read_by(bureau), f"{bureau} has no word of it")
    # What is said of it from now on is for who leads and who is on the list.
    answer = "It will be measured again."
    case.act("petition_bureau", "accepted", "--text", answer, "--domain", "expropriation")
    rows = json_lines(case.district.run("replay", "--matter", case.matter, "--bureau",
                                        "petition_bureau", "-o", "ndjson").stdout)
    said = [row["texts"]["narrative"] for row in rows if row["event"]["act"] == "accepted"]
    expect(said == [answer], f"it reads back what it wrote: {said}")


def nobody_hands_a_complaint_to_whom_it_accuses(district):
    """The program of who can read whom it accuses looks, before anything is said."""
    secret = "They took the money."
    case = Case(district, "road_traffic", "--concerns", "unit", "--text", secret, "--accused",
                "accused_organs: traffic_police\nThe traffic police")
    (item,) = case.items("discipline")
    events = case.show()["event_count"]
    ways = [("transferred", "--to", "traffic_police"), ("transferred", "--to", "police"),
            ("released", "--domain", "petition", "--to", "traffic_police"),
            ("released", "--domain", "road_traffic"),
            ("reclassified", "--domain", "road_traffic"),
            ("transferred", "--to", "traffic_police", "--not-accused")]  # fmt: skip
    for seat in ("discipline", "district_desk"):
        for way in ways:
            told = case.act(seat, *way, good=(REFUSED,)).stderr
            expect("accuses that organ" in told and "petition_bureau" in told, told)
            may = told.split("try: one of")[1].split()
            expect(not {"traffic_police", "police"} & set(may), may)
    expect(case.show()["event_count"] == events, "nothing of it is logged")
    case.act("discipline", "transferred", "--to", "petition_bureau")
    case.act("district_desk", "transferred", "--to", "petition_bureau")
    case.expect("two posts", stage="held", holder_id="petition_bureau")
    # Who has it now cannot read whom it accuses until that is handed over, and says so.
    told = case.act("petition_bureau", "transferred", "--to", "hr_bureau", good=(REFUSED,)).stderr
    expect("cannot be read here" in told and "--not-accused" in told, told)
    case.rewrap("discipline", "petition_bureau")
    expect(case.read_by("petition_bureau") == [secret], "it reads it")
    told = case.act("petition_bureau", "transferred", "--to", "traffic_police",
                    good=(REFUSED,)).stderr  # fmt: skip
    expect("accuses that organ" in told, told)
    # One that names a matter which is there is a matter of its own; the desk, which does not lead
    # it, is told of it all the same, and its word is looked at as the first one's is.
    known = Case(district, "petition", "--concerns", "nobody", "--text", "The road.")
    apart = Case(district, "road_traffic", "--matter", known.matter, "--concerns", "unit",
                 "--division", OFFICE_DIVISION[OFFICE], "--text",
                 secret, "--accused", "accused_organs: traffic_police\nThe traffic police")
    listed = district.run("matter", "ls", "--bureau", "discipline").stdout
    apart.matter = re.search(r"^(f{8}-\S+)", listed, re.MULTILINE)[1]
    for seat in ("discipline", "district_desk"):
        told = apart.act(seat, "transferred", "--to", "police", good=(REFUSED,)).stderr
        expect("accuses that organ" in told, told)
        if seat == "discipline":
            apart.act(seat, "transferred", "--to", "hr_bureau")
    # No text says whom: a person does, or the word of a program.
    other = Case(district, "petition", "--concerns", "unit", "--accused", "Somebody", "--text", "X")
    told = other.act("discipline", "transferred", "--to", "hr_bureau", good=(REFUSED,)).stderr
    expect("--not-accused" in told, told)
    other.act("discipline", "transferred", "--to", "hr_bureau", "--not-accused")
    other.expect("said", second_act="transferred", second_organ="hr_bureau")


def two_posts_erase_a_text(district):
    """One post alone erases nothing, nor does who has no part in it; then nobody reads it."""
    holder = "petition_bureau"
    case = Case(district, "petition", "--concerns", "nobody", "--text", "Her name and her road.")
    (item,) = case.items(holder)
    expect(item["texts"]["narrative"] == "Her name and her road.", "the holder reads it")

    def event():
        return case.show()["events"][0]

    expect(event()["erasure"] == "none", f"nobody has asked: {event()}")
    where = [case.matter, str(event()["position"]), "--post", "duty post"]
    request = [*where, "--reason", "request"]
    district.run("erase", *request, "--bureau", "hr_bureau", good=(NOTHING,))
    district.run("erase", case.matter, "1", "--post", "duty post", "--reason", "request",
                 "--bureau", holder, good=(NOTHING,))
    told = district.run("erase", *where, "--reason", "because", "--bureau", holder, good=(REFUSED,))
    expect("what it must, as the policy knows it: reason" in told.stderr, told.stderr)
    told = district.run("erase", *request, "--bureau", holder).stdout
    expect("not yet" in told and event()["erasure"] == "none", told)
    words = ["watch", "--bureau", "district_desk", "--once"]
    seen = district.run(*words, good=(0, NOTHING)).stdout
    same = f"{case.matter} {event()['position']} --reason request --hash {event()['hash']}"
    expect(same in told and same in seen, f"who comes second knows what to say: {seen}")
    told = district.run("matter", "show", case.matter).stdout
    expect("erased --reason request, until another post says the same" in told, told)
    district.run("erase", *request, "--hash", event()["hash"], "--bureau", "district_desk")
    await_true("it is erased", lambda: event()["erasure"] == "erased", 10)
    again = district.run("erase", *request, "--bureau", holder, good=(REFUSED,)).stderr
    expect("exists already" in again, again)
    words = ["replay", "--bureau", holder, "--matter", case.matter, "-o", "ndjson"]
    first = json_lines(district.run(*words).stdout)[0]
    expect(first["is_erased"] and "texts" not in first, f"nobody reads it any more: {first}")
    expect(first["closed"] == ["narrative"], f"and what it was is named: {first}")


def a_child_is_in_danger(district):
    """Police, civil affairs, education at once; closed with a path and a visit that saw it safe."""
    case = Case(district, "left_behind_child", "--severity", "danger", "--concerns", "nobody",
                "--contact", "behind the mill", "--informant", "its teacher",
                "--text", "Nobody looks after it.")
    (item,) = case.items("civil_affairs")
    # "The child's place in a compartment for responders only; the reporter sealed apart."
    expect(item["texts"]["contact"] == "behind the mill", "who must act reads the place")
    expect(item["texts"]["informant"] == "its teacher", "and who told it")
    (beside,) = case.items("education_bureau")
    expect(beside["alert"]["reason"] == "co_recipient", "education has it at once")
    read = beside["texts"]
    expect(read == {"contact": "behind the mill"}, f"and reads where to go, no more: {read}")
    # "110 first: police, civil affairs and education at once."
    (police,) = case.items("police")
    expect(police["alert"]["reason"] == "co_recipient", "police have it at once")
    expect(police["texts"] == read, f"and read where to go, no more: {police['texts']}")
    calm = Case(district, "left_behind_child", "--severity", "routine", "--concerns", "nobody",
                "--contact", "by the well", "--text", "It has no winter shoes.")
    expect(calm.items("education_bureau") and not calm.items("police"), "no danger, no police")
    calm.act(OFFICE, "followed_up", "--severity", "danger", "--text", "It has run away.")
    expect(reasons(calm.items("police")) == ["co_recipient"], "told when it becomes one")
    # "110 first", "under 8 immediately": what is told at the counter before anything is sent.
    words = "a child is alone\nyes\nleft_behind_child\nq\n"
    said = district.run("report", "--guided", "--office", OFFICE, "--language", "en",
                        given=words.encode(), good=(STOPPED,)).stderr
    expect("110 police" in said, f"110 first: {said}")
    expect("A child under eight" in said and "at once" in said, f"under 8 immediately: {said}")
    # "15 min"; "a guardianship gap alerts at once"; "temporary care within 24 h".
    clocks = case.expect("reported", kind="guardianship", stage="open")["clocks"]
    terms = {"desk.child_ack": ("minutes", 15), "desk.temporary_care": ("hours", 24),
             "child.gap": ("calendar_days", 7)}  # fmt: skip
    for name, wanted in terms.items():
        clock = clocks[name]
        expect((clock["unit"], clock["amount"]) == wanted, f"{name}: {clock}")
    case.act("civil_affairs", "accepted")
    # "Closed only with a path *and* a visit that saw the child safe."
    case.act("civil_affairs", "closed", good=(REFUSED,))
    case.act("civil_affairs", "path_set", "--attribute", "path=entrusted_care")
    case.act("civil_affairs", "closed", good=(REFUSED,))
    case.act(OFFICE, "seen_safe")
    clocks = case.expect("seen safe", stage="safe", owed_act="closed")["clocks"]
    late = [name for name in terms if clocks[name]["verdict"] != "in_time"]
    expect(not late, f"all in time but {late}: {clocks}")
    case.act("civil_affairs", "closed")
    said = case.told(None)
    expect(said["is_opaque"] and "stage" not in said, f"a found slip betrays nobody: {said}")
    # "School or kin as the accused → guarded."
    school = Case(district, "left_behind_child", "--severity", "danger", "--concerns", "unit",
                  "--accused", "The school", "--text", "It is beaten there.")
    for bureau in ("education_bureau", "civil_affairs"):
        expect(not school.items(bureau), f"{bureau} is not told")
    expect(reasons(school.items("discipline")) == ["guarded"], "the discipline organ is")


def the_situations(bench):
    with bench.district(offices=1, bureaus=BUREAUS) as district:
        for situation in (twelve_workers_are_not_paid, gas_in_a_mine_at_night,
                          two_persons_let_a_complaint_go,
                          nobody_hands_a_complaint_to_whom_it_accuses,
                          two_posts_erase_a_text, a_child_is_in_danger):
            situation(district)
        held = a_petition_accuses_the_land_office(district)
        district.stop()
        where = ["--dir", district.folder]
        why = district.run("explain", str(held), *where).stdout
        expect("clock desk.hold starts" in why, f"why the desk is told of a hold: {why}")
        district.run("log", "verify", *where)
        expect_same_state(district)
    return "4 situations, two persons, and two posts"


if __name__ == "__main__":
    Bench("situations").run(the_situations)
