#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 36
"""`tocsin doctor`: a healthy district is in order; each fault that is made on purpose is found,
with its line and what to do; nothing is changed by looking.

What the system says of its own clock ("sync") is the machine's, and not judged here.
"""

import glob
import hashlib
import json
import os
import re
import shlex
import shutil
import socket
import stat
import subprocess

from harness import ROOT, Bench, Checker, Hand, TooLate, await_true, expect, slower

CHINA = {"TZ": "Asia/Shanghai"}
OFFICE = "office_chahe"
OK, WARN, BAD = 0, 9, 10


def examine(district, *words, env=None):
    """{check: [finding]} and the exit code. A key that is nowhere else gives an empty list."""
    words = words or ("--dir", district.folder)
    answer = district.run("doctor", *words, "-o", "json", good=None, env=env or CHINA)
    told = json.loads(answer.stdout)
    expect(told["schema"] == "tocsin.doctor/1" and told["dropped_count"] == 0, f"told: {told}")
    found = {}
    for row in told["findings"]:
        found.setdefault(row["check"], []).append(row)
        is_told = row["state"] in ("ok", "skip") or row["mend"]
        expect(is_told, f"says not what to do: {row}")
    return found, answer.returncode


def worst(found, *without):
    """The checks that are not in order, but for these."""
    rest = {row["check"]: row["state"] for rows in found.values() for row in rows
            if row["state"] in ("warn", "bad")}  # fmt: skip
    without = ("sync", "duty_phones", *without)
    return {check: state for check, state in rest.items() if check not in without}


def healthy(district):
    found, _ = examine(district)
    return found if not worst(found) else None


def expect_fault(found, check, state, fact, mend):
    rows = [row for row in found[check] if row["state"] == state]
    is_found = any(re.search(fact, row["fact"]) and re.search(mend, row["mend"]) for row in rows)
    expect(is_found, f"{check}: no {state} with /{fact}/ and /{mend}/ in {found[check]}")


def every_file(folder):
    """{path: what it is}, but for sockets, of a district that is stopped."""
    seen = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            about = os.lstat(path)
            if not stat.S_ISREG(about.st_mode):
                continue
            with open(path, "rb") as file:
                made = hashlib.sha256(file.read()).hexdigest()
            seen[path] = (about.st_mtime_ns, about.st_mode, made)
    return seen


def a_healthy_district_is_in_order(bench):
    with bench.district() as district:
        found = await_true("all is in order", lambda: healthy(district), slower(30), 0.2)
        skipped = [check for check, rows in found.items() if rows[0]["state"] == "skip"]
        expect(not skipped, f"not looked at: {skipped}")
        # An office's PC: one file, no key to ask the collector with.
        config = district.path("etc", f"agent.{OFFICE}.yaml")
        found, code = examine(district, "--config", config)
        expect(not worst(found), f"of one file: {found}")
        expect(found["agent"][0]["state"] == "ok", f"the agent: {found['agent']}")
        expect(found["broker"][0]["state"] == "skip", f"the broker: {found['broker']}")
        expect(code in (OK, WARN), f"it ended with {code}")
        answer = district.run("doctor", good=None, env=CHINA)
        wide = [line for line in answer.stdout.splitlines() if len(line) > 80]
        wide = [line for line in wide if district.folder not in line]
        expect(not wide, f"lines over 80 columns: {wide}")
        # Faults of this user's surroundings, on a district that is well.
        found, code = examine(district, env={"TZ": "UTC"})
        expect_fault(found, "zone", "warn", r"UTC\+00:00", "Asia/Shanghai")
        expect(code == WARN, f"it ended with {code}")
        found, _ = examine(district, env={"TZ": "Asia/Shanghai", "LC_ALL": "C"})
        expect_fault(found, "locale", "warn", "Chinese", "LANG=C.UTF-8")
        text = subprocess.run(
            ["sh", "-c", 'ulimit -n 512; exec "$0" doctor', district.program("tocsin")],
            capture_output=True, text=True, env=dict(district.env, **CHINA), check=False,
        ).stdout  # fmt: skip
        expect("warn  descriptors" in text and "LimitNOFILE" in text, f"descriptors: {text}")
    return f"{len(found)} checks"


