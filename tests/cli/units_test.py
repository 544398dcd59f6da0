# SPDX-License-Identifier: Apache-2.0
"""Units inside families appear in every output with an input."""

import json
import re
import shutil
import subprocess
import unittest

from command_line import CommandLineTest, read_csv, tranche

# Inputs in families, each in another unit than that of the simulation.
FAMILIES = """
[scenario]
name = "families"
start = "2026-01"
months = 12
draws = 2000

[firms.acme]
power_cap = { uniform = { min = "30 MW", max = "90 MW" } }
installation_rate = { uniform = { min = "2k chips/month", max = "9k chips/month" } }
installation_delay = { uniform = { min = "2 weeks", max = "9 weeks" } }
retirement = { uniform = { min = "1 %/year", max = "5 %/year" } }
electricity = { uniform = { min = "50 USD/MWh", max = "90 USD/MWh" } }

[tranches.first]
chip = "H200"
quantity = 60_000
price = { triangular = { min = "$25k", mode = "$30k", max = "$40k" } }

[workloads.training]
kind = "training"
mfu = 0.4

[discover]
outcome = "chips_installed > 20k at 2026-12"
"""
# unit, and between which numbers of it every value lies
UNITS = {
    "firms.acme.power_cap": ("MW", 30, 90),
    "firms.acme.installation_rate": ("chips/month", 2000, 9000),
    "firms.acme.installation_delay": ("weeks", 2, 9),
    "firms.acme.retirement": ("%/year", 1, 5),
    "firms.acme.electricity": ("USD/MWh", 50, 90),
    "tranches.first.price": ("USD", 25e3, 40e3),
}
# A float has 24 bits, and tables are written with seven digits.
ROUNDING = 1e-6


class UnitsInFamilies(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.file = self.folder / "families.toml"
        self.file.write_text(FAMILIES)
        self.out = self.folder / "out"

    def done(self, *arguments):
        done = tranche(*arguments, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def within(self, name, value):
        _, low, high = UNITS[name]
        self.assertGreaterEqual(value, low * (1 - ROUNDING), name)
        self.assertLessEqual(value, high * (1 + ROUNDING), name)

    def test_stand_in_the_table_of_the_tornado(self):
        self.done("sensitivity", self.file, "--device", "cpu")
        seen = {}
        for row in read_csv(self.out / "tornado.csv"):
            seen[row["input"]] = row["input_unit"]
            for column in ("input_low", "input_high"):
                self.within(row["input"], float(row[column]))
        self.assertEqual(seen, {name: unit for name, (unit, _, _) in UNITS.items()})

    def test_stand_in_what_is_discovered(self):
        text = self.done("discover", self.file, "--draws", 4000)
        sentence = re.search(r"power_cap[^\n]*at (?:least|most) ([0-9.,]+) (\w+)", text)
        self.assertIsNotNone(sentence, text)
        self.assertEqual(sentence.group(2), "MW")
        self.within("firms.acme.power_cap", float(sentence.group(1).replace(",", "")))
        for row in read_csv(self.out / "prim_box.csv"):
            self.assertEqual(row["unit"], UNITS[row["input"]][0])

    def test_stand_in_the_results_and_on_the_page(self):
        self.done("run", self.file, "--device", "cpu")
        result = json.loads((self.out / "result.json").read_text())
        units = {
            row["variable"]: row["unit"] for row in result["inputs"] if row["variable"] in UNITS
        }
        self.assertEqual(units, {name: unit for name, (unit, _, _) in UNITS.items()})

    @unittest.skipUnless(shutil.which("ncdump"), "no ncdump")
    def test_stand_beside_saved_draws(self):
        file = self.folder / "draws.nc"
        done = tranche(
            "run",
            self.file,
            "--device",
            "cpu",
            "--draws",
            100,
            "--out",
            self.out,
            "--save-draws",
            file,
        )
        if "without NetCDF" in done.stderr:
            self.skipTest("the program was built without NetCDF")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = subprocess.run(
            ["ncdump", "-v", "input,input_unit,input_value", str(file)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        text = text[text.index("\ndata:") :]

        def body(name):
            return re.search(rf"\n {name} =(.*?);", text, re.DOTALL).group(1)

        names = re.findall(r'"([^"]*)"', body("input"))
        units = re.findall(r'"([^"]*)"', body("input_unit"))
        self.assertEqual(
            dict(zip(names, units)), {name: unit for name, (unit, _, _) in UNITS.items()}
        )
        values = [float(value) for value in body("input_value").replace("\n", " ").split(",")]
        for at, name in enumerate(names):
            for value in values[100 * at : 100 * (at + 1)]:
                self.within(name, value)


if __name__ == "__main__":
    unittest.main()
