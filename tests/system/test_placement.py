#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 25
"""A placement by the verbs that people type: months, a late proof with its second organ, a claim
that breaks a rule and the early warning of it, and what is shown of it. Then step by step over
eighteen months, in a district whose time is that of what is said in it: one placement with a month
that nobody proves, one that is complete, one that only the village vouches for, one that is
interrupted, and one with wrong claims."""

from harness import Bench, await_true, expect, expect_same_state, json_lines, slower
from test_numbers import numbers, programs

import feed  # isort: skip  (the demo's: harness knows where it is)

FEN = 100
OFFICE, FIRMS, PAYER, DESK = "office_qinglong", "industry_park", "hr_bureau", "district_desk"
REFUSED, NOTHING = 7, 3
DIVISION = "520502012000"
ALL_MISSING = {"reason": "papers", "missing_items": "payroll", "next_step": "review"}


def act(district, matter, bureau, what, attributes, *words, good=(0,)):
    return district.run("act", matter, what, "--bureau", bureau, "--wait", "--attribute",
                        attributes, *words, good=good)


def states_of(told):
    return {row["month"]: row["state"] for row in told["months"]}


def breaches(district, bureau):
    watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*watch, good=(0, NOTHING)).stdout)
    return [row["alert"]["breaches"] for row in rows
            if row.get("kind") == "item" and row["alert"]["reason"] == "breach"]


