# SPDX-License-Identifier: Apache-2.0
"""The one checker of the system tests: what was published, what was acknowledged, what the log
holds, what watchers got. It knows no program and no file, only transcripts.

    lost       acknowledged (or entered, once everything drained), and not in the log
    phantom    in the log as a person's event, and never published
    duplicate  published once, and in the log twice; or one place of a lane taken twice
    reordered  in the log in another order than its lane's; or a lane with a hole
    stale      a cursor that moved back; a stream with a hole; another item under a known number
"""

from collections import Counter

# What the log does by itself.
OWN_ACTS = {
    "void",
    "genesis",
    "epoch_opened",
    "policy_activated",
    "registry_changed",
    "delivered",
    "unreachable",
    "no_watcher",
    "tick",
    "feed_ended",
    "stopped",
    "signed_off",
    "generation",
    "heard",
    "epoch_waits",
    "chunk_fenced",
    "time_doubted",
    "share_erased",
}


def lane_of(row):
    """The lane that an item or an answer stands in."""
    return (row.get("source"), row["epoch"], row["lane"])


def is_of_people(item):
    """True for what a person or a program of theirs published."""
    act = (item.get("event") or {}).get("act")
    return act is not None and act not in OWN_ACTS


class Order:
    """Positions rise; each lane's sequences rise by one, but over a VOID range; what the log says
    about delivery never goes back."""

    def __init__(self):
        self.faults = []
        self.position = 0
        self.lanes = {}  # lane -> (last sequence, how many it covers)
        self.cursors = {}

    def look(self, item):
        """Takes the items in the order of the log."""
        event = item.get("event") or {}
        if item["position"] <= self.position:
            self.faults.append(f"reordered: position {item['position']} after {self.position}")
        self.position = item["position"]
        if item.get("sequence"):
            self.look_at_lane(item["sequence"], lane_of(item), event)
        if event.get("delivered"):
            self.look_at_cursor(event["delivered"])

    def look_at_lane(self, sequence, lane, event):
        before, span = self.lanes.get(lane, (0, 1))
        if sequence <= before:
            self.faults.append(f"reordered: {lane} {sequence} after {before}")
        elif before and sequence != before + span:
            self.faults.append(f"reordered: {lane} has a hole before {sequence}")
        self.lanes[lane] = (sequence, max(1, int((event.get("void") or {}).get("count", 1))))

    def look_at_cursor(self, told):
        key = (told["name"], told.get("organ"), told.get("generation"))
        before = self.cursors.get(key, 0)
        if told["number"] < before:
            self.faults.append(f"stale: cursor {key} from {before} to {told['number']}")
        self.cursors[key] = told["number"]


