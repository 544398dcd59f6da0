# SPDX-License-Identifier: Apache-2.0
"""Statistics of paired measurements: a ratio with its interval, and a scaling table."""
import math
import statistics

# Quantiles of Student's t for a two-sided 95 % interval by degrees of freedom (from 1), as in
# any table, for instance NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
T_975 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
    2.120,
    2.110,
    2.101,
    2.093,
    2.086,
    2.080,
    2.074,
    2.069,
    2.064,
    2.060,
    2.056,
    2.052,
    2.048,
    2.045,
    2.042,
)


def student_t(degrees):
    """The 97.5 % quantile; beyond the table by its expansion in 1/degrees (Abramowitz and
    Stegun, 26.7.5), right to three decimals there."""
    if degrees < 1:
        raise ValueError("an interval needs two pairs or more")
    if degrees <= len(T_975):
        return T_975[degrees - 1]
    z = statistics.NormalDist().inv_cdf(0.975)
    return (
        z + (z**3 + z) / (4 * degrees) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    )


def ratio_with_interval(speeds_a, speeds_b):
    """Returns B's speed over A's, from paired measurements.

    Effects common to a pair, such as other work on the machine, cancel. The logarithms of
    the pairs' ratios are averaged; the interval holds the true ratio in 95 % of experiments
    where those logarithms are about normal.
    """
    logs = [math.log(b / a) for a, b in zip(speeds_a, speeds_b, strict=True)]
    mean = statistics.fmean(logs)
    half = student_t(len(logs) - 1) * statistics.stdev(logs) / math.sqrt(len(logs))
    return {
        "ratio": math.exp(mean),
        "low": math.exp(mean - half),
        "high": math.exp(mean + half),
        "pairs": len(logs),
    }


def verdict(row):
    """Returns a sentence on the interval."""
    if row["low"] > 1:
        return "B is faster"
    if row["high"] < 1:
        return "B is slower"
    return "no difference seen"


def order(rounds):
    """Returns the alternating order A B, B A, A B and so on, so that a drift of the
    machine favours neither."""
    return [("A", "B") if i % 2 == 0 else ("B", "A") for i in range(rounds)]


def scaling_rows(rates):
    """Speed-up and efficiency by threads, from draws a second of each number of threads."""
    single = rates[1]
    return [
        {
            "threads": threads,
            "draws_per_s": rate,
            "speed_up": rate / single,
            "efficiency": rate / single / threads,
        }
        for threads, rate in sorted(rates.items())
    ]


def thread_counts(most):
    """1 to `most`; beyond sixteen only powers of two and `most` itself."""
    if most <= 16:
        return list(range(1, most + 1))
    powers = [1 << i for i in range(most.bit_length()) if 1 << i < most]
    return [*powers, most]
