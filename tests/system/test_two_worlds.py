#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
# ctest-serial: what a broker explains once a second, and what an agent has followed, goes by time
# ctest-cost: 12
"""Whom a complaint accuses cannot tell that there is one: a district is lived through three times,
with the same keys on the same day. In one world there are complaints against the land office, in
another complaints that are kept from the desk too, in the third none. What the land bureau, those
above it, the owners of what the complaints are about, offices and outsiders obtain by any flow,
verb, error or count is the same, once positions, times, hashes and signatures are replaced by
their rank (twin.py), and costs the collector the same rows. The office that took a complaint
keeps one opaque receipt."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import contextlib
import datetime
import json
import os
import re
import shutil
import sys
import tempfile
import time

import zmq
from harness import OFFICE_DIVISION, Bench, await_true, expect, slower
from stranger import Publisher
from test_metrics import fetch, series
from twin import Record, View, chance_times, compare, json_marks, last_told, text_marks

LAND, DESK, PETITION, DISCIPLINE = "land_bureau", "district_desk", "petition_bureau", "discipline"
WATER, HOUSING = "water_bureau", "housing_bureau"
BUREAUS = [DESK, PETITION, DISCIPLINE, LAND]
AGENTS = BUREAUS + ["COUNTER", "OTHER"]  # the office that takes complaints, and another
NONE, LISTED, ALL = "no complaint", "kept from the desk", "complaints"

DOMAINS = ("expropriation", "petition", "geological_hazard", "wage_arrears")
# Questions of an organ, beside the oldest.
OF_ORGANS = ("BOARD", "SUMMONSES", "SHIFTS", "SILENCES", "SILENCE_PREVIEW", "NOTICES")
FOLDERS = {"placement"}  # verbs that read the collector's folder alone
ONES = ("MATTER", "EVENT")  # questions of one thing, by its name

# Who may not tell, in which world. The desk is on the list of what an agent makes of a complaint,
# so it may not only where all are kept from it.
VIEWERS = {
    "agent." + LAND: ALL,  # the accused, on its own PC
    "watch." + LAND: ALL,  # who watches there
    "watch." + DESK: LISTED,  # above it
    "agent.OTHER": ALL,  # the township above it on the other side
    "agent.COUNTER": ALL,  # who took the complaints
    "watch." + PETITION: ALL,  # who owns what the complaints are about
    "watch." + HOUSING: ALL,  # who acts beside the owner
    "watch." + WATER: ALL,  # nothing to anybody
}


def matter(number):
    return f"018f0000-0000-7000-8000-{number:012x}"


# Matters that accuse nobody (M), complaints (C), and ids that nobody reported (T).
M = [matter(n) for n in range(5)]
C = [matter(0x100 + n) for n in range(6)]
T = [matter(0x200 + n) for n in range(3)]


def report(domain, number_or_id, **more):
    made = {"domain": domain, "concerns": "nobody", "matter": number_or_id,
            "texts": {"narrative": "The road has sunk."}}  # fmt: skip
    return "report", {**made, **more}


def complaint(domain, number_or_id, **more):
    texts = {"narrative": "They measured it wrong.", "accused": "The land office"}
    return report(domain, number_or_id, **{"concerns": "unit", "texts": texts, **more})


def follow_up(number_or_id, concerns):
    return "report", {"matter": number_or_id, "concerns": concerns,
                      "texts": {"narrative": "It is worse now."}}  # fmt: skip


def act(name, number_or_id=None, **more):
    made = {"act": name, **more}
    return "act", made if number_or_id is None else {**made, "matter": number_or_id}


# What happens, in order: who, what, and whether it is only in the world of complaints.
STORY = [
    ("COUNTER", report("expropriation", M[0]), False),
    ("COUNTER", complaint("expropriation", C[0]), True),
    (LAND, act("accepted", M[0]), False),
    ("COUNTER", complaint("petition", C[1], severity="danger", category="31.6", channel="letter",
                          counts={"affected": {"exact": 3}}), True),
    ("COUNTER", complaint("geological_hazard", C[2], concerns="unknown",
                          attributes={"site_id": "S-1"}), True),
    ("OTHER", report("petition", M[1]), False),
    ("OTHER", report("geological_hazard", M[2], severity="urgent"), False),
    ("COUNTER", follow_up(C[0], "unit"), True),
    ("COUNTER", follow_up(M[0], "unit"), True),  # of a matter that the accused holds
    ("COUNTER", complaint("expropriation", M[2]), True),  # under an id that the accused holds
    (LAND, act("acknowledged", M[2], post="duty_officer"), False),
    (DISCIPLINE, act("accepted", C[0]), True),
    (DISCIPLINE, act("paid", C[0]), True),  # void
    (DISCIPLINE, act("replied", C[0]), True),
    ("COUNTER", act("accepted", C[0]), True),  # void, and the office is not told so
    (LAND, act("paid", M[0]), False),  # void
    (LAND, act("replied", M[0]), False),
    ("OTHER", report("expropriation", M[3], learned="BEFORE"), False),  # its limits are over
    ("OTHER", act("followed_up", M[1]), False),
    (DISCIPLINE, act("closed", C[0]), True),
    ("COUNTER", act("reopened", C[0], reason="not_resolved"), True),
    (DISCIPLINE, act("released", C[1], domain="wage_arrears", to="hr_bureau"), True),
    (DESK, act("released", C[1], domain="wage_arrears", to="hr_bureau"), True),  # two posts
    (DISCIPLINE, act("released", C[0], domain="expropriation", to=HOUSING), True),  # one
    (DESK, complaint("expropriation", C[3], channel="phone", division="520502012000"), True),
    (PETITION, act("transferred", M[1], to=LAND), False),
    (LAND, act("objected", M[1], reason="not_ours"), False),
    (DISCIPLINE, act("objected", C[2], reason="not_ours"), True),
    (LAND, act("accepted", T[0]), False),  # an id that nobody used
    (LAND, act("accepted", C[0]), False),  # an id that somebody used, as it happens
    ("OTHER", act("zero_report"), False),
    ("COUNTER", follow_up(M[0], "nobody"), False),
    (LAND, act("silenced", domain="expropriation", reason="planned_work", post="duty_officer",
               until="SOON"), False),
    (LAND, report("expropriation", M[4]), False),  # covered by it
    (LAND, act("on_duty", post="duty_officer"), False),
    (DESK, act("on_duty", post="duty_officer"), False),
    # Void, and said so in the own stream: whoever has that has all before it.
    (LAND, act("paid", M[2]), False),
    ("OTHER", act("accepted", M[1]), False),
    ("COUNTER", act("accepted", M[0]), False),
    (DISCIPLINE, act("on_duty"), False),  # the last word of the log is nothing to those who look
]


def listed_story(p, organ):
    """Complaints that come with a list on which the discipline organ is alone, as an agent of a
    regime would make them whose desk stands above the accused: [open part]."""
    now = time.time_ns()
    common = dict(format=1, mode=p.MODE_ACTUAL, learned_ns=now, occurred_ns=now, recorded_ns=now,
                  concerns=p.CONCERNS_UNIT, guard_organs=[organ])  # fmt: skip

    def open_part(number_or_id, **more):
        return p.OpenPart(matter=bytes.fromhex(number_or_id.replace("-", "")),
                          **{**common, **more})  # fmt: skip

    new = dict(act=p.ACT_REPORTED, report=p.ReportBody(channel="letter"))
    more = dict(act=p.ACT_FOLLOWED_UP, act_body=p.ActBody())
    return [
        open_part(C[4], **new, severity=p.SEVERITY_ROUTINE),
        open_part(C[5], **new, severity=p.SEVERITY_DANGER),
        open_part(C[4], **more, severity=p.SEVERITY_URGENT,
                  counts=p.Counts(deaths=p.Count(kind=p.COUNT_KIND_EXACT, value=2))),
        open_part(M[0], **more),  # a matter that the accused holds
        open_part(M[2], **new, severity=p.SEVERITY_DANGER),  # its id
    ]


# What the discipline organ does with them, and its word on what it does not have.
LISTED_ACTS = [
    act("accepted", C[4]),
    act("paid", C[4]),
    act("released", C[4], domain="expropriation", to=HOUSING),
    act("transferred", C[5], to="hr_bureau"),
    act("replied", C[5]),
]


class World:
    """One life of the district, and what each viewer made of it."""

    def __init__(self, bench, kind):
        self.bench, self.kind = bench, kind
        self.stage, self.p = bench.stage, bench.stage.p
        self.district = bench.stage.district
        self.reads_before = 0
        self.entered = {}  # place in the story -> answer of the agent
        self.records = {name: Record() for name, its in VIEWERS.items() if kind in (NONE, its)}

    def name(self, who):
        return self.bench.names.get(who, who)

    def program(self, viewer):
        kind, _, who = viewer.partition(".")
        return f"{kind}.{self.name(who)}"

    def local(self, who, request):
        """One question at the socket of somebody's own PC."""
        with self.stage.context.socket(zmq.DEALER) as socket:
            socket.linger = 0
            socket.connect("ipc://" + self.district.path("run", self.name(who) + ".sock"))
            socket.send_multipart([b"q", json.dumps(request).encode()])
            expect(socket.poll(int(1000 * slower(15))), f"the agent of {who} answers {request}")
            return json.loads(socket.recv_multipart()[1])

    def enter(self, place, who, op, draft):
        """Enters one event and waits until the log has it."""
        draft = {**draft, "key": f"story {place}"}
        if op == "report" and "domain" in draft:
            draft.setdefault("division", self.bench.divisions.get(who, "520502012000"))
        if "learned" not in draft:
            draft["learned"] = self.bench.learned
        elif draft["learned"] == "BEFORE":
            draft["learned"] = self.bench.long_ago
        if op == "act":
            del draft["learned"]
        if draft.get("until") == "SOON":
            draft["until"] = self.bench.soon
        made = self.entered[place] = self.local(who, {"op": op, "draft": draft})
        expect(made["code"] == 0, f"{who} enters {draft}: {made}")
        receipt = {key: made[key] for key in ("lane", "epoch", "sequence")}
        waited = self.local(who, {"op": "wait", "receipts": [receipt], "timeout_ms": 12000})
        expect(waited["code"] == 0, f"{who} has a receipt: {waited}")

    def tell_listed(self):
        """The complaints that are kept from the desk: an office's, whose agent never ran."""
        for open_part in listed_story(self.p, self.bench.organs[DISCIPLINE]):
            open_part.office = self.bench.quiet
            event = open_part.SerializeToString()
            self.raw.publish(self.raw.cut([(event, b"")]), 1)
        for place, (op, draft) in enumerate(LISTED_ACTS):
            self.enter(f"listed {place}", DISCIPLINE, op, draft)

    def live(self):
        """The story, while those who watch see their streams grow."""
        views = {name: View(self.stage, self.program(name), self.reads)
                 for name in self.records if name.startswith("watch.")}  # fmt: skip
        for name, view in views.items():
            view.begin_watch(self.bench.organs[name.partition(".")[2]])
        self.live_through()
        for name, view in views.items():
            asked = self.ask("STREAMS", at_least_position=(1 << 64) - 1)
            with self.stage.peer(self.program(name)) as peer:
                _, frames = peer.ask("ASK", asked, answer="ANSWER")
            rows = self.p.Answer.FromString(frames[0]).streams
            view.end_watch(self.records[name], rows[0].number if rows else 0)
            view.close()

    def live_through(self):
        half = len(STORY) // 2
        for place, (who, (op, draft), is_secret) in enumerate(STORY):
            if not is_secret or self.kind == ALL:
                self.enter(place, who, op, draft)
            if place == half and self.kind != NONE:
                self.tell_listed()

    # What can be obtained on the own PC, while its agent runs.

    def look_local(self):
        for viewer in self.records:
            kind, _, who = viewer.partition(".")
            if kind == "agent":
                self.look_at_agent(who, self.records[viewer])
        for who in ("COUNTER", DESK):
            self.expect_opaque(who)

    def await_copy(self, who, slips):
        """Until the agent has what its stream ends with."""
        asked = self.ask("NOTICES", organ=self.bench.organs[self.name(who)])
        with self.stage.peer("auditor") as auditor:
            last = last_told(self.p, auditor, asked)
        status = {"op": "status", "code": next(filter(None, slips))}
        await_true(f"the agent of {who} knows what it was told",
                   lambda: self.local(who, status)["progress"].get("known", "") > last, slower(15))

    def look_at_agent(self, who, record):
        mine = [place for place, (whose, _, is_secret) in enumerate(STORY)
                if whose == who and not is_secret]  # fmt: skip
        self.await_copy(who, [self.entered[place].get("slip") for place in mine])
        for place in mine:
            record.add(f"answer to {place}", json_marks(self.entered[place]))
        record.add("dead letters", json_marks(self.local(who, {"op": "dead", "do": "list"})))
        for place in mine:
            slip = self.entered[place].get("slip")
            if slip:
                told = self.local(who, {"op": "status", "code": slip})
                record.add(f"status of {place}", json_marks(told))
        told = self.local(who, {"op": "status", "code": "AAAAA-AAAAA"})
        record.add("status of no slip", json_marks(told))
        _, values = series(fetch(self.district.path("run", self.name(who) + ".metrics")))
        record.add("numbers of the agent", sorted(values))
        if who == LAND:
            self.look_at_slip(record)
        if who == "COUNTER":
            return  # its outbox has what it reported
        record.add("outbox", json_marks(self.local(who, {"op": "outbox"})))

    def look_at_slip(self, record):
        """The accused found the slip of a complaint, or nobody's."""
        slips = [made["slip"] for place, made in self.entered.items()
                 if isinstance(place, int) and STORY[place][2] and "slip" in made]  # fmt: skip
        config = self.district.path("etc", f"watch.{LAND}.yaml")
        said = self.district.run("status", (slips or ["AAAAA-AAAAA"])[0], "--config", config,
                                 good=None, env={"TOCSIN_DIR": ""})  # fmt: skip
        expect(said.returncode not in (2, 4), f"its own agent answers: {said.stderr}")
        told = [said.returncode, *text_marks(said.stdout), *text_marks(said.stderr)]
        record.add("verb status", told)

    def expect_opaque(self, who):
        """Of all that became of a complaint its taker is told that it is handled, in the same words
        whatever became of it."""
        for place, (whose, (op, draft), is_secret) in enumerate(STORY):
            made = self.entered.get(place)
            if whose != who or not is_secret or made is None or "slip" not in made:
                continue
            extra = set(made) - {"code", "status", "matter", "slip", "lane", "epoch", "sequence"}
            expect(not extra, f"entering {draft['matter']} tells {extra}")
            told = self.local(who, {"op": "status", "code": made["slip"]})
            progress = told["progress"]
            known = set(progress) - {"matter", "is_opaque", "known", "learned"}
            expect(progress["is_opaque"] and not known, f"its slip tells {progress}")

    # What can be obtained over the wire, by everything that is ever said there.

    def look_wire(self):
        with self.stage.peer("auditor") as auditor:
            asked = self.ask("HEAD")
            auditor.ask("ASK", asked, answer="ANSWER")
            latest = self.ask("STATS", at_least_position=(1 << 64) - 1)
            auditor.ask("ASK", latest, answer="ANSWER")
        for viewer, record in self.records.items():
            view = View(self.stage, self.program(viewer), self.reads)
            view.record = record
            view.peer.join()
            self.reads()
            with contextlib.closing(view):
                self.look_with(view, viewer.partition(".")[2])

    def reads(self):
        """Rows that the collector looked for since this was last asked."""
        page = fetch(self.district.path("run", "collector.metrics"))
        now = int(re.search(r"^tocsin_collector_reads_total (\d+)$", page, re.MULTILINE)[1])
        before, self.reads_before = self.reads_before, now
        return now - before

    def ask(self, kind, **wanted):
        return self.p.Ask(kind=self.p.QueryKind.Value("QUERY_KIND_" + kind), **wanted)

    def look_with(self, view, who):
        number = self.bench.organs
        own = number[self.name(who)]
        others = {self.name(w): number[self.name(w)]
                  for w in (LAND, DESK, DISCIPLINE, PETITION, WATER, "COUNTER", "OTHER", "QUIET")}
        view.cell("bundle", "BUNDLE_ASK", session=0)
        view.cell("hello", "HELLO", self.p.Hello(format=1, source=1), bytes(64), session=0)
        for name, organ in [("own", own), *others.items()]:
            view.fetched(f"watch {name}", organ, number[DISCIPLINE])
            view.cell(f"replay {name}", "REPLAY", self.replay(organ=organ))
            view.cell(f"matters of {name}", "ASK", self.ask("MATTERS", organ=organ))
            for kind in ("STREAMS", *OF_ORGANS):
                told = kind.lower().replace("_", " ")
                view.cell(f"{told} of {name}", "ASK", self.ask(kind, organ=organ))
            first = self.ask("NOTICES", organ=organ, number=1)
            view.cell(f"first notice of {name}", "ASK", first)
        self.look_at_history(view, own)
        self.look_by_id(view, own)
        self.look_at_events(view, who)
        self.look_at_all(view, own)

    def replay(self, **wanted):
        return self.p.Replay(credit_items=1000, **wanted)

    def look_at_history(self, view, own):
        """Every range that ends or begins at an item of the own stream, and every filter."""
        request = view.peer.send("REPLAY", self.replay(organ=own))
        places = [(item.position, item.log_time_ns) for kind, _, frames in view.hear(request)
                  if kind == "REPLAY_ITEMS" for item in self.p.Items.FromString(frames[0]).items]
        chance = chance_times(view, self.ask("NOTICES", organ=own))
        for at, (position, log_time) in enumerate(places):
            for field in ("first_position", "last_position", "as_known_at"):
                wanted = self.replay(organ=own, **{field: position})
                view.cell(f"replay {field} {at}", "REPLAY", wanted)
            for field in ("since_ns", "until_ns"):
                wanted = self.replay(organ=own, **{field: log_time})
                view.cell(f"replay {field} {at}", "REPLAY", wanted)
                if log_time not in chance:
                    asked = self.ask("NOTICES", organ=own, **{field: log_time})
                    view.cell(f"notices {field} {at}", "ASK", asked)
        for domain in DOMAINS:
            wanted = self.replay(organ=own, domain=domain)
            view.cell(f"replay {domain}", "REPLAY", wanted)
        for division in ("520502012000", *self.bench.divisions.values()):
            if f"replay {division}" not in view.record.cells:
                wanted = self.replay(organ=own, division=int(division))
                view.cell(f"replay {division}", "REPLAY", wanted)
        view.cell("replay at a speed", "REPLAY", self.replay(organ=own, speed_milli=1 << 31))
        view.cell("replay all", "REPLAY", self.replay())
        view.cell("replay from the end", "REPLAY", self.replay(organ=own, first_position=1 << 40))

    def look_by_id(self, view, own):
        for name, ids in (("M", M), ("C", C), ("T", T)):
            for at, one in enumerate(ids):
                raw = bytes.fromhex(one.replace("-", ""))
                view.cell(f"matter {name}{at}", "ASK", self.ask("MATTER", matter=raw))
                second = self.ask("MATTER", matter=raw, page=1)
                view.cell(f"matter {name}{at}, page 1", "ASK", second)
                view.cell(f"notices of {name}{at}", "ASK", self.ask("NOTICES", matter=raw))
                one_organ = self.ask("NOTICES", matter=raw, organ=self.bench.organs[DISCIPLINE])
                view.cell(f"notices of {name}{at} to one", "ASK", one_organ)
                wanted = self.replay(organ=own, matter=raw)
                view.cell(f"replay matter {name}{at}", "REPLAY", wanted)

    def look_at_events(self, view, who):
        """Its own by their numbers, and everybody's."""
        for place, made in sorted(self.entered.items(), key=str):
            if not isinstance(place, int) or STORY[place][2]:
                continue
            wanted = dict(source=self.bench.sources[STORY[place][0]], sequence=made["sequence"],
                          epoch=int(made["epoch"], 16),
                          lane=self.p.Lane.Value("LANE_" + made["lane"].upper()))  # fmt: skip
            view.cell(f"event {place}", "ASK", self.ask("EVENT", **wanted))
        source = self.bench.sources["COUNTER"] if who != "COUNTER" else self.bench.sources["OTHER"]
        for sequence in range(1, 12):
            for lane in (self.p.LANE_URGENT, self.p.LANE_ROUTINE):
                wanted = dict(source=source, sequence=sequence, lane=lane, epoch=7)
                view.cell(f"event {sequence} {lane} of another", "ASK", self.ask("EVENT", **wanted))
        for position in (1, 1 << 40):  # any between is another event in each world
            view.cell(f"event at {position}", "ASK", self.ask("EVENT", position=position))

    def look_at_all(self, view, own):
        kinds = {name.removeprefix("QUERY_KIND_") for name in self.p.QueryKind.keys()}
        for kind in sorted(kinds - {"UNSPECIFIED", *ONES}):
            view.cell(f"ask {kind}", "ASK", self.ask(kind))
            view.cell(f"ask {kind}, page 1", "ASK", self.ask(kind, page=1))
        # Behind every position: a number between two would split the worlds by their ranks.
        view.cell("ask MATTERS, another page", "ASK", self.ask("MATTERS", page=1 << 40))
        for mode in (self.p.MODE_ACTUAL, self.p.MODE_EXERCISE):
            view.cell(f"summonses of mode {mode}", "ASK", self.ask("SUMMONSES", mode=mode))
        self.look_at_previews(view, own)
        for principal in (1, 2, 3, 5, 8):
            view.cell(f"principal {principal}", "ASK", self.ask("REGISTRY", principal=principal))
        latest = self.ask("MATTERS", at_least_position=(1 << 64) - 1)
        view.cell("ask what is newest", "ASK", latest)
        view.cell("a kind that is none", "ASK", self.p.Ask(kind=99))
        view.cell("an id that is none", "ASK", self.ask("MATTER", matter=b"short"))
        view.cell("a question that is none", "ASK", b"\xff\xff")
        for start in (dict(number=2), dict(number=1 << 40), {}):
            start["from"] = self.p.FROM_NUMBER if start else self.p.FROM_NOW
            view.fetched(f"watch from {start.get('number', 'now')}", own, own + 1, **start)

    def look_at_previews(self, view, own):
        """Silences of each domain since ever, of each place and of all since a while ago."""
        since = time.time_ns() - 2 * 3600 * 10**9
        for domain in DOMAINS:
            wanted = self.ask("SILENCE_PREVIEW", organ=own, domain=domain)
            view.cell(f"preview of {domain}", "ASK", wanted)
        for division in sorted({"520502012000", *self.bench.divisions.values()}):
            wanted = self.ask("SILENCE_PREVIEW", organ=own, division=int(division), since_ns=since)
            view.cell(f"preview of {division}", "ASK", wanted)
        view.cell("preview of all since then", "ASK",
                  self.ask("SILENCE_PREVIEW", organ=own, since_ns=since))  # fmt: skip

    # What the verbs print, where they say more than an answer holds.

    VERBS = {
        "show": ("matter", "show", C[0]),
        "show listed": ("matter", "show", C[4]),
        "show nothing": ("matter", "show", T[2]),
        "notified": ("notified", C[0]),
        "notified listed": ("notified", C[4]),
        "notified nothing": ("notified", T[2]),
        "replay": ("replay", "--matter", C[0]),
        "stats": ("log", "stats", "--running"),
        "sources": ("sources",),
        "registry": ("key", "ls"),
        "matters": ("matter", "ls", "-o", "json"),
        "waiting": ("matter", "waiting", "-o", "json"),
        "board": ("board", "-o", "json"),
        "board of an office": ("board", "--of", "office_lishu", "-o", "json"),
        "desk": ("desk", "-o", "json"),
        "roster": ("roster", "-o", "json"),
        "silences": ("silence", "ls", "-o", "json"),
        "preview": ("silence", "begin", "--preview", "--domain", "expropriation", "-o", "json"),
        "callsheet": ("callsheet", C[0]),
        "callsheet listed": ("callsheet", C[4]),
        "callsheet nothing": ("callsheet", T[2]),
        "placement": ("placement", C[0]),
    }

    def look_verbs(self):
        for viewer in {"watch." + LAND, "watch." + DESK} & set(self.records):
            config = self.district.path("etc", viewer + ".yaml")
            for name, words in self.VERBS.items():
                said = self.district.run(*words, "--config", config, good=None,
                                         env={"TOCSIN_DIR": ""})  # fmt: skip
                out = (json_marks(json.loads(said.stdout)) if "json" in words and said.stdout
                       else text_marks(said.stdout))  # fmt: skip
                expect(said.returncode != 2 or name in FOLDERS, f"{words}: {said.stderr}")
                told = [said.returncode, out, *text_marks(said.stderr)]
                self.records[viewer].add(f"verb {name}", told)


