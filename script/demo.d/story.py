# SPDX-License-Identifier: Apache-2.0
"""What a newcomer should see in two minutes: a night at a duty desk, with the real programs."""

import json
import os
import signal
import sys
import time

from district import District, Failed, await_true, json_lines, programs_dir

OFFICE = "office_xiaoba"
BUREAU = "energy_bureau"
LIMIT_S = 30
REPORT = "02:40, a village committee member phones: gas smell in the mine, people are below."
ANSWER = "Everybody is out. The mine is stopped until it has been inspected."
SECOND = "The smell has now reached the houses above the second shaft."

# One scene each: English, Chinese.
SAYS = {
    "title": (
        "A night at a duty desk, with the real programs on this machine.",
        "值班室的一夜：本机上运行的都是真实程序。",
    ),
    "up": (
        "A broker, a collector, nine township offices and a few bureaus are up.",
        "消息代理、采集器、九个乡镇街道办公室和几个部门已启动。",
    ),
    "report": (
        "An office reports. It gets a slip at once: the report is on its own disk.",
        "办公室上报，立即得到回执码：报告已写入本机磁盘。",
    ),
    "bell": (
        "The bell rings at the energy bureau. The text was sealed to it at the office.",
        "能源局的铃响了。文字在办公室就已密封，只有该局能读。",
    ),
    "sealed": (
        "The collector stores the text and cannot read it. Looked for on its disk:",
        "采集器保存了文字，却读不了。在它的磁盘上查找：",
    ),
    "act": (
        "The bureau accepts, then answers. The clerk at the office reads the answer.",
        "部门受理并答复，办公室的工作人员读到答复。",
    ),
    "cut": (
        "Now the link is cut: the broker hangs. The office reports all the same.",
        "现在链路中断：消息代理停住了。办公室照样上报。",
    ),
    "kill": (
        "To make it worse, agent, collector and broker are killed with kill -9.",
        "再糟一些：代理程序、采集器、消息代理都被 kill -9。",
    ),
    "back": (
        "They are started again. Nobody types anything: the report arrives, once.",
        "它们重新启动。无需任何人操作：报告送达，且只有一次。",
    ),
    "twice": (
        "The clerk, unsure, sends it again under the same key. It is known.",
        "工作人员不放心，又用同一键发送一次，系统认得它。",
    ),
    "replay": (
        "The auditor replays what happened. The digest is made on both sides.",
        "审计员重放所发生的一切，双方各自计算摘要。",
    ),
    "proof": (
        "The log is checked against its own signatures, and folded anew.",
        "核对日志自身的签名，并从头重新折叠。",
    ),
    "receipt": (
        "The receipt is checked offline, with the collector's public key alone.",
        "仅凭采集器的公钥，离线核验回执。",
    ),
    "end": (
        "Not promised: that sizes and times are hidden, that a stolen key is harmless, that a "
        "bureau acts.",
        "不承诺：隐藏大小与时间、密钥被盗无害、部门一定办理。",
    ),
}


