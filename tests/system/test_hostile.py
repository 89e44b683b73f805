#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-timeout: 300
# ctest-serial: latency
"""Bad neighbours: raw garbage, strangers, a listed key that misbehaves, a message without an end, a
full outbox, a full disk, a watcher that stops reading. All the while honest offices go on, no other
process dies, and nothing that was acknowledged is lost.
"""

import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time

from attacker import key_of
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
from meter import OFFICES, Meter, p99

STREAM = "petition_bureau"
WINDOW_S = 2
ROUNDS = 1 if is_sanitized() else 3  # nothing is learnt from a sanitized program's times
RATIO_MAX = 3
# After a broker's end: up to 1 s until it is started again (it ended twice within 5 s of its
# start), 3 s until an agent connects again, 1 s until the collector says READY, and the work.
BACK_S = 8
REAPED_S = 6  # a connection that says nothing is ended after 5 s
RSS_MAX_MB = 96
DESCRIPTORS = 200  # of a broker, in the case of the crowd
FULL = 12  # the status `full`
HELD_MB_MAX = 64  # what a watcher that does not read may cost the collector
ALERTS = 5000
STOPPED_S = 4
ATTACKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacker.py")


# ---- the attack


class Attacker:
    """An attack under way."""

    def __init__(self, district, kind, key="watch.water_bureau"):
        self.kind = kind
        front = broker_value(district, "front")
        server_key = key_of(district.path("keys", "broker.key"), "transport-public").decode()
        self.process = subprocess.Popen(
            [sys.executable, ATTACKER, kind, front, server_key,
             district.path("keys", key + ".key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        expect(self.process.stdout.readline() == b"ready\n", f"the attack {kind} does not begin")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends it; gives what it counted."""
        if self.process.poll() is not None:
            return {}
        try:
            told, _ = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return {}
        return json.loads(told.splitlines()[-1])


# ---- the honest


def broker_value(district, word):
    with open(district.path("etc", "broker.yaml"), encoding="utf-8") as file:
        return re.search(rf"^ +{word}: (.+)$", file.read(), re.M).group(1)


def set_value(district, name, word, value):
    """Changes a number in a configuration of the district."""
    path = district.path("etc", name + ".yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text, count = re.subn(rf"^( +{word}: ).+$", rf"\g<1>{value}", text, flags=re.M)
    expect(count == 1, f"{name}.yaml has no {word}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def memory_of(pid, word):
    """Bytes: VmHWM, VmRSS, RssAnon; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found = re.search(rf"^{word}:\s+(\d+) kB$", file.read(), re.M)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found.group(1)) << 10 if found else 0


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Pids:
    """Who runs, and that they all still do."""

    def __init__(self, district):
        self.district = district
        names = ["broker", "collector"]
        names += ["agent." + organ for organ in district.organs("agent.")]
        self.before = {name: district.pid(name) for name in names}
        self.before = {name: pid for name, pid in self.before.items() if pid is not None}
        expect(len(self.before) >= 2 + len(OFFICES), f"these run only: {self.before}")

    def expect_same(self, but=()):
        for name, pid in self.before.items():
            now = self.district.pid(name)
            expect(
                name in but or now == pid,
                f"{name} was {pid} and is {now}: {self.district.last_words()}",
            )


def judge(district, checker):
    """The whole log against all that was entered and acknowledged."""
    items, _ = replay(district)
    checker.judge_log(items)
    expect(not checker.faults, "; ".join(checker.faults[:5]))
    return len(items)


# ---- the cases

# What each attack must have done, so that it cannot pass by doing nothing.
WANTED = {
    "raw": ["silent", "garbage_hung_up", "null_garbage_hung_up", "curve_garbage_hung_up",
            "huge_hung_up"],
    "strangers": ["turned_away"],
    "listed": ["oversize", "answered"],
    "spoiled": ["spoiled_hung_up"],
    "questions": ["questions", "answers", "limits"],
}  # fmt: skip


class Comparison:
    """Windows with and without an attack, in turn, so that a slow minute slows both."""

    def __init__(self, district, meter):
        self.district = district
        self.meter = meter
        self.calm = {kind: [] for kind in WANTED}
        self.busy = {kind: [] for kind in WANTED}

    def run(self, kind):
        for _ in range(ROUNDS):
            self.calm[kind].append(p99(self.meter.window(WINDOW_S)))
            with Attacker(self.district, kind) as attacker:
                self.busy[kind].append(p99(self.meter.window(WINDOW_S)))
                counts = attacker.end()
            expect(all(counts.get(what) for what in WANTED[kind]), f"{kind} did only {counts}")
            left_open = [w for w in counts if w.endswith("_open") and w != "half_open"]
            expect(not left_open, f"the broker did not hang up: {counts}")
            expect(not counts.get("let_in"), f"a stranger was heard: {counts}")

    def ratio(self, kind):
        return statistics.median(self.busy[kind]) / statistics.median(self.calm[kind])

    def told(self):
        def in_ms(times):
            return "/".join(f"{1000 * t:.0f}" for t in times)

        return "; ".join(
            f"{kind} {in_ms(self.busy[kind])} against {in_ms(self.calm[kind])} ms, "
            f"× {self.ratio(kind):.2f}"
            for kind in self.calm
        )


def honest_offices_do_not_notice(bench):
    with bench.district() as district:
        pids = Pids(district)
        checker = Checker()
        meter = Meter(district, checker, "honest")
        meter.window(1)  # connections, first pages
        compared = Comparison(district, meter)
        for kind in WANTED:
            compared.run(kind)
            if compared.ratio(kind) > RATIO_MAX and not is_sanitized():
                compared.run(kind)  # twice as many windows before it counts
            pids.expect_same()
        with Attacker(district, "raw") as attacker:
            meter.window(REAPED_S)
            reaped = attacker.end().get("silent_hung_up", 0)
        expect(reaped >= 100, f"of 100 silent connections {reaped} were ended")
        meter.close()
        count = judge(district, checker)
        pids.expect_same()
        district.stop()
        log = read_lines(district.path("logs", "broker.log"))
        counts = [line for line in log if "turned away:" in line]
        expect(counts, "the broker does not tell its counts")
        for what in (r" [1-9]\d* malformed, ", r" [1-9]\d* denied", r" kind=[1-9]",
                     r" question_rate=[1-9]"):
            expect(re.search(what, counts[-1]), f"not counted: {what}: {counts[-1]}")
    for kind in WANTED:
        # Sanitized programs compute where others wait: nothing is learnt from their times.
        is_near = is_sanitized() or compared.ratio(kind) <= RATIO_MAX
        expect(is_near, f"{kind} is over {RATIO_MAX} ×: {compared.told()}")
    return f"p99 {compared.told()}; {reaped} silent ones ended; {count} events"


def a_message_without_an_end_costs_a_restart_of_the_broker(bench):
    with bench.district() as district:
        set_value(district, "broker", "rss_max_mb", RSS_MAX_MB)
        pids = Pids(district)
        before = district.kill("broker")
        before = district.await_pid("broker", before)
        checker = Checker()
        meter = Meter(district, checker, "endless")
        meter.window(1)
        peak = 0
        start = time.monotonic()
        with Attacker(district, "endless"):
            while district.pid("broker") == before:
                expect(time.monotonic() - start < slower(20), "the broker bears it all")
                peak = max(peak, memory_of(before, "VmHWM"))
                for office in OFFICES:
                    meter.hand_in(office)
                meter.turn(20)
        ended = time.monotonic()
        district.await_pid("broker", before)
        meter.rest()
        back_s = time.monotonic() - ended
        log = "\n".join(read_lines(district.path("logs", "broker.log")))
        expect(f"over the limit of {RSS_MAX_MB} MiB" in log, f"the broker said: {log[-300:]}")
        expect(back_s <= slower(BACK_S), f"receipts only {back_s:.1f} s after the broker's end")
        meter.window(1)
        meter.close()
        pids.expect_same(but=["broker"])
        count = judge(district, checker)
    return (f"ended at {peak >> 20} MiB of {RSS_MAX_MB}, every receipt {back_s:.2f} s later, "
            f"{count} events in the log")  # fmt: skip


def silent_connections_to_the_last_descriptor_harm_nobody_inside(bench):
    with bench.founded() as (district, runner):
        limit = f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"
        runner.start("broker", prefix=[must_find("prlimit"), limit])
        runner.start_all("collector", *("agent." + office for office in OFFICES))
        checker = Checker()
        meter = Meter(district, checker, "crowd")
        meter.window(1)
        pid = runner.processes["broker"].pid
        calm = p99(meter.window(WINDOW_S))
        with Attacker(district, "crowd") as attacker:
            await_true("no descriptor is left", lambda: descriptors_of(pid) >= DESCRIPTORS - 1,
                       slower(10))  # fmt: skip
            busy = p99(meter.window(REAPED_S + 1))
            counts = attacker.end()
        expect(counts.get("hung_up", 0) > 0, f"none of them was ended: {counts}")
        # Whoever could not come in comes in now.
        expect(running_stats(district)["not_yet_folded"] >= 0, "a newcomer is let in")
        meter.window(1)
        meter.close()
        count = judge(district, checker)
        runner.expect_alive()
        expect(runner.processes["broker"].pid == pid, "the broker is another")
        for name in list(runner.processes):
            runner.stop(name, slower(5))
    return (f"p99 {1000 * busy:.0f} against {1000 * calm:.0f} ms with {counts['silent']} dialled "
            f"and {counts['hung_up']} ended, {count} events in the log")  # fmt: skip


def fill(hand, **more):
    """Reports with a large text until the agent says that its outbox is full."""
    text = "The road has sunk. " * 2300

    def is_full():
        while len(hand.under_way) < 4 and not hand.refusals:
            hand.made += 1
            tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
            draft = report_draft(hand.office, tag, texts={"narrative": text}, **more)
            hand.hand_in("report", draft, tag)
        hand.turn()
        return hand.refusals

    await_true(f"the outbox of {hand.office} is full", is_full, slower(40), 0)
    await_true("the last answers", lambda: hand.turn() or not hand.under_way, slower(10), 0)
    codes = {answer["code"] for _, answer in hand.refusals}
    expect(codes == {FULL}, f"refused with {codes}: {hand.refusals[0][1]}")
    return hand.refusals[0][1]


def report_by_hand(district, office, *words, good=(0,)):
    """`tocsin report` as a clerk types it."""
    text = "The road has sunk. " * 1000
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


def running_stats(district):
    return json.loads(district.run("log", "stats", "--running", "-o", "json").stdout)


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
    Bench("hostile").run(
        honest_offices_do_not_notice,
        a_message_without_an_end_costs_a_restart_of_the_broker,
        silent_connections_to_the_last_descriptor_harm_nobody_inside,
        a_full_outbox_says_so_on_the_spot,
        a_full_disk_of_an_office_says_so_on_the_spot,
        a_full_disk_of_the_collector_loses_nothing,
        a_watcher_that_stops_reading_harms_nobody,
    )
