# SPDX-License-Identifier: Apache-2.0
"""The scenario `october`: a slope that somebody reported in October, that a bureau closed in
November, and that came down in January. Would the report have been closed, by whom, and when?
Live under the policy that is shipped, as a backtest under it and under a lax one, and live under
the lax one."""

import contextlib
import os
import signal

import feed
import says
from district import ROOT, District, Failed, programs_dir
from teller import Teller

SCENARIO = os.path.join(ROOT, "tests", "data", "scenarios", "october-report.jsonl")
# As the one that is shipped, but a geological hazard is a matter like any other: whoever holds it
# may close it.
LAX = os.path.join(ROOT, "tests", "data", "scenarios", "october-lax")
DOMAIN = "geological_hazard"
BUREAU = "land_bureau"
SLIDE = "2022-01-03T11:00:00"  # in UTC: what the office says then
BEFORE = "2022-01-03T10:59:59Z"
CLOSING = "2021-11-05T02:00"
WHOLE_S = 170


def drafts():
    """What was said then, in its order."""
    return feed.read(SCENARIO)


def matter_of(events):
    """The one matter of the slope."""
    [matter] = {draft.keys["matter"] for draft in events if draft.keys["domain"] == DOMAIN}
    return matter


def write_events(events, path):
    """As one agent that speaks for all hands them in."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for _, line in feed.for_feed_agent(events))


class October:
    """The scenes of the scenario, told by somebody."""

    def __init__(self, options, folder, teller):
        self.options = options
        self.folder = folder
        self.tell = teller
        self.events = drafts()
        self.matter = matter_of(self.events)

    @contextlib.contextmanager
    def district(self, name, policy):
        """While it is taken down no alarm disturbs it; behind it the rest of the time runs on."""
        folder = os.path.join(self.folder, name)
        os.makedirs(folder, exist_ok=True)
        with District(programs_dir("release"), folder, offices=1, clock="feed") as made:
            made.policy = policy
            try:
                yield made
            finally:
                rest = signal.alarm(0)
        signal.alarm(rest)

    def hand_in(self, district):
        """Everything that was said, in the time of then."""
        self.tell.district = district
        district.start()
        path = district.path("october.jsonl")
        write_events(self.events, path)
        self.tell.show("report", "--office", "feed", "--from", path, "--wait")

    def run_live(self):
        tell = self.tell
        tell.say("october")
        with self.district("october", os.path.join(ROOT, "policy")) as district:
            self.hand_in(district)
            tell.say("live", False)
            words = ["watch", "--bureau", BUREAU, "--name", "duty", "--once"]
            said = tell.show(*words, count=30).stdout
            tell.check("2021-10-18" in said and self.matter in said, "told")
            district.stop()
            self.where = ["--dir", district.folder]

    def backtest(self):
        tell = self.tell
        tell.say("would")
        known = [self.matter, *self.where, "--at", BEFORE]
        tell.show("audit", *known, count=20)
        told = tell.district.json("audit", *known)
        closings = [fact["void"] for fact in told["facts"] if fact["what"] == "closed"]
        stands = (told["stage"], told["holder"], closings)
        tell.check(stands == ("accepted", BUREAU, ["not_allowed"]), "not_closed")
        tell.say("same", False)
        words = ["policy", "backtest", *self.where, "--policy"]
        tell.show(*words, os.path.join(ROOT, "policy"), count=3)
        is_same = tell.district.json(*words, os.path.join(ROOT, "policy"))["is_same"]
        tell.check(is_same, "no_difference")
        tell.say("lax", False)
        tell.show(*words, LAX, count=16)
        told = tell.district.json(*words, LAX, "--all")
        tell.check(closes(told, self.matter), "would_close")

    def run_lax(self):
        """What the backtest said, live."""
        tell = self.tell
        tell.say("lax_live")
        with self.district("october-lax", LAX) as district:
            self.hand_in(district)
            tell.show("matter", "show", self.matter, keep=("stage", "holder", "closed"))
            stands = district.json("matter", "show", self.matter)
            is_so = (stands["stage"], stands["holder_id"]) == ("closed", BUREAU)
            tell.check(is_so, "did_close")
            district.stop()


def closes(told, matter):
    """Does a backtest say that the bureau would have closed it, and on which day?"""
    rows = [row for row in told["differences"] if row["matter"] == matter]
    ends = [row["other"] for row in rows if row["what"] == "matter"]
    # The word that was void, and is no longer, was of that day.
    lost = [row["recorded"] for row in rows if row["what"] == "alert" and row["how"] == "lost"]
    days = [row["time"] for row in lost if row.get("void") == "not_allowed"]
    return (
        [(end["stage"], end["organ"]) for end in ends] == [("closed", BUREAU)]
        and any(day.startswith(CLOSING) for day in days)
    )


def run_out(*_):
    raise Failed(f"the scenario did not end within {WHOLE_S} s")


def run(options, folder):
    """Gives the exit code. Unattended, it ends by itself whatever happens."""
    signal.signal(signal.SIGALRM, run_out)
    signal.alarm(WHOLE_S if options.once else 0)
    try:
        scenario = October(options, folder, Teller(options, None, says.ALL))
        scenario.run_live()
        scenario.backtest()
        scenario.run_lax()
    finally:
        signal.alarm(0)
    return 0
