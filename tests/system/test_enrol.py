#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_sanitized
# ctest-cost: 25
"""A new machine gets into a running district: an administrator invites it, it makes its keys where
they are used, claims its row at the door and works. Whoever else comes to the door gets nothing,
and whatever is killed on the way, saying it again finishes."""

import test_foreign as foreign  # first: it finds the Python that has the modules

import datetime
import hashlib
import json
import os
import re
import secrets
import select
import socket
import sys
import tempfile
import threading
import time

import zmq
from harness import Bench, Hand, await_true, expect, slower
from stranger import H, Key, Peer, ctx, is_signed

ORGAN = "office_qinglong"
DIVISION = "520502012000"
BUREAU = "petition_bureau"
DENIED = 36
ADMIN = "agent.admin"


class Town:
    """A founded district whose programs run one by one, and what its people do."""

    def __init__(self, district, runner, folder):
        self.district = district
        self.runner = runner
        self.folder = folder
        self.stage = foreign.Stage(district, folder)
        self.p = self.stage.p
        self.log_id = self.read_log_id()

    def read_log_id(self):
        """The log's id, as the bundle has it: size, bytes, signature."""
        with open(self.district.path("bundle.bin"), "rb") as file:
            data = file.read()
        return self.p.Bundle.FromString(data[4 : 4 + int.from_bytes(data[:4], "big")]).log_id

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def invite(self, name, *words):
        """`tocsin key invite`; gives the file."""
        path = self.path(name + ".invitation")
        rights = words or ("--role", "office", "--organ", ORGAN)
        told = self.district.run("key", "invite", name, *rights, "--out", path).stdout
        expect("by hand" in told and "good once, until" in told, f"it says what to do: {told}")
        expect(os.stat(path).st_mode & 0o777 == 0o600, "nobody else reads an invitation")
        return path

    def enrol(self, path, folder, good=(0,), words=()):
        return self.district.run("key", "enrol", path, "--out", self.path(folder), *words,
                                 good=good, limit_s=slower(60))

    def report_from(self, folder, name):
        """Starts the machine's agent and reports; the report has its receipt at the end."""
        config = self.path(folder, "etc", f"agent.{ORGAN}.yaml")
        self.runner.spawn(name, [self.district.program("tocsin-agent"), "--config", config], None,
                          None)
        self.district.run("report", "--office", ORGAN, "--division", DIVISION, "--domain",
                          "petition", "--concerns", "nobody", "--text", "The bridge is closed.",
                          "--wait", "--dir", self.path(folder))

    def guest(self, name):
        """Somebody with keys of its own at the door."""
        keys = self.path("guests")
        os.makedirs(keys, exist_ok=True)
        self.district.run("key", "new", name, "--out", keys)
        config = dict(self.stage.config("auditor"),
                      broker_endpoint=self.stage.config("broker")["door"])
        peer = Peer(self.p, self.stage.context, config, Key(os.path.join(keys, name + ".key")))
        peer.collector = self.stage.collector
        return peer

    def claim(self, peer, token, **spoilt):
        """An Enrol by the peer's keys; `spoilt` fields are set after it was proven."""
        transport, signing = peer.key.transport[0], bytes(peer.key.signing.verify_key)
        proof = peer.key.sign("tocsin.key.1",
                              self.log_id + bytes(4) + H(token) + transport + signing)
        fields = dict(format=1, log_id=self.log_id, token=token, transport_key=transport,
                      signing_key=signing, proof=proof)
        return self.p.Enrol(**{**fields, **spoilt}).SerializeToString()

    def expect_denied(self, peer, claim, what):
        """One REFUSE, signed, for ever, that does not tell why."""
        _, frames = peer.ask("ENROL", claim, answer="REFUSE", session=0)
        refuse = self.p.Refuse.FromString(frames[0])
        expect(refuse.code == DENIED and not refuse.is_later and not refuse.refusals,
               f"{what}: {refuse}")
        expect(refuse.asked_hash == H(ctx("tocsin.enrol.1", claim)), "REFUSE names the claim")
        expect(is_signed(self.stage.collector, "tocsin.refuse.1", *frames), "REFUSE is signed")


def token_of(path):
    with open(path, encoding="ascii") as file:
        return bytes.fromhex(re.search(r"^token (\w+)$", file.read(), re.MULTILINE)[1])


