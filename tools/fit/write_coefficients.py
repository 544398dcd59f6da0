# SPDX-License-Identifier: Apache-2.0
"""Writes scenarios/catalogue/inference_coefficients.toml from fitted values."""
import collections

import numpy as np

HEADER = """# Measured coefficients of the inference model (kernels/models/serving/coefficients.hpp says what
# each one is). Written by tools/fit/fit_inference.py from scenarios/measured/inference_cases*.csv:
# one set per chip generation and per generation of serving software, none per case, model or
# source. Priors from kernel tables hold what the cases say little about. `fit_error` is that of
# the fit to all cases; errors of left-out cases are in docs/methods/accuracy.md. `stands_for`:
# versions and dates of the software whose cases were fitted; the same chip served DeepSeek-R1 1.9
# times faster in MLPerf round v6.0 (April 2026) than in v5.1 (September 2025).
"""
SOURCE = (
    "fit to scenarios/measured/inference_cases*.csv; sources of the cases in their `source` column"
)
NEUTRAL = "neutral values, kernels/models/serving/coefficients.hpp; no measured case"

STANDS_FOR = {
    "tensorrt_llm_static_2023": "TensorRT-LLM 0.5 and 0.6, October to December 2023",
    "tensorrt_llm_static_2024": "TensorRT-LLM 0.7 to 0.9, January to April 2024",
    "tensorrt_llm_inflight_2024": "TensorRT-LLM 0.10 to 0.15, June to December 2024",
    "tensorrt_llm_inflight_2025": "TensorRT-LLM 0.16 to 0.19, December 2024 to May 2025, and unstated versions",
    "tensorrt_llm_eager": "TensorRT-LLM 0.20 without captured graphs, June 2025",
    "tensorrt_llm_pytorch": "TensorRT-LLM 0.21 to 1.3, July 2025 to May 2026, alone or under NVIDIA Dynamo",
    "tensorrt_mlperf": "TensorRT with CUDA 12, MLPerf Inference v4.0 to v5.1, March 2024 to September 2025",
    "tensorrt_mlperf_2026": "TensorRT with CUDA 13, MLPerf Inference v6.0, April 2026",
    "vllm_v0": "vLLM before 0.8, to March 2025",
    "vllm_v1": "vLLM 0.8 to 0.12, March to December 2025, and software that is not known",
    "vllm_2026": "vLLM 0.13 to 0.18, January to April 2026",
    "sglang": "SGLang 0.4.9 to 0.5.8, May 2025 to February 2026; older versions are slower",
}


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
            if table[1] in STANDS_FOR:
                out.write(f'stands_for = "{STANDS_FOR[table[1]]}"\n')
            own = errors.get(table, [])
            fitted = (
                f"median {100 * np.median(own):.1f} %, mean {100 * np.mean(own):.1f} % over "
                f"{len(own)} throughputs and times"
                if own
                else "no case; neutral values"
            )
            out.write(f'source = "{SOURCE if own else NEUTRAL}"\nfit_error = "{fitted}"\n')
