"""Both type checkers read the samples: what is right is accepted and every mistake is found."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ACCEPTED = sorted(HERE.glob("accepted*.py"))
REJECTED = sorted(HERE.glob("rejected*.py"))
SAMPLES = [str(path) for path in (*ACCEPTED, *REJECTED)]


def tool(name: str) -> str:
    """The checker beside this interpreter; the check environment has both."""
    path = Path(sys.executable).with_name(name)
    if not path.is_file():
        pytest.skip(f"{name} is part of the check environment")
    return str(path)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_mypy() -> None:
    found = run([tool("mypy"), "--strict", *SAMPLES])
    assert found.returncode == 0, found.stdout + found.stderr


def test_pyright() -> None:
    found = run([tool("pyright"), "--pythonpath", sys.executable, "--outputjson", *SAMPLES])
    report = json.loads(found.stdout)
    assert report["summary"]["filesAnalyzed"] >= len(SAMPLES)
    assert report["generalDiagnostics"] == []


@pytest.mark.parametrize("name", [path.name for path in REJECTED])
def test_mypy_finds_each_mistake_by_itself(name: str, tmp_path: Path) -> None:
    """Without the comments there is an error on each of their lines, and on no other."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if "# type: ignore[" in line}
    bare = tmp_path / "bare.py"
    bare.write_text("\n".join(line.split("  # type: ignore[")[0] for line in lines) + "\n", encoding="utf-8")
    config = str(ROOT / "pyproject.toml")
    found = run([tool("mypy"), "--strict", "--config-file", config, *map(str, ACCEPTED), str(bare)])
    errors = re.findall(r"bare\.py:(\d+): error:", found.stdout)
    assert {int(number) for number in errors} == marked, found.stdout
