#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 30
"""Situation e, "the district desk at 08:00", over a whole night: the evening is two days ago by all
clocks, then everything stands still, and in the morning some of it comes back. What stands in
quotation marks is the situation's own text; each of its words is looked for on the screen and in
its JSON. What a desk sees while nothing stands still, and what it never sees, is in test_desk.py.

Not here, because hours would have to pass while all run: reminders that are held
(tests/unit/core/test_silence.c), and check-ins that are asked for every two hours
(tests/unit/core/test_fold_expected.c)."""

import datetime
import json
import os

from harness import (OFFICE_DIVISION, SHIM, Bench, Runner, await_true, expect, expect_same_state,
                     slower)
from sweep import must_preload
from terminal import acknowledge
from test_desk import BUREAUS, LINES, Desk, width

LISHU, QINGLONG, CHAHE = "office_lishu", "office_qinglong", "office_chahe"
TWO_DAYS_S = 2 * 86400
HURRY = 8  # the collector's five minutes of patience pass so much faster
HOUR = datetime.timedelta(hours=1)
CHINA = datetime.timezone(datetime.timedelta(hours=8))
NOTE = "Lishu dam: ring the warden at six."
STORM = ("warning_category=rainstorm,warning_colour=yellow,area=the upper valley,"
         "issuer=district_meteorology,valid_hours=6")
SECRET = "They hide it."


class Night:
    """A district, its programs, and its desk."""

    def __init__(self, district, runner):
        self.district, self.runner = district, runner
        self.desk = Desk(district)
        self.offices = [o for o in district.organs("agent.") if o.startswith("office_")]
        self.quiet = next(o for o in self.offices if o not in (LISHU, QINGLONG, CHAHE))
        self.matters = {}  # name -> id
        self.until = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + 9 * HOUR

    def names(self):
        return ["broker", "collector"] + ["agent." + o for o in [*self.offices, *BUREAUS]]

    def start(self, *names, **options):
        """Starts programs, and waits until they can be spoken to."""
        for name in names:
            self.runner.start(name, **options)
        for name in names:
            organ = name.partition("agent.")[2]
            if organ:
                path = self.district.path("run", organ + ".sock")
                await_true(f"{organ} listens", lambda p=path: os.path.exists(p), slower(60))

    def screen(self):
        return self.desk.screen()

    def text(self, *words, env=None):
        return self.district.run("desk", "--bureau", "district_desk", *words, env=env).stdout

    def section(self, heading, *words):
        """What stands under a heading, up to the next one."""
        rest = self.text(*words).partition(heading)[2]
        expect(rest, f"{heading} is there")
        return rest.partition("\n\n")[0]

    def act(self, matter, act, bureau, *words):
        self.district.run("act", matter, act, "--bureau", bureau, "--wait", *words)

    def wanted(self):
        """What the morning is: who is silent, and why."""
        return {LISHU: "quiet", QINGLONG: "signed_off", CHAHE: "unreachable", self.quiet: "quiet",
                "office_wenge": "no_program"}

    def causes(self):
        rows = self.screen()["offices"]
        return {row["office"]: row["cause"] for row in rows if row["office"] in self.wanted()}

    def office(self, office):
        return next(row for row in self.screen()["offices"] if row["office"] == office)


def begin(made):
    """All clocks are two days behind, those of the founding too."""
    made.env.update(LD_PRELOAD=SHIM, TOCSIN_SKEW_S=str(-TWO_DAYS_S))
    made.found()


