# SPDX-License-Identifier: Apache-2.0
"""Draws shared between processes by mpirun: the digest is that of one process."""

import json
import os
import shutil
import signal
import subprocess

import rank_jobs
from command_line import BINARY
from rank_jobs import MPIRUN, RankTest, children_of

MANY_DRAWS = "4_000_000_000"  # never finished by a test


class Ranks(RankTest):
    def command(self, ranks, *arguments, draws="20_001"):
        return self.job(
            ranks,
            "run",
            self.scenario,
            "--device",
            "cpu",
            "--draws",
            draws,
            "--out",
            self.out,
            *arguments,
        )

    def run_ranks(self, ranks, *arguments, **options):
        done = subprocess.run(
            self.command(ranks, *arguments, **options), capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.out / "result.json").read_text())

    def run_alone(self, *arguments, draws="20_001"):
        self.run_two_firms("--draws", draws, "--out", self.out, *arguments)
        return json.loads((self.out / "result.json").read_text())

    def test_one_to_four_ranks_have_the_digest_of_one_process(self):
        alone = self.run_alone()
        files = {
            path.name: path.read_bytes() for path in self.out.iterdir() if path.suffix == ".csv"
        }
        for ranks in [1, 2, 3, 4]:
            with self.subTest(ranks=ranks):
                shared = self.run_ranks(ranks)
                self.assertEqual((shared["digest"], shared["draws"]), (alone["digest"], 20001))
                self.assertEqual(shared.get("ranks", 1), ranks)
                for name, content in files.items():
                    self.assertEqual((self.out / name).read_bytes(), content, name)

    def test_ranks_of_different_instruction_sets_agree(self):
        """Emulates a mixture of CPU and GPU: results do not depend on the device of a rank."""
        expected = self.run_alone()["digest"]
        program = self.command(1)[len(MPIRUN) + 2 :]
        done = subprocess.run(
            [
                *MPIRUN,
                "-n",
                "1",
                "-x",
                "TRANCHE_CPU_TARGET=v2",
                *program,
                ":",
                "-n",
                "2",
                "-x",
                "TRANCHE_CPU_TARGET=baseline",
                *program,
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads((self.out / "result.json").read_text())
        self.assertEqual(result["digest"], expected)
        self.assertRegex(result["device_description"], "^1 x CPU, .*v2.*; 2 x CPU, .*baseline")

    def test_fewer_draws_than_ranks(self):
        self.assertEqual(
            self.run_ranks(4, draws="3")["digest"], self.run_alone(draws="3")["digest"]
        )

    def test_until_stops_where_one_process_would(self):
        rule = ["--until", "p50 of training_flop_per_s within 0.5 %"]
        alone = self.run_alone(*rule, draws="200_000")
        self.assertTrue(alone["until"]["reached"])
        shared = self.run_ranks(3, *rule, draws="200_000")
        self.assertEqual((shared["digest"], shared["draws"]), (alone["digest"], alone["draws"]))

    def test_a_checkpoint_moves_between_one_process_and_three_ranks(self):
        file = self.folder / "checkpoint"
        self.run_ranks(3, "--checkpoint", file, "--checkpoint-every", "0")
        expected = self.run_alone(draws="60_000")["digest"]
        self.assertEqual(self.run_alone("--resume", file, draws="60_000")["digest"], expected)
        self.assertEqual(self.run_ranks(3, "--resume", file, draws="60_000")["digest"], expected)

    def test_a_signal_keeps_every_draw_that_was_done(self):
        """Signals mpirun, which forwards it and kills some seconds later, and a single rank."""
        for name in ["mpirun", "one rank"]:
            with self.subTest(signalled=name):
                file = self.folder / name
                words = self.command(
                    3, "--checkpoint", file, "--checkpoint-every", 1000, draws=MANY_DRAWS
                )[len(MPIRUN) + 3 :]
                job = self.start_job(3, *words, seconds_after_signal=3)
                self.wait_until_it_works(job)
                ranks = children_of(job.pid)
                os.kill(job.pid if name == "mpirun" else ranks[1], signal.SIGTERM)
                stdout, stderr = job.communicate(timeout=60)
                self.assertEqual((job.returncode, stdout), (1, ""), stderr)
                self.assertEqual(stderr.count("error: interrupted after "), 1, stderr)
                done = int(stderr.split("interrupted after ")[1].split()[0])
                self.assertGreater(done, 0)
                self.assertFalse(self.out.exists())
                draws = str(done + 10_000)
                resumed = self.run_ranks(2, "--resume", file, draws=draws)
                self.assertEqual(resumed["digest"], self.run_alone(draws=draws)["digest"])
                shutil.rmtree(self.out)

    def test_a_signal_without_a_checkpoint_leaves_nothing(self):
        job = self.start_job(
            3, *self.command(3, draws=MANY_DRAWS)[len(MPIRUN) + 3 :], seconds_after_signal=3
        )
        self.wait_until_it_works(job)
        os.kill(job.pid, signal.SIGINT)
        stdout, stderr = job.communicate(timeout=60)
        self.assertEqual((job.returncode, stdout), (1, ""), stderr)
        self.assertEqual(stderr.count("error: interrupted, nothing written"), 1, stderr)
        self.assertFalse(self.out.exists())

    def test_a_wrong_scenario_is_said_once(self):
        self.scenario.write_text(self.scenario.read_text().replace("H200", "H2000"))
        done = subprocess.run(self.command(3), capture_output=True, text=True, timeout=120)
        self.assert_ranks_fail(done, 2, "error: unknown chip `H2000`")

    def test_a_rank_that_reads_something_else_is_named(self):
        other = self.folder / "other.toml"
        other.write_text(self.scenario.read_text().replace("60k to 90k", "60k to 91k"))
        program = self.command(1)[len(MPIRUN) + 2 :]
        changed = [str(other) if word == str(self.scenario) else word for word in program]
        done = subprocess.run(
            [*MPIRUN, "-n", "2", *program, ":", "-n", "1", *changed],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assert_ranks_fail(done, 1, "rank 2 reads another scenario")

    def test_a_rank_that_cannot_begin_is_named(self):
        program = self.command(1)[len(MPIRUN) + 2 :]
        done = subprocess.run(
            [*MPIRUN, "-n", "2", *program, ":", "-n", "1", "-x", "TRANCHE_CPU_TARGET=v9", *program],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assert_ranks_fail(done, 1, "rank 2 cannot begin: ")

    def test_commands_that_do_not_share_refuse(self):
        done = subprocess.run(
            [*MPIRUN, "-n", "3", BINARY, "catalogue", "chips"],
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("does not share its work over 3 processes"), 1)
        self.assertEqual(done.stdout, "")

    def test_a_killed_rank_ends_the_job(self):
        for victim in [0, 2]:
            with self.subTest(victim=victim):
                words = self.command(3, draws=MANY_DRAWS)[len(MPIRUN) + 3 :]
                job = self.start_job(3, *words)
                self.wait_until_it_works(job)
                self.kill_rank(job, victim)
                self.assertFalse(self.out.exists())


if __name__ == "__main__":
    rank_jobs.main()
