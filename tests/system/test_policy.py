#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
"""Another policy comes into force while an office reports: what was logged before keeps its owner,
what comes behind gets the new one, a bad policy changes nothing, and a collector that is killed and
a state that is derived anew come to the same."""

import json
import os
import shutil
import signal
import subprocess

from harness import Bench, await_true, expect, slower

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
BEFORE = "energy_bureau"
BEHIND = "emergency_bureau"
DESK = "district_desk"
NEW_ORGAN = "library"
NEW_DOMAIN = "lost_book"
OLD_NAME, NEW_NAME = "岔河镇", "岔河新镇"  # of the office's division
USES = "policy version 2 is in use"
ORGAN = f"""
  - id: {NEW_ORGAN}
    number: 300
    kind: bureau
    title_zh: "图书馆"
    title_en: "Library"
    place_parent: district_desk
    duty_phone: ""
    posts: [duty_officer]
"""
DOMAIN = f"""
  - id: {NEW_DOMAIN}
    title_zh: "丢书"
    title_en: "Lost book"
    keywords: [丢书]
    owner: {BEHIND}
"""


def alter(path, old, new):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    expect(old in text, f"{path} has {old!r}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new, 1))


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def words_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def make_policy(district, name, version, *changes):
    """A copy of the district's policy with another version, and these (file, old, new)."""
    folder = district.path(name)
    shutil.copytree(district.policy, folder)
    alter(os.path.join(folder, "regime.yaml"), "version: 1", f"version: {version}")
    for file, old, new in changes:
        alter(os.path.join(folder, file), old, new)
    return folder


def report(district, domain):
    """The matter of a report that has its receipt."""
    words = ["report", "--office", OFFICE, "--wait", "--domain", domain, "--concerns", "nobody",
             "--text", "x"]
    return district.json(*words)["matter"]


def holder(district, matter):
    return district.json("matter", "show", matter)["holder_id"]


def await_holder(district, matter, organ):
    await_true(f"held by {organ}", lambda: holder(district, matter) == organ, slower(10))


def active(district):
    return district.json("policy", "active", "--dir", district.folder)


def expect_told(district, activation):
    """The desk was alerted, and `explain` says what became of clocks."""
    items = replayed_alerts(district)
    told = [item for item in items if item.get("fired") and item["fired"]["kind"] == "policy"]
    expect(len(told) == 1, f"the desk has one item of it: {told}")
    expect((told[0]["alert"]["policy_version"], told[0]["fired"]["name"]) == (2, "admin"),
           f"which policy, and by whom: {told}")
    number = told[0]["alert"]["number"]
    for wanted in (f"{DESK}/{number}", str(activation["position"])):
        why = district.json("explain", wanted, "--dir", district.folder, limit_s=slower(60))
        reasons = [reason["why"] for reason in why["reasons"]]
        expect("policy_restates" in reasons and "told" in reasons, f"{wanted}: {reasons}")
    told = district.run("explain", f"{NEW_ORGAN}/1", "--dir", district.folder, good=(3,)).stderr
    expect("no such event or alert" in told, f"an organ of the new policy is known: {told}")


def replayed_alerts(district):
    """All items of the desk's stream."""
    told = district.run("watch", "--bureau", DESK, "--from", "1", "--once", "-o", "ndjson").stdout
    return [item for item in map(json.loads, told.splitlines()) if "alert" in item]


def pend_interrupt():
    """In the child, before the program: an interrupt waits for it, whenever it looks."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.kill(os.getpid(), signal.SIGINT)


def expect_backtest(district, policy, activation):
    """The policy that came into force makes no difference from there on, and had it been there from
    the beginning the first matter had gone elsewhere. What is worked in is gone, also after ^C."""
    scratch = district.path("scratch")
    os.mkdir(scratch)
    words = ["policy", "backtest", "--policy", policy, "--dir", district.folder]
    env = {"TMPDIR": scratch}
    same = district.json(*words, "--since", str(activation["position"]), env=env)
    expect(same["is_same"] and same["differences"] == [], f"no difference: {same}")
    expect(same["ignored_activations"] == 1, f"the log's own is left out: {same}")
    other = district.json(*words, env=env)
    moved = [row for row in other["differences"] if row["what"] == "matter"]
    expect([(row["how"], row["recorded"]["organ"], row["other"]["organ"]) for row in moved]
           == [("elsewhere", BEFORE, BEHIND)], f"the first matter goes elsewhere: {moved}")
    expect(other == district.json(*words, env=env), "twice the same")
    told = district.run(*words, env=env).stdout
    expect(f"{BEFORE}, open" in told and "no difference" not in told, f"as text: {told}")
    rows = [json.loads(line) for line in
            district.run(*words, "-o", "ndjson", env=env).stdout.splitlines()]
    expect(rows[-1]["counts"] == other["counts"] and len(rows) > 1, f"as lines: {rows[-1]}")
    stopped = subprocess.run([district.program("tocsin"), *words], env={**district.env, **env},
                             check=False, timeout=slower(60), capture_output=True,
                             preexec_fn=pend_interrupt)
    expect(stopped.returncode == 130, f"it ends when it is told to: {stopped}")
    district.run("explain", "1", "--dir", district.folder, env=env)
    expect(os.listdir(scratch) == [], f"nothing is left: {os.listdir(scratch)}")


def expect_audit(district, matter):
    """Who knew what when, and the same from the signed bundle, by the collector's key alone."""
    bundle = district.path("audit.bundle")
    where = ["--dir", district.folder]
    told = district.json("audit", matter, *where, "--bundle", bundle)
    first = told["facts"][0]
    expect((first["what"], first["by"]) == ("reported", OFFICE), f"first the report: {first}")
    known = {row["organ"]: row for row in first["known"]}
    expect(known[OFFICE]["is_own"] and known[BEFORE]["reason"] == "owner", f"who knew: {known}")
    expect(known[BEHIND]["fetched"] is None, f"nobody fetched it there: {known}")
    one = district.json("audit", matter, *where, "--known-to", BEHIND)
    organs = {row["organ"] for fact in one["facts"] for row in fact["known"]}
    expect(organs == {BEHIND}, f"of one organ what it knew: {one['facts']}")
    expect(district.json("receipt", "verify", bundle, *where) == told, "the bundle has the answer")
    shown = district.run("receipt", "verify", bundle, *where).stdout
    expect("The bundle is good" in shown and "reported" in shown, f"as text: {shown}")
    with open(bundle, "r+b") as file:
        file.seek(-40, os.SEEK_END)
        byte = file.read(1)
        file.seek(-40, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))
    told = district.run("receipt", "verify", bundle, *where, good=(8,))
    expect("was changed" in told.stderr and told.stdout == "", f"a changed byte is found: {told}")
    district.run("audit", "00000000-0000-7000-8000-000000000001", *where, good=(3,))
    scratch = district.path("scratch")
    stopped = subprocess.run([district.program("tocsin"), "audit", matter, *where], check=False,
                             env={**district.env, "TMPDIR": scratch}, timeout=slower(60),
                             capture_output=True, preexec_fn=pend_interrupt)
    expect(stopped.returncode == 130 and os.listdir(scratch) == [], f"it ends: {stopped}")


