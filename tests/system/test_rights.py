#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized ctest-cost: 60
"""Who may say what, on real programs: a table of those who should not and of what they try. Its
rules are docs/reference/rights.md; deny is the default, so a cell that is not expected to be
answered must not be."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import concurrent.futures
import contextlib
import datetime
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time

import zmq
import zmq.utils.z85
from harness import SHIM, Bench, Skip, await_true, expect, is_sanitized, slower
from knock import Fresh, Knock
from stranger import ASKED, Key, Publisher

VERBS = ("HELLO", "CHUNK", "OPEN", "FETCH", "REPLAY", "ASK")
SILENT = "-"  # no handshake, or no answer
NONE = None  # the verb has no such thing: nothing to try
AUDITOR = 3  # whose principal a forger would like to be
E_DENIED = "ERROR 36"
REVOKED_S = 1  # after which a revoked key passes nothing
ZAPLESS = os.path.join(os.path.dirname(SHIM), "zapless.so")

# Who tries, and what comes of HELLO, CHUNK, OPEN, FETCH, REPLAY, ASK.
TABLE = {
    "the right key": ("WELCOME", "ACK", "OPENED", "ITEMS", "END", "ANSWER 0"),
    "no key": (SILENT,) * 6,
    "an unknown key": (SILENT,) * 6,
    "a role that says nothing": (E_DENIED,) * 6,
    "an auditor": (E_DENIED, E_DENIED, E_DENIED, E_DENIED, "END", "ANSWER 0"),
    "a watcher": (E_DENIED, E_DENIED, "OPENED", "ITEMS", "END", "ANSWER 0"),
    "a wrong division": (NONE, "REFUSE division 36", NONE, NONE, "END 0", NONE),
    "a wrong stream": ("REFUSE 39", "AGAIN 17", E_DENIED, "ERROR 1", E_DENIED, E_DENIED),
    "a wrong matter": (NONE, "ACK void 36", NONE, NONE, "END 0", "ANSWER 1"),
    "a wrong act": (NONE, "REFUSE act 36", NONE, NONE, NONE, NONE),
    "a forged routing id": (SILENT,) * 6,
    "a forged principal frame": ("ERROR 14",) * 6,  # read as a header, of a version to come
    "another session": ("WELCOME", "AGAIN 17", "ERROR 17", "ERROR 17", "ERROR 17", "ERROR 17"),
    "a replayed capture": ("REFUSE 39", "AGAIN 17", "ERROR 17", "ERROR 17", "ERROR 17", "ERROR 17"),
    "a request said twice": (NONE, NONE, E_DENIED, NONE, E_DENIED, E_DENIED),
    "a signature of another": (NONE, NONE, E_DENIED, NONE, E_DENIED, E_DENIED),
    "a dead ZAP handler": (SILENT,) * 6,
    "a revoked key": (SILENT,) * 6,
    "a watcher revoked by the verb": (SILENT,) * 6,
    "an expired key": (SILENT,) * 6,
    "a key before its rotation": (SILENT,) * 6,  # when it has ended; the last row
}


class Cast:
    """A district, its principals, and what they try."""

    def __init__(self, stage):
        self.stage = stage
        self.p = stage.p
        self.office = "agent." + stage.office
        self.watcher = "watch." + stage.bureau
        self.other_watcher = "watch." + stage.other_bureau
        self.organs = {o.id: o.number for o in stage.policy.organs}
        self.organ = stage.domain.owner
        self.desk = stage.policy.desk
        self.publisher = stage.publisher

    # Messages, as (kind, frames, session).

    def opening(self, organ):
        stream = self.p.OpenStream(mode=self.p.MODE_ACTUAL, organ=organ)
        return "OPEN", [self.p.Open(streams=[stream])], 0

    def fetching(self, organ, session):
        fields = dict(mode=self.p.MODE_ACTUAL, organ=organ, generation=1, number=1)
        return "FETCH", [self.p.Fetch(**fields)], session

    def replaying(self, **wanted):
        return "REPLAY", [self.p.Replay(credit_items=1000, **wanted)], 0

    def asking(self, kind="MATTERS", **wanted):
        number = self.p.QueryKind.Value("QUERY_KIND_" + kind)
        return "ASK", [self.p.Ask(kind=number, **wanted)], 0

    def chunk(self, **more):
        stage = self.stage
        fields = {"division": stage.division, "domain": stage.domain.id, **more}
        event = foreign.report(self.p, self.publisher, fields.pop("domain"),
                               fields.pop("division"), **fields)
        self.matter = self.p.OpenPart.FromString(event).matter
        return self.publisher.cut([(event, b"")])

    # What came of it, in a few words.

    def told(self, answer):
        if answer is None:
            return SILENT
        kind, frames = answer
        if kind in ("ERROR", "REFUSE"):
            refuse = self.p.Refuse.FromString(frames[0])
            rows = [f"{r.field} {r.code}" for r in refuse.refusals]
            return f"{kind} {rows[0] if rows else refuse.code}"
        if kind == "AGAIN":
            return f"AGAIN {self.p.Again.FromString(frames[0]).code}"
        if kind == "ANSWER":
            return f"ANSWER {self.p.Answer.FromString(frames[0]).code}"
        if kind == "END":
            return "END" if self.p.End.FromString(frames[0]).count else "END 0"
        return kind

    def replay_end(self, knock, answer):
        """A replay's END, after its items."""
        while answer and answer[0] == "REPLAY_ITEMS":
            answer = knock.hear(slower(2))
        return answer

    def try_with(self, knock, verb, message, before=()):
        kind, frames, session = message
        answer = knock.say(kind, *frames, session=session, before=before)
        return self.told(self.replay_end(knock, answer) if verb == "REPLAY" else answer)

    def plain(self, verb):
        """What the right one would say; HELLO and CHUNK of the office, the rest of the watcher."""
        if verb == "HELLO":
            return "HELLO", list(self.publisher.hello_parts()), 0
        if verb == "CHUNK":
            return "CHUNK", self.chunk(), self.publisher.peer.session
        return {
            "OPEN": lambda: self.opening(self.organ),
            "FETCH": lambda: self.fetching(self.organ, 1),
            "REPLAY": lambda: self.replaying(organ=self.organ),
            "ASK": lambda: self.asking(organ=self.organ),
        }[verb]()

    def all_plain(self, before=(), **who):
        """Every verb, said by one who should not be answered as the right one is. One after the
        other: a broker explains itself to one principal once a second."""
        found = []
        for verb in VERBS:
            with Knock(self.stage, **who) as knock:
                found.append(self.try_with(knock, verb, self.plain(verb), before))
        return found

    def all_silent(self, **who):
        """The same by one whom nobody answers."""
        return self.at_once(dict.fromkeys(VERBS, who))

    def at_once(self, knocking):
        """Each verb on a connection of its own, side by side: silence is waited for only once."""

        def try_verb(verb, message):
            with Knock(self.stage, **knocking[verb]) as knock:
                return self.try_with(knock, verb, message)

        messages = [self.plain(verb) for verb in VERBS]  # one after the other: they are numbered
        with concurrent.futures.ThreadPoolExecutor(len(VERBS)) as pool:
            return list(pool.map(try_verb, VERBS, messages))

    def reading(self, name):
        """OPEN and FETCH on one connection."""
        with Knock(self.stage, name) as knock:
            opened = self.try_with(knock, "OPEN", self.opening(self.organ))
            fetched = self.try_with(knock, "FETCH", self.fetching(self.organ, knock.session))
        return [opened, fetched]

    def publishing(self):
        """HELLO and CHUNK of the office, on its own connection, as it should be."""
        self.publisher.hello()
        self.publisher.publish(self.chunk(), 1)
        return ["WELCOME", "ACK"]

    def refused(self, **more):
        """What becomes of one event of the office's; the lane goes on behind it."""
        _, frames = self.publisher.peer.ask("CHUNK", *self.chunk(**more), answer="REFUSE")
        told = self.told(("REFUSE", frames))
        self.publisher.hello()
        return told

    def as_watcher(self, message, verb):
        with Knock(self.stage, self.watcher) as knock:
            return self.try_with(knock, verb, message)


