"""Every lookup on every type of field against plain Python, or refused with the list of those that fit."""

from __future__ import annotations

from typing import Any

import pytest

import tortoise.fields
from tortoise.exceptions import FieldError, UnSupportedError
from tortoise.fields import Field
from tortoise_core.query.lookups import LOOKUPS
from tortoise_core.schema.fitting import ALL, PARTS, lookups_for
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.lookup_matrix.kinds import KINDS, PATHS
from tortoise_testkit.lookup_matrix.models import Cell
from tortoise_testkit.lookup_matrix.oracle import found, operands

each_kind = pytest.mark.parametrize("name", list(KINDS))


async def fill(name: str) -> list[Any]:
    """A row for each value of a kind and one with NULL; their values in the order of `serial`."""
    values = [*KINDS[name].values, None]
    await Cell.bulk_create([Cell(serial=at, **{name: value}) for at, value in enumerate(values)])
    return values


async def serials(**conditions: Any) -> list[int]:
    rows = await Cell.filter(**conditions).order_by("serial").values_list("serial", flat=True)
    return list(rows)


@each_kind
async def test_every_lookup_that_fits(db: Database, name: str) -> None:
    kind, values = KINDS[name], await fill(name)
    for lookup in kind.lookups:
        if lookup == "filter" or (lookup == "search" and not db.capabilities.full_text_search):
            continue
        if lookup in PATHS and not db.capabilities.json_path_language:
            continue
        key = name if lookup == "exact" else f"{name}__{lookup}"
        for operand in operands(kind, lookup):
            wanted = [at for at, value in enumerate(values) if found(kind, lookup, value, operand)]
            assert await serials(**{key: operand}) == wanted, (key, operand)


@each_kind
async def test_every_lookup_that_does_not_fit(db: Database, name: str) -> None:
    for lookup in sorted({*ALL, *PARTS} - set(KINDS[name].lookups)):
        with refused(FieldError, f"{name}__{lookup}", f"Cell.{name}", ", ".join(KINDS[name].lookups[:2])):
            await serials(**{f"{name}__{lookup}": 1})


async def test_search_where_there_is_none(db: Database) -> None:
    await fill("words")
    if not db.capabilities.full_text_search:
        with refused(UnSupportedError, "full text search", db.capabilities.dialect):
            await serials(words__search="apple")


async def test_paths_where_there_is_no_language_of_them(db: Database) -> None:
    for lookup in PATHS:
        if not db.capabilities.json_path_language:
            with refused(UnSupportedError, "SQL/JSON paths", db.capabilities.dialect):
                await serials(**{f"body__{lookup}": "$.a"})


@each_kind
async def test_the_table_of_lookups_is_that_of_the_engine(db: Database, name: str) -> None:
    field = Cell._meta.fields_map[name]
    assert isinstance(field, Field)
    assert set(lookups_for(field.sql_type(db.connection.offline_backend.clock))) == set(KINDS[name].lookups)


@each_kind
async def test_long_lists(db: Database, name: str) -> None:
    kind, values = KINDS[name], await fill(name)
    operand = [*kind.values[:2]] * 20_000
    wanted = [at for at, value in enumerate(values) if found(kind, "in", value, operand[:2])]
    assert await serials(**{f"{name}__in": operand}) == wanted
    others = [at for at in range(len(values)) if at not in wanted]
    assert await serials(**{f"{name}__not_in": (item for item in operand[:2000])}) == others


async def test_the_conditions_of_a_model(db: Database) -> None:
    filters = Cell._meta.filters
    assert filters["moment__year"] == {"field": "moment", "source_field": "moment", "lookup": "year"}
    assert filters["pk__in"]["field"] == "serial"
    assert set(KINDS) < set(filters) and "raw__contains" not in filters


async def test_no_lookup_and_no_type_is_missing(db: Database) -> None:
    tried = {lookup for kind in KINDS.values() for lookup in kind.lookups}
    assert tried == {*ALL, *PARTS}
    assert set(LOOKUPS) >= tried - set(PARTS)
    exported = [getattr(tortoise.fields, name) for name in tortoise.fields.__all__]
    columns = [cls for cls in exported if isinstance(cls, type) and issubclass(cls, Field) and cls is not Field]
    covered = {type(Cell._meta.fields_map[name]) for name in KINDS}
    assert {cls for cls in columns if not any(issubclass(found, cls) for found in covered)} == set()
