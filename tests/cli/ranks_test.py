"""Draws shared between processes by mpirun: the digest is that of one process."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

from command_line import BINARY, CommandLineTest, tranche

MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe"]
MANY_DRAWS = "4_000_000_000"  # never finished by a test


def children_of(process):
    children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in children]


class Ranks(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def command(self, ranks, *arguments, draws="20_001"):
        return [*MPIRUN, "-n", str(ranks), BINARY, "run", str(self.scenario), "--device", "cpu",
                "--draws", draws, "--out", str(self.out), *map(str, arguments)]

    def run_ranks(self, ranks, *arguments, **options):
        done = subprocess.run(self.command(ranks, *arguments, **options), capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.out / "result.json").read_text())

    def run_alone(self, *arguments, draws="20_001"):
        self.run_two_firms("--draws", draws, "--out", self.out, *arguments)
        return json.loads((self.out / "result.json").read_text())

    def assert_ranks_fail(self, done, status, text):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.count(text), 1, done.stderr)
        self.assertFalse(self.out.exists())

    def test_one_to_four_ranks_have_the_digest_of_one_process(self):
        alone = self.run_alone()
        files = {path.name: path.read_bytes() for path in self.out.iterdir()
                 if path.suffix == ".csv"}
        for ranks in [1, 2, 3, 4]:
            with self.subTest(ranks=ranks):
                shared = self.run_ranks(ranks)
                self.assertEqual((shared["digest"], shared["draws"]), (alone["digest"], 20001))
                self.assertEqual(shared.get("ranks", 1), ranks)
                for name, content in files.items():
                    self.assertEqual((self.out / name).read_bytes(), content, name)

    def test_ranks_of_different_instruction_sets_agree(self):
        """As CPU and GPU would be mixed: what a rank runs on does not matter."""
        expected = self.run_alone()["digest"]
        program = self.command(1)[len(MPIRUN) + 2:]
        done = subprocess.run(
            [*MPIRUN, "-n", "1", "-x", "TRANCHE_CPU_TARGET=v2", *program, ":", "-n", "2", "-x",
             "TRANCHE_CPU_TARGET=baseline", *program], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads((self.out / "result.json").read_text())
        self.assertEqual(result["digest"], expected)
        self.assertRegex(result["device_description"], "^1 x CPU, .*v2.*; 2 x CPU, .*baseline")

    def test_fewer_draws_than_ranks(self):
        self.assertEqual(self.run_ranks(4, draws="3")["digest"],
                         self.run_alone(draws="3")["digest"])

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

    def test_a_wrong_scenario_is_said_once(self):
        self.scenario.write_text(self.scenario.read_text().replace("H200", "H2000"))
        done = subprocess.run(self.command(3), capture_output=True, text=True, timeout=120)
        self.assert_ranks_fail(done, 2, "error: unknown chip `H2000`")

    def test_a_rank_that_reads_something_else_is_named(self):
        other = self.folder / "other.toml"
        other.write_text(self.scenario.read_text().replace("60k to 90k", "60k to 91k"))
        program = self.command(1)[len(MPIRUN) + 2:]
        changed = [str(other) if word == str(self.scenario) else word for word in program]
        done = subprocess.run([*MPIRUN, "-n", "2", *program, ":", "-n", "1", *changed],
                              capture_output=True, text=True, timeout=120)
        self.assert_ranks_fail(done, 1, "rank 2 reads another scenario")

    def test_a_rank_that_cannot_begin_is_named(self):
        program = self.command(1)[len(MPIRUN) + 2:]
        done = subprocess.run(
            [*MPIRUN, "-n", "2", *program, ":", "-n", "1", "-x", "TRANCHE_CPU_TARGET=v9", *program],
            capture_output=True, text=True, timeout=120)
        self.assert_ranks_fail(done, 1, "rank 2 cannot begin: ")

    def test_commands_that_do_not_share_refuse(self):
        done = subprocess.run([*MPIRUN, "-n", "3", BINARY, "catalogue", "chips"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("does not share its work over 3 processes"), 1)
        self.assertEqual(done.stdout, "")

    def test_a_killed_rank_ends_the_job(self):
        for victim in [0, 2]:
            with self.subTest(victim=victim):
                job = subprocess.Popen(self.command(3, draws=MANY_DRAWS), stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
                self.addCleanup(job.kill)
                deadline = time.monotonic() + 60
                while len(children_of(job.pid)) < 3:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.02)
                time.sleep(1.0)  # into its draws, on most machines
                ranks = children_of(job.pid)
                os.kill(ranks[victim], signal.SIGKILL)
                stdout, stderr = job.communicate(timeout=60)
                self.assertNotEqual(job.returncode, 0)
                self.assertIn("signal 9", stderr)
                self.assertEqual(stdout, "")
                self.assertFalse(self.out.exists())
                while any(pathlib.Path(f"/proc/{rank}").exists() for rank in ranks):
                    self.assertLess(time.monotonic(), deadline, "a rank is left")
                    time.sleep(0.02)


if __name__ == "__main__":
    if "MPI" not in tranche("--version").stdout.replace("no MPI", ""):
        print("this build has no MPI")
        sys.exit(77)
    if shutil.which("mpirun") is None:
        print("no mpirun here")
        sys.exit(77)
    unittest.main(verbosity=2)