def an_evening(night):
    district, desk = night.district, night.desk
    night.start(*night.names())
    desk.zero(LISHU, "--lines", LINES[0], "--places", "Lishu dam")
    district.run("duty", "hand-over", "--bureau", "district_desk", "--post", "duty_chief",
                 "--note", NOTE, "--wait")
    storm, over = (desk.report(
        seat, "--domain", "weather_warning", "--division", OFFICE_DIVISION[office], "--concerns",
        "nobody", "--severity", "serious", "--attribute", STORM, "--text", "Rain.")
        for seat, office in ((["--office", LISHU], LISHU),
                             (["--bureau", "district_desk"], CHAHE)))
    night.matters.update(storm=storm, over=over)
    told = {row["matter"]: (row["is_in_force"], row["from"] is not None, row["colour"])
            for row in night.screen()["warnings"]}
    expect(told == {storm: (False, False, "yellow"), over: (True, True, "yellow")},
           f"an office's is only proposed: {told}")
    expect("only proposed" in night.section("WARNINGS IN FORCE"), "and it says so")
    night.act(storm, "issued", "emergency_bureau", "--attribute", "grade=orange", "--until",
              night.until.isoformat())
    rows = night.screen()["warnings"]
    expect([row["is_in_force"] for row in rows] == [True, True], f"two are in force: {rows}")
    night.act(over, "closed", "emergency_bureau")
    night.matters["water"] = desk.report(
        ["--office", LISHU], "--domain", "coal_mine_safety", "--concerns", "nobody", "--severity",
        "urgent", "--text", "Water in the shaft.")
    for name, domain, concerns in (("secret", "coal_mine_safety", "unit"),
                                   ("secret_storm", "weather_warning", "unit"),
                                   ("held", "coal_mine_safety", "unknown")):
        night.matters[name] = desk.report(
            ["--office", LISHU], "--domain", domain, "--concerns", concerns, "--severity",
            "danger", "--text", SECRET, *(["--accused", "The mine."] if concerns == "unit" else []))
    district.run("sign-off", "--office", QINGLONG, "--post", "duty_officer", "--wait")
    for name in reversed(night.names()):
        night.runner.stop(name, slower(20))


def a_morning(night):
    """Two offices do not come back: one that had signed off, and one that had not."""
    del night.district.env["LD_PRELOAD"], night.district.env["TOCSIN_SKEW_S"]
    night.start("collector", env={"LD_PRELOAD": SHIM, "TOCSIN_HURRY": str(HURRY)})
    # Their clocks run as fast as its own: who lives is heard as often as it is listened for.
    night.start(*[name for name in night.names()
                  if name not in ("collector", "agent." + QINGLONG, "agent." + CHAHE)],
                env={"LD_PRELOAD": SHIM, "TOCSIN_HURRY": str(HURRY)})
    # The collector first has no word of anybody, and then knows of whom.
    await_true("each is silent for its cause", lambda: night.causes() == night.wanted(),
               slower(150), 0.5)
    for office in (LISHU, night.quiet):
        await_true(f"{office} says that it was stopped",
                   lambda o=office: night.office(o)["stopped_until"], slower(60))


def offices_are_silent_each_for_its_cause(night):
    # "silent offices with cause", "`signed_off` (duty telephone answers) is not `vanished`"
    causes = {row["office"]: row for row in night.screen()["offices"]}
    wanted = night.wanted()
    stopped = causes[night.quiet]
    expect(stopped["stopped_from"] < stopped["stopped_until"], f"it says so itself: {stopped}")
    for office in (QINGLONG, CHAHE):
        expect(not causes[office]["stopped_from"], f"nobody signs it for another: {causes[office]}")
    said = night.section("SILENT OFFICES").splitlines()
    lines = {office: next(line for line in said if f"{office}:" in line) for office in wanted}
    for office, word in ((QINGLONG, "signed off"), (CHAHE, "unreachable"),
                         (night.quiet, "has not said what was due"),
                         ("office_wenge", "none of its programs")):
        expect(word in lines[office], f"{office}: {lines[office]}")
    expect("unreachable" not in lines[QINGLONG] and "signed off" not in lines[CHAHE], f"{lines}")
    behind = said[said.index(lines[night.quiet]) + 1]
    expect("was stopped:" in behind and behind.startswith("*"), f"since the shift: {behind}")
    behind = said[said.index(lines[CHAHE]) + 1:][:1]
    expect("was stopped:" not in "".join(behind), f"{said}")


def what_was_said_by_telephone_is_weaker(night):
    # "an `oral_zero` by desk call is weaker than a signed one"
    night.district.run("zero", "--bureau", "district_desk", "--oral", CHAHE, "--lines",
                       ",".join(LINES), "--post", "duty_officer", "--wait")
    night.desk.zero(LISHU, "--lines", ",".join(LINES), "--places", "Lishu dam")
    cells = {(row["line"], row["office"]): row for row in night.screen()["lines"]}
    for line in LINES:
        oral, whole = cells[line, CHAHE], cells[line, None]
        expect((oral["state"], oral["zero_report"]) == ("unknown", "oral"), f"{oral}")
        expect(whole["signed"] <= 1 and whole["state"] != "known_safe", f"not counted: {whole}")
    expect(cells[LINES[3], LISHU]["zero_report"] == "signed", f"{cells[LINES[3], LISHU]}")
    shown = night.section("THE FIVE LINES").partition(LINES[3])[2]
    expect(shown.splitlines()[0].endswith("signed 1 of 9")
           and shown.splitlines()[1].strip() == "by telephone 1", shown)
    expect(night.office(CHAHE)["cause"] == "unreachable", "and its program is as silent as before")
    expect(night.office(LISHU)["cause"] == "heard", "who has signed all lines is not silent")
    expect(f"{LISHU}: heard" in night.section("SILENT OFFICES"), "but it was stopped in the night")


