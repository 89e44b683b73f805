#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 30
"""What was taken away behind a backup does not come back with it. Offices report what is sealed; a
backup is made; then two posts erase some of it, of before and behind the backup, and a key is
revoked. The collector is lost, and the backup goes on elsewhere: every text that was erased stays
erased, the key stays revoked, and all else that was acknowledged is there once, and readable.

At last the log goes on from a backup of before all that, with neither the journal nor the posts
that said it: what the offices then send again from their windows is all that there is, and it
brings no erased text back."""

import os
import re

from harness import (
    Bench,
    Checker,
    Hand,
    await_true,
    expect,
    json_lines,
    replayed,
    report_draft,
    slower,
    tag_of,
)

HEARS, IS_AWAY, IS_REVOKED = OFFICES = ["office_chahe", "office_lishu", "office_qinglong"]
HOLDER, DESK = "petition_bureau", "district_desk"
SERVERS = ["broker", "collector"]
POSTS = [HOLDER, DESK]
EACH = 12  # reports of an office, each time
STOP_S = 10


def agents(*organs):
    return ["agent." + organ for organ in organs]


class District:
    """A district and who speaks in it; `checker` knows all that they ever said."""

    def __init__(self, district, runner):
        self.district = district
        self.runner = runner
        self.checker = Checker()
        self.hands = {organ: Hand(district, organ, self.checker, "erased")
                      for organ in OFFICES + POSTS}
        self.config = district.path("etc", "collector.yaml")
        self.folder = district.path("collector")

    def close(self):
        for hand in self.hands.values():
            hand.close()

    def report(self, *offices):
        """Sealed reports, until they have their receipts; gives the tag of each office's first."""
        first = {}
        for office in offices:
            hand = self.hands[office]
            for number in range(hand.made + 1, hand.made + EACH + 1):
                tag = tag_of(f"erased/{office}", number)
                first.setdefault(office, tag)
                draft = report_draft(office, tag, texts={"narrative": text_of(tag)})
                hand.hand_in("report", draft, tag)
            hand.made += EACH
        for office in offices:
            self.hands[office].drain(slower(30))
        return first

    def events(self):
        """{tag: item} of what the bureau that leads them reads."""
        words = ["replay", "--bureau", HOLDER, "-o", "ndjson"]
        rows = json_lines(self.district.run(*words, good=(0, 3)).stdout)
        return {row["event"]["trace_parent"]: row for row in rows
                if (row.get("event") or {}).get("act") == "reported"}

    def shown(self, item):
        """The event of an item, as its matter shows it."""
        events = self.district.json("matter", "show", item["matter"])["events"]
        return next(event for event in events if event["event"]["act"] == "reported")

    def erase(self, item):
        """Two posts say it, each at its own agent."""
        event = self.shown(item)
        expect(event["erasure"] == "none", f"nobody has asked: {event}")
        for organ in POSTS:
            hand = self.hands[organ]
            hand.made += 1
            tag = tag_of(f"erased/{organ}", hand.made)
            draft = {"act": "erased", "matter": item["matter"], "position": event["position"],
                     "act_hash": event["hash"], "reason": "request", "post": "duty_officer",
                     "trace_parent": tag, "key": tag}  # fmt: skip
            hand.hand_in("act", draft, tag)
            hand.drain(slower(20))
            expect(not hand.refusals, f"{organ} may say it: {hand.refusals}")
        await_true("it is erased", lambda: self.shown(item)["erasure"] == "erased", slower(20))

    def acts(self, act):
        items = replayed(self.district)
        return [item for item in items if (item.get("event") or {}).get("act") == act]

    def await_collector(self):
        words = ["log", "stats", "--running"]
        await_true("the collector answers",
                   lambda: self.district.run(*words, good=None).returncode == 0, slower(20))

    def go_on_in(self, name, backup, *words):
        """A backup goes on in another folder; the one of before is nobody's any more."""
        place = self.district.path(name)
        words = ["log", "restore", backup, "--to", place, "--shares", backup + ".shares", *words]
        told = self.district.json(*words, limit_s=slower(60))
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        expect(self.folder in text, "the collector's folder is configured")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text.replace(self.folder, place))
        self.folder = place
        return told

    def backup(self, name):
        backup = self.district.path(name)
        self.district.run("log", "backup", backup, "--dir", self.folder, "--shares",
                          backup + ".shares", limit_s=slower(60))
        return backup

    def await_all(self, *offices):
        """All that these entered is in the log, whoever had to send it again."""
        wanted = {tag for tag, place in self.checker.published.items()
                  if place is not None and place[0] in offices}

        def is_there():
            items = replayed(self.district, good=(0, 3))  # none, until the first is sent again
            found = {item["event"].get("trace_parent") for item in items}
            return wanted <= found

        await_true("what was lost was sent again", is_there, slower(60), 0.2)
        return wanted

    def expect_readable(self, tags, erased):
        """The texts of these, each its own, but of those that were erased."""

        def wrong():
            seen = self.events()
            lacking = [tag for tag in tags if tag not in seen]
            other = [tag for tag in tags if tag in seen and tag not in erased
                     and seen[tag].get("texts") != {"narrative": text_of(tag)}]
            return lacking or other

        await_true("the bureau reads the others", lambda: not wrong(), slower(20), 0.2)
        seen = self.events()
        opened = [tag for tag in erased if "texts" in seen[tag] or seen[tag]["has_share"]]
        expect(not opened, f"nobody reads what was erased: {[seen[tag] for tag in opened]}")
        expect(len(tags) > len(erased), "some are readable")
        return seen


