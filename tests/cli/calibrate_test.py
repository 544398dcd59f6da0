# SPDX-License-Identifier: Apache-2.0
"""tranche calibrate: kernels on this machine, with small sizes: the rates are meaningless."""

import csv
import json
import os
import pathlib
import shutil
import unittest

from command_line import SOURCE, CommandLineTest, tranche

PROBES = [
    "copy",
    "scale",
    "add",
    "triad",
    "dot",
    "gather",
    "spmv",
    "stencil",
    "gemv",
    "kv_attention",
    "gemm",
]


class Calibrate(CommandLineTest):
    def test_every_probe_is_right_and_beside_a_prediction(self):
        done = tranche("calibrate", "--device", "cpu", "--bytes", "1 MB")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        rows = [line.split() for line in lines[lines.index("") + 3 :]]
        self.assertEqual([row[0] for row in rows], PROBES)
        self.assertEqual({row[-1] for row in rows}, {"right"})
        self.assertIn("predicted from the fastest measured stream", done.stdout)

    def test_the_entry_is_read_as_a_chip_of_the_catalogue(self):
        entry = self.folder / "entry.toml"
        done = tranche("calibrate", "--bytes", "1 MB", "--out", entry)
        self.assertEqual(done.returncode, 0, done.stderr)
        head, chip = entry.read_text().split("[[chip]]")
        source = next(line for line in head.splitlines() if line.startswith("CAL = "))
        data = self.folder / "data"
        shutil.copytree(SOURCE / "scenarios", data)
        chips = data / "catalogue" / "chips.toml"
        text = chips.read_text().replace("[sources]\n", f"[sources]\n{source}\n", 1)
        chips.write_text(f"{text}\n[[chip]]{chip}")
        name = next(line for line in chip.splitlines() if line.startswith("name = ")).split('"')[1]
        done = tranche("catalogue", "chips", name, env={**os.environ, "TRANCHE_DATA": str(data)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("measured shares of peak bandwidth", " ".join(done.stdout.split()))

    def test_programs_read_it_as_csv_and_json(self):
        for name, read in [
            ("csv", lambda text: list(csv.DictReader(text.splitlines()))),
            ("json", json.loads),
        ]:
            done = tranche("calibrate", "--bytes", "1 MB", "--format", name)
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = read(done.stdout)
            self.assertEqual([row["probe"] for row in rows], PROBES)
            self.assertEqual({row["correct"] for row in rows}, {"right"})
            self.assertEqual(float(rows[-1]["edge"]), 256)
            for row in rows:
                # A busy machine may take too long for any probe; then the time is said instead.
                if row["measured_bytes_per_s"] != "too slow to believe":
                    rate, seconds = float(row["measured_bytes_per_s"]), float(row["seconds"])
                    self.assertGreater(rate * seconds, 0)

    def test_a_missing_gpu_is_said(self):
        done = tranche("calibrate", "--device", "gpu", "--bytes", "1 MB")
        if done.returncode != 0:
            self.assert_fails(done, 1, "CUDA")

    def test_wrong_arguments(self):
        for arguments, text in [
            (["--device", "tpu"], "accepted: `cpu`, `gpu`"),
            (["--bytes", "3"], "write a size"),
            (["--format", "xml"], "unknown format `xml`"),
            (["--bytes", "1 parsec"], "write a size"),
        ]:
            self.assert_fails(tranche("calibrate", *arguments), 2, text)

    def test_a_file_that_cannot_be_written(self):
        done = tranche(
            "calibrate", "--bytes", "1 MB", "--out", pathlib.Path("/proc/tranche/entry.toml")
        )
        self.assert_fails(done, 1, "/proc/tranche")


if __name__ == "__main__":
    unittest.main(verbosity=2)
