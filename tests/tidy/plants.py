# SPDX-License-Identifier: Apache-2.0
"""The proof of each rule: a clean tree in which nothing is found, and plants that must be found.

The clean tree holds the near misses: what looks like a violation and is none.
"""

import os
import shutil
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SPDX_C = "/* SPDX-License-Identifier: Apache-2.0 */\n"
SPDX = "# SPDX-License-Identifier: Apache-2.0\n"

ARCHITECTURE = """# Architecture

<!-- arrows:begin -->
| Floor | Room | Folder | Sentence | May include | Foreign door |
|---|---|---|---|---|---|
| 5 | main | `*/main.c` | Opens and closes. | its room, base | – |
| 4 | broker | `broker/` | The shell. | core, store, wire, base | – |
| 3 | core | `lib/core/` | Decides. | base | – |
| 2 | store | `lib/store/` | Keeps. | base | LMDB |
| 1 | wire | `lib/wire/` | Encodes. | base | protobuf-c |
| 0 | base | `lib/base/` | Tools. | – | xxhash |
<!-- arrows:end -->
"""
CMAKE = (
    SPDX
    + """tocsin_room(NAME base DIR lib/base FOREIGN libxxhash)
tocsin_room(NAME wire DIR lib/wire USES base FOREIGN libprotobuf-c)
tocsin_room(NAME store DIR lib/store USES base FOREIGN lmdb)
tocsin_room(NAME core DIR lib/core USES base)
tocsin_room(NAME broker DIR broker USES core store wire base)
"""
)
HEADER = (
    SPDX_C
    + """/*
 * A clean header: it promises to hold no violation, and leaves everything else to others.
 */
#ifndef TCN_CORE_HUB_H
#define TCN_CORE_HUB_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/** Most peers at once. */
#define TCN_PEER_COUNT_MAX 8

struct tcn_later;

/** What a caller is told; a function's type may have a name. */
typedef enum tcn_status tcn_told(struct tcn_later *later);

/** Kinds, counted from one. */
enum tcn_kind {
    TCN_KIND_FIRST = 1,
};

/** A peer; open because it is embedded. */
struct tcn_peer {
    uint64_t id;
    uint32_t size;
};

/** Adds a peer. Errors: TCN_FULL at TCN_PEER_COUNT_MAX. Thread: loop. */
TCN_MUST_CHECK enum tcn_status tcn_hub_add(struct tcn_peer *peer, uint64_t id,
                                           void (*notify)(int kind, uint64_t id));

/** Prints like printf. */
__attribute__((format(printf, 1, 2))) void tcn_hub_say(const char *format, ...);

/** The name of a status. */
const char *tcn_hub_name(enum tcn_status status);

/** True when small; tcn_hub_name is its neighbour. */
static inline bool tcn_hub_is_small(const struct tcn_peer *peer) {
    return peer->size < 4;
}

#endif
"""
)
STATUS = (
    SPDX_C
    + r"""/*
 * What can go wrong, named by cause and never by place, in one list.
 */
#define TCN_STATUS_LIST(X)                                                                         \
    X(TCN_OK, 0, NONE, "done; a return from here is no flow")                                      \
    X(TCN_FULL, 12, AGAIN, "the storage is full")

/** The outcome of everything that can fail. */
enum tcn_status {
#define TCN_STATUS_ENUM(name, number, class_, sentence) name = (number),
    TCN_STATUS_LIST(TCN_STATUS_ENUM)
#undef TCN_STATUS_ENUM
};
"""
)
CORE = (
    SPDX_C
    + """#include "core/hub.h"

#include <string.h>

static const char *const names[] = {"done", "full"};
static const struct tcn_peer nobody = {.id = 0};

_Static_assert(sizeof(nobody) <= 16, "small");

const char *tcn_hub_name(enum tcn_status status) {
    return names[status == TCN_OK ? 0 : 1];
}

enum tcn_status tcn_hub_add(struct tcn_peer *peer, uint64_t id,
                            void (*notify)(int kind, uint64_t id)) {
    static const int kind = 3;
    enum tcn_status status = TCN_OK;
    uint32_t size = peer->size;
    /* Three levels, an else-if chain and a block that controls nothing. */
    for (uint32_t i = 0; i < size; i++) {
        while (size > i) {
            if (id == 1) {
                size--;
            } else if (id == 2) {
                size -= 2;
            } else {
                struct tcn_peer copy = {.id = id};
                size = copy.size;
            }
        }
    }
    do {
        size++;
    } while (size < 4);
    if (id == nobody.id) {
        status = TCN_FULL;
        goto out;
    }
    notify(kind, id);
out:
    memset(peer, 0, sizeof(*peer));
    return status;
}
"""
)
MAIN = (
    SPDX_C
    + """#include "broker/broker.h"

#include <signal.h>

static volatile sig_atomic_t stopped;

static void on_signal(int number) {
    (void)number;
    stopped = 1;
}

int main(void) {
    signal(SIGTERM, on_signal);
    return 0;
}
"""
)
BROKER = (
    SPDX_C
    + """/*
 * The shell round the hub; stateless, one thread, owns nothing.
 */
#include "core/hub.h"
#include "store/log.h"

#include <sys/types.h>
#include <time.h>
"""
)
CLEAN = {
    "CMakeLists.txt": CMAKE,
    "docs/architecture.md": ARCHITECTURE,
    "docs/how-to/start.md": "# Start here\n\n[up](../architecture.md#architecture) [x](http://x)\n",
    "README.md": "[docs](docs) [start](docs/how-to/start.md#start-here) [me](#a-b)\n\n# A `b`\n",
    "lib/base/status.h": STATUS,
    "lib/base/clock.c": SPDX_C + "#include <time.h>\n\nlong now(void) {\n    return time(0);\n}\n",
    "lib/base/hash.c": SPDX_C + "#include <xxhash.h>\n",
    "lib/core/hub.h": HEADER,
    "lib/core/hub.c": CORE,
    "lib/store/log.c": SPDX_C + "#include <lmdb.h>\n#include <unistd.h>\n",
    "lib/wire/codec.c": SPDX_C + '#include "base/status.h"\n#include "proto/event.pb-c.h"\n',
    "broker/broker.h": BROKER,
    "broker/main.c": MAIN,
    "proto/event.proto": "// SPDX-License-Identifier: Apache-2.0\n",
    "script/test": "#!/bin/sh\n" + SPDX + "d=$(mktemp -d /tmp/x.XXXXXX)  # XXX #12 known\n",
    "tests/unit/core/test_hub.c": SPDX_C + '#include "store/log.h"\n\nstatic int call_count;\n',
}


