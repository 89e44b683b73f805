#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 35
"""A captured broker (captured.py) between readers and a real collector: it forges, changes, drops,
reorders and mixes what they are told, and asks in their name with what it captured. Nothing of it
is shown, no cursor moves, and the collector answers nobody who did not ask."""

import os
import sys

sys.dont_write_bytecode = True
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import google.protobuf  # noqa: F401
    import nacl  # noqa: F401
    import zmq  # noqa: F401
except ImportError as missing:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN_PYTHON):
        if os.path.exists(DEBIAN_PYTHON):
            os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, os.path.abspath(__file__), *sys.argv[1:]])
    print(f"forged_reads: skipped, because this Python has no {missing.name}; "
          "try: apt-get install python3-zmq python3-protobuf python3-nacl")
    sys.exit(0)

import contextlib
import json
import secrets
import subprocess
import tempfile
import time

from captured import Captured
from harness import Bench, Checker, Hand, expect, json_lines, report_draft, slower, tag_of
from stranger import H, Proto, ctx, in_session

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
BUREAU = "petition_bureau"
COUNT = 6  # reports
WATCH = ("watch", "--bureau", BUREAU, "--name", "duty", "--once", "-o", "ndjson")
REPLAY = ("replay", "-o", "ndjson")
MATTERS = ("matter", "ls")
STALE, DENIED = 17, 36
UNSIGNED = "the broker sent something that the collector did not sign"
REFUSED, FAILURE = 7, 1


class Scene:
    """A log with a few reports, and readers behind the captured broker."""

    def __init__(self, district, runner, folder):
        self.district = district
        self.runner = runner
        self.p = Proto(folder)
        self.broker = Captured(self.p, district, self.principal(AGENT))

    def principal(self, name):
        with open(self.district.path("etc", name + ".yaml"), encoding="utf-8") as file:
            return next(int(line.split(":")[1]) for line in file if "principal:" in line)

    def report(self):
        hand = Hand(self.district, OFFICE, Checker(), "forged-reads")
        for number in range(COUNT):
            tag = tag_of("forged-reads", number)
            hand.hand_in("report", report_draft(OFFICE, tag), tag)

        def is_logged():
            hand.turn(0)
            return not hand.under_way and hand.waiting() == 0

        self.broker.until("in the log", is_logged, slower(20))
        hand.close()
        self.runner.stop(AGENT, slower(10))

    def await_folded(self):
        """What is in the log is derived a moment later; a stream that is read before is empty."""
        end = time.monotonic() + slower(20)
        while True:
            code, lines, err = self.read(("log", "stats", "--running", "-o", "json"))
            expect(code == 0, f"log stats: {code} {err}")
            if json.loads("".join(lines))["not_yet_folded"] == 0:
                return
            expect(time.monotonic() < end, "the reports are not folded")

    def read(self, words, twist=None):
        """Runs a verb that reads; gives its code, the items that it showed, and its messages."""
        seat = "watch." + BUREAU if words[0] == "watch" else "auditor"
        self.broker.principal = self.principal(seat)
        self.broker.twist = twist
        process = subprocess.Popen(
            [self.district.program("tocsin"), *words], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.district.env, text=True)
        self.broker.until(f"{words[0]} ends", lambda: process.poll() is not None, slower(60))
        self.broker.twist = None
        out, err = process.communicate()
        rows = json_lines(out) if "ndjson" in words else out.splitlines()
        items = [row for row in rows if "ndjson" not in words or "position" in row]
        return process.returncode, items, " ".join(err.split())

    def say_up(self, stamp, *frames):
        """Says something to the collector and gives (kind, code) of its answer."""
        count = len(self.broker.kept)
        self.broker.back.send_multipart([self.broker.home, stamp, *frames])

        def answer():
            for kind, _, parts in self.broker.kept[count:]:
                if kind in ("ERROR", "OPENED", "ANSWER", "END", "REPLAY_ITEMS", "SESSION"):
                    return kind, parts
            return None

        kind, parts = self.broker.until("an answer", answer, slower(15))
        code = self.p.Refuse.FromString(parts[0]).code if kind == "ERROR" else 0
        return kind, code, parts


# What it does to what goes down: (kind, [header, body, signature]) to the messages instead.