def changed(path, word, value):
    """A copy of an invitation in which somebody changed a line, and put the check right."""
    with open(path, encoding="ascii") as file:
        text = re.sub(rf"^{word} .*$", f"{word} {value}", file.read(), flags=re.MULTILINE)
    text = text[: text.index("check ")]
    check = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()[:16]
    with open(path + "." + word, "w", encoding="ascii") as file:
        file.write(f"{text}check {check}\n")
    return path + "." + word


class TownOf:
    """with TownOf(bench) as town: broker, collector and the administrator's agent run."""

    def __init__(self, bench):
        self.founded = bench.founded(offices=1, bureaus=[BUREAU])
        self.temporary = tempfile.TemporaryDirectory(prefix="tocsin-enrol-")

    def __enter__(self):
        district, runner = self.founded.__enter__()
        self.town = Town(district, runner, self.temporary.__enter__())
        runner.start_all("broker", "collector", ADMIN)
        return self.town

    def __exit__(self, *raised):
        self.town.stage.context.destroy(0)
        self.temporary.__exit__(*raised)
        return self.founded.__exit__(*raised)


def an_invited_machine_enrols_and_works(bench):
    with TownOf(bench) as town:
        path = town.invite("second")
        told = town.enrol(path, "machine").stdout
        expect("second is in the registry" in told and "tocsin-agent --config" in told, told)
        for name in ("second.key", "second.pub"):
            expect(os.path.exists(town.path("machine", "keys", name)), f"{name} is there")
        expect(os.stat(town.path("machine", "keys", "second.key")).st_mode & 0o777 == 0o600,
               "the key file is its owner's")
        town.report_from("machine", "agent.second")

        # The same by the same machine is the same; by another it is nothing.
        expect(town.enrol(path, "machine").stdout == told, "said again it is the same")
        thief = town.enrol(path, "thief", good=(7,)).stderr
        expect("because the collector does not let it in" in thief and "try:" in thief, thief)
        other = changed(path, "collector-key", "11" * 32)
        expect("not signed by the collector" in town.enrol(other, "fourth", good=(7,)).stderr,
               "another collector is not believed")
        other = changed(path, "broker-key", "11" * 32)
        away = town.enrol(other, "fourth", good=(4,), words=("--timeout", "2")).stderr
        expect("nobody who has the broker's key" in away, away)
        other = path + ".cut"
        with open(path, encoding="ascii") as file, open(other, "w", encoding="ascii") as cut:
            cut.write(file.read()[:-5])
        expect("changed or cut off" in town.enrol(other, "fourth", good=(8,)).stderr,
               "a cut invitation is told")

        # A watching program of the bureau that has the report now, on a machine of its own.
        path = town.invite("watch.third", "--like", "watch." + BUREAU)
        told = town.enrol(path, "desk").stdout
        expect("tocsin watch" in told and "no sealing key" in told, told)
        answer = town.district.json("matter", "ls", "--bureau", BUREAU, "--dir", town.path("desk"))
        expect(len(answer["matters"]) == 1, f"the new watcher sees the report: {answer}")
        reader = re.search("principal ([0-9]+)", told)[1]

        # The first administrator, of two, ends its own rights, and is told when it is so.
        start = time.monotonic()
        told = town.district.run("key", "revoke", "admin", "--reason", "left_post").stdout
        took = time.monotonic() - start
        expect(told.startswith("revoked admin"), told)
        expect(took < slower(15), f"it is told after {took:.0f} s")
        return f"principal {reader} reads it"


def invite_for(town, token, seconds):
    """An invitation by the administrator's agent that is soon too old; gives its end."""
    hand = Hand(town.district, "admin", None, "enrol")
    until = time.time() + seconds
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(until)) + f".{int(until % 1 * 1000):03}Z"
    row = {"name": "late", "role": "auditor", "all_streams": True}
    registry = {"kind": "invited", "row": row, "token_hash": H(token).hex(), "until": stamp}
    answer = hand.ask({"op": "act", "draft": {"act": "registry_changed", "registry": registry}})
    expect(answer["code"] == 0, f"the administrator's agent takes it: {answer}")
    place = {key: answer[key] for key in ("lane", "epoch", "sequence")}
    answer = hand.ask({"op": "wait", "receipts": [place], "timeout_ms": 10000}, 15)
    expect(answer["outcomes"][0]["code"] == 0, f"it is in the log: {answer}")
    hand.close()
    return until


