"""The whole suite twice more: with the dialect under another name, and through a rewriter without effect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SUITE = Path(__file__).with_name("test_compliance.py")


@pytest.mark.parametrize(
    "options", [["--tortoise-dialect-as", "zebra"], ["--tortoise-rewriter"]], ids=["zebra", "rewriter"]
)
def test_the_whole_suite(options: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(SUITE), *options]
    result = subprocess.run(command, cwd=SUITE.parents[3], capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-2000:]
    print(result.stdout[result.stdout.index("= compliance") :])
