#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
"""A clerk at the counter: `tocsin report` asks one thing after the other, in both languages, shows
what goes open and what is sealed for whom, sends nothing before it is told to, and says what was
sent and what was not, however it ends."""

import json
import os
import pty
import select
import signal
import subprocess
import time

from harness import Bench, Failed, await_true, expect, slower

OFFICE = "office_chahe"
AGENT = f"agent.{OFFICE}"
GUIDED = ("report", "--guided", "--office", OFFICE)
STOPPED = 130
REFUSED = 7

# What is answered, question by question; an empty answer is Enter.
SLOPE = [
    "屋后山体滑坡",  # what happened
    "2",  # nobody is in danger now
    "1",  # the first kind proposed
    "",  # the office's own place
    "1",  # urgent
    "1",  # nobody is harmed
    "至少3人",  # affected
    "",  # a hazard concerns nobody unless it is said
    *[""] * 4,  # what who reports may know of it: site, class, colour, whether people left
    "裂缝有两指宽",  # what more is to be told
    "昨夜下过雨",
    "",
    "",  # who reported it: stays unnamed
    "小学背后",  # exact place and contact
]
COMPLAINT = ["a form was asked for twice", "no", "petition", "", "routine", "?", "", "unit",
             "the land office", "none", "", "the counter sent me away", "", "", ""]  # fmt: skip
ORGANS = COMPLAINT.index("none")  # which of the district's organs that is
PETITION = ["the bridge is closed", "no", "petition", "", "routine", "?", "", "nobody",
            "", "", "", ""]  # fmt: skip


def typed(*answers):
    return "".join(line + "\n" for line in answers).encode()


def guided(district, answers, *words, good=(0,)):
    return district.run(*GUIDED, *words, given=typed(*answers), good=good)


def entered(district):
    """Events that the outbox holds."""
    lanes = district.json("outbox", "--office", OFFICE)["lanes"]
    return sum(lane["last_sequence"] for lane in lanes)


def is_there(district):
    return district.run("outbox", "--office", OFFICE, good=(0, 4)).returncode == 0


def a_report_is_asked_for_in_chinese_and_arrives_as_it_was_told(bench):
    with bench.founded() as (district, runner):
        runner.start_all("broker", "collector", AGENT)
        words = ["--language", "zh", "--wait", "-o", "json"]
        answer = guided(district, [*SLOPE, "发送"], *words)
        made = json.loads(answer.stdout)
        expect(made["outcome"] == "ok" and made["slip"], f"it is in the log: {made}")
        said = answer.stderr
        shown = ("地质灾害", "岔河镇", "自然资源局", "应急管理局", "至少 3", "最优先", "事情经过")
        for word in shown:
            expect(word in said, f"{word} is told before it is sent: {said}")
        for word in ("裂缝", "小学背后"):
            expect(word not in answer.stdout, "what is sealed is not printed")
        watch = ("watch", "--bureau", "land_bureau", "--count", "1", "-o", "ndjson")
        seen = district.run(*watch).stdout
        for word in ("屋后山体滑坡", "裂缝有两指宽", "昨夜下过雨", "小学背后", "geological_hazard"):
            expect(word in seen, f"the bureau reads {word}: {seen}")
        expect('"at_least"' in seen and '"urgent"' in seen, f"count and severity: {seen}")
        told = district.run("status", made["slip"], "--office", OFFICE, "--language", "zh").stdout
        expect("自然资源局" in told and "尚未受理" in told and "下一步" in told, told)


def a_complaint_about_a_unit_says_who_will_know(district, _):
    answer = guided(district, [*COMPLAINT, "send"])
    said = answer.stderr
    expect("Discipline inspection" in said and "guarded" in said, f"it says who: {said}")
    expect("Petition bureau" not in said.partition("This would be sent")[2], said)
    expect("slip" in answer.stdout and "12345" in answer.stdout, answer.stdout)
    slip = next(
        line.split()[1] for line in answer.stdout.splitlines() if line.startswith("code ")
    )
    for language, word in (("en", "being handled"), ("zh", "正在办理")):
        told = district.run("status", slip, "--office", OFFICE, "--language", language).stdout
        expect(word in told and "Discipline" not in told and "纪委" not in told, told)
        expect(len(told.splitlines()) == 3, f"and nothing more: {told}")


