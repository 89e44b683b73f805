#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain ctest-cost: 20
"""Who may touch a subscription and a replay that stand, on real programs: a table of those who
should not and of what they say to it. After each of them the victim's subscription, its place and
its replay are looked at. Then a broker whose handler of keys is slow, or dead, and the ends that
are no broker's front: its back, where somebody has the collector's routing id, and the sockets of a
PC, where somebody is another user."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import contextlib
import errno
import json
import os
import socket
import stat

import cast as casting
import zmq
from cast import ALL, E_ABSENT, E_DENIED, E_STALE, FOLLOWING, NONE, SHUT_OUT, SILENT
from harness import SHIM, Failed, Hand, Skip, await_true, expect, is_sanitized, slower
from knock import Knock
from stranger import Key

REPORTS = 40  # so many that no replay ends by itself
COLLECTOR = 1  # the principal that a forger would like to be
NOBODY = 65534  # another user
STOP_S = 5
ZAPLESS = os.path.join(os.path.dirname(SHIM), "zapless.so")
E_BAD_VALUE, UPGRADE = "ERROR 35", "ERROR 14"


def cells(*row):
    return FOLLOWING, row


# Who speaks, and what comes of MOVE, CLOSE, SESSION_ASK, BUNDLE_ASK, REPLAY_FETCH and CANCEL that
# name the victim's subscription and replay. CLOSE and MOVE are answered by what becomes of them.
TABLE = {
    "the right key": cells("moved", "closed", "SESSION", "BUNDLE", "REPLAY_ITEMS", "END code 3"),
    "another session": cells(E_STALE, SILENT, "SESSION", "BUNDLE", E_ABSENT, E_ABSENT),
    "another's session": cells(E_STALE, SILENT, "SESSION", "BUNDLE", E_ABSENT, E_ABSENT),
    "a session that is over": cells(E_STALE, SILENT, NONE, NONE, E_ABSENT, E_ABSENT),
    "an auditor": cells(E_DENIED, E_DENIED, "SESSION", "BUNDLE", E_ABSENT, E_ABSENT),
    "a wrong stream": cells(E_ABSENT, NONE, NONE, NONE, NONE, NONE),
    "a place beyond": cells(E_BAD_VALUE, NONE, NONE, NONE, NONE, NONE),
    "a signature of another": cells(E_DENIED, NONE, NONE, NONE, NONE, NONE),
    "a replayed capture": cells(E_STALE, SILENT, "SESSION", "BUNDLE", E_ABSENT, E_ABSENT),
    "a forged routing id": cells(*(SILENT,) * 6),
    "a forged principal frame": cells(*(UPGRADE,) * 6),
    "a frame of the collector": cells(*(SILENT,) * 6),  # no header at all
    "a slow ZAP handler": (ALL, SHUT_OUT),
    "a dead ZAP handler": (ALL, SHUT_OUT),
}


class Victim:
    """A bureau's watcher: it has been given two items and has kept none, and a replay of its waits
    for credit."""

    count = 0

    def __init__(self, cast, routing=None):
        Victim.count += 1
        self.name = f"rights{Victim.count}"  # a place of its own
        self.cast, self.p = cast, cast.p
        self.knock = Knock(cast.stage, cast.watcher, routing=routing)
        self.knock.await_in(slower(10))
        self.knock.tries = 20
        self.given = 2
        head = self.open()
        expect(head.next == 1, f"nothing was kept before: {head}")
        self.session, self.reading = self.knock.session, self.knock.reading
        self.expect_heard("ITEMS", self.fetching(self.given), session=self.session)
        self.credit = 1
        wanted = self.p.Replay(organ=cast.organ, credit_items=self.credit)
        self.expect_heard("REPLAY_ITEMS", ("REPLAY", wanted))
        self.replay = self.knock.request

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(zmq.Again):  # a test that fails may have lost it
            self.knock.say("CANCEL", request=self.replay)  # a principal has few at once
        self.knock.socket.close()

    def expect_heard(self, kind, message, **options):
        answer = self.knock.say(*message, **options)
        expect(answer and answer[0] == kind, f"{kind} to {message[0]}: {self.cast.told(answer)}")
        return answer[1]

    def open(self):
        """The head that OPEN is told: its `next` is behind what was kept."""
        stream = self.p.OpenStream(mode=self.p.MODE_ACTUAL, organ=self.cast.organ)
        asked = self.p.Open(name=self.name, streams=[stream])
        frames = self.expect_heard("OPENED", ("OPEN", asked))
        return self.p.Opened.FromString(frames[0]).heads[0]

    def fetching(self, number):
        fields = dict(mode=self.p.MODE_ACTUAL, organ=self.cast.organ, generation=1, number=number)
        return "FETCH", self.p.Fetch(**fields)

    def message(self, verb):
        """(kind, frames, options): what the victim itself would say next."""
        replay = dict(request=self.replay)
        return {
            "MOVE": lambda: (*self.cast.moving(self.cast.organ, 0, self.given)[:2],
                             dict(session=self.session, reading=self.reading)),
            "CLOSE": lambda: ("CLOSE", [], dict(session=self.session)),
            "SESSION_ASK": lambda: ("SESSION_ASK",
                                    [self.p.SessionAsk(nonce=self.knock.nonce)], {}),
            "BUNDLE_ASK": lambda: ("BUNDLE_ASK", [], {}),
            "REPLAY_FETCH": lambda: ("REPLAY_FETCH", [self.p.Fetch(number=self.credit + 1)],
                                     replay),
            "CANCEL": lambda: ("CANCEL", [], replay),
        }[verb]()

    def expect_whole(self, found):
        """Nothing has come of what others said and were told: the subscription stands, the replay
        waits, the place is where it was."""
        try:
            self.look()
        except Failed as why:
            raise Failed(f"{why}, after {dict(zip(FOLLOWING, found))}") from None

    def look(self):
        expect(self.knock.hear(0) is None, "the victim heard what it had not asked for")
        self.given += 1
        self.expect_heard("ITEMS", self.fetching(self.given), session=self.session)
        self.credit += 1
        more = self.p.Fetch(number=self.credit)
        self.expect_heard("REPLAY_ITEMS", ("REPLAY_FETCH", more), request=self.replay)
        head = self.open()
        expect(head.next == 1, f"the place moved to {head.next}")


def answered(knock, message, **more):
    """What comes of one message; of CLOSE and MOVE, before the answer to a question behind them."""
    kind, frames, options = message
    options = {**options, **more}
    if kind in ("CLOSE", "MOVE"):
        return knock.say_before("BUNDLE_ASK", kind, *frames, **options)
    return knock.say(kind, *frames, **options)


def forge(cast, victim, **who):
    """All six of them, said by somebody else who names what is the victim's."""
    found = []
    with Knock(cast.stage, **who) as knock:
        knock.await_in(slower(10))
        for verb in FOLLOWING:
            answer = answered(knock, victim.message(verb))
            found.append(cast.told(answer))
            if found[-1] == "SESSION":
                given = cast.p.Session.FromString(answer[1][0])
                expect(given.session != victim.reading[0], "it is given the victim's own session")
    return found


