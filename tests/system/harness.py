# SPDX-License-Identifier: Apache-2.0
"""What the system tests share: a district in a temporary folder, a program that hands events to
an agent's local socket as fast as it is answered, transcripts for the checker, and an end.

Nothing here sleeps for luck: everything waits on something that can be seen, with a deadline. Only
programs that a test started itself are ended.
"""

import contextlib
import functools
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.environ.get("TOCSIN_SRC") or os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "script", "demo.d"))
sys.path.insert(0, os.path.join(ROOT, "tests", "lib"))

import zmq  # noqa: E402
from checker import Checker, is_of_people  # noqa: E402,F401
from district import (  # noqa: E402,F401
    UP_S,
    District,
    Failed,
    TooLate,
    await_true,
    json_lines,
    programs_dir,
    read_lines,
)
from feed import DIVISIONS  # noqa: E402

# Districts that stand still keep their ports from those of the tests beside them.
os.environ.setdefault("TOCSIN_PORTS_KEPT",
                      os.path.join(tempfile.gettempdir(), f"tocsin-ports.{os.getuid()}"))
IS_LONG = os.environ.get("TOCSIN_LONG") == "1"
SKIPPED = 77
OFFICE_DIVISION = {office: division for division, office in DIVISIONS}


LEAKS = os.environ.get("ASAN_OPTIONS", "")
SHIM = os.path.join(os.path.dirname(programs_dir("dev")), "tests", "bin", "killpoint.so")


@functools.lru_cache(maxsize=None)
def is_sanitized():
    """Sanitized programs are slow, and do not bear a preloaded library."""
    with open(os.path.join(programs_dir("dev"), "tocsin-collector"), "rb") as file:
        data = file.read()
    return b"__asan_init" in data or b"__tsan_init" in data


def slower(limit_s):
    """A time limit, stretched where the programs are sanitized."""
    return limit_s * 4 if is_sanitized() else limit_s


class Skip(Exception):
    """This machine or tree cannot run the test; says why."""


def expect(is_so, what):
    """A test's one assertion, with a sentence."""
    if not is_so:
        raise Failed(what)


class Bench:
    """One test file: its cases, its temporary folder, its seed, its verdict."""

    def __init__(self, name):
        self.name = name
        self.seed = int(os.environ.get("TOCSIN_SEED") or random.SystemRandom().randrange(1 << 32))
        self.random = random.Random(self.seed)
        self.keeps = True  # the folder of a district that failed

    @contextlib.contextmanager
    def folder(self, **options):
        """A district that is no more than a temporary folder, ended and removed afterwards; kept
        when the test failed."""
        folder = tempfile.mkdtemp(prefix=f"tocsin-{self.name}-")
        try:
            with District(programs_dir("dev"), folder, **options) as made:
                # Verbs are over at once: the search for leaks is for what goes on, and takes half
                # of a verb's time.
                made.env["ASAN_OPTIONS"] = LEAKS + ":leak_check_at_exit=0"
                yield made
        except BaseException:
            if self.keeps:
                print(f"  kept for looking: {folder}", flush=True)
            else:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def district(self, **options):
        """A running district."""
        with self.folder(**options) as made:
            yield made.start()

    @contextlib.contextmanager
    def stopped(self, **options):
        """A district whose programs ran and were ended, so that log, state and outboxes are there,
        and a runner for them. It takes four times as long as a founded one."""
        with self.district(**options) as made:
            made.stop()
            with Runner(made) as runner:
                yield made, runner

    @contextlib.contextmanager
    def founded(self, **options):
        """A district that was founded and is not running, and a runner for its programs."""
        with self.folder(**options) as made, Runner(made.found()) as runner:
            yield made, runner

    def run(self, *cases):
        """Runs the cases in order, or those whose names hold a word of the command line; ends the
        program with 0, 1, or 77 when all were skipped."""
        words = sys.argv[1:]
        cases = [c for c in cases if not words or any(word in c.__name__ for word in words)]
        failed = 0
        skipped = 0
        print(f"{self.name}: seed {self.seed}", flush=True)
        for case in cases:
            told = case.__name__.replace("_", " ")
            start = time.monotonic()
            try:
                result = case(self)
                said = f": {result}" if result else ""
                print(f"  ok    {told}{said} ({time.monotonic() - start:.1f} s)", flush=True)
            except Skip as why:
                skipped += 1
                print(f"  skip  {told}: {why}", flush=True)
            except (Exception, KeyboardInterrupt) as error:  # a test file reports all its cases
                failed += 1
                print(f"  FAIL  {told}: {error}", flush=True)
                if not isinstance(error, Failed):
                    traceback.print_exc()
                if isinstance(error, KeyboardInterrupt):
                    break
        print(f"{self.name}: {len(cases) - failed - skipped} passed, {failed} failed, "
              f"{skipped} skipped")
        sys.exit(1 if failed else SKIPPED if skipped == len(cases) else 0)


