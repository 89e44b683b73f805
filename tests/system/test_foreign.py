#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program of a stranger (stranger.py) publishes, subscribes, replays and asks as
proto/PROTOCOL.md says: it speaks for an office whose own agent is stopped, as a bureau's watcher
and as the auditor, and meets each refusal that the document names."""

import os
import signal
import sys

sys.dont_write_bytecode = True
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import google.protobuf  # noqa: F401
    import nacl  # noqa: F401
    import zmq
except ImportError as missing:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN_PYTHON):
        if os.path.exists(DEBIAN_PYTHON):
            os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    print(f"foreign: skipped, because this Python has no {missing.name}; "
          "try: apt-get install python3-zmq python3-protobuf python3-nacl")
    sys.exit(0)

import contextlib
import functools
import json
import re
import secrets
import select
import shutil
import struct
import subprocess
import tempfile
import time
import uuid

from harness import ROOT, UP_S, Bench, District, Failed, await_true, expect, programs_dir, slower
from stranger import (
    H,
    Key,
    Peer,
    Proto,
    Publisher,
    Reader,
    ctx,
    event_hash,
    is_receipt,
    is_signed,
    key_id,
    readers,
    receipt_root,
    replay,
    seal,
    unseal,
)

OFFICES = 2
STORY = "The wall of the village school leans over the path.\n村小学的围墙向小路倾斜。"
UNKNOWN_FIELD = b"\xf2\x01\x03new"  # field 30, three bytes

# Section 12.
UPGRADE, MALFORMED, UNKNOWN, BAD_DIVISION, BAD_VALUE, DENIED = 14, 30, 33, 34, 35, 36
BAD_SIGNATURE, FOREIGN_LOG, FOREIGN_SOURCE, CONFLICT, SEQUENCE = 37, 38, 39, 41, 42
STALE = 17


def report(p, publisher, domain, division, **more):
    """An open part as an office would say it."""
    now = time.time_ns()
    milli = now // 1_000_000
    matter = bytearray(milli.to_bytes(6, "big") + secrets.token_bytes(10))
    matter[6] = 0x70 | matter[6] & 0x0F
    matter[8] = 0x80 | matter[8] & 0x3F
    fields = dict(
        format=1, act=p.ACT_REPORTED, mode=p.MODE_ACTUAL, matter=bytes(matter), domain=domain,
        division=division, office=publisher.office, occurred_ns=now - 3600 * 10**9,
        learned_ns=now, recorded_ns=now, severity=p.SEVERITY_SERIOUS, concerns=p.CONCERNS_NOBODY,
        report=p.ReportBody(channel="counter"),
    )
    return p.OpenPart(**{**fields, **more}).SerializeToString()


class Stage:
    """A district that `tocsin up` runs, as a stranger sees it: keys and addresses."""

    def __init__(self, district, folder):
        self.district = district
        self.p = Proto(folder)
        self.context = zmq.Context()

    def config(self, name):
        """The settings of one program: enrolment tells a stranger the same."""
        with open(self.district.path("etc", name + ".yaml"), encoding="utf-8") as file:
            pairs = [line.strip().split(": ", 1) for line in file if ": " in line]
        return dict(pair for pair in pairs if len(pair) == 2 and not pair[0].startswith("#"))

    def peer(self, name):
        config = self.config(name)
        peer = Peer(self.p, self.context, config, Key(config["key_file"]))
        peer.collector = self.collector
        return peer

    @property
    def collector(self):
        return bytes.fromhex(self.config("auditor")["collector_signing_key"])

    def end(self):
        """The stopped agent must wake to be ended with the others."""
        if getattr(self, "publishing", None):
            self.publishing.socket.close()
        self.context.term()
        pid = self.district.pid("agent." + self.office) if hasattr(self, "office") else None
        if pid:
            os.kill(pid, signal.SIGCONT)

    def load_bundle(self, peer):
        _, frames = peer.ask("BUNDLE_ASK", answer="BUNDLE", session=0)
        expect(is_signed(self.collector, "tocsin.bundle.1", *frames), "the bundle is signed")
        return self.p.Bundle.FromString(frames[0])


class Up(District):
    """`tocsin up` with the policy of this source tree, and one bureau agent, the desk's."""

    def start(self, env=None):
        command = [self.program("tocsin"), "up", "--dir", self.folder, "--quiet"]
        command += ["--offices", str(OFFICES), "--bureaus", "district_desk"]
        command += ["--policy", os.path.join(ROOT, "policy")]
        with open(self.path("up.err"), "ab") as errors:
            self.up = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                env=self.env, start_new_session=True,
            )
        if not select.select([self.up.stdout], [], [], UP_S)[0]:
            raise Failed(f"`tocsin up` does not answer; {self.last_words()}")
        expect(self.up.stdout.readline(), f"`tocsin up` is up; {self.last_words()}")
        return self


