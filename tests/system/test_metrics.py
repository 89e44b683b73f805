#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
# ctest-cost: 12
"""The pages of numbers: read while reports run, what they tell, and that clients who say nothing
hurt nobody. docs/reference/metrics.md has what the programs show, and nothing else."""

import os
import re
import socket
import stat
import threading
import time

from harness import ROOT, Bench, Checker, Hand, await_true, expect, report_draft, slower

OFFICE = "office_chahe"
PAGE = os.path.join(ROOT, "docs", "reference", "metrics.md")
NOTHING = 3  # the exit code of a verb that matched nothing
PROGRAMS = {"broker": "broker", "collector": "collector", "agent": "agent." + OFFICE}


def fetch(path, limit_s=10, request=b"GET /metrics HTTP/1.0\r\n\r\n"):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(limit_s)
        client.connect(path)
        client.sendall(request)
        data = b""
        while part := client.recv(65536):
            data += part
    head, _, body = data.partition(b"\r\n\r\n")
    expect(head.startswith(b"HTTP/1.0 200 OK"), f"it answered {head[:80]}")
    expect(f"Content-Length: {len(body)}".encode() in head, "another size than it said")
    return body.decode()


def series(text):
    """{name: kind} and {name with labels: value}."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    values = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r'((\w+)(?:\{(\w+="[^"]*",?)+\})?) (-?[0-9.]+)', line)
        expect(match and match[2] in kinds, f"no line of the format: {line}")
        values[match[1]] = float(match[4])
    return kinds, values


def socket_of(district, program):
    return district.path("run", PROGRAMS[program] + ".metrics")


def numbers(district, program):
    return series(fetch(socket_of(district, program)))


def known():
    """What the page lists: {name: kind}, and the keys of `log stats`."""
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    stats = text[text.index("## `tocsin log stats") :]
    return (dict(re.findall(r"^\| `(tocsin_\w+)` \| (\w+) \|", text, re.MULTILINE)),
            set(re.findall(r"^\| `(\w+)` \|", stats, re.MULTILINE)))  # fmt: skip


def await_pages(district):
    """An agent opens its page behind its outbox; `tocsin up` is up when the collector answers."""
    for program in PROGRAMS:
        await_true(f"{program} has its page", lambda p=program: is_open(socket_of(district, p)),
                   slower(20))


def is_open(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as looker:
        return looker.connect_ex(path) == 0


def the_pages_tell_what_is_documented_and_nobody_by_name(bench):
    with bench.district() as district:
        await_pages(district)
        shown = {}
        for program in PROGRAMS:
            mode = os.stat(socket_of(district, program)).st_mode
            expect(stat.S_ISSOCK(mode) and mode & 0o777 == 0o600, f"{program}: mode {mode:o}")
            kinds, values = numbers(district, program)
            shown.update(kinds)
            text = fetch(socket_of(district, program))
            named = [o for o in district.organs() + district.organs("agent.") if o in text]
            expect(not named, f"{program} names {named}")
            for name, kind in kinds.items():
                is_total = name.endswith("_total")
                expect(is_total == (kind == "counter"), f"{name} is a {kind}")
            expect(len(values) > 5, f"{program} shows {len(values)} numbers")
        listed, keys = known()
        expect(shown == listed, f"not alike: {set(shown.items()) ^ set(listed.items())}")
        told = district.json("log", "stats", "--running")
        unknown = set(told) - keys - {"schema"}
        expect(not unknown, f"`log stats` has keys that are not documented: {unknown}")
        missing = keys - set(told) - {"standstill", "event_count", "digest", "state_hash"}
        expect(not missing, f"`log stats` lacks {missing}")
    return f"{len(shown)} series"


def rows_that_an_answer_looked_for_are_counted(bench):
    """What is not there is looked for too, at the same price each time."""
    def reads():
        return numbers(district, "collector")[1]["tocsin_collector_reads_total"]

    def costs():
        before = reads()
        district.run("matter", "show", "018f0000-0000-7000-8000-000000000001", good=(NOTHING,))
        return reads() - before

    with bench.district(offices=1) as district:
        least = min(costs() for _ in range(3))  # an agent may ask something meanwhile
        expect(least > 0, "a question looks for something")
        again = min(costs() for _ in range(3))
        expect(again == least, f"it costs {least} rows, and then {again}")
    return f"{least:.0f} rows"


def numbers_move_under_load_and_silent_clients_hurt_nobody(bench):
    with bench.district() as district:
        await_pages(district)
        checker = Checker()
        hand = Hand(district, OFFICE, checker, "metrics")
        before = {program: numbers(district, program)[1] for program in PROGRAMS}
        stop = threading.Event()
        faults = []
        # Two that connect and say nothing, again and again, beside one who reads.
        reads = []
        lookers = [threading.Thread(target=keep_silent, args=(district, p, stop, faults))
                   for p in PROGRAMS for _ in range(2)]  # fmt: skip
        lookers += [threading.Thread(target=keep_reading, args=(district, p, stop, faults, reads))
                    for p in PROGRAMS]  # fmt: skip
        for thread in lookers:
            thread.start()
        start = time.monotonic()
        try:
            while time.monotonic() - start < 5:
                hand.fill(lambda office, tag, _: report_draft(office, tag))
                hand.turn()
            hand.drain(slower(20))
        finally:
            stop.set()
            for thread in lookers:
                thread.join()
        expect(not faults, f"a looker: {faults}")
        expect(len(reads) >= 3, f"only {len(reads)} pages were read")
        count = len(hand.entered)
        expect(count > 100, f"only {count} reports went on")
        name = "tocsin_collector_events_total"
        await_true("all are counted", lambda: numbers(district, "collector")[1][name]
                   - before["collector"][name] >= count, slower(10))  # fmt: skip
        after = {program: numbers(district, program)[1] for program in PROGRAMS}
        for program, values in after.items():
            for key, value in values.items():
                fell = key.split("{")[0].endswith("_total") and value < before[program][key]
                expect(not fell, f"{program}: {key} fell from {before[program][key]} to {value}")
        name = "tocsin_broker_messages_up_total"
        expect(after["broker"][name] > before["broker"][name], "the broker does not count")
        agent = after["agent"]
        expect(agent['tocsin_agent_waiting_events{lane="routine"}'] == 0, f"the agent: {agent}")
        expect(agent['tocsin_agent_lane_connected{lane="routine"}'] == 1, f"the agent: {agent}")
        hand.close()
    return f"{count} reports, {len(reads)} pages read"


def keep_reading(district, program, stop, faults, reads):
    try:
        while not stop.is_set():
            reads.append(numbers(district, program))
    except Exception as error:  # a thread's fault is the test's
        faults.append(f"{program}: {error}")


def keep_silent(district, program, stop, faults):
    try:
        while not stop.is_set():
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(slower(10))
                client.connect(socket_of(district, program))
                client.recv(1)  # until it is dropped
    except OSError as error:
        faults.append(f"{program}: {error}")


if __name__ == "__main__":
    Bench("metrics").run(
        the_pages_tell_what_is_documented_and_nobody_by_name,
        rows_that_an_answer_looked_for_are_counted,
        numbers_move_under_load_and_silent_clients_hurt_nobody,
    )