def body(*lines):
    """A core file with one function of these lines."""
    text = "".join(f"    {line}\n" for line in lines)
    return SPDX_C + f"static void f(int a) {{\n{text}}}\n"


def header(*lines):
    """The clean header with these lines before its end."""
    return HEADER.replace("#endif\n", "\n".join(lines) + "\n\n#endif\n")


def nested(depth):
    text = "a++;"
    for _ in range(depth):
        text = f"if (a) {{\n{text}\n}}"
    return SPDX_C + f"static void f(int a) {{\n{text}\n}}\n"


CORE_C = "lib/core/plant.c"
CORE_H = "lib/core/hub.h"
TABLE = "docs/architecture.md"
LISTS = "CMakeLists.txt"
# (rule, path, planted text): the rule must report that path. More than one plant for a rule
# where it has more than one way to be broken.
PLANTS = [
    ("arrows", CORE_C, SPDX_C + '#include "store/log.h"\n'),
    ("arrows", CORE_C, SPDX_C + '#include "proto/event.pb-c.h"\n'),
    ("arrows", "lib/store/log.c", SPDX_C + '#include "../core/hub.h"\n'),
    ("arrows", "lib/store/log.c", SPDX_C + '#include "log.h"\n'),
    ("arrows", "broker/main.c", SPDX_C + '#include "store/log.h"\n'),
    ("arrows", "include/tocsin.h", SPDX_C + '#include "core/hub.h"\n'),
    ("arrows", "docs/architecture.md", "# Architecture\n"),
    ("doors", "lib/wire/codec.c", SPDX_C + "#include <lmdb.h>\n"),
    ("doors", "broker/broker.h", SPDX_C + "#include <zmq.h>\n"),
    ("doors", "lib/store/log.c", SPDX_C + "#include <curl/curl.h>\n"),
    ("core-is-pure", CORE_C, SPDX_C + "#include <time.h>\n"),
    ("core-is-pure", CORE_C, SPDX_C + "#include <stdlib.h>\n"),
    ("table-descends", TABLE, ARCHITECTURE.replace("| base | LMDB", "| core | LMDB")),
    ("table-descends", TABLE, ARCHITECTURE.replace("xxhash", "LMDB")),
    ("every-folder-is-a-room", "lib/attic/old.c", SPDX_C),
    ("cmake-equals-table", LISTS, CMAKE.replace("lib/core USES base", "lib/core USES store")),
    ("cmake-equals-table", LISTS, CMAKE.replace(" FOREIGN lmdb", "")),
    ("cmake-equals-table", LISTS, CMAKE.replace("NAME core DIR", "NAME kernel DIR")),
    ("file-lines", CORE_C, SPDX_C + "\n" * 600),
    ("file-lines", "broker/main.c", SPDX_C + "\n" * 120),
    ("line-columns", CORE_C, SPDX_C + f"/* {'x' * 95} */\n"),
    ("line-columns", CORE_C, SPDX_C + f"/* {'村' * 48} */\n"),
    ("function-lines", CORE_C, body(*["a++;"] * 69)),
    ("function-parameters", CORE_C, SPDX_C + "void f(int a, int b, int c, int, int, int, int);\n"),
    ("nesting", CORE_C, nested(4)),
    ("braces", CORE_C, body("if (a)", "    a++;")),
    ("braces", CORE_C, body("if (a) {", "    a++;", "} else", "    a--;")),
    ("braces", CORE_C, body("while (a)", "    ;")),
    ("recursion", CORE_C, body("f(a - 1);")),
    ("recursion", CORE_C, SPDX_C + "void g(void) {\n    h();\n}\nvoid h(void) {\n    g();\n}\n"),
    ("licence-line", CORE_C, "int x(void);\n"),
    ("licence-line", "script/test", "#!/bin/sh\necho\n"),
    ("licence-line", "proto/event.proto", 'syntax = "proto3";\n'),
    ("layout", CORE_C, SPDX_C + "int  x ;\n"),
    ("header-paragraph", CORE_H, SPDX_C + "#ifndef X\n"),
    ("docstrings", CORE_H, header("void tcn_hub_bare(void);")),
    ("docstrings", CORE_H, header("struct tcn_bare {", "    int a;", "};")),
    ("docstrings", CORE_H, header("enum tcn_bare {", "    TCN_BARE = 1,", "};")),
    ("docstrings", CORE_H, header("/** Too far away. */", "", "void tcn_hub_far(void);")),
    ("docstrings", CORE_H, header("/* Not a docstring. */", "void tcn_hub_plain(void);")),
    ("errors-exist", CORE_H, header("/** Errors: TCN_SURPRISE. */", "void tcn_hub_x(void);")),
    ("must-check", CORE_H, header("/** X. */", "enum tcn_status tcn_hub_x(void);")),
    ("exported-names", CORE_H, header("/** X. */", "void hub_x(void);")),
    ("exported-names", "include/tocsin.h", SPDX_C + "void tcn_x(void);\n"),
    ("typedefs", CORE_C, SPDX_C + "typedef struct peer peer;\n"),
    ("typedefs", CORE_C, SPDX_C + "typedef struct {\n    int a;\n} peer;\n"),
    ("typedefs", CORE_C, SPDX_C + "typedef int tcn_number_t;\n"),
    ("typedefs", CORE_C, SPDX_C + "typedef void (*tcn_call_t)(int a);\n"),
    ("no-len", CORE_C, SPDX_C + "void f(const char *text, int len);\n"),
    ("no-len", CORE_C, body("unsigned text_len = 3;", "(void)text_len;")),
    ("no-len", CORE_H, header("/** X. */", "struct tcn_x {", "    unsigned body_len;", "};")),
    ("banned-calls", CORE_C, body('strcpy(0, "");')),
    ("banned-calls", CORE_C, body("usleep(a);")),
    ("banned-calls", CORE_C, body("signal(a, 0);")),
    ("banned-calls", CORE_C, SPDX_C + "#define NUMBER(text) atoi(text)\n"),
    ("clock-and-dice", CORE_C, body("clock_gettime(0, 0);")),
    ("clock-and-dice", "lib/store/log.c", body("a = (int)time(0);")),
    ("clock-and-dice", "lib/store/log.c", body("randombytes_buf(&a, 4);")),
    ("clock-and-dice", "lib/store/log.c", body("tcn_clock_wall_ns();")),
    ("goto-out", CORE_C, body("goto fail;", "fail:", "return;")),
    ("goto-out", CORE_C, body("out:", "a++;", "goto out;")),
    ("macro-flow", CORE_C, SPDX_C + "#define TRY(x) if (x) return\n"),
    ("mutable-globals", CORE_C, SPDX_C + "static int count;\n"),
    ("mutable-globals", CORE_C, SPDX_C + "static const char *name = 0;\n"),
    ("mutable-globals", CORE_C, SPDX_C + "struct { int a; } all[3];\n"),
    ("mutable-globals", CORE_C, body("static int seen = 0;", "seen++;")),
    ("mutable-globals", "broker/main.c", SPDX_C + "static int count;\n"),
    ("todo-numbered", CORE_C, SPDX_C + "/* TODO: later */\n"),
    ("todo-numbered", "README.md", "FIXME\n"),
    ("generated-code", "proto/event.pb-c.c", SPDX_C),
    ("generated-code", "tests/lib/event_pb2.py", SPDX),
    ("generated-code", "tests/data/log/data.mdb", "x\n"),
    ("generated-code", "store-test-a1B2c3/LOCK", "1\n"),
    ("machine-paths", "README.md", "cd /home/anna/tocsin\n"),
    ("machine-paths", "script/test", "#!/bin/sh\n" + SPDX + "cp x /tmp/y\n"),
    ("machine-paths", "README.md", "see /work/main\n"),
    ("workplace", "README.md", "made in session 3\n"),
    ("page-kinds", "docs/notes.md", "# Notes\n"),
    ("page-kinds", "docs/misc/notes.md", "# Notes\n"),
    ("links", "README.md", "[gone](docs/gone.md)\n"),
    ("links", "README.md", "[gone](docs/how-to/start.md#nowhere)\n"),
]