# Those who try; each gives what came of the six verbs.


def the_right_key(cast):
    found = cast.publishing()
    asked = cast.asking(organ=cast.organ, at_least_position=(1 << 64) - 1)
    await_true("the bureau was told", lambda: cast.as_watcher(asked, "ASK") == "ANSWER 0", 10)
    found += cast.reading(cast.watcher)
    found.append(cast.as_watcher(cast.replaying(organ=cast.organ), "REPLAY"))
    return [*found, cast.as_watcher(asked, "ASK")]


def no_key(cast):
    return cast.all_silent()


def an_unknown_key(cast):
    class Unlisted:
        transport = tuple(zmq.utils.z85.decode(half) for half in zmq.curve_keypair())

    return cast.all_silent(key=Unlisted)


def a_role_that_says_nothing(cast):
    return cast.all_plain(name="broker")


def an_auditor(cast):
    return cast.all_plain(name="auditor")


def a_watcher(cast):
    found = cast.all_plain(name=cast.watcher)
    return [*found[:2], *cast.reading(cast.watcher), *found[4:]]


def a_wrong_division(cast):
    refused = cast.refused(division=cast.stage.other_division)
    wanted = dict(organ=cast.organ, division=int(cast.stage.other_division))
    replayed = cast.as_watcher(cast.replaying(**wanted), "REPLAY")
    return [NONE, refused, NONE, NONE, replayed, NONE]


