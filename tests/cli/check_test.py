# SPDX-License-Identifier: Apache-2.0
"""`check` reports the errors that commands report before their first draw, with equal text."""

import unittest

from command_line import CommandLineTest, tranche

HEAD = """
[scenario]
name = "parity"
start = "2026-01"
months = 6
draws = 256
{scenario}

[firms.acme]
{firm}
[firms.beta]

[tranches.first]
chip = "{chip}"
quantity = "60k to 90k"
split = {{ acme = 0.6, beta = 0.4 }}
{tranche}

[workloads.training]
kind = "training"
model = "llama-3.1-405b"
{workload}
"""
SWEEP = """
[sweep]
{sweep}
[[sweep.axis]]
path = "tranches.first.{path}"
values = {values}
"""
ALLOCATE = """
[allocate]
split = "{split}"
{allocate}
[[allocate.objective]]
metric = "{metric}"
{objective}
"""


def scenario(**parts):
    filled = {
        "scenario": "",
        "firm": "",
        "chip": "H200",
        "tranche": "",
        "workload": 'mfu = "0.30 to 0.50"',
    } | parts
    return HEAD.format(**filled)


def sweep(path="chip", values='["H200", "H100"]', more=""):
    return SWEEP.format(path=path, values=values, sweep=more)


def allocate(split="tranches.first.split", metric="training_flop_per_s", more="", objective=""):
    return ALLOCATE.format(split=split, metric=metric, allocate=more, objective=objective)


def discover(outcome):
    return f'\n[discover]\noutcome = "{outcome}"\n'


# A chip whose power the catalogue does not know, and one whose price it does not.
NO_POWER, NO_PRICE = "Ascend-950DT", "Ascend-950PR"
POWER_CAP = 'power_cap = "10 MW"'
WRONG = {
    "a chip without a known power under a power cap": (
        "run",
        scenario(chip=NO_POWER, firm=POWER_CAP, tranche='price = "1 USD"'),
    ),
    "a headline that does not apply": (
        "run",
        scenario(scenario='headline.metric = "decode_tokens_per_s"'),
    ),
    "a headline that is not kept": (
        "run",
        scenario(scenario='headline.metric = "mfu"\nmetrics = ["power_mw"]'),
    ),
    "a headline whose cost is unknown": (
        "run",
        scenario(chip=NO_PRICE, scenario='headline.metric = "cost_usd_cumulative"'),
    ),
    "work that must be certain": (
        "run",
        scenario(workload='mfu = 0.4\nflop_per_unit = "1 to 2 TFLOP"'),
    ),
    "a sweep over a metric that does not apply": (
        "sweep",
        scenario() + sweep(more='metrics = ["decode_tokens_per_s"]'),
    ),
    "a sweep to a chip without a known power": (
        "sweep",
        scenario(firm=POWER_CAP, tranche='price = "1 USD"')
        + sweep(values=f'["H200", "{NO_POWER}"]'),
    ),
    "a sweep over a value out of range": (
        "sweep",
        scenario() + sweep(path="slip.probability", values="[0.1, 2]"),
    ),
    "a sweep under a headline that does not apply": (
        "sweep",
        scenario(scenario='headline.metric = "decode_tokens_per_s"') + sweep(),
    ),
    "an allocation by a metric that does not apply": (
        "allocate",
        scenario() + allocate(metric="decode_tokens_per_s"),
    ),
    "an allocation with too many splits": (
        "allocate",
        scenario() + allocate(more="parts = 10_000_000"),
    ),
    "an allocation that no split satisfies": (
        "allocate",
        scenario()
        + allocate()
        + '[[allocate.constraint]]\nshare_of = "acme"\nmin = 0.8\n'
        + '[[allocate.constraint]]\nshare_of = "beta"\nmin = 0.8\n',
    ),
    "an allocation by an unknown cost": (
        "allocate",
        scenario(chip=NO_PRICE) + allocate(metric="cost_usd_cumulative"),
    ),
    "an outcome that is no condition": ("discover", scenario() + discover("mfu is low")),
    "an outcome of an unknown metric": ("discover", scenario() + discover("profit < 1 at 2026-03")),
    "an outcome of an unknown firm": (
        "discover",
        scenario() + discover("gamma: mfu < 0.4 at 2026-03"),
    ),
    "an outcome of an unknown what-if": (
        "discover",
        scenario() + discover("mfu in cheaper < 0.4 at 2026-03"),
    ),
    "an outcome in another unit": (
        "discover",
        scenario() + discover("power_mw < 3 tokens/s at 2026-03"),
    ),
    "an outcome outside the months": ("discover", scenario() + discover("mfu < 0.4 at 2031-01")),
    "an outcome of an unknown cost": (
        "discover",
        scenario(chip=NO_PRICE) + discover("cost_usd_cumulative < 1 USD at 2026-03"),
    ),
}


def errors_in(text):
    """Returns the error messages, without warnings: each with the lines up to the next message."""
    messages, current = [], None
    for line in text.splitlines():
        if line.startswith(("error: ", "warning: ", "note: ")):
            current = [line]
            if line.startswith("error: "):
                messages.append(current)
        elif current is not None and line.strip():
            current.append(line)
    return {"\n".join(message) for message in messages}


class Check(CommandLineTest):
    def test_refuses_what_the_commands_refuse(self):
        for number, (what, (command, text)) in enumerate(WRONG.items()):
            with self.subTest(what):
                path = self.folder / f"wrong-{number}.toml"
                path.write_text(text)
                run = tranche(command, str(path), "--out", str(self.folder / "out"))
                self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
                checked = tranche("check", str(path))
                self.assertEqual(checked.returncode, 2, checked.stdout + checked.stderr)
                self.assertLessEqual(errors_in(run.stderr), errors_in(checked.stderr))
                self.assertTrue(errors_in(run.stderr))

    def test_says_problems_of_several_commands_at_once(self):
        path = self.folder / "several.toml"
        path.write_text(
            scenario(scenario='headline.metric = "decode_tokens_per_s"')
            + sweep(more='metrics = ["months_behind"]')
            + discover("profit < 1 at 2026-03")
        )
        checked = tranche("check", str(path))
        self.assertEqual(checked.returncode, 2)
        for name in ["decode_tokens_per_s", "months_behind", "profit"]:
            self.assertIn(name, checked.stderr)

    def test_accepts_what_runs_and_shows_the_warnings_of_a_run(self):
        path = self.folder / "good.toml"
        path.write_text(
            scenario(chip=NO_PRICE)
            + sweep(path="quantity", values="[1000, 2000]")
            + discover("mfu < 0.4 at 2026-03")
        )
        checked = tranche("check", str(path))
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn(f"the price of `{NO_PRICE}` is not known", checked.stdout)
        self.assertIn("0 errors, 1 warning", checked.stdout)
        run = tranche("run", str(path), "--out", str(self.folder / "out"))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"the price of `{NO_PRICE}` is not known", run.stderr)


if __name__ == "__main__":
    unittest.main()
