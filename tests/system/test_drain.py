#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 15
# ctest-locks: clock
"""SIGTERM under load: every program drains and exits with 0 within 5 s, and `tocsin up` ends its
whole district; what was entered is there afterwards."""

import time

from harness import Bench, Checker, Hand, await_true, expect, replay, report_draft, slower

UP_LIMIT_S = 10  # of all its programs: agents first, the broker last
LIMIT_S = 5
OFFICE = "office_chahe"
OTHERS = ["office_lishu", "office_qinglong"]


def under_load(hands, count):
    """Some hundred reports, the last of them still under way."""

    def is_enough():
        for hand in hands:
            hand.fill(lambda office, tag, _: report_draft(office, tag))
            hand.turn(1)
        return all(len(hand.entered) >= count for hand in hands)

    await_true("reports are entered", is_enough, slower(20), 0)


def each_program_drains(bench):
    told = []
    with bench.founded() as (district, runner):
        names = ["broker", "collector", "agent." + OFFICE]
        runner.start_all(*names)
        checker = Checker()
        hand = Hand(district, OFFICE, checker, "each")
        for name in ("agent." + OFFICE, "collector", "broker"):
            under_load([hand], len(hand.entered) + 200)
            code, took_s = runner.stop(name, slower(LIMIT_S))
            expect(code == 0, f"{name} ended with {code}: {district.last_words()}")
            told.append(f"{name} {took_s:.2f} s")
            runner.start(name)
        hand.drain(slower(20))
        items, _ = replay(district)
        checker.judge_log(items)
        expect(not checker.faults, "; ".join(checker.faults[:5]))
        hand.close()
    return ", ".join(told)


def a_whole_district_ends_and_begins_again(bench):
    with bench.district() as district:
        checker = Checker()
        hands = [Hand(district, office, checker, "whole") for office in [OFFICE] + OTHERS]
        under_load(hands, 300)
        code, took_s = district.stop()
        expect(code == 0, f"`tocsin up` ended with {code}")
        expect(took_s <= slower(UP_LIMIT_S), f"`tocsin up` took {took_s:.1f} s")
        district.start()
        start = time.monotonic()
        for hand in hands:
            hand.drain(slower(20))
        again_s = time.monotonic() - start
        items, _ = replay(district)
        checker.judge_log(items)
        expect(not checker.faults, "; ".join(checker.faults[:5]))
        for hand in hands:
            hand.close()
    return f"ended in {took_s:.2f} s, all receipts {again_s:.2f} s after it was up again"


if __name__ == "__main__":
    Bench("drain").run(each_program_drains, a_whole_district_ends_and_begins_again)
