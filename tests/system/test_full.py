#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 40
# ctest-locks: clock
"""What is full: an outbox, the disk of an office, the disk of the collector, the patience of a
watcher that stops reading. Each is said on the spot, reads go on, nothing that was acknowledged is
lost, and no other process dies.
"""

import contextlib
import os
import signal
import subprocess
import time

from harness import (
    Bench,
    Checker,
    Hand,
    Skip,
    await_true,
    delivered,
    expect,
    is_sanitized,
    must_find,
    output_of,
    read_lines,
    replay,
    report_draft,
    slower,
    tag_of,
)
from meter import OFFICES
from neighbours import Pids, judge, memory_of, running_stats, set_value

STREAM = "petition_bureau"
FULL = 12  # the status `full`
HELD_MB_MAX = 64  # what a watcher that does not read may cost the collector
ALERTS = 5000
STOPPED_S = 4


LARGE_TEXT = "The road has sunk. " * 2300


def fill(hand, **more):
    """Reports with a large text until the agent says that its outbox is full."""

    def is_full():
        while len(hand.under_way) < 4 and not hand.refusals:
            hand.made += 1
            tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
            draft = report_draft(hand.office, tag, texts={"narrative": LARGE_TEXT}, **more)
            hand.hand_in("report", draft, tag)
        hand.turn()
        return hand.refusals

    await_true(f"the outbox of {hand.office} is full", is_full, slower(40), 0)
    await_true("the last answers", lambda: hand.turn() or not hand.under_way, slower(10), 0)
    codes = {answer["code"] for _, answer in hand.refusals}
    expect(codes == {FULL}, f"refused with {codes}: {hand.refusals[0][1]}")
    return hand.refusals[0][1]


def report_by_hand(district, office, *words, good=(0,)):
    """`tocsin report` as a clerk types it, with no less text than what found no room."""
    text = LARGE_TEXT + "At all. " * 512
    options = ["--domain", "petition", "--concerns", "nobody", "--text", text]
    return district.run("report", "--office", office, *options, *words, good=good)


def expect_full(district, office):
    """`full` on the spot: exit code, sentence, and no wait."""
    start = time.monotonic()
    answer = report_by_hand(district, office, good=None)
    took_s = time.monotonic() - start
    expect(answer.returncode == 1, f"report ended with {answer.returncode}: {answer.stderr}")
    expect("full" in answer.stderr, f"report said: {answer.stderr}")
    expect(took_s < slower(2), f"report took {took_s:.1f} s to say so")
    return answer.stderr.strip().replace("\n", " / ")


def a_full_outbox_says_so_on_the_spot(bench):
    office = OFFICES[1]
    with bench.district() as district:
        set_value(district, "agent." + office, "outbox_mb", 16)
        before = district.kill("agent." + office)
        district.await_pid("agent." + office, before)
        pids = Pids(district)
        checker = Checker()
        hand = Hand(district, office, checker, "full")
        os.kill(district.pid("collector"), signal.SIGSTOP)
        try:
            fill(hand)
            said = expect_full(district, office)
            hand.refusals.clear()
            tag = tag_of("full/urgent", 1)
            hand.hand_in("report", report_draft(office, tag, severity="urgent"), tag)
            await_true("an answer", lambda: hand.turn() or not hand.under_way, slower(10), 0)
            expect(not hand.refusals, f"urgent has no room either: {hand.refusals}")
        finally:
            os.kill(district.pid("collector"), signal.SIGCONT)
        hand.drain(slower(30))
        hand.close()
        count = judge(district, checker)
        report_by_hand(district, office, "--wait")
        pids.expect_same()
    return f"{len(checker.published)} entered and {count} in the log; said: {said}"


@contextlib.contextmanager
def small_disk(folder, size):
    """The folder on a file system of its own, with what was in it; needs the right to mount."""
    aside = folder + ".aside"
    os.makedirs(folder, 0o700, exist_ok=True)
    os.rename(folder, aside)
    os.mkdir(folder, 0o700)
    mount, unmount = must_find("mount"), must_find("umount")
    if subprocess.run([mount, "-t", "tmpfs", "-o", f"size={size},mode=0700", "tocsin", folder],
                      capture_output=True, check=False).returncode != 0:  # fmt: skip
        os.rmdir(folder)
        os.rename(aside, folder)
        raise Skip("no right to mount a small disk here")
    try:
        output_of(["cp", "-a", aside + "/.", folder])
        yield lambda more: output_of([mount, "-o", f"remount,size={more}", folder])
    finally:
        output_of([unmount, "-l", folder])


