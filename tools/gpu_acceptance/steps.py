# SPDX-License-Identifier: Apache-2.0
"""The steps of a run, the most informative first, each with its own limit in seconds."""
import os
from dataclasses import dataclass
from typing import Callable

import machine
from answers import (
    measure_calibration,
    measure_designs,
    measure_digests,
    measure_draws,
    measure_plans,
    needs_gpu,
)
from context import Context, Skip, short
from files import sha256
from inspection import measure_checks, measure_profile
from parity import measure_parity


@dataclass(frozen=True)
class Step:
    name: str
    title: str
    limit_s: float
    measure: Callable[[Context], None]
    only_if_time: bool = False  # a run without it is whole


def damaged_files(context):
    """Returns damaged files; restores the execute permission of intact programs."""
    broken = []
    for name, expected in context.manifest.get("sha256", {}).items():
        path = os.path.join(context.travel, name)
        try:
            if sha256(path) != expected:
                broken.append(name)
            if name.startswith("bin/") and not os.access(path, os.X_OK):
                os.chmod(path, 0o755)
        except OSError as error:
            broken.append(f"{name} ({error.strerror})")
    return broken


def look_for_gpu(context):
    """Describes the machine, and checks that tranche can use its GPU.

    Stops the run if nothing can be measured: damaged files, programs that do not start, a GPU
    that is present and unusable. Another failure of the run on the GPU stops nothing:
    the other steps diagnose it.
    """

    def ask(words):
        program = machine.tool("nvidia-smi")
        return "" if program is None else context.command([program, *words], limit_s=10).output

    host = machine.processor_facts()
    tools = {
        name: machine.tool(name) is not None
        for name in ("nvidia-smi", "nvcc", "compute-sanitizer", "ncu")
    }
    context.results.update(host=host, tools=tools)
    broken = damaged_files(context)
    if broken:
        context.stop(f"{', '.join(broken[:3])}: not what was prepared; copy the folder again")
        return
    needed = context.manifest.get("glibc_needed", "")
    if (
        needed
        and host["glibc"]
        and (machine.version_tuple(host["glibc"]) < machine.version_tuple(needed))
    ):
        context.stop(
            f"the programs need glibc {needed}, this machine has {host['glibc']}: run "
            "`prepare` on an older system"
        )
        return
    version = context.command([context.program("tranche"), "--version"])
    if version.status != 0:
        context.stop(f"tranche does not start here: {version.problem}")
        return
    context.results["version"] = version.output.strip()
    with context.scratch() as folder:
        done = context.command(
            [
                context.program("tranche"),
                "run",
                "scenarios/minimal.toml",
                "--draws",
                "1024",
                "--device",
                "gpu",
                "--out",
                folder,
            ],
            limit_s=20,
        )
    unusable = done.status == 1 and "cannot run here" in done.output
    context.has_gpu, context.crashed = not unusable, not unusable and done.status != 0
    context.no_gpu_because = short(done.problem) if unusable else ""
    gpus = machine.gpu_facts(ask)
    context.results["gpus"] = gpus
    context.record.data.update(
        ran_on_gpu=context.has_gpu,
        gpu=gpus[0] if gpus else None,
        no_gpu_because=context.no_gpu_because,
    )
    if gpus and unusable:
        context.stop(
            f"the driver shows {gpus[0].get('name', 'a GPU')}, but tranche cannot use it: "
            f"{context.no_gpu_because}"
        )
    elif context.crashed:
        context.fail(
            "the first run on the GPU " + ("hung" if done.killed else f"failed: {done.problem}")
        )


def look_at_clocks(context):
    """Measures clocks and power under load, as reported by the driver."""
    needs_gpu(context)
    program = machine.tool("nvidia-smi")
    if program is None:
        raise Skip("nvidia-smi was not found here")
    with context.scratch() as folder:
        done = context.command(
            [
                "sh",
                "-c",
                machine.WATCH,
                "sh",
                program,
                context.program("tranche"),
                "run",
                "scenarios/h200-first-batch.toml",
                "--draws",
                "10000000",
                "--device",
                "gpu",
                "--out",
                folder,
            ],
            limit_s=30,
        )
    if "error: the work ended" in done.output:
        context.fail(done.problem)
        return
    at_work = context.record.data["gpu_at_work"] = machine.watched(done.output)
    if at_work is None:
        context.fail(f"nvidia-smi told no clocks: {done.problem}")


STEPS = [
    Step("machine", "driver, clocks, memory", 45, look_for_gpu),
    Step(
        "parity-fleet",
        "parity tests: fleet",
        60,
        measure_parity("OnTheGpu.*:Backends.TheRequiredBackendRunsHere"),
    ),
    Step("parity-designs", "parity tests: designs", 90, measure_parity("DesignsOnTheGpu.*")),
    Step("parity-plans", "parity tests: plan search", 30, measure_parity("PlansOnTheGpu.*")),
    Step("parity-jobs", "parity tests: jobs", 20, measure_parity("JobsOnTheGpu.*")),
    Step("digests", "digests of whole runs", 90, measure_digests),
    Step("calibrate", "probes of memory and products", 60, measure_calibration),
    Step("draws", "draws a second", 150, measure_draws),
    Step("clocks", "clocks and power at work", 35, look_at_clocks),
    Step("plans", "plan evaluations a second", 25, measure_plans),
    Step("designs", "evaluations a second of designs", 45, measure_designs),
    Step("memcheck", "compute-sanitizer memcheck", 50, measure_checks("memcheck")),
    Step("racecheck", "compute-sanitizer racecheck", 60, measure_checks("racecheck")),
    Step("initcheck", "compute-sanitizer initcheck", 50, measure_checks("initcheck")),
    Step("profile", "Nsight Compute, longest kernels", 60, measure_profile, only_if_time=True),
]


def named(names):
    """The steps with these names, and the first, which checks the GPU. Raises ValueError."""
    known = [step.name for step in STEPS]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"unknown step `{unknown[0]}` (known: {', '.join(known)})")
    return [step for i, step in enumerate(STEPS) if i == 0 or not names or step.name in names]