def at_the_door_nobody_gets_anything_else(bench):
    with TownOf(bench) as town:
        token = secrets.token_bytes(16)
        until = invite_for(town, token, 1.5)
        good = token_of(town.invite("second"))
        with town.guest("a") as peer:
            town.expect_denied(peer, town.claim(peer, good, proof=bytes([7] * 64)), "a wrong proof")
        with town.guest("b") as peer, town.guest("c") as other:
            stolen = town.claim(other, good)
            town.expect_denied(peer, stolen, "a claim that another made")
        with town.guest("d") as peer:
            expect(not says(town, peer, "HELLO", b"x") and not says(town, peer, "ASK", b"x"),
                   "a guest says ENROL or nothing")
        await_true("the token is too old", lambda: time.time() > until, 5)
        with town.guest("e") as peer:
            town.expect_denied(peer, town.claim(peer, token), "a token that is too old")

        # Garbage at the door, while somebody works at the front.
        with Garbage(town.stage.config("broker")["door"]) as garbage:
            town.enrol(path_of(town, "second"), "machine")
            town.report_from("machine", "agent.second")
            return f"{garbage.count} pieces of garbage"


def path_of(town, name):
    return town.path(name + ".invitation")


def says(town, peer, kind, frame):
    """True when a guest is answered within a while that is long for an answer."""
    peer.numbers.clear()
    header = town.p.Header(version=1, kind=town.p.Kind.Value("KIND_" + kind), request=1)
    peer.socket.send_multipart([header.SerializeToString(), frame])
    return bool(peer.socket.poll(700))


class Garbage:
    """Throws random bytes at an address, connection by connection, until it is over."""

    def __init__(self, address):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        self.address = (host, int(port))
        self.count = 0
        self.is_over = False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        await_true("garbage is thrown", lambda: self.count > 3, 10)
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()

    def run(self):
        while not self.is_over:
            try:
                with socket.create_connection(self.address, 2) as made:
                    made.sendall(secrets.token_bytes(300))
                    self.count += 1
                    select.select([made], [], [], 0.05)
            except OSError:
                select.select([], [], [], 0.05)  # the door is shut for a moment


class Relay:
    """Carries bytes between the collector and the broker's back; while it `holds`, nothing that the
    collector says gets through."""

    def __init__(self, address):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        self.far = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.holds = False
        self.is_over = False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()
        self.listener.close()

    def run(self):
        while not self.is_over:
            if select.select([self.listener], [], [], 0.05)[0]:
                near, _ = self.listener.accept()
                with near:
                    self.carry(near)

    def carry(self, near):
        """One connection of the collector, until either side ends it."""
        try:
            with socket.create_connection(self.far, 2) as far:
                while not self.is_over:
                    ends = [far] if self.holds else [near, far]
                    for end in select.select(ends, [], [], 0.05)[0]:
                        data = end.recv(65536)
                        if not data:
                            return
                        (far if end is near else near).sendall(data)
        except OSError:
            return


def collector_log(town):
    with open(town.district.path("logs", "collector.log"), encoding="utf-8") as file:
        return file.read()


def killed_after_the_log_the_collector_gives_the_same_answer(bench):
    with TownOf(bench) as town:
        runner, district = town.runner, town.district
        path = town.invite("second")
        runner.kill("collector")
        config = district.path("etc", "collector.yaml")
        back = town.stage.config("collector")["broker_endpoint"]
        with Relay(back) as relay, open(config, encoding="utf-8") as file:
            text = file.read().replace(back, relay.address)
            other = district.path("etc", "collector.relayed.yaml")
            with open(other, "w", encoding="utf-8") as made:
                made.write(text)
            page = town.path("page")
            program = district.program("tocsin-collector")
            runner.spawn("collector", [program, "--config", other, "--metrics", page], None, None)
            await_true("the collector is the broker's again", lambda: is_answered(town), 20)
            relay.holds = True
            machine = district.spawn("key", "enrol", path, "--out", town.path("machine"),
                                     out=town.path("told"))
            # What the writer counts is told after its commit.
            await_true("the claim is in the log", lambda: enrolled_count(page) == 1, slower(20))
            expect(machine.poll() is None, "the machine has no answer yet")
            runner.kill("collector")
        runner.start("collector")
        await_true("the machine has its answer", lambda: machine.poll() is not None, slower(40))
        with open(town.path("told"), encoding="utf-8") as file:
            told = file.read()
        positions = re.findall(r"enrolls at position (\d+)", collector_log(town))
        expect(machine.returncode == 0 and len(positions) == 1, f"it was logged once: {positions}")
        expect(f"since position {positions[0]}." in told, f"and is told so: {told}")
        town.report_from("machine", "agent.second")
        return f"position {positions[0]}"


