#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
"""Bad input that comes through a person's programs: what is wrong in form is named and refused on
the spot, the rest goes on; what is only odd is accepted and flagged."""

import json
import os

from harness import (
    SHIM,
    Bench,
    Checker,
    Hand,
    Skip,
    await_true,
    expect,
    is_sanitized,
    json_lines,
    replay,
    report_draft,
    tag_of,
)

OFFICE = "office_chahe"
GOOD = {
    "domain": "petition",
    "division": "520502102000",
    "concerns": "nobody",
    "category": "31.6",
    "texts": {"narrative": "the bridge is closed"},
}



def without(key):
    return {name: value for name, value in GOOD.items() if name != key}


# (what is wrong, the line, the field that must be named)
BAD = [
    ("no JSON", b'{"domain": ', ""),
    ("a division of 11 digits", dict(GOOD, division="52050210200"), "division"),
    ("a division with a letter", dict(GOOD, division="52050210200x"), "division"),
    ("nobody asked whom it concerns", without("concerns"), "concerns"),
    ("no domain", without("domain"), "domain"),
    ("an unknown key", dict(GOOD, colour="red"), "colour"),
    ("an unknown severity", dict(GOOD, severity="apocalyptic"), "severity"),
    ("a text over 48 KiB", dict(GOOD, texts={"narrative": "x" * 49153}), "texts.narrative"),
    ("bytes that are not UTF-8", b'{"domain":"\xff\xfe","division":"520502102000"}', ""),
    ("a key twice", b'{"domain":"petition","domain":"dispute"}', "domain"),
    ("a count that is a text", dict(GOOD, counts={"deaths": "three"}), "counts.deaths"),
    ("a time without an offset", dict(GOOD, learned="2026-03-01T10:00:00"), "learned"),
    ("an act of the log itself", {"act": "genesis", "matter": "x"}, ""),
    ("another office's word", dict(GOOD, office="office_lishu"), "office"),
]


def line_of(made):
    return made if isinstance(made, bytes) else json.dumps(made, ensure_ascii=False).encode()


def write(district, lines):
    path = district.path("lines.jsonl")
    with open(path, "wb") as file:
        file.write(b"\n".join(lines) + b"\n")
    return path


def each_bad_line_is_named_and_the_rest_goes_on(bench):
    with bench.district(bureaus=["district_desk"]) as district:
        lines = []
        for number, (_, made, _) in enumerate(BAD):
            lines += [line_of(made), line_of(dict(GOOD, trace_parent=tag_of("good", number)))]
        path = write(district, lines)
        answer = district.run(
            "report", "--office", OFFICE, "--from", path, "--wait", "-o", "json", good=(7,)
        )
        told = answer.stderr.splitlines()
        for number, (what, _, field) in enumerate(BAD):
            where = f"{path}:{2 * number + 1}: {field}"
            named = [line for line in told if line.startswith(where)]
            expect(named, f"{what}: no line begins with {where!r}: {told[:40]}")
        expect("apocalyptic" not in answer.stderr, "a bad value is not repeated")
        total = json.loads(answer.stdout)
        expect(total["faults"] == len(BAD), f"{total['faults']} of {len(BAD)} are counted")
        expect(total["entered"] == total["acked"] == len(BAD), "all the others are in the log")
        items, _ = replay(district)
        expect(sum(1 for i in items if i["event"]["act"] == "reported") == len(BAD), "once each")
    return f"{len(BAD)} kinds of bad lines"


def strict_stops_at_the_first(bench):
    with bench.district(bureaus=["district_desk"]) as district:
        path = write(district, [line_of(GOOD), b"{", line_of(GOOD), line_of(GOOD)])
        words = ["report", "--office", OFFICE, "--from", path, "--strict", "--wait", "-o", "json"]
        answer = district.run(*words, good=(7,))
        expect(f"{path}:2: " in answer.stderr, answer.stderr)
        total = json.loads(answer.stdout)
        # Lines that were read ahead of the fault may be in; those behind it are not.
        expect(total["entered"] == 1, f"{total['entered']} entered before the fault")


