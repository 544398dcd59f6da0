# SPDX-License-Identifier: Apache-2.0
"""Steps on simulations: equal digests and tables on GPU and CPU, and their speed."""
import csv
import json
import os
import re
import statistics

from context import Skip, short, tables_of

# Draws of the digests; `prepare` takes them on the machine that builds.
DIGESTS = {"h200-toy": 1_000_000, "minimal": 100_000, "h200-first-batch": 100_000}
TOY, FLAGSHIP = "h200-toy", "h200-first-batch"


def measure_digests(context):
    """Each scenario on the GPU and on the CPU; without a GPU on one thread and on all."""
    device, how = ("gpu", []) if context.has_gpu else ("cpu", ["--threads", "1"])
    if not context.has_gpu:
        context.results["left_out"] = ["the GPU: one thread beside all"]
    context.results["scenarios"] = {}
    for scenario, draws in DIGESTS.items():
        first = context.simulate(scenario, draws, device, *how)
        second = context.simulate(scenario, draws, "cpu")
        if first is None or second is None:
            continue
        expected = context.manifest["digests"].get(scenario)
        different = sorted(
            name
            for name in first["tables"].keys() | second["tables"].keys()
            if first["tables"].get(name) != second["tables"].get(name)
        )
        context.results["scenarios"][scenario] = {
            "draws": draws,
            "digest": first["digest"],
            "digest_cpu": second["digest"],
            "digest_prepared": expected,
            "device": first["device_description"],
            "tables_equal": not different,
        }
        context.save()
        if first["digest"] != second["digest"]:
            context.fail(
                f"{scenario}: digest {first['digest'][:16]} on {device}, "
                f"{second['digest'][:16]} on cpu"
            )
        if different:
            context.fail(f"{scenario}: {', '.join(different)} have other bytes on {device}")
        if expected is not None and expected != second["digest"]:
            context.fail(
                f"{scenario}: digest {second['digest'][:16]} on this machine's CPU, "
                f"{expected[:16]} where it was built"
            )


def rounds_of(draws, device, has_gpu):
    """Returns the number of runs, whose median is used; short runs are repeated."""
    return 3 if has_gpu and (draws <= 100_000 or device == "gpu" and draws <= 1_000_000) else 1


def measure_draws(context):
    """Draws a second of the toy and the flagship, on the GPU and on this machine's CPU.

    Without a GPU, only the smallest number of draws on the CPU.
    """
    plan = [
        (scenario, draws, device)
        for draws in (10**5, 10**6, 10**7)
        for scenario in (TOY, FLAGSHIP)
        for device in ("gpu", "cpu")
    ]
    if not context.has_gpu:
        plan = [case for case in plan if case[1] == 10**5 and case[2] == "cpu"]
        context.results["left_out"] = ["the GPU", "1e6 and 1e7 draws, sizes for a GPU"]
    rows = context.results["rows"] = []
    digests, rates_so_far = {}, {}
    for scenario, draws, device in plan:
        rate = rates_so_far.get((scenario, device))
        seconds = draws / rate if rate else 0.0
        if seconds > 0.8 * context.time_left_s():
            context.results.setdefault("left_out", []).append(
                f"{scenario}, {draws:,} draws on {device}, which would take {seconds:.0f} s"
            )
            continue
        runs = [
            context.simulate(scenario, draws, device)
            for _ in range(rounds_of(draws, device, context.has_gpu))
        ]
        if None in runs:
            continue
        rates = [run["draws_per_second"] for run in runs]
        rates_so_far[scenario, device] = statistics.median(rates)
        rows.append(
            {
                "scenario": scenario,
                "draws": draws,
                "device": device,
                "description": runs[0]["device_description"],
                "runs": len(runs),
                "draws_per_s": statistics.median(rates),
                "slowest": min(rates),
                "fastest": max(rates),
                "seconds_whole": statistics.median(run["seconds_whole"] for run in runs),
            }
        )
        context.save()
        if (
            len(
                {run["digest"] for run in runs}
                | {digests.setdefault((scenario, draws), runs[0]["digest"])}
            )
            > 1
        ):
            context.fail(f"{scenario}, {draws:,} draws: the digest on {device} differs")