def every_golden_frame_decodes(bench):
    """Google's own library reads what ours wrote, and writes the same."""
    p, folder, count = bench.stage.p, os.path.join(ROOT, "proto", "golden"), 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            frames = json.load(file)["frames"]
        with open(os.path.join(folder, name[: -len("json")] + "hex"), encoding="ascii") as file:
            lines = [bytes.fromhex(line) for line in file]
        expect([len(line) for line in lines] == [f["size"] for f in frames], f"{name}: sizes")
        for line, frame in zip(lines, frames):
            if "message" in frame:
                made = getattr(p, frame["message"].rpartition(".")[2]).FromString(line)
                expect(made.SerializeToString() == line, f"{name} decodes to other bytes")
                count += 1
    return f"{count} frames"


def the_exchange_of_the_document_holds(bench):
    """Signatures, hashes, receipt and sealed part of PROTOCOL.md section 15."""
    p = bench.stage.p
    with open(os.path.join(ROOT, "proto", "PROTOCOL.md"), encoding="utf-8") as file:
        page = file.read().partition("<!-- exchange -->")[2]
    keys = dict(re.findall(r"^\| (.*?) \| `([0-9a-f]{64})` \|$", page, re.M))
    keys = {what: bytes.fromhex(digits) for what, digits in keys.items()}
    hello, welcome, chunk, ack = (
        [bytes.fromhex(digits) for digits in re.findall(r"^```\n([0-9a-f\n]+)```$", part, re.M)]
        for part in page.split("\n### ")[1:]
    )
    office, collector = keys["office, signing key"], keys["collector, signing key"]
    expect(is_signed(office, "tocsin.hello.1", *hello[1:]), "HELLO is signed")
    expect(is_signed(collector, "tocsin.welcome.1", *welcome[1:]), "WELCOME is signed")
    answered = p.Welcome.FromString(welcome[1]).hello_hash
    expect(answered == H(ctx("tocsin.hello.1", hello[1])), "WELCOME answers the HELLO")
    session = p.Welcome.FromString(welcome[1]).session
    expect(p.Header.FromString(chunk[0]).session == session, "CHUNK names the session of WELCOME")
    expect(is_signed(office, "tocsin.chunk.1", *chunk[1:3]), "CHUNK is signed")
    head = p.ChunkHead.FromString(chunk[1])
    events = [p.Event.FromString(event) for event in p.ChunkBody.FromString(chunk[3]).events]
    expect(head.body_hash == H(*map(event_hash, events)), "the head names the body")
    expect(head.shares_hash == H(chunk[4]), "the head names the shares")
    receipt = p.Ack.FromString(ack[1]).receipt
    expect(receipt_root(receipt) == keys["root of the group's receipts"], "the path leads to it")
    expect(is_receipt(collector, receipt), "the receipt holds")
    chunk_hash = p.ReceiptBody.FromString(receipt.body).chunk_hash
    expect(chunk_hash == H(ctx("tocsin.chunk.1", chunk[1])), "the receipt is for the chunk")
    (entry,) = p.Shares.FromString(chunk[4]).entries
    item = p.Item(open=events[entry.index].open, sealed=events[entry.index].sealed,
                  share=entry.share)
    organ = p.Sealed.FromString(item.sealed).compartments[0].wraps[0].organ
    text = unseal(p, item, p.COMPARTMENT_KIND_NARRATIVE, organ, keys["recipient, X25519 secret"])
    expect(f'The sealed text is "{text}"' in page, "the sealed part opens")


