# SPDX-License-Identifier: Apache-2.0
"""Disks that fill up, folders that cannot be written, pipes that close, Ctrl-C."""

import fcntl
import json
import os
import pty
import resource
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from command_line import (
    BINARY,
    RESULT_FILES,
    SOURCE,
    TWO_FIRMS,
    CommandLineTest,
    files_in,
    tranche,
    wait_for_handler,
)

MANY_DRAWS = "4_000_000_000"  # never finished by a test


class Faults(CommandLineTest):
    def test_folder_that_is_a_file(self):
        (self.folder / "file").write_text("mine")
        done = tranche("run", self.scenario, "--device", "cpu", "--out", self.folder / "file")
        self.assert_fails(done, 1, str(self.folder / "file"), "Not a directory")
        self.assertEqual((self.folder / "file").read_text(), "mine")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_folder_that_may_not_be_written(self):
        self.folder.chmod(0o555)
        done = tranche("run", self.scenario, "--device", "cpu", "--out", self.folder / "out")
        self.folder.chmod(0o755)
        self.assert_fails(done, 1, str(self.folder / "out"), "Permission denied")

    def test_folder_where_none_can_be(self):
        done = tranche("run", self.scenario, "--device", "cpu", "--out", "/proc/tranche")
        self.assert_fails(done, 1, "/proc/tranche")

    def test_file_that_grows_beyond_the_limit_leaves_nothing(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        done = tranche(
            "run",
            self.scenario,
            "--device",
            "cpu",
            "--out",
            self.folder / "a" / "out",
            preexec_fn=limit,
        )
        self.assert_fails(done, 1, "cannot write", "summary.csv", "File too large")
        self.assertFalse((self.folder / "a").exists())

    def test_full_disk_leaves_nothing(self):
        disk = self.small_disk("size=32k")
        done = tranche("run", self.scenario, "--device", "cpu", "--out", disk / "out")
        self.assert_fails(done, 1, "No space left on device")
        self.assertEqual(list(disk.iterdir()), [])

    def test_full_disk_leaves_nothing_of_any_command(self):
        """16 kB hold some of the files of each command: none of them may remain."""
        disk = self.small_disk("size=16k")
        scenarios = SOURCE / "scenarios"
        commands = {
            "allocate": [scenarios / "three-firms.toml", "--draws", "500", "--device", "cpu"],
            "compare": ["H200", "H100"],
            "discover": [self.scenario, "--outcome", "mfu < 40 % at 2026-06", "--draws", "2000"],
            "plan": ["llama-3.1-405b", "--chip", "H200", "--count", "1024"],
            "sensitivity": [self.scenario, "--draws", "2000"],
            "validate": [],
        }
        for command, arguments in commands.items():
            with self.subTest(command):
                done = tranche(command, *arguments, "--out", disk / "out")
                self.assert_fails(done, 1, "No space left on device")
                self.assertEqual(list(disk.iterdir()), [])
        with self.subTest("sweep"):
            # Only finished points remain, for --resume.
            done = tranche(
                "sweep",
                scenarios / "cap-sweep.toml",
                "--draws",
                "500",
                "--device",
                "cpu",
                "--out",
                disk / "out",
            )
            self.assert_fails(done, 1, "No space left on device")
            self.assertEqual([path.name for path in (disk / "out").iterdir()], ["sweep.partial"])
            (disk / "out" / "sweep.partial").unlink()
        (disk / "filler").write_bytes(bytes(12 << 10))
        with self.subTest("checkpoint"):
            done = tranche(
                "run",
                self.scenario,
                "--device",
                "cpu",
                "--checkpoint",
                disk / "c",
                "--checkpoint-every",
                "0",
                "--out",
                self.folder / "out",
            )
            self.assert_fails(done, 1, str(disk), "No space left on device")
        with self.subTest("--save-draws"):
            done = tranche(
                "run",
                self.scenario,
                "--device",
                "cpu",
                "--save-draws",
                disk / "draws.nc",
                "--out",
                self.folder / "out",
            )
            if "NetCDF" in done.stderr:
                self.skipTest("built without NetCDF")
            self.assert_fails(done, 1, "draws.nc", "No space left on device")
        self.assertEqual({path.name for path in disk.iterdir()}, {"out", "filler"})
        self.assertFalse((self.folder / "out").exists())

    def test_an_old_report_stays_with_its_tables(self):
        """If the page of new tables does not fit, the old tables are kept as well."""
        out = self.folder / "out"
        first = tranche("sensitivity", self.scenario, "--draws", "2000", "--out", out)
        self.assertEqual(first.returncode, 0, first.stderr)
        before = {path: path.read_bytes() for path in out.rglob("*.*")}
        # Above the tables and below the page.
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        done = tranche(
            "sensitivity",
            self.scenario,
            "--draws",
            "2000",
            "--seed",
            "9",
            "--out",
            out,
            preexec_fn=limit,
        )
        if "report.html" not in {path.name for path in before}:
            self.skipTest("built without npm, so without a page")
        self.assert_fails(done, 1, "report.html", "File too large")
        self.assertEqual({path: path.read_bytes() for path in out.rglob("*.*")}, before)

    def test_full_device_behind_stdout(self):
        with open("/dev/full", "w") as full:
            done = tranche(
                "run", self.scenario, "--device", "cpu", "--out", self.folder / "out", stdout=full
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output: No space left on device", done.stderr)

    def test_closed_pipe_is_no_error(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            done = tranche(
                "run", self.scenario, "--device", "cpu", "--out", self.folder / "out", stdout=pipe
            )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(files_in(self.folder / "out"), RESULT_FILES)

    def test_old_results_survive_a_run_that_fails(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        before = {path: path.read_bytes() for path in out.rglob("*.*")}
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        tranche(
            "run", self.scenario, "--device", "cpu", "--seed", "9", "--out", out, preexec_fn=limit
        )
        self.assertEqual({path: path.read_bytes() for path in out.rglob("*.*")}, before)

    def test_two_runs_at_once_never_mix(self):
        out, alone = self.folder / "out", {}
        for seed in ["1", "2"]:
            self.run_two_firms("--out", self.folder / seed, "--seed", seed)
            alone[seed] = (self.folder / seed / "summary.csv").read_bytes()
        for _ in range(3):
            runs = [
                subprocess.Popen(
                    [
                        BINARY,
                        "run",
                        str(self.scenario),
                        "--device",
                        "cpu",
                        "--out",
                        str(out),
                        "--seed",
                        seed,
                    ],
                    stdout=subprocess.DEVNULL,
                )
                for seed in ["1", "2"]
            ]
            self.assertEqual([run.wait(timeout=300) for run in runs], [0, 0])
            self.assertEqual(files_in(out), RESULT_FILES)
            seed = str(json.loads((out / "result.json").read_text())["seed"])
            self.assertEqual((out / "summary.csv").read_bytes(), alone[seed])


class Interrupts(CommandLineTest):
    def start(self, **options):
        """A run that would take hours, ready for signals."""
        out = self.folder / "out"
        run = subprocess.Popen(
            [
                BINARY,
                "run",
                str(self.scenario),
                "--device",
                "cpu",
                "--out",
                str(out),
                "--draws",
                MANY_DRAWS,
            ],
            text=True,
            **options,
        )
        self.addCleanup(run.kill)
        wait_for_handler(run)
        time.sleep(0.5)  # into its draws, on most machines
        return run

    def test_ctrl_c_ends_cleanly_and_writes_nothing(self):
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number.name):
                run = self.start(stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                run.send_signal(number)
                stdout, stderr = run.communicate(timeout=120)
                self.assertEqual((run.returncode, stdout), (1, ""))
                self.assertIn("interrupted, nothing written", stderr)
                self.assertFalse((self.folder / "out").exists())

    def test_a_killed_run_leaves_nothing(self):
        run = self.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        run.kill()
        self.assertEqual(run.wait(timeout=120), -signal.SIGKILL)
        self.assertFalse((self.folder / "out").exists())

    def test_a_terminal_shows_progress_with_the_time_left(self):
        controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        run = self.start(
            stdout=subprocess.DEVNULL, stderr=terminal, env={**os.environ, "TERM": "xterm"}
        )
        os.close(terminal)
        seen, deadline = b"", time.monotonic() + 120
        while b" left" not in seen and time.monotonic() < deadline:
            if select.select([controller], [], [], 1)[0]:
                seen += os.read(controller, 4096)
        self.assertRegex(seen.decode(), r"\[[#.]+\] +\d+ %  [\d,]+ of 4,000,000,000 draws, .* left")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(timeout=120), 1)
        os.close(controller)


# On one thread a second or two of draws, then many seconds of search.
LONG_SEARCHES = {
    "discover": (["--outcome", "training_flop_per_s < 30 EFLOP/s at 2026-06", "--draws", "4M"], ""),
    "allocate": (
        ["--draws", "3M"],
        """
[firms.gamma]
power_cap = "90 MW"
[allocate]
split = "tranches.first.split"
among = ["acme", "beta", "gamma"]
parts = 2
[[allocate.objective]]
measure = "p10"
""",
    ),
}


class InterruptsOfSearches(CommandLineTest):
    """A search polls signals, like draws."""

    def assert_ends_when_told_to(self, study, seconds):
        options, more = LONG_SEARCHES[study]
        self.scenario.write_text(TWO_FIRMS + more)
        out = self.folder / study
        run = subprocess.Popen(
            [BINARY, study, str(self.scenario), "--out", str(out), "--threads", "1", *options],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(run.kill)
        wait_for_handler(run)
        time.sleep(seconds)
        run.send_signal(signal.SIGINT)
        stdout, stderr = run.communicate(timeout=15)  # a whole search takes longer
        self.assertEqual((run.returncode, stdout), (1, ""), stderr)
        self.assertIn("interrupted, nothing written", stderr)
        self.assertFalse(out.exists())

    def test_a_search_ends_promptly_and_writes_nothing(self):
        for study in LONG_SEARCHES:
            for seconds in (1, 4):
                with self.subTest(study, seconds=seconds):
                    self.assert_ends_when_told_to(study, seconds)


if __name__ == "__main__":
    unittest.main(verbosity=2)
