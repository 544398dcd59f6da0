# SPDX-License-Identifier: Apache-2.0
"""Python view of the C++ training model (tools/fit/training_fit_library.cpp)."""
import csv
import ctypes
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
PARTS = ["compute", "network", "bubble", "host", "optimizer", "straggler"]


class Model:
    """The model with its coefficients and the cases of some files."""

    def __init__(self, library, files):
        self.c = ctypes.CDLL(str(library))
        self.c.fit_open(str(DATA).encode())
        self.c.fit_name.restype = ctypes.c_char_p
        self.c.fit_assumed.restype = ctypes.c_char_p
        self.c.fit_get.restype = ctypes.c_double
        self.c.fit_year.restype = ctypes.c_double
        self.c.fit_best_plan.restype = ctypes.c_double
        self.rows = []
        for file in files:
            self.c.fit_add_cases(str(file).encode())
            with open(file, newline="") as handle:
                for row in csv.DictReader(handle):
                    row["file"] = pathlib.Path(file).stem
                    self.rows.append(row)
        self.index = {self.c.fit_name(i).decode(): i for i in range(self.c.fit_count())}
        self.year = np.array([self.c.fit_year(i) for i in range(len(self.rows))])

    def get(self, name):
        return self.c.fit_get(self.index[name])

    def set(self, name, value):
        self.c.fit_set(self.index[name], ctypes.c_double(value))

    def predict(self):
        """Tokens/s per chip (0 = skipped) and the six parts of the step in seconds."""
        n = len(self.rows)
        predicted, parts = np.zeros(n), np.zeros((n, 6))
        self.c.fit_predict(
            predicted.ctypes.data_as(ctypes.c_void_p), parts.ctypes.data_as(ctypes.c_void_p)
        )
        return predicted, parts

    def best_plan(self, i, year=0.0):
        """Tokens/s per chip of the fastest plan for the job and machine of row i, 0 if none fits;
        with the software of the row, or of `year` as `tranche plan` assumes it."""
        fitting = ctypes.c_double()
        return self.c.fit_best_plan(int(i), ctypes.c_double(year), ctypes.byref(fitting))

    def assumed(self, i):
        return self.c.fit_assumed(i).decode()


def kind(row):
    """Accuracy class of a row: moe, fp8 (8 bits and fewer), or dense."""
    if row["n_experts"]:
        return "moe"
    return "fp8" if row["precision"] in ("fp8", "mxfp8", "nvfp4") else "dense"


def by_family(rows, error, select=None):
    """Mean over families of their mean absolute and mean signed error."""
    groups = {}
    for i, row in enumerate(rows):
        if np.isfinite(error[i]) and (select is None or select(row)):
            groups.setdefault(row["family"], []).append(error[i])
    absolute = [np.mean(np.abs(e)) for e in groups.values()]
    return (
        np.mean(absolute) if absolute else np.nan,
        np.mean([np.mean(e) for e in groups.values()]) if absolute else np.nan,
        len(groups),
    )