def bundle_tells_all(bench):
    """An unknown program learns log, policy and sealing keys, then picks its part."""
    stage = bench.stage
    p = stage.p
    office = stage.district.organs("agent.office_")[0]
    stage.office = "office_" + office
    stage.source = int(stage.config("agent." + stage.office)["source"])
    stage.live = await_true("the agent's epoch is known", lambda: live_epoch(stage), slower(10))
    # A stopped program stays a child of `up`, which would start an ended one again.
    os.kill(stage.district.await_pid("agent." + stage.office), signal.SIGSTOP)
    stage.publishing = stage.peer("agent." + stage.office)
    stage.bundle = stage.load_bundle(stage.publishing)
    policy = stage.policy = p.Policy.FromString(stage.bundle.policy)
    clocks = {rule.id: rule for rule in policy.clocks}
    expect(clocks["xf.resolve"].amount == 60 and clocks["xf.resolve"].article, "with its clocks")
    expect(2026 in policy.calendar.years and policy.calendar.offset_minutes == 480, "calendar")
    expect([t.level for t in policy.thresholds], "levels of accidents")
    wages = next(d for d in policy.domains if d.id == "wage_arrears")
    said = [policy.attributes[number - 1].id for number in wages.attributes]
    expect("amount_fen" in said, f"and what may be said: {said}")
    organs = {organ.id: organ.number for organ in policy.organs}
    bureaus = {o.number: o.id for o in policy.organs if o.kind == p.ORGAN_KIND_BUREAU}
    mine = [d.code for d in policy.divisions if d.office == organs[stage.office]]
    others = [d.code for d in policy.divisions if d.office not in (0, organs[stage.office])]
    stage.division, stage.other_division = f"{mine[0]:012}", f"{others[0]:012}"
    stage.domain = next(d for d in policy.domains if d.id == "petition")
    stage.bureau = bureaus[stage.domain.owner]
    narrative = 1  # of what a rule for sealing sums up
    stage.readers = readers(stage.bundle, policy, stage.domain, narrative)
    expect(policy.desk in dict(stage.readers), "the policy says who reads: the desk as escrow")
    return f"{stage.office} reports {stage.domain.id} to {stage.bureau}"


def live_epoch(stage, source=None):
    """The newest epoch of a source, the stage's when none is named, or 0."""
    source = stage.source if source is None else source
    with stage.peer("auditor") as auditor:
        asked = stage.p.Ask(kind=stage.p.QUERY_KIND_SOURCES)
        _, frames = auditor.ask("ASK", asked, answer="ANSWER")
    answer = stage.p.Answer.FromString(frames[0])
    rows = [row for row in answer.sources if row.source == source]
    return max(rows, key=lambda row: row.position).epoch if rows else 0


def a_copy_of_an_outbox_is_fenced_and_a_successor_is_welcome(bench):
    stage = bench.stage
    peer = stage.publishing
    stranger = Publisher(peer, stage.bundle, stage.source)
    expect(stranger.hello().is_fenced, "an epoch out of nowhere is fenced")
    stage.publisher = Publisher(peer, stage.bundle, stage.source, predecessor=stage.live)
    stage.publisher.office = stage.office
    welcome = stage.publisher.hello()
    expect(not welcome.is_fenced and welcome.mark_sequence == 0, "the successor is welcome")
    expect(welcome.log_id == stage.bundle.log_id, "WELCOME names the log")
    expect(welcome.credit_sequence >= 3 and welcome.credit_bytes > 0, "WELCOME gives credit")


