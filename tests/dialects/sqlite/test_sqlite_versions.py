"""Older libraries: what they lack is done another way, or refused before anything is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import ModuleType
from typing import Any, Callable

import pytest

from tortoise import fields
from tortoise.exceptions import UnSupportedError
from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.models import Model
from tortoise_dialect_sqlite import link
from tortoise_dialect_sqlite.clients.aiosqlite import driver
from tortoise_dialect_sqlite.plugin import dialect
from tortoise_testkit.recording import Recorder, recording


class Pen(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20)
    inks: Any = fields.ManyToManyField("models.Ink", related_name="pens")


class Ink(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20, unique=True)


MODULE: Any = ModuleType("pens")
MODULE.__models__ = [Pen, Ink]


def sent(version: tuple[int, ...], body: Callable[[], Awaitable[Any]]) -> list[str]:
    """The statements that `body` sends to a library of `version`, also where it fails in the end."""
    recorder = Recorder()

    async def main() -> None:
        async with recording(recorder, dialect, {"models": [MODULE]}, version=version, like=driver):
            await body()

    asyncio.run(main())
    return recorder.statements


def test_keys_are_given_back_from_3_35_on() -> None:
    assert "RETURNING" in sent((3, 35), lambda: Pen.create(name="a"))[0]
    assert refused((3, 34), lambda: Pen.create(name="a")) == "RETURNING"


def refused(version: tuple[int, ...], body: Callable[[], Awaitable[Any]]) -> str:
    """The first word of the refusal, which names dialect and version; nothing may have been sent."""
    recorder = Recorder()

    async def main() -> None:
        async with recording(recorder, dialect, {"models": [MODULE]}, version=version, like=driver):
            await body()

    with pytest.raises(UnSupportedError, match="not supported by sqlite " + ".".join(map(str, version))) as caught:
        asyncio.run(main())
    assert recorder.statements == []
    return str(caught.value).partition(",")[0]


@pytest.mark.parametrize(("version", "filtered"), [((3, 29), False), ((3, 30), True)])
def test_aggregates_under_a_condition(version: tuple[int, ...], filtered: bool) -> None:
    (text,) = sent(version, lambda: Pen.annotate(n=Count("inks", _filter=Q(name="a"))).values("n"))
    assert ("FILTER (WHERE" in text) is filtered
    assert ("CASE WHEN" in text) is not filtered


@pytest.mark.parametrize(("version", "passed_over"), [((3, 23), False), ((3, 24), True)])
def test_links_that_are_there(version: tuple[int, ...], passed_over: bool) -> None:
    async def body() -> None:
        ink = Ink(id=2, name="b")
        ink._saved_in_db = True
        pen = Pen(id=1, name="a")
        pen._saved_in_db = True
        await pen.inks.add(ink)

    assert any("ON CONFLICT DO NOTHING" in text for text in sent(version, body)) is passed_over


@pytest.mark.parametrize("version", [(3, 8, 3), (3, 31), (3, 32)])
def test_lists_of_any_length_are_one_parameter(version: tuple[int, ...]) -> None:
    (text,) = sent(version, lambda: Pen.filter(id__in=list(range(50_000))))
    assert text.count("?") == 1


def test_a_build_without_json_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "has_json", lambda version: False)
    with pytest.raises(UnSupportedError, match="without JSON functions"):
        link.require_json()


def test_this_build_has_json() -> None:
    assert link.has_json("")
