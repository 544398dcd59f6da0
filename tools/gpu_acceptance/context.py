# SPDX-License-Identifier: Apache-2.0
"""Context of a step: paths, presence of a GPU, and its results."""
import contextlib
import json
import os
import re
import shutil
import tempfile
import time

import machine


def short(reason):
    """Reason why a GPU cannot be used, without the common beginning of the message."""
    found = re.search(r"backend `gpu` cannot run here \((.*)\)", reason)
    return found.group(1) if found else reason


class Skip(Exception):
    """A step does not apply here; the text gives the reason."""


class Cut(Exception):
    """A command was killed at the limit of its step."""


class Context:
    """Runs the commands of the steps and records their results."""

    def __init__(self, travel, out, commands, record, manifest):
        self.travel, self.out, self.commands, self.record = travel, out, commands, record
        self.manifest = manifest
        self.has_gpu = False
        self.no_gpu_because = "no step has looked for a GPU"
        self.stop_because = ""  # reason to end the run
        self.crashed = False  # the first run on the GPU
        self.entry, self.deadline, self.failures = None, 0.0, []
        self.temporary = tempfile.mkdtemp(prefix="gpu-acceptance-")
        libraries = [os.environ.get("LD_LIBRARY_PATH", ""), *machine.library_folders()]
        self.environment = {
            "TRANCHE_DATA": os.path.join(travel, "scenarios"),
            "LD_LIBRARY_PATH": os.pathsep.join(filter(None, libraries)),
            "OMP_NUM_THREADS": str(machine.usable_cores()),
        }

    def close(self):
        """Ends running commands and removes temporary outputs."""
        self.commands.end()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def begin(self, entry, limit_s):
        self.entry, self.failures = entry, []
        self.deadline = time.monotonic() + limit_s

    @property
    def results(self):
        """Results of the current step; saved with the record after each command."""
        return self.entry["results"]

    def save(self):
        self.record.save()

    def fail(self, text):
        """Marks the step as failed and continues it, for further diagnostics."""
        self.failures.append(text)

    def stop(self, text):
        """Marks the step as failed and ends the run."""
        self.fail(text)
        self.stop_because = text

    def time_left_s(self):
        return self.deadline - time.monotonic()

    def program(self, name):
        """Returns the path of one of our programs."""
        return os.path.join(self.travel, "bin", name)

    def command(self, words, limit_s=None):
        """Runs a command in the deployed folder, within the remaining limit of the step.

        Raises Cut if that limit ends it. If `limit_s`, the limit of the command alone, ends it,
        returns the killed command.
        """
        left = self.time_left_s()
        own = limit_s is not None and limit_s < left
        done = self.commands.run(
            words,
            limit_s if own else left,
            self.travel,
            {**self.environment, "TRANCHE_REQUIRED_BACKEND": "cuda" if self.has_gpu else ""},
        )
        self.save()
        if done.killed and not own:
            raise Cut(done)
        return done

    @contextlib.contextmanager
    def scratch(self):
        """Returns a folder for temporary results."""
        folder = tempfile.mkdtemp(dir=self.temporary)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)

    def simulate(self, scenario, draws, device, *more):
        """Runs a scenario; returns its result.json, without the tables, and the bytes of its files.

        Returns None on a failure, which is then a failure of the step.
        """
        with self.scratch() as folder:
            done = self.command(
                [
                    self.program("tranche"),
                    "run",
                    f"scenarios/{scenario}.toml",
                    "--device",
                    device,
                    "--draws",
                    str(draws),
                    "--out",
                    folder,
                    *more,
                ]
            )
            if done.status != 0:
                self.fail(f"{scenario}, {draws:,} draws on {device}: {done.problem}")
                return None
            with open(os.path.join(folder, "result.json"), encoding="utf-8") as file:
                result = json.load(file)
            names = (
                "digest",
                "draws",
                "device",
                "device_description",
                "threads",
                "seconds_preparation",
                "seconds_simulation",
                "draws_per_second",
            )
            if result["device"] != device:
                self.fail(f"{scenario} ran on {result['device']}, not on {device}")
            return {
                **{name: result[name] for name in names},
                "seconds_whole": done.seconds,
                "tables": tables_of(folder),
            }


def tables_of(folder):
    """Returns the bytes of each table in a results folder."""
    tables = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".csv"):
            with open(os.path.join(folder, name), "rb") as file:
                tables[name] = file.read()
    return tables