class Year:
    """A district whose time is that of what is handed in, and the placements in it."""

    def __init__(self, district):
        self.district = district
        self.cases = {}
        self.drafts = []
        self.parts = 0
        self.seen = {}  # organ -> items so far

    def say(self, name, at, organ, what, post=None, **attributes):
        """Somebody says something at a time of the district."""
        keys = {"domain": "employment_placement", "division": DIVISION}
        for key in ("reason", "how"):
            if key in attributes:
                keys[key] = attributes.pop(key)
        keys.update({"post": post} if post else {})
        keys.update({"attributes": attributes} if attributes else {})
        if what == "reported":
            self.cases[name] = feed.Case("placement", len(self.cases) + 1, name)
            keys.update(concerns="nobody", texts={"narrative": "Who works there."})
        else:
            keys["act"] = what
        self.drafts.append(self.cases[name].draft(organ, at + "+08:00", keys))

    def until_all_is_folded(self):
        """Hands in what was said; when it returns, everything has had its effect."""
        self.parts += 1
        self.drafts.sort(key=lambda draft: draft.at)
        path = self.district.path(f"part{self.parts}.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for _, line in feed.for_feed_agent(self.drafts))
        words = ["report", "--office", "feed", "--from", path, "--batch", str(self.parts), "--wait"]
        said = self.district.json(*words, limit_s=slower(120))
        expect(said["acked"] == len(self.drafts), f"all of it is in the log: {said}")
        self.drafts = []
        await_true("everything is folded", self.is_folded, slower(30))

    def is_folded(self):
        return self.district.json("log", "stats", "--running")["not_yet_folded"] == 0

    def matter(self, name):
        return feed.matter_of("placement", name)

    def placement(self, name):
        return self.district.json("placement", self.matter(name), "--dir", self.district.folder)

    def months(self, name):
        """As letters: . open, C confirmed, L late, u unconfirmed, I interrupted."""
        letters = {"open": ".", "confirmed": "C", "late": "L", "unconfirmed": "u",
                   "interrupted": "I"}  # fmt: skip
        return "".join(letters[row["state"]] for row in self.placement(name)["months"])

    def claims(self, name):
        return {row["claim"]: (row["state"], row["fen"]) for row in self.placement(name)["claims"]}

    def stands(self, name):
        told = self.district.json("matter", "show", self.matter(name))
        return told["stage"], told["holder_id"]

    def items(self, organ):
        """What an organ was told since it was last asked here."""
        first = self.seen.get(organ, 0) + 1
        words = ["watch", "--bureau", organ, "--name", "test", "--from", str(first), "--once"]
        rows = json_lines(self.district.run(*words, "-o", "ndjson", good=(0, NOTHING)).stdout)
        found = [row for row in rows if row.get("alert")]
        self.seen[organ] = max([row["alert"]["number"] for row in found] + [first - 1])
        return found

    def warnings(self, organ):
        return [(row["matter"], row["alert"]["breaches"]) for row in self.items(organ)
                if row["alert"]["reason"] == "breach"]

    def voids(self, organ):
        """Acts of an organ that changed nothing: the matter, why, and what they lack."""
        return [(row["matter"], row["alert"]["outcome"], row["alert"]["missing"], row["position"])
                for row in self.items(organ) if row["alert"]["reason"] == "outcome"]

    def reminders(self, organ):
        return [(row["matter"], row["fired"]["stage"], row["fired"]["rule"], row["fired"]["due"])
                for row in self.items(organ)
                if row.get("fired") and row["fired"]["kind"] == "placement"]

    def reasons(self, position):
        told = self.district.json("explain", str(position), "--dir", self.district.folder)
        return {row["why"]: row for row in told["reasons"]}

    def proves(self, name, month, organ=FIRMS):
        """Five days behind its end: in time."""
        year, number = divmod(month, 100)
        after = f"{year + number // 12}-{number % 12 + 1:02}-05T10:00:00"
        self.say(name, after, organ, "month_confirmed", "clerk", month=month, evidence="payroll")


def months_from(first, last):
    return [month for month in range(first, last + 1) if 1 <= month % 100 <= 12]


def five_placements_begin(year):
    for name in ("one_missing", "complete", "village_alone", "interrupted", "wrong"):
        year.say(name, "2021-01-06T09:00:00", OFFICE, "reported", firm_id=f"F-{name}",
                 start_month=202101)
        year.say(name, "2021-01-06T15:00:00", PAYER, "accepted")


def what_is_said_wrongly_changes_nothing(year):
    """Months that are none, words of others, and payments that nobody asked for."""
    rows = [
        (FIRMS, "month_confirmed", {"month": 202013}, "bad_value", ["month"]),
        (FIRMS, "month_confirmed", {"month": 202012}, "bad_value", ["month"]),
        (FIRMS, "submitted", {"month": 202101}, "bad_value", ["evidence"]),
        (FIRMS, "suspended", {"month": 202101}, "bad_value", ["reason"]),
        (FIRMS, "paid", {"claim": "worker", "amount_fen": 1}, "denied", []),
        (PAYER, "paid", {"claim": "worker", "amount_fen": 1}, "not_allowed", []),
        (PAYER, "approved", {"month": 202101, "post": "duty_officer"}, "not_allowed", []),
        (PAYER, "declined", {}, "bad_value", ["reason", "missing_items", "next_step"]),
        (PAYER, "declined", {"reason": "papers"}, "bad_value", ["missing_items", "next_step"]),
        ("police", "month_confirmed", {"month": 202101}, "denied", []),
    ]
    for organ, what, said, _, _ in rows:
        year.say("one_missing", "2021-01-07T09:00:00", organ, what, **said)
    year.until_all_is_folded()
    for asked in (FIRMS, PAYER, "police"):
        found = [(code, sorted(missing)) for _, code, missing, _ in year.voids(asked)]
        wanted = [(code, sorted(missing)) for organ, _, _, code, missing in rows if organ == asked]
        expect(found == wanted, f"{asked}: each refusal says all that is missing: {found}")
    expect(year.months("one_missing") == "." * 12, "and nothing has changed")


def a_month_that_nobody_proves_lacks_a_paper(year):
    """Up to the last second it is open; then who leads, the office and the firm's office hear."""
    for month in months_from(202101, 202104):
        for name in ("one_missing", "complete", "interrupted", "wrong"):
            year.proves(name, month)
        year.proves("village_alone", month, OFFICE)
    for name in ("complete", "interrupted", "wrong"):
        year.proves(name, 202105)
    year.say("complete", "2021-06-15T23:59:59", OFFICE, "followed_up")
    year.until_all_is_folded()
    expect(year.months("one_missing") == "CCCC........", "it may be proved until the day is over")
    expect(year.months("village_alone") == "uuuu........", "a village alone proves no month")
    own = {row["month"] for row in year.placement("village_alone")["months"] if row["own_word"]}
    expect(own == set(months_from(202101, 202104)), f"though it is written down: {own}")
    mine = year.matter("one_missing")
    for organ in (PAYER, OFFICE, FIRMS):
        expect(mine not in [row[0] for row in year.reminders(organ)], f"{organ} is not told yet")
    year.say("complete", "2021-06-16T00:00:00", OFFICE, "followed_up")
    year.until_all_is_folded()
    expect(year.months("one_missing") == "CCCCu.......", "its time is over: a paper is missing")
    expect(year.stands("one_missing") == ("accepted", PAYER), "and nobody has failed")
    for organ in (PAYER, OFFICE, FIRMS):
        told = [row[1:] for row in year.reminders(organ) if row[0] == mine]
        expect([(row[1], row[2][:19]) for row in told] == [(202105, "2021-06-15T16:00:00")],
               f"{organ} is reminded: {told}")
    shown = year.district.run("watch", "--bureau", FIRMS, "--from", "1", "--once").stdout
    expect("a missing paper, not a failed worker" in shown, "as text")
    expect(f"act {mine} submitted --attribute month=202105,evidence=KIND" in shown, shown)


def the_recommender_is_named(year):
    """Its word is taken and proves nothing alone; `explain` says whose it is."""
    year.say("one_missing", "2021-06-20T09:00:00", OFFICE, "month_confirmed", "clerk",
             month=202105, evidence="contract")
    year.until_all_is_folded()
    expect(year.months("one_missing") == "CCCCu.......", "the month is not proved by it")
    shown = year.district.json("matter", "show", year.matter("one_missing"))["events"]
    why = year.reasons(shown[-1]["position"])
    expect(why["month_own_word"]["organ"] == OFFICE and why["applied"], f"by name: {why}")


def the_year_goes_on(year):
    """One is interrupted in June; thirty days before the last month ends, what lacks is told."""
    year.say("interrupted", "2021-07-05T09:00:00", FIRMS, "suspended", month=202106,
             reason="plant_closed")
    for month in months_from(202105, 202112):
        year.proves("village_alone", month, OFFICE)
    for month in months_from(202106, 202112):
        for name in ("one_missing", "complete", "wrong") + ("interrupted",) * (month > 202106):
            year.proves(name, month)
    year.say("complete", "2022-01-16T00:00:00", OFFICE, "followed_up")
    year.until_all_is_folded()
    wanted = {"one_missing": "CCCCuCCCCCCC", "complete": "C" * 12, "village_alone": "u" * 12,
              "interrupted": "CCCCCICCCCCC......", "wrong": "C" * 12}  # fmt: skip
    found = {name: year.months(name) for name in wanted}
    expect(found == wanted, f"as the year has left them: {found}")
    for organ in (PAYER, OFFICE, FIRMS):
        rows = year.reminders(organ)
        last = {row[0]: row[2] for row in rows if row[3].startswith("2021-11-30T16:00:00")}
        expect(last.get(year.matter("one_missing")) == 1, f"{organ}: one paper lacks: {last}")
        expect(year.matter("complete") not in [row[0] for row in rows], f"{organ}: nothing lacks")


def a_claim_too_early_is_taken_and_warns(year):
    """And is refused with all that is missing, once; a second time is the refuser's fault."""
    pay = {"claim": "worker", "amount_fen": 2000 * FEN}
    village = {"claim": "village", "amount_fen": 500 * FEN}
    year.warnings(DESK)
    year.say("one_missing", "2022-01-17T09:00:00", OFFICE, "claimed", **pay)
    year.say("village_alone", "2022-01-17T09:01:00", OFFICE, "claimed", **village)
    year.say("interrupted", "2022-01-17T09:02:00", OFFICE, "claimed", **pay)
    year.until_all_is_folded()
    both = ["incomplete", "own_word"]
    wanted = [("one_missing", both), ("village_alone", both), ("interrupted", ["incomplete"])]
    for organ in (PAYER, DESK):
        found = year.warnings(organ)
        expect(found == [(year.matter(name), broken) for name, broken in wanted],
               f"{organ} is warned: {found}")
    expect(year.stands("village_alone")[0] == "claimed", "it stands as a claim")
    for name in ("one_missing", "interrupted", "village_alone"):
        claim = (village if name == "village_alone" else pay)["claim"]
        year.say(name, "2022-01-18T09:00:00", PAYER, "declined", claim=claim, **ALL_MISSING)
    year.say("village_alone", "2022-01-19T09:00:00", OFFICE, "claimed", **village)
    year.say("village_alone", "2022-01-20T09:00:00", PAYER, "declined", claim="village",
             **ALL_MISSING)
    year.until_all_is_folded()
    expect(year.stands("one_missing")[0] == "declined", "it is refused")
    found = year.warnings(DESK)
    expect(found[-1] == (year.matter("village_alone"), ["refused_again"]), f"{found}")


def an_appeal_goes_up(year):
    year.say("village_alone", "2022-01-21T09:00:00", OFFICE, "review_asked")
    year.until_all_is_folded()
    expect(year.stands("village_alone") == ("review", DESK), "to the next higher organ")
    year.say("village_alone", "2022-01-24T09:00:00", DESK, "declined", claim="worker")
    year.say("village_alone", "2022-01-24T10:00:00", DESK, "replied")
    year.say("village_alone", "2022-01-24T11:00:00", OFFICE, "petitioner_told", how="visit")
    year.until_all_is_folded()
    (void,) = year.voids(DESK)
    expect(void[1] == "bad_value" and len(void[2]) == 3, f"it too says what is missing: {void}")
    expect(year.stands("village_alone")[0] == "told", "and who asked is told")


def a_late_proof_needs_another_organ(year):
    """Not who brought it, and not who recommended."""
    proof = {"month": 202105, "evidence": "payroll"}
    year.say("one_missing", "2022-01-25T09:00:00", PAYER, "petitioner_told", how="phone")
    year.say("one_missing", "2022-01-26T09:00:00", FIRMS, "submitted", **proof)
    year.say("one_missing", "2022-01-26T10:00:00", FIRMS, "approved", "duty_officer", **proof)
    year.say("one_missing", "2022-01-26T11:00:00", OFFICE, "approved", "duty_officer", **proof)
    year.until_all_is_folded()
    mine = year.matter("one_missing")
    for organ, why in ((FIRMS, "month_own_proof"), (OFFICE, "row_denies")):
        (void,) = year.voids(organ)
        expect(void[:2] == (mine, "denied"), f"{organ} does not approve: {void}")
        expect(why in year.reasons(void[3]), f"{organ}: {year.reasons(void[3])}")
    waits = [row["month"] for row in year.placement("one_missing")["months"] if row["proof_waits"]]
    expect(waits == [202105] and year.months("one_missing") == "CCCCuCCCCCCC", f"it waits: {waits}")
    year.say("one_missing", "2022-01-27T09:00:00", PAYER, "approved", "duty_officer", **proof)
    year.until_all_is_folded()
    expect(year.months("one_missing") == "CCCCLCCCCCCC", "late, and it counts")


def both_subsidies_are_paid(year, name, day):
    """Once each, to the fen what the article and the policy say, and nobody is warned."""
    number, program = numbers(), programs()["enterprise_placement"]
    worker = number["employ_subsidy_person"] * FEN
    village = number["employ_subsidy_village"] * FEN
    expect((worker, village) == (program["worker_fen"], program["village_fen"]), "as the policy")
    for organ in (PAYER, DESK):
        year.items(organ)
    for hour, claim, fen in ((9, "worker", worker), (14, "village", village)):
        said = {"claim": claim, "amount_fen": fen}
        year.say(name, f"{day}T{hour:02}:00:00", OFFICE, "claimed", **said)
        year.say(name, f"{day}T{hour + 1:02}:00:00", PAYER, "paid", **said)
    year.until_all_is_folded()
    claims = year.claims(name)
    expect((claims["worker"], claims["village"]) == (("paid", worker), ("paid", village)),
           f"{name} is paid: {claims}")
    expect(sum(fen for _, fen in claims.values()) == 2500 * FEN, f"together: {claims}")
    expect(claims["firm"] == ("none", 0), f"the firm has none: {claims}")
    for organ in (PAYER, DESK):
        expect(not year.warnings(organ), f"{organ} has nothing to be warned of")
    year.say(name, f"{day}T17:00:00", PAYER, "closed")
    year.until_all_is_folded()
    expect(year.stands(name)[0] == "closed", f"{name} is closed")


def each_wrong_claim_raises_the_early_warning(year):
    rows = [
        (OFFICE, "claimed", "worker", 2000 * FEN + 1, ["over"]),
        (FIRMS, "claimed", "worker", 2000 * FEN, ["twice"]),
        (PAYER, "paid", "worker", 2000 * FEN - 1, ["under"]),
        (PAYER, "paid", "village", 500 * FEN, ["unasked"]),
        (PAYER, "paid", "village", 500 * FEN, ["twice"]),
        (OFFICE, "claimed", "firm", 1, ["no_such"]),
    ]
    for organ in (PAYER, DESK):
        year.items(organ)
    for number, (organ, what, claim, fen, _) in enumerate(rows):
        year.say("wrong", f"2022-02-10T{9 + number:02}:00:00", organ, what, claim=claim,
                 amount_fen=fen)
    year.until_all_is_folded()
    mine = year.matter("wrong")
    expect(year.warnings(DESK) == [(mine, row[4]) for row in rows], "the desk, of each")
    expect(year.warnings(PAYER) == [(mine, row[4]) for row in rows if row[0] != PAYER],
           "who pays, of what others said")


def behind_an_interruption_twelve_more_are_needed(year):
    for month in months_from(202201, 202206):
        year.proves("interrupted", month)
    year.until_all_is_folded()
    expect(year.months("interrupted") == "CCCCCICCCCCCCCCCCC", "twelve in a row behind it")


def a_placement_reaches_its_twelfth_month(bench):
    """Situation f, in a district whose time is that of what is said in it."""
    with bench.district(clock="feed", offices=1) as district:
        year = Year(district)
        five_placements_begin(year)
        for step in (what_is_said_wrongly_changes_nothing,
                     a_month_that_nobody_proves_lacks_a_paper, the_recommender_is_named,
                     the_year_goes_on, a_claim_too_early_is_taken_and_warns, an_appeal_goes_up,
                     a_late_proof_needs_another_organ):
            step(year)
        both_subsidies_are_paid(year, "complete", "2022-01-28")
        both_subsidies_are_paid(year, "one_missing", "2022-01-29")
        each_wrong_claim_raises_the_early_warning(year)
        behind_an_interruption_twelve_more_are_needed(year)
        both_subsidies_are_paid(year, "interrupted", "2022-07-06")
        counted = district.run("placement", "--dir", district.folder).stdout
        row = next(line for line in counted.splitlines() if line.startswith("enterprise_placement"))
        expect(row.split()[1:] == ["5", "0", "52", "1", "12", "1"], f"five are told: {row}")
        district.stop()
        district.run("log", "verify", "--dir", district.folder)
        expect_same_state(district)
    return f"{year.parts} parts, 18 months"


def a_placement_goes_its_way(bench):
    with bench.district(offices=1, bureaus=[DESK, PAYER, FIRMS]) as district:
        entered = district.json(
            "report", "--office", OFFICE, "--domain", "employment_placement", "--concerns",
            "nobody", "--wait", "--attribute", "firm_id=F-17,start_month=202101", "--text", "x")
        matter = entered["matter"]
        act(district, matter, OFFICE, "claimed", "claim=worker,amount_fen=200000")
        for bureau in (PAYER, DESK):
            found = breaches(district, bureau)
            expect(found == [["incomplete"]], f"{bureau} is warned: {found}")
        told = act(district, matter, PAYER, "declined", "claim=worker", good=(REFUSED,)).stderr
        for word in ("reason", "missing_items", "next_step"):
            expect(word in told, f"a refusal says all that is missing at once: {told}")
        proof = "month=202105,evidence=payroll"
        act(district, matter, FIRMS, "submitted", proof)
        for organ in (FIRMS, OFFICE):
            act(district, matter, organ, "approved", proof, "--post", "duty_officer",
                good=(REFUSED,))
        act(district, matter, PAYER, "approved", proof, "--post", "duty_officer")
        told = district.json("placement", matter, "--dir", district.folder)
        states = states_of(told)
        expect(states[202105] == "late" and states[202104] != "late", f"one month: {states}")
        asked = {row["claim"]: (row["state"], row["fen"]) for row in told["claims"]}
        expect(asked["worker"] == ("asked", 200000), f"the claim: {asked}")
        printed = district.run("placement", matter, "--dir", district.folder).stdout
        expect("202105" in printed and "补证通过" in printed, printed)
        counted = district.run("placement", "--dir", district.folder).stdout
        row = next(line for line in counted.splitlines() if line.startswith("enterprise_placement"))
        expect(row.split()[1:] == ["<5"] * 6, f"no small number is told: {row}")


if __name__ == "__main__":
    Bench("placement").run(a_placement_goes_its_way, a_placement_reaches_its_twelfth_month)
