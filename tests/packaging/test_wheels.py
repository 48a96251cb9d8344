"""What a user gets from the wheels, in an environment where nothing else is."""

from __future__ import annotations

import re
import zipfile
from ast import literal_eval
from pathlib import Path
from typing import Callable

import pytest
from installing import PACKAGES, ROOT, Environment

Make = Callable[[], Environment]
VERSION = re.search(r'__version__ = "([^"]+)"', (ROOT / "packages/tortoise/src/tortoise/__init__.py").read_text())
assert VERSION is not None
OURS = VERSION.group(1)
#: the release that is upgraded in place
BEFORE = "1.1.9"


def readme_example() -> str:
    """The first Python block of README.md."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, "README.md has no example"
    return found.group(1)


def test_there_is_a_wheel_of_every_package(wheels: list[Path]) -> None:
    assert len(wheels) == len(PACKAGES)
    assert all(f"-{OURS}-py3-none-any" in wheel.name for wheel in wheels)


def test_wheels_hold_their_own_package_a_license_and_the_mark_for_type_checkers(wheels: list[Path]) -> None:
    owners: dict[str, str] = {}
    for wheel in wheels:
        names = zipfile.ZipFile(wheel).namelist()
        assert any(name.endswith("/py.typed") for name in names), wheel.name
        assert any(name.endswith("licenses/LICENSE") for name in names), wheel.name
        assert not any("test" in Path(name).parts[0].split("_") or "__pycache__" in name for name in names)
        for name in names:
            assert owners.setdefault(name, wheel.name) == wheel.name, f"{name} is in two wheels"


def test_the_example_of_the_readme_runs(environment: Make, tmp_path: Path) -> None:
    fresh = environment()
    fresh.install(f"tortoise-orm[sqlite]=={OURS}")
    assert {"tortoise-orm", "tortoise-core", "tortoise-dialect-sqlite"} <= fresh.names()
    assert not {name for name in fresh.names() if "postgres" in name or name == "tortoise-testkit"}
    script = tmp_path / "first.py"
    script.write_text(readme_example(), encoding="utf-8")
    done = fresh.run("-W", "error", str(script))
    assert done.returncode == 0, done.stderr
    first, counts = done.stdout.splitlines()
    assert first == "2 One autumn"
    expected = [{"name_prefix": "1", "count": 2}, {"name_prefix": "2", "count": 1}]
    assert sorted(literal_eval(counts), key=lambda row: str(row["name_prefix"])) == expected


ENGINE_ALONE = """
from tortoise_core.app.startup import Tortoise, run_async
from tortoise_core.model.model import Model
from tortoise_core.schema.fields.data import CharField, IntField

class Boat(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=20)

async def main():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["__main__"]})
    await Tortoise.generate_schemas()
    await Boat.create(name="Argo")
    print(await Boat.filter(name__startswith="A").values_list("id", "name"))

run_async(main())
"""


def test_the_engine_runs_with_a_dialect_and_without_the_face(environment: Make) -> None:
    fresh = environment()
    fresh.install(f"tortoise-core[sqlite]=={OURS}")
    assert "tortoise-orm" not in fresh.names()
    script = fresh.folder / "engine.py"
    script.write_text(ENGINE_ALONE, encoding="utf-8")
    done = fresh.run(str(script))
    assert (done.stdout.strip(), done.returncode) == ("[(1, 'Argo')]", 0), done.stderr


@pytest.mark.parametrize(
    ("package", "start", "hint"),
    [
        ("tortoise-orm", "from tortoise import Tortoise", 'pip install "tortoise-orm[sqlite]"'),
        ("tortoise-core", "from tortoise_core.app.startup import Tortoise", 'pip install "tortoise-core[sqlite]"'),
    ],
)
def test_without_a_dialect_the_error_names_what_to_install(
    environment: Make, package: str, start: str, hint: str
) -> None:
    fresh = environment()
    fresh.install(f"{package}=={OURS}")
    code = f"import asyncio\n{start}\nasyncio.run(Tortoise.init(db_url='sqlite://:memory:', modules={{'m': ['os']}}))"
    done = fresh.run("-c", code)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "ConfigurationError" in last and hint in last


def test_upgrading_in_place_and_uninstalling_leaves_nothing(environment: Make) -> None:
    fresh = environment()
    fresh.install(f"tortoise-orm=={BEFORE}", ours=False)
    old = {path.name for path in (fresh.site_packages() / "tortoise").iterdir()}
    assert "queryset.py" in old
    fresh.install(f"tortoise-orm[sqlite]=={OURS}")
    version = fresh.run("-c", "import tortoise; print(tortoise.__version__)").stdout.strip()
    assert version == OURS
    site = fresh.site_packages()
    left = {path.relative_to(site).as_posix() for path in (site / "tortoise").rglob("*.py")}
    shipped = [ROOT / "packages/tortoise/src", ROOT / "packages/dialect-sqlite/src"]
    faces = {path.relative_to(src).as_posix() for src in shipped for path in (src / "tortoise").rglob("*.py")}
    assert left == faces, "files of the old release are left, or ours are missing"
    fresh.uninstall("tortoise-orm", "tortoise-core", "tortoise-dialect-sqlite")
    # a dependency of the old release has the word in its name, and stays as dependencies do
    stray = [path for path in site.rglob("*") if "tortoise" in path.name.lower() and "pypika" not in path.as_posix()]
    assert stray == []
    assert fresh.run("-c", "import tortoise").returncode == 1


def test_going_back_is_possible_too(environment: Make) -> None:
    fresh = environment()
    fresh.install(f"tortoise-orm[sqlite]=={OURS}")
    fresh.install(f"tortoise-orm=={BEFORE}", ours=False)
    done = fresh.run("-c", "import tortoise; print(tortoise.__version__)")
    assert done.stdout.strip() == BEFORE, done.stderr
