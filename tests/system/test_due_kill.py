#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
# ctest-serial: it judges seconds
# ctest-timeout: 1500
# ctest-cost: 60
# ctest-locks: clock
"""A real collector is killed at random moments while clocks and ladders run, and its wall clock is
set ahead while it is down, so that hours pass between two starts. Judged by the streams of who
owes it: both warnings and the end of each clock and each step of a ladder were told once, none
before its time, each within a second of it or of the restart, in its distance from the delivery
of the one before. Six hours of downtime fire no chain. Districts live side by side, since a night
is mostly waiting. TOCSIN_LONG=1: 1,000 kills in forty nights instead of 100 in four."""

import concurrent.futures
import contextlib
import datetime
import os
import random
import time

from harness import IS_LONG, SHIM, Bench, Runner, await_true, expect, json_lines, read_lines
from sweep import must_preload
from test_policy import append, make_policy

OFFICE = "office_qinglong"
BUREAUS = ["district_desk", "energy_bureau", "emergency_bureau"]
HOLDER = "energy_bureau"
NIGHTS = 40 if IS_LONG else 4
SIDE_BY_SIDE = 4
KILLS = 25  # a night
MATTERS = 6
APART_S = 660 // MATTERS  # one was learned of so long before the next; no step is over at first
MINUTE, HOUR = 60, 3600
# Rule, who owes it, its length.
RULES = [("test.brief", "district_desk", 20 * MINUTE), ("test.hour", HOLDER, HOUR)]
PERCENTS = {1: 70, 2: 90, 3: 100}  # a clock's steps
CLOCKS = """
  - id: test.brief
    title_zh: "短"
    title_en: "Brief"
    unit: minutes
    amount: 20
    owes: desk
    start: [reported]
    stop: [accepted]
    domains: [coal_mine_safety]
    article: "a test"
    confidence: proposal

  - id: test.hour
    title_zh: "时"
    title_en: "Hour"
    unit: hours
    amount: 1
    owes: holder
    start: [reported]
    stop: [accepted]
    domains: [coal_mine_safety]
    article: "a test"
    confidence: proposal
"""
# Step of a ladder: its distance from the delivery of what was told before.
SPACINGS = {"danger.remind": 5 * MINUTE, "danger.urge": 10 * MINUTE, "limit.remind": MINUTE,
            "overdue.remind": MINUTE, "overdue.urge": 30 * MINUTE}  # fmt: skip
SETTLE_MAX = 12
SLACK_S = 0.002  # times are told in milliseconds


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


class Night:
    """A district whose collector is killed and started with its wall clock ahead."""

    def __init__(self, district, runner):
        self.district, self.runner = district, runner
        self.ahead_s = 0
        self.downs = []  # (killed at, answers again at), by its own clock
        self.killed_s = None
        self.learned = {}  # matter -> when its office got to know
        self.watches = {}

    def now(self):
        return time.time() + self.ahead_s

    def starts(self):
        return sum("collector is running" in line
                   for line in read_lines(self.district.path("logs", "collector.log")))

    def start(self):
        before = self.starts()
        self.runner.start("collector", env={"LD_PRELOAD": SHIM, "TOCSIN_SKEW_S": str(self.ahead_s)})
        await_true("the collector runs", lambda: self.starts() > before, 20, 0.002)
        if self.killed_s is not None:
            self.downs.append((self.killed_s, self.now()))

    def kill(self):
        self.runner.kill("collector")
        self.killed_s = self.now()

    def report(self, learned_s):
        told = datetime.datetime.fromtimestamp(learned_s, datetime.timezone.utc)
        words = ["report", "--office", OFFICE, "--domain", "coal_mine_safety", "--severity",
                 "danger", "--concerns", "nobody", "--text", "Gas.", "--wait", "--learned",
                 told.isoformat(timespec="milliseconds")]  # fmt: skip
        self.learned[self.district.json(*words)["matter"]] = seconds(words[-1])

    def watch(self):
        for bureau in BUREAUS:
            out = self.district.path(bureau + ".ndjson")
            self.watches[bureau] = out
            self.district.spawn("watch", "--bureau", bureau, "--name", "duty", "-o", "ndjson",
                                out=out)  # fmt: skip

    def items(self, bureau):
        """All of a stream."""
        answer = self.district.run("watch", "--bureau", bureau, "--name", "look", "--from", "1",
                                   "--once", "-o", "ndjson")  # fmt: skip
        return [row for row in json_lines(answer.stdout) if row.get("alert")]

    def await_delivered(self):
        """Every stream is with its watch, and the collector has said so."""
        def is_all():
            return all(row["delivered"] for bureau in BUREAUS for row in self.notices(bureau))

        await_true("all is delivered", is_all, 30, 0.05)

    def notices(self, bureau):
        return self.district.json("notified", "--since", "2000-01-01", "--bureau", bureau,
                                  "--organ", bureau, good=(0, 3))["notices"]  # fmt: skip

    def instants(self):
        """When the steps of clocks come, in their order."""
        return sorted(learned + length * percent / 100 for learned in self.learned.values()
                      for _, _, length in RULES for percent in PERCENTS.values())  # fmt: skip


