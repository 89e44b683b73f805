#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized ctest-cost: 50
"""Who may say what, on real programs: a table of those who should not and of what they try. Its
rules are docs/reference/rights.md; deny is the default, so a cell that is not expected to be
answered must not be."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import datetime
import secrets
import subprocess
import time

import cast as casting
import zmq
import zmq.utils.z85
from cast import ALL, E_ABSENT, E_DENIED, E_STALE, NONE, SHUT_OUT, VERBS
from harness import await_true, expect, is_sanitized, slower
from knock import Fresh, Knock
from stranger import ASKED, Key, Publisher

AUDITOR = 3  # whose principal a forger would like to be
REVOKED_S = 1  # after which a revoked key passes nothing


def cells(*row):
    return VERBS, row


# Who tries, and what comes of each verb. Who is shut out tries all of them; what else becomes of
# those that follow a session is in test_rights_sessions.py.
OUT = ALL, SHUT_OUT
TABLE = {
    "the right key": cells("WELCOME", "ACK", "OPENED", "ITEMS", "END", "ANSWER 0"),
    "no key": OUT,
    "an unknown key": OUT,
    "a role that says nothing": cells(*(E_DENIED,) * 6),
    "an auditor": cells(E_DENIED, E_DENIED, E_DENIED, E_DENIED, "END", "ANSWER 0"),
    "a watcher": cells(E_DENIED, E_DENIED, "OPENED", "ITEMS", "END", "ANSWER 0"),
    "a wrong division": cells(NONE, "REFUSE division 36", NONE, NONE, "END 0", NONE),
    "a wrong stream": cells("REFUSE 39", "AGAIN 17", E_DENIED, E_ABSENT, E_DENIED, E_DENIED),
    "a wrong matter": cells(NONE, "ACK void 36", NONE, NONE, "END 0", "ANSWER 1"),
    "a wrong act": cells(NONE, "REFUSE act 36", NONE, NONE, NONE, NONE),
    "a forged routing id": OUT,
    # Read as a header, of a version to come.
    "a forged principal frame": cells(*("ERROR 14",) * 6),
    "another session": cells("WELCOME", "AGAIN 17", E_STALE, E_STALE, E_STALE, E_STALE),
    "a replayed capture": cells("REFUSE 39", "AGAIN 17", E_STALE, E_STALE, E_STALE, E_STALE),
    "a request said twice": cells(NONE, NONE, E_DENIED, NONE, E_DENIED, E_DENIED),
    "a signature of another": cells(NONE, NONE, E_DENIED, NONE, E_DENIED, E_DENIED),
    "a revoked key": OUT,
    "a watcher revoked by the verb": OUT,
    "an expired key": OUT,
    "a key before its rotation": OUT,  # when it has ended; the last row
}


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
    return cast.all_plain(name="broker", reading=(0, bytes(32)))


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
    with Knock(cast.stage, "auditor", routing=b"auditor-pc", tries=20) as victim:
        asked = cast.asking("HEAD")
        expect(cast.try_with(victim, "ASK", asked) == "ANSWER 0", "the auditor is answered")
        found = cast.all_silent(name=cast.office, routing=b"auditor-pc")
        expect(cast.all_silent(routing=b"auditor-pc") == found, "nor is one without a key")
        expect(cast.try_with(victim, "ASK", asked) == "ANSWER 0", "the auditor still is")
        expect(victim.hear(0.1) is None, "nothing of another's came to it")
    return found


def a_forged_principal_frame(cast):
    """The broker's own frame, naming the auditor, before the header. Each verb by another key,
    because a broker explains itself to one once a second."""
    stamp = cast.p.Stamp(principal=AUDITOR, connection=9).SerializeToString()
    return cast.at_once(cast.strangers(VERBS), before=[stamp])


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
    await_true("it is logged", lambda: "revoked" in key_row(cast, name.partition(".")[2]),
               slower(20))
    await_silence(publisher, time.monotonic())
    found = cast.all_silent(name=name)
    for program in ("broker", "collector"):
        stage.runner.kill(program)
    stage.runner.start_all("broker", "collector")
    await_true("others are let in", lambda: cast.is_let_in(), slower(20))
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


def key_row(cast, name):
    """What `key ls` says of a principal."""
    return next(row for row in tocsin(cast, "key", "ls").splitlines() if f" {name} " in row)


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
    expect(stands in key_row(cast, name), f"key ls says {key_row(cast, name)}")
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
    old = publisher.peer.key
    principal = int(stage.config(cast.office)["principal"])
    untold = Fresh(stage, principal, 0)
    expect(greeting(cast, untold) is None, "nothing passes by a key that nobody has told of")
    until_ns = time.time_ns() + int((16 if is_sanitized() else 8) * 1e9)
    fresh = Fresh(stage, principal, until_ns)
    publisher.hello()
    event = p.OpenPart(format=1, act=p.ACT_REGISTRY_CHANGED, mode=p.MODE_ACTUAL,
                       registry=fresh.change, office=publisher.office, recorded_ns=time.time_ns())
    publisher.publish(publisher.cut([(event.SerializeToString(), b"")]), 1)
    await_true("the new key is let in", lambda: greeting(cast, fresh) == 0, slower(8))
    expect(greeting(cast, old) == until_ns, "the old one is let in too, and told until when")
    await_true("the old key ends", lambda: greeting(cast, old) is None, slower(15))
    expect(time.time_ns() >= until_ns, "it did not end before")
    found = cast.all_silent(name=cast.office)
    expect(greeting(cast, fresh) == 0, "the new one goes on")
    return found


if __name__ == "__main__":
    casting.run("rights", TABLE, globals(), lambda cast: None)
