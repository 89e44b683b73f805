#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
# ctest-cost: 10
"""Legal limits, counted twice: what `tocsin clocks` says of a district that a feed of petitions
drove, as the demo hands it in, and what the same petitions and the days off give by another way of
counting. A small invented feed whose days lie around Spring Festival is always counted; real
petitions with their replies where they lie beside this source tree, one of eight of them in
sanitized programs. The reply is the written notice and the answer: one report, one act."""

import csv
import json
import os
import subprocess
import tempfile
from bisect import bisect_left
from collections import Counter
from datetime import date, datetime, timedelta, timezone

from harness import ROOT, Bench, Skip, await_true, expect, is_sanitized, json_lines
from harness import programs_dir, slower

import feed  # isort: skip  (the demo's: harness knows where it is)

SHARED = os.path.join(os.path.dirname(os.path.abspath(ROOT)), "shared")
PETITIONS = os.path.join(SHARED, "data", "petitions-with-replies.jsonl")
DAYS_OFF = os.path.join(SHARED, "domain", "calendar-exceptions-cn.csv")
DESK = "district_desk"
DUE_STAGE = 3  # of the steps of a clock: two warnings, then this
DISTRICT = timezone(timedelta(hours=8))
SAMPLE_STEP = 8  # of the real petitions, in sanitized programs
# Calendar days from the report to the reply, which here is the written notice too.
RULES = {"xf.direct_notice": 15, "xf.bureau_dispose": 15, "xf.resolve": 60}
COUNTS = "met missed running paused over cancelled unmeasured unknown earlier".split()

# The notices of 2024 to 2026, as far as the invented petitions touch them: the first days off and
# the last ones, and the Saturdays and Sundays that are worked.
OFF = [("2024-01-01", 1), ("2024-02-10", 8), ("2024-04-04", 3), ("2025-01-01", 1),
       ("2025-01-28", 8), ("2025-04-04", 3), ("2026-01-01", 3), ("2026-02-15", 9),
       ("2026-04-04", 3)]  # fmt: skip
WORKED = ["2024-02-04", "2024-02-18", "2024-04-07", "2025-01-26", "2025-02-08", "2026-01-04",
          "2026-02-14", "2026-02-28"]  # fmt: skip

# When it came, when it was answered, and by hand: the notice's 15 days, the request's 60.
INVENTED = [
    # The last day is in Spring Festival: in time until the make-up Sunday is over.
    ("2024-01-30T10:00:00+08:00", "2024-02-18T23:59:59+08:00", "met", "met"),
    ("2024-01-30T10:00:00+08:00", "2024-02-19T00:00:00+08:00", "missed", "met"),
    ("2025-01-13T09:00:00+08:00", "2025-02-05T23:00:00+08:00", "met", "met"),
    ("2025-01-13T09:00:00+08:00", "2025-02-06T00:00:01+08:00", "missed", "met"),
    # The last day is a make-up Sunday or Saturday: nothing is passed on.
    ("2024-01-20T09:00:00+08:00", "2024-02-04T23:59:59+08:00", "met", "met"),
    ("2024-01-20T09:00:00+08:00", "2024-02-05T00:00:00+08:00", "missed", "met"),
    ("2025-01-11T23:59:59+08:00", "2025-01-27T09:00:00+08:00", "missed", "met"),
    ("2025-01-24T09:00:00+08:00", "2025-02-08T12:00:00+08:00", "met", "met"),
    ("2025-01-24T09:00:00+08:00", "2025-02-10T09:00:00+08:00", "missed", "met"),
    # A plain Saturday, and a second each side of midnight at both ends.
    ("2024-03-01T10:00:00+08:00", "2024-03-18T23:59:59+08:00", "met", "met"),
    ("2024-03-04T23:59:59+08:00", "2024-03-20T10:00:00+08:00", "missed", "met"),
    ("2024-03-05T00:00:00+08:00", "2024-03-20T10:00:00+08:00", "met", "met"),
    # Days are the district's, wherever the times were written.
    ("2024-02-29T16:00:00+00:00", "2024-03-18T15:59:59+00:00", "met", "met"),
    ("2024-02-29T15:59:59+00:00", "2024-03-15T16:00:00+00:00", "missed", "met"),
    # Sixty days, into Spring Festival, onto a Saturday, and past both.
    ("2023-12-12T10:00:00+08:00", "2024-02-18T18:00:00+08:00", "missed", "met"),
    ("2023-12-12T10:00:00+08:00", "2024-02-19T08:00:00+08:00", "missed", "missed"),
    ("2024-12-31T10:00:00+08:00", "2025-03-03T20:00:00+08:00", "missed", "met"),
    ("2024-12-31T10:00:00+08:00", "2025-03-04T00:00:00+08:00", "missed", "missed"),
    ("2026-02-23T10:00:00+08:00", "2026-02-24T09:00:00+08:00", "met", "met"),
    # Nobody answered before the feed's end: the notice is past its due day and not past its limit,
    # or past both; the last one is past the limits of both rules.
    ("2026-02-06T09:00:00+08:00", None, "running", "running"),
    ("2026-01-30T09:00:00+08:00", None, "missed", "running"),
    ("2025-01-02T09:00:00+08:00", None, "missed", "missed"),
]


