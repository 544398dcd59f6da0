#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits scenarios/catalogue/memory_bound_coefficients.toml, and leaves groups out in turn.

    tools/fit/fit_memory_bound.py --write   # build/tranche must be up to date; seconds
    tools/fit/report_accuracy.py            # then: the tables of docs/methods/accuracy.md

Saturated efficiencies are means of measured shares of peak bandwidth (per chip first, then
per generation); the rate per thread in flight is a least-squares fit of the rounded Little's
law; launch time and matrix-row efficiency are fitted to the GEMV rows. The forms are those of
kernels/models/memory_bound/memory_bound.hpp. Values without a measurement are assumed and marked so. A group
left out is all rows of a source and a kernel; a pattern without another measurement then takes the
mean of other generations, as in the file that is shipped.
"""
import argparse
import collections
import csv
import io
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib

import numpy as np
from scipy.optimize import least_squares

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
FILE = DATA / "catalogue" / "memory_bound_coefficients.toml"
CASES = DATA / "measured" / "membound_cases.csv"
LEFT_OUT = DATA / "measured" / "membound_left_out.csv"
PATTERNS = [
    "read",
    "write",
    "copy",
    "triad",
    "stencil",
    "lattice",
    "sparse",
    "gather",
    "sector",
    "dependent",
    "matrix_row",
]
STREAMS = ["read", "write", "copy", "triad", "stencil"]
GENERATIONS = ["other", "ampere", "hopper", "blackwell", "cdna3"]
UNITS = {"GB/s": 1e9, "TB/s": 1e12}


def quantity(text):
    number, unit = text.split()
    return float(number) * UNITS[unit]


chips = {}
for chip in tomllib.load(open(DATA / "catalogue" / "chips.toml", "rb"))["chip"]:
    if "memory_bandwidth" in chip:
        bandwidth = chip["memory_bandwidth"]
        value = bandwidth["value"] if isinstance(bandwidth, dict) else bandwidth
        chips[chip["name"]] = (quantity(value), chip["generation"], chip.get("memory_type", ""))


def pattern_of(app):
    app = app.lower()
    for words, name in (
        (("gemv",), "matrix_row"),
        (("lbm", "fluidx3d"), "lattice"),
        (("3pt", "5pt"), "stencil"),
        (("copy", "mul", "scale"), "copy"),
        (("add", "triad"), "triad"),
        (("dot", "read"), "read"),
        (("write", "init"), "write"),
    ):
        if any(w in app for w in words):
            return name
    return None


# fp32 and int32 operations together, of the fp32 rate: FluidX3D counts 406 per cell with 16-bit storage and runs
# at 29,561 (H100 SXM) and 18,448 (A100) million cells/s.
VECTOR = {"other": 0.5, "ampere": 0.85, "hopper": 0.4, "blackwell": 0.4, "cdna3": 0.3}
# DLRM-v2 of MLPerf on H100 (70,346 samples/s of about 8.6 GFLOP) and ResNet-50 there; other generations assumed.
MATRIX = {"other": 0.4, "ampere": 0.5, "hopper": 0.32, "blackwell": 0.3, "cdna3": 0.28}


NEUTRAL_LAUNCH_S = 3.4e-6  # MemoryBoundCoefficients in kernels/models/memory_bound/memory_bound.hpp


def group_of(row):
    return row["source"], row["kernel_app"]


def fitted(cases, left_out=None):
    """The text of the file of coefficients, fitted without the group left out."""
    saturated = collections.defaultdict(lambda: collections.defaultdict(list))
    few, gemv = [], []
    for row in cases:
        if (
            group_of(row) == left_out
            or row["unit"] not in UNITS
            or row["chip"] not in chips
            or row["tier"] == "C"
        ):
            continue
        peak, generation, memory = chips[row["chip"]]
        rate = float(row["value"]) * UNITS[row["unit"]]
        pattern = pattern_of(row["kernel_app"])
        threads = re.search(r"(\d+) threads in flight", row["problem_size"])
        if pattern == "matrix_row":
            low, high = map(float, re.search(r"(\d+)-(\d+) MB", row["problem_size"]).groups())
            gemv.append((generation, math.sqrt(low * high) * 1e6, rate, peak))
        elif threads and "full occupancy" not in row["notes"] and int(threads.group(1)) < 500000:
            few.append(
                (
                    generation,
                    "hbm2e" if memory == "HBM2e" else "hbm3",
                    pattern,
                    int(threads.group(1)),
                    rate,
                    peak,
                )
            )
        else:
            saturated[generation, pattern][row["chip"]].append(rate / peak)
    for work in tomllib.load(open(DATA / "catalogue" / "workloads.toml", "rb"))["workload"]:
        if work["name"] != "lbm-d3q19":
            continue
        for m in work["measured"]:
            if m["chip"] in chips:
                share = float(m["share_of_peak"].split()[0]) / 100
                saturated[chips[m["chip"]][1], "lattice"][m["chip"]].append(share)
    efficiency = {g: {} for g in GENERATIONS}
    for (generation, pattern), by_chip in saturated.items():
        efficiency[generation][pattern] = float(np.mean([np.mean(v) for v in by_chip.values()]))
    everywhere = {
        p: float(np.mean([efficiency[g][p] for g in GENERATIONS if p in efficiency[g]]))
        for p in PATTERNS
        if any(p in efficiency[g] for g in GENERATIONS)
    }
    for g in GENERATIONS:
        for p in PATTERNS:
            if p not in efficiency[g] and p in everywhere:
                efficiency[g][p] = everywhere[p]
        for p in PATTERNS:  # a fold may leave nothing of a pattern: streams stand in
            efficiency[g].setdefault(p, efficiency[g]["triad"])
        efficiency[g]["sparse"] = 0.93 * efficiency[g]["triad"]
        efficiency[g]["gather"], efficiency[g]["sector"], efficiency[g]["dependent"] = (
            0.65,
            0.45,
            0.2,
        )

    launch = {}
    for g in GENERATIONS:
        rows = [r for r in gemv if r[0] == g]
        if not rows:
            continue
        f = lambda x: [math.log((b / (x[0] * 1e-6 + b / (x[1] * p))) / r) for _, b, r, p in rows]
        t0, share = least_squares(f, [3.4, 0.83], bounds=([0.5, 0.5], [10, 1])).x
        launch[g], efficiency[g]["matrix_row"] = t0 * 1e-6, share
    mean_launch = float(np.mean(list(launch.values()))) if launch else NEUTRAL_LAUNCH_S
    mean_row = (
        float(np.mean([efficiency[g]["matrix_row"] for g in launch]))
        if launch
        else efficiency["hopper"]["triad"]
    )
    for g in GENERATIONS:
        launch.setdefault(g, mean_launch)
        if g not in [r[0] for r in gemv]:
            efficiency[g]["matrix_row"] = mean_row

    threads = {m: {} for m in ("hbm2e", "hbm3")}
    for memory in threads:
        for p in PATTERNS:
            rows = [r for r in few if r[1] == memory and r[2] == p]
            if rows:

                def f(x):
                    out = []
                    for g, _, _, n, rate, peak in rows:
                        s, a = efficiency[g][p] * peak, n * math.exp(x[0])
                        out.append(math.log(s * a / math.hypot(s, a) / rate))
                    return out

                threads[memory][p] = math.exp(
                    least_squares(f, [math.log(4e7)], loss="soft_l1", f_scale=0.1).x[0]
                )
        known = [threads[memory][p] for p in STREAMS if p in threads[memory]]
        for p in PATTERNS:  # another stream does as the measured ones
            threads[memory].setdefault(p, float(np.mean(known)) if known and p in STREAMS else 0.0)
    out = io.StringIO()
    out.write(
        """# Measured behaviour of memory-bound work, by chip generation: shares of peak bandwidth by
