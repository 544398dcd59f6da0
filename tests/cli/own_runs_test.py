# SPDX-License-Identifier: Apache-2.0
"""Own measured runs: what they change in predictions, and how bad rows are refused."""

import csv
import io
import json
import math
import unittest

from command_line import SOURCE, CommandLineTest, tranche

SHIPPED = SOURCE / "scenarios" / "measured" / "training_cases_extra.csv"


class OwnRuns(CommandLineTest):
    def runs(self, factor=1.0, count=6, name="runs.csv", spoil=None):
        """Rows of one published family, as if a cluster were this much faster."""
        with SHIPPED.open(newline="") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if row["family"] == "hagemann-13B-8192"][:count]
        for row in rows:
            rate = float(row["derived_tokens_per_s_per_gpu"])
            row["derived_tokens_per_s_per_gpu"] = f"{factor * rate:.2f}"
            row["measured_step_time_s"] = row["measured_mfu"] = ""
        if spoil:
            spoil(rows)
        path = self.folder / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames)
            writer.writeheader()
            writer.writerows(rows)
        return path

    def validated(self, path, *options):
        done = tranche("validate", "--format", "csv", "--cases", path, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def test_errors_fall_when_each_run_is_predicted_from_the_others(self):
        done = tranche("calibrate", "--from", self.runs(1.5), "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = json.loads(done.stdout)
        self.assertEqual(len(rows), 6)
        before = [abs(row["error_before_percent"]) for row in rows]
        after = [abs(row["error_after_percent"]) for row in rows]
        # a cluster that is half again as fast: its runs share that, and not their own 6 %
        self.assertLess(sum(after), 0.5 * sum(before))
        text = tranche("calibrate", "--from", self.runs(1.5)).stdout
        self.assertIn("training throughput", text)
        self.assertIn("each run predicted from the others", text)

    def test_they_move_validate_plan_and_compare_the_same_way(self):
        path = self.runs(1.5)
        plain = {row["id"]: row for row in self.validated(path)}
        for row in self.validated(path, "--own-runs", path):
            before, after = plain[row["id"]], row
            self.assertGreater(float(after["predicted"]), 1.1 * float(before["predicted"]))
            self.assertEqual(after["grade"], "A")

            def width(r):
                return math.log(float(r["high"]) / float(r["low"]))

            self.assertLess(width(after), width(before))
        question = ["plan", "llama-2-13b", "--chip", "A100", "--count", "64", "--format", "json"]
        rates = []
        for options in ([], ["--own-runs", path]):
            done = tranche(*question, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            best = json.loads(done.stdout)["plans"][0]
            rates.append(best)
        self.assertGreater(rates[1]["tokens_per_s"], 1.05 * rates[0]["tokens_per_s"])
        # one factor for all parts
        self.assertAlmostEqual(
            rates[1]["tokens_per_s"] * rates[1]["step_s"],
            rates[0]["tokens_per_s"] * rates[0]["step_s"],
            delta=1e-6 * rates[0]["tokens_per_s"] * rates[0]["step_s"],
        )
        compared = []
        for options in ([], ["--own-runs", path]):
            done = tranche(
                *["compare", "A100", "H100", "--workload", "train:llama-2-13b"],
                *["--format", "json", *options],
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            compared.append(json.loads(done.stdout)[0])
        self.assertGreater(compared[1]["value"], 1.05 * compared[0]["value"])
        self.assertIn("own runs", json.dumps(compared[1]))

    def test_a_scenario_draws_the_error_that_they_leave(self):
        path = self.runs(1.5)
        scenario = self.folder / "s.toml"
        scenario.write_text(
            """
[scenario]
name = "own"
start = "2026-01"
months = 2
draws = 2000
own_runs = "runs.csv"
[workloads.train]
kind = "training"
model = "llama-2-13b"
performance = "model"
precision = "bf16"
[firms.one]
stock = { A100 = 64 }
workloads = { train = 1 }
"""
        )
        medians = []
        for options in ([], ["--set", 'scenario.own_runs="none"']):
            out = self.folder / f"out{len(medians)}"
            done = tranche("run", scenario, "--out", out, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            result = json.loads((out / "result.json").read_text())
            work = result["works"][0]
            medians.append(work["high"] / work["low"])
            if not options:
                self.assertIn("own run", work["resembles"])
                named = [file["path"] for file in result["input_files"]]
                self.assertIn(str(path), named)
        self.assertLess(medians[0], medians[1])

    def test_every_row_that_cannot_be_used_is_refused_with_its_line(self):
        def spoil(rows):
            rows[1]["chip"] = "H9000"
            rows[3]["n_layers"] = "many"

        path = self.runs(spoil=spoil)
        done = tranche("plan", "llama-2-13b", "--chip", "A100", "--count", "64", "--own-runs", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{path}:3:1", done.stderr)
        self.assertIn(f"{path}:5:1", done.stderr)
        self.assertEqual(done.stderr.count("cannot be used"), 2)
        listed = tranche("calibrate", "--from", path)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("2 rows not used", listed.stdout)

    def test_a_missing_file_and_no_usable_row_are_said(self):
        done = tranche("compare", "H100", "H200", "--own-runs", self.folder / "none.csv")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none.csv", done.stderr)

        def spoil(rows):
            for row in rows:
                row["chip"] = "H9000"

        done = tranche("calibrate", "--from", self.runs(spoil=spoil))
        self.assertEqual(done.returncode, 2)
        self.assertIn("none of 6 cases could be predicted", done.stderr)

    def test_probes_and_runs_exclude_each_other(self):
        done = tranche("calibrate", "--from", self.runs(), "--device", "cpu")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--from", done.stderr)


if __name__ == "__main__":
    unittest.main()
