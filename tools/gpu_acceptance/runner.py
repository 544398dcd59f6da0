# SPDX-License-Identifier: Apache-2.0
"""Runs the steps in order within one time budget."""
import json
import os
import signal
import time

import record
import steps as table
from context import Context, Cut, Skip
from files import MANIFEST
from limited import Commands
from summary import line_of, table_text

LEAST_S = 5.0  # below this no step begins


class Ended(Exception):
    """The run was asked to end."""


def run_step(step, context, limit_s):
    """Runs one step; its entry records the outcome in every case."""
    entry = context.record.begin(step, limit_s)
    context.begin(entry, limit_s)
    started = time.monotonic()
    status, reasons, ended = record.PASSED, [], None
    try:
        step.measure(context)
        left_out = entry["results"].get("left_out")
        if left_out:
            status = record.PASSED if context.has_gpu else record.CPU
            reasons = ["without " + "; ".join(left_out)]
    except Skip as skip:
        status, reasons = record.SKIPPED, [str(skip)]
    except Cut:
        status, reasons = record.KILLED, [f"ended at its limit of {limit_s:.0f} s"]
    except Ended as signal_of_it:
        status, reasons, ended = record.KILLED, ["the run was ended from outside"], signal_of_it
    except Exception as error:  # an internal error in one step must not end the others
        context.fail(f"this script: {type(error).__name__}: {error}")
    if context.failures and status != record.KILLED:
        status, reasons = record.FAILED, []
    entry.update(
        status=status,
        reason="; ".join(reasons + context.failures),
        seconds=round(time.monotonic() - started, 2),
    )
    context.record.save()
    if ended:
        raise ended


def head_of(manifest, budget_s):
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "started_utc": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "ended_utc": None,
        "budget_s": budget_s,
        "prepared": {
            name: manifest.get(name)
            for name in ("version", "revision", "date", "architectures", "toolkit", "bytes")
        },
    }


def ordered(steps, context):
    """Returns the steps after the first. If the first run on the GPU failed, memcheck comes
    first, as the best diagnostic."""
    rest = list(steps[1:])
    if context.crashed:
        rest.sort(key=lambda step: step.name != "memcheck")
    return rest


def tell(say, line):
    """Prints a line; a closed output or an encoding error does not end the run."""
    try:
        say(line())
    except Exception:  # the record has the results
        pass


def run_steps(steps, context, budget_s, require_gpu, say):
    """Runs the steps until the time is used up or the run is stopped."""
    started = time.monotonic()
    queue = list(steps[:1])
    while queue:
        step = queue.pop(0)
        left_s = budget_s - (time.monotonic() - started)
        entry = context.record.entry(step)
        if left_s < LEAST_S:
            entry["reason"] = f"the {budget_s:.0f} s of the run are used up"
            context.record.save()
        else:
            run_step(step, context, min(step.limit_s, left_s))
        if step is steps[0]:
            if require_gpu and not context.has_gpu and not context.stop_because:
                context.stop_because = f"a GPU is required: {context.no_gpu_because}"
                entry.update(status=record.FAILED, reason=context.stop_because)
            if not context.stop_because:
                queue = ordered(steps, context)
        tell(say, lambda: line_of(entry))
    if context.stop_because:
        tell(say, lambda: f"error: {context.stop_because}; no further step begins")


def run(travel, out, chosen=None, budget_s=470.0, require_gpu=False, say=print):
    """Runs the steps in `chosen` (all) and writes acceptance.json, table.txt, log.txt and
    chip.toml into `out`. Returns the record.

    `say` is called with a line for each step as it ends. All steps take at most `budget_s`. With
    `require_gpu` a run without a usable GPU ends after the first step.
    """
    steps = table.STEPS if chosen is None else chosen
    with open(os.path.join(travel, MANIFEST), encoding="utf-8") as file:
        manifest = json.load(file)
    kept = record.Record(out, head_of(manifest, budget_s))
    kept.plan(steps)
    context = Context(travel, out, Commands(os.path.join(out, "log.txt")), kept, manifest)

    def end(*_):
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # once is enough; what is known gets written
        raise Ended

    before = {}
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        before[number] = signal.signal(number, end)
    try:
        run_steps(steps, context, budget_s, require_gpu, say)
    except Ended:
        tell(say, lambda: "ended from outside; what was measured is kept")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        context.close()
        kept.data["ended_utc"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        kept.save()
        with open(os.path.join(out, "table.txt"), "w", encoding="utf-8") as file:
            file.write(table_text(kept.data))
    return kept.data


def has_failed(data):
    """Returns True if a step failed for another reason than a missing GPU."""
    return any(
        entry["status"] in (record.FAILED, record.KILLED, record.RUNNING)
        or entry["status"] == record.NOT_STARTED
        and not entry["only_if_time"]
        for entry in data["steps"]
    )
