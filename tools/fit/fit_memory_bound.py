#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits scenarios/catalogue/memory_bound_coefficients.toml, and leaves groups out in turn.

    tools/fit/fit_memory_bound.py --write   # build/tranche must be up to date; seconds
    tools/fit/report_accuracy.py            # then: the tables of docs/methods/accuracy.md

Shares of peak bandwidth come from one hierarchical model over all chips and patterns: a mean by
pattern, a deviation by design (generation; for `other` also the vendor) and pattern, one by chip,
and one by chip and pattern, each shrunk by its own variance (maximum marginal likelihood). A chip
without measurements takes its design's share, with the error that this has. The other forms are
those of kernels/models/memory_bound/memory_bound.hpp. A group left out is all rows of a source and
a kernel; the figures that are left out come first.
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
from scipy.optimize import least_squares, minimize

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
FILE = DATA / "catalogue" / "memory_bound_coefficients.toml"
CASES = [DATA / "measured" / f"membound_cases{part}.csv" for part in ("", "_2026")]
LEFT_OUT = DATA / "measured" / "membound_left_out.csv"
FITTED_PATTERNS = ["read", "write", "copy", "triad", "stencil", "lattice"]
PATTERNS = FITTED_PATTERNS + ["sparse", "gather", "sector", "dependent", "matrix_row"]
GENERATIONS = ["other", "ampere", "hopper", "blackwell", "cdna3"]
UNITS = {"GB/s": 1e9, "TB/s": 1e12}
ELEMENT = {"read": (1, 0), "write": (0, 1), "copy": (1, 1), "stencil": (1, 1), "triad": (2, 1)}
CELL_BYTES = {"fp32": 153.0, "fp16s": 77.0, "fp16c": 77.0}
CELL_FLOP = {"fp32": 363.0, "fp16s": 406.0, "fp16c": 1275.0}
FACE_BYTES = {"fp32": 20.0, "fp16s": 10.0, "fp16c": 10.0}
ACCESSES, SIDE = 38.0, 256.0
# fp32 and int32 operations together, of the fp32 rate, where no run with conversion tells:
# assumed; a chip's own runs replace it.
VECTOR = {"other": 0.5, "ampere": 0.85, "hopper": 0.4, "blackwell": 0.4, "cdna3": 0.3}
MATRIX = {"other": 0.4, "ampere": 0.5, "hopper": 0.32, "blackwell": 0.3, "cdna3": 0.28}  # assumed
ASSUMED_SHARES = {"gather": 0.65, "sector": 0.45, "dependent": 0.2}
SPARSE_OF_TRIAD = 0.93
NEUTRAL_LAUNCH_S = 3.4e-6
# A slot of PCI Express 5 carries 64 GB/s each way, of 4 half; 0.6 of it assumed for copies.
SLOT_BYTES_PER_S = {4: 0.6 * 32e9, 5: 0.6 * 64e9}
SLOT_5 = {"hopper", "blackwell", "cdna3"}
SLOT_5_CHIPS = {"MI350X", "MI355X", "MI455X", "Rubin"}
DLRM_ROWS = 8.6e9, 7.4e6  # flop and bytes of a query, workload dlrm-v2


def quantity(text):
    number, unit = text.split()
    return float(number) * UNITS.get(unit, 1e12)


class Chip:
    def __init__(self, entry):
        value = lambda x: quantity(x["value"] if isinstance(x, dict) else x)
        rates = entry.get("dense_rate", {})
        self.name, self.generation = entry["name"], entry["generation"]
        self.design = self.generation
        if self.generation == "other":
            self.design += "/" + entry.get("vendor", "")
        self.peak = value(entry["memory_bandwidth"])
        self.vector = value(rates["fp32"]) if "fp32" in rates else 0.0
        self.matrix = max(
            (value(rates[f]) for f in ("fp8", "int8", "bf16") if f in rates), default=0
        )
        self.is_hbm2 = entry.get("memory_type", "").startswith("HBM2")
        slot = 5 if self.generation in SLOT_5 or self.name in SLOT_5_CHIPS else 4
        self.slot_bytes_per_s = SLOT_BYTES_PER_S[slot]


chips, names = {}, {}
for chip in tomllib.load(open(DATA / "catalogue" / "chips.toml", "rb"))["chip"]:
    if "memory_bandwidth" in chip:
        chips[chip["name"]] = Chip(chip)
        for alias in [chip["name"], *chip.get("aliases", [])]:
            names[alias] = chip["name"]


