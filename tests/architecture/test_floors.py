"""The one direction in which imports run, and an engine that names no database."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sources import PACKAGES, ROOT, name_of, python_files, tree_of

#: databases, and the libraries that speak to them; found as parts of words too
DATABASES = (
    "sqlite", "postgres", "asyncpg", "psycopg", "pgbouncer", "mysql", "mariadb", "mssql", "sqlserver", "sql server",
    "oracle", "odbc", "cockroach", "duckdb", "firebird", "zebra",
)  # fmt: skip
FACE_IS_NAMES_ONLY = (
    "Import", "ImportFrom", "Assign", "Expr", "Module", "alias", "Name", "Load", "Store", "Constant", "List", "Tuple",
    "Attribute", "Call",
)  # fmt: skip


@pytest.mark.skipif(sys.version_info < (3, 11), reason="import-linter needs Python 3.11 or later")
def test_imports_run_downwards() -> None:
    pytest.importorskip("importlinter", reason="import-linter is part of the check environment")
    # in a process of its own: it switches the loggers of this one off
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    found = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_contracts_name_every_floor_and_every_package() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    engine = ROOT / "packages/core/src/tortoise_core"
    floors = [path.name for path in engine.iterdir() if (path / "__init__.py").is_file()]
    listed = re.findall(r'"(\w+)"', text.split("layers = [")[1].split("]")[0])
    assert sorted(listed) == sorted(floors)
    roots = re.findall(r'"(\w+)"', text.split("root_packages = [")[1].split("]")[0])
    packages = [path.parent.name for package in PACKAGES for path in (package / "src").glob("*/__init__.py")]
    assert sorted(roots) == sorted(packages)


@pytest.mark.parametrize("word", DATABASES)
def test_the_engine_names_no_database(word: str) -> None:
    """Neither in code nor in strings and comments: what it needs to know, it asks of the dialect."""
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in python_files(ROOT / "packages/core/src")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if word in line.lower()
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", python_files(ROOT / "packages/tortoise/src"), ids=name_of)
def test_the_face_has_no_logic(path: Path) -> None:
    import ast

    kinds = {type(node).__name__ for node in ast.walk(tree_of(path))}
    assert kinds <= set(FACE_IS_NAMES_ONLY), kinds - set(FACE_IS_NAMES_ONLY)
    calls = [ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    assert set(calls) <= {"extend_path"}
