# SPDX-License-Identifier: Apache-2.0
"""Builds a model of the C++ sources as a library that Python can load."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "fit"


def build(name):
    """Path of the shared library `name`, one of tools/fit/CMakeLists.txt, up to date."""
    subprocess.run(
        [
            "cmake",
            "-S",
            ROOT,
            "-B",
            BUILD,
            "-G",
            "Ninja",
            "-DTRANCHE_CUDA=OFF",
            "-DTRANCHE_MPI=OFF",
            "-DTRANCHE_TESTS=OFF",
            "-DTRANCHE_BENCHMARKS=OFF",
            "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        ["cmake", "--build", BUILD, "--target", name], check=True, stdout=subprocess.DEVNULL
    )
    return BUILD / "tools" / "fit" / f"lib{name}.so"