def pattern_of(app):
    app = app.lower()
    for words, name in (
        (("gemv",), "matrix_row"),
        (("lbm", "fluidx3d"), "lattice"),
        (("dlrm",), "dlrm"),
        (("3pt", "5pt"), "stencil"),
        (("copy", "mul", "scale"), "copy"),
        (("add", "triad"), "triad"),
        (("dot", "read"), "read"),
        (("write", "init"), "write"),
    ):
        if any(w in app for w in words):
            return name
    return None


def group_of(row):
    return row["source"], row["kernel_app"]


Cell = collections.namedtuple("Cell", "chip storage seconds count noise")


def sorted_rows(cases, left_out):
    """Rows of one fit, by the part of the model that they inform."""
    shares, few, gemv, dlrm, cells = [], [], [], [], []
    for row in cases:
        if group_of(row) == left_out or row["chip"] not in names or row["tier"] == "C":
            continue
        chip, pattern = chips[names[row["chip"]]], pattern_of(row["kernel_app"])
        value = float(row["value"])
        if pattern == "dlrm":
            dlrm.append((chip, row, value / int(row["n_gpus"])))
        elif pattern == "lattice":
            storage = next(s for s in ("fp16c", "fp16s", "fp32") if s in row["precision"].lower())
            count = int(row["n_gpus"])
            cells.append(Cell(chip, storage, count / (value * 1e6), count, 0.01))
            told = re.search(r"speed-up over one GPU as printed: ([\d.]+)x", row["notes"])
            if told:  # printed with two digits
                one = float(told.group(1)) / (value * 1e6)
                cells.append(Cell(chip, storage, one, 1, 0.03))
        elif row["unit"] in UNITS and pattern:
            rate = value * UNITS[row["unit"]]
            threads = re.search(r"(\d+) threads in flight", row["problem_size"])
            if pattern == "matrix_row":
                low, high = map(float, re.search(r"(\d+)-(\d+) MB", row["problem_size"]).groups())
                gemv.append((chip, math.sqrt(low * high) * 1e6, rate))
            elif threads and "full occupancy" not in row["notes"]:
                few.append((chip, pattern, int(threads.group(1)), rate))
            else:
                shares.append((chip, pattern, rate / chip.peak))
    for work in tomllib.load(open(DATA / "catalogue" / "workloads.toml", "rb"))["workload"]:
        storage = {"lbm-d3q19": "fp32", "lbm-d3q19-fp16": "fp16s"}.get(work["name"])
        for m in work.get("measured", []) if storage else []:
            chip, share = chips[m["chip"]], float(m["share_of_peak"].split()[0]) / 100
            cells.append(Cell(chip, storage, CELL_BYTES[storage] / (share * chip.peak), 1, 0.01))
    return shares, few, gemv, dlrm, cells


class Shares:
    """Hierarchical model of log shares: a Gaussian process over pattern, design and chip."""

    def __init__(self, rows):
        self.rows = [(c.design, c.name, p) for c, p, _ in rows]
        self.mean = math.log(0.8)
        self.y = np.array([math.log(s) for *_, s in rows]) - self.mean
        start = np.log([0.06, 0.05, 0.05, 0.03, 0.02])
        # weak prior: each deviation is some percent
        loss = lambda x: -self._evidence(np.exp(x)) + 0.5 * np.sum(((x - start) / 0.7) ** 2)
        self.sd = np.exp(minimize(loss, start, method="Nelder-Mead", options={"maxiter": 400}).x)
        k = self._covariance(self.rows, self.rows) + self.sd[4] ** 2 * np.eye(len(rows))
        self.inverse = np.linalg.inv(k)

    def _covariance(self, a, b):
        s = self.sd
        out = np.empty((len(a), len(b)))
        for i, (d, c, p) in enumerate(a):
            for j, (e, f, q) in enumerate(b):
                design, chip, pattern = d == e, c == f and c is not None, p == q
                out[i, j] = 0.1**2 + 0.1**2 * pattern + s[0] ** 2 * (design and pattern)
                out[i, j] += s[1] ** 2 * design + s[2] ** 2 * chip
                out[i, j] += s[3] ** 2 * (chip and pattern)
        return out

    def _evidence(self, sd):
        self.sd = sd
        k = self._covariance(self.rows, self.rows) + sd[4] ** 2 * np.eye(len(self.rows))
        return -0.5 * self.y @ np.linalg.solve(k, self.y) - 0.5 * np.linalg.slogdet(k)[1]

    def of(self, design, chip, pattern):
        """Share and its relative error; `chip` None: of a chip that was not measured."""
        at = [(design, chip or ("new",), pattern)]
        k = self._covariance(at, self.rows)
        variance = self._covariance(at, at)[0, 0] - (k @ self.inverse @ k.T)[0, 0]
        share = math.exp(self.mean + (k @ self.inverse @ self.y)[0])
        return min(share, 0.99), math.sqrt(max(variance, 0.0))

    def is_measured(self, chip, pattern=None):
        return any(c == chip and (pattern is None or p == pattern) for _, c, p in self.rows)


