#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the fastest plan of a search with the fastest published run of the same job.

For each (model, chip, count, global batch, sequence, format) of the measured files of
training, pretraining only: ln(tokens/s of the best plan / tokens/s of the best published
run), mean within a family, then over families. The fastest of many uncertain predictions
is too fast on average; `[training.plan] search_factor` of the coefficients corrects that.

  tools/fit/plan_bias.py                      the model's library, three tables:
                                              at the layout of the run; best plan with the
                                              software of the run; best plan as
                                              `tranche plan` assumes software
  tools/fit/plan_bias.py --binary tranche     the command `tranche plan` itself
  tools/fit/plan_bias.py --suggest            the search_factor without bias: the mean of
                                              the last two tables, without any factor
"""
import argparse
import csv
import io
import math
import pathlib
import subprocess

import numpy as np

from cpp_library import build
from fit_training import FILES
from training_model import DATA, Model, kind

COMMAND_FORMAT = {"nvfp4": "fp4"}
NEW_YEAR, OTHER_YEAR = 2026.0, 2025.0  # choose_software in sim/performance/plan


def best_runs(rows):
    """Index of the fastest published run of each job."""
    best = {}
    for i, row in enumerate(rows):
        rate = float(row["derived_tokens_per_s_per_gpu"] or 0)
        if rate <= 0 or row["task"] not in ("pretrain", ""):
            continue
        job = (row["model_name"].lower(), row["n_layers"]) + tuple(
            row[c] for c in ("chip", "n_gpus", "global_batch", "seq_len", "precision")
        )
        if job not in best or rate > best[job][0]:
            best[job] = (rate, i)
    return [i for _, i in best.values()]


def command_rate(binary, row):
    """Tokens/s per chip of the first plan of `tranche plan`, or 0."""
    arguments = ["plan", row["model_name"].lower(), "--chip", row["chip"], "--top", "1"]
    arguments += ["--count", row["n_gpus"], "--global-batch", row["global_batch"]]
    arguments += ["--seq-len", row["seq_len"], "--format", "csv"]
    arguments += ["--precision", COMMAND_FORMAT.get(row["precision"], row["precision"])]
    done = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return 0.0
    lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
    for plan in csv.DictReader(io.StringIO("\n".join(lines))):
        return float(plan["tokens_per_s"]) / float(row["n_gpus"])
    return 0.0


def table(title, rows, runs, rate_of):
    """Prints bias and mean absolute error by kind; returns the bias of all."""
    families = {}
    for i in runs:
        rate = rate_of(i)
        if rate > 0:
            error = math.log(rate / float(rows[i]["derived_tokens_per_s_per_gpu"]))
            families.setdefault((rows[i]["family"], kind(rows[i])), []).append(error)
    print(title)
    bias = math.nan
    for group in ("dense", "fp8", "moe", "all"):
        own = [e for (_, k), e in families.items() if group in ("all", k)]
        if not own:
            continue
        bias = np.mean([np.mean(e) for e in own])
        print(
            f"  {group:6} mean |ln| {100 * np.mean([np.mean(np.abs(e)) for e in own]):5.1f} %  "
            f"bias {100 * bias:+5.1f} %  families {len(own)}"
        )
    return bias


def assumed_year(row):
    is_new = row["chip"].startswith(("B", "GB")) or row["n_experts"]
    return NEW_YEAR if is_new else OTHER_YEAR


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", help="the built program")
    parser.add_argument("--library", type=pathlib.Path)
    parser.add_argument("--suggest", action="store_true")
    options = parser.parse_args()
    files = [DATA / f"measured/{file}.csv" for file in FILES]
    if options.binary:
        rows = [row for file in files for row in csv.DictReader(open(file, newline=""))]
        table(
            "best plan of the command",
            rows,
            best_runs(rows),
            lambda i: command_rate(options.binary, rows[i]),
        )
        return 0
    model = Model(options.library or build("training_fit"), files)
    if options.suggest:
        model.set("training.plan.search_factor", 1.0)
    predicted, _ = model.predict()
    runs = [i for i in best_runs(model.rows) if predicted[i] > 0]
    table("at the layout of the run", model.rows, runs, lambda i: predicted[i])
    own = table("best plan, software of the run", model.rows, runs, model.best_plan)
    usual = table(
        "best plan, software as `tranche plan` assumes it",
        model.rows,
        runs,
        lambda i: model.best_plan(i, assumed_year(model.rows[i])),
    )
    if options.suggest:
        print(f"search_factor {math.exp(0.5 * (own + usual)):.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
