# SPDX-License-Identifier: Apache-2.0
"""Faults of machines and files; docs/dev/robustness.md states their handling."""

import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import time
import unittest

from command_line import (
    BINARY,
    MINIMAL,
    RESULT_FILES,
    SANITIZER,
    SOURCE,
    TWO_FIRMS,
    CommandLineTest,
    tranche,
    wait_for_handler,
)

NOBODY = 65534

# A clock that jumps an hour back or forth at every call, for every clock id.
LEAPING_CLOCK = r"""
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec* time) {
  static int looks;
  const int done = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME) time->tv_sec += looks++ % 2 ? 3600 : -3600;
  return done;
}
"""


class Terminals(CommandLineTest):
    def shown(self, **environment):
        """Returns the output of a run to a terminal."""
        controller, terminal = pty.openpty()
        self.addCleanup(os.close, controller)
        kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        done = tranche(
            "run",
            self.scenario,
            "--device",
            "cpu",
            "--draws",
            100,
            "--out",
            self.folder / "out",
            stdout=terminal,
            env={**kept, **environment},
        )
        os.close(terminal)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = b""
        try:
            while part := os.read(controller, 65536):
                text += part
        except OSError:  # nothing left, and no writer
            pass
        return text

    def test_a_terminal_without_colours_gets_none(self):
        self.assertIn(b"\x1b[1m", self.shown(TERM="xterm"))
        self.assertNotIn(b"\x1b", self.shown(TERM="dumb"))
        self.assertNotIn(b"\x1b", self.shown(TERM="xterm", NO_COLOR="1"))


