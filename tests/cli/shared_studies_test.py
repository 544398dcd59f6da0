# SPDX-License-Identifier: Apache-2.0
"""Sweeps, sensitivity, allocations and discovery on several ranks: the bytes of one process."""

import json
import os
import signal
import time

import rank_jobs
from command_line import BINARY, TWO_FIRMS, tranche
from rank_jobs import MPIRUN, RankTest, children_of

STUDIES = (
    TWO_FIRMS
    + """
[sweep]
[[sweep.axis]]
path = "firms.acme.power_cap"
from = 20
to = 200
steps = 5
unit = "MW"

[allocate]
split = "tranches.first.split"
parts = 10
draws = 3_000
[[allocate.objective]]
measure = "mean"

[discover]
outcome = "training_flop_per_s < 30 EFLOP/s at 2026-06"
"""
)
# Members that also differ between two runs of one process.
OF_THE_RUN = {
    "started_utc",
    "seconds",
    "threads",
    "seconds_simulation",
    "seconds_search",
    "device_description",
}
# Never finished by a test.
LONG = [
    ("sensitivity", ["--method", "sobol", "--draws", "50M"]),
    ("allocate", ["--draws", "2M"]),
    ("discover", ["--draws", "9M"]),
]
METHODS = ["--method", "draws", "--method", "sobol", "--method", "morris", "--method", "voi"]


