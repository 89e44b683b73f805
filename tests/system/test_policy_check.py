#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
"""`tocsin policy check` of thirty-odd policies, each the shipped one with one thing broken: every
one is refused with exit code 6, and the fault names file, line, column, field and what was wrong;
where a word is nearly right, the nearest one. A calendar that ends soon is good, and warned of."""

import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT, Bench, expect, programs_dir

SHIPPED = os.path.join(ROOT, "policy")

# file, what stands there, what is put in its place, what the fault must say (a pattern).
BROKEN = [
    ("regime", "version: 1", "version: 0", r"version"),
    ("regime", "version: 1", "version: one", r"version"),
    ("regime", "desk: district_desk", "desk: district_dusk", r'"district_desk"'),
    ("regime", "desk: district_desk", "desk: energy_bureau", r"desk"),
    ("regime", "version: 1", "version: 1\nversoin: 2", r"versoin"),
    ("lines", "id: no_major_accident", "id: No Major Accident", r"lines\[1\]\.id"),
    ("lines", "id: no_serious_harm_to_vulnerable", "id: no_major_accident", r"is taken"),
    ("lines", "  - id: no_major_accident\n", "  - x: y\n    id: no_major_accident\n", r"\bx\b"),
    ("organs", "number: 1\n", "number: 0\n", r"number"),
    ("organs", "number: 1\n", "number: 70000\n", r"number"),
    ("organs", "kind: desk", "kind: dusk", r'"desk"|expected one of'),
    ("organs", "    kind: desk\n", "    kind: desk\n    place_parent: petition_bureau\n",
     r'organs\[1\]\.place_parent: expected a chain that ends; .* back to "district_desk"'),
    ("domains", "owner: energy_bureau", "owner: energy_burau", r'nearest .* is "energy_bureau"'),
    ("domains", "    owner: energy_bureau\n", "", r"domains\[\d+\]\.owner: is missing: expected"),
    ("domains", "procedure: hazard", "procedure: hazzard", r"hazard"),
    ("domains", "line: no_major_accident", "line: no_major_acident", r'"no_major_accident"'),
    ("domains", "is_petition: true", "is_petition: yes", r"is_petition"),
    ("domains", "has_opaque_slip: true", "has_opaque_slip: maybe", r"has_opaque_slip"),
    ("domains", "attributes: [need_class, path]", "attributes: [need_class, pth]", r"pth"),
    ("attributes", "kind: number", "kind: nubmer", r'"?number'),
    ("attributes", "by: bureau", "by: bureaux", r"bureau"),
    ("attributes", "{id: contained,", "{id: owner_phone,", r"person"),
    ("levels", "kind: accident", "kind: accidnet", r"accident"),
    ("divisions", "name: ", "nmae: ", r"nmae"),
    ("calendars", "year: 2026", "year: 2O26", r"year"),
    ("clocks", "unit: calendar_days", "unit: calender_days", r'"calendar_days"'),
    ("clocks", "amount: 15", "amount: -15", r"amount"),
    ("clocks", "stop: [petitioner_told, replied]", "stop: []", r"stop"),
    ("clocks", "start: [reported]", "start: [reportd]", r"reported"),
    ("clocks", "confidence: H", "confidence: X", r"confidence"),
    ("clocks", "id: xf.resolve\n", "id: xf.register\n", r"is taken"),
    ("clocks", "owes: holder", "owes: holders", r"holder"),
    ("clocks", "start: [reported]", "start: [case_filed]",
     r'start: unknown act of a matter that the clock is for "case_filed"; expected one of re'),
    ("clocks", "stop: [petitioner_told, replied]", "stop: [petitioner_told, replied>open]",
     r'stop: unknown way of a matter that the clock is for "replied>open"; .*"replied>'),
    ("clocks", "    domains: [petition,", "    level: ordinary\n    domains: [petition,",
     r'level: expected domains that have a scale: "petition" has none'),
    ("escalation", "clock: seal.second_approval", "clock: xf.simple_accept",
     r'clock: expected a clock that is on: "xf.simple_accept" is not enabled'),
    ("escalation", "severity: urgent", "severity: danger",
     r'ladder: expected another .* than that of "danger", .*: "urgent" would never begin'),
    ("escalation", "kind: remind", "kind: remnid", r"remind"),
    ("retention", "unit: ", "unit: fort", r"unit"),
    ("seal", "confidence: ", "confidence: un", r"confidence"),
    ("domains", "domains:", "domains: [", r"expected YAML"),
]  # fmt: skip
FAULT = re.compile(r"^tocsin: (\S+/)?(\w+\.yaml):(\d+):(\d+): (.+)$", re.MULTILINE)


def check(folder, *words):
    program = os.path.join(programs_dir("dev"), "tocsin")
    return subprocess.run(
        [program, "policy", "check", folder, *words], capture_output=True, text=True, check=False
    )


def broken(folder, name, old, new):
    """The shipped policy in a folder, with one thing changed outside a comment."""
    shutil.copytree(SHIPPED, folder)
    path = os.path.join(folder, f"{name}.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    places = [match.start() for match in re.finditer(re.escape(old), text)]
    begins = [text[:at].rpartition("\n")[2] for at in places]
    places = [at for at, begin in zip(places, begins) if not begin.lstrip().startswith("#")]
    expect(places, f"{name}.yaml has {old!r}")
    at = places[0]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:at] + new + text[at + len(old) :])


