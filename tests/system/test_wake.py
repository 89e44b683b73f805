#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain ctest-cost: 15
"""Somebody is woken: the bell rings until a person says that the matter is in hand, the top of the
screen says what to do, a command is run for each item and cannot say it, and a duty is taken and
handed over with a note that only its organ reads."""

import fcntl
import json
import os
import signal
import subprocess

from harness import (OFFICE_DIVISION, Bench, await_true, expect, expect_same_state,
                     json_lines)
from terminal import Terminal, acknowledge

BUREAU = "energy_bureau"
OTHER = "emergency_bureau"
REFUSED = 7
EXEC = """
{ cat; echo "{\\"words\\": \\"$TOCSIN_ITEM_SEVERITY $TOCSIN_ITEM_DOMAIN\\"}"; } >>items.jsonl
tocsin act "$TOCSIN_ITEM_MATTER" acknowledged --bureau energy_bureau --post robot 2>>refused.txt
echo "$?" >>codes.txt
exit 3
"""


def report(district, severity, text, *words):
    return district.json("report", "--office", "office_qinglong", "--domain", "coal_mine_safety",
                         "--severity", severity, "--concerns", "nobody", "--text", text,
                         "--wait", *words)["matter"]  # fmt: skip


def waiting(district, bureau, *words):
    rows = district.run("matter", "waiting", "--bureau", bureau, "-o", "ndjson", *words,
                        good=(0, 3))  # fmt: skip
    return [row["matter"] for row in json_lines(rows.stdout)]


