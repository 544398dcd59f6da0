# SPDX-License-Identifier: Apache-2.0
"""Runs the tranche binary as a process, for tests of the command line."""

import csv
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(
    os.environ.get("TRANCHE_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2])
)
BINARY = os.environ.get("TRANCHE_BINARY", str(SOURCE / "build" / "tranche"))
# Sanitizer of the build, or empty.
SANITIZER = os.environ.get("TRANCHE_SANITIZER", "")
MINIMAL = str(SOURCE / "scenarios" / "minimal.toml")
SUMMARY_COLUMNS = "what_if,firm,month,metric,unit,mean,sd,p05,p25,p50,p75,p95,mc_error_p50"
BINDING_COLUMNS = "what_if,firm,month,constraint,share_of_draws"
DECOMPOSITION_COLUMNS = (
    "what_if,path,group,measure,firm,month,metric,unit,mean,sd,p05,p25,p50," "p75,p95,draws"
)
RESULT_FILES = {
    "summary.csv",
    "differences.csv",
    "binding.csv",
    "by_source.csv",
    "decomposition.csv",
    "result.json",
    "charts",
}


def files_in(folder):
    """Names in a results folder, less report.html, which needs npm when building."""
    return {path.name for path in folder.iterdir()} - {"report.html"}


# Two firms and two what-ifs, so that every column has values.
TWO_FIRMS = """
[scenario]
name = "two-firms"
start = "2026-01"
months = 6
draws = 2000
seed = 3

[firms.acme]
power_cap = "120 MW"
[firms.beta]
power_cap = "60 MW"

[tranches.first]
chip = "H200"
quantity = "60k to 90k"
lead_time = "1 to 4 months"
split = { acme = 0.6, beta = 0.4 }

[workloads.training]
kind = "training"
model = "llama-3.1-405b"
mfu = "0.30 to 0.50"

[[what_if]]
name = "more-power"
title = "More power, \\"now\\""
set = { "firms.acme.power_cap" = "1 GW" }

[[what_if]]
name = "h100-instead"
set = { "tranches.first.chip" = "H100", "firms.beta.power_cap" = "90 MW" }
"""


def tranche(*arguments, **options):
    """Runs the binary to its end; text in stdout, stderr and returncode."""
    options.setdefault("timeout", 300)
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )


def catches_interrupts(process):
    """Whether the process has its own handler for SIGINT (proc(5), SigCgt)."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
    return False


def wait_for_handler(run):
    """Waits until a run catches signals: its folder was checked, and its draws begin."""
    deadline = time.monotonic() + 120
    while not catches_interrupts(run.pid):
        if run.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("ended before its first draw, or never began")
        time.sleep(0.002)


def read_csv(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


class CommandLineTest(unittest.TestCase):
    """A test with a folder of its own, removed afterwards."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tranche-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.scenario = self.folder / "two-firms.toml"
        self.scenario.write_text(TWO_FIRMS)

    def small_disk(self, options):
        """Mounts a memory file system as a folder; skips the test if that is not possible."""
        disk = self.folder / "disk"
        disk.mkdir()
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)],
            capture_output=True,
            text=True,
        )
        if mount.returncode != 0:
            self.skipTest("cannot mount a small disk here: " + mount.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        return disk

    def run_two_firms(self, *arguments, **options):
        done = tranche("run", self.scenario, "--device", "cpu", *arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def assert_fails(self, done, status, *texts):
        """Asserts this exit status and these texts on stderr, and an empty stdout."""
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout or "", "")
        for text in texts:
            self.assertIn(text, done.stderr)
