# SPDX-License-Identifier: Apache-2.0
"""What own runs change: some cases of a left-out group as own runs, the others predicted with them."""
import collections
import math
import random

import numpy as np
from evidence_page import TITLES
from scipy.optimize import minimize

NORMAL_95 = 1.6448536269514722
RUNS = (1, 3, 6, 12)
TRIALS = 10
FEWEST_OTHERS = 2
MOST_ROWS = 150  # of a group in the likelihood


def grouped(rows):
    groups = collections.defaultdict(list)
    for at, row in enumerate(rows):
        groups[row["question"], row["group"]].append(at)
    return groups


def greatest_likelihood(groups, errors, deviations, library):
    """Shared share of the variance and reach of the correlation, all questions together."""
    blocks = []
    for members in groups.values():
        members = members[:MOST_ROWS]
        if len(members) < 3:
            continue
        distance = np.array(library.distances(members)).reshape(len(members), -1)
        blocks.append((distance, np.array([errors[at] / deviations[at] for at in members])))

    def loss(parameters):
        share = 1.0 / (1.0 + math.exp(-parameters[0]))
        reach, variance = math.exp(parameters[1]), math.exp(parameters[2])
        total = 0.0
        for distance, error in blocks:
            count = len(error)
            covariance = variance * (
                share * np.exp(-distance / reach) + (1.0 - share + 1e-9) * np.eye(count)
            )
            factor = np.linalg.cholesky(covariance)
            scaled = np.linalg.solve(factor, error)
            # a root, so that large groups do not decide alone
            total += (0.5 * scaled @ scaled + np.log(np.diag(factor)).sum()) / math.sqrt(count)
        return total

    best = minimize(loss, [1.0, 0.0, 0.0], method="Nelder-Mead").x
    return 1.0 / (1.0 + math.exp(-best[0])), math.exp(best[1])


def trial_of(members, count, errors, deviations, library, draw):
    order = list(members)
    draw.shuffle(order)
    own, others = order[:count], order[count:]
    mean, deviation = library.with_own_runs(errors, deviations, own, others)
    rest = [errors[at] - m for at, m in zip(others, mean)]
    return (
        np.mean([abs(errors[at]) for at in others]),
        np.mean(np.abs(rest)),
        np.mean([abs(r) <= NORMAL_95 * d for r, d in zip(rest, deviation)]),
        np.mean([d / deviations[at] for d, at in zip(deviation, others)]),
    )


def section(rows, questions, expected, library):
    factor = {q["question"]: float(q["interval_factor"]) for q in questions}
    errors = [row["ln_error"] for row in rows]
    deviations = [factor[row["question"]] * own / NORMAL_95 for row, own in zip(rows, expected)]
    groups = grouped(rows)
    share, reach = greatest_likelihood(groups, errors, deviations, library)
    kernels = {key: members for key, members in groups.items() if key[0] == "memory_bound"}
    kernel_share, kernel_reach = greatest_likelihood(kernels, errors, deviations, library)
    lines = [
        "## What own runs change",
        "",
        "Some cases of each left-out group, taken by chance, stand for a user's own runs (`--own-runs`); the others",
        f"of the group are predicted with them. Means over groups and {TRIALS} choices each. Width: of the interval, over",
        "that without own runs. The correlation of errors within a group is most likely with a shared share of",
        f"{share:.2f} and a reach of {reach:.2f}, all questions together ({kernel_share:.2f} and {kernel_reach:.2f} of memory-bound kernels).",
        "",
        "| question | own runs | groups | error before | after | inside | width |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    draw = random.Random(1)
    for name, title in TITLES.items():
        for count in RUNS:
            trials = [
                np.mean(
                    [
                        trial_of(members, count, errors, deviations, library, draw)
                        for _ in range(TRIALS)
                    ],
                    axis=0,
                )
                for (question, _), members in sorted(groups.items())
                if question == name and len(members) >= count + FEWEST_OTHERS
            ]
            if not trials:
                continue
            before, after, inside, width = np.mean(trials, axis=0)
            lines.append(
                f"| {title} | {count} | {len(trials)} | {100 * before:.1f} % | {100 * after:.1f} % | "
                f"{100 * inside:.0f} % | {width:.2f} |"
            )
    return lines + [""]