def is_answered(town):
    """True when the collector answers through the broker."""
    return town.district.run("sources", good=None, limit_s=20).returncode == 0


def enrolled_count(page):
    """The number of claims granted, of the collector's page; None while there is none."""
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.settimeout(2)
            made.connect(page)
            made.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            text = b"".join(iter(lambda: made.recv(65536), b"")).decode()
    except OSError:
        return None
    found = re.search(r"^tocsin_collector_enrolled_total (\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else None


def killed_before_its_answer_the_machine_finishes(bench):
    with TownOf(bench) as town:
        path = town.invite("second")
        town.runner.kill("broker")
        machine = town.district.spawn("key", "enrol", path, "--out", town.path("machine"),
                                      out=town.path("told"))
        key = town.path("machine", "keys", "second.key")
        await_true("its keys are on disk", lambda: os.path.exists(key), slower(20))
        machine.kill()
        machine.wait()
        with open(key, "rb") as file:
            made = file.read()
        town.runner.start("broker")
        town.enrol(path, "machine")
        with open(key, "rb") as file:
            expect(file.read() == made, "the keys are those that were made first")
        town.report_from("machine", "agent.second")


def of_keys(town):
    """What the desk's stream says of keys: (name, stage) in order."""
    told = town.district.run("watch", "--bureau", "district_desk", "--from", "1", "--once", "-o",
                             "ndjson", good=(0, 3)).stdout
    items = [json.loads(line) for line in told.splitlines()]
    fired = [item for item in items if item["kind"] == "item" and item["fired"]]
    expect(all(item["event"] is None and not item["source"] for item in fired),
           f"a time that has come shows no event: {fired}")
    return [(item["fired"]["name"], item["fired"]["stage"]) for item in fired]


SOON_S = 6  # an end that is over when it is logged is told to nobody (core/due, D3)


def end_in(town, name, seconds):
    """Gives a row an end; says when it is."""
    until = time.time() + seconds
    town.district.run("key", "rights", name, "--not-after",
                      f"{datetime.datetime.fromtimestamp(until, datetime.UTC):%FT%T.%fZ}")
    return until


def the_desk_is_told_once_of_a_key_that_ends(bench):
    """Also by a collector that did not run when it was time, after a kill and after a rebuild."""
    with TownOf(bench) as town:
        runner, district = town.runner, town.district
        for name in ("watch.early", "watch.late"):
            town.enrol(town.invite(name, "--like", "watch." + BUREAU), name)
        end_in(town, "watch.early", 3 * 86400)  # with a day to come, and its end
        end_in(town, "watch.late", 40 * 86400)
        expect(of_keys(town) == [], "nothing is due")
        end_in(town, "watch.early", SOON_S)  # nobody reports: the collector's tick brings the time
        wanted = [("watch.early", 4)]
        await_true("the end is told", lambda: of_keys(town) == wanted, SOON_S + slower(20))
        told = district.run("watch", "--bureau", "district_desk", "--from", "1", "--once").stdout
        expect("the key of watch.early ended" in told
               and "tocsin key rights watch.early --not-after" in told, f"it says {told}")

        until = end_in(town, "watch.late", SOON_S)
        runner.kill("collector")
        await_true("the end of the other", lambda: time.time() > until, 2 * SOON_S)
        runner.start("collector")
        wanted.append(("watch.late", 4))
        await_true("it is told at the start", lambda: of_keys(town) == wanted, slower(20))
        runner.kill("collector")
        folder = district.path("collector")
        rebuilt = district.json("log", "rebuild", "--dir", folder, limit_s=slower(60))
        again = district.json("log", "rebuild", "--dir", folder, limit_s=slower(60))
        expect(rebuilt["state_hash"] == again["state_hash"], "the same log gives the same state")
        runner.start("collector")
        await_true("the collector answers", lambda: is_answered(town), slower(20))
        expect(of_keys(town) == wanted, f"and is not told again: {of_keys(town)}")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    Bench("enrol").run(
        an_invited_machine_enrols_and_works,
        at_the_door_nobody_gets_anything_else,
        killed_after_the_log_the_collector_gives_the_same_answer,
        killed_before_its_answer_the_machine_finishes,
        the_desk_is_told_once_of_a_key_that_ends,
    )
