# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed and resumed: the digest equals that of an uninterrupted run."""

import json
import os
import random
import re
import signal
import subprocess
import time
import unittest

from command_line import BINARY, MINIMAL, SANITIZER, SOURCE, CommandLineTest, tranche

# A sanitizer slows a run by a factor of forty.
DRAWS = "20_000" if SANITIZER else "300_000"
FEW = "8_000" if SANITIZER else "100_000"
ENDLESS = "4_000_000_000"  # never finished by a test
KILLS = 5 if SANITIZER else 50


class Checkpoints(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "run.checkpoint"

    def command(self, *arguments, draws=DRAWS, threads="2"):
        return [
            BINARY,
            "run",
            str(self.scenario),
            "--device",
            "cpu",
            "--threads",
            threads,
            "--draws",
            draws,
            "--out",
            str(self.folder / "out"),
            *map(str, arguments),
        ]

    def run_to_the_end(self, *arguments, **options):
        done = subprocess.run(
            self.command(*arguments, **options), capture_output=True, text=True, timeout=300
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "out" / "result.json").read_text())

    def checkpoint_of(self, *arguments, **options):
        """Returns a valid checkpoint, which a test then damages."""
        self.run_to_the_end("--checkpoint", self.file, *arguments, **options)
        return self.file.read_bytes()

    def assert_refused(self, text, *arguments, **options):
        done = tranche(*self.command("--resume", self.file, *arguments, **options)[1:])
        self.assert_fails(done, 2, text, str(self.file))

    def test_fifty_kills_lose_nothing(self):
        """SIGKILL at random moments, repeatedly for the same run until it completes."""
        few = FEW
        started = time.monotonic()
        expected = self.run_to_the_end(draws=few)["digest"]
        seconds = time.monotonic() - started  # of an uninterrupted run under the same load
        rng = random.Random(2026)
        kills, held = 0, set()
        while kills < KILLS:
            run = subprocess.Popen(
                self.command(
                    "--checkpoint",
                    self.file,
                    "--resume",
                    self.file,
                    "--checkpoint-every",
                    "0.01",
                    draws=few,
                ),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                run.communicate(timeout=rng.uniform(0.1, 1.0) * seconds)
            except subprocess.TimeoutExpired:
                run.kill()
                run.communicate()
                kills += 1
                held.add(self.file.stat().st_size if self.file.exists() else 0)
                continue
            self.assertEqual(run.returncode, 0)
            result = json.loads((self.folder / "out" / "result.json").read_text())
            self.assertEqual(result["digest"], expected)
            self.file.unlink()
        self.assertGreater(len(held), KILLS // 25, "the kills came at too few different moments")
        self.assertEqual(
            self.run_to_the_end("--checkpoint", self.file, "--resume", self.file, draws=few)[
                "digest"
            ],
            expected,
        )

    def test_signals_save_and_the_run_goes_on(self):
        """The signal interrupts a run too long for every machine; the second run does a few draws
        more than the first."""
        for number in [signal.SIGINT, signal.SIGTERM]:
            with self.subTest(number.name):
                self.file.unlink(missing_ok=True)
                run = subprocess.Popen(
                    self.command(
                        "--checkpoint", self.file, "--checkpoint-every", "0", draws=ENDLESS
                    ),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                self.addCleanup(run.kill)
                deadline = time.monotonic() + 60
                while not self.file.exists():
                    self.assertIsNone(run.poll(), "ended before its first checkpoint")
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.005)
                run.send_signal(number)
                stderr = run.communicate(timeout=120)[1]
                self.assertEqual(run.returncode, 1)
                self.assertRegex(stderr, r"interrupted after \d+ of 4000000000 draws, no results")
                self.assertIn(f"--resume {self.file}", stderr)
                done = int(re.search(r"interrupted after (\d+) of", stderr)[1])
                self.assertGreater(done, 0)
                draws = str(done + 10_000)
                resumed = self.run_to_the_end("--resume", self.file, draws=draws)
                alone = self.run_to_the_end(draws=draws)
                self.assertEqual(
                    (resumed["digest"], resumed["draws"]), (alone["digest"], done + 10_000)
                )

    def test_a_finished_run_takes_more_draws(self):
        self.checkpoint_of(draws=FEW)
        self.assertEqual(
            self.run_to_the_end("--resume", self.file)["digest"], self.run_to_the_end()["digest"]
        )

    def test_threads_do_not_matter(self):
        self.checkpoint_of(draws=FEW)
        expected = self.run_to_the_end()["digest"]
        self.assertEqual(
            self.run_to_the_end("--resume", self.file, threads="1")["digest"], expected
        )

    def test_until_goes_on_where_it_was(self):
        rule = ["--until", "p50 of training_flop_per_s within 0.15 %"]
        alone = self.run_to_the_end(*rule, draws="1_000_000")
        self.assertTrue(alone["until"]["reached"])
        self.assertGreater(alone["draws"], 10_000)
        for _ in range(8):
            run = subprocess.Popen(
                self.command(
                    *rule,
                    "--checkpoint",
                    self.file,
                    "--resume",
                    self.file,
                    "--checkpoint-every",
                    "0",
                    draws="1_000_000",
                ),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                run.wait(timeout=0.12)
            except subprocess.TimeoutExpired:
                run.kill()
                run.wait()
        resumed = self.run_to_the_end(
            *rule, "--checkpoint", self.file, "--resume", self.file, draws="1_000_000"
        )
        self.assertEqual((resumed["digest"], resumed["draws"]), (alone["digest"], alone["draws"]))
        self.assert_refused(
            "the checkpoint was made with `--until",
            "--until",
            "mean of mfu within 1 %",
            draws="1_000_000",
        )

    def test_a_damaged_file_is_refused(self):
        whole = self.checkpoint_of(draws="2000")
        rng = random.Random(7)
        for cut in [0, 7, 8, 60, len(whole) // 2, len(whole) - 1]:
            with self.subTest(cut=cut):
                self.file.write_bytes(whole[:cut])
                self.assert_refused("checkpoint")
        for _ in range(5):
            bit = rng.randrange(8 * 8, 8 * len(whole))
            with self.subTest(bit=bit):
                spoilt = bytearray(whole)
                spoilt[bit // 8] ^= 1 << bit % 8
                self.file.write_bytes(spoilt)
                self.assert_refused("damaged")

    def test_another_run_is_refused(self):
        self.checkpoint_of(draws="2000")
        self.assert_refused("seed 3, this run has 4", "--seed", "4")
        self.assert_refused("another scenario", "--set", "firms.acme.power_cap=121 MW")
        self.assert_refused("2000 draws, more than the 1999", draws="1999")
        self.scenario.write_text(self.scenario.read_text().replace("60k to 90k", "60k to 91k"))
        self.assert_refused("another scenario")
        self.scenario = MINIMAL
        self.assert_refused("another scenario", "--seed", "3")

    def test_another_catalogue_is_refused(self):
        self.checkpoint_of(draws="2000")
        data = self.folder / "data"
        subprocess.run(["cp", "-r", str(SOURCE / "scenarios"), str(data)], check=True)
        chips = data / "catalogue" / "chips.toml"
        text = chips.read_text()
        self.assertTrue('"989.5 TFLOP/s"' in text)
        chips.write_text(text.replace('"989.5 TFLOP/s"', '"989.6 TFLOP/s"'))
        done = tranche(
            *self.command("--resume", self.file)[1:], env={**os.environ, "TRANCHE_DATA": str(data)}
        )
        self.assert_fails(done, 2, "another scenario, catalogue or version")

    def test_a_missing_file_or_folder(self):
        self.assert_refused("no such file")
        self.file.mkdir()
        self.assert_refused("it is a directory")
        done = tranche(*self.command("--checkpoint", "/proc/none/file")[1:])
        self.assert_fails(done, 1, "/proc/none")
        self.assertFalse((self.folder / "out").exists())

    def test_a_checkpoint_replaces_nothing_but_regular_files(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        done = tranche(*self.command("--checkpoint", pipe)[1:])
        self.assert_fails(done, 1, str(pipe), "it is no regular file")
        self.assertTrue(pipe.is_fifo())
        self.assertFalse((self.folder / "out").exists())

    def test_wrong_options(self):
        for arguments, text in [
            (["--checkpoint-every", "5"], "without `--checkpoint`"),
            (["--checkpoint", self.file, "--checkpoint-every", "-1"], "-1"),
            (["--checkpoint", ""], "names no file"),
            (["--resume", ""], "names no file"),
        ]:
            with self.subTest(arguments):
                self.assert_fails(tranche(*self.command(*arguments)[1:]), 2, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
