"""Disks that fill up, folders that cannot be written, pipes that close, Ctrl-C."""

import fcntl
import json
import os
import pathlib
import pty
import resource
import select
import signal
import struct
import subprocess
import termios
import time
import unittest

from command_line import BINARY, RESULT_FILES, CommandLineTest, files_in, tranche

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
        done = tranche("run", self.scenario, "--device", "cpu", "--out", self.folder / "a" / "out",
                       preexec_fn=limit)
        self.assert_fails(done, 1, "cannot write", "summary.csv", "File too large")
        self.assertFalse((self.folder / "a").exists())

    def test_full_disk_leaves_nothing(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)],
                               capture_output=True, text=True)
        if mount.returncode != 0:
            self.skipTest("cannot mount a small disk here: " + mount.stderr.strip())
        try:
            done = tranche("run", self.scenario, "--device", "cpu", "--out", disk / "out")
            self.assert_fails(done, 1, "No space left on device")
            self.assertEqual(list(disk.iterdir()), [])
        finally:
            subprocess.run(["umount", str(disk)], check=True)

    def test_full_device_behind_stdout(self):
        with open("/dev/full", "w") as full:
            done = tranche("run", self.scenario, "--device", "cpu", "--out", self.folder / "out",
                           stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output: No space left on device", done.stderr)

    def test_closed_pipe_is_no_error(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            done = tranche("run", self.scenario, "--device", "cpu", "--out", self.folder / "out",
                           stdout=pipe)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(files_in(self.folder / "out"), RESULT_FILES)

    def test_old_results_survive_a_run_that_fails(self):
        out = self.folder / "out"
        self.run_two_firms("--out", out)
        before = {path: path.read_bytes() for path in out.rglob("*.*")}
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        tranche("run", self.scenario, "--device", "cpu", "--seed", "9", "--out", out,
                preexec_fn=limit)
        self.assertEqual({path: path.read_bytes() for path in out.rglob("*.*")}, before)

    def test_two_runs_at_once_never_mix(self):
        out, alone = self.folder / "out", {}
        for seed in ["1", "2"]:
            self.run_two_firms("--out", self.folder / seed, "--seed", seed)
            alone[seed] = (self.folder / seed / "summary.csv").read_bytes()
        for _ in range(3):
            runs = [subprocess.Popen([BINARY, "run", str(self.scenario), "--device", "cpu",
                                      "--out", str(out), "--seed", seed],
                                     stdout=subprocess.DEVNULL) for seed in ["1", "2"]]
            self.assertEqual([run.wait(timeout=300) for run in runs], [0, 0])
            self.assertEqual(files_in(out), RESULT_FILES)
            seed = str(json.loads((out / "result.json").read_text())["seed"])
            self.assertEqual((out / "summary.csv").read_bytes(), alone[seed])


class Interrupts(CommandLineTest):
    @staticmethod
    def catches_interrupts(process):
        """Whether the process has its own handler for SIGINT (proc(5), SigCgt)."""
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
        return False

    def start(self, **options):
        """A run that would take hours, ready for signals."""
        out = self.folder / "out"
        run = subprocess.Popen([BINARY, "run", str(self.scenario), "--device", "cpu", "--out",
                                str(out), "--draws", MANY_DRAWS], text=True, **options)
        self.addCleanup(run.kill)
        deadline = time.monotonic() + 120
        while not self.catches_interrupts(run.pid):
            self.assertIsNone(run.poll(), "ended before its first draw")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
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
        run = self.start(stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        seen, deadline = b"", time.monotonic() + 120
        while b" left" not in seen and time.monotonic() < deadline:
            if select.select([controller], [], [], 1)[0]:
                seen += os.read(controller, 4096)
        self.assertRegex(seen.decode(), r"\[[#.]+\] +\d+ %  [\d,]+ of 4,000,000,000 draws, .* left")
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(timeout=120), 1)
        os.close(controller)


if __name__ == "__main__":
    unittest.main(verbosity=2)
