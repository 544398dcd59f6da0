#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fit the operator and collective coefficients to measured kernels.

Reads scenarios/measured/kernel_efficiency.csv, minimises the absolute logarithmic
error (Cauchy loss, so that outliers do not rule) of the forms in kernels/models/chip/operators.hpp
and kernels/models/chip/collectives.hpp, and prints coefficients with the median and mean error as
TOML lines for scenarios/catalogue/coefficients.toml.
"""
import csv
import pathlib
import sys

import numpy as np
from scipy.optimize import least_squares

ROOT = pathlib.Path(__file__).resolve().parents[2]
BANDWIDTH = {
    "A100-SXM": 2.039e12,
    "H100-SXM": 3.35e12,
    "H200-SXM": 4.8e12,
    "B200-SXM": 8.0e12,
    "H800-SXM": 3.35e12,
}  # datasheets
PEAK = {
    "A100-SXM": 312e12,
    "H100-SXM": 989e12,
    "H200-SXM": 989e12,
    "B200-SXM": 2250e12,
    "H800-SXM": 989e12,
}
GENERATION = {
    "A100-SXM": "ampere",
    "H100-SXM": "hopper",
    "H200-SXM": "hopper",
    "B200-SXM": "blackwell",
    "H800-SXM": "hopper",
}
NVLINK = {"A100-SXM": 300e9, "H100-SXM": 450e9, "H200-SXM": 450e9}


def fit(name, model, rows, start, low, high):
    """Least squares on ln(model/measured); prints the coefficients and errors."""
    measured = np.array([r["seconds"] for r in rows])

    def residual(p):
        return np.log(model(p, rows) / measured)

    best = least_squares(
        residual,
        start,
        bounds=(low, high),
        loss="cauchy",
        f_scale=0.1,
        x_scale=np.maximum(np.abs(start), 1e-9),
    )
    error = np.abs(residual(best.x))
    print(
        f"# {name}: n {len(rows)}, median |ln error| {np.median(error):.3f}, mean {error.mean():.3f}, "
        f"p90 {np.quantile(error, 0.9):.3f}"
    )
    print("  ", ", ".join(f"{x:.5g}" for x in best.x))
    return best.x


def column(rows, key):
    return np.array([r[key] for r in rows])


def gemm(p, rows):
    compute, memory, launch, depth = p
    m, n, k = (column(rows, x) for x in "mnk")
    wide = column(rows, "input_bytes")
    tc = 2 * m * n * k * (k + depth) / k / (compute * column(rows, "peak"))
    tm = (wide * (m * k + k * n) + 2 * m * n) / (memory * column(rows, "bandwidth"))
    return np.sqrt(tc**2 + tm**2) + launch


def prefill(p, rows):
    efficiency, half, launch = p
    s = column(rows, "s")
    flop = column(rows, "b") * column(rows, "heads") * s * s * 2 * column(rows, "d")
    tc = flop * (s + half) / s / (efficiency * column(rows, "peak"))
    values = (
        column(rows, "b") * s * 2 * (column(rows, "heads") + column(rows, "kv")) * column(rows, "d")
    )
    tm = 2 * values / (0.85 * column(rows, "bandwidth"))
    return np.sqrt(tc**2 + tm**2) + launch


def decode(p, rows):
    efficiency, launch = p
    return column(rows, "bytes") / (efficiency * column(rows, "bandwidth")) + launch


def collectives(p, rows):
    ar, gather, a2a, alpha, alpha_rank, pair = p
    n = column(rows, "ranks")
    size = column(rows, "bytes")
    kind = column(rows, "kind")
    efficiency = np.where(kind == 0, ar, np.where(kind == 1, gather, a2a))
    wire = np.where(kind == 0, 2.0, 1.0) * size * (n - 1) / n
    phases = np.where(kind == 0, 1.0, 0.5)
    return (
        alpha
        + phases * alpha_rank * n
        + wire * (n + pair) / (n * efficiency * column(rows, "link"))
    )


def main():
    with open(ROOT / "scenarios/measured/kernel_efficiency.csv", newline="") as file:
        table = list(csv.DictReader(file))
    gemms, prefills, decodes, collective_rows = {}, {}, {}, {}
    for r in table:
        chip = r["chip"]
        if chip not in GENERATION or not r["latency_us"]:
            continue
        base = {"seconds": float(r["latency_us"]) * 1e-6, "bandwidth": BANDWIDTH[chip]}
        if r["kind"] == "gemm" and r["op"] in ("linear",) and r["m"]:
            narrow = r["dtype"].startswith("fp8")
            key = (GENERATION[chip], r["dtype"])
            gemms.setdefault(key, []).append(
                base
                | {x: float(r[x]) for x in "mnk"}
                | {"input_bytes": 1 if narrow else 2, "peak": PEAK[chip] * (2 if narrow else 1)}
            )
        elif r["kind"] == "attention_prefill":
            narrow = r["dtype"] == "fp8"
            prefills.setdefault((GENERATION[chip], r["dtype"]), []).append(
                base
                | {
                    "b": float(r["batch"]),
                    "s": float(r["seq_len"]),
                    "heads": float(r["heads"]),
                    "kv": float(r["kv_heads"]),
                    "d": float(r["head_dim"]),
                    "peak": PEAK[chip] * (2 if narrow else 1),
                }
            )
        elif r["kind"] == "attention_decode" and r["batch"] and r["seq_len"]:
            wide = 1 if "fp8" in r["dtype"] else 2
            decodes.setdefault((GENERATION[chip], r["dtype"]), []).append(
                base
                | {
                    "bytes": wide
                    * 2
                    * float(r["batch"])
                    * float(r["seq_len"])
                    * float(r["kv_heads"])
                    * float(r["head_dim"])
                }
            )
        elif r["kind"] == "collective" and r["op"].startswith("nccl") and chip in NVLINK:
            op = r["op"]
            kind = 0 if "all_reduce" in op else 2 if "alltoall" in op else 1
            size = float(r["message_bytes"])
            collective_rows.setdefault(GENERATION[chip], []).append(
                base
                | {"ranks": float(r["n_gpus"]), "bytes": size, "kind": kind, "link": NVLINK[chip]}
            )
    for key, rows in sorted(gemms.items()):
        fit(
            f"gemm {key}: compute, memory, launch_s, depth_half",
            gemm,
            rows,
            [0.8, 0.8, 3e-6, 50],
            [0.2, 0.2, 0, 0],
            [1.2, 1.2, 1e-4, 2000],
        )
    for key, rows in sorted(prefills.items()):
        fit(
            f"prefill {key}: forward, length_half, launch_s",
            prefill,
            rows,
            [0.55, 300, 1e-5],
            [0.1, 0, 0],
            [1, 5000, 1e-4],
        )
    for key, rows in sorted(decodes.items()):
        fit(
            f"decode {key}: efficiency, launch_s", decode, rows, [0.85, 1e-5], [0.2, 0], [1.2, 1e-4]
        )
    for key, rows in sorted(collective_rows.items()):
        fit(
            f"collective {key}: all_reduce, gather, all_to_all, alpha_s, alpha_per_rank_s, pair_loss",
            collectives,
            rows,
            [0.9, 0.7, 0.65, 5e-6, 1e-6, 1.0],
            [0.2, 0.2, 0.2, 0, 0, 0],
            [1.3, 1.3, 1.3, 1e-4, 1e-5, 4],
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
