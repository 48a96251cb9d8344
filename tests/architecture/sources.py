"""The sources of the packages, as the tests of the architecture read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Union

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path for path in (ROOT / "packages").iterdir() if (path / "pyproject.toml").is_file())
FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef]


def python_files(*folders: Path) -> list[Path]:
    """The Python files below `folders` (default: the sources of every package)."""
    chosen = folders or tuple(package / "src" for package in PACKAGES)
    return sorted(path for folder in chosen for path in folder.rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[FunctionNode]:
    """Every function and method of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def name_of(path: Path) -> str:
    """A path as messages show it."""
    return path.relative_to(ROOT).as_posix()
