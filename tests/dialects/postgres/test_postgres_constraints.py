"""Exclusion constraints, constraints put off, identity columns, indexes built while others write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dialects.postgres.own_types import DRIVERS, empty_database, run
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres.constraints import ExclusionConstraint, set_constraints
from tortoise.contrib.postgres.extensions import ensure_extension
from tortoise.contrib.postgres.ranges import Int4RangeField
from tortoise.contrib.postgres.types import IdentityField
from tortoise.exceptions import ConfigurationError, IntegrityError, OperationalError, UnSupportedError
from tortoise.expressions import F, Q
from tortoise.functions import Lower
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.ast import ddl
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_core.migrations.operations import CreateIndex
from tortoise_core.migrations.state import IndexState
from tortoise_dialect_postgres.exclusion import Exclude
from tortoise_testkit.standard import standard_dialect


@pytest.fixture(scope="module", params=DRIVERS)
def url(request: Any) -> Iterator[str]:
    with empty_database(request.param) as made:
        yield made


def booking(*constraints: Any) -> Any:
    body = {
        "__module__": __name__,
        "room": fields.IntField(source_field="no"),
        "guest": fields.CharField(max_length=20, default="x"),
        "nights": Int4RangeField(),
        "sure": fields.BooleanField(default=True),
        "Meta": type("Meta", (), {"table": "booking", "constraints": constraints}),
    }
    return type("Booking", (Model,), body)


BTREE = "CREATE EXTENSION IF NOT EXISTS btree_gist"
NO_OVERLAP = ExclusionConstraint("once", [("room", "="), ("nights", "&&")], condition=Q(sure=True))


def test_exclusion(url: str) -> None:
    Booking = booking(NO_OVERLAP)

    async def body(context: TortoiseContext) -> None:
        await context.generate_schemas()
        await Booking.create(room=1, nights=(1, 5))
        await Booking.create(room=2, nights=(1, 5))
        await Booking.create(room=1, nights=(5, 7))
        await Booking.create(room=1, nights=(2, 3), sure=False)
        with pytest.raises(IntegrityError) as caught:
            await Booking.create(room=1, nights=(4, 6))
        assert caught.value.constraint == "once"

    run(url, body, Booking, before=BTREE)


def test_exclusion_over_expressions_and_put_off(url: str) -> None:
    lowered = ExclusionConstraint("alike", [(Lower("guest"), "=")], index_type="btree", deferrable="deferred")
    Booking = booking(lowered)

    async def body(context: TortoiseContext) -> None:
        ann = await Booking.create(room=1, nights=(1, 2), guest="Ann")
        async with in_transaction() as transaction:
            await Booking.create(room=1, nights=(1, 2), guest="ANN")
            ann.guest = "Bob"
            await ann.save()
            await set_constraints(transaction, "immediate", "alike")
            with pytest.raises(IntegrityError):
                async with in_transaction():
                    await Booking.create(room=1, nights=(1, 2), guest="bob")
            await set_constraints(transaction, "deferred")
        with pytest.raises(IntegrityError):
            async with in_transaction():
                await Booking.create(room=1, nights=(1, 2), guest="bob")
        with pytest.raises(ConfigurationError, match="deferred"):
            await set_constraints(context.db(), "later; DROP TABLE booking")

    run(url, body, Booking)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ExclusionConstraint("", [("room", "=")]), "name"),
        (lambda: ExclusionConstraint("x", []), "expressions"),
        (lambda: ExclusionConstraint("x", [("room", "= 1); DROP")]), "pairs"),
        (lambda: ExclusionConstraint("x", ["room"]), "pairs"),  # type: ignore[list-item]  # what is wrong
        (lambda: ExclusionConstraint("x", [("room", "=")], index_type="gist (x)"), "access method"),
        (lambda: ExclusionConstraint("x", [("room", "=")], deferrable="late"), "deferred"),
    ],
)
def test_what_no_exclusion_is(make: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        make()


def test_unknown_fields_are_named(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        backend: Any = await context.db().ready()
        with pytest.raises(ConfigurationError, match='Did you mean "room"'):
            schema_statements([booking(ExclusionConstraint("x", [("rom", "=")]))], backend, True)

    run(url, body)


def test_constraints_can_be_made_again() -> None:
    path, _, options = NO_OVERLAP.deconstruct()
    assert path == "tortoise.contrib.postgres.constraints.ExclusionConstraint"
    assert ExclusionConstraint(**options) == NO_OVERLAP
    full = UniqueConstraint(["room"], "u", deferrable="immediate", include=["guest"], nulls_distinct=False)
    assert UniqueConstraint(**full.deconstruct()[2]) == full


def test_other_dialects_refuse_an_exclusion() -> None:
    standard = standard_dialect()
    compiler = standard.ddl_compiler(standard.capabilities(standard.newest), standard.types)
    with pytest.raises(UnSupportedError, match="Exclude"):
        compiler.constraint(Exclude("x", "gist", (('"a"', "="),), None, None))


def test_identity(url: str) -> None:
    class Loose(Model):
        id = IdentityField()
        name = fields.CharField(max_length=5)

    class Strict(Model):
        id = IdentityField(always=True)
        name = fields.CharField(max_length=5)

    async def body(context: TortoiseContext) -> None:
        rows = [Strict(name=str(i)) for i in range(3)]
        await Strict.bulk_create(rows)
        assert [row.id for row in rows] == [1, 2, 3]
        assert (await Strict.create(name="x")).pk == 4
        with pytest.raises(OperationalError):
            await Strict.create(id=9, name="y")
        assert (await Loose.create(id=9, name="y")).pk == 9
        found = await context.db().execute_query_dict(
            "SELECT table_name AS t, identity_generation AS g FROM information_schema.columns "
            "WHERE column_name = 'id' AND is_identity = 'YES' ORDER BY 1"
        )
        assert [(row["t"], row["g"]) for row in found] == [("loose", "BY DEFAULT"), ("strict", "ALWAYS")]

    run(url, body, Loose, Strict)


def test_indexes_can_be_built_while_others_write(url: str) -> None:
    Booking = booking()

    async def body(context: TortoiseContext) -> None:
        backend: Any = await context.db().ready()
        compiler = backend.dialect.ddl_compiler(backend.capabilities, backend.dialect.types)
        wanted = IndexState("late", ("no",), False, options=ddl.IndexOptions((True,), (), ("guest",), None, True))
        (node,) = CreateIndex((None, "booking"), wanted).nodes(backend.capabilities, True)
        (sql,) = compiler.compile(node)
        assert sql == 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "late" ON "booking" ("no" DESC) INCLUDE ("guest")'
        await context.db().execute_query(sql)

    run(url, body, Booking)


def test_a_new_table_gets_its_indexes_at_once(url: str) -> None:
    class Row(Model):
        name = fields.CharField(max_length=9)

        class Meta:
            indexes = [Index(fields=["name"], opclasses=["varchar_pattern_ops"], concurrently=True)]

    class Other(Model):
        name = fields.CharField(max_length=9)

        class Meta:
            indexes = [Index(Lower("name"), F("id"), opclasses=["text_pattern_ops", ""])]

    async def body(context: TortoiseContext) -> None:
        found = await context.db().execute_query_dict(
            "SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%pattern_ops%' ORDER BY tablename"
        )
        assert len(found) == 2 and "lower" in found[0]["indexdef"]

    run(url, body, Row, Other)


def test_extensions_of_the_contributions(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        for name in ("btree_gist", "bloom"):
            await ensure_extension(context.db(), name)
        found = await context.db().execute_query_dict("SELECT extname AS n FROM pg_extension")
        assert {"btree_gist", "bloom"} <= {row["n"] for row in found}

    run(url, body)