def what_does_not_run_is_found_and_nothing_is_changed(bench):
    with bench.stopped() as (district, runner):
        before = every_file(district.folder)
        found, code = examine(district)
        expect(before == every_file(district.folder), "looking has changed something")
        expect(code == BAD, f"it ended with {code}")
        expect_fault(found, "broker", "bad", "nobody listens at tcp://", "tocsin up --dir")
        expect_fault(found, "collector", "bad", "does not run", "tocsin up --dir")
        expect_fault(found, "agent", "bad", f"{OFFICE}.*no agent runs", "tocsin up --dir")
        expect(len(found["agent"]) == 1, f"not one line: {found['agent']}")
        for check in ("state", "said", "clock", "outbox"):
            expect(found[check][0]["state"] == "skip", f"{check} is not known: {found[check]}")
        # Somebody else has the broker's port.
        with open(district.path("etc", "broker.yaml"), encoding="utf-8") as file:
            port = int(re.search(r"front: tcp://127\.0\.0\.1:(\d+)", file.read())[1])
        with socket.create_server(("127.0.0.1", port)):
            found, _ = examine(district)
            expect_fault(found, "address", "bad", f"port {port} is taken by", "ss -ltnp")
        # The broker without a collector; then all, and one agent gone.
        names = ["agent." + organ for organ in district.organs("agent.")
                 if os.path.isdir(district.path("agents", organ))]  # fmt: skip
        runner.start_all("broker", *names)
        found, _ = await_true("the agents answer", lambda: all_answer(district, found), slower(20))
        expect_fault(found, "collector", "bad", "does not run", "start tocsin-collector")
        runner.start("collector")
        await_true("all is in order", lambda: healthy(district), slower(30), 0.2)
        runner.stop("agent." + OFFICE, slower(10))
        found, _ = examine(district)
        expect(worst(found) == {"agent": "bad"}, f"one agent is gone: {worst(found)}")
        expect_fault(found, "agent", "bad", OFFICE, f"tocsin-agent --config .*agent.{OFFICE}.yaml")
        # Without a collector's answer an agent says that it has no connection.
        runner.stop("collector", slower(10))
        found, _ = examine(district)
        expect_fault(found, "collector", "bad", "does not run", "tocsin-collector")
        expect_fault(found, "broker", "bad", "no answer comes", "start the collector")
        runner.expect_alive()


def all_answer(district, _):
    found, code = examine(district)
    return (found, code) if found["agent"][0]["state"] == "ok" else None


def what_is_wrong_with_files_is_found(bench):
    with bench.stopped() as (district, _):
        away = ("agent", "broker", "collector")
        key = district.path("keys", OFFICE + ".key")
        found, _ = examine(district)
        expect(not worst(found, *away), f"before: {worst(found, *away)}")
        os.chmod(key, 0o644)
        found, _ = examine(district)
        expect_fault(found, "keys", "bad", f"{OFFICE}.key is open to others: mode 0644",
                     f"chmod 600 {re.escape(key)}")  # fmt: skip
        os.chmod(key, 0o600)
        # Another office's keys, and no keys.
        os.rename(key, key + ".away")
        found, _ = examine(district)
        expect_fault(found, "keys", "bad", f"{OFFICE}.key: No such file", "key_file")
        other = district.path("keys", "office_lishu.key")
        with open(other, "rb") as source, open(key, "xb") as made:
            made.write(source.read())
        os.chmod(key, 0o600)
        found, _ = examine(district)
        expect_fault(found, "keys", "warn", f"does not hold the keys that {OFFICE}", "rotated")
        os.rename(key + ".away", key)
        # A configuration with a word too many: told first, and the rest is looked at.
        config = district.path("etc", f"agent.{OFFICE}.yaml")
        with open(config, encoding="utf-8") as file:
            text = file.read()
        write(config, text + "  outbox_size: 3\n")
        found, code = examine(district)
        expect_fault(found, "config", "bad", rf"agent\.{OFFICE}\.yaml:\d+: agent\.outbox_size: "
                     "unknown key", "tocsin config check")  # fmt: skip
        expect(code == BAD and found["keys"][0]["state"] == "ok", f"the others: {found['keys']}")
        # Another collector's key, with the right one to put there.
        wrong = re.sub(r"(broker_transport_key: )\w{64}", r"\g<1>" + "7" * 64, text)
        write(config, wrong)
        found, _ = examine(district)
        expect_fault(found, "keys", "bad", "broker_transport_key is not that of",
                     r"broker_transport_key: \w{64}")  # fmt: skip
        # Outboxes that may grow to more than there is.
        organs = [o for o in district.organs("agent.") if os.path.isdir(district.path("agents", o))]
        for organ in organs:
            config = district.path("etc", f"agent.{organ}.yaml")
            with open(config, encoding="utf-8") as file:
                text = file.read()
            write(config, re.sub(r"outbox_mb: \d+", "outbox_mb: 65536", text))
        about = os.statvfs(district.folder)
        if about.f_bavail * about.f_frsize < len(organs) * 65536 << 20:
            found, _ = examine(district)
            expect_fault(found, "disk", "warn", "MiB free, all outboxes there may take",
                         "make room")  # fmt: skip
        os.chmod(district.path("collector"), 0o777)
        found, _ = examine(district)
        expect_fault(found, "disk", "bad", "others may write in collector", "chmod 700")


def keys_that_are_not_the_newest_are_found(bench):
    """A key file without its organ's newest sealing key; then a collector that was set back."""
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        what_lacks_the_newest_sealing_key_is_found(district, runner)
        a_collector_set_back_to_before_its_key_is_told(district, runner)


