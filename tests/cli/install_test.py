# SPDX-License-Identifier: Apache-2.0
"""`cmake --install` into a new folder: the command finds its data there, and a program
finds the libraries with find_package(tranche)."""

import json
import pathlib
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

    def test_a_program_finds_and_uses_the_libraries(self):
        out = self.folder / "consumer"
        launcher = shutil.which("ccache")
        done = run(
            "cmake",
            "-S",
            SOURCE / "tests" / "consumer",
            "-B",
            out,
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_BUILD_TYPE=Release",
            *([f"-DCMAKE_CXX_COMPILER_LAUNCHER={launcher}"] if launcher else []),
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = run("cmake", "--build", out)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        used = run(out / "forecast", MINIMAL, "2000")
        self.assertEqual(used.returncode, 0, used.stderr)
        ours = run(
            BINARY,
            "run",
            MINIMAL,
            "--draws",
            "2000",
            "--device",
            "cpu",
            "--out",
            self.folder / "out",
        )
        self.assertEqual(ours.returncode, 0, ours.stderr)
        digest = json.loads((self.folder / "out" / "result.json").read_text())["digest"]
        self.assertEqual(used.stdout.splitlines()[0], digest)

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
