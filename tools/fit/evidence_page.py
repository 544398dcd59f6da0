# SPDX-License-Identifier: Apache-2.0
"""docs/methods/accuracy_intervals.md: how intervals and grades hold on cases left out of the fit."""
import collections
import math

FEWEST_ROWS = 8  # of a group whose own coverage is counted
COVERED = 0.9
TITLES = {
    "training": "training throughput",
    "serving_throughput": "serving throughput",
    "serving_tpot": "time per output token",
    "first_token_static": "first token of a batch",
    "first_token_loaded": "first token of a loaded server",
    "memory_bound": "memory-bound kernels",
}
HEAD = """# Intervals and grades

Written by `tools/fit/write_evidence.py`; do not edit. Every prediction carries a 90 % interval and a
grade. Both come from measured cases *left out of the fit*, with the whole group of like cases left out
(a family of training runs; source, software and model of a served model; source and kernel), never from
the errors of fitted cases. [Evidence of predictions](evidence.md) describes the method.
"""


def stratum(row):
    kind = row["question"]
    if kind == "training":
        moe = "mixture" in row["architecture"]
        bits = "16-bit" if row["weight_bits"] >= 16 else "8-bit and fewer"
        return TITLES[kind] + (", mixtures" if moe else f", dense, {bits}")
    if kind in ("serving_throughput", "serving_tpot"):
        return TITLES[kind] + (", mixtures" if "mixture" in row["architecture"] else ", dense")
    return TITLES[kind]


def quantile(values, weights, share):
    total, reached = sum(weights), 0.0
    for value, weight in sorted(zip(values, weights)):
        reached += weight
        if reached >= share * total - 1e-12:
            return value
    return max(values)


def percent(ln):
    return f"{100 * (math.exp(ln) - 1):.0f} %"


def mean(values, weights):
    return sum(v * w for v, w in zip(values, weights)) / sum(weights)


def page(rows, questions, expected, distance, grade):
    factor = {q["question"]: float(q["interval_factor"]) for q in questions}
    in_group = collections.Counter((r["question"], r["group"]) for r in rows)
    cases = []
    for row, own, far, letter in zip(rows, expected, distance, grade):
        half = factor[row["question"]] * own
        cases.append(
            {
                "stratum": stratum(row),
                "group": (row["question"], row["group"]),
                "error": abs(row["ln_error"]),
                "half": half,
                "inside": abs(row["ln_error"]) <= half,
                "weight": 1.0 / in_group[row["question"], row["group"]],
                "distance": far,
                "grade": "ABCD"[letter],
            }
        )
    return "\n".join(
        [HEAD, *by_stratum(cases), *by_group(cases), *by_grade(cases), *factors(questions)]
    )


def weights(cases):
    return [c["weight"] for c in cases]


def by_stratum(cases):
    everywhere = mean([c["inside"] for c in cases], weights(cases))
    one_width = quantile([c["error"] for c in cases], weights(cases), everywhere)
    lines = [
        "## Coverage and width",
        "",
        "Share of left-out cases inside their interval, every group weighing the same; half-width as the upper",
        f"end over the prediction. One interval for all predictions with the same coverage ({100 * everywhere:.0f} %)",
        f"would reach +{percent(one_width)}; the last column is the mean width over that one's, in logarithms.",
        "",
        "| predictions | cases | groups | mean error | inside | mean upper end | width over one for all |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    strata = collections.defaultdict(list)
    for c in cases:
        strata[c["stratum"]].append(c)
    for name, own in [*sorted(strata.items()), ("all", cases)]:
        w = weights(own)
        half = mean([c["half"] for c in own], w)
        lines.append(
            f"| {name} | {len(own)} | {len({c['group'] for c in own})} | "
            f"{100 * mean([c['error'] for c in own], w):.1f} % | "
            f"{100 * mean([c['inside'] for c in own], w):.0f} % | +{percent(half)} | "
            f"{half / one_width:.2f} |"
        )
    return lines + [""]


def by_group(cases):
    groups = collections.defaultdict(list)
    for c in cases:
        groups[c["group"]].append(c["inside"])
    shares = [sum(own) / len(own) for own in groups.values() if len(own) >= FEWEST_ROWS]
    counts = collections.Counter(
        "all"
        if s == 1.0
        else "95 to 99 %"
        if s > 0.95
        else "85 to 95 %"
        if s >= 0.85
        else "50 to 85 %"
        if s >= 0.5
        else "under 50 %"
        for s in shares
    )
    lines = [
        "## Coverage within groups",
        "",
        "Cases of one group share most of their error, so a group tends to be inside as a whole or outside as a",
        f"whole: no method that has not seen a group can give each group 90 %. Groups of {FEWEST_ROWS} or more cases, by the",
        "share of their cases that are inside:",
        "",
        "| inside | groups |",
        "|---|---:|",
    ]
    for name in ("all", "95 to 99 %", "85 to 95 %", "50 to 85 %", "under 50 %"):
        lines.append(f"| {name} | {counts[name]} |")
    return lines + [""]


def by_grade(cases):
    lines = [
        "## Errors by grade",
        "",
        "Grades of left-out cases by the distance to the nearest *other* group.",
        "",
        "| grade | cases | groups | mean distance | mean error | inside |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for letter in "ABCD":
        own = [c for c in cases if c["grade"] == letter]
        if not own:
            lines.append(f"| {letter} | 0 | - | - | - | - |")
            continue
        w = weights(own)
        lines.append(
            f"| {letter} | {len(own)} | {len({c['group'] for c in own})} | "
            f"{mean([c['distance'] for c in own], w):.2f} | "
            f"{100 * mean([c['error'] for c in own], w):.1f} % | "
            f"{100 * mean([c['inside'] for c in own], w):.0f} % |"
        )
    return lines + [""]


def factors(questions):
    lines = [
        "## Factors",
        "",
        "Half-width of an interval over the expected error (90 % quantile over left-out groups), and correlation of",
        "the errors of two chips of one generation in the same configuration (of the pooled pairs where a",
        "question has fewer than 10).",
        "",
        "| question | cases | groups | mean error | factor | pairs | correlation |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for q in questions:
        lines.append(
            f"| {TITLES[q['question']]} | {q['rows']} | {q['groups']} | "
            f"{100 * float(q['mean_absolute_ln_error']):.1f} % | {float(q['interval_factor']):.2f} | "
            f"{q['pairs']} | {float(q['sibling_correlation']):.2f} |"
        )
    return lines + [""]