def read(district, name):
    try:
        with open(district.path(name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def somebody_is_woken(district):
    path = os.path.dirname(district.program("tocsin")) + os.pathsep + os.environ["PATH"]
    screen = Terminal(district, "watch", "--bureau", BUREAU, "--bell-every", "1", "--exec",
                      f"cd {district.folder}; {EXEC}", env={"PATH": path})  # fmt: skip
    screen.await_text("0 not in hand", "NOBODY IS ON DUTY", "If this clock stops")
    matter = report(district, "danger", "Gas underground.")
    at = screen.await_text("1 not in hand, 1 urgent, 1 danger", "DANGER", "then accept", "\a",
                           f"tocsin act {matter} acknowledged --bureau {BUREAU}")  # fmt: skip
    at = screen.await_text("\a", after=at)  # and again, as long as nobody says so
    screen.await_text("it ended with code 3", "--exec failed 1 times")
    (item, words) = json_lines(read(district, "items.jsonl"))
    expect(item["matter"] == matter, "the command has the item")
    expect(words["words"] == "danger coal_mine_safety", f"and its words: {words}")
    expect(read(district, "codes.txt").split() == [str(REFUSED)], "it cannot acknowledge")
    expect("no person" in read(district, "refused.txt"), read(district, "refused.txt"))
    expect(waiting(district, BUREAU) == [matter], "nobody has it in hand")
    screen.resize(20, 70)
    at = len(screen.text)
    screen.await_text(f"{matter} \\", f"--bureau {BUREAU}", after=at)
    acknowledge(district, matter, BUREAU)
    screen.await_text("0 not in hand, 0 urgent", after=at)
    expect(waiting(district, BUREAU) == [], "it has it in hand")
    expect(waiting(district, OTHER) == [matter], "each organ answers for itself")
    screen.process.send_signal(signal.SIGINT)
    expect(screen.end() == 130, "interrupted")
    expect("\x1b[r" in screen.text, "the terminal is given back")
    what_was_told_is_told(district, matter)


def notified(district, *words, good=(0,)):
    return json.loads(district.run("notified", *words, "-o", "json", good=good).stdout)["notices"]


def what_was_told_is_told(district, matter):
    own = notified(district, matter, "--bureau", BUREAU)
    expect({row["organ_id"] for row in own} == {BUREAU}, f"its own stream alone: {own}")
    first = own[0]
    what = (first["told"], first["reason"], first["matter"])
    expect(what == ("new", "owner", matter), f"{first}")
    expect(first["delivered"] and first["program"] in ("bureau", "watcher"), f"{first}")
    expect(first["acknowledged_post"] == "duty_officer" and first["acknowledged"], f"{first}")
    expect(first["taken"] is None and first["taken_act"] is None, f"known is not done: {first}")
    (beside,) = [row for row in notified(district, matter, "--bureau", OTHER)
                 if row["number"] == 1]  # fmt: skip
    expect(beside["acknowledged"] is None, f"each for itself: {beside}")
    told = {row["organ_id"] for row in notified(district, matter, "--bureau", "district_desk")}
    expect({BUREAU, OTHER, "district_desk"} <= told, f"the desk is beside them: {told}")
    nobodys = "018f0000-0000-7000-8000-000000000001"
    district.run("notified", nobodys, "--bureau", "district_desk", good=(3,))
    district.run("notified", "--since", "2000-01-01", "--bureau", BUREAU, "--organ", OTHER,
                 good=(REFUSED,))  # fmt: skip
    by_post = notified(district, "--since", "2000-01-01", "--post", "duty_officer", "--bureau",
                       BUREAU)  # fmt: skip
    expect(by_post == own, "what that post acknowledged")
    district.run("notified", "--since", "2000-01-01", "--post", "robot", "--bureau", BUREAU,
                 good=(3,))  # fmt: skip
    district.run("notified", "--until", "2000-01-01", "--bureau", BUREAU, good=(3,))
    alone = notified(district, "--post", "duty_officer", "--bureau", BUREAU)
    expect(alone == own, "by the post alone")
    district.run("notified", "--since", "2000-01-01", "--exercise", "--bureau", BUREAU, good=(3,))
    for wrong in ([], ["x"], [matter, "--number", "1"], ["--number", "0"], ["--since", "x"],
                  [matter, "--exercise"], ["--post", ""], [matter, "--post", ""],
                  ["--since", "2026-01-02", "--until", "2026-01-01"],
                  [matter, "--since", "2026-01-02", "--until", "2026-01-01"]):  # fmt: skip
        district.run("notified", *wrong, "--bureau", BUREAU, good=(2,))
    table = district.run("notified", "--number", "1", "--bureau", BUREAU, "-o", "csv").stdout
    expect(table.startswith("ORGAN,") and "duty_officer" in table, table)


def the_sheet_says_whom_to_call(district):
    matter = report(district, "danger", "Gas again.")
    seat = ("--bureau", BUREAU)
    sheet = district.run("callsheet", matter, *seat).stdout
    expect("119" in sheet and "dispatch" in sheet, f"danger comes first: {sheet}")
    order = [line for line in sheet.splitlines() if line.lstrip()[:1].isdigit()]
    expect("Energy bureau" in order[0] and "District desk" in order[-1], f"{order}")
    expect(f"tocsin call {matter}" in sheet and "--to emergency_bureau" in sheet, "what records it")
    expect(max(len(line) for line in sheet.splitlines()) <= 80, "it fits on paper")
    district.run("call", matter, *seat, "--to", OTHER, "--outcome", "he slept", good=(2,))
    district.run("call", matter, *seat, "--to", "nobody", "--outcome", "busy", good=(2,))
    district.run("call", matter, *seat, "--to", OTHER, "--outcome", "reached", "--number",
                 "Mr. Li 139", good=(2,))  # fmt: skip
    district.run("call", matter, *seat, "--to", OTHER, "--outcome", "no_answer", "--number",
                 "0858-110", "--wait")  # fmt: skip
    said = district.json("matter", "show", matter)["events"][-1]["event"]
    expect((said["act"], said["to"], said["reason"]) == ("called", OTHER, "no_answer"), f"{said}")
    expect(matter in waiting(district, OTHER), "who was telephoned has said nothing yet")
    expect(matter in waiting(district, BUREAU), "nor has who telephoned")
    collector = district.kill("collector", signal.SIGSTOP)  # nobody answers
    away = district.run("callsheet", matter, *seat, "--domain", "coal_mine_safety")
    os.kill(collector, signal.SIGCONT)
    expect("not asked" in away.stdout and "Energy bureau" in away.stdout, "without the collector")
    expect("as this PC has it since 20" in away.stdout, "it says how old it is")


def more_commands_than_there_is_room_for(district):
    """None is left out: the watch waits, and so does its cursor."""
    count = 70
    lines = "".join(json.dumps({"domain": "coal_mine_safety", "concerns": "nobody",
                                "severity": "serious",
                                "division": OFFICE_DIVISION["office_qinglong"],
                                "texts": {"narrative": f"Gas {n}."}}) + "\n"
                    for n in range(count))  # fmt: skip
    district.run("report", "--from", "-", "--office", "office_qinglong", "--wait",
                 given=lines.encode())  # fmt: skip
    ran, gate, shown = (district.path(name) for name in ("ran.txt", "gate", "shown.jsonl"))
    with open(gate, "w", encoding="utf-8") as held, open(shown, "wb") as out:
        fcntl.flock(held, fcntl.LOCK_EX)
        watch = subprocess.Popen(
            [district.program("tocsin"), "watch", "--bureau", BUREAU, "--name", "many", "--once",
             "-o", "ndjson", "--exec", f"flock {gate} sh -c 'echo $TOCSIN_ITEM_NUMBER >>{ran}'"],
            stdout=out, stderr=subprocess.PIPE, env=district.env)  # fmt: skip
        numbers = []

        def is_full():
            rows = json_lines(read(district, "shown.jsonl"))
            numbers[:] = [row["alert"]["number"] for row in rows if row.get("kind") == "item"]
            return len(numbers) > 64

        await_true("a watch shows one more than it has room for", is_full, 60)
        expect(len(numbers) == 65, f"and waits there: {len(numbers)}")
        expect(not os.path.exists(ran), "none has run")
    _, complaints = watch.communicate(timeout=60)
    expect(watch.returncode == 0, f"all went well: {watch.returncode} {complaints}")
    is_full()
    expect(len(numbers) >= count, "it has shown all")
    done = [int(number) for number in read(district, "ran.txt").split()]
    expect(sorted(done) == sorted(numbers), "each of them once")
    expect(b"could not be run" not in complaints, f"{complaints}")


def a_drill_is_on_its_own_screen(district):
    before = waiting(district, OTHER)
    drilled = report(district, "danger", "Exercise: gas.", "--exercise")
    expect(waiting(district, OTHER) == before, "what a drill calls to is no real work")
    expect(waiting(district, OTHER, "--exercise") == [drilled], "and the drill's is the drill's")
    screens = [Terminal(district, "watch", "--bureau", OTHER, "--name", name, *words)
               for name, words in (("real", ()), ("drill", ("--exercise",)))]  # fmt: skip
    screens[0].await_text(f"{len(before)} not in hand")
    screens[1].await_text("EXERCISE", "1 not in hand, 1 urgent", f"tocsin act {drilled} "
                          f"acknowledged --bureau {OTHER} --exercise")  # fmt: skip
    for screen in screens:
        screen.process.send_signal(signal.SIGINT)
        expect(screen.end() == 130, "interrupted")
    expect(drilled not in screens[0].text, "nothing of it on the real screen")


def what_was_never_answered_is_not_a_quiet_night(district):
    collector = district.kill("collector", signal.SIGSTOP)
    screen = Terminal(district, "watch", "--bureau", BUREAU)
    screen.await_text("not known yet")
    expect("not in hand," not in screen.text and "NOBODY" not in screen.text, screen.text)
    os.kill(collector, signal.SIGCONT)
    screen.await_text("not in hand, ", "NOBODY IS ON DUTY")
    screen.process.send_signal(signal.SIGHUP)  # the window is closed
    expect(screen.end() == 130, "interrupted as by Ctrl-C")
    expect("\x1b[r" in screen.text, "the terminal is given back")


def what_is_not_printed_is_no_success(district):
    words = ("report", "--office", "office_qinglong", "--domain", "coal_mine_safety", "--severity",
             "routine", "--concerns", "nobody", "--text", "Dust.", "--wait")  # fmt: skip
    with open("/dev/full", "wb") as full:
        ended = subprocess.run([district.program("tocsin"), *words], check=False, stdout=full,
                               stderr=subprocess.PIPE, env=district.env)  # fmt: skip
    expect(ended.returncode == 1, f"its answer was lost: {ended}")


def a_wrong_word_says_nothing(district):
    matter = report(district, "serious", "A door.")
    words = ("act", matter, "acknowledged", "--bureau", BUREAU)
    district.run(*words, good=(2,))  # by which post?
    district.run(*words, "--post", "duty_officer", good=(REFUSED,))  # no terminal
    terminal = Terminal(district, *words, "--post", "duty_officer")
    terminal.await_text("to say so:")
    terminal.type("yes\n")
    expect(terminal.end() == REFUSED, "not what was asked for")
    line = f'{{"act": "acknowledged", "matter": "{matter}", "post": "robot"}}\n'
    district.run("report", "--from", "-", "--office", "office_qinglong", given=line.encode(),
                 good=(1, 2, REFUSED))
    expect(matter in waiting(district, BUREAU), "it is in nobody's hand")


def a_duty_is_taken_and_handed_over(district):
    seat = ("--bureau", BUREAU)
    district.run("duty", "take", *seat, good=(2,))
    district.run("duty", "take", *seat, "--post", "Mr. Wang", good=(2,))
    district.run("duty", "take", *seat, "--post", "duty_officer", "--until", "2020-01-01", "--wait",
                 good=(REFUSED,))  # fmt: skip
    district.run("duty", "take", *seat, "--post", "duty_officer", "--wait")
    (row,) = district.json("roster", *seat)["organs"]
    expect((row["is_on_duty"], row["post"]) == (True, "duty_officer"), f"{row}")
    district.run("duty", "hand-over", *seat, "--post", "duty_officer", "--wait", "--note",
                 "Call the firm at 9.")  # fmt: skip
    (row,) = district.json("roster", *seat)["organs"]
    expect(not row["is_on_duty"] and row["handed_over"], f"{row}")
    district.run("roster", "--bureau", OTHER, "--organ", BUREAU, good=(REFUSED,))
    all_rows = district.json("roster", "--bureau", "district_desk")["organs"]
    rows = {row["organ_id"]: row for row in all_rows}
    expect(not rows[OTHER]["is_on_duty"], "the desk sees who never said so")
    expect(rows[BUREAU]["post"] == "duty_officer", "and who handed over")
    config = ("--config", district.path("etc", f"watch.{BUREAU}.yaml"))
    told = [row["organ_id"] for row in district.json("roster", *config)["organs"]]
    expect(told == [BUREAU], f"no gap where it was told nothing, however it says who it is: {told}")
    notes = [row["texts"]["narrative"]
             for row in json_lines(district.run("watch", *seat, "--name", "next", "--once", "-o",
                                                "ndjson").stdout)
             if row.get("event", None) and row["event"]["act"] == "handed_over"]  # fmt: skip
    expect(notes == ["Call the firm at 9."], f"the next one reads the note: {notes}")
    for folder, _, names in os.walk(district.path("collector")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                expect(b"Call the firm" not in file.read(), f"in the open in {name}")


def a_night(bench):
    with bench.district(offices=1, bureaus=[BUREAU, OTHER, "district_desk"]) as district:
        for part in (what_was_never_answered_is_not_a_quiet_night, somebody_is_woken,
                     a_drill_is_on_its_own_screen, the_sheet_says_whom_to_call,
                     a_wrong_word_says_nothing, more_commands_than_there_is_room_for,
                     what_is_not_printed_is_no_success, a_duty_is_taken_and_handed_over):
            part(district)
        district.stop()
        where = ["--dir", district.folder]
        told = notified(district, "--since", "2000-01-01", "--organ", BUREAU, "--stopped", *where)
        expect_same_state(district)
        again = notified(district, "--since", "2000-01-01", "--organ", BUREAU, "--stopped", *where)
        expect(told == again and len(told) >= 3, f"and the same history of it: {again}")


if __name__ == "__main__":
    Bench("wake").run(a_night)
