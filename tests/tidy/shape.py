# SPDX-License-Identifier: Apache-2.0
"""Rules on shape: sizes of files and functions, layout, licence line, documentation."""

import os
import re
import subprocess
import unicodedata

import clex

LINES_MAX = 600
MAIN_LINES_MAX = 120
FUNCTION_LINES_MAX = 70
PARAMETERS_MAX = 6
NESTING_MAX = 3
COLUMNS_MAX = 100
SPDX = "SPDX-License-Identifier: Apache-2.0"
STATUS_HEADER = "lib/base/status.h"


def file_lines(tree):
    """A file has at most 600 lines, a main.c at most 120."""
    for path in tree.program_text():
        count = len(tree.text(path).splitlines())
        limit = MAIN_LINES_MAX if path.endswith("/main.c") else LINES_MAX
        if count > limit:
            yield path, limit + 1, f"has {count} lines, at most {limit}"


def line_columns(tree):
    """A line has at most 100 columns."""
    for path in tree.program_text():
        for number, line in tree.lines(path):
            width = columns(line)
            if width > COLUMNS_MAX:
                yield path, number, f"has {width} columns, at most {COLUMNS_MAX}"


def columns(line):
    """Width on a terminal: Chinese characters take two columns."""
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def function_lines(tree):
    """A function has at most 70 lines."""
    for path in tree.c_files():
        for function in tree.source(path).functions():
            count = function.last_line - function.line + 1
            if count > FUNCTION_LINES_MAX:
                yield path, function.line, f"{function.name} has {count} lines, at most 70"


def function_parameters(tree):
    """A function has at most 6 parameters."""
    for path in tree.c_files():
        for made in tree.source(path).declarations:
            if made.kind in ("function", "prototype") and len(made.parameters) > PARAMETERS_MAX:
                count = len(made.parameters)
                yield path, made.line, f"{made.name} has {count} parameters, at most 6"


def nesting(tree):
    """Control blocks nest at most 3 deep; an else-if chain is one level."""
    for path in tree.c_files():
        for function in tree.source(path).functions():
            line = too_deep(function.body)
            if line:
                yield path, line, f"{function.name} nests deeper than {NESTING_MAX}"


def too_deep(body):
    """Line of the first control block beyond the limit, or 0."""
    openers = control_openers(body)
    stack = []
    for i, token in enumerate(body):
        if token.text == "{":
            stack.append(i in openers)
            if stack[-1] and sum(stack) > NESTING_MAX:
                return token.line
        elif token.text == "}" and stack:
            stack.pop()
    return 0


def control_openers(body):
    """Indices of the braces that open a control block."""
    openers = set()
    for i, token in enumerate(body):
        if token.text in clex.CONTROL and i + 1 < len(body):
            openers.add(clex.close_of(body, i + 1) + 1)
        elif token.text in ("else", "do"):
            openers.add(i + 1)
    return openers


def braces(tree):
    """Every if, else, for, while and do has its braces."""
    for path in tree.c_files():
        for function in tree.source(path).functions():
            body = function.body
            for i in sorted(control_openers(body)):
                after = body[i].text if i < len(body) else ""
                is_chain = after == "if" and body[i - 1].text == "else"
                is_do_while = after == ";" and closes_do(body, i)
                if after != "{" and not is_chain and not is_do_while:
                    line = body[min(i, len(body)) - 1].line
                    yield path, line, "a control statement lacks its braces"


