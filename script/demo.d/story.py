# SPDX-License-Identifier: Apache-2.0
"""What a newcomer should see in two minutes: a night at a duty desk, with the real programs."""

import datetime
import json
import os
import signal
import time

import october
import says
from district import District, Failed, json_lines, programs_dir
from teller import MATTER, SLIP, Teller, found

OFFICE = "office_xiaoba"
PLACE = "520502122000"
QUIET_OFFICE = "office_lishu"
BUREAU = "energy_bureau"
DESK = "district_desk"
ACCUSED_BUREAU = "land_bureau"
BUREAUS = [BUREAU, DESK, "petition_bureau", "housing_bureau", "hr_bureau", "discipline"]
LINE = "no_major_accident"
REFUSED, NOTHING = 7, 3
# Whatever happens, it is over by then.
WHOLE_S = 170


class Story:
    """The scenes in their order; each raises Failed when it did not come out as told."""

    def __init__(self, options, district, folder):
        self.teller = Teller(options, district, says.ALL)
        self.options = options
        self.district = district
        self.folder = folder

    def run(self):
        start = time.monotonic()
        tell = self.teller
        tell.say("title", False)
        tell.say("up")
        print(f"    $ tocsin {' '.join(self.district.up_words())}")
        self.district.start()
        for scene in (self.report, self.ring, self.explain, self.take_in_hand, self.ring_again,
                      self.bring_out, self.read_the_answer, self.harm, self.sealed, self.cut,
                      self.kill, self.come_back, self.bounce, self.pay, self.close, self.ask,
                      self.board, self.accuse, self.prove):  # fmt: skip
            scene()
        scenario = october.October(self.options, self.folder, tell)
        scenario.run_live()
        scenario.backtest()
        tell.say("table")
        tell.table("titles", [key for key in says.TABLE if key != "titles"])
        tell.say("next", False)
        print(f"\n    {time.monotonic() - start:.0f} s")

    # ---- gas in a mine

    def report(self):
        tell = self.teller
        tell.say("report")
        self.receipt = self.district.path("receipt.bin")
        words = ["report", "--office", OFFICE, "--receipt", self.receipt]
        words += ["--language", "zh"] if self.options.lang == "zh" else []
        answers = [tell.text("gas"), "1", "1", ""]
        answers += [tell.word("people"), "1", tell.text("shaft"), "1"]
        code, said = tell.answer_at_terminal(words, [("\r\n> ", answer) for answer in answers])
        tell.check("119" in said.partition("[3/")[0], "phone_first")
        self.slip = found(SLIP, said)
        self.matter = found(MATTER, said)
        tell.check(code == 0 and self.first()["event"]["domain"] == "coal_mine_safety", "a_slip")

    def ring(self):
        tell = self.teller
        tell.say("bell")
        self.screen = tell.open_screen(BUREAU)
        at = self.screen.await_text("\a", tell.text("gas"), self.matter)
        tell.show_screen(self.screen)
        self.screen.await_text("\a", after=at)
        tell.check(self.screen.text.count("\a") >= 2, "rang")

    def explain(self):
        tell = self.teller
        tell.say("explain")
        words = ["explain", str(self.first()["position"]), "--dir", self.district.folder]
        keep = (OFFICE, BUREAU, "emergency_bureau", "imminent_ack")
        said = tell.show(*words, keep=keep).stdout
        tell.check(all(word in said for word in keep[1:]), "why")

    def take_in_hand(self):
        tell = self.teller
        tell.say("sheet")
        tell.show("callsheet", self.matter, "--bureau", BUREAU)
        tell.say("hand")
        words = ["act", self.matter, "acknowledged", "--bureau", BUREAU, "--post", "duty_officer"]
        at = len(self.screen.text)
        code, _ = tell.answer_at_terminal([*words, "--wait"], [("to say so:", self.matter[-4:])])
        self.screen.await_text(tell.word("quiet"), after=at)
        tell.show_screen(self.screen, len(self.screen.text))
        tell.check(code == 0 and not self.waiting_at(BUREAU), "in_hand")
        tell.show("act", self.matter, "accepted", "--bureau", BUREAU, "--wait")

    def ring_again(self):
        tell = self.teller
        tell.say("again")
        at = len(self.screen.text)
        words = ["report", "--office", OFFICE, "--matter", self.matter, "--severity", "danger"]
        words += ["--domain", "coal_mine_safety", "--division", PLACE, "--concerns", "nobody"]
        words += ["--count", "at_risk=at_least:9", "--informant", tell.text("foreman")]
        tell.show(*words, "--text", tell.text("nine"), "--wait")
        self.screen.await_text("\a", tell.text("nine"), tell.word("waits_again"), after=at)
        tell.show_screen(self.screen, at)
        tell.check("\a" in self.screen.text[at:], "rang_again")
        self.screen.process.send_signal(signal.SIGINT)
        self.screen.end()
        said = tell.show("watch", "--bureau", "emergency_bureau", "--name", "duty", "--once").stdout
        is_apart = "informant" in said and tell.text("foreman") not in said
        tell.check(is_apart and tell.text("nine") in said, "informant")

    def bring_out(self):
        tell = self.teller
        tell.say("out")
        words = ["act", self.matter, "people_withdrawn", "--bureau", BUREAU, "--wait", "--count"]
        tell.show(*words, "at_risk=4")
        tell.show(*words, "at_risk=0", "--text", tell.text("everybody"))
        tell.check("people_out" in self.shown(self.matter)["marks"], "nobody_below")

    def read_the_answer(self):
        tell = self.teller
        tell.say("answer")
        told = tell.show("watch", "--office", OFFICE, "--name", "clerk", "--once").stdout
        tell.check(tell.text("everybody") in told, "read")
        self.await_slip(self.slip, "people_withdrawn")
        tell.show("status", self.slip, "--office", OFFICE)
        tell.check(self.clock("desk.imminent_ack")["verdict"] == "in_time", "in_time")

    def harm(self):
        tell = self.teller
        tell.say("harm")
        words = ["act", self.matter, "followed_up", "--office", OFFICE, "--count", "deaths=1"]
        tell.show(*words, "--text", tell.text("one"), "--wait")
        keep = ("kind ", "learned", "coal.report", "acc.each_level_up")
        tell.show("matter", "show", self.matter, keep=keep)
        hours = [self.clock(name)["amount"] for name in keep[2:]]
        is_so = self.shown(self.matter)["kind"] == "accident" and hours == [1, 2]
        tell.check(is_so, "accident")

    def sealed(self):
        tell = self.teller
        tell.say("sealed")
        folder = self.district.path("collector")
        open_word = tell.run_tool("grep", "-rlaF", "coal_mine_safety", folder)
        secret = tell.run_tool("grep", "-rlaF", tell.text("gas"), folder)
        tell.check(open_word and not secret, "unread")

    # ---- twelve workers, and a link that is pulled

    def cut(self):
        tell = self.teller
        tell.say("cut")
        pid = self.district.await_pid("broker")
        print(f"    $ kill -STOP {pid}   # broker")
        os.kill(pid, signal.SIGSTOP)
        self.words = ["report", "--office", OFFICE, "--domain", "petition", "--category", "31.6"]
        self.words += ["--concerns", "nobody", "--count", "affected=12", "--key", "night-2"]
        self.words += ["--text", tell.text("wages")]
        said = tell.show(*self.words).stdout
        self.wage_slip, self.wage = found(SLIP, said), found(MATTER, said)
        tell.show("outbox", "--office", OFFICE)
        tell.check(self.waiting() == 1, "waits")
        told = tell.show("status", self.slip, "--office", OFFICE, count=2)
        tell.check(told.returncode == 0, "old_answer")

    def kill(self):
        self.teller.say("kill")
        for name in ("agent." + OFFICE, "collector", "broker"):
            print(f"    $ kill -9 {self.district.kill(name)}   # {name}")

    def come_back(self):
        tell = self.teller
        tell.say("back")
        tell.await_so("the report has its receipt", lambda: self.waiting() == 0)
        told = tell.show("watch", "--bureau", "petition_bureau", "--name", "duty", "--count", "1")
        tell.show(*self.words, "--wait")
        rows = json_lines(self.district.run("replay", "--matter", self.wage, "-o", "ndjson").stdout)
        tell.check(tell.text("wages") in told.stdout and len(rows) == 1, "once")
        event = rows[0]["event"]
        is_count = event["counts"] == {"affected": {"exact": 12}} and not event.get("attributes")
        tell.check(is_count, "count")

    def act(self, organ, act, *words, good=(0,)):
        """A step on the workers' matter, in as few lines as tell what came of it."""
        seat = ["--office" if organ == OFFICE else "--bureau", organ]
        return self.teller.show("act", self.wage, act, *seat, *words, "--wait", good=good,
                                keep=("stands", "tocsin:", "try:", "rewrap"))  # fmt: skip

    def rewrap(self, organ, to):
        self.teller.show("rewrap", self.wage, "--to", to, "--bureau", organ, "--wait", count=1)

    def bounce(self):
        tell = self.teller
        tell.say("bounce")
        self.learned = self.shown(self.wage)["learned"]
        self.act("petition_bureau", "transferred", "--to", "housing_bureau")
        self.rewrap("petition_bureau", "housing_bureau")
        said = tell.show("replay", "--matter", self.wage, "--bureau", "housing_bureau").stdout
        tell.check(tell.text("wages") in said, "new_holder")
        self.act("housing_bureau", "objected", "--reason", "not_ours")
        self.act("petition_bureau", "transferred", "--to", "hr_bureau")
        self.act("hr_bureau", "objected", "--reason", "not_ours")
        now = self.shown(self.wage)
        tell.check((now["holder_id"], now["stage"]) == (DESK, "held"), "held")
        self.rewrap(DESK, "hr_bureau")
        self.act(DESK, "reclassified", "--domain", "wage_arrears")
        now = self.shown(self.wage)
        is_so = (now["kind"], now["holder_id"]) == ("wages", "hr_bureau")
        tell.check(is_so and now["learned"] == self.learned, "learned")

    def pay(self):
        tell = self.teller
        tell.say("wage")
        self.act("hr_bureau", "accepted")
        paper = "employer_id=E-17,project_id=P-3,months_owed=3,owed=3600000"
        self.act(OFFICE, "followed_up", "--attribute", paper, "--text", tell.text("sheets"))
        self.act("hr_bureau", "case_filed")
        [clock] = [c for c in self.shown(self.wage)["clocks"] if c["clock"] == "labour.inspection"]
        due = datetime.datetime.fromisoformat(clock["due"].replace("Z", "+00:00"))
        until = due + datetime.timedelta(days=20)  # it may be 30 working days
        later = ["--reason", "complex", "--until", until.strftime("%Y-%m-%dT00:00:00Z")]
        said = self.act("hr_bureau", "extended", *later, good=(REFUSED,))
        tell.check("post" in said.stderr, "no_post")
        later += ["--post", "head_on_duty"]
        self.act("hr_bureau", "extended", *later)
        self.act("hr_bureau", "extended", *later, good=(REFUSED,))
        clocks = self.shown(self.wage)["clocks"]
        tell.check(any(clock["extended_until"] for clock in clocks), "once_only")
        week = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)
        self.act("hr_bureau", "ordered", "--until", week.strftime("%Y-%m-%dT00:00:00Z"))
        self.act("hr_bureau", "paid", "--count", "loss_fen=3600000")

    def close(self):
        tell = self.teller
        tell.say("close")
        self.act("hr_bureau", "closed", good=(REFUSED,))
        tell.check(self.shown(self.wage)["stage"] == "paid", "untold")
        self.act("hr_bureau", "petitioner_told", "--how", "phone")
        self.act("hr_bureau", "closed")

    def ask(self):
        tell = self.teller
        tell.say("ask")
        told = self.await_slip(self.wage_slip, "closed")
        tell.show("status", self.wage_slip, "--office", OFFICE)
        tell.check(told["stage"] == "closed", "closed")
        self.act(OFFICE, "reopened", "--reason", "not_resolved")
        now = self.shown(self.wage)
        is_so = (now["stage"], now["learned"]) == ("accepted", self.learned)
        tell.check(is_so, "learned")

    # ---- silence, and a complaint

    def board(self):
        tell = self.teller
        tell.say("board")
        words = ["board", "--of", QUIET_OFFICE]
        tell.show(*words)
        tell.check(self.states() == {"unknown": 5}, "unknown")
        zero = ["zero", "--office", QUIET_OFFICE, "--lines", LINE, "--post", "duty_officer"]
        tell.show(*zero, "--places", "dam,school", "--wait")
        tell.show(*words)
        tell.check(self.states() == {"known_safe": 1, "unknown": 4}, "one_safe")
        tell.say("desk")
        tell.show("desk", "--bureau", DESK, count=60)
        seen = self.district.json("desk", "--bureau", DESK)["unacknowledged"]
        tell.check(self.matter in [row["matter"] for row in seen], "late_seen")

    def accuse(self):
        tell = self.teller
        tell.say("accuse")
        words = ["report", "--office", OFFICE, "--domain", "petition", "--concerns", "unit"]
        words += ["--accused", tell.text("accused"), "--text", tell.text("complaint"), "--wait"]
        said = tell.show(*words).stdout
        slip, matter = found(SLIP, said), found(MATTER, said)
        seen = []
        for verb, more in (["watch"], ["--once"]), (["matter", "show"], [matter]):
            pair = [[*verb, "--bureau", organ, *more] for organ in ("discipline", ACCUSED_BUREAU)]
            seen.append(tell.show_beside(*pair, ((0,), (NOTHING,))))
        tell.check(tell.text("complaint") in seen[0][0].stdout, "disciplined")
        nothing = "".join(right.stdout for _, right in seen)
        tell.check(not any(w in nothing for w in (matter, "petition", OFFICE)), "invisible")
        tell.say("slip")
        told = tell.show("status", slip, "--office", OFFICE).stdout
        tell.check("discipline" not in told and "petition" not in told, "opaque")

    def prove(self):
        tell = self.teller
        tell.say("proof")
        self.district.stop()
        config = self.district.path("etc", f"watch.{BUREAU}.yaml")
        with open(config, encoding="utf-8") as file:
            key = found(r"collector_signing_key: *[0-9a-f]{64}", file.read())[-64:]
        answers = [
            tell.show("receipt", "verify", self.receipt, "--key", key),
            tell.show("log", "verify", "--dir", self.district.folder),
        ]
        tell.check(all(answer.returncode == 0 for answer in answers), "proved")

    # ---- what is asked beside what is shown

    def shown(self, matter):
        return self.district.json("matter", "show", matter)

    def first(self):
        """The gas report, as it stands in the log."""
        return self.shown(self.matter)["events"][0]

    def clock(self, name):
        [clock] = [c for c in self.shown(self.matter)["clocks"] if c["clock"] == name]
        return clock

    def waiting_at(self, organ):
        words = ["matter", "waiting", "--bureau", organ, "-o", "ndjson"]
        return json_lines(self.district.run(*words, good=(0, NOTHING)).stdout)

    def await_slip(self, slip, act):
        """How a slip's matter stands, once the office knows of an act."""

        def told():
            said = self.district.json("status", slip, "--office", OFFICE)
            return said if said["last_act"] == act else None

        return self.teller.await_so(f"the office knows of {act}", told)

    def states(self):
        """How many of the quiet office's lines are in which state."""
        cells = self.district.json("board", "--of", QUIET_OFFICE)["lines"]
        states = [cell["state"] for cell in cells]
        return {state: states.count(state) for state in states}

    def waiting(self):
        """What the office's outbox still has to deliver; None while its agent does not answer."""
        answer = self.district.run("outbox", "--office", OFFICE, "-o", "json", good=None)
        if answer.returncode != 0:
            return None
        return sum(lane["count"] for lane in json.loads(answer.stdout)["lanes"])


def run_out(*_):
    raise Failed(f"the story did not end within {WHOLE_S} s")


def run(options, folder):
    """Gives the exit code. Unattended, it ends by itself whatever happens."""
    signal.signal(signal.SIGALRM, run_out)
    signal.alarm(WHOLE_S if options.once else 0)
    night = os.path.join(folder, "night")
    os.makedirs(night, exist_ok=True)
    with District(programs_dir("release"), night, offices=5, bureaus=BUREAUS) as district:
        try:
            Story(options, district, folder).run()
        finally:
            signal.alarm(0)  # nothing disturbs how the district is taken down
    return 0
