#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: long
# ctest-cost: 25
"""Acknowledged means on disk: no ACK leaves the collector before its chunk's commit has synced.

The collector runs under strace, whose lines stand in the order in which the kernel was entered and
left. The rule, for each chunk:

  1  its events appear in a write to the log's data file;
  2  an fdatasync of that file, begun after that write had returned, returns 0;
  3  a write through the descriptor that was opened with O_DSYNC (LMDB's meta page) returns, and at
     that time nothing that was written to the shares waits for its own two steps;
  4  only then begins the call that puts the first byte of the chunk's ACK on the broker's
     connection;
  5  and only then may its office's agent know of it.

CURVE hides what is said, but not how long it is: of what the collector says to a publisher only an
ACK has a frame of a receipt's size (PROTOCOL.md, ACK), until the test itself begins to read. ACKs
leave in the order of the log, so the k-th is that of the k-th chunk; if their numbers differ the
trace proves nothing: the test fails.

The same run on a collector whose store does not sync must break the rule with every ACK."""

import ast
import os
import re
import threading
import time

from harness import (
    IS_LONG,
    SHIM,
    Bench,
    Checker,
    Failed,
    ReceiptHand,
    Skip,
    await_true,
    expect,
    is_sanitized,
    must_find,
    output_of,
    replay,
    report_draft,
    tag_of,
)

OFFICES = ["office_chahe", "office_lishu", "office_qinglong"]
EVENTS = 15000 if IS_LONG else 2000
ACKS_MIN = 10000 if IS_LONG else 500
NOSYNC_EVENTS = 200
STEP_S = 900 if IS_LONG else 120
CALLS = "openat,pwrite64,pwritev,writev,write,fdatasync,fsync,msync,sendto,sendmsg"
NOSYNC = os.path.join(os.path.dirname(SHIM), "tocsin-collector-nosync")

# A receipt's frame: signature 64, chunk hash 32, log id 16, key id 8 and more; at most ten hashes
# of 32 beside the way to the root. WELCOME and READY are shorter, the registry is longer.
ACK_BYTES_MIN = 150
ACK_BYTES_MAX = 700
# CURVE's MESSAGE command round a frame: name 8, nonce 8, code 16, flags 1. Source: RFC 26.
CURVE_BYTES = 33
GREETING_BYTES = 64

TAG = re.compile(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-01")
LINE = re.compile(rb"(\d+) +(\d+\.\d+) (.*)", re.DOTALL)
CALL = re.compile(rb"(\w+)\((-?\d+|AT_FDCWD)<([^>]*)>")
END = re.compile(rb"\) += (-?\d+)[^=]*$")
TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)"')
TOOK = re.compile(rb"<(\d+\.\d+)>$")


class Store:
    """What of one LMDB file is written, flushed and durable."""

    def __init__(self):
        self.meta_descriptors = set()  # those with O_DSYNC
        self.written = []  # (line, tags) that no fdatasync covers
        self.flushed = []  # tags that only the meta page does not name yet
        self.is_clean = True
        self.sync_count = 0

    def write(self, line, text):
        self.is_clean = False
        self.written.append((line, TAG.findall(text)))

    def sync(self, begun):
        """An fdatasync that was begun at this line has returned 0."""
        self.sync_count += 1
        self.flushed += [tags for line, tags in self.written if line < begun]
        self.written = [row for row in self.written if row[0] >= begun]

    def commit(self):
        """The meta page is on disk; gives the events that are durable now."""
        tags = [tag for tags in self.flushed for tag in tags]
        self.flushed = []
        self.is_clean = not self.written
        return tags


class Wire:
    """The frames that leave on one connection. Source: RFC 37 (ZMTP 3.1), which CURVE leaves
    readable."""

    def __init__(self):
        self.data = b""
        self.marks = []  # (bytes before, (line, time)): where each call's bytes begin
        self.size = 0
        self.taken = 0
        self.acks = []  # (line, time) of the calls that sent the first byte

    def send(self, call, data):
        self.marks.append((self.size, call))
        self.size += len(data)
        self.data += data
        if self.taken == 0:
            if len(self.data) < GREETING_BYTES:
                return
            self.take(GREETING_BYTES)
        while self.take_frame():
            pass

    def take(self, count):
        """Gives line and time of the call that sent the first of these bytes."""
        while len(self.marks) > 1 and self.marks[1][0] <= self.taken:
            self.marks.pop(0)
        self.taken += count
        self.data = self.data[count:]
        return self.marks[0][1]

    def take_frame(self):
        if len(self.data) < 10:
            return False
        is_long = self.data[0] & 2
        head = 9 if is_long else 2
        size = int.from_bytes(self.data[1:head], "big")
        if len(self.data) < head + size:
            return False
        is_message = self.data[0] & 4 == 0
        call = self.take(head + size)
        if is_message and ACK_BYTES_MIN <= size - CURVE_BYTES <= ACK_BYTES_MAX:
            self.acks.append(call)
        return True


