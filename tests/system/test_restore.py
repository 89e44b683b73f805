#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long once_plain
# ctest-cost: 75
# ctest-locks: clock
"""A collector that is restored from a backup contradicts nobody: a backup is made while three
offices report as fast as they may, the collector is lost, the backup takes its place; then all
that was ever acknowledged is in the log once and in order, because the offices send again what they
hold receipts for. A backup or a restore that is killed leaves nothing that looks like one."""

import json
import os
import shutil
import subprocess
import time

from harness import (
    Bench,
    Checker,
    Hand,
    await_true,
    expect,
    is_of_people,
    last_delivered,
    replayed,
    report_draft,
    slower,
    tag_of,
)

OFFICES = ["office_chahe", "office_lishu", "office_qinglong"]
PROGRAMS = ["broker", "collector"] + ["agent." + office for office in OFFICES]
STREAM = "petition_bureau"


class Load:
    """Offices that report, and what they were told."""

    def __init__(self, district, runner):
        self.district = district
        self.checker = Checker()
        runner.start_all(*PROGRAMS)
        self.hands = [Hand(district, office, self.checker, "restore") for office in OFFICES]

    def close(self):
        for hand in self.hands:
            hand.close()

    def step(self):
        for hand in self.hands:
            while len(hand.under_way) < hand.WINDOW:
                hand.made += 1
                tag = tag_of(f"{hand.name}/{hand.office}", hand.made)
                severity = "urgent" if hand.made % 10 == 0 else "routine"
                hand.hand_in("report", report_draft(hand.office, tag, severity=severity), tag)
            hand.turn(2)

    def run_until(self, what, condition, limit_s):
        def look():
            self.step()
            return condition()

        return await_true(what, look, limit_s, 0)

    def entered(self):
        return sum(len(hand.entered) for hand in self.hands)

    def run_to(self, count):
        self.run_until(f"{count} events are entered", lambda: self.entered() >= count, slower(60))

    def drain(self):
        for hand in self.hands:
            hand.drain(slower(60))

    def judge(self):
        count = self.checker.judge_log(replayed(self.district))
        expect(not self.checker.faults, "; ".join(self.checker.faults[:5]))
        return count


def log_verb(district, *words):
    """Runs `tocsin log WORDS`, which must succeed; gives its JSON."""
    return district.json("log", *words, limit_s=slower(120))


def lose_collector(district, runner):
    """kill -9, and its folder is gone from its place."""
    runner.kill("collector")
    os.rename(district.path("collector"), district.path("lost"))


def a_lost_collector_is_restored_and_contradicts_nobody(bench):
    with bench.founded(bureaus=["district_desk", STREAM]) as (district, runner):
        load = Load(district, runner)
        transcript = district.path("watch.ndjson")
        words = ["watch", "--bureau", STREAM, "--name", "duty", "-o", "ndjson"]
        district.spawn(*words, out=transcript)
        load.run_to(600)
        folder = district.path("collector")
        backup = district.path("backup")
        shares = district.path("backup-shares")
        words = ["log", "backup", backup, "--dir", folder, "--shares", shares]
        with subprocess.Popen(
            [district.program("tocsin"), *words],
            stdout=subprocess.DEVNULL,
            env=district.env,
        ) as making:
            load.run_until("the backup is made", lambda: making.poll() is not None, slower(60))
            expect(making.returncode == 0, "a backup under load")
        before = load.entered()
        load.run_to(before + 600)
        load.drain()  # all of it acknowledged, most of it behind the backup
        lose_collector(district, runner)
        told = log_verb(district, "restore", backup, "--to", folder, "--shares", shares)
        expect(told["generation"] == 2 and told["is_done"], f"restored: {told}")
        expect(told["last_position"] == told["backup_position"], "all of the backup")
        for part in ("log", "state", "shares"):
            expect(os.path.isdir(os.path.join(folder, part)), f"{part} stands")
        runner.start("collector")
        load.run_to(load.entered() + 300)
        load.drain()
        count = sum(1 for place in load.checker.published.values() if place is not None)

        def is_whole():
            stored = {}
            try:
                stored = district.json("log", "stats", "--running")
            except Exception:  # pylint: disable=broad-except
                return False
            return stored.get("generation") == 2 and stored.get("not_yet_folded") == 0

        await_true("the state has followed", is_whole, slower(30))
        # An office that was idle notices at its next HELLO only, a minute later at most.
        await_true(
            "every office has sent again what was lost",
            lambda: sum(is_of_people(item) for item in replayed(district)) >= count,
            slower(100),
            1,
        )
        stored = load.judge()
        await_true(
            "the watcher has all of the new numbering",
            lambda: last_delivered(transcript) >= count,
            slower(30),
            0.2,
        )
        load.close()
        for name in PROGRAMS:
            runner.stop(name, slower(10))
        district.run("log", "verify", "--dir", folder, limit_s=slower(120))
        rebuilt = log_verb(district, "rebuild", "--dir", folder)
        stats = log_verb(district, "stats", "--dir", folder, "--state-hash")
        expect(rebuilt["state_hash"] == stats["state_hash"], "the same state, folded anew")
    return f"{stored} events in the log, generation 2"