def an_activation_finds_whoever_was_away(bench):
    """An agent that was away has the new bundle before it is given anything: its first report goes,
    and is sealed, by the new policy. A watch that runs shows the new words, and leaves them to the
    next program in its folder."""
    with bench.founded(bureaus=["district_desk", BEFORE, BEHIND]) as (district, runner):
        owner = ("domains.yaml", f"    owner: {BEFORE}\n    recipients: [{BEHIND}]\n",
                 f"    owner: {BEHIND}\n    recipients: []\n")
        renamed = ("divisions.yaml", f'name: "{OLD_NAME}"', f'name: "{NEW_NAME}"')
        good = make_policy(district, "good", 2, owner, renamed)
        append(os.path.join(good, "domains.yaml"), DOMAIN)
        runner.start_all("broker", "collector", AGENT)
        report(district, "coal_mine_safety")
        shown = district.path("watch.out")
        district.spawn("watch", "--bureau", BEHIND, "--no-bell", out=shown)
        await_true("it shows what there is", lambda: OLD_NAME in words_of(shown), slower(20))
        expect(runner.stop(AGENT, slower(20))[0] == 0, "the agent is away")
        bundle = district.path("bundle.bin")
        expect(NEW_NAME.encode() not in bytes_of(bundle), "nobody has heard of it")
        district.run("policy", "activate", good, "--dir", district.folder)
        await_true("version 2", lambda: active(district)["version"] == 2, slower(10))
        runner.start(AGENT)
        log = district.path("logs", AGENT + ".log")
        await_true("the agent's policy", lambda: USES in words_of(log), slower(10))
        for domain in ("coal_mine_safety", NEW_DOMAIN):
            matter = report(district, domain)
            await_holder(district, matter, BEHIND)
            words = ["replay", "--matter", matter, "-o", "ndjson", "--bureau"]
            rows = [json.loads(row) for row in district.run(*words, BEHIND).stdout.splitlines()]
            expect(rows[0]["texts"] == {"narrative": "x"}, f"sealed to its owner: {rows[0]}")
            told = district.run(*words, BEFORE, good=(0, 3)).stdout
            expect("texts" not in told, f"and to nobody who was: {told}")
        await_true("the watch shows the new words", lambda: NEW_NAME in words_of(shown), slower(20))
        expect(NEW_NAME.encode() in bytes_of(bundle), "and has kept them")