def overlapped_s(a, b):
    return (a**6 + b**6) ** (1 / 6)


def weighted(values, spread, centre):
    """Mean of observations with standard errors, shrunk towards `centre` with `spread`."""
    w = [1 / spread**2] + [1 / e**2 for _, e in values]
    return (w[0] * centre + sum(x / e**2 for x, e in values)) / sum(w)


def lattice_fractions(cells):
    """Fraction of the fp32 time of a cell that its accesses take, by chip, design and in all."""
    times = collections.defaultdict(lambda: collections.defaultdict(list))
    for c in cells:
        if c.count == 1:
            times[c.chip][c.storage].append((math.log(c.seconds), c.noise))
    ratio, seen = CELL_BYTES["fp16s"] / CELL_BYTES["fp32"], {}
    mean = lambda v: weighted(v, 10.0, 0.0)
    for chip, by in times.items():
        if "fp32" in by and "fp16s" in by:
            r = math.exp(mean(by["fp16s"]) - mean(by["fp32"]))
            noise = r * math.hypot(*(min(n for _, n in by[s]) for s in ("fp16s", "fp32")))
            seen[chip] = (r - ratio) / (1 - ratio), noise / (1 - ratio)
    spread, neutral = 0.06, 0.15  # of chips about their design; neutral: assumed
    overall = weighted([(f, 0.1) for f, _ in seen.values()], 0.2, neutral)
    design = {}
    for d in {c.design for c in chips.values()}:
        of_design = [(f, math.hypot(spread, e)) for c, (f, e) in seen.items() if c.design == d]
        design[d] = max(0.0, weighted(of_design, 0.06, overall))
    return {
        c.name: max(0.0, weighted([seen[c]] if c in seen else [], spread, design[c.design]))
        for c in chips.values()
    }, design


def fit_threads(few, shares):
    """Seconds of a load and a store of one element, by kind of memory."""
    stores_of_loads, out = 0.45, {}  # where one of the two is not measured: assumed
    for kind, is_hbm2 in (("hbm2e", True), ("hbm3", False)):
        rows = [r for r in few if r[0].is_hbm2 == is_hbm2]

        def errors(x):
            load, store = math.exp(x[0]), math.exp(x[1])
            out = [(x[1] - x[0] - math.log(stores_of_loads)) * 0.2]
            for chip, pattern, threads, rate in rows:
                loads, stores = ELEMENT[pattern]
                wait = ((loads > 0) * load**1.5 + (stores > 0) * store**1.5) ** (2 / 3)
                asked = threads * 8 * (loads + stores) / wait
                most = shares.of(chip.design, chip.name, pattern)[0] * chip.peak
                out.append(math.log(asked / (1 + (asked / most) ** 3) ** (1 / 3) / rate))
            return out

        x = least_squares(errors, np.log([4e-7, 1.8e-7]), loss="soft_l1", f_scale=0.1).x
        out[kind] = *np.exp(x), errors(x)[1:]
    return out


