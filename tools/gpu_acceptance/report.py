# SPDX-License-Identifier: Apache-2.0
"""The record as a page of the documentation."""
import record
from summary import probe_cells, rate, rate_cells, rate_rows, verdict


def table(head, rows):
    """A Markdown table; columns whose title ends with ":" are aligned right."""
    lines = [
        "| " + " | ".join(title.rstrip(":") for title in head) + " |",
        "|" + "|".join("---:" if title.endswith(":") else "---" for title in head) + "|",
    ]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def value(facts, name, unit=""):
    """A fact with its unit, or "unknown"."""
    found = (facts or {}).get(name)
    return (
        "unknown"
        if found is None
        else f"{found:,} {unit}".strip()
        if isinstance(found, (int, float))
        else f"{found} {unit}".strip()
    )


def machine_part(data):
    gpu, at_work = data.get("gpu"), data.get("gpu_at_work")
    host = record.results(data, "machine").get("host", {})
    rows = [
        ("date (UTC)", data["date"]),
        ("revision", data["prepared"]["revision"] or "unknown"),
        ("toolkit", data["prepared"]["toolkit"]),
        ("GPU", value(gpu, "name")),
        ("driver", value(gpu, "driver")),
        ("compute capability", value(gpu, "compute_capability")),
        ("memory", value(gpu, "memory_mib", "MiB")),
        ("clock of the processors, at most", value(gpu, "sm_clock_max_mhz", "MHz")),
        ("the same at work", value(at_work, "sm_clock_mhz", "MHz")),
        ("clock of the memory, at most", value(gpu, "memory_clock_max_mhz", "MHz")),
        ("the same at work", value(at_work, "memory_clock_mhz", "MHz")),
        ("power limit", value(gpu, "power_limit_w", "W")),
        ("power at work", value(at_work, "power_w", "W")),
        ("ECC", value(gpu, "ecc")),
        (
            "host",
            f"{host.get('processor')}, {host.get('cores')} cores, " f"{host.get('memory_gb')} GB",
        ),
    ]
    return table(["what", "is"], rows)


def steps_part(data):
    return table(
        ["step", "ended", "seconds:", "limit, s:", "why, or what was seen"],
        [
            (
                entry["title"],
                record.status_in_words(entry),
                f"{entry['seconds']:.1f}",
                f"{entry['limit_s']:.0f}",
                entry["reason"] or "",
            )
            for entry in data["steps"]
        ],
    )


def rates_part(data):
    rows = rate_rows(data)
    if not rows:
        return ""
    cells = []
    for row in rows:
        *rates, of_floor = rate_cells(row, "")
        floor = f"{rate(row['floor'][0])} ({row['floor'][1]})" if row["floor"] else ""
        cells.append((row["what"], row["unit"], *rates, floor, of_floor))
    return (
        "\n## Rates, beside the CPU of the same machine\n\n"
        + table(
            ["what", "unit", "GPU:", "CPU:", "GPU / CPU:", "at most, computed:", "share of it:"],
            cells,
        )
        + "\nThe middle of three runs (one of 10,000,000 draws). At most: the instructions and bytes "
        "that\n[speed.md](speed.md) counts, at the highest clock.\n"
    )


def probes_part(data):
    found = record.results(data, "calibrate")
    if not found.get("probes"):
        return ""
    keys = (
        "edge",
        "measured_bytes_per_s",
        "share_of_peak",
        "predicted_bytes_per_s",
        "error_percent",
        "flop_per_s",
    )
    rows = [
        (probe["probe"], *probe_cells(probe, keys, ""), probe["correct"])
        for probe in found["probes"]
    ]
    return f"\n## Probes of memory and products, on the {found['device'].upper()}\n\n" + table(
        [
            "probe",
            "edge:",
            "GB/s:",
            "of the peak:",
            "predicted, GB/s:",
            "error:",
            "GFLOP/s:",
            "result",
        ],
        rows,
    )


def digests_part(data):
    scenarios = record.results(data, "digests").get("scenarios", {})
    if not scenarios:
        return ""
    return "\n## Digests\n\n" + table(
        ["scenario", "draws:", "first", "CPU of the machine", "CPU where it was built", "tables"],
        [
            (
                name,
                f"{row['draws']:,}",
                f"{row['digest'][:16]} ({row['device']})",
                row["digest_cpu"][:16],
                (row["digest_prepared"] or "")[:16],
                "same bytes" if row["tables_equal"] else "differ",
            )
            for name, row in scenarios.items()
        ],
    )


def kernels_part(data):
    kernels = record.results(data, "profile").get("kernels", [])
    if not kernels:
        return ""
    head = [
        "kernel",
        "launches:",
        "time in all, ms:",
        "registers:",
        "achieved occupancy:",
        "processors busy:",
        "memory busy:",
    ]
    return "\n## Kernels of the flagship, 20,000 draws, by Nsight Compute\n\n" + table(
        head,
        [
            (
                kernel["kernel"],
                kernel["launches"],
                f"{kernel['ns'] / 1e6:.3f}",
                kernel.get("registers", "").split(" ")[0],
                kernel.get("achieved_occupancy", ""),
                kernel.get("compute_throughput", ""),
                kernel.get("memory_throughput", ""),
            )
            for kernel in kernels
        ],
    )


def page(data):
    """The whole page, Markdown."""
    parts = [
        "# On a GPU\n\nWritten by `tools/gpu-acceptance report`; do not edit.\n\n",
        f"**{verdict(data)}.**\n\n",
        machine_part(data),
        "\n## Steps\n\n",
        steps_part(data),
        rates_part(data),
        probes_part(data),
        digests_part(data),
        kernels_part(data),
    ]
    return "".join(parts)