def accusing(*organs):
    return [*COMPLAINT[:ORGANS], *organs, *COMPLAINT[ORGANS + 1:]]


def a_complaint_about_organs_says_from_whom_it_is_kept(district, _):
    wrong = ["", "no such bureau", "police, 99", ",".join("123456789")]
    answers = accusing(*wrong, "Natural resources bureau、 6")
    answer = guided(district, [*answers, "send"])
    asked, _, shown = answer.stderr.rpartition("This would be sent")
    expect(asked.count("expected: ") == 4, f"by number, name or id, at most 8: {asked}")
    kept = next(line for line in shown.splitlines() if "kept from" in line)
    expect(kept.split("from ")[1] == "Natural resources bureau, Public security bureau, Traffic "
           "police", f"they, and what is below them: {kept}")
    told = next(line for line in shown.splitlines() if "is told" in line)
    expect("District desk" in told and "security" not in told, told)
    expect("Discipline" in answer.stdout and "District desk" in answer.stdout, answer.stdout)
    answer = guided(district, [*accusing("discipline"), "send"])
    shown = answer.stderr.rpartition("This would be sent")[2]
    told = next(line for line in shown.splitlines() if "is told" in line)
    expect("District desk" in told and "Discipline" not in told, f"not to whom it accuses: {told}")
    expect("Discipline" not in answer.stdout and "District desk" in answer.stdout and
           "12345" in answer.stdout, f"nor is that a door: {answer.stdout}")


def who_is_accused_takes_no_complaint_in(district, _):
    before = entered(district)
    for organ, doors, no_door in (("岔河镇人民政府", "the desk by phone", "one level up"),
                                  (OFFICE, "discipline inspection, 12345", "one level up"),
                                  ("1", "discipline inspection, 12345", "the desk by phone"),
                                  ("district_desk, discipline", "12345", "the desk by phone")):
        answers = [*accusing(organ), "again", "q"]
        said = guided(district, answers, "--language", "zh", good=(STOPPED,)).stderr
        expect(said.count("此件不能在这里登记") == 2, f"it says so, and again: {said}")
        expect(doors in said and no_door not in said, f"and where else to go: {said}")
        said = guided(district, [*accusing(organ), "q"], good=(STOPPED,)).stderr
        expect(doors in said and "此件" not in said, f"in English: {said}")
    said = district.run("report", "--office", OFFICE, "--domain", "petition", "--concerns", "unit",
                        "--accused-organs", "land_bureau, " + OFFICE, "--text", "No.",
                        good=(REFUSED,)).stderr
    expect("accused_organs" in said and "the desk by phone" in said, said)
    said = district.run("report", "--office", OFFICE, "--domain", "petition", "--concerns", "unit",
                        "--accused-organs", "land_burau", "--text", "No.", good=(REFUSED,)).stderr
    expect('the nearest valid word is "land_bureau"' in said, said)
    expect(entered(district) == before, "nothing is in the outbox")


def plain(district, *words, severity="routine", env=None):
    """A report by options."""
    return district.run("report", "--office", OFFICE, "--severity", severity, *words, env=env)


def more_than_five_are_advised_and_never_refused(district, _):
    place = PETITION.index("?") + 1  # how many it affects in all
    for answer, is_told in (("5", False), ("at least 12", True)):
        answers = [*PETITION[:place], answer, *PETITION[place + 1:], "send"]
        said = guided(district, answers)
        expect(("at most 5 representatives" in said.stderr) == is_told, f"{answer}: {said.stderr}")
        expect("code " in said.stdout, f"it is entered: {said.stdout}")
    words = ["--domain", "petition", "--concerns", "nobody", "--text", "Twelve of us."]
    said = plain(district, *words, "--count", "affected=12")
    expect("at most 5 representatives" in said.stderr and "slip " in said.stdout, said.stderr)
    said = plain(district, *words, "--count", "affected=12", env={"LC_ALL": "zh_CN.UTF-8"})
    expect("不超过 5 人" in said.stderr and "其他渠道" in said.stdout, said.stderr + said.stdout)
    said = plain(district, *words, "--count", "affected=5")
    expect(said.stderr == "", f"five are as many as may come: {said.stderr}")


