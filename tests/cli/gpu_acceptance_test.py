# SPDX-License-Identifier: Apache-2.0
"""tools/gpu-acceptance: a dry run without a GPU, time limits, and the evaluation of GPU results.

If a GPU is needed, mocks replace our programs and CUDA's tools: only the script is
tested with them, and none of their numbers is kept."""

import csv
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from command_line import BINARY, SOURCE, CommandLineTest, tranche

SCRIPT = SOURCE / "tools" / "gpu-acceptance"
sys.path.insert(0, str(SOURCE / "tools" / "gpu_acceptance"))
import floors  # noqa: E402
import inspection  # noqa: E402
import limited  # noqa: E402
import machine  # noqa: E402
import parity  # noqa: E402
import runner  # noqa: E402
import steps  # noqa: E402


def script(*arguments, program=SCRIPT, timeout=300, **options):
    return subprocess.run(
        [str(program), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
        **options,
    )


def travelled(folder, manifest):
    """A folder like that of `prepare`, without programs."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(SCRIPT, folder)
    shutil.copytree(
        SOURCE / "tools" / "gpu_acceptance",
        folder / "gpu_acceptance",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def record_in(folder):
    return json.loads((folder / "acceptance.json").read_text())


def by_name(data):
    return {entry["name"]: entry for entry in data["steps"]}


class TemporaryFolder(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"


class DryRun(unittest.TestCase):
    """All checks of one dry run of the programs of this build."""

    @classmethod
    def setUpClass(cls):
        built = pathlib.Path(BINARY).parent
        if not all(
            (built / name).exists() for name in ("tranche_parity_tests", "tranche_benchmarks")
        ):
            raise unittest.SkipTest("this build has no benchmarks (Google Benchmark)")
        if shutil.which("nvidia-smi"):
            raise unittest.SkipTest("there is a driver here: run tools/gpu-acceptance itself")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tranche-acceptance-"))
        cls.travel, cls.out = cls.folder / "travel", cls.folder / "out"
        cls.prepared = script("prepare", "--from", built, "--to", cls.travel)
        cls.done = script(
            "run", "--out", cls.out, program=cls.travel / "gpu-acceptance", timeout=480
        )

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder, ignore_errors=True)

    def test_what_travels_is_complete_and_small(self):
        self.assertEqual(self.prepared.returncode, 0, self.prepared.stderr)
        manifest = json.loads((self.travel / "manifest.json").read_text())
        files = [path for path in self.travel.rglob("*") if path.is_file()]
        self.assertLess(sum(path.stat().st_size for path in files), 60 << 20)
        self.assertEqual(
            {
                str(path.relative_to(self.travel))
                for path in files
                if "__pycache__" not in path.parts
            }
            - {"manifest.json"},
            set(manifest["sha256"]),
        )
        self.assertEqual(sorted(manifest["digests"]), ["h200-first-batch", "h200-toy", "minimal"])
        self.assertIn("MiB of at most 60", self.prepared.stdout)

    def test_every_step_ends_and_says_why_it_needs_a_gpu(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr + self.done.stdout)
        data = record_in(self.out)
        self.assertFalse(data["ran_on_gpu"])
        found = by_name(data)
        self.assertEqual(list(found), [step.name for step in steps.STEPS])
        self.assertEqual(found.pop("machine")["status"], "passed")
        answered = {name for name, entry in found.items() if entry["status"] == "cpu"}
        self.assertEqual(answered, {"digests", "calibrate", "draws", "plans", "designs"})
        for name, entry in found.items():
            with self.subTest(name):
                self.assertIn(entry["status"], ("cpu", "skipped"))
                self.assertIn("GPU", entry["reason"])
                self.assertLessEqual(entry["seconds"], entry["limit_s"] + 1)

    def test_the_table_says_plainly_that_nothing_ran_on_a_gpu(self):
        table = (self.out / "table.txt").read_text()
        self.assertTrue(table.startswith("Nothing here ran on a GPU: "), table)
        self.assertEqual(self.done.stdout.split("\nwritten to")[0].strip(), table.strip())
        self.assertNotIn("nothing here ran on a gpu: \n", table.lower())
        self.assertEqual(
            sorted(path.name for path in self.out.iterdir()),
            ["acceptance.json", "chip.toml", "log.txt", "table.txt"],
        )

    def test_the_cpu_answers_with_figures(self):
        found = by_name(record_in(self.out))
        for scenario, row in found["digests"]["results"]["scenarios"].items():
            self.assertEqual(row["digest"], row["digest_prepared"], scenario)
            self.assertTrue(row["tables_equal"])
        self.assertEqual({row["device"] for row in found["draws"]["results"]["rows"]}, {"cpu"})
        self.assertGreater(found["plans"]["results"]["rows"][0]["plans_per_s"], 0)
        designs = found["designs"]["results"]["rows"]
        self.assertEqual(
            [row["evaluations"] for row in designs], [4096 * (row["groups"] + 2) for row in designs]
        )

    def test_the_report_of_it_changes_no_document_and_no_measurement(self):
        docs, measured = self.folder / "gpu.md", self.folder / "measured"
        measured.mkdir()
        self.addCleanup(measured.rmdir)
        done = script("report", self.out, "--docs", docs, "--measured", measured)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("**Nothing here ran on a GPU: ", done.stdout)
        self.assertIn("documentation and measurements stay as they are", done.stdout)
        self.assertFalse(docs.exists())
        self.assertEqual(list(measured.iterdir()), [])

    def test_a_gpu_that_is_required_ends_it_at_once(self):
        done = script(
            "run",
            "--out",
            self.folder / "required",
            "--require-gpu",
            program=self.travel / "gpu-acceptance",
            timeout=60,
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("a GPU is required: ", done.stderr)
        data = record_in(self.folder / "required")
        self.assertEqual(data["steps"][0]["status"], "failed")
        self.assertEqual({entry["status"] for entry in data["steps"][1:]}, {"not started"})

    def test_results_that_are_there_are_not_replaced(self):
        before = (self.out / "acceptance.json").read_bytes()
        done = script("run", "--out", self.out, program=self.travel / "gpu-acceptance")
        self.assertEqual(done.returncode, 2)
        self.assertIn("holds the results of a run", done.stderr)
        self.assertEqual((self.out / "acceptance.json").read_bytes(), before)

    def test_a_file_that_was_damaged_on_the_way_is_named(self):
        damaged = self.folder / "damaged"
        shutil.copytree(self.travel, damaged)
        with open(damaged / "scenarios" / "minimal.toml", "a", encoding="utf-8") as file:
            file.write("# cut")
        done = script(
            "run", "--out", self.folder / "damaged-out", program=damaged / "gpu-acceptance"
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("scenarios/minimal.toml: not what was prepared", done.stdout)


class Usage(TemporaryFolder):
    def test_help(self):
        for words in [["--help"], ["prepare", "--help"], ["run", "--help"], ["report", "--help"]]:
            done = script(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)

    def test_wrong_arguments(self):
        (self.folder / "empty").mkdir()
        (self.folder / "other").mkdir()
        (self.folder / "other" / "acceptance.json").write_text('{"a": 1}')
        (self.folder / "mine").mkdir()
        (self.folder / "mine" / "letter.txt").write_text("keep")
        (self.folder / "home" / "bin").mkdir(parents=True)
        travel = travelled(self.folder / "travel", {})
        for program, words, text in [
            (SCRIPT, [], "required"),
            (SCRIPT, ["fly"], "invalid choice"),
            (SCRIPT, ["report", self.folder / "empty"], "cannot read"),
            (SCRIPT, ["report", self.folder / "other"], "is not the record of a run"),
            (SCRIPT, ["prepare", "--to", self.folder / "mine"], "would be emptied"),
            (travel / "gpu-acceptance", ["prepare"], "needs the repository"),
            (travel / "gpu-acceptance", ["run"], "--out"),
            (
                travel / "gpu-acceptance",
                ["run", "--out", self.out, "--only", "drawz"],
                "unknown step `drawz`",
            ),
            (
                travel / "gpu-acceptance",
                ["run", "--out", self.out, "--budget", "1"],
                "no time for a run",
            ),
            (
                travel / "gpu-acceptance",
                ["run", "--out", self.out, "--budget", "nan"],
                "no time for a run",
            ),
            (
                SCRIPT,
                ["prepare", "--to", self.folder / "home", "--from", self.folder],
                "would be emptied",
            ),
        ]:
            with self.subTest(words):
                done = script(*words, program=program)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(text, done.stderr)
        self.assertEqual((self.folder / "mine" / "letter.txt").read_text(), "keep")
        self.assertTrue((self.folder / "home" / "bin").exists())

    def test_a_build_without_programs_costs_no_prepared_folder(self):
        travel = travelled(self.folder / "travel", {})
        done = script("prepare", "--to", travel, "--from", self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("has no tranche: build it", done.stderr)
        self.assertTrue((travel / "manifest.json").exists())


def passes(context):
    context.results["seen"] = context.command(["echo", "here"]).output.strip()


class Limits(TemporaryFolder):
    def run_steps(self, chosen, **options):
        self.out.mkdir()
        (self.folder / "manifest.json").write_text("{}")
        told = []
        data = runner.run(self.folder, self.out, chosen, say=told.append, **options)
        self.assertEqual(record_in(self.out), data)
        self.assertGreaterEqual(len(told), len(data["steps"]))
        return by_name(data)

    def test_a_step_that_outlasts_its_limit_is_killed_with_its_children(self):
        children = self.folder / "children"

        def sleeps(context):
            context.results["before"] = 1
            context.command(["sh", "-c", f"sleep 321 & echo $! > {children}; sleep 321"])
            context.results["after"] = 1

        found = self.run_steps(
            [
                steps.Step("first", "", 20, passes),
                steps.Step("sleeps", "", 0.5, sleeps),
                steps.Step("last", "", 20, passes),
            ]
        )
        self.assertEqual(found["sleeps"]["status"], "killed")
        self.assertIn("ended at its limit", found["sleeps"]["reason"])
        self.assertEqual(found["sleeps"]["results"], {"before": 1})
        self.assertLess(found["sleeps"]["seconds"], 10)
        self.assertEqual(found["last"]["results"], {"seen": "here"})
        self.assertEqual(found["last"]["status"], "passed")
        child = int(children.read_text())
        for _ in range(100):  # a killed process may be a zombie for a moment
            try:
                state = pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                return
            if state == "Z":
                return
            time.sleep(0.05)
        self.fail("the child of a killed step lives on")

    def test_no_step_goes_beyond_the_budget(self):
        def sleeps(context):
            context.command(["sleep", "321"])

        started = time.monotonic()
        found = self.run_steps(
            [
                steps.Step("first", "", 20, passes),
                steps.Step("sleeps", "", 300, sleeps),
                steps.Step("last", "", 20, passes),
            ],
            budget_s=6,
        )
        self.assertLess(time.monotonic() - started, 15)
        self.assertEqual(found["sleeps"]["status"], "killed")
        self.assertEqual(found["last"]["status"], "not started")
        self.assertIn("6 s of the run are used up", found["last"]["reason"])

    def test_a_broken_output_ends_nothing(self):
        def deaf(line):
            raise BrokenPipeError

        self.out.mkdir()
        (self.folder / "manifest.json").write_text("{}")
        data = runner.run(
            self.folder,
            self.out,
            [steps.Step("first", "", 20, passes), steps.Step("last", "", 20, passes)],
            say=deaf,
        )
        self.assertEqual([entry["status"] for entry in data["steps"]], ["passed", "passed"])

    def test_a_fault_in_one_step_costs_no_other(self):
        def breaks(context):
            context.command(["true"])
            return context.results["nothing"]

        found = self.run_steps(
            [
                steps.Step("first", "", 20, passes),
                steps.Step("breaks", "", 20, breaks),
                steps.Step("last", "", 20, passes),
            ]
        )
        self.assertEqual(found["breaks"]["status"], "failed")
        self.assertIn("KeyError", found["breaks"]["reason"])
        self.assertEqual(found["last"]["status"], "passed")

    def test_a_program_that_is_not_there(self):
        def missing(context):
            done = context.command([context.program("tranche")])
            context.results["status"] = done.status
            context.fail(done.problem)

        found = self.run_steps([steps.Step("first", "", 20, missing)])
        self.assertEqual(found["first"]["results"], {"status": 127})
        self.assertIn("No such file", found["first"]["reason"])

    def test_of_a_flood_of_words_both_ends_are_kept(self):
        def floods(context):
            done = context.command(
                [
                    "sh",
                    "-c",
                    "echo first; head -c 3000000 /dev/zero | tr '\\0' x; " "echo; echo last",
                ]
            )
            context.results["ends"] = [done.output[:5], done.output[-5:-1]]

        found = self.run_steps(
            [
                steps.Step("first", "", 20, passes),
                steps.Step("floods", "", 20, floods),
                steps.Step("last", "", 20, passes),
            ]
        )
        self.assertEqual(found["floods"]["results"]["ends"], ["first", "last"])
        log = (self.out / "log.txt").read_text()
        self.assertLess(len(log), 500_000)
        self.assertRegex(log, r"\[2,\d{3},\d{3} bytes left out\]")
        self.assertIn("$ echo here\nhere\n", log[log.index("left out") :])


# Mocks with the output of our programs and CUDA's tools on a machine with an H200; FAULT in the
# environment selects a fault.
STAND_IN = r"""#!/usr/bin/env python3
import json, os, pathlib, sys, time
fault = os.environ.get("FAULT", "")
name, words = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
def option(which, default=""):
    return words[words.index(which) + 1] if which in words else default
if name == "nvidia-smi":
    known = {"name": "NVIDIA H200", "driver_version": "580.95", "compute_cap": "9.0",
             "memory.total": "143771", "memory.used": "4", "clocks.sm": "1980",
             "clocks.max.sm": "1980", "clocks.mem": "3201", "clocks.max.mem": "3201",
             "power.limit": "700.00", "power.draw": "512.25", "temperature.gpu": "41",
             "ecc.mode.current": "Enabled"}
    fields = words[0].split("=")[1].split(",")
    if any(field not in known for field in fields):  # as an old driver, which knows not all
        print('Field "mig.mode.current" is not a valid field to query.')
        sys.exit(2)
    print(", ".join(known[field] for field in fields))
elif name == "tranche_parity_tests":
    assert os.environ.get("TRANCHE_REQUIRED_BACKEND") == "cuda"
    suite = next(w for w in words if w.startswith("--gtest_filter")).split("=")[1]
    test = suite.split(":")[0].replace("*", "CountsWhatTheCpuCounts")
    print(f"[ RUN      ] {test}")
    if fault == "hang" and suite.startswith("Designs"):
        sys.stdout.flush()
        time.sleep(321)
    if fault == "parity" and suite.startswith("Jobs"):
        print("tests/parity/a_test.cpp:7: Failure\nExpected equality\n  1\n  2\n")
        print(f"[  FAILED  ] {test} (5 ms)\n[  PASSED  ] 0 tests.\n[  FAILED  ] {test}")
        sys.exit(1)
    print(f"[       OK ] {test} (12 ms)")
elif name == "tranche_benchmarks":
    print("2026-01-01T00:00:00+00:00\nRunning benchmarks")
    print(json.dumps({"benchmarks": [
        {"name": "many_plans/cpu/real_time", "items_per_second": 1e8},
        {"name": "many_plans/gpu/real_time", "items_per_second": 5e9}]}, indent=2))
elif name == "compute-sanitizer":
    tool = option("--tool")
    if fault == tool:
        print("========= Invalid __global__ write of size 4 bytes")
        print("========= ERROR SUMMARY: 3 errors")
        sys.exit(9)
    print("========= RACECHECK SUMMARY: 0 hazards displayed (0 errors, 0 warnings)"
          if tool == "racecheck" else "========= ERROR SUMMARY: 0 errors")
elif name == "ncu":
    print("==PROF== Connected to process 7")
    print('"ID","Kernel Name","Section Name","Metric Name","Metric Unit","Metric Value"')
    if "--metrics" in words:
        for kernel, us in [("tranche::kernels::sample_kernel(Fleet)", 7), ("void a::steps_kernel<int>(T)", "1,250.5"), ("void a::steps_kernel<int>(T)", 20), ("count_values_kernel", 9)]:
            print(f'"0","{kernel}","Command line profiler metrics","gpu__time_duration.sum","us","{us}"')
    else:
        print('"0","k","GPU Speed Of Light Throughput","Memory Throughput","%","55.12"')
        print('"0","k","Occupancy","Achieved Occupancy","%","30.96"')
elif words[0] == "--version":
    print("tranche 0.1.0 (stand-in), CUDA 13.0.88")
elif words[0] == "calibrate":
    share = 0.7 if fault == "triad" else 0.9
    rows = [{"probe": p, "edge": None, "measured_bytes_per_s": share * 4.8e12,
             "predicted_bytes_per_s": 4.2e12, "error_percent": -3.0, "share_of_peak": share,
             "flop_per_s": None, "correct": "right", "seconds": 1e-3}
            for p in ["copy", "scale", "add", "triad", "dot", "gather", "spmv", "stencil", "gemv",
                      "kv_attention"]]
    rows += [{"probe": "gemm", "edge": e, "measured_bytes_per_s": 1e11, "predicted_bytes_per_s": None,
              "error_percent": None, "share_of_peak": None, "flop_per_s": 7e14, "correct": "right",
              "seconds": 1e-4} for e in [256, 8192]]
    pathlib.Path(option("--out")).write_text("# 4800.0 GB/s (datasheet of H200-SXM). To use it\n")
    print(json.dumps(rows, indent=2))
else:
    device = option("--device")
    if fault == "crash" and device == "gpu" and option("--draws") == "1024" and name == "tranche":
        print("error: an illegal memory access was encountered")
        sys.exit(1)
    if fault == "unusable" and device == "gpu":
        print("error: backend `gpu` cannot run here (this build has no code for NVIDIA H200)")
        sys.exit(1)
    out = pathlib.Path(option("--out") or "/tmp")
    if words[0] == "sensitivity":
        out.joinpath("sobol.csv").write_text("what_if,input\nbase,a\nbase,b\n")
        print(f"0.5 s, seed 1, designs on {device.upper()}, stand-in")
    elif words[0] == "run":
        digest = "f" * 64 if fault == "digest" and device == "gpu" else "0" * 64
        out.joinpath("result.json").write_text(json.dumps({
            "digest": digest, "draws": int(option("--draws")), "device": device,
            "device_description": device.upper(), "threads": 1, "seconds_preparation": 0.1,
            "seconds_simulation": 0.1, "draws_per_second": {"gpu": 1e8, "cpu": 1e3 if fault == "slow" else 1e7}[device]}))
        out.joinpath("summary.csv").write_text("what_if\n")
"""


class WithAGpu(TemporaryFolder):
    """A whole run with mocks of the programs and of CUDA's tools."""

    def command_with(self, fault, *more):
        """Returns the command of a run with this fault, and its environment."""
        travel, tools = self.folder / "travel", self.folder / "tools"
        for folder, names in [
            (travel / "bin", ["tranche", "tranche_parity_tests", "tranche_benchmarks"]),
            (tools, ["nvidia-smi", "compute-sanitizer", "ncu"]),
        ]:
            folder.mkdir(parents=True)
            for name in names:
                (folder / name).write_text(STAND_IN)
                (folder / name).chmod(0o755)
        travelled(
            travel,
            {
                "revision": "0123456789ab",
                "toolkit": "CUDA 13.0.88",
                "digests": {"h200-toy": "0" * 64},
            },
        )
        return (
            [str(travel / "gpu-acceptance"), "run", "--out", str(self.out), *more],
            {**os.environ, "FAULT": fault, "PATH": f"{tools}:{os.environ['PATH']}"},
        )

    def run_with(self, fault="", *more):
        (program, *words), env = self.command_with(fault, *more)
        done = script(*words, program=program, timeout=120, env=env)
        return done, record_in(self.out)

    def test_a_run_where_all_is_right(self):
        done, data = self.run_with()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(data["ran_on_gpu"])
        self.assertEqual({entry["status"] for entry in data["steps"]}, {"passed"}, done.stdout)
        self.assertEqual(data["gpu"]["driver"], "580.95")
        self.assertEqual(data["gpu"]["memory_mib"], 143771)
        self.assertNotIn("mig", data["gpu"])  # this driver does not know it
        self.assertEqual(data["gpu_at_work"]["power_w"], 512.25)
        self.assertIn("NVIDIA H200, driver 580.95", done.stdout)
        kernels = by_name(data)["profile"]["results"]["kernels"]
        self.assertEqual(
            [(k["kernel"], k["launches"], k["ns"]) for k in kernels],
            [
                ("steps_kernel", 2, 1270500.0),
                ("count_values_kernel", 1, 9000.0),
                ("sample_kernel", 1, 7000.0),
            ],
        )
        self.assertEqual(kernels[0]["achieved_occupancy"], "30.96 %")

        docs, measured = self.folder / "gpu.md", self.folder / "measured"
        measured.mkdir()
        for _ in range(2):  # a second report replaces its rows
            done = script("report", self.out, "--docs", docs, "--measured", measured)
            self.assertEqual(done.returncode, 0, done.stderr)
        page = docs.read_text()
        for text in ["580.95", "1,980 MHz", "0123456789ab", "steps_kernel", "same bytes"]:
            self.assertIn(text, page)
        # 4 schedulers of 132 processors, 32 threads, 1.98 GHz, over 68,300 instructions a draw.
        most = 132 * 4 * 32 * 1.98e9 / 68300
        self.assertIn(f"| {100 * 1e8 / most:.1f} % |", page)
        with open(measured / "gpu_probes.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 10)
        self.assertEqual({row["chip"] for row in rows}, {"H200-SXM"})
        done = tranche("validate", "--cases", measured / "gpu_probes.csv", "--format", "csv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            {row["status"] for row in csv.DictReader(done.stdout.splitlines())}, {"ok"}, done.stdout
        )
        with open(measured / "gpu_products.csv", encoding="utf-8", newline="") as file:
            self.assertEqual(
                [(row["m"], row["achieved"]) for row in csv.DictReader(file)],
                [("256", "700.00"), ("8192", "700.00")],
            )

    def test_what_is_wrong_fails_its_step_and_no_other(self):
        for fault, step, text in [
            ("parity", "parity-jobs", "JobsOnTheGpu.CountsWhatTheCpuCounts: Expected equality"),
            ("digest", "digests", "digest ffffffffffffffff on gpu, 0000000000000000 on cpu"),
            ("triad", "calibrate", "the triad reaches 70.0 % of the peak"),
            ("memcheck", "memcheck", "3 errors; Invalid __global__ write of size 4 bytes"),
        ]:
            with self.subTest(fault):
                only = ["--only", step, "--only", "parity-plans"]
                done, data = self.run_with(fault, *only)
                self.assertEqual(done.returncode, 1)
                found = by_name(data)
                self.assertEqual(found[step]["status"], "failed")
                self.assertIn(text, found[step]["reason"])
                self.assertEqual(found["parity-plans"]["status"], "passed")
                self.tearDown()
                self.setUp()

    def test_a_gpu_that_tranche_cannot_use_costs_no_more_minutes(self):
        done, data = self.run_with("unusable")
        self.assertEqual(done.returncode, 1)
        self.assertEqual({entry["status"] for entry in data["steps"][1:]}, {"not started"})
        self.assertIn(
            "the driver shows NVIDIA H200, but tranche cannot use it: this build has no "
            "code for NVIDIA H200",
            data["steps"][0]["reason"],
        )
        self.assertFalse(data["ran_on_gpu"])

    def test_a_first_run_that_fails_on_the_gpu_stops_nothing(self):
        done, data = self.run_with("crash", "--only", "parity-jobs", "--only", "memcheck")
        self.assertEqual(done.returncode, 1)
        found = by_name(data)
        self.assertIn("failed: an illegal memory access", found["machine"]["reason"])
        self.assertEqual(found["parity-jobs"]["status"], "passed")
        self.assertEqual(found["memcheck"]["status"], "passed")
        self.assertLess(done.stderr.index("memcheck"), done.stderr.index("jobs"))
        self.assertTrue(data["ran_on_gpu"])

    def test_draws_that_would_take_too_long_are_left_out_and_named(self):
        _, data = self.run_with("slow", "--only", "draws")
        entry = by_name(data)["draws"]
        self.assertEqual(entry["status"], "passed")
        self.assertIn(
            "h200-toy, 10,000,000 draws on cpu, which would take 10000 s", entry["reason"]
        )

    def start_hanging(self):
        """A run that hangs in the tests of designs, in the background."""
        words, env = self.command_with("hang")
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        self.addCleanup(process.kill)
        for _ in range(600):
            if (self.out / "acceptance.json").exists() and by_name(record_in(self.out))[
                "parity-designs"
            ]["status"] == "running":
                return process
            time.sleep(0.05)
        self.fail("the run did not come to the tests of designs")

    def test_a_run_that_is_ended_keeps_what_it_measured(self):
        process = self.start_hanging()
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 1)
        found = by_name(record_in(self.out))
        self.assertEqual(found["parity-fleet"]["status"], "passed")
        self.assertEqual(found["parity-designs"]["status"], "killed")
        self.assertIn("ended from outside", found["parity-designs"]["reason"])

    def test_a_run_that_is_killed_leaves_a_record_that_says_where(self):
        process = self.start_hanging()
        process.kill()
        process.wait(timeout=60)
        found = by_name(record_in(self.out))
        self.assertEqual(found["parity-fleet"]["status"], "passed")
        self.assertEqual(found["parity-designs"]["status"], "running")
        done = script(
            "report", self.out, "--docs", self.folder / "gpu.md", "--measured", self.folder
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("| parity tests: designs | cut while it ran |", done.stdout)


class Parts(unittest.TestCase):
    def test_tests_that_were_cut(self):
        output = "[ RUN      ] A.b\n[       OK ] A.b (3 ms)\n[ RUN      ] A.c\n"
        self.assertEqual(
            [(t["name"], t["status"], t["ms"]) for t in parity.tests_in(output)],
            [("A.b", "passed", 3), ("A.c", "cut", None)],
        )

    def test_errors_that_tools_count(self):
        self.assertEqual(inspection.errors_in("========= ERROR SUMMARY: 0 errors"), (0, 0))
        self.assertEqual(inspection.errors_in("========= ERROR SUMMARY: 1 error"), (1, 0))
        self.assertEqual(
            inspection.errors_in(
                "========= RACECHECK SUMMARY: 3 hazards displayed (1 error, 2 warnings)"
            ),
            (1, 2),
        )
        self.assertEqual(
            inspection.first_error(
                "========= COMPUTE-SANITIZER\n========= Host API uninitialized memory access\n"
            ),
            "Host API uninitialized memory access",
        )

    def test_a_rule_of_two_lines_hides_no_metric(self):
        rows = inspection.rows_of(
            '==PROF== Connected\n"ID","Metric Name","Metric Unit","Metric Value"\n'
            '"0","","","a rule\nof two lines"\n==WARNING== note\n'
            '"0","Memory Throughput","%","55.1"\n'
        )
        self.assertEqual([row["Metric Name"] for row in rows], ["Memory Throughput"])

    def test_what_tools_call_an_error(self):
        for output, text in [
            (
                "==PROF== a\n==ERROR== ERR_NVGPUCTRPERM no\n==WARNING== none\n",
                "ERR_NVGPUCTRPERM no",
            ),
            ("error: no disk\nhelp: free some\n", "no disk"),
            ("a\n\nb\n\n", "b"),
            ("", "ended with status 3 and said nothing"),
        ]:
            self.assertEqual(limited.Done(3, output, 0.1, False).problem, text)

    def test_facts_beside_a_warning_and_without_an_unknown_field(self):
        def ask(words):
            if "mig.mode.current" in words[0]:
                return 'Field "mig.mode.current" is not a valid field to query.\n'
            fields = words[0].split("=")[1].split(",")
            return (
                "WARNING: infoROM is corrupted\n"
                + ", ".join(
                    {"name": "NVIDIA H200", "power.limit": "[N/A]"}.get(f, "7") for f in fields
                )
                + "\n"
            )

        (facts,) = machine.gpu_facts(ask)
        self.assertEqual(
            (facts["name"], facts["power_limit_w"], facts["memory_mib"]), ("NVIDIA H200", None, 7)
        )
        self.assertEqual(machine.gpu_facts(lambda words: ""), [])
        self.assertIsNone(inspection.errors_in("Device not supported"))

    def test_names_of_kernels(self):
        for text, name in [
            ("tranche::kernels::<unnamed>::steps_kernel(Fleet, int)", "steps_kernel"),
            ("void steps_kernel<(bool)1>(Fleet)", "steps_kernel"),
            ("steps_kernel", "steps_kernel"),
        ]:
            self.assertEqual(inspection.kernel_name(text), name)

    def test_the_floor_of_a_chip_that_is_not_listed(self):
        self.assertIsNone(floors.highest_rate({"name": "NVIDIA A10"}, (1, 1)))
        self.assertIsNone(floors.highest_rate(None, (1, 1)))

    def test_the_floor_is_the_lower_of_two(self):
        gpu = {"name": "NVIDIA H200", "sm_clock_max_mhz": 1000}
        # 132 x 4 x 32 lanes x 1 GHz over 1,000 instructions; 4.8 TB/s over 4,800 bytes.
        self.assertEqual(floors.highest_rate(gpu, (1000, 4800)), (1e9, "memory"))
        rate, binds = floors.highest_rate(gpu, (1_000_000, 4800))
        self.assertAlmostEqual(rate, 132 * 4 * 32 * 1e9 / 1e6)
        self.assertEqual(binds, "instructions")

    def test_the_look_with_the_highest_power_counts(self):
        output = "345, 3201, 70.1, 30\n1980, 3201, 600.5, 45\n[N/A], 1, 2, 3\n1200, 3201, 90, 40\n"
        self.assertEqual(
            machine.watched(output),
            {"sm_clock_mhz": 1980, "memory_clock_mhz": 3201, "power_w": 600.5, "temperature_c": 45},
        )
        self.assertIsNone(machine.watched("no device"))

    def test_versions_are_compared_as_numbers(self):
        self.assertLess(machine.version_tuple("2.4"), machine.version_tuple("2.36"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
