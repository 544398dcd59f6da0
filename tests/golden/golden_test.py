# SPDX-License-Identifier: Apache-2.0
"""One small run as text that people can read and compare.

After a change that is meant to move results:  tests/golden/golden_test.py --update
and say why in the commit.
"""

import os
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from command_line import MINIMAL, SOURCE, tranche  # noqa: E402

GOLDEN = SOURCE / "tests" / "golden" / "minimal.txt"
DRAWS = 20_000


def run_minimal():
    """The report without what depends on the machine, then the last month of summary.csv."""
    with tempfile.TemporaryDirectory(prefix="tranche-golden-") as folder:
        done = tranche(
            "run", MINIMAL, "--device", "cpu", "--draws", DRAWS, "--seed", 1, "--out", folder
        )
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        report = done.stdout.replace(folder, "RESULTS")
        summary = (pathlib.Path(folder) / "summary.csv").read_text().splitlines()
    report = report.replace(" report.html", "")  # needs npm when building
    report = re.sub(r"draws in .*?\nSeed", "draws\nSeed", report, flags=re.DOTALL)
    last_month = summary[-1].split(",")[2]
    rows = [row for row in summary[1:] if row.split(",")[2] == last_month]
    return "\n".join([report, summary[0], *rows, ""])


class Golden(unittest.TestCase):
    maxDiff = None

    def test_minimal_gives_the_stored_text(self):
        self.assertEqual(
            run_minimal(),
            GOLDEN.read_text(),
            "\nif the change is meant: tests/golden/golden_test.py --update",
        )


if __name__ == "__main__":
    if "--update" in sys.argv or os.environ.get("TRANCHE_UPDATE_GOLDEN"):
        GOLDEN.write_text(run_minimal())
        print(f"wrote {GOLDEN}")
    else:
        unittest.main(verbosity=2)
