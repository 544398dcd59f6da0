"""Python view of the C++ inference model (tools/fit/inference_fit.cpp built as a library),
so that nothing is written twice."""
import csv
import ctypes
import pathlib
import subprocess

import numpy as np

from inference_rows import CONFIGURATION, metric_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
CASES = DATA / "measured" / "inference_cases.csv"
SOURCES = ["tools/fit/inference_fit.cpp"] + [
    f"sim/performance/{name}.cpp" for name in
    ("inference_cases", "inference_datasets", "inference_case_rules")] + [
    f"sim/catalogue/{name}.cpp" for name in
    ("accuracy", "catalogue", "catalogue_chips", "catalogue_details", "catalogue_figures", "catalogue_models",
     "catalogue_rules", "catalogue_toml", "catalogue_workloads", "coefficient_file",
     "inference_coefficients", "memory_bound_coefficients", "serving_software")] + [
    f"sim/input/{name}.cpp" for name in
    ("csv_reader", "diagnostic", "quantity_text", "unit_table", "unit_text")]


def build():
    folder = ROOT / "build" / "fit"
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "libinference_fit.so"
    subprocess.run(["g++", "-std=c++20", "-O2", "-w", "-ffp-contract=off", "-fPIC", "-shared", "-Wl,--no-undefined",
                    f"-I{ROOT}", f'-DTRANCHE_SOURCE_DATA_DIR="{DATA}"',
                    '-DTRANCHE_DATA_FROM_BINARY=""', *[str(ROOT / s) for s in SOURCES],
                    "-lfmt", "-o", str(library)], check=True)
    return library


class Model:
    """Cases, neutral values of all coefficients, and predictions for any values of them."""

    def __init__(self, library, settings):
        self.library = ctypes.CDLL(str(library))
        self.count = self.library.load_cases(str(CASES).encode())
        with open(CASES, newline="") as file:
            self.rows = list(csv.DictReader(file))
        assert len(self.rows) == self.count
        self.names, values = [], []
        for i in range(self.library.coefficient_count()):
            name, value = ctypes.create_string_buffer(200), ctypes.c_double()
            self.library.coefficient(i, name, 200, ctypes.byref(value))
            group, generation, short = name.value.decode().split(".")
            self.names.append((group, generation, short))
            values.append(settings.get(generation, {}).get(short, value.value))
        self.neutral = np.array(values)
        described = []
        for i in range(self.count):
            text = ctypes.create_string_buffer(500)
            self.library.describe(i, text, 500)
            described.append(text.value.decode().split("\t"))
        _, self.software, self.generation, self.skipped = (list(c) for c in zip(*described))
        self.software, self.generation = np.array(self.software), np.array(self.generation)
        self.measured = np.array([float(r["value"]) for r in self.rows])
        self.metric = [metric_of(r) for r in self.rows]

    def predict(self, values, wanted):
        """Predictions of the wanted rows; 0 where the model says that nothing fits."""
        out = np.zeros(self.count)
        values = np.ascontiguousarray(values, dtype=float)
        wanted = np.ascontiguousarray(wanted, dtype=np.uint8)
        self.library.predict_all(*(a.ctypes.data_as(ctypes.c_void_p) for a in (values, wanted, out)))
        return out


def chip_pairs(model, usable):
    """(H100 row, H200 row) of like configurations, first of each."""
    firsts = {}
    for i in np.nonzero(usable)[0]:
        row = model.rows[i]
        if row["TP"] and model.metric[i] != "first_token_loaded":
            key = tuple(row[c] for c in CONFIGURATION)
            firsts.setdefault(key, {}).setdefault(row["chip"], i)
    return np.array([(d["H100-SXM"], d["H200-SXM"]) for d in firsts.values()
                     if "H100-SXM" in d and "H200-SXM" in d], dtype=int).reshape(-1, 2)
