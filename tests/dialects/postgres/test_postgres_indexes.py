"""Kinds of indexes, schemas and long names, as the catalog tells of them."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from dialects.postgres.conftest import DEFAULT_URL, administer
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError, OperationalError
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model
from tortoise_testkit.harness import module_of


class Hash(Index):
    INDEX_TYPE = "HASH"


class Gin(Index):
    INDEX_TYPE = "GIN"


class Brin(PartialIndex):
    INDEX_TYPE = "BRIN"


class Covering(Index):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = " INCLUDE (level)"


@pytest.fixture
def url() -> Iterator[str]:
    name = f"tortoise_indexes_{uuid.uuid4().hex[:12]}"
    server = urlsplit(os.environ.get("TORTOISE_TEST_POSTGRES") or DEFAULT_URL)
    asyncio.run(administer(f'CREATE DATABASE "{name}"'))
    try:
        yield urlunsplit(server._replace(path=f"/{name}"))
    finally:
        asyncio.run(administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


def thing(**options: Any) -> type[Model]:
    body = {
        "__module__": __name__,
        "name": fields.CharField(max_length=9),
        "level": fields.IntField(),
        "doc": fields.JSONField(null=True),
        "Meta": type("Meta", (), options),
    }
    return type("Thing", (Model,), body)


def rows(url: str, model: type[Model], query: str) -> list[list[Any]]:
    async def main() -> list[list[Any]]:
        async with TortoiseContext() as context:
            await context.init(db_url=url, modules={"models": [module_of(model)]})
            for _ in range(2):
                await context.generate_schemas()
            return [list(row.values()) for row in await context.db().execute_query_dict(query)]

    return asyncio.run(main())


def test_kinds_of_indexes(url: str) -> None:
    model = thing(
        indexes=[
            Hash(fields=["name"], name="h"),
            Gin(fields=["doc"], name="g"),
            Brin(fields=["level"], name="b", condition={"level__gt": 3}),
            Covering(fields=["name"], name="c"),
        ]
    )
    found = rows(url, model, "SELECT indexname, indexdef FROM pg_indexes WHERE length(indexname) = 1 ORDER BY 1")
    assert found == [
        ["b", "CREATE INDEX b ON public.thing USING brin (level) WHERE (level > 3)"],
        ["c", "CREATE INDEX c ON public.thing USING btree (name) INCLUDE (level)"],
        ["g", "CREATE INDEX g ON public.thing USING gin (doc)"],
        ["h", "CREATE INDEX h ON public.thing USING hash (name)"],
    ]


@pytest.mark.parametrize(("kind", "error"), [("NO_SUCH", OperationalError), ("HASH (x); --", ConfigurationError)])
def test_kinds_that_are_none(url: str, kind: str, error: type[Exception]) -> None:
    odd = type("Odd", (Index,), {"INDEX_TYPE": kind})
    with pytest.raises(error, match=r"(?i)no_such|access method"):
        rows(url, thing(indexes=[odd(fields=["name"])]), "SELECT 1")


def test_schemas_and_long_names(url: str) -> None:
    model = thing(schema="a b", table="x" * 70, indexes=[Index(fields=["name"], name="y" * 70)])
    found = rows(url, model, "SELECT schemaname, tablename, indexname FROM pg_indexes WHERE indexname LIKE 'y%'")
    assert [(schema, table[:54], index[:54]) for schema, table, index in found] == [("a b", "x" * 54, "y" * 54)]
    assert all(name[54] == "_" and len(name) == 63 for name in found[0][1:])