def a_wrong_stream(cast):
    publisher, peer = cast.publisher, cast.publisher.peer
    other = dict(source=publisher.source + 1)
    _, got = peer.ask("HELLO", *publisher.hello_parts(**other), answer="REFUSE", session=0)
    hello = cast.told(("REFUSE", got))
    publisher.hello()
    chunk = cast.chunk()
    chunk[0] = cast.p.ChunkHead.FromString(chunk[0])
    chunk[0].source += 1
    chunk[0] = chunk[0].SerializeToString()
    chunk[1] = peer.key.sign("tocsin.chunk.1", chunk[0])
    _, got = peer.ask("CHUNK", *chunk, answer="AGAIN")
    found = [hello, cast.told(("AGAIN", got))]
    publisher.hello()
    with Knock(cast.stage, cast.watcher) as knock:
        found.append(cast.try_with(knock, "OPEN", cast.opening(cast.desk)))
        cast.try_with(knock, "OPEN", cast.opening(cast.organ))
        found.append(cast.try_with(knock, "FETCH", cast.fetching(cast.desk, knock.session)))
        found.append(cast.try_with(knock, "REPLAY", cast.replaying(organ=cast.desk)))
        for wanted in (cast.asking(organ=cast.desk), cast.asking("STATS"), cast.asking("SOURCES"),
                       cast.asking("STANDINGS"), cast.asking("HEAD"),
                       cast.asking("EVENT", position=1)):
            last = cast.try_with(knock, "ASK", wanted)
            expect(last == E_DENIED, f"a question that is not a watcher's: {last}")
    return [*found, last]


