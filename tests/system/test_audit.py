#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 12
"""In March an auditor asks who knew what when about an accident in January. One night in a real
district: a danger is reported, fetched, taken in hand by a post, opened by the desk's officer,
telephoned about; a word of the office comes late because its line was down; another policy comes
into force; an act has no effect. Then `tocsin audit` shows at three instants what each organ could
know then and no more, its bundle is checked on another machine by the collector's public key
alone, and a legal hold keeps what two posts want erased.

That an office is unreachable is said after five minutes, and that nobody watches after one:
tests/unit/query/test_trail.c has these in its trails, tests/unit/collector/test_unwatched.c has how
the second is found."""

import json
import os
import shutil
import signal
import subprocess
from datetime import datetime, timezone

from harness import Bench, await_true, expect, expect_same_state, json_lines, slower
from terminal import acknowledge

OFFICE = "office_qinglong"
DESK, LEAD, BESIDE, STRANGER = "district_desk", "energy_bureau", "emergency_bureau", "hr_bureau"
BUREAUS = [DESK, LEAD, BESIDE, STRANGER]
REFUSED, UNBELIEVED, NOTHING = 7, 8, 3
NAME_BYTES = 16  # at a bundle's begin, that say what it is: without them it is none
WORDS, PLACE, WHO = "Gas in the third gallery.", "behind the old mill", "his cousin"


class Night:
    """The district, the matter, and what was done when: {step: position in the log}."""

    def __init__(self, district):
        self.district = district
        self.matter = None
        self.at = {}

    def do(self, step, *words):
        """A verb that enters something; its place in the log is the step's."""
        said = self.district.json(*words, "--wait")
        self.at[step] = said["position"]
        return said

    def act(self, step, act, bureau, *words):
        seat = ("--office", OFFICE) if bureau == OFFICE else ("--bureau", bureau)
        return self.do(step, "act", self.matter, act, *seat, *words)

    def fetch(self, bureau):
        """A watch that takes what there is; it ends when the collector has its cursor."""
        watch = ["watch", "--bureau", bureau, "--once", "-o", "ndjson"]
        rows = json_lines(self.district.run(*watch, good=(0, NOTHING)).stdout)
        return [row for row in rows if row.get("kind") == "item" and row["matter"] == self.matter]

    def audit(self, *words):
        return self.district.json("audit", self.matter, "--dir", self.district.folder, *words)


