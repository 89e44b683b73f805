#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 55
# ctest-locks: clock
"""The collector's signing key is succeeded under load: an office goes on reporting, a bureau goes
on watching, a replay that runs goes on, and so does a program of a stranger; nobody is given the
new key. The collector is killed at each step, and each time the key comes into force once."""

import json
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import google.protobuf  # noqa: F401
    import nacl  # noqa: F401
    import zmq
except ImportError as missing:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN_PYTHON):
        if os.path.exists(DEBIAN_PYTHON):
            os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    print(f"keys: skipped, because this Python has no {missing.name}; "
          "try: apt-get install python3-zmq python3-protobuf python3-nacl")
    sys.exit(77)

import harness
from harness import (
    SHIM,
    Bench,
    Checker,
    Hand,
    Skip,
    await_true,
    delivered,
    expect,
    is_sanitized,
    json_lines,
    last_delivered,
    read_lines,
    report_draft,
    slower,
    tag_of,
)
from stranger import Key, Peer, Proto, Ring, is_receipt, replay

OFFICE = "office_chahe"
STREAM = "petition_bureau"
AGENT = "agent." + OFFICE
PROGRAMS = ("broker", "collector", AGENT)
REFUSED = 7
DAMAGED = 8
BROKER = 2  # its row, since the founding

# (call of the program's, which one of them, killed before or after it). The log's commit syncs its
# pages and then writes its meta page; the files are linked, synced, renamed and synced. Every call
# that writes is tried in unit.collector.succession_kill.
STEPS = [(call, number, when)
         for call, numbers in (("fdatasync", (2, 3)), ("link", (1,)), ("rename", (1,)))
         for number in numbers
         for when in ("before", "after")]


def settings(district, name):
    """The settings of one program."""
    with open(district.path("etc", name + ".yaml"), encoding="utf-8") as file:
        pairs = [line.strip().split(": ", 1) for line in file if ": " in line]
    return dict(pair for pair in pairs if len(pair) == 2 and not pair[0].startswith("#"))


def key_file(district):
    return settings(district, "collector")["key_file"]


def signing_key(path):
    return bytes(Key(path).signing.verify_key)


def rotate(district):
    """Makes the next key; gives it."""
    answer = district.run("key", "rotate", "collector", "--dir", district.folder)
    made = bytes.fromhex(re.search(r"new signing key: ([0-9a-f]{64})", answer.stdout)[1])
    return made


def await_key(district, key):
    """The key is in force, and its file has the collector's name."""
    path = key_file(district)
    await_true("the new key is in force", lambda: not os.path.exists(path + ".next"), slower(15))
    expect(signing_key(path) == key, "the key that was made signs")


def signers(district):
    """Which keys sign, and from where: the verified log's own word."""
    told = district.json("log", "verify", "--dir", district.path("collector"), limit_s=120)
    expect(told["is_good"], f"the log is good: {told['bad_what']} at {told['bad_position']}")
    return [bytes.fromhex(row["key"]) for row in told["signers"]]


class Load:
    """An office that reports all the time, and a bureau that watches."""

    def __init__(self, district):
        self.district = district
        self.checker = Checker()
        self.hand = Hand(district, OFFICE, self.checker, "keys")
        self.transcript = district.path("watch.ndjson")
        district.spawn("watch", "--bureau", STREAM, "--name", "duty", "-o", "ndjson",
                       out=self.transcript)

    def report(self, count, limit_s=20):
        """So many reports more are entered, and have their receipts."""
        wanted = self.hand.made + count

        def turn():
            while self.hand.made < wanted and len(self.hand.under_way) < self.hand.WINDOW:
                self.hand.made += 1
                tag = tag_of("keys/" + OFFICE, self.hand.made)
                self.hand.hand_in("report", report_draft(OFFICE, tag), tag)
            self.hand.turn(2)
            return self.hand.made == wanted

        await_true(f"{count} reports are handed in", turn, slower(limit_s), 0)
        self.hand.drain(slower(limit_s))

    def await_watched(self):
        await_true("the watcher has everything",
                   lambda: last_delivered(self.transcript) == self.hand.made, slower(20), 0.1)
        numbers = [row["alert"]["number"] for row in delivered(self.transcript)]
        expect(numbers == list(range(1, self.hand.made + 1)), "each of them once, in order")


def receipt_of(district, name):
    """The file of a receipt of a report that is made now."""
    path = district.path(name)
    district.run("report", "--office", OFFICE, "--domain", "petition", "--category", "31.6",
                 "--concerns", "nobody", "--receipt", path)
    return path


