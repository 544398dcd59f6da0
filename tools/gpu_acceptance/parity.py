# SPDX-License-Identifier: Apache-2.0
"""The parity tests: the same numbers on the GPU as on the CPU."""
import re

import record
from context import Cut, Skip, short

LINE = re.compile(r"^\[\s*(RUN|OK|FAILED|SKIPPED)\s*\] ([\w/]+\.[\w/]+)(?:.*\((\d+) ms\))?")


def tests_in(output):
    """Outcome of each test from the output of GoogleTest; an unfinished one is "cut"."""
    tests = {}
    for line in output.splitlines():
        found = LINE.match(line)
        if not found:
            continue
        state, name, milliseconds = found.groups()
        status = {
            "RUN": "cut",
            "OK": record.PASSED,
            "FAILED": record.FAILED,
            "SKIPPED": record.SKIPPED,
        }[state]
        if name in tests and status != "cut" and milliseconds is None:
            continue  # the list of failed tests at the end
        tests[name] = {
            "name": name,
            "status": status,
            "ms": int(milliseconds) if milliseconds else None,
        }
    return list(tests.values())


def reason_in(output):
    """Most frequent reason of skipped or failed tests: the text after "file:line: ..."."""
    found = re.findall(r"^.*: (?:Skipped|Failure)\n((?:[^\[\n].*\n)*)", output, re.MULTILINE)
    texts = [" ".join(text.split()) for text in found]
    return max(texts, key=texts.count, default="")


def measure_parity(suites):
    """A step that runs the tests of these suites."""

    def measure(context):
        def take(done):
            tests = tests_in(done.output)
            context.results["tests"] = tests
            return tests

        words = [
            context.program("tranche_parity_tests"),
            f"--gtest_filter={suites}",
            "--gtest_color=no",
        ]
        try:
            done = context.command(words)
        except Cut as cut:
            take(cut.args[0])
            raise
        tests = take(done)
        if done.status != 0:
            failed = [test["name"] for test in tests if test["status"] != record.PASSED]
            context.fail(
                f"{', '.join(failed[:3]) or 'the tests'}"
                f"{' and more' if len(failed) > 3 else ''}: "
                f"{reason_in(done.output) or done.problem}"
            )
        elif not tests:
            context.fail(f"no test is named {suites}")
        elif context.has_gpu and any(test["status"] != record.PASSED for test in tests):
            context.fail("tests were skipped although there is a GPU: " f"{reason_in(done.output)}")
        elif not context.has_gpu:
            raise Skip(f"{len(tests)} of {len(tests)} need a GPU: {short(reason_in(done.output))}")

    return measure
