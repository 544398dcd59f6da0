# SPDX-License-Identifier: Apache-2.0
"""Planted faults: each must be caught by the test that stands beside it.

    python3 tests/mutation/mutants.py            plant every fault in turn (about 10 s each)
    python3 tests/mutation/mutants.py 3 6        only these
    python3 tests/mutation/mutants.py --check    only see that each could still be planted

A fault is planted in a copy of one file in a folder of its own, which the compiler sees before
the sources, so the tree is never touched. What includes the file is compiled again, linked
before the libraries (of build/mutation, made file by file), and its test must fail; the same
test without the fault must pass.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "mutation"
BATCH = "kernels/engine/cpu/batch_baseline.cpp"
MONTH, CLAIMS = "kernels/engine/fleet/month.hpp", "kernels/engine/fleet/claims.hpp"
ROUNDS, INSTALL = "kernels/engine/fleet/rounds.hpp", "kernels/engine/fleet/install.hpp"
SCHEDULE, SET_UP = "kernels/engine/fleet/schedule.hpp", "kernels/engine/fleet/setup.hpp"
RUN = "kernels/engine/fleet/run.hpp"
PROGRAM = "kernels/engine/fleet/program.hpp"
DESIGN = "kernels/engine/gpu/design_program.hpp"

# file, original text, fault, test file, test, further sources of the test
MUTANTS = [
    (
        CLAIMS,
        "lower_to(j, cost[j] > 0.0f ? usd / cost[j] : unlimited);",
        "lower_to(j, unlimited);",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.TheSmallestCapSetsTheDeliveryAndBinds",
        BATCH,
    ),
    (
        CLAIMS,
        "granted[j] > 0.5f ? allotted",
        "granted[j] > -0.5f ? allotted",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.ADeniedPermissionDeliversNothingAndBinds",
        BATCH,
    ),
    (
        MONTH,
        "const float fraction = (time - first) /",
        "const float fraction = (time + first) /",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.ARampBeginsAfterItsLeadTime",
        BATCH,
    ),
    (
        INSTALL,
        "watts_wanted[j] <= power[j]",
        "watts_wanted[j] <= unlimited",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.ThePowerCapFeedsOnlySoManyChips",
        BATCH,
    ),
    (
        SET_UP,
        "watts[j] = chip_w * overhead[j] * pue[j];",
        "watts[j] = chip_w * overhead[j];",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.ThePowerCapFeedsOnlySoManyChips",
        BATCH,
    ),
    (
        INSTALL,
        "in_service[j] = in_service[j] * survival_step[j];",
        "in_service[j] = in_service[j] * 1.0f;",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.RetirementShrinksWhatWasInstalled",
        BATCH,
    ),
    (
        ROUNDS,
        "const float here = room_left(level_at(base[j], growth[j], factor[j], time), used[j]);",
        "const float here = level_at(base[j], growth[j], factor[j], time);",
        "unit/sim/simulate/lowering/serving_limits_test",
        "Limits.ACapPerBuyerHoldsForAllTranchesUnderTheLicence",
        BATCH,
    ),
    (
        ROUNDS,
        "claims[j] = ends ? 0.0f : claims[j];",
        "claims[j] = claims[j];",
        "unit/sim/simulate/lowering/serving_limits_test",
        "Limits.OfTwoLicencesHoldOverThreeTranchesTogether",
        BATCH,
    ),
    (
        SCHEDULE,
        "arrival[b][j] + late <= time",
        "arrival[b][j] + late < time",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.ASlipDelaysItsBatchAndAllLaterOnes",
        BATCH,
    ),
    (
        MONTH,
        "factor * max_of(base + growth * time, 0.0f)",
        "factor * max_of(growth * time, 0.0f)",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.TheRatioCapGrowsWithShipmentsToTheReferenceMarket",
        BATCH,
    ),
    (
        SCHEDULE,
        "const float slip = uniform[j] < probability[j]",
        "const float slip = uniform[j] > probability[j]",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.SlipsHappenAsOftenAsTheirProbabilitySays",
        BATCH,
    ),
    (
        RUN,
        "return in_use[j] * availability[j] * share[j];",
        "return in_use[j] * share[j];",
        "unit/sim/simulate/lowering/fleet_throughput_test",
        "Fleet.TrainingIsChipsTimesPeakTimesEfficiencyTimesAvailability",
        BATCH,
    ),
    (
        MONTH,
        "time.memory_s / efficiency.bandwidth",
        "time.memory_s",
        "unit/sim/simulate/lowering/fleet_throughput_test",
        "Fleet.MemoryBoundWorkFollowsBandwidth",
        BATCH,
    ),
    (
        "kernels/models/reliability/goodput.hpp",
        "(checkpoint_interval_s + model.checkpoint_write_s)",
        "checkpoint_interval_s",
        "unit/sim/simulate/lowering/fleet_throughput_test",
        "Fleet.GoodputIsDalysRenewalForm",
        BATCH,
    ),
    (
        RUN,
        "return delivered[j] * cost[j];",
        "return cost[j];",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.TranchesThatBothHaveArrivedSpendTheFirmsBudgetTogether",
        BATCH,
    ),
    (
        RUN,
        "in_service[j] * per_chip;",
        "per_chip;",
        "unit/sim/simulate/lowering/fleet_throughput_test",
        "Fleet.YardsticksCountInstalledChipsNotDeliveredOnes",
        BATCH,
    ),
    (
        "kernels/random/philox.hpp",
        "0xD2511F53u",
        "0xD2511F55u",
        "unit/kernels/random/philox_test",
        "Philox.GivesThePublishedKnownAnswers",
        None,
    ),
    (
        "kernels/random/philox.hpp",
        "| (address.block << 16)",
        "| (address.block << 15)",
        "unit/kernels/random/philox_test",
        "Philox.PutsDrawBlockAndVariableIntoTheirOwnBits",
        None,
    ),
    (
        "kernels/models/training/memory.hpp",
        "scores_kept ? 5.0",
        "scores_kept ? 4.0",
        "unit/kernels/models/training/training_memory_test",
        "LayerActivations.MatchKorthikantiTable2",
        None,
    ),
    (
        "kernels/models/chip/collectives.hpp",
        "const double wire = 2.0 * bytes",
        "const double wire = bytes",
        "unit/kernels/models/chip/operators_test",
        "Collectives.AreNearMeasuredOnesInOneNode",
        None,
    ),
    (
        "kernels/models/transformer/cache_use.hpp",
        "return (local > 1.0 ? local : 1.0) * key_value_width(heads) * value_bytes;",
        "return local * key_value_width(heads) * value_bytes;",
        "unit/kernels/models/serving/inference_test",
        "Inference.KeyValueHeadsAreCopiedWhenThereAreMoreChipsThanHeads",
        None,
    ),
    (
        "kernels/engine/fleet/histogram.hpp",
        "(low > last ? last : low) + 1;",
        "(low > last ? last : low);",
        "statistics/histogram_accuracy_test",
        "HistogramAccuracy.PercentilesOfEveryMetricAreThoseOfTheSortedDraws",
        BATCH,
    ),
    (
        DESIGN,
        "if (is_b && mixed.group >= 0) continue;",
        "if (is_b) continue;",
        "unit/kernels/engine/gpu/gpu_design_test",
        "GpuDesign.LeavesInputsOfNoGroupAlone",
        None,
    ),
    (
        DESIGN,
        "first_group + static_cast<std::int32_t>(slot) - 1;",
        "static_cast<std::int32_t>(slot) - 1;",
        "unit/kernels/engine/gpu/gpu_design_test",
        "GpuDesign.HasTheSameBitsInLittleMemory",
        None,
    ),
    (
        DESIGN,
        "PickFreezeSums all = sum;",
        "PickFreezeSums all;",
        "unit/kernels/engine/gpu/gpu_design_test",
        "GpuDesign.AddsTheBatchesOfALongBlockInOrder",
        None,
    ),
    (
        DESIGN,
        "if (j + k < end) add_effect",
        "add_effect",
        "unit/kernels/engine/gpu/gpu_design_test",
        "GpuDesign.HasTheBitsOfTheCpu",
        None,
    ),
    (
        "kernels/engine/gpu/design_worker.hpp",
        "groups.first == 0 ? moments_.data() : nullptr;",
        "moments_.data();",
        "unit/kernels/engine/gpu/gpu_design_test",
        "GpuDesign.HasTheSameBitsInLittleMemory",
        None,
    ),
    (
        "sim/catalogue/figures.cpp",
        "rate->second.value / tera * bits_of(format)",
        "rate->second.value / tera * 8.0",
        "unit/sim/catalogue/rules_test",
        "Rules.WindowOfJanuaryTwentySixHasTheRightEdges",
        "sim/catalogue/figures.cpp",
    ),
    (
        "sim/input/unit_table.cpp",
        'Unit{bytes, "GB", 1e9, true}',
        'Unit{bytes, "GB", 1e8, true}',
        "unit/sim/input/quantity_text_test",
        "*",
        "sim/input/unit_table.cpp",
    ),
    (
        "sim/results/summary.cpp",
        "const double half_width = 0.5 / std::sqrt(draws);",
        "const double half_width = 0.5 / draws;",
        "unit/sim/results/summary_test",
        "Statistics.MedianErrorIsThatOfANormalSample",
        "sim/results/summary.cpp",
    ),
    (
        RUN,
        "if (!at.lanes.any_above_zero(delivered, in_service)) return;",
        "if (!at.lanes.any_above_zero(in_service, in_service)) return;",
        "unit/kernels/engine/fleet/fleet_delivery_test",
        "Fleet.InstallationRateDelayAndSiteLimitWhatRuns",
        BATCH,
    ),
    (
        "sim/simulate/lowering/state_plan.cpp",
        'fmt::format("{}rates{}", name, allotment.chip)',
        'fmt::format("{}rates{}", name, 0)',
        "unit/sim/simulate/lowering/state_plan_test",
        "StatePlan.AWhatIfHasTheValuesOfTheSameScenarioAlone",
        "sim/simulate/lowering/state_plan.cpp",
    ),
    (
        "sim/simulate/lowering/state_plan.cpp",
        "name, work, reliability_key(reliability), firm.workload_shares);",
        'name, "", reliability_key(reliability), firm.workload_shares);',
        "unit/sim/simulate/lowering/state_plan_test",
        "StatePlan.AWhatIfHasTheValuesOfTheSameScenarioAlone",
        "sim/simulate/lowering/state_plan.cpp",
    ),
    (
        "sim/simulate/lowering/state_plan.cpp",
        "name, work, reliability_key(reliability), firm.workload_shares);",
        'name, work, "", firm.workload_shares);',
        "unit/sim/simulate/lowering/state_plan_test",
        "StatePlan.AWhatIfHasTheValuesOfTheSameScenarioAlone",
        "sim/simulate/lowering/state_plan.cpp",
    ),
    (
        "kernels/engine/tally/tally.cpp",
        "i < size * (part + 1) / parts",
        "i < size / parts * (part + 1)",
        "unit/kernels/engine/tally/tally_cells_test",
        "Tally.AddsInPartsWhatItAddsAtOnce",
        "kernels/engine/tally/tally.cpp",
    ),
]

FLAGS = [
    "-std=c++20",
    "-O1",
    "-w",
    "-fopenmp",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-I/usr/include/eigen3",
    f'-DTRANCHE_SOURCE_DIR="{ROOT}"',
    f'-DTRANCHE_SOURCE_DATA_DIR="{ROOT}/scenarios"',
    '-DTRANCHE_DATA_FROM_BINARY="none"',
]
LAYERS = [
    "tests/libtranche_test_support.a",
    "sim/libtranche_report.a",
    "sim/libtranche_simulate.a",
    "sim/libtranche_scenario.a",
    "sim/libtranche_performance.a",
    "sim/libtranche_input.a",
    "kernels/libtranche_engine.a",
    "kernels/libtranche_models.a",
]
LIBRARIES = [
    *(str(BUILD / layer) for layer in LAYERS),
    "-ltomlplusplus",
    "-lfmt",
    "-lnettle",
    "-lgtest_main",
    "-lgtest",
    "-lpthread",
]
# Of what the build found; harmless where it did not.
OPTIONAL = ["-lnlopt", "-lmpi", "-lnetcdf"]


def build_libraries():
    """Builds file by file: in a unity-built library a planted object would duplicate
    the one that it replaces."""
    subprocess.run(
        [
            "cmake",
            "-S",
            ROOT,
            "-B",
            BUILD,
            "-G",
            "Ninja",
            "-DTRANCHE_UNITY=OFF",
            "-DTRANCHE_CUDA=OFF",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        ["cmake", "--build", BUILD, "--target", "tranche_test_support"],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def library_flags():
    found = list(LIBRARIES)
    for library in OPTIONAL:
        folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu/openmpi/lib", "/usr/lib"]
        if any((pathlib.Path(f) / f"lib{library[2:]}.so").exists() for f in folders):
            found.append(library)
    return found + ["-L/usr/lib/x86_64-linux-gnu/openmpi/lib"]


def compile_one(source, target, overlay=None):
    includes = ([f"-I{overlay}"] if overlay else []) + [f"-I{ROOT}"]
    path = overlay / source if overlay and (overlay / source).exists() else ROOT / source
    subprocess.run(
        ["ccache"] * bool(shutil.which("ccache"))
        + ["g++", *includes, *FLAGS, "-c", str(path), "-o", str(target)],
        check=True,
    )


def passes(folder, objects, test):
    program = folder / "program"
    subprocess.run(
        ["g++", "-fopenmp", "-o", str(program), *map(str, objects), *library_flags()], check=True
    )
    done = subprocess.run(
        [str(program), f"--gtest_filter={test}"],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "TRANCHE_CPU_TARGET": "baseline",
            "TRANCHE_DATA": str(ROOT / "scenarios"),
        },
        timeout=600,
    )
    if "0 tests from 0 test suites ran" in done.stdout:
        raise SystemExit(f"no test is called {test}")
    return done.returncode == 0


def try_mutant(number, mutant, folder):
    file, there, fault, test_file, test, beside = mutant
    folder.mkdir()
    overlay = folder / "overlay"
    (overlay / file).parent.mkdir(parents=True)
    (overlay / file).write_text((ROOT / file).read_text().replace(there, fault, 1))
    tests = f"tests/{test_file}.cpp"
    plain, planted = [folder / "plain.o"], [folder / "planted.o"]
    compile_one(tests, plain[0])
    if beside is None or file.endswith(".hpp"):
        compile_one(tests, planted[0], overlay)
    else:
        planted = list(plain)
    if beside:
        compile_one(beside, folder / "plain_beside.o")
        compile_one(beside, folder / "planted_beside.o", overlay)
        plain.append(folder / "plain_beside.o")
        planted.append(folder / "planted_beside.o")
    if not passes(folder, plain, test):
        verdict = "the test fails without it"
    else:
        verdict = "lives" if passes(folder, planted, test) else "caught"
    print(
        f"{number:2} {verdict:8} {file}: {fault.strip() or 'without ' + there.strip()!r}"
        f"  [{test}]",
        flush=True,
    )
    return verdict == "caught"


def main():
    chosen = [int(word) for word in sys.argv[1:] if word.isdigit()]
    stale = [
        m
        for m in MUTANTS
        if (ROOT / m[0]).read_text().count(m[1]) != 1
        or not (ROOT / "tests" / f"{m[3]}.cpp").exists()
        or (m[4] != "*" and m[4].split(".")[1] not in (ROOT / "tests" / f"{m[3]}.cpp").read_text())
    ]
    for mutant in stale:
        print(f"cannot be planted any more: {mutant[0]}: {mutant[1]!r} [{mutant[4]}]")
    if stale or "--check" in sys.argv:
        return 1 if stale else 0
    build_libraries()
    with tempfile.TemporaryDirectory(prefix="tranche-mutants-") as name:
        caught = [
            try_mutant(i + 1, m, pathlib.Path(name) / str(i))
            for i, m in enumerate(MUTANTS)
            if not chosen or i + 1 in chosen
        ]
    print(f"{sum(caught)} of {len(caught)} caught")
    return 0 if all(caught) else 1


if __name__ == "__main__":
    sys.exit(main())
