# SPDX-License-Identifier: Apache-2.0
"""One connection of somebody who may not be allowed to, and new keys, for the tests of rights."""

import secrets
import time

import zmq
import zmq.utils.z85
from harness import expect, slower
from nacl.signing import SigningKey
from stranger import ASKED, H, Key, ctx, in_session, key_id

PATIENCE_S = 0.6  # for what must stay silent; what is answered takes milliseconds
LET_IN_S = 5  # for one who is let in, where anybody is
SIGNED = (*ASKED, "MOVE")
OF_BEFORE = ("FETCH", "MOVE", "CLOSE", "REPLAY_FETCH", "CANCEL")  # go on with a request before
AGAIN_S = 1.05  # a broker explains itself to one principal once a second


class Knock:
    """One connection that says what it is told to, well formed or not."""

    def __init__(self, stage, name=None, key=None, routing=None, endpoint=None,
                 tries=None):
        self.p = stage.p
        self.key = key or (name and Key(stage.config(name)["key_file"]))
        # Nothing explains itself under another's id. Else a broker does, once a second to one
        # principal, and up to nine messages of one are said side by side: 21 s for the last.
        self.tries = tries or (1 if routing else 20)
        self.stage = stage
        self.hears_all = False
        self.oldest = 0  # answers to requests before it were waited for in vain, and come late
        self.request = 0
        self.reading = None  # the reader's session: its number and its hash
        self.is_shut_out = False  # nobody let it in for a while
        config = stage.config("auditor")
        self.socket = stage.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.immediate = 1
        if routing:
            self.socket.routing_id = routing
        if self.key:
            self.socket.curve_publickey, self.socket.curve_secretkey = self.key.transport
            self.socket.curve_serverkey = bytes.fromhex(config["broker_transport_key"])
        self.socket.connect(endpoint or config["broker_endpoint"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def join(self, before=()):
        """Asks for a session, once: who is not given one signs for none."""
        self.nonce = secrets.token_bytes(16)
        asked = self.p.SessionAsk(nonce=self.nonce)
        answer = self.repeat(lambda: self.message("SESSION_ASK", [asked], before=before))
        self.reading = 0, bytes(32)
        if answer is None:
            self.tries = 1  # nobody hears it: once more, to see that nobody hears the rest either
        elif answer[0] == "SESSION":
            given = self.p.Session.FromString(answer[1][0])
            self.reading = given.session, H(ctx("tocsin.session.1", answer[1][0]))

    def message(self, kind, frames, session=0, before=(), reading=None, signer=None, request=0):
        """A message as it goes out; what a reader asks is signed in the session `reading`. MOVE and
        what follows a replay name its session or request besides."""
        self.request += 1
        self.asked = request or self.request
        self.is_of_before = kind in OF_BEFORE
        number = self.p.Kind.Value("KIND_" + kind)
        session = reading[0] if reading and kind in ASKED else session
        header = self.p.Header(version=1, kind=number, session=session,
                               request=self.asked)
        first = header.SerializeToString()
        frames = [f if isinstance(f, bytes) else f.SerializeToString() for f in frames]
        if kind in SIGNED:
            signer = signer or self.key
            data = in_session(reading[1], first, frames[0])
            has_key = hasattr(signer, "signing")
            frames.append(signer.sign("tocsin.asked.1", data) if has_key else bytes(64))
        return [*before, first, *frames]

    def say(self, kind, *frames, session=0, before=(), reading=None, signer=None, request=0):
        """Says it anew until it is answered; gives (kind, frames) of the answer, or None."""
        if kind in SIGNED and reading is None:
            if self.reading is None:
                self.join(before)
            reading = self.reading
        return self.repeat(
            lambda: self.message(kind, frames, session, before, reading, signer, request))

    def say_before(self, fence, *message, **options):
        """Says something that is answered by nothing when it is done, and the question `fence`
        behind it; gives what came first, or None when that is the answer to the question."""
        kind, *frames = message
        self.socket.send_multipart(self.message(kind, frames, **options))
        self.hears_all = True  # what is said of the message comes under an older request
        answer = first = self.say(fence)
        self.hears_all = False
        while answer and answer[0] + "_ASK" != fence:
            answer = self.hear(slower(10))
        expect(answer, f"{fence} is answered")
        return None if answer is first else first

    def is_in(self):
        """Whether the connection stands; it waits for nothing."""
        return bool(self.socket.poll(0, zmq.POLLOUT))

    def await_in(self, limit_s):
        expect(self.socket.poll(int(1000 * limit_s), zmq.POLLOUT), "the connection is let in")

    def is_let_in(self):
        """Whether the connection stands, or will: it does not when another that was begun later
        stands and it still does not."""
        if self.is_shut_out or self.socket.poll(int(1000 * slower(PATIENCE_S)), zmq.POLLOUT):
            return not self.is_shut_out
        with Knock(self.stage, "auditor") as later:
            later.socket.poll(int(1000 * slower(LET_IN_S)), zmq.POLLOUT)
        self.is_shut_out = not self.socket.poll(int(1000 * slower(PATIENCE_S)), zmq.POLLOUT)
        return not self.is_shut_out

    def repeat(self, make):
        """Sends until it is answered, since a broker explains itself once a second."""
        if not self.is_let_in():
            return None
        self.oldest = 0
        for _ in range(self.tries):
            before = self.request
            said = make()
            if self.request > before and not (self.oldest or self.is_of_before or self.hears_all):
                self.oldest = self.asked
            self.socket.send_multipart(said, zmq.DONTWAIT)
            answer = self.hear(AGAIN_S if self.tries > 1 else slower(PATIENCE_S))
            if answer:
                return answer
        return None

    def hear(self, limit_s):
        end = time.monotonic() + limit_s
        while (rest := end - time.monotonic()) > 0:
            if self.socket.poll(int(1000 * rest)):
                first, *frames = self.socket.recv_multipart()
                header = self.p.Header.FromString(first)
                kind = self.p.Kind.Name(header.kind)[len("KIND_"):]
                if 0 < header.request < self.oldest:
                    continue
                if kind != "HEAD" and not (kind == "AGAIN" and not frames[0]):
                    self.session = header.session
                    return kind, frames
        return None


class Fresh:
    """New keys of a principal, and what the log is told of them."""

    def __init__(self, stage, principal, until_ns):
        p = stage.p
        self.transport = tuple(zmq.utils.z85.decode(half) for half in zmq.curve_keypair())
        self.signing = SigningKey.generate()
        public = bytes(self.signing.verify_key)
        self.signing_id = key_id(public)
        data = stage.bundle.log_id + principal.to_bytes(4, "big") + bytes(32)
        self.change = p.RegistryBody(
            kind=p.CHANGE_KIND_ROTATED, principal=principal, transport_key=self.transport[0],
            signing_key=public, until_ns=until_ns,
            proof=self.sign("tocsin.key.1", data + self.transport[0] + public))

    def sign(self, context, data):
        return self.signing.sign(ctx(context, data)).signature
