#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# ctest-labels: plain
# ctest-cost: 22
"""`tocsin bench` measures what it says: every event it sent was acknowledged and is stored, every
one that was due is timed, and a run that went wrong says so. Never how fast: that is no test."""

import glob
import json
import os
import signal
import subprocess
import tempfile

from harness import (
    Bench,
    Failed,
    Skip,
    await_true,
    expect,
    programs_dir,
    slower,
)
from district import children_of

TOCSIN = os.path.join(programs_dir("dev"), "tocsin")
RATE = 160
SECONDS = 1
FILL = 2000
SMALL = ["--seconds", str(SECONDS), "--warm", "1", "--offices", "4", "--window", "64"]


def folder_on_a_disk():
    """Where the build is: that is a disk, or nothing can be measured here."""
    return tempfile.TemporaryDirectory(prefix="tocsin-bench-", dir=programs_dir("dev"))


def run(*words, good=0):
    """Runs the verb to its end and gives what it printed."""
    answer = subprocess.run(
        [TOCSIN, "bench", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=slower(120),
    )
    if "because it is memory" in answer.stderr and good != 2:
        raise Skip("the build lies on no disk")
    expect(answer.returncode == good, f"{words}: code {answer.returncode}: {answer.stderr}")
    return answer


def log_bytes(folder):
    """How much the district in this folder has logged."""
    return sum(os.path.getsize(path) for path in glob.glob(folder + "/*/collector/log/data.mdb"))


def start(folder, *words):
    """Starts the verb, and gives it once offices publish."""
    process = subprocess.Popen(
        [TOCSIN, "bench", "--dir", folder, "-o", "json", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def is_on():
        return process.poll() is not None or log_bytes(folder) > 1 << 20

    await_true("offices publish", is_on, slower(30))
    if process.poll() is not None:
        said = process.communicate()[1]
        if "because it is memory" in said:
            raise Skip("the build lies on no disk")
        raise Failed(f"it ended before offices published: {said}")
    return process


def collectors_of(process):
    found = children_of(process.pid)
    return [pid for pid, command in found.items() if "tocsin-collector" in command]


def check_counts(result):
    name = result["case"]
    expect(result["ok"] and result["fault"] is None, f"{name}: {result['fault']}")
    expect(result["acked"] > 0 and result["count"] > 0, f"{name} counted something")
    expect("fdatasync before ack" in result["durability"], f"{name} names its durability")
    expect("CURVE" in result["transport"], f"{name} names its transport")
    if name == "replay":
        return
    sent, acked, stored = result["sent"], result["acked"], result["stored"]
    expect(sent == acked == stored, f"{name}: {sent} sent, {acked} acked, {stored} stored")
    expect(result["count"] < acked - result["filled"],
           f"{name}: neither warm-up nor filling is counted")
    times = [result["latency_ms"][key] for key in ("p50", "p99", "p999", "max")]
    expect(0 < times[0] and times == sorted(times), f"{name}: percentiles grow: {times}")
    for key in ("log", "state"):
        expect(result["disk_bytes_per_event"][key] > 0, f"{name}: {key} takes room")
    expect(result["alerts_per_event"] >= 1, f"{name}: its events alert somebody")


def what_was_sent_is_acknowledged_and_stored(_):
    with folder_on_a_disk() as folder:
        cases = ["--cases", "chunks,paced256,outbox", "--rate", str(RATE), "--fill",
                 str(FILL), "-o", "json"]
        told = json.loads(run("--dir", folder, *SMALL, *cases).stdout)
        expect(not os.listdir(folder), "its folders are gone")
    expect(told["schema"] == "tocsin.bench/1", "the schema is named")
    results = {result["case"]: result for result in told["results"]}
    expect(list(results) == ["chunks", "replay", "paced256", "outbox"], f"{list(results)}")
    for result in told["results"]:
        check_counts(result)
    paced = results["paced256"]
    expect(paced["event_bytes"] >= 250, "its events have the size of its name")
    expect(
        paced["latency_ms"]["count"] == RATE * SECONDS,
        f"every event that was due is timed, {paced['latency_ms']['count']} were",
    )
    filled = [results[name]["filled"] for name in ("chunks", "paced256", "outbox")]
    expect(filled == [FILL, FILL, 0], f"the log is filled before: {filled}")
    entered = paced["acked"] - FILL
    expect(entered == RATE * (SECONDS + 1), f"and then {entered} are due, the warm-up's too")
    return f"{sum(result['stored'] for result in told['results'])} events"


def the_stopped_log_has_as_many(_):
    with folder_on_a_disk() as folder:
        words = ["--cases", "chunks", "--keep", "-o", "ndjson"]
        first = json.loads(run("--dir", folder, *SMALL, *words).stdout.splitlines()[0])
        expect(first["schema"] == "tocsin.bench/1", "each line names the schema")
        kept = os.path.join(folder, os.listdir(folder)[0])
        for verb in ("stats", "verify"):
            answer = subprocess.run(
                [TOCSIN, "log", verb, "--dir", kept, "-o", "json"],
                capture_output=True,
                text=True,
                check=False,
            )
            expect(answer.returncode == 0, f"log {verb}: {answer.stderr}")
            if verb == "stats":
                last = json.loads(answer.stdout)["last_position"]
        # Beside them: the genesis and one HELLO of each office.
        expect(last == first["stored"] + 1 + first["offices"], f"{last}, {first['stored']} stored")


def wrong_words_are_refused(_):
    wrong = {
        ("--cases", "chunk"): "there is no case chunk",
        ("--cases", "chunks,"): "there is no case",
        ("--rate", "0"): "--rate takes a number",
        ("--fill", "0"): "--fill takes a number",
        ("--offices", "10"): "--offices takes a number",
        ("--dir", "/nowhere"): "/nowhere is no folder",
        ("-o", "csv"): "cannot write csv",
        ("more",): "takes no argument more",
    }
    for words, said in wrong.items():
        expect(said in run(*words, good=2).stderr, f"{words} says: {said}")
    expect("usage: tocsin bench" in run("--help").stdout, "help is help")


def memory_is_no_disk(_):
    if not os.path.ismount("/dev/shm"):
        raise Skip("there is no /dev/shm")
    said = run("--dir", "/dev/shm", good=2).stderr
    expect("memory" in said and "try: --dir" in said, said)


def a_program_that_dies_makes_the_result_bad(_):
    with folder_on_a_disk() as folder:
        process = start(folder, "--cases", "chunks", "--seconds", "60", "--offices", "2")
        os.kill(collectors_of(process)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=slower(90))
        expect(process.returncode == 1, f"code {process.returncode}: {err}")
        for result in json.loads(out)["results"]:
            expect(not result["ok"], "it is not good")
            expect(result["fault"] == "a program of the district ended", str(result["fault"]))
        expect(not os.listdir(folder), "its folder is gone")


def an_interrupt_takes_everything_down(_):
    with folder_on_a_disk() as folder:
        process = start(folder, "--cases", "chunks", "--seconds", "60", "--offices", "2")
        children = list(children_of(process.pid))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=slower(60))
        expect(process.returncode == 130, f"code {process.returncode}")
        left = [pid for pid in children if os.path.exists(f"/proc/{pid}")]
        expect(not left and not os.listdir(folder), "programs and folder are gone")


if __name__ == "__main__":
    Bench("bench").run(
        what_was_sent_is_acknowledged_and_stored,
        the_stopped_log_has_as_many,
        wrong_words_are_refused,
        memory_is_no_disk,
        a_program_that_dies_makes_the_result_bad,
        an_interrupt_takes_everything_down,
    )
