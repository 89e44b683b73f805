# SPDX-License-Identifier: Apache-2.0
"""A small lexer and outline of C: enough to find functions, prototypes, tags and blocks.

It does not expand macros. Directives are single tokens, so a brace inside a macro never counts.
"""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n\f]+)
  | (?P<comment>/\*[\s\S]*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:\\\n|/\*[\s\S]*?\*/|[^\n])*)
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<char>[uUL]?'(?:\\.|[^'\\\n])*')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<mark>->|\+\+|--|<<=|>>=|<<|>>|[<>=!]=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)
    """,
    re.VERBOSE | re.MULTILINE,
)
CONTROL = {"if", "for", "while", "switch"}
NOT_A_FUNCTION = CONTROL | {"return", "sizeof", "_Alignof", "_Static_assert", "static_assert"}


@dataclass
class Token:
    kind: str
    text: str
    line: int

    @property
    def last_line(self):
        return self.line + self.text.count("\n")


@dataclass
class Declaration:
    """One declaration at file scope: a prototype, a function, a tag or a variable."""

    kind: str  # prototype, function, tag, variable, typedef, other
    name: str
    head: list  # tokens up to the body or initialiser
    line: int
    last_line: int
    doc: str  # the /** comment directly before it, or ""
    parameters: list = field(default_factory=list)  # one token list each
    body: list = field(default_factory=list)  # tokens between the outer braces


class Source:
    """One C file, lexed once."""

    def __init__(self, text):
        self.all = lex(text)
        self.code = [t for t in self.all if t.kind not in ("comment", "directive")]
        self.comments = [t for t in self.all if t.kind == "comment"]
        self.directives = [t for t in self.all if t.kind == "directive"]
        self.declarations = outline(self.all)

    def includes(self):
        """(line, system, path) of every #include."""
        for token in self.directives:
            match = re.match(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', token.text)
            if match:
                yield token.line, match.group(1) is not None, match.group(1) or match.group(2)

    def functions(self):
        return [d for d in self.declarations if d.kind == "function"]

    def calls(self):
        """(line, name) of every name directly before a parenthesis, in code and in macro bodies."""
        for i, token in enumerate(self.code[:-1]):
            if token.kind == "name" and self.code[i + 1].text == "(":
                if i == 0 or self.code[i - 1].text not in (".", "->"):
                    yield token.line, token.text
        for token in self.directives:
            match = re.match(r"\s*#\s*define\s+\w+(?:\([^)]*\))?", token.text)
            if match:
                body = token.text[match.end() :]
                for call in re.finditer(r"(?<![\w.>\"])([A-Za-z_]\w*)\s*\(", body):
                    yield token.line, call.group(1)


def lex(text):
    tokens = []
    line = 1
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "space":
            tokens.append(Token(kind, match.group(), line))
        line += match.group().count("\n")
    return tokens


def close_of(tokens, start):
    """Index of the bracket that closes the one at `start`, or the last index."""
    depth = 0
    for i in range(start, len(tokens)):
        if tokens[i].text in ("(", "[", "{"):
            depth += 1
        elif tokens[i].text in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return i
    return len(tokens) - 1


def outline(raw):
    """The declarations at file scope, in order."""
    tokens = [t for t in raw if t.kind not in ("comment", "directive")]
    before = docs_before(raw)
    found = []
    start = 0
    i = 0
    while i < len(tokens):
        text = tokens[i].text
        if text == "}":  # the end of an extern "C" block
            start = i + 1
        elif text in ("(", "["):
            i = close_of(tokens, i)
        elif text == ";":
            found.append(declare(tokens[start:i], [], tokens[i].line, before))
            start = i + 1
        elif text == "{":
            head = tokens[start:i]
            if [t.text for t in head] == ["extern", '"C"']:
                start = i + 1
            else:
                end = close_of(tokens, i)
                if is_function_head(head):
                    found.append(declare(head, tokens[i : end + 1], tokens[end].line, before))
                    start = end + 1
                i = end
        i += 1
    return [d for d in found if d is not None]


def docs_before(raw):
    """Line of a code token -> the /** comment that stands directly before it."""
    docs = {}
    for previous, token in zip(raw, raw[1:]):
        if previous.kind == "comment" and previous.text.startswith("/**"):
            if not previous.text.startswith("/**<") and token.line - previous.last_line <= 1:
                docs[id(token)] = previous.text
    return docs


def is_function_head(head):
    depth = 0
    for token in head:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "=" and depth == 0:
            return False
    return function_name(head) is not None


def function_name(head):
    """Index of the declared function's name in its head, or None when it declares no function."""
    i = 0
    while i < len(head) - 1:
        token = head[i]
        if token.text in ("{", "["):
            i = close_of(head, i)
        elif token.text == "=":
            return None
        elif token.kind == "name" and head[i + 1].text == "(":
            is_mark = token.text.startswith("__attribute__") or token.text.isupper()
            if token.text in NOT_A_FUNCTION:
                return None
            if not is_mark:
                is_pointer = i + 2 < len(head) and head[i + 2].text == "*"
                return i if i > 0 and not is_pointer else None
            i = close_of(head, i + 1)
        i += 1
    return None


def declare(head, body, last_line, docs):
    if not head:
        return None
    made = Declaration("other", "", head, head[0].line, last_line, docs.get(id(head[0]), ""))
    made.body = body[1:-1]
    texts = [t.text for t in head]
    index = function_name(head)
    if texts[0] == "typedef":
        made.kind, made.name = "typedef", typedef_name(head)
    elif index is not None:
        made.kind = "function" if body else "prototype"
        made.name = head[index].text
        made.parameters = split_parameters(head[index + 2 : close_of(head, index + 1)])
    elif texts[0] in ("_Static_assert", "static_assert"):
        pass
    elif is_tag(texts):
        made.kind = "tag"
        at = next(i for i, t in enumerate(texts) if t in ("struct", "enum", "union"))
        made.name = texts[at + 1] if texts[at + 1] != "{" else ""
    elif texts[0] != "extern" and not (len(texts) <= 2 and texts[0] in ("struct", "enum", "union")):
        made.kind, made.name = "variable", variable_name(head)
    return made


def is_tag(texts):
    """True for `struct x {...}` without a variable after it."""
    if texts[-1] != "}" or "{" not in texts:
        return False
    before = texts[: texts.index("{")]
    return any(t in ("struct", "enum", "union") for t in before) and "=" not in before


def typedef_name(head):
    """The name a typedef gives: of a function pointer, or the last name outside brackets."""
    for i in range(len(head) - 2):
        if head[i].text == "(" and head[i + 1].text == "*" and head[i + 2].kind == "name":
            return head[i + 2].text
    names = [t.text for t in head if t.kind == "name"]
    return names[-1] if names else ""


def variable_name(head):
    name = ""
    for i, token in enumerate(head):
        if token.text in ("=", "[", ":") and name:
            break
        if token.kind == "name":
            name = token.text
    return name


def split_parameters(tokens):
    parts, part, depth = [], [], 0
    for token in tokens:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            parts.append(part)
            part = []
        else:
            part.append(token)
    if part:
        parts.append(part)
    return [] if len(parts) == 1 and [t.text for t in parts[0]] == ["void"] else parts