def fit_dlrm(dlrm):
    """Matrix efficiency by chip, around that of hopper, and the shares of runs under limits."""
    flop, size = DLRM_ROWS
    names = sorted({chip.name for chip, *_ in dlrm})
    prior = np.log([MATRIX["hopper"], 0.9, 0.8, 0.63])
    spread = 0.12  # of chips: power limits and hosts differ

    def errors(x):
        latency, power, old = np.exp(x[1:4])
        out = list((x[:4] - prior) / 3) + list((x[4:] - x[0]) / spread)
        for chip, row, rate in dlrm:
            factor = latency if "server" in row["kernel_app"] else 1.0
            factor *= power if row["power_limited"] == "1" else 1.0
            factor *= old if row["mlperf_round"].startswith("v3.") else 1.0
            memory_s = size / (ASSUMED_SHARES["gather"] * chip.peak)
            matrix_s = flop / (math.exp(x[4 + names.index(chip.name)]) * chip.matrix)
            out.append(math.log(factor / math.hypot(matrix_s, memory_s) / rate) / 0.07)
        return out

    x = least_squares(errors, [*prior, *[prior[0]] * len(names)], loss="soft_l1").x
    return math.exp(x[0]), dict(zip(names, np.exp(x[4:]))), np.exp(x[1:4])


def fit_gemv(gemv, triad):
    """Launch time and share of a matrix row, by chip; around those of all."""

    def of_rows(rows, launch, ratio, spread):
        def errors(x):
            out = [(x[0] - math.log(launch)) / spread[0], (x[1] - math.log(ratio)) / spread[1]]
            for chip, size, rate in rows:
                most = math.exp(x[1]) * triad[chip.name] * chip.peak
                out.append(math.log(size / (math.exp(x[0]) + size / most) / rate) / 0.05)
            return out

        return np.exp(least_squares(errors, [math.log(launch), math.log(ratio)]).x)

    launch, ratio = of_rows(gemv, NEUTRAL_LAUNCH_S, 1.0, (1.0, 0.1))
    own = {}
    for name in {r[0].name for r in gemv}:
        own[name] = of_rows([r for r in gemv if r[0].name == name], launch, ratio, (0.3, 0.04))
    return own, (launch, ratio)


class Fit:
    def __init__(self, cases, left_out=None):
        rows, self.few, self.gemv, dlrm, cells = sorted_rows(cases, left_out)
        single = [c for c in cells if c.count == 1 and c.storage == "fp32"]
        rows += [(c.chip, "lattice", CELL_BYTES["fp32"] / c.seconds / c.chip.peak) for c in single]
        self.rows, self.shares = rows, Shares(rows)
        self.fraction, self.design_fraction = lattice_fractions(cells)
        self.threads = fit_threads(self.few, self.shares)
        self.matrix, self.matrix_own, self.submission = fit_dlrm(dlrm)
        triad = {c.name: self.shares.of(c.design, c.name, "triad")[0] for c in chips.values()}
        self.gemv_own, self.gemv_all = fit_gemv(self.gemv, triad)
        self.cells = cells
        self.halo = {}
        by_chip = collections.defaultdict(list)
        for c in cells:
            if c.count > 1:
                extra = c.seconds - self.cell_s(c.chip, c.storage)
                axes = 1 if c.count < 4 else 2 if c.count < 8 else 3
                moved = axes * 4 * FACE_BYTES[c.storage] / SIDE
                if extra > 0.01 * c.seconds:
                    by_chip[c.chip].append(math.log(moved / extra / c.chip.slot_bytes_per_s))
        of_slot = [(np.mean(v), 0.6) for v in by_chip.values()]
        self.slot_share = math.exp(weighted(of_slot, 0.6, 0.0))
        for chip, v in by_chip.items():
            own = weighted([(np.mean(v), 0.15)], 0.6, math.log(self.slot_share))
            self.halo[chip.name] = math.exp(own) * chip.slot_bytes_per_s

    def vector_efficiency(self, chip):
        """From runs with conversion, where arithmetic takes most of the time."""
        found = []
        for c in self.cells:
            if c.chip is chip and c.count == 1 and c.storage == "fp16c" and chip.vector > 0:
                memory_s = self.memory_s(chip, "fp16c")
                if c.seconds > 1.02 * memory_s:
                    arithmetic_s = (c.seconds**6 - memory_s**6) ** (1 / 6)
                    share = CELL_FLOP["fp16c"] / (arithmetic_s * chip.vector)
                    found.append((math.log(share), 0.1))
        return min(0.9, math.exp(weighted(found, 0.3, math.log(VECTOR[chip.generation]))))

    def lattice(self, chip):
        """Efficiency and seconds of an access: together the share that fp32 storage reached."""
        share, _ = self.shares.of(chip.design, chip.name, "lattice")
        fraction = min(self.fraction[chip.name], 1 - share)
        cell_s = CELL_BYTES["fp32"] / (share * chip.peak)
        return share / (1 - fraction), fraction * cell_s / ACCESSES

    def memory_s(self, chip, storage):
        efficiency, access_s = self.lattice(chip)
        return CELL_BYTES[storage] / (efficiency * chip.peak) + ACCESSES * access_s

    def cell_s(self, chip, storage):
        arithmetic_s = 0.0
        if chip.vector > 0:
            arithmetic_s = CELL_FLOP[storage] / (chip.vector * self.vector_efficiency(chip))
        return overlapped_s(arithmetic_s, self.memory_s(chip, storage))

    def table(self, chip):
        """Coefficients of a chip; a chip with the name None stands for its design."""
        of = lambda p: self.shares.of(chip.design, chip.name, p)
        out = {p: of(p)[0] for p in FITTED_PATTERNS}
        out["lattice"], access_s = self.lattice(chip)
        out["sparse"] = SPARSE_OF_TRIAD * out["triad"]
        out |= ASSUMED_SHARES
        launch, ratio = self.gemv_own.get(chip.name, self.gemv_all)
        out["matrix_row"] = min(0.99, ratio * out["triad"])
        out["vector_efficiency"] = self.vector_efficiency(chip)
        of_design = self.matrix if chip.generation == "hopper" else MATRIX[chip.generation]
        out["matrix_efficiency"] = self.matrix_own.get(chip.name, of_design)
        out["launch_s"], out["access_s"] = launch, access_s
        out["halo_bytes_per_s"] = self.halo.get(chip.name, self.slot_share * chip.slot_bytes_per_s)
        errors = [of(p)[1] for p in FITTED_PATTERNS]
        out["share_error"] = math.sqrt(np.mean(np.square(errors)))
        return out