def a_twin_of_the_lower_generation_ends(bench):
    """The log is restored elsewhere while its collector still runs: that one ends and says why, and
    what it had acknowledged alone comes again."""
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        load = Load(district, runner)
        load.run_to(300)
        backup = district.path("backup")
        place = district.path("restored")
        log_verb(district, "backup", backup, "--dir", district.path("collector"))
        log_verb(district, "restore", backup, "--to", place)
        load.run_to(load.entered() + 300)
        with open(district.path("etc", "collector.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(district.path("etc", "collector.twin.yaml"), "w", encoding="utf-8") as file:
            file.write(text.replace(district.path("collector"), place))
        old = runner.processes.pop("collector")
        twin = [district.program("tocsin-collector"), "--config", file.name]
        runner.spawn("collector", twin, None, None)
        load.run_until("the old one ends", lambda: old.poll() is not None, slower(20))
        expect(old.returncode not in (0, None), f"it ends with {old.returncode}")
        with open(district.path("logs", "collector.log"), encoding="utf-8") as file:
            expect("it was restored elsewhere" in file.read(), "and says why")
        load.run_to(load.entered() + 300)
        load.drain()
        count = sum(1 for place in load.checker.published.values() if place is not None)
        await_true(
            "every office has sent again what was lost",
            lambda: sum(is_of_people(item) for item in replayed(district)) >= count,
            slower(100),
            1,
        )
        # The old one, started by mistake, changes nothing.
        again = [twin[0], "--config", district.path("etc", "collector.yaml")]
        runner.spawn("old", again, None, None)
        load.run_until("it ends again", lambda: not runner.is_running("old"), slower(20))
        load.drain()
        stored = load.judge()
        load.close()
    return f"{stored} events in the log"


def killed_at(district, words, delay_s):
    """Starts `tocsin log WORDS` and kills it after a while; true when it had ended by itself."""
    with subprocess.Popen(
        [district.program("tocsin"), "log", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=district.env,
    ) as making:
        try:
            making.wait(delay_s)
            return True
        except subprocess.TimeoutExpired:
            making.kill()
            making.wait()
            return False


def a_killed_backup_or_restore_leaves_nothing_that_looks_like_one(bench):
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        load = Load(district, runner)
        load.run_to(1500)
        load.drain()
        load.close()
        folder = district.path("collector")
        backup = district.path("backup")
        killed = 0
        for turn in range(8):
            if killed_at(district, ["backup", backup, "--dir", folder], 0.004 * (turn + 1)):
                district.run("log", "verify", "--dir", backup)
                shutil.rmtree(backup)
            else:
                killed += 1
                if os.path.exists(backup):  # it was killed behind the rename
                    district.run("log", "verify", "--dir", backup)
                    shutil.rmtree(backup)
        made = log_verb(district, "backup", backup, "--dir", folder)
        expect(not os.path.exists(backup + ".partial"), "nothing is left over")
        place = district.path("restored")
        for turn in range(8):
            words = ["restore", backup, "--to", place]
            if killed_at(district, words, 0.03 * (turn + 1)) or os.path.exists(place):
                district.run("log", "verify", "--dir", place)
                shutil.rmtree(place)
            else:
                killed += 1
        told = log_verb(district, "restore", backup, "--to", place)
        expect(told["last_position"] == made["last_position"], "the same result")
        report = log_verb(district, "verify", "--dir", place)
        expect(report["tail"] == made["tail"], "the same log")
        expect(killed > 0, "something was killed")
        expect_refusals(district, backup, place, made["last_position"])
    return f"{killed} killed"


def expect_refusals(district, backup, place, last):
    """What a restore does not do."""
    other = district.path("other")
    run = district.run
    expect(run("log", "restore", backup, "--to", place, good=None).returncode != 0, "never over")
    words = ["log", "restore", backup, "--to", other]
    answer = run(*words, "--position", str(last + 1), good=None)
    expect(answer.returncode == 3 and "no such position" in answer.stderr, "no such position")
    told = json.loads(run(*words, "--position", "3", "--dry-run", "-o", "json").stdout)
    expect(told["last_position"] <= 3 and not told["is_done"], "a dry run")
    with open(os.path.join(backup, "log", "data.mdb"), "r+b") as file:
        file.seek(os.path.getsize(file.name) // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    answer = run(*words, good=None)
    expect(answer.returncode == 8 and "cut or changed" in answer.stderr, "a changed byte")
    expect(not os.path.exists(other), "nothing was written")


def revoke(district, principal):
    """The administrator's agent takes a revocation."""
    draft = {"act": "registry_changed", "registry": {"kind": "revoked", "principal": principal}}
    hand = Hand(district, "admin", Checker(), "revoke")
    answer = hand.ask({"op": "act", "draft": draft})
    hand.close()
    expect(answer["code"] == 0, f"a revocation: {answer}")


def enter(district, office, *words):
    told = ["report", "--office", office, "--domain", "petition", "--concerns", "nobody"]
    return district.json(*told, "--text", "x", *words)


def waiting(district, office):
    """Events of an office that are not acknowledged."""
    hand = Hand(district, office, Checker(), "waiting")
    answer = hand.ask({"op": "outbox"})
    hand.close()
    return sum(lane["count"] for lane in answer["outbox"]["lanes"])


def principal_of(district, office):
    with open(district.path("etc", f"agent.{office}.yaml"), encoding="utf-8") as file:
        line = next(line for line in file if line.strip().startswith("principal:"))
    return int(line.split(":")[1].strip().strip("'\""))


def a_key_that_was_revoked_behind_the_backup_stays_revoked(bench):
    """Its office publishes nothing in the restored log, though nobody says the revocation anew; and
    no two restores of one backup are the same generation."""
    good, bad = OFFICES[:2]
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        folder = district.path("collector")
        backup = district.path("backup")
        runner.start_all("broker", "collector", "agent.admin", f"agent.{good}", f"agent.{bad}")
        enter(district, good, "--wait")
        enter(district, bad, "--wait")
        log_verb(district, "backup", backup, "--dir", folder)
        revoke(district, principal_of(district, bad))
        enter(district, good, "--wait")
        await_true(
            "the revocation is in the log",
            lambda: "registry_changed" in district.run("replay", "-o", "ndjson").stdout,
            slower(20),
        )
        for name in list(runner.processes):
            runner.kill(name)
        os.rename(folder, folder + ".lost")
        first = log_verb(district, "restore", backup, "--to", folder)
        expect(first["generation"] == 2 and first["has_journal"], f"{first}")
        expect(first["revoked_again"] == 1, f"one is said again: {first}")
        other = log_verb(
            district, "restore", backup, "--to", district.path("second"), "--journal",
            folder + ".lost/journal",
        )
        expect(other["generation"] == 3, f"another number: {other}")
        runner.start_all("broker", "collector", f"agent.{good}", f"agent.{bad}")
        enter(district, bad)
        enter(district, good, "--wait")
        await_true(
            "the collector has said it again",
            lambda: "registry_changed" in district.run("replay", "-o", "ndjson").stdout,
            slower(20),
        )
        enter(district, good, "--wait")
        expect(waiting(district, bad) == 1, "what it enters stays with it")
        killed_collector_says_it_once(district, runner, good)
        for name in list(runner.processes):
            runner.stop(name, slower(10))
        district.run("log", "verify", "--dir", folder)


def killed_collector_says_it_once(district, runner, good):
    """After kill -9 nothing is said twice."""
    before = district.run("replay", "-o", "ndjson").stdout.count("registry_changed")
    runner.kill("collector")
    runner.start("collector")
    enter(district, good, "--wait")
    after = district.run("replay", "-o", "ndjson").stdout.count("registry_changed")
    expect(after == before == 1, f"said {before}, then {after} times")


if __name__ == "__main__":
    Bench("restore").run(
        a_key_that_was_revoked_behind_the_backup_stays_revoked,
        a_lost_collector_is_restored_and_contradicts_nobody,
        a_twin_of_the_lower_generation_ends,
        a_killed_backup_or_restore_leaves_nothing_that_looks_like_one,
    )