@contextlib.contextmanager
def night_of(bench, count, chance):
    """So many matters, known to everybody, and their clocks run."""
    with bench.folder(bureaus=BUREAUS) as district:
        changed = ("escalation.yaml", "spacing_minutes: 4320", "spacing_minutes: 30")
        policy = make_policy(district, "short", 2, changed)
        append(os.path.join(policy, "clocks.yaml"), CLOCKS)
        district.policy = policy
        with Runner(district.found()) as runner:
            night = Night(district, runner)
            runner.start_all("broker", "agent." + OFFICE)
            night.start()
            for number in range(count):
                night.report(time.time() - number * APART_S - chance.uniform(0, 60))
            night.watch()
            night.await_delivered()
            yield night


class Judge:
    """What was told, against what had to be."""

    def __init__(self, night):
        self.night = night
        self.faults = []
        self.told = {}  # (organ, matter, name, stage) -> items
        self.delivered = {}  # (organ, number) -> when
        self.first = {}  # (organ, matter) -> number of the item that told of it
        for bureau in BUREAUS:
            for row in night.notices(bureau):
                if row["delivered"]:
                    self.delivered[bureau, row["number"]] = seconds(row["delivered"])
            for item in night.items(bureau):
                self.take(bureau, item)

    def take(self, bureau, item):
        fired = item["fired"]
        if fired is None:
            self.first.setdefault((bureau, item["matter"]), item["alert"]["number"])
        elif fired["kind"] in ("clock", "ladder") and item["matter"] in self.night.learned:
            key = (bureau, item["matter"], fired["name"], fired["stage"])
            if fired["kind"] == "ladder":  # the same step of several, by whose it is, and what ends
                key += (item["alert"]["holder_id"], fired["until"])
            self.told.setdefault(key, []).append(item)

    def fault(self, key, what):
        self.faults.append(f"{' '.join(str(word) for word in key)} {what}")

    def was_down(self, due_s, told_s):
        """It could not have been told earlier. A start that was killed at once is as none."""
        from_s, back_s = None, None
        for killed_s, answers_s in self.night.downs:
            if back_s is None or killed_s > back_s + 1:
                from_s = killed_s
            back_s = answers_s
            if from_s - 1 <= due_s <= answers_s and told_s <= answers_s + 1:
                return True
        return False

    def around(self, at_s):
        """The downtimes about an instant, as seconds from it."""
        return [f"down {killed_s - at_s:.3f} to {back_s - at_s:.3f}"
                for killed_s, back_s in self.night.downs
                if abs(killed_s - at_s) < 20 or abs(back_s - at_s) < 20]  # fmt: skip

    def judge_time(self, key, due_s, told_s):
        if told_s < due_s - SLACK_S:
            self.fault(key, f"was told {due_s - told_s:.3f} s before its time")
        elif told_s > due_s + 1 and not self.was_down(due_s, told_s):
            self.fault(key, f"was told {told_s - due_s:.3f} s late; {self.around(due_s)}")

    def one(self, key):
        """The item of a key; None when there is none."""
        items = self.told.get(key, [])
        if len(items) > 1:
            self.fault(key, f"was told {len(items)} times")
        return items[0] if items else None

    def judge_clocks(self):
        """By the times of the reports alone."""
        for matter, learned_s in self.night.learned.items():
            for rule, owes, length in RULES:
                later_s = None
                for stage in (3, 2, 1):
                    key = (owes, matter, rule, stage)
                    due_s = learned_s + length * PERCENTS[stage] / 100
                    item = self.one(key)
                    if item is not None:
                        later_s = seconds(item["log_time"])
                        self.judge_time(key, due_s, later_s)
                    elif later_s is None or not self.was_down(due_s, later_s):
                        self.fault(key, "was never told")
                end = self.one(("district_desk", matter, rule, 3))
                if end is None:
                    self.fault(("district_desk", matter, rule, 3), "was never told")

    def set_off(self, item):
        """Numbers of the items, one of which this step counts from, in its organ's stream."""
        organ, matter, name = item["alert"]["holder_id"], item["matter"], item["fired"]["name"]
        kind, _, step = name.partition(".")
        if step == "urge":
            keys = [(organ, matter, kind + ".remind", 1, organ, item["fired"]["until"])]
        elif kind == "danger":
            return [self.first[organ, matter]]
        else:
            stages = (3,) if kind == "overdue" else (1, 2)
            keys = [key for key in self.told if len(key) == 4 and key[:2] == (organ, matter)
                    and key[3] in stages]  # fmt: skip
        found = [row for key in keys for row in self.told.get(key, [])]
        return [row["alert"]["number"] for row in found
                if row["fired"]["until"] == item["fired"]["until"]]  # fmt: skip

    def judge_steps(self):
        """Of ladders: each once to each, to whose it is in its distance."""
        for key in [key for key in self.told if len(key) == 6]:
            item = self.one(key)
            organ = item["alert"]["holder_id"]
            if key[0] != organ or key[2] not in SPACINGS:
                continue
            since = [self.delivered.get((organ, number)) for number in self.set_off(item)]
            due_s = seconds(item["fired"]["due"])
            if not any(at_s and abs(due_s - at_s - SPACINGS[key[2]]) <= SLACK_S for at_s in since):
                self.fault(key, f"does not keep its distance: due {due_s}, delivered {since}")
            self.judge_time(key, due_s, seconds(item["log_time"]))

    def missing(self):
        """Steps of ladders that were not told yet, and must be in the end."""
        told = {key[:3] + (key[4], None if key[2].startswith("danger") else seconds(key[5]))
                for key in self.told if len(key) == 6}  # fmt: skip
        wanted = []
        for matter in self.night.learned:
            for organ in BUREAUS[1:]:
                wanted += [(organ, matter, f"danger.{step}", organ, None)
                           for step in ("remind", "urge")]  # fmt: skip
            for rule, owes, _ in RULES:
                for end in self.told.get((owes, matter, rule, 3), []):
                    until_s = seconds(end["fired"]["until"])
                    wanted += [(owes, matter, f"overdue.{step}", owes, until_s)
                               for step in ("remind", "urge")]  # fmt: skip
        return [key for key in wanted if key not in told]

    def judge(self):
        self.judge_clocks()
        self.judge_steps()
        for key in self.missing():
            self.fault(key, "was never told")
        expect(not self.faults, f"{len(self.faults)} faults: " + "; ".join(self.faults[:5]))
        count = sum(len(items) for items in self.told.values())
        downs = sum(back_s - killed_s for killed_s, back_s in self.night.downs)
        return len(self.night.downs), downs, count