def design_chip(generation):
    """Stands for chips of a generation that were not measured: the median of its bandwidths."""
    of_generation = [c for c in chips.values() if c.generation == generation]
    chip = Chip.__new__(Chip)
    chip.name, chip.generation = None, generation
    chip.design = "other/" if generation == "other" else generation
    chip.peak = float(np.median([c.peak for c in of_generation]))
    chip.vector = 0.0
    chip.slot_bytes_per_s = SLOT_BYTES_PER_S[5 if generation in SLOT_5 else 4]
    return chip


def write_table(out, name, values, source, error):
    out.write(f"\n[{name}]\n")
    for key, value in values.items():
        out.write(
            f"{key} = {value:.3e}\n"
            if abs(value) < 1e-3 or value > 1e3
            else f"{key} = {value:.4f}\n"
        )
    out.write(f'source = "{source}"\nfit_error = "{error}"\n')


def fitted(cases, left_out=None):
    """The text of the file of coefficients, fitted without the group left out."""
    fit = Fit(cases, left_out)
    out = io.StringIO()
    out.write(
        """# Measured behaviour of memory-bound work: shares of peak bandwidth by pattern of access, shares of
# the arithmetic rates, times of a launch and of an access. [chip.X]: a generation; [product.X]: a
# chip with measurements of its own, or of a sibling of its vendor. Written by
# tools/fit/fit_memory_bound.py; the forms are in kernels/models/memory_bound/memory_bound.hpp.
# Not measured anywhere and assumed: `sparse` (0.93 of `triad`), `gather` 0.65, `sector` 0.45,
# `dependent` 0.2, `vector_efficiency` but for chips with converting lattice runs,
# `matrix_efficiency` but for hopper, `halo_bytes_per_s` but for H200-NVL and L40S. `share_error`
# is the relative standard error of the shares: small where the chip itself was measured.
"""
    )
    for generation in GENERATIONS:
        chip = design_chip(generation)
        fit.fraction[None] = fit.design_fraction.get(
            chip.design, np.mean(list(fit.design_fraction.values()))
        )
        values = fit.table(chip)
        rows = sum(1 for c, *_ in fit.rows if c.generation == generation)
        write_table(
            out,
            f"chip.{generation}",
            values,
            "hierarchical fit to scenarios/measured/membound_cases*.csv and the measured shares of lbm-d3q19 in workloads.toml",
            f"{rows} saturated runs of this generation; a chip without its own: {100 * values['share_error']:.0f} %",
        )
    designs = {c.design for c, *_ in fit.rows}
    for chip in chips.values():
        own = [(p, s) for c, p, s in fit.rows if c.name == chip.name]
        other = [
            n
            for n, v in (("gemv", fit.gemv_own), ("dlrm-v2", fit.matrix_own), ("halo", fit.halo))
            if chip.name in v
        ]
        is_sibling = not own and chip.generation == "other" and chip.design in designs
        if not own and not other and not is_sibling:
            continue
        values = fit.table(chip)
        kinds = sorted({p for p, _ in own}) + other
        residuals = [abs(fit.shares.of(chip.design, chip.name, p)[0] / s - 1) for p, s in own]
        siblings = sorted({c.name for c, *_ in fit.rows if c.design == chip.design})
        write_table(
            out,
            f"product.{chip.name}",
            values,
            f"measured on this chip: {', '.join(kinds)}; others: from {chip.design}"
            if kinds
            else f"no stream measured on this chip; siblings: {', '.join(siblings)}",
            f"mean {100 * np.mean(residuals):.1f} % over {len(own)} runs; other patterns {100 * values['share_error']:.0f} %"
            if own
            else f"{100 * values['share_error']:.0f} %, the spread of siblings",
        )
    values, errors = {}, []
    for kind, (load, store, residuals) in fit.threads.items():
        values |= {f"{kind}_load_s": load, f"{kind}_store_s": store}
        errors += [abs(e) for e in residuals]
    write_table(
        out,
        "thread",
        values,
        "fit to the occupancy sweeps of gpu-benches (gpu-stream) in scenarios/measured/membound_cases.csv",
        f"mean {100 * np.mean(errors or [0.0]):.1f} % over {len(errors)} runs",
    )
    write_table(
        out,
        "recommendation",
        dict(zip(("latency_limit", "power_limit", "old_software"), fit.submission)),
        "fit to MLPerf DLRM-v2 in scenarios/measured/membound_cases.csv: server of offline, MaxQ of the normal limit, rounds 3 of later ones",
        "in the table of docs/methods/accuracy.md",
    )
    return out.getvalue()


