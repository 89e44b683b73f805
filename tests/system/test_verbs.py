#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: once_plain
"""docs/reference/verbs.md says what `tocsin VERB --help` says, and exit-codes.md what cli.h says.
`test_verbs.py --write` writes the first anew."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading

import zmq
from harness import ROOT, Bench, expect, programs_dir

PAGE = os.path.join(ROOT, "docs", "reference", "verbs.md")
CODES = os.path.join(ROOT, "docs", "reference", "exit-codes.md")
HEADER = os.path.join(ROOT, "cli", "cli.h")
HEAD = """# Verbs

What each verb of `tocsin` takes, as `tocsin help VERB` prints it; a test compares them. Reports and
acts are also described as [drafts](draft.md), exit codes on [their page](exit-codes.md).

`TOCSIN_DIR` stands for `--dir`, `TOCSIN_CONFIG` for `--config`; an option beats a variable.
`NO_COLOR`, when it is set and not empty, and `TERM=dumb` turn colours off. `TZ` sets the zone of
times in tables; JSON has UTC. A table wider than the terminal is printed as lines of heading and
value; into a file or a pipe nothing is cut. Every JSON document names its `schema` and version.
"""


# Verbs below a verb that have options of their own.
BELOW = {
    "log": ("verify", "head", "backup", "restore"),
    "matter": ("waiting",),
    "key": ("ls", "new", "invite", "enrol", "rotate", "rotate collector", "rotate organ",
            "revoke", "rights"),
    "policy": ("activate", "active", "backtest"),
}


def tocsin(*words):
    answer = subprocess.run(
        [os.path.join(programs_dir("dev"), "tocsin"), *words],
        capture_output=True,
        text=True,
        check=False,
    )
    expect(answer.returncode == 0 and not answer.stderr, f"tocsin {' '.join(words)} is told")
    return answer.stdout


def verbs():
    """[(verb, summary)] in the order of `tocsin help`."""
    return re.findall(r"^  ([\w-]+) +(.+)$", tocsin("help"), re.MULTILINE)


def page():
    parts = [HEAD]
    for verb, summary in verbs():
        text = tocsin("help", verb).rstrip("\n")
        parts.append(f"\n## {verb}\n\n{summary[0].upper()}{summary[1:]}.\n\n```text\n{text}\n```\n")
        for below in BELOW.get(verb, ()):
            text = tocsin(verb, *below.split(), "--help").rstrip("\n")
            parts.append(f"\n```text\n{text}\n```\n")
    return "".join(parts)


def the_page_of_verbs_is_what_help_prints(_):
    with open(PAGE, encoding="utf-8") as file:
        written = file.read()
    expect(written == page(), "docs/reference/verbs.md is old: tests/system/test_verbs.py --write")
    return f"{len(verbs())} verbs"


def the_page_of_exit_codes_has_those_of_the_program(_):
    with open(HEADER, encoding="utf-8") as file:
        known = set(re.findall(r"TCN_EXIT_\w+ = (\d+),", file.read()))
    with open(CODES, encoding="utf-8") as file:
        told = set(re.findall(r"^\| (\d+) \|", file.read(), re.MULTILINE))
    expect(known == told and known, f"in cli.h {sorted(known)}, on the page {sorted(told)}")


def a_district_has_no_more_offices_than_its_policy(bench):
    with bench.folder() as district:
        words = ["up", "--dir", district.folder, "--policy", district.policy, "--found-only"]
        for offices in ("0", "10", "x", "999999"):
            told = district.run(*words, "--offices", offices, good=(2,)).stderr
            expect("--offices" in told, f"{offices}: {told}")
        expect(not os.path.exists(district.path("etc")), "nothing is founded")
        district.run(*words, "--offices", "9")


CONFIG = """agent:
  dir: d
  broker_endpoint: tcp://127.0.0.1:7411
  broker_transport_key: {key}
  key_file: k
  bundle_file: b
  local_endpoint: ipc://{folder}/agent.sock
  organ: office_chahe
  principal: 12
  source: 3
"""
PAGE_ROWS = 128  # TCN_DEAD_ROWS_MAX


def letter(number):
    return {"number": number, "lane": "routine", "epoch": "00000000000000aa", "sequence": number,
            "code": 35, "field": "severity", "act": "reported", "bytes": 7}  # fmt: skip


def speak_as_agent(socket, count, stop, asked, faulty):
    """An agent with so many dead letters, or one that begins its list anew again and again."""
    while not stop.is_set():
        if socket.poll(50):
            peer, number, text = socket.recv_multipart()
            request = json.loads(text)
            asked.append(request)
            first = 1 if faulty else max(1, request.get("number", 1))
            rows = [letter(n) for n in range(first, min(count, first + PAGE_ROWS - 1) + 1)]
            answer = {"code": 0, "status": "ok"}
            if rows:
                answer["dead"] = rows
            socket.send_multipart([peer, number, json.dumps(answer).encode()])


def list_letters(count, *words, faulty=False):
    """What `outbox dead list` says, with whom it was asked of; and the requests."""
    asked = []
    stop = threading.Event()
    with tempfile.TemporaryDirectory() as folder, zmq.Context() as context:
        config = os.path.join(folder, "tocsin.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(folder=folder, key="7" * 64))
        with context.socket(zmq.ROUTER) as socket:
            socket.linger = 0
            socket.bind(f"ipc://{folder}/agent.sock")
            agent = threading.Thread(target=speak_as_agent,
                                     args=(socket, count, stop, asked, faulty))  # fmt: skip
            agent.start()
            try:
                answer = subprocess.run(
                    [os.path.join(programs_dir("dev"), "tocsin"), "outbox", "dead", "list",
                     "--config", config, *words],
                    capture_output=True, text=True, check=False, timeout=60,
                )  # fmt: skip
            finally:
                stop.set()
                agent.join()
    return answer, asked


def all_dead_letters_are_listed_page_by_page(_):
    for count in (0, 1, PAGE_ROWS - 1, PAGE_ROWS, PAGE_ROWS + 1, 300):
        answer, asked = list_letters(count, "-o", "json")
        expect(answer.returncode == 0, f"{count}: it ended with {answer.returncode}: {answer}")
        rows = json.loads(answer.stdout)["dead_letters"]
        expect([row["number"] for row in rows] == list(range(1, count + 1)), f"{count}: {rows}")
        expect(len(asked) == count // PAGE_ROWS + 1, f"{count}: asked {len(asked)} times")
    answer, _ = list_letters(300)
    expect(len(re.findall(r"bad_value", answer.stdout)) == 300, f"the table: {answer.stdout}")
    answer, _ = list_letters(0)
    expect(answer.returncode == 3 and "no dead letters" in answer.stderr, f"none: {answer}")
    answer, _ = list_letters(PAGE_ROWS, faulty=True)
    expect(answer.returncode == 7, f"a list without an end: {answer.returncode}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        with open(PAGE, "w", encoding="utf-8") as out:
            out.write(page())
    else:
        Bench("verbs").run(
            the_page_of_verbs_is_what_help_prints,
            the_page_of_exit_codes_has_those_of_the_program,
            a_district_has_no_more_offices_than_its_policy,
            all_dead_letters_are_listed_page_by_page,
        )