def closes_do(body, semicolon):
    """True when the `while (...)` before this semicolon ends a do block."""
    depth = 0
    for i in range(semicolon - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(body[i].text, 0)
        if depth == 0 and body[i].text == "while":
            return i > 0 and body[i - 1].text == "}"
    return False


def recursion(tree):
    """No function of a file reaches itself through functions of the same file."""
    for path in tree.room_files():
        functions = {f.name: f for f in tree.source(path).functions()}
        calls = {name: called(f.body) & functions.keys() for name, f in functions.items()}
        for name, function in functions.items():
            reached, waiting = set(), list(calls[name])
            while waiting:
                next_name = waiting.pop()
                if next_name not in reached:
                    reached.add(next_name)
                    waiting.extend(calls[next_name])
            if name in reached:
                yield path, function.line, f"{name} can call itself"


def called(body):
    """Names that stand directly before a parenthesis."""
    return {
        token.text
        for before, token, after in zip([None] + body, body, body[1:])
        if token.kind == "name"
        and after.text == "("
        and (before is None or before.text not in (".", "->"))
    }


def licence_line(tree):
    """Sources, scripts and schemas begin with the SPDX line."""
    for path in tree.program_text():
        lines = tree.text(path).splitlines()[:3]
        if path.endswith((".c", ".h")):
            good = lines[:1] == [f"/* {SPDX} */"]
        else:
            good = any(re.fullmatch(rf"(#|//|/\*) {SPDX}( \*/)?", line) for line in lines)
        if not good and tree.text(path):
            yield path, 1, f"does not begin with {SPDX}"


def layout(tree):
    """Layout is what clang-format makes of it."""
    paths = tree.c_files()
    jobs = []
    for start in range(2):
        part = paths[start::2]
        if part:
            command = ["clang-format", "--dry-run", "-Werror", *part]
            jobs.append(
                subprocess.Popen(command, cwd=tree.root, stderr=subprocess.PIPE, text=True)
            )
    seen = set()
    for job in jobs:
        for line in job.communicate()[1].splitlines():
            match = re.match(r"(.*?):(\d+):\d+: error: ", line)
            if match and match.group(1) not in seen:
                path = match.group(1)
                seen.add(path)
                yield os.path.normpath(path), int(match.group(2)), "clang-format -i has work to do"


def header_paragraph(tree):
    """A header says after its SPDX line, in a paragraph, what it promises."""
    for path in tree.headers():
        comments = [t for t in tree.source(path).all[:3] if t.kind == "comment"]
        if not any(SPDX not in c.text and len(c.text) > 40 for c in comments):
            yield path, 1, "has no paragraph at its head"


def docstrings(tree):
    """Every function, struct, enum and union of a header has a /** comment directly before it."""
    for path in tree.headers():
        for made in tree.source(path).declarations:
            if made.kind in ("prototype", "function", "tag") and made.name and not made.doc:
                yield path, made.line, f"{made.name} has no docstring"


def errors_exist(tree):
    """A status named under `Errors:` exists in lib/base/status.h."""
    known = known_names(tree)
    for path in tree.headers():
        for comment in tree.source(path).comments:
            parts = re.findall(r"Errors:.*?(?=Thread:|Source:|Owns:|\Z)", comment.text, re.DOTALL)
            for name in re.findall(r"\bTCN_[A-Z0-9_]+\b", " ".join(parts)):
                if name not in known:
                    yield path, comment.line, f"{name} is not a status"


def known_names(tree):
    """The statuses, and the limits and other names that an Errors paragraph may cite."""
    known = set()
    if STATUS_HEADER in tree.paths:
        known.update(re.findall(r"X\(\s*(TCN_\w+)", tree.text(STATUS_HEADER)))
    for path in tree.headers():
        for token in tree.source(path).directives:
            known.update(re.findall(r"#\s*define\s+(TCN_\w+)", token.text))
        known.update(t.text for t in tree.source(path).code if t.text.startswith("TCN_"))
    return known


def must_check(tree):
    """A function of a header that returns a status is marked MUST_CHECK."""
    for path in tree.headers():
        for made in tree.source(path).declarations:
            if made.kind not in ("prototype", "function"):
                continue
            texts = [t.text for t in made.head]
            before = texts[: texts.index(made.name)]
            returns = re.search(r"\benum (tcn|tocsin)_status$", " ".join(before))
            marked = any(t.endswith("_MUST_CHECK") or t == "warn_unused_result" for t in texts)
            if returns and not marked:
                yield path, made.line, f"{made.name} is not marked TCN_MUST_CHECK"


RULES = [
    file_lines,
    line_columns,
    function_lines,
    function_parameters,
    nesting,
    braces,
    recursion,
    licence_line,
    layout,
    header_paragraph,
    docstrings,
    errors_exist,
    must_check,
]
