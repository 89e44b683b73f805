#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long once_plain
# ctest-cost: 60
# ctest-locks: clock
"""Programs are killed under load, first in turn, then at random, and nothing that was acknowledged
is lost, nothing is there twice, every lane keeps its order, streams have no holes, cursors never
move back, and the state that went on through it all is the one that the log gives, folded anew.
TOCSIN_LONG=1: 400 random kills, and the restarts with a million events in the log; TOCSIN_KILLS and
TOCSIN_EVENTS ask for other numbers."""

import os
import time

import harness
from harness import (
    IS_LONG,
    Bench,
    Checker,
    Hand,
    await_true,
    delivered,
    expect,
    expect_same_state,
    is_sanitized,
    last_delivered,
    replayed,
    report_draft,
    slower,
)

OFFICES = ["office_chahe", "office_lishu", "office_qinglong"]
PROGRAMS = ["broker", "collector"] + ["agent." + office for office in OFFICES]
KILLS = int(os.environ.get("TOCSIN_KILLS") or (400 if IS_LONG else 10 if is_sanitized() else 40))
EVENTS = int(os.environ.get("TOCSIN_EVENTS") or (1000000 if IS_LONG else 0))
RATE = 200  # events a second and office: enough to be always under way
FILL_RATE_MIN = 250  # events a second
STREAM = "petition_bureau"
# (program, how long it is away, within how long there must be a receipt)
IN_TURN = [
    ("collector", 0.5, 2),
    ("broker", 0.5, 5),
    ("agent.office_chahe", 0.5, 2),
    ("collector", 30 if IS_LONG else 8, 2),
    ("broker", 30 if IS_LONG else 4, 5),
]


class Load:
    """Three offices that report all the time, and a bureau that watches."""

    def __init__(self, district, runner, name):
        self.district = district
        self.runner = runner
        self.checker = Checker()
        self.hands = {o: Hand(district, o, self.checker, name) for o in OFFICES}
        self.started = time.monotonic()
        self.quota = 0
        self.transcript = district.path("watch.ndjson")
        self.watcher = None

    def close(self):
        for hand in self.hands.values():
            hand.close()

    def watch(self):
        """The bureau's watch, under one name for ever."""
        self.watcher = self.district.spawn(
            "watch", "--bureau", STREAM, "--name", "duty", "-o", "ndjson", out=self.transcript
        )

    def step(self):
        """One look at every office: hands in what is due, takes answers."""
        due = int((time.monotonic() - self.started) * RATE)
        for hand in self.hands.values():
            while len(hand.under_way) < hand.WINDOW and hand.made < due:
                self.hand_in(hand)
            hand.turn(2)

    @staticmethod
    def hand_in(hand):
        """The office's next report."""
        hand.made += 1
        tag = harness.tag_of(f"{hand.name}/{hand.office}", hand.made)
        severity = "urgent" if hand.made % 10 == 0 else "routine"
        hand.hand_in("report", report_draft(hand.office, tag, severity=severity), tag)

    def run_until(self, what, condition, limit_s):
        """Goes on reporting until the condition holds."""

        def look():
            self.step()
            return condition()

        return await_true(what, look, limit_s, 0)

    def run_for(self, seconds):
        """Goes on reporting for a while: time for things to be under way, not a wait."""
        until = time.monotonic() + seconds
        self.run_until("time passes", lambda: time.monotonic() >= until, seconds + 5)

    def acked_count(self):
        """Receipts of all offices together; what cannot be asked now counts as before."""
        total = 0
        for hand in self.hands.values():
            marks = hand.acked()
            known = getattr(hand, "known_marks", {})
            for key, mark in marks.items():
                known[key] = max(mark, known.get(key, 0))
            hand.known_marks = known
            total += sum(known.values())
        return total

    def first_ack(self, limit_s):
        """Seconds until there is a receipt more than now."""
        before = self.acked_count()
        start = time.monotonic()
        self.run_until("a receipt", lambda: self.acked_count() > before, limit_s)
        return time.monotonic() - start

    def drain(self):
        """Everything handed in has its receipt, the agents' own word."""
        for hand in self.hands.values():
            hand.drain(slower(30))

    def note_acks(self):
        """Asks the agents for the position of everything that was entered."""
        for hand in self.hands.values():
            by_place = {
                (p[1], p[2], p[3]): tag
                for tag, p in self.checker.published.items()
                if p is not None and p[0] == hand.office
            }
            places = list(by_place)
            for first in range(0, len(places), 256):
                some = places[first : first + 256]
                asked = [dict(zip(("epoch", "lane", "sequence"), place)) for place in some]
                answer = hand.ask({"op": "wait", "receipts": asked, "timeout_ms": 0}, 10)
                for row in answer["outcomes"]:
                    if row["code"] == 0:
                        place = (row["epoch"], row["lane"], row["sequence"])
                        self.checker.ack(by_place[place], row.get("position"))

    def judge(self):
        """The whole log against everything that is known."""
        self.drain()
        self.note_acks()
        if self.watcher is not None:
            self.judge_watcher()
        count = self.checker.judge_log(replayed(self.district))
        expect(not self.checker.faults, "; ".join(self.checker.faults[:5]))
        return count

    def judge_watcher(self):
        head = self.stream_head()
        await_true(
            "the watcher has everything",
            lambda: last_delivered(self.transcript) == head,
            slower(20),
            0.1,
        )
        for item in delivered(self.transcript):
            self.checker.deliver("duty", item)
        self.checker.judge_streams({STREAM: head})

    def stream_head(self):
        """How many items the bureau's stream has: every report of a petition is one."""
        return sum(1 for place in self.checker.published.values() if place is not None)


