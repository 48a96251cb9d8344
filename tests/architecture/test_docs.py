"""The pages about the house tell the truth: what they name is there, and what they show is what is sent."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import walk_models
from sources import ROOT
from walk_models import Event

from tortoise_core.load.prepared import ROWS, prepare
from tortoise_core.plugins.manager import plugins
from tortoise_core.query.q import Q
from tortoise_testkit.recording import Recorder, recording

DOCS = ROOT / "docs"
ENGINE = ROOT / "packages/core/src/tortoise_core"
WALK = (DOCS / "contributing/walk.md").read_text(encoding="utf-8")
HOUSE = (DOCS / "contributing/architecture.md").read_text(encoding="utf-8")


def floors_in_the_picture() -> list[tuple[str, str]]:
    block = HOUSE.split("## Floors")[1].split("```")[1]
    return re.findall(r"^ ?\d+ (\w+) +(.+)$", block, re.MULTILINE)


def test_the_picture_shows_the_floors_of_the_contract() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    contract = re.findall(r'"(\w+)"', text.split("layers = [")[1].split("]")[0])
    assert [name for name, _ in floors_in_the_picture()] == contract


@pytest.mark.parametrize(("floor", "told"), floors_in_the_picture())
def test_the_picture_names_modules_that_are_there(floor: str, told: str) -> None:
    folder = ENGINE / floor
    there = {path.stem for path in folder.iterdir() if path.stem != "__init__" and path.name != "__pycache__"}
    named = {part.strip() for part in re.sub(r"\([^)]*\)", "", told).split(",")}
    assert named <= there, named - there


@pytest.mark.parametrize("page", ["contributing/architecture.md", "contributing/walk.md", "dialects.md"])
def test_pages_name_modules_that_are_there(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_]+/[a-z_]+\.py)`", text):
        assert (ENGINE / name).is_file() or page == "dialects.md", f"{page}: {name}"
    for name in re.findall(r"`(tests/[a-z_/]+\.py)`", text):
        assert (ROOT / name).is_file(), f"{page}: {name}"
    for name in re.findall(r"`((?:tortoise_core|tortoise_testkit)(?:\.\w+)+)`", text):
        assert resolves(name), f"{page}: {name}"


def resolves(name: str) -> bool:
    """True if a dotted name leads to a module or to something in one."""
    from pkgutil import resolve_name

    try:
        resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:[a-z]+\.)+[a-z_]+)`", WALK))))
def test_the_walk_names_functions_that_are_there(name: str) -> None:
    known = {"pool", "lease", "statement", "executor", "driver", "prepared", "backend"}  # variables, not modules
    assert name.split(".")[0] in known or resolves(f"tortoise_core.{name}")


def walked(scheme: str) -> tuple[str, Any, tuple[Any, ...]]:
    """(SQL, parameters, steps) of the query that the page walks."""
    dialect, driver = plugins.driver(scheme)

    async def main() -> tuple[str, Any, tuple[Any, ...]]:
        async with recording(Recorder(), dialect, {"walk": [walk_models]}, like=driver) as context:
            backend = context.connections.connection("default").offline_backend
            where = Q(name__icontains="fire") | Q(level__in=[3, 5, 8])
            steps = Event.filter(where, team__name="blue").order_by("-id").limit(20)._steps
            prepared, values = prepare(backend, Event, ROWS, steps)
            return prepared.statement.sql, prepared.statement.bind(values), steps

    return asyncio.run(main())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("scheme", [name for name in ("sqlite", "postgres") if name in plugins.schemes()])
def test_the_walk_shows_what_is_sent(scheme: str) -> None:
    sql, params, steps = walked(scheme)
    tail = sql[sql.index("WHERE") :]
    assert tail in squeezed(WALK)
    assert repr(params).replace("'", '"') in WALK
    for step in steps:
        shape = repr(step.shape).replace("'", '"')
        assert f"`{shape}`" in WALK
        assert f"`{step.values!r}`".replace("'", '"') in WALK


def test_every_page_is_in_the_contents() -> None:
    nav = (ROOT / "mkdocs.yml").read_text()
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert all(page in nav for page in pages), pages
    assert all((DOCS / page).is_file() for page in re.findall(r": ([\w/-]+\.md)$", nav, re.MULTILINE))


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / Path(target)).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "changelog.d").glob("*.md")))
def test_news_is_of_a_kind_that_the_changelog_shows(name: str) -> None:
    kinds = re.findall(r'^directory = "(\w+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert re.fullmatch(rf"\d+(\.[a-z][\w-]*)?\.({'|'.join(kinds)})(\.\d+)?\.md", name)
