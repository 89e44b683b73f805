#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
"""Outboxes that come back: the whole of one sent again, one restored from an older copy, one that
was cloned. Nothing is lost, nothing is there twice, and a clone is fenced, never mistaken for a
resend."""

import os
import shutil

from harness import (
    Bench,
    Checker,
    Hand,
    await_true,
    expect,
    replay,
    report_draft,
    slower,
    tag_of,
)

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE


class Scene:
    """A district with one office whose outbox is copied, restored and cloned."""

    def __init__(self, district, runner):
        self.district = district
        self.runner = runner
        self.checker = Checker()
        self.folder = district.path("agents", OFFICE)
        self.number = 0
        self.hand = None

    def start(self):
        self.runner.start(AGENT)
        self.hand = Hand(self.district, OFFICE, self.checker, "resend")

    def stop(self):
        self.hand.close()
        self.runner.kill(AGENT)

    def report(self, count):
        """Entered, which is all that an office waits for; gives the tags."""
        tags = []
        for _ in range(count):
            self.number += 1
            tags.append(tag_of("resend", self.number))
            self.hand.hand_in("report", report_draft(OFFICE, tags[-1]), tags[-1])
        await_true("entered", lambda: self.hand.turn() or not self.hand.under_way, slower(10), 0)
        return tags

    def outcomes(self, answers):
        """What the agent says of these answers' events."""
        keys = ("epoch", "lane", "sequence")
        asked = [{key: answer[key] for key in keys} for answer in answers]
        return self.hand.ask({"op": "wait", "receipts": asked, "timeout_ms": 0})["outcomes"]

    def copy(self, name):
        to = self.district.path(name)
        shutil.copytree(self.folder, to)
        return to

    def restore(self, copy):
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)

    def judge(self, wanted):
        items, _ = replay(self.district)
        self.checker.judge_log(items)
        expect(not self.checker.faults, "; ".join(self.checker.faults[:5]))
        stored = sum(1 for i in items if i["event"]["act"] == "reported")
        expect(stored == wanted, f"{stored} reports in the log, wanted {wanted}")
        return items


def epochs(items):
    """The epochs under which the office's reports stand in the log."""
    return {item["epoch"] for item in items if item["event"]["act"] == "reported"}


def a_whole_outbox_sent_again_changes_nothing(bench):
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        scene = Scene(district, runner)
        scene.start()
        scene.report(100)  # nobody is there to take them
        answers = list(scene.hand.entered)
        scene.stop()
        copy = scene.copy("before-anything-was-sent")
        runner.start_all("broker", "collector")
        scene.start()
        scene.hand.drain(slower(20))
        first = scene.outcomes(answers)
        before = district.json("replay", "--digest")
        scene.stop()
        scene.restore(copy)
        scene.start()
        scene.hand.drain(slower(20))
        again = scene.outcomes(answers)
        expect(first == again, "every event has the same position as the first time")
        expect(all(row["position"] for row in again), "and a receipt")
        expect(district.json("replay", "--digest") == before, "the log is the same, byte for byte")
        scene.judge(100)
        scene.hand.close()
    return "100 events, sent twice"


def an_older_copy_loses_nothing_and_doubles_nothing(bench):
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        runner.start_all("broker", "collector")
        scene = Scene(district, runner)
        scene.start()
        scene.report(50)
        scene.hand.drain(slower(20))
        scene.stop()
        copy = scene.copy("at-fifty")
        scene.start()
        scene.report(50)  # the copy knows nothing of these, the log does
        scene.hand.drain(slower(20))
        scene.stop()
        scene.restore(copy)
        scene.start()
        scene.report(50)  # take numbers that were used once
        scene.hand.drain(slower(40))
        known = epochs(scene.judge(150))
        scene.hand.close()
        expect(len(known) == 2, f"the rolled-back outbox was recognised: epochs {known}")
    return f"150 events under {len(known)} epochs"


def a_clone_is_fenced_until_the_desk_lets_it_go_on(bench):
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        runner.start_all("broker", "collector")
        scene = Scene(district, runner)
        scene.start()
        scene.report(20)
        scene.hand.drain(slower(20))
        scene.stop()
        copy = scene.copy("clone")
        scene.start()
        scene.report(20)
        scene.hand.drain(slower(20))
        scene.stop()
        original = scene.copy("original")

        scene.restore(copy)  # the clone speaks up: the log has more than it, so it begins anew
        scene.start()
        scene.report(20)
        scene.hand.drain(slower(40))
        scene.stop()
        scene.restore(original)  # and now the original is the one whose epoch is over
        scene.start()
        held = scene.report(5)

        def is_fenced():
            box = scene.hand.ask({"op": "outbox"})["outbox"]
            return "closed by a newer" in box.get("last_error", "") and box

        box = await_true("the original is fenced", is_fenced, slower(20), 0.1)
        waiting = sum(lane["count"] for lane in box["lanes"])
        expect(waiting == 5, f"what it entered waits for the desk's word: {waiting}")
        waiting_epoch = allow_by_the_desk(district, runner, held)
        scene.checker.published[None] = None  # the desk's word, which has no tag
        scene.stop()  # it would ask again within a minute
        scene.start()
        scene.hand.drain(slower(40))
        known = epochs(scene.judge(65))
        expect(waiting_epoch in {int(text, 16) for text in known}, "the epoch that was allowed")
        expect(len(known) == 3, f"the first, the clone's and the allowed one: {known}")
        nothing = district.run("epoch", "ls", good=(3,))
        expect("waits" not in nothing.stdout, "and nothing waits any more")
        scene.hand.close()
    return f"fenced: {box['last_error']!r}, and went on by the desk's word"


def allow_by_the_desk(district, runner, held):
    """What the desk sees of an outbox that waits, and its word; gives the epoch."""
    rows = district.json("epoch", "ls")["epochs"]
    expect(len(rows) == 1 and rows[0]["kind"] == "waits", f"the desk sees that it waits: {rows}")
    told = district.run("replay", "--bureau", "district_desk", "-o", "ndjson").stdout
    expect('"epoch_waits"' in told, "and was told of it in its stream")
    source, epoch = str(rows[0]["source"]), rows[0]["epoch"]
    runner.start("agent.district_desk")
    word = ["epoch", "allow", source, epoch, "--why", "the office's PC was copied"]
    district.run(*word, good=(2,))  # nobody in particular says so
    district.run(*word, "--bureau", "district_desk")
    after = district.json("epoch", "ls")["epochs"]
    expect(after[0]["allowed_position"], f"the word stands: {after}")
    return int(epoch, 16)


if __name__ == "__main__":
    os.umask(0o077)
    Bench("resend").run(
        a_whole_outbox_sent_again_changes_nothing,
        an_older_copy_loses_nothing_and_doubles_nothing,
        a_clone_is_fenced_until_the_desk_lets_it_go_on,
    )
