# SPDX-License-Identifier: Apache-2.0
"""`cmake --install` into a new folder: the command finds its data there, and the programs of
docs/examples find the library with find_package(tranche)."""

import pathlib
import re
import shutil
import subprocess
import unittest

from command_line import BINARY, MINIMAL, SOURCE, CommandLineTest

BUILD = pathlib.Path(BINARY).parent


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=300, **options
    )


@unittest.skipIf(shutil.which("cmake") is None, "no cmake here")
class Install(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.folder / "usr"
        done = run("cmake", "--install", BUILD, "--prefix", self.prefix)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_installed_command_finds_its_data_after_a_move(self):
        moved = self.folder / "elsewhere"
        self.prefix.rename(moved)
        done = run(
            moved / "bin" / "tranche",
            "run",
            MINIMAL,
            "--draws",
            "2000",
            "--device",
            "cpu",
            "--out",
            self.folder / "out",
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def example(self, name):
        """The program of docs/examples/NAME, built with the installed library."""
        out = self.folder / name
        launcher = shutil.which("ccache")
        done = run(
            "cmake",
            "-S",
            SOURCE / "docs" / "examples" / name,
            "-B",
            out,
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wshadow -Werror",
            *([f"-DCMAKE_CXX_COMPILER_LAUNCHER={launcher}"] if launcher else []),
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = run("cmake", "--build", out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return out / name

    def test_only_the_headers_of_the_interface_are_installed(self):
        include = self.prefix / "include" / "tranche"
        found = sorted(str(path.relative_to(include)) for path in include.rglob("*.hpp"))
        public = sorted(f"sim/api/{path.name}" for path in (SOURCE / "sim/api").glob("*.hpp"))
        self.assertEqual(found, public + ["sim/base/version.hpp"])

    def test_a_program_prints_a_figure_of_a_text(self):
        program = self.example("figure")
        done = run(program)
        self.assertEqual(done.returncode, 0, done.stderr)
        line = r"training_flop_per_s of acme in 2026-12: (\S+) \((\S+) to (\S+)\) FLOP/s\n"
        p50, p05, p95 = map(float, re.fullmatch(line, done.stdout).groups())
        # of 60k to 90k chips of 1e15 FLOP/s, at 30 to 50 % of that
        self.assertTrue(1e19 < p05 < p50 < p95 < 6e19, done.stdout)
        self.assertIn("100 %\n", done.stderr)
        wrong = run(program, "training_flop_per_sec")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("help: did you mean `training_flop_per_s`?", wrong.stderr)
        self.assertEqual(wrong.stdout, "")
        cancelled = run(program, "mfu", "0")
        self.assertEqual((cancelled.returncode, cancelled.stdout), (3, ""))
        self.assertIn("interrupted", cancelled.stderr)

    def test_a_program_sweeps_over_a_cap(self):
        program = self.example("cap_sweep")
        done = run(program)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [line.split() for line in done.stdout.splitlines()[1:]]
        self.assertTrue(all(row[-1] == "chips" for row in rows), done.stdout)
        acme = {row[0]: float(row[4]) for row in rows if row[1:3] == ["acme", "2026-12"]}
        self.assertEqual(acme["20000"], 20000)
        self.assertLess(acme["20000"], acme["40000"])
        self.assertLess(acme["40000"], acme["60000"] + 1)
        wrong = run(program, "many")
        self.assertEqual((wrong.returncode, wrong.stdout), (1, ""))
        self.assertIn(" --> cap.toml:", wrong.stderr)
        self.assertIn("^", wrong.stderr)

    def test_a_program_compares_two_chips(self):
        program = self.example("chips")
        done = run(program)
        self.assertEqual(done.returncode, 0, done.stderr)
        rates = {
            tuple(line.split(":")[0].split()): float(re.search(r": (\d+) tokens/s", line).group(1))
            for line in done.stdout.splitlines()
        }
        self.assertGreaterEqual(rates["train", "H200"], rates["train", "H100-SXM"])
        self.assertGreaterEqual(rates["serve", "H200"], rates["serve", "H100-SXM"])
        self.assertRegex(done.stdout, r"TPOT \d+\.\d ms, TP \d, bound by \w+")
        wrong = run(program, "H1000")
        self.assertEqual((wrong.returncode, wrong.stdout), (1, ""))
        self.assertIn("error: unknown chip `H1000`", wrong.stderr)

    def test_the_page_of_the_library_shows_a_program_that_runs(self):
        page = (SOURCE / "docs/use/library.md").read_text()
        shown = re.search(r"^```cpp\n(.*?)^```$", page, re.MULTILINE | re.DOTALL).group(1)
        program = (SOURCE / "docs/examples/figure/figure.cpp").read_text()
        self.assertEqual(shown, program[program.index("#include") :])

    def test_another_minor_version_is_refused(self):
        listing = self.folder / "CMakeLists.txt"
        listing.write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
            "find_package(tranche 0.9 REQUIRED)\n"
        )
        done = run(
            "cmake",
            "-S",
            self.folder,
            "-B",
            self.folder / "b",
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
        )
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("version: 0.1.0", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
