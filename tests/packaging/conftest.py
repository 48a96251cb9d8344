"""Wheels of all packages, built once, and environments to install them into."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest
from installing import Environment, build_wheels


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build_wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture
def environment(tmp_path: Path, wheels: list[Path]) -> Iterator[Callable[[], Environment]]:
    """Makes empty environments."""
    numbers = itertools.count()
    yield lambda: Environment(tmp_path / f"environment{next(numbers)}", wheels[0].parent)