class Checker:
    """Collects transcripts, then judges."""

    def __init__(self):
        self.published = {}  # tag -> where it was entered, or None
        self.acked = {}  # tag -> position
        self.streams = {}  # (watcher, stream) -> {number: position}
        self.faults = []

    # ---- transcripts

    def publish(self, tag):
        """A program hands this event in, for the first time or again."""
        self.published.setdefault(tag, None)

    def entered(self, tag, source, answer):
        """The agent took it: its outbox has synced."""
        place = (source, answer.get("epoch"), answer["lane"], answer["sequence"])
        before = self.published.get(tag)
        # An outbox that was rolled back may give another place; two places in one epoch may not be.
        if before is not None and before[1] == place[1] and before != place:
            self.faults.append(f"duplicate: one retry key has two places: {before} and {place}")
        self.published[tag] = place

    def ack(self, tag, position=None):
        """A receipt came: it is in the log at this position, where that is still known."""
        before = self.acked.get(tag)
        if None not in (before, position) and before != position:
            self.faults.append(f"duplicate: acknowledged at {before} and at {position}")
        self.acked[tag] = before if position is None else position

    def deliver(self, watcher, item):
        """A watcher got an item. It may get one again after it was killed, never another."""
        alert = item["alert"]
        numbers = self.streams.setdefault((watcher, alert.get("organ_id") or alert["organ"]), {})
        number = alert["number"]
        position = item["position"]
        if numbers.get(number, position) != position:
            self.faults.append(
                f"stale: {watcher} {alert['organ']} number {number} was position "
                f"{numbers[number]} and is {position}"
            )
        numbers[number] = position

    # ---- judgement

    def judge_log(self, items, is_drained=True):
        """The whole log, as replay gave it and in one pass, against what was published and
        acknowledged; gives how many events people published."""
        found = Counter()
        positions = {}
        order = Order()
        for item in items:
            order.look(item)
            if is_of_people(item):
                tag = item["event"].get("trace_parent")
                found[tag] += 1
                positions[tag] = item["position"]
        self.faults += order.faults
        for tag, count in found.items():
            if tag not in self.published:
                self.faults.append(f"phantom: {count} × {tag}")
            elif count > 1:
                self.faults.append(f"duplicate: {count} × {tag} in the log")
        for tag, position in self.acked.items():
            if tag not in found:
                self.faults.append(f"lost: acknowledged at {position}: {tag}")
            elif position is not None and positions[tag] != position:
                where = positions[tag]
                self.faults.append(f"lost: {tag} is at {where}, acknowledged at {position}")
        if is_drained:
            missing = [t for t, p in self.published.items() if p is not None and t not in found]
            self.faults += [f"lost: entered, never stored: {tag}" for tag in missing]
        return sum(found.values())

    def judge_streams(self, heads=None):
        """Every watcher got numbers from 1 without holes; with `heads` ({organ: number}) all."""
        for (watcher, organ), numbers in sorted(self.streams.items()):
            holes = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
            if holes:
                self.faults.append(f"stale: {watcher} {organ} lacks {holes[:5]}")
            if heads is not None and max(numbers) != heads.get(organ, 0):
                self.faults.append(
                    f"stale: {watcher} {organ} ends at {max(numbers)}, head {heads.get(organ, 0)}"
                )

    def verdict(self):
        """Faults of each kind, none when all is well."""
        kinds = Counter(fault.partition(":")[0] for fault in self.faults)
        return {k: kinds.get(k, 0) for k in ("lost", "phantom", "duplicate", "reordered", "stale")}


def planted(position, sequence, tag, act="reported"):
    """An item as replay would give it."""
    return {
        "position": position,
        "sequence": sequence,
        "source": 1,
        "epoch": "0a",
        "lane": "routine",
        "event": {"act": act, "trace_parent": tag},
    }


def judged(items):
    """The verdict on a log where a and b were published and a was acknowledged at 2."""
    made = Checker()
    for number, tag in enumerate(("a", "b"), 1):
        made.publish(tag)
        made.entered(tag, 1, {"epoch": "0a", "lane": "routine", "sequence": number})
    made.ack("a", 2)
    made.judge_log(items)
    return made.verdict()


def self_test():
    """Each kind of fault is planted and found; a checker that finds nothing proves nothing."""
    good = [planted(2, 1, "a"), planted(3, 2, "b")]
    assert not any(judged(good).values()), judged(good)
    assert judged([planted(3, 2, "b")])["lost"]
    assert judged(good + [planted(4, 3, "c")])["phantom"]
    assert judged(good + [planted(4, 3, "a")])["duplicate"]
    assert judged([planted(2, 2, "a"), planted(3, 1, "b")])["reordered"]
    assert judged([planted(2, 1, "a"), planted(3, 3, "b")])["reordered"]
    back = [planted(4 + n, 0, None, "delivered") for n in range(2)]
    for row, number in zip(back, (5, 4)):
        row["event"]["delivered"] = {"name": "w", "organ": 2, "generation": 1, "number": number}
    assert judged(good + back)["stale"]
    holed = Checker()
    for number in (1, 3):
        holed.deliver("w", {"alert": {"organ": "x", "number": number}, "position": number})
    holed.judge_streams()
    assert holed.verdict()["stale"]


if __name__ == "__main__":
    self_test()
    print("checker: every kind of fault is found")