def what_lacks_the_newest_sealing_key_is_found(district, runner):
    agent = district.path("keys", "district_desk.key")
    screen = district.path("keys", "watch.district_desk.key")
    found, _ = examine(district)
    expect(found["sealing"][0]["state"] == "skip", f"not known: {found['sealing']}")
    runner.start_all("broker", "collector", "agent.district_desk", "agent." + OFFICE)
    await_true("all hold it", lambda: is_sealing_fine(district), slower(20), 0.2)
    with open(screen, "rb") as file:
        before = file.read()
    district.run("key", "rotate", "organ", "--bureau", "district_desk")
    expect(is_sealing_fine(district), "the change fills both files")
    with open(screen, "wb") as file:
        file.write(before)
    found, code = examine(district)
    lacks = r"watch\.district_desk\.key lacks the newest sealing key of district_desk"
    expect_fault(found, "sealing", "warn", lacks, re.escape(f"--from {agent} {screen}"))
    expect(code in (WARN, BAD) and len(found["sealing"]) == 1, f"one file: {found['sealing']}")
    with open(agent, "rb") as file:
        newest = file.read()
    with open(agent, "wb") as file:
        file.write(b"")  # unreadable: told under keys, and nothing to take it from
    found, _ = examine(district)
    expect_fault(found, "sealing", "warn", "lacks", "bring a key file that has it")
    with open(agent, "wb") as file:
        file.write(newest)
    found, _ = examine(district)
    district.run(*shlex.split(found["sealing"][0]["mend"])[1:])
    expect(is_sealing_fine(district), "done as it was told")


def is_sealing_fine(district):
    found, _ = examine(district)
    return [row["state"] for row in found["sealing"]] == ["ok"]


def a_collector_set_back_to_before_its_key_is_told(district, runner):
    """The log is restored to before a change of the collector's signing key, and the newer key file
    is lost: broker, doctor, verbs and agents say so. With the file all goes on, and nothing is
    started again."""
    folder, backup = district.path("collector"), district.path("backup")
    key, away = district.path("keys", "collector.key"), district.path("newer.key")
    enter(district, "--wait")
    district.json("log", "backup", backup, "--dir", folder)
    district.run("key", "rotate", "collector")
    await_said(district, "the collector signs with another key now")
    await_true("it has its place", lambda: not os.path.exists(key + ".next"), slower(5))
    enter(district, "--wait")
    runner.kill("collector")
    os.rename(folder, folder + ".lost")
    os.rename(key, away)
    os.rename(*glob.glob(key + ".*"), key)
    district.json("log", "restore", backup, "--to", folder)
    runner.start("collector")
    await_said(district, "cannot believe the collector")
    found, code = examine(district)
    expect_fault(found, "broker", "bad", "does not believe the collector's signing key",
                 "restore.md")  # fmt: skip
    expect(code == BAD, f"it ended with {code}")
    answer = district.run("sources", good=None)
    expect(answer.returncode == 7 and "does not believe" in answer.stderr, f"a verb: {answer}")
    enter(district)
    hand = Hand(district, OFFICE, Checker(), "doctor")
    await_true("the office says it", lambda: "does not believe" in last_error(hand), slower(15))
    shutil.copy2(away, key + ".copy")
    os.rename(key + ".copy", key + ".next")
    await_said(district, "the collector is believed again")
    await_true("the office has its receipts", lambda: hand.waiting() == 0, slower(15))
    hand.close()
    found, _ = examine(district)
    expect(found["broker"][0]["state"] == "ok", f"as before: {found['broker']}")


def enter(district, *words):
    district.json("report", "--office", OFFICE, "--domain", "petition", "--concerns", "nobody",
                  "--text", "x", *words)  # fmt: skip


def last_error(hand):
    try:
        return hand.ask({"op": "outbox"}, 2)["outbox"].get("last_error") or ""
    except TooLate:
        return ""


def await_said(district, words):
    """The broker's log has the words."""

    def is_said():
        with open(district.path("logs", "broker.log"), encoding="utf-8") as file:
            return words in file.read()

    await_true(f"the broker says: {words}", is_said, slower(15))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def every_check_has_its_part_of_the_page(bench):
    with open(os.path.join(ROOT, "cli", "doctor.c"), encoding="utf-8") as file:
        known = re.findall(r'\{"(\w+)", tcn_doctor_\w+\}', file.read())
    with open(os.path.join(ROOT, "docs", "how-to", "doctor.md"), encoding="utf-8") as file:
        told = re.findall(r"^### (\w+)$", file.read(), re.MULTILINE)
    expect(known and known == told, f"checks {known}, on the page {told}")
    return f"{len(known)} checks"


if __name__ == "__main__":
    Bench("doctor").run(
        every_check_has_its_part_of_the_page,
        a_healthy_district_is_in_order,
        what_does_not_run_is_found_and_nothing_is_changed,
        what_is_wrong_with_files_is_found,
        keys_that_are_not_the_newest_are_found,
    )