def measure_plans(context):
    """Plan evaluations a second: 14 million plans on this machine's threads and on its GPU."""
    done = context.command(
        [
            context.program("tranche_benchmarks"),
            "--benchmark_filter=^many_plans",
            "--benchmark_min_time=0.5",
            "--benchmark_format=json",
        ]
    )
    try:
        found, _ = json.JSONDecoder().raw_decode(done.output[done.output.index("{\n") :])
    except ValueError:
        context.fail(f"tranche_benchmarks: {done.problem}")
        return
    rows = context.results["rows"] = []
    for entry in found["benchmarks"]:
        device = "gpu" if "/gpu" in entry["name"] else "cpu"
        if entry.get("error_occurred"):
            if device == "gpu" and not context.has_gpu:
                context.results["left_out"] = [f"the GPU: {short(entry['error_message'])}"]
            else:
                context.fail(f"{entry['name']}: {entry['error_message']}")
        else:
            rows.append({"device": device, "plans_per_s": entry["items_per_second"]})
    context.save()
    if not any(row["device"] == "cpu" for row in rows):
        context.fail("no plans were timed on the CPU")
    if context.has_gpu and not any(row["device"] == "gpu" for row in rows):
        context.fail("no plans were timed on the GPU")


def measure_designs(context):
    """Evaluations a second of Sobol' designs of every result, the GPU beside the CPU."""
    points = 1 << 16 if context.has_gpu else 1 << 12
    if not context.has_gpu:
        context.results["left_out"] = ["the GPU", "65,536 points, a size for a GPU"]
    rows = context.results["rows"] = []
    for scenario in (TOY, FLAGSHIP):
        tables = {}
        for device in ("gpu", "cpu") if context.has_gpu else ("cpu",):
            with context.scratch() as folder:
                done = context.command(
                    [
                        context.program("tranche"),
                        "sensitivity",
                        f"scenarios/{scenario}.toml",
                        "--method",
                        "sobol",
                        "--everything",
                        "--draws",
                        str(points),
                        "--device",
                        device,
                        "--out",
                        folder,
                    ]
                )
                seconds = re.search(
                    r"^([\d.e+-]+) s, seed \d+.*designs on (.+)$", done.output, re.MULTILINE
                )
                if (
                    done.status != 0
                    or not seconds
                    or not seconds.group(2).startswith(device.upper())
                ):
                    context.fail(f"{scenario}, design on {device}: {done.problem}")
                    continue
                tables[device] = tables_of(folder)
                inputs = {
                    row["input"]
                    for row in csv.DictReader(tables[device]["sobol.csv"].decode().splitlines())
                }
            evaluations = points * (len(inputs) + 2)
            rows.append(
                {
                    "scenario": scenario,
                    "device": device,
                    "points": points,
                    "groups": len(inputs),
                    "evaluations": evaluations,
                    "seconds": float(seconds.group(1)),
                    "description": seconds.group(2),
                    "evaluations_per_s": evaluations / float(seconds.group(1)),
                }
            )
            context.save()
        if len(tables) == 2 and tables["gpu"] != tables["cpu"]:
            context.fail(f"{scenario}: sobol.csv has other bytes on the GPU")


def measure_calibration(context):
    """The probes, and the chip entry that follows from them."""
    device = ["--device", "gpu"] if context.has_gpu else ["--device", "cpu", "--bytes", "64 MB"]
    entry = os.path.join(context.out, "chip.toml")
    done = context.command(
        [context.program("tranche"), "calibrate", *device, "--format", "json", "--out", entry]
    )
    found = re.search(r"^\[\n.*?^\]$", done.output, re.MULTILINE | re.DOTALL)
    probes = json.loads(found.group(0)) if found else []
    context.results.update(device=device[1], probes=probes, bytes=" ".join(device[2:]) or "1 GiB")
    context.save()
    if not probes:
        context.fail(f"calibrate: {done.problem}")
        return
    for probe in probes:
        if probe["correct"] != "right":
            context.fail(f"{probe['probe']}: {probe['correct']}")
    triad = next((probe for probe in probes if probe["probe"] == "triad"), {})
    share = triad.get("share_of_peak")
    if context.has_gpu and share is not None and share < 0.85:
        context.fail(f"the triad reaches {100 * share:.1f} % of the peak bandwidth, under 85 %")
    if done.status != 0 and not context.failures:
        context.fail(f"calibrate: {done.problem}")
    if not os.path.exists(entry):
        context.fail("no chip entry was written")
    if not context.has_gpu:
        context.results["left_out"] = ["the GPU; small arrays, whose rates mean nothing"]


def needs_gpu(context):
    """Skips a step that needs a GPU."""
    if not context.has_gpu:
        raise Skip(f"needs a GPU: {context.no_gpu_because}")
