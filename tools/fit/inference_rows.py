# SPDX-License-Identifier: Apache-2.0
"""Metric and group of a row of scenarios/measured/inference_cases*.csv."""


def metric_of(row):
    name = row["metric"]
    if "ttft" in name or "first_token" in name:
        return "first_token_static" if "latency" in row["scenario"] else "first_token_loaded"
    if row["scenario"].startswith(("disaggregated", "production")):
        return "pools"
    return "per_token" if "tpot" in name or "inter_token" in name else "throughput"


def group_of(row):
    """Rows that are measurements of one kind: they stay together in cross-validation."""
    return row["source"], row["software"], row["model_name"]


CONFIGURATION = (
    "source",
    "software",
    "n_gpus",
    "TP",
    "PP",
    "DP",
    "EP",
    "model_name",
    "weight_precision",
    "input_len",
    "output_len",
    "batch_or_concurrency",
    "scenario",
    "metric",
    "unit",
)