class Calendar:
    """Working days in a row, so that the next one is found by halving."""

    def __init__(self, first_year, last_year, exceptions):
        day = date(first_year, 1, 1)
        last = date(last_year, 12, 31)
        self.working = []
        while day <= last:
            if exceptions.get(day, day.isoweekday() < 6):
                self.working.append(day)
            day += timedelta(days=1)

    def limit(self, start, days):
        """The last day that is in time; the day of the start is not counted."""
        due = start.date() + timedelta(days=days)
        return self.working[bisect_left(self.working, due)]


def own_days():
    """{day: is it worked} of the notices above."""
    found = {date.fromisoformat(day): True for day in WORKED}
    for first, count in OFF:
        for offset in range(count):
            found[date.fromisoformat(first) + timedelta(days=offset)] = False
    return found


def days_of_file():
    with open(DAYS_OFF, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {date.fromisoformat(row["date"]): row["day"] == "work" for row in rows}


def of_district(text):
    return datetime.fromisoformat(text).astimezone(DISTRICT)


def outcome(calendar, petition, days, end):
    limit = calendar.limit(of_district(petition["time"]), days)
    if petition["reply_time"]:
        return "met" if of_district(petition["reply_time"]).date() <= limit else "missed"
    return "running" if end.date() <= limit else "missed"


def feed_end(petitions):
    times = [p[key] for p in petitions for key in ("time", "reply_time") if p[key]]
    return max(of_district(time) for time in times)


def by_hand(calendar, petitions):
    """{rule: Counter of outcomes}."""
    end = feed_end(petitions)
    return {
        rule: Counter(outcome(calendar, petition, days, end) for petition in petitions)
        for rule, days in RULES.items()
    }


def clocks(folder, *words, good=0):
    """`tocsin clocks`, in English, of a district that does not run."""
    answer = subprocess.run(
        [os.path.join(programs_dir("dev"), "tocsin"), "clocks", "--dir", folder, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=slower(60),
        env=dict(os.environ, LC_ALL="C.UTF-8"),
    )
    expect(answer.returncode == good, f"clocks ended with {answer.returncode}: {answer.stderr}")
    return answer


def hand_in(district, drafts, count):
    """All of a feed by its one agent, in so many parts."""
    lines = [line for _, line in feed.for_feed_agent(drafts)]
    for number in range(count):
        path = district.path(f"part{number}.jsonl")
        first, last = (len(lines) * edge // count for edge in (number, number + 1))
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines[first:last])
        words = ["report", "--office", "feed", "--from", path, "--batch", f"b{number}", "--wait"]
        said = district.json(*words, limit_s=slower(120))
        expect(said["acked"] == last - first, f"all are acknowledged: {said}")


def rings_of_desk(district):
    """What the desk is told of clocks once all is folded, from its first alert to its last."""
    await_true(
        "everything is folded",
        lambda: district.json("log", "stats", "--running")["not_yet_folded"] == 0,
        slower(30),
    )
    words = ["watch", "--bureau", DESK, "--name", "look", "--from", "1", "--once", "-o", "ndjson"]
    rows = json_lines(district.run(*words, limit_s=slower(60)).stdout)
    return [row["fired"] for row in rows if row.get("fired")]


def streams_of(folder):
    """How many alerts each stream has, of a district that does not run."""
    program = os.path.join(programs_dir("dev"), "tocsin")
    answer = subprocess.run(
        [program, "log", "stats", "--dir", folder, "-o", "json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=slower(60),
    )
    return {row["organ_id"]: row["number"] for row in json.loads(answer.stdout)["streams"]}


def counted(folder):
    """What `tocsin clocks` says: the document, and its rows by rule."""
    told = json.loads(clocks(folder, "-o", "json").stdout)
    expect(told["schema"] == "tocsin.clocks/1" and told["not_yet_folded"] == 0, f"{told}")
    rows = {row["rule"]: row for row in told["clocks"]}
    for rule, row in rows.items():
        expect(row["started"] == sum(row[key] for key in COUNTS), f"{rule} adds up: {row}")
    return told, rows


def expect_rings_on_days_as_counted(petitions, fired):
    """A limit rings when its last day as it is counted is over, day off or not: at the desk, once
    for each petition that nobody had answered by then, and for no other."""
    rule, days = "xf.direct_notice", RULES["xf.direct_notice"]
    end = feed_end(petitions)
    wanted = Counter()
    for petition in petitions:
        day = of_district(petition["time"]).date() + timedelta(days=days + 1)
        over = datetime(day.year, day.month, day.day, tzinfo=DISTRICT)
        reply = petition["reply_time"]
        wanted[over] += (of_district(reply) if reply else end) >= over
    rang = Counter()
    for ring in fired:
        if ring["name"] == rule and ring["stage"] == DUE_STAGE:
            rang[of_district(ring["due"].replace("Z", "+00:00"))] += 1
    expect(not wanted - rang, f"did not ring: {wanted - rang}")
    expect(not rang - wanted, f"rang for one that was answered: {rang - wanted}")
    return f"{rule} rang {rang.total()} times"


def compare(petitions, calendar, folder, fired):
    """Both ways of counting; gives what they agree on."""
    told, rows = counted(folder)
    expect(datetime.fromisoformat(told["as_of"].replace("Z", "+00:00")) == feed_end(petitions),
           f"it is told as of the feed's end: {told['as_of']}")  # fmt: skip
    said = []
    for rule, wanted in by_hand(calendar, petitions).items():
        row = rows[rule]
        expect(row["started"] == len(petitions), f"{rule} started for each petition: {row}")
        for key in COUNTS:
            expect(row[key] == wanted[key], f"{rule}, {key}: {row[key]}, by hand {wanted[key]}")
        said.append(f"{rule} " + "/".join(str(row[key]) for key in ("met", "missed", "running")))
    said.append(expect_rings_on_days_as_counted(petitions, fired))
    return ", ".join(said)


def people_read_titles_and_no_names(folder):
    """The table, in both languages."""
    english = clocks(folder).stdout
    chinese = clocks(folder, "--language", "zh").stdout
    expect("Resolve a request" in english and "as of 2026-02-24" in english, english)
    expect("办结" in chinese and "Resolve" not in chinese and "截至" in chinese, chinese)
    expect(not any(word in english + chinese for word in ("office_", "_bureau")), english)
    rows = list(csv.reader(clocks(folder, "-o", "csv").stdout.splitlines()))
    expect(rows[0][:3] == ["RULE", "CLOCK", "STARTED"] and len(rows) > 4, f"{rows}")


def written(folder, petitions):
    """A feed of the petitions, as the demo reads it: a report of each, an act of each reply."""
    path = os.path.join(folder, "petitions.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(petition) + "\n" for petition in petitions)
    drafts = feed.read(path)
    acts = [draft.keys["act"] for draft in drafts if draft.is_act]
    replies = sum(1 for petition in petitions if petition["reply_time"])
    expect(acts == ["replied"] * replies, "the reply is the one act")
    expect(len(drafts) == len(petitions) + replies, "one report a petition, one act a reply")
    return drafts


def an_invented_feed_around_spring_festival_counts_the_same_by_hand(bench):
    petitions = [
        {"no": str(number), "time": time, "subject": "x", "detail": "y", "reply_time": reply,
         "reply": reply and "z"}
        for number, (time, reply, *_) in enumerate(INVENTED, 1)
    ]  # fmt: skip
    calendar = Calendar(2023, 2026, own_days())
    end = feed_end(petitions)
    for petition, (time, reply, *wanted) in zip(petitions, INVENTED):
        found = [outcome(calendar, petition, days, end) for days in (15, 60)]
        expect(found == wanted, f"{time} to {reply}: {found}, by hand {wanted}")
    streams = []
    for count in (1, 9):  # however it is handed in
        with bench.district(clock="feed") as district:
            hand_in(district, written(district.folder, petitions), count)
            fired = rings_of_desk(district)
            district.stop()
            said = compare(petitions, calendar, district.folder, fired)
            streams.append(streams_of(district.folder))
            if len(streams) == 1:
                people_read_titles_and_no_names(district.folder)
    expect(streams[0] == streams[1], f"the same feed gives the same alerts: {streams}")
    return said


def real_petitions_count_the_same_by_hand(bench):
    for path in (PETITIONS, DAYS_OFF):
        if not os.path.exists(path):
            raise Skip("no real petitions lie beside this source tree, in ../shared")
    with open(PETITIONS, encoding="utf-8") as file:
        petitions = [json.loads(line) for line in file if line.strip()]
    petitions = petitions[:: SAMPLE_STEP if is_sanitized() else 1]
    with bench.district(clock="feed") as district:
        hand_in(district, written(district.folder, petitions), 1)
        fired = rings_of_desk(district)
        district.stop()
        return compare(petitions, Calendar(2007, 2026, days_of_file()), district.folder, fired)


def a_folder_without_clocks_is_told(bench):
    with bench.district(offices=1) as district:
        answer = clocks(district.folder, good=1)
        expect("end the collector first" in answer.stderr, f"it runs: {answer.stderr}")
        district.stop()
        answer = clocks(district.folder, good=3)
        expect("no clocks" in answer.stderr and not answer.stdout, f"{answer}")
        told = json.loads(clocks(district.folder, "-o", "json", good=3).stdout)
        rows = {row["rule"]: row for row in told["clocks"]}
        expect(rows["xf.resolve"]["started"] == 0 and None not in rows, f"rules in force: {told}")
        expect("xf.simple_accept" not in rows, "a rule that is off starts nothing")
    with tempfile.TemporaryDirectory() as folder:
        answer = clocks(folder, good=6)
        expect("cannot read a log" in answer.stderr and "try:" in answer.stderr, answer.stderr)


if __name__ == "__main__":
    Bench("petitions").run(
        a_folder_without_clocks_is_told,
        an_invented_feed_around_spring_festival_counts_the_same_by_hand,
        real_petitions_count_the_same_by_hand,
    )