def start(runner, name):
    """A program that shows its numbers, as `tocsin up` starts it."""
    district = runner.district
    program = district.program("tocsin-" + name.partition(".")[0])
    config = district.path("etc", name + ".yaml")
    numbers = district.path("run", name.removeprefix("agent.") + ".metrics")
    runner.spawn(name, [program, "--config", config, "--metrics", numbers], None, {})


def live_world(bench, kind):
    """Puts the district back to the day of its founding and lives through one world."""
    folder, runner = bench.stage.district.folder, bench.runner
    for name in ("agents", "collector"):
        shutil.rmtree(os.path.join(folder, name))
        shutil.copytree(os.path.join(bench.founded_in, name), os.path.join(folder, name))
    world = World(bench, kind)
    agents = ["agent." + world.name(who) for who in AGENTS]
    for name in ("broker", "collector", *agents):
        start(runner, name)
    peer = bench.stage.peer("agent." + bench.quiet)
    source = bench.sources["QUIET"]
    bundle = await_true("a bundle", lambda: bundle_of(bench.stage, peer), slower(20))
    live = foreign.live_epoch(bench.stage, source)
    world.raw = Publisher(peer, bundle, source, live)
    world.raw.office = bench.quiet
    expect(not world.raw.hello().is_fenced, "the quiet office's successor is welcome")
    world.live()
    world.look_local()
    for name in agents:
        runner.kill(name)
    peer.socket.close()
    world.look_wire()
    world.look_verbs()
    runner.kill("collector")
    runner.kill("broker")
    return world