def another_policy(district):
    """The shipped one under another version."""
    folder = district.path("second")
    shutil.copytree(district.policy, folder)
    path = os.path.join(folder, "regime.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    expect("version: 1\n" in text, "the shipped policy is version 1")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("version: 1\n", "version: 2\n", 1))
    return folder


def it_happens(night):
    """An accident, as it goes at night."""
    district = night.district
    night.do("on duty", "duty", "take", "--bureau", DESK, "--post", "duty_officer")
    said = night.do("reported", "report", "--office", OFFICE, "--domain", "coal_mine_safety",
                    "--severity", "danger", "--concerns", "nobody", "--count", "deaths=1",
                    "--contact", PLACE, "--informant", WHO, "--text", WORDS)
    night.matter = said["matter"]
    expect(night.fetch(LEAD), "who leads is told")
    acknowledge(district, night.matter, LEAD)
    night.do("called", "call", night.matter, "--bureau", LEAD, "--to", BESIDE, "--outcome",
             "no_answer", "--number", "0858-110")
    opened = json_lines(district.run("unseal", night.matter, "--bureau", DESK, "-o", "ndjson",
                                     "--purpose", "life", "--post", "duty_officer", "--because",
                                     "the rescuers need to know where").stdout)
    night.at["unsealed"] = opened[0]["position"]
    # The office's line is down: what it says is on its disk, and nobody else knows it.
    broker = district.kill("broker", signal.SIGSTOP)
    district.run("act", night.matter, "followed_up", "--office", OFFICE, "--count", "deaths=3",
                 "--text", "Two more were found.")
    night.at["the line is down"] = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    os.kill(broker, signal.SIGCONT)
    await_true("what came late is there", lambda: [
        row for row in district.json("matter", "show", night.matter)["events"]
        if row["event"]["act"] == "followed_up"], 20)
    where = ["--dir", district.folder]
    district.run("policy", "activate", another_policy(district), *where)
    await_true("the second policy", lambda: district.json("policy", "active", *where)["version"]
               == 2, 10)  # fmt: skip
    night.do("handed over", "duty", "hand-over", "--bureau", DESK, "--post", "duty_officer",
             "--note", "Three dead at the old mill.")
    district.run("act", night.matter, "accepted", "--bureau", BESIDE, "--wait", good=(REFUSED,))
    night.act("held", "legal_hold", DESK)


def facts_of(told, what):
    return [fact for fact in told["facts"] if fact["what"] == what]


def only(told, what):
    found = facts_of(told, what)
    expect(len(found) == 1, f"{what} once: {found}")
    return found[0]


def known_to(told, what, organ):
    return [row for row in only(told, what)["known"] if row["organ"] == organ]


def nothing_but_the_report(night):
    """The first instant: it is told, and nobody has looked yet."""
    at = ("--at", str(night.at["reported"]))
    told = night.audit(*at)
    expect([fact["what"] for fact in told["facts"] if fact["is_event"]] == ["reported"],
           f"one fact: {told['facts']}")
    expect((told["stage"], told["policy_version"]) == ("open", 1), f"as it stood: {told['stage']}")
    report = only(told, "reported")
    expect(report["learned"] <= report["recorded"] <= report["received"], f"in order: {report}")
    for organ in (LEAD, BESIDE):
        (row,) = known_to(night.audit(*at, "--known-to", organ), "reported", organ)
        expect(row["told"] and not row["fetched"] and not row["acted"],
               f"{organ} was told, and had not looked: {row}")
    told = night.audit(*at, "--known-to", STRANGER)
    expect(not only(told, "reported")["known"], f"who has no part in it knew nothing: {told}")
    told = district_text(night, *at, "--known-to", STRANGER)
    expect(f"{STRANGER}: not told" in told, told)
    (duty,) = [note for note in night.audit(*at)["beside"] if note["what"] == "on_duty"]
    expect(duty["organ"] == DESK and duty["post"] == "duty_officer", f"the roster: {duty}")


def district_text(night, *words):
    return night.district.run("audit", night.matter, "--dir", night.district.folder, *words).stdout


def while_the_line_is_down(night):
    """The second: it is in hand, opened and telephoned about, and three dead are one to all but
    the office."""
    at = ("--at", night.at["the line is down"])
    lead = night.audit(*at, "--known-to", LEAD)
    (row,) = known_to(lead, "reported", LEAD)
    expect(row["fetched"] and row["fetched_by"] == f"watch.{LEAD}", f"fetched, by whom: {row}")
    expect((row["act"], row["post"]) == ("acknowledged", "duty_officer"), f"which post: {row}")
    expect(row["told"] <= row["fetched"] <= row["acted"], f"in order: {row}")
    expect(not facts_of(lead, "followed_up"), "nobody here could know that there were two more")
    call = only(lead, "called")
    expect((call["to"], call["reason"]) == (BESIDE, "no_answer"), f"who was telephoned: {call}")
    (row,) = known_to(night.audit(*at, "--known-to", BESIDE), "reported", BESIDE)
    expect(not row["fetched"] and not row["acted"], f"who did not answer had not looked: {row}")
    opened = only(lead, "unsealed")
    expect(opened["post"] == "duty_officer" and opened["position"] == night.at["unsealed"],
           f"who opened it: {opened}")
    expect([row["told"] for row in opened["known"] if row["organ"] == LEAD],
           f"and who leads heard of it: {opened['known']}")
    (row,) = known_to(night.audit(*at, "--known-to", DESK), "reported", DESK)
    expect(row["act"] == "unsealed", f"the first that the desk did: {row}")


def at_the_end(night):
    """The third: what came late says when it was recorded, and by which policy what was judged."""
    told = night.audit()
    late = only(told, "followed_up")
    down = only(told, "unsealed")
    expect(late["recorded"] > down["received"], "recorded behind the opening")
    expect(late["received"] > night.at["the line is down"] > late["recorded"],
           f"and received when the line was there: {late}")
    void = only(told, "accepted")
    expect(void["by"] == BESIDE and void["void"], f"an act that had no effect says so: {void}")
    expect((only(told, "reported")["policy_version"], void["policy_version"]) == (1, 2),
           "each was judged by the policy of its time")
    expect(told["policy_version"] == 2, "and which is in force")
    beside = {note["what"]: note for note in told["beside"]}
    expect(beside["policy_activated"]["number"] == 2, f"and since when: {beside}")
    expect(beside["handed_over"]["post"] == "duty_officer", f"who had the duty until: {beside}")
    expect(only(told, "legal_hold")["by"] == DESK, "the hold stands in it")
    text = json.dumps(told) + district_text(night)
    for secret in (WORDS, PLACE, WHO, "Two more", "Three dead at"):
        expect(secret not in text, f"no sealed word is in it: {secret}")


def another_machine(night, *words, good=(0,)):
    """`tocsin receipt verify`, where there is no district: neither folder nor configuration."""
    folder = night.district.path("elsewhere")
    os.makedirs(folder, exist_ok=True)
    env = {key: value for key, value in night.district.env.items() if key != "TOCSIN_DIR"}
    env.update(HOME=folder, TMPDIR=folder)
    ended = subprocess.run([night.district.program("tocsin"), "receipt", "verify", *words],
                           cwd=folder, env=env, capture_output=True, text=True, check=False)
    expect(ended.returncode in good, f"{words[0]}: {ended.returncode} {ended.stderr}")
    return ended


def public_key_of(night):
    """What an auditor wrote down in January: the collector's public key."""
    with open(night.district.path("etc", "auditor.yaml"), encoding="utf-8") as file:
        lines = [line.split(":") for line in file if "signing_key" in line]
    expect(len(lines) == 1, f"one key: {lines}")
    return lines[0][1].strip().strip('"')


def it_is_checked_elsewhere(night):
    """The answer with its proofs; a changed byte, wherever it is, and nothing of it is shown."""
    path = night.district.path("january.audit")
    at = ("--at", night.at["the line is down"], "--known-to", LEAD)
    told = night.audit(*at, "--bundle", path)
    key = public_key_of(night)
    good = another_machine(night, path, "--key", key)
    expect("The bundle is good" in good.stdout, good.stdout)
    same = json.loads(another_machine(night, path, "--key", key, "-o", "json").stdout)
    expect(same == told, "it is the very answer that was signed")
    with open(path, "rb") as file:
        data = bytearray(file.read())
    places = [0, len(data) // 2, len(data) - 1]
    places += [night.random.randrange(len(data)) for _ in range(30)]
    changed = night.district.path("elsewhere", "changed.audit")
    for place in places:
        data[place] ^= 1 << night.random.randrange(8)
        with open(changed, "wb") as file:
            file.write(data)
        good = (UNBELIEVED,) if place >= NAME_BYTES else (UNBELIEVED, REFUSED)
        ended = another_machine(night, changed, "--key", key, good=good)
        expect("acknowledged" not in ended.stdout, f"nothing is shown: {ended.stdout}")
        with open(path, "rb") as file:
            data = bytearray(file.read())
    other = key[:-1] + ("0" if key[-1] != "0" else "1")
    another_machine(night, path, "--key", other, good=(UNBELIEVED,))
    return len(places)


def a_hold_beats_an_erasure(night):
    """Two posts want the report erased, and it stays readable until two posts end the hold."""
    district = night.district
    report = district.json("matter", "show", night.matter)["events"][0]
    erasing = ["erase", night.matter, str(report["position"]), "--reason", "request", "--post",
               "duty_officer", "--hash", report["hash"]]
    for bureau in (LEAD, DESK):
        told = district.run(*erasing, "--bureau", bureau, good=(REFUSED,)).stderr
        expect("does not allow it" in told, told)

    def reads():
        rows = json_lines(district.run("replay", "--bureau", LEAD, "--matter", night.matter, "-o",
                                       "ndjson").stdout)
        return rows[0].get("texts", {}).get("narrative")

    expect(reads() == WORDS, "who leads reads it as before")
    expect(not only(night.audit(), "reported")["is_erased"], "and the audit has it")
    ending = ["--reason", "case_over", "--post", "duty_officer"]
    night.act("ended", "hold_ended", LEAD, *ending)
    district.run(*erasing, "--bureau", LEAD, good=(REFUSED,))  # one post ends no hold
    expect(reads() == WORDS, "it stands")
    night.act("ended", "hold_ended", DESK, *ending)
    for bureau in (LEAD, DESK):
        district.run(*erasing, "--bureau", bureau)
    # The word is logged behind the erasure.
    await_true("then two posts erase", lambda: only(night.audit(), "reported")["is_erased"],
               slower(20))
    expect(reads() is None, "and nobody reads it")


def an_auditor_asks(bench):
    with bench.district(offices=1, bureaus=BUREAUS) as district:
        night = Night(district)
        night.random = bench.random
        it_happens(night)
        nothing_but_the_report(night)
        while_the_line_is_down(night)
        at_the_end(night)
        count = it_is_checked_elsewhere(night)
        a_hold_beats_an_erasure(night)
        shown = district.json("matter", "show", night.matter)
        district.stop()
        stopped = district.json("matter", "show", night.matter, "--stopped", "--dir",
                                district.folder)
        expect(stopped["marks"] == shown["marks"], f"from the folder the same: {stopped['marks']}")
        where = ["--dir", district.folder]
        district.run("log", "verify", *where)
        expect_same_state(district)
    return f"{count} changed bytes found"


if __name__ == "__main__":
    Bench("audit").run(an_auditor_asks)
