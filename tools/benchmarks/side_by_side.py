# SPDX-License-Identifier: Apache-2.0
"""Runs the baselines and tranche in turn and prints a comparison.

Called by tools/bench, which builds what is run here. A round runs every program once; of
all rounds the fastest counts, because other work on the machine only ever slows one down.
"""
import argparse
import csv
import json
import os
import sys
import tempfile
import time

from measure import FLAGSHIP, TOY, machine, micro_benchmarks, rates, run, run_tranche, write_json

ALLOCATION = "scenarios/three-firms.toml"
BASELINES = "tools/benchmarks/baselines"
# The toy scenario has the four metrics of MODEL.md; this one has all that apply.
EVERY_METRIC = "scenario.metrics=none"


def run_baseline(command, draws):
    text, cost = run(command)
    return rates(draws, json.loads(text.splitlines()[-1])["draws_per_s"], cost)


def run_allocation(options):
    """Every split of 400,000 chips over three firms in steps of 1 %: 5,151 splits."""
    with tempfile.TemporaryDirectory() as folder:
        _, cost = run(
            [
                "build/tranche",
                "allocate",
                ALLOCATION,
                "--out",
                folder,
                "--draws",
                "20000",
                "--threads",
                str(options.threads),
            ]
        )
        with open(os.path.join(folder, "allocation.json"), encoding="utf-8") as file:
            result = json.load(file)
    return {
        **cost,
        "splits": result["splits"],
        "draws": result["draws"],
        "threads": result["threads"],
    }


