#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long once_plain
# ctest-cost: 20
"""Whoever has a signed head of a log can tell later whether it is still that log: while it is being
written, cut, changed, or restored from a backup that is older than the head. And a collector that
is started twice says who holds the folder."""

import glob
import os
import shutil

from harness import Bench, await_true, expect, slower

OFFICE = "office_chahe"
PROGRAMS = ["broker", "collector", f"agent.{OFFICE}"]


def report(district, count):
    for _ in range(count):
        words = ["report", "--office", OFFICE, "--wait", "--domain", "petition"]
        district.json(*words, "--concerns", "nobody", "--text", "x")


def head(district, name):
    """Exports a head of the collector's log; gives its path and what it names."""
    path = district.path(name)
    words = ["log", "head", "--export", path, "--dir", district.path()]
    return path, district.json(*words)


def verify(district, folder, *heads, code=0):
    """Verifies a log against heads; gives verdicts and the sentence on the standard error."""
    words = ["log", "verify", "--dir", folder, "-o", "json", "--against", *heads]
    answer = district.run(*words, good=None, limit_s=slower(60))
    expect(answer.returncode == code, f"{words}: {answer.returncode} {answer.stderr}")
    return answer


def heads_tell_a_cut_and_a_changed_log_from_the_one_that_was(bench):
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS)
        folder = district.path("collector")
        report(district, 3)
        first, told = head(district, "first.head")
        kept = await_true(
            "the collector keeps one by itself",
            lambda: glob.glob(os.path.join(folder, "heads", "*.head")),
            slower(10),
        )
        verify(district, district.path(), first, *kept)  # while it is being written
        backup = district.path("backup")
        district.json("log", "backup", backup, "--dir", folder)
        report(district, 3)
        second, later = head(district, "second.head")
        expect(later["position"] > told["position"], "the log grew")
        verify(district, district.path(), first, second)
        answer = verify(district, backup, first, second, code=8)
        last = district.json("log", "verify", "--dir", backup)["last_position"]
        missing = later["position"] - last
        expect(f"{missing} positions before position {later['position']}" in answer.stderr,
               f"a cut log: {answer.stderr}")
        expect('"holds"' in answer.stdout and '"cut"' in answer.stdout, answer.stdout)
        for name in PROGRAMS:
            runner.stop(name, slower(10))
        changed_byte_is_found(district, folder, first)
        given_up_is_no_damage(district, runner, backup, first, second)


def changed_byte_is_found(district, folder, known):
    """Every tenth of the file loses a byte in turn: what matters is found, and nothing else is
    said than that the log is good or not."""
    found = 0
    copy = district.path("changed")
    for tenth in range(1, 10):
        shutil.copytree(folder, copy)
        path = os.path.join(copy, "log", "data.mdb")
        with open(path, "r+b") as file:
            file.seek(os.path.getsize(path) * tenth // 10)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        words = ["log", "verify", "--dir", copy, "--against", known]
        answer = district.run(*words, good=None)
        expect(answer.returncode in (0, 8), f"{answer.returncode}: {answer.stderr}")
        found += answer.returncode == 8
        shutil.rmtree(copy)
    expect(found > 0, "a changed byte is found")
    with open(known, "rb") as file:
        data = bytearray(file.read())
    data[-1] ^= 1
    forged = district.path("forged.head")
    with open(forged, "wb") as file:
        file.write(data)
    expect("FORGED" in verify(district, folder, forged, code=8).stderr, "a forged head")


def who_may_ask_gets_the_head_of_a_running_collector(bench):
    """Without a file of the collector's; a watcher is denied whatever the log holds."""
    with bench.founded(bureaus=["petition_bureau"]) as (district, runner):
        runner.start_all(*PROGRAMS)
        report(district, 2)
        path = district.path("asked.head")
        words = ["log", "head", "--export", path, "--running"]
        told = district.json(*words, "--dir", district.path())
        _, made = head(district, "made.head")
        expect(told["log_id"] == made["log_id"] and told["position"] <= made["position"], told)
        answer = verify(district, district.path(), path)
        expect('"holds"' in answer.stdout, answer.stdout)
        for name, code in (("admin", 0), ("watch.petition_bureau", 7)):
            config = district.path("etc", f"{name}.yaml")
            answer = district.run(*words, "--config", config, good=(code,))
            expect(code == 0 or "may not do that" in answer.stderr, f"{name}: {answer.stderr}")
        report(district, 1)
        again = district.json(*words, "--dir", district.path())
        expect(again["position"] > told["position"], "and then of what came since")
        verify(district, district.path(), path)


def given_up_is_no_damage(district, runner, backup, first, second):
    """A head that was taken behind the backup that the log was restored from."""
    folder = district.path("collector")
    os.rename(folder, district.path("lost"))
    district.json("log", "restore", backup, "--to", folder)
    runner.start_all(*PROGRAMS)
    report(district, 1)
    answer = verify(district, district.path(), first, second)
    expect('"given_up"' in answer.stdout and '"holds"' in answer.stdout, answer.stdout)
    third, told = head(district, "third.head")
    expect(told["generation"] == 2, "of the new generation")
    answer = verify(district, district.path("lost"), third, code=8)
    expect("does not know" in answer.stderr, f"the lost log: {answer.stderr}")


def a_second_start_says_who_holds_the_folder(bench):
    with bench.founded() as (district, runner):
        runner.start_all("broker", "collector")
        config = district.path("etc", "collector.yaml")
        live = runner.processes["collector"].pid
        district.run("log", "stats", "--running", "--dir", district.path(), limit_s=slower(20))
        second = [district.program("tocsin-collector"), "--config", config]
        runner.spawn("second", second, None, None)
        await_true("it ends", lambda: not runner.is_running("second"), slower(10))
        with open(district.path("logs", "second.log"), encoding="utf-8") as file:
            said = file.read()
        expect(f"process {live} on {os.uname().nodename} holds it since 20" in said, said)


if __name__ == "__main__":
    Bench("heads").run(
        heads_tell_a_cut_and_a_changed_log_from_the_one_that_was,
        who_may_ask_gets_the_head_of_a_running_collector,
        a_second_start_says_who_holds_the_folder,
    )
