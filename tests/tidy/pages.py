# SPDX-License-Identifier: Apache-2.0
"""Rules on the pages that people read."""

import os
import re
import urllib.parse

KINDS = ("tutorials", "how-to", "reference", "explanation")
ROOT_PAGES = ("docs/architecture.md", "docs/performance.md", "docs/README.md", "docs/zh/README.md")


def page_kinds(tree):
    """A page of docs/ lies in the folder of its kind, docs/zh/ alike."""
    for path in tree.paths:
        if path.startswith("docs/") and path.endswith(".md") and path not in ROOT_PAGES:
            folders = path.removeprefix("docs/").removeprefix("zh/").split("/")
            if folders[0] not in KINDS or len(folders) < 2:
                yield path, 1, f"is in none of {', '.join(KINDS)}"


def links(tree):
    """A relative link of a page leads to a file or folder of the tree, its #part to a heading."""
    known = set(tree.paths)
    for path in tree.paths:
        known.update(folders_above(path))
    for path in [p for p in tree.paths if p.endswith(".md")]:
        for number, target in targets(tree, path):
            file, _, part = urllib.parse.unquote(target).partition("#")
            full = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
            if full not in known and full != ".":
                yield path, number, f"{target} leads nowhere"
            elif part and full.endswith(".md") and part not in anchors(tree, full):
                yield path, number, f"{target}: no such heading"


def folders_above(path):
    folder = os.path.dirname(path)
    while folder:
        yield folder
        folder = os.path.dirname(folder)


def targets(tree, path):
    """(line, target) of every relative link outside code."""
    fenced = False
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if fenced:
            continue
        line = re.sub(r"`[^`]*`", "", line)
        for match in re.finditer(r"\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", line):
            target = match.group(1) or match.group(2)
            if not re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                yield number, target


def anchors(tree, path):
    """The names that a page's headings get, as common renderers make them."""
    found = {}
    names = set()
    fenced = False
    for _, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        match = None if fenced else re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if match:
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", match.group(1)).lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            count = found.get(slug, 0)
            found[slug] = count + 1
            names.add(f"{slug}-{count}" if count else slug)
        names.update(re.findall(r'<a (?:id|name)="([^"]+)"', line))
    return names


RULES = [page_kinds, links]