def the_policy_changes_while_reports_come(bench):
    with bench.stopped(bureaus=["district_desk", BEFORE, BEHIND]) as (district, runner):
        runner.start_all("broker", "collector", AGENT)
        owner = ("domains.yaml", f"    owner: {BEFORE}\n    recipients: [{BEHIND}]\n",
                 f"    owner: {BEHIND}\n    recipients: [{BEFORE}]\n")
        good = make_policy(district, "good", 2, owner)
        append(os.path.join(good, "organs.yaml"), ORGAN)
        append(os.path.join(good, "domains.yaml"), DOMAIN)
        typo = make_policy(district, "typo", 2, ("domains.yaml", f"owner: {BEFORE}",
                                                 "owner: energy_burau"))
        never = make_policy(district, "never", 2, ("clocks.yaml", "start: [reported]",
                                                   "start: [case_filed]"))
        old = make_policy(district, "old", 1, owner)
        mine = report(district, "coal_mine_safety")
        first = active(district)
        expect((first["version"], first["position"], first["by"]) == (1, 1, "root"), f"{first}")

        where = ["--dir", district.folder]
        told = district.run("policy", "activate", typo, *where, good=(6,)).stderr
        expect("domains.yaml:" in told and '"energy_burau"' in told, f"it names the place: {told}")
        told = district.run("policy", "activate", never, *where, good=(6,)).stderr
        expect("clocks.yaml:" in told and '"case_filed"' in told, f"no clock starts so: {told}")
        told = district.run("policy", "activate", old, *where, good=(7,)).stderr
        expect("not larger" in told, f"an older version is refused: {told}")
        desk = district.path("keys", "district_desk.key")
        words = ["policy", "activate", good, *where]
        told = district.run(*words, "--key", desk, good=(7,)).stderr
        expect("only an administrator" in told, f"nobody else does it: {told}")
        told = district.run(*words, "--dry-run").stdout
        moved = f"domain coal_mine_safety: owner {BEFORE}, then {BEHIND}"
        expect(moved in told, f"it says what: {told}")
        expect(told.count("HAS NO SEALING KEY") == 1 and f"organ {NEW_ORGAN}: HAS NO" in told,
               f"it says who cannot read: {told}")  # fmt: skip
        added = json.loads(district.run(*words, "--dry-run", "-o", "json").stdout)["organs"]
        expect(added == [{"id": NEW_ORGAN, "change": "added", "has_sealing_key": False}],
               f"{added}")  # fmt: skip
        expect(active(district) == first, "and the old one stays")

        district.run(*words, "--restate")
        await_true("version 2", lambda: active(district)["version"] == 2, slower(10))
        second = active(district)
        expect(second["by"] == "admin" and second["restated"], f"it says by whom: {second}")
        # The agent is told on the line that it has: it takes what only the new policy knows.
        shown = district.json("policy", "show", "--at", str(second["position"]), *where)
        expect((shown["version"], shown["by"]) == (2, "admin"), f"{shown['version']}")
        files = {file["name"]: file["text"] for file in shown["files"]}
        expect(files == {name: words_of(os.path.join(good, name)) for name in os.listdir(good)},
               "the log has the files as they were given")
        told = district.json("policy", "show", "--at", str(second["position"] - 1), *where)
        expect((told["version"], told["files"]) == (1, []), "before it there is the founding's")
        log = district.path("logs", AGENT + ".log")
        await_true("the agent's policy", lambda: USES in words_of(log), slower(10))
        expect(words_of(log).count(USES) == 1, "it took it once")
        await_holder(district, report(district, NEW_DOMAIN), BEHIND)
        theirs = report(district, "coal_mine_safety")
        expect(holder(district, mine) == BEFORE, "what was before keeps its holder")
        await_holder(district, theirs, BEHIND)
        told = district.run(*words).stdout
        expect("in force already" in told, f"again is nothing: {told}")

        runner.kill(AGENT)
        runner.kill("collector")
        runner.start_all("collector", AGENT)
        later = report(district, "coal_mine_safety")
        await_holder(district, later, BEHIND)
        expect(active(district) == second, "a restart changes nothing")
        expect_told(district, second)
        expect_backtest(district, good, second)
        expect_audit(district, mine)
        runner.stop("collector", slower(20))
        live = district.json("log", "stats", "--state-hash", *where, limit_s=slower(60))
        rebuilt = district.json("log", "rebuild", *where, limit_s=slower(60))
        expect(rebuilt["state_hash"] == live["state_hash"],
               "the log alone gives the state that a collector had which lived through it")
        district.run("log", "verify", *where, limit_s=slower(60))


if __name__ == "__main__":
    Bench("policy").run(an_activation_finds_whoever_was_away, the_policy_changes_while_reports_come)