def resigned(broker, kind, frames):
    """The signature of its own key."""
    if kind in ("ITEMS", "REPLAY_ITEMS", "ANSWER"):
        made = broker.sign("tocsin.told.1", in_session(broker.session, *frames[:2]))
        return [[*frames[:2], made]]
    return None


def changed(broker, kind, frames):
    """A byte of what was signed is another."""
    if kind in ("ITEMS", "REPLAY_ITEMS", "ANSWER"):
        body = bytearray(frames[1])
        body[len(body) // 2] ^= 1
        return [[frames[0], bytes(body), frames[2]]]
    return None


def unsigned(broker, kind, frames):
    return [frames[:2]] if kind in ("OPENED", "REPLAY_ITEMS", "ANSWER") else None


def lowered_head(broker, kind, frames):
    """All is well, it says: the stream has no more than this."""
    if kind == "OPENED":
        p = broker.p
        opened = p.Opened.FromString(frames[1])
        for head in opened.heads:
            head.number = 0
        body = opened.SerializeToString()
        return [[frames[0], body, broker.sign("tocsin.told.1", in_session(
            broker.session, frames[0], body))]]
    return None


def another_session(broker, kind, frames):
    """What the collector truly said, in an earlier session of the same reader."""
    if kind in broker.earlier:
        header = broker.p.Header.FromString(broker.earlier[kind][0])
        header.request = broker.p.Header.FromString(frames[0]).request
        header.number = broker.p.Header.FromString(frames[0]).number
        return [[header.SerializeToString(), *broker.earlier[kind][1:]]]
    return None


def old_session(broker, kind, frames):
    """A genuine SESSION, to an earlier SESSION_ASK."""
    if kind == "SESSION":
        return [[frames[0], *broker.earlier_session]]
    return None


LIES = [
    (resigned, (WATCH, REPLAY, MATTERS)),
    (changed, (WATCH, REPLAY, MATTERS)),
    (unsigned, (WATCH, REPLAY, MATTERS)),
    (lowered_head, (WATCH,)),
    (another_session, (WATCH, REPLAY, MATTERS)),
    (old_session, (WATCH, REPLAY, MATTERS)),
]


@contextlib.contextmanager
def staged(bench):
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        district, runner = stack.enter_context(bench.founded(bureaus=["district_desk"]))
        scene = Scene(district, runner, folder)
        stack.callback(scene.broker.end)
        runner.start_all("collector", AGENT)
        scene.report()
        scene.await_folded()
        yield scene


def learn(scene):
    """Honest reads, by which it learns what the collector says."""
    broker = scene.broker
    broker.earlier, broker.session = {}, b""

    def note(kind, frames):
        if kind == "SESSION":
            broker.session = H(ctx("tocsin.session.1", frames[1]))
            broker.earlier_session = frames[1:]
        else:
            broker.earlier[kind] = frames

    unnamed = WATCH[:3] + WATCH[5:]  # leaves no cursor
    for words in (unnamed, REPLAY, MATTERS):
        code, items, err = scene.read(words, note)
        expect(code == 0 and len(items) >= COUNT, f"an honest {words[0]}: {code} {err}")


def nothing_that_a_captured_broker_tells_is_shown(bench):
    with staged(bench) as scene:
        broker = scene.broker
        learn(scene)
        count = 0
        for lie, verbs in LIES:
            for words in verbs:
                def twist(kind, frames, lie=lie):
                    if kind == "SESSION":
                        broker.session = H(ctx("tocsin.session.1", frames[1]))
                    return lie(broker, kind, frames)

                what = f"{lie.__name__.replace('_', ' ')} to {words[0]}"
                told = broker.told
                code, items, err = scene.read(words, twist)
                expect(broker.told > told, f"{what}: it was told")
                expect(code == REFUSED and UNSIGNED in err, f"{what}: {code} {err}")
                expect("forged-answers.md" in err, f"{what}: and what to do: {err}")
                shown = [row for row in items if words is not MATTERS]
                expect(not shown, f"{what}: {len(shown)} items were shown")
                count += 1
        code, items, _ = scene.read(WATCH)
        expect(code == 0 and len(items) == COUNT, f"no cursor moved: {len(items)} items, {code}")
    return f"{count} lies to readers"


def what_is_dropped_or_reordered_is_seen(bench):
    with staged(bench) as scene:
        learn(scene)
        dropped = []

        def drop_once(kind, frames):
            if kind == "ITEMS" and not dropped:
                dropped.append(frames)
                return []
            return None

        code, items, err = scene.read(WATCH, drop_once)
        expect(dropped and code == 0, f"a dropped message comes again: {code} {err}")
        numbers = [row["alert"]["number"] for row in items]
        expect(numbers == list(range(1, COUNT + 1)), f"each once and in order: {numbers}")
        held = []

        def swap(kind, frames):
            if kind == "REPLAY_ITEMS":
                held.append(frames)
                return []
            return [frames, *held] if kind == "END" else None

        code, items, err = scene.read(REPLAY, swap)
        expect(code == FAILURE and "lost on the way" in err, f"a replay out of order: {code} {err}")
        expect(not items, "nothing of it is shown")
    return f"{len(numbers)} items, each once"


def await_answered(scene, captured):
    """Whoever had no answer in time asked again and may be gone: the answer to what was captured
    has come too, or it would be taken for one to what is said next."""
    answers = {"REPLAY": "END", "ASK": "ANSWER"}
    asked = {kind: scene.p.Header.FromString(frames[0]) for kind, (_, frames) in captured.items()}
    opens = sum(kind == "OPEN" for kind, _, _ in scene.broker.captured)

    def has_come():
        told = {(kind, header.session, header.request) for kind, header, _ in scene.broker.kept}
        has_opened = len(scene.broker.true("OPENED")) >= opens  # in a session of its own
        return has_opened and all((answer, asked[kind].session, asked[kind].request) in told
                                  for kind, answer in answers.items())  # fmt: skip

    scene.broker.until("an answer to each that it captured", has_come, slower(15))


def nobody_asks_in_a_readers_name(bench):
    with staged(bench) as scene:
        broker, p = scene.broker, scene.p
        learn(scene)
        captured = {kind: (stamp, frames) for kind, stamp, frames in broker.captured
                    if kind in ("OPEN", "REPLAY", "ASK")}
        expect(len(captured) == 3, f"it captured one of each: {list(captured)}")
        await_answered(scene, captured)
        for kind, (stamp, frames) in captured.items():
            said, code, _ = scene.say_up(stamp, *frames)
            expect((said, code) == ("ERROR", DENIED), f"{kind} said again: {said} {code}")
            other = p.Stamp(principal=p.Stamp.FromString(stamp).principal,
                            connection=secrets.randbits(63) | 1).SerializeToString()
            said, code, _ = scene.say_up(other, *frames)
            expect((said, code) == ("ERROR", STALE), f"{kind} from elsewhere: {said} {code}")
            asked = p.SessionAsk(nonce=secrets.token_bytes(16)).SerializeToString()
            said, _, given = scene.say_up(other, broker.header("SESSION_ASK", 0, 1), asked)
            session = p.Session.FromString(given[0])
            header = broker.header(kind, session.session, 2)
            mine = broker.sign("tocsin.asked.1", in_session(
                H(ctx("tocsin.session.1", given[0])), header, frames[1]))
            for what, signature in (("its own key", mine), ("the captured one", frames[2])):
                said, code, _ = scene.say_up(other, header, frames[1], signature)
                expect((said, code) == ("ERROR", DENIED), f"{kind} by {what}: {said} {code}")
        scene.runner.kill("collector")
        broker.home = None
        scene.runner.start("collector")
        broker.until("a collector", lambda: broker.home, slower(20))
        for kind, (stamp, frames) in captured.items():
            said, code, _ = scene.say_up(stamp, *frames)
            expect((said, code) == ("ERROR", STALE), f"{kind} after a restart: {said} {code}")
        scene.runner.stop("collector", slower(20))
        with open(scene.district.path("logs", "collector.log"), encoding="utf-8") as file:
            expect(" 3 stale" in file.read(), "the collector counted them")
    return f"{5 * len(captured)} requests"


if __name__ == "__main__":
    os.umask(0o077)
    Bench("forged_reads").run(
        nothing_that_a_captured_broker_tells_is_shown,
        what_is_dropped_or_reordered_is_seen,
        nobody_asks_in_a_readers_name,
    )