def a_wrong_matter(cast):
    """A matter that another organ holds, and one that nobody reported, are answered alike."""
    p, publisher, stage = cast.p, cast.publisher, cast.stage
    publisher.publish(cast.chunk(), 1)
    matter = cast.matter
    act = p.OpenPart(format=1, act=p.ACT_ACCEPTED, mode=p.MODE_ACTUAL, matter=matter,
                     office=publisher.office, act_body=p.ActBody(), recorded_ns=time.time_ns())
    _, body = publisher.publish(publisher.cut([(act.SerializeToString(), b"")]), 1)
    wanted = dict(source=publisher.source, epoch=publisher.epoch, lane=p.LANE_ROUTINE,
                  sequence=publisher.last, at_least_position=body.first_position)
    _, got = publisher.peer.ask("ASK", p.Ask(kind=p.QUERY_KIND_EVENT, **wanted), answer="ANSWER")
    (row,) = p.Answer.FromString(got[0]).events
    stranger = "watch." + stage.other_bureau
    replies = []
    for asked in (matter, secrets.token_bytes(16)):
        with Knock(stage, stranger) as knock:
            message = cast.asking("MATTER", matter=asked, at_least_position=body.first_position)
            kind, frames = knock.say(*message[:1], *message[1])
            answer = p.Answer.FromString(frames[0])
            replies.append((kind, answer.code, answer.position, frames[0]))
    expect(replies[0] == replies[1], f"hidden and absent differ: {replies}")
    with Knock(stage, stranger) as knock:
        number = cast.organs[stage.other_bureau]
        message = cast.replaying(organ=number, matter=matter)
        replayed = cast.try_with(knock, "REPLAY", message)
    return [NONE, f"ACK void {row.code}", NONE, NONE, replayed, f"ANSWER {replies[0][1]}"]


def a_wrong_act(cast):
    p = cast.p
    found = {
        cast.refused(act=p.ACT_EPOCH_ALLOWED, report=None, domain="", division="", concerns=0,
                     act_body=p.ActBody(source=1, epoch=1)),
        cast.refused(act=p.ACT_TICK, report=None, domain="", division="", concerns=0),
    }
    expect(len(found) == 1, f"the collector's act and the desk's are refused alike: {found}")
    return [NONE, found.pop(), NONE, NONE, NONE, NONE]


def a_forged_routing_id(cast):
    """The id of a connection that stands, with another's key and with none that is listed."""
    with Knock(cast.stage, "auditor", routing=b"auditor-pc") as victim:
        asked = cast.asking("HEAD")
        expect(cast.try_with(victim, "ASK", asked) == "ANSWER 0", "the auditor is answered")
        found = cast.all_silent(name=cast.office, routing=b"auditor-pc")
        expect(cast.all_silent(routing=b"auditor-pc") == found, "nor is one without a key")
        expect(cast.try_with(victim, "ASK", asked) == "ANSWER 0", "the auditor still is")
        expect(victim.hear(0.1) is None, "nothing of another's came to it")
    return found


def a_forged_principal_frame(cast):
    """The broker's own frame, naming the auditor, before the header."""
    stamp = cast.p.Stamp(principal=AUDITOR, connection=9).SerializeToString()
    return cast.all_plain(name=cast.office, before=[stamp])


def another_session(cast):
    """The number of a session of another's connection: it is worth nothing here."""
    publisher = cast.publisher
    publisher.hello()
    with Knock(cast.stage, cast.watcher) as other, Knock(cast.stage, cast.watcher) as knock:
        cast.try_with(other, "OPEN", cast.opening(cast.organ))
        found = []
        for verb in ("OPEN", "FETCH", "REPLAY", "ASK"):
            if verb == "OPEN":
                with Knock(cast.stage, cast.watcher) as third:
                    kind, frames, _ = cast.opening(cast.organ)
                    found.append(cast.told(third.say(kind, *frames, reading=other.reading)))
                cast.try_with(other, "OPEN", cast.opening(cast.organ))
                continue
            kind, frames, _ = cast.plain(verb)
            reading = other.reading if kind in ASKED else None
            answer = knock.say(kind, *frames, session=other.session, reading=reading)
            found.append(cast.told(cast.replay_end(knock, answer)))
    with Knock(cast.stage, cast.office) as knock:
        chunk = cast.told(knock.say("CHUNK", *cast.chunk(), session=publisher.peer.session))
        hello = cast.told(knock.say("HELLO", *publisher.hello_parts(), session=77))
    publisher.hello()
    return [hello, chunk, *found]


