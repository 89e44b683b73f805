#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-serial: latency
# ctest-locks: clock
# ctest-cost: 55
"""Bad neighbours: raw garbage, strangers, a listed key that misbehaves. All the while honest
offices go on, no other process dies, and nothing that was acknowledged is lost. What costs the
broker its life or its descriptors is in test_besieged.py.
"""

import os
import re
import statistics

from harness import (
    ROOT,
    Bench,
    Checker,
    expect,
    is_sanitized,
    read_lines,
)
from meter import Meter, p99
from neighbours import Attacker, Pids, judge, memory_of

INSTALL = os.path.join(ROOT, "docs", "how-to", "install.md")
WINDOW_S = 1.5
RUSH_S = 0.75
ROUNDS = 1 if is_sanitized() else 2  # nothing is learnt from a sanitized program's times
EXTRA = 2  # times that as many windows again are looked at before a median is too far
RATIO_MAX = 3
RATE_MIN = 0.5  # of what honest offices reach undisturbed
REAPED_S = 6  # a connection that says nothing is ended after 5 s
ANON_GROWTH_MAX_MB = 64  # of a collector, and of a broker, whatever is said to them

# What each attack must have done, so that it cannot pass by doing nothing.
WANTED = {
    "raw": ["silent", "garbage_hung_up", "null_garbage_hung_up", "curve_garbage_hung_up",
            "huge_hung_up"],
    "strangers": ["turned_away"],
    "listed": ["oversize", "answered"],
    "spoiled": ["spoiled_hung_up"],
    "questions": ["questions", "opens", "answers", "limits"],
}  # fmt: skip


class Memory:
    """What broker and collector hold beside the files that they map, before attacks and at most
    since, against the bounds that the page gives their services."""

    def __init__(self, district):
        self.pids = {name: district.pid(name) for name in ("broker", "collector")}
        self.before = self.now()
        self.most = dict(self.before)

    def now(self):
        return {name: memory_of(pid, "RssAnon") for name, pid in self.pids.items()}

    def look(self):
        self.most = {name: max(size, self.most[name]) for name, size in self.now().items()}

    def judge(self):
        with open(INSTALL, encoding="utf-8") as file:
            bounds = re.findall(r"-(broker|collector)`[^|]*\| `MemoryMax=(\d+)M`", file.read())
        expect(len(bounds) == 2, f"{INSTALL} bounds broker and collector: {bounds}")
        for name, bound in bounds:
            grown = self.most[name] - self.before[name]
            peak = memory_of(self.pids[name], "VmHWM") if name == "broker" else self.most[name]
            expect(peak <= int(bound) << 20, f"{name}: {peak >> 20} MiB, more than {bound}")
            expect(is_sanitized() or grown <= ANON_GROWTH_MAX_MB << 20,
                   f"{name} has grown by {grown >> 20} MiB, to {self.most[name] >> 20}")

    def told(self):
        return ", ".join(f"{name} {self.before[name] >> 20} to {self.most[name] >> 20} MiB"
                         for name in self.most)


class Comparison:
    """Windows with and without an attack, in turn, so that a slow minute slows both."""

    def __init__(self, district, meter, memory):
        self.district = district
        self.meter = meter
        self.memory = memory
        self.calm = {kind: [] for kind in WANTED}
        self.busy = {kind: [] for kind in WANTED}
        self.rates = {kind: ([], []) for kind in WANTED}  # receipts a second, calm and busy

    def run(self, kind):
        for _ in range(ROUNDS):
            self.calm[kind].append(p99(self.meter.window(WINDOW_S)))
            self.rates[kind][0].append(self.meter.rush(RUSH_S))
            with Attacker(self.district, kind) as attacker:
                self.busy[kind].append(p99(self.meter.window(WINDOW_S)))
                self.rates[kind][1].append(self.meter.rush(RUSH_S))
                self.memory.look()
                counts = attacker.end()
            expect(all(counts.get(what) for what in WANTED[kind]), f"{kind} did only {counts}")
            left_open = [w for w in counts if w.endswith("_open") and w != "half_open"]
            expect(not left_open, f"the broker did not hang up: {counts}")
            expect(not counts.get("let_in"), f"a stranger was heard: {counts}")

    def ratio(self, kind):
        return statistics.median(self.busy[kind]) / statistics.median(self.calm[kind])

    def rate(self, kind):
        calm, busy = (statistics.median(rates) for rates in self.rates[kind])
        return busy / calm if calm > 0 else 0  # none in a calm window says nothing: looked at anew

    def is_near(self, kind):
        return self.ratio(kind) <= RATIO_MAX and self.rate(kind) >= RATE_MIN

    def told(self):
        def in_ms(times):
            return "/".join(f"{1000 * t:.0f}" for t in times)

        return "; ".join(
            f"{kind} {in_ms(self.busy[kind])} against {in_ms(self.calm[kind])} ms, "
            f"× {self.ratio(kind):.2f}, {100 * self.rate(kind):.0f} % of the rate"
            for kind in self.calm
        )


def honest_offices_do_not_notice(bench):
    with bench.district() as district:
        pids = Pids(district)
        checker = Checker()
        meter = Meter(district, checker, "honest")
        meter.window(1)  # connections, first pages
        memory = Memory(district)
        compared = Comparison(district, meter, memory)
        for kind in WANTED:
            compared.run(kind)
            for _ in range(EXTRA):
                if not (is_sanitized() or compared.is_near(kind)):
                    compared.run(kind)  # all windows count, the slow ones with them
            pids.expect_same()
        with Attacker(district, "raw") as attacker:
            meter.window(REAPED_S)
            reaped = attacker.end().get("silent_hung_up", 0)
        expect(reaped >= 100, f"of 100 silent connections {reaped} were ended")
        meter.close()
        count = judge(district, checker)
        pids.expect_same()
        memory.judge()
        district.stop()
        log = read_lines(district.path("logs", "broker.log"))
        counts = [line for line in log if "turned away:" in line]
        expect(counts, "the broker does not tell its counts")
        for what in (r" [1-9]\d* malformed, ", r" [1-9]\d* denied", r" kind=[1-9]",
                     r" question_rate=[1-9]"):
            expect(re.search(what, counts[-1]), f"not counted: {what}: {counts[-1]}")
    for kind in WANTED:
        # Sanitized programs compute where others wait: nothing is learnt from their times.
        is_near = is_sanitized() or compared.is_near(kind)
        expect(is_near, f"{kind} is over {RATIO_MAX} × or under {RATE_MIN} of the rate: "
                        f"{compared.told()}")  # fmt: skip
    return (f"p99 {compared.told()}; {reaped} silent ones ended; {count} events; "
            f"{memory.told()}")  # fmt: skip


if __name__ == "__main__":
    Bench("hostile").run(honest_offices_do_not_notice)
