# SPDX-License-Identifier: Apache-2.0
"""Output and errors of `tranche sensitivity` and `tranche discover`."""

import csv
import io
import json
import unittest

from command_line import MINIMAL, CommandLineTest, read_csv, tranche

OUTPUT = "what_if,firm,month,metric,unit"
INPUT = "input,members,role,confidence"
TORNADO = (
    f"{OUTPUT},{INPUT},rank_correlation,squared_contribution,mean_when_low,"
    "mean_when_high,swing,input_unit,input_low,input_high"
)
SOBOL = f"{OUTPUT},{INPUT},first,first_low,first_high,total,total_low,total_high"
MORRIS = f"{OUTPUT},{INPUT},mu,mu_star,mu_star_error,sigma"
EVPPI = f"firm,month,metric,unit,best_without,{INPUT},evppi,evppi_error,share_of_evpi"

CERTAIN = """
[scenario]
name = "certain"
start = "2026-01"
months = 3
[firms.acme]
[tranches.first]
chip = "H200"
quantity = 1000
price = "30_000 USD"
[workloads.training]
kind = "training"
model = "llama-3.1-405b"
mfu = 0.4
"""


class Sensitivity(CommandLineTest):
    def analyse(self, *arguments):
        out = self.folder / "out"
        done = tranche("sensitivity", self.scenario, "--out", out, "--draws", 4000, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out, done.stdout

    def test_writes_tornado_and_information_by_default(self):
        out, text = self.analyse()
        self.assertEqual(
            {path.name for path in out.iterdir()},
            {"tornado.csv", "evppi.csv", "sensitivity.json", "charts", "report.html"},
        )
        self.assertEqual((out / "tornado.csv").read_text().splitlines()[0], TORNADO)
        self.assertEqual((out / "evppi.csv").read_text().splitlines()[0], EVPPI)
        rows = {row["input"]: row for row in read_csv(out / "tornado.csv")}
        self.assertEqual(
            set(rows),
            {
                "tranches.first.quantity",
                "tranches.first.lead_time",
                "tranches.first.price",
                "workloads.training.mfu",
            },
        )
        # at the last month most has arrived: efficiency matters most; of those, ln(0.5/0.3)
        # against ln(90/60) is 1.26 times the spread of the quantity
        mfu = rows["workloads.training.mfu"]
        self.assertGreater(
            float(mfu["rank_correlation"]),
            float(rows["tranches.first.quantity"]["rank_correlation"]),
        )
        self.assertGreater(float(mfu["rank_correlation"]), 0.7)
        self.assertLess(abs(float(rows["tranches.first.lead_time"]["rank_correlation"])), 0.1)
        self.assertAlmostEqual(
            sum(float(row["squared_contribution"]) for row in rows.values()), 1, places=5
        )
        # "0.30 to 0.50" is lognormal: its lowest and highest fifths average 0.32 and 0.48
        self.assertAlmostEqual(float(mfu["input_low"]), 0.32, delta=0.02)
        self.assertAlmostEqual(float(mfu["input_high"]), 0.48, delta=0.02)
        self.assertEqual(rows["tranches.first.lead_time"]["input_unit"], "months")
        self.assertIn("What the spread comes from", text)
        self.assertIn("What is worth knowing before choosing", text)

    def test_sobol_indices_of_every_output(self):
        out, text = self.analyse("--method", "sobol", "--everything")
        self.assertEqual((out / "sobol.csv").read_text().splitlines()[0], SOBOL)
        rows = read_csv(out / "sobol.csv")
        self.assertEqual({row["firm"] for row in rows}, {"acme", "beta", "all"})
        self.assertEqual(len({row["month"] for row in rows}), 6)
        late = {
            row["input"]: row
            for row in rows
            if (row["firm"], row["month"], row["metric"])
            == ("all", "2026-06", "training_flop_per_s")
        }
        # throughput is efficiency x chips that are there: nearly a product, so the shares are
        # those of the squared logarithmic spreads, 0.511 to 0.405 squared or 1.59 to 1
        mfu, quantity = (
            float(late[name]["first"])
            for name in ("workloads.training.mfu", "tranches.first.quantity")
        )
        self.assertAlmostEqual(mfu / quantity, 1.59, delta=0.15)
        self.assertLess(abs(float(late["tranches.first.price"]["total"])), 1e-6)
        early = {
            row["input"]: row
            for row in rows
            if (row["firm"], row["month"], row["metric"]) == ("all", "2026-02", "chips_installed")
        }
        self.assertGreater(float(early["tranches.first.lead_time"]["first"]), 0.9)
        self.assertIn("4,096 points", text)  # 4,000 rounded up to a power of two

    def test_morris_and_json(self):
        out, _ = self.analyse(
            "--method", "morris", "--month", "2026-06", "--firm", "acme", "--what-if", "more-power"
        )
        self.assertEqual((out / "morris.csv").read_text().splitlines()[0], MORRIS)
        result = json.loads((out / "sensitivity.json").read_text())
        self.assertEqual(result["morris_points"], 4000)
        self.assertEqual(result["morris"][0]["what_if"], "more-power")
        self.assertEqual(result["morris"][0]["input"], "workloads.training.mfu")
        self.assertEqual(result["tables"], [{"method": "morris", "file": "morris.csv", "rows": 4}])
        self.assertEqual(len(result["input_files"]), 1)

    def test_says_where_the_designs_ran(self):
        out, text = self.analyse("--method", "sobol", "--device", "cpu")
        self.assertEqual(json.loads((out / "sensitivity.json").read_text())["device"], "cpu")
        self.assertIn(", designs on CPU, ", text)
        out, text = self.analyse("--method", "morris")  # auto
        result = json.loads((out / "sensitivity.json").read_text())
        self.assertIn(result["device"], ("cpu", "gpu"))
        if result["device"] == "cpu":
            self.assertIn("backend `gpu` cannot run here (", result["device_note"])
        out, text = self.analyse()  # no design
        self.assertNotIn("device", json.loads((out / "sensitivity.json").read_text()))
        self.assertNotIn("designs on", text)

    def test_a_gpu_gives_the_bytes_of_the_cpu_or_says_why_it_cannot(self):
        for method in ("sobol", "morris"):
            arguments = (
                "sensitivity",
                self.scenario,
                "--method",
                method,
                "--format",
                "csv",
                "--draws",
                2048,
                "--everything",
            )
            on_gpu = tranche(*arguments, "--device", "gpu", cwd=self.folder)
            if on_gpu.returncode != 0:
                # as of `run`
                self.assert_fails(on_gpu, 1, "backend `gpu` cannot run here (")
                self.assertFalse((self.folder / "results").exists())
                continue
            on_cpu = tranche(*arguments, "--device", "cpu")
            self.assertEqual(on_gpu.stdout, on_cpu.stdout)

    def test_refuses_a_gpu_for_what_runs_on_the_cpu(self):
        self.assert_fails(
            tranche("sensitivity", self.scenario, "--device", "gpu"),
            2,
            "`draws` and `voi` run on the CPU",
            "`--method sobol`",
        )
        for device, text in (("tpu", "accepted: `auto`, `cpu`, `gpu`"), ("gpu:x", "names no GPU")):
            self.assert_fails(
                tranche("sensitivity", self.scenario, "--method", "sobol", "--device", device),
                2,
                text,
            )

    def test_gives_the_same_bytes_on_any_number_of_threads(self):
        texts = set()
        for threads in (1, 3):
            for method in ("draws", "sobol", "morris", "voi"):
                done = tranche(
                    "sensitivity",
                    self.scenario,
                    "--method",
                    method,
                    "--format",
                    "csv",
                    "--draws",
                    2048,
                    "--threads",
                    threads,
                )
                self.assertEqual(done.returncode, 0, done.stderr)
                texts.add((method, done.stdout))
        self.assertEqual(len(texts), 4)

    def test_knowing_the_lead_time_decides_between_two_chips(self):
        # more H100 late against fewer H200 at once: which is better hangs on the lead time
        self.scenario.write_text(
            self.scenario.read_text()
            + """
[[what_if]]
name = "more-but-late"
set = { "tranches.first.quantity" = "90k to 110k", "tranches.first.announced" = "2026-03-20" }
"""
        )
        done = tranche(
            "sensitivity",
            self.scenario,
            "--method",
            "voi",
            "--between",
            "base",
            "--between",
            "more-but-late",
            "--metric",
            "chips_delivered",
            "--month",
            "2026-05",
            "--format",
            "csv",
            "--draws",
            8000,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {row["input"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
        self.assertGreater(float(rows["tranches.first.lead_time"]["share_of_evpi"]), 0.9)
        mfu = rows["workloads.training.mfu"]
        self.assertLess(abs(float(mfu["evppi"])), 3 * float(mfu["evppi_error"]) + 1)

    def test_refuses_what_does_not_exist_with_the_nearest_name(self):
        for option, name, text in (
            ("--metric", "training_flops", "`training_flop"),
            ("--firm", "acmee", "`acme`"),
            ("--what-if", "more-powr", "`more-power`"),
            ("--between", "h100-instad", "`h100-instead`"),
            ("--month", "2031-01", "from 2026-01 to 2026-06"),
            ("--month", "june", "`june` is not a month"),
            ("--method", "sobl", "`sobol`"),
        ):
            with self.subTest(option=option, name=name):
                done = tranche("sensitivity", self.scenario, option, name)
                self.assert_fails(done, 2, name, text)

    def test_refuses_inputs_and_outputs_that_do_not_vary(self):
        certain = self.folder / "certain.toml"
        certain.write_text(CERTAIN)
        self.assert_fails(tranche("sensitivity", certain), 2, "nothing in `certain` is uncertain")
        self.assert_fails(
            tranche("discover", certain, "--outcome", "mfu < 0.5 at 2026-02"),
            2,
            "nothing in `certain` is uncertain",
        )
        for method in ("draws", "sobol", "morris"):
            done = tranche(
                "sensitivity",
                self.scenario,
                "--method",
                method,
                "--metric",
                "chips_installed",
                "--month",
                "2026-01",
                "--draws",
                1024,
                "--set",
                "tranches.first.lead_time=3 months",
            )
            self.assert_fails(done, 2, "`chips_installed` of all firms at 2026-01 is the same")

    def test_refuses_other_wrong_arguments(self):
        self.assert_fails(tranche("sensitivity", MINIMAL, "--method", "voi"), 2, "needs a choice")
        self.assert_fails(tranche("sensitivity", self.scenario, "--format", "csv"), 2, "one table")
        self.assert_fails(tranche("sensitivity", self.scenario, "--draws", 7), 2, "too few")
        self.assert_fails(
            tranche("sensitivity", self.scenario, "--draws", "60M", "--everything"),
            2,
            "GB of memory",
        )


class Discover(CommandLineTest):
    outcome = "training_flop_per_s < 20 EFLOP/s at 2026-06"

    def test_finds_the_box_and_writes_it(self):
        out = self.folder / "out"
        done = tranche(
            "discover", self.scenario, "--outcome", self.outcome, "--out", out, "--draws", 8000
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            {path.name for path in out.iterdir()},
            {
                "prim.csv",
                "prim_box.csv",
                "prim_limits.csv",
                "discover.json",
                "charts",
                "report.html",
            },
        )
        self.assertEqual(
            (out / "prim.csv").read_text().splitlines()[0],
            "box,mass,density,coverage,restricted_inputs,chosen",
        )
        box = {row["input"]: row for row in read_csv(out / "prim_box.csv")}
        # little training comes from low efficiency
        self.assertIn("workloads.training.mfu", box)
        self.assertEqual(box["workloads.training.mfu"]["low"], "")
        self.assertLess(float(box["workloads.training.mfu"]["high"]), 0.5)
        result = json.loads((out / "discover.json").read_text())
        self.assertEqual(result["outcome"], self.outcome)
        self.assertGreater(result["chosen"]["density"], result["share_of_draws"])
        self.assertAlmostEqual(
            result["chosen"]["density"], result["chosen_on_other_draws"]["density"], delta=0.06
        )
        self.assertIn("In these worlds above all", done.stdout)

    def test_reads_the_outcome_of_the_scenario_and_points_into_it(self):
        self.scenario.write_text(
            self.scenario.read_text() + f'\n[discover]\noutcome = "{self.outcome}"\n'
        )
        arguments = ("discover", self.scenario, "--format", "csv", "--draws", 2000)
        done = tranche(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = tranche(*arguments, "--threads", 1, "--outcome", self.outcome)
        self.assertEqual(again.stdout, done.stdout)
        text = self.scenario.read_text()
        self.scenario.write_text(text.replace("training_flop_per_s <", "training_flop_per <"))
        line = text[: text.index("outcome =")].count("\n") + 1
        self.assert_fails(
            tranche(*arguments),
            2,
            "unknown metric `training_flop_per`",
            f"two-firms.toml:{line}:12",
            "^^^^^^^^^^^^^^^^^",
            "did you mean `training_flop",
        )

    def test_refuses_outcomes_that_tell_nothing(self):
        for outcome, text in (
            ("mfu > 2 at 2026-06", "never happens"),
            ("mfu < 2 at 2026-06", "always happens"),
            ("mfu < 0.3 at 2036-06", "outside the scenario's months"),
            ("gamma: mfu < 0.3 at 2026-06", "unknown firm `gamma`"),
            ("mfu in more < 0.3 at 2026-06", "unknown what-if `more`"),
            ("mfu < 3 MW at 2026-06", "unit `MW` does not fit"),
        ):
            with self.subTest(outcome=outcome):
                done = tranche("discover", self.scenario, "--outcome", outcome, "--draws", 1000)
                self.assert_fails(done, 2, text, "(--outcome):1:")
        self.assert_fails(tranche("discover", self.scenario), 2, "does not say which outcome")
        self.assert_fails(
            tranche("discover", self.scenario, "--outcome", self.outcome, "--density", "2"),
            2,
            "is not a share",
        )


if __name__ == "__main__":
    unittest.main()