def bundle_of(stage, peer):
    """The bundle, once the broker has a registry and a collector."""
    peer.send("BUNDLE_ASK", session=0)
    kind, _, frames = peer.recv("BUNDLE", "ERROR", limit_s=3)
    return stage.p.Bundle.FromString(frames[0]) if kind == "BUNDLE" else None


def case_of(viewer, kind):
    """One principal, who must not be able to tell one world from that without complaints."""

    def case(bench):
        record = bench.worlds[kind].records[viewer]
        found = compare(bench.worlds[NONE].records[viewer], record)
        expect(len(record.cells) > 50, f"only {len(record.cells)} cells were looked at")
        told = "; ".join(found[:5])
        expect(not found, f"{len(found)} of {len(record.cells)} cells tell: {told}")
        return f"{len(record.cells)} cells"

    case.__name__ = f"{viewer}_in_the_world_of_{kind}".replace(" ", "_")
    return case


def prepare(bench, stage, runner):
    bench.stage, bench.runner = stage, runner
    runner.start_all("broker", "collector")
    with stage.peer("auditor") as peer:
        bundle = await_true("a bundle", lambda: bundle_of(stage, peer), slower(20))
    for name in ("broker", "collector"):
        runner.kill(name)
    policy = stage.p.Policy.FromString(bundle.policy)
    bench.organs = {organ.id: organ.number for organ in policy.organs}
    offices = [name for name in stage.district.organs("agent.") if name.startswith("office_")]
    bench.names = dict(zip(("COUNTER", "OTHER", "QUIET"), offices))
    bench.quiet = bench.names["QUIET"]
    bench.divisions = {who: OFFICE_DIVISION[name] for who, name in bench.names.items()}
    bench.sources = {who: int(stage.config("agent." + bench.names.get(who, who))["source"])
                     for who in [*AGENTS, "QUIET"]}  # fmt: skip
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    bench.learned = f"{now - datetime.timedelta(hours=1):%FT%TZ}"
    bench.long_ago = f"{now - datetime.timedelta(days=400):%FT%TZ}"
    bench.soon = f"{now + datetime.timedelta(hours=2):%FT%TZ}"
    bench.founded_in = stage.district.path("founded")
    for name in ("agents", "collector"):
        shutil.copytree(stage.district.path(name), os.path.join(bench.founded_in, name))


def main():
    bench = Bench("two_worlds")
    with contextlib.ExitStack() as stack:
        generated = stack.enter_context(tempfile.TemporaryDirectory())
        district, runner = stack.enter_context(bench.stopped(offices=3, bureaus=BUREAUS))
        stage = foreign.Stage(district, generated)
        stack.callback(stage.context.destroy, 0)
        prepare(bench, stage, runner)
        cases = [case_of(viewer, kind) for viewer, kind in VIEWERS.items()]
        try:
            bench.worlds = {kind: live_world(bench, kind) for kind in (NONE, LISTED, ALL)}
            bench.run(*cases)
        except SystemExit as end:
            if end.code == 1:
                raise  # the folder is kept
            code = end.code
    sys.exit(code)


if __name__ == "__main__":
    main()
