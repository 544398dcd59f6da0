# SPDX-License-Identifier: Apache-2.0
"""Runs commands within a time limit, including their child processes."""
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Done:
    """Outcome of a command. `output` is its output so far, with errors."""

    status: int
    output: str
    seconds: float
    killed: bool  # at its limit

    @property
    def problem(self):
        """Returns the text of the first error line, ours ("error: ") or that of
        CUDA's tools ("==ERROR== ", "========= Error: "); else the last non-empty line."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        for line in lines:
            found = re.match(r"(?:error: |==ERROR== |=+ Error: )(.+)", line)
            if found:
                return found.group(1)
        return lines[-1] if lines else f"ended with status {self.status} and said nothing"


class Commands:
    """Starts commands, each in its own process group, and ends remaining processes.

    Their output is kept in one file; of very long output only both ends.
    """

    most_kept = 400_000  # bytes of one command
    dies_within_s = 10

    def __init__(self, log):
        self.log = log  # a path: the output of commands is appended
        self.running = None

    def run(self, words, limit_s, cwd, env):
        """Runs a command for `limit_s` seconds at the most; then it and its children are killed.

        `env` is added to the environment.

        Its errors are part of the output. A missing program gives status 127.
        """
        started = time.monotonic()
        with open(self.log, "ab+") as log:
            log.write(f"\n$ {' '.join(map(str, words))}\n".encode())
            log.flush()
            begin = log.seek(0, os.SEEK_END)
            killed, status = False, 127
            try:
                self.running = subprocess.Popen(
                    list(map(str, words)),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=cwd,
                    env={**os.environ, **env},
                    start_new_session=True,
                )
            except OSError as error:
                log.write(f"{words[0]}: {error.strerror}\n".encode())
            else:
                try:
                    status = self.running.wait(timeout=max(limit_s, 0.1))
                except subprocess.TimeoutExpired:
                    killed = True
                self.end()
                if killed:
                    status = -signal.SIGKILL
            seconds = time.monotonic() - started
            log.flush()
            log.seek(begin)
            output = log.read()
            if len(output) > self.most_kept:
                half = self.most_kept // 2
                left_out = len(output) - 2 * half
                output = (
                    output[:half] + f"\n[{left_out:,} bytes left out]\n".encode() + output[-half:]
                )
                log.truncate(begin)
                log.write(output)
            log.seek(0, os.SEEK_END)
            log.write(
                f"-- {'killed' if killed else f'status {status}'} after {seconds:.1f} s\n".encode()
            )
        return Done(status, output.decode(errors="replace"), seconds, killed)

    def end(self):
        """Kills the running command and its children; does nothing if none runs.

        A process that hangs in a driver may not end: it is abandoned after a while.
        """
        process, self.running = self.running, None
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            process.wait(timeout=self.dies_within_s)
        except subprocess.TimeoutExpired:
            pass
