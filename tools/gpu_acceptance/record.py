# SPDX-License-Identifier: Apache-2.0
"""The record of a run: one JSON file, rewritten after every command."""
import json
import os

from files import write_whole

SCHEMA_VERSION = 1
NAME = "acceptance.json"

# Outcomes of a step. `cpu`: run on the CPU, because there is no GPU.
PASSED, FAILED, KILLED, SKIPPED, CPU, NOT_STARTED, RUNNING = (
    "passed",
    "failed",
    "killed",
    "skipped",
    "cpu",
    "not started",
    "running",
)
IN_WORDS = {CPU: "answered by the CPU", RUNNING: "cut while it ran"}


class RecordError(Exception):
    """The file is not a record of a run."""


class Record:
    """Results of a run so far."""

    def __init__(self, folder, head):
        self.path = os.path.join(folder, NAME)
        self.data = {
            "schema_version": SCHEMA_VERSION,
            **head,
            "ran_on_gpu": False,
            "gpu": None,
            "no_gpu_because": "no step has looked for a GPU",
            "steps": [],
        }

    def save(self):
        """Saves the results so far."""
        write_whole(self.path, json.dumps(self.data, indent=1) + "\n")

    def plan(self, steps):
        """Records the planned steps, so that an interrupted run shows the missing ones."""
        self.data["steps"] = [
            {
                "name": step.name,
                "title": step.title,
                "limit_s": step.limit_s,
                "only_if_time": step.only_if_time,
                "status": NOT_STARTED,
                "reason": "the run ended before",
                "seconds": 0.0,
                "results": {},
            }
            for step in steps
        ]
        self.save()

    def entry(self, step):
        """The entry of a planned step."""
        return next(entry for entry in self.data["steps"] if entry["name"] == step.name)

    def begin(self, step, limit_s):
        """Returns the entry of a step, which is \"cut\" until it ends."""
        entry = self.entry(step)
        entry.update(limit_s=round(limit_s, 1), status=RUNNING, reason="")
        self.save()
        return entry


def read(folder):
    """Returns the record in a folder. Raises RecordError with the reason if it is invalid."""
    path = os.path.join(folder, NAME)
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise RecordError(f"{path} is no JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
        raise RecordError(f"{path} is not the record of a run of tools/gpu-acceptance")
    if data.get("schema_version") != SCHEMA_VERSION:
        raise RecordError(
            f"{path} has schema version {data.get('schema_version')}; this is the "
            f"report of version {SCHEMA_VERSION}"
        )
    return data


def results(data, name):
    """Returns the results of a step; empty if it has none."""
    for entry in data["steps"]:
        if entry["name"] == name:
            return entry["results"]
    return {}


def status_in_words(entry):
    """ "passed", "answered by the CPU", ..."""
    return IN_WORDS.get(entry["status"], entry["status"])