def each_broken_file_is_refused_by_its_line(_):
    expect(len(BROKEN) >= 30, "thirty of them")
    for name, old, new, said in BROKEN:
        with tempfile.TemporaryDirectory() as room:
            folder = os.path.join(room, "policy")
            broken(folder, name, old, new)
            answer = check(folder)
            what = f"{name}.yaml, {old!r} as {new!r}"
            expect(answer.returncode == 6, f"{what}: {answer.returncode} {answer.stderr}")
            faults = FAULT.findall(answer.stderr)
            expect(faults, f"{what}: file, line and column: {answer.stderr}")
            told = [fault[4] for fault in faults]
            expect(any(re.search(said, text) for text in told), f"{what}: {told}")
            rows = json.loads(check(folder, "-o", "json").stdout)
            expect(not rows["is_good"] and rows["faults"][0]["line"] > 0, f"{what}: {rows}")


def all_faults_are_told_in_one_run(_):
    with tempfile.TemporaryDirectory() as room:
        folder = os.path.join(room, "policy")
        broken(folder, "regime", "version: 1", "version: 0")
        for name, old, new in (("domains", "procedure: hazard", "procedure: hazzard"),
                               ("clocks", "unit: calendar_days", "unit: calender_days"),
                               ("seal", "confidence: ", "confidence: un")):  # fmt: skip
            path = os.path.join(folder, f"{name}.yaml")
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(f"    {old}", f"    {new}", 1))
        files = {fault[1] for fault in FAULT.findall(check(folder).stderr)}
        wanted = {"regime.yaml", "domains.yaml", "clocks.yaml", "seal.yaml"}
        expect(wanted <= files, f"all of them: {files}")


ZONE = datetime.timezone(datetime.timedelta(hours=8))  # zone_offset_minutes of the calendar
WARNING_DAYS = 120


def with_years(folder, last):
    """The shipped policy in a folder, its calendar cut or drawn out to end with a year; gives the
    line of that year."""
    shutil.copytree(SHIPPED, folder)
    path = os.path.join(folder, "calendars.yaml")
    with open(path, encoding="utf-8") as file:
        head, *years = re.split(r"(?m)^(?=  - year: )", file.read())
    known = {int(text.split()[2]): text for text in years}
    for year in range(max(known) + 1, last + 1):
        known[year] = f"  - year: {year}\n    days_off:\n      - {year}-01-01\n"
    text = head + "".join(known[year] for year in sorted(known) if year <= last)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return text[: text.index(f"  - year: {last}\n")].count("\n") + 1


def warning_of(today, last):
    """What is to be said today of a calendar that ends with a year; empty: nothing."""
    if last < today.year:
        return (f"the calendar lacks {today.year}: clocks that count working days have no date in "
                "it; add the year")  # fmt: skip
    rest = (datetime.date(last + 1, 1, 1) - today).days
    if rest >= WARNING_DAYS:
        return ""
    return (f"the calendar ends with {last}: {rest} days are left, and clocks that run longer have "
            f"no date; add {last + 1} when its notice is out")  # fmt: skip


def check_on_one_day(folder):
    """What the check says, in text and in JSON, with the day on which both were said."""
    while True:  # once more, at midnight
        today = datetime.datetime.now(ZONE).date()
        text, told = check(folder), check(folder, "-o", "json")
        if today == datetime.datetime.now(ZONE).date():
            return today, text, told


def a_calendar_that_ends_soon_is_warned_of(_):
    warned = 0
    year = datetime.datetime.now(ZONE).year
    for last in (year - 2, year - 1, year, year + 1):
        with tempfile.TemporaryDirectory() as room:
            folder = os.path.join(room, "policy")
            line = with_years(folder, last)
            today, text, told = check_on_one_day(folder)
            wanted = warning_of(today, last)
            what = f"on {today}, a calendar up to {last}"
            expect(text.returncode == told.returncode == 0, f"{what} is good: {text.stderr}")
            row = json.loads(told.stdout)
            expect(row["is_good"] and row["faults"] == [], f"{what} has no fault: {row}")
            lines = FAULT.findall(text.stderr)
            if not wanted:
                expect(lines == row["warnings"] == [], f"{what}: {text.stderr} {row['warnings']}")
                continue
            warned += 1
            expect([(name, int(at)) for _, name, at, _, _ in lines] == [("calendars.yaml", line)],
                   f"{what}, in line {line}: {text.stderr}")  # fmt: skip
            field = lines[0][4].partition(": ")
            expect(field[2] == wanted, f"{what}: {lines[0][4]}, not {wanted}")
            expect(re.fullmatch(r"years\[\d+\]\.year", field[0]), f"{what}: {field[0]}")
            (found,) = row["warnings"]
            expect(found["file"].endswith("calendars.yaml") and found["line"] == line
                   and found["field"] == field[0] and found["text"] == wanted,
                   f"{what}: {found}")  # fmt: skip
    expect(warned >= 2, "a calendar that lacks this year is always warned of")


def the_shipped_policy_is_good(_):
    answer = check(SHIPPED)
    expect(answer.returncode == 0, f"{answer.stderr}")


if __name__ == "__main__":
    Bench("policy_check").run(
        the_shipped_policy_is_good,
        each_broken_file_is_refused_by_its_line,
        all_faults_are_told_in_one_run,
        a_calendar_that_ends_soon_is_warned_of,
    )
