# SPDX-License-Identifier: Apache-2.0
"""decomposition.csv: contributions add up to the change of differences.csv, for every
metric of every shipped scenario that has what-ifs with several paths."""

import csv
import math
import unittest

from command_line import SOURCE, CommandLineTest, tranche

# Each run is decomposed from all of its draws, so that both files use the same ones.
DRAWS = 2000


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Decomposition(CommandLineTest):
    def taken_apart(self, scenario, *more):
        """Rows of decomposition.csv by what-if, firm, month and metric, and differences beside."""
        out = self.folder / "out"
        done = tranche("run", scenario, "--device", "cpu", "--draws", DRAWS, "--out", out, *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        grouped = {}
        for row in rows(out / "decomposition.csv"):
            key = tuple(row[name] for name in ("what_if", "firm", "month", "metric"))
            grouped.setdefault(key, []).append(row)
        differences = {
            tuple(row[name] for name in ("what_if", "firm", "month", "metric")): row
            for row in rows(out / "differences.csv")
        }
        values = {
            tuple(row[name] for name in ("firm", "month", "metric")): row
            for row in rows(out / "summary.csv")
            if row["what_if"] == "base"
        }
        return grouped, differences, values

    def check(self, scenario, *more):
        grouped, differences, values = self.taken_apart(scenario, *more)
        for key, parts in grouped.items():
            with self.subTest(key):
                total = float(next(r for r in parts if r["measure"] == "total")["mean"])
                difference = differences[key]
                # Values are single precision and sums of differences fixed point: a millionth of
                # what is subtracted, which the spread or the mean of the difference bounds.
                scale = max(abs(float(difference[name])) for name in ("mean", "p05", "p95", "sd"))
                # If few draws differ, the error is a rounding of the value itself.
                rounding = 1e-7 * abs(float(values[key[1:]]["p95"]))
                self.assertTrue(
                    math.isclose(
                        total,
                        float(difference["mean"]),
                        rel_tol=2e-3,
                        abs_tol=max(2e-3 * scale, rounding),
                    ),
                    (total, difference),
                )
                self.assertEqual({r["unit"] for r in parts}, {difference["unit"]})
                split = [
                    float(r["mean"])
                    for r in parts
                    if r["measure"] in ("shapley", "sequential") and r["path"]
                ]
                self.assertTrue(
                    math.isclose(
                        sum(split),
                        total,
                        rel_tol=1e-5,
                        abs_tol=1e-5 * max(map(abs, split), default=0),
                    ),
                    (split, total),
                )
        return grouped

    def test_of_every_shipped_scenario(self):
        seen = 0
        for path in sorted((SOURCE / "scenarios").glob("*.toml")):
            with self.subTest(path.name):
                seen += len(self.check(path))
        self.assertGreater(seen, 100)

    # Regression: yardsticks had other indices in a what-if with fewer chips, so the table
    # showed one metric's change under another's name.
    def test_of_yardsticks_where_what_ifs_have_fewer_chips(self):
        for metric in ("months_behind", "h100e_tpp", "counterpart_ratio"):
            grouped = self.check(
                SOURCE / "scenarios" / "h200-first-batch.toml",
                "--set",
                f"scenario.headline.metric={metric}",
            )
            self.assertIn(metric, {key[3] for key in grouped})


if __name__ == "__main__":
    unittest.main(verbosity=2)
