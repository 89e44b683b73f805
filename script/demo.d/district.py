# SPDX-License-Identifier: Apache-2.0
"""A whole district in one folder, run by `tocsin up`, and the verbs that people type at it.

The demo and the system tests stand on this. It starts and ends only what it started itself.
"""

import fcntl
import json
import os
import re
import select
import shutil
import signal
import subprocess
import threading
import time

UP_S = 90  # it gives up by itself after 60 s, and then ends its programs
DOWN_S = 20
VERB_S = 120


class Failed(Exception):
    """Something did not come out as it must."""


class TooLate(Failed):
    """A condition did not come true in time."""


ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def programs_dir(name):
    """The folder of a build's programs: $TOCSIN_BIN, else build/NAME/bin of this source tree."""
    return os.environ.get("TOCSIN_BIN") or os.path.join(ROOT, "build", name, "bin")


def await_true(what, condition, limit_s, pause_s=0.02):
    """Looks until the condition gives something true, and gives that; TooLate after limit_s."""
    deadline = time.monotonic() + limit_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= deadline:
            raise TooLate(f"not within {limit_s:g} s: {what}")
        time.sleep(pause_s)


def json_lines(text):
    """The objects of NDJSON text; lines that are no objects are not ours to judge."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                pass
    return found


def read_lines(path):
    """The whole lines of a file that somebody else still writes."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return []
    whole = data[: data.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace").splitlines()


def children_of(pid):
    """{pid: command line} of the processes whose parent this is."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().decode("utf-8", "replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        # A zombie is nobody's running child any more.
        if int(fields[1]) == pid and fields[0] != "Z":
            found[int(entry)] = " ".join(words).strip()
    return found


class Ports:
    """The ports of this process's districts. While their programs stand still, ports are free for
    everybody: with $TOCSIN_PORTS_KEPT, a file, they are kept from the districts of all who name it
    too. Each is a byte of the file that the process has locked until it ends."""

    def __init__(self):
        self.lock = threading.Lock()  # closing the file anywhere would give up all
        self.kept = set()
        self.file = None

    def keep(self, ports):
        """False when another district has one of them."""
        path = os.environ.get("TOCSIN_PORTS_KEPT")
        with self.lock:
            if self.kept & ports:
                return False
            if path and self.file is None:
                self.file = open(path, "ab")
            try:
                for port in ports if path else ():
                    fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            except OSError:
                return False
            self.kept |= ports
            return True


PORTS = Ports()


class District:
    """One folder with everything in it. Use as a context manager."""

    def __init__(self, bin_dir, folder, offices=3, clock="wall", bureaus=None):
        self.bin = bin_dir
        self.folder = folder
        self.offices = offices
        self.clock = clock
        self.bureaus = bureaus
        self.policy = os.path.join(ROOT, "policy")
        self.up = None
        self.env = dict(os.environ, TOCSIN_DIR=folder, LC_ALL="C.UTF-8", NO_COLOR="1")
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        if self.up is not None and self.up.poll() is None:
            self.stop()

    def program(self, name):
        return os.path.join(self.bin, name)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def up_words(self, *more):
        """`tocsin up` with everything that this district is founded with."""
        words = ["up", "--quiet", "--dir", self.folder, "--offices", str(self.offices)]
        words += ["--clock", self.clock, "--policy", self.policy, *more]
        return words + (["--bureaus", ",".join(self.bureaus)] if self.bureaus else [])

    def ports(self):
        """Where its broker listens."""
        with open(self.path("etc", "broker.yaml"), encoding="utf-8") as file:
            return {int(port) for port in re.findall(r"tcp://127\.0\.0\.1:(\d+)", file.read())}

    def found(self):
        """Makes the folder, the keys and the configuration, and starts nothing."""
        before = set(os.listdir(self.folder))
        while True:  # another try is another chance of 12,000
            self.run(*self.up_words("--found-only"))
            if PORTS.keep(self.ports()):
                return self
            for name in set(os.listdir(self.folder)) - before:
                path = self.path(name)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)

    def start(self, env=None):
        """`tocsin up`; returns when everything answers."""
        if "TOCSIN_PORTS_KEPT" in os.environ and not os.path.isdir(self.path("etc")):
            self.found()
        self.up = subprocess.Popen(
            [self.program("tocsin"), *self.up_words()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=open(self.path("up.err"), "ab"),
            env=dict(self.env, **(env or {})),
            start_new_session=True,
        )
        deadline = time.monotonic() + UP_S
        line = b""
        while not line.endswith(b"\n"):
            rest = deadline - time.monotonic()
            if rest <= 0 or not select.select([self.up.stdout], [], [], rest)[0]:
                raise TooLate(f"`tocsin up` does not answer after {UP_S} s; {self.last_words()}")
            byte = os.read(self.up.stdout.fileno(), 1)
            if not byte:
                raise Failed(f"`tocsin up` ended with {self.up.wait()}; {self.last_words()}")
            line += byte
        return self

    def last_words(self):
        """What the programs said last, for somebody who looks at a failure."""
        told = []
        names = [self.path("up.err")]
        if os.path.isdir(self.path("logs")):
            logs = self.path("logs")
            names += [os.path.join(logs, name) for name in sorted(os.listdir(logs))]
        for name in names:
            lines = read_lines(name)[-3:]
            if lines:
                told.append(os.path.basename(name) + ": " + " | ".join(lines))
        return "; ".join(told) or "no program said anything"

    def stop(self):
        """SIGTERM; gives its exit code and the seconds it took."""
        start = time.monotonic()
        self.up.send_signal(signal.SIGTERM)
        try:
            code = self.up.wait(DOWN_S)
        except subprocess.TimeoutExpired:
            for pid in children_of(self.up.pid):
                os.kill(pid, signal.SIGKILL)
            self.up.kill()
            self.up.wait()
            raise TooLate(f"`tocsin up` did not end within {DOWN_S} s") from None
        finally:
            self.up.stdout.close()
        return code, time.monotonic() - start

    def pid(self, name):
        """The running program of this name: "broker", "collector", "agent.office_xiaoba"."""
        config = self.path("etc", name + ".yaml")
        for pid, command in children_of(self.up.pid).items():
            if command.endswith(" " + config):
                return pid
        return None

    def await_pid(self, name, other_than=None, limit_s=10):
        def found():
            pid = self.pid(name)
            return pid if pid != other_than else None

        return await_true(f"{name} runs", found, limit_s)

    def kill(self, name, number=signal.SIGKILL):
        """Kills one of the programs; gives its pid. `tocsin up` starts it again."""
        pid = self.await_pid(name)
        os.kill(pid, number)
        return pid

    def run(self, *words, limit_s=VERB_S, given=None, good=(0,), env=None):
        """Runs a verb to its end."""
        answer = subprocess.run(
            [self.program("tocsin"), *words],
            input=given,
            capture_output=True,
            timeout=limit_s,
            env=dict(self.env, **(env or {})),
            check=False,
        )
        answer.stdout = answer.stdout.decode("utf-8", "replace")
        answer.stderr = answer.stderr.decode("utf-8", "replace")
        if good is not None and answer.returncode not in good:
            raise Failed(
                f"tocsin {' '.join(words[:3])} … ended with {answer.returncode}: "
                f"{answer.stderr.strip() or answer.stdout.strip()[-300:]}"
            )
        return answer

    def json(self, *words, **options):
        """Runs a verb with -o json and reads its document."""
        return json.loads(self.run(*words, "-o", "json", **options).stdout)

    def spawn(self, *words, out, err=None):
        """Starts a verb that goes on; its output goes to a file. Ended with the district."""
        with open(out, "ab") as sink, open(err or out + ".err", "ab") as errors:
            process = subprocess.Popen(
                [self.program("tocsin"), *words],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=errors,
                env=self.env,
            )
        self.started.append(process)
        return process

    def organs(self, prefix="watch."):
        """Organs that have a configuration of this kind, by name."""
        names = sorted(os.listdir(self.path("etc")))
        return [n[len(prefix) : -len(".yaml")] for n in names if n.startswith(prefix)]
