# SPDX-License-Identifier: Apache-2.0
"""Compares the speed of two revisions on this machine: tools/bench compare.

Both are built the same way in git worktrees of their own under build/, which are removed
afterwards. A round runs each of them once, and the order alternates from round to round.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import paired
from measure import FLAGSHIP, TOY, machine, micro_benchmarks, run_tranche, write_json

CONFIGURE = [
    "-G",
    "Ninja",
    "-DCMAKE_BUILD_TYPE=Release",
    "-DTRANCHE_CUDA=OFF",
    "-DTRANCHE_MPI=OFF",
    "-DTRANCHE_TESTS=OFF",
]


def git(*words):
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False)


def commit_of(revision):
    """Returns the commit of a revision; ends the program with status 2 if there is none."""
    found = git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    if found.returncode != 0:
        print(
            f"error: unknown revision `{revision}` (accepted: a commit, branch or tag of this "
            "repository)",
            file=sys.stderr,
        )
        sys.exit(2)
    return found.stdout.strip()


def finish(command, log):
    """Runs a step of a build with its output in a file; prints the end of it on failure."""
    with open(log, "a", encoding="utf-8") as out:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        with open(log, encoding="utf-8", errors="replace") as file:
            sys.stderr.write("".join(file.readlines()[-40:]))
        raise SystemExit(
            f"error: `{' '.join(command[:4])} ...` ended with status " f"{done.returncode}"
        )


def build(commit, folder, jobs):
    """Builds a commit in a worktree at `folder`; returns the folder of its binaries."""
    done = git("worktree", "add", "--detach", folder, commit)
    if done.returncode != 0:
        raise SystemExit(f"error: cannot make a worktree: {done.stderr.strip()}")
    binaries, log = os.path.join(folder, "build"), folder + ".log"
    print(f"building {commit[:12]}", flush=True)
    finish(["cmake", "-S", folder, "-B", binaries, *CONFIGURE], log)
    finish(["cmake", "--build", binaries, "--parallel", str(jobs), "--target", "tranche"], log)
    try:
        finish(
            [
                "cmake",
                "--build",
                binaries,
                "--parallel",
                str(jobs),
                "--target",
                "tranche_benchmarks",
            ],
            log,
        )
    except SystemExit as reason:
        print(f"{commit[:12]} has no kernels to measure: {reason}", file=sys.stderr)
    return binaries


def measured(folder, options):
    """Returns one round of one revision: speeds by benchmark, and digests."""
    tree, binary = os.path.dirname(folder), os.path.join(folder, "tranche")
    common = ["--device", "cpu", "--threads", str(options.threads)]
    toy = run_tranche(os.path.join(tree, TOY), [*common, "--draws", str(options.draws)], binary)
    flagship = run_tranche(os.path.join(tree, FLAGSHIP), common, binary)
    speeds = {
        ("h200-toy", "draws/s"): toy["draws_per_s"],
        ("h200-toy", "draws per CPU s"): toy["draws_per_processor_s"],
        ("flagship", "draws per CPU s"): flagship["draws_per_processor_s"],
    }
    seconds = {"flagship CPU s": flagship["seconds_processor"]}
    kernels = os.path.join(folder, "tranche_benchmarks")
    if options.kernels and os.path.exists(kernels):
        for row in micro_benchmarks(kernels):
            speeds[row["kernel"], "items/s"] = row["items_per_s"]
    return speeds, seconds, {"h200-toy": toy["digest"], "flagship": flagship["digest"]}


def compared(folders, options):
    """Returns the rows of the table, and whether results were equal."""
    rounds = {"A": [], "B": []}
    for number, names in enumerate(paired.order(options.rounds), 1):
        for name in names:
            rounds[name].append(measured(folders[name], options))
        print(f"round {number} of {options.rounds}", flush=True)
    rows = []
    for what, unit in rounds["A"][0][0]:
        if (what, unit) not in rounds["B"][0][0]:
            continue  # a kernel that only one of them has
        a, b = ([speeds[what, unit] for speeds, _, _ in rounds[name]] for name in "AB")
        rows.append(
            {"what": what, "unit": unit, "a": a, "b": b, **paired.ratio_with_interval(a, b)}
        )
    seconds = {name: [entry[1]["flagship CPU s"] for entry in rounds[name]] for name in "AB"}
    digests = {name: rounds[name][0][2] for name in "AB"}
    return rows, seconds, digests


def print_table(report):
    for name in "AB":
        side = report[name.lower()]
        print(f"{name} = {side['revision']} ({side['commit'][:12]})")
    print(
        f"{report['machine']['processor']}, {report['threads']} threads, load "
        f"{report['machine']['load']:.1f}; {report['rounds']} rounds, A B B A ...\n"
    )
    print(f"{'':<24}{'unit':>16}{'A':>11}{'B':>11}{'B / A':>8}   95 % interval")
    for row in report["rows"]:
        print(
            f"{row['what']:<24}{row['unit']:>16}{statistics.median(row['a']):>11.3g}"
            f"{statistics.median(row['b']):>11.3g}{row['ratio']:>8.3f}   {row['low']:.3f} to "
            f"{row['high']:.3f}  {paired.verdict(row)}"
        )
    seconds = report["flagship_cpu_s"]
    print(
        f"\nflagship: {statistics.median(seconds['A']):.2f} CPU s with A, {statistics.median(seconds['B']):.2f} with B."
    )
    print("A and B: the middle of all rounds. B / A above 1: B is faster. Of every twenty rows")
    print("without any difference, one shows one by chance.")
    for what, same in report["same_results"].items():
        print(
            f"{what}: {'the same results' if same else 'other results (scenario or model changed)'}"
        )


def arguments():
    parser = argparse.ArgumentParser(
        prog="tools/bench compare",
        description="Builds two revisions, runs them in turn on this machine and prints how much "
        "faster the second is, with an interval. Example: tools/bench compare main~5 "
        "main --rounds 12",
    )
    parser.add_argument("a", metavar="REV_A", help="a commit, branch or tag")
    parser.add_argument("b", metavar="REV_B", help="the one that is compared with it")
    parser.add_argument("--rounds", type=int, default=8, help="pairs to measure (8)")
    parser.add_argument("--draws", type=int, default=2_000_000, help="of h200-toy (2000000)")
    parser.add_argument(
        "--threads", type=int, default=len(os.sched_getaffinity(0)), help="of both (all)"
    )
    parser.add_argument(
        "--no-kernels", dest="kernels", action="store_false", help="leave the micro benchmarks out"
    )
    parser.add_argument(
        "--jobs", type=int, default=len(os.sched_getaffinity(0)), help="compilers at a time"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures there as well")
    parser.add_argument("--folder", default=".", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error(f"`--rounds` is {options.rounds} (accepted: 2 or more)")
    for name in ("draws", "threads", "jobs"):
        if getattr(options, name) < 1:
            parser.error(f"`--{name}` is {getattr(options, name)} (accepted: 1 or more)")
    return options


def main():
    options = arguments()
    commits = {"A": commit_of(options.a), "B": commit_of(options.b)}
    os.makedirs("build", exist_ok=True)
    place = tempfile.mkdtemp(prefix="compare-", dir=os.path.abspath("build"))
    try:
        built = {
            commit: build(commit, os.path.join(place, commit[:12]), options.jobs)
            for commit in dict.fromkeys(commits.values())
        }
        folders = {name: built[commit] for name, commit in commits.items()}
        report = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "machine": machine(),
            "threads": options.threads,
            "rounds": options.rounds,
            "draws": options.draws,
            "a": {"revision": options.a, "commit": commits["A"]},
            "b": {"revision": options.b, "commit": commits["B"]},
        }
        report["rows"], report["flagship_cpu_s"], digests = compared(folders, options)
        report["same_results"] = {
            what: digests["A"][what] == digests["B"][what] for what in digests["A"]
        }
    finally:
        for commit in dict.fromkeys(commits.values()):
            git("worktree", "remove", "--force", os.path.join(place, commit[:12]))
        shutil.rmtree(place, ignore_errors=True)
        git("worktree", "prune")
    print_table(report)
    if options.json:
        write_json(os.path.join(options.folder, options.json), report)


if __name__ == "__main__":
    main()
