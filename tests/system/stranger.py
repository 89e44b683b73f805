# SPDX-License-Identifier: Apache-2.0
"""A client of proto/PROTOCOL.md, written from that document alone: a ZeroMQ binding, protoc,
Ed25519, BLAKE2b and libsodium's boxes, and nothing of ours in between. Where this file needs a
sentence that the document does not have, the document is at fault.
"""

import contextlib
import hashlib
import importlib
import os
import secrets
import subprocess
import sys
import time

import zmq
from harness import ROOT, Failed, expect, slower
from nacl import bindings
from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey


class Proto:
    """The messages, as protoc makes them of proto/*.proto; names without the package."""

    def __init__(self, folder):
        source = os.path.join(ROOT, "proto")
        files = sorted(name for name in os.listdir(source) if name.endswith(".proto"))
        subprocess.run(["protoc", "-I", source, "--python_out", folder, *files], check=True)
        sys.path.insert(0, folder)
        self.modules = [importlib.import_module(name[: -len(".proto")] + "_pb2") for name in files]

    def __getattr__(self, name):
        for module in self.modules:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


# Section 5: what is hashed and signed.


def H(*parts, key=b""):
    return hashlib.blake2b(b"".join(parts), digest_size=32, key=key).digest()


def ctx(context, data):
    return context.encode() + b"\0" + data


def key_id(public):
    return H(public)[:8]


def event_hash(event):
    return H(H(event.open), H(event.sealed))


def is_signed(public, context, data, signature):
    with contextlib.suppress(BadSignatureError):
        return bool(VerifyKey(public).verify(ctx(context, data), signature))
    return False


def receipt_root(receipt):
    """The root that a receipt's path leads to."""
    node, index, count = H(b"\0", receipt.body), receipt.leaf_index, receipt.leaf_count
    hashes = list(receipt.path)
    expect(0 <= index < count, "the leaf lies within its group")
    while count > 1:
        if index % 2:
            node = H(b"\1", hashes.pop(0), node)
        elif index + 1 < count:
            node = H(b"\1", node, hashes.pop(0))
        index, count = index // 2, (count + 1) // 2
    expect(not hashes, "a receipt's path has no hash too many")
    return node


def is_receipt(collector, receipt):
    """True when this collector signed the root that the receipt leads to."""
    return is_signed(collector, "tocsin.root.1", receipt_root(receipt), receipt.signature)


class Ring:
    """The collector's keys, from one that was given beforehand on (section 5)."""

    def __init__(self, p, first):
        self.p, self.keys = p, [first]

    @property
    def tip(self):
        return self.keys[-1]

    def take(self, encoded, signature):
        """The list of keys that came behind a message; a list that is not a longer one of ours is
        refused."""
        listed = self.p.Keys.FromString(encoded)
        after = [link.key for link in listed.successors]
        begin = after.index(self.keys[0]) + 1 if self.keys[0] in after else 0
        made = [self.keys[0]]
        for link in listed.successors[begin:]:
            said = listed.log_id + made[-1] + link.key
            expect(is_signed(made[-1], "tocsin.successor.1", said, link.succession),
                   "a key is signed by the one before it")
            expect(is_signed(link.key, "tocsin.successor.1", said, link.proof), "and by itself")
            made.append(link.key)
        expect(made[: len(self.keys)] == self.keys, "a list of keys goes on from those we know")
        expect(is_signed(made[-1], "tocsin.keys.1", encoded, signature), "the newest signs it")
        self.keys = made


# Section 6: the sealed part.


def seal(p, open_part, kind, text, recipients):
    """A sealed part with one compartment for [(organ, X25519 key)], and the event's share."""
    share, half, nonce = (secrets.token_bytes(n) for n in (32, 32, 24))
    data_key = H(ctx("tocsin.seal.1", share + bytes([kind])), key=half)
    plain = text.encode() + b"\x80"
    plain += bytes(-len(plain) % 256)
    bound = H(open_part) + bytes([kind])
    box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound, nonce, data_key)
    wraps = [
        p.Wrap(organ=organ, key_id=key_id(key), sealed=SealedBox(PublicKey(key)).encrypt(half))
        for organ, key in recipients
    ]
    compartment = p.Compartment(kind=kind, nonce=nonce, ciphertext=box, wraps=wraps)
    sealed = p.Sealed(format=1, commitment=H(share), compartments=[compartment])
    return sealed.SerializeToString(), share


