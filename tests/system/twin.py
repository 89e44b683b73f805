# SPDX-License-Identifier: Apache-2.0
"""What one principal can obtain, written down so that two worlds can be compared: the system test
of two worlds keeps one View for each principal of each world.

A record is everything that came back, field by field. Where the log is, and what no two runs have
in common, is replaced by its rank among all of its kind that the principal saw (positions, times,
sequences), or by the order in which it was first seen (hashes, keys, sealed bytes); of bytes the
size stays. That a message has no bytes but its fields is checked as it is read.
"""

import datetime
import re
import time

from harness import Failed, expect, slower

LAST = ("ANSWER", "END", "ERROR", "OPENED", "SESSION", "BUNDLE", "WELCOME", "REFUSE", "AGAIN")
RANKED = ("position", "time", "sequence")
OWN_ID = b"\xff" * 8  # a matter's id that the log gave: its position follows
WHOLE = {  # where the whole log is, whatever brought it there (docs/reference/rights.md)
    "Head": ("log_time_ns",),
    "Answer": ("position",),
    "End": ("last_position",),
    # Of a time that came: PROTOCOL.md 7. A live item names its matter once a commit of the state
    # has it; which one it is stands in birth_position.
    "Alert": ("position", "log_time_ns"),
    "Item": ("position", "log_time_ns", "matter"),
    "NoticeRow": ("log_time_ns",),
}
# How fast its own programs fetched: no two runs have it in common.
PACE = {"NoticeRow": ("delivered_ns", "program")}
INNER = {"Item.open": "OpenPart", "Item.sealed": "Sealed", "EventRow.open": "OpenPart"}  # as bytes


class Mark:
    """A value whose rank, or whose first place, counts."""

    def __init__(self, kind, value):
        self.kind, self.value = kind, value


def mark_of(name, value, lane=""):
    """The mark of a field's value; None when the value itself counts."""
    if isinstance(value, bytes):
        if len(value) == 16 and value.startswith(OWN_ID):
            return Mark("position", int.from_bytes(value[8:], "big"))
        return None if name in ("matter", "id") else Mark(f"bytes {len(value)}", value)
    if name.endswith("_ns"):
        return Mark("time", value)
    if name.endswith("position") or name == "next_page":
        return Mark("position", value)
    if name.endswith("sequence"):
        return Mark("sequence" + lane, value)
    if name in ("epoch", "predecessor", "session", "nonce"):
        return Mark("number", value)
    return None


def tree_of(p, message):
    """A message as nested lists of (field, value)."""
    name = message.DESCRIPTOR.name
    inner = getattr(message, "alert", None)
    alert = {"Alert": message, "NoticeRow": message, "Item": inner}.get(name)
    skipped = WHOLE.get(name, ()) if alert is None or alert.reason == p.REASON_CLOCK else ()
    skipped += PACE.get(name, ())
    lane = f" of {message.source} {message.lane}" if hasattr(message, "lane") else ""
    made = []
    for field, value in message.ListFields():
        values = list(value) if field.label == field.LABEL_REPEATED else [value]
        for one in values:
            if field.name not in skipped:
                made.append((field.name, leaf_of(p, field, one, lane)))
    return made


def leaf_of(p, field, value, lane):
    if field.type == field.TYPE_MESSAGE:
        return tree_of(p, value)
    inner = INNER.get(f"{field.containing_type.name}.{field.name}")
    if inner:
        return tree_of(p, whole(getattr(p, inner), value))
    if f"{field.containing_type.name}.{field.name}" == "Fired.subject":
        return Mark("position", value)  # of a matter's clock: no key ends here
    return mark_of(field.name, value, lane) or (value.hex() if isinstance(value, bytes) else value)


def whole(kind, data):
    """The message that these bytes are, and nothing else."""
    made = kind.FromString(data)
    expect(made.SerializeToString() == data, f"{kind.DESCRIPTOR.name} has bytes beside its fields")
    return made


def marks_in(tree):
    """Every mark, in the order of its place."""
    left = [tree]
    while left:
        now = left.pop()
        if isinstance(now, Mark):
            yield now
        elif isinstance(now, (list, tuple)):
            left += reversed(now)
        elif isinstance(now, dict):
            left += [now[key] for key in sorted(now, reverse=True)]


class Record:
    """What one principal obtained: {cell: what came, rows that were read for it}."""

    def __init__(self):
        self.cells = {}
        self.reads = {}

    def add(self, cell, what, reads=0):
        expect(cell not in self.cells, f"{cell} is one cell")
        self.cells[cell] = what
        self.reads[cell] = reads

    def settled(self):
        """The cells, with ranks instead of marks."""
        seen = {}
        for mark in marks_in(self.cells):
            seen.setdefault(mark.kind, {}).setdefault(mark.value, len(seen[mark.kind]))
        for kind in seen:
            if kind.startswith(RANKED):
                seen[kind] = {value: rank for rank, value in enumerate(sorted(seen[kind]))}
        return {cell: settle(what, seen) for cell, what in self.cells.items()}


