#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 20
"""The district's desk at 08:00: one verb, one screen. Two offices, a hazard that nobody has in
hand, a weather warning, complaints that are kept apart, zero reports that are signed, said by
telephone, contradicted and taken back, and the shift before's note. What stands in quotation marks
is the situation's own text.

Not here, because a day would have to pass: a report that is overdue, an office that is unreachable,
a shift that is over, a warning's facts (test_situation_e.py); silences of alerts are in
test_silence.py."""

import datetime
import json
import unicodedata

from harness import Bench, await_true, expect, expect_same_state, json_lines

LISHU, QINGLONG = "office_lishu", "office_qinglong"
LISHU_PLACE = "520502101000"
BUREAUS = ["district_desk", "emergency_bureau", "energy_bureau", "petition_bureau", "discipline"]
LINES = ["no_major_accident", "no_serious_harm_to_vulnerable", "no_unanswered_grievance",
         "no_mass_harm_escalation", "no_major_public_health_env"]
REFUSED, USAGE = 7, 2


def width(line):
    """Columns of a terminal that a line takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


class Desk:
    """A district, and what its desk sees."""

    def __init__(self, district):
        self.district = district

    def board(self, *words):
        return self.district.json("board", *words)

    def cells(self, *words):
        return {(cell["line"], cell["office"]): cell for cell in self.board(*words)["lines"]}

    def screen(self):
        return self.district.json("desk", "--bureau", "district_desk")

    def zero(self, office, *words, good=(0,)):
        return self.district.run("zero", "--office", office, "--post", "duty_officer", "--wait",
                                 *words, good=good)

    def report(self, seat, *words):
        return self.district.json("report", *seat, "--wait", *words)["matter"]

    def reasons(self, matter):
        """Why the desk was told of a matter."""
        watch = ["watch", "--bureau", "district_desk", "--from", "1", "--once", "-o", "ndjson"]
        rows = json_lines(self.district.run(*watch, good=(0, 3)).stdout)
        return [row["alert"]["reason"] for row in rows
                if row.get("kind") == "item" and row["matter"] == matter]


def nothing_is_safe_by_default(desk):
    cells = desk.cells()
    expect(len(cells) == 5 * 10, f"nine offices and the district: {len(cells)}")
    expect({cell["state"] for cell in cells.values()} == {"unknown"}, "unknown, all of it")
    expect(all(cells[line, None]["offices"] == 9 for line in LINES), "of nine")
    text = desk.district.run("board").stdout
    expect("known safe" not in text and "0 of 9" in text, text)


def what_is_signed_is_safe_and_no_more(desk):
    for words, said in ((["--lines", LINES[0]], "places"),
                        (["--places", "dam"], "lines"),
                        (["--lines", "no_such_line", "--places", "dam"], "no line"),
                        (["--lines", LINES[0], "--not-safe", LINES[0], "--places", "dam"],
                         "known safe, or known not to be")):
        refused = desk.zero(LISHU, *words, good=(USAGE,))
        expect(said in refused.stderr, refused.stderr)
    desk.zero(LISHU, "--lines", f"{LINES[0]},{LINES[3]}", "--places", "Lishu dam,school")
    desk.zero(QINGLONG, "--lines", LINES[0], "--not-safe", LINES[4], "--places", "market")
    # "an `oral_zero` by desk call is weaker than a signed one"
    desk.district.run("zero", "--bureau", "district_desk", "--oral", "office_chahe", "--lines",
                      LINES[0], "--post", "duty_officer", "--wait")
    cells = desk.cells()
    expect(cells[LINES[0], LISHU]["state"] == "known_safe", f"signed: {cells[LINES[0], LISHU]}")
    expect(cells[LINES[0], LISHU]["post"] == "duty_officer", "by whom")
    expect(cells[LINES[3], QINGLONG]["state"] == "unknown", "a line that was not ticked")
    expect(cells[LINES[4], QINGLONG]["state"] == "warning", "known not to be safe")
    oral = cells[LINES[0], "office_chahe"]
    expect((oral["state"], oral["zero_report"]) == ("unknown", "oral"), f"weaker: {oral}")
    whole = cells[LINES[0], None]
    expect((whole["state"], whole["signed"], whole["offices"]) == ("unknown", 2, 9), f"{whole}")
    # Nobody signs for another, and no bureau at all.
    denied = desk.district.run("zero", "--bureau", "emergency_bureau", "--lines", LINES[0],
                               "--post", "duty", "--places", "dam", "--wait", good=(REFUSED,))
    expect("not yours to say" in denied.stderr, denied.stderr)


def who_sees_what(desk):
    own = desk.board("--office", LISHU)
    offices = {cell["office"] for cell in own["lines"]}
    offices |= {office["office"] for office in own["offices"]}
    expect(offices == {LISHU}, f"a township sees itself: {offices}")
    one = {cell["office"] for cell in desk.board("--of", QINGLONG)["lines"]}
    expect(one == {QINGLONG}, f"the desk, of one: {one}")
    for words in (["board", "--bureau", "emergency_bureau"],
                  ["board", "--office", LISHU, "--of", QINGLONG],
                  ["desk", "--bureau", "petition_bureau"], ["desk", "--bureau", "discipline"]):
        refused = desk.district.run(*words, good=(REFUSED,))
        expect(not refused.stdout, f"{words}: nothing is shown")


def a_hazard_that_nobody_has(desk):
    matter = desk.report(["--office", LISHU], "--domain", "coal_mine_safety", "--concerns",
                         "nobody", "--severity", "urgent", "--text", "Water in the shaft.")
    cell = desk.cells()[LINES[0], LISHU]
    expect((cell["state"], cell["oldest_warning_by"]) == ("warning", "self_reported"), f"{cell}")
    waits = desk.screen()["unacknowledged"]
    called = {row["organ"] for row in waits}
    expect({row["matter"] for row in waits} == {matter}, f"unacknowledged: {waits}")
    expect({"energy_bureau", "emergency_bureau"} <= called, f"each for itself: {called}")
    desk.district.run("act", matter, "accepted", "--bureau", "energy_bureau", "--wait")
    left = {row["organ"] for row in desk.screen()["unacknowledged"]}
    expect(left == called - {"energy_bureau"}, f"it stops its own row and no other's: {left}")
    expect(desk.cells()[LINES[0], LISHU]["state"] == "warning", "and it is as grave as before")


def plain(board):
    """A board without what changes with every event."""
    return json.dumps({key: board[key] for key in board if key not in ("as_of", "position")},
                      sort_keys=True)


def what_is_kept_apart_is_on_no_board(desk):
    before, lishu = plain(desk.board()), plain(desk.board("--office", LISHU))
    expect(not desk.screen()["holds"], "nothing waits")
    for concerns, words in (("unit", ["--accused", "The mine's own inspectorate"]),
                            ("unknown", [])):
        desk.report(["--office", LISHU], "--domain", "coal_mine_safety", "--concerns", concerns,
                    "--severity", "danger", "--count", "deaths=9", "--text", "They hide it.",
                    *words)
    expect(plain(desk.board()) == before, "the board of the district is the same")
    expect(plain(desk.board("--office", LISHU)) == lishu, "and that of the township")
    holds = desk.screen()["holds"]
    expect(len(holds) == 1 and holds[0]["is_kept_apart"], f"don't know: the desk's hold {holds}")
    silent = holds[0]["domain"] is None and holds[0]["severity"] is None
    expect(silent, f"and no word of it {holds}")
    text = desk.district.run("desk", "--bureau", "district_desk").stdout
    expect("kept apart" in text and "coal_mine_safety" not in text.split("WAITS FOR")[1], text)


def is_today(time):
    """By the district's clock, now."""
    zone = datetime.timezone(datetime.timedelta(hours=8))
    then = datetime.datetime.fromisoformat(time).astimezone(zone).date()
    return then == datetime.datetime.now(zone).date()


