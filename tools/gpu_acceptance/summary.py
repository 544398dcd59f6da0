# SPDX-License-Identifier: Apache-2.0
"""The record as a text table, for the terminal and table.txt."""
import floors
import record


def rate(value):
    """A rate with three digits: "4.90e+08" as 4.9e8."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def share(part, whole):
    return f"{100 * part / whole:.1f} %"


def rate_cells(row, missing):
    """Of a row of rate_rows: the GPU's rate, the CPU's, their ratio, the share of the floor."""
    gpu, cpu, floor = row["gpu"], row["cpu"], row["floor"]
    return [
        rate(gpu) if gpu else missing,
        rate(cpu) if cpu else missing,
        f"{gpu / cpu:.1f}" if gpu and cpu else missing,
        share(gpu, floor[0]) if gpu and floor else missing,
    ]


# Format of a probe's numbers: factor and form.
PROBE_FORMS = {
    "edge": (1, "{:.0f}"),
    "measured_bytes_per_s": (1e-9, "{:,.1f}"),
    "predicted_bytes_per_s": (1e-9, "{:,.1f}"),
    "error_percent": (1, "{:+.1f} %"),
    "share_of_peak": (100, "{:.1f} %"),
    "flop_per_s": (1e-9, "{:,.1f}"),
}


def probe_cells(probe, keys, missing):
    """Returns the numbers of a probe as text."""
    cells = []
    for key in keys:
        scale, form = PROBE_FORMS[key]
        number = probe.get(key)
        cells.append(missing if number is None else form.format(number * scale))
    return cells


def aligned(cells, widths):
    """Cells side by side, aligned right."""
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths))


def line_of(entry):
    """One line of a step: name, how it ended, seconds, why or what was found."""
    status = record.status_in_words(entry)
    text = entry["reason"] or (finding(entry) if entry["status"] == record.PASSED else "")
    return f"{entry['title']:<34}{status:<21}{entry['seconds']:>7.1f} s  {text}".rstrip()


def finding(entry):
    """Returns a short result of a step that passed."""
    results, name = entry["results"], entry["name"]
    if name == "machine":
        gpus = results.get("gpus") or [{}]
        gpu, host = gpus[0], results.get("host", {})
        return f"{gpu.get('name', 'no GPU')}; {host.get('processor')}, {host.get('cores')} cores"
    if name.startswith("parity"):
        return f"{len(results.get('tests', []))} tests"
    if name == "digests":
        return f"{len(results.get('scenarios', {}))} scenarios, equal"
    if name == "calibrate":
        triad = next((p for p in results.get("probes", []) if p["probe"] == "triad"), None)
        rate_bytes = (triad or {}).get("measured_bytes_per_s")
        return f"triad {rate_bytes / 1e9:,.0f} GB/s" if rate_bytes else ""
    if "runs" in results:
        warnings = sum(run.get("warnings") or 0 for run in results["runs"].values())
        return f"{len(results['runs'])} runs, no errors" + (
            f", {warnings} warnings" if warnings else ""
        )
    if results.get("kernels"):
        return "longest: " + ", ".join(kernel["kernel"] for kernel in results["kernels"][:3])
    return ""


def rate_rows(data):
    """Measurements on both devices: name, size, rate of the GPU, of the CPU, of the bound.

    Rates are None where they were not measured; the floor is (rate, what binds) or None.
    """
    gpu = data.get("gpu")
    rows = []

    def add(what, unit, rates, work=None):
        rows.append(
            {
                "what": what,
                "unit": unit,
                "gpu": rates.get("gpu"),
                "cpu": rates.get("cpu"),
                "floor": floors.highest_rate(gpu, work) if work else None,
            }
        )

    def by_key(name, key, value):
        found = {}
        for row in record.results(data, name).get("rows", []):
            found.setdefault(key(row), {})[row["device"]] = row[value]
        return found

    draws = by_key("draws", lambda row: (row["scenario"], row["draws"]), "draws_per_s")
    for (scenario, count), rates in sorted(draws.items()):
        add(f"{scenario}, {count:,} draws", "draws/s", rates, floors.DRAWS.get(scenario))
    for rates in by_key("plans", lambda row: "plans", "plans_per_s").values():
        add("14,000,000 training plans", "plans/s", rates)
    designs = by_key("designs", lambda row: (row["scenario"], row["points"]), "evaluations_per_s")
    for (scenario, points), rates in sorted(designs.items()):
        add(
            f"Sobol' design of {scenario}, {points:,} points",
            "evaluations/s",
            rates,
            floors.EVALUATIONS.get(scenario),
        )
    return rows


def rates_text(data):
    rows = rate_rows(data)
    if not rows:
        return ""
    lines = [f"{'':<52}{'unit':<15}{'GPU':>9}{'CPU':>9}{'GPU/CPU':>9}{'of floor':>10}"]
    for row in rows:
        lines.append(
            f"{row['what']:<52}{row['unit']:<15}" + aligned(rate_cells(row, "-"), (9, 9, 9, 10))
        )
    return "\n".join(lines) + "\n"


def probes_text(data):
    found = record.results(data, "calibrate")
    if not found.get("probes"):
        return ""
    lines = [
        f"{'probe, ' + found['device'].upper():<16}{'edge':>6}{'GB/s':>10}{'GFLOP/s':>12}"
        f"{'of peak':>9}"
    ]
    for probe in found["probes"]:
        cells = probe_cells(
            probe, ("edge", "measured_bytes_per_s", "flop_per_s", "share_of_peak"), "-"
        )
        lines.append(f"{probe['probe']:<16}" + aligned(cells, (6, 10, 12, 9)))
    return "\n".join(lines) + "\n"


def verdict(data):
    """Returns the outcome of the whole run as a sentence."""
    if not data["ran_on_gpu"]:
        return f"Nothing here ran on a GPU: {data['no_gpu_because']}"
    gpu = data["gpu"] or {}
    ended = [entry["status"] for entry in data["steps"]]
    rest = {status: ended.count(status) for status in dict.fromkeys(ended)}
    counted = ", ".join(
        f"{count} {record.IN_WORDS.get(status, status)}" for status, count in rest.items()
    )
    return (
        f"{gpu.get('name', 'GPU')}, driver {gpu.get('driver', 'unknown')}, "
        f"{data['date']}: {counted}"
    )


def table_text(data):
    """The whole record: verdict, steps, rates, probes."""
    parts = [
        verdict(data) + "\n",
        "\n".join(line_of(entry) for entry in data["steps"]) + "\n",
        rates_text(data),
        probes_text(data),
    ]
    return "\n".join(part for part in parts if part.strip())