def settle(tree, seen):
    """A tree of texts and numbers alone. It is as deep as messages lie in each other: seven."""
    if isinstance(tree, Mark):
        return f"{tree.kind} #{seen[tree.kind][tree.value]}"
    if isinstance(tree, (list, tuple)):
        return [settle(one, seen) for one in tree]
    if isinstance(tree, dict):
        return {key: settle(one, seen) for key, one in tree.items()}
    return tree


def difference(one, other):
    """Where two settled trees differ first, in words; None when they do not."""
    path = []
    while one != other:
        if isinstance(one, dict) and isinstance(other, dict):
            keys = sorted(set(one) | set(other))
            key = next(k for k in keys if one.get(k) != other.get(k))
            path.append(str(key))
            one, other = one.get(key), other.get(key)
        elif isinstance(one, list) and isinstance(other, list) and one and other:
            short = min(len(one), len(other))
            at = next((i for i in range(short) if one[i] != other[i]), short)
            path.append(one[0] if at and isinstance(one[0], str) else str(at))
            if at == short:
                return f"at {'.'.join(path)}: {len(one)} and {len(other)} of them"
            one, other = one[at], other[at]
        else:
            return f"at {'.'.join(path)}: {str(one)[:300]} and {str(other)[:300]}"
    return None


def json_marks(value, key="", lane=""):
    """An agent's answer as a tree."""
    if isinstance(value, dict):
        lane = value.get("lane", "")
        return {name: json_marks(one, name, lane) for name, one in value.items()}
    if isinstance(value, list):
        return [json_marks(one, key) for one in value]
    if key.endswith(("position", "sequence")):
        return mark_of(key, int(value), f" here {lane}")
    is_named = isinstance(value, str) and key not in ("matter", "status", "op")
    return text_marks(value) if is_named else value


