#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 18
"""An agent changes its keys while reports come in, and is killed at every step of it that touches a
disk. Started again it ends in the same place: the new keys are the log's and the agent's, nothing
is lost, nothing is there twice, and the old ones are let in for as long as they overlap."""

import json
import os
import re
import time

from harness import (
    SHIM,
    Bench,
    Checker,
    Hand,
    TooLate,
    await_true,
    expect,
    replay,
    report_draft,
    slower,
)
from sweep import must_preload

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
HURRY = 8  # how much faster the time of an agent runs that waits for a minute
STEPS = 12  # more fsyncs than a rotation has
PAUSE_S = 3  # without a receipt; a handshake that is put off takes 5 s


class Scene:
    """One office at work."""

    def __init__(self, district, runner):
        self.district = district
        self.runner = runner
        self.checker = Checker()
        self.key_file = setting(district, AGENT, "key_file")
        self.hand = Hand(district, OFFICE, self.checker, "rotate")

    def start(self, **env):
        self.runner.start(AGENT, env=env)

    def work(self, tag_count=8):
        """Some reports, and whatever answers came."""
        wanted = self.hand.made + tag_count
        self.hand.WINDOW = max(self.hand.WINDOW, 16)
        while self.hand.made < wanted and len(self.hand.under_way) < self.hand.WINDOW:
            self.hand.fill(lambda office, tag, _: report_draft(office, tag))
        self.hand.turn()

    def rotation(self, **more):
        """What the agent says of its keys; None while it is not there."""
        try:
            return self.hand.ask({"op": "rotate", **more}, 2)["rotation"]
        except TooLate:  # it was killed
            return None

    def is_settled(self, old):
        self.hand.turn()
        stand = self.rotation()
        return stand and stand["state"] == "done" and stand["key"] != old

    def files(self):
        return [end for end in ("", ".next", ".old") if os.path.exists(self.key_file + end)]


def killed_at_each_step_it_ends_in_the_same_place(bench):
    must_preload()
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)
        runner.start_all("broker", "collector")
        scene.start()
        old = await_true("the agent is there", scene.rotation, slower(10))["key"]
        kills = 0
        for step in range(1, STEPS + 1):
            runner.kill(AGENT)
            scene.start(LD_PRELOAD=SHIM, TOCSIN_KILL_CALL="fsync", TOCSIN_KILL_AT=str(step),
                        TOCSIN_KILL_WHEN="before" if step % 2 else "after")
            await_true("the agent is there", scene.rotation, slower(10))
            scene.work()
            scene.rotation(days=7)
            await_true("it is killed, or done",
                       lambda old=old: not runner.is_running(AGENT) or scene.is_settled(old),
                       slower(20))
            if runner.is_running(AGENT):
                old = scene.rotation()["key"]
                break
            kills += 1
            runner.kill(AGENT)
            scene.start()
            stand = await_true("it is there again", scene.rotation, slower(10))
            if stand["state"] == "none" or (stand["state"], stand["key"]) == ("done", old):
                scene.rotation(days=7)  # killed before anything was on disk
            scene.work()
            await_true("it ends in the same place", lambda old=old: scene.is_settled(old),
                       slower(20))
            expect(scene.files() == ["", ".old"], f"files after step {step}: {scene.files()}")
            old = scene.rotation()["key"]
        scene.hand.drain(slower(30))
        items, _ = replay(district)
        scene.checker.judge_log(items)
        expect(not scene.checker.faults, "; ".join(scene.checker.faults[:5]))
        changes = [i for i in items if i["event"]["act"] == "registry_changed"]
        expect(kills >= 5, f"{kills} kills")
        expect(len(changes) == kills + 1, f"{len(changes)} changes for {kills + 1} rotations")
        scene.hand.close()
        runner.kill(AGENT)
        runner.kill("collector")
        district.run("log", "verify", "--dir", district.folder)
    return f"{kills} kills, {len(changes)} rotations, {scene.hand.made} reports"


def reports_go_on_while_the_keys_change(bench):
    """The longest time between two receipts, with a rotation in it."""
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)
        runner.start_all("broker", "collector")
        scene.start()
        old = await_true("the agent is there", scene.rotation, slower(10))["key"]
        scene.work()
        scene.hand.drain(slower(20))
        scene.rotation(days=1)
        longest, last, acked = 0, time.monotonic(), scene.hand.acked()
        is_done = False
        while not is_done:
            scene.work(4)
            now = scene.hand.acked()
            if now != acked:
                longest, last, acked = max(longest, time.monotonic() - last), time.monotonic(), now
                is_done = scene.is_settled(old)  # and receipts came since
            expect(time.monotonic() - last < slower(10), "receipts stopped")
        scene.hand.drain(slower(30))
        items, _ = replay(district)
        scene.checker.judge_log(items)
        expect(not scene.checker.faults, "; ".join(scene.checker.faults[:5]))
        expect(longest < slower(PAUSE_S), f"{longest:.2f} s without a receipt")
        scene.hand.close()
    return f"{scene.hand.made} reports, {1000 * longest:.0f} ms at most without a receipt"