def a_replayed_capture(cast):
    """What others said, word for word, on a connection of another office."""
    found = []
    with Knock(cast.stage, cast.watcher) as victim:
        victim.join()
        captured = {}
        for verb in VERBS:
            kind, frames, session = cast.plain(verb)
            reading = victim.reading if kind in ASKED else None
            captured[verb] = victim.message(kind, frames, session, reading=reading)
        with Knock(cast.stage, cast.stage.other_office) as knock:
            for verb in VERBS:
                found.append(cast.told(knock.repeat(lambda said=captured[verb]: said)))
    return found


def a_request_said_twice(cast):
    """Word for word what was answered already, on the very connection."""
    found = {}
    for verb in ("OPEN", "REPLAY", "ASK"):
        with Knock(cast.stage, cast.watcher) as knock:
            knock.join()
            kind, frames, _ = cast.plain(verb)
            said = knock.message(kind, frames, reading=knock.reading)
            first = cast.replay_end(knock, knock.repeat(lambda said=said: said))
            expect(first and first[0] in ("OPENED", "END", "ANSWER"), f"{verb}: {first}")
            found[verb] = cast.told(knock.repeat(lambda said=said: said))
    return [found.get(verb, NONE) for verb in VERBS]


def a_signature_of_another(cast):
    """What the watcher's connection asks, signed by the office, which has a key of its own."""
    office = Key(cast.stage.config(cast.office)["key_file"])
    found = {}
    for verb in ("OPEN", "REPLAY", "ASK"):
        with Knock(cast.stage, cast.watcher) as knock:
            kind, frames, _ = cast.plain(verb)
            found[verb] = cast.told(knock.say(kind, *frames, signer=office))
    return [found.get(verb, NONE) for verb in VERBS]


def a_dead_zap_handler(cast):
    """The broker's handler ends as its front opens; whose key is listed is not let in either."""
    if is_sanitized():
        raise Skip("sanitized programs do not bear a preloaded library")
    runner = cast.stage.runner
    runner.kill("broker")
    runner.start("broker", env={"LD_PRELOAD": ZAPLESS})
    host, port = cast.stage.config("auditor")["broker_endpoint"].removeprefix("tcp://").split(":")

    def listens():
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return True

    await_true("the broker without a handler listens", listens, slower(10))
    named = [cast.office] * 2 + [cast.watcher] * 4
    found = cast.at_once({verb: {"name": name} for verb, name in zip(VERBS, named)})
    runner.expect_alive()
    runner.kill("broker")
    runner.start("broker")

    await_true("the next broker lets in", lambda: is_let_in(cast), slower(20))  # it alone was it
    return found


def is_let_in(cast):
    with Knock(cast.stage, "auditor") as knock:
        return cast.try_with(knock, "ASK", cast.asking("STATS")) == "ANSWER 0"


def await_silence(publisher, start):
    """Says HELLO until it is not welcomed any more, which is soon."""
    peer, last = publisher.peer, start
    while time.monotonic() - last < slower(REVOKED_S):
        peer.send("HELLO", *publisher.hello_parts(), session=0)
        while peer.socket.poll(20):
            header = publisher.p.Header.FromString(peer.socket.recv_multipart()[0])
            if header.kind == publisher.p.KIND_WELCOME:
                last = time.monotonic()
        expect(last - start < slower(REVOKED_S), "a revoked key is still welcomed")