def nobody_doubts(district):
    """No program thinks that its broker was taken over."""
    for name in sorted(os.listdir(district.path("logs"))):
        for line in read_lines(district.path("logs", name)):
            expect("not signed by the collector" not in line and "taken over" not in line,
                   f"{name}: {line}")
    for line in read_lines(district.path("watch.ndjson.err")):
        expect("did not sign" not in line, f"the watcher: {line}")


def peer_of(district, p, context, name):
    """A stranger's connection, which was given the first key."""
    config = settings(district, name)
    peer = Peer(p, context, config, Key(config["key_file"]))
    peer.ring = Ring(p, bytes.fromhex(config["collector_signing_key"]))
    return peer


def verify_receipt(district, path, key, good=(0,)):
    district.run("receipt", "verify", path, "--key", key.hex(), good=good)


def a_key_is_succeeded_under_load(bench):
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS)
        load = Load(district)
        load.report(60)
        first = signing_key(key_file(district))
        old = receipt_of(district, "old.receipt")
        load.hand.made += 1
        p, context = Proto(district.folder), zmq.Context()
        stranger = peer_of(district, p, context, "auditor")
        before, _ = replay(stranger, 1000, 1000)
        running = district.spawn("replay", "--speed", "20", "-o", "ndjson",
                                 out=district.path("replay.ndjson"))
        second = rotate(district)
        load.report(60)
        await_key(district, second)
        load.report(60)
        after, _ = replay(stranger, 1000, 1000)
        expect(len(after) >= len(before) + 120, "the stranger goes on in its session")
        expect(stranger.ring.keys == [first, second], "and has learned the key in it")
        with peer_of(district, p, context, "auditor") as newcomer:
            newcomer.join()
            expect(newcomer.ring.tip == second, "who comes later learns it with SESSION")
        new = receipt_of(district, "new.receipt")
        load.hand.made += 1
        verify_receipt(district, old, first)
        verify_receipt(district, new, second)
        verify_receipt(district, new, first, good=(DAMAGED,))
        load.await_watched()
        expect(running.wait(slower(30)) == 0, "the replay that ran goes on to its end")
        for name in ("broker", AGENT):  # both were given the first key, and know no other
            runner.kill(name)
            runner.start(name)
        load.report(20, 40)
        load.await_watched()
        head = district.path("running.head")  # of who was given the first key, too
        district.run("log", "head", "--export", head, "--running", "--dir", district.folder)
        stranger.socket.close()
        context.term()
        nobody_doubts(district)
        load.hand.close()
        expect(runner.stop("collector", slower(5))[0] == 0, "the collector drains")
        expect(signers(district) == [first, second], "the log names both keys, in their order")
        district.run("log", "verify", "--dir", district.path("collector"), "--against", head)
        return f"{load.hand.made} reports, a replay of {len(after)} items"


def the_collector_is_killed_at_each_step(bench):
    if is_sanitized():
        raise Skip("sanitized programs do not bear a preloaded library")
    with bench.stopped() as (district, runner):
        runner.start("broker")
        path = key_file(district)
        made = [signing_key(path)]
        died = 0
        for call, number, when in STEPS:
            made.append(rotate(district))
            env = dict(LD_PRELOAD=SHIM, TOCSIN_KILL_CALL=call, TOCSIN_KILL_AT=str(number),
                       TOCSIN_KILL_WHEN=when, TOCSIN_KILL_COUNT=district.path("kill.count"))
            process = runner.start("collector", env=env)
            await_true(f"killed {when} {call} {number}, or done with it",
                       lambda: process.poll() is not None or not os.path.exists(path + ".next"),
                       slower(15))
            died += process.poll() is not None
            runner.kill("collector")
            runner.start("collector")
            await_key(district, made[-1])
            runner.stop("collector", slower(5))
            expect(signers(district)[-2:] in (made[-2:], made[-3:-1]),
                   f"after {when} {call} {number} each key signs once, in its order")
        runner.start("collector")
        runner.start(AGENT)
        load = Load(district)
        load.report(10)
        load.await_watched()
        load.hand.close()
        runner.stop("collector", slower(5))
        found = signers(district)
        expect(found[-1] == made[-1] and [k for k in made if k in found] == found,
               "the last key signs now")
        kept = [name for name in os.listdir(os.path.dirname(path)) if "collector.key." in name]
        expect(len(kept) == len(STEPS), f"every key before it is kept: {kept}")
        return f"{died} of {len(STEPS)} starts were killed, {len(found)} keys have signed"