# Those who speak; each gives what came of the six.


def the_right_key(cast):
    found = {}
    for verb in FOLLOWING:
        with Victim(cast) as victim:
            answer = answered(victim.knock, victim.message(verb))
            told = found[verb] = cast.told(answer)
            if verb == "CLOSE":
                kind, wanted = victim.fetching(victim.given + 1)
                after = cast.told(victim.knock.say(kind, wanted, session=victim.session))
                found[verb] = "closed" if (told, after) == (SILENT, E_STALE) else after
            if verb == "SESSION_ASK":
                given = cast.p.Session.FromString(answer[1][0]).session
                expect(given == victim.reading[0], "one session for a connection and a nonce")
            if verb == "MOVE":
                place = victim.open().next
                found[verb] = "moved" if (told, place) == (SILENT, victim.given + 1) else told
    return [found[verb] for verb in FOLLOWING]


def another_session(cast):
    """The same principal, by another connection."""
    with Victim(cast) as victim:
        found = forge(cast, victim, name=cast.watcher)
        victim.expect_whole(found)
    return found


def anothers_session(cast):
    with Victim(cast) as victim:
        found = forge(cast, victim, name=cast.other_watcher)
        victim.expect_whole(found)
    return found


def a_session_that_is_over(cast):
    """The victim's own, of before: it has opened its name anew, and its replay was cancelled."""
    found = {}
    with Victim(cast) as victim:
        victim.open()
        victim.expect_heard("END", ("CANCEL",), request=victim.replay)
        for verb in ("MOVE", "CLOSE", "REPLAY_FETCH", "CANCEL"):
            found[verb] = cast.told(answered(victim.knock, victim.message(verb)))
    return [found.get(verb, NONE) for verb in FOLLOWING]


