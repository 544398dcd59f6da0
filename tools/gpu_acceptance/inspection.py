# SPDX-License-Identifier: Apache-2.0
"""compute-sanitizer on small runs, and Nsight Compute on the kernels that take longest."""
import csv
import io
import re

import machine
from answers import needs_gpu
from context import Skip

# Small: each tool makes a kernel 10 to 1,000 times slower. OUT stands for a folder.
OUT = "OUT"
SMALL_RUNS = {
    "minimal": [
        "tranche",
        "run",
        "scenarios/minimal.toml",
        "--draws",
        "2048",
        "--device",
        "gpu",
        "--out",
        OUT,
    ],
    "h200-toy": [
        "tranche",
        "run",
        "scenarios/h200-toy.toml",
        "--draws",
        "1024",
        "--device",
        "gpu",
        "--out",
        OUT,
    ],
    "designs": [
        "tranche",
        "sensitivity",
        "scenarios/h200-toy.toml",
        "--method",
        "sobol",
        "--method",
        "morris",
        "--draws",
        "128",
        "--device",
        "gpu",
        "--out",
        OUT,
    ],
    "plans": [
        "tranche",
        "plan",
        "llama-3.1-8b",
        "--chip",
        "H100-SXM",
        "--count",
        "16",
        "--device",
        "gpu",
    ],
    "jobs": ["tranche_parity_tests", "--gtest_filter=JobsOnTheGpu.*"],
    "probes": ["tranche", "calibrate", "--bytes", "1 MB", "--device", "gpu"],
}
ONLY_MEMCHECK = ("probes",)  # cuBLAS is slow under the others
KERNELS_PROFILED = 3
SECTIONS = ["SpeedOfLight", "LaunchStats", "Occupancy"]
# Metrics of Nsight Compute that are kept: its names, and ours with the unit.
METRICS = {
    "Duration": "duration",
    "SM Frequency": "sm_frequency",
    "Compute (SM) Throughput": "compute_throughput",
    "Memory Throughput": "memory_throughput",
    "DRAM Throughput": "dram_throughput",
    "L1/TEX Cache Throughput": "l1_throughput",
    "L2 Cache Throughput": "l2_throughput",
    "Registers Per Thread": "registers",
    "Theoretical Occupancy": "theoretical_occupancy",
    "Achieved Occupancy": "achieved_occupancy",
    "Block Size": "block_size",
    "Grid Size": "grid_size",
}


def errors_in(output):
    """Errors and warnings counted by a compute-sanitizer tool; None if it did not finish."""
    errors = re.findall(r"ERROR SUMMARY: (\d+) error", output)
    hazards = re.findall(
        r"RACECHECK SUMMARY: \d+ hazards? displayed " r"\((\d+) errors?, (\d+) warnings?\)", output
    )
    if not errors and not hazards:
        return None
    return (
        sum(map(int, errors)) + sum(int(row[0]) for row in hazards),
        sum(int(row[1]) for row in hazards),
    )


def first_error(output):
    """Returns the first line with a fault, without the name of the tool."""
    for line in re.findall(r"^=+ (?:Error: |Warning: )?(\S.*)$", output, re.MULTILINE):
        if line != "COMPUTE-SANITIZER" and "SUMMARY" not in line:
            return line
    return ""


def measure_checks(tool):
    """Returns a step that runs one compute-sanitizer tool on each of the small runs."""

    def measure(context):
        needs_gpu(context)
        program = machine.tool("compute-sanitizer")
        if program is None:
            raise Skip("compute-sanitizer was not found here")
        runs = context.results["runs"] = {}
        for name, (ours, *words) in SMALL_RUNS.items():
            if name in ONLY_MEMCHECK and tool != "memcheck":
                continue
            with context.scratch() as folder:
                done = context.command(
                    [
                        program,
                        "--tool",
                        tool,
                        "--error-exitcode",
                        "9",
                        context.program(ours),
                        *(folder if word == OUT else word for word in words),
                    ]
                )
            counted = errors_in(done.output)
            errors, warnings = counted or (None, None)
            runs[name] = {"errors": errors, "warnings": warnings, "seconds": round(done.seconds, 1)}
            context.save()
            if "Device not supported" in done.output:
                raise Skip("compute-sanitizer does not support this machine's device")
            if errors is None:
                context.fail(f"{name}: {done.problem}")
            elif errors > 0 or done.status not in (0, 9) or done.status == 9 and warnings == 0:
                context.fail(f"{name}: {errors} errors; {first_error(done.output) or done.problem}")

    return measure


def rows_of(output):
    """Rows of the CSV that Nsight Compute prints after its own lines."""
    lines = [line for line in output.splitlines() if not line.startswith("==")]
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID",')), None)
    if start is None:
        return []
    rows = csv.DictReader(io.StringIO("\n".join(lines[start:])))
    return [row for row in rows if row.get("Metric Name") and row.get("Metric Value")]


def kernel_name(text):
    """The last name of a kernel, without namespaces, types and arguments."""
    named = re.sub(r"(<unnamed>|\(anonymous namespace\))::", "", text)
    return re.split(r"[<(]", named, maxsplit=1)[0].split("::")[-1].split(" ")[-1]


def nanoseconds(value, unit):
    scale = {
        "ns": 1,
        "nsecond": 1,
        "us": 1e3,
        "usecond": 1e3,
        "ms": 1e6,
        "msecond": 1e6,
        "s": 1e9,
        "second": 1e9,
    }[unit]
    return float(value.replace(",", "")) * scale


def longest_kernels(rows):
    """Returns kernels with their total time, the longest first."""
    total, launches = {}, {}
    for row in rows:
        if row["Metric Name"] != "gpu__time_duration.sum":
            continue
        name = kernel_name(row["Kernel Name"])
        total[name] = total.get(name, 0) + nanoseconds(row["Metric Value"], row["Metric Unit"])
        launches[name] = launches.get(name, 0) + 1
    return [
        {"kernel": name, "ns": total[name], "launches": launches[name]}
        for name in sorted(total, key=total.get, reverse=True)
    ]


def measure_profile(context):
    """Measures the longest kernels of the flagship, and the limits of the first three."""
    needs_gpu(context)
    program = machine.tool("ncu")
    if program is None:
        raise Skip("ncu (Nsight Compute) was not found here")

    def profiled(folder, *options):
        return [
            program,
            "--clock-control",
            "none",
            "--apply-rules",
            "no",
            "--print-units",
            "base",
            "--csv",
            *options,
            context.program("tranche"),
            "run",
            "scenarios/h200-first-batch.toml",
            "--device",
            "gpu",
            "--draws",
            "20000",
            "--out",
            folder,
        ]

    with context.scratch() as folder:
        done = context.command(profiled(folder, "--metrics", "gpu__time_duration.sum"))
    kernels = context.results["kernels"] = longest_kernels(rows_of(done.output))
    context.save()
    if not kernels:
        raise Skip(f"ncu gave no times: {done.problem}")
    sections = [word for section in SECTIONS for word in ("--section", section)]
    for kernel in kernels[:KERNELS_PROFILED]:
        with context.scratch() as folder:
            done = context.command(
                profiled(
                    folder,
                    *sections,
                    "--kernel-name",
                    f"regex:^{kernel['kernel']}$",
                    "--launch-count",
                    "1",
                )
            )
        for row in rows_of(done.output):
            name = METRICS.get(row["Metric Name"])
            if name:
                kernel[name] = f"{row['Metric Value']} {row['Metric Unit']}".strip()
        context.save()
