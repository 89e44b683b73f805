#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 25
"""An office's agent is killed. Meanwhile the board shows that the office is unreachable and nothing
of it as safe; when it is back the agent signs that it was stopped, and the board tells since when
and until when. Killed at every step of that start, it says each stop once."""

import os
import time

from harness import SHIM, Bench, await_true, expect, json_lines, slower
from sweep import must_preload

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
HURRY = 40  # the collector's five minutes of patience pass so much faster
TEN_MINUTES = 600 * 10**9  # which are not waited for: the sign of life is set back
STEPS = 40  # calls of a start and of what follows, among them all until it has said what it says


class Scene:
    def __init__(self, district, runner):
        self.district, self.runner = district, runner
        self.sign = None  # the file of the agent's sign of life

    def office(self):
        """What the desk's board says of the office."""
        offices = self.district.json("board", "--of", OFFICE)["offices"]
        return next(row for row in offices if row["office"] == OFFICE)

    def set_back(self, by_ns):
        """The agent has died, and so much longer ago. Gives when it was seen last."""
        with open(self.sign, encoding="ascii") as file:
            seen, started = (int(word) for word in file.read().split())
        with open(self.sign, "w", encoding="ascii") as file:
            file.write(f"{seen - by_ns:019d} {started - by_ns:019d}\n")
        return seen - by_ns

    def stop(self):
        """Since when and until when it was stopped, by the board; None when it says none."""
        row = self.office()
        return (row["stopped_from"], row["stopped_until"]) if row.get("stopped_from") else None

    def told(self):
        said = self.district.run("replay", "-o", "ndjson", good=(0, 3))  # 3: nothing was said yet
        return [row for row in json_lines(said.stdout)
                if row.get("event") and row["event"]["act"] == "stopped"]


def find_sign(district):
    """The file of the agent's sign of life."""
    for folder, _, names in os.walk(district.folder):
        if "alive" in names and OFFICE in folder:
            return os.path.join(folder, "alive")
    return None


def it_says_afterwards_that_it_was_stopped(bench):
    must_preload()
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)
        runner.start("broker")
        # Not the agent: its clock tells the times that are compared below.
        runner.start("collector", env={"LD_PRELOAD": SHIM, "TOCSIN_HURRY": str(HURRY)})
        runner.start(AGENT)
        await_true("it is heard", lambda: scene.office()["cause"] == "heard", slower(20))
        scene.sign = await_true("a sign of life", lambda: find_sign(district), slower(10))
        expect(not scene.stop() and not scene.told(), "never stopped so far")
        runner.kill(AGENT)
        await_true("it is unreachable", lambda: scene.office()["cause"] == "unreachable",
                   slower(60))
        lines = district.json("board", "--of", OFFICE)["lines"]
        expect({cell["state"] for cell in lines} == {"unknown"}, f"and nothing is safe: {lines}")
        expect(not scene.stop(), "nobody signs a silence while it lasts")
        seen_ns = scene.set_back(TEN_MINUTES)
        runner.start(AGENT)
        since, until = await_true("it says so", scene.stop, slower(20))
        (said,) = scene.told()
        expect(said["event"]["office"] == OFFICE, f"its own word: {said}")
        exact = (said["event"]["occurred"], said["event"]["recorded"])
        expect((since[:19], until[:19]) == (exact[0][:19], exact[1][:19]), f"{said}")
        away_s = time.time() - seen_ns / 10**9
        expect(away_s > 600, f"since it was seen last: {away_s}")
        await_true("it is heard again", lambda: scene.office()["cause"] == "heard", slower(20))
        runner.kill(AGENT)
        runner.start(AGENT)
        await_true("it is there", lambda: scene.office()["cause"] == "heard", slower(20))
        expect(len(scene.told()) == 1, "a moment is not told")


def killed_at_every_step_it_says_it_once(bench):
    """Each start is ten minutes later than the one before by the agent's clock, which begins as
    much behind as that takes."""
    must_preload()
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)

        def start(step, **env):
            skew = str((step - STEPS) * TEN_MINUTES // 10**9)
            runner.start(AGENT, env={"LD_PRELOAD": SHIM, "TOCSIN_SKEW_S": skew, **env})

        runner.start_all("broker", "collector")
        start(0)
        await_true("a sign of life", lambda: find_sign(district), slower(20))
        kills = stops = 0
        for step in range(1, STEPS + 1):
            stops += 1
            runner.kill(AGENT)
            start(step, TOCSIN_KILL_AT=str(step),
                  TOCSIN_KILL_WHEN="before" if step % 2 else "after")
            await_true("it is killed, or says so", lambda count=step: (
                not runner.is_running(AGENT) or len(scene.told()) >= count), slower(30))
            if runner.is_running(AGENT):
                break
            kills += 1
            runner.kill(AGENT)
            start(step)
            await_true("it says so", lambda count=step: len(scene.told()) >= count, slower(30))
        told = scene.told()
        expect(kills >= 3, f"{kills} kills")
        expect(len(told) == stops, f"{len(told)} words for {stops} stops")
        starts = [item["event"]["occurred"] for item in told]
        expect(len(set(starts)) == len(starts), f"each of its own gap: {starts}")
    return f"{kills} kills"


if __name__ == "__main__":
    Bench("stopped").run(it_says_afterwards_that_it_was_stopped,
                         killed_at_every_step_it_says_it_once)
