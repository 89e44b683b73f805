# SPDX-License-Identifier: Apache-2.0
"""What a newcomer should see in two minutes: a night at a duty desk, with the real programs."""

import json
import os
import signal
import sys
import textwrap
import time

from district import District, Failed, await_true, json_lines, programs_dir

OFFICE = "office_xiaoba"
BUREAU = "energy_bureau"
ACCUSED_BUREAU = "land_bureau"
LIMIT_S = 30
# Whatever happens, it is over by then.
WHOLE_S = 170

# What people write: English, Chinese.
REPORT = (
    "02:40, a village committee member phones: gas smell in the mine, people are below.",
    "02:40 村委会干部来电：矿里有瓦斯味，井下有人。",
)
ANSWER = (
    "Everybody is out. The mine is stopped until it has been inspected.",
    "人员已全部升井，煤矿停产待查。",
)
SECOND = (
    "The smell has now reached the houses above the second shaft.",
    "气味已到二号井口上方的住户。",
)
COMPLAINT = (
    "The land office takes money for building permits.",
    "国土部门办理建房手续时收钱。",
)
ACCUSED = ("land office", "国土部门")

# One scene each: English, Chinese.
SAYS = {
    "title": (
        "A night at a duty desk. Every line below is typed into real programs on this machine.",
        "值班室的一夜。以下每一行都是在本机真实程序中输入的。",
    ),
    "up": (
        "The district: a broker, a collector, nine township offices, a few bureaus.",
        "一个区县：消息代理、采集器、九个乡镇街道办公室和几个部门。",
    ),
    "report": (
        "02:40, the phone rings at Xiaoba. The clerk reports, and at once has a slip for the "
        "caller: from now on the report cannot be lost, not even by a power cut.",
        "02:40，小坝办公室电话响了。工作人员上报，立即得到给群众的回执码：从此断电也不会丢。",
    ),
    "bell": (
        "The bell rings at the energy bureau. Only this bureau can read the words.",
        "能源局的铃响了。原话只有该局能读。",
    ),
    "sealed": (
        "And the collector, which stores everything? The words are looked for on its disk.",
        "那么保存一切的采集器呢？在它的磁盘上查找原话。",
    ),
    "act": (
        "The bureau takes the matter in hand and gets the people out. The clerk reads it.",
        "部门受理并撤出人员，办公室的工作人员读到消息。",
    ),
    "slip": (
        "The caller comes with the slip and asks how it stands.",
        "群众拿着回执来问：办到哪一步了？",
    ),
    "complaint": (
        "Somebody complains about the land office. It goes to discipline inspection.",
        "有人反映国土部门的问题。它送到纪检监察。",
    ),
    "unseen": (
        "The land bureau looks everywhere it may look: it cannot tell that there is anything.",
        "国土部门查看了它能看的一切：看不出有这件事。",
    ),
    "found_slip": (
        "And whoever finds that slip learns nothing from it.",
        "谁捡到那张回执，也看不出什么。",
    ),
    "cut": (
        "Now the link is cut: the broker hangs. The office reports all the same, and its "
        "slips still answer, saying how old the answer is.",
        "现在链路中断：消息代理停住了。办公室照样上报，回执照样能查，并注明消息截至何时。",
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
        "The auditor asks what happened. Both sides compute the same digest.",
        "审计员查问经过，双方各自计算出同一摘要。",
    ),
    "proof": (
        "The log is checked against its own signatures, and folded anew.",
        "核对日志自身的签名，并从头重新折叠。",
    ),
    "receipt": (
        "The clerk's receipt is checked offline, with the collector's public key alone.",
        "仅凭采集器的公钥，离线核验工作人员的收据。",
    ),
    "end": (
        "Not promised: that sizes and times are hidden, that a stolen key is harmless, that a "
        "bureau acts. What is promised, and the test of each: docs/explanation/promises.md",
        "不承诺：隐藏大小与时间、密钥被盗无害、部门一定办理。"
        "承诺了什么、各由哪个测试检验：docs/explanation/promises.md",
    ),
    "next": (
        "Now you: docs/tutorials/first-day.md, ten minutes.",
        "轮到您了：docs/tutorials/first-day.md，十分钟。",
    ),
}