def a_chunk_of_three_gets_a_receipt_that_holds(bench):
    stage = bench.stage
    p, publisher = stage.p, stage.publisher
    opens = [report(p, publisher, stage.domain.id, stage.division) for _ in range(3)]
    sealed, share = seal(p, opens[0], p.COMPARTMENT_KIND_NARRATIVE, STORY, stage.readers)
    stage.events = [(opens[0], sealed), (opens[1], b""), (opens[2], b"")]
    stage.chunk = publisher.cut(stage.events, [(0, share)])
    stage.receipt, body = publisher.publish(stage.chunk, 3)
    expect(is_receipt(stage.collector, stage.receipt), "the collector signed the receipt's root")
    expect(stage.receipt.key_id == key_id(stage.collector), "the receipt names the key")
    expect((body.log_id, body.source, body.epoch) ==
           (stage.bundle.log_id, publisher.source, publisher.epoch), "the receipt names the lane")
    expect((body.first_sequence, body.count) == (1, 3), "the receipt says what was logged")
    stage.positions = [body.first_position + n for n in range(3)]
    changed = p.Receipt.FromString(stage.receipt.SerializeToString())
    changed.body = changed.body[:-1] + bytes([changed.body[-1] ^ 1])
    expect(not is_receipt(stage.collector, changed), "a changed receipt does not hold")
    return f"positions {stage.positions[0]} to {stage.positions[-1]}"


def the_same_chunk_gets_the_same_receipt(bench):
    stage = bench.stage
    for _ in range(2):
        again, _ = stage.publisher.publish(stage.chunk, 3)
        expect(again.SerializeToString() == stage.receipt.SerializeToString(), "the same receipt")
        expect(stage.publisher.hello().mark_sequence == 3, "the mark stays where it was")


def a_whole_chunk_is_refused_with_its_code(bench):
    stage = bench.stage
    publisher = stage.publisher
    good = (report(stage.p, publisher, stage.domain.id, stage.division), b"")

    def signed_again(frames, more):
        head = frames[0] + more
        return [head, publisher.peer.key.sign("tocsin.chunk.1", head), *frames[2:]]

    cut = publisher.cut
    newer = (good[0].replace(b"\x08\x01", b"\x08\x02", 1), b"")
    cases = {
        "a wrong signature": (BAD_SIGNATURE, [*cut([good])[:1], bytes(64), *cut([good])[2:]]),
        "another body": (BAD_SIGNATURE, cut([good], body_hash=H(b"other"))),
        "a foreign log": (FOREIGN_LOG, cut([good], log_id=uuid.uuid4().bytes)),
        "a field nobody knows": (UNKNOWN, signed_again(cut([good]), UNKNOWN_FIELD)),
        "two events for one": (BAD_VALUE, cut([good, good], count=1)),
        "a frame too many": (MALFORMED, [*cut([good]), b"shares", b"more"]),
        "a newer head": (UPGRADE, cut([good], format=2)),
        "a newer event": (UPGRADE, cut([good, newer])),
    }
    for what, (code, frames) in cases.items():
        refuse = publisher.refused(frames, what, is_later=code == UPGRADE)
        expect(refuse.code == code and not refuse.refusals, f"{what}, not {code}: {refuse}")
    return f"{len(cases)} kinds"


def an_event_is_refused_and_its_neighbour_is_innocent(bench):
    stage = bench.stage
    p, publisher = stage.p, stage.publisher
    make = functools.partial(report, p, publisher, stage.domain.id)
    good = make(stage.division)
    cases = {
        "another's division": (DENIED, "division", make(stage.other_division)),
        "eleven digits": (BAD_DIVISION, "division", make(stage.division[1:])),
        "another's office": (DENIED, "office", make(stage.division, office=stage.bureau)),
        "no matter": (BAD_VALUE, "matter", make(stage.division, matter=b"")),
        "no concern": (BAD_VALUE, "concerns", make(stage.division, concerns=0)),
        "a field nobody knows": (UNKNOWN, "open", good + UNKNOWN_FIELD),
    }
    for what, (code, field, event) in cases.items():
        refuse = publisher.refused(publisher.cut([(good, b""), (event, b"")]), what)
        told = [(r.sequence, r.code, r.field) for r in refuse.refusals]
        expect(refuse.code == 0 and told == [(publisher.last + 2, code, field)], f"{what}: {told}")
    return f"{len(cases)} kinds"


