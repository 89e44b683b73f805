#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-locks: clock
# ctest-cost: 25
"""What a broker cannot bear for ever: a message without an end, a crowd of silent connections. It
is back soon or was never gone, no other process dies, and nothing that was acknowledged is lost.
"""

import time

from harness import Bench, Checker, await_true, expect, must_find, read_lines, slower
from meter import OFFICES, Meter, p99
from neighbours import (
    Attacker,
    Pids,
    descriptors_of,
    judge,
    memory_of,
    running_stats,
    set_value,
)

WINDOW_S = 1.5
REAPED_S = 6  # a connection that says nothing is ended after 5 s
RSS_MAX_MB = 96
# The broker ends when the attacker has sent enough; what waits until then is bounded.
UNDER_WAY_MAX = 100
DESCRIPTORS = 200  # of a broker, in the case of the crowd


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
        with Attacker(district, "endless", is_patient=False):
            while district.pid("broker") == before:
                # How long it takes is the attacker's pace, and that is the machine's.
                expect(time.monotonic() - start < slower(60),
                       f"the broker bears it all, at {peak >> 20} MiB")  # fmt: skip
                peak = max(peak, memory_of(before, "VmHWM"))
                if len(meter.asked) < UNDER_WAY_MAX:
                    for office in OFFICES:
                        meter.hand_in(office)
                meter.turn(20)
        ended = time.monotonic()
        district.await_pid("broker", before)
        meter.rest()
        back_s = time.monotonic() - ended
        log = "\n".join(read_lines(district.path("logs", "broker.log")))
        expect(f"over the limit of {RSS_MAX_MB} MiB" in log, f"the broker said: {log[-300:]}")
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
        with Attacker(district, "crowd", is_patient=False) as attacker:
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


if __name__ == "__main__":
    Bench("besieged").run(
        a_message_without_an_end_costs_a_restart_of_the_broker,
        silent_connections_to_the_last_descriptor_harm_nobody_inside,
    )
