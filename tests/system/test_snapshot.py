#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long once_plain
# ctest-cost: 30
# ctest-locks: clock
"""Snapshots of the state, with the programs: one is made beside the work, a collector whose state
is gone begins with it, and the state comes out as the fold from position 1 gives it; killed while
it makes one, it leaves whole ones only. And what a newer version wrote is refused and left.
TOCSIN_EVENTS: so many events, and how much sooner a collector has its state with a snapshot."""

import os
import re
import shutil
import time

from harness import (
    SHIM,
    Bench,
    Checker,
    Hand,
    await_true,
    expect,
    is_sanitized,
    report_draft,
    slower,
    tag_of,
)

OFFICES = ["office_chahe", "office_lishu"]
PROGRAMS = ["broker", "collector"] + ["agent." + office for office in OFFICES]
EVENTS = int(os.environ.get("TOCSIN_EVENTS") or 600)
EVERY = max(1, EVENTS // 4)
# A call of the collector that may be its last one: its name, the how manyth, before or after it.
POINTS = [("rename", 1, "before"), ("rename", 1, "after"), ("unlink", 2, "before")]
NEWER = [
    ("collector", "collector/log", "tocsin log"),
    ("collector", "collector/shares", "tocsin shares"),
    ("collector", "collector/state", "tocsin state"),
    ("agent.office_chahe", "agents/office_chahe", "tocsin outbox"),
]


def configure(district, positions):
    """How often the collector makes snapshots."""
    path = district.path("etc", "collector.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text, count = re.subn(r"snapshot_positions: \d+", f"snapshot_positions: {positions}", text)
    expect(count == 1, "collector.yaml has no snapshot_positions")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def report(district, count, name):
    """So many reports, acknowledged."""
    checker = Checker()
    hands = [Hand(district, office, checker, name) for office in OFFICES]
    for hand in hands:
        hand.WINDOW = 256

    def is_full():
        for hand in hands:
            while hand.made < count // len(hands) and len(hand.under_way) < hand.WINDOW:
                hand.made += 1
                tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
                hand.hand_in("report", report_draft(hand.office, tag), tag)
            hand.turn(2)
        return all(hand.made >= count // len(hands) for hand in hands)

    await_true(f"{count} events", is_full, slower(60) + count / 250, 0)
    for hand in hands:
        hand.drain(slower(60) + count / 1000)
        hand.close()


def snapshots(district):
    """Positions of those that look whole."""
    folder = district.path("collector", "snapshots")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return sorted(int(name) for name in names if name.isdigit())


def verify(district):
    """log verify finds nothing wrong with the log nor with any snapshot; gives how many."""
    told = district.json("log", "verify", "--dir", district.path("collector"), limit_s=600)
    expect(told["is_good"], "the log is good")
    expect(all(row["is_good"] for row in told["snapshots"]), f"snapshots: {told['snapshots']}")
    return len(told["snapshots"])


def rebuilt(district, *words):
    """log rebuild: what it tells, and the seconds it took."""
    start = time.monotonic()
    told = district.json("log", "rebuild", "--dir", district.path("collector"), *words,
                         limit_s=3600)
    return told, time.monotonic() - start


def state_hash(district):
    """Of the stopped collector's state, which holds all of the log."""
    told = district.json("log", "stats", "--state-hash", "--dir", district.path("collector"),
                         limit_s=600)
    expect(told["not_yet_folded"] == 0, "the state holds all of the log")
    return told["state_hash"]


def stop(runner, name):
    code, _ = runner.stop(name, slower(10))
    expect(code == 0, f"{name} ended with {code}")


def start_and_follow(district, runner):
    """Starts the collector; gives the seconds until its state has all of the log."""
    begun = time.monotonic()
    runner.start("collector")

    def is_whole():
        told = district.run("log", "stats", "--running", "-o", "json", good=None)
        return told.returncode == 0 and '"not_yet_folded": 0' in told.stdout

    await_true("the state has followed", is_whole, slower(30) + EVENTS / 2000)
    return time.monotonic() - begun


def log_of(district, name):
    with open(district.path("logs", name + ".log"), encoding="utf-8", errors="replace") as file:
        return file.read()


def a_collector_without_its_state_begins_with_a_snapshot(bench):
    with bench.founded() as (district, runner):
        configure(district, EVERY)
        runner.start_all(*PROGRAMS)
        report(district, EVENTS, "first")
        await_true("a snapshot", lambda: snapshots(district), slower(20) + EVENTS / 20000)
        report(district, EVERY // 2, "second")
        stop(runner, "collector")
        count = verify(district)
        expect(1 <= count <= 2, f"{count} snapshots are kept")
        wanted = state_hash(district)
        whole, whole_s = rebuilt(district)
        expect(whole["state_hash"] == wanted, "a rebuilt state is the same state")
        quick, quick_s = rebuilt(district, "--from-snapshot")
        expect(quick["snapshot_position"] in snapshots(district), f"from a snapshot: {quick}")
        expect(quick["state_hash"] == wanted, "and so is one from a snapshot")
        shutil.rmtree(district.path("collector", "state"))
        with_s = start_and_follow(district, runner)
        told = re.search(r"the state begins with the snapshot at position (\d+)",
                         log_of(district, "collector"))
        expect(told is not None, "the collector begins with a snapshot")
        stop(runner, "collector")
        found = state_hash(district)
        again, _ = rebuilt(district)
        expect(again["state_hash"] == found, "the state goes on as from position 1")
        shutil.rmtree(district.path("collector", "state"))
        shutil.rmtree(district.path("collector", "snapshots"))
        without_s = start_and_follow(district, runner)
        stop(runner, "collector")
        expect(state_hash(district) is not None, "a whole state")
    return (f"{again['event_count']} events, snapshot at {quick['snapshot_position']}; rebuild "
            f"{whole_s:.2f} s, from the snapshot {quick_s:.2f} s; a start without a state "
            f"{without_s:.2f} s, with a snapshot {with_s:.2f} s")


def killed_while_it_makes_one_it_leaves_whole_ones(bench):
    with bench.founded() as (district, runner):
        configure(district, 1)
        runner.start_all(*PROGRAMS)
        report(district, 60, "first")
        await_true("a snapshot", lambda: snapshots(district), slower(20))
        kills = 0
        for number, (call, nth, when) in enumerate(POINTS):
            stop(runner, "collector")
            env = {}
            if not is_sanitized() and os.path.exists(SHIM):
                env = {"LD_PRELOAD": SHIM, "TOCSIN_KILL_CALL": call, "TOCSIN_KILL_AT": str(nth),
                       "TOCSIN_KILL_WHEN": when, "TOCSIN_KILL_COUNT": district.path("count")}
            runner.start("collector", env=env)
            report(district, 20, f"kill-{number}") if not env else offer(district, runner, number)
            if env:
                kills += 1 if runner.kill("collector") == -9 else 0
            else:
                runner.kill("collector")
            verify(district)
            runner.start("collector")
            report(district, 20, f"more-{number}")
        before = snapshots(district)[-1]
        report(district, 20, "last")
        await_true("a newer snapshot", lambda: snapshots(district)[-1] > before, slower(20))
        stop(runner, "collector")
        count = verify(district)
        wanted = state_hash(district)
        for words in ((), ("--from-snapshot",)):
            expect(rebuilt(district, *words)[0]["state_hash"] == wanted, f"rebuild {words}")
    return f"{kills} of {len(POINTS)} points were reached; {count} snapshots stand"


def offer(district, runner, number):
    """Reports that nobody waits for, until the collector has ended at its point, or a while."""
    hand = Hand(district, OFFICES[0], Checker(), f"offer-{number}")
    until = time.monotonic() + 8
    while runner.is_running("collector") and time.monotonic() < until:
        if len(hand.under_way) < 4:
            hand.made += 1
            tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
            hand.hand_in("report", report_draft(hand.office, tag), tag)
        hand.turn(100)
    hand.close()


def make_newer(path, kind):
    """The format row of a closed database says another format."""
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        rows = list(re.finditer(rb"format\0\0\0(.)" + kind.encode(), data, re.DOTALL))
        expect(rows, f"{path} says its format")
        for row in rows:
            data[row.start(1)] += 7
        file.seek(0)
        file.write(data)
    return bytes(data)


def what_a_newer_version_wrote_is_refused_and_left(bench):
    with bench.stopped() as (district, runner):
        for name, folder, kind in NEWER:
            path = district.path(*folder.split("/"), "data.mdb")
            with open(path, "rb") as file:
                before = file.read()
            written = make_newer(path, kind)
            runner.start(name)
            process = runner.processes[name]
            expect(process.wait(slower(10)) == 6, f"{name} ends with {process.returncode}")
            runner.kill(name)
            told = log_of(district, name)
            expect("and this program" in told and "nothing was written" in told, told[-500:])
            with open(path, "rb") as file:
                expect(file.read() == written, f"nothing was written to {path}")
            if name == "collector" and kind != "tocsin shares":
                told = district.run("log", "stats", "--dir", district.path("collector"), good=(6,))
                expect("install tocsin" in told.stderr, told.stderr)
            with open(path, "wb") as file:
                file.write(before)
        runner.start_all(*PROGRAMS)
        report(district, 20, "after")
    return f"{len(NEWER)} databases"


if __name__ == "__main__":
    Bench("snapshot").run(
        a_collector_without_its_state_begins_with_a_snapshot,
        killed_while_it_makes_one_it_leaves_whole_ones,
        what_a_newer_version_wrote_is_refused_and_left,
    )
