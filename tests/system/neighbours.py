# SPDX-License-Identifier: Apache-2.0
"""What the tests of bad neighbours and of limits share: an attack under way, what a process uses,
and who must still be running."""

import json
import os
import re
import subprocess
import sys

from attacker import key_of
from harness import expect, is_sanitized, replay
from meter import OFFICES

ATTACKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "attacker.py")


AUTOGROUP = "/proc/self/autogroup"


def take_what_is_left():
    """In a real district an attacker has a machine of its own: here it gets what the attacked leave
    over. The scheduler shares out between sessions first and looks at policies within one
    (sched(7), "The autogroup feature"), so a session of its own is the last of all; else an idle
    attacker in the session of the test takes as much as the whole district, which has another.
    Beside sanitized tests, which compare no times, nothing may be left, so there it gets its share.
    """
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    if os.path.exists(AUTOGROUP):
        with open(AUTOGROUP, "w", encoding="ascii") as file:
            file.write("19")


class Attacker:
    """An attack under way."""

    def __init__(self, district, kind, key="watch.water_bureau", is_patient=True):
        """One that is not patient takes its share, beside other tests too: of those no times are
        compared."""
        self.kind = kind
        front = broker_value(district, "front")
        server_key = key_of(district.path("keys", "broker.key"), "transport-public").decode()
        self.process = subprocess.Popen(
            [sys.executable, ATTACKER, kind, front, server_key,
             district.path("keys", key + ".key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=take_what_is_left if is_patient and not is_sanitized() else None,
        )  # fmt: skip
        expect(self.process.stdout.readline() == b"ready\n", f"the attack {kind} does not begin")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        """Ends it; gives what it counted."""
        if self.process.poll() is not None:
            return {}
        try:
            told, _ = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return {}
        return json.loads(told.splitlines()[-1])


def broker_value(district, word):
    with open(district.path("etc", "broker.yaml"), encoding="utf-8") as file:
        return re.search(rf"^ +{word}: (.+)$", file.read(), re.M).group(1)


def set_value(district, name, word, value):
    """Changes a number in a configuration of the district."""
    path = district.path("etc", name + ".yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text, count = re.subn(rf"^( +{word}: ).+$", rf"\g<1>{value}", text, flags=re.M)
    expect(count == 1, f"{name}.yaml has no {word}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def memory_of(pid, word):
    """Bytes: VmHWM, VmRSS, RssAnon; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found = re.search(rf"^{word}:\s+(\d+) kB$", file.read(), re.M)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found.group(1)) << 10 if found else 0


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Pids:
    """Who runs, and that they all still do."""

    def __init__(self, district):
        self.district = district
        names = ["broker", "collector"]
        names += ["agent." + organ for organ in district.organs("agent.")]
        self.before = {name: district.pid(name) for name in names}
        self.before = {name: pid for name, pid in self.before.items() if pid is not None}
        expect(len(self.before) >= 2 + len(OFFICES), f"these run only: {self.before}")

    def expect_same(self, but=()):
        for name, pid in self.before.items():
            now = self.district.pid(name)
            expect(
                name in but or now == pid,
                f"{name} was {pid} and is {now}: {self.district.last_words()}",
            )


def judge(district, checker):
    """The whole log against all that was entered and acknowledged."""
    items, _ = replay(district)
    checker.judge_log(items)
    expect(not checker.faults, "; ".join(checker.faults[:5]))
    return len(items)


def running_stats(district):
    return json.loads(district.run("log", "stats", "--running", "-o", "json").stdout)