def a_zero_report_is_contradicted_or_taken_back(desk):
    now = datetime.datetime.now(datetime.timezone.utc)
    learned = (now - datetime.timedelta(seconds=1)).isoformat()
    desk.zero(QINGLONG, "--lines", LINES[4], "--places", "market")
    matter = desk.report(["--office", QINGLONG], "--domain", "food_safety", "--concerns", "nobody",
                         "--severity", "serious", "--learned", learned, "--text", "Bad meat.")
    told = desk.cells()[LINES[4], QINGLONG]
    if is_today(learned):  # else midnight lies between, and there is nothing to contradict
        expect(told["zero_report"] == "corrected" and told["last_contradicted"] is None,
               f"by itself, in time: neutral {told}")
        expect("contradicted" not in desk.reasons(matter), "and nobody is told")
    desk.zero(QINGLONG, "--lines", LINES[0], "--places", "market")
    found = desk.report(["--bureau", "district_desk"], "--domain", "fire_safety", "--division",
                        "520502012000", "--concerns", "nobody", "--severity", "serious",
                        "--learned", learned, "--text", "Smoke.")
    told = desk.cells()[LINES[0], QINGLONG]
    if is_today(learned):
        expect(told["zero_report"] == "contradicted", f"found by another: {told}")
        expect(told["last_contradicted_by"] == "found", f"and how: {told}")
        expect("contradicted" in desk.reasons(found), "the desk is told")


