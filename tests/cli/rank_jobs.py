# SPDX-License-Identifier: Apache-2.0
"""Runs jobs of several ranks under mpirun, for tests."""

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


def children_of(process):
    children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in children]


def catches(process, number):
    """Returns True if the process has a handler for this signal."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16) >> (number - 1) & 1 == 1
    return False


def skip_without_mpi():
    if "MPI" not in tranche("--version").stdout.replace("no MPI", ""):
        print("this build has no MPI")
        sys.exit(77)
    if shutil.which("mpirun") is None:
        print("no mpirun here")
        sys.exit(77)


class RankTest(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"

    def job(self, ranks, *words):
        return [*MPIRUN, "-n", str(ranks), BINARY, *map(str, words)]

    def run_job(self, *command):
        return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120)

    def start_job(self, ranks, *words, seconds_after_signal=None):
        """Returns a running job after all its ranks have started. mpirun kills them some seconds after
        a signal, twice the number it is given."""
        environment = dict(os.environ)
        if seconds_after_signal is not None:
            environment["OMPI_MCA_odls_base_sigkill_timeout"] = str(seconds_after_signal)
        job = subprocess.Popen(
            self.job(ranks, *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.addCleanup(job.kill)
        deadline = time.monotonic() + 60
        while len(children_of(job.pid)) < ranks:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return job

    def wait_until_it_works(self, job):
        """Waits until every rank handles signals; on most machines it is then simulating draws."""
        deadline = time.monotonic() + 60
        while not all(catches(rank, signal.SIGTERM) for rank in children_of(job.pid)):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        time.sleep(1.0)

    def assert_ranks_fail(self, done, status, text):
        """Asserts this exit status, the text exactly once and no files."""
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stderr.count(text), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertFalse(self.out.exists())

    def kill_rank(self, job, victim):
        """Kills one rank of a job; returns the output of the job after every rank has ended."""
        ranks = children_of(job.pid)
        os.kill(ranks[victim], signal.SIGKILL)
        stdout, stderr = job.communicate(timeout=60)
        self.assertNotEqual(job.returncode, 0)
        self.assertIn("signal 9", stderr)
        self.assertEqual(stdout, "")
        deadline = time.monotonic() + 60
        while any(pathlib.Path(f"/proc/{rank}").exists() for rank in ranks):
            self.assertLess(time.monotonic(), deadline, "a rank is left")
            time.sleep(0.02)
        return stderr


def main():
    skip_without_mpi()
    unittest.main(verbosity=2)