def a_revoked_key(cast):
    """An office revokes its own key. A second later nothing passes on the connection that stands,
    nor on a new one, and it stays so when broker and collector are killed and started again."""
    stage, p, name = cast.stage, cast.p, cast.stage.other_office
    config = stage.config(name)
    source = int(config["source"])
    publisher = Publisher(stage.peer(name), stage.bundle, source, foreign.live_epoch(stage, source))
    expect(not publisher.hello().is_fenced, "the other office's successor is welcome")
    change = p.RegistryBody(kind=p.CHANGE_KIND_REVOKED, principal=int(config["principal"]))
    event = p.OpenPart(format=1, act=p.ACT_REGISTRY_CHANGED, mode=p.MODE_ACTUAL, registry=change,
                       office=name.partition(".")[2], recorded_ns=time.time_ns())
    publisher.peer.send("CHUNK", *publisher.cut([(event.SerializeToString(), b"")]))
    await_silence(publisher, time.monotonic())
    found = cast.all_silent(name=name)
    for program in ("broker", "collector"):
        stage.runner.kill(program)
    stage.runner.start_all("broker", "collector")
    await_true("others are let in", lambda: is_let_in(cast), slower(20))
    expect(cast.all_silent(name=name) == found, "it is as good as new after a restart")
    return found


def tocsin(cast, *words):
    """What a verb of the administrator's printed; it must do what it is told."""
    stage = cast.stage
    if not stage.runner.is_running("agent.admin"):
        stage.runner.start("agent.admin")
    command = [stage.district.program("tocsin"), *words, "--dir", stage.district.folder]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    expect(answer.returncode == 0, f"{words}: {answer.returncode}: {answer.stderr}")
    return answer.stdout


def goes_silent(cast, name, end):
    """A connection that stands is answered until `end` is called, and within a second of its return
    no more; nor is any other, and `key ls` says why."""
    with Knock(cast.stage, name) as knock:
        def is_answered():
            return cast.try_with(knock, "ASK", cast.asking("REGISTRY")) == "ANSWER 0"

        await_true(f"{name} is answered", is_answered, slower(10))
        knock.tries = 1
        stands = end()
        start = time.monotonic()
        while is_answered():
            expect(time.monotonic() - start < slower(REVOKED_S), f"{name} is answered still")
    row = next(line for line in tocsin(cast, "key", "ls").splitlines() if f" {name} " in line)
    expect(stands in row, f"key ls says {row}")
    return cast.all_silent(name=name)


def a_watcher_revoked_by_the_verb(cast):
    """The verb comes back when it is so, and a second later the lost PC hears nothing."""
    def end():
        told = tocsin(cast, "key", "revoke", "watch.district_desk", "--reason", "pc_lost")
        expect(told.startswith("revoked watch.district_desk at position "), f"it says {told}")
        return "revoked"

    return goes_silent(cast, "watch.district_desk", end)


def an_expired_key(cast):
    """The end of a key that is good now is a time that comes."""
    def end():
        until = time.time() + 2
        told = tocsin(cast, "key", "rights", cast.other_watcher, "--not-after",
                      f"{datetime.datetime.fromtimestamp(until, datetime.UTC):%FT%T.%fZ}")
        expect("valid until" in told, f"it says {told}")
        await_true("the end of the key", lambda: time.time() > until, 5)
        return "expired"

    return goes_silent(cast, cast.other_watcher, end)


def greeting(cast, key):
    """What HELLO of the office with this key is answered: until when the key is good, or None."""
    publisher = cast.publisher
    before, publisher.peer.key = publisher.peer.key, key
    with Knock(cast.stage, key=key) as knock:
        answer = knock.say("HELLO", *publisher.hello_parts())
    publisher.peer.key = before
    if answer is None or answer[0] != "WELCOME":
        return None
    return cast.p.Welcome.FromString(answer[1][0]).key_until_ns


