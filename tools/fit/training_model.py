"""Python view of the C++ training model (tools/fit/training_fit_library.cpp)."""
import csv
import ctypes
import pathlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "scenarios"
# name: generation, dense 16-bit, 8-bit, 4-bit flop/s, memory bandwidth, capacity, one direction of
# the scale-up links, of the network adapters, power limit. Vendor datasheets.
CHIPS = {
    "A100-SXM": (1, 312e12, 0, 0, 2.039e12, 80e9, 300e9, 25e9, 400),
    "A100-SXM-40GB": (1, 312e12, 0, 0, 1.555e12, 40e9, 300e9, 25e9, 400),
    "A800-SXM": (1, 312e12, 0, 0, 2.039e12, 80e9, 200e9, 25e9, 400),
    "H100-SXM": (2, 989e12, 1979e12, 0, 3.35e12, 80e9, 450e9, 50e9, 700),
    "H100-SXM-96GB-HBM2e": (2, 989e12, 1979e12, 0, 2.4e12, 96e9, 450e9, 50e9, 500),
    "H800-SXM": (2, 989e12, 1979e12, 0, 3.35e12, 80e9, 200e9, 50e9, 700),
    "H200-SXM": (2, 989e12, 1979e12, 0, 4.8e12, 141e9, 450e9, 50e9, 700),
    "B200-SXM": (3, 2250e12, 4500e12, 9000e12, 8e12, 180e9, 900e9, 50e9, 1000),
    "B300-SXM": (3, 2250e12, 4500e12, 13500e12, 8e12, 270e9, 900e9, 100e9, 1100),
    "GB200": (3, 2500e12, 5000e12, 10000e12, 8e12, 186e9, 900e9, 50e9, 1200),
    "GB300": (3, 2500e12, 5000e12, 15000e12, 8e12, 278e9, 900e9, 100e9, 1400),
}
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
        for name, (generation, *figures) in CHIPS.items():
            self.c.fit_add_chip(name.encode(), generation, *[ctypes.c_double(float(x)) for x in figures])
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
        self.c.fit_predict(predicted.ctypes.data_as(ctypes.c_void_p),
                           parts.ctypes.data_as(ctypes.c_void_p))
        return predicted, parts

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
    return (np.mean(absolute) if absolute else np.nan,
            np.mean([np.mean(e) for e in groups.values()]) if absolute else np.nan, len(groups))