def an_auditor(cast):
    with Victim(cast) as victim:
        found = []
        with Knock(cast.stage, "auditor") as knock:
            for verb in FOLLOWING:
                kind, frames, options = victim.message(verb)
                found.append(cast.told(knock.say(kind, *frames, **options)))
        victim.expect_whole(found)
    return found


def moved(cast, **spoiled):
    """MOVE alone, spoiled; the others have nothing of the kind."""
    with Victim(cast) as victim:
        kind, frames, options = victim.message("MOVE")
        frames = spoiled.pop("frames", frames)
        found = cast.told(answered(victim.knock, (kind, frames, options), **spoiled))
        victim.expect_whole([found])
    return [found, *(NONE,) * 5]


def a_wrong_stream(cast):
    return moved(cast, frames=cast.moving(cast.desk, 0)[1])


def a_place_beyond(cast):
    """What was not given yet cannot be kept."""
    return moved(cast, frames=cast.moving(cast.organ, 0, REPORTS)[1])


def a_signature_of_another(cast):
    return moved(cast, signer=Key(cast.stage.config(cast.office)["key_file"]))


def a_replayed_capture(cast):
    """What the victim said, word for word, on a connection of an office."""
    with Victim(cast) as victim, Knock(cast.stage, cast.office) as knock:
        captured = {verb: victim.message(verb) for verb in FOLLOWING}
        captured = {verb: victim.knock.message(kind, frames, **options)
                    for verb, (kind, frames, options) in captured.items()}
        knock.await_in(slower(10))
        found = []
        for verb in FOLLOWING:
            if verb == "CLOSE":
                knock.socket.send_multipart(captured[verb])
                answer = knock.say("BUNDLE_ASK")
                found.append(SILENT if answer[0] == "BUNDLE" else cast.told(answer))
                continue
            found.append(cast.told(knock.repeat(lambda words=captured[verb]: words)))
        victim.expect_whole(found)
    return found


def at_once(cast, victim, knocking, before=()):
    """Each of the six on a connection of its own, side by side."""
    def plain(verb):
        kind, frames, options = victim.message(verb)
        return kind, frames, options.get("session", 0)

    return cast.at_once(knocking, plain, before)


def a_forged_routing_id(cast):
    """The victim's, with another's key and with none; each names what is the victim's."""
    routing = b"watcher-pc"
    with Victim(cast, routing) as victim:
        found = at_once(cast, victim, {verb: dict(name=cast.office, routing=routing)
                                       for verb in FOLLOWING})
        again = at_once(cast, victim, {verb: dict(routing=routing) for verb in FOLLOWING})
        expect(again == found, f"nor is one without a key: {again}")
        victim.expect_whole(found)
    return found


def framed(cast, principal, **options):
    """A frame of the broker's own before each of the six; each is said by another key, because a
    broker explains itself to one once a second."""
    stamp = cast.p.Stamp(principal=principal, connection=9).SerializeToString()
    knocking = {verb: {**who, **options} for verb, who in cast.strangers(FOLLOWING).items()}
    with Victim(cast) as victim:
        found = at_once(cast, victim, knocking, [stamp])
        victim.expect_whole(found)
    return found


def a_forged_principal_frame(cast):
    return framed(cast, int(cast.stage.config(cast.watcher)["principal"]))


def a_frame_of_the_collector(cast):
    """Its principal's number is the version in force."""
    return framed(cast, COLLECTOR, tries=1)


def shut_out(cast):
    """Every verb, said by those whose own it is, when nobody gets in."""
    publishing = ("HELLO", "CHUNK")
    return cast.at_once({verb: {"name": cast.office if verb in publishing else cast.watcher}
                         for verb in ALL})


def start_spoiled(cast, **more):
    """A broker whose handler of keys is not as it should be, in the place of the one before."""
    if is_sanitized():
        raise Skip("sanitized programs do not bear a preloaded library")
    runner = cast.stage.runner
    if runner.is_running("broker"):
        runner.kill("broker")
    runner.start("broker", env={"LD_PRELOAD": ZAPLESS, **more})


