# SPDX-License-Identifier: Apache-2.0
"""The main job, end to end, on this machine. Called by script/demo, which builds first."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter

sys.dont_write_bytecode = True

import feed  # noqa: E402
import october  # noqa: E402
import story  # noqa: E402
from district import (  # noqa: E402
    ROOT,
    District,
    Failed,
    await_true,
    json_lines,
    programs_dir,
    read_lines,
)

SAMPLE = os.path.join(ROOT, "tests", "data", "sample-feed.jsonl")
OFFICES = [office for _, office in feed.DIVISIONS]
DESK = "district_desk"
WATCHER = "demo"
LIMIT_S = 300
SCENARIOS = {"october": october.run}
SUMMARY = "published acked stored duplicates lost alerts delivered replayed digest_equal seconds"
# What the log itself adds, which nobody published.
OWN_ACTS = {
    "delivered", "void", "epoch_opened", "genesis", "unreachable", "no_watcher", "tick", "heard",
    "epoch_waits", "chunk_fenced", "time_doubted",
}


def read_options():
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="run unattended and end")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--feed", metavar="FILE", default=SAMPLE, help="reports to feed")
    parser.add_argument("--keep", metavar="DIR", help="leave everything in DIR")
    parser.add_argument("--clock", choices=("wall", "feed"), help="what drives log time")
    parser.add_argument("--story", action="store_true", help="what a newcomer should see")
    parser.add_argument("--scenario", choices=sorted(SCENARIOS), help="a named case")
    parser.add_argument("--lang", choices=("en", "zh", "both"), default="both")
    return parser.parse_args()


class Demo:
    """One run over one feed."""

    def __init__(self, options, district, drafts):
        self.options = options
        self.district = district
        self.drafts = drafts
        self.is_feed_clock = district.clock == "feed"
        self.watchers = {}
        self.result = {"published": len(drafts)}

    def say(self, text):
        """For people; stdout belongs to the JSON object when it is asked for."""
        print(text, file=sys.stderr if self.options.json else sys.stdout, flush=True)

    def run(self):
        start = time.monotonic()
        self.district.start()
        self.say(f"A district is up in {self.district.folder}")
        self.watch()
        files = self.write_drafts()
        self.result["acked"] = sum(row["acked"] for row in self.hand_in(files))
        self.say(f"{self.result['acked']} of {len(self.drafts)} events acknowledged")
        # The same lines once more: every one is known by its retry key.
        again = self.hand_in(files)
        self.result["duplicates"] = sum(row["repeats"] for row in again)
        self.result["entered_twice"] = sum(row["entered"] for row in again)
        self.say(f"handed in again: {self.result['duplicates']} known, none entered twice")
        self.show()
        self.take_delivery()
        self.replay()
        self.pause()
        self.district.stop()
        self.compare()
        self.result["seconds"] = round(time.monotonic() - start, 1)

    # ---- watching

    def bureaus(self):
        """The desk and every bureau, whoever they are."""
        return [o for o in self.district.organs() if o not in OFFICES and o != "feed"]

    def watch(self):
        """A durable watch for every bureau and the desk, from its first item on."""
        for organ in self.bureaus():
            out = self.district.path(f"watch.{organ}.ndjson")
            words = ["watch", "--bureau", organ, "--name", WATCHER, "-o", "ndjson"]
            self.watchers[organ] = (self.district.spawn(*words, out=out), out)
        self.say(f"{len(self.watchers)} duty officers watch")

    def delivered(self, organ):
        """The numbers of the items that a watcher got, in the order in which it got them."""
        rows = json_lines("\n".join(read_lines(self.watchers[organ][1])))
        return [row["alert"]["number"] for row in rows if row.get("alert")]

    def told(self):
        """{organ: the number of the last item that it was told}, once the state has all."""

        def is_whole():
            stats = self.district.json("log", "stats", "--running")
            return stats["not_yet_folded"] == 0 and stats

        streams = await_true("everything is folded", is_whole, LIMIT_S, 0.05)["streams"]
        last = {row["organ_id"]: row["number"] for row in streams}
        return {organ: last.get(organ, 0) for organ in self.watchers}

    def is_stored(self, organ, number):
        """That an item was delivered stands in the log."""
        words = ["notified", "--organ", organ, "--number", str(number)]
        return self.district.json(*words)["notices"][0]["delivered"]

    def take_delivery(self):
        """Waits until every watcher has all that its bureau was told, ends them, and waits until
        the log says so too: nothing more comes then."""
        told = self.told()
        for organ, count in told.items():
            await_true(
                f"{organ} has its {count} items",
                lambda organ=organ, count=count: len(self.delivered(organ)) >= count,
                LIMIT_S,
                0.05,
            )
        for process, _ in self.watchers.values():
            process.terminate()
        for process, _ in self.watchers.values():
            process.wait(30)
        for organ, count in told.items():
            if count:
                await_true(f"the log has that {organ} has them",
                           lambda organ=organ, count=count: self.is_stored(organ, count), LIMIT_S)
        self.say(f"{sum(told.values())} alerts delivered to {sum(1 for c in told.values() if c)}")

    # ---- handing in

    def write_drafts(self):
        """One file for each organ that speaks: [(options of report, path)], reports first."""
        folder = self.district.path("feed")
        os.makedirs(folder, exist_ok=True)
        if self.is_feed_clock:
            path = os.path.join(folder, "feed.jsonl")
            with open(path, "w", encoding="utf-8") as file:
                for _, line in feed.for_feed_agent(self.drafts):
                    file.write(line + "\n")
            return [[(["--office", "feed"], path)]]
        rounds = []
        for is_act in (False, True):
            files = []
            speakers = sorted({d.organ for d in self.drafts if d.is_act == is_act})
            for organ in speakers:
                path = os.path.join(folder, f"{'acts' if is_act else 'reports'}.{organ}.jsonl")
                with open(path, "w", encoding="utf-8") as file:
                    for draft in self.drafts:
                        if draft.organ == organ and draft.is_act == is_act:
                            file.write(draft.line() + "\n")
                files.append((["--bureau" if is_act else "--office", organ], path))
            rounds.append(files)
        return rounds

    def hand_in(self, rounds):
        """Reports by all offices, then acts by all bureaus; gives the sums that were printed."""
        sums = []
        for files in rounds:
            running = []
            for who, path in files:
                words = ["report", *who, "--from", path, "--batch", "demo", "--wait"]
                out = path + ".sum"
                if os.path.exists(out):
                    os.remove(out)
                running.append((self.district.spawn(*words, "-o", "json", out=out), out))
            for process, out in running:
                code = process.wait(LIMIT_S)
                if code != 0:
                    with open(out + ".err", encoding="utf-8") as file:
                        said = file.read().strip()[-400:]
                    raise Failed(f"report --from ended with {code}: {said}")
                with open(out, encoding="utf-8") as file:
                    sums.append(json.load(file))
        return sums

    # ---- history

    def replay(self):
        """All of the log, which is at rest: the cursors of the watchers were the last to come."""
        self.end = self.district.json("replay", "--digest")
        items = json_lines(self.district.run("replay", "-o", "ndjson", limit_s=LIMIT_S).stdout)
        people = [i["event"] for i in items if i["event"] and i["event"]["act"] not in OWN_ACTS]
        found = Counter(event.get("trace_parent") for event in people)
        self.result["stored"] = len(people)
        self.result["lost"] = sum(1 for draft in self.drafts if not found[draft.tag])
        self.result["twice"] = sum(1 for count in found.values() if count > 1)
        self.result["replayed"] = self.end["count"]

    def compare(self):
        """The stopped collector's log: its streams, its digest, its chain."""
        stats = self.district.json("log", "stats", "--dir", self.district.folder)
        self.district.run("log", "verify", "--dir", self.district.folder, limit_s=LIMIT_S)
        self.result["digest_equal"] = (
            stats["digest"] == self.end["digest"] and stats["event_count"] == self.end["count"]
        )
        heads = {row["organ_id"]: row["number"] for row in stats["streams"]}
        self.result["alerts"] = sum(heads.get(organ, 0) for organ in self.watchers)
        self.result["delivered"] = 0
        for organ in self.watchers:
            numbers = self.delivered(organ)
            # Without a hole and in order, or none of them counts.
            if numbers == list(range(1, len(numbers) + 1)):
                self.result["delivered"] += len(numbers)

    def show(self):
        """What a duty officer sees."""
        if self.options.json:
            return
        organ = "petition_bureau" if self.is_feed_clock else "energy_bureau"
        words = ["watch", "--bureau", organ, "--name", "show", "--once", "--count", "6"]
        self.say(f"\nThe duty officer of {organ} sees:")
        self.say(self.district.run(*words).stdout)
        self.say("The matters, newest first:")
        self.say(self.district.run("matter", "ls", "--limit", "8").stdout)

    def pause(self):
        """Whoever sits there may look around before it ends."""
        if not self.options.once and sys.stdin.isatty():
            self.say(f"Try: export TOCSIN_DIR={self.district.folder}; tocsin help")
            input("Enter ends it. ")

    def holds(self):
        """Did it all come out as it must?"""
        r = self.result
        return (
            r["acked"] == r["stored"] == r["published"]
            and r["duplicates"] == r["published"]
            and r["lost"] == r["twice"] == r["entered_twice"] == 0
            and r["delivered"] == r["alerts"]
            and r["digest_equal"]
        )

    def summary(self):
        made = {key: self.result[key] for key in SUMMARY.split()}
        if self.options.json:
            print(json.dumps(made), flush=True)
        else:
            print("\n" + "\n".join(f"  {key:14} {value}" for key, value in made.items()))


