# SPDX-License-Identifier: Apache-2.0
"""Sweeps a program through its store and send calls: at one of them it is killed, the power fails,
or the call fails; then the program is started again, and everything is judged. The preloaded
library tests/lib/killpoint.c counts the calls and does it.

Several districts live side by side, since most of a point's time is waiting for a connection; each
lives through many points. A point that fails is told with the command that repeats it."""

import collections
import os
import queue
import random
import shlex
import struct
import sys
import threading
import time

from harness import (
    SHIM,
    Checker,
    Failed,
    ReceiptHand,
    Skip,
    TooLate,
    await_true,
    delivered,
    expect,
    expect_same_state,
    is_sanitized,
    last_delivered,
    must_find,
    output_of,
    programs_dir,
    replay,
    report_draft,
    tag_of,
)

OFFICE = "office_chahe"
STREAM = "petition_bureau"
AGENT = "agent." + OFFICE
SERVICES = ("broker", "collector", AGENT)
WATCH = "watch"
PROGRAM_FILES = ("tocsin", "tocsin-agent", "tocsin-broker", "tocsin-collector")
WORK = 5  # events handed in while the program waits for its end
STEP_S = 60
SIDE_BY_SIDE = {"broker": 12}  # its peers take seconds to come back
SIDE_BY_SIDE_ELSE = 4
ENDINGS = ("after", "before", "cut")
ENDINGS_DISKLESS = ("after", "before")  # of programs that keep nothing on disk
ERRORS = ("EIO", "ENOSPC")
ENDS_BY_ITSELF = (1, 8)  # docs/reference/exit-codes.md
NAMED_MAX = 4096
SECTOR = 512
PAGE = 4096

# What makes bytes durable or hands them to a peer, by any name that C programs know it by.
TELLING_CALLS = set(
    """
    write writev pwrite pwrite64 pwritev pwritev2 fdatasync fsync sync_file_range msync ftruncate
    ftruncate64 truncate fallocate posix_fallocate rename renameat renameat2 link linkat symlink
    unlink unlinkat send sendto sendmsg sendmmsg sendfile splice copy_file_range fflush
    mdb_put mdb_del mdb_drop mdb_cursor_put mdb_cursor_del mdb_txn_commit mdb_env_sync mdb_env_copy
    mdb_env_copy2 mdb_env_copyfd mdb_env_copyfd2 zmq_send zmq_send_const zmq_msg_send zmq_sendmsg
    zmq_sendiov
    """.split()
)
DISK_CALLS = TELLING_CALLS - {"send", "sendto", "mdb_put", "mdb_del", "mdb_txn_commit",
                              "mdb_env_copy2", "zmq_msg_send"}


class Point:
    """What happens, and at which call of which program: the n-th of this name."""

    def __init__(self, program, call, number, ending):
        self.program = program
        self.call = call
        self.number = number
        self.ending = ending

    def __str__(self):
        return f"{self.program}:{self.call}:{self.number}:{self.ending}"


def points_asked(program):
    """The points of TOCSIN_POINTS for this program, or None when it is not set."""
    words = os.environ.get("TOCSIN_POINTS")
    if not words:
        return None
    points = [word.split(":") for word in words.split(",")]
    return [Point(*point[:2], int(point[2]), point[3]) for point in points if point[0] == program]


def part_of(points):
    """All, or with TOCSIN_PART=K/N every N-th from the K-th on: a long run in pieces."""
    part, _, parts = (os.environ.get("TOCSIN_PART") or "1/1").partition("/")
    return points[int(part) - 1 :: int(parts)]


def must_preload():
    if is_sanitized() or not os.path.exists(SHIM):
        raise Skip("no preloaded library with these programs")


def imports_of(path, kind="--undefined-only"):
    """The names that a program or a library takes from others, or gives."""
    told = output_of([must_find("nm"), "-D", kind, path])
    return {line.split()[-1].partition("@")[0] for line in told.splitlines() if line.strip()}


def library_paths():
    """LMDB and libzmq, as the collector has them."""
    told = output_of([must_find("ldd"), os.path.join(programs_dir("dev"), "tocsin-collector")])
    lines = [line for line in told.splitlines() if "liblmdb" in line or "libzmq" in line]
    wanted = [line.split()[2] for line in lines]
    expect(len(wanted) == 2, f"LMDB and libzmq are not in: {told}")
    return wanted


