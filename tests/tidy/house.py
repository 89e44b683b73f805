# SPDX-License-Identifier: Apache-2.0
"""Rules on the house: which room may know which, and who opens the door to whom."""

import re

# What the table calls a library: its headers, and its name for pkg-config.
DOORS = {
    "xxhash": (r"xxh(ash|3)\.h", "libxxhash"),
    "protobuf-c": (r"protobuf-c/.*|google/.*", "libprotobuf-c"),
    "ZeroMQ": (r"zmq.*\.h", "libzmq"),
    "libsodium": (r"sodium(\.h|/.*)", "libsodium"),
    "jansson": (r"jansson.*\.h", "jansson"),
    "LMDB": (r"lmdb\.h", "lmdb"),
    "libcyaml": (r"cyaml/.*", "libcyaml"),
    "libyaml": (r"yaml\.h", "yaml-0.1"),
    "libsmartcols": (r"(libsmartcols/)?libsmartcols\.h", "smartcols"),
}
LIBC = set(
    """assert ctype dirent endian err errno fcntl fenv float fnmatch ftw getopt glob grp iconv
    inttypes langinfo limits locale malloc math netdb poll pthread pwd regex sched semaphore setjmp
    signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string
    strings sysexits syslog termios tgmath time uchar unistd wchar wctype""".split()
)
LIBC_FOLDERS = ("sys/", "netinet/", "arpa/", "net/", "linux/")
PURE = {"stdalign", "stdarg", "stdbool", "stddef", "stdint", "inttypes", "limits", "string"}


def arrows(tree):
    """A room includes only itself and the rooms the table allows, always as "room/file.h"."""
    if not tree.rooms():
        yield "docs/architecture.md", 1, "the table of arrows is missing"
    for path in tree.room_files():
        room = tree.room_of(path)
        for line, system, included in tree.source(path).includes():
            if not system and not may_include(tree, room, path, included):
                yield path, line, f'{room.name} may not include "{included}"'
    for path in [p for p in tree.c_files() if p.startswith("include/")]:
        for line, system, included in tree.source(path).includes():
            if not system:
                yield path, line, f'the public header may not include "{included}"'


def may_include(tree, room, path, included):
    if included == "tocsin.h":
        return room.name in ("client", "cli")
    parts = included.split("/")
    if len(parts) != 2:
        return False
    if parts[0] == "proto":
        return "protobuf-c" in room.doors and included.endswith(".pb-c.h")
    if path.endswith("/main.c"):
        allowed = tree.room("main").uses if tree.room("main") else []
        return parts[0] == room.name or parts[0] in allowed
    return parts[0] == room.name or parts[0] in room.uses


def doors(tree):
    """A foreign header appears only in the room that is its door; others are libc's."""
    for path in tree.room_files():
        room = tree.room_of(path)
        for line, system, included in tree.source(path).includes():
            library = next((d for d, (h, _) in DOORS.items() if re.fullmatch(h, included)), None)
            if library and library not in room.doors:
                yield path, line, f"{included} is {library}'s, and {room.name} is not its door"
            elif system and not library and not is_libc(included):
                yield path, line, f"<{included}> belongs to no door of the table"


def is_libc(included):
    return included.removesuffix(".h") in LIBC or included.startswith(LIBC_FOLDERS)


def core_is_pure(tree):
    """Core includes no header that could read a clock, a file or a socket, print or allocate."""
    for path in tree.room_files():
        if tree.room_of(path).name == "core":
            for line, system, included in tree.source(path).includes():
                if system and included.removesuffix(".h") not in PURE:
                    yield path, line, f"core may not include <{included}>"


def table_descends(tree):
    """In the table a room includes only rooms that stand below it, and each door opens once."""
    below = [r.name for r in tree.rooms()]
    opened = {}
    for room in tree.rooms():
        below.remove(room.name)
        for used in room.uses:
            if used not in below and not (room.name == "main" and used == "its room"):
                yield "docs/architecture.md", 1, f"{used} does not stand below {room.name}"
        for door in room.doors:
            if door not in DOORS:
                yield "docs/architecture.md", 1, f"{door}: the tidy test knows no such library"
            elif door in opened:
                doors_of = f"{opened[door]}, {room.name}"
                yield "docs/architecture.md", 1, f"{door} has two doors: {doors_of}"
            opened[door] = room.name


def every_folder_is_a_room(tree):
    """Every folder of lib/ stands in the table."""
    for path in tree.c_files():
        if path.startswith("lib/") and not tree.room_of(path):
            yield path, 1, "lies in no room of docs/architecture.md"


def cmake_equals_table(tree):
    """CMakeLists.txt declares the same rooms, folders, uses and doors as the table."""
    path = "CMakeLists.txt"
    if path not in tree.paths:
        yield path, 1, "is missing"
        return
    declared = {}
    text = tree.text(path)
    for match in re.finditer(r"\btocsin_room\(([^)]*)\)", text):
        line = text.count("\n", 0, match.start()) + 1
        fields = cmake_fields(match.group(1))
        name = " ".join(fields["NAME"])
        declared[name] = True
        room = tree.room(name)
        if not room:
            yield path, line, f"room {name} is not in the table"
            continue
        foreign = {DOORS[d][1] for d in room.doors if d in DOORS}
        wanted = (
            ("DIR", {room.folder.rstrip("/")}),
            ("USES", set(room.uses)),
            ("FOREIGN", foreign),
        )
        for key, expected in wanted:
            if set(fields[key]) != expected:
                said, law = sorted(fields[key]), sorted(expected)
                yield path, line, f"{name}: {key} is {said}, the table says {law}"
    for room in tree.rooms():
        if room.name not in declared and room.name != "main":
            yield path, 1, f"room {room.name} of the table is not declared"


def cmake_fields(text):
    fields = {"NAME": [], "DIR": [], "USES": [], "FOREIGN": [], "SOURCES": []}
    key = None
    for word in text.split():
        if word in fields:
            key = word
        elif key:
            fields[key].append(word)
    return fields


RULES = [
    arrows,
    doors,
    core_is_pure,
    table_descends,
    every_folder_is_a_room,
    cmake_equals_table,
]
