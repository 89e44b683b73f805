#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 30
"""A captured broker (captured.py) between a real agent and a real collector: forged receipts,
marks, refusals and conflicts, yesterday's answers, answers that never arrive. Nothing of it is
believed; when an honest broker is back, every report is in the log once, and each receipt holds."""

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
    print(f"forged: skipped, because this Python has no {missing.name}; "
          "try: apt-get install python3-zmq python3-protobuf python3-nacl")
    sys.exit(0)

import contextlib
import tempfile

from captured import Captured
from harness import Bench, Checker, Hand, expect, replay, report_draft, slower, tag_of
from stranger import H, Proto, ctx, is_receipt

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
ABSENT, AGAIN, CONFLICT, DENIED = 1, 10, 41, 36
LIES_EACH = 2  # so often each lie is told before the next; one lane each, or twice to one


class Scene:
    """An office and its agent behind the captured broker."""

    def __init__(self, district, runner, folder):
        self.district = district
        self.runner = runner
        self.p = Proto(folder)
        with open(district.path("etc", AGENT + ".yaml"), encoding="utf-8") as file:
            config = dict(line.strip().split(": ", 1) for line in file if ": " in line and
                          not line.startswith("#"))
        self.broker = Captured(self.p, district, int(config["principal"]))
        self.checker = Checker()
        self.hand = Hand(district, OFFICE, self.checker, "forged")
        self.number = 0

    def report(self, count):
        """Entered: all that an office waits for. Half of them are urgent."""
        before = len(self.hand.entered)
        for _ in range(count):
            self.number += 1
            tag = tag_of("forged", self.number)
            severity = "urgent" if self.number % 2 else "routine"
            self.hand.hand_in("report", report_draft(OFFICE, tag, severity=severity), tag)
        self.broker.until("entered", lambda: self.hand.turn(0) or not self.hand.under_way,
                          slower(10))
        return self.hand.entered[before:]

    def outcomes(self, answers):
        keys = ("epoch", "lane", "sequence")
        asked = [{key: answer[key] for key in keys} for answer in answers]
        return self.hand.ask({"op": "wait", "receipts": asked, "timeout_ms": 0})["outcomes"]

    def receipt(self, answer):
        """The code and the bytes of the receipt of what an answer entered."""
        asked = {key: answer[key] for key in ("epoch", "lane", "sequence")}
        told = self.hand.ask({"op": "receipt", "receipts": [asked]})
        return told["code"], bytes.fromhex(told.get("receipt", ""))

    def box(self):
        return self.hand.ask({"op": "outbox"})["outbox"]

    def waiting(self):
        return sum(lane["count"] for lane in self.box()["lanes"])

    def expect_nothing_believed(self, what, answers, waiting):
        box = self.box()
        count = sum(lane["count"] for lane in box["lanes"])
        expect(count == waiting, f"{what}: {count} wait, not {waiting}")
        expect(box["dead_count"] == 0, f"{what}: no event became a dead letter")
        for outcome in self.outcomes(answers):
            expect(outcome["code"] == AGAIN and not outcome.get("position"), f"{what}: {outcome}")
        code, given = self.receipt(answers[0])
        expect((code, given) == (ABSENT, b""), f"{what}: there is no receipt to show")

    def expect_told(self, what):
        """`tocsin outbox` says it in plain words, and so does the agent's log."""
        shown = self.district.run("outbox", "--office", OFFICE).stdout
        wanted = "not signed by the collector (code 37"
        expect(wanted in " ".join(shown.split()), f"{what}: outbox says so: {shown}")
        with open(self.district.path("logs", AGENT + ".log"), encoding="utf-8") as file:
            expect(wanted in file.read(), f"{what}: the log says so")


def forged_ack(broker, kind, header, frames):
    if kind == "CHUNK":
        return broker.ack(header, broker.receipt_for(frames))
    return None


def stolen_signature(broker, kind, header, frames):
    """The collector's own signature, under another receipt."""
    true = broker.p.Ack.FromString(broker.true("ACK")[0][1][0]).receipt
    if kind == "CHUNK":
        return broker.ack(header, broker.receipt_for(frames, signature=true.signature))
    return None


def another_chunks_receipt(broker, kind, header, frames):
    """A genuine receipt, of another chunk."""
    if kind == "CHUNK":
        return [("ACK", header.session, broker.true("ACK")[0][1])]
    return None


def high_mark(broker, kind, header, frames):
    if kind == "HELLO":
        hello = broker.p.Hello.FromString(frames[0])
        body, signature = broker.answer_hello(
            frames, mark_sequence=hello.last_sequence, mark_hash=hello.last_hash)
        return [("WELCOME", broker.p.Welcome.FromString(body).session, [body, signature])]
    return []


def unsigned_mark(broker, kind, header, frames):
    told = high_mark(broker, kind, header, frames)
    return [(name, session, parts[:1]) for name, session, parts in told]


def fenced(broker, kind, header, frames):
    if kind == "HELLO":
        hello = broker.p.Hello.FromString(frames[0])
        body, signature = broker.answer_hello(
            frames, mark_sequence=hello.acked_sequence, mark_hash=hello.acked_hash,
            is_fenced=True)
        return [("WELCOME", broker.p.Welcome.FromString(body).session, [body, signature])]
    return []


def old_welcome(broker, kind, header, frames):
    """Genuine, signed, and the answer to an earlier HELLO."""
    if kind == "HELLO":
        return [("WELCOME", old.session, said) for old, said in broker.true("WELCOME")]
    return []