def run(tidy):
    """Plants everything, the negative first; 0 when each plant was found and the clean tree is."""
    rules = {tidy.rule_name(rule): rule for rule in tidy.RULES}
    failures = [f"{name} has no plant" for name in rules if not any(p[0] == name for p in PLANTS)]
    failures += [f"{name} has no docstring" for name, rule in rules.items() if not rule.__doc__]
    root = tempfile.mkdtemp(prefix="tidy-")
    try:
        shutil.copy(os.path.join(HERE, "..", "..", ".clang-format"), root)
        for path, text in CLEAN.items():
            write(root, path, text)
        for name, path, text in PLANTS:
            write(root, path, text)
            found = list(rules[name](tidy.Tree(root)))
            if not any(where == path for where, _, _ in found):
                failures.append(f"{name} did not see its plant in {path}:\n{text}")
            restore(root, path)
        for violation in tidy.check(tidy.Tree(root)):
            failures.append(f"the clean tree is not: {violation}")
    finally:
        shutil.rmtree(root)
    failures += judge_failures(tidy)
    print("\n".join(failures + [""]), end="")
    print(f"tidy --self-test: {len(PLANTS)} plants, {len(rules)} rules, {len(failures)} failures")
    return 1 if failures else 0


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


def restore(root, path):
    if path in CLEAN:
        write(root, path, CLEAN[path])
    else:
        os.remove(os.path.join(root, path))


def judge_failures(tidy):
    """The exceptions: more than listed, fewer, a grown list, and the one that passes."""
    one = [("braces", "a.c", 3, "what")]
    listed = {("braces", "a.c"): 1}
    cases = (
        ("a violation without exception is reported", (one, {}, None), 1),
        ("more violations than listed are reported", (one * 2, listed, None), 2),
        ("fewer violations than listed shrink the list", ([], listed, None), 1),
        ("a grown list is reported", (one, listed, {}), 1),
        ("a listed violation passes", (one, listed, listed), 0),
        ("a shrunk list passes", ([], {}, listed), 0),
    )
    return [why for why, given, count in cases if len(tidy.judge(*given)) != count]