class Trace:
    """Reads what strace tells, while it tells it."""

    def __init__(self, path):
        self.path = path
        self.line = 0
        self.begun = {}  # thread -> ((line, time), text) of a call that has not returned
        self.stores = {b"log": Store(), b"shares": Store()}
        self.wires = {}
        self.durable = {}  # tag -> (line, time) of the commit
        self.unclean_shares = 0
        self.error = None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        try:
            with open(self.path, "rb") as pipe:
                for text in pipe:
                    self.line += 1
                    self.take_line(text.rstrip(b"\n"))
        except Exception as error:  # told by the thread that waits for this one
            self.error = error

    def take_line(self, text):
        """A call on one line, or its beginning, or its end."""
        match = LINE.fullmatch(text)
        if match is None:
            raise Failed(f"strace said: {text[:200]!r}")
        thread, clock, said = match.group(1), float(match.group(2)), match.group(3)
        if said.endswith(b"<unfinished ...>"):
            self.begun[thread] = (self.line, clock), said.removesuffix(b"<unfinished ...>")
        elif said.startswith(b"<... ") and thread in self.begun:
            begun, first = self.begun.pop(thread)
            self.take_call(begun, first + said.partition(b" resumed>")[2], clock)
        elif not said.startswith((b"<...", b"+++", b"---")):
            took = TOOK.search(said)
            end = clock + float(took.group(1)) if took else clock
            self.take_call((self.line, clock), said, end)

    def take_call(self, begun, said, clock):
        """A call that was begun at this (line, time) and has returned now."""
        call = CALL.match(said)
        end = END.search(TOOK.sub(b"", said).rstrip())
        if call is None or end is None or int(end.group(1)) < 0:
            return
        name, descriptor, path = call.group(1), call.group(2), call.group(3)
        if name == b"openat":
            self.take_open(said, end.group(1))
        elif path.startswith(b"socket:") or path.startswith(b"TCP"):
            data = b"".join(unescape(text) for text in TEXT.findall(said))[:int(end.group(1))]
            self.wires.setdefault(path, Wire()).send(begun, data)
        elif path.endswith(b"/data.mdb"):
            store = self.stores.get(path.split(b"/")[-2])
            if store is not None:
                self.take_store(store, begun[0], clock, (name, descriptor, said))

    def take_open(self, said, descriptor):
        """Which descriptor writes through. A number may be given to another file later."""
        opened = re.search(rb"= \d+<([^>]*)>", said)
        path = opened.group(1).split(b"/") if opened else []
        for name, store in self.stores.items():
            store.meta_descriptors.discard(descriptor)
            if path[-2:] == [name, b"data.mdb"] and b"O_DSYNC" in said:
                store.meta_descriptors.add(descriptor)

    def take_store(self, store, begun, clock, call):
        name, descriptor, said = call
        if name in (b"fdatasync", b"fsync"):
            store.sync(begun)
        elif descriptor not in store.meta_descriptors:
            store.write(self.line, said)
        else:
            tags = store.commit()
            if store is self.stores[b"log"]:
                self.unclean_shares += not self.stores[b"shares"].is_clean
                for tag in tags:
                    self.durable.setdefault(tag.decode(), (self.line, clock))

    def acks(self, until):
        """Lines of the calls that sent ACKs, begun by this time, in their order."""
        sent = [call for wire in self.wires.values() for call in wire.acks]
        return sorted(line for line, begun in sent if begun <= until)


def unescape(text):
    """Bytes as strace writes them, which is as C does."""
    return ast.literal_eval('b"' + text.decode("latin-1") + '"')


class Office(ReceiptHand):
    """Enters reports, few at a time so that groups are small."""

    WINDOW = 3
    PATIENCE_S = 60  # nothing dies here

    def __init__(self, district, office, checker):
        super().__init__(district, office, checker, "sync")


def must_trace():
    """strace, where it may be used."""
    strace = must_find("strace")
    said = output_of([strace, "-f", "-e", "trace=openat", must_find("true")])
    if "+++ exited with 0" not in said:
        raise Skip(f"strace may not trace here: {said.strip()[-100:]}")
    if is_sanitized():
        raise Skip("the leak sanitizer does not work under strace")
    return strace