class Runner:
    """Runs the programs of a founded district one by one, so that a test can kill, wrap and
    preload them. A program that is started again goes on with the same files."""

    def __init__(self, district):
        self.district = district
        self.processes = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.kill(name)

    def start(self, name, prefix=(), env=None, program=None):
        """Starts "broker", "collector" or "agent.ORGAN", or another program in its place."""
        env = {"ASAN_OPTIONS": LEAKS, **(env or {})}
        program = program or self.district.program("tocsin-" + name.partition(".")[0])
        config = self.district.path("etc", name + ".yaml")
        return self.spawn(name, [*prefix, program, "--config", config], None, env)

    def start_verb(self, name, words, out, env=None):
        """Starts `tocsin` with a verb that goes on; its output goes to a file."""
        return self.spawn(name, [self.district.program("tocsin"), *words], out, env)

    def spawn(self, name, command, out, env):
        log = self.district.path("logs", name + ".log")
        with open(log, "ab") as errors, open(out or log, "ab") as sink:
            self.processes[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=errors,
                env=dict(self.district.env, **(env or {})),
            )
        return self.processes[name]

    def start_all(self, *names):
        for name in names:
            self.start(name)

    def is_running(self, name):
        return name in self.processes and self.processes[name].poll() is None

    def kill(self, name):
        """kill -9, and its end."""
        process = self.processes.pop(name)
        if process.poll() is None:
            process.kill()
        return process.wait()

    def stop(self, name, limit_s):
        """SIGTERM; gives exit code and seconds."""
        start = time.monotonic()
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(limit_s), time.monotonic() - start
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise TooLate(f"{name} did not end within {limit_s} s of SIGTERM") from None

    def expect_alive(self):
        for name, process in self.processes.items():
            code = process.poll()
            expect(code is None, f"{name} ended with {code}: {self.district.last_words()}")


def tag_of(name, number):
    """A trace context that finds an event again in the log."""
    made = hashlib.sha256(f"{name}/{number}".encode()).hexdigest()
    return f"00-{made[:32]}-{made[32:48]}-01"


def report_draft(office, tag, **more):
    """A report as an office enters it."""
    made = {
        "domain": "petition",
        "category": "31.6",
        "concerns": "nobody",
        "division": OFFICE_DIVISION[office],
        "severity": "routine",
        "trace_parent": tag,
        "texts": {"narrative": "The road to the hamlet has sunk."},
        "key": tag,
    }
    made.update(more)
    return made


class Hand:
    """A program on an office's PC: hands drafts to the agent, many under way, and hands one in
    again, under the same retry key, when no answer comes. Not answered is not entered."""

    WINDOW = 16
    PATIENCE_S = 1.5

    def __init__(self, district, office, checker, name):
        self.office = office
        self.checker = checker
        self.name = name
        self.endpoint = "ipc://" + district.path("run", office + ".sock")
        self.context = zmq.Context()
        self.socket = None
        self.under_way = {}  # request number -> (tag, request, sent at)
        self.made = 0
        self.entered = []  # answers, in the order of their arrival
        self.requests = 0
        self.refusals = []
        self.open()

    def open(self):
        """A new connection; requests that were under way are sent again on it."""
        if self.socket is not None:
            self.socket.close(0)
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.reconnect_ivl = 20
        self.socket.connect(self.endpoint)

    def close(self):
        self.socket.close(0)
        self.context.term()

    def send(self, number):
        tag, request, _ = self.under_way[number]
        self.under_way[number] = (tag, request, time.monotonic())
        self.socket.send_multipart([number.to_bytes(8, "big"), request])

    def hand_in(self, op, draft, tag):
        """Hands one draft in; its answer is taken by `turn`."""
        self.requests += 1
        text = json.dumps({"op": op, "draft": draft}, ensure_ascii=False).encode()
        self.checker.publish(tag)
        self.under_way[self.requests] = (tag, text, 0)
        self.send(self.requests)

    def fill(self, make_draft):
        """Keeps as many under way as the window allows."""
        while len(self.under_way) < self.WINDOW:
            self.made += 1
            tag = tag_of(f"{self.name}/{self.office}", self.made)
            self.hand_in("report", make_draft(self.office, tag, self.made), tag)

    def turn(self, wait_ms=10):
        """Takes what came, sends again what waits too long."""
        while self.socket.poll(wait_ms):
            number, text = self.socket.recv_multipart()
            wait_ms = 0
            known = self.under_way.pop(int.from_bytes(number, "big"), None)
            if known is not None:
                self.take(known[0], json.loads(text))
        late = [n for n, w in self.under_way.items() if time.monotonic() - w[2] > self.PATIENCE_S]
        if late:
            self.open()
            for number in sorted(self.under_way):
                self.send(number)

    def take(self, tag, answer):
        if answer["code"] != 0:
            self.refusals.append((tag, answer))
            self.checker.published.pop(tag, None)
            return
        self.checker.entered(tag, self.office, answer)
        self.entered.append(answer)

    def ask(self, request, limit_s=5):
        """One question, one answer, on a connection of its own."""
        with self.context.socket(zmq.DEALER) as socket:
            socket.linger = 0
            socket.connect(self.endpoint)
            socket.send_multipart([b"q", json.dumps(request).encode()])
            if not socket.poll(int(limit_s * 1000)):
                raise TooLate(f"the agent of {self.office} does not answer in {limit_s} s")
            return json.loads(socket.recv_multipart()[1])

    def acked(self):
        """{lane: sequence up to which there are receipts}; nothing while nobody answers."""
        try:
            answer = self.ask({"op": "outbox"}, 1)
        except TooLate:
            return {}
        box = answer["outbox"]
        return {(box["epoch"], lane["lane"]): lane["acked_sequence"] for lane in box["lanes"]}

    def waiting(self):
        """Events without a receipt; None while nobody answers."""
        try:
            answer = self.ask({"op": "outbox"}, 1)
        except TooLate:
            return None
        return sum(lane["count"] for lane in answer["outbox"]["lanes"])

    def drain(self, limit_s):
        """Until everything that was handed in is entered and has its receipt."""

        def is_entered():
            self.turn()
            return not self.under_way

        await_true(f"everything of {self.office} is entered", is_entered, limit_s, 0)
        await_true(
            f"everything of {self.office} has its receipt", lambda: self.waiting() == 0, limit_s
        )