def a_slip_by_options_names_the_doors_too(district, _):
    words = ["--domain", "petition", "--text", "No.", "--concerns"]
    for whom in ("nobody", "unit", "unknown"):
        said = plain(district, *words, whom).stdout
        expect("District desk" in said and "Discipline" in said and "12345" in said, said)
        expect(("next news by 20" in said) == (whom != "nobody"), f"and no more: {said}")
    said = plain(district, *words, "unit", "--accused-organs", "discipline").stdout
    expect("District desk" in said and "Discipline" not in said, f"no door to it: {said}")
    said = plain(district, *words, "unit", "-o", "json").stdout
    expect("12345" not in said, f"a program reads none: {said}")


def danger_by_options_says_the_telephone_first(district, _):
    words = ["--domain", "left_behind_child", "--concerns", "nobody", "--text", "Alone."]
    said = plain(district, *words, severity="danger").stderr.splitlines()
    expect(said[0].startswith("!! First the telephone: 110"), f"{said}")
    expect("civil affairs" in said[1] and "within 24 h" in said[2], f"{said}")
    said = plain(district, *words[2:], "--domain", "petition", severity="urgent").stderr
    expect("110" not in said, said)


def danger_asks_only_what_is_needed_now(district, _):
    short = ["water in the coal mine, people underground", "yes", "1", "", "at least 5",
             "nobody", "shaft 2", "1"]  # fmt: skip
    answer = guided(district, short, "-o", "json")
    expect(json.loads(answer.stdout)["lane"] == "urgent", answer.stdout)
    expect("110" in answer.stderr and "/8]" in answer.stderr, f"few questions: {answer.stderr}")
    expect("danger to life now" in answer.stderr and "at least 5" in answer.stderr, "is shown")


def however_it_is_stopped_nothing_is_sent_and_that_is_said(district, _):
    before = entered(district)
    ways = [
        ([], "The input ended."),
        (["q"], "Stopped."),
        (["a crack", "<", "<", "a crack", "退出"], "Stopped."),
        (PETITION[:5], "The input ended."),
        (PETITION, "The input ended."),
        ([*PETITION, "<", "<", "q"], "Stopped."),
    ]
    for answers, how in ways:
        said = guided(district, answers, good=(STOPPED,)).stderr
        expect(how in said and "Nothing was sent" in said, f"{answers}: {said}")
    expect(entered(district) == before, "nothing is in the outbox")


def wrong_answers_are_told_what_was_expected(district, _):
    before = entered(district)
    answers = [
        "", "the bridge is closed",  # something must have happened
        "maybe", "no",
        "7", "qwertz", "all", "petition",
        "no such place", "街道", "岔河",
        "5", "routine",
        "several", "?",
        "many", "12",
        "", "everybody", "nobody",  # a petition must say whom it concerns
        "perhaps", "yes",  # whether nobody knows where to write to
        "", "", "",
        "perhaps", "1",
    ]  # fmt: skip
    said = guided(district, answers).stderr
    expect(said.count("expected: ") == 14, f"{said.count('expected: ')} were told: {said}")
    expect("-- Petition bureau" in said, "the whole list stands under its owners")
    expect("No name or no address to write to?" in said, "who left no address is asked about")
    expect(entered(district) == before + 1, "and in the end it is entered, once")


def a_changed_answer_changes_what_is_asked(district, _):
    back = ["the slope slides, a landslide", "yes", "<", "no", "geological_hazard", "",
            "serious", "yes", "2", "?", "?", "<", "<", "<", "<", "no", "about 9", "",
            *[""] * 7, "send"]  # fmt: skip
    answer = guided(district, back, "-o", "json")
    shown = answer.stderr.rpartition("This would be sent")[2]
    expect("dead 0" in shown and "about 9" in shown and "serious" in shown, shown)
    expect(json.loads(answer.stdout)["lane"] == "routine", answer.stdout)