def predictions(binary, text):
    """Predicted values by case, with these coefficients in place of the shipped ones."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(DATA, folder, dirs_exist_ok=True)
        (pathlib.Path(folder) / "catalogue" / FILE.name).write_text(text)
        command = [binary, "validate", "--format", "csv"]
        for path in CASES:
            command += ["--cases", str(path)]
        done = subprocess.run(
            command,
            env=dict(os.environ, TRANCHE_DATA=folder),
            check=True,
            capture_output=True,
            text=True,
        )
    return {r["id"]: r["predicted"] for r in csv.DictReader(io.StringIO(done.stdout))}


def errors_by_group(cases, predicted):
    """Mean of |ln(predicted / measured)| by group."""
    groups = collections.defaultdict(list)
    for row in cases:
        if predicted.get(row["id"]) and row["value"]:
            error = abs(math.log(float(predicted[row["id"]]) / float(row["value"])))
            groups[group_of(row)].append(error)
    return {group: (float(np.mean(e)), len(e)) for group, e in groups.items()}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", default=str(ROOT / "build" / "tranche"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    cases = []
    for path in CASES:
        with open(path, newline="") as file:
            cases += [{"mlperf_round": "", "power_limited": ""} | r for r in csv.DictReader(file)]
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
    text = fitted(cases)
    by_group = errors_by_group(cases, left_out)
    in_fit = errors_by_group(cases, predictions(options.binary, text))
    print("mean |ln(predicted / measured)| by group: left out, in the fit, rows")
    for group, (error, rows) in sorted(by_group.items()):
        print(
            f"  {100 * error:5.1f} % {100 * in_fit[group][0]:5.1f} % {rows:4d}  {group[0]}: {group[1]}"
        )
    print(
        f"left out: mean over groups {100 * np.mean([e for e, _ in by_group.values()]):.1f} %, "
        f"in the fit {100 * np.mean([e for e, _ in in_fit.values()]):.1f} %; "
        f"{len(left_out)} of {len(cases)} rows answered"
    )
    if options.write:
        FILE.write_text(text)
    print("fitted:", "as shipped" if text == FILE.read_text() else "differs from the shipped file")
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