class Story:
    """The scenes in their order; each raises Failed when it did not come out as told."""

    def __init__(self, options, district):
        self.options = options
        self.district = district
        self.scene = 0

    def say(self, key):
        """Tells what comes, in the languages that were asked for."""
        english, chinese = SAYS[key]
        self.scene += 1
        print()
        lines = {"en": [english], "zh": [chinese], "both": [english, chinese]}[self.options.lang]
        for number, line in enumerate(lines):
            print((f"{self.scene:2}. " if number == 0 else "    ") + line)
        sys.stdout.flush()
        if not self.options.once and sys.stdin.isatty():
            input("    [Enter] ")

    def show(self, *words, good=(0,), count=12, env=None):
        """Types a verb and shows what it prints."""
        shown = " ".join(f"'{w}'" if " " in w else w for w in words)
        print(f"    $ tocsin {shown}")
        answer = self.district.run(*words, good=good, env=env)
        lines = (answer.stdout + answer.stderr).splitlines()
        for line in lines[:count]:
            print("      " + line)
        if len(lines) > count:
            print(f"      … {len(lines) - count} more lines")
        sys.stdout.flush()
        return answer

    def run(self):
        start = time.monotonic()
        self.say("title")
        self.district.start()
        self.say("up")
        self.report_and_bell()
        self.answer()
        self.cut_and_kill()
        self.history()
        self.say("end")
        print(f"\n    {time.monotonic() - start:.0f} s")

    # ---- scenes

    def report_and_bell(self):
        self.say("report")
        self.receipt = self.district.path("receipt.bin")
        words = ["report", "--office", OFFICE, "--domain", "coal_mine_safety"]
        words += ["--severity", "danger", "--concerns", "nobody", "--text", REPORT, "--wait"]
        answer = self.show(*words, "--receipt", self.receipt)
        self.matter = field(answer, "matter")
        self.say("bell")
        sys.stdout.write("\a" if sys.stdout.isatty() else "")
        bell = self.show("watch", "--bureau", BUREAU, "--name", "duty", "--count", "1")
        check(REPORT in bell.stdout, "the bureau reads the report")
        self.say("sealed")
        found = holds(self.district.path("collector"), REPORT)
        print(f"      '{REPORT[:24]}…' stands in {found} files of the collector")
        check(found == 0, "the collector cannot read the report")

    def answer(self):
        self.say("act")
        self.show("act", self.matter, "accepted", "--bureau", BUREAU, "--wait")
        words = ["act", self.matter, "replied", "--bureau", BUREAU, "--text", ANSWER, "--wait"]
        self.show(*words)
        back = self.show("watch", "--office", OFFICE, "--name", "clerk", "--once")
        check(ANSWER in back.stdout, "the clerk reads the answer")

    def cut_and_kill(self):
        self.say("cut")
        os.kill(self.district.await_pid("broker"), signal.SIGSTOP)
        words = ["report", "--office", OFFICE, "--domain", "coal_mine_safety"]
        words += ["--severity", "danger", "--concerns", "nobody", "--text", SECOND]
        words += ["--key", "night-2"]
        self.show(*words)
        self.show("outbox", "--office", OFFICE)
        check(self.waiting() == 1, "the report waits in the outbox")
        self.say("kill")
        for name in ("agent." + OFFICE, "collector", "broker"):
            print(f"    $ kill -9 {self.district.kill(name)}   # {name}")
        self.say("back")
        await_true("the report has its receipt", lambda: self.waiting() == 0, LIMIT_S, 0.2)
        again = self.show("watch", "--bureau", BUREAU, "--name", "duty", "--count", "1")
        check(SECOND in again.stdout, "the bureau gets the second report")
        self.say("twice")
        matter = field(self.show(*words, "--wait"), "matter")
        found = json_lines(self.district.run("replay", "--matter", matter, "-o", "ndjson").stdout)
        check(len(found) == 1, "the second report is in the log once")

    def history(self):
        self.say("replay")
        self.show("replay", "--matter", self.matter)
        self.show("matter", "show", self.matter, count=20)
        self.say("receipt")
        self.show("receipt", "verify", self.receipt, "--dir", self.district.folder)
        self.say("proof")
        self.district.stop()
        self.show("log", "verify", "--dir", self.district.folder)
        self.show("log", "rebuild", "--dir", self.district.folder)

    def waiting(self):
        """What the office's outbox still has to deliver; None while its agent does not answer."""
        answer = self.district.run("outbox", "--office", OFFICE, "-o", "json", good=None)
        if answer.returncode != 0:
            return None
        return sum(lane["count"] for lane in json.loads(answer.stdout)["lanes"])


def field(answer, name):
    """What a verb printed behind this name."""
    for line in answer.stdout.splitlines():
        words = line.split()
        if words[:1] == [name]:
            return words[1]
    raise Failed(f"no {name} was printed")


def check(is_so, what):
    """What was told must have happened."""
    print(f"      {'✓' if is_so else '✗'} {what}")
    if not is_so:
        raise Failed(f"it is not so that {what}")


def holds(folder, text):
    """How many files below the folder hold the text in the clear."""
    count = 0
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    count += text.encode() in file.read()
    return count


def run(options, folder):
    """Gives the exit code."""
    bureaus = [BUREAU, "district_desk", "petition_bureau", "hr_bureau"]
    with District(programs_dir("release"), folder, offices=9, bureaus=bureaus) as district:
        Story(options, district).run()
    return 0