def what_does_not_continue_the_lane_is_again(bench):
    stage = bench.stage
    publisher = stage.publisher
    good = (report(stage.p, publisher, stage.domain.id, stage.division), b"")
    cases = {
        "a hole": (SEQUENCE, publisher.cut([good], first_sequence=publisher.last + 2)),
        "another chain": (CONFLICT, publisher.cut([good], previous_hash=H(b"other"))),
        "another past": (CONFLICT, publisher.cut([good], first_sequence=1, previous_hash=b"")),
        "another's source": (STALE, publisher.cut([good], source=publisher.source + 1)),
    }
    for what, (code, frames) in cases.items():
        _, got = publisher.peer.ask("CHUNK", *frames, answer="AGAIN")
        again = stage.p.Again.FromString(got[0])
        expect(again.code == code, f"{what}: {again}")
        expect(again.asked_hash == H(ctx("tocsin.chunk.1", frames[0])), "AGAIN names the chunk")
        publisher.for_ever("AGAIN", got, code == CONFLICT)
        expect(code == STALE or again.expected_sequence == publisher.last + 1, f"{what}: {again}")
        expect(publisher.hello().mark_sequence == publisher.last, "the mark stays where it was")


def a_wrong_hello_is_refused_and_a_newer_one_waits(bench):
    stage = bench.stage
    publisher = stage.publisher
    cases = {
        "a foreign log": (FOREIGN_LOG, dict(log_id=uuid.uuid4().bytes)),
        "no log": (FOREIGN_LOG, dict(log_id=b"")),
        "another's source": (FOREIGN_SOURCE, dict(source=publisher.source + 1)),
        "a newer format": (UPGRADE, dict(format=2)),
    }
    for what, (code, changes) in cases.items():
        frames = publisher.hello_parts(**changes)
        _, got = publisher.peer.ask("HELLO", *frames, answer="REFUSE", session=0)
        refuse = stage.p.Refuse.FromString(got[0])
        expect((refuse.code, refuse.is_later) == (code, code == UPGRADE), f"{what}: {refuse}")
        expect(refuse.asked_hash == H(ctx("tocsin.hello.1", frames[0])), "REFUSE names the HELLO")
        publisher.for_ever("REFUSE", got, code != UPGRADE)
    newer = stage.p.Header(version=2, kind=stage.p.KIND_HELLO, request=5)
    publisher.peer.socket.send_multipart([newer.SerializeToString()])
    _, header, got = publisher.peer.recv("ERROR")
    refuse = stage.p.Refuse.FromString(got[0])
    expect((header.request, refuse.code, refuse.is_later) == (0, UPGRADE, True), "a newer version")
    expect(publisher.hello().mark_sequence == publisher.last, "the lane goes on")


def a_subscription_goes_on_after_its_cursor(bench):
    stage = bench.stage
    name, organ = "watch." + stage.bureau, stage.domain.owner
    with stage.peer(name) as peer:
        reader = Reader(peer, "foreign", organ)
        head = await_true("three alerts", lambda: opened_with(reader, 3), slower(10))
        first, second = reader.fetch(head, 2)
        expect(first.position == stage.positions[0], "the item is our event")
        expect(first.alert.stage == stage.p.STAGE_OPEN, "and says where its matter stands")
        expect((first.open, first.sealed) == stage.events[0], "the parts are the bytes we sent")
        expect(event_hash(second) == event_hash(stage.p.Event(open=stage.events[1][0])), "hash")
        text = unseal(stage.p, first, stage.p.COMPARTMENT_KIND_NARRATIVE, organ,
                      peer.key.seal_secret)
        expect(text == STORY, "the sealed text is the one that was sealed")
        stage.seen_by_watcher = first
        reader.move(head, 2)
        peer.send("CLOSE")
    with stage.peer(name) as peer:
        reader = Reader(peer, "foreign", organ)
        head = reader.open()
        expect(head.next == 3, f"the next number after the cursor is 3, not {head.next}")
        (third,) = reader.fetch(head, 3)
        expect(third.position == stage.positions[2], "the item after the cursor")


