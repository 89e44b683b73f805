#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The attacker of test_hostile.py and test_besieged.py:
`attacker.py KIND FRONT BROKER_KEY KEY_FILE`. It says "ready",
misbehaves until its standard input ends, and then tells as JSON what it did.

It is a process of its own; neighbours.py gives it its priority. It needs no part of Tocsin and
believes nothing that comes back.
"""

import hashlib
import json
import os
import re
import select
import socket
import struct
import sys
import time

import zmq
from nacl.signing import SigningKey
from zmq.utils import z85

# Kinds of messages; proto/frame.proto.
KIND_WELCOME, KIND_CHUNK, KIND_OPEN, KIND_ASK, KIND_ANSWER, KIND_READY = 2, 3, 20, 60, 61, 100
KIND_SESSION_ASK, KIND_SESSION = 16, 17
QUERY_MATTERS = 1  # proto/query.proto
MODE_ACTUAL = 1  # proto/frame.proto
ORGAN = 17  # policy/organs.yaml: the water bureau, whose watcher's key it has
CROWD = 400  # connections that say nothing
HANG_UP_S = 3  # less than a handshake may take, after which the broker ends whatever there is
QUESTIONS_S = 0.001  # between 20 of them: below the rate of messages, which would stop them sooner


def key_of(path, word):
    """A key of a key file, as ZeroMQ wants it."""
    with open(path, encoding="ascii") as file:
        found = re.search(rf"^{word} ([0-9a-f]{{64}})$", file.read(), re.M)
    return z85.encode(bytes.fromhex(found.group(1)))


def header(kind, request=1):
    """An encoded header; the numbers are below 128."""
    return bytes((8, 1, 16, kind, 32, request))


def digest(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def signing_key_of(path):
    with open(path, encoding="ascii") as file:
        return SigningKey(bytes.fromhex(re.search(r"^signing-seed (\w+)$", file.read(), re.M)[1]))


def varint(value):
    """An encoded number."""
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes((*made, value))


def kind_of(frames):
    """The kind of a message that came."""
    return frames[0][3]


def curve(context, front, server_key, key_file=None):
    """A dealer with a listed key, or with a stranger's."""
    made = context.socket(zmq.DEALER)
    made.linger = 0
    made.immediate = 1  # nothing is queued before somebody let it in
    made.sndhwm = 1000
    made.reconnect_ivl = 20
    made.curve_serverkey = server_key
    if key_file is None:
        made.curve_publickey, made.curve_secretkey = zmq.curve_keypair()
    else:
        made.curve_publickey = key_of(key_file, "transport-public")
        made.curve_secretkey = key_of(key_file, "transport-secret")
    made.connect(front)
    return made


def greeting(mechanism):
    """The first 64 bytes of ZMTP 3.0 (RFC 23)."""
    return b"\xff" + bytes(8) + b"\x7f\x03\x00" + mechanism.ljust(20, b"\0") + bytes(32)