def jump(night, chance):
    """Sets the clock ahead to just before the next step of a clock, or behind it, or anywhere."""
    to_come = [at_s for at_s in night.instants() if at_s > night.now() + 2]
    near_s = chance.uniform(-0.8, 1.5) if chance.random() < 0.7 else -90
    if to_come:
        night.ahead_s += max(0, int(to_come[0] - near_s - night.now()))
    else:
        night.ahead_s += chance.randrange(6 * MINUTE)


def live_for(seconds_s):
    """Time for things to be under way, not a wait."""
    until_s = time.monotonic() + seconds_s
    await_true("time passes", lambda: time.monotonic() >= until_s, seconds_s + 5, 0.01)


def live_through(bench, number):
    """One night of kills, until everything that is due was told."""
    chance = random.Random(f"{bench.seed}/{number}")
    with night_of(bench, MATTERS, chance) as night:
        for turn in range(KILLS):
            if turn % 4 == 3:
                night.await_delivered()
            else:
                live_for(chance.uniform(0, 0.9))
            night.kill()
            jump(night, chance)
            night.start()
        for _ in range(SETTLE_MAX):
            night.await_delivered()
            if Judge(night).missing() == [] and night.instants()[-1] < night.now():
                break
            night.kill()
            night.ahead_s += 16 * MINUTE
            night.start()
        return Judge(night).judge()


def each_step_is_told_once_through_kills(bench):
    must_preload()
    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        nights = list(pool.map(lambda number: live_through(bench, number), range(NIGHTS)))
    kills, downs, steps = (sum(told) for told in zip(*nights))
    return f"{kills} kills, {downs / HOUR:.1f} h down, {steps} steps told"


def six_hours_of_downtime_fire_no_chain(bench):
    must_preload()
    with night_of(bench, 1, bench.random) as night:
        night.kill()
        night.ahead_s += 6 * HOUR
        night.start()

        def told():
            keys = [key for key in Judge(night).told if key[2].startswith(("test.", "danger.",
                                                                           "overdue."))]
            return sorted({(key[2], key[3]) for key in keys})

        await_true("what came meanwhile is told", told, 20)
        night.await_delivered()
        first = [("danger.remind", 1), ("test.brief", 3), ("test.hour", 3)]
        expect(told() == first, f"of each the latest, and no step behind it: {told()}")
        night.kill()
        night.ahead_s += 30
        night.start()
        night.await_delivered()
        expect(told() == first, f"nor before its distance is kept: {told()}")
        night.kill()
        night.ahead_s += 6 * HOUR
        night.start()
        second = sorted(first + [("danger.urge", 2), ("overdue.remind", 1)])
        await_true("one step more", lambda: told() == second, 20)
        night.await_delivered()
        expect(told() == second, f"and no other: {told()}")


if __name__ == "__main__":
    Bench("due_kill").run(each_step_is_told_once_through_kills,
                          six_hours_of_downtime_fire_no_chain)
