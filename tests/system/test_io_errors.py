#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long
# ctest-cost: 25
# ctest-locks: clock
"""A write or a sync fails, with EIO or because the disk is full: the program refuses or ends with
a code that is documented, nothing is acknowledged that the failed group held, and the next start
finds everything. By default a spread of the calls by chance (TOCSIN_SEED); TOCSIN_LONG=1: every
call; TOCSIN_POINTS=PROGRAM:CALL:NUMBER:ERROR,… these alone."""

import os

from harness import IS_LONG, Bench, Skip, expect
from sweep import (
    AGENT,
    DISK_CALLS,
    ERRORS,
    Party,
    Point,
    every,
    measure,
    must_preload,
    part_of,
    points_asked,
    spread,
)

POINTS = 16


def points_of(bench, program, calls):
    asked = points_asked(program)
    if asked is not None:
        return asked
    if IS_LONG:
        return part_of([Point(program, *call, error) for call in every(calls) for error in ERRORS])
    some = spread(bench.random, calls, POINTS)
    return [Point(program, *call, bench.random.choice(ERRORS)) for call in some]


def sweep(bench, program):
    must_preload()
    if os.environ.get("TOCSIN_POINTS") and not points_asked(program):
        raise Skip("not among TOCSIN_POINTS")
    calls = {name: n for name, n in measure(bench, program).items() if name in DISK_CALLS}
    points = points_of(bench, program, calls)
    codes = Party(bench, program).run(points)
    went_on = codes.pop(None, 0)
    expect(codes or len(points) < POINTS, "no error ended the program: were there any?")
    ends = ", ".join(f"{count} with {code}" for code, count in sorted(codes.items()))
    return f"{len(points)} errors: it went on after {went_on}, ended {ends or 'never'}"


def the_collector_loses_nothing_by_an_error(bench):
    return sweep(bench, "collector")


def an_agent_loses_nothing_by_an_error(bench):
    return sweep(bench, AGENT)


if __name__ == "__main__":
    Bench("io_errors").run(
        the_collector_loses_nothing_by_an_error,
        an_agent_loses_nothing_by_an_error,
    )
