#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write a page with a chart for each question about accuracy: docs/methods/accuracy_*.md.

    tools/fit/write_accuracy_pages.py       # after write_evidence.py, with build/tranche up to date

Left-out errors of the cases that a question is about, by what a reader knows beforehand, the groups that
are worst, and what the model lacks there. Charts need node and a build of the report in build/.
"""
import argparse
import collections
import dataclasses
import math
import re

from accuracy_chart import against_measured, draw, over_measured
from report_accuracy import FILES, left_out_file
from write_evidence import ROOT, cases_of, left_out

MOST_SERIES = 7
WORST = 8
FEWEST_GROUPS = 2  # of a row of a table


@dataclasses.dataclass
class Page:
    name: str
    title: str
    unit: str
    keeps: callable  # which cases
    slices: dict  # heading: key of a case
    answer: str
    lacks: str
    series: callable = lambda case: case["chip"]  # colours of the chart


def is_mixture(case):
    return "mixture" in case["trait_architecture"]


def bits(case):
    return "16 bit" if case["trait_weight_bits"] >= 16 else "8 bit and fewer"


def size(case):
    chips = case["trait_chips"]
    for most, text in ((8, "1 to 8"), (64, "9 to 64"), (512, "65 to 512"), (4096, "513 to 4,096")):
        if chips <= most:
            return text
    return "over 4,096"


def layout(case):
    return case["trait_layout"] or "one way"


def served_question(case):
    return {
        "serving_throughput": "throughput of a full server",
        "serving_tpot": "time per token of some users",
        "first_token_static": "first token of a batch",
    }[case["question"]]


PAGES = [
    Page(
        "dense_training",
        "How far off is dense training?",
        "tokens/s per chip",
        lambda c: c["question"] == "training" and not is_mixture(c),
        {
            "chip": lambda c: c["chip"],
            "precision": bits,
            "chips of the job": size,
            "kind of training": lambda c: c["trait_work"],
        },
        "Throughput of one job in the layout of the row.",
        "One overlap of traffic and arithmetic stands for all stacks of a kind and year, and stacks differ; sharding of weights over "
        "slow networks and fine-tuning in 8 bit have few cases.",
    ),
    Page(
        "mixtures",
        "How far off are mixtures of experts?",
        "tokens/s per chip",
        lambda c: c["question"] == "training" and is_mixture(c),
        {
            "chip": lambda c: c["chip"],
            "precision": bits,
            "chips of the job": size,
            "layout": layout,
        },
        "Training of mixtures in the layout of the row. Serving of mixtures is on the page of serving.",
        "Exchange of tokens by software that groups tokens by node, and in 8 bit, is not modelled; loads of experts are "
        "taken as equal where the row does not say. Groups are few, so one of them moves the mean.",
    ),
    Page(
        "serving",
        "How far off is serving?",
        "tokens/s, or ms",
        lambda c: c["question"] in ("serving_throughput", "serving_tpot", "first_token_static"),
        {
            "question": served_question,
            "chip": lambda c: c["chip"],
            "software": lambda c: c["trait_software"],
            "architecture": lambda c: "mixture" if is_mixture(c) else "dense",
            "precision": bits,
        },
        "Times to the first token under load are not on this page: their error is near 50 %, because queues are not "
        "simulated.",
        "Prompts that arrive in a running batch slow its steps by an amount that depends on the scheduler, which is not "
        "simulated: times per token are worst with long prompts and many users. Software is a generation with one "
        "set of host times, though versions differ.",
        served_question,
    ),
    Page(
        "memory_bound",
        "How far off are memory-bound kernels?",
        "in the unit of the case",
        lambda c: c["question"] == "memory_bound",
        {"chip": lambda c: c["chip"], "access pattern": lambda c: c["trait_work"]},
        "Streams, stencils, lattice Boltzmann, sparse products, gathers and decoding kernels.",
        "A chip with few measured streams borrows from its generation. Kernels of applications carry work that is not "
        "memory traffic.",
    ),
]


def read_cases(binary):
    """Predicted cases with left-out predictions, of all files."""
    found = []
    for name, _, _ in FILES:
        predicted = left_out(left_out_file(name))
        for case in cases_of(binary, name):
            if case["id"] in predicted and case["measured"] and case["question"]:
                case["fitted"] = math.log(case["predicted"] / case["measured"])
                case["left_out"] = predicted[case["id"]]
                case["error"] = math.log(case["left_out"] / case["measured"])
                found.append(case)
    return found


def means(cases):
    """Over groups: mean absolute and signed errors, left out and fitted."""
    groups = collections.defaultdict(list)
    for case in cases:
        groups[case["group"]].append(case)

    def over(value):
        return sum(sum(map(value, own)) / len(own) for own in groups.values()) / len(groups)

    return {
        "cases": len(cases),
        "groups": len(groups),
        "error": over(lambda c: abs(c["error"])),
        "bias": over(optimism),
        "fitted": over(lambda c: abs(c["fitted"])),
    }


def signed(ln):
    return f"{100 * math.expm1(ln):+.1f} %"


def row(label, m):
    return (
        f"| {label} | {m['cases']} | {m['groups']} | **{100 * m['error']:.1f} %** | "
        f"{signed(m['bias'])} | {100 * m['fitted']:.1f} % |"
    )


def table(heading, cases, key):
    values = collections.defaultdict(list)
    for case in cases:
        values[key(case)].append(case)
    rows = [(means(own), value) for value, own in values.items()]
    kept = sorted(
        ((m, v) for m, v in rows if m["groups"] >= FEWEST_GROUPS), key=lambda r: -r[0]["cases"]
    )
    alone = sorted(v for m, v in rows if m["groups"] < FEWEST_GROUPS)
    lines = [
        f"| {heading} | cases | groups | error, left out | bias | error, fitted |",
        "|---|---:|---:|---:|---:|---:|",
        *(row(value, m) for m, value in kept),
        "",
    ]
    if alone:
        lines += [f"In one group only: {', '.join(alone)}.", ""]
    return lines


def plain(group):
    return re.sub(r"\s*\([^()]*\)", "", group).replace(" | ", ", ").replace("|", ",")


def worst(cases):
    groups = collections.defaultdict(list)
    for case in cases:
        groups[case["group"]].append(case)
    scored = sorted(groups.items(), key=lambda g: -means(g[1])["error"])[:WORST]
    lines = ["| group | cases | chips | error, left out | bias |", "|---|---:|---|---:|---:|"]
    for name, own in scored:
        m = means(own)
        chips = ", ".join(sorted({c["chip"] for c in own}))
        lines.append(
            f"| {plain(name)} | {m['cases']} | {chips} | {100 * m['error']:.1f} % | {signed(m['bias'])} |"
        )
    return lines


def with_series(points):
    """The most frequent names keep theirs; the others are one series."""
    counts = collections.Counter(p["series"] for p in points)
    kept = {name for name, _ in counts.most_common(MOST_SERIES)}
    if "H200-SXM" in counts and "H200-SXM" not in kept:  # what the project is about
        kept.discard(counts.most_common(MOST_SERIES)[-1][0])
        kept.add("H200-SXM")
    for p in points:
        p["series"] = p["series"] if p["series"] in kept else "other"
    return points


def points_of(cases, series):
    """One point for the cases of a group on a chip, in one unit: geometric means."""
    parts = collections.defaultdict(list)
    for case in cases:
        parts[case["group"], case["chip"], case["unit"]].append(case)
    points = []
    for _, own in sorted(parts.items()):

        def mean(key, own=own):
            return math.exp(sum(math.log(c[key]) for c in own) / len(own))

        points.append(
            {
                "measured": float(f"{mean('measured'):.4g}"),
                "predicted": float(f"{mean('left_out'):.4g}"),
                "series": series(own[0]),
                "cases": len(own),
            }
        )
    return with_series(points)


TIMES = ("serving_tpot", "first_token_static", "first_token_loaded")


def optimism(case):
    """Signed error of the rate: positive where the prediction is faster than the measurement."""
    return -case["error"] if case["question"] in TIMES else case["error"]


HEAD = (
    "Written by `tools/fit/write_accuracy_pages.py`; do not edit. Errors are mean |ln(predicted/measured)| within a group of like cases,\n"
    "then over groups. **Left out**: with coefficients that were fitted without the group; *fitted*: with the shipped ones.\n"
    "Bias: a plus is a prediction faster than measured, of rates and of times alike. A group with several chips or formats counts in several rows."
)


def write_page(page, cases):
    own = [c for c in cases if page.keeps(c)]
    m = means(own)
    image = ROOT / "docs" / "images" / f"accuracy-{page.name.replace('_', '-')}.svg"
    draw(image, over_measured(points_of(own, page.series), page.unit))
    lines = [
        f"# {page.title}",
        "",
        HEAD,
        "",
        f"{page.answer} On {m['cases']:,} published cases of {m['groups']} groups that the coefficients have not seen the error is "
        f"**{100 * m['error']:.1f} %**, the bias {signed(m['bias'])};",
        f"with the shipped coefficients {100 * m['fitted']:.1f} %.",
        "",
        f"![Predicted over measured, by group and chip](../images/{image.name})",
        "",
        "A point is a group of like cases on one chip (geometric means); the band is 20 % either way. Each prediction has an interval of its",
        "own: [Intervals and grades](accuracy_intervals.md) says how often it holds.",
        "",
    ]
    for heading, key in page.slices.items():
        lines += [f"## By {heading}", "", *table(heading, own, key)]
    lines += ["## The worst groups", "", *worst(own), "", "## What is missing", "", page.lacks, ""]
    (ROOT / "docs" / "methods" / f"accuracy_{page.name}.md").write_text("\n".join(lines))


TRAITS_OF_PAIR = [
    "trait_weight_bits",
    "trait_software",
    "trait_software_year",
    "trait_chips",
    "trait_parameters",
    "trait_sequence_tokens",
    "trait_sequences_per_chip",
    "trait_layout",
    "trait_work",
]


def ratio_pairs(cases, first, second):
    """Ratios of two chips in the same configuration, group and unit."""
    sides = collections.defaultdict(lambda: collections.defaultdict(list))
    for case in cases:
        if case["chip"] in (first, second):
            key = (case["question"], case["group"], case["unit"], case["layout"])
            sides[key + tuple(case[t] for t in TRAITS_OF_PAIR)][case["chip"]].append(case)
    pairs = []
    for key, chips in sorted(sides.items(), key=lambda item: str(item[0])):
        if len(chips) < 2:
            continue

        def ratio(value, chips=chips):
            over, under = (
                sum(math.log(c[value]) for c in chips[name]) / len(chips[name])
                for name in (second, first)
            )
            return math.exp(over - under)

        pairs.append(
            {
                "question": key[0],
                "group": key[1],
                "measured": ratio("measured"),
                "predicted": ratio("left_out"),
                "fitted": ratio("predicted"),
                "cases": sum(map(len, chips.values())),
            }
        )
    return pairs


SHORT = {
    "training": "training",
    "serving_throughput": "serving throughput",
    "serving_tpot": "time per token",
    "first_token_static": "first token of a batch",
    "first_token_loaded": "first token under load",
    "memory_bound": "memory-bound kernels",
}


def write_ratio_page(cases):
    pairs = [
        p
        for p in ratio_pairs(cases, "H100-SXM", "H200-SXM")
        if p["question"] != "first_token_loaded"
    ]
    for p in pairs:
        p["error"] = abs(math.log(p["predicted"] / p["measured"]))
        p["bias"] = math.log(p["predicted"] / p["measured"])
        p["series"] = SHORT[p["question"]]
        if p["question"] in ("serving_tpot", "first_token_static"):
            # of times: H100 over H200, so that every ratio says what H200 gains
            p["measured"], p["predicted"] = 1 / p["measured"], 1 / p["predicted"]
            p["bias"] = -p["bias"]
    image = ROOT / "docs" / "images" / "accuracy-h200-over-h100.svg"
    points = [
        {
            "measured": float(f"{p['measured']:.4g}"),
            "predicted": float(f"{p['predicted']:.4g}"),
            "series": p["series"],
            "cases": p["cases"],
        }
        for p in pairs
    ]
    draw(image, against_measured(points, "rate of H200 over H100"))
    lines = [
        "# How far off is H200 over H100?",
        "",
        HEAD,
        "",
        "Pairs of one source with the same software, model, layout, lengths and batch on both chips. The datasheets differ in memory alone:",
        "1.43 times the bandwidth, 1.76 times the capacity. Errors are |ln(predicted ratio / measured ratio)|, over pairs.",
        "",
        f"![Predicted against measured ratio: {len(pairs)} pairs](../images/{image.name})",
        "",
        "A point is a pair, larger where several rows measured a side; the band is 10 % either way. Times are inverted, so that every ratio says",
        "what H200 gains. Throughput gains more than 1.43 where the memory lets H200 run more sequences at once.",
        "",
        "| question | pairs | groups | measured ratio, median | predicted, median | error, left out | 90 % of pairs within | bias |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in [*SHORT, None]:
        own = [p for p in pairs if name in (None, p["question"])]
        if not own:
            continue
        errors = sorted(p["error"] for p in own)
        middle = len(own) // 2
        lines.append(
            f"| {SHORT[name] if name else 'all'} | {len(own)} | {len({p['group'] for p in own})} | "
            f"{sorted(p['measured'] for p in own)[middle]:.2f} | "
            f"{sorted(p['predicted'] for p in own)[middle]:.2f} | "
            f"**{100 * sum(errors) / len(errors):.1f} %** | "
            f"{100 * errors[min(len(errors) - 1, int(0.9 * len(errors)))]:.1f} % | "
            f"{signed(sum(p['bias'] for p in own) / len(own))} |"
        )
    groups = collections.defaultdict(list)
    for p in pairs:
        groups[p["series"], p["group"]].append(p)
    lines += [
        "",
        "## By group",
        "",
        "| question | group | pairs | measured | predicted | error, left out |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for (series, group), own in sorted(
        groups.items(), key=lambda g: -sum(p["error"] for p in g[1]) / len(g[1])
    ):

        def mean(key, own=own):
            return math.exp(sum(math.log(p[key]) for p in own) / len(own))

        lines.append(
            f"| {series} | {plain(group)} | {len(own)} | {mean('measured'):.2f} | {mean('predicted'):.2f} | "
            f"{100 * sum(p['error'] for p in own) / len(own):.1f} % |"
        )
    lines += [
        "",
        "## What is missing",
        "",
        "The largest errors are of full servers, where the capacity decides how many sequences run: how much memory the software keeps "
        "back differs between versions, and is one number for a generation here. Sources seldom say whether both chips ran with the "
        "same driver, power limit and host.",
        "",
    ]
    (ROOT / "docs" / "methods" / "accuracy_h200_over_h100.md").write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--binary", default=str(ROOT / "build" / "tranche"))
    options = parser.parse_args()
    cases = read_cases(options.binary)
    for page in PAGES:
        write_page(page, cases)
    write_ratio_page(cases)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