def start_traced(strace, district, runner, program):
    """The collector as our own child, traced into a pipe."""
    pipe = district.path("run", "trace")
    os.mkfifo(pipe)
    trace = Trace(pipe)
    trace.thread.start()
    prefix = [strace, "-D", "-f", "-ttt", "-T", "-y", "-s", "65536", "--seccomp-bpf"]
    prefix += ["-e", "trace=" + CALLS, "-e", "signal=none", "-o", pipe]
    district.program = lambda name, of=district.program: (
        program if name == "tocsin-collector" and program else of(name)
    )
    runner.start("collector", prefix=prefix)
    return trace


def publish(offices, count):
    """Until all is entered and has its receipt."""
    per_office = -(-count // len(offices))

    def is_done():
        for office in offices:
            while office.made < per_office and len(office.under_way) < office.WINDOW:
                office.made += 1
                tag = tag_of("sync/" + office.office, office.made)
                severity = "urgent" if office.made % 3 == 0 else "routine"
                office.hand_in("report", report_draft(office.office, tag, severity=severity), tag)
            office.turn(1)
        return all(len(office.told) == per_office for office in offices)

    await_true("every event has its receipt", is_done, STEP_S, 0)


def chunks_of(items, tags):
    """Chunks with events of ours, in the order of the log: lists of tags."""
    found = {}
    for item in items:
        tag = (item.get("event") or {}).get("trace_parent")
        if tag in tags:
            found.setdefault(item["chunk_hash"], []).append(tag)
    return list(found.values())


def judge(trace, items, told, until):
    """Where the rule is broken: (ACKs, all of its steps but the last; and the last)."""
    expect(trace.error is None, f"the trace cannot be read: {trace.error}")
    chunks = chunks_of(items, told)
    acks = trace.acks(until)
    expect(
        len(acks) == len(chunks),
        f"{len(chunks)} chunks and {len(acks)} ACKs: the trace cannot be judged",
    )
    never = (float("inf"), float("inf"))
    early = []
    for line, tags in zip(acks, chunks):
        synced = max(trace.durable.get(tag, never)[0] for tag in tags)
        if line <= synced:
            early.append((line, synced))
    known = [tag for tag, clock in told.items() if clock < trace.durable.get(tag, never)[1]]
    return len(acks), early, known


def run(bench, program, count):
    """Publishes under strace; gives the trace, the number of ACKs and the breaches."""
    strace = must_trace()
    with bench.founded(bureaus=["petition_bureau"]) as (district, runner):
        runner.start("broker")
        trace = start_traced(strace, district, runner, program)
        runner.start_all(*("agent." + office for office in OFFICES))
        checker = Checker()
        offices = [Office(district, office, checker) for office in OFFICES]
        publish(offices, count)
        until = time.time()  # what a replay is told later may be as long as an ACK
        items, _ = replay(district)
        runner.expect_alive()
        code, _ = runner.stop("collector", 30)
        expect(code == 0, f"the collector ended with {code}: {district.last_words()}")
        trace.thread.join(30)
        expect(not trace.thread.is_alive(), "strace does not end")
        checker.judge_log(items)
        expect(not checker.faults, "; ".join(checker.faults[:5]))
        told = {tag: clock for office in offices for tag, clock in office.told.items()}
        for office in offices:
            office.close()
        return trace, judge(trace, items, told, until)


def no_ack_leaves_before_its_commit_has_synced(bench):
    trace, (count, early, known) = run(bench, None, EVENTS)
    expect(not early, f"{len(early)} of {count} ACKs left too early, (ACK, synced) {early[:3]}")
    expect(not known, f"{len(known)} events were known too early: {known[:3]}")
    expect(
        trace.unclean_shares == 0,
        f"{trace.unclean_shares} times the log was committed before the shares had synced",
    )
    expect(count >= ACKS_MIN, f"only {count} ACKs: chunks are too large for this test")
    syncs = trace.stores[b"log"].sync_count
    return f"{count} ACKs for {EVENTS} events, {syncs} syncs of the log, none too early"


def without_sync_every_ack_is_found_too_early(bench):
    if not os.path.exists(NOSYNC):
        raise Failed(f"{NOSYNC} is not there: build all targets")
    trace, (count, early, known) = run(bench, NOSYNC, NOSYNC_EVENTS)
    expect(count > 0, "no ACK")
    expect(trace.stores[b"log"].sync_count == 0, "this store syncs: it is not what was to be built")
    expect(len(early) == count, f"of {count} ACKs only {len(early)} were found too early")
    expect(len(known) > 0, "the agents' knowledge was not found too early")
    return f"{len(early)} of {count} ACKs"


if __name__ == "__main__":
    Bench("sync").run(
        no_ack_leaves_before_its_commit_has_synced, without_sync_every_ack_is_found_too_early
    )