def text_of(tag):
    return f"The hamlet of {tag[3:19]}: her road has sunk."


def revoke(place, principal):
    """The administrator's word; it is in the log when this returns."""
    told = place.district.run("key", "revoke", principal, "--reason", "pc_lost").stdout
    expect(re.search(r" at position \d+", told), f"it is said: {told}")


def waiting_at(place, office):
    return await_true("its agent answers", lambda: place.hands[office].waiting(), slower(10))


def end(runner):
    for name in list(runner.processes):
        code, _ = runner.stop(name, slower(STOP_S))
        expect(code == 0, f"{name} ends with {code}")


def what_was_taken_away_behind_a_backup_stays_away(bench):
    with bench.founded(bureaus=[DESK, HOLDER]) as (district, runner):
        place = District(district, runner)
        runner.start_all(*SERVERS, *agents("admin", *OFFICES, *POSTS))
        place.await_collector()
        early = place.backup("early")
        before = place.report(*OFFICES)
        late = place.backup("late")
        behind = place.report(HEARS, IS_AWAY)
        seen = place.expect_readable(place.await_all(*OFFICES), [])
        runner.kill("agent." + IS_AWAY)  # it hears nothing of what is erased now
        erased = [named[office] for named in (before, behind) for office in (HEARS, IS_AWAY)]
        for tag in erased:
            place.erase(seen[tag])
        revoke(place, IS_REVOKED)
        place.expect_readable(set(seen), erased)
        for name in list(runner.processes):
            runner.kill(name)

        told = place.go_on_in("elsewhere", late, "--journal",
                              os.path.join(place.folder, "journal"))
        expect((told["generation"], told["revoked_again"], told["erased_again"])
               == (2, 1, len(erased)), f"the journal knows: {told}")  # fmt: skip
        runner.start_all(*SERVERS, *agents("admin", *OFFICES, *POSTS))
        draft = report_draft(IS_REVOKED, None)
        draft = {key: value for key, value in draft.items() if value is not None}
        told = place.hands[IS_REVOKED].ask({"op": "report", "draft": draft}, slower(20))
        expect(told["code"] == 0, "its agent takes what its office says")
        place.report(HEARS, IS_AWAY)
        place.await_all(*OFFICES, *POSTS)
        for name in agents(HEARS, IS_AWAY):  # the HELLO behind the receipts is told the rest
            runner.kill(name)
            runner.start(name)
        place.report(HEARS, IS_AWAY)
        expect_as_it_was(place, erased)
        expect(waiting_at(place, IS_REVOKED) == 1, "who was revoked is heard by nobody")
        count = place.checker.judge_log(replayed(district))
        expect(not place.checker.faults, "; ".join(place.checker.faults[:5]))
        end(runner)
        expect_rebuilt(place)

        # Whatever the windows hold, and nothing that says what was erased.
        told = place.go_on_in("again", early, "--generation", "3")
        expect((told["generation"], told["has_journal"]) == (3, False), f"without it: {told}")
        runner.start_all(*SERVERS, *agents(HEARS, IS_AWAY))
        tags = place.await_all(HEARS, IS_AWAY)
        place.expect_readable(tags, erased)
        expect(not place.acts("erased") and not place.acts("share_erased"), "nobody has said it")
        end(runner)
        district.run("log", "verify", "--dir", place.folder)
        place.close()
    return f"{count} events, {len(erased)} erased"


def expect_as_it_was(place, erased):
    """In the restored log: erased, each once, and said before anybody was heard."""
    tags = {tag for tag, where in place.checker.published.items() if where and where[0] in OFFICES}
    seen = place.expect_readable(tags, erased)
    for tag in erased:
        expect(seen[tag]["is_erased"] and seen[tag]["closed"] == ["narrative"], f"{seen[tag]}")
        expect(place.shown(seen[tag])["erasure"] == "erased", "its matter says so")
    said = place.acts("share_erased")
    expect(len(said) == len(erased), f"each is said once: {said}")
    again = min(seen[tag]["position"] for tag in erased[2:])
    expect(max(item["position"] for item in said) < again, "before it is sent again")
    expect(len(place.acts("registry_changed")) >= 1, "the revocation too")


def expect_rebuilt(place):
    """The state that was lived through is the one that the log alone gives."""
    where = ["--dir", place.folder]
    live = place.district.json("log", "stats", "--state-hash", *where, limit_s=slower(60))
    rebuilt = place.district.json("log", "rebuild", *where, limit_s=slower(60))
    expect(rebuilt["state_hash"] == live["state_hash"], "the same state, folded anew")
    place.district.run("log", "verify", *where, limit_s=slower(60))


if __name__ == "__main__":
    Bench("restore_erased").run(what_was_taken_away_behind_a_backup_stays_away)
