# SPDX-License-Identifier: Apache-2.0
"""Rules on words: names, calls that are banned, what may not be written at all."""

import re

BANNED = set(
    """strcpy strcat sprintf vsprintf gets strtok atoi atol atoll atof rand srand random srandom
    sleep usleep nanosleep clock_nanosleep zmq_sleep alloca system popen setjmp longjmp _setjmp
    sigsetjmp siglongjmp""".split()
)
SIGNALS = {"signal", "sigaction"}
CLOCKS = set(
    """clock_gettime time gettimeofday getrandom getentropy arc4random arc4random_buf
    arc4random_uniform random_r rand_r tcn_clock_wall_ns tcn_clock_monotonic_ns""".split()
)
CLOCK_ROOMS = {"seal", "link", "broker", "agents", "collector", "query", "client", "cli"}
TYPE_WORDS_NOT = {"return", "goto", "sizeof", "case", "else", "do", "in"}
GENERATED = re.compile(
    r"\.pb-c\.[ch]$|_pb2\.py$|\.(o|a|so|pyc|gcda|gcno)$|(^|/)(__pycache__|CMakeFiles|build)/"
    r"|(^|/)(CMakeCache\.txt|compile_commands\.json|build\.ninja)$"
    r"|\.mdb$|^[a-z]+-test-\w{6}/"  # what a test leaves that was ended where it was started
)
MACHINE_PATH = re.compile(r"(?<![\w.$}*-])(/work\b|/tmp/|/home/\w|/root/)")


def exported_names(tree):
    """What a header declares begins with tcn_; in include/ with tocsin_."""
    for path in tree.headers():
        prefix = "tocsin_" if path.startswith("include/") else "tcn_"
        for made in tree.source(path).declarations:
            if made.kind in ("prototype", "function", "tag") and made.name:
                if not made.name.startswith(prefix):
                    yield path, made.line, f"{made.name} does not begin with {prefix}"


def typedefs(tree):
    """No typedef of a struct, enum or union, and no name of ours that ends in _t."""
    for path in tree.c_files():
        for made in tree.source(path).declarations:
            if made.kind == "typedef":
                is_call = any(t.text == "(" for t in made.head)
                if made.head[1].text in ("struct", "enum", "union") and not is_call:
                    yield path, made.line, f"typedef of {made.head[1].text} {made.name}"
                elif made.name.endswith("_t"):
                    yield path, made.line, f"{made.name} ends in _t"
            elif made.kind == "tag" and made.name.endswith("_t"):
                yield path, made.line, f"{made.name} ends in _t"


def no_len(tree):
    """What we declare is a count of things or a size in bytes, never a len."""
    for path in tree.c_files():
        code = tree.source(path).code
        for before, token, after in zip(code, code[1:], code[2:]):
            if token.kind == "name" and (token.text == "len" or token.text.endswith("_len")):
                declares = before.text == "*" or before.kind == "name"
                if declares and before.text not in TYPE_WORDS_NOT and after.text in ";,)=[:":
                    yield path, token.line, f"{token.text}: say count or size"


def banned_calls(tree):
    """Unbounded copies, sleeps, shells, long jumps and rand are not called, nor, but in main.c and
    tests, signal handlers set."""
    for path in tree.c_files():
        may_signal = path.endswith("/main.c") or not tree.room_of(path)
        for line, name in tree.source(path).calls():
            if name in BANNED or (name in SIGNALS and not may_signal):
                yield path, line, f"{name} is not called here"


def clock_and_dice(tree):
    """Only lib/base/clock, link, seal, the services and the programs ask the clock or the dice."""
    for path in tree.room_files():
        if tree.room_of(path).name in CLOCK_ROOMS or path.startswith("lib/base/clock."):
            continue
        for line, name in tree.source(path).calls():
            if name in CLOCKS or name.startswith("randombytes"):
                yield path, line, f"{name}: time and chance enter as parameters"


def goto_out(tree):
    """The only jump is `goto out`, forward."""
    for path in tree.c_files():
        for function in tree.source(path).functions():
            body = function.body
            pairs = list(zip(body, body[1:]))
            labels = [i for i, (t, u) in enumerate(pairs) if t.text == "out" and u.text == ":"]
            for i, (token, label) in enumerate(pairs):
                if token.text == "goto":
                    if label.text != "out":
                        yield path, token.line, f"goto {label.text}: the one label is out"
                    elif not labels or labels[-1] < i:
                        yield path, token.line, "goto out jumps backward"


def macro_flow(tree):
    """A macro hides no return, goto, break or continue."""
    for path in tree.c_files():
        for token in tree.source(path).directives:
            match = re.match(r"\s*#\s*define\s+(\w+)", token.text)
            body = re.sub(r'"(\\.|[^"\\])*"|/\*[\s\S]*?\*/', "", token.text)
            if match and re.search(r"\b(return|goto|break|continue)\b", body):
                yield path, token.line, f"{match.group(1)} hides control flow"


def mutable_globals(tree):
    """Nothing at file scope and no static in a function can change, but a signal flag of main.c."""
    for path in [p for p in tree.room_files() if p.endswith(".c")]:
        for made in tree.source(path).declarations:
            if made.kind == "variable" and is_mutable(made.head):
                is_flag = any(t.text == "sig_atomic_t" for t in made.head)
                if not (is_flag and path.endswith("/main.c")):
                    yield path, made.line, f"{made.name} is a global that can change"
            elif made.kind == "function":
                for head in static_locals(made.body):
                    if is_mutable(head):
                        yield path, head[0].line, f"{made.name} keeps state in a static"


def static_locals(body):
    for i, token in enumerate(body):
        if token.text == "static":
            end = next((j for j in range(i, len(body)) if body[j].text in ";="), len(body))
            yield body[i:end]


def is_mutable(head):
    """True when the object itself (not what it points to) is not const."""
    texts = []
    for token in head:
        if token.text in ("=", "["):
            break
        texts.append(token.text)
    if "{" in texts:  # a struct defined in place: only what precedes it qualifies the object
        texts = texts[: texts.index("{")]
    if "*" in texts:
        last = len(texts) - 1 - texts[::-1].index("*")
        return "const" not in texts[last:]
    return "const" not in texts


def todo_numbered(tree):
    """A TODO, FIXME or XXX carries the number of its issue."""
    for path in tree.our_text():
        for number, line in tree.lines(path):
            match = re.search(r"\b(TODO|FIXME|XXX)\b(?!.*#\d)", line)
            if match:
                yield path, number, f"{match.group(1)} without an issue's number"


def generated_code(tree):
    """No generated file lies in the tree."""
    for path in tree.paths:
        if GENERATED.search(path):
            yield path, 1, "is generated"


def machine_paths(tree):
    """No path of one machine is written down; temporary places come from mktemp."""
    for path in tree.our_text():
        for number, line in tree.lines(path):
            match = MACHINE_PATH.search(line)
            if match and "mktemp" not in line and "mkdtemp" not in line:
                yield path, number, f"{match.group(1)} is a path of one machine"


def workplace(tree):
    """The project does not tell how it was made: no numbered working session is named."""
    for path in tree.our_text():
        for number, line in tree.lines(path):
            if re.search(r"\bsession ?[0-9]", line, re.IGNORECASE):
                yield path, number, "names a session by number"


RULES = [
    exported_names,
    typedefs,
    no_len,
    banned_calls,
    clock_and_dice,
    goto_out,
    macro_flow,
    mutable_globals,
    todo_numbered,
    generated_code,
    machine_paths,
    workplace,
]