class Story:
    """The scenes in their order; each raises Failed when it did not come out as told."""

    def __init__(self, options, district):
        self.options = options
        self.district = district
        self.scene = 0

    def text(self, pair):
        """What a person writes, in the languages that were asked for."""
        english, chinese = pair
        both = f"{chinese} / {english}"
        return {"en": english, "zh": chinese, "both": both}[self.options.lang]

    def say(self, key, is_scene=True):
        """Tells what comes, in the languages that were asked for."""
        english, chinese = SAYS[key]
        self.scene += 1 if is_scene else 0
        head = f"{self.scene:2}. " if is_scene else "    "
        print()
        for line in {"en": [english], "zh": [chinese], "both": [english, chinese]}[
            self.options.lang
        ]:
            print(textwrap.fill(line, 92, initial_indent=head, subsequent_indent="    "))
            head = "    "
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
        self.say("title", False)
        self.district.start()
        self.say("up")
        self.report_and_bell()
        self.answer()
        self.complaint()
        self.cut_and_kill()
        self.history()
        self.say("end", False)
        self.say("next", False)
        print(f"\n    {time.monotonic() - start:.0f} s")

    # ---- scenes

    def report_and_bell(self):
        self.say("report")
        self.receipt = self.district.path("receipt.bin")
        words = ["report", "--office", OFFICE, "--domain", "coal_mine_safety"]
        words += ["--severity", "danger", "--concerns", "nobody"]
        words += ["--text", self.text(REPORT), "--wait"]
        answer = self.show(*words, "--receipt", self.receipt)
        self.matter = field(answer, "matter")
        self.slip = field(answer, "slip")
        self.say("bell")
        sys.stdout.write("\a" if sys.stdout.isatty() else "")
        bell = self.show("watch", "--bureau", BUREAU, "--name", "duty", "--count", "1")
        check(self.text(REPORT) in bell.stdout, "the bureau reads the report")
        self.say("sealed")
        found = holds(self.district.path("collector"), REPORT)
        print(f"      '{self.text(REPORT)[:24]}…' stands in {found} files of the collector")
        check(found == 0, "the collector cannot read the report")

    def answer(self):
        self.say("act")
        self.show("act", self.matter, "accepted", "--bureau", BUREAU, "--wait")
        words = ["act", self.matter, "people_withdrawn", "--bureau", BUREAU, "--count", "at_risk=0"]
        self.show(*words, "--text", self.text(ANSWER), "--wait")
        back = self.show("watch", "--office", OFFICE, "--name", "clerk", "--once")
        check(self.text(ANSWER) in back.stdout, "the clerk reads the answer")
        self.say("slip")
        known = lambda: self.status(self.slip)["last_act"] == "people_withdrawn"
        await_true("the office knows", known, LIMIT_S, 0.1)
        stage = self.status(self.slip)["stage"]
        check(stage == "accepted", "the slip says that it was taken in hand")
        self.show("status", self.slip, "--office", OFFICE)

    def complaint(self):
        self.say("complaint")
        words = ["report", "--office", OFFICE, "--domain", "petition", "--concerns", "unit"]
        words += ["--accused", self.text(ACCUSED), "--text", self.text(COMPLAINT), "--wait"]
        slip = field(self.show(*words), "slip")
        told = self.show("watch", "--bureau", "discipline", "--name", "duty", "--count", "1")
        check(self.text(COMPLAINT) in told.stdout, "discipline inspection reads it")
        self.say("unseen")
        seen = self.show("watch", "--bureau", ACCUSED_BUREAU, "--once", good=(3,))
        listed = self.show("matter", "ls", "--bureau", ACCUSED_BUREAU, good=(0, 3))
        both = seen.stdout + listed.stdout
        check(self.matter not in both and "petition" not in both, "there is nothing for it to see")
        self.say("found_slip")
        told = self.show("status", slip, "--office", OFFICE)
        check("discipline" not in told.stdout, "the slip betrays nobody")

    def cut_and_kill(self):
        self.say("cut")
        os.kill(self.district.await_pid("broker"), signal.SIGSTOP)
        words = ["report", "--office", OFFICE, "--domain", "coal_mine_safety"]
        words += ["--severity", "danger", "--concerns", "nobody", "--text", self.text(SECOND)]
        words += ["--key", "night-2"]
        self.show(*words)
        self.show("outbox", "--office", OFFICE)
        check(self.waiting() == 1, "the report waits in the outbox")
        self.show("status", self.slip, "--office", OFFICE)
        self.say("kill")
        for name in ("agent." + OFFICE, "collector", "broker"):
            print(f"    $ kill -9 {self.district.kill(name)}   # {name}")
        self.say("back")
        await_true("the report has its receipt", lambda: self.waiting() == 0, LIMIT_S, 0.2)
        again = self.show("watch", "--bureau", BUREAU, "--name", "duty", "--count", "1")
        check(self.text(SECOND) in again.stdout, "the bureau gets the second report")
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

    def status(self, slip):
        """How a slip's matter stands, by the office's own copy."""
        return self.district.json("status", slip, "--office", OFFICE)

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


def holds(folder, texts):
    """How many files below the folder hold one of the texts in the clear."""
    count = 0
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    data = file.read()
                count += any(text.encode() in data for text in texts)
    return count


def run_out(*_):
    raise Failed(f"the story did not end within {WHOLE_S} s")


def run(options, folder):
    """Gives the exit code. Unattended, it ends by itself whatever happens."""
    bureaus = [BUREAU, "district_desk", "petition_bureau", "hr_bureau", "discipline"]
    signal.signal(signal.SIGALRM, run_out)
    signal.alarm(WHOLE_S if options.once else 0)
    with District(programs_dir("release"), folder, offices=9, bureaus=bureaus) as district:
        Story(options, district).run()
    signal.alarm(0)
    return 0