class ReceiptHand(Hand):
    """Asks for each receipt at once: the agent answers when it has it. What the agent has no room
    for it has not taken, so it is handed in again."""

    FULL = 12

    def __init__(self, district, office, checker, name):
        super().__init__(district, office, checker, name)
        self.places = {}  # tag -> where it was entered
        self.told = {}  # tag -> wall clock when its receipt was told
        self.handed = {}  # tag -> the request that hands it in

    def hand_in(self, op, draft, tag):
        super().hand_in(op, draft, tag)
        self.handed[tag] = self.under_way[self.requests][1]

    def ask_receipt(self, tag):
        # Shorter than our patience, so that nobody waits for an answer to a connection of before.
        timeout_ms = int(self.PATIENCE_S * 800)
        request = {"op": "wait", "receipts": [self.places[tag]], "timeout_ms": timeout_ms}
        self.requests += 1
        self.under_way[self.requests] = (tag, json.dumps(request).encode(), 0)
        self.send(self.requests)

    def take(self, tag, answer):
        now = time.time()
        if tag not in self.places and answer["code"] == self.FULL:
            self.requests += 1
            self.under_way[self.requests] = (tag, self.handed[tag], time.monotonic())
        elif tag not in self.places:
            expect(answer["code"] == 0, f"refused: {answer}")
            super().take(tag, answer)
            self.places[tag] = {key: answer[key] for key in ("epoch", "lane", "sequence")}
            self.ask_receipt(tag)
        elif answer["code"] == 0 and answer["outcomes"][0]["code"] == 0:
            self.checker.ack(tag, answer["outcomes"][0].get("position"))
            self.told[tag] = now
        elif answer.get("status") == "timeout":
            self.ask_receipt(tag)
        else:
            raise Failed(f"lost: no receipt for what was entered: {answer}")


def expect_same_state(district, limit_s=60):
    """The state that a stopped collector kept, whatever was done to it meanwhile, is the one that
    its log gives when it is folded anew."""
    where = ["--dir", district.folder]
    kept = district.json("log", "stats", "--state-hash", *where, limit_s=slower(limit_s))
    anew = district.json("log", "rebuild", *where, limit_s=slower(limit_s))
    expect(kept["state_hash"] == anew["state_hash"],
           f"the same state, folded anew: {kept} was kept, and the log gives {anew}")


def replay(district, *words):
    """All of the log as items, oldest first, and what the end said."""
    answer = district.run("replay", "-o", "ndjson", *words)
    return [row for row in json_lines(answer.stdout) if "position" in row], answer.stderr


def replayed(district, good=(0,)):
    """As replay, item by item, for a log that does not fit in memory. It may end with 3 where the
    log can be one in which nobody has said anything yet."""
    path = district.path("replay.ndjson")
    with open(path, "wb") as file:
        code = subprocess.call(
            [district.program("tocsin"), "replay", "-o", "ndjson"],
            stdout=file,
            stderr=subprocess.DEVNULL,
            env=district.env,
        )
    expect(code in good, f"tocsin replay ended with {code}")
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def delivered(path):
    """The items that a watcher wrote as NDJSON."""
    return [row for row in json_lines("\n".join(read_lines(path))) if row.get("alert")]


def last_delivered(path):
    """The number of the last item that a watcher wrote; 0 when none."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - 65536))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return 0
    whole = text[: text.rfind("\n") + 1]
    return max((row["alert"]["number"] for row in json_lines(whole) if row.get("alert")), default=0)


def must_find(program):
    """The path of a tool, or a skip."""
    found = shutil.which(program)
    if found is None:
        raise Skip(f"{program} is not installed")
    return found


def output_of(command, **options):
    """Runs a tool to its end and gives what it printed."""
    answer = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    return answer.stdout + answer.stderr