def start(district, runner, name, is_watched=True):
    runner.start_all(*PROGRAMS)
    load = Load(district, runner, name)
    if is_watched:
        load.watch()
    load.first_ack(slower(20))
    return load


def kill_in_turn(bench):
    """Each program once, with the time to the first receipt afterwards."""
    with bench.founded() as (district, runner):
        load = start(district, runner, "turn", is_watched=EVENTS == 0)
        if EVENTS > 0:
            tell(fill(load))
        for name, away_s, limit_s in IN_TURN:
            load.run_for(0.5)
            runner.kill(name)
            load.run_for(away_s)
            runner.start(name)
            took_s = load.first_ack(slower(limit_s))
            tell(f"{name}, {away_s:g} s away: a receipt after {took_s:.2f} s")
        count = load.judge()
        load.close()
        stop_all(runner)
        verify(district)
    return f"{count} events in the log"


def tell(what):
    """A line of the report below its case."""
    print(f"        {what}", flush=True)


def stop_all(runner):
    """SIGTERM: each program drains and ends well within 5 s."""
    for name in PROGRAMS:
        code, took_s = runner.stop(name, slower(5))
        expect(code == 0, f"{name} ended with {code}")
        tell(f"{name} ends {took_s:.2f} s after SIGTERM")


def fill(load):
    """So many events that restarts are measured with a real log."""
    start = time.monotonic()
    per_office = EVENTS // len(OFFICES)
    for hand in load.hands.values():
        hand.WINDOW = 256

    def is_full():
        for hand in load.hands.values():
            while hand.made < per_office and len(hand.under_way) < hand.WINDOW:
                load.hand_in(hand)
            hand.turn(0)
        return all(hand.made >= per_office for hand in load.hands.values())

    await_true(f"{EVENTS} events", is_full, 60 + EVENTS / FILL_RATE_MIN, 0)
    load.drain()
    for hand in load.hands.values():
        hand.WINDOW = 16
    load.started = time.monotonic() - per_office / RATE
    return f"filled with {EVENTS} events in {time.monotonic() - start:.0f} s"


def verify(district):
    """The chain of the stopped log holds, and a rebuilt state is the same state."""
    folder = district.path("collector")
    district.run("log", "verify", "--dir", folder, limit_s=600)
    expect_same_state(district, 600)


def kill_at_random(bench):
    """Any program, at any moment, many times."""
    killed = {name: 0 for name in PROGRAMS + ["watch"]}
    with bench.founded() as (district, runner):
        load = start(district, runner, "random")
        for number in range(KILLS):
            load.run_for(bench.random.uniform(0.02, 0.5))
            name = bench.random.choice(list(killed))
            killed[name] += 1
            if name == "watch":
                load.watcher.kill()
                load.watcher.wait()
                load.watch()
            else:
                runner.kill(name)
                load.run_for(bench.random.choice((0, 0, 0.1, 0.4)))
                runner.start(name)
            if number % 10 == 9:
                load.first_ack(slower(15))
                runner.expect_alive()
        count = load.judge()
        load.close()
        stop_all(runner)
        verify(district)
    return f"{sum(killed.values())} kills {killed}, {count} events in the log"


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    Bench("restart").run(kill_in_turn, kill_at_random)
