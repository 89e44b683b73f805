# SPDX-License-Identifier: Apache-2.0
"""A terminal with a person at it: a program is started in a session of its own, with a
pseudo-terminal that it was started from, and its screen is read. The story and the system tests
sit at it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from district import Failed, TooLate

LIMIT_S = 60
# A line of the part of a watch's screen that stands still, as it is drawn anew.
STILL = re.compile(r"\x1b\[(\d+);1H\x1b\[2K(.*?)\x1b\[0m")


class Terminal:
    """One program at a terminal. Its output goes there too unless `captures`."""

    def __init__(self, district, *words, rows=30, columns=120, captures=False, env=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.text = ""
        sink = subprocess.PIPE if captures else slave

        def take():
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [district.program("tocsin"), *words], stdin=slave, stdout=sink, stderr=sink,
            env=dict(district.env, TERM="xterm", **(env or {})), preexec_fn=take)  # fmt: skip
        os.close(slave)
        district.started.append(self.process)

    def read(self, wait_s):
        """Takes in what comes within a while; false when the terminal is closed."""
        ready, _, _ = select.select([self.master], [], [], wait_s)
        try:
            got = os.read(self.master, 65536) if ready else b""
        except OSError:  # the other side is gone
            return False
        self.text += got.decode("utf-8", "replace")
        return not ready or bool(got)

    def await_text(self, *words, limit_s=LIMIT_S, after=0):
        """Waits until all of these were written behind a place; gives where the text ends."""
        end = time.monotonic() + limit_s
        while not all(word in self.text[after:] for word in words):
            if time.monotonic() > end or not self.read(0.2):
                raise TooLate(f"never on the screen: {words}; but: {self.text[-1500:]!r}")
        return len(self.text)

    def type(self, text):
        os.write(self.master, text.encode())

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def lines(self, after=0):
        """What stands on the screen of a watch: the lines that stand still, as they were drawn
        last, and those that have gone by behind a place."""
        still = {}
        for row, text in STILL.findall(self.text):
            still = {**({} if row == "1" else still), int(row): text}
        gone_by = re.sub(r"\x1b7.*?(\x1b8|$)|\x1b\[[0-9;]*[a-zA-Z]|[\x07\r]", "",
                         self.text[after:], flags=re.DOTALL)  # fmt: skip
        return [still[at] for at in sorted(still)] + [s for s in gone_by.split("\n") if s]

    def end(self):
        """Waits for the end; gives the exit code."""
        while self.process.poll() is None:
            self.read(0.05)
        while select.select([self.master], [], [], 0)[0] and self.read(0):
            pass
        os.close(self.master)
        return self.process.returncode


def acknowledge(district, matter, bureau, *words, post="duty_officer"):
    """A person of a bureau says that it has the matter in hand; gives what the terminal showed."""
    terminal = Terminal(district, "act", matter, "acknowledged", "--bureau", bureau, "--post", post,
                        "--wait", *words)  # fmt: skip
    terminal.await_text("to say so:")
    terminal.type(matter[-4:] + "\n")
    code = terminal.end()
    if code != 0:
        raise Failed(f"the acknowledgement ended with {code}: {terminal.text[-800:]}")
    return terminal.text
