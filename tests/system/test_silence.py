#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain ctest-cost: 15
"""Planned work does not ring: an organ looks first what a silence would do, begins one, and sees
what it kept quiet; what may not be quiet is refused in a sentence, or rings all the same."""

import signal

from harness import Bench, expect, expect_same_state, is_of_people, json_lines, replay
from terminal import Terminal

BUREAU, OTHER, DESK = "transport_bureau", "emergency_bureau", "district_desk"
DOMAIN = "road_maintenance"
REFUSED, USAGE = 7, 2
WANT = ("--for", "2h", "--reason", "planned_work", "--post", "duty_officer")


def report(district, severity, text, domain=DOMAIN):
    return district.json("report", "--office", "office_qinglong", "--domain", domain, "--severity",
                         severity, "--concerns", "nobody", "--text", text, "--wait")["matter"]


def begin(district, *words, bureau=BUREAU, good=(0,)):
    return district.run("silence", "begin", "--bureau", bureau, *words, good=good)


def silences(district, *words, bureau=BUREAU):
    return district.json("silence", "ls", "--bureau", bureau, *words)["silences"]


def preview(district, *words):
    return district.json("silence", "begin", "--bureau", BUREAU, "--preview", *words)


def refused(district, *words, says):
    """What is told of an attempt that changed nothing: one sentence, and what to try."""
    told = begin(district, *words, good=(REFUSED,)).stderr
    expect(told.startswith("tocsin: cannot begin the silence: because ") and says in told, told)
    expect("the desk is shown it" in told and len(told.strip().splitlines()) == 2, told)


