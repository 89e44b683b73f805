#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long
# ctest-cost: 90
# ctest-locks: clock
"""Every store and send call of collector, agent, broker and a watching `tocsin watch` can be the
last one. A first run counts the calls of each name; then the n-th is the last: killed when it has
returned ("after"), before it is made ("before"), or before it is made and the power fails, so that
of what was written and not synced all or some is lost ("cut"). The program is started again and
everything is judged: what was acknowledged, what was entered, what watchers got, and at last that
the state that went on through all of it is the one that the log gives, folded anew.

By default a spread of the points by chance (TOCSIN_SEED); TOCSIN_LONG=1: every point, each way
(TOCSIN_PART=K/N: the K-th of N parts of them).
TOCSIN_POINTS=PROGRAM:CALL:NUMBER:ENDING,… runs these alone. How many calls of a kind come before
depends on threads and time, which no seed sets: a point names about the same place, not exactly."""

import os
import re

from harness import IS_LONG, Bench, Failed, Skip, expect, must_find
from sweep import (
    AGENT,
    DISK_CALLS,
    ENDINGS,
    ENDINGS_DISKLESS,
    WATCH,
    Party,
    Point,
    calls_nobody_counts,
    every,
    measure,
    must_preload,
    part_of,
    points_asked,
    spread,
)

POINTS = {"collector": 28, AGENT: 24, "broker": 16, WATCH: 16}


def points_of(bench, program, calls):
    """The points to live through: all, or a spread."""
    asked = points_asked(program)
    if asked is not None:
        return asked
    endings = ENDINGS if program in ("collector", AGENT) else ENDINGS_DISKLESS
    if IS_LONG:
        points = [Point(program, *call, ending) for call in every(calls) for ending in endings]
        return part_of(points)
    points = []
    for name, number in spread(bench.random, calls, POINTS[program]):
        # Without power is the hardest, where something is being written.
        ending = endings[-1] if name in DISK_CALLS else bench.random.choice(endings)
        points.append(Point(program, name, number, ending))
    return points


def must_be_asked(*programs):
    """Skips a case that TOCSIN_POINTS leaves out."""
    asked = [points_asked(program) for program in programs]
    if os.environ.get("TOCSIN_POINTS") and not any(asked):
        raise Skip("not among TOCSIN_POINTS")


def sweep(bench, program):
    must_preload()
    must_be_asked(program)
    calls = measure(bench, program)
    party = Party(bench, program)
    points = points_of(bench, program, calls)
    codes = party.run(points)
    kills = codes.get(-9, 0)
    expect(kills > 0 or not points, "no point was reached")
    lost = sum(made.lost_sectors for made in party.sweeps)
    if not IS_LONG:
        print("        " + " ".join(str(point).partition(":")[2] for point in points), flush=True)
    counted = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()))
    return f"{kills} ends in {len(points)} runs, {lost} sectors lost; calls: {counted}"


def every_call_that_matters_is_counted(_):
    must_preload()
    must_be_asked()
    must_find("nm")
    unseen = calls_nobody_counts()
    expect(not unseen, f"tests/lib/killpoint.c lacks {', '.join(sorted(unseen))}")


def the_collector_ends_at_any_call(bench):
    return sweep(bench, "collector")


def the_agent_ends_at_any_call(bench):
    return sweep(bench, AGENT)


def the_broker_ends_at_any_call(bench):
    return sweep(bench, "broker")


def a_watch_ends_at_any_call(bench):
    return sweep(bench, WATCH)


def must_be_found(party, points, pattern):
    """The rule is broken on purpose, and the sweep says so."""
    party.bench.keeps = False
    try:
        party.run(points)
    except Failed as found:
        told = re.search(pattern, str(found))
        expect(told is not None, f"another fault was found: {found}")
        return told.group(0)
    finally:
        party.bench.keeps = True
    raise Failed(f"a broken rule was not found in {len(points)} points")


def a_disk_that_does_not_sync_is_found(bench):
    must_preload()
    must_be_asked()
    told = []
    for program in ("collector", AGENT):
        # Behind the calls of the run that was measured, and then backwards: early in a run nothing
        # has been acknowledged yet that could be lost, and on a busy machine a run makes more calls
        # until then. Work goes on until the cut comes.
        sends = measure(bench, program)["zmq_msg_send"]
        points = [Point(program, "zmq_msg_send", n, "cut") for n in range(4 * sends, 0, -3)]
        party = Party(bench, program, env={"TOCSIN_NO_SYNC": "1"})
        told.append(must_be_found(party, points, r"lost: [^;\n]*"))
    return "; ".join(told)


def a_watch_that_forgets_its_cursor_is_found(bench):
    must_preload()
    must_be_asked()
    # Points that come before any item: what was handed in meanwhile is what it forgets.
    calls = (("fflush", 1), ("zmq_msg_send", 1), ("zmq_msg_send", 2), ("send", 2))
    party = Party(bench, WATCH, watch_words=["--from", "now"])
    points = [Point(WATCH, *call, "before") for call in calls]
    return must_be_found(party, points, r"stale: [^;\n]*")


if __name__ == "__main__":
    Bench("kill_points").run(
        every_call_that_matters_is_counted,
        the_collector_ends_at_any_call,
        the_agent_ends_at_any_call,
        the_broker_ends_at_any_call,
        a_watch_ends_at_any_call,
        a_disk_that_does_not_sync_is_found,
        a_watch_that_forgets_its_cursor_is_found,
    )
