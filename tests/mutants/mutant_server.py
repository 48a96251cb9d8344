"""Runs pytest again and again, each time in a fork of a process that has loaded what no mistake is made in.

A line of JSON asks for a run and one answers it: ``{"mutant": the values of a SourceMutant or null, "words": [...]}``,
and ``{"code": exit code, "output": text}``. That saves each run most of the time that a new interpreter takes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import astuple
from typing import IO, Any, Optional

from source_mutant import SourceMutant, plant

#: seconds that a run may take
LIMIT = 300
#: what takes long to load
HEAVY = ("hypothesis", "asyncpg", "aiosqlite", "sqlite3", "concurrent.futures", "typing_extensions")
PLUGIN = ("-p", "tortoise_testkit.pytest_plugin", "-p", "no:cacheprovider")


class Server:
    """The process, from outside. Answers one question at a time."""

    def __init__(self, environment: dict[str, str], folder: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=folder,
        )  # fmt: skip

    def run(self, mutant: Optional[SourceMutant], words: list[str]) -> tuple[int, str]:
        """(exit code, output) of a pytest run with a mistake, or with none."""
        assert self._process.stdin is not None and self._process.stdout is not None
        values = None if mutant is None else astuple(mutant)
        self._process.stdin.write(json.dumps({"mutant": values, "words": words}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["code"], answer["output"]

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Fork, and wait for what the fork says."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            os._exit(_run(question, output))
        status = os.waitpid(child, 0)[1]
        output.seek(0)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        return {"code": code, "output": output.read().decode(errors="replace")}


def _run(question: dict[str, Any], output: IO[bytes]) -> int:
    signal.alarm(LIMIT)
    null = os.open(os.devnull, os.O_RDONLY)
    for place, source in ((0, null), (1, output.fileno()), (2, output.fileno())):
        os.dup2(source, place)
    import pytest

    if question["mutant"] is not None:
        plant(SourceMutant(*question["mutant"]))
    code = int(pytest.main(["-q", "--tb=line", *PLUGIN, *question["words"]]))
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def main() -> None:
    import pytest

    for name in HEAVY:
        try:
            __import__(name)
        except ImportError:
            pass  # the driver of another dialect
    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    pytest.main(["--version"])  # loads what is pytest's own
    with os.fdopen(told, "w") as answers:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
