#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 8
"""A bureau's PC is lost, as docs/how-to/keys.md has it: its keys are revoked while it acts and
watches, and within a second nothing of it is taken and nothing reaches it. A PC with keys of its
own takes its place and reads the stream; what was sealed to the lost key stays closed until it is
said again."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from harness import (
    OFFICE_DIVISION,
    Bench,
    Checker,
    Hand,
    await_true,
    delivered,
    expect,
    last_delivered,
    replay,
    report_draft,
    slower,
    tag_of,
)
from stranger import Reader

OFFICE = "office_chahe"
BUREAU = "petition_bureau"
SCREEN = "watch." + BUREAU
REVOKED_S = 1  # after the revocation is logged, in and out
ENOUGH = 20  # items, or acts, that came before
FAR = 1 << 40  # credit for all that comes
TEXT = "The wall of the school leans."


class Scene:
    """A bureau that watches and acts while an office reports."""

    def __init__(self, district, runner, folder):
        self.district = district
        self.runner = runner
        self.folder = folder
        self.checker = Checker()
        self.office = Hand(district, OFFICE, self.checker, "lost/office")
        self.bureau = Hand(district, BUREAU, self.checker, "lost/bureau")
        self.stage = foreign.Stage(district, folder)
        self.transcript = district.path("duty.ndjson")
        self.came = []  # (wall clock, kind) of what was pushed to the screen's key
        self.matter = None

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def watch(self):
        """The bureau's screen, and another subscription by its key: its every message is noted."""
        self.district.spawn("watch", "--bureau", BUREAU, "--name", "duty", "-o", "ndjson",
                            out=self.transcript)
        with self.stage.peer("auditor") as peer:
            bundle = self.stage.load_bundle(peer)
        policy = self.stage.p.Policy.FromString(bundle.policy)
        organ = next(o.number for o in policy.organs if o.id == BUREAU)
        self.screen = self.stage.peer(SCREEN)
        reader = Reader(self.screen, "other", organ)
        head = reader.open()
        self.screen.send("FETCH", self.stage.p.Fetch(
            mode=self.stage.p.MODE_ACTUAL, organ=organ, generation=head.generation, number=FAR))

    def turn(self):
        """The office reports, the bureau acts, and what is pushed is noted."""
        self.office.WINDOW = 4
        self.office.fill(lambda office, tag, _: report_draft(office, tag))
        while len(self.bureau.under_way) < self.office.WINDOW:
            self.bureau.made += 1
            tag = tag_of("lost/" + BUREAU, self.bureau.made)
            self.bureau.hand_in("act", {"act": "acknowledged", "matter": self.matter, "key": tag,
                                        "post": "duty_officer", "trace_parent": tag}, tag)
        self.office.turn(1)
        self.bureau.turn(1)
        kinds = self.stage.p.Kind
        while self.screen.socket.poll(0):
            header = self.stage.p.Header.FromString(self.screen.socket.recv_multipart()[0])
            self.came.append((time.time(), kinds.Name(header.kind)[len("KIND_"):]))

    def is_under_way(self):
        self.turn()
        return (min(self.pushed(), last_delivered(self.transcript)) >= ENOUGH
                and max(self.bureau.acked().values(), default=0) >= ENOUGH)

    def pushed(self):
        return sum(kind == "ITEMS" for _, kind in self.came)

    def revoke(self, name):
        """`tocsin key revoke`, while everything goes on; gives the position that it tells."""
        command = [self.district.program("tocsin"), "key", "revoke", name, "--reason", "pc_lost"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=self.district.env) as verb:
            await_true(f"{name} is revoked", lambda: self.turn() or verb.poll() is not None,
                       slower(20), 0)
            told = verb.stdout.read()
        found = re.search(r" at position (\d+)", told)
        expect(verb.returncode == 0 and found, f"it says {told}")
        return int(found[1])

    def go_on(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn()

    def screen_of(self, folder, *words):
        """What a screen whose files are in a folder reads."""
        told = self.district.run("watch", "--bureau", BUREAU, "--name", "duty", "--once", "-o",
                                 "ndjson", "--dir", folder, *words, good=(0, 3)).stdout
        return [row for row in map(json.loads, told.splitlines()) if row.get("alert")]


def logged_s(item):
    """When an item was logged, as seconds since 1970."""
    return datetime.datetime.fromisoformat(item["log_time"]).timestamp()


def text_of(item):
    """What is read of it; None where it stays closed."""
    return item.get("texts", {}).get("narrative")


def first_report(scene):
    """What is sealed to the key that will be lost; gives its matter."""
    scene.district.run("report", "--office", OFFICE, "--domain", "petition", "--category", "31.6",
                       "--concerns", "nobody", "--text", TEXT, "--wait")
    items = scene.screen_of(scene.district.folder, "--name", "first")
    expect([text_of(item) for item in items] == [TEXT], f"the bureau reads it: {items}")
    return items[0]["matter"]


def nothing_passes_a_second_later(scene):
    """Both keys of the PC are revoked. Gives the number of the last item that it showed."""
    scene.watch()
    await_true("items are pushed and acts are logged", scene.is_under_way, slower(20), 0)
    screen = scene.revoke(SCREEN)
    until = time.time() + REVOKED_S  # the verb comes back when it is so
    agent = scene.revoke(BUREAU)
    reported = len(scene.office.entered)
    scene.go_on(REVOKED_S + 0.3)
    await_true("the office goes on all the while",
               lambda: scene.turn() or len(scene.office.entered) > reported + ENOUGH, slower(30), 0)
    scene.office.drain(slower(20))

    items, _ = replay(scene.district)
    at = {item["position"]: item for item in items}
    late = [(round(when - until, 3), kind) for when, kind in scene.came if when > until]
    expect(not late, f"pushed a second after the revocation: {late[:5]}")
    expect(max(when for when, _ in scene.came) > logged_s(at[screen]) - 1,
           "it was pushed until then")
    last = max(logged_s(at[row["position"]]) for row in delivered(scene.transcript))
    expect(last <= until, f"the screen got what was logged {last - until:.3f} s too late")
    own = [item["position"] for item in items if item["event"].get("office") == BUREAU]
    expect(len(own) >= ENOUGH, f"the bureau acted {len(own)} times")
    expect(max(own) < agent, f"an act at {max(own)} is taken, revoked at {agent}")
    expect(any(item["position"] > agent + ENOUGH for item in items), "others are logged behind it")
    return last_delivered(scene.transcript)


def enrol(scene, name, *words):
    path = scene.path(name + ".invitation")
    scene.district.run("key", "invite", name, *words, "--out", path)
    scene.district.run("key", "enrol", path, "--out", scene.path("pc"), limit_s=slower(60))


def report_readable(scene):
    """Reports until the office knows the bureau's new key; gives what the new screen reads."""
    scene.district.run("report", "--office", OFFICE, "--domain", "petition", "--category", "31.6",
                       "--concerns", "nobody", "--text", "A new text.", "--wait")
    items = scene.screen_of(scene.path("pc"), "--from", "1")
    return items if text_of(items[-1]) == "A new text." else None


def another_pc_takes_its_place(scene, shown):
    """With keys of its own. It misses nothing; old texts need to be said again."""
    for name in (BUREAU, SCREEN):
        os.unlink(scene.district.path("keys", name + ".key"))
    scene.runner.kill("agent." + BUREAU)
    enrol(scene, BUREAU + ".2", "--role", "bureau", "--organ", BUREAU)
    enrol(scene, SCREEN + ".2", "--like", SCREEN)
    config = scene.path("pc", "etc", f"agent.{BUREAU}.yaml")
    scene.runner.spawn("agent.new", [scene.district.program("tocsin-agent"), "--config", config],
                       None, None)
    scene.district.run("key", "rotate", "organ", "--bureau", BUREAU, "--dir", scene.path("pc"))
    items = await_true("offices seal to the new key", lambda: report_readable(scene), slower(20), 0)
    numbers = [item["alert"]["number"] for item in items]
    expect(numbers == list(range(1, len(items) + 1)), "the stream is whole, from its beginning")
    expect(text_of(items[0]) is None, f"the old text is closed: {items[0]}")
    rest = scene.screen_of(scene.path("pc"), "--from", str(shown + 1))
    expect([i["alert"]["number"] for i in rest] == numbers[shown:], "or from where the lost PC was")
    expect(not scene.screen_of(scene.path("pc")), "and then its own cursor holds")

    words = ("watch", "--bureau", "district_desk", "--from", "1", "--once", "-o", "ndjson")
    told = scene.district.run(*words, good=(0, 3)).stdout
    expect(scene.matter not in told, "the desk, which has a wrap, is told nothing of it")
    scene.district.run("report", "--office", OFFICE, "--matter", scene.matter, "--domain",
                       "petition", "--division", OFFICE_DIVISION[OFFICE], "--concerns", "nobody",
                       "--text", TEXT, "--wait")
    (again,) = scene.screen_of(scene.path("pc"))
    expect(again["matter"] == scene.matter and text_of(again) == TEXT,
           f"said again it is read: {again}")
    scene.district.run("act", scene.matter, "accepted", "--bureau", BUREAU, "--wait", "--dir",
                       scene.path("pc"))


def a_bureau_loses_its_keys(bench):
    with bench.founded() as (district, runner), tempfile.TemporaryDirectory() as folder:
        runner.start_all("broker", "collector", "agent." + OFFICE, "agent." + BUREAU, "agent.admin")
        scene = Scene(district, runner, folder)
        try:
            scene.matter = first_report(scene)
            shown = nothing_passes_a_second_later(scene)
            another_pc_takes_its_place(scene, shown)
        finally:
            scene.office.close()
            scene.bureau.close()
            scene.stage.context.destroy(0)
        return f"{scene.pushed()} messages of items, {shown} shown before, {len(scene.came)} in all"


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    Bench("lost_key").run(a_bureau_loses_its_keys)
