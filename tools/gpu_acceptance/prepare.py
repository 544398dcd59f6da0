# SPDX-License-Identifier: Apache-2.0
"""Builds the folder for a machine with a GPU: programs, their libraries, scenarios."""
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

import machine
from answers import DIGESTS
from files import MANIFEST, sha256, write_whole

PROGRAMS = ["tranche", "tranche_parity_tests", "tranche_benchmarks"]
MOST_BYTES = 60 << 20
# Libraries of every Linux machine with a driver, which must not be deployed.
SYSTEM_LIBRARIES = re.compile(
    r"^(linux-vdso|ld-linux.*|libc|libm|libdl|libpthread|librt|libcuda)" r"\.so"
)


class PrepareError(Exception):
    """The folder could not be built."""


def output_of(*words, **options):
    done = subprocess.run(
        list(map(str, words)),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )
    if done.returncode != 0:
        raise PrepareError(
            f"`{' '.join(map(str, words))}` ended with status {done.returncode}: "
            f"{(done.stderr or done.stdout).strip()[-2000:]}"
        )
    return done.stdout


# $1: the architectures; $2: compilers at a time, or empty; then the programs.
BUILD = """
source tools/steps.sh
arch=$1 at_a_time=${2:-$(jobs)}
shift 2
step setup "packages" tools/setup
step configure-gpu "configure (preset gpu-acceptance, $arch)" \\
  cmake --preset gpu-acceptance "-DCMAKE_CUDA_ARCHITECTURES=$arch"
step build-gpu "build (minutes, the first time)" \\
  cmake --build build-gpu-acceptance --parallel "$at_a_time" --target "$@"
"""


def build(root, architectures, jobs):
    """Builds the programs with the preset `gpu-acceptance`; returns its folder."""
    done = subprocess.run(
        ["bash", "-c", BUILD, "bash", architectures, str(jobs or ""), *PROGRAMS],
        cwd=root,
        check=False,
    )
    if done.returncode != 0:
        raise PrepareError("the programs could not be built")
    return os.path.join(root, "build-gpu-acceptance")


def libraries_of(program):
    """Returns the shared libraries of a program that a machine may lack, as {name: path}."""
    found = {}
    for line in output_of("ldd", program).splitlines():
        words = line.split()
        if "=>" not in words or SYSTEM_LIBRARIES.match(words[0]):
            continue
        if words[2] == "not":
            raise PrepareError(f"{program} needs {words[0]}, which is not here")
        found[words[0]] = words[2]
    return found


def glibc_needed(files):
    """Returns the newest C library version that these programs and libraries require."""
    versions = {
        version
        for file in files
        for version in re.findall(r"\(GLIBC_([\d.]+)\)", output_of("objdump", "-T", file))
    }
    return max(versions, key=machine.version_tuple, default="")


def copy_programs(built, travel, brings_libraries):
    """Copies and strips programs, and the libraries they need; returns all files copied."""
    copied, libraries = [], {}
    for name in PROGRAMS:
        source = os.path.join(built, name)
        libraries.update(libraries_of(source))
        copied.append(shutil.copy(source, os.path.join(travel, "bin", name)))
    if brings_libraries:
        for name, path in libraries.items():
            copied.append(shutil.copy(os.path.realpath(path), os.path.join(travel, "lib", name)))
    output_of("strip", *copied)
    return copied


def copy_data(root, travel):
    """Copies scenarios and catalogue, without the measurements that no step reads."""
    shutil.copytree(
        os.path.join(root, "scenarios"),
        os.path.join(travel, "scenarios"),
        ignore=shutil.ignore_patterns("measured"),
    )
    os.makedirs(os.path.join(travel, "scenarios", "measured"))
    shutil.copy(
        os.path.join(root, "scenarios", "measured", "accuracy.csv"),
        os.path.join(travel, "scenarios", "measured"),
    )


def copy_script(root, travel):
    """Copies the script that runs on the target."""
    shutil.copy(os.path.join(root, "tools", "gpu-acceptance"), travel)
    shutil.copytree(
        os.path.join(root, "tools", "gpu_acceptance"),
        os.path.join(travel, "gpu_acceptance"),
        ignore=shutil.ignore_patterns("__pycache__"),
    )


def digests(travel, say):
    """The digest of each scenario on this machine's CPU."""
    found = {}
    environment = {**os.environ, "TRANCHE_DATA": os.path.join(travel, "scenarios")}
    for scenario, draws in DIGESTS.items():
        say(f"{'digest of ' + scenario:<50} ", end="", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            output_of(
                os.path.join(travel, "bin", "tranche"),
                "run",
                f"scenarios/{scenario}.toml",
                "--device",
                "cpu",
                "--draws",
                draws,
                "--out",
                folder,
                cwd=travel,
                env=environment,
            )
            with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
                found[scenario] = json.load(file)["digest"]
        say(f"{time.monotonic() - started:4.0f} s")
    return found


def may_empty(travel):
    """Returns True if a folder is missing, empty, or made by `prepare`."""
    return (
        not os.path.exists(travel)
        or os.path.isdir(travel)
        and (
            not os.listdir(travel)
            or os.path.isfile(os.path.join(travel, "gpu_acceptance", "prepare.py"))
        )
    )


def files_of(travel):
    return sorted(
        path
        for path in glob.glob(os.path.join(travel, "**"), recursive=True)
        if os.path.isfile(path)
    )


def prepare(root, travel, built=None, architectures="90-real", jobs=None, say=print):
    """Fills the folder `travel` anew. `built` is a folder with the programs; None builds them.

    Returns the manifest. Raises PrepareError and then leaves no manifest: `run` refuses an
    incomplete folder.
    """
    own = built is None
    if own:
        built = build(root, architectures, jobs)
    for name in PROGRAMS:
        if not os.path.exists(os.path.join(built, name)):
            raise PrepareError(f"{built} has no {name}: build it, with benchmarks and tests")
    if os.path.isdir(travel):
        shutil.rmtree(travel)
    os.makedirs(travel)
    copy_script(root, travel)
    for name in ("bin", "lib"):
        os.makedirs(os.path.join(travel, name))
    copied = copy_programs(built, travel, brings_libraries=own)
    copy_data(root, travel)
    version = output_of(os.path.join(travel, "bin", "tranche"), "--version")
    manifest = {
        "version": version.strip(),
        "revision": revision_of(root),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "architectures": architectures if own else "as built",
        "toolkit": (re.search(r"CUDA [\d.]+", version) or ["no CUDA"])[0],
        "portable": own,
        "glibc_needed": glibc_needed(copied),
        "digests": digests(travel, say),
    }
    files = files_of(travel)
    manifest["bytes"] = sum(map(os.path.getsize, files))
    manifest["sha256"] = {os.path.relpath(path, travel): sha256(path) for path in files}
    if manifest["bytes"] > MOST_BYTES:
        raise PrepareError(
            f"{travel} has {manifest['bytes'] / 2**20:.1f} MiB, over "
            f"{MOST_BYTES >> 20} MiB; build for one architecture"
        )
    write_whole(os.path.join(travel, MANIFEST), json.dumps(manifest, indent=1) + "\n")
    return manifest


def revision_of(root):
    """The commit, with "-dirty" where files differ from it; empty outside a repository."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
