# SPDX-License-Identifier: Apache-2.0
"""The files under test, read and lexed once, and the table of rooms."""

import os
import re
import subprocess
from dataclasses import dataclass

import clex

TABLE = "docs/architecture.md"
SKIPPED = {".git", "build", "__pycache__", "node_modules"}


@dataclass
class Room:
    floor: str
    name: str
    folder: str  # ends in a slash; "*/main.c" for programs
    uses: list
    doors: list


class Tree:
    """All files that are or could be committed, by path relative to the root."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.paths = sorted(p for p in list_paths(self.root) if os.path.isfile(self.full(p)))
        self.texts = {}
        self.sources = {}
        self.table = None

    def full(self, path):
        return os.path.join(self.root, path)

    def text(self, path):
        """The file's text; "" for a file that is not UTF-8."""
        if path not in self.texts:
            with open(self.full(path), "rb") as file:
                data = file.read()
            try:
                self.texts[path] = "" if b"\0" in data else data.decode()
            except UnicodeDecodeError:
                self.texts[path] = ""
        return self.texts[path]

    def lines(self, path):
        """(number, line) from 1."""
        return enumerate(self.text(path).splitlines(), 1)

    def source(self, path):
        if path not in self.sources:
            self.sources[path] = clex.Source(self.text(path))
        return self.sources[path]

    def c_files(self):
        """Every C file, tests and benchmarks too."""
        return [p for p in self.paths if p.endswith((".c", ".h"))]

    def room_files(self):
        """C files that lie in a room."""
        return [p for p in self.c_files() if self.room_of(p)]

    def headers(self):
        """Headers of the rooms, and the public one."""
        found = [p for p in self.room_files() if p.endswith(".h")]
        return found + [p for p in self.c_files() if p.startswith("include/")]

    def program_text(self):
        """Sources, scripts and build files: what carries our licence line and our width."""
        ends = (".c", ".h", ".proto", ".py", ".sh", ".cmake", "CMakeLists.txt")
        return [p for p in self.paths if p.endswith(ends) or p.startswith(("script/", ".ci/"))]

    def our_text(self):
        """All text that we wrote. The tidy test itself must name what it forbids."""
        binary = (".png", ".svg", ".bin", ".hex", ".lmdb", ".mdb")
        return [
            p
            for p in self.paths
            if not p.startswith("tests/tidy/") and p != "LICENSE" and not p.endswith(binary)
        ]

    def rooms(self):
        """The rooms of the table, top floor first."""
        if self.table is None:
            self.table = parse_table(self.text(TABLE)) if TABLE in self.paths else []
        return self.table

    def room(self, name):
        return next((r for r in self.rooms() if r.name == name), None)

    def room_of(self, path):
        """The room in whose folder the file lies; main.c counts as its service's."""
        matches = [r for r in self.rooms() if path.startswith(r.folder)]
        return max(matches, key=lambda r: len(r.folder), default=None)


def list_paths(root):
    """From git where there is one (tracked and not ignored), else from the disk."""
    if os.path.exists(os.path.join(root, ".git")):
        asked = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        answer = subprocess.run(asked, capture_output=True, check=False)
        if answer.returncode == 0:
            return {p for p in answer.stdout.decode().split("\0") if p}
    found = set()
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED]
        found.update(os.path.relpath(os.path.join(folder, f), root) for f in files)
    return found


def parse_table(text):
    match = re.search(r"<!-- arrows:begin -->(.*?)<!-- arrows:end -->", text, re.DOTALL)
    rooms = []
    for line in match.group(1).splitlines() if match else []:
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) != 6 or not cells[0].isdigit():
            continue
        floor, name, folder, _, uses, doors = cells
        rooms.append(Room(floor, name, folder.strip("`"), words(uses), words(doors)))
    return rooms


def words(cell):
    return [] if cell in ("", "–") else [w.strip() for w in cell.split(",")]