def a_warning_is_in_force_with_its_facts(night):
    (row,) = night.screen()["warnings"]
    told = {key: row[key] for key in ("matter", "category", "colour", "division", "area", "issuer",
                                      "is_in_force", "office")}
    expect(told == {"matter": night.matters["storm"], "category": "rainstorm", "colour": "orange",
                    "division": OFFICE_DIVISION[LISHU], "area": "the upper valley",
                    "issuer": "district_meteorology", "is_in_force": True,
                    "office": LISHU}, f"{row}")
    begun, end = (datetime.datetime.fromisoformat(row[key].replace("Z", "+00:00"))
                  for key in ("from", "until"))
    ago = datetime.datetime.now(datetime.timezone.utc) - begun
    expect(end == night.until and 47 * HOUR < ago < 49 * HOUR, f"from and until: {row}")
    said = night.section("WARNINGS IN FORCE")
    day = end.astimezone().strftime("%m-%d %H:%M")
    for word in ("orange rainstorm", OFFICE_DIVISION[LISHU], "district_meteorology",
                 "the upper valley", f"until {day}", night.matters["storm"], "reminders are held"):
        expect(word in said, f"{word} in {said}")
    expect(said.splitlines()[1].startswith("*"), f"newer than the shift: {said}")
    expect("warning  orange rainstorm" in night.district.run("board").stdout, "on the board too")
    # It is read again when it changes, by its lead's word.
    night.act(row["matter"], "graded", "emergency_bureau", "--attribute", "grade=red")
    until = (end + 9 * HOUR).isoformat()
    night.act(row["matter"], "extended", "emergency_bureau", "--until", until)
    (row,) = night.screen()["warnings"]
    expect(row["colour"] == "red", f"{row}")
    expect(datetime.datetime.fromisoformat(row["until"].replace("Z", "+00:00")) == end + 9 * HOUR,
           f"extended: {row}")


def offices_of_its_area_check_in(night):
    # "A weather warning in force → check-in every 2 h by area"
    asked = {row["office"]: row["check_in"] for row in night.screen()["offices"]}
    others = {office: how for office, how in asked.items() if office != LISHU}
    expect(set(others.values()) == {"not_asked"}, f"elsewhere nobody is asked: {others}")
    expect(not night.desk.board("--office", night.quiet)["warnings"], "nor shown it")
    night.district.run("check-in", "--office", LISHU, "--wait")
    expect(night.office(LISHU)["check_in"] == "alive", f"{night.office(LISHU)}")
    said = night.section("CHECK-INS UNDER A WARNING")
    expect(f"{LISHU}: has checked in" in said and night.quiet not in said, said)


def silences_are_suspended_until_it_is_cancelled(night):
    # "silences suspended, routine reminders held"
    district = night.district
    district.run("silence", "begin", "--bureau", "energy_bureau", "--domain", "enterprise_service",
                 "--for", "2h", "--reason", "planned_work", "--post", "duty_officer")
    screen = night.screen()
    (row,) = screen["silences"]
    expect(row["is_suspended"] and screen["are_reminders_held"], f"{row}")
    said = night.section("SILENCES IN FORCE")
    expect("enterprise_service" in said and "suspended" in said, said)
    night.act(night.matters["storm"], "closed", "emergency_bureau")
    screen = night.screen()
    (row,) = screen["silences"]
    expect(not row["is_suspended"] and not screen["are_reminders_held"], f"cancelled: {row}")
    expect(not screen["warnings"], "a guarded one is none, and none is left")
    said = night.text()
    expect("suspended" not in said and "WARNINGS IN FORCE: none" in said
           and "CHECK-INS" not in said, said)


def what_is_not_acknowledged_due_or_held(night):
    screen = night.screen()
    rows = [row for row in screen["unacknowledged"] if row["matter"] == night.matters["water"]]
    expect({"energy_bureau", "emergency_bureau"} <= {row["organ"] for row in rows}, f"{rows}")
    said = night.section("UNACKNOWLEDGED")
    expect(night.matters["water"] in said and "energy_bureau" in said, said)
    expect(said.splitlines()[1].startswith("*"), f"after the hand-over: {said}")
    acknowledge(night.district, night.matters["water"], "energy_bureau")
    left = {row["organ"] for row in night.screen()["unacknowledged"]
            if row["matter"] == night.matters["water"]}
    expect("energy_bureau" not in left and "emergency_bureau" in left, f"each for itself: {left}")
    (held,) = screen["holds"]
    expect(held["matter"] == night.matters["held"] and held["is_kept_apart"], f"{held}")
    expect(held["domain"] is None and held["learned"] is None, f"and no word of it: {held}")


