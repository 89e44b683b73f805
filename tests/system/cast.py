# SPDX-License-Identifier: Apache-2.0
"""Those who knock at a broker's front and what they try there, for the tests of rights: a table has
a row for each of them and a cell for each verb, and a test says which cell is wrong."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import concurrent.futures
import contextlib
import os
import sys
import tempfile

from harness import ROOT, Bench, await_true, expect, slower
from knock import Knock
from stranger import Publisher

VERBS = ("HELLO", "CHUNK", "OPEN", "FETCH", "REPLAY", "ASK")
# Those that name a session or a replay which stands, and those that begin with nothing.
FOLLOWING = ("MOVE", "CLOSE", "SESSION_ASK", "BUNDLE_ASK", "REPLAY_FETCH", "CANCEL")
ALL = VERBS + FOLLOWING
PAGE = os.path.join(ROOT, "docs", "reference", "rights.md")
SILENT = "-"  # no handshake, or no answer
NONE = None  # the verb has no such thing: nothing to try
E_ABSENT, E_STALE, E_DENIED = "ERROR 1", "ERROR 17", "ERROR 36"
SHUT_OUT = (SILENT,) * len(ALL)


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

    def moving(self, organ, session, number=1):
        fields = dict(mode=self.p.MODE_ACTUAL, organ=organ, generation=1, number=number)
        return "MOVE", [self.p.Move(**fields)], session

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
            end = self.p.End.FromString(frames[0])
            return f"END code {end.code}" if end.code else "END" if end.count else "END 0"
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
            "MOVE": lambda: self.moving(self.organ, 1),
            "CLOSE": lambda: ("CLOSE", [], 1),
            "SESSION_ASK": lambda: ("SESSION_ASK", [self.p.SessionAsk(nonce=bytes(16))], 0),
            "BUNDLE_ASK": lambda: ("BUNDLE_ASK", [], 0),
            "REPLAY_FETCH": lambda: ("REPLAY_FETCH", [self.p.Fetch(number=9)], 0),
            "CANCEL": lambda: ("CANCEL", [], 0),
        }[verb]()

    def all_plain(self, reading=None, **who):
        """Every verb, said by one who should not be answered as the right one is. One after the
        other: a broker explains itself to one principal once a second. `reading` is the session of
        one who is given none."""
        found = []
        for verb in VERBS:
            with Knock(self.stage, **who) as knock:
                knock.reading = reading
                found.append(self.try_with(knock, verb, self.plain(verb)))
        return found

    def strangers(self, verbs):
        """{verb: who says it}: others than the watcher, each another key."""
        names = ["watch." + name for name in self.stage.district.organs("watch.")]
        names = [name for name in names if name != self.watcher]
        return {verb: dict(name=name) for verb, name in zip(verbs, names, strict=False)}

    def all_silent(self, **who):
        """All verbs, those that follow too, by one whom nobody answers."""
        return self.at_once(dict.fromkeys(ALL, who))

    def at_once(self, knocking, plain=None, before=()):
        """Each verb on a connection of its own, side by side: silence is waited for only once."""

        def try_verb(verb, message):
            with Knock(self.stage, **knocking[verb]) as knock:
                return self.try_with(knock, verb, message, before)

        verbs = list(knocking)
        plain = plain or self.plain
        messages = [plain(verb) for verb in verbs]  # one after the other: they are numbered
        with concurrent.futures.ThreadPoolExecutor(len(verbs)) as pool:
            return list(pool.map(try_verb, verbs, messages))

    def is_let_in(self):
        with Knock(self.stage, "auditor") as knock:
            return self.try_with(knock, "ASK", self.asking("STATS")) == "ANSWER 0"

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


def on_the_page():
    """The matrix of docs/reference/rights.md: {who: {verb: cell}}."""
    with open(PAGE, encoding="utf-8") as file:
        lines = file.read().partition("<!-- matrix -->")[2].partition("<!-- end -->")[0].split("\n")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if "|" in line]
    titles, _, *rows = rows
    return {row[0]: dict(zip(titles[1:], row[1:])) for row in rows}


def case_of(who, verbs, row, act):
    """A row of a table as a case: what comes of it, and that the page says the same."""

    def case(bench):
        found = act(bench.cast)
        page = on_the_page().get(who, {})
        wrong = [f"{verb}: {got}, not {wanted}" for verb, wanted, got in zip(verbs, row, found)
                 if got != wanted]
        wrong += [f"{verb}: the page has {page.get(verb)}, not {wanted}"
                  for verb, wanted in zip(verbs, row) if wanted not in (NONE, page.get(verb))]
        expect(len(found) == len(verbs) and not wrong, "; ".join(wrong))
        return f"{sum(cell is not NONE for cell in row)} cells"

    case.__name__ = who.replace(" ", "_").replace("'", "")
    return case


def run(name, table, actors, begin, *more):
    """Runs a table: each row by the function of its name. `table` is {who: (verbs, row)}, a row
    having a cell for each of the verbs."""
    bench = Bench(name)
    with contextlib.ExitStack() as stack:
        generated = stack.enter_context(tempfile.TemporaryDirectory())
        district, runner = stack.enter_context(bench.founded(offices=2))
        runner.start_all("broker", "collector")
        stage = foreign.Stage(district, generated)
        stage.runner = runner
        stack.callback(stage.context.destroy, 0)
        prepare(stage)
        bench.cast = Cast(stage)
        begin(bench.cast)
        cases = [case_of(who, verbs, row, actors[who.lower().replace(" ", "_").replace("'", "")])
                 for who, (verbs, row) in table.items()]
        try:
            bench.run(*cases, *more)
        except SystemExit as end:
            if end.code == 1:
                raise  # the folder is kept
            code = end.code
    sys.exit(code)
