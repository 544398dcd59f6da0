# SPDX-License-Identifier: Apache-2.0
"""What a step of a run sees: where things are, whether there is a GPU, and its own results."""
import contextlib
import json
import os
import re
import shutil
import tempfile
import time

import machine


def short(reason):
    """Why a GPU cannot be used, without what every such message of ours begins with."""
    found = re.search(r"backend `gpu` cannot run here \((.*)\)", reason)
    return found.group(1) if found else reason


class Skip(Exception):
    """A step has nothing to do here; the text says why."""


class Cut(Exception):
    """A command was killed at the limit of its step."""


class Context:
    """Runs the commands of one step after another and keeps what they found."""

    def __init__(self, travel, out, commands, record, manifest):
        self.travel, self.out, self.commands, self.record = travel, out, commands, record
        self.manifest = manifest
        self.has_gpu = False
        self.no_gpu_because = "no step has looked for a GPU"
        self.stop_because = ""  # why no further step can tell anything
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
        """Ends what runs and removes what was only written to be measured."""
        self.commands.end()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def begin(self, entry, limit_s):
        self.entry, self.failures = entry, []
        self.deadline = time.monotonic() + limit_s

    @property
    def results(self):
        """What the step at work has found; saved with the record after each command."""
        return self.entry["results"]

    def save(self):
        self.record.save()

    def fail(self, text):
        """The step has failed, but goes on: what follows may tell more."""
        self.failures.append(text)

    def stop(self, text):
        """The step has failed, and no other can tell more."""
        self.fail(text)
        self.stop_because = text

    def time_left_s(self):
        return self.deadline - time.monotonic()

    def program(self, name):
        """The path of one of our programs."""
        return os.path.join(self.travel, "bin", name)

    def command(self, words, limit_s=None):
        """Runs a command in the folder that travelled, within what is left of the step's limit.

        Throws Cut when that limit ends it. With a `limit_s` of its own, which ends the command
        alone, it returns what was killed.
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
        """A folder for results that are only compared and measured."""
        folder = tempfile.mkdtemp(dir=self.temporary)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)

    def simulate(self, scenario, draws, device, *more):
        """A run of a scenario: its result.json, without the tables, and the bytes of its files.

        None where it failed, which is then a failure of the step.
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
    """The bytes of each table in a folder of results."""
    tables = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".csv"):
            with open(os.path.join(folder, name), "rb") as file:
                tables[name] = file.read()
    return tables