def run_demo(options, folder):
    """Gives the exit code."""
    drafts = feed.read(options.feed)
    clock = options.clock or ("feed" if feed.is_petitions(options.feed) else "wall")
    actors = {draft.organ for draft in drafts if draft.is_act}
    with District(
        programs_dir("release"),
        folder,
        offices=len(OFFICES),
        clock=clock,
        bureaus=sorted(actors | {DESK}),
    ) as district:
        demo = Demo(options, district, drafts)
        demo.run()
    demo.summary()
    if demo.holds():
        return 0
    print("demo: the sums do not agree", file=sys.stderr)
    return 1


def show(options, folder):
    """Gives the exit code, and says why it ended early."""
    try:
        os.makedirs(folder, exist_ok=True)
        run = SCENARIOS.get(options.scenario, story.run if options.story else run_demo)
        return run(options, folder)
    except (Failed, feed.BadFeed, OSError, subprocess.SubprocessError) as error:
        print(f"demo: cannot show it: because {error}", file=sys.stderr)
    except (LookupError, ValueError) as error:  # a program said what nobody expects of it
        print(f"demo: cannot show it: because {type(error).__name__}: {error}", file=sys.stderr)
    except (EOFError, KeyboardInterrupt):
        return 130
    return 1


def main():
    sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese still shows the rest
    options = read_options()
    folder = os.path.abspath(options.keep or tempfile.mkdtemp(prefix="tocsin-demo-"))
    try:
        return show(options, folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)  # it holds keys
        elif os.path.isdir(folder):
            print(f"kept in {folder}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