def relay(near, far, is_enough, limit_s=3):
    """Carries bytes both ways: True when it is enough, None when the far side hung up, False when
    time is over."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if is_enough():
            return True
        for one in select.select([near, far], [], [], 0.01)[0]:
            try:
                data = one.recv(65536)
            except OSError:
                data = b""
            if not data:
                return None if one is far else False
            (far if one is near else near).sendall(data)
    return False


class Attack:
    """Goes on until its standard input ends, then tells what it did."""

    def __init__(self, front, server_key, key_file):
        self.front = front
        self.server_key = server_key.encode()
        self.key_file = key_file
        self.counts = {}

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def run(self, kind):
        step = getattr(self, kind)()
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], 0)[0]:
            next(step)
        print(json.dumps(self.counts), flush=True)
        os._exit(0)  # sockets with unsent megabytes are not waited for

    def dial(self):
        host, port = self.front.removeprefix("tcp://").split(":")
        made = socket.create_connection((host, int(port)), 5)
        made.settimeout(0.2)
        return made

    def throw(self, what, *pieces, limit_s=HANG_UP_S):
        """Sends pieces on a connection of its own and sees whether it is hung up on."""
        try:
            with self.dial() as made:
                made.settimeout(limit_s)
                for piece in pieces:
                    made.sendall(piece)
                while made.recv(4096):
                    pass
            self.count(what + "_hung_up")
        except TimeoutError:
            self.count(what + "_open")
        except OSError:
            self.count(what + "_hung_up")

    def raw(self):
        """100 silent connections, held open; garbage before and after a greeting; frames that
        claim to be enormous."""
        silent = []
        huge = b"\x02" + struct.pack(">Q", 1 << 40) + bytes(1 << 16)
        while True:
            while len(silent) < 100:
                silent.append(self.dial())
                self.count("silent")
            heard = select.select(silent, [], [], 0)[0]
            for made in [s for s in heard if not self.says(s)]:
                silent.remove(made)
                made.close()
                self.count("silent_hung_up")
            self.throw("garbage", os.urandom(4096))
            self.throw("null_garbage", greeting(b"NULL"), os.urandom(4096))
            self.throw("curve_garbage", greeting(b"CURVE"), b"\x04\xc8\x05HELLO", os.urandom(4096))
            self.throw("huge", greeting(b"CURVE"), huge)
            self.throw("half", greeting(b"CURVE")[:40], limit_s=0.2)
            yield

    def crowd(self):
        """As many silent connections as there is room for, and another for each that is ended."""
        silent = []
        while True:
            while len(silent) < CROWD:
                silent.append(self.dial())
                self.count("silent")
            heard = select.select(silent, [], [], 0.02)[0]
            for made in [s for s in heard if not self.says(s)]:
                silent.remove(made)
                made.close()
                self.count("hung_up")
            yield

    def spoiled(self):
        """A listed key whose line goes bad after the handshake: garbage where a frame should be."""
        context = zmq.Context()
        door = socket.create_server(("127.0.0.1", 0))
        front = "tcp://127.0.0.1:%d" % door.getsockname()[1]
        while True:
            made = curve(context, front, self.server_key, self.key_file)
            near, _ = door.accept()
            with near, self.dial() as far:
                is_through = relay(near, far, lambda m=made: m.poll(0, zmq.POLLOUT))
                if is_through:
                    far.sendall(os.urandom(4096))
                    hangs_up = relay(near, far, lambda: False) is None
                    self.count("spoiled_hung_up" if hangs_up else "spoiled_open")
            made.close(0)
            yield

    @staticmethod
    def says(made):
        """True while the other side has something to say: its own greeting."""
        try:
            return made.recv(4096) != b""
        except OSError:
            return False

    def strangers(self):
        """Keys that nobody listed, and no key at all; they come back again and again."""
        context = zmq.Context()
        while True:
            made = [curve(context, self.front, self.server_key) for _ in range(10)]
            for mechanism in range(10):
                bare = context.socket(zmq.DEALER)
                bare.linger = 0
                bare.immediate = 1
                bare.reconnect_ivl = 20
                if mechanism % 2:
                    bare.plain_username, bare.plain_password = b"office", b"office"
                bare.connect(self.front)
                made.append(bare)
            until = time.monotonic() + 0.2
            while time.monotonic() < until:
                for one in made:
                    one.poll(1)
                    try:
                        one.send_multipart([header(KIND_ASK), b"let me in"], zmq.DONTWAIT)
                        self.count("let_in")
                    except zmq.Again:
                        self.count("turned_away")
            for one in made:
                one.close(0)
            self.count("sockets", len(made))
            yield

    def listed(self):
        """A listed key: what does not decode, what its role may not say, what is too large."""
        context = zmq.Context()
        made = curve(context, self.front, self.server_key, self.key_file)
        messages = [
            [b""],
            [os.urandom(300)],
            [b"garbage"] * 12,
            [header(KIND_ASK)] + [b"more"] * 20,
            [header(KIND_WELCOME), b"I am the collector"],
            [header(KIND_READY), b"I am the collector"],
            [header(KIND_CHUNK), os.urandom(2000)],
            [header(KIND_ASK), os.urandom(200)],
            [header(KIND_OPEN), os.urandom(200)],
            [bytes(1000000), bytes(1000000)],
        ]
        while True:
            for message in messages:
                made.send_multipart(message)
                self.count("messages")
            made.send(bytes(2 << 20))  # over the frame limit: this connection ends
            self.count("oversize")
            while made.poll(5):
                made.recv_multipart()
                self.count("answered")
            yield

    def session_of(self, made):
        """The body of the SESSION that a listed key gets."""
        while True:
            made.send_multipart([header(KIND_SESSION_ASK), bytes((10, 16)) + os.urandom(16)])
            while made.poll(1000):
                frames = made.recv_multipart()
                if kind_of(frames) == KIND_SESSION:
                    return frames[1]

    def question(self, session, request):
        """ASK as the protocol wants it, and each second time OPEN, by another name each."""
        is_open = request % 2
        kind = KIND_OPEN if is_open else KIND_ASK
        # The session's number is its field 1, fixed64; the header's field 3.
        head = bytes((8, 1, 16, kind, 25)) + session[1:9] + b"\x20" + varint(request)
        body = bytes((8, QUERY_MATTERS))
        if is_open:
            name = b"n%d" % request
            stream = bytes((8, MODE_ACTUAL, 16)) + varint(ORGAN)
            body = bytes((10, len(name))) + name + bytes((18, len(stream))) + stream
        self.count("opens" if is_open else "asked")
        signed = b"".join(map(digest, (b"tocsin.session.1\0" + session, head, body)))
        return [head, body, self.signing.sign(b"tocsin.asked.1\0" + signed).signature]

    def questions(self):
        """A listed key and good questions, as fast as they are taken; its answers are read."""
        made = curve(zmq.Context(), self.front, self.server_key, self.key_file)
        self.signing = signing_key_of(self.key_file)
        session = self.session_of(made)
        request = 1
        while True:
            for _ in range(20):
                request += 1
                try:
                    made.send_multipart(self.question(session, request), zmq.DONTWAIT)
                    self.count("questions")
                except zmq.Again:
                    break
            while made.poll(0):
                is_answer = kind_of(made.recv_multipart()) == KIND_ANSWER
                self.count("answers" if is_answer else "limits")
            time.sleep(QUESTIONS_S)
            yield

    def endless(self):
        """A listed key and a message that goes on and on: 400 MB of frames, each within the limit.
        libzmq hands a message to its connection when its last frame is given."""
        made = curve(zmq.Context(), self.front, self.server_key, self.key_file)
        frame = bytes(500000)
        for number in range(800):
            made.send(frame, zmq.SNDMORE if number < 799 else 0, copy=False)
        self.count("frames", 800)
        while True:
            made.poll(100)
            yield


if __name__ == "__main__":
    Attack(*sys.argv[2:]).run(sys.argv[1])