def readers(bundle, policy, domain, field):
    """[(organ, newest X25519 key)] of who reads a text of an open report of this domain that is not
    urgent: who is told of urgent ones alone stands last among its recipients."""
    rules = [rule for rule in policy.seals if not rule.is_guarded and rule.fields & field]
    named = [rule for rule in rules if domain.id in rule.domains]
    wraps = (named or [rule for rule in rules if not rule.domains])[0].wraps
    organs = [domain.owner] * bool(wraps & 1)
    always = domain.recipients[: len(domain.recipients) - domain.urgent_recipient_count]
    organs += list(always) * bool(wraps & 2) + [policy.desk] * bool(wraps & 4)
    newest = {key.organ: key.key for key in bundle.organ_keys}  # newest last
    return [(organ, newest[organ]) for organ in dict.fromkeys(organs) if organ in newest]


def unseal(p, item, kind, organ, secret):
    """The text of an item's compartment."""
    sealed = p.Sealed.FromString(item.sealed)
    compartment = next(c for c in sealed.compartments if c.kind == kind)
    mine = key_id(bytes(PrivateKey(secret).public_key))
    wrap = next(w for w in compartment.wraps if w.organ == organ and w.key_id == mine)
    expect(H(item.share) == sealed.commitment, "the share fits the commitment")
    half = SealedBox(PrivateKey(secret)).decrypt(wrap.sealed)
    data_key = H(ctx("tocsin.seal.1", item.share + bytes([kind])), key=half)
    bound = H(item.open) + bytes([kind])
    plain = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
        compartment.ciphertext, bound, compartment.nonce, data_key
    )
    text, mark, pad = plain.rpartition(b"\x80")
    expect(mark and not pad.strip(b"\0"), "the text is padded by ISO/IEC 7816-4")
    return text.decode()


# Section 2 and 3: a connection and its messages.


class Key:
    """A key file: what one principal holds."""

    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            lines = [line.split() for line in file.read().splitlines()]
        expect(lines[0] == ["tocsin-key", "1"], "a key file of format 1")
        fields = {words[0]: words[1] for words in lines[1:]}
        halves = ("transport-public", "transport-secret")
        self.transport = tuple(bytes.fromhex(fields[half]) for half in halves)
        self.signing = SigningKey(bytes.fromhex(fields["signing-seed"]))
        self.signing_id = key_id(bytes(self.signing.verify_key))
        self.seal_secret = bytes.fromhex(fields.get("seal-secret", ""))

    def sign(self, context, data):
        return self.signing.sign(ctx(context, data)).signature


# Section 7: what a reader asks in its session, and what it is told there.

ASKED = ("OPEN", "REPLAY", "ASK")
TOLD = ("OPENED", "ITEMS", "GAP", "RESET", "HEAD", "REPLAY_ITEMS", "END", "ANSWER")


def in_session(session_hash, header, body):
    """What is signed of a message in a session."""
    return session_hash + H(header) + H(body)


