# SPDX-License-Identifier: Apache-2.0
"""tools/bench compare and scaling: arithmetic, wrong usage, and a comparison of two
revisions of a mock tree."""

import json
import math
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

from command_line import BINARY, SOURCE

sys.path.insert(0, str(SOURCE / "tools" / "benchmarks"))
import paired  # noqa: E402


def bench(*arguments, root=SOURCE, **options):
    return subprocess.run(
        [str(root / "tools" / "bench"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        **options,
    )


class Arithmetic(unittest.TestCase):
    def test_equal_ratios_give_that_ratio_and_no_width(self):
        row = paired.ratio_with_interval([100, 200, 50], [110, 220, 55])
        for name in ["ratio", "low", "high"]:
            self.assertAlmostEqual(row[name], 1.1, places=12)

    def test_an_interval_worked_by_hand(self):
        # Logarithms of the ratios 1, e^0.1, e^0.2: mean 0.1, standard deviation 0.1, and t of
        # two degrees of freedom is 4.303, so the half width is 4.303 * 0.1 / sqrt(3).
        row = paired.ratio_with_interval([1, 1, 1], [1, math.exp(0.1), math.exp(0.2)])
        half = 4.303 * 0.1 / math.sqrt(3)
        self.assertAlmostEqual(math.log(row["ratio"]), 0.1, places=12)
        self.assertAlmostEqual(math.log(row["low"]), 0.1 - half, places=12)
        self.assertAlmostEqual(math.log(row["high"]), 0.1 + half, places=12)

    def test_what_slows_both_of_a_pair_cancels(self):
        quiet = paired.ratio_with_interval([10, 11, 12], [12, 13, 14])
        busy = paired.ratio_with_interval([10, 11 / 3, 12], [12, 13 / 3, 14])
        for name in ["ratio", "low", "high"]:
            self.assertAlmostEqual(quiet[name], busy[name], places=12)

    def test_turning_the_two_round_turns_the_ratio_round(self):
        a, b = [10, 11, 12, 9], [12, 12, 14, 10]
        forth, back = paired.ratio_with_interval(a, b), paired.ratio_with_interval(b, a)
        self.assertAlmostEqual(forth["low"], 1 / back["high"], places=12)

    def test_quantiles_of_t_against_its_density(self):
        # The density of Student's t, integrated: 95 % lie within the quantile. The table has
        # three decimals; the density there is below 0.06, so 1e-4 is more than its rounding.
        for degrees in [1, 2, 7, 30, 31, 60, 200]:
            with self.subTest(degrees):
                scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
                scale /= math.sqrt(degrees * math.pi)
                end, steps = paired.student_t(degrees), 20_000
                inside = 0.0
                for i in range(steps):
                    x = (i + 0.5) * end / steps
                    inside += (1 + x * x / degrees) ** (-(degrees + 1) / 2)
                self.assertAlmostEqual(2 * scale * inside * end / steps, 0.95, delta=1e-4)

    def test_the_interval_holds_the_truth_in_95_of_100_experiments(self):
        rng = random.Random(2026)
        held = 0
        for _ in range(2000):
            a = [math.exp(rng.gauss(0, 0.05)) for _ in range(6)]
            b = [value * 1.03 * math.exp(rng.gauss(0, 0.02)) for value in a]
            row = paired.ratio_with_interval(a, b)
            held += row["low"] <= 1.03 <= row["high"]
        # 1900 expected; four standard deviations of a binomial count are 39.
        self.assertAlmostEqual(held, 1900, delta=39)

    def test_one_pair_has_no_interval(self):
        with self.assertRaises(ValueError):
            paired.ratio_with_interval([1], [2])

    def test_the_order_alternates(self):
        self.assertEqual("".join(a + b for a, b in paired.order(4)), "ABBAABBA")

    def test_scaling(self):
        rows = paired.scaling_rows({2: 30.0, 1: 20.0, 4: 40.0})
        self.assertEqual(
            [(r["threads"], r["speed_up"], r["efficiency"]) for r in rows],
            [(1, 1.0, 1.0), (2, 1.5, 0.75), (4, 2.0, 0.5)],
        )
        self.assertEqual(paired.thread_counts(3), [1, 2, 3])
        self.assertEqual(paired.thread_counts(48), [1, 2, 4, 8, 16, 32, 48])
        self.assertEqual(paired.thread_counts(64), [1, 2, 4, 8, 16, 32, 64])


class WrongUsage(unittest.TestCase):
    def test_an_unknown_revision(self):
        for pair in [
            ("no-such-branch", "HEAD"),
            ("HEAD", "no-such-branch"),
            ("HEAD", "--no-such-branch"),
            ("HEAD", ""),
        ]:
            with self.subTest(pair):
                done = bench("compare", *pair)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                if not pair[1].startswith("--"):
                    self.assertIn("unknown revision `", done.stderr)

    def test_wrong_words_and_numbers(self):
        for words, text in [
            (["compare", "HEAD"], "REV_B"),
            (["compare", "HEAD", "HEAD", "--rounds", "1"], "`--rounds` is 1"),
            (["compare", "HEAD", "HEAD", "--draws", "x"], "--draws"),
            (["scaling", "--threads", "0"], "`--threads` is 0"),
            (["scale"], "unknown argument `scale`"),
        ]:
            with self.subTest(words):
                done = bench(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(text, done.stderr)

    def test_help(self):
        for words in [["--help"], ["compare", "--help"], ["scaling", "--help"]]:
            done = bench(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("Example" if len(words) > 1 else "compare REV_A REV_B", done.stdout)


# Replaces the binaries: prints a speed and writes a result.
STAND_IN = """#!/bin/sh
while [ $# -gt 0 ]; do
  case $1 in
    --out) echo '{"draws": 1000, "draws_per_second": SPEED, "version": "0", "digest": "DIGEST"}' >"$2/result.json" ;;
    --benchmark_format=json) echo '{"benchmarks": [{"name": "philox", "items_per_second": SPEED}]}' ;;
  esac
  shift
done
"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(stand_in LANGUAGES NONE)
foreach(name tranche tranche_benchmarks)
  add_custom_target(${name} COMMAND ${CMAKE_COMMAND} -E copy ${PROJECT_SOURCE_DIR}/stand_in ${PROJECT_BINARY_DIR}/${name})
endforeach()
"""


class Compare(unittest.TestCase):
    def setUp(self):
        if not all(map(shutil.which, ["git", "cmake", "ninja"])):
            self.skipTest("no git, cmake or ninja here")
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="tranche-bench-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "tools").mkdir()
        shutil.copytree(
            SOURCE / "tools" / "benchmarks",
            self.root / "tools" / "benchmarks",
            ignore=shutil.ignore_patterns("__pycache__", "baselines"),
        )
        for name in ["bench", "steps.sh"]:
            shutil.copy(SOURCE / "tools" / name, self.root / "tools" / name)
        (self.root / "CMakeLists.txt").write_text(PROJECT)
        (self.root / ".gitignore").write_text("/build*/\n__pycache__/\n")
        self.git("init", "-q", "-b", "main")
        self.commit(100, "one")
        self.commit(125, "two")

    def git(self, *words):
        done = subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
            cwd=self.root,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def commit(self, speed, digest):
        program = self.root / "stand_in"
        program.write_text(STAND_IN.replace("SPEED", str(speed)).replace("DIGEST", digest))
        program.chmod(0o755)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"Speed {speed}")

    def compare(self, *revisions):
        done = bench(
            "compare",
            *revisions,
            "--rounds",
            "3",
            "--json",
            "report.json",
            root=self.root,
            cwd=self.root,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout, json.loads((self.root / "report.json").read_text())

    def assert_nothing_left(self):
        self.assertEqual(list((self.root / "build").glob("compare-*")), [])
        self.assertEqual(self.git("worktree", "list").count("\n"), 1)

    def test_the_faster_of_two_revisions_is_named(self):
        text, report = self.compare("main~1", "main")
        rows = {(row["what"], row["unit"]): row for row in report["rows"]}
        for key in [("h200-toy", "draws/s"), ("philox", "items/s")]:
            for name in ["ratio", "low", "high"]:
                self.assertAlmostEqual(rows[key][name], 1.25, places=9)
        self.assertRegex(text, r"philox +items/s +100 +125 +1\.250 +1\.250 to 1\.250 +B is faster")
        self.assertEqual(report["same_results"], {"h200-toy": False, "flagship": False})
        self.assertEqual(len(report["flagship_cpu_s"]["A"]), 3)
        self.assertEqual(report["a"]["commit"], self.git("rev-parse", "main~1").strip())
        self.assert_nothing_left()

    def test_a_revision_with_itself_shows_no_difference(self):
        text, report = self.compare("main", "main")
        self.assertIn("no difference seen", text)
        self.assertEqual(report["same_results"], {"h200-toy": True, "flagship": True})
        self.assert_nothing_left()

    def test_a_revision_that_does_not_build_leaves_nothing(self):
        (self.root / "CMakeLists.txt").write_text("project(broken")
        self.git("commit", "-qam", "Break the build")
        done = bench("compare", "main~1", "main", root=self.root, cwd=self.root)
        self.assertEqual(done.returncode, 1)
        self.assertIn("ended with status 1", done.stderr)
        self.assert_nothing_left()


class Scaling(unittest.TestCase):
    def test_rates_of_one_and_two_threads(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [
                    sys.executable,
                    SOURCE / "tools" / "benchmarks" / "scaling.py",
                    "--binary",
                    BINARY,
                    "--threads",
                    "2",
                    "--draws",
                    "20000",
                    "--rounds",
                    "1",
                    "--folder",
                    folder,
                    "--json",
                    "scaling.json",
                ],
                cwd=SOURCE,
                capture_output=True,
                text=True,
                timeout=120,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads((pathlib.Path(folder) / "scaling.json").read_text())
        self.assertEqual([row["threads"] for row in report["rows"]], [1, 2])
        self.assertEqual(report["rows"][0]["efficiency"], 1.0)
        self.assertTrue(report["same_digest"])
        self.assertIn("efficiency", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