def revive(runner, district, name):
    """Starts a program again that found no room for what it had to keep, as `tocsin up` does."""
    if not runner.is_running(name):
        log = read_lines(district.path("logs", name + ".log"))
        expect("the storage is full" in log[-1], f"{name} ended: {log[-1]}")
        runner.start(name)


def a_full_disk_of_an_office_says_so_on_the_spot(bench):
    office = OFFICES[0]
    with bench.founded() as (district, runner):
        with small_disk(district.path("agents", office), "48m") as resize:
            runner.start_all("broker", "collector", "agent." + office)
            checker = Checker()
            hand = Hand(district, office, checker, "disk")
            hand.hand_in("report", report_draft(office, tag_of("disk/first", 1)),
                         tag_of("disk/first", 1))  # fmt: skip
            hand.drain(slower(20))
            expect(hand.entered, f"even the first was refused: {hand.refusals}")
            os.kill(runner.processes["collector"].pid, signal.SIGSTOP)
            try:
                fill(hand)
                said = expect_full(district, office)
            finally:
                os.kill(runner.processes["collector"].pid, signal.SIGCONT)
            resize("128m")
            revive(runner, district, "agent." + office)
            hand.refusals.clear()

            def is_drained():
                revive(runner, district, "agent." + office)
                hand.turn()
                return not hand.under_way and hand.waiting() == 0

            await_true("everything has its receipt", is_drained, slower(30))
            report_by_hand(district, office, "--wait")
            checker.published[None] = None  # what was typed has no tag
            count = judge(district, checker)
            runner.expect_alive()
            hand.close()
            for name in list(runner.processes):
                runner.stop(name, slower(5))
    return f"{count} in the log; said: {said}"


def expect_reads(district, runner):
    """A collector without room answers, and what it has acknowledged is derived."""

    def is_level():
        told = running_stats(district)
        return told["last_position"] > 1 and told["not_yet_folded"] == 0

    await_true("the collector answers and its state is level", is_level, slower(20))
    expect(replay(district)[0], "it gives nothing back")
    expect("PETITION" in district.run("matter", "ls").stdout.upper(), "it shows no matters")
    runner.expect_alive()


def urgent_reports_find_room(hand):
    """What routine reports must leave free takes an urgent one."""
    tag = tag_of("store/urgent", 1)
    hand.hand_in("report", report_draft(hand.office, tag, severity="urgent"), tag)
    await_true("it is entered", lambda: hand.turn() or not hand.under_way, slower(10), 0)

    def is_acked():
        return any(lane == "urgent" and count > 0 for (_, lane), count in hand.acked().items())

    await_true("an urgent report is acknowledged", is_acked, slower(20))


def a_full_disk_of_the_collector_loses_nothing(bench):
    office = OFFICES[0]
    with bench.founded() as (district, runner):
        with small_disk(district.path("collector"), "104m") as resize:
            runner.start_all("broker", "collector", "agent." + office)
            checker = Checker()
            hand = Hand(district, office, checker, "store")
            text = "The road has sunk. " * 2300

            def is_stuck():
                hand.fill(lambda o, tag, _: report_draft(o, tag, texts={"narrative": text}))
                hand.turn(20)
                said = hand.ask({"op": "outbox"})["outbox"].get("last_error", "")
                return "full" in said

            await_true("routine reports find no room", is_stuck, slower(40), 0)
            await_true("the last answers", lambda: hand.turn() or not hand.under_way, slower(10), 0)
            waiting = hand.waiting()
            expect(waiting, "nothing waits, so nothing was full")
            urgent_reports_find_room(hand)
            expect(hand.waiting() == waiting, "a routine report took room that is kept")
            resize("64m")
            expect_reads(district, runner)
            # Another process finds the same disk, and serves the same.
            runner.kill("collector")
            runner.start("collector")
            expect_reads(district, runner)
            expect(hand.waiting() == waiting, "something was taken where there is no room")
            resize("512m")
            hand.drain(slower(40))
            count = judge(district, checker)
            told = running_stats(district)
            expect(told["not_yet_folded"] == 0, f"not all of it is derived: {told}")
            runner.expect_alive()
            hand.close()
            for name in list(runner.processes):
                runner.stop(name, slower(5))
    return f"{waiting} waited in the outbox meanwhile; {count} in the log"


