# SPDX-License-Identifier: Apache-2.0
"""A terminal with a person at it: a program is started in a session of its own, with a
pseudo-terminal that it was started from, and its screen is read."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

LIMIT_S = 60


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
                raise AssertionError(f"never on the screen: {words}; but: {self.text[-1500:]!r}")
        return len(self.text)

    def type(self, text):
        os.write(self.master, text.encode())

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def end(self):
        """Waits for the end; gives the exit code."""
        while self.process.poll() is None:
            self.read(0.05)
        os.close(self.master)
        return self.process.returncode


def acknowledge(district, matter, bureau, *words, post="duty_officer"):
    """A person of a bureau says that it has the matter in hand."""
    terminal = Terminal(district, "act", matter, "acknowledged", "--bureau", bureau, "--post", post,
                        "--wait", *words)  # fmt: skip
    terminal.await_text("to say so:")
    terminal.type(matter[-4:] + "\n")
    code = terminal.end()
    if code != 0:
        raise AssertionError(f"the acknowledgement ended with {code}: {terminal.text[-800:]}")
