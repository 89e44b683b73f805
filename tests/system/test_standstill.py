#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
"""The state does not follow the log, because its fold dies at an event. Reports are taken and
receipted all the same, what was derived is given, and people are told.
"""

import json
import os
import signal

import harness
from harness import (
    Bench,
    Checker,
    Hand,
    await_true,
    expect,
    read_lines,
    replay,
    report_draft,
    slower,
    tag_of,
)

OFFICE = "office_chahe"
STREAM = "petition_bureau"
DEATHS = 3  # TCN_FOLD_DEATHS_MAX
CRASHING = os.path.join(os.path.dirname(harness.SHIM), "tocsin-collector-crashing")


def stats(district):
    answer = district.run("log", "stats", "--running", "-o", "json")
    return json.loads(answer.stdout)


def report(hand, count):
    """So many reports, entered, and their receipts."""
    for _ in range(count):
        hand.made += 1
        tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
        hand.hand_in("report", report_draft(hand.office, tag), tag)
    hand.drain(slower(20))


def start_crashing(district, runner, at):
    """The collector whose fold dies at the position that the file `at` holds."""
    runner.start("collector", env={"TOCSIN_CRASH_AT": at}, program=CRASHING)


def died(process, hand):
    """True when the collector has ended; until then there is a report under way."""
    if not hand.under_way and hand.waiting() == 0:
        hand.made += 1
        tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
        hand.hand_in("report", report_draft(hand.office, tag), tag)
    hand.turn(20)
    return process.poll() is not None


def the_call_sheet_is_of_what_is_known(district, hand):
    """A matter that the state does not have yet is no matter that there is not."""
    first, last = (hand.entered[n]["matter"] for n in (0, -1))
    seat = ("--bureau", STREAM)
    known = district.run("callsheet", first, *seat)
    expect("not asked" not in known.stdout and not known.stderr, f"{known}")
    unknown = district.run("callsheet", last, *seat)
    expect("not asked" in unknown.stdout and "try: --domain D" in unknown.stderr, f"{unknown}")
    none = district.run("callsheet", "018f0000-0000-7000-8000-000000000001", *seat)
    expect("not asked" in none.stdout, f"nor is it known of any other: {none}")


def nothing_is_handed_on_unseen(district, hand):
    """What came behind the standstill may be a complaint against whoever would get it."""
    seat = ("--bureau", STREAM)
    for words in (("replay", *seat), ("watch", *seat, "--once", "--from", "1", "--name", "late")):
        told = district.run(*words).stderr
        expect("stands still: what came after" in told, f"{words[0]}: {told}")
    for entered in (hand.entered[0], hand.entered[-1]):
        told = district.run("act", entered["matter"], "transferred", "--to", "hr_bureau", *seat,
                            good=(7,)).stderr  # fmt: skip
        expect("could not be read to its end" in told and "--not-accused" in told, told)


def an_event_that_kills_the_fold_stops_alerts_and_nothing_else(bench):
    with bench.founded() as (district, runner):
        checker = Checker()
        at = district.path("crash_at")
        runner.start_all("broker", "agent." + OFFICE)
        start_crashing(district, runner, at)
        hand = Hand(district, OFFICE, checker, "dies")
        report(hand, 5)
        await_true("the state is level", lambda: stats(district)["not_yet_folded"] == 0, slower(10))
        seen = district.path("watch.ndjson")
        district.spawn("watch", "--bureau", STREAM, "-o", "ndjson", out=seen)
        await_true("the watcher has all", lambda: len(harness.delivered(seen)) == 5, slower(10))
        deadly = stats(district)["last_position"] + 3
        with open(at, "w", encoding="ascii") as file:
            file.write(str(deadly))
        for death in range(DEATHS):
            if death > 0:
                start_crashing(district, runner, at)
            process = runner.processes["collector"]
            await_true("the fold dies", lambda: died(process, hand), slower(30), 0)
            expect(process.returncode == -signal.SIGABRT, f"it ended with {process.returncode}")
        # The fourth does not try.
        start_crashing(district, runner, at)
        report(hand, 5)
        runner.expect_alive()
        told = stats(district)
        stands = told.get("standstill")
        expect(stands and stands["code"] == "halted", f"it does not say that it stands: {told}")
        expect(stands["cause"] == "closed", f"it does not say why: {stands}")
        expect(told["not_yet_folded"] > 0, f"no lag is shown: {told}")
        expect(told["applied"]["position"] == stands["position"] - 1, f"not just before it: {told}")
        warned = district.run("matter", "ls").stderr
        expect("stands still at position" in warned, f"no word with an answer: {warned}")
        the_call_sheet_is_of_what_is_known(district, hand)
        nothing_is_handed_on_unseen(district, hand)
        kinds = lambda: [json.loads(line).get("kind") for line in read_lines(seen)]  # noqa: E731
        await_true("the watcher is told", lambda: "standstill" in kinds(), slower(30))
        log = "\n".join(read_lines(district.path("logs", "collector.log")))
        expect("ALARM: no alerts are derived" in log and "try: put in a program" in log, "no alarm")
        # A mended program goes on by itself, and the watcher misses nothing.
        runner.stop("collector", slower(10))
        runner.start("collector")
        await_true("it goes on", lambda: stats(district)["not_yet_folded"] == 0, slower(20))
        expect("standstill" not in stats(district), "it still says that it stands")
        await_true("the watcher has all", lambda: len(harness.delivered(seen)) == hand.made,
                   slower(20))  # fmt: skip
        count = len(replay(district)[0])
        expect(count >= hand.made, f"the log has {count} events of {hand.made}")
        runner.expect_alive()
        hand.close()
    return f"{hand.made} reports, {DEATHS} deaths at position {deadly}"


if __name__ == "__main__":
    Bench("standstill").run(an_event_that_kills_the_fold_stops_alerts_and_nothing_else)