def a_slow_zap_handler(cast):
    """The handler decides, and its answers come late: nobody gets in before, who is in goes on, and
    the broker ends when it is told to. Who waited is let in by the answer."""
    gate = cast.stage.district.path("run", "zap.late")
    runner = cast.stage.runner
    start_spoiled(cast, TOCSIN_ZAP_LATE=gate)
    await_true("the broker with a slow handler lets in", cast.is_let_in, slower(20))
    with Knock(cast.stage, "auditor") as inside:
        def is_answered():
            return cast.try_with(inside, "ASK", cast.asking("HEAD")) == "ANSWER 0"

        expect(is_answered(), "the auditor is answered")
        with open(gate, "wb"):
            pass
        with Knock(cast.stage, cast.watcher) as waiting:
            found = shut_out(cast)
            expect(is_answered(), "who is in goes on")
            expect(not waiting.is_in(), "who waits is not in")
            os.unlink(gate)
            waiting.await_in(slower(5))
            said = cast.try_with(waiting, "ASK", cast.asking(organ=cast.organ))
            expect(said == "ANSWER 0", f"who waited is answered: {said}")
        with open(gate, "wb"):
            pass
        with Knock(cast.stage, cast.watcher) as waiting:
            expect(is_answered() and not waiting.is_in(), "the next one waits too")
            code, seconds = runner.stop("broker", slower(STOP_S))
    expect(code == 0, f"the broker ends with {code} after {seconds:.1f} s")
    return found


def a_dead_zap_handler(cast):
    """The broker's handler ends as its front opens; whose key is listed is not let in either."""
    start_spoiled(cast)
    runner = cast.stage.runner
    host, port = cast.stage.config("auditor")["broker_endpoint"].removeprefix("tcp://").split(":")

    def listens():
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return True

    await_true("the broker without a handler listens", listens, slower(10))
    found = shut_out(cast)
    runner.expect_alive()
    runner.kill("broker")
    runner.start("broker")

    await_true("the next broker lets in", cast.is_let_in, slower(20))  # it alone was it
    return found


def begin(cast):
    """The reports of which the bureau is told."""
    publisher = cast.publisher
    events = [(foreign.report(cast.p, publisher, cast.stage.domain.id, cast.stage.division), b"")
              for _ in range(REPORTS)]
    _, body = publisher.publish(publisher.cut(events), REPORTS)
    asked = cast.asking(organ=cast.organ, at_least_position=body.first_position + REPORTS - 1)
    await_true("the bureau was told", lambda: cast.as_watcher(asked, "ASK") == "ANSWER 0", 10)


# The other ends.


def heard_at_home(cast, home):
    """(stamp, header) of what the broker passes on to its collector."""
    expect(home.socket.poll(int(1000 * slower(5))), "the collector is told")
    frames = home.socket.recv_multipart()
    return cast.p.Stamp.FromString(frames[0]), cast.p.Header.FromString(frames[1])


def registry_of_the_founding(cast, config):
    """The registry as genesis has it, which is in force: nobody has changed it."""
    with open(config["genesis_file"], "rb") as file:
        size = int.from_bytes(file.read(4), "big")
        return cast.p.Genesis.FromString(file.read(size)).registry


def at_the_back_the_routing_id_of_the_collector_is_worth_nothing(bench):
    """Somebody plays the collector, with its key, under an id that others know and use too."""
    cast = bench.cast
    stage, p, runner = cast.stage, cast.p, cast.stage.runner
    config = stage.config("collector")
    back, key = config["broker_endpoint"], Key(config["key_file"])
    registry = registry_of_the_founding(cast, config)
    signature = key.sign("tocsin.registry.1", registry)
    runner.kill("collector")
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(Knock(stage, key=key, routing=b"home", endpoint=back))

        def is_home():
            answer = home.say("READY", registry, signature, request=1)
            return answer and answer[0] == "READY"

        await_true("it is the broker's collector", is_home, slower(10))
        victim = stack.enter_context(Knock(stage, "auditor"))
        victim.await_in(slower(10))
        victim.socket.send_multipart(victim.message("BUNDLE_ASK", []))
        stamp, _ = heard_at_home(cast, home)
        forgers = {who: stack.enter_context(Knock(stage, who, routing=b"home", endpoint=back))
                   for who in (cast.office, "auditor", "broker", None)}
        for who, knock in forgers.items():
            if who is None:
                continue
            knock.await_in(slower(10))  # libzmq hears no second one under an id
            knock.socket.send_multipart(knock.message("READY", [], request=9))
            told = [stamp.SerializeToString(), *knock.message("BUNDLE", [b"forged", bytes(64)])]
            knock.socket.send_multipart(told)
        for _ in range(3):
            victim.socket.send_multipart(victim.message("BUNDLE_ASK", []))
            again, header = heard_at_home(cast, home)
            expect((again.connection, header.kind) == (stamp.connection, p.KIND_BUNDLE_ASK),
                   f"the collector hears the victim: {again} {header}")
        expect(victim.hear(slower(0.3)) is None, "nothing of a forger's came down")
        wrong = [who for who, knock in forgers.items() if knock.hear(0)]
        expect(not wrong and not forgers[None].is_in(), f"{wrong} heard what is the collector's")
    runner.start("collector")
    await_true("the collector is back", cast.is_let_in, slower(20))
    return f"{len(forgers)} who forge it"


