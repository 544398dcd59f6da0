# SPDX-License-Identifier: Apache-2.0
"""`tranche sweep` as a process: interrupted, resumed, refused."""

import json
import signal
import subprocess
import time
import unittest

from command_line import BINARY, TWO_FIRMS, CommandLineTest, files_in, read_csv, tranche

SWEEP = (
    TWO_FIRMS
    + """
[sweep]
[[sweep.axis]]
path = "firms.acme.power_cap"
from = 20
to = 200
steps = 40
unit = "MW"
[[sweep.axis]]
what_ifs = ["base", "h100-instead"]
"""
)


class Sweep(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.swept = self.folder / "swept.toml"
        self.swept.write_text(SWEEP)

    def run_sweep(self, *arguments):
        done = tranche("sweep", self.swept, "--device", "cpu", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_writes_a_row_for_each_point_firm_and_month(self):
        out = self.folder / "out"
        self.run_sweep("--out", out, "--draws", 600)
        self.assertEqual(files_in(out), {"sweep.csv", "sweep.json", "charts"})
        rows = read_csv(out / "sweep.csv")
        # The headline's month is the last here.
        self.assertEqual(len(rows), 40 * 2 * 3 * 1)
        self.assertEqual(len(json.loads((out / "sweep.json").read_text())["points"]), 80)

    def test_does_not_depend_on_the_number_of_threads(self):
        tables = set()
        for threads in [1, 2, 5]:
            out = self.folder / str(threads)
            self.run_sweep("--out", out, "--draws", 1500, "--threads", threads)
            tables.add((out / "sweep.csv").read_bytes())
        self.assertEqual(len(tables), 1)

    def test_goes_on_after_an_interruption_with_the_same_bytes(self):
        whole, out = self.folder / "whole", self.folder / "out"
        draws = 300_000
        command = [
            BINARY,
            "sweep",
            self.swept,
            "--device",
            "cpu",
            "--draws",
            str(draws),
            "--out",
            out,
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        partial = out / "sweep.partial"
        for _ in range(600):
            if partial.exists() and partial.read_text().count("point ") > 2:
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("--resume goes on", said)
        resumed = self.run_sweep("--draws", draws, "--out", out, "--resume")
        self.assertIn("were done before and kept", resumed.stdout)
        self.run_sweep("--draws", draws, "--out", whole)
        self.assertEqual((out / "sweep.csv").read_bytes(), (whole / "sweep.csv").read_bytes())

    def test_refuses_points_of_another_seed(self):
        out = self.folder / "out"
        out.mkdir()
        (out / "sweep.partial").write_text("tranche sweep 1 0123\n")
        done = tranche("sweep", self.swept, "--device", "cpu", "--out", out, "--resume")
        self.assert_fails(done, 1, "belongs to another scenario, seed, number of draws or version")


if __name__ == "__main__":
    unittest.main(verbosity=2)
