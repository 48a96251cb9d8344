"""Building wheels and installing them into empty virtual environments, with uv where there is one."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent for path in (ROOT / "packages").glob("*/pyproject.toml"))
TIMEOUT = 300
#: what installers say when there is no network
UNREACHABLE = ("dns error", "failed to fetch", "name resolution", "connection error", "newconnectionerror", "timed out")


def find_uv() -> Optional[str]:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.is_file() else shutil.which("uv")


def call(command: Sequence[str], cwd: Optional[Path] = None) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing of ours in its environment."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=TIMEOUT)


def installer(command: Sequence[str]) -> str:
    """Run an installer. Without a network the test is skipped, except in CI."""
    done = call(command)
    said = done.stdout + done.stderr
    if done.returncode and not os.environ.get("CI") and any(text in said.lower() for text in UNREACHABLE):
        pytest.skip(f"the package index does not answer: {said.strip().splitlines()[-1]}")
    assert done.returncode == 0, said
    return said


def need_an_installer() -> None:
    """Skip where there is neither uv nor pip, except in CI."""
    if find_uv() is None and importlib.util.find_spec("pip") is None:
        assert not os.environ.get("CI"), "neither uv nor pip is there"
        pytest.skip("needs uv, or pip in this environment")


def build_wheels(folder: Path) -> list[Path]:
    """A wheel of every package."""
    need_an_installer()
    uv = find_uv()
    for package in PACKAGES:
        if uv:
            installer([uv, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(package)])
        else:
            installer([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), str(package)])
    return sorted(folder.glob("*.whl"))


class Environment:
    """A virtual environment with nothing in it but what is installed here."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.folder, self.wheels, self.uv = folder, wheels, find_uv()
        if self.uv:
            installer([self.uv, "venv", "--quiet", "--python", sys.executable, str(folder)])
        else:
            installer([sys.executable, "-m", "venv", str(folder)])
        self.python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")

    def _pip(self, action: str, arguments: Sequence[str]) -> None:
        if self.uv:
            installer([self.uv, "pip", action, "--quiet", "--python", self.python, *arguments])
        else:
            sure = ["--yes"] if action == "uninstall" else []
            installer([self.python, "-m", "pip", action, "--quiet", *sure, *arguments])

    def install(self, *requirements: str, ours: bool = True) -> None:
        """Install from the wheels and the index; with `ours` False from the index alone."""
        self._pip("install", [*(["--find-links", str(self.wheels)] if ours else []), *requirements])

    def uninstall(self, *names: str) -> None:
        self._pip("uninstall", names)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python, outside the checkout."""
        return call([self.python, *arguments], cwd=self.folder)

    def site_packages(self) -> Path:
        return Path(self.run("-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").stdout.strip())

    def names(self) -> set[str]:
        """What is installed."""
        code = "from importlib.metadata import distributions as d; print(*[x.metadata['Name'] for x in d()])"
        return set(self.run("-c", code).stdout.split())
