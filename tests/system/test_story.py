#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 30
"""The story that a newcomer sees, `script/demo --story --once`: it ends by itself, with 0 only if
every scene came out as it was told, and prints in each scene what the programs said. Every text of
it is there in both languages, and said."""

import os
import re
import shlex
import subprocess

from harness import ROOT, Bench, expect, programs_dir, slower

import says
import story

CHINESE = re.compile(r"[\u4e00-\u9fff]")
MATTER = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
SLIP = r"[0-9A-Z]{5}-[0-9A-Z]{5}"
SCRIPTS = ("story", "october", "teller")
# The scenes in their order, and what programs print in each: typed commands and their answers.
SCENES = [
    ("up", [r"\$ tocsin up "]),
    ("report", [r"\$ tocsin report --office", r"119 fire and rescue", rf"code +{SLIP}",
                rf"matter +{MATTER}", r"stands +in the log, position \d+"]),
    ("bell", [r"\$ tocsin watch --bureau energy_bureau", r"1 not in hand, 1 urgent, 1 danger",
              r"DANGER .*acknowledge, then accept", r"East shaft"]),
    ("explain", [r"\$ tocsin explain \d+", r"energy_bureau owns the domain: told",
                 r"beside the owner: told", r"clock desk.imminent_ack starts"]),
    ("sheet", [r"\$ tocsin callsheet", r"mine's dispatch first", r"119 fire and rescue"]),
    ("hand", [rf"\$ tocsin act {MATTER} acknowledged", r"type its last four characters",
              r"0 not in hand", rf"\$ tocsin act {MATTER} accepted"]),
    ("again", [r"at_risk=at_least:9", r"1 not in hand", r"They are nine", r"the foreman",
               r"--bureau emergency_bureau", r"\(sealed to others: informant\)"]),
    ("out", [r"people_withdrawn .*at_risk=4", r"people_withdrawn .*at_risk=0"]),
    ("answer", [r"people_withdrawn .*answer", r"Everybody is out", r"\$ tocsin status",
                r"last +people were brought out"]),
    ("harm", [r"deaths=1", r"kind +accident", r"\(coal.report\): runs",
              r"\(acc.each_level_up\): runs"]),
    ("sealed", [r"\$ grep .*coal_mine_safety", r"log/data.mdb", r"\$ grep .*'Gas smell"]),
    ("cut", [r"\$ kill -STOP \d+", r"affected=12", r"stands +in the outbox, on its way",
             r"routine +1 ", r"stage +received, nobody"]),
    ("kill", [r"kill -9 \d+ +# agent", r"kill -9 \d+ +# collector", r"kill -9 \d+ +# broker"]),
    ("back", [r"Twelve of us were not paid", r"it was entered before"]),
    ("bounce", [r"transferred .*--to housing_bureau", r"\$ tocsin rewrap", r"Twelve of us",
                r"objected --bureau hr_bureau", r"reclassified .*wage_arrears"]),
    ("wage", [r"months_owed=3,owed=3600000", r"extended", r"cannot do that: because .*post",
              r"which does not allow it", r" paid --bureau"]),
    ("close", [r" closed .*", r"which does not allow it", r"petitioner_told .*--how phone"]),
    ("ask", [r"\$ tocsin status", r"stage +closed", r"reopened .*not_resolved"]),
    ("board", [r"\$ tocsin board", r"no_major_accident +office_lishu +unknown", r"\$ tocsin zero",
               r"no_major_accident +office_lishu +known safe",
               r"no_unanswered_grievance +office_lishu +unknown"]),
    ("desk", [r"\$ tocsin desk", r"UNACKNOWLEDGED", r"emergency_bureau", r"SILENT OFFICES",
              r"office_wenge: none of its programs"]),
    ("accuse", [r"\$ tocsin watch --bureau discipline .*│ \$ tocsin watch --bureau land_bureau",
                r"│ -- 0 items shown", r"The land office takes money", r"│ tocsin: cannot answer"]),
    ("slip", [r"\$ tocsin status", r"received and being handled; this code tells no more"]),
    ("proof", [r"\$ tocsin receipt verify .*--key [0-9a-f]{64}", r"The receipt is good",
               r"\$ tocsin log verify", r"good events"]),
    ("october", [r"\$ tocsin report .*october.jsonl", r"2021-10-18 .*reported",
                 r"2022-01-03 .*followed_up"]),
    ("would", [r"\$ tocsin audit", r"2021-11-05 .*VOID: not_allowed",
               r"\$ tocsin policy backtest .*/policy\n", r"no difference",
               r"\$ tocsin policy backtest .*/october-lax\n", r"land_bureau, closed",
               r"2021-11-05 02:00:00 .*not_allowed → –"]),
    ("table", [r"NOT PROMISED", r"metadata", r"a hostile clerk", r"lost keys"]),
]  # fmt: skip


