"""An environment with tortoise-orm 1.1.9, made on first use, and databases for both."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def reference() -> str:
    """The interpreter that has tortoise-orm 1.1.9 from PyPI."""
    folder = ROOT / ".envs" / f"reference-{sys.version_info.major}.{sys.version_info.minor}"
    python = sys.executable
    command = [ROOT / "scripts" / "setup", folder, python, "requirements-reference.txt"]
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)
    return str(folder / "bin" / "python")


@pytest.fixture(scope="session")
def dialect() -> str:
    """The dialect that this run is about."""
    return os.environ.get("TORTOISE_TEST_DIALECT", "sqlite")
