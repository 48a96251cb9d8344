"""What every distribution carries, and that they keep in step."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from sources import PACKAGES, ROOT

PYPROJECTS = {package.name: (package / "pyproject.toml").read_text() for package in PACKAGES}
each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.name))


def module_folder(package: Path) -> Path:
    return next(path for path in (package / "src").iterdir() if (path / "__init__.py").is_file())


def version_of(package: Path) -> str:
    found = re.search(r'^__version__ = "([^"]+)"$', (module_folder(package) / "__init__.py").read_text(), re.MULTILINE)
    assert found, package.name
    return found.group(1)


VERSION = version_of(ROOT / "packages/core")


@each_package
def test_type_checkers_are_told(package: Path) -> None:
    assert (module_folder(package) / "py.typed").is_file()


@each_package
def test_the_license_is_there_and_the_same(package: Path) -> None:
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert 'license = "Apache-2.0"' in PYPROJECTS[package.name]


@each_package
def test_versions_are_in_lockstep(package: Path) -> None:
    assert version_of(package) == VERSION
    names = {found for text in PYPROJECTS.values() for found in re.findall(r'^name = "([^"]+)"', text, re.MULTILINE)}
    pins = re.findall(r'"(tortoise-[\w-]+)(?:\[[\w,]+\])?([=<>~!][^"]*)"', PYPROJECTS[package.name])
    assert all(pin == f"=={VERSION}" for name, pin in pins if name in names), pins


@each_package
def test_python_3_9_is_the_floor(package: Path) -> None:
    assert 'requires-python = ">=3.9"' in PYPROJECTS[package.name]


def test_dialects_depend_on_the_engine_alone() -> None:
    for package in PACKAGES:
        if package.name.startswith("dialect-"):
            names = [re.split(r"[=<>\[ ;]", line)[0] for line in distribution_requirements(package)]
            assert [name for name in names if name.startswith("tortoise-")] == ["tortoise-core"]


def distribution_requirements(package: Path) -> list[str]:
    text = PYPROJECTS[package.name]
    block = text.split("\ndependencies = [")[1].split("]\n")[0]
    return re.findall(r'"([^"]+)"', block)


def test_every_dialect_is_an_extra_of_face_and_engine() -> None:
    dialects = {package.name.split("-", 1)[1] for package in PACKAGES if package.name.startswith("dialect-")}
    for name in ("tortoise-orm", "tortoise-core"):
        extras = set(distribution(name).metadata.get_all("Provides-Extra") or ())
        assert dialects <= extras


def test_dialects_have_the_same_files() -> None:
    common = {"__init__.py", "plugin.py", "capabilities.py", "compiler.py", "ddl.py", "types.py", "errors.py"}
    for package in PACKAGES:
        if package.name.startswith("dialect-"):
            folder = module_folder(package)
            missing = common - {path.name for path in folder.iterdir()}
            assert not missing, f"{package.name}: {missing}"
            assert [path for path in (folder / "clients").glob("*.py") if path.name != "__init__.py"]