# pattern of access, shares of the arithmetic rates, time of a launch. Written by
# tools/fit/fit_memory_bound.py; the forms are in kernels/models/memory_bound/memory_bound.hpp.
# Not measured anywhere and assumed: `sparse` (0.93 of `triad`), `gather` 0.65, `sector` 0.45,
# `dependent` 0.2; a pattern without a measurement in its generation takes the mean of the others.
"""
    )
    for g in GENERATIONS:
        rows = sum(len(v) for (gen, _), by in saturated.items() if gen == g for v in by.values())
        errors = [
            abs(x / efficiency[g][p] - 1)
            for (gen, p), by in saturated.items()
            if gen == g
            for v in by.values()
            for x in v
        ]
        out.write(f"\n[chip.{g}]\n")
        for p in PATTERNS:
            out.write(f"{p} = {efficiency[g][p]:.4f}\n")
        out.write(
            f"vector_efficiency = {VECTOR[g]}\nmatrix_efficiency = {MATRIX[g]}\nlaunch_s = {launch[g]:.3g}\n"
        )
        out.write(
            'source = "fit to scenarios/measured/membound_cases.csv and the measured shares of lbm-d3q19 in workloads.toml"\n'
        )
        out.write(
            f'fit_error = "{"mean %.1f %% over %d saturated runs" % (100 * np.mean(errors), rows) if errors else "not measured"}"\n'
        )
    for memory, by in threads.items():
        out.write(f"\n[thread_bytes_per_s.{memory}]\n")
        for p in PATTERNS:
            out.write(f"{p} = {by[p]:.4g}\n" if by[p] else f"{p} = 0.0\n")
        out.write(
            'source = "fit to the occupancy sweeps of gpu-benches (gpu-stream) in scenarios/measured/membound_cases.csv"\n'
        )
        errors = [
            abs(
                efficiency[g][p]
                * peak
                * n
                * by[p]
                / math.hypot(efficiency[g][p] * peak, n * by[p])
                / rate
                - 1
            )
            for g, m, p, n, rate, peak in few
            if m == memory
        ]
        out.write(
            f'fit_error = "mean {100 * np.mean(errors or [0.0]):.1f} % over {len(errors)} runs; 0 where not measured"\n'
        )
    return out.getvalue()


def predictions(binary, text):
    """Predicted values by case, with these coefficients in place of the shipped ones."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(DATA, folder, dirs_exist_ok=True)
        (pathlib.Path(folder) / "catalogue" / FILE.name).write_text(text)
        done = subprocess.run(
            [binary, "validate", "--cases", str(CASES), "--format", "csv"],
            env=dict(os.environ, TRANCHE_DATA=folder),
            check=True,
            capture_output=True,
            text=True,
        )
    return {r["id"]: r["predicted"] for r in csv.DictReader(io.StringIO(done.stdout))}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", default=str(ROOT / "build" / "tranche"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with open(CASES, newline="") as file:
        cases = list(csv.DictReader(file))
    text = fitted(cases)
    if options.write:
        FILE.write_text(text)
    print("fitted:", "as shipped" if text == FILE.read_text() else "differs from the shipped file")
    left_out = {}
    for group in sorted({group_of(row) for row in cases}):
        predicted = predictions(options.binary, fitted(cases, group))
        left_out.update(
            {
                row["id"]: predicted[row["id"]]
                for row in cases
                if group_of(row) == group and predicted.get(row["id"])
            }
        )
    errors = [
        abs(float(left_out[r["id"]]) / float(r["value"]) - 1)
        for r in cases
        if r["id"] in left_out and r["value"]
    ]
    print(
        f"left out: mean {100 * np.mean(errors):.1f} %, median {100 * np.median(errors):.1f} % "
        f"over {len(errors)} rows"
    )
    if not options.write:
        return
    with open(LEFT_OUT, "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "predicted"])
        rows.writerows(
            (r["id"], f"{float(left_out[r['id']]):.6g}") for r in cases if r["id"] in left_out
        )


if __name__ == "__main__":
    main()
