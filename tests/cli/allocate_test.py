# SPDX-License-Identifier: Apache-2.0
"""`tranche allocate` as a process."""

import json
import unittest

from command_line import TWO_FIRMS, CommandLineTest, read_csv, tranche

ALLOCATE = (
    TWO_FIRMS
    + """
[allocate]
split = "tranches.first.split"
parts = 20
draws = 2_000
[[allocate.objective]]
name = "sum"
measure = "mean"
[[allocate.objective]]
name = "worst"
firm = "worst"
measure = "cvar10"
"""
)


class Allocate(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.asked = self.folder / "asked.toml"
        self.asked.write_text(ALLOCATE)

    def test_writes_every_split_best_first(self):
        out = self.folder / "out"
        done = tranche("allocate", self.asked, "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Best split of tranches.first.split", done.stdout)
        rows = read_csv(out / "allocation.csv")
        self.assertEqual(len(rows), 21)
        sums = [float(row["sum"]) for row in rows]
        self.assertEqual(sums, sorted(sums, reverse=True))
        for row in rows:
            self.assertAlmostEqual(
                float(row["share_acme"]) + float(row["share_beta"]), 1, delta=1e-9
            )
        result = json.loads((out / "allocation.json").read_text())
        self.assertEqual((result["splits"], result["draws"]), (21, 2000))
        gains = read_csv(out / "allocation_gain.csv")
        self.assertEqual([row["over"] for row in gains], ["equal", "as_written"])
        # The front goes from the best in one objective to the best in the other.
        front = [row for row in rows if row["pareto"] == "1"]
        self.assertEqual(front[0]["rank"], "1")
        best_of_worst = max(float(row["worst"]) for row in rows)
        self.assertAlmostEqual(max(float(row["worst"]) for row in front), best_of_worst)

    def test_says_what_is_missing(self):
        done = tranche("allocate", self.scenario)
        self.assert_fails(done, 2, "the scenario has no [allocate]")

    def test_runs_on_the_cpu_only(self):
        self.assert_fails(tranche("allocate", self.asked, "--device", "gpu"), 2, "runs on the CPU")


if __name__ == "__main__":
    unittest.main(verbosity=2)
