# SPDX-License-Identifier: Apache-2.0
"""Tests of the front end of reports, as ctest runs them.

    front_end.py types|pages|browser

`types` checks the TypeScript, `pages` runs the unit tests and validates what the program
writes, `browser` opens pages in Chromium. Exit status 77: skipped, the last line says why.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BINARY = os.environ["TRANCHE_BINARY"]
SOURCE = pathlib.Path(os.environ["TRANCHE_SOURCE_DIR"])
FRONT_END = pathlib.Path(os.environ["TRANCHE_REPORT_DIR"])
MINIMAL = SOURCE / "scenarios" / "minimal.toml"

HOSTILE = r"""
[scenario]
name = "hostile"
title = "<script>alert(1)</script> \" ' & \u202Ereversed \U0001F469\u200D\U0001F680 مرحبا %s"
question = "LONG </script><img src=x onerror='window.harm=1'> ${alert(1)}"
start = "2026-01"
months = 6
draws = 400
seed = 1
[firms.evil]
title = "<img src=x onerror=window.harm=1>"
power_cap = { value = "8 to 12 MW", source = "</script><script>window.harm=1</script> LONG" }
workloads = { training = 1.0 }
[firms.rtl]
title = "\u202E\u05D0\u05D1\u05D2 \U0001F4A5 LONG"
power_cap = "10 MW"
workloads = { training = 1.0 }
[tranches.first]
title = "javascript:alert(1)"
chip = "H200"
quantity = "8_000 to 12_000 chips"
announced = "2026-01-01"
split = { evil = 0.5, rtl = 0.5 }
[workloads.training]
kind = "training"
model = "llama-3.1-70b"
precision = "bf16"
mfu = 0.4
[[what_if]]
name = "harm"
title = "<b onmouseover=alert(1)>\"];alert(1)//"
set = { "tranches.first.chip" = "H20" }
[[what_if]]
name = "long"
title = "LONG"
set = { "tranches.first.chip" = "H100", "firms.evil.power_cap" = "20 MW" }
"""
# Knowing the lead time decides between the two.
A_CHOICE = """
[[what_if]]
name = "more-but-late"
set = { "tranches.first.quantity" = "90k to 110k", "tranches.first.announced" = "2026-03-20" }
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def many_firms():
    """36 months, 20 firms, 10 what-ifs."""
    firms = [f"firm{i:02}" for i in range(20)]
    text = HOSTILE[HOSTILE.index("[tranches.first]") : HOSTILE.index("[[what_if]]")]
    split = ", ".join(f"{firm} = 0.05" for firm in firms)
    text = re.sub(r"split = .*", f"split = {{ {split} }}", text)
    text += "".join(
        f'[firms.{firm}]\npower_cap = "8 to 12 MW"\nworkloads = {{ training = 1.0 }}\n'
        for firm in firms
    )
    text += "".join(
        f'[[what_if]]\nname = "quantity-{i}"\n'
        f'set = {{ "tranches.first.quantity" = {1000 * i} }}\n'
        for i in range(1, 11)
    )
    return (
        '[scenario]\nname = "many"\nstart = "2026-01"\nmonths = 36\ndraws = 300\nseed = 1\n' + text
    )


def run(scenario, out, draws):
    write(["run", scenario, "--device", "cpu", "--draws", draws], out)


def write(command, out):
    done = subprocess.run(
        [BINARY, *map(str, command), "--out", str(out)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    if not (out / "report.html").exists():
        skip("the program was built without npm, so without reports")


def main():
    mode = sys.argv[1]
    node = shutil.which("node") or shutil.which("nodejs")
    if not node:
        skip("no node")
    if not (FRONT_END / "node_modules" / "vega-lite").is_dir():
        skip("npm has not installed the packages of the front end")
    if mode == "types":
        sys.exit(
            subprocess.call([node, "node_modules/typescript/bin/tsc", "--noEmit"], cwd=FRONT_END)
        )
    browser = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if mode == "browser" and not browser:
        skip("no chromium")
    with tempfile.TemporaryDirectory(prefix="tranche-report-") as name:
        root = pathlib.Path(name)
        flagship = root / "flagship"
        run(SOURCE / "scenarios" / "h200-first-batch.toml", flagship, 2000)
        (root / "hostile.toml").write_text(HOSTILE.replace("LONG", "x" * 10_000), encoding="utf-8")
        run(root / "hostile.toml", root / "hostile", 400)
        (root / "many.toml").write_text(many_firms(), encoding="utf-8")
        run(root / "many.toml", root / "many", 300)
        (root / "choice.toml").write_text(MINIMAL.read_text() + A_CHOICE)
        folders = [flagship, root / "hostile", root / "many"]
        # Pages of the other commands.
        scenarios = SOURCE / "scenarios"
        for name, command in {
            "compare": ["compare", "H100", "H200", "B200"],
            "plan": ["plan", "llama-3.1-8b", "--chip", "H100", "--count", "64"],
            "sweep": ["sweep", scenarios / "cap-sweep.toml", "--draws", "300"],
            "allocate": ["allocate", scenarios / "three-firms.toml", "--draws", "300"],
            "sensitivity": [
                "sensitivity",
                root / "choice.toml",
                "--metric",
                "chips_delivered",
                "--month",
                "2026-05",
                "--draws",
                "4000",
            ],
        }.items():
            write(command, root / name)
            folders.append(root / name)
        if mode == "pages":
            write(
                ["validate", "--cases", scenarios / "measured" / "membound_cases.csv"],
                root / "validate",
            )
            folders.append(root / "validate")
            run(MINIMAL, root / "minimal", 1000)
            folders.append(root / "minimal")
        subprocess.run([node, "build.mjs", "--tests"], cwd=FRONT_END, check=True)
        files = [
            str(path)
            for path in sorted((FRONT_END / "dist" / "tests").glob("*.cjs"))
            if path.name.startswith("browser") == (mode == "browser")
        ]
        environment = dict(
            os.environ,
            TRANCHE_RESULTS=":".join(map(str, folders)),
            TRANCHE_RESULTS_ROOT=str(root),
            TRANCHE_CHROMIUM=browser or "",
        )
        sys.exit(subprocess.call([node, "--test", *files], cwd=FRONT_END, env=environment))


if __name__ == "__main__":
    main()
