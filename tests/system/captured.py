# SPDX-License-Identifier: Apache-2.0
"""A broker that was taken over: it holds the broker's key and addresses, so office and collector
take it for theirs, and none of the collector's keys. Written from proto/PROTOCOL.md section 10. It
passes messages on, or keeps them and answers in the collector's name, as its `lie` says.
"""

import secrets
import time

import zmq
from harness import TooLate
from stranger import H, Key, ctx, key_id
from nacl.signing import SigningKey


class Captured:
    """The broker of one office. `lie(kind, header, frames)` gives None to pass a message of the
    office on, or the answers [(kind, session, frames)] that it gets instead. `twist(kind, frames)`
    gives None to pass on what the collector said, or the messages that go down in its place."""

    def __init__(self, p, district, principal):
        self.p = p
        self.principal = principal
        with open(district.path("etc", "broker.yaml"), encoding="utf-8") as file:
            pairs = [line.strip().split(": ", 1) for line in file if ": " in line]
        config = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
        key = Key(config["key_file"])
        self.collector_key = bytes.fromhex(config["collector_signing_key"])
        self.own_key = SigningKey.generate()
        self.context = zmq.Context()
        self.front = self.bind(config["front"], key)
        self.back = self.bind(config["back"], key)
        self.home = None  # the collector's routing id
        self.stamps = {}  # routing id -> stamp
        self.lie = None
        self.twist = None
        self.captured = []  # [(kind, stamp, frames)] of what went up
        self.is_passing = False  # what it lies about is passed on as well
        self.keeps_back = ()  # kinds of the collector's that do not arrive
        self.kept = []  # [(kind, header, frames)] that the collector truly said
        self.told = 0  # lies
        self.swallowed = 0  # messages that got no answer and were not passed on

    def bind(self, endpoint, key):
        socket = self.context.socket(zmq.ROUTER)
        socket.linger = 0
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = key.transport
        socket.bind(endpoint)
        return socket

    def end(self):
        self.front.close()
        self.back.close()
        self.context.term()

    def kind_of(self, header):
        return self.p.Kind.Name(header.kind)[len("KIND_"):]

    def stamp_of(self, routing):
        if routing not in self.stamps:
            stamp = self.p.Stamp(principal=self.principal, connection=secrets.randbits(63) | 1)
            self.stamps[routing] = stamp.SerializeToString()
        return self.stamps[routing]

    def header(self, kind, session, request=0):
        number = self.p.Kind.Value("KIND_" + kind)
        made = self.p.Header(version=1, kind=number, session=session, request=request)
        return made.SerializeToString()

    def turn(self):
        """Handles what has come."""
        if self.back.poll(0):
            self.take_back(*self.back.recv_multipart())
        if self.front.poll(10):
            self.take_front(*self.front.recv_multipart())

    def take_back(self, routing, first, *frames):
        if not frames or self.p.Header.FromString(first).kind == self.p.KIND_READY:
            self.home = routing
            ready = self.p.Header.FromString(first)
            self.back.send_multipart([routing, self.header("READY", ready.session)])
            return
        header = self.p.Header.FromString(frames[0])
        kind = self.kind_of(header)
        self.kept.append((kind, header, frames[1:]))
        to = [route for route, stamp in self.stamps.items() if stamp == first]
        if not to or kind in self.keeps_back:
            return
        twisted = self.twist and self.twist(kind, frames)
        self.told += twisted is not None
        for message in [frames] if twisted is None else twisted:
            self.front.send_multipart([to[0], *message])

    def take_front(self, routing, first, *frames):
        header = self.p.Header.FromString(first)
        stamp = self.stamp_of(routing)
        answers = self.lie and self.lie(self.kind_of(header), header, frames)
        if answers is None or self.is_passing:
            self.captured.append((self.kind_of(header), stamp, [first, *frames]))
            if self.home:
                self.back.send_multipart([self.home, stamp, first, *frames])
        elif not answers:
            self.swallowed += 1
        self.told += bool(answers)
        for kind, session, parts in answers or []:
            head = self.header(kind, session, header.request)
            parts = [f if isinstance(f, bytes) else f.SerializeToString() for f in parts]
            self.front.send_multipart([routing, head, *parts])

    def hurry(self):
        """The broker's own word that a collector has come: every lane says HELLO soon."""
        for routing in self.stamps:
            self.front.send_multipart([routing, self.header("AGAIN", 0), b""])

    def until(self, what, check, limit_s, hurry_s=None):
        """Goes on until something can be seen."""
        end = time.monotonic() + limit_s
        hurried = time.monotonic()
        while not (found := check()):
            if time.monotonic() > end:
                raise TooLate(f"{what}: not within {limit_s} s")
            if hurry_s is not None and time.monotonic() - hurried > hurry_s:
                hurried = time.monotonic()
                self.hurry()
            self.turn()
        return found

    # What it tells.

    def sign(self, context, data):
        return self.own_key.sign(ctx(context, data)).signature

    def true(self, kind):
        """What the collector truly said once, the oldest first."""
        return [(header, frames) for said, header, frames in self.kept if said == kind]

    def answer_hello(self, frames, **changes):
        """A WELCOME of its own making to this very HELLO: body and signature."""
        hello = self.p.Hello.FromString(frames[0])
        fields = dict(
            session=secrets.randbits(63) | 1, log_id=hello.log_id, generation=1,
            credit_sequence=1 << 40, credit_bytes=1 << 21,
            hello_hash=H(ctx("tocsin.hello.1", frames[0])),
        )
        body = self.p.Welcome(**{**fields, **changes}).SerializeToString()
        return body, self.sign("tocsin.welcome.1", body)

    def receipt_for(self, frames, **changes):
        """A receipt of its own making for this very chunk."""
        head = self.p.ChunkHead.FromString(frames[0])
        body = self.p.ReceiptBody(
            format=1, log_id=head.log_id, generation=1, source=head.source, epoch=head.epoch,
            lane=head.lane, first_sequence=head.first_sequence, count=head.count,
            first_position=1 + secrets.randbelow(1000), log_time_ns=time.time_ns(),
            chunk_hash=H(ctx("tocsin.chunk.1", frames[0])),
        ).SerializeToString()
        fields = dict(
            body=body, leaf_index=0, leaf_count=1, key_id=key_id(self.collector_key),
            signature=self.sign("tocsin.root.1", H(b"\0", body)),
        )
        return self.p.Receipt(**{**fields, **changes})

    def ack(self, header, receipt):
        made = self.p.Ack(receipt=receipt, credit_sequence=1 << 40, credit_bytes=1 << 21)
        return [("ACK", header.session, [made])]