def opened_with(reader, number):
    head = reader.open()
    return head if head.number >= number else None


def a_replay_has_the_digest_of_its_items(bench):
    stage = bench.stage
    with stage.peer("auditor") as peer:
        found, end = replay(peer, 2, 3)
        digest = H(*[struct.pack(">Q", i.position) + i.open + i.sealed for i in found])
        expect((end.code, end.count) == (0, len(found)), f"END counts the items: {end}")
        expect(end.digest == digest, "END has the digest of the items")
        positions = [item.position for item in found]
        expect(positions == sorted(set(positions)), "items come in the order of the log")
        mine = {item.position: item for item in found if item.position in stage.positions}
        expect([mine[n].open for n in stage.positions] == [o for o, _ in stage.events], "parts")
        expect(not any(item.share for item in found), "an auditor gets no share")
        again, end = replay(peer, 1000, 1000, first_position=stage.positions[1],
                            last_position=stage.positions[2])
        expect([item.position for item in again] == stage.positions[1:], "a range")
    return f"{len(found)} items"


def questions_are_answered(bench):
    stage = bench.stage
    p, last = stage.p, stage.positions[-1]
    with stage.peer("auditor") as peer:
        asked = p.Ask(kind=p.QUERY_KIND_STATS, at_least_position=last)
        _, frames = peer.ask("ASK", asked, answer="ANSWER")
        stats = p.Answer.FromString(frames[0]).stats
        expect(stats.log_id == stage.bundle.log_id, "STATS name the log")
        expect(stats.last_position >= last and stats.applied.position >= last, "STATS are new")
        expect(stats.refused_count >= stage.publisher.refused_count, f"STATS count: {stats}")
        expect(stats.duplicate_count == 2, f"STATS count: {stats}")
        asked = p.Ask(kind=p.QUERY_KIND_EVENT, source=stage.publisher.source,
                      epoch=stage.publisher.epoch, lane=p.LANE_ROUTINE, sequence=2)
        _, frames = peer.ask("ASK", asked, answer="ANSWER")
        (row,) = p.Answer.FromString(frames[0]).events
        expect((row.position, row.open) == (stage.positions[1], stage.events[1][0]), "the event")


def what_a_role_may_not_send_is_an_error(bench):
    stage = bench.stage
    with stage.peer("auditor") as peer:
        asked = stage.p.Open(streams=[stage.p.OpenStream(mode=1, organ=stage.domain.owner)])
        _, frames = peer.ask("OPEN", asked, answer="ERROR")
        expect(stage.p.Refuse.FromString(frames[0]).code == DENIED, "an auditor has no stream")


CASES = [
    every_golden_frame_decodes,
    the_exchange_of_the_document_holds,
    bundle_tells_all,
    a_copy_of_an_outbox_is_fenced_and_a_successor_is_welcome,
    a_chunk_of_three_gets_a_receipt_that_holds,
    the_same_chunk_gets_the_same_receipt,
    a_whole_chunk_is_refused_with_its_code,
    an_event_is_refused_and_its_neighbour_is_innocent,
    what_does_not_continue_the_lane_is_again,
    a_wrong_hello_is_refused_and_a_newer_one_waits,
    a_subscription_goes_on_after_its_cursor,
    a_replay_has_the_digest_of_its_items,
    questions_are_answered,
    what_a_role_may_not_send_is_an_error,
]


def main():
    bench = Bench("foreign")
    folder = tempfile.mkdtemp(prefix="tocsin-foreign-")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        generated = stack.enter_context(tempfile.TemporaryDirectory())
        district = stack.enter_context(Up(programs_dir("dev"), folder, offices=OFFICES))
        bench.stage = Stage(district.start(), generated)
        stack.callback(bench.stage.end)
        try:
            bench.run(*CASES)
        except SystemExit as end:
            print(district.last_words() if end.code == 1 else "", end="")
            raise


if __name__ == "__main__":
    main()