def the_same_batch_with_other_bytes_is_an_error_on_that_line(bench):
    with bench.district(bureaus=["district_desk"]) as district:
        first = write(district, [line_of(GOOD), line_of(GOOD)])
        words = ["report", "--office", OFFICE, "--from", first, "--batch", "b", "-o", "json"]
        expect(json.loads(district.run(*words).stdout)["entered"] == 2, "two are entered")
        again = json.loads(district.run(*words).stdout)
        expect(again["entered"] == 0 and again["repeats"] == 2, "the same again changes nothing")
        write(district, [line_of(GOOD), line_of(dict(GOOD, severity="serious"))])
        answer = district.run(*words, good=(7,))
        expect(f"{first}:2:" in answer.stderr, answer.stderr)
        expect(json.loads(answer.stdout)["faults"] == 1, "one fault")


def what_is_only_odd_is_accepted_and_flagged(bench):
    if is_sanitized() or not os.path.exists(SHIM):
        raise Skip("no preloaded library with these programs")
    skews = {"clock_ahead": 7200, "clock_behind": -30 * 86400}
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        runner.start_all("broker", "collector")
        checker = Checker()
        for flag, skew_s in skews.items():
            env = {"LD_PRELOAD": SHIM, "TOCSIN_SKEW_S": str(skew_s)}
            runner.start("agent." + OFFICE, env=env)
            hand = Hand(district, OFFICE, checker, flag)
            tag = tag_of(flag, 1)
            hand.hand_in("report", report_draft(OFFICE, tag), tag)
            hand.drain(20)
            hand.close()
            runner.stop("agent." + OFFICE, 5)
        runner.start("agent." + OFFICE)
        hand = Hand(district, OFFICE, checker, "odd")
        odd = {
            "unknown_domain": {"domain": "never_heard_of"},
            "unknown_division": {"division": "520502999000"},
        }
        for flag, more in odd.items():
            tag = tag_of(flag, 1)
            draft = report_draft(OFFICE, tag, **more)
            hand.hand_in("report", draft, tag)
        future = tag_of("future", 1)
        draft = report_draft(OFFICE, future, learned="2039-01-01T00:00:00+08:00")
        hand.hand_in("report", draft, future)
        stub = tag_of("stub", 1)
        follow = {
            "matter": "01890a5d-ac96-774b-bcce-b302099a8057",
            "concerns": "nobody",
            "trace_parent": stub,
            "texts": {"narrative": "and the second pier too"},
        }
        hand.hand_in("report", follow, stub)
        hand.drain(20)
        expect(not hand.refusals, f"nothing is refused: {hand.refusals}")
        hand.close()
        desk = flags_at_the_desk(district)
        items, _ = replay(district)
        stored = {i["event"].get("trace_parent") for i in items}
        for name in list(skews) + list(odd):
            tag = tag_of(name, 1)
            expect(tag in stored, f"{name} is in the log")
            expect(name in desk.get(tag, ()), f"{name} is flagged: {desk.get(tag)}")
        expect(future in stored, "a time in the future is accepted")
        expect(stub in stored, "a follow-up before its report is accepted")
    return f"flags at the desk: {sorted({f for flags in desk.values() for f in flags})}"


def flags_at_the_desk(district):
    """{tag: flags} of what the desk was told, once it has been folded."""

    def look():
        words = ["watch", "--bureau", "district_desk", "--from", "1", "--once", "-o", "ndjson"]
        rows = json_lines(district.run(*words, good=(0, 3)).stdout)
        found = {}
        for row in rows:
            if row.get("kind") == "item" and row["event"]:  # a clock's item has none
                flags = row["alert"]["flags"]
                found[row["event"].get("trace_parent")] = flags
                # Of what another organ leads it knows, and reads nothing. A stub's text is its
                # office's own.
                leads = not any(flag.startswith("clock_") for flag in flags)
                reads = "narrative" in row.get("texts", {})
                expect(reads == leads or flags == ["stub"], f"{flags}: read {reads}, led {leads}")
        return found if len(found) >= 4 else None

    return await_true("the desk was told of what is odd", look, 15, 0.2)


if __name__ == "__main__":
    Bench("refused").run(
        each_bad_line_is_named_and_the_rest_goes_on,
        strict_stops_at_the_first,
        the_same_batch_with_other_bytes_is_an_error_on_that_line,
        what_is_only_odd_is_accepted_and_flagged,
    )