LOCAL = {  # what a program on the PC asks in another's name: code, field
    "another's report": ({"op": "report", "draft": {
        "domain": "petition", "division": "520502012000", "concerns": "nobody",
        "category": "31.6", "severity": "routine", "office": "petition_bureau",
        "texts": {"narrative": "The road has sunk."}}},
        (36, "office")),
    "a change of the registry": ({"op": "act", "draft": {
        "act": "registry_changed", "registry": {"kind": "revoked", "principal": 3}}},
        (36, "registry.kind")),
    "another's slip": ({"op": "status", "code": "7K3MQ-0W14T"}, (1, "code")),
    "another's dead letter": ({"op": "dead", "do": "show", "number": 1}, (1, "number")),
    "a verb of the wire": ({"op": "OPEN"}, (35, "op")),
    "its own outbox": ({"op": "outbox"}, (0, "")),
}


def connect_as(uid, folder, name):
    """The errno with which another user's program is refused at a socket whose folder it may enter,
    or 0: it has connected. The folders above are passed by."""
    os.chmod(folder, 0o711)
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        with socket.socket(socket.AF_UNIX) as client:
            os._exit(client.connect_ex(name))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def http(path, request):
    """The first line of what a page answers."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(slower(5))
        client.connect(path)
        client.sendall(request)
        return client.recv(65536).partition(b"\r\n")[0].decode()


def on_a_pc_another_user_opens_no_socket_and_the_owner_is_only_himself(bench):
    stage = bench.cast.stage
    district, name = stage.district, stage.other_office
    organ = name.partition(".")[2]
    page = district.path("run", "rights.metrics")
    command = [district.program("tocsin-agent"), "--config", district.path("etc", name + ".yaml"),
               "--metrics", page]
    stage.runner.spawn(name, ["sh", "-c", 'umask 0; exec "$@"', "sh", *command], None, None)
    paths = [district.path("run", organ + ".sock"), page]
    await_true("the agent's sockets", lambda: all(map(os.path.exists, paths)), slower(10))
    hand = Hand(district, organ, None, "rights")
    wrong = []
    for who, (request, wanted) in LOCAL.items():
        answer = hand.ask(request, slower(5))
        found = answer["code"], answer.get("field", "")
        wrong += [f"{who}: {found}, not {wanted}"] if found != wanted else []
    hand.close()
    for request, wanted in ((b"GET /metrics HTTP/1.0\r\n\r\n", "200"),
                            (b"POST /metrics HTTP/1.0\r\n\r\nx 1", "405"),
                            (b"DELETE / HTTP/1.0\r\n\r\n", "405"),
                            (json.dumps({"op": "outbox"}).encode() + b"\n\n", "405"),
                            (b"GET /outbox HTTP/1.0\r\n\r\n", "404")):
        told = http(page, request)
        wrong += [f"{request}: {told}"] if told.split()[1] != wanted else []
    for path in paths:
        mode = os.stat(path).st_mode
        wrong += [f"{path}: mode {mode:o}"] if not stat.S_ISSOCK(mode) or mode & 0o077 else []
        folder, file = os.path.split(path)
        if os.geteuid() == 0:
            refused = connect_as(NOBODY, folder, file)
            wrong += [f"{path}: {os.strerror(refused)}"] if refused != errno.EACCES else []
    stage.runner.kill(name)
    expect(not wrong, "; ".join(wrong))
    if os.geteuid() != 0:
        raise Skip("only root can be another user; the modes are as they should be")
    return f"{len(LOCAL)} requests"


if __name__ == "__main__":
    casting.run("rights_sessions", TABLE, globals(), begin,
                at_the_back_the_routing_id_of_the_collector_is_worth_nothing,
                on_a_pc_another_user_opens_no_socket_and_the_owner_is_only_himself)
