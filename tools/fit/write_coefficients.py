# SPDX-License-Identifier: Apache-2.0
"""Writes scenarios/catalogue/inference_coefficients.toml from fitted values."""
import collections

import numpy as np

HEADER = """# Measured coefficients of the inference model (kernels/models/serving/coefficients.hpp says what
# each one is). Written by tools/fit/fit_inference.py from scenarios/measured/inference_cases.csv:
# one set per chip generation and per generation of serving software, none per case, model or
# source. Priors from kernel tables hold what the cases say little about. `fit_error` is that of
# the fit to all cases; errors of left-out cases are in docs/methods/accuracy.md.
"""
SOURCE = (
    "fit to scenarios/measured/inference_cases.csv; sources of the cases in its `source` " "column"
)
NEUTRAL = "neutral values, kernels/models/serving/coefficients.hpp; no measured case"


def number(value):
    text = f"{value:.6g}"
    return text if any(c in text for c in ".e") else text + ".0"


def write(model, values, predicted, path):
    errors = collections.defaultdict(list)
    for i, measured in enumerate(model.measured):
        if predicted[i] > 0 and model.metric[i] != "first_token_loaded":
            error = abs(predicted[i] / measured - 1)
            errors["software", model.software[i]].append(error)
            errors["chip", model.generation[i]].append(error)
    tables = collections.OrderedDict()
    for (group, generation, name), value in zip(model.names, values):
        tables.setdefault((group, generation), []).append((name, value))
    with open(path, "w") as out:
        out.write(HEADER)
        for table, entries in tables.items():
            out.write("\n[" + ".".join(table) + "]\n")
            for name, value in entries:
                out.write(f"{name} = {number(value)}\n")
            own = errors.get(table, [])
            fitted = (
                f"median {100 * np.median(own):.1f} %, mean {100 * np.mean(own):.1f} % over "
                f"{len(own)} throughputs and times"
                if own
                else "no case; neutral values"
            )
            out.write(f'source = "{SOURCE if own else NEUTRAL}"\nfit_error = "{fitted}"\n')