class Peer:
    """One connection to the broker's front."""

    def __init__(self, p, context, config, key):
        self.p = p
        self.key = key
        self.request = 0
        self.session = 0  # of a lane or subscription
        self.reading = None  # the reader's session: its number and its hash
        self.brokers = []  # the keys by which the broker may be called, as SESSION tells
        self.numbers = {}  # request -> number of the last message told to it
        self.socket = context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.heartbeat_ivl = 5000
        self.socket.heartbeat_timeout = 15000
        self.socket.setsockopt(zmq.CURVE_PUBLICKEY, key.transport[0])
        self.socket.setsockopt(zmq.CURVE_SECRETKEY, key.transport[1])
        self.socket.setsockopt(zmq.CURVE_SERVERKEY, bytes.fromhex(config["broker_transport_key"]))
        self.late = set()  # (kind, request) of answers that nobody waits for any more
        self.socket.connect(config["broker_endpoint"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @property
    def collector(self):
        """The key that the collector signs with now, as far as this connection knows."""
        return self.ring.tip

    @collector.setter
    def collector(self, first):
        self.ring = Ring(self.p, first)

    def send(self, kind, *frames, request=None, session=None):
        """[Header][...]; gives the request number that the answers echo."""
        if request is None:
            self.request += 1
            request = self.request
        number = self.p.Kind.Value("KIND_" + kind)
        session = self.session if session is None else session
        if kind in ASKED:
            session = self.join()
        header = self.p.Header(version=1, kind=number, session=session, request=request)
        first = header.SerializeToString()
        frames = [f if isinstance(f, bytes) else f.SerializeToString() for f in frames]
        if kind in ASKED or kind == "MOVE":
            frames.append(self.key.sign("tocsin.asked.1", in_session(self.reading[1], first,
                                                                     frames[0])))
        self.socket.send_multipart([first, *frames])
        return request

    def join(self):
        """The number of the reader's session, which is asked for once."""
        if self.reading is None:
            asked = self.p.SessionAsk(nonce=secrets.token_bytes(16))
            _, frames = self.ask("SESSION_ASK", asked, answer="SESSION", session=0)
            expect(is_signed(self.collector, "tocsin.session.1", *frames), "SESSION is signed")
            given = self.p.Session.FromString(frames[0])
            expect(given.nonce == asked.nonce, "SESSION answers our SESSION_ASK")
            self.brokers = [key.key for key in given.brokers
                            if not key.until_ns or key.until_ns > time.time_ns()]
            self.reading = given.session, H(ctx("tocsin.session.1", frames[0]))
        return self.reading[0]

    def check_told(self, kind, first, header, frames):
        """What is told in a session is signed, and numbered from 1 for each request."""
        expect(self.reading and len(frames) == 2, f"{kind} comes in a session, with a signature")
        data = in_session(self.reading[1], first, frames[0])
        expect(is_signed(self.collector, "tocsin.told.1", data, frames[1]), f"{kind} is signed")
        self.numbers[header.request] = self.numbers.get(header.request, 0) + 1
        expect(header.number == self.numbers[header.request], f"{kind} has the next number")

    def recv(self, *kinds, limit_s=10):
        """(kind, header, frames) of the next message that is one of the kinds."""
        deadline = time.monotonic() + slower(limit_s)
        while True:
            rest_ms = int(1000 * (deadline - time.monotonic()))
            expect(rest_ms > 0 and self.socket.poll(rest_ms), f"an answer: {' or '.join(kinds)}")
            first, *frames = self.socket.recv_multipart()
            header = self.p.Header.FromString(first)
            kind = self.p.Kind.Name(header.kind)[len("KIND_") :]
            if len(frames) == 4 and kind not in ("CHUNK", "BUNDLE"):
                self.ring.take(*frames[2:])
                frames = frames[:2]
            if kind in TOLD:
                self.check_told(kind, first, header, frames)
            if kind in kinds:
                return kind, header, frames
            # Heads are hints and heartbeats, and come at any time; so does the answer to a
            # REPLAY_FETCH that was on its way when its replay ended.
            if kind != "HEAD" and (kind, header.request) not in self.late:
                raise Failed(f"{kind} came instead of {' or '.join(kinds)}: {self.told(frames)}")

    def told(self, frames):
        with contextlib.suppress(Exception):
            return str(self.p.Refuse.FromString(frames[0])).replace("\n", " ")
        return frames

    def ask(self, kind, *frames, answer, **options):
        """Sends, and gives the frames of the answer."""
        request = self.send(kind, *frames, **options)
        _, header, got = self.recv(answer)
        expect(header.request == request, f"{answer} echoes the request")
        return header, got


class Publisher:
    """One lane of an outbox of our own. Keeps every chunk as it was cut."""

    def __init__(self, peer, bundle, source, predecessor=0):
        self.peer = peer
        self.p = peer.p
        self.bundle = bundle
        self.source = source
        self.epoch = secrets.randbits(64) or 1
        self.predecessor = predecessor
        self.last = 0
        self.hash = b""
        self.refused_count = 0

    def hello_parts(self, **changes):
        fields = dict(
            format=1, log_id=self.bundle.log_id, source=self.source, epoch=self.epoch,
            lane=self.p.LANE_ROUTINE, predecessor=self.predecessor, last_sequence=self.last,
            last_hash=self.hash, acked_sequence=self.last, acked_hash=self.hash,
            key_id=self.peer.key.signing_id, bundle_version=self.bundle.version,
            said_ns=time.time_ns(), nonce=secrets.randbits(64),
        )
        head = self.p.Hello(**{**fields, **changes}).SerializeToString()
        return head, self.peer.key.sign("tocsin.hello.1", head)

    def hello(self):
        said = self.hello_parts()
        _, frames = self.peer.ask("HELLO", *said, answer="WELCOME", session=0)
        welcome = self.p.Welcome.FromString(frames[0])
        expect(is_signed(self.peer.collector, "tocsin.welcome.1", *frames), "WELCOME is signed")
        expect(welcome.hello_hash == H(ctx("tocsin.hello.1", said[0])), "WELCOME answers our HELLO")
        self.peer.session = welcome.session
        return welcome

    def cut(self, events, shares=(), **changes):
        """The frames of a chunk of [(open, sealed)] after the last; `changes` spoil its head."""
        made = [self.p.Event(open=o, sealed=s) for o, s in events]
        body = self.p.ChunkBody(events=[e.SerializeToString() for e in made]).SerializeToString()
        entries = [self.p.ShareEntry(index=i, share=s) for i, s in shares]
        shares = self.p.Shares(entries=entries).SerializeToString()
        fields = dict(
            format=1, log_id=self.bundle.log_id, source=self.source, epoch=self.epoch,
            lane=self.p.LANE_ROUTINE, first_sequence=self.last + 1, count=len(events),
            mode=self.p.MODE_ACTUAL, key_id=self.peer.key.signing_id, previous_hash=self.hash,
            body_hash=H(*map(event_hash, made)), shares_hash=H(shares) if shares else b"",
        )
        head = self.p.ChunkHead(**{**fields, **changes}).SerializeToString()
        signature = self.peer.key.sign("tocsin.chunk.1", head)
        return [head, signature, body] + ([shares] if shares else [])

    def publish(self, frames, count):
        """Sends a chunk and gives its receipt; the lane goes on behind it."""
        _, got = self.peer.ask("CHUNK", *frames, answer="ACK")
        receipt = self.p.Ack.FromString(got[0]).receipt
        body = self.p.ReceiptBody.FromString(receipt.body)
        self.hash = H(ctx("tocsin.chunk.1", frames[0]))
        expect(body.chunk_hash == self.hash, "the receipt is for the chunk that was sent")
        self.last = body.first_sequence + count - 1
        return receipt, body

    def refused(self, frames, what, is_later=False):
        """Sends a chunk that must be refused; gives REFUSE and says HELLO again."""
        _, got = self.peer.ask("CHUNK", *frames, answer="REFUSE")
        refuse = self.p.Refuse.FromString(got[0])
        expect(refuse.is_later == is_later, f"{what} is refused for ever or later: {refuse}")
        expect(refuse.asked_hash == H(ctx("tocsin.chunk.1", frames[0])), "REFUSE names the chunk")
        self.for_ever("REFUSE", got, not is_later)
        expect(refuse.first_sequence in (0, self.last + 1), "REFUSE names the chunk, if it can")
        self.refused_count += 1
        expect(self.hello().mark_sequence == self.last, "nothing of a refused chunk is stored")
        return refuse


    def for_ever(self, kind, frames, is_signature_due):
        """What costs an event its place has the collector's signature, and nothing else has one."""
        expect(len(frames) == (2 if is_signature_due else 1), f"{kind} has {len(frames)} frames")
        if is_signature_due:
            signed = is_signed(self.peer.collector, f"tocsin.{kind.lower()}.1", *frames)
            expect(signed, f"the collector signed {kind}")


class Reader:
    """A durable subscription to one stream."""

    def __init__(self, peer, name, organ):
        self.peer = peer
        self.p = peer.p
        self.name = name
        self.organ = organ

    def open(self):
        """The stream's head, after the cursor."""
        stream = self.p.OpenStream(mode=self.p.MODE_ACTUAL, organ=self.organ)
        asked = self.p.Open(name=self.name, streams=[stream])
        header, frames = self.peer.ask("OPEN", asked, answer="OPENED")
        self.peer.session = header.session
        self.request = header.request
        return self.p.Opened.FromString(frames[0]).heads[0]

    def fetch(self, head, up_to):
        """The items up to a number, which must come in order."""
        fields = dict(mode=self.p.MODE_ACTUAL, organ=self.organ, generation=head.generation)
        self.peer.send("FETCH", self.p.Fetch(number=up_to, **fields))
        found = []
        while head.next + len(found) <= up_to:
            _, header, frames = self.peer.recv("ITEMS")
            expect(header.session == self.peer.session, "ITEMS name the subscription")
            expect(header.request == self.request, "ITEMS echo the request of their OPEN")
            found += self.p.Items.FromString(frames[0]).items
        numbers = [item.alert.number for item in found]
        expect(numbers == list(range(head.next, up_to + 1)), f"items in order: {numbers}")
        return found

    def move(self, head, number):
        fields = dict(mode=self.p.MODE_ACTUAL, organ=self.organ, generation=head.generation)
        self.peer.send("MOVE", self.p.Move(number=number, **fields))


def replay(peer, credit, step, **wanted):
    """All items and END, with the credit raised by `step` whenever it is spent."""
    p, found = peer.p, []
    request = peer.send("REPLAY", p.Replay(credit_items=credit, **wanted))
    while True:
        kind, header, frames = peer.recv("REPLAY_ITEMS", "END")
        expect(header.request == request, "a replay is named by its request")
        if kind == "END":
            peer.late.add(("ERROR", request))
            return found, p.End.FromString(frames[0])
        found += p.Items.FromString(frames[0]).items
        expect(len(found) <= credit, "no more items than there is credit")
        if len(found) == credit:
            credit += step
            peer.send("REPLAY_FETCH", p.Fetch(number=credit), request=request, session=0)
