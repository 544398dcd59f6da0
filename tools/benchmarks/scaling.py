# SPDX-License-Identifier: Apache-2.0
"""Draws a second over threads on this machine: tools/bench scaling, which builds before."""
import argparse
import os
import statistics
import time

import paired
from measure import TOY, machine, run_tranche, write_json


def arguments():
    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(
        prog="tools/bench scaling",
        description="Draws a second with 1, 2, ... threads, and the share of a perfect speed-up "
        "that is reached. Example: tools/bench scaling --threads 2 --json scaling.json",
    )
    parser.add_argument("--threads", type=int, default=cores, help=f"up to so many (all: {cores})")
    parser.add_argument("--draws", type=int, default=4_000_000, help="of each run (4000000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each; the middle counts (3)")
    parser.add_argument("--scenario", default=TOY, help=f"which ({TOY})")
    parser.add_argument("--json", metavar="FILE", help="write the figures there as well")
    parser.add_argument("--folder", default=".", help=argparse.SUPPRESS)
    parser.add_argument("--binary", default="build/tranche", help=argparse.SUPPRESS)
    # Checks only the arguments: the build before the measurement takes minutes.
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in ("threads", "draws", "rounds"):
        if getattr(options, name) < 1:
            parser.error(f"`--{name}` is {getattr(options, name)} (accepted: 1 or more)")
    return options


def main():
    options = arguments()
    if options.check:
        return
    counts = paired.thread_counts(options.threads)
    rates, digests = {threads: [] for threads in counts}, set()
    for _ in range(options.rounds):
        for threads in counts:
            result = run_tranche(
                options.scenario,
                ["--device", "cpu", "--draws", str(options.draws), "--threads", str(threads)],
                options.binary,
            )
            rates[threads].append(result["draws_per_s"])
            digests.add(result["digest"])
    report = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(),
        "scenario": options.scenario,
        "draws": options.draws,
        "rounds": options.rounds,
        "same_digest": len(digests) == 1,
        "rows": paired.scaling_rows(
            {threads: statistics.median(values) for threads, values in rates.items()}
        ),
    }
    print(
        f"\n{options.scenario} on {report['machine']['processor']}, "
        f"{report['machine']['cores']} cores, load {report['machine']['load']:.1f}; middle of "
        f"{options.rounds}\n"
    )
    print(f"{'threads':>7}{'draws/s':>11}{'speed-up':>10}{'efficiency':>12}")
    for row in report["rows"]:
        print(
            f"{row['threads']:>7}{row['draws_per_s']:>11.3g}{row['speed_up']:>10.2f}"
            f"{100 * row['efficiency']:>10.0f} %"
        )
    if not report["same_digest"]:
        raise SystemExit("error: the digest depends on the threads")
    if options.json:
        write_json(os.path.join(options.folder, options.json), report)


if __name__ == "__main__":
    main()