def a_log_that_was_set_back_takes_the_key_again(bench):
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS)
        load = Load(district)
        load.report(20)
        first = signing_key(key_file(district))
        district.run("log", "backup", district.path("backup"), "--dir", district.path("collector"))
        second = rotate(district)
        await_key(district, second)
        load.report(20)
        runner.stop("collector", slower(5))
        head = district.path("kept.head")
        district.run("log", "head", "--export", head, "--dir", district.path("collector"),
                     "--key", key_file(district))
        shutil.rmtree(district.path("collector"))
        district.run("log", "restore", district.path("backup"), "--to", district.path("collector"))
        told = district.run("log", "verify", "--dir", district.path("collector"), "--against", head,
                            good=(DAMAGED,))
        expect("CUT" in told.stdout, f"a head of the key that this log lost is no forgery: {told}")
        runner.start("collector")
        load.report(20, 40)
        load.hand.close()
        nobody_doubts(district)
        runner.stop("collector", slower(5))
        expect(signers(district) == [first, second], "the restored log names the key anew")


def announce(district, runner):
    """The broker's next keys are made, and an administrator enters them; gives the new one."""
    path = settings(district, "broker")["key_file"]
    told = district.run("key", "rotate", "--file", path, "--principal", str(BROKER), "--dir",
                        district.folder).stdout
    runner.start("agent.admin")
    change = district.path("change.json")
    with open(change, "w", encoding="utf-8") as file:
        file.write(told)
    district.run("report", "--office", "admin", "--from", change, "--wait")
    return json.loads(told)["registry"]["transport_key"]


def has_line(district, name, text):
    return any(text in line for line in read_lines(district.path("logs", name + ".log")))


def the_brokers_key_is_succeeded_under_load(bench):
    """Who was there learns the next key and goes on; who was not is told by his configuration."""
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS)
        load = Load(district)
        load.report(40)
        path = settings(district, "broker")["key_file"]
        p, context = Proto(district.folder), zmq.Context()
        config = settings(district, "auditor")
        second = announce(district, runner)
        await_true("the office's agent is told", lambda: has_line(
            district, AGENT, "told of the broker's next transport key"), slower(10))
        await_true("the watch keeps what it is told",
                   lambda: os.path.exists(district.path("session.bin")), slower(10))
        with peer_of(district, p, context, "auditor") as stranger:
            stranger.join()
            told = [key.hex() for key in stranger.brokers]
            expect(told == [second, config["broker_transport_key"]], "SESSION tells both keys")
        load.report(20)
        district.run("key", "rotate", "--file", path, "--swap")
        runner.kill("broker")
        runner.start("broker")
        load.report(40)
        load.await_watched()
        expect(len(district.json("replay", "--bureau", STREAM, "--digest")) > 0, "a verb reads")
        with Peer(p, context, dict(config, broker_transport_key=second),
                  Key(config["key_file"])) as stranger:
            stranger.collector = bytes.fromhex(config["collector_signing_key"])
            stranger.join()
        for name in ("collector", AGENT):  # they find the broker in their next life, too
            runner.kill(name)
            runner.start(name)
        load.report(20)
        load.await_watched()
        load.hand.close()
        context.term()
        nobody_doubts(district)
        late_agents_are_configured(district, runner, second)
        return f"{load.hand.made} reports"


def late_agents_are_configured(district, runner, key):
    """One that has slept through it all, and one whose configuration has the key."""
    os.remove(district.path("session.bin"))
    late = sorted(os.listdir(district.path("etc")))
    late = [name[:-5] for name in late if name.startswith("agent.office_")][-1]
    path = district.path("etc", late + ".yaml")
    old = settings(district, late)["broker_transport_key"]
    expect(late != AGENT, "it is another office")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, key))
    runner.start(late)
    hand = Hand(district, late[len("agent."):], Checker(), "keys")
    hand.made += 1
    tag = tag_of("keys/late", hand.made)
    hand.hand_in("report", report_draft(late[len("agent."):], tag), tag)
    hand.drain(slower(20))
    hand.close()


def rewrite(path, change):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(change(text))


