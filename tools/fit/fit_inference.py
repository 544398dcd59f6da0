#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fits the coefficients of the inference model to measured cases, and cross-validates them.

    tools/fit/fit_inference.py --write     # about ten minutes on one core; needs g++, NumPy, SciPy
    tools/fit/report_accuracy.py           # then: the tables of docs/methods/accuracy.md

One set of coefficients per chip generation and per generation of serving software, none per
case, model or source. Constants of single kernels
over many chips (exchange, latent attention, imbalance, overlap) are as measured, not fitted. Everything starts from neutral values (those of the C++ structs and
SETTINGS below), the full fit and each fold alike; priors hold what the data say little about.
A fold leaves out whole groups (source, software, model). The result is the same each time.
"""
import argparse
import collections
import csv
import os
import time
import zlib

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # same sums each time, and one core

import numpy as np
from scipy.optimize import least_squares

from cpp_library import build
from inference_model import DATA, Model, chip_pairs
from inference_rows import group_of
from write_coefficients import write

LEFT_OUT = DATA / "measured" / "inference_left_out.csv"

# How software schedules: not fitted. Attention kernels of 2023 and 2024 for query groups
# (TensorRT-LLM release notes and support matrix), largest batches of the published runs.
NO_MATRIX_ATTENTION = 1e9
SETTINGS = {
    # Kernel tables (AIConfigurator silicon database, commit 095f58a5): attention over a latent cache
    # at 614 to 685 of 989 TFLOP/s on H100 and H200, 1,280 to 1,370 of 2,500 on B200 and GB200;
    # dispatch and combine at 253 and 207 of 450 GB/s on H200, 579 to 659 of 900 GB/s on GB200.
    "hopper": {"latent_decode_efficiency": 0.65, "exchange_efficiency": 0.52},
    "blackwell": {"latent_decode_efficiency": 0.55, "exchange_efficiency": 0.68},
    "tensorrt_llm_static_2023": {"vector_group_limit": NO_MATRIX_ATTENTION},
    "tensorrt_llm_static_2024": {"vector_group_limit": NO_MATRIX_ATTENTION, "matrix_group": 8.0},
    "tensorrt_llm_inflight_2024": {"vector_group_limit": 1.0, "max_sequences": 4096.0},
    "tensorrt_llm_inflight_2025": {"vector_group_limit": 1.0, "max_sequences": 4096.0},
    "tensorrt_llm_eager": {"max_sequences": 4096.0},
    "tensorrt_llm_pytorch": {"max_sequences": 4096.0},
    "tensorrt_mlperf": {"vector_group_limit": 1.0},
    "tensorrt_mlperf_2026": {"max_sequences": 4096.0},
    "vllm_v0": {"admits_by_prompt": 1.0},
    "vllm_v1": {"admits_by_prompt": 1.0},
    "vllm_2026": {"admits_by_prompt": 1.0},
    "sglang": {"admits_by_prompt": 1.0},
}
# Fitted coefficients: spread of the prior in natural logarithm.
CHIP_SPREAD = {
    "matrix_efficiency_16bit": 0.12,
    "matrix_efficiency_8bit": 0.15,
    "matrix_efficiency_4bit": 0.3,
    "memory_efficiency": 0.04,
    "kernel_latency_s": 0.25,
    "attention_efficiency_16bit": 0.25,
    "attention_efficiency_8bit": 0.25,
    "kv_efficiency": 0.04,
    "kv_latency_s": 0.5,
    "custom_reduce_s": 0.5,
    "custom_reduce_per_peer_s": 0.5,
    "ring_reduce_s": 0.15,
    "ring_reduce_per_chip_s": 0.2,
    "link_efficiency": 0.05,
    "widened_weights_per_s": 0.3,
    "joule_per_flop_16bit": 0.3,
    "joule_per_flop_8bit": 0.3,
    "joule_per_byte": 0.3,
}
SOFTWARE_SPREAD = {
    "step_s": 1.0,
    "layer_s": 0.7,
    "sequence_s": 1.5,
    "prompt_s": 1.0,
    "host_step_s": 0.7,
    "host_sequence_s": 0.7,
    "kernel_efficiency": 0.12,
    "kv_efficiency": 0.2,
    "attention_efficiency": 0.3,
    "expert_efficiency": 0.4,
    "expert_streaming": 0.07,
    "routing_skew": 0.2,
    "expert_layer_s": 0.7,
    "vector_attention_efficiency": 0.4,
    "reserve_bytes": 0.8,
    "prefill_step_s": 1.0,
    "queue_share": 0.8,
}
ROW_ERROR, PAIR_ERROR = 0.10, 0.035  # unit of a residual, in natural logarithm
PRIOR_WEIGHT = 0.35
TIER = {"A": 1.0, "B": 0.8, "C": 0.1}
METRIC = {"first_token_loaded": 0.25, "first_token_static": 0.7}


class Fit:
    def __init__(self, model):
        self.model = model
        self.usable = np.array([not why for why in model.skipped])
        self.weight = self.weights() * self.possible()

    def weights(self):
        """Returns weights by tier and metric; a group of n rows counts as sqrt(n)."""
        m = self.model
        keys = [
            (r["source"][:12], m.software[i], r["model_name"], m.metric[i], m.generation[i])
            for i, r in enumerate(m.rows)
        ]
        size = collections.Counter(keys)
        return (
            np.array(
                [
                    TIER[r["tier"]] * METRIC.get(m.metric[i], 1.0) / size[keys[i]] ** 0.5
                    for i, r in enumerate(m.rows)
                ]
            )
            * self.usable
        )

    def possible(self):
        """Returns 0 for groups with a row whose recorded plan cannot hold the model: the record is
        wrong, so the fit uses none of their rows."""
        m = self.model
        predicted = m.predict(m.neutral, self.usable)
        bad = {
            group_of(r)
            for i, r in enumerate(m.rows)
            if self.usable[i] and r["TP"] and predicted[i] <= 0
        }
        return np.array([group_of(r) not in bad for r in m.rows], dtype=float)

    def run(self, wanted, label):
        """Values of all coefficients fitted to the wanted rows, from neutral ones."""
        m = self.model
        mask = wanted & (self.weight > 0)
        rows = np.nonzero(mask)[0]
        place = np.full(m.count, -1)
        place[rows] = np.arange(len(rows))
        tables = {"chip": CHIP_SPREAD, "software": SOFTWARE_SPREAD}
        free = np.array([j for j, (group, _, name) in enumerate(m.names) if name in tables[group]])
        spread = np.array([tables[m.names[j][0]][m.names[j][2]] for j in free])
        # Every coefficient has a part common to all generations, and its own part.
        kinds = sorted({m.names[j][::2] for j in free})
        kind = np.array([kinds.index(m.names[j][::2]) for j in free])
        generations = {"chip": m.generation, "software": m.software}
        touches = [mask & (generations[m.names[j][0]] == m.names[j][1]) for j in free]
        touches += [mask] * len(kinds)
        share = np.array(
            [
                m.names[j][0] == "chip"
                and "efficiency" in m.names[j][2]
                and m.names[j][2] != "link_efficiency"
                for j in free
            ]
        )
        pairs = place[chip_pairs(m, mask)]
        weight = self.weight[rows]
        pair_weight = np.sqrt(weight[pairs[:, 0]] * weight[pairs[:, 1]])
        target = np.log(m.measured[rows])

        def values_of(x):
            values = m.neutral.copy()
            values[free] *= np.exp(np.clip(x[: len(free)] + x[len(free) :][kind], -6, 6) * spread)
            return values

        def log_errors(values, wanted_rows):
            predicted = m.predict(values, wanted_rows)[rows]
            return np.where(predicted > 0, np.log(np.maximum(predicted, 1e-9)) - target, 0.0)

        def residuals_of(errors, x):
            pair = errors[pairs[:, 1]] - errors[pairs[:, 0]]
            over = np.where(share, np.maximum(0.0, values_of(x)[free] - 1.0) * 50, 0.0)
            return np.concatenate(
                [
                    weight * np.clip(errors, -1.5, 1.5) / ROW_ERROR,
                    pair_weight * np.clip(pair, -1, 1) / PAIR_ERROR,
                    PRIOR_WEIGHT * x,
                    over,
                ]
            )

        def residuals(x):
            return residuals_of(log_errors(values_of(x), mask), x)

        def jacobian(x, step=2e-3):
            base = log_errors(values_of(x), mask)
            at = residuals_of(base, x)
            columns = np.empty((len(at), len(x)))
            for k in range(len(x)):
                moved = x.copy()
                moved[k] += step
                errors = base.copy()
                near = touches[k][rows]  # a coefficient moves only rows of its generation
                errors[near] = log_errors(values_of(moved), touches[k])[near]
                columns[:, k] = (residuals_of(errors, moved) - at) / step
            return columns

        start = time.time()
        solution = least_squares(
            residuals,
            np.zeros(len(free) + len(kinds)),
            jac=jacobian,
            loss="soft_l1",
            max_nfev=16,
            ftol=1e-5,
            xtol=1e-5,
        )
        print(
            f"{label}: {len(rows)} rows, {len(free)} coefficients, cost {solution.cost:.2f} after "
            f"{solution.nfev} evaluations, {time.time() - start:.0f} s",
            flush=True,
        )
        return values_of(solution.x)


def report(model, predicted, usable, label):
    print(label)
    error = np.where(predicted > 0, 100 * (predicted / model.measured - 1), np.nan)
    for metric in ("throughput", "per_token", "pools", "first_token_static", "first_token_loaded"):
        at = [i for i in np.nonzero(usable & np.isfinite(error))[0] if model.metric[i] == metric]
        groups = collections.defaultdict(list)
        for i in at:
            groups[group_of(model.rows[i])].append(abs(error[i]))
        print(
            f"  {metric:20} {len(at):5} rows: mean {np.mean(np.abs(error[at])):5.1f} %, median "
            f"{np.median(np.abs(error[at])):5.1f} %; {len(groups):3} groups: mean "
            f"{np.mean([np.mean(g) for g in groups.values()]):5.1f} %"
        )
    pairs = chip_pairs(model, usable & (predicted > 0))
    ratio = np.abs(
        predicted[pairs[:, 1]]
        / predicted[pairs[:, 0]]
        * model.measured[pairs[:, 0]]
        / model.measured[pairs[:, 1]]
        - 1
    )
    print(
        f"  {'H200 / H100':20} {len(pairs):5} pairs: mean {100 * ratio.mean():5.1f} %, median "
        f"{100 * np.median(ratio):5.1f} %, p90 {100 * np.quantile(ratio, 0.9):5.1f} %",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="replace the shipped coefficients and the predictions of left-out rows",
    )
    parser.add_argument("--folds", type=int, default=5, help="0: no cross-validation")
    parser.add_argument("--library", help="the model, already built")
    options = parser.parse_args()
    model = Model(options.library or build("inference_fit"), SETTINGS)
    fit = Fit(model)
    values = fit.run(fit.usable, "all rows")
    predicted = model.predict(values, fit.usable)
    report(model, predicted, fit.usable, "fitted")
    if options.write:
        write(model, values, predicted, DATA / "catalogue" / "inference_coefficients.toml")
    if options.folds < 2:
        return
    fold = np.array(
        [zlib.crc32("|".join(group_of(r)).encode()) % options.folds for r in model.rows]
    )
    left_out = np.zeros(model.count)
    for k in range(options.folds):
        out = fit.usable & (fold == k)
        part = fit.run(fit.usable & (fold != k), f"fold {k + 1} of {options.folds}")
        left_out[out] = model.predict(part, out)[out]
    report(model, left_out, fit.usable, f"left out, {options.folds} folds")
    if options.write:
        with open(LEFT_OUT, "w", newline="") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["id", "predicted"])
            rows.writerows((r["id"], f"{p:.6g}") for r, p in zip(model.rows, left_out) if p > 0)


if __name__ == "__main__":
    main()
