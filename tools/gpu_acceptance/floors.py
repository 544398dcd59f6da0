# SPDX-License-Identifier: Apache-2.0
"""Lower bound of the time on a GPU, by the counts of docs/dev/speed.md ("The floor, computed").

Rates of a chip are those of its datasheet and of the CUDA C++ Programming Guide; the clock is the
maximum clock that the driver of the measured GPU reports.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    processors: int
    bytes_per_s: float
    bf16_flop_per_s: float
    sm_clock_max_mhz: float


# NVIDIA H200, H100 and A100 datasheets (SXM); processors: Hopper and Ampere whitepapers.
CHIPS = {
    "H200": Chip(132, 4.8e12, 989.5e12, 1980),
    "H100": Chip(132, 3.35e12, 989.5e12, 1980),
    "A100": Chip(108, 2.039e12, 312e12, 1410),
}
SCHEDULERS, LANES = 4, 32  # of a processor; threads of a warp

# Instructions of a thread and bytes of memory, by docs/dev/speed.md.
DRAWS = {"h200-toy": (68_300, 4_304), "h200-first-batch": (0, 445_000)}
EVALUATIONS = {"h200-toy": (54_800, 0), "h200-first-batch": (477_600, 0)}


def chip_of(gpu):
    """Returns the chip for the driver's name of a GPU; None if it is not listed."""
    words = str((gpu or {}).get("name", "")).upper().replace("-", " ").split()
    return next((chip for name, chip in CHIPS.items() if name in words), None)


def highest_rate(gpu, work):
    """Returns the upper bound of items per second by instructions and memory, and which of them
    binds.

    None if the chip is not listed or there are no counts.
    """
    chip, (instructions, size) = chip_of(gpu), work
    if chip is None:
        return None
    clock_hz = 1e6 * ((gpu or {}).get("sm_clock_max_mhz") or chip.sm_clock_max_mhz)
    limits = []
    if instructions:
        limits.append(
            (chip.processors * SCHEDULERS * LANES * clock_hz / instructions, "instructions")
        )
    if size:
        limits.append((chip.bytes_per_s / size, "memory"))
    return min(limits) if limits else None
