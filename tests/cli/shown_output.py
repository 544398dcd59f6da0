# SPDX-License-Identifier: Apache-2.0
"""Commands in a page, and their shown output.

A checked command is in a block ```console, as `$ build/tranche ...`, perhaps over several lines
that end in a backslash. Its output follows in the same block, or in a block without a language
right after it. A page shows excerpts: each paragraph must occur in the output, in order, and
`[...]` inside a paragraph matches any text."""

import os
import re
import shlex
import subprocess

from command_line import BINARY, SOURCE

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
BETWEEN_PARTS = re.compile(r"\[\.\.\.\]|\n\s*\n")
# Text that differs between runs and machines.
CHANGING = [
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b[\d.]+ (?:ms|s) \([\d.]+ [kM]? ?draws/s\)", "TIME"),
        (r"\bin [\d.]+ (?:ms|s)\b", "in TIME"),
        (r"\b[\d.]+ (?:ms|s), seed", "TIME, seed"),
        (r"\bon (?:CPU|GPU|\d+ x).*? threads?\b", "on DEVICE"),
        (r"\d+ threads?\b", "THREADS"),
    )
]


class Shown:
    """One command of a page: its arguments, and the parts of its output that are shown."""

    def __init__(self, command, output):
        self.arguments = shlex.split(command)[1:]
        self.command = command
        self.parts = [words for words in map(words_of, BETWEEN_PARTS.split(output)) if words]


def words_of(text):
    """Returns the words on one line: line breaks and column widths are ignored."""
    text = "\n".join(line for line in text.splitlines() if set(line.strip()) != {"-"})
    text = " ".join(text.split())
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text


def shown_commands(path):
    """The checked commands of a page."""
    found = []
    text = path.read_text()
    blocks = list(BLOCK.finditer(text))
    for i, block in enumerate(blocks):
        if block.group(1) != "console":
            continue
        body = block.group(2).replace("\\\n", " ")
        commands = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
        for command in commands:
            line, _, output = command.partition("\n")
            if not line.startswith("build/tranche "):
                continue
            after = blocks[i + 1] if i + 1 < len(blocks) else None
            if not output.strip() and after and after.start() == block.end() and not after.group(1):
                output = after.group(2)
            found.append(Shown(line, output))
    return found


def run_as_shown(shown, folder):
    """Runs the command in `folder` as if that were the root of a checkout."""
    for name in ("scenarios", "docs"):
        link = folder / name
        if not link.exists():
            link.symlink_to(SOURCE / name)
    return subprocess.run(
        [BINARY, *shown.arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        env=os.environ | {"TRANCHE_DATA": str(SOURCE / "scenarios")},
    )


def first_difference(shown, output):
    """Returns the first part that is missing in the output after the parts before it, up to its
    first different word; or None."""
    words, at = words_of(output), 0
    for part in shown.parts:
        found = words.find(part, at)
        if found < 0:
            start = part.split(" ")
            while len(start) > 1 and words.find(" ".join(start[:-1]), at) < 0:
                start.pop()
            return " ".join(start)
        at = found + len(part)
    return None


def check(test, path, least):
    """Fails `test` for each command of the page that does not print what the page shows."""
    commands = shown_commands(path)
    test.assertGreaterEqual(len(commands), least)
    for shown in commands:
        with test.subTest(command=shown.command):
            done = run_as_shown(shown, test.folder)
            test.assertEqual(done.returncode, 0, done.stderr)
            words = first_difference(shown, done.stdout)
            if words is not None:
                test.fail(
                    f"{path.name} shows `{words}`, whose last word is not in the output:\n"
                    + done.stdout
                )
