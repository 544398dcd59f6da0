# SPDX-License-Identifier: Apache-2.0
"""Python view of the C++ inference model (tools/fit/inference_fit.cpp built as a library),
so that the model has one implementation."""
import csv
import ctypes
import pathlib

import numpy as np

from inference_rows import CONFIGURATION, metric_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
FILES = ("inference_cases.csv", "inference_cases_moe.csv", "inference_cases_2026.csv")


class Model:
    """Cases, neutral values of all coefficients, and predictions for any values of them."""

    def __init__(self, library, settings):
        self.library = ctypes.CDLL(str(library))
        self.rows = []
        for name in FILES:
            path = DATA / "measured" / name
            self.count = self.library.load_cases(str(path).encode())
            with open(path, newline="") as file:
                self.rows += [dict(row, file=name) for row in csv.DictReader(file)]
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
        """Returns the predictions of the wanted rows; 0 if nothing fits in memory."""
        out = np.zeros(self.count)
        values = np.ascontiguousarray(values, dtype=float)
        wanted = np.ascontiguousarray(wanted, dtype=np.uint8)
        self.library.predict_all(
            *(a.ctypes.data_as(ctypes.c_void_p) for a in (values, wanted, out))
        )
        return out


def chip_pairs(model, usable):
    """(H100 row, H200 row) of like configurations, first of each."""
    firsts = {}
    for i in np.nonzero(usable)[0]:
        row = model.rows[i]
        if row["TP"] and model.metric[i] != "first_token_loaded":
            key = tuple(row[c] for c in CONFIGURATION)
            firsts.setdefault(key, {}).setdefault(row["chip"], i)
    return np.array(
        [
            (d["H100-SXM"], d["H200-SXM"])
            for d in firsts.values()
            if "H100-SXM" in d and "H200-SXM" in d
        ],
        dtype=int,
    ).reshape(-1, 2)