def refused_for_ever(broker, kind, header, frames):
    if kind != "CHUNK":
        return None
    p = broker.p
    head = p.ChunkHead.FromString(frames[0])
    refusals = [p.Refusal(sequence=head.first_sequence + n, code=DENIED)
                for n in range(head.count)]
    body = p.Refuse(first_sequence=head.first_sequence, refusals=refusals,
                    asked_hash=H(ctx("tocsin.chunk.1", frames[0]))).SerializeToString()
    return [("REFUSE", header.session, [body, broker.sign("tocsin.refuse.1", body)])]


def another_story(broker, kind, header, frames):
    if kind != "CHUNK":
        return None
    body = broker.p.Again(code=CONFLICT, asked_hash=H(ctx("tocsin.chunk.1", frames[0])))
    body = body.SerializeToString()
    return [("AGAIN", header.session, [body, broker.sign("tocsin.again.1", body)])]


def silence(broker, kind, header, frames):
    return []


LIES = [forged_ack, stolen_signature, another_chunks_receipt, high_mark, unsigned_mark, fenced,
        old_welcome, refused_for_ever, another_story, silence]
UNTOLD = (another_chunks_receipt, old_welcome, silence)  # genuine and old, or nothing: no alarm


def tell(scene, lie):
    """Reports while the broker tells one lie, and sees that nothing of it is believed."""
    broker = scene.broker
    what = lie.__name__.replace("_", " ")
    waiting = scene.waiting()
    broker.lie = lambda *said: lie(broker, *said)
    counter = "swallowed" if lie is silence else "told"
    wanted = getattr(broker, counter) + LIES_EACH
    answers = scene.report(4)
    broker.until(what, lambda: getattr(broker, counter) >= wanted, slower(30), hurry_s=0.6)
    scene.expect_nothing_believed(what, answers, waiting + 4)
    if lie not in UNTOLD:
        scene.expect_told(what)


def honest_again(scene):
    """The captured broker is gone; the real one has the same address and key."""
    scene.broker.end()
    scene.runner.start("broker")
    scene.hand.drain(slower(90))


def judge(scene):
    """Every report once, under one epoch, with a receipt that holds and says where it stands."""
    items, _ = replay(scene.district)
    scene.checker.judge_log(items)
    expect(not scene.checker.faults, "; ".join(scene.checker.faults[:5]))
    stored = [item for item in items if item["event"]["act"] == "reported"]
    expect(len(stored) == scene.number, f"{len(stored)} in the log, {scene.number} reported")
    expect(len({item["epoch"] for item in stored}) == 1, "no epoch was ended by a lie")
    expect(not any(item["event"]["act"] == "void" for item in items), "nothing was voided")
    for answer, outcome in zip(scene.hand.entered, scene.outcomes(scene.hand.entered)):
        code, given = scene.receipt(answer)
        expect(code == 0 and outcome["code"] == 0, f"{answer} has a receipt: {outcome}")
        receipt = scene.p.Receipt.FromString(given)
        expect(is_receipt(scene.broker.collector_key, receipt), "the receipt holds")
        body = scene.p.ReceiptBody.FromString(receipt.body)
        offset = answer["sequence"] - body.first_sequence
        expect(outcome["position"] == body.first_position + offset, "the receipt says where")


@contextlib.contextmanager
def staged(bench):
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        district, runner = stack.enter_context(bench.founded(bureaus=["district_desk"]))
        scene = Scene(district, runner, folder)
        runner.start_all("collector", AGENT)
        yield scene
        scene.hand.close()


def nothing_that_a_captured_broker_says_makes_an_office_forget(bench):
    with staged(bench) as scene:
        broker = scene.broker
        scene.report(8)  # as long as it passes everything on, all is well: it learns true answers
        broker.until("the first receipts", lambda: scene.waiting() == 0, slower(20))
        for lie in LIES:
            tell(scene, lie)
        scene.runner.kill(AGENT)  # and nothing was put on disk either
        scene.runner.start(AGENT)
        scene.hand.open()
        broker.until("the agent is back", lambda: scene.hand.waiting() is not None, slower(10))
        expect(scene.waiting() == 4 * len(LIES), "all waits after a kill, too")
        told = broker.told
        honest_again(scene)
        judge(scene)
    return f"{len(LIES)} kinds of lies, told {told} times; {scene.number} reports, each once"


def what_arrived_behind_the_lies_is_not_there_twice(bench):
    """The collector gets every chunk, its answers are kept back and lies told in their place."""
    with staged(bench) as scene:
        broker = scene.broker
        scene.report(4)
        broker.until("the first receipts", lambda: scene.waiting() == 0, slower(20))

        broker.is_passing = True
        broker.keeps_back = ("ACK",)
        for lie in (forged_ack, refused_for_ever, another_story):
            logged = len(broker.true("ACK"))
            tell(scene, lie)
            broker.until("the chunks are in the log", lambda: len(broker.true("ACK")) > logged,
                         slower(30), hurry_s=0.6)
        honest_again(scene)
        judge(scene)
    return f"{scene.number} reports, each once"


if __name__ == "__main__":
    os.umask(0o077)
    Bench("forged").run(
        nothing_that_a_captured_broker_says_makes_an_office_forget,
        what_arrived_behind_the_lies_is_not_there_twice,
    )
