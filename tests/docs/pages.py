#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages: every relative link and anchor resolves, on a code host and on the site alike.

    python3 tests/docs/pages.py [ROOT]

Also: every page of docs/ is in docs/index.md and in mkdocs.yml; a list has an empty line before it
(the site would run it into the paragraph); paths of pages in sources and messages exist.
Asks no network. Prints what is wrong, one line each, and ends with 1 when something is.
"""

import os
import pathlib
import re
import sys
import unicodedata

ROOT = pathlib.Path(
    sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
).resolve()
DOCS = ROOT / "docs"
FENCE = re.compile(r"^ *(```|~~~)")
LINK = re.compile(
    r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^()\s>]+(?:\([^()\s]*\))?)>?(?:\s+\"[^\"]*\")?\s*\)"
)
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)")
LIST_ITEM = re.compile(r"(?:[-*+] |\d+\. )")
# Not after a letter or a slash: that is a page of another repository.
PAGE_PATH = re.compile(r"(?<![\w/.@-])docs/[\w/-]+\.md\b")
MADE_LATER = {"docs/dev/gpu.md"}  # by `tools/gpu-acceptance report`
SOURCES = {
    ".cpp",
    ".hpp",
    ".inl",
    ".cu",
    ".cuh",
    ".py",
    ".sh",
    ".ts",
    ".toml",
    ".md",
    ".txt",
    ".cmake",
    ".expected",
    "",
}
# Quotations of other repositories, and build or install outputs.
NOT_OURS = {".git", "node_modules", "results", "corpus", "measured", "__pycache__"}


def lines_outside_code(text):
    """Yields (number, line) outside code blocks."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def without_code(line):
    return re.sub(r"(`+).*?\1", "", line)


def text_of_heading(line):
    line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line.lstrip("#").strip())
    return line.replace("`", "")


def anchor_on_site(heading):
    """Anchor made by the `toc` extension of Python-Markdown."""
    ascii_text = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_text).strip().lower())


def anchor_on_host(heading):
    """Anchor made by code hosts."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(page, cache={}):
    """Anchors of a page: those that both make for a heading, and explicit ones."""
    if page not in cache:
        text = page.read_text()
        found, seen = set(re.findall(r'\bid="([^"]+)"', text)), {}
        for _, line in lines_outside_code(text):
            if re.match(r"#{1,6} ", line):
                heading = text_of_heading(line)
                site, host = anchor_on_site(heading), anchor_on_host(heading)
                seen[host] = seen.get(host, 0) + 1
                if site == host and seen[host] == 1:
                    found.add(host)
        cache[page] = found
    return cache[page]


def wrong_links(page):
    for number, line in lines_outside_code(page.read_text()):
        for target in LINK.findall(without_code(line)):
            if ELSEWHERE.match(target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            where = f"{page.relative_to(ROOT)}:{number}: {target}"
            if not file.exists():
                yield f"{where}: there is no such file"
            elif page.is_relative_to(DOCS) and not file.is_relative_to(DOCS):
                yield f"{where}: outside docs/, so it is not on the site"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                yield f"{where}: no heading of {file.name} has this anchor on a code host and on the site"


def wrong_lists(page):
    before, in_list = "", False
    for number, line in lines_outside_code(page.read_text()):
        is_item = LIST_ITEM.match(line)
        if is_item and before.strip() and not in_list and not before.startswith("#"):
            yield f"{page.relative_to(ROOT)}:{number}: an empty line is missing before the list"
        in_list = bool(is_item) or (in_list and bool(line.strip()))
        before = line


def pages_left_out():
    index = {
        (DOCS / target.partition("#")[0]).resolve()
        for target in LINK.findall((DOCS / "index.md").read_text())
    }
    nav = set(re.findall(r": ([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE))
    for page in sorted(DOCS.rglob("*.md")):
        name = page.relative_to(DOCS).as_posix()
        if page.name != "index.md" and page not in index:
            yield f"docs/index.md: {name} is missing"
        if name not in nav:
            yield f"mkdocs.yml: {name} is missing"


def wrong_paths():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [f for f in folders if f not in NOT_OURS and not f.startswith("build")]
        for name in files:
            file = pathlib.Path(folder) / name
            if file.suffix not in SOURCES or file == pathlib.Path(__file__).resolve():
                continue
            try:
                text = file.read_text()
            except UnicodeDecodeError:
                continue
            for found in sorted(set(PAGE_PATH.findall(text)) - MADE_LATER):
                if not (ROOT / found).exists():
                    yield f"{file.relative_to(ROOT)}: {found} does not exist"


def main():
    pages = [*ROOT.glob("*.md"), *(ROOT / ".github").rglob("*.md"), *DOCS.rglob("*.md")]
    wrong = [*pages_left_out(), *wrong_paths()]
    links = 0
    for page in sorted(pages):
        links += len(LINK.findall(page.read_text()))
        wrong += [*wrong_links(page), *wrong_lists(page)]
    print("\n".join(wrong) if wrong else f"{len(pages)} pages, {links} links")
    return 1 if wrong or not links else 0


if __name__ == "__main__":
    raise SystemExit(main())
