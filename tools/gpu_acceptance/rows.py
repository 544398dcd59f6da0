# SPDX-License-Identifier: Apache-2.0
"""Converts measurements to rows of scenarios/measured/: memory-bound probes and matrix products."""
import csv
import io
import os
import re

import record
from files import write_whole

MEMORY_FILE, PRODUCT_FILE = "gpu_probes.csv", "gpu_products.csv"
# Columns of scenarios/measured/membound_cases.csv and of kernel_efficiency.csv.
MEMORY_COLUMNS = (
    "id,tier,kernel_app,chip,n_gpus,problem_size,precision,metric,value,unit,"
    "peak_bw_GBps,effective_GBps,frac_of_peak_bw,bytes_model,power_W,source,"
    "source_locator,notes"
).split(",")
PRODUCT_COLUMNS = (
    "id,kind,op,chip,device_string,n_gpus,dtype,shape,m,n,k,batch,seq_len,heads,"
    "kv_heads,head_dim,message_bytes,latency_us,achieved,achieved_unit,peak,"
    "frac_of_peak,achieved_GBps_min_traffic,frac_of_mem_bw,roofline_bound_us,"
    "roofline_eff,source,source_locator,notes"
).split(",")
# Kernel name from which `tranche validate` derives the access pattern, and precision, by probe.
PROBES = {
    "copy": ("copy", "fp64"),
    "scale": ("scale", "fp64"),
    "add": ("add", "fp64"),
    "triad": ("triad", "fp64"),
    "dot": ("dot", "fp64"),
    "gather": ("gather of 512-byte rows", "fp32"),
    "spmv": ("SpMV, 27 values a row", "fp64"),
    "stencil": ("stencil, 7 points", "fp64"),
    "gemv": ("GEMV", "fp32"),
    "kv_attention": ("KV cache read of decode attention", "fp32"),
}


def chip_name(folder, gpu):
    """Returns the catalogue's name of the chip, from the chip entry; else the driver's name."""
    try:
        with open(os.path.join(folder, "chip.toml"), encoding="utf-8") as file:
            found = re.search(r"datasheet of ([^)\s]+)", file.read())
    except OSError:
        found = None
    return found.group(1) if found else str((gpu or {}).get("name", "unknown"))


def common(data):
    gpu = data["gpu"] or {}
    return {
        "source": "tranche calibrate, run by tools/gpu-acceptance",
        "source_locator": f"revision {data['prepared']['revision']}, {data['date']}",
        "notes": f"driver {gpu.get('driver')}; {data['prepared']['toolkit']}; median of 9 runs",
    }


def memory_rows(data, chip):
    """Returns a row for each memory probe with a correct result."""
    found, rows = record.results(data, "calibrate"), []
    for probe in found.get("probes", []):
        if (
            probe["probe"] not in PROBES
            or probe["correct"] != "right"
            or not probe["measured_bytes_per_s"]
        ):
            continue
        name, precision = PROBES[probe["probe"]]
        rate = probe["measured_bytes_per_s"] / 1e9
        of_peak = probe.get("share_of_peak")
        size = (
            "1074 MB weight matrix" if probe["probe"] == "gemv" else f"working set {found['bytes']}"
        )
        rows.append(
            {
                "id": f"GA-{chip}-{data['date']}-{probe['probe']}",
                "tier": "A",
                "kernel_app": f"tranche calibrate: {name}",
                "chip": chip,
                "n_gpus": 1,
                "problem_size": size,
                "precision": precision,
                "metric": "bandwidth",
                "value": f"{rate:.1f}",
                "unit": "GB/s",
                "peak_bw_GBps": f"{rate / of_peak:.0f}" if of_peak else "",
                "effective_GBps": f"{rate:.1f}",
                "frac_of_peak_bw": f"{of_peak:.4f}" if of_peak else "",
                "bytes_model": "each input read once, each output written once",
                **common(data),
            }
        )
    return rows


def product_rows(data, chip):
    """Returns a row for each edge of the matrix product with a correct result."""
    rows = []
    for probe in record.results(data, "calibrate").get("probes", []):
        if probe["probe"] != "gemm" or probe["correct"] != "right":
            continue
        edge = int(probe["edge"])
        rows.append(
            {
                "id": f"GA-{chip}-{data['date']}-gemm-{edge}",
                "kind": "gemm",
                "op": "square product (cuBLAS)",
                "chip": chip,
                "device_string": (data["gpu"] or {}).get("name", ""),
                "n_gpus": 1,
                "dtype": "bfloat16",
                "shape": f"{edge} x {edge} x {edge}",
                "m": edge,
                "n": edge,
                "k": edge,
                "latency_us": f"{1e6 * probe['seconds']:.2f}",
                "achieved": f"{probe['flop_per_s'] / 1e12:.2f}",
                "achieved_unit": "TFLOP/s",
                "achieved_GBps_min_traffic": f"{probe['measured_bytes_per_s'] / 1e9:.1f}",
                **common(data),
            }
        )
    return rows


def add_rows(path, columns, rows):
    """Adds rows to a CSV file; rows with an existing id are replaced, others are kept."""
    ids = {row["id"] for row in rows}
    kept = []
    if os.path.exists(path):
        with open(path, encoding="utf-8", newline="") as file:
            kept = [row for row in csv.DictReader(file) if row["id"] not in ids]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(kept + rows)
    write_whole(path, text.getvalue())


def write_rows(folder, data, measured):
    """Adds the results of a run in `folder` to the files in `measured`; returns their paths."""
    chip = chip_name(folder, data["gpu"])
    written = []
    for name, columns, rows in [
        (MEMORY_FILE, MEMORY_COLUMNS, memory_rows(data, chip)),
        (PRODUCT_FILE, PRODUCT_COLUMNS, product_rows(data, chip)),
    ]:
        if rows:
            path = os.path.join(measured, name)
            add_rows(path, columns, rows)
            written.append(path)
    return written
