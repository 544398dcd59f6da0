# SPDX-License-Identifier: Apache-2.0
"""`--save-draws`: single draws as NetCDF-4, read back with ncdump."""

import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import time
import unittest

from command_line import BINARY, MINIMAL, SANITIZER, CommandLineTest, read_csv, tranche


def numbers_of(file, variable):
    text = subprocess.run(
        ["ncdump", "-p", "9,17", "-v", variable, str(file)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    body = re.search(rf"\n {variable} =(.*?);", text[text.index("\ndata:") :], re.DOTALL).group(1)
    return [float(number) for number in body.replace("\n", " ").split(",")]


def texts_of(file, variable):
    text = subprocess.run(
        ["ncdump", "-v", variable, str(file)], check=True, capture_output=True, text=True
    ).stdout
    body = re.search(rf"\n {variable} =(.*?);", text[text.index("\ndata:") :], re.DOTALL).group(1)
    return re.findall(r'"([^"]*)"', body)


class Draws(CommandLineTest):
    def setUp(self):
        super().setUp()
        if not shutil.which("ncdump"):
            self.skipTest("no ncdump")
        probe = tranche(
            "run",
            MINIMAL,
            "--draws",
            8,
            "--out",
            self.folder / "probe",
            "--save-draws",
            self.folder / "probe.nc",
        )
        if "without NetCDF" in probe.stderr:
            self.skipTest("the program was built without NetCDF")
        self.assertEqual(probe.returncode, 0, probe.stderr)

    def test_hold_the_values_that_the_summary_is_made_of(self):
        out, file = self.folder / "out", self.folder / "draws.nc"
        draws = 1501  # not a whole number of batches
        done = self.run_two_firms("--draws", draws, "--out", out, "--save-draws", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        what_ifs, firms, metrics = (texts_of(file, v) for v in ["what_if", "firm", "metric"])
        self.assertEqual(what_ifs, ["base", "more-power", "h100-instead"])
        self.assertEqual(firms, ["acme", "beta", "all"])
        self.assertEqual(numbers_of(file, "month"), [0, 31, 59, 90, 120, 151])  # of 2026
        self.assertEqual(numbers_of(file, "draw"), list(range(draws)))
        values = numbers_of(file, "value")
        self.assertEqual(len(values), 3 * 3 * 6 * len(metrics) * draws)
        checked = 0
        for row in read_csv(out / "summary.csv"):
            month = int(row["month"][5:]) - 1
            at = (what_ifs.index(row["what_if"]) * 3 + firms.index(row["firm"])) * 6 + month
            start = (at * len(metrics) + metrics.index(row["metric"])) * draws
            column = values[start : start + draws]
            # Bins of the summary are at most 0.4 % wide; means are right to a millionth of
            # the largest value, single draws have 24 bits.
            median = statistics.median(column)
            self.assertAlmostEqual(median, float(row["p50"]), delta=0.0041 * abs(median) + 1e-9)
            largest = max(map(abs, column))
            self.assertAlmostEqual(
                statistics.fmean(column), float(row["mean"]), delta=2e-6 * largest + 1e-9
            )
            checked += 1
        self.assertGreater(checked, 500)

    def test_say_units_and_conventions(self):
        header = subprocess.run(
            ["ncdump", "-h", str(self.folder / "probe.nc")],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for text in [
            "float value(what_if, firm, month, metric, draw)",
            'Conventions = "CF-1.10"',
            'month:units = "days since 2026-01-01"',
            "string unit(metric)",
            "float input_value(input, draw)",
        ]:
            self.assertIn(text, header)

    @unittest.skipIf(SANITIZER, "a sanitizer keeps memory that was freed")
    def test_memory_does_not_grow_with_draws(self):
        def peak_kb(draws):
            command = [
                BINARY,
                "run",
                MINIMAL,
                "--device",
                "cpu",
                "--draws",
                str(draws),
                "--out",
                str(self.folder / "o"),
                "--save-draws",
                str(self.folder / "o.nc"),
            ]
            script = (
                "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
                "stdout=subprocess.DEVNULL); "
                "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
            )
            return int(
                subprocess.run(
                    ["python3", "-c", script, *command], check=True, capture_output=True, text=True
                ).stdout
            )

        few, many = peak_kb(2_000), peak_kb(50_000)
        # 48,000 draws more of 12 months and some twenty metrics of two firms are 90 MB.
        self.assertLess(many - few, 20_000)

    def test_interrupted_or_failed_leave_no_file(self):
        file = self.folder / "gone.nc"
        process = subprocess.Popen(
            [
                BINARY,
                "run",
                MINIMAL,
                "--device",
                "cpu",
                "--draws",
                "400000",
                "--out",
                str(self.folder / "gone"),
                "--save-draws",
                str(file),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not list(self.folder.glob(".gone.nc*")) and process.poll() is None:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        self.assertEqual(list(self.folder.glob("*gone*")) + list(self.folder.glob(".*gone*")), [])
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
        tranche(
            "run",
            MINIMAL,
            "--device",
            "cpu",
            "--draws",
            40_000,
            "--out",
            self.folder / "gone",
            "--save-draws",
            file,
            preexec_fn=limit,
        )
        self.assertEqual(
            list(self.folder.glob("*gone.nc*")) + list(self.folder.glob(".*gone*")), []
        )

    def test_what_is_no_regular_file_stays_and_links_are_followed(self):
        pipe, link, target = (self.folder / name for name in ("pipe", "link.nc", "target.nc"))
        os.mkfifo(pipe)
        done = tranche(
            "run", MINIMAL, "--draws", 8, "--out", self.folder / "out", "--save-draws", pipe
        )
        self.assert_fails(done, 1, str(pipe), "it is no regular file")
        self.assertTrue(pipe.is_fifo())
        self.assertFalse((self.folder / "out").exists())
        link.symlink_to("target.nc")
        done = tranche(
            "run", MINIMAL, "--draws", 8, "--out", self.folder / "out", "--save-draws", link
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(link.is_symlink())
        self.assertGreater(target.stat().st_size, 0)

    def test_a_place_that_cannot_be_written_is_known_at_once(self):
        done = tranche(
            "run", MINIMAL, "--out", self.folder / "x", "--save-draws", "/proc/none/draws.nc"
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("/proc/none", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
