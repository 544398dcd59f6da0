#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the evidence behind intervals and grades: errors of measured cases left out of the fit.

    tools/fit/write_evidence.py            # after the fits and with build/tranche up to date

Reads the left-out predictions that fit_training.py, fit_inference.py and fit_memory_bound.py
wrote, and the traits of each case as `tranche validate` sees them. Writes, in scenarios/measured,
evidence.csv (cases with equal traits are one row) and evidence_errors.csv (per question the factor
of intervals and the correlation between sibling chips), and docs/methods/accuracy_intervals.md:
coverage and width of the intervals over left-out groups, errors by grade, and what own runs
change. Needs numpy and scipy.
"""
import argparse
import collections
import csv
import ctypes
import datetime
import json
import math
import pathlib
import subprocess
import tempfile

import evidence_page
import own_runs_page
from cpp_library import build
from report_accuracy import FILES, left_out_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios" / "measured"
QUESTIONS = [
    "training",
    "serving_throughput",
    "serving_tpot",
    "first_token_static",
    "first_token_loaded",
    "memory_bound",
]
TRAITS = [
    "chip",
    "generation",
    "vendor",
    "architecture",
    "weight_bits",
    "software",
    "software_year",
    "chips",
    "parameters",
    "sequence_tokens",
    "sequences_per_chip",
    "layout",
    "work",
]
FEWEST_PAIRS = 10


def left_out(name):
    with (DATA / name).open(newline="") as file:
        return {row["id"]: float(row["predicted"]) for row in csv.DictReader(file)}


def cases_of(binary, name):
    done = subprocess.run(
        [binary, "validate", "--cases", DATA / name, "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def power_of_two(value):
    return 2.0 ** round(math.log2(value)) if value and value > 0 else 0.0


def trait(case, name):
    value = case["trait_" + name]
    if name in ("sequence_tokens", "sequences_per_chip"):
        return power_of_two(value)
    if name == "parameters":
        return float(f"{value or 0:.3g}")
    return "" if value is None else value


def collected(binary):
    """One row for each case: question, group, its traits and ln(measured / left-out prediction)."""
    rows = []
    for name, _, _ in FILES:
        predicted = left_out(left_out_file(name))
        for case in cases_of(binary, name):
            value = predicted.get(case["id"])
            if not value or not case["measured"] or case["question"] is None:
                continue
            rows.append(
                {
                    "question": case["question"],
                    "group": case["group"],
                    **{key: trait(case, key) for key in TRAITS},
                    "ln_error": math.log(case["measured"] / value),
                }
            )
    return rows


def merged(rows):
    """Rows with equal traits in one group, as one with the number of cases and their mean errors."""
    cells = collections.defaultdict(list)
    for row in rows:
        cells[tuple(row[k] for k in ("question", "group", *TRAITS))].append(row["ln_error"])
    out = []
    for key, errors in sorted(cells.items(), key=lambda item: tuple(map(str, item[0]))):
        out.append(
            {
                **dict(zip(("question", "group", *TRAITS), key)),
                "rows": len(errors),
                "mean_absolute_ln_error": f"{sum(map(abs, errors)) / len(errors):.4f}",
            }
        )
    return out


def csv_lines(path, rows, columns):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {k: f"{v:g}" if isinstance(v, float) else v for k, v in row.items() if k in columns}
            )


CELL = ["question", "group", *TRAITS, "rows", "mean_absolute_ln_error"]
ERRORS = [
    "question",
    "rows",
    "groups",
    "mean_absolute_ln_error",
    "interval_factor",
    "sibling_correlation",
    "pairs",
    "as_of",
]


class Library:
    """sim/performance/evidence on one row for each case."""

    def __init__(self, rows):
        self.library = ctypes.CDLL(str(build("evidence_fit")))
        single = [dict(row, rows=1, mean_absolute_ln_error=abs(row["ln_error"])) for row in rows]
        with tempfile.TemporaryDirectory() as folder:
            measured = pathlib.Path(folder) / "measured"
            measured.mkdir()
            csv_lines(measured / "evidence.csv", single, CELL)
            csv_lines(measured / "evidence_errors.csv", [], ERRORS)
            self.count = self.library.evidence_open(folder.encode())
        assert self.count == len(rows)

    def errors(self):
        values = (ctypes.c_double * (4 * len(QUESTIONS)))()
        self.library.evidence_errors(values)
        return [values[4 * at : 4 * at + 4] for at in range(len(QUESTIONS))]

    def rows(self):
        expected = (ctypes.c_double * self.count)()
        distance = (ctypes.c_double * self.count)()
        grade = (ctypes.c_int * self.count)()
        self.library.evidence_rows(expected, distance, grade)
        return list(expected), list(distance), list(grade)

    def distances(self, rows):
        """Distance between every two of these rows, as one list."""
        values = (ctypes.c_double * len(rows) ** 2)()
        self.library.evidence_distances((ctypes.c_int * len(rows))(*rows), len(rows), values)
        return list(values)

    def with_own_runs(self, errors, deviations, own, others):
        """Mean and standard deviation of the ln errors of `others`, given the runs `own`."""
        doubles = ctypes.c_double * self.count
        mean = (ctypes.c_double * len(others))()
        deviation = (ctypes.c_double * len(others))()
        self.library.evidence_with_own_runs(
            doubles(*errors),
            doubles(*deviations),
            (ctypes.c_int * len(own))(*own),
            len(own),
            (ctypes.c_int * len(others))(*others),
            len(others),
            mean,
            deviation,
        )
        return list(mean), list(deviation)


def sibling_pairs(rows):
    """Pairs of ln errors of one configuration on two chips of a generation, by question."""
    same = collections.defaultdict(dict)
    others = [key for key in TRAITS if key != "chip"]
    for row in rows:
        if row["generation"] in ("", "other"):
            continue
        same[tuple(row[k] for k in ("question", *others))].setdefault(row["chip"], []).append(
            row["ln_error"]
        )
    pairs = collections.defaultdict(list)
    for key, chips in same.items():
        means = [sum(errors) / len(errors) for _, errors in sorted(chips.items())]
        pairs[key[0]] += [(a, b) for i, a in enumerate(means) for b in means[i + 1 :]]
    return pairs


def correlation(pairs):
    """Of errors about zero, not about their mean: a bias that two chips share is shared error."""
    product = sum(a * b for a, b in pairs)
    scale = math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
    return max(0.0, product / scale)


def question_rows(rows, library):
    pairs = sibling_pairs(rows)
    pooled = correlation([pair for own in pairs.values() for pair in own])
    out = []
    for name, (count, groups, error, factor) in zip(QUESTIONS, library.errors()):
        own = pairs[name]
        out.append(
            {
                "question": name,
                "rows": int(count),
                "groups": int(groups),
                "mean_absolute_ln_error": f"{error:.4f}",
                "interval_factor": f"{factor:.4f}",
                "sibling_correlation": (
                    f"{correlation(own) if len(own) >= FEWEST_PAIRS else pooled:.3f}"
                ),
                "pairs": len(own),
                "as_of": f"{datetime.date.today():%Y-%m}",
            }
        )
    return out


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", default=str(ROOT / "build" / "tranche"))
    options = parser.parse_args()
    rows = collected(options.binary)
    library = Library(rows)
    questions = question_rows(rows, library)
    csv_lines(DATA / "evidence.csv", merged(rows), CELL)
    csv_lines(DATA / "evidence_errors.csv", questions, ERRORS)
    traits = library.rows()
    page = evidence_page.page(rows, questions, *traits)
    page += "\n" + "\n".join(own_runs_page.section(rows, questions, traits[0], library))
    (ROOT / "docs" / "methods" / "accuracy_intervals.md").write_text(page)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
