# SPDX-License-Identifier: Apache-2.0
"""Turns a feed into drafts, the JSON lines that `tocsin report --from` reads.

Two kinds of feed are known, both one JSON object a line. The sample (tests/data) has one matter a
line with its `replies`; petitions have no, time, subject, detail, reply_time and reply, the last
two null where nobody has answered. Whatever is made here is made the same way each time, so the
same feed gives the same drafts.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime

# Divisions of the New District and their offices, in the order of their codes (policy/).
DIVISIONS = [
    ("520502012000", "office_qinglong"),
    ("520502101000", "office_lishu"),
    ("520502102000", "office_chahe"),
    ("520502122000", "office_xiaoba"),
    ("520521005000", "office_guihua"),
    ("520521101000", "office_shuangshan"),
    ("520521201000", "office_zhuyuan"),
    ("520521202000", "office_xiangshui"),
    ("520521203000", "office_wenge"),
]
NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:tocsin:feed")


class BadFeed(Exception):
    """A line of the feed is not what it should be."""


@dataclass
class Draft:
    """One event to be entered, who enters it and when it happened."""

    organ: str
    at: datetime
    is_act: bool
    order: int  # of the matter in the feed
    tag: str  # in the open part, to be found again in the log
    keys: dict

    def line(self):
        return json.dumps(self.keys, ensure_ascii=False, separators=(",", ":"))


def matter_of(feed, number):
    """A matter id that is the same each time, in the form of the ids that agents make (version 7,
    RFC 9562): the variable bits come from a hash of feed and number."""
    made = bytearray(hashlib.sha256(f"{NAMES}/{feed}/{number}".encode()).digest()[:16])
    made[6] = 0x70 | (made[6] & 0x0F)
    made[8] = 0x80 | (made[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(made)))


def tag_of(feed, number, step):
    """A W3C trace context, which travels untouched in the open part."""
    made = hashlib.sha256(f"{feed}/{number}/{step}".encode()).hexdigest()
    return f"00-{made[:32]}-{made[32:48]}-01"


def time_of(text):
    """A time with its offset."""
    made = datetime.fromisoformat(text)
    if made.tzinfo is None:
        raise ValueError("a time without an offset")
    return made


def read(path):
    """All drafts of a feed, sorted by time; a report comes before an act on a tie."""
    drafts = []
    with open(path, "rb") as file:  # a line that is no text is a bad line
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                drafts += drafts_of(number, json.loads(text))
            except (KeyError, TypeError, ValueError) as error:
                raise BadFeed(f"{path}:{number}: {type(error).__name__}: {error}") from None
    drafts.sort(key=lambda draft: (draft.at, draft.is_act, draft.order))
    return drafts


def is_petitions(path):
    """True when the first line that is not empty is a petition."""
    with open(path, "rb") as file:
        return "reply_time" in json.loads(next((text for text in file if text.strip()), "{}"))


def drafts_of(number, line):
    return petition(number, line) if "reply_time" in line else sample(number, line)


# What an act of the sample may say beside its narrative.
SAID = ("counts", "attributes", "reason", "how", "post", "until", "to")


def petition(number, line):
    """A real petition, and its reply where there is one: one report, and one act that is the
    bureau's written notice and its answer. The number of the petition picks the division."""
    division, office = DIVISIONS[int(line["no"]) % len(DIVISIONS)]
    asked = {
        "domain": "petition",
        "category": "31.6",
        "concerns": "nobody",
        "division": division,
        "texts": {"narrative": line["subject"] + "\n" + line["detail"]},
    }
    case = Case("petitions", number, line["no"])
    drafts = [case.draft(office, line["time"], asked)]
    if line["reply_time"]:
        replied = {
            "act": "replied",
            "domain": "petition",
            "texts": {"narrative": line["reply"]},
        }
        drafts.append(case.draft("petition_bureau", line["reply_time"], replied))
    return drafts


def sample(number, line):
    """A matter of the sample with what the bureaus did about it."""
    open_keys = ("domain", "division", "concerns", "severity", "attributes")
    asked = {key: line[key] for key in open_keys if key in line}
    if "category" in line:
        asked["category"] = line["category"]
    counts = {k: v for k, v in line.get("counts", {}).items() if "unknown" not in v}
    if counts:
        asked["counts"] = counts
    asked["texts"] = {"narrative": line["narrative"]}
    case = Case("sample", number, line["no"])
    drafts = [case.draft(line["office"], line["at"], asked)]
    for reply in line.get("replies", []):
        act = {"act": reply["act"], "domain": line["domain"], "division": line["division"]}
        act.update({key: reply[key] for key in SAID if key in reply})
        if "narrative" in reply:
            act["texts"] = {"narrative": reply["narrative"]}
        drafts.append(case.draft(reply["organ"], reply["at"], act))
    return drafts


class Case:
    """The drafts of one matter, numbered."""

    def __init__(self, feed, order, number):
        self.feed = feed
        self.order = order
        self.number = number
        self.count = 0

    def draft(self, organ, at, keys):
        keys = dict(keys)
        tag = tag_of(self.feed, self.number, self.count)
        keys["matter"] = matter_of(self.feed, self.number)
        keys["learned"] = at
        keys["trace_parent"] = tag
        self.count += 1
        return Draft(organ, time_of(at), "act" in keys, self.order, tag, keys)


def for_feed_agent(drafts):
    """One file for one agent that speaks for all: each draft says who speaks and when."""
    lines = []
    for draft in drafts:
        keys = dict(draft.keys, office=draft.organ, recorded=draft.keys["learned"])
        lines.append((draft, json.dumps(keys, ensure_ascii=False, separators=(",", ":"))))
    return lines
