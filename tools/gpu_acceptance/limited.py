# SPDX-License-Identifier: Apache-2.0
"""Commands that end within a limit, whatever they start."""
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Done:
    """How a command ended. `output` is what it printed until then, errors included."""

    status: int
    output: str
    seconds: float
    killed: bool  # at its limit

    @property
    def problem(self):
        """What the first line says that calls itself an error, be it ours ("error: ") or that of
        CUDA's tools ("==ERROR== ", "========= Error: "); else the last that says anything."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        for line in lines:
            found = re.match(r"(?:error: |==ERROR== |=+ Error: )(.+)", line)
            if found:
                return found.group(1)
        return lines[-1] if lines else f"ended with status {self.status} and said nothing"


class Commands:
    """Starts commands, each in a process group of its own, and ends what is left of it.

    What they print is kept in one file; of a command that floods it only both ends.
    """

    most_kept = 400_000  # bytes of one command
    dies_within_s = 10

    def __init__(self, log):
        self.log = log  # a path: what commands print is added to it
        self.running = None

    def run(self, words, limit_s, cwd, env):
        """Runs a command for `limit_s` seconds at the most; then it and its children are killed.

        `env` is added to the environment.

        Its errors are part of the output. A program that is not there is status 127.
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
        """Kills the running command and what it started; does nothing where none runs.

        One that hangs in a driver may not die: it is left behind after a while.
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
