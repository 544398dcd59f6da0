# SPDX-License-Identifier: Apache-2.0
"""Description of the machine: GPU as reported by the driver, processors, CUDA tools."""
import glob
import os
import platform
import re
import shutil

# Fields of nvidia-smi, and our names.
GPU_FIELDS = {
    "name": "name",
    "driver_version": "driver",
    "compute_cap": "compute_capability",
    "memory.total": "memory_mib",
    "memory.used": "memory_used_mib",
    "clocks.sm": "sm_clock_mhz",
    "clocks.max.sm": "sm_clock_max_mhz",
    "clocks.mem": "memory_clock_mhz",
    "clocks.max.mem": "memory_clock_max_mhz",
    "power.limit": "power_limit_w",
    "power.draw": "power_w",
    "temperature.gpu": "temperature_c",
    "ecc.mode.current": "ecc",
    "mig.mode.current": "mig",
}
AS_TEXT = ("name", "driver_version", "compute_cap")  # 580.95 is no number
FOLDERS = ["/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer", "/usr/local/nvidia/bin"]
PATTERNS = [
    "/usr/local/cuda-*/bin",
    "/usr/local/cuda-*/compute-sanitizer",
    "/opt/nvidia/nsight-compute/*",
    "/usr/lib/nsight-compute",
]


def tool(name):
    """Returns the path of a program, on the PATH or in CUDA's folders; None if there is none."""
    folders = FOLDERS + [
        folder for pattern in PATTERNS for folder in sorted(glob.glob(pattern), reverse=True)
    ]
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))


def library_folders(name="libcublas.so.*"):
    """Folders outside the system's own that may hold cuBLAS, the newest CUDA first."""
    patterns = [
        "/usr/local/cuda/lib64",
        "/usr/local/cuda-*/lib64",
        "/usr/local/cuda-*/targets/*/lib",
        "/opt/*/lib/python3*/site-packages/nvidia/*/lib",
        "/opt/*/.venv/lib/python3*/site-packages/nvidia/*/lib",
        "/usr/lib/python3*/*-packages/nvidia/*/lib",
        "/usr/local/lib/python3*/*-packages/nvidia/*/lib",
    ]
    return [
        folder
        for pattern in patterns
        for folder in sorted(glob.glob(pattern), reverse=True)
        if glob.glob(os.path.join(folder, name))
    ]


def number_or_text(text):
    """Returns a number if the text is one; None for unknown values of nvidia-smi."""
    text = text.strip()
    if text.startswith("[") or text in ("", "N/A", "Unknown Error"):
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def gpu_facts(ask):
    """Facts of each GPU that the driver shows, by `ask(words)`, the output of nvidia-smi.

    A field that this driver does not support is left out.
    """
    fields = list(GPU_FIELDS)
    while fields:
        text = ask([f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"])
        unknown = [field for field in fields if f'Field "{field}" is not a valid' in text]
        if not unknown:
            break
        fields = [field for field in fields if field not in unknown]
    facts = []
    for line in text.splitlines():
        row = line.split(", ")
        if len(row) == len(fields):  # warnings may stand before
            facts.append(
                {
                    GPU_FIELDS[field]: value if field in AS_TEXT else number_or_text(value)
                    for field, value in zip(fields, map(str.strip, row))
                }
            )
    return facts


# Polls the GPU while the following command runs.
WATCHED = ["clocks.sm", "clocks.mem", "power.draw", "temperature.gpu"]
WATCH = (
    'smi=$1; shift; "$@" >/dev/null 2>&1 & work=$!; while kill -0 $work 2>/dev/null; do '
    f'"$smi" --query-gpu={",".join(WATCHED)} --format=csv,noheader,nounits; sleep 0.2; done; '
    'wait $work || echo "error: the work ended with status $?"'
)


def watched(output):
    """Sample of the first GPU with the highest power, from the output of WATCH; or None."""
    looks = []
    for line in output.splitlines():
        values = [number_or_text(text) for text in line.split(", ")]
        if len(values) == len(WATCHED) and all(isinstance(v, (int, float)) for v in values):
            looks.append(dict(zip((GPU_FIELDS[field] for field in WATCHED), values)))
    return max(looks, key=lambda look: look["power_w"], default=None)


def usable_cores():
    """Number of cores available to this process: its affinity, or the quota of its control group
    if that is smaller."""
    cores = len(os.sched_getaffinity(0))
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="utf-8") as file:
            quota, period = file.read().split()
        return cores if quota == "max" else max(1, min(cores, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return cores


def processor_facts():
    """The host: processor, cores, memory, kernel, C library."""
    name, memory_gb = platform.machine(), None
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            found = re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)
        name = found.group(1) if found else name
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory_gb = round(
                int(re.search(r"^MemTotal:\s*(\d+)", file.read(), re.MULTILINE).group(1))
                * 1024
                / 1e9,
                1,
            )
    except OSError:
        pass
    return {
        "processor": name,
        "cores": usable_cores(),
        "memory_gb": memory_gb,
        "load": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "glibc": platform.libc_ver()[1],
    }


def version_tuple(text):
    """ "2.36" as (2, 36), to compare."""
    return tuple(int(part) for part in re.findall(r"\d+", text))