def count_of(path):
    """Items in a watcher's file; its other lines tell of silence and of having caught up."""
    return sum('"alert":' in line for line in read_lines(path))


def a_watcher_that_stops_reading_harms_nobody(bench):
    with bench.district() as district:
        pids = Pids(district)
        checker = Checker()
        names = ("slow", "quick")
        files = {name: district.path(name + ".ndjson") for name in names}
        watchers = {
            name: district.spawn("watch", "--bureau", STREAM, "--name", name, "-o", "ndjson",
                                 out=files[name])
            for name in names
        }  # fmt: skip
        hands = [Hand(district, office, checker, "slow") for office in OFFICES]
        collector, broker = pids.before["collector"], pids.before["broker"]

        def report_until(count, look=lambda: None):
            def is_enough():
                for hand in hands:
                    if sum(h.made for h in hands) < count:
                        hand.fill(lambda office, tag, _: report_draft(office, tag))
                    hand.turn(1)
                look()
                is_answered = not any(hand.under_way for hand in hands)
                return is_answered and sum(len(hand.entered) for hand in hands) >= count

            await_true(f"{count} reports are entered", is_enough, slower(60), 0)

        report_until(20)
        for name in names:
            await_true(f"{name} watches", lambda n=name: len(delivered(files[n])) >= 20, slower(20))
        os.kill(watchers["slow"].pid, signal.SIGSTOP)
        before = {pid: memory_of(pid, "RssAnon") for pid in (collector, broker)}
        peak = dict(before)

        def look():
            for pid in peak:
                peak[pid] = max(peak[pid], memory_of(pid, "RssAnon"))

        start = time.monotonic()
        report_until(20 + ALERTS, look)
        entered_s = time.monotonic() - start
        total = sum(len(hand.entered) for hand in hands)
        await_true("the other watcher has everything",
                   lambda: look() or count_of(files["quick"]) >= total, slower(20))  # fmt: skip
        behind_s = time.monotonic() - start - entered_s
        until = start + STOPPED_S
        await_true("some seconds", lambda: look() or time.monotonic() >= until, STOPPED_S + 1)
        held = len(delivered(files["slow"]))
        os.kill(watchers["slow"].pid, signal.SIGCONT)
        start = time.monotonic()
        await_true("the slow one has everything",
                   lambda: count_of(files["slow"]) >= total, slower(30))  # fmt: skip
        caught_s = time.monotonic() - start
        for name in names:
            for item in delivered(files[name]):
                checker.deliver(name, item)
        checker.judge_streams({STREAM: total})
        for hand in hands:
            hand.drain(slower(20))
            hand.close()
        judge(district, checker)
        pids.expect_same()
    grown = {pid: (peak[pid] - before[pid]) >> 20 for pid in peak}
    # A sanitizer keeps what was freed for a while: its memory is not the program's.
    is_small = is_sanitized() or max(grown.values()) <= HELD_MB_MAX
    expect(is_small, f"memory grew by {grown} MiB")
    return (f"{total} alerts in {entered_s:.1f} s, the other watcher {behind_s:.2f} s behind, the "
            f"stopped one had {held} and the rest after {caught_s:.2f} s; "
            f"collector +{grown[collector]} MiB, broker +{grown[broker]} MiB")  # fmt: skip


if __name__ == "__main__":
    Bench("full").run(
        a_full_outbox_says_so_on_the_spot,
        a_full_disk_of_an_office_says_so_on_the_spot,
        a_full_disk_of_the_collector_loses_nothing,
        a_watcher_that_stops_reading_harms_nobody,
    )