class Pipes(CommandLineTest):
    """A pipe in the place of a file would keep the program waiting for a writer."""

    def test_a_pipe_among_what_is_read_is_refused(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        (self.folder / "results").mkdir()
        os.mkfifo(self.folder / "results" / "result.json")
        observed = TWO_FIRMS.replace(
            '"60k to 90k"', '{ empirical = { file = "pipe", column = "x" } }'
        )
        self.scenario.write_text(observed)
        out = self.folder / "out"
        for command in [
            ["check", pipe],
            ["check", self.scenario],
            ["validate", "--cases", pipe],
            ["report", self.folder / "results"],
            ["run", MINIMAL, "--device", "cpu", "--resume", pipe, "--out", out],
        ]:
            with self.subTest(command):
                self.assert_fails(tranche(*command, timeout=60), 2, "it is not a regular file")


class Sizes(CommandLineTest):
    def test_too_many_results_are_refused_before_the_simulation(self):
        """600 months x 11 firms x 203 cases need far more counters than 32 bits can number."""
        self.scenario.write_text(
            TWO_FIRMS.replace("months = 6", "months = 600")
            + "".join(
                f"""[[what_if]]
name = "w{i}"
set = {{ "tranches.first.quantity" = "{50 + i}k to {90 + i}k" }}
"""
                for i in range(200)
            )
            + "".join(f'[firms.f{i}]\nstock.H20 = "5k to 9k"\n' for i in range(9))
        )
        done = tranche(
            "run", self.scenario, "--device", "cpu", "--out", self.folder / "out", timeout=60
        )
        self.assert_fails(done, 2, "600 steps x 11 firms", "fewer `metrics`")
        self.assertFalse((self.folder / "out").exists())


class Folders(CommandLineTest):
    def test_a_read_only_disk(self):
        disk = self.small_disk("ro,size=64k")
        done = tranche("run", self.scenario, "--device", "cpu", "--out", disk / "out")
        self.assert_fails(done, 1, str(disk / "out"), "Read-only file system")

    def test_no_permission(self):
        """Runs as a user without write permission if the tests run as root."""
        self.folder.chmod(0o755)
        closed = self.folder / "closed"
        closed.mkdir(mode=0o555)
        user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        try:
            done = tranche("run", self.scenario, "--device", "cpu", "--out", closed / "out", **user)
        except PermissionError as reason:
            self.skipTest(f"no other user can run the binary here: {reason}")
        self.assert_fails(done, 1, str(closed / "out"), "Permission denied")
        self.assertEqual(list(closed.iterdir()), [])

    def test_a_scenario_that_may_not_be_read(self):
        self.folder.chmod(0o755)
        self.scenario.chmod(0o000)
        user = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        try:
            done = tranche("check", self.scenario, **user)
        except PermissionError as reason:
            self.skipTest(f"no other user can run the binary here: {reason}")
        self.assert_fails(done, 2, "cannot read", str(self.scenario))

    def test_a_folder_that_goes_while_the_run_works(self):
        """The folder is created again, so that the results are kept."""
        out = self.folder / "a" / "out"
        out.mkdir(parents=True)
        run = subprocess.Popen(
            [
                BINARY,
                "run",
                str(self.scenario),
                "--device",
                "cpu",
                "--draws",
                "50_000" if SANITIZER else "1_000_000",
                "--out",
                str(out),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        # The run is paused meanwhile, so that no machine is too fast for the test.
        wait_for_handler(run)
        run.send_signal(signal.SIGSTOP)
        shutil.rmtree(self.folder / "a")
        self.assertIsNone(run.poll(), "ended before its folder went")
        run.send_signal(signal.SIGCONT)
        stderr = run.communicate(timeout=300)[1]
        self.assertEqual(run.returncode, 0, stderr)
        self.assertEqual({path.name for path in out.iterdir()} & RESULT_FILES, RESULT_FILES)

    def test_a_missing_catalogue_file(self):
        data = self.folder / "data"
        shutil.copytree(SOURCE / "scenarios", data, ignore=shutil.ignore_patterns("measured"))
        for name in ["chips.toml", "models.toml", "yardsticks.toml"]:
            with self.subTest(name):
                (data / "catalogue" / name).rename(self.folder / name)
                done = tranche(
                    "run",
                    self.scenario,
                    "--out",
                    self.folder / "out",
                    env={**os.environ, "TRANCHE_DATA": str(data)},
                )
                self.assert_fails(done, 2, name)
                (self.folder / name).rename(data / "catalogue" / name)
        done = tranche("run", self.scenario, env={**os.environ, "TRANCHE_DATA": "/nowhere"})
        self.assert_fails(done, 2, "/nowhere")
        self.assertFalse((self.folder / "out").exists())


def address_space(kib):
    """Returns a function that limits a child's address space, in KiB."""
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (kib << 10,) * 2)


def least_address_space_kib():
    """Smallest address space in which the binary starts; it depends on build and machine."""
    too_little, enough = 1 << 10, 1 << 30
    while enough - too_little > 64:
        between = (too_little + enough) // 2
        if tranche("--version", preexec_fn=address_space(between)).returncode == 0:
            enough = between
        else:
            too_little = between
    return enough


class Machines(CommandLineTest):
    def digest(self, *arguments, **options):
        out = self.folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        self.run_two_firms("--out", out, *arguments, **options)
        self.csv = {path.name: path.read_bytes() for path in out.glob("*.csv")}
        return json.loads((out / "result.json").read_text())["digest"]

    def assert_same_run(self, **options):
        expected, files = self.digest(), self.csv
        self.assertEqual(self.digest(**options), expected)
        self.assertEqual(self.csv, files)

    @unittest.skipIf(SANITIZER, "a sanitizer takes more addresses than any limit")
    def test_too_little_memory_says_so_and_leaves_nothing(self):
        """At every limit either a complete result or status 1 with a reason: never a crash."""
        seen = set()
        enough_to_load = least_address_space_kib()
        for more_kib in [0, 256, 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 64 << 10, 1 << 20]:
            with self.subTest(more_kib=more_kib):
                out = self.folder / f"out{more_kib}"
                done = tranche(
                    "run",
                    self.scenario,
                    "--device",
                    "cpu",
                    "--threads",
                    "1",
                    "--out",
                    out,
                    preexec_fn=address_space(enough_to_load + more_kib),
                )
                seen.add(done.returncode)
                if done.returncode == 0:
                    self.assertEqual(
                        {path.name for path in out.iterdir()} & RESULT_FILES, RESULT_FILES
                    )
                    continue
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("out of memory", done.stderr)
                self.assertFalse(out.exists())
        self.assertEqual(seen, {0, 1})

    @unittest.skipIf(SANITIZER, "a sanitizer takes more addresses than any limit")
    def test_memory_that_ends_anywhere_in_a_run_says_so(self):
        """Of the limits between too little and enough, some ended inside a decomposition."""
        enough_to_load = least_address_space_kib()
        for more_kib in range(0, 16 << 10, 256):
            done = tranche(
                "run",
                self.scenario,
                "--device",
                "cpu",
                "--threads",
                "1",
                "--out",
                self.folder / "out",
                preexec_fn=address_space(enough_to_load + more_kib),
            )
            self.assertIn(done.returncode, [0, 1], f"{more_kib} KiB: {done.stderr}")

    def test_a_clock_that_leaps(self):
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            self.skipTest("no C compiler here")
        (self.folder / "clock.c").write_text(LEAPING_CLOCK)
        library = self.folder / "clock.so"
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-o", str(library), str(self.folder / "clock.c")],
            check=True,
        )
        self.assert_same_run(env={**os.environ, "LD_PRELOAD": str(library)})

    def test_a_locale_with_a_decimal_comma(self):
        if shutil.which("localedef") is None:
            self.skipTest("no localedef here")
        locale = self.folder / "de_DE.UTF-8"
        subprocess.run(
            ["localedef", "-i", "de_DE", "-f", "UTF-8", str(locale)], capture_output=True
        )
        if not locale.exists():
            self.skipTest("no sources of locales here")
        self.assert_same_run(
            env={**os.environ, "LOCPATH": str(self.folder), "LC_ALL": "de_DE.UTF-8"}
        )

    def test_one_processor(self):
        one = min(os.sched_getaffinity(0))
        self.assert_same_run(preexec_fn=lambda: os.sched_setaffinity(0, {one}))

    def test_no_environment_at_all(self):
        self.assert_same_run(env={})


class Texts(CommandLineTest):
    def digest_of(self, content):
        self.scenario.write_bytes(content)
        self.run_two_firms("--out", self.folder / "out")
        return json.loads((self.folder / "out" / "result.json").read_text())["digest"]

    def test_windows_line_ends_and_a_byte_order_mark(self):
        plain = TWO_FIRMS.encode()
        expected = self.digest_of(plain)
        self.assertEqual(self.digest_of(plain.replace(b"\n", b"\r\n")), expected)
        self.assertEqual(self.digest_of(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")), expected)

    def test_errors_point_right_behind_a_byte_order_mark(self):
        self.scenario.write_bytes(
            b"\xef\xbb\xbf" + TWO_FIRMS.replace("H200", "H2000", 1).replace("\n", "\r\n").encode()
        )
        done = tranche("check", self.scenario)
        line = 1 + TWO_FIRMS[: TWO_FIRMS.index("H200")].count("\n")
        self.assert_fails(done, 2, f"two-firms.toml:{line}:8", "unknown chip `H2000`")

    def test_very_long_names(self):
        firm = "f" * 10_000
        self.scenario.write_text(TWO_FIRMS.replace("acme", firm))
        self.run_two_firms("--out", self.folder / "out", "--draws", "512")
        self.assertIn(firm, (self.folder / "out" / "summary.csv").read_text())

    def test_a_scenario_name_too_long_for_a_folder(self):
        self.scenario.write_text(TWO_FIRMS.replace('"two-firms"', '"' + 300 * "n" + '"'))
        done = tranche("run", self.scenario, "--device", "cpu", cwd=self.folder)
        self.assert_fails(done, 2, "two-firms.toml:3:8")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["two-firms.toml"])

    def test_a_path_too_long(self):
        done = tranche("run", "/".join(["x" * 200] * 30))
        self.assert_fails(done, 2, "cannot read")


class TwoAtOnce(CommandLineTest):
    def test_two_killed_and_restarted_runs_with_one_checkpoint(self):
        """The file is always complete and from one of the runs, so the digest is correct."""
        file = self.folder / "checkpoint"
        draws = "20_000" if SANITIZER else "200_000"
        self.run_two_firms("--draws", draws, "--out", self.folder / "alone")
        expected = json.loads((self.folder / "alone" / "result.json").read_text())
        for _ in range(3):
            runs = [
                subprocess.Popen(
                    [
                        BINARY,
                        "run",
                        str(self.scenario),
                        "--device",
                        "cpu",
                        "--draws",
                        draws,
                        "--checkpoint",
                        str(file),
                        "--resume",
                        str(file),
                        "--checkpoint-every",
                        "0.01",
                        "--out",
                        str(self.folder / "out"),
                    ],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                for _ in range(2)
            ]
            time.sleep(0.1)
            runs[0].send_signal(signal.SIGKILL)
            runs[0].wait()
            self.assertEqual(runs[1].wait(timeout=120), 0)
            result = json.loads((self.folder / "out" / "result.json").read_text())
            self.assertEqual(result["digest"], expected["digest"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