def sobol_indices(threads, points=16384):
    """First and total indices of every metric, month and firm of the flagship's base case."""
    with tempfile.TemporaryDirectory() as folder:
        _, cost = run(
            [
                "build/tranche",
                "sensitivity",
                FLAGSHIP,
                "--method",
                "sobol",
                "--everything",
                "--draws",
                str(points),
                "--threads",
                str(threads),
                "--out",
                folder,
            ]
        )
        with open(os.path.join(folder, "sobol.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    inputs = len({row["input"] for row in rows})
    outputs = len({(row["firm"], row["month"], row["metric"]) for row in rows})
    return {
        "points": points,
        "threads": threads,
        "inputs": inputs,
        "outputs": outputs,
        "runs": points * (inputs + 2),
        **cost,
    }


def best(rounds):
    """The rates of the fastest round, each rate by itself; the least memory."""
    figures = dict(rounds[0])
    for name in ("draws_per_s", "draws_per_s_whole", "draws_per_processor_s"):
        figures[name] = max(entry[name] for entry in rounds)
    figures["peak_memory_mb"] = min(entry["peak_memory_mb"] for entry in rounds)
    for name in ("seconds_whole", "seconds_processor"):
        figures[name] = min(entry[name] for entry in rounds)
    return figures


def side_by_side(options):
    draws, threads = options.draws, options.threads
    tuned, naive = f"{options.programs}/tuned", f"{options.programs}/naive"
    # The slow baselines store every draw: fewer draws, equal rate.
    few = min(draws, 1_000_000)
    programs = [
        (
            "NumPy",
            1,
            lambda: run_baseline([options.python, f"{BASELINES}/np_chunk.py", str(few)], few),
        ),
        ("naive C++", 1, lambda: run_baseline([naive, str(few)], few)),
    ]
    for team in sorted({1, threads}):
        programs.append(
            (
                "tuned C++, histograms",
                team,
                lambda team=team: run_baseline([tuned, str(draws), str(team)], draws),
            )
        )
        run_toy = ["--device", "cpu", "--draws", str(draws), "--threads", str(team)]
        programs.append(("tranche", team, lambda options=run_toy: run_tranche(TOY, options)))
        programs.append(
            (
                "tranche, every metric",
                team,
                lambda options=run_toy: run_tranche(TOY, [*options, "--set", EVERY_METRIC]),
            )
        )
    figures = {(name, team): [] for name, team, _ in programs}
    for _ in range(options.rounds):
        for name, team, measure in programs:
            figures[name, team].append(measure())
    return [
        {"program": name, "threads": team, **best(rounds)}
        for (name, team), rounds in figures.items()
    ]


def print_tables(report):
    rows = report["programs"]
    tuned = {row["threads"]: row for row in rows if row["program"].startswith("tuned")}
    print(
        f"\nh200-toy on {report['machine']['processor']}, {report['machine']['cores']} cores, "
        f"load {report['machine']['load']:.1f}; best of {report['rounds']}\n"
    )
    print(
        f"{'program':<24}{'threads':>8}{'draws/s':>11}{'x NumPy':>9}{'x tuned':>9}"
        f"{'per CPU s':>11}{'x tuned':>9}{'MB':>7}"
    )
    for row in rows:
        by_wall = row["draws_per_s"] / tuned[row["threads"]]["draws_per_s"]
        by_processor = row["draws_per_processor_s"] / tuned[row["threads"]]["draws_per_processor_s"]
        print(
            f"{row['program']:<24}{row['threads']:>8}{row['draws_per_s']:>11.3g}"
            f"{row['draws_per_s'] / rows[0]['draws_per_s']:>9.2f}{by_wall:>9.2f}"
            f"{row['draws_per_processor_s']:>11.3g}{by_processor:>9.2f}"
            f"{row['peak_memory_mb']:>7.0f}"
        )
    print("\ndraws/s: sampling, model and quantiles, by the clock. per CPU s: draws of the whole")
    print("process for each second of processor time, which other work on the machine disturbs")
    print("less. x tuned: against the tuned C++ on as many threads.\n")
    for row in report["kernels"]:
        print(
            f"{row['kernel']:<24}{1e9 / row['items_per_s']:>12.3g} ns an item"
            f"{row['items_per_s']:>12.3g} /s"
        )
    flagship = report["flagship"]
    if flagship:
        print(
            f"\n{FLAGSHIP}: {flagship['draws']:,} draws, {flagship['seconds_whole']:.1f} s, "
            f"{flagship['seconds_processor']:.1f} CPU s, peak memory "
            f"{flagship['peak_memory_mb']:.0f} MB"
        )
    allocation = report["allocation"]
    if allocation:
        print(
            f"{ALLOCATION}: {allocation['splits']:,} splits of {allocation['draws']:,} draws, "
            f"{allocation['seconds_whole']:.1f} s on {allocation['threads']} threads (mark: 60 s "
            f"on two), {allocation['seconds_processor']:.1f} CPU s"
        )
    sobol = report["sobol"]
    if sobol:
        print(
            f"Sobol' indices of the flagship's base case: {sobol['inputs']} inputs, {sobol['outputs']:,} "
            f"outputs, {sobol['points']:,} points, {sobol['runs']:,} runs: "
            f"{sobol['seconds_whole']:.1f} s on {sobol['threads']} threads (mark: 10 s on two), "
            f"{sobol['seconds_processor']:.1f} CPU s, peak memory "
            f"{sobol['peak_memory_mb']:.0f} MB"
        )


def main():
    parser = argparse.ArgumentParser(prog="tools/bench")
    parser.add_argument("--programs", required=True)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--folder", default=".")
    parser.add_argument("--draws", type=int, default=4_000_000)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    report = {
        "machine": machine(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rounds": options.rounds,
        "programs": side_by_side(options),
        "kernels": micro_benchmarks(),
        "allocation": run_allocation(options) if os.path.exists(ALLOCATION) else None,
        "flagship": run_tranche(FLAGSHIP, ["--device", "cpu"])
        if os.path.exists(FLAGSHIP)
        else None,
        "sobol": sobol_indices(options.threads) if os.path.exists(FLAGSHIP) else None,
    }
    print_tables(report)
    if options.json:
        write_json(os.path.join(options.folder, options.json), report)


if __name__ == "__main__":
    main()
