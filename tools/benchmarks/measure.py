# SPDX-License-Identifier: Apache-2.0
"""Helpers of tools/bench: runs programs with their costs, and describes the machine."""
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

TOY = "scenarios/h200-toy.toml"
FLAGSHIP = "scenarios/h200-first-batch.toml"


def run(command):
    """Returns the output of a command, its seconds (wall and processor) and peak memory in MB."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        sys.exit(f"error: `{' '.join(command)}` ended with status {process.returncode}")
    return text, {
        "seconds_whole": seconds,
        "seconds_processor": usage.ru_utime + usage.ru_stime,
        "peak_memory_mb": usage.ru_maxrss * 1024 / 1e6,
    }


def rates(draws, draws_per_s, cost):
    return {
        "draws": draws,
        "draws_per_s": draws_per_s,
        "draws_per_s_whole": draws / cost["seconds_whole"],
        "draws_per_processor_s": draws / cost["seconds_processor"],
        **cost,
    }


def run_tranche(scenario, options, binary="build/tranche"):
    """Returns rates, costs and digest of a run; its results are deleted."""
    with tempfile.TemporaryDirectory() as folder:
        _, cost = run([binary, "run", scenario, "--out", folder, *options])
        with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
    return {
        **rates(result["draws"], result["draws_per_second"], cost),
        "version": result["version"],
        "digest": result["digest"],
    }


def micro_benchmarks(binary="build/tranche_benchmarks"):
    """Items a second of each hot kernel, by processor time of one thread; without those that need
    a GPU where there is none."""
    text, _ = run([binary, "--benchmark_format=json", "--benchmark_min_time=0.3"])
    return [
        {"kernel": entry["name"], "items_per_s": entry["items_per_second"]}
        for entry in json.loads(text)["benchmarks"]
        if not entry.get("error_occurred")
    ]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    """Returns a description of the machine and its load."""
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
    }


def write_json(path, report):
    """Writes the report to a file, completely or not at all."""
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")
    os.replace(path + ".tmp", path)