def tell(*words, bin_dir=None):
    """Runs the story as a newcomer does, unattended."""
    return subprocess.run(
        [os.path.join(ROOT, "script", "demo"), "--once", *words],
        env=dict(os.environ, TOCSIN_BIN=bin_dir or programs_dir("dev")), check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=slower(story.WHOLE_S + 30))  # fmt: skip


def every_text_is_there_in_both_languages_and_is_said(bench):
    names = list(says.WRITTEN) + list(says.SCENES) + list(says.CHECKS) + list(says.TABLE)
    twice = {name for name in names if names.count(name) > 1}
    expect(not twice, f"one name, two texts: {twice}")
    for name, texts in says.ALL.items():
        english, chinese = texts
        expect(english.strip() and not CHINESE.search(english), f"{name} in English: {english!r}")
        expect(CHINESE.search(chinese), f"{name} in Chinese: {chinese!r}")
        expect(english.count("|") == chinese.count("|"), f"{name}: as many cells in both")
    code = ""
    for name in SCRIPTS:
        with open(os.path.join(ROOT, "script", "demo.d", name + ".py"), encoding="utf-8") as file:
            code += file.read()
    said = set(re.findall(r'\b(?:say|text|word)\(\s*"(\w+)"', code))
    held = set(re.findall(r'\.check\(.*"(\w+)"\)$', code, re.MULTILINE))
    told = set(says.WRITTEN) | set(says.SCENES)
    expect(told == said, f"told and not there, or there and not told: {told ^ said}")
    expect(set(says.CHECKS) == held, f"of the checks: {set(says.CHECKS) ^ held}")
    scenes = [name for name, _ in SCENES]
    parts = {"title", "next", "live", "same", "lax", "lax_live"}  # of a scene, or of the scenario
    expect(set(scenes) == set(says.SCENES) - parts, f"{set(scenes) ^ set(says.SCENES)}")
    return f"{len(says.ALL)} texts"


def scenes_of(printed):
    """What was printed, by the number of the scene."""
    parts = re.split(r"^ ?(\d+)\. ", printed, flags=re.MULTILINE)
    numbers = [int(number) for number in parts[1::2]]
    expect(numbers == list(range(1, len(numbers) + 1)), f"one after the other: {numbers}")
    return parts[2::2]


def every_scene_is_told_and_is_so(bench):
    answer = tell("--story", "--lang", "en")
    expect(answer.returncode == 0, f"{answer.returncode}: {answer.stderr} {answer.stdout[-1500:]}")
    told = scenes_of(answer.stdout)
    expect(len(told) == len(SCENES), f"{len(told)} scenes, not {len(SCENES)}")
    for (name, lines), text in zip(SCENES, told):
        plain = " ".join(text.split())
        expect(plain.startswith(says.SCENES[name][0]), f"{name} is next, not {plain[:80]}")
        at = 0
        for line in lines:
            match = re.compile(line).search(text, at)
            expect(match, f"{name}: no {line!r} behind what was before it in: {text}")
            at = match.end()
    expect("✗" not in answer.stdout, "and nothing failed")
    held = [check for check, _ in says.CHECKS.values() if "✓ " + check not in answer.stdout]
    expect(held == [says.CHECKS["did_close"][0]], f"all but the scenario's is held: {held}")
    seconds = re.search(r"^ +(\d+) s$", answer.stdout, re.MULTILINE)
    expect(seconds, "it says how long it took")
    return f"{len(told)} scenes in {seconds.group(1)} s"


def a_program_that_does_something_else_is_no_success(bench):
    """`explain` says nothing: the scene in which it should have is the last."""
    with bench.folder() as made:
        folder = made.path("bin")
        os.mkdir(folder)
        for name in os.listdir(made.bin):
            os.symlink(os.path.join(made.bin, name), os.path.join(folder, name))
        tocsin = os.path.join(folder, "tocsin")
        os.unlink(tocsin)
        with open(tocsin, "w", encoding="utf-8") as file:
            real = shlex.quote(made.program("tocsin"))
            file.write(f'#!/bin/sh\n[ "$1" = explain ] && exit 0\nexec {real} "$@"\n')
        os.chmod(tocsin, 0o755)
        answer = tell("--story", "--lang", "zh", bin_dir=folder)
    expect(answer.returncode == 1, f"it ended with {answer.returncode}")
    said = f"demo: cannot show it: because it is not so: {says.CHECKS['why'][0]}"
    expect(said in answer.stderr, answer.stderr)
    expect("✗ " + says.CHECKS["why"][1] in answer.stdout, answer.stdout[-400:])
    expect(says.SCENES["sheet"][1][:8] not in answer.stdout, "and nothing goes on behind it")


if __name__ == "__main__":
    Bench("story").run(
        every_text_is_there_in_both_languages_and_is_said,
        a_program_that_does_something_else_is_no_success,
        every_scene_is_told_and_is_so,
    )
