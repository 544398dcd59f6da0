# SPDX-License-Identifier: Apache-2.0
"""Files and output of `tranche run`."""

import json
import unittest

from command_line import (
    BINDING_COLUMNS,
    DECOMPOSITION_COLUMNS,
    RESULT_FILES,
    SOURCE,
    SUMMARY_COLUMNS,
    CommandLineTest,
    files_in,
    read_csv,
    tranche,
)

KEYS = [
    "schema_version",
    "version",
    "started_utc",
    "digest",
    "draws",
    "seed",
    "device",
    "device_description",
    "threads",
    "seconds_preparation",
    "seconds_simulation",
    "draws_per_second",
    "scenario",
    "input_files",
    "headline",
    "warnings",
    "remarks",
    "months",
    "variants",
    "firms",
    "metrics",
    "inputs",
    "decompositions",
    "binding",
    "summary",
    "differences",
]


class Results(CommandLineTest):
    def test_go_to_results_and_the_name_of_the_scenario(self):
        self.run_two_firms(cwd=self.folder)
        self.assertEqual(files_in(self.folder / "results" / "two-firms"), RESULT_FILES)

    def test_have_exactly_the_columns_of_the_interface(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        self.assertEqual(files_in(out), RESULT_FILES)
        rows = {
            name: read_csv(out / name) for name in ["summary.csv", "differences.csv", "binding.csv"]
        }
        for name in ["summary.csv", "differences.csv"]:
            self.assertEqual(",".join(rows[name][0]), SUMMARY_COLUMNS)
        self.assertEqual(",".join(rows["binding.csv"][0]), BINDING_COLUMNS)
        summary = rows["summary.csv"]
        what_ifs = {"base", "more-power", "h100-instead"}
        self.assertEqual({row["what_if"] for row in summary}, what_ifs)
        self.assertEqual({row["what_if"] for row in rows["differences.csv"]}, what_ifs - {"base"})
        self.assertEqual({row["firm"] for row in summary}, {"acme", "beta", "all"})
        self.assertEqual({row["month"] for row in summary}, {f"2026-0{m}" for m in range(1, 7)})
        metrics = {row["metric"] for row in summary}
        self.assertEqual(len(summary), 3 * 3 * 6 * len(metrics))
        for row in summary:
            bands = [float(row[p]) for p in ["p05", "p25", "p50", "p75", "p95"]]
            self.assertEqual(bands, sorted(bands))

    def test_parts_of_a_what_if_add_up_to_its_change(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        rows = read_csv(out / "decomposition.csv")
        self.assertEqual(
            (out / "decomposition.csv").read_text().splitlines()[0], DECOMPOSITION_COLUMNS
        )
        sums = {}
        for row in rows:
            key = row["what_if"], row["firm"], row["metric"]
            parts, total = sums.get(key, (0, 0))
            if row["measure"] == "shapley" and row["path"]:
                parts += float(row["mean"])
            if row["measure"] == "total":
                total = float(row["mean"])
            sums[key] = parts, total
        self.assertEqual({key[0] for key in sums}, {"h100-instead"})  # the other sets one path
        for key, (parts, total) in sums.items():
            self.assertAlmostEqual(parts, total, delta=1e-5 * abs(total), msg=key)

    def test_an_edited_result_is_refused_with_the_place(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        result = json.loads((out / "result.json").read_text())
        page = (out / "charts" / "answer.vl.json").read_bytes()
        result["metrics"].append(result["metrics"][0])
        (out / "result.json").write_text(json.dumps(result))
        self.assert_fails(
            tranche("report", out),
            2,
            str(out / "result.json"),
            f"`metrics[{len(result['metrics']) - 1}].name`",
            "stands twice",
        )
        result["metrics"].pop()
        result["summary"][2]["p50"].pop()
        (out / "result.json").write_text(json.dumps(result))
        self.assert_fails(
            tranche("report", out), 2, "`summary[2].p50`: expected 6 numbers, found 5"
        )
        (out / "result.json").write_text('{\n "months": [,]}')
        self.assert_fails(tranche("report", out), 2, "result.json:2:13", "this is not JSON")
        self.assertEqual((out / "charts" / "answer.vl.json").read_bytes(), page)

    def test_shares_of_what_binds_sum_to_one(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        total = {}
        for row in read_csv(out / "binding.csv"):
            key = row["what_if"], row["firm"], row["month"]
            total[key] = total.get(key, 0) + float(row["share_of_draws"])
        for key, share in total.items():
            self.assertAlmostEqual(share, 1, delta=1e-6, msg=key)  # seven digits are written

    def test_result_json_has_the_manifest_and_the_same_numbers(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out, "--threads", 2, "--seed", 11, "--draws", "1_500")
        result = json.loads((out / "result.json").read_text())
        for key in KEYS:
            self.assertIn(key, result)
        self.assertEqual(
            (result["draws"], result["seed"], result["device"], result["threads"]),
            (1500, 11, "cpu", 2),
        )
        self.assertRegex(result["digest"], "^[0-9a-f]{64}$")
        self.assertEqual(result["input_files"][0]["path"], str(self.scenario))
        self.assertRegex(result["input_files"][0]["sha256"], "^[0-9a-f]{64}$")
        series = {(s["what_if"], s["firm"], s["metric"]): s for s in result["summary"]}
        for row in read_csv(out / "summary.csv"):
            month = result["months"].index(row["month"])
            value = series[row["what_if"], row["firm"], row["metric"]]["p50"][month]
            # six digits here, seven there
            self.assertAlmostEqual(value, float(row["p50"]), delta=6e-6 * abs(value))

    def test_works_say_what_binds_what_was_assumed_and_on_which_evidence(self):
        out = self.folder / "out"
        scenario = SOURCE / "scenarios" / "h200-first-batch.toml"
        done = tranche("run", scenario, "--out", out, "--draws", 256)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads((out / "result.json").read_text())
        kinds = {row["what"] for row in result["accuracy"]}
        works = [work for work in result["works"] if work["possible"]]
        self.assertGreater(len(works), 10)
        for work in works:
            shares = work["time_shares"]
            self.assertAlmostEqual(sum(shares.values()), 1, delta=1e-5)  # six digits
            if work["binds"] not in ("capacity", "latency"):
                self.assertEqual(shares[work["binds"]], max(shares.values()))
            self.assertIn(work["evidence"], kinds)
        # The scenario has no global batch: the model's is named in every output.
        batch = "global batch of 2,048 sequences (16.8 M tokens, as Llama 3 405B)"
        training = [work for work in works if work["workload"] == "training"]
        for work in training:
            self.assertIn(batch, work["assumed"])
            self.assertGreater(work["job_chips"], 0)
        self.assertIn(f"training: {batch}", result["headline"]["model_assumptions"])
        self.assertIn(batch, " ".join(done.stdout.split()))
        self.assertIn(batch, (out / "report.html").read_text())

    def test_until_stops_at_the_same_draws_with_any_number_of_threads(self):
        seen = set()
        for threads in [1, 2, 5]:
            out = self.folder / str(threads)
            done = self.run_two_firms(
                "--out",
                out,
                "--threads",
                threads,
                "--draws",
                "1M",
                "--until",
                "p50 of training_flop_per_s within 0.5 %",
            )
            result = json.loads((out / "result.json").read_text())
            self.assertTrue(result["until"]["reached"])
            self.assertLess(result["draws"], 1_000_000)
            self.assertLessEqual(
                result["until"]["standard_error"], 0.005 * result["until"]["value"]
            )
            self.assertIn("as asked", done.stdout)
            seen.add((result["draws"], result["digest"]))
        self.assertEqual(len(seen), 1)

    def test_until_says_when_the_most_draws_were_not_enough(self):
        out = self.folder / "out"
        done = self.run_two_firms(
            "--out", out, "--draws", 5000, "--until", "p50 of training_flop_per_s within 0.01 %"
        )
        result = json.loads((out / "result.json").read_text())
        self.assertEqual((result["until"]["reached"], result["draws"]), (False, 5000))
        self.assertIn("were not enough", done.stdout)

    def test_do_not_depend_on_the_number_of_threads(self):
        digests, tables = set(), set()
        for threads in [1, 2, 7]:
            out = self.folder / str(threads)
            self.run_two_firms("--out", out, "--threads", threads)
            digests.add(json.loads((out / "result.json").read_text())["digest"])
            tables.add((out / "summary.csv").read_bytes())
        self.assertEqual(len(digests), 1)
        self.assertEqual(len(tables), 1)

    def test_differ_by_seed(self):
        digests = set()
        for seed in [1, 2]:
            self.run_two_firms("--out", self.folder / "out", "--seed", seed)
            digests.add(json.loads((self.folder / "out" / "result.json").read_text())["digest"])
        self.assertEqual(len(digests), 2)

    def test_are_printed_to_stdout_and_nothing_else_is(self):
        done = self.run_two_firms("--out", self.folder / "out")
        self.assertIn("The two firms together: ", done.stdout)
        self.assertIn('More power, "now"', done.stdout)
        self.assertIn("not a prediction", done.stdout)
        self.assertNotIn("\x1b", done.stdout)  # no colour outside a terminal
        self.assertNotIn("error", done.stderr)
        self.assertNotIn("draws,", done.stderr)  # no progress bar outside a terminal
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)

    def test_set_changes_a_value(self):
        out = self.folder / "out"
        self.run_two_firms(
            "--out", out, "--set", 'scenario.title="Another"', "--set", "scenario.months=3"
        )
        result = json.loads((out / "result.json").read_text())
        self.assertEqual(result["scenario"]["title"], "Another")
        self.assertEqual(len(result["months"]), 3)

    def test_gpu_that_is_missing_is_an_error_with_the_reason(self):
        done = tranche("run", self.scenario, "--device", "gpu", "--out", self.folder / "out")
        if done.returncode == 0:
            self.skipTest("a GPU is here")
        self.assert_fails(done, 1, "gpu")
        self.assertFalse((self.folder / "out").exists())


class CheckAndResolve(CommandLineTest):
    def test_check_is_silent_about_a_scenario_that_is_right(self):
        done = tranche("check", self.scenario)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("0 errors", done.stdout)

    def test_check_says_every_problem_at_once(self):
        self.scenario.write_text(
            '[scenario]\nname = "x"\nstart = "2026-01"\nmonths = -3\ndrows = 5\n'
        )
        done = tranche("check", self.scenario)
        self.assert_fails(done, 2, "two-firms.toml:4:", "two-firms.toml:5:", "^", "`draws`")

    def test_resolve_says_where_each_value_came_from(self):
        done = tranche("resolve", self.scenario, "--set", "scenario.months=3")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("two-firms.toml:", done.stdout)
        self.assertIn("(default)", done.stdout)
        self.assertIn("(--set)", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
