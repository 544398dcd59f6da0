# SPDX-License-Identifier: Apache-2.0
"""Help, version, and command lines that are wrong."""

import re
import unittest

from command_line import MINIMAL, TWO_FIRMS, CommandLineTest, tranche

REQUIRED = [
    "run",
    "check",
    "resolve",
    "catalogue",
    "plan",
    "validate",
    "compare",
    "calibrate",
    "report",
]


def commands():
    """Returns every command that `tranche --help` lists."""
    listed = tranche("--help").stdout.split("Subcommands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)]


class Help(CommandLineTest):
    def test_every_command_has_help_with_an_example(self):
        for command in commands():
            with self.subTest(command):
                done = tranche(command, "--help")
                self.assertEqual(done.returncode, 0)
                self.assertEqual(done.stderr, "")
                self.assertIn(f"Usage: tranche {command}", done.stdout)
                self.assertIn("Example", done.stdout)
                self.assertIn(f"\n  tranche {command} ", done.stdout)

    def test_the_program_lists_its_commands(self):
        done = tranche("--help")
        self.assertEqual(done.returncode, 0)
        self.assertLessEqual(set(REQUIRED), set(commands()))

    def test_run_has_the_flags_of_the_interface(self):
        text = tranche("run", "--help").stdout
        for flag in ["--set", "--draws", "--seed", "--device", "--threads", "--out"]:
            self.assertIn(flag, text)

    def test_version_says_build_and_cuda(self):
        done = tranche("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^tranche \d+\.\d+\.\d+.* build, .*CUDA.*\n$")


class WrongArguments(CommandLineTest):
    def test_no_command(self):
        self.assert_fails(tranche(), 2, "no command given")

    def test_misspelt_command(self):
        self.assert_fails(tranche("rnu"), 2, "unknown command `rnu`", "did you mean `run`?")

    def test_unknown_option(self):
        self.assert_fails(
            tranche("run", MINIMAL, "--drwas", "7"), 2, "--drwas", "see `tranche run --help`"
        )
        self.assert_fails(tranche("--fast", "run"), 2, "`--fast`")

    def test_no_scenario(self):
        self.assert_fails(tranche("run"), 2, "scenario is required")

    def test_draws_that_are_no_number_of_draws(self):
        for text in ["0", "-5", "1.5", "many", "", "nan", "inf", "1e-3", "1e300"]:
            with self.subTest(text):
                self.assert_fails(tranche("run", MINIMAL, f"--draws={text}"), 2, "--draws")

    def test_more_draws_than_can_be_counted_says_how_long_they_would_take(self):
        done = tranche("run", MINIMAL, "--device", "cpu", "--draws", "1e12", cwd=self.folder)
        self.assert_fails(
            done, 2, "at most 4,294,967,295 draws", "1,000,000,000,000 would take about"
        )
        self.assertFalse((self.folder / "results").exists())

    def test_seed_threads_device_and_format(self):
        for flag, text in [
            ("--seed", "-1"),
            ("--seed", "1e3"),
            ("--seed", "99999999999999999999"),
            ("--seed", "9200000000000000001"),
            ("--threads", "0"),
            ("--threads", "two"),
            ("--threads", "99999"),
            ("--device", "tpu"),
        ]:
            with self.subTest(flag=flag, text=text):
                self.assert_fails(tranche("run", MINIMAL, f"{flag}={text}"), 2, text)
        self.assert_fails(tranche("catalogue", "chips", "--format", "xml"), 2, "`xml`", "`csv`")

    def test_the_largest_seed_is_the_same_everywhere(self):
        """In the help, in a scenario and on the command line."""
        most = "9200000000000000000"
        for command in ["run", "sweep", "discover"]:
            self.assertIn(most, tranche(command, "--help").stdout)
        out = self.folder / "out"
        done = tranche(
            "run", MINIMAL, "--device", "cpu", "--draws", 10, "--seed", most, "--out", out
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        done = tranche("check", MINIMAL, "--set", f"scenario.seed={most}")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = tranche("check", MINIMAL, "--set", "scenario.seed=9200000000000002048")
        self.assert_fails(done, 2, "`seed` must be at most 9.2e+18")

    def test_a_point_that_may_group_thousands(self):
        done = tranche("run", MINIMAL, "--draws", "100.000")
        self.assert_fails(done, 2, "may be read as a number of thousands", "`100_000`")

    def test_names_of_the_catalogue_that_hold_the_text(self):
        done = tranche("catalogue", "models", "deepseek")
        self.assert_fails(done, 2, "with `deepseek` in the name", "`deepseek-v3`", "`deepseek-r1`")
        self.assertNotIn("llama", done.stderr)

    def test_unknown_part_or_entry_of_the_catalogue(self):
        self.assert_fails(tranche("catalogue", "chps"), 2, "did you mean `chips`?")
        self.assert_fails(tranche("catalogue", "chips", "H2000"), 2, "H2000")

    def test_scenario_that_is_missing_or_a_folder(self):
        self.assert_fails(tranche("run", self.folder / "none.toml"), 2, "none.toml")
        self.assert_fails(tranche("check", self.folder), 2, str(self.folder))


class StudyOptions(CommandLineTest):
    """The commands on a whole scenario read the options that they share in one way."""

    def test_wrong_values_have_one_message(self):
        wrong = {
            ("--out", ""): "`--out` names no folder",
            ("--out", self.scenario): "Not a directory",
            ("--seed", "x"): "`--seed x` is not a seed",
            ("--draws", "x"): "`--draws x` is not a number of draws",
            ("--threads", "0"): "`--threads 0` is not a number of threads",
            ("--set", "a"): "expected `path=value`",
        }
        self.scenario.write_text(
            TWO_FIRMS
            + """
[[sweep.axis]]
path = "firms.acme.power_cap"
values = ["50 MW", "100 MW"]
[allocate]
split = "tranches.first.split"
[[allocate.objective]]
measure = "mean"
[discover]
outcome = "mfu < 40 % at 2026-06"
"""
        )
        for study in ["sweep", "allocate", "sensitivity", "discover"]:
            for words, message in wrong.items():
                with self.subTest(study, words=words):
                    status = 1 if "directory" in message else 2
                    self.assert_fails(tranche(study, self.scenario, *words), status, message)


if __name__ == "__main__":
    unittest.main(verbosity=2)