def what_ends_today_is_due(night):
    now = datetime.datetime.now(CHINA)
    end = now.replace(hour=23, minute=59, second=59, microsecond=0)
    limit = min(now + 2 * HOUR, end)
    if limit < now + datetime.timedelta(minutes=1):
        return # midnight lies between
    roof = night.desk.report(
        ["--office", LISHU], "--domain", "coal_mine_safety", "--concerns", "nobody",
        "--severity", "serious", "--learned", (limit - 2 * HOUR).isoformat(), "--count",
        "deaths=1", "--text", "The roof came down.")
    due = [row for row in night.screen()["due_today"] if row["matter"] == roof]
    expect([row["rule"] for row in due] == ["acc.each_level_up"], f"{due}")
    told = datetime.datetime.fromisoformat(due[0]["until"].replace("Z", "+00:00"))
    expect(abs(told - limit) < datetime.timedelta(seconds=1), f"{told}, not {limit}")
    said = night.section("DUE TODAY")
    expect(roof in said and "acc.each_level_up" in said, said)
    night.act(roof, "reported_up", due[0]["organ"])
    left = [row for row in night.screen()["due_today"] if row["matter"] == roof]
    expect(not left, f"it was done: {left}")


def the_shift_before_wrote_a_note(night):
    screen = night.screen()
    expect(screen["handed_over"] == NOTE and screen["handed_over_by"] == "duty_chief", f"{screen}")
    since = datetime.datetime.fromisoformat(screen["shift_since"].replace("Z", "+00:00"))
    ago = datetime.datetime.now(datetime.timezone.utc) - since
    expect(ago > 47 * HOUR, f"the shift is as old as the hand-over: {ago}")
    said = night.text()
    expect(NOTE in said and "shift since" in said, said)


def a_guarded_matter_is_in_none_of_it(night):
    shown = json.dumps(night.screen()) + json.dumps(night.desk.board()) + night.text()
    for name in ("secret", "secret_storm"):
        expect(night.matters[name] not in shown, f"{name} is on a screen")
    expect(SECRET not in shown and "The mine." not in shown, "nor a word of it")
    for bureau in ("petition_bureau", "energy_bureau", "discipline"):
        refused = night.district.run("desk", "--bureau", bureau, good=(7,))
        expect(not refused.stdout, f"the desk's screen is the desk's: {bureau}")


def it_can_be_printed(night):
    for language, words in (("en", ["UNACKNOWLEDGED", "DUE TODAY", "was stopped"]),
                            ("zh", ["交班记录", "未签收", "今日到期", "待值班台决定", "曾停机",
                                    "已下班，值班电话有人", "联系不上", "在线，但未按时报告",
                                    "生效中的预警", "期间暂缓例行提醒", "预警期间报平安",
                                    "生效中的静默", "五个不发生", "口头"])):
        text = night.text("--language", language, env={"NO_COLOR": "", "TERM": "xterm"})
        missing = [word for word in words if word not in text]
        expect(not missing, f"{missing} in {text}")
        wide = [line for line in text.splitlines() if width(line) > 80]
        expect(not wide, f"at most 80 columns: {wide}")
        expect("\x1b" not in text and "\r" not in text, "no escape codes into a file")
        expect(len(text.splitlines()) < 100, "a page or two")


def the_desk_at_eight_after_a_night(bench):
    must_preload()
    with bench.folder(offices=4, bureaus=BUREAUS) as made, Runner(made) as runner:
        begin(made)
        night = Night(made, runner)
        an_evening(night)
        a_morning(night)
        for part in (offices_are_silent_each_for_its_cause, what_was_said_by_telephone_is_weaker,
                     a_warning_is_in_force_with_its_facts, offices_of_its_area_check_in,
                     what_is_not_acknowledged_due_or_held, what_ends_today_is_due,
                     the_shift_before_wrote_a_note, a_guarded_matter_is_in_none_of_it,
                     it_can_be_printed, silences_are_suspended_until_it_is_cancelled):
            part(night)
        for name in list(runner.processes):
            runner.stop(name, slower(20))
        expect_same_state(made)


if __name__ == "__main__":
    Bench("situation_e").run(the_desk_at_eight_after_a_night)
