"""Lookups as SQL: what the standard has is written by the base compiler, the rest is refused unsent."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from tortoise_core.base.errors import FieldError, UnSupportedError
from tortoise_core.dialect.interface import Dialect
from tortoise_core.model.model import Model
from tortoise_core.plugins.manager import hookimpl, plugins
from tortoise_core.query import filters
from tortoise_core.query.lookups import LOOKUPS
from tortoise_core.schema.fields.data import CharField, IntField
from tortoise_core.schema.fields.documents import JSONField
from tortoise_core.schema.fields.temporal import DatetimeField
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


class Paper(Model):
    id = IntField(primary_key=True)
    title = CharField(max_length=50)
    made = DatetimeField()
    body = JSONField()


STANDARD = standard_dialect()
INSTALLED = {dialect.name: dialect for dialect, _ in map(plugins.driver, plugins.schemes())}


def compiled(query: Any, timezone: str = "UTC", dialect: Dialect = STANDARD) -> tuple[str, tuple[Any, ...]]:
    async def main() -> Any:
        async with recording(Recorder(), dialect, {"papers": [sys.modules[__name__]]}, timezone=timezone):
            return query.sql_and_params()

    sql, params = asyncio.run(main())
    return sql.partition(" WHERE ")[2], params


@pytest.mark.parametrize("part", ["year", "month", "day", "hour", "minute"])
def test_the_standard_extracts_parts(part: str) -> None:
    sql, params = compiled(Paper.filter(**{f"made__{part}": 5}), "Asia/Tokyo")
    assert f"EXTRACT({part.upper()} FROM \"made\" AT TIME ZONE 'Asia/Tokyo') = " in sql
    assert params == (5,)


def test_seconds_are_whole() -> None:
    sql, _ = compiled(Paper.filter(made__second=5))
    assert sql.startswith("FLOOR(EXTRACT(SECOND FROM \"made\" AT TIME ZONE 'UTC')) = ")


@pytest.mark.parametrize(
    ("condition", "feature"),
    [
        ({"made__week": 1}, "the week of a date"),
        ({"body__contains": {}}, "containment of JSON documents"),
        ({"body__a": 1}, "looking into JSON documents"),
        ({"body__filter": {"a__gt": 1}}, "JSON"),
        ({"title__posix_regex": "x"}, "regular expressions"),
        ({"title__search": "x"}, "full text search"),
    ],
)
def test_what_the_standard_lacks_is_refused(condition: dict[str, Any], feature: str) -> None:
    with pytest.raises(UnSupportedError, match=f"{feature}.* is not supported by standard"):
        compiled(Paper.filter(**condition))


@pytest.mark.parametrize("dialect", INSTALLED.values(), ids=INSTALLED)
def test_keys_of_conditions_are_bound(dialect: Dialect) -> None:
    key = "x' = 'q' OR 1=1 --"
    sql, params = compiled(Paper.filter(body__filter={key: 1}), dialect=dialect)
    assert "q" not in sql and "OR" not in sql
    assert key in params


def test_a_lookup_of_ones_own_builds_upon_those_of_the_engine() -> None:
    class Plugin:
        @hookimpl
        def tortoise_register_lookups(self) -> Any:
            return {"begins": filters.starts_with}

    plugin = Plugin()
    plugins.manager.register(plugin)
    try:
        sql, params = compiled(Paper.filter(title__begins="a%"))
        assert (sql, params) == ("\"title\" LIKE ? ESCAPE '!'", ("a!%%",))
        with pytest.raises(FieldError, match="begins"):
            compiled(Paper.filter(title__begins=None))
    finally:
        plugins.manager.unregister(plugin)
        LOOKUPS.pop("begins", None)


def test_functions_are_the_lookups() -> None:
    assert filters.posix_regex is LOOKUPS["posix_regex"]
    assert filters.is_in is LOOKUPS["in"] and filters.between_and is LOOKUPS["range"]
