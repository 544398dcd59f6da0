#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/methods/accuracy.md, and its first table as scenarios/measured/accuracy.csv for reports:
what `tranche validate` says of the shipped measured cases.

    tools/fit/report_accuracy.py            # build/tranche must be up to date
    tools/fit/report_accuracy.py --check    # fails when the file on disk says something else
"""

import argparse
import collections
import csv
import io
import pathlib
import statistics
import subprocess

from inference_rows import CONFIGURATION, metric_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios" / "measured"
# file, what it holds, columns whose values together name a group of like cases
SERVED = ["source", "software", "model_name"]
FILES = [
    ("training_cases.csv", "training", ["family"]),
    ("training_cases_extra.csv", "training, further layouts", ["family"]),
    ("training_cases_moe.csv", "training, mixtures", ["family"]),
    ("training_cases_2026.csv", "training, 2026", ["family"]),
    ("inference_cases.csv", "inference", SERVED),
    ("inference_cases_moe.csv", "inference, mixtures over nodes and racks", SERVED),
    ("inference_cases_2026.csv", "inference, 2026", SERVED),
    ("membound_cases.csv", "memory-bound kernels", ["source", "kernel_app"]),
    ("membound_cases_2026.csv", "memory-bound kernels, 2026", ["source", "kernel_app"]),
]
SLICES = {
    "training_cases.csv": ["chip", "precision"],
    "training_cases_extra.csv": ["chip", "precision"],
    "training_cases_moe.csv": ["chip"],
    "training_cases_2026.csv": ["chip"],
    "inference_cases.csv": ["chip", "metric", "software"],
    "inference_cases_moe.csv": ["chip", "software"],
    "inference_cases_2026.csv": ["chip", "software"],
    "membound_cases.csv": ["chip"],
    "membound_cases_2026.csv": ["chip"],
}


def left_out_file(name):
    """Predictions of the cases with coefficients that were fitted without their group."""
    for kind in ("training", "inference", "membound"):
        if name.startswith(kind):
            return f"{kind}_left_out.csv"
    raise ValueError(name)


# files whose left-out errors have tables of their own
DETAILED = ("inference_cases.csv", "membound_cases.csv")
HOW = {
    "inference_cases.csv": "Five folds leave out whole groups (source, software, model); each fold is fitted from neutral\n"
    "values (`tools/fit/fit_inference.py`).",
    "membound_cases.csv": "Each group (source, kernel) is left out in turn (`tools/fit/fit_memory_bound.py`); where no other\n"
    "group measured its access pattern, other patterns of the chip and other chips decide (hierarchical fit).",
}
FEWEST = 5  # cases of a row of the tables by slice


def predictions(binary, name):
    done = subprocess.run(
        [binary, "validate", "--cases", str(DATA / name), "--format", "csv"],
        check=True,
        capture_output=True,
        text=True,
    )
    return list(csv.DictReader(io.StringIO(done.stdout)))


def left_out_predictions(name, rows):
    """The same rows with predictions of a fit that left their group out, where there is one."""
    with (DATA / left_out_file(name)).open(newline="") as file:
        predicted = {row["id"]: float(row["predicted"]) for row in csv.DictReader(file)}
    done = []
    for row in rows:
        error = ""
        if row["id"] in predicted and row["measured"]:
            error = 100 * (predicted[row["id"]] / float(row["measured"]) - 1)
        done.append(dict(row, error_percent=error))
    return done


def errors_of(pairs, group_columns):
    """Errors averaged within a group of like cases, then over groups."""
    groups = collections.defaultdict(list)
    for case, row in pairs:
        if row["error_percent"]:
            groups[tuple(case[c] for c in group_columns)].append(float(row["error_percent"]))
    if not groups:
        return None
    return {
        "groups": len(groups),
        "error": statistics.mean(statistics.mean(map(abs, g)) for g in groups.values()),
        "bias": statistics.mean(statistics.mean(g) for g in groups.values()),
        "median": statistics.median(abs(e) for g in groups.values() for e in g),
    }


def total_line(label, pairs, other, group_columns):
    """Left-out errors first, then those of the fit."""
    predicted = sum(row["status"] == "ok" for _, row in pairs)
    cells = [label, str(len(pairs)), f"{100 * predicted / len(pairs):.1f} %"]
    left_out, fitted = errors_of(other, group_columns), errors_of(pairs, group_columns)
    cells.append(str(fitted["groups"]) if fitted else "-")
    for e in (left_out, fitted):
        cells += [f"{e['error']:.1f} %", f"{e['bias']:+.1f} %"] if e else ["-", "-"]
    return "| " + " | ".join(cells) + " |"


TOTALS = (
    "| file | cases | predicted | groups | **error, left out** | bias, left out | error, fitted | "
    "bias, fitted |\n|---|---:|---:|---:|---:|---:|---:|---:|"
)


def line(label, pairs, group_columns):
    predicted = sum(row["status"] == "ok" for _, row in pairs)
    e = errors_of(pairs, group_columns)
    numbers = (
        f"{e['groups']} | {e['error']:.1f} % | {e['median']:.1f} % | {e['bias']:+.1f} %"
        if e
        else "- | - | - | -"
    )
    return f"| {label} | {len(pairs)} | {100 * predicted / len(pairs):.1f} % | {numbers} |"


def csv_line(label, pairs, other, group_columns):
    predicted = sum(row["status"] == "ok" for _, row in pairs)
    cells = [f'"{label}"', str(len(pairs)), f"{100 * predicted / len(pairs):.1f}"]
    for e, keys in (
        (errors_of(pairs, group_columns), ("error", "median", "bias")),
        (errors_of(other, group_columns), ("error", "bias")),
    ):
        cells += [f"{e[key]:.1f}" if e else "" for key in keys]
    return ",".join(cells)


CSV_HEAD = (
    "what,cases,predicted_percent,mean_absolute_error_percent,"
    "median_absolute_error_percent,bias_percent,left_out_error_percent,left_out_bias_percent"
)


def left_out_tables(name, what, cases, rows, groups):
    """Fitted beside left-out errors by metric, and of the ratio of H200 to H100."""
    other = left_out_predictions(name, rows)
    inference = name == "inference_cases.csv"
    by_metric = collections.defaultdict(list)
    for case, fitted, left_out in zip(cases, rows, other):
        by_metric[metric_of(case) if inference else "rate"].append((case, fitted, left_out))
    lines = [
        f"## {what[0].upper() + what[1:]}, cases left out of the fit",
        "",
        HOW[name] + "\nMean absolute error of groups, and over rows the mean and the median.",
        "",
        "| metric | rows | groups | fitted: groups | rows | median | left out: groups | rows | "
        "median |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for metric, own in by_metric.items():
        own = [o for o in own if o[1]["error_percent"] and o[2]["error_percent"] != ""]
        cells = [metric.replace("_", " "), str(len(own))]
        for at in (1, 2):
            pairs = [(o[0], o[at]) for o in own]
            e = errors_of(pairs, groups)
            rows_mean = statistics.mean(abs(float(row["error_percent"])) for _, row in pairs)
            cells += ([str(e["groups"])] if at == 1 else []) + [
                f"{x:.1f} %" for x in (e["error"], rows_mean, e["median"])
            ]
        lines.append("| " + " | ".join(cells) + " |")
    if not inference:
        return "\n".join(lines)
    lines += [
        "",
        "| ratio of H200 to H100 | pairs | mean absolute error | median | p90 |",
        "|---|---:|---:|---:|---:|",
    ]
    for label, at in (("fitted", rows), ("left out", other)):
        errors = ratio_errors(cases, at)
        lines.append(
            f"| {label} | {len(errors)} | {statistics.mean(errors):.1f} % | "
            f"{statistics.median(errors):.1f} % | {errors[int(0.9 * len(errors))]:.1f} % |"
        )
    return "\n".join(lines)


def ratio_errors(cases, rows):
    """Errors in per cent of the ratio between H200 and H100 rows of one configuration."""
    first = collections.defaultdict(dict)
    for case, row in zip(cases, rows):
        if row["error_percent"] != "" and case["TP"] and metric_of(case) != "first_token_loaded":
            first[tuple(case[c] for c in CONFIGURATION)].setdefault(
                case["chip"], 1 + float(row["error_percent"]) / 100
            )
    return sorted(
        100 * abs(chips["H200-SXM"] / chips["H100-SXM"] - 1)
        for chips in first.values()
        if "H100-SXM" in chips and "H200-SXM" in chips
    )


HEAD = (
    "| cases | predicted | groups | mean absolute error | median over cases | bias |\n"
    "|---:|---:|---:|---:|---:|---:|"
)


def table(title, rows):
    return "\n".join(
        [HEAD.replace("| cases", f"| {title} | cases", 1).replace("|---:", "|---|---:", 1)] + rows
    )


def title_of(path):
    return path.read_text().splitlines()[0].lstrip("# ")


def page(binary):
    parts = [
        "# Accuracy",
        "Written by `tools/fit/report_accuracy.py`; do not edit. Predictions beside published "
        "measurements.\n**Left out**: predicted with coefficients that were fitted without the "
        "group of the case: what to expect of\ncases that nobody tuned. *Fitted*: with the shipped "
        "coefficients, which have seen the case. Errors are means\nwithin a group of like cases (a "
        "family of training runs; source, software and model of inference; source and\nkernel), "
        "then over groups. Each prediction has an interval and a grade of its own: see "
        "[Intervals and\ngrades](accuracy_intervals.md).",
    ]
    details = sorted(p for p in (ROOT / "docs" / "methods").glob("accuracy_*.md"))
    if details:
        parts.append("\n".join(f"- [{title_of(p)}]({p.name})" for p in details))
    totals, slices, figures = [], [], [CSV_HEAD]
    for name, what, groups in FILES:
        with (DATA / name).open(newline="") as file:
            cases = list(csv.DictReader(file))
        rows = predictions(binary, name)
        pairs = list(zip(cases, rows))
        other = [
            (case, row)
            for case, row in zip(cases, left_out_predictions(name, rows))
            if row["error_percent"] != ""
        ]
        if name in DETAILED:
            slices.append(left_out_tables(name, what, cases, rows, groups))
        totals.append(total_line(f"{what} (`{name}`)", pairs, other, groups))
        figures.append(csv_line(what, pairs, other, groups))
        for column in SLICES[name]:
            by_value = collections.defaultdict(list)
            for case, row in pairs:
                by_value[case[column] or "-"].append((case, row))
            rows = [
                line(value, own, groups)
                for value, own in sorted(by_value.items(), key=lambda item: -len(item[1]))
                if len(own) >= FEWEST
            ]
            slices.append(f"## {what[0].upper() + what[1:]}, by {column}\n\n" + table(column, rows))
        reasons = collections.Counter(
            row["status"][len("skipped: ") :] for _, row in pairs if row["status"] != "ok"
        )
        if reasons:
            slices.append(
                "Skipped:\n\n" + "\n".join(f"- {n} x {why}" for why, n in reasons.most_common())
            )
    parts.append("\n".join([TOTALS, *totals]))
    return "\n\n".join(parts + slices) + "\n", "\n".join(figures) + "\n"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", default=str(ROOT / "build" / "tranche"))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    paths = [ROOT / "docs" / "methods" / "accuracy.md", DATA / "accuracy.csv"]
    texts = page(options.binary)
    if options.check:
        return (
            0
            if all(path.exists() and path.read_text() == text for path, text in zip(paths, texts))
            else 1
        )
    for path, text in zip(paths, texts):
        path.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