def the_collectors_transport_key_is_changed_by_hand(bench):
    """As docs/how-to/new-collector-key.md says it."""
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS)
        load = Load(district)
        load.report(10)
        config, path = district.path("etc", "broker.yaml"), key_file(district)
        first = settings(district, "broker")["collector_transport_key"]
        os.mkdir(district.path("new"))
        district.run("key", "new", "collector", "--out", district.path("new"))
        lines = [line for line in read_lines(district.path("new", "collector.key"))
                 if line.startswith("transport-")]
        second = lines[0].split()[1]
        rewrite(config, lambda text: text.replace(
            first, first + "\n  collector_transport_key_next: " + second))
        runner.kill("broker")
        runner.start("broker")
        load.report(10)
        rewrite(path, lambda text: "\n".join(
            [line for line in text.splitlines() if not line.startswith("transport-")][:2] + lines +
            [line for line in text.splitlines() if line.startswith("signing-")]) + "\n")
        runner.kill("collector")
        runner.start("collector")
        load.report(10)
        rewrite(config, lambda text: text.replace(
            first + "\n  collector_transport_key_next: " + second, second))
        runner.kill("broker")
        runner.start("broker")
        load.report(10)
        load.await_watched()
        load.hand.close()
        nobody_doubts(district)


def texts_of(rows):
    """What was read of each report; None where it stayed closed."""
    return [row.get("texts", {}).get("narrative") for row in rows
            if row["kind"] == "item" and row["event"] and row["event"]["act"] == "reported"]


def texts(district, config):
    """What a screen of the bureau reads that is started now."""
    told = district.run("watch", "--config", config, "--from", "1", "--once", "-o", "ndjson",
                        good=(0, 3)).stdout
    return texts_of([json.loads(line) for line in told.splitlines()])


def another_screen(district, name):
    """A screen of the bureau on another PC, with a copy of the key file as it is now; gives its
    configuration and that file."""
    config, key = district.path("etc", name + ".yaml"), district.path("keys", name + ".key")
    screen = settings(district, "watch." + STREAM)["key_file"]
    shutil.copy(screen, key)  # with its mode
    shutil.copy(district.path("etc", "watch." + STREAM + ".yaml"), config)
    rewrite(config, lambda text: text.replace(screen, key))
    return config, key


def an_organ_gets_another_sealing_key(bench):
    """Offices seal to it as soon as they are told; what was sealed before stays readable."""
    with bench.founded() as (district, runner):
        runner.start_all(*PROGRAMS, "agent." + STREAM)
        said = []

        def report():
            said.append(f"The wall leans, {len(said)}.")
            district.run("report", "--office", OFFICE, "--domain", "petition", "--category",
                         "31.6", "--concerns", "nobody", "--text", said[-1], "--wait")

        report()
        running = district.path("duty.ndjson")
        district.spawn("watch", "--bureau", STREAM, "--name", "duty", "-o", "ndjson", out=running)
        here = district.path("etc", "watch." + STREAM + ".yaml")
        other, key = another_screen(district, "other")
        await_true("both read it", lambda: texts(district, here) == texts(district, other) == said,
                   slower(10))
        rotate = ("key", "rotate", "organ")
        told = district.run(*rotate, "--bureau", STREAM, "--hold", "--dir", district.folder).stdout
        for name in (STREAM, "watch." + STREAM):
            expect(district.path("keys", name + ".key") in told, f"it names {name}'s file: {told}")
        report()
        expect(texts(district, other) == said, "nothing is sealed to a key that was not told")
        told = district.run(*rotate, "--bureau", STREAM, "--tell", "--dir", district.folder).stdout
        expect("stands in the log at position" in told, f"it says {told}")

        def is_closed_there():
            report()
            return texts(district, other)[-1] is None

        await_true("offices seal to the new key", is_closed_there, slower(15), 0)
        expect(texts(district, here) == said, "the bureau reads what was sealed to either")
        expect(texts(district, other)[:2] == said[:2], "a copy of before reads what it could")
        district.run(*rotate, "--from", settings(district, "watch." + STREAM)["key_file"], key)
        expect(texts(district, other) == said, "brought there, it reads all")
        again = district.run(*rotate, "--bureau", STREAM, "--tell", "--dir", district.folder,
                             good=(REFUSED,))
        expect("has it already" in again.stderr, f"told twice it changes nothing: {again.stderr}")
        await_true("and so does a screen that has run since before",
                   lambda: texts_of(delivered(running)) == said, slower(10))
        return f"{len(said)} reports"


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    Bench("keys").run(
        a_key_is_succeeded_under_load,
        the_collector_is_killed_at_each_step,
        a_log_that_was_set_back_takes_the_key_again,
        the_brokers_key_is_succeeded_under_load,
        the_collectors_transport_key_is_changed_by_hand,
        an_organ_gets_another_sealing_key,
    )
