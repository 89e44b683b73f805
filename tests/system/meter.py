# SPDX-License-Identifier: Apache-2.0
"""Three offices that report at a steady pace, and how long each report takes to its receipt."""

import json
import statistics
import time

import zmq
from harness import await_true, expect, report_draft, slower, tag_of

OFFICES = ["office_chahe", "office_lishu", "office_qinglong"]
BUSY = 11  # an answer that says: later
RATE = 40  # reports a second and office
RUSH = 96  # reports under way when as many as possible are handed in


class Meter:
    """Three offices that report at a steady pace; each report's time until its receipt is here."""

    def __init__(self, district, checker, name):
        self.checker = checker
        self.name = name
        self.context = zmq.Context()
        self.poller = zmq.Poller()
        self.sockets = {}
        self.asked = {}  # (office, number) -> (handed in at, tag, place once entered)
        self.made = 0
        self.numbers = 0
        for office in OFFICES:
            made = self.context.socket(zmq.DEALER)
            made.linger = 0
            made.connect("ipc://" + district.path("run", office + ".sock"))
            self.poller.register(made, zmq.POLLIN)
            self.sockets[office] = made

    def close(self):
        for made in self.sockets.values():
            made.close(0)
        self.context.term()

    def say(self, office, request, about):
        self.numbers += 1
        self.asked[office, self.numbers] = about
        text = json.dumps(request).encode()
        self.sockets[office].send_multipart([self.numbers.to_bytes(8, "big"), text])

    def hand_in(self, office):
        self.made += 1
        tag = tag_of(self.name, self.made)
        self.checker.publish(tag)
        draft = report_draft(office, tag, severity="urgent" if self.made % 10 == 0 else "routine")
        self.say(office, {"op": "report", "draft": draft}, (time.monotonic(), tag, None))

    def take(self, office, number, answer):
        """An answer: the report is entered, or its receipt is here."""
        at, tag, place = self.asked.pop((office, number))
        if place is not None and answer["code"] == BUSY:
            self.wait(office, at, tag, place)  # an agent lets so many wait: asked again
            return None
        if "outcomes" in answer:
            expect(answer["code"] == 0, f"{office} waits in vain: {answer}")
            self.checker.ack(tag, answer["outcomes"][0]["position"])
            return time.monotonic() - at
        expect(answer["code"] == 0, f"{office} was refused: {answer}")
        self.checker.entered(tag, office, answer)
        place = {word: answer[word] for word in ("epoch", "lane", "sequence")}
        self.wait(office, at, tag, place)
        return None

    def wait(self, office, at, tag, place):
        request = {"op": "wait", "receipts": [place], "timeout_ms": 60000}
        self.say(office, request, (at, tag, place))

    def turn(self, wait_ms):
        """Takes what came; gives the times of the receipts in it."""
        taken = []
        for made, _ in self.poller.poll(wait_ms):
            office = next(o for o, s in self.sockets.items() if s is made)
            number, text = made.recv_multipart()
            took = self.take(office, int.from_bytes(number, "big"), json.loads(text))
            taken += [took] if took is not None else []
        return taken

    def window(self, seconds):
        """Reports for a while; gives each report's time, the late ones waited for."""
        start = time.monotonic()
        times = []
        due = 0
        while time.monotonic() < start + seconds:
            while due <= (time.monotonic() - start) * RATE:
                due += 1
                for office in OFFICES:
                    self.hand_in(office)
            times += self.turn(2)
        return times + self.rest()

    def rush(self, seconds):
        """As many reports as come through; gives receipts a second."""
        end = time.monotonic() + seconds
        count = 0
        while time.monotonic() < end:
            while len(self.asked) < RUSH:
                self.hand_in(OFFICES[self.made % len(OFFICES)])
            count += len(self.turn(2))
        self.rest()
        return count / seconds

    def rest(self):
        """Until nothing is under way."""
        times = []

        def is_done():
            times.extend(self.turn(10))
            return not self.asked

        await_true("every report has its receipt", is_done, slower(30), 0)
        return times


def p99(times):
    return statistics.quantiles(times, n=100)[98]