def a_log_set_back_to_before_the_change_gets_it_again(bench):
    """The agent has swapped to its newer keys when the log is restored to before them. It finds no
    way in, knocks with the older, tells the newer again, and goes on with them: what it had
    receipts for behind the backup is there again, once. The broker is not started anew."""
    must_preload()
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)
        folder, backup = district.path("collector"), district.path("backup")
        runner.start_all("broker", "collector")
        scene.start(LD_PRELOAD=SHIM, TOCSIN_HURRY=str(HURRY))
        old = await_true("the agent is there", scene.rotation, slower(10))["key"]
        scene.work()
        scene.hand.drain(slower(20))
        district.json("log", "backup", backup, "--dir", folder)
        scene.rotation(days=7)
        await_true("it has the newer keys", lambda: scene.is_settled(old), slower(20))
        new = scene.rotation()["key"]
        scene.work()
        scene.hand.drain(slower(20))
        runner.kill("collector")
        os.rename(folder, folder + ".lost")
        told = district.json("log", "restore", backup, "--to", folder)
        expect(told["generation"] == 2 and told["has_journal"], f"restored: {told}")
        runner.start("collector")
        scene.work()

        def is_back():
            scene.hand.turn()
            items, _ = replay(district)
            changes = [i for i in items if i["event"]["act"] == "registry_changed"]
            return changes and scene.is_settled(old) and not scene.hand.waiting()

        await_true("the change is in the log again", is_back, slower(60), 0.2)
        expect(scene.rotation()["key"] == new, "it goes on with the newer keys")
        scene.work()
        scene.hand.drain(slower(20))
        items, _ = replay(district)
        scene.checker.judge_log(items)
        expect(not scene.checker.faults, "; ".join(scene.checker.faults[:5]))
        changes = [i for i in items if i["event"]["act"] == "registry_changed"]
        expect(len(changes) == 1, f"{len(changes)} changes")
        scene.hand.close()
    return f"{scene.hand.made} reports"


def setting(district, name, key):
    """A value of a configuration file."""
    with open(district.path("etc", name + ".yaml"), encoding="utf-8") as file:
        return re.search(rf'^ *{key}: *"?([^"\n]+)', file.read(), re.M)[1]


def an_administrator_changes_the_keys_of_a_watcher(bench):
    """Which publishes nothing, and so cannot say it itself."""
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        runner.start_all("broker", "collector", "agent.admin")
        key_file = setting(district, "watch.district_desk", "key_file")
        words = ("key", "rotate", "--file", key_file)
        reads = ("replay", "--bureau", "district_desk", "--digest")
        district.json(*reads)
        principal = setting(district, "watch.district_desk", "principal")
        told = district.run(*words, "--principal", principal, "--dir", district.folder).stdout
        again = district.run(*words, "--principal", principal, "--dir", district.folder).stdout
        change, other = json.loads(told), json.loads(again)
        same = change["registry"]["signing_key"] == other["registry"]["signing_key"]
        expect(same, "asked again it is the same keys")
        hand = Hand(district, "admin", Checker(), "rotate")
        answer = await_true("the administrator's agent is there", lambda: entered(hand, change),
                            slower(10))
        expect(answer["code"] == 0, f"it is entered: {answer}")
        await_true("it has its receipt", lambda: hand.waiting() == 0, slower(10))
        district.json(*reads)  # by the old keys, while they overlap
        district.run(*words, "--swap")
        district.json(*reads)
        hand.close()
        rows = [i for i in replay(district)[0] if i["event"]["act"] == "registry_changed"]
        expect(len(rows) == 1, f"{len(rows)} changes")
    return "both keys read, then the new one"


def entered(hand, draft):
    try:
        return hand.ask({"op": "act", "draft": draft}, 2)
    except TooLate:
        return None


def main():
    bench = Bench("rotate")
    bench.run(
        killed_at_each_step_it_ends_in_the_same_place,
        reports_go_on_while_the_keys_change,
        a_log_set_back_to_before_the_change_gets_it_again,
        an_administrator_changes_the_keys_of_a_watcher,
    )


if __name__ == "__main__":
    main()