def calls_nobody_counts():
    """Telling calls that the programs or their libraries make and that the shim does not see."""
    counted = imports_of(SHIM, "--defined-only")
    paths = [os.path.join(programs_dir("dev"), name) for name in PROGRAM_FILES] + library_paths()
    return {
        f"{os.path.basename(path)}: {name}"
        for path in paths
        for name in imports_of(path) & TELLING_CALLS - counted
    }


def read_journal(path):
    """(file, offset, bytes written, bytes that stood there) of each unsynced write."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        path_bytes, offset, written, old = struct.unpack_from("<QQQQ", data, at)
        at += 32
        yield data[at : at + path_bytes].decode(), offset, written, data[at + path_bytes :][:old]
        at += path_bytes + old


def pull_the_plug(journal, grain, chance):
    """What was not synced is lost: all of it (0), or each block of this size by chance. Only LMDB's
    files: what else the programs write is text for people. Gives the number of lost sectors."""
    if not os.path.exists(journal):
        return 0
    fates = {}  # (file, number of the page or sector) -> is it lost
    seen = set()
    lost = 0
    for path, offset, written, old in read_journal(journal):
        if not path.endswith("/data.mdb"):
            continue
        with open(path, "r+b") as file:
            for start in range(offset, offset + written, SECTOR):
                if (path, start) in seen:
                    continue  # what stood there first is what the last sync left
                seen.add((path, start))
                block = (path, start // (grain or PAGE))
                if fates.setdefault(block, grain == 0 or chance.random() < 0.5):
                    size = min(SECTOR, offset + written - start)
                    stood = old[start - offset :][:size]
                    file.seek(start)
                    file.write(stood + bytes(size - len(stood)))
                    lost += 1
    os.remove(journal)
    return lost


class Sweep:
    """One district that lives through points of one program."""

    def __init__(self, district, runner, program, label, env=None):
        self.district = district
        self.runner = runner
        self.program = program
        self.label = label
        self.env = env or {}
        self.checker = Checker()
        self.hand = ReceiptHand(district, OFFICE, self.checker, label)
        self.hand.PATIENCE_S = 0.5
        self.chance = random.Random(0)
        self.is_broken = False  # a rule, on purpose
        self.is_over = lambda: False  # nobody waits for the rest
        self.number = 0
        self.points = {}  # tag -> the point at which it was handed in
        self.lived = []
        self.transcripts = []  # (watcher, path); a program's last may still grow
        self.shown = 0  # up to this number, in the transcripts before the last
        self.watch_words = []
        self.codes = {}  # how a program ended, None: it went on -> how often
        self.lost_sectors = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hand.close()  # a context that nobody ends may wait for ever when it is collected

    # ---- the program

    def begin(self):
        """All other programs, and somebody who watches through everything."""
        self.runner.start_all(*(name for name in SERVICES if name != self.program))
        if self.program != WATCH:
            self.start_watch("live", {})

    def start_watch(self, name, env):
        """A bureau's watch under a name that lasts; each has its own transcript, since the last
        line of one that is killed may be half a line."""
        self.shown = self.last_shown()
        path = self.district.path(f"{name}-{len(self.transcripts)}.ndjson")
        self.transcripts.append((name, path))
        words = ["watch", "--bureau", STREAM, "--name", name, "-o", "ndjson", *self.watch_words]
        self.runner.start_verb(name, words, path, env)

    def last_shown(self):
        """The number of the last item that the watch has shown."""
        return max(self.shown, last_delivered(self.transcripts[-1][1]) if self.transcripts else 0)

    def start(self, env=None):
        if self.program == WATCH:
            self.start_watch(WATCH, env or {})
            if env is None:
                path = self.transcripts[-1][1]
                await_true("the watch speaks", lambda: os.path.getsize(path) > 0, STEP_S)
        else:
            self.runner.start(self.program, env=env)

    def start_at(self, point):
        for name in ("count", "journal"):
            if os.path.exists(self.district.path(name)):
                os.remove(self.district.path(name))
        env = {
            "LD_PRELOAD": SHIM,
            "TOCSIN_KILL_AT": str(point.number),
            "TOCSIN_KILL_CALL": point.call,
            "TOCSIN_KILL_WHEN": point.ending,
            "TOCSIN_KILL_COUNT": self.district.path("count"),
            "TOCSIN_KILL_JOURNAL": self.district.path("journal"),
        }
        self.start({**env, **self.env})

    def counted(self):
        """The names of the calls so far, in their order."""
        with open(self.district.path("count"), "rb") as file:
            data = file.read()
        (calls,) = struct.unpack_from("<Q", data)
        expect(calls <= NAMED_MAX, f"{calls} calls: more than the shim keeps the names of")
        return [data[16 + 16 * n :][:16].rstrip(b"\0").decode() for n in range(calls)]

    # ---- what goes on meanwhile

    def work(self, point):
        """Hands the work in."""
        for _ in range(WORK):
            self.number += 1
            tag = tag_of(self.label, self.number)
            self.points[tag] = point
            severity = "urgent" if self.number % 3 == 0 else "routine"
            self.hand.hand_in("report", report_draft(OFFICE, tag, severity=severity), tag)

    def has_receipts(self):
        """Everything that was handed in is in the log, after one look."""
        self.hand.turn(5)
        return not self.hand.under_way

    def is_all_done(self):
        """Everything has its receipt, and a program that watches has shown it."""
        if self.hand.under_way:
            return False
        return self.program != WATCH or self.last_shown() == self.number

    def run_to_end(self, more=None):
        """Until the program is dead (True) or everything is done (False). With a point as `more`
        there is always more to do, and only death ends it."""
        deadline = time.monotonic() + STEP_S
        while self.runner.is_running(self.program):
            self.hand.turn(5)
            if self.is_all_done():
                if more is None:
                    return False
                self.work(more)
            if self.is_over() or time.monotonic() > deadline:
                raise TooLate(f"it neither ends nor works: {self.district.last_words()}")
        return True

    def finish(self):
        """Until everything is done, by a program that nobody kills."""
        expect(not self.run_to_end(), f"it ends by itself: {self.district.last_words()}")

    def measure(self):
        """{name: how many calls of it the work takes}."""
        point = Point(self.program, "", 0, "after")
        self.start_at(point)
        self.work(point)
        self.finish()
        calls = collections.Counter(self.counted())
        self.runner.kill(self.program)
        return calls

    def go(self, point):
        """One point."""
        self.lived.append(point)
        self.start_at(point)
        self.work(point)
        # On a busy machine all receipts may come at once: what is cut after them is a broken rule's
        # only trace, so there it has to come to that.
        is_dead = self.run_to_end(point if self.is_broken and point.ending == "cut" else None)
        code = self.runner.kill(self.program)
        if is_dead:
            is_right = code == -9 if point.ending in ENDINGS else code in ENDS_BY_ITSELF
            expect(is_right, f"it ended with {code}: {self.district.last_words()}")
        self.codes[code if is_dead else None] = self.codes.get(code if is_dead else None, 0) + 1
        if is_dead and point.ending == "cut":
            grain = 0 if self.is_broken else self.chance.choice((0, PAGE, SECTOR))
            self.lost_sectors += pull_the_plug(self.district.path("journal"), grain, self.chance)
        if self.program == "collector":
            self.judge_stopped_log()
        if self.program == WATCH and self.is_broken:
            # What comes while nobody watches is what is forgotten, so it must have come.
            await_true("a receipt for everything", self.has_receipts, STEP_S)
        self.start()
        self.work(point)  # something new, so that nobody waits for a timer
        self.finish()
        self.runner.kill(self.program)

    # ---- judgement

    def judge_stopped_log(self):
        """While the collector is down, before anybody can send again: its log holds all of which
        there is a receipt."""
        end = self.district.json("log", "verify", "--dir", self.district.folder)["last_position"]
        last = max((p for p in self.checker.acked.values() if p is not None), default=0)
        expect(end >= last, f"lost: the log ends at {end}, and there is a receipt for {last}")

    def judge(self):
        """Everything that this district lived through."""
        if self.number == 0:
            return  # the others were faster
        self.start()
        self.finish()
        await_true("the watch shows all", lambda: self.last_shown() == self.number, STEP_S)
        items, _ = replay(self.district)
        self.checker.judge_log(items)
        for watcher, path in self.transcripts:
            for item in delivered(path):
                self.checker.deliver(watcher, item)
        self.checker.judge_streams({STREAM: self.number})
        self.runner.stop("collector", STEP_S)  # its state has all of the log then
        for name in list(self.runner.processes):
            self.runner.kill(name)
        self.district.run("log", "verify", "--dir", self.district.folder)
        expect(not self.checker.faults, "; ".join(self.checker.faults[:5]))
        expect_same_state(self.district)

    def suspects(self):
        """The points at which what is faulty was handed in; all, where that cannot be said."""
        faults = " ".join(self.checker.faults)
        named = dict.fromkeys(point for tag, point in self.points.items() if tag in faults)
        return list(named) or self.lived


class Party:
    """Districts side by side that share one program's points. Where a rule is broken on purpose,
    the first that finds it is enough."""

    def __init__(self, bench, program, env=None, watch_words=()):
        self.bench = bench
        self.program = program
        self.env = env
        self.watch_words = watch_words
        self.is_broken = bool(env or watch_words)
        self.todo = queue.Queue()
        self.failures = []
        self.sweeps = []

    def command(self, points):
        """What repeats these points, in a district of their own."""
        words = ",".join(str(point) for point in points)
        keep = [f"TOCSIN_SEED={self.bench.seed}", f"TOCSIN_POINTS={words}"]
        if os.environ.get("TOCSIN_BIN"):
            keep.append("TOCSIN_BIN=" + shlex.quote(os.environ["TOCSIN_BIN"]))
        script = shlex.quote(os.path.abspath(sys.argv[0]))
        return f"{' '.join(keep)} {sys.executable} {script}"

    def is_over(self):
        """A broken rule was found."""
        return self.is_broken and bool(self.failures)

    def next_point(self):
        if self.is_over():
            return None
        try:
            return self.todo.get_nowait()
        except queue.Empty:
            return None

    def live(self, seat):
        """One district's life, on its own thread."""
        made = None
        point = None
        try:
            with self.bench.stopped(bureaus=["district_desk"]) as (district, runner):
                made = Sweep(district, runner, self.program, f"{self.program}/{seat}", self.env)
                made.chance = random.Random(f"{self.bench.seed}/{seat}")
                made.watch_words = list(self.watch_words)
                made.is_broken = self.is_broken
                made.is_over = self.is_over
                self.sweeps.append(made)
                with made:
                    made.begin()
                    for point in iter(self.next_point, None):
                        made.go(point)
                    point = None
                    made.judge()
        except Exception as error:  # told by the one who waits for this thread
            suspects = [point] if point is not None else made.suspects() if made else []
            told = f"{', '.join(str(one) for one in suspects)}: {error}"
            self.failures.append(f"{told}\n        repeat it: {self.command(suspects)}")

    def run(self, points):
        for point in points:
            self.todo.put(point)
        seats = range(min(SIDE_BY_SIDE.get(self.program, SIDE_BY_SIDE_ELSE), len(points)))
        threads = [threading.Thread(target=self.live, args=(seat,)) for seat in seats]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failures:
            raise Failed("\n        ".join(self.failures))
        codes = {}
        for made in self.sweeps:
            for code, count in made.codes.items():
                codes[code] = codes.get(code, 0) + count
        return codes


MEASURED = {}


def measure(bench, program):
    """{name: how many calls of it a program makes for the work}."""
    if program not in MEASURED:
        with bench.stopped(bureaus=["district_desk"]) as (district, runner):
            with Sweep(district, runner, program, f"{program}/measure") as made:
                made.begin()
                MEASURED[program] = made.measure()
                made.judge()
    return MEASURED[program]


def every(calls):
    """(name, number) of every call, and a few more: no two runs make exactly as many."""
    return [(name, n) for name in sorted(calls) for n in range(1, calls[name] * 11 // 10 + 1)]


def spread(chance, calls, count):
    """(name, number) of some of the calls by chance; of each name at least one."""
    chosen = {(name, chance.randint(1, calls[name])) for name in sorted(calls)}
    rest = sorted({(name, n) for name in calls for n in range(1, calls[name] + 1)} - chosen)
    more = max(0, min(count - len(chosen), len(rest)))
    return sorted(chosen | set(chance.sample(rest, more)))