class SharedStudies(RankTest):
    def setUp(self):
        super().setUp()
        self.scenario.write_text(STUDIES)

    def words(self, study, *arguments, out=None):
        return [study, self.scenario, "--out", out or self.out, *arguments]

    def results(self, folder):
        """Returns every file except the page, which has data of the individual run."""
        found = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.suffix == ".json" and path.parent == folder:
                found[name] = {
                    key: value
                    for key, value in json.loads(path.read_text()).items()
                    if key not in OF_THE_RUN
                }
            elif path.is_file() and path.suffix != ".html":
                found[name] = path.read_bytes()
        return found

    def assert_shared(self, study, *arguments, least_files):
        alone = self.folder / "alone"
        done = tranche(*self.words(study, *arguments, out=alone))
        self.assertEqual(done.returncode, 0, done.stderr)
        expected = self.results(alone)
        self.assertTrue(set(least_files) <= set(expected), expected.keys())
        for ranks in [1, 2, 3, 4]:
            with self.subTest(ranks=ranks):
                out = self.folder / str(ranks)
                shared = self.run_job(*self.job(ranks, *self.words(study, *arguments, out=out)))
                self.assertEqual(shared.returncode, 0, shared.stderr)
                self.assertEqual(shared.stdout.count(str(out)), 1)
                self.assertEqual(self.results(out), expected)

    def test_a_sweep_with_points_and_draws_shared(self):
        # 5 points: with 2 and 4 ranks one is left over, with 3 ranks two.
        self.assert_shared(
            "sweep", "--draws", 20_001, "--device", "cpu", least_files=["sweep.csv", "sweep.json"]
        )

    def test_a_sweep_of_few_draws_shares_points_only(self):
        self.assert_shared("sweep", "--draws", 300, "--device", "cpu", least_files=["sweep.csv"])

    def test_every_method_of_sensitivity(self):
        self.assert_shared(
            "sensitivity",
            "--draws",
            5_000,
            *METHODS,
            least_files=["tornado.csv", "sobol.csv", "morris.csv", "evppi.csv", "sensitivity.json"],
        )

    def test_sensitivity_of_every_output(self):
        self.assert_shared(
            "sensitivity",
            "--draws",
            1_024,
            *METHODS,
            "--everything",
            least_files=["tornado.csv", "sobol.csv", "morris.csv", "evppi.csv"],
        )

    def test_fewer_draws_than_ranks_have_batches(self):
        self.assert_shared("sensitivity", "--draws", 100, least_files=["tornado.csv"])

    def test_an_allocation(self):
        self.assert_shared(
            "allocate", least_files=["allocation.csv", "allocation_gain.csv", "allocation.json"]
        )

    def test_an_allocation_of_two_splits_in_turn(self):
        second = """
[tranches.second]
chip = "H20"
quantity = 30_000
split = { acme = 0.5, beta = 0.5 }
"""
        self.scenario.write_text(
            second
            + STUDIES.replace("parts = 10", 'together = ["tranches.second.split"]\nparts = 10')
        )
        self.assert_shared("allocate", "--draws", 700, least_files=["allocation.csv"])

    def test_discovery(self):
        self.assert_shared(
            "discover", "--draws", 2_000, least_files=["prim.csv", "prim_box.csv", "discover.json"]
        )

    def test_ranks_of_different_instruction_sets_agree(self):
        for study, table in [("sensitivity", "sobol.csv"), ("allocate", "allocation.csv")]:
            arguments = METHODS if study == "sensitivity" else []
            alone = self.folder / f"{study}-alone"
            self.assertEqual(tranche(*self.words(study, *arguments, out=alone)).returncode, 0)
            out = self.folder / study
            program = [BINARY, *self.words(study, *arguments, out=out)]
            done = self.run_job(
                *MPIRUN,
                "-n",
                1,
                "-x",
                "TRANCHE_CPU_TARGET=v2",
                *program,
                ":",
                "-n",
                1,
                "-x",
                "TRANCHE_CPU_TARGET=baseline",
                *program,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((out / table).read_bytes(), (alone / table).read_bytes())

    def test_what_is_wrong_is_said_once(self):
        for arguments, text in [
            (["sensitivity", "--metric", "nonsense"], "unknown metric"),
            (["sweep", "--set", "firms.acme.power_cap=x"], "expected a number"),
            (["allocate", "--draws", "0"], "--draws 0"),
            # known only after the draws
            (
                ["discover", "--outcome", "training_flop_per_s > 1e9 EFLOP/s at " "2026-06"],
                "the outcome never happens",
            ),
            (
                ["sensitivity", "--month", "2026-01", "--method", "morris"],
                "is the same in every draw",
            ),
        ]:
            with self.subTest(study=arguments):
                done = self.run_job(*self.job(3, *self.words(*arguments)))
                self.assert_ranks_fail(done, 2, text)
                self.assertNotIn("MPI_ABORT", done.stderr)

    def test_a_conflict_of_constraints_is_said_once(self):
        self.scenario.write_text(
            STUDIES
            + """
[[allocate.constraint]]
metric = "training_flop_per_s"
minimum = 1e30
"""
        )
        done = self.run_job(*self.job(3, *self.words("allocate")))
        self.assert_ranks_fail(done, 2, "no split satisfies this constraint")

    def test_a_rank_that_cannot_read_the_scenario_is_named(self):
        for study in ["sweep", "sensitivity", "allocate", "discover"]:
            with self.subTest(study=study):
                program = [BINARY, *self.words(study)]
                missing = [
                    self.folder / "missing.toml" if word == self.scenario else word
                    for word in program
                ]
                done = self.run_job(*MPIRUN, "-n", 2, *program, ":", "-n", 1, *missing)
                self.assert_ranks_fail(done, 1, "rank 2 cannot begin: ")

    def test_a_rank_that_is_asked_something_else_is_named(self):
        other = [BINARY, *self.words("sensitivity", "--draws", 200)]
        for study in [["sensitivity", "--draws", 300], ["allocate"]]:
            with self.subTest(study=study):
                done = self.run_job(
                    *MPIRUN, "-n", 2, BINARY, *self.words(*study), ":", "-n", 1, *other
                )
                self.assert_ranks_fail(done, 1, "rank 2 reads another scenario")

    def test_a_killed_rank_ends_the_job(self):
        for study, arguments in LONG:
            for victim in [0, 2]:
                with self.subTest(study=study, victim=victim):
                    job = self.start_job(3, *self.words(study, *arguments))
                    self.wait_until_it_works(job)
                    self.kill_rank(job, victim)
                    self.assertFalse(self.out.exists())

    def test_a_sweep_goes_on_after_a_killed_rank_with_another_number_of_ranks(self):
        draws = ["--draws", 400_000, "--device", "cpu"]
        job = self.start_job(2, *self.words("sweep", *draws, "--threads", 1))
        self.wait_for_a_point()
        self.kill_rank(job, 1)
        self.assertEqual([path.name for path in self.out.iterdir()], ["sweep.partial"])
        done = self.run_job(*self.job(3, *self.words("sweep", *draws, "--resume")))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(json.loads((self.out / "sweep.json").read_text())["points_kept"], 0)
        alone = self.folder / "alone"
        self.assertEqual(tranche(*self.words("sweep", *draws, out=alone)).returncode, 0)
        self.assertEqual((self.out / "sweep.csv").read_bytes(), (alone / "sweep.csv").read_bytes())

    def test_a_signal_keeps_the_points_of_a_sweep(self):
        draws = ["--draws", 400_000, "--device", "cpu"]
        job = self.start_job(2, *self.words("sweep", *draws, "--threads", 1))
        self.wait_for_a_point()
        os.kill(children_of(job.pid)[1], signal.SIGTERM)
        stdout, stderr = job.communicate(timeout=60)
        self.assertEqual((job.returncode, stdout), (1, ""), stderr)
        self.assertEqual(stderr.count("--resume goes on"), 1, stderr)
        done = tranche(*self.words("sweep", *draws, "--resume"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(json.loads((self.out / "sweep.json").read_text())["points_kept"], 0)

    def test_a_signal_ends_an_analysis_on_all_ranks(self):
        study, arguments = LONG[0]
        job = self.start_job(3, *self.words(study, *arguments), seconds_after_signal=3)
        self.wait_until_it_works(job)
        os.kill(job.pid, signal.SIGTERM)
        stdout, stderr = job.communicate(timeout=60)
        self.assertEqual((job.returncode, stdout), (1, ""), stderr)
        self.assertEqual(stderr.count("error: interrupted, nothing written"), 1, stderr)
        self.assertFalse(self.out.exists())

    def wait_for_a_point(self):
        partial = self.out / "sweep.partial"
        deadline = time.monotonic() + 60
        while not partial.exists() or "point " not in partial.read_text():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)


if __name__ == "__main__":
    rank_jobs.main()
