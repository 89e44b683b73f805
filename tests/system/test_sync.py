#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: slow
"""An acknowledgement leaves the collector only after the log has synced (promise 1): the system
calls of a running collector, one report at a time. The same with a disk that does not sync must
fail, or this test would prove nothing."""

import os
import re
import signal

from harness import (
    SHIM,
    Bench,
    Checker,
    Failed,
    Hand,
    Skip,
    await_true,
    expect,
    is_sanitized,
    must_find,
    report_draft,
    slower,
    tag_of,
)
from district import children_of

OFFICE = "office_chahe"
AGENT = "agent." + OFFICE
REPORTS = 60
# READY, said every second, is smaller than this; a chunk and an acknowledgement are larger.
WORD_BYTES = 150
CALLS = "fdatasync,fsync,pwrite64,pwritev,writev,write,sendto,sendmsg,recvfrom,recvmsg"
LINE = re.compile(
    r"^(?P<pid>\d+) +[\d.]+ (?:<\.\.\. (?P<resumed>\w+) resumed>|(?P<call>\w+)\((?P<fd>\d+)"
    r"(?:<(?P<path>[^>]*)>)?)(?P<rest>.*)$"
)


def calls_of(path):
    """Finished calls in the order in which they finished: (name, path, result)."""
    begun = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = LINE.match(line)
            if match is None:
                continue
            pid = match["pid"]
            if match["resumed"]:
                name, where = begun.pop(pid, (match["resumed"], ""))
            else:
                name, where = match["call"], match["path"] or ""
                if line.rstrip().endswith("<unfinished ...>"):
                    begun[pid] = (name, where)
                    continue
            result = re.search(r"\) += (-?\d+)", line)
            if result:
                yield name, where, int(result.group(1))


def judge(path):
    """(acknowledgements, those that left before the log had synced what came before them)."""
    acks = early = 0
    # What LMDB does for a commit: pages, a sync, and the meta page through a descriptor that syncs
    # each write. Only then the commit is there.
    is_pages_synced = is_synced = True
    for name, where, result in calls_of(path):
        is_socket = where.startswith(("socket:", "TCP:"))
        is_log = where.endswith("/log/data.mdb")
        if name in ("recvfrom", "recvmsg") and is_socket and result > WORD_BYTES:
            is_pages_synced = is_synced = False  # a chunk came in
        elif name in ("fdatasync", "fsync") and is_log and result == 0:
            is_pages_synced = True
        elif name == "pwrite64" and is_log and result > 0 and is_pages_synced:
            is_synced = True
        elif name in ("sendto", "sendmsg") and is_socket and result > WORD_BYTES:
            acks += 1
            early += 0 if is_synced else 1
    return acks, early


def trace(bench, env):
    """Runs a collector under strace and hands in one report after the other."""
    if is_sanitized():
        raise Skip("sanitized programs make calls of their own")
    strace = must_find("strace")
    with bench.founded(bureaus=["district_desk"]) as (district, runner):
        out = district.path("strace.out")
        prefix = [strace, "-f", "-ttt", "-y", "-o", out, "-e", "trace=" + CALLS]
        for name, value in env.items():
            prefix += ["-E", f"{name}={value}"]
        runner.start_all("broker", AGENT)
        tracer = runner.start("collector", prefix=prefix)
        hand = Hand(district, OFFICE, Checker(), "sync")
        report(hand, 1)  # everything is connected, every epoch is known
        traced = await_true("the collector runs", lambda: children_of(tracer.pid), 5)
        if os.stat(out).st_size == 0:
            raise Skip("this machine does not let strace trace")
        before = judge(out)
        for number in range(2, REPORTS + 2):
            report(hand, number)
        acks, early = judge(out)
        for pid in traced:
            os.kill(pid, signal.SIGTERM)
        tracer.wait(slower(10))
        hand.close()
    return acks - before[0], early - before[1]


def report(hand, number):
    tag = tag_of("sync", number)
    hand.hand_in("report", report_draft(OFFICE, tag), tag)
    await_true("entered", lambda: hand.turn(1) or not hand.under_way, slower(20), 0)
    await_true("acknowledged", lambda: hand.waiting() == 0, slower(20))


def no_acknowledgement_leaves_before_the_log_has_synced(bench):
    acks, early = trace(bench, {})
    expect(acks >= REPORTS, f"{acks} acknowledgements seen, {REPORTS} reports handed in")
    expect(early == 0, f"{early} of {acks} acknowledgements left before the log had synced")
    return f"{acks} acknowledgements, none early"


def a_disk_that_does_not_sync_is_found_out(bench):
    if not os.path.exists(SHIM):
        raise Skip("no preloaded library with these programs")
    acks, early = trace(bench, {"LD_PRELOAD": SHIM, "TOCSIN_NO_SYNC": "1"})
    if early < REPORTS:
        raise Failed(f"only {early} of {acks} acknowledgements were found to be early")
    return f"{early} of {acks} acknowledgements found to be early"


if __name__ == "__main__":
    Bench("sync").run(
        no_acknowledgement_leaves_before_the_log_has_synced,
        a_disk_that_does_not_sync_is_found_out,
    )