def items(district, bureau):
    watch = ["watch", "--bureau", bureau, "--name", "look", "--from", "1", "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*watch, good=(0, 3)).stdout)
    return [row for row in rows if row.get("kind") == "item"]


def what_it_does_not_say_is_asked_for(district):
    for words, said in ((WANT, "say what is to be quiet"),
                        (("--domain", DOMAIN, "--whole", *WANT), "say what is to be quiet"),
                        (("--domain", DOMAIN, "--for", "2h"), "a reason, a post and an end"),
                        (("--domain", DOMAIN, *WANT[2:]), "a reason, a post and an end"),
                        (("--domain", DOMAIN, "--for", "2 days", *WANT[2:]), "45m, 2h"),
                        (("--domain", DOMAIN, *WANT[:4], "--post", "Mr. Li"), "duty_officer"),
                        (("--division", "12", *WANT), "12 digits"),
                        (("--domain", DOMAIN, "--preview", "--days", "0"), "1 to 366")):
        told = begin(district, *words, good=(USAGE,)).stderr
        expect(said in told, f"{words}: {told}")
    district.run("silence", "end", "--bureau", BUREAU, good=(USAGE,))
    district.run("silence", "--bureau", BUREAU, good=(USAGE,))


def said(district):
    """What people said so far. An agent's first greeting is logged too, whenever it comes."""
    return [item["position"] for item in replay(district)[0] if is_of_people(item)]


def a_preview_counts_and_publishes_nothing(district):
    report(district, "routine", "A hole in the road.")
    report(district, "routine", "Another one.")
    report(district, "serious", "A bus ran late.", domain="road_traffic")
    before = said(district)
    look = preview(district, "--domain", DOMAIN)
    expect((look["organ"], look["quiet"], look["refused"]) == (BUREAU, 2, None), f"{look}")
    expect([row["domain"] for row in look["domains"]] == [DOMAIN], f"{look}")
    expect("road_traffic" in look["never"] and DOMAIN not in look["never"], f"{look['never']}")
    whole = preview(district, "--whole")
    expect(whole["refused"] == "protected" and whole["rings"] >= 1, f"{whole}")
    text = begin(district, "--domain", "road_traffic", "--preview")
    expect("it would be refused now" in text.stdout and "nothing was" in text.stderr, text.stdout)
    expect(said(district) == before, "nothing logged")
    district.run("silence", "begin", "--preview", "--domain", DOMAIN, "--bureau", BUREAU, "-o",
                 "csv", good=(USAGE,))


def what_may_not_be_quiet_is_refused_in_a_sentence(district):
    refused(district, "--domain", "road_traffic", *WANT, says="road_traffic is of a protected line")
    refused(district, "--domain", "nowhere", *WANT, says="no domain of the policy")
    refused(district, "--whole", *WANT, says="it would cover a protected line")
    refused(district, "--domain", DOMAIN, "--for", "13h", *WANT[2:], says="12 hours at most")
    expect(not silences(district), "none is in force")
    shown = [item for item in items(district, DESK) if item["event"]["act"] == "silenced"]
    expect(len(shown) == 4, f"the desk sees each attempt: {len(shown)}")


def what_is_silenced_comes_and_does_not_ring(district):
    begin(district, "--domain", DOMAIN, *WANT)
    (row,) = silences(district)
    expect((row["organ"], row["domain"], row["post"], row["reason"])
           == (BUREAU, DOMAIN, "duty_officer", "planned_work"), f"{row}")  # fmt: skip
    expect((row["kept_quiet"], row["is_suspended"]) == (0, False), f"{row}")
    screen = Terminal(district, "watch", "--bureau", BUREAU, "--name", "night", "--from", "now",
                      "--bell-every", "1")  # fmt: skip
    screen.await_text("If this clock stops", "3 not in hand")
    at = len(screen.text)
    matter = report(district, "urgent", "The road is closed.")
    screen.await_text("4 not in hand, 1 urgent", "(silenced)", "(silenced: it does not ring)",
                      after=at)  # fmt: skip
    # The clock goes on; two of its seconds are two times at which it would have rung.
    for _ in range(3):
        at = screen.await_text("alive. If this clock stops", after=at)
    expect("\a" not in screen.text, "it does not ring")
    danger = report(district, "danger", "A bridge gives way.")
    screen.await_text("\a", "DANGER", after=at)
    screen.process.send_signal(signal.SIGINT)
    screen.end()
    flags = {item["matter"]: item["alert"]["flags"] for item in items(district, BUREAU)}
    expect("silenced" in flags[matter] and "silenced" not in flags[danger], f"{flags}")
    rows = json_lines(district.run("matter", "waiting", "--bureau", BUREAU, "-o", "ndjson").stdout)
    quiet = {row["matter"]: row["is_silenced"] for row in rows}
    expect((quiet[matter], quiet[danger]) == (True, False), f"{quiet}")
    expect(silences(district)[0]["kept_quiet"] == 1, "and it says how many it kept quiet")


def while_danger_is_open_none_is_begun(district):
    expect(preview(district, "--domain", DOMAIN)["refused"] == "danger_open", "it says so before")
    refused(district, "--domain", DOMAIN, *WANT, says=f"a matter in danger of {DOMAIN} is open")


def who_sees_it_and_who_ends_it(district):
    (row,) = silences(district)
    expect(not silences(district, bureau=OTHER), "another sees none but its own")
    district.run("silence", "ls", "--bureau", OTHER, "--organ", BUREAU, good=(REFUSED,))
    (shown,) = silences(district, bureau=DESK)
    expect(shown["position"] == row["position"], f"the desk sees all: {shown}")
    for words in (["desk", "--bureau", DESK], ["board"]):
        (told,) = district.json(*words)["silences"]
        expect((told["organ"], told["position"]) == (BUREAU, row["position"]), f"{words}: {told}")
        text = district.run(*words).stdout
        expect(DOMAIN in text and "planned_work" in text, text)
    expect(not district.json("board", "--office", "office_qinglong")["silences"], "not its own")
    end = ["silence", "end", str(row["position"])]
    told = district.run(*end, "--bureau", OTHER, good=(REFUSED,)).stderr
    expect("another organ's" in told, told)
    district.run(*end, "--bureau", DESK)
    expect(not silences(district), "it has ended")
    told = district.run(*end, "--bureau", BUREAU, good=(REFUSED,)).stderr
    expect("none of that position is in force" in told, told)
    text = district.run("desk", "--bureau", DESK).stdout
    expect("SILENCES IN FORCE: none" in text, text)


def planned_work_does_not_ring(bench):
    with bench.district(offices=2, bureaus=[DESK, BUREAU, OTHER]) as district:
        for part in (what_it_does_not_say_is_asked_for, a_preview_counts_and_publishes_nothing,
                     what_may_not_be_quiet_is_refused_in_a_sentence,
                     what_is_silenced_comes_and_does_not_ring, while_danger_is_open_none_is_begun,
                     who_sees_it_and_who_ends_it):
            part(district)
        begin(district, "--domain", "enterprise_service", *WANT, bureau=OTHER)
        shown = silences(district, bureau=DESK)
        district.stop()
        where = ["--dir", district.folder]
        stopped = district.json("silence", "ls", "--stopped", *where)["silences"]
        expect(stopped == shown, "the same from the folder")
        expect_same_state(district)


if __name__ == "__main__":
    Bench("silence").run(planned_work_does_not_ring)
