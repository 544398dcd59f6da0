# SPDX-License-Identifier: Apache-2.0
"""`tranche compare`: comparison of chips."""

import csv
import io
import json
import unittest

from command_line import CommandLineTest, files_in, tranche

COLUMNS = (
    "workload,unit,chip,possible,value,ratio,bound,why,value_per_usd,value_per_w,formats,"
    "arithmetic,layout,chips_per_copy,sequences_per_copy,time_per_token_s,memory,least_value,"
    "customary,assumed,evidence,low,high,ratio_low,ratio_high,grade,resembles"
)


def compared(*arguments):
    done = tranche("compare", *arguments, "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == COLUMNS, done.stdout
    return list(csv.DictReader(io.StringIO(done.stdout)))


def workloads(*names):
    return [word for name in names for word in ("--workload", name)]


class Compare(CommandLineTest):
    def test_memory_helps_where_memory_binds(self):
        rows = compared(
            "H100",
            "H200",
            *workloads("stream-triad", "decode:llama-3.1-70b", "prefill:llama-3.1-70b")
        )
        self.assertEqual([row["chip"] for row in rows], ["H100-SXM", "H200-SXM"] * 3)
        self.assertEqual([row["ratio"] for row in rows[::2]], ["1", "1", "1"])
        triad, decode, prefill = (float(row["ratio"]) for row in rows[1::2])
        # BabelStream triad on both (Azure AI-benchmarking-guide): 1.40, less than the 1.43 of the
        # datasheets; two decimals are printed there
        self.assertAlmostEqual(triad, 1.40, delta=0.02)
        self.assertTrue(1.2 < decode < 1.7, decode)
        self.assertTrue(1.0 <= prefill < 1.05, prefill)
        self.assertEqual([row["bound"] for row in rows[1::2]], ["memory", "memory", "compute"])
        for row in rows:
            self.assertNotEqual(row["why"], "")

    def test_rates_are_also_said_as_people_compare_them(self):
        rows = compared("H100", "H200", *workloads("hpcg", "bfs", "lbm"))
        hpcg, bfs, lattice = (row for row in rows if row["chip"] == "H100-SXM")
        self.assertRegex(hpcg["customary"], r"^\d+ GFLOP/s$")
        self.assertRegex(lattice["customary"], r"^[\d.]+ GLUP/s$")
        # 8 to 36 bytes an edge: the best case is never given alone
        self.assertRegex(bfs["customary"], r"^at most [\d.]+ GTEPS, at least [\d.]+ GTEPS")
        self.assertAlmostEqual(float(bfs["value"]) / float(bfs["least_value"]), 36 / 8, 6)

    def test_training_is_compared_at_the_best_plan_of_each(self):
        rows = compared("H100", "H200", "A100-SXM-40GB", *workloads("train:llama-3.1-405b"))
        self.assertEqual([row["bound"] for row in rows[:2]], ["compute", "compute"])
        # equal arithmetic: more memory can only better the plan, and not by much
        self.assertTrue(1.0 <= float(rows[1]["ratio"]) < 1.2, rows[1])
        self.assertIn("TP ", rows[0]["why"])
        # 312 over 989.5 TFLOP/s
        self.assertLess(float(rows[2]["ratio"]), 0.45)

    def test_what_does_not_fit_has_a_reason_and_no_value(self):
        # 671 GB of weights on eight chips of 80 GB, and of 141 GB
        first, second = compared(
            "H100", "H200", *workloads("serve:deepseek-v3"), "--pp", "1", "--tp", "8"
        )
        self.assertEqual(
            (first["possible"], first["value"], first["bound"]), ("no", "", "capacity")
        )
        self.assertEqual((second["possible"], second["ratio"]), ("yes", ""))

    def test_table_shows_every_workload_above_its_chips(self):
        done = tranche("compare", "H100", "H200")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("stream-triad, "))
        self.assertIn("element/s per chip", lines[at])
        self.assertTrue(lines[at + 1].startswith("  H100-SXM "))
        self.assertTrue(lines[at + 2].startswith("  H200-SXM "))
        self.assertTrue(lines[2].startswith("train:llama-3.1-70b, "))

    def test_out_writes_both_files(self):
        out = self.folder / "out"
        done = tranche("compare", "H100", "H200", "H20", *workloads("stream-copy"), "--out", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(files_in(out), {"compare.csv", "compare.json", "roofline.csv", "charts"})
        rows = json.loads((out / "compare.json").read_text())
        self.assertEqual([row["chip"] for row in rows], ["H100-SXM", "H200-SXM", "H20"])
        self.assertEqual((out / "compare.csv").read_text().splitlines()[0], COLUMNS)

    def test_wrong_questions(self):
        done = tranche("compare", "H100", "H20O", "--workload", "stream-tirad")
        self.assert_fails(
            done,
            2,
            "unknown chip `H20O`",
            "did you mean `H20`",
            "unknown workload `stream-tirad`",
            "did you mean `stream-triad`",
            "2 errors",
        )
        self.assert_fails(tranche("compare", "H100"), 2, "one chip alone")
        self.assert_fails(tranche("compare"), 2, "see `tranche compare --help`")
        self.assert_fails(tranche("compare", "H100", "H200", "--format", "xml"), 2, "accepted:")

    def test_folder_that_cannot_be_written(self):
        (self.folder / "file").write_text("mine")
        done = tranche(
            "compare", "H100", "H200", "--workload", "stream-copy", "--out", self.folder / "file"
        )
        self.assert_fails(done, 1, "Not a directory")


if __name__ == "__main__":
    unittest.main(verbosity=2)