class Terminal:
    """A program whose three streams are a terminal."""

    def __init__(self, district, *words):
        self.master, slave = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            [district.program("tocsin"), *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(district.env, TERM="dumb"),
            start_new_session=True,
        )
        os.close(slave)
        district.started.append(self.process)

    def type(self, line):
        os.write(self.master, (line + "\n").encode())

    def await_text(self, text):
        deadline = time.monotonic() + slower(10)
        while text not in self.said:
            rest = deadline - time.monotonic()
            if rest <= 0 or not select.select([self.master], [], [], rest)[0]:
                raise Failed(f"{text!r} does not come: {self.said}")
            try:
                self.said += os.read(self.master, 65536).decode("utf-8", "replace")
            except OSError:
                raise Failed(f"{text!r} never came: {self.said}") from None

    def end(self):
        code = self.process.wait(slower(10))
        os.close(self.master)
        return code


def a_terminal_is_asked_and_ctrl_c_says_what_was_sent(district, runner):
    screen = Terminal(district, "report", "--office", OFFICE)
    screen.await_text("What happened")
    os.kill(screen.process.pid, signal.SIGINT)
    screen.await_text("Nothing was sent")
    expect(screen.end() == STOPPED, "it was interrupted")
    screen = Terminal(district, "report", "--office", OFFICE)
    for line in PETITION:
        screen.type(line)
    screen.await_text("This would be sent")
    screen.await_text("nothing sent")
    os.kill(runner.processes[AGENT].pid, signal.SIGSTOP)
    screen.type("1")
    screen.await_text("Sending")
    os.kill(screen.process.pid, signal.SIGINT)
    screen.await_text("may be entered or not")
    expect(screen.end() == STOPPED, "it was interrupted")
    os.kill(runner.processes[AGENT].pid, signal.SIGCONT)


def an_agent_that_is_gone_is_told_before_and_after(district, runner):
    before = entered(district)
    screen = Terminal(district, "report", "--office", OFFICE)
    for line in PETITION[:-1]:
        screen.type(line)
    screen.await_text("exact place")
    runner.kill(AGENT)
    screen.type(PETITION[-1])
    screen.await_text("cannot reach the agent")
    screen.await_text("try again; nothing was sent")
    runner.start(AGENT)
    await_true("it is back", lambda: is_there(district), slower(20))
    screen.type("again")
    screen.await_text("send it")
    screen.type("send")
    screen.await_text("matter ")
    expect(screen.end() == 0, "nothing of what was typed was lost")
    expect(entered(district) == before + 1, "it is entered, once")


def at_an_office_without_a_link(bench):
    """All on one district: its founding takes longer than they do."""
    checks = (
        a_complaint_about_a_unit_says_who_will_know,
        a_complaint_about_organs_says_from_whom_it_is_kept,
        who_is_accused_takes_no_complaint_in,
        danger_asks_only_what_is_needed_now,
        more_than_five_are_advised_and_never_refused,
        a_slip_by_options_names_the_doors_too,
        danger_by_options_says_the_telephone_first,
        however_it_is_stopped_nothing_is_sent_and_that_is_said,
        wrong_answers_are_told_what_was_expected,
        a_changed_answer_changes_what_is_asked,
        an_agent_that_is_gone_is_told_before_and_after,
        a_terminal_is_asked_and_ctrl_c_says_what_was_sent,  # leaves one that may be entered or not
    )
    with bench.founded() as (district, runner):
        runner.start(AGENT)
        for check in checks:
            try:
                check(district, runner)
            except Failed as why:
                raise Failed(f"{check.__name__.replace('_', ' ')}: {why}") from None
    return f"{len(checks)} of the counter"


if __name__ == "__main__":
    Bench("guided").run(
        a_report_is_asked_for_in_chinese_and_arrives_as_it_was_told,
        at_an_office_without_a_link,
    )
