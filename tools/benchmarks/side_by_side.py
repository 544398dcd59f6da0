"""Runs the baselines and tranche one after another and prints them side by side.

Called by tools/bench, which builds what is run here. A round runs every program once; of
all rounds the fastest counts, because other work on the machine only ever slows one down.
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

TOY = "scenarios/h200-toy.toml"
FLAGSHIP = "scenarios/h200-first-batch.toml"
BASELINES = "tools/benchmarks/baselines"


def run(command):
    """Output, wall seconds and peak memory in MB of one command."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"error: `{' '.join(command)}` ended with status {process.returncode}")
    return text, seconds, usage.ru_maxrss * 1024 / 1e6


def run_baseline(command, draws):
    text, seconds, peak = run(command)
    return {"draws_per_s": json.loads(text.splitlines()[-1])["draws_per_s"],
            "draws_per_s_whole": draws / seconds, "peak_memory_mb": peak}


def run_tranche(scenario, options):
    with tempfile.TemporaryDirectory() as folder:
        _, seconds, peak = run(["build/tranche", "run", scenario, "--out", folder, *options])
        with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
    return {"draws": result["draws"], "draws_per_s": result["draws_per_second"],
            "draws_per_s_whole": result["draws"] / seconds, "peak_memory_mb": peak,
            "seconds_whole": seconds, "version": result["version"], "digest": result["digest"]}


def best(rounds):
    return max(rounds, key=lambda figures: figures["draws_per_s"])


def side_by_side(options):
    draws, threads = options.draws, options.threads
    tuned, naive = f"{options.programs}/tuned", f"{options.programs}/naive"
    # The slow ones keep every draw: fewer draws, the same rate.
    few = min(draws, 1_000_000)
    programs = [
        ("NumPy", 1, lambda: run_baseline(
            [options.python, f"{BASELINES}/np_chunk.py", str(few)], few)),
        ("naive C++", 1, lambda: run_baseline([naive, str(few)], few)),
    ]
    for team in sorted({1, threads}):
        programs.append(("tuned C++, histograms", team, lambda team=team: run_baseline(
            [tuned, str(draws), str(team)], draws)))
        programs.append(("tranche", team, lambda team=team: run_tranche(
            TOY, ["--device", "cpu", "--draws", str(draws), "--threads", str(team)])))
    figures = {(name, team): [] for name, team, _ in programs}
    for _ in range(options.rounds):
        for name, team, measure in programs:
            figures[name, team].append(measure())
    return [{"program": name, "threads": team, **best(rounds)}
            for (name, team), rounds in figures.items()]


def micro_benchmarks():
    text, _, _ = run(["build/tranche_benchmarks", "--benchmark_format=json",
                      "--benchmark_min_time=0.3"])
    return [{"kernel": entry["name"], "items_per_s": entry["items_per_second"]}
            for entry in json.loads(text)["benchmarks"]]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def print_tables(report):
    rows = report["programs"]
    rate = {(row["program"], row["threads"]): row["draws_per_s"] for row in rows}
    print(f"\nh200-toy on {report['machine']['processor']}, {report['machine']['cores']} cores, "
          f"load {report['machine']['load']:.1f}; best of {report['rounds']}\n")
    print(f"{'program':<24}{'threads':>8}{'draws/s':>12}{'whole run':>12}{'MB':>8}"
          f"{'x NumPy':>9}{'x tuned':>9}")
    for row in rows:
        tuned = rate["tuned C++, histograms", row["threads"]]
        print(f"{row['program']:<24}{row['threads']:>8}{row['draws_per_s']:>12.3g}"
              f"{row['draws_per_s_whole']:>12.3g}{row['peak_memory_mb']:>8.0f}"
              f"{row['draws_per_s'] / rate['NumPy', 1]:>9.2f}{row['draws_per_s'] / tuned:>9.2f}")
    print("\ndraws/s: sampling, model and quantiles. whole run: with starting, reading and")
    print("writing. x tuned: against the tuned C++ on as many threads.\n")
    for row in report["kernels"]:
        print(f"{row['kernel']:<24}{1e9 / row['items_per_s']:>12.3g} ns an item"
              f"{row['items_per_s']:>12.3g} /s")
    flagship = report["flagship"]
    if flagship:
        print(f"\n{FLAGSHIP}: {flagship['draws']:,} draws, {flagship['seconds_whole']:.1f} s, "
              f"{flagship['draws_per_s']:.3g} draws/s, peak memory "
              f"{flagship['peak_memory_mb']:.0f} MB")


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
        "machine": {"processor": processor(), "cores": len(os.sched_getaffinity(0)),
                    "load": os.getloadavg()[0]},
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "rounds": options.rounds,
        "programs": side_by_side(options),
        "kernels": micro_benchmarks(),
        "flagship": run_tranche(FLAGSHIP, ["--device", "cpu"])
                    if os.path.exists(FLAGSHIP) else None,
    }
    print_tables(report)
    if options.json:
        path = os.path.join(options.folder, options.json)
        with open(path + ".tmp", "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)
            file.write("\n")
        os.replace(path + ".tmp", path)


if __name__ == "__main__":
    main()
