#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
"""`tocsin policy check` of thirty-odd policies, each the shipped one with one thing broken: every
one is refused with exit code 6, and the fault names file, line, column, field and what was wrong;
where a word is nearly right, the nearest one."""

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
    ("domains", "owner: energy_bureau", "owner: energy_burau", r'nearest .* is "energy_bureau"'),
    ("domains", "    owner: energy_bureau\n", "", r"owner"),
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


def the_shipped_policy_is_good(_):
    answer = check(SHIPPED)
    expect(answer.returncode == 0, f"{answer.stderr}")


if __name__ == "__main__":
    Bench("policy_check").run(
        the_shipped_policy_is_good,
        each_broken_file_is_refused_by_its_line,
        all_faults_are_told_in_one_run,
    )
