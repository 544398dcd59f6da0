# SPDX-License-Identifier: Apache-2.0
"""Own measured runs: what they change in predictions, and how bad rows are refused."""

import csv
import io
import json
import math
import unittest

from command_line import SOURCE, CommandLineTest, tranche

SHIPPED = SOURCE / "scenarios" / "measured" / "training_cases_extra.csv"


def write_csv(path, columns, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


class OwnRuns(CommandLineTest):
    def runs(self, factor=1.0, count=6, name="runs.csv", spoil=None):
        """Rows of one published family on a cluster that is this much faster than predicted, each
        run 2 % off."""
        with SHIPPED.open(newline="") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if row["family"] == "hagemann-13B-8192"][:count]
        path = self.folder / name
        write_csv(path, reader.fieldnames, rows)
        for at, (row, known) in enumerate(zip(rows, self.validated(path))):
            rate = factor * float(known["predicted"]) * (1.02 if at % 2 else 0.98)
            row["derived_tokens_per_s_per_gpu"] = f"{rate:.2f}"
            row["measured_step_time_s"] = row["measured_mfu"] = ""
        if spoil:
            spoil(rows)
        write_csv(path, reader.fieldnames, rows)
        return path

    def validated(self, path, *options):
        done = tranche("validate", "--format", "csv", "--cases", path, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def test_errors_fall_when_each_run_is_predicted_from_the_others(self):
        done = tranche("calibrate", "--from", self.runs(1.5), "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = json.loads(done.stdout)["runs"]
        self.assertEqual(len(rows), 6)
        before = [abs(math.log(row["predicted_over_measured"])) for row in rows]
        after = [abs(math.log(row["predicted_by_the_others_over_measured"])) for row in rows]
        summary = json.loads(done.stdout)["questions"][0]
        self.assertAlmostEqual(summary["error_before_percent"], 100 * sum(before) / 6, 6)
        self.assertAlmostEqual(summary["error_after_percent"], 100 * sum(after) / 6, 6)
        # a cluster that is half again as fast: its runs share that, but for the prior of no error
        self.assertLess(sum(after), 0.35 * sum(before))
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
own_runs = ["runs.csv"]
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
        for options in ([], ["--set", "scenario.own_runs=[]"]):
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
        # the same as an option of the command
        out = self.folder / "option"
        options = ["--set", "scenario.own_runs=[]", "--own-runs", path]
        done = tranche("run", scenario, "--out", out, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        summaries = [
            (self.folder / name / "summary.csv").read_text() for name in ("out0", "option")
        ]
        self.assertEqual(*summaries)
        self.assertEqual(tranche("check", scenario, "--own-runs", path).returncode, 0)

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
        self.assertEqual(done.stderr.count("cannot be used: unknown chip"), 6)

    # Regression: "nan" was a measurement, and rows without any were dropped in silence.
    def test_rows_without_a_measurement_and_in_another_unit_are_refused(self):
        for value, why in (("nan", "nothing was measured"), ("", "nothing was measured")):

            def spoil(rows, value=value):
                rows[2]["derived_tokens_per_s_per_gpu"] = value
                rows[2]["measured_tokens_per_s_per_gpu"] = ""

            path = self.runs(spoil=spoil)
            done = tranche("compare", "A100", "H100", "--own-runs", path)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"{path}:4:1", done.stderr)
            self.assertIn(why, done.stderr)
        done = tranche("compare", "A100", "H100", "--own-runs", self.runs(1000))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("another unit?"), 6)

    def test_a_file_given_twice_counts_once(self):
        path = self.runs(1.5)
        once = self.validated(path, "--own-runs", path)
        self.assertEqual(self.validated(path, "--own-runs", path, "--own-runs", path), once)

    def test_runs_of_other_things_are_said_to_change_nothing(self):
        question = ["compare", "A100", "H100", "--workload", "stream-triad"]
        done = tranche(*question, "--own-runs", self.runs(1.5))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("own runs measure other things", " ".join(done.stdout.split()))

    def test_the_runs_are_not_overwritten(self):
        path = self.runs()
        before = path.read_text()
        done = tranche("calibrate", "--from", path, "--out", path)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(path.read_text(), before)

    def test_probes_and_runs_exclude_each_other(self):
        done = tranche("calibrate", "--from", self.runs(), "--device", "cpu")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--from", done.stderr)


if __name__ == "__main__":
    unittest.main()