def a_warning_is_in_force(desk):
    # "A weather warning in force → check-in every 2 h by area"
    expect(not desk.screen()["warnings"], "none")
    storm = desk.report(["--bureau", "district_desk"], "--domain", "weather_warning",
                        "--division", LISHU_PLACE, "--concerns", "nobody", "--severity", "serious",
                        "--text", "Rain.")
    rows = desk.screen()["warnings"]
    expect([row["matter"] for row in rows] == [storm] and rows[0]["office"] == LISHU, f"{rows}")
    expect(len(desk.board("--office", LISHU)["warnings"]) == 1, "in its place")
    expect(not desk.board("--office", QINGLONG)["warnings"], "and not in another")
    desk.district.run("check-in", "--office", LISHU, "--wait")
    offices = {row["office"]: row for row in desk.board()["offices"]}
    expect(offices[LISHU]["check_in"] == "alive", f"{offices[LISHU]}")
    expect(offices[QINGLONG]["check_in"] == "not_asked", f"{offices[QINGLONG]}")


def an_office_signs_off(desk):
    # "`signed_off` (duty telephone answers) is not `vanished`"
    desk.district.run("sign-off", "--office", LISHU, "--post", "duty_officer", "--wait")
    offices = {row["office"]: row for row in desk.screen()["offices"]}
    expect(offices[LISHU]["cause"] == "signed_off", f"{offices[LISHU]}")
    expect(offices["office_wenge"]["cause"] == "no_program", f"{offices['office_wenge']}")
    expect(desk.cells()[LINES[3], LISHU]["state"] == "known_safe", "what it signed holds")


def a_shift_is_handed_over(desk):
    expect(desk.screen()["shift_since"] is None, "nobody has handed over yet")
    desk.district.run("duty", "hand-over", "--bureau", "district_desk", "--post", "duty_chief",
                      "--note", "Lishu dam: ring the warden at six.", "--wait")
    screen = await_true("it is there", lambda: desk.screen()["shift_since"] and desk.screen(), 10)
    expect("warden" in screen["handed_over"] and screen["handed_over_by"] == "duty_chief",
           f"{screen['handed_over']}")


def one_screen_that_can_be_printed(desk):
    for language, words in (("en", ["HANDED OVER", "UNACKNOWLEDGED", "DUE TODAY", "WAITS FOR",
                                    "SILENT OFFICES", "WARNINGS IN FORCE", "SILENCES IN FORCE",
                                    "THE FIVE LINES", "warden", "signed off"]),
                            ("zh", ["交班记录", "未签收", "今日到期", "待值班台决定",
                                    "无回音的办公室", "生效中的预警", "五个不发生"])):
        text = desk.district.run("desk", "--bureau", "district_desk", "--language", language).stdout
        missing = [word for word in words if word not in text]
        expect(not missing, f"{missing} in {text}")
        wide = [line for line in text.splitlines() if width(line) > 80]
        expect(not wide, f"at most 80 columns: {wide}")
        expect(len(text.splitlines()) < 80, "one screen, or a page")
    text = json.dumps(desk.screen()) + json.dumps(desk.board())
    # No petition is counted, no streak, no rank, no share, nobody by name.
    for word in ("petition_count", "streak", "rank", "percent", "score", "person", "days_since"):
        expect(word not in text, f"{word} is nowhere")


def the_desk_at_eight(bench):
    with bench.district(offices=2, bureaus=BUREAUS) as district:
        desk = Desk(district)
        for part in (nothing_is_safe_by_default, what_is_signed_is_safe_and_no_more, who_sees_what,
                     a_hazard_that_nobody_has, what_is_kept_apart_is_on_no_board,
                     a_zero_report_is_contradicted_or_taken_back, a_warning_is_in_force,
                     an_office_signs_off, a_shift_is_handed_over, one_screen_that_can_be_printed):
            part(desk)
        shown = desk.board()
        district.stop()
        where = ["--dir", district.folder]
        stopped = json.loads(district.run("board", "--stopped", "-o", "json", *where).stdout)
        for key in ("lines", "late", "warnings"):
            expect(stopped[key] == shown[key], f"{key}: the same from the folder")
        expect_same_state(district)


if __name__ == "__main__":
    Bench("desk").run(the_desk_at_eight)