def a_key_before_its_rotation(cast):
    """An office changes its keys. Both are good while they overlap and each is told which it is;
    then the old one passes nothing, and the new one goes on."""
    stage, p, publisher = cast.stage, cast.p, cast.publisher
    until_ns = time.time_ns() + int((8 if is_sanitized() else 4) * 1e9)
    old = publisher.peer.key
    fresh = Fresh(stage, int(stage.config(cast.office)["principal"]), until_ns)
    expect(greeting(cast, fresh) is None, "nothing passes by a key that nobody has told of")
    publisher.hello()
    event = p.OpenPart(format=1, act=p.ACT_REGISTRY_CHANGED, mode=p.MODE_ACTUAL,
                       registry=fresh.change, office=publisher.office, recorded_ns=time.time_ns())
    publisher.publish(publisher.cut([(event.SerializeToString(), b"")]), 1)
    await_true("the new key is let in", lambda: greeting(cast, fresh) == 0, 4)
    expect(greeting(cast, old) == until_ns, "the old one is let in too, and told until when")
    await_true("the old key ends", lambda: greeting(cast, old) is None, slower(15))
    expect(time.time_ns() >= until_ns, "it did not end before")
    found = cast.all_silent(name=cast.office)
    expect(greeting(cast, fresh) == 0, "the new one goes on")
    return found


def prepare(stage):
    """The parts: an office whose agent does not run, the bureau that it reports to, another of
    each, and a lane of the office's."""
    p = stage.p
    with stage.peer("auditor") as peer:
        stage.bundle = await_true("a bundle", lambda: bundle_of(stage, peer), slower(10))
    policy = stage.policy = p.Policy.FromString(stage.bundle.policy)
    organs = {organ.id: organ.number for organ in policy.organs}
    names = {organ.number: organ.id for organ in policy.organs}
    stage.office, other = ("office_" + name for name in sorted(
        stage.district.organs("agent.office_"))[:2])
    stage.other_office = "agent." + other
    stage.domain = next(d for d in policy.domains if d.id == "petition")
    stage.bureau = names[stage.domain.owner]
    told = {stage.domain.owner, policy.desk, *stage.domain.recipients}
    stage.other_bureau = next(name for name in stage.district.organs("watch.")
                              if organs.get(name) and organs[name] not in told)
    of_office = {d.office: f"{d.code:012}" for d in policy.divisions if d.office}
    stage.division, stage.other_division = of_office[organs[stage.office]], of_office[organs[other]]
    stage.source = int(stage.config("agent." + stage.office)["source"])
    peer = stage.peer("agent." + stage.office)
    stage.publisher = Publisher(peer, stage.bundle, stage.source, foreign.live_epoch(stage))
    stage.publisher.office = stage.office
    expect(not stage.publisher.hello().is_fenced, "the office's successor is welcome")


def bundle_of(stage, peer):
    """The bundle, once the broker has a registry and a collector."""
    peer.send("BUNDLE_ASK", session=0)
    kind, _, frames = peer.recv("BUNDLE", "ERROR", limit_s=3)
    return stage.p.Bundle.FromString(frames[0]) if kind == "BUNDLE" else None


def case_of(who, row):
    """A row of the table as a case."""

    def case(bench):
        found = globals()[who.lower().replace(" ", "_")](bench.cast)
        wrong = [f"{verb}: {got}, not {wanted}" for verb, wanted, got in zip(VERBS, row, found)
                 if got != wanted]
        expect(len(found) == len(VERBS) and not wrong, "; ".join(wrong))
        return f"{sum(cell is not NONE for cell in row)} cells"

    case.__name__ = who.replace(" ", "_")
    return case


def main():
    bench = Bench("rights")
    with contextlib.ExitStack() as stack:
        generated = stack.enter_context(tempfile.TemporaryDirectory())
        district, runner = stack.enter_context(bench.founded(offices=2))
        runner.start_all("broker", "collector")
        stage = foreign.Stage(district, generated)
        stage.runner = runner
        stack.callback(stage.context.destroy, 0)
        prepare(stage)
        bench.cast = Cast(stage)
        try:
            bench.run(*[case_of(who, row) for who, row in TABLE.items()])
        except SystemExit as end:
            if end.code == 1:
                raise  # the folder is kept
            code = end.code
    sys.exit(code)


if __name__ == "__main__":
    main()
