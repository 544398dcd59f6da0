#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two checks of the C++ sources that a folder configured with clang++ compiles.

    tools/lint_cpp.py tidy BUILD [PATH...]     clang-tidy (.clang-tidy)
    tools/lint_cpp.py alone BUILD [PATH...]    each source and each header compiles by itself

BUILD has a compile_commands.json made with -DTRANCHE_UNITY=OFF; of its sources, those below
the paths, from the root of the repository, or all. tools/lint calls this.

tidy: most of the time of clang-tidy goes into headers of libraries, which every source
includes again. So sources of a library are put into units as large as their names allow, and
a unit that does not compile is halved until it does. Findings name the sources.

alone: a source that is compiled together with its neighbours (TRANCHE_UNITY) may use what they
include. What compiled once is checked again when a file that it includes has changed.
"""
import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

root = Path(__file__).resolve().parent.parent
checked = ["kernels/", "sim/", "tools/"]  # tests: the compiler's warnings are enough
largest_unit = 32  # sources: several units for each processor
# A name that a line at the left margin declares; clang-format puts them there.
declared = re.compile(r"^(?!\s)(?:[\w:<>,*&\s]+[\s*&])?(\w+)\s*(?:\(|\{|=|;|\[|final\b|:\s)")


class Source:
    def __init__(self, entry):
        self.path = Path(entry["file"])
        self.name = os.path.relpath(self.path, root)
        self.folder = entry["directory"]
        self.flags = re.sub(r" -o \S+ -c \S+", "", entry["command"])


def sources(build):
    entries = json.loads((build / "compile_commands.json").read_text())
    found = {s.name: s for s in map(Source, entries) if s.name.startswith(tuple(checked))}
    return [found[name] for name in sorted(found)]


def own_names(source):
    """Names that a source keeps to itself: two of the same cannot be in one unit."""
    names, inside = set(), False
    for line in source.path.read_text().splitlines():
        if line.startswith("using "):
            continue  # the same alias may be declared twice
        if line == "namespace {":
            inside = True
        elif line.startswith("}  // namespace"):
            inside = False
        elif inside and (match := declared.match(line)):
            names.add(match[1])
        elif match := re.match(r"(?:static|constexpr|const) .*?(\w+)\s*(?:\(|=|\{)", line):
            names.add(match[1])
    return names


def units(all_sources):
    """Lists of sources with the same flags and no name in common."""
    made = []
    for source in all_sources:
        names = own_names(source)
        for members, taken in made:
            same = members[0].flags == source.flags
            if same and len(members) < largest_unit and not taken & names:
                members.append(source)
                taken |= names
                break
        else:
            made.append(([source], set(names)))
    return [members for members, _ in made]


def tidy_unit(members, folder):
    """Findings in these sources and the headers that they include."""
    names = "\n".join(source.name for source in members)
    unit = folder / (hashlib.sha256(names.encode()).hexdigest()[:12] + ".cpp")
    unit.write_text("".join(f'#include "{source.path}"\n' for source in members))
    command = ["clang-tidy-14", "--quiet", f"--config-file={root}/.clang-tidy", str(unit), "--"]
    command += [*shlex.split(members[0].flags)[1:], "-w"]  # `alone` warns
    done = subprocess.run(command, cwd=members[0].folder, capture_output=True, text=True)
    if "clang-diagnostic-error" in done.stdout and len(members) > 1:
        middle = len(members) // 2
        return tidy_unit(members[:middle], folder) + tidy_unit(members[middle:], folder)
    found = re.split(r"^(?=/\S+:\d+:\d+: (?:warning|error):)", done.stdout, flags=re.MULTILINE)
    if done.returncode and not any(found):
        found = [f"{names}:\n{done.stderr}"]
    return [text for text in found if text.strip()]


def tidy(build, wanted):
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    parts = sorted(
        units([s for s in sources(build) if s.name.startswith(wanted)]), key=len, reverse=True
    )
    told = set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda members: tidy_unit(members, folder), parts):
            yield from sorted(set(found) - told)  # a header is in more than one unit
            told |= set(found)


def first_include(path):
    match = re.search(r'^#include "(\S+)"', path.read_text(), re.MULTILINE)
    return match[1] if match else None


def digest_of(files):
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(Path(file).read_bytes())
    return whole.hexdigest()


def compile_alone(name, command, folder, stamps):
    """What the compiler says of one file, or nothing."""
    stamp = stamps / name.replace("/", "+")
    text = " ".join(command)
    if stamp.exists():
        files, digest, before = stamp.read_text().split("\n")
        if before == text and all(map(os.path.exists, files.split())):
            if digest == digest_of(files.split()):
                return None
    dependencies = Path(f"{stamp}.d")
    command = [*command, "-MD", "-MF", str(dependencies), "-MT", "x"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        stamp.unlink(missing_ok=True)
        return f"{name} does not compile by itself:\n{done.stderr}"
    files = dependencies.read_text().replace("\\\n", " ").split()[1:]
    stamp.write_text("\n".join([" ".join(files), digest_of(files), text]))
    return None


def alone(build, wanted):
    stamps = build / "alone"
    stamps.mkdir(exist_ok=True)
    work, seen = [], set()
    for source in sources(build):
        command = [*shlex.split(source.flags), "-fsyntax-only", str(source.path)]
        work.append((source.name, command, source.folder))
        seen.add(first_include(source.path))  # the first include sees nothing before it
    plain = next(s for s in sources(build) if s.name.startswith("tools/cli/"))
    for path in sorted(path for folder in checked for path in (root / folder).rglob("*.hpp")):
        name = os.path.relpath(path, root)
        if name not in seen and "benchmarks/baselines" not in name:
            # Included, not compiled: a file that is compiled itself ignores its `#pragma once`.
            command = [*shlex.split(plain.flags), "-fsyntax-only", "-include", str(path)]
            work.append((name, [*command, "-x", "c++", "/dev/null"], plain.folder))
    work = [one for one in work if one[0].startswith(wanted)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(lambda one: compile_alone(*one, stamps), work))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("check", choices=["tidy", "alone"])
    parser.add_argument("build", type=Path)
    parser.add_argument("paths", nargs="*", default=checked)
    arguments = parser.parse_args()
    check = {"tidy": tidy, "alone": alone}[arguments.check]
    status = 0
    for text in check(arguments.build.resolve(), tuple(arguments.paths)):
        print(text, end="", flush=True)
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
