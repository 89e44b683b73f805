#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
"""What a petitioner may know by the code of the slip: the bureau's acts reach the office's own
copy without anybody watching, the copy serves while nothing else can be reached and says its age,
kill -9 loses none of it, and a complaint about a unit tells nothing but that it is handled."""

from harness import Bench, await_true, expect

OFFICE = "office_chahe"
BUREAU = "petition_bureau"
AGENT = f"agent.{OFFICE}"


def report(district, **more):
    words = ["report", "--office", OFFICE, "--wait"]
    for name, value in {"domain": "petition", "concerns": "nobody", "text": "x", **more}.items():
        words += ["--" + name, value]
    return district.json(*words)


def status(district, slip):
    return district.json("status", slip, "--office", OFFICE)


def limits(told):
    """{title: how the limit stands}."""
    return {row["title_en"]: row["state"] for row in told["limits"]}


def await_act(district, slip, act, limit_s=15):
    return await_true(
        f"the office knows of {act}",
        lambda: (s := status(district, slip))["last_act"] == act and s,
        limit_s,
    )


def the_answer_reaches_the_slip_and_stays_when_the_link_is_gone(bench):
    with bench.founded() as (district, runner):
        runner.start_all("broker", "collector", AGENT, f"agent.{BUREAU}")
        made = report(district)
        slip = made["slip"]
        first = status(district, slip)
        expect(first["stage"] == "open" and first["holder"] == BUREAU, f"as entered: {first}")
        begun = limits(first)
        expect(set(begun.values()) == {"runs"}, f"limits that the report starts: {first}")
        dates = [row["due_date"] for row in first["limits"]]
        expect(dates == sorted(dates) and len(dates[0]) == 10, f"the next one first: {dates}")
        act = ["act", made["matter"], "--bureau", BUREAU, "--wait"]
        district.run(*act, "accepted")
        known = await_act(district, slip, "accepted")
        expect(known["stage"] == "accepted" and known["last_time"], f"it was accepted: {known}")
        district.run(*act, "replied", "--text", "it opens on Friday")
        await_act(district, slip, "replied")
        runner.kill("collector")
        runner.kill("broker")
        runner.kill(AGENT)
        runner.start(AGENT)
        known = await_act(district, slip, "replied")
        expect(known["stage"] == "replied" and known["holder"] == BUREAU, f"offline: {known}")
        expect(limits(known) and first["limits"][0]["title_zh"], f"and its limits: {known}")
        expect(known["kind"] == "petition" and known["expected"] == "petitioner_told", f"{known}")
        expect(0 <= known["age_s"] < 120, f"it says its age: {known}")
        text = district.run("status", slip, "--office", OFFICE).stdout
        expect("as of" in text and "ago" in text, f"people are told the age too: {text}")
        expect("it opens on Friday" not in text, "words stay sealed")
        runner.start_all("broker", "collector")
        early = district.run(*act, "closed", good=(7,))
        expect("petitioner_told" in early.stderr, f"what must come before: {early.stderr}")
        district.run(*act, "petitioner_told", "--how", "phone")
        district.run(*act, "closed")
        await_act(district, slip, "closed", 30)
        rows = district.json("replay", "--digest")
        expect(rows["count"] == 6, f"report and five acts: {rows['count']}")


def a_complaint_tells_only_that_it_is_handled(bench):
    with bench.founded() as (district, runner):
        runner.start_all("broker", "collector", AGENT, "agent.discipline", f"agent.{BUREAU}")
        made = report(district, concerns="unit", accused="the land office")
        other = report(district)
        words = ["act", made["matter"], "accepted", "--bureau", "discipline", "--wait"]
        district.run(*words)
        words = ["act", other["matter"], "accepted", "--bureau", BUREAU, "--wait"]
        district.run(*words)
        await_act(district, other["slip"], "accepted")
        told = status(district, made["slip"])
        expect(told["is_opaque"] and "stage" not in told and "holder" not in told, f"{told}")
        expect("limits" not in told and "due" not in told, f"and no clock: {told}")
        text = district.run("status", made["slip"], "--office", OFFICE).stdout
        expect("being handled" in text and "discipline" not in text, text)


def a_slip_about_a_child_betrays_nobody(bench):
    with bench.founded() as (district, runner):
        runner.start_all("broker", "collector", AGENT)
        made = report(district, domain="left_behind_child")
        told = status(district, made["slip"])
        expect(told["is_opaque"] and "holder" not in told and "limits" not in told, f"{told}")
        for language, word in (("en", "being handled"), ("zh", "正在办理")):
            words = ["status", made["slip"], "--office", OFFICE, "--language", language]
            text = district.run(*words).stdout
            expect(word in text and "limit" not in text and "期限" not in text, text)
            news = "next news by 20" if language == "en" else "下次消息最迟：20"
            expect(news in text and told["news_date"] in text, f"by when there is news: {text}")
        shown = district.json("matter", "show", made["matter"], "--office", OFFICE)
        expect(shown["holder_id"] == "civil_affairs", f"the office itself sees it: {shown}")


def a_wrong_code_is_told_apart_from_an_unknown_one(bench):
    with bench.founded() as (district, runner):
        runner.start(AGENT)
        wrong = district.run("status", "12", "--office", OFFICE, good=(2,))
        unknown = district.run("status", "7K3MQ-0W14T", "--office", OFFICE, good=(3,))
        expect("code" in wrong.stderr and "code" in unknown.stderr, wrong.stderr + unknown.stderr)


if __name__ == "__main__":
    Bench("status").run(
        the_answer_reaches_the_slip_and_stays_when_the_link_is_gone,
        a_complaint_tells_only_that_it_is_handled,
        a_slip_about_a_child_betrays_nobody,
        a_wrong_code_is_told_apart_from_an_unknown_one,
    )