# A slip's code, a time, an epoch or a hash.
TEXT_MARKS = (r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", r"\b[0-9a-f]{16,64}\b",
              r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[.\d]*(?:Z|[+-]\d\d:?\d\d)?")  # fmt: skip


def text_marks(text):
    """What a verb or an agent told, with what no two runs have in common marked."""
    found = []
    for i, part in enumerate(re.split(f"({'|'.join(TEXT_MARKS)})", text)):
        found.append(Mark("text time", part) if i % 2 else part)
    return found


class View:
    """One principal's connection, and its record."""

    def __init__(self, stage, name, reads):
        self.stage, self.p = stage, stage.p
        self.peer = stage.peer(name)
        self.reads = reads  # () -> rows that the collector looked for since it was last asked
        self.record = Record()

    def close(self):
        self.peer.socket.close()

    def hear(self, request, is_last=lambda kind, _: kind in LAST, heads=None):
        """Messages up to the one that ends the answer to a request; heads are hints."""
        found, is_over = [], False
        deadline = time.monotonic() + slower(5)
        while not is_over:
            rest_ms = int(1000 * (deadline - time.monotonic()))
            if rest_ms <= 0 or not self.peer.socket.poll(rest_ms):
                raise Failed(f"no answer: only {[one[0] for one in found]}")
            first, *frames = self.peer.socket.recv_multipart()
            header = whole(self.p.Header, first)
            self.session = header.session
            kind = self.p.Kind.Name(header.kind)[len("KIND_"):]
            if kind == "HEAD" and heads is not None:
                heads.add(self.p.Head.FromString(frames[0]).number)
            elif kind != "HEAD":
                found.append((kind, header.request - request, frames))
                is_over = is_last(kind, frames)
        return found

    def message(self, kind, late, frames):
        """A message as a tree: kind, whose answer it is, its body, sizes of the rest."""
        names = {"ANSWER": "Answer", "END": "End", "ERROR": "Refuse", "REFUSE": "Refuse",
                 "OPENED": "Opened", "ITEMS": "Items", "REPLAY_ITEMS": "Items", "GAP": "Gap",
                 "RESET": "Reset", "SESSION": "Session", "BUNDLE": "Bundle", "AGAIN": "Again",
                 "WELCOME": "Welcome"}  # fmt: skip
        body = whole(getattr(self.p, names[kind]), frames[0])
        return [kind, late, tree_of(self.p, body), [len(frame) for frame in frames[1:]]]

    def cell(self, name, kind, *frames, **options):
        """Says one thing and records what comes back, and what it cost."""
        request = self.peer.send(kind, *frames, **options)
        heard = self.hear(request)
        told = merged([self.message(*one) for one in heard])
        self.record.add(name, told, self.reads())
        return heard


    def begin_watch(self, organ):
        """Watches the own stream as it grows, with credit for all that comes."""
        p = self.p
        stream = p.OpenStream(**{"mode": p.MODE_ACTUAL, "organ": organ, "from": p.FROM_NUMBER,
                                 "number": 1})  # fmt: skip
        self.watching = self.peer.send("OPEN", p.Open(streams=[stream]))
        heard = self.hear(self.watching)
        head = p.Opened.FromString(heard[0][2][0]).heads[0]
        credit = p.Fetch(mode=head.mode, organ=organ, generation=head.generation, number=1000)
        self.peer.send("FETCH", credit, session=self.session)

    def end_watch(self, record, count):
        """What came until the stream had `count` items, and that hints named no others."""
        heads, seen = set(), []

        def is_whole(kind, frames):
            if kind == "ITEMS":
                seen.extend(self.p.Items.FromString(frames[0]).items)
            return len(seen) >= count

        heard = self.hear(self.watching, is_whole, heads) if count else []
        expect(heads <= set(range(count + 1)), f"a hint names one of {heads}, of {count}")
        record.add("live", merged([self.message(*one) for one in heard]))

    def fetched(self, name, organ, foreign, **start):
        """A subscription with credit for all that there is; then another's stream, within it."""
        p = self.p
        stream = p.OpenStream(mode=p.MODE_ACTUAL, organ=organ, **start)
        request = self.peer.send("OPEN", p.Open(streams=[stream]))
        heard = self.hear(request)
        if heard[-1][0] == "OPENED":
            session, head = self.session, p.Opened.FromString(heard[-1][2][0]).heads[0]
            heard += self.items(request, session, head)
            other = p.Fetch(mode=p.MODE_ACTUAL, organ=foreign, generation=1, number=1)
            wrong = self.peer.send("FETCH", other, session=session)
            heard += self.hear(wrong)
            self.peer.send("CLOSE", session=session)
        told = merged([self.message(*one) for one in heard])
        self.record.add(name, told, self.reads())

    def items(self, request, session, head):
        """The items up to a head."""
        left = head.number - head.next + 1
        if left <= 0:
            return []
        fields = dict(mode=head.mode, organ=head.organ, generation=head.generation)
        self.peer.send("FETCH", self.p.Fetch(number=head.number, **fields), session=session)
        seen = []

        def is_whole(kind, frames):
            if kind == "ITEMS":
                seen.extend(self.p.Items.FromString(frames[0]).items)
            return kind in LAST or len(seen) == left

        return self.hear(request, is_whole)


def merged(messages):
    """Items that came in several messages are one list: how they were cut is a matter of time."""
    found = []
    for one in messages:
        if found and one[0] == found[-1][0] and one[0] in ("ITEMS", "REPLAY_ITEMS"):
            found[-1][2] += one[2]
        else:
            found.append(one)
    return found


def compare(one, other):
    """[sentence] of each cell in which two records differ: by what came, or by what it cost."""
    left, right = one.settled(), other.settled()
    found = [f"{cell}: only in one world" for cell in sorted(set(left) ^ set(right))]
    for cell in left:
        if cell not in right:
            continue
        told = difference(left[cell], right[cell])
        if told:
            found.append(f"{cell}: {told}")
        if one.reads[cell] != other.reads[cell]:
            found.append(f"{cell}: {one.reads[cell]} rows were read, and {other.reads[cell]}")
    return found


def chance_times(view, asked):
    """Log times of a stream's items beside one that a time brought; `asked` is for its notices. The
    next event tells such a one, or a tick before it: which is chance, and so is whether it has the
    event's log time."""
    request = view.peer.send("ASK", asked)
    (_, _, frames), = view.hear(request)
    rows = view.p.Answer.FromString(frames[0]).notices
    came = [row.reason == view.p.REASON_CLOCK for row in rows]
    view.reads()
    return {row.log_time_ns for at, row in enumerate(rows) if any(came[max(0, at - 1):at + 2])}


def last_told(p, peer, asked):
    """When the newest item of a stream was told, as programs write what they read again; `asked` is
    for its notices."""
    _, frames = peer.ask("ASK", asked, answer="ANSWER")
    last_ns = max(row.log_time_ns for row in p.Answer.FromString(frames[0]).notices)
    second = datetime.datetime.fromtimestamp(last_ns // 10**9, datetime.timezone.utc)
    return f"{second:%Y-%m-%dT%H:%M:%S}.{last_ns % 10**9:09d}Z"
