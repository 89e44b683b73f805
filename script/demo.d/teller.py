# SPDX-License-Identifier: Apache-2.0
"""Who tells a story with the real programs: says what comes, types a verb, shows what it prints,
and holds it against what was told. What a program did not say is the narrator's: a scene's
sentence, a line with ✓ or ✗, and `…` where lines were left out."""

import re
import subprocess
import sys
import textwrap
import unicodedata

from district import Failed, await_true
from terminal import Terminal

LIMIT_S = 30
COLUMN = 52  # of two things that stand side by side
MATTER = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SLIP = r"\b[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}\b"
# Verbs that speak Chinese too.
SPEAK_CHINESE = ("board", "callsheet", "desk", "explain", "status", "watch")


class Teller:
    """The narrator of one district."""

    def __init__(self, options, district, says):
        self.options = options
        self.district = district
        self.says = says
        self.scene = 0

    # ---- what the narrator says

    def text(self, key):
        """What a person writes, in the languages that were asked for."""
        english, chinese = self.says[key]
        both = f"{chinese} / {english}"
        return {"en": english, "zh": chinese, "both": both}[self.options.lang]

    def word(self, key):
        """A word of the language in which programs are spoken to."""
        return self.says[key][self.options.lang == "zh"]

    def tongues(self):
        """The places of the languages that were asked for, in a text."""
        return {"en": [0], "zh": [1], "both": [0, 1]}[self.options.lang]

    def say(self, key, is_scene=True):
        """Tells what comes."""
        self.scene += 1 if is_scene else 0
        head = f"{self.scene:2}. " if is_scene else "    "
        print()
        for tongue in self.tongues():
            for line in fold(self.says[key][tongue], 92):
                print(head + line)
                head = "    "
        sys.stdout.flush()
        if not self.options.once and sys.stdin.isatty():
            input("    [Enter] ")

    def check(self, is_so, key):
        """What was told must have happened."""
        told = " / ".join(self.says[key][tongue] for tongue in self.tongues())
        print(f"      {'✓' if is_so else '✗'} {told}", flush=True)
        if not is_so:
            raise Failed(f"it is not so: {self.says[key][0]}")

    def table(self, titles, rows):
        """Rows of texts under titles, once in each language."""
        for tongue in self.tongues():
            print()
            print("    " + self.says[titles][tongue])
            for key in rows:
                title, *more = self.says[key][tongue].split("|")
                cells = [fold(title, 16), *(fold(cell.strip(), 38) for cell in more)]
                for line in range(max(len(cell) for cell in cells)):
                    parts = [cell[line] if line < len(cell) else "" for cell in cells]
                    print("    " + (pad(parts[0], 18) + pad(parts[1], 40) + parts[2]).rstrip())
        sys.stdout.flush()

    # ---- what programs say

    def language(self, verb):
        """The words that have a verb speak Chinese, if it is asked to and can."""
        is_zh = self.options.lang == "zh" and verb in SPEAK_CHINESE
        return ["--language", "zh"] if is_zh else []

    def show(self, *words, good=(0,), count=12, keep=None):
        """Types a verb and shows the first lines that it prints; with `keep` those that have one
        of these words."""
        words = [*words, *self.language(words[0])]
        print(f"    $ {as_typed('tocsin', *words)}")
        answer = self.district.run(*words, good=good)
        answer.all = answer.stdout + answer.stderr
        print_lines(answer.all.splitlines(), count, keep)
        return answer

    def run_tool(self, *words):
        """Another program, typed and shown; gives what it prints."""
        print(f"    $ {as_typed(*words)}")
        answer = subprocess.run(words, capture_output=True, text=True, check=False)
        print_lines((answer.stdout + answer.stderr).splitlines(), 6)
        return answer.stdout

    def show_beside(self, left, right, good):
        """Two verbs beside each other, and what they print first; gives both answers."""
        answers, columns = [], []
        for words, codes in zip((left, right), good):
            words = [*words, *self.language(words[0])]
            answers.append(self.district.run(*words, good=codes))
            lines = [f"$ {as_typed('tocsin', *words)}"]
            lines += (answers[-1].stdout + answers[-1].stderr).splitlines()
            lines = lines[:11] + (["…"] if len(lines) > 11 else [])
            columns.append([part for line in lines for part in chop(line, COLUMN)])
        for line in range(max(len(column) for column in columns)):
            parts = [column[line] if line < len(column) else "" for column in columns]
            print(("    " + pad(parts[0], COLUMN) + " │ " + parts[1]).rstrip())
        print()
        sys.stdout.flush()
        return answers

    def answer_at_terminal(self, words, answers, count=99, keep=None):
        """Sits at a terminal and answers one question after the other; gives the end code and all
        that stood there."""
        print(f"    $ {as_typed('tocsin', *words)}")
        terminal = Terminal(self.district, *words)
        at = 0
        for prompt, answer in answers:
            at = terminal.await_text(prompt, after=at, limit_s=LIMIT_S)
            terminal.type(answer + "\n")
        code = terminal.end()
        print_lines(terminal.text.replace("\r", "").splitlines(), count, keep)
        return code, terminal.text

    def open_screen(self, bureau):
        """A bureau's watch on a terminal of its own, which stays."""
        words = ["watch", "--bureau", bureau, "--bell-every", "1", *self.language("watch")]
        print(f"    $ {as_typed('tocsin', *words)}")
        return Terminal(self.district, *words, rows=24, columns=100)

    def show_screen(self, screen, after=0):
        """What stands on it, and its bell, if it rang behind that place."""
        bell = "\a" if "\a" in screen.text[after:] and sys.stdout.isatty() else ""
        print_lines([line[:100] for line in screen.lines(after)], 14)
        sys.stdout.write(bell)
        sys.stdout.flush()

    def await_so(self, what, condition):
        return await_true(what, condition, LIMIT_S, 0.1)


def as_typed(*words):
    """A command as somebody types it."""
    return " ".join(f"'{word}'" if set(word) & set(" ;|") else word for word in words)


def print_lines(lines, count, keep=None):
    """The first lines, or those with a word; and where some were left out."""
    is_cut = False
    for number, line in enumerate(lines):
        if number < count if keep is None else any(word in line for word in keep):
            print("      " + line.rstrip())
            is_cut = False
        elif not is_cut:
            print("      …")
            is_cut = True
    sys.stdout.flush()


def width(text):
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def pad(text, columns):
    return text + " " * (columns - width(text))


def chop(text, columns):
    """A line in pieces that fit."""
    pieces = [""]
    for sign in text:
        if width(pieces[-1] + sign) > columns:
            pieces.append("  ")
        pieces[-1] += sign
    return pieces


def fold(text, columns):
    """Words in lines that fit; Chinese breaks anywhere, but not before a stop."""
    if width(text) == len(text):
        return textwrap.wrap(text, columns)
    lines = [""]
    for part in re.findall(r"[!-~]+ ?|.[，。；：、？）”]*", text):
        if width(lines[-1] + part.rstrip()) > columns:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def found(pattern, text):
    """The first thing of this form that was printed."""
    match = re.search(pattern, text)
    if match is None:
        raise Failed(f"nothing like {pattern} was printed")
    return match.group(0)
