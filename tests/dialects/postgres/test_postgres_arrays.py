"""Columns of arrays: what they hold, how they are asked, and how changes of them are found."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import Awaitable
from decimal import Decimal
from enum import Enum
from typing import Any, Callable
from uuid import UUID

import pytest

from dialects.postgres.stores import SCHEMES, url_of
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.exceptions import ConfigurationError, FieldError, UnSupportedError, ValidationError
from tortoise.expressions import F, Q
from tortoise.functions import Count
from tortoise.indexes import PartialIndex
from tortoise.models import Model
from tortoise.validators import MaxValueValidator
from tortoise_core.dialect.driver import Target

MOMENT = dt.datetime(2024, 2, 29, 12, 30, 0, 5, tzinfo=dt.timezone.utc)


class Shelf(Model):
    id = fields.IntField(primary_key=True)
    numbers = ArrayField(default=[1, 2])
    tags = ArrayField("varchar(10)", null=True)
    grid = ArrayField("int[]", null=True)

    class Meta:
        table = "array_shelf"
        indexes = (PartialIndex(fields=["id"], condition=Q(tags__contains=["a,b", '"'])),)


class Colour(str, Enum):
    red = "red"
    green = "green"


class Loud(fields.CharField):
    """A field with a form of its own in the database."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return None if value is None else value.upper()

    def to_python_value(self, value: Any) -> Any:
        return None if value is None else value.lower()


class Held(Model):
    """One column of every type of item."""

    id = fields.IntField(primary_key=True)
    small = ArrayField("smallint", null=True)
    whole = ArrayField("int", null=True)
    big = ArrayField("bigint", null=True)
    text = ArrayField(element_type="text", null=True)
    char = ArrayField(element_type="char(3)", null=True)
    varchar = ArrayField(element_type="character varying (5)", null=True)
    amount = ArrayField(element_type="numeric(10,2)", null=True)
    number = ArrayField(element_type="numeric", null=True)
    ratio = ArrayField(element_type="double precision", null=True)
    flag = ArrayField(element_type="bool", null=True)
    moment = ArrayField(element_type="timestamptz", null=True)
    local = ArrayField(element_type="timestamp", null=True)
    day = ArrayField(element_type="date", null=True)
    key = ArrayField(element_type="uuid", null=True)
    raw = ArrayField(element_type="bytea", null=True)
    document = ArrayField(element_type="jsonb", null=True)
    value = ArrayField(fields.JSONField(), null=True)
    span = ArrayField(fields.TimeDeltaField(), null=True)
    colour = ArrayField(fields.CharEnumField(Colour), null=True)
    loud = ArrayField(Loud(max_length=10), null=True)
    checked = ArrayField(fields.IntField(validators=[MaxValueValidator(9)]), null=True)
    preset = ArrayField("text", db_default=["it's", None, '"\\'])

    class Meta:
        table = "array_held"


#: two values for each column
SAMPLES: dict[str, list[Any]] = {
    "small": [[-32768, 32767], []],
    "whole": [[2**31 - 1, None], [[1, 2], [3, 4]]],
    "big": [[2**63 - 1], [-(2**63)]],
    "text": [["", "it's", '"', "\\", "{a,b}", "NULL", None, "日本"], [" "]],
    "char": [["abc"], ["x  "]],
    "varchar": [["abcde"], ["a", "b"]],
    "amount": [[Decimal("1.10"), Decimal("-99999999.99")], [Decimal("0.00")]],
    "number": [[Decimal("1e30"), Decimal("0.0000001")], [Decimal(7)]],
    "ratio": [[0.1, float("inf")], [-0.5]],
    "flag": [[True, False, None], [False]],
    "moment": [[MOMENT], [MOMENT, MOMENT.replace(year=4)]],
    "local": [[MOMENT.replace(tzinfo=None)], []],
    "day": [[dt.date(1, 1, 2), dt.date(9999, 12, 30)], []],
    "key": [[UUID(int=5), UUID(int=0)], []],
    "raw": [[b"\0\xff", b""], [b'"\\']],
    "document": [['{"a": 1}', "null"], ["[1, 2]"]],
    "value": [[{"a": [1]}, [1, 2], "x", 5], [[]]],
    "colour": [[Colour.red, None], [Colour.green]],
    "loud": [["ab"], []],
    "checked": [[9, 1], []],
    "span": [[dt.timedelta(days=-1, microseconds=1)], []],
}


@pytest.fixture(params=SCHEMES)
def on_postgres(postgres_target: Target, request: Any) -> Callable[[Callable[[], Awaitable[None]]], None]:
    """Runs a coroutine function on a database that has the tables of this module, empty, by each driver."""
    connections = {"default": url_of(postgres_target, request.param)}

    def run(body: Callable[[], Awaitable[None]]) -> None:
        async def main() -> None:
            async with TortoiseContext() as context:
                await context.init({"connections": connections, "apps": {"m": {"models": [sys.modules[__name__]]}}})
                await context.generate_schemas()
                await Shelf.all().delete()
                await Held.all().delete()
                await body()

        asyncio.run(main())

    return run


@pytest.mark.parametrize("name", SAMPLES)
def test_every_type_of_item(on_postgres: Any, name: str) -> None:
    first, second = SAMPLES[name]

    async def body() -> None:
        made = await Held.create(**{name: first})
        assert getattr(await Held.get(id=made.id), name) == first
        bulk = await Held.bulk_create([Held(**{name: second}), Held(**{name: None})])
        assert await Held.filter(id__in=[b.id for b in bulk]).order_by("id").values_list(name, flat=True) == [
            second,
            None,
        ]
        for held in bulk:
            setattr(held, name, first)
        assert await Held.bulk_update(bulk, [name]) == 2
        assert await Held.filter(**{name: first}).count() == 3
        assert await Held.filter(**{f"{name}__in": [first, second]}).count() == 3
        # NULL equals nothing, so that no array contains one
        known = [item for item in first if item is not None]
        assert await Held.filter(**{f"{name}__contains": known}).count() == 3
        assert await Held.filter(**{f"{name}__contained_by": known}).count() == (3 if known == first else 0)
        assert await Held.filter(**{f"{name}__any": known[0], f"{name}__0": known[0]}).count() == 3
        assert await Held.filter(id=made.id).update(**{name: second}) == 1
        assert getattr(await Held.get(id=made.id), name) == second
        assert await Held.filter(**{f"{name}__not": first}).count() == 1

    on_postgres(body)


def test_a_default_of_the_database(on_postgres: Any) -> None:
    async def body() -> None:
        made = await Held.create()
        assert made.preset == ["it's", None, '"\\']
        assert (await Held.get(id=made.id)).preset == made.preset

    on_postgres(body)


def test_changes_in_place_are_saved(on_postgres: Any) -> None:
    async def body() -> None:
        made = await Shelf.create(numbers=[1], grid=[[1], [2]])
        made.numbers.append(2)
        await made.save()
        loaded = await Shelf.get(id=made.id)
        assert loaded.numbers == [1, 2]
        loaded.numbers.append(3)
        assert loaded.grid is not None
        loaded.grid[1][0] = 5
        await loaded.save()
        again = await Shelf.get(id=made.id)
        assert (again.numbers, again.grid) == ([1, 2, 3], [[1], [5]])

    on_postgres(body)


def test_a_default_is_each_instances_own(on_postgres: Any) -> None:
    async def body() -> None:
        one, other = Shelf(), Shelf()
        one.numbers.append(3)
        assert other.numbers == [1, 2]
        await one.save()
        await other.save()
        assert await Shelf.all().order_by("id").values_list("numbers", flat=True) == [[1, 2, 3], [1, 2]]

    on_postgres(body)


async def found(**conditions: Any) -> list[int]:
    return [shelf.numbers[0] if shelf.numbers else 0 for shelf in await Shelf.filter(**conditions).order_by("id")]


CONDITIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({"numbers__contains": [10]}, [1, 2]),
    ({"numbers__contains": (10, 1)}, [1]),
    ({"numbers__contains": []}, [1, 2, 0]),
    ({"numbers__contained_by": [1, 2, 10, 11]}, [1, 2, 0]),
    ({"numbers__overlap": {1, 99}}, [1]),
    ({"numbers__len": 2}, [1, 2]),
    ({"numbers__len": 0}, [0]),
    ({"numbers__len__gte": 1}, [1, 2]),
    ({"numbers__len__in": [0, 7]}, [0]),
    ({"numbers__any": 10}, [1, 2]),
    ({"numbers__any": 2**40}, []),
    ({"numbers__all": 7}, [0]),
    ({"numbers__0": 1}, [1]),
    ({"numbers__0__lt": 2}, [1]),
    ({"numbers__5__isnull": True}, [1, 2, 0]),
    ({"numbers__0_1": [2]}, [2]),
    ({"numbers__1_9__contains": [10]}, [1, 2]),
    ({"numbers__gt": [1, 99]}, [2]),
    ({"numbers__in": [[], [1, 10]]}, [1, 0]),
    ({"numbers__not_in": [[], [1, 10]]}, [2]),
    ({"tags__isnull": True}, [0]),
    ({"tags__contains": ["a,b"]}, [1]),
    ({"tags__overlap": ["a much longer text than the column takes", "x"]}, [2]),
    ({"tags__any": "x"}, [2]),
    ({"tags__any": "a much lon"}, []),
    ({"tags__0__startswith": "a,"}, [1]),
    ({"tags__len": 2}, [1, 2]),
    ({"tags__contains": ["exactly 10"]}, [2]),
    ({"tags__contains": ["exactly 10 and more"]}, []),
    ({"tags__any": "exactly 10 and more"}, []),
    ({"grid__0__1": 2}, [1]),
    ({"grid__len": 2}, [1]),
    ({"grid__1": None}, [1, 2, 0]),
    ({"grid__any": 4}, [1]),
    ({"grid": [[1, 2], [3, 4]]}, [1]),
]


@pytest.mark.parametrize(("conditions", "expected"), CONDITIONS, ids=str)
def test_conditions(on_postgres: Any, conditions: dict[str, Any], expected: list[int]) -> None:
    async def body() -> None:
        await Shelf.create(numbers=[1, 10], tags=["a,b", '"'], grid=[[1, 2], [3, 4]])
        await Shelf.create(numbers=[2, 10], tags=["x", "exactly 10"])
        await Shelf.create(numbers=[])
        assert await found(**conditions) == expected

    on_postgres(body)


def test_in_the_rest_of_a_query(on_postgres: Any) -> None:
    async def body() -> None:
        await Shelf.bulk_create([Shelf(numbers=n) for n in ([3, 1], [2], [3, 1], [])])
        assert await Shelf.all().order_by("-numbers__len", "id").values_list("numbers__0", flat=True) == [3, 3, 2, None]
        groups = await (
            Shelf.annotate(count=Count("id"))
            .group_by("numbers")
            .order_by("-count", "numbers")
            .values("numbers", "count")
        )
        assert [(g["numbers"], g["count"]) for g in groups] == [([3, 1], 2), ([], 1), ([2], 1)]
        assert await Shelf.filter(numbers__0=F("numbers__1")).count() == 0
        assert await Shelf.annotate(size=F("numbers__len")).filter(size__gt=1).count() == 2
        assert await Shelf.filter(numbers__contains=F("numbers")).count() == 4

    on_postgres(body)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_moments_are_read_in_the_configured_zone(postgres_target: Target, scheme: str) -> None:
    connections = {"default": url_of(postgres_target, scheme)}
    config = {"connections": connections, "apps": {"m": {"models": [sys.modules[__name__]]}}}

    async def main() -> None:
        for options, expected in (
            ({"use_tz": True, "timezone": "Asia/Kolkata"}, "2024-02-29T18:00:00.000005+05:30"),
            ({"use_tz": False}, "2024-02-29T12:30:00.000005"),
        ):
            async with TortoiseContext() as context:
                await context.init({**config, **options})
                await context.generate_schemas()
                moment = MOMENT if options["use_tz"] else MOMENT.replace(tzinfo=None)
                made = await Held.create(moment=[moment])
                read = (await Held.get(id=made.id)).moment
                assert read is not None
                assert [value.isoformat() for value in read] == [expected]
                assert await Held.filter(id=made.id, moment__contains=[moment], moment__any=moment).count() == 1

    asyncio.run(main())


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"numbers": "12"}, "numbers: '12' is not a list"),
        ({"numbers": 12}, "numbers: .*12 is not a list"),
        ({"numbers": [2**31]}, "numbers: .*2147483648 is out of range"),
        ({"numbers": ["x"]}, "numbers: .*invalid literal"),
        ({"tags": ["12345678901"]}, "tags: .*Length of"),
        ({"tags": ["a\0b"]}, "tags: .*knows no text with a NUL"),
        ({"numbers": None}, "Shelf.numbers"),
        ({"numbers": [F("id")]}, "Shelf.numbers"),
        ({"numbers": [1, True, 2.5]}, r"2.5 is not a whole number \(Shelf.numbers\)"),
        ({"numbers": [[1], [2**31]]}, "numbers: 2147483648 is out of range"),
        ({"tags": ["\ud800"]}, "Shelf.tags"),
    ],
)
def test_what_cannot_be_stored(on_postgres: Any, values: dict[str, Any], problem: str) -> None:
    async def body() -> None:
        with pytest.raises(ValidationError, match=problem):
            await Shelf.create(**values)

    on_postgres(body)


def test_items_are_checked_by_their_field(on_postgres: Any) -> None:
    async def body() -> None:
        with pytest.raises(ValidationError, match=r"Value should be less or equal to 9 \(Held\.checked\)"):
            await Held.create(checked=[9, 10])
        with pytest.raises(ValidationError, match=r"'blue' is none of Colour"):
            await Held.create(colour=["blue"])
        await Held.create(loud=["Ab"], colour=["red"])
        assert await Held.filter(loud__0="ab", colour__any=Colour.red).values_list("loud__0", "colour__0") == [
            ("ab", Colour.red)
        ]

    on_postgres(body)


def test_what_cannot_be_asked(on_postgres: Any) -> None:
    async def body() -> None:
        with pytest.raises(
            FieldError, match=r'Shelf.numbers, a ArrayField, has no lookup "icontains".*overlap, any, all'
        ):
            await Shelf.filter(numbers__icontains=1)
        with pytest.raises(ValidationError, match=r'Shelf.numbers \("numbers__contains"\): cannot be compared with 1'):
            await Shelf.filter(numbers__contains=1)
        with pytest.raises(FieldError, match="cannot be compared with None"):
            await Shelf.filter(numbers__overlap=None)

    on_postgres(body)


def test_other_databases_say_that_they_have_none() -> None:
    async def main() -> None:
        async with TortoiseContext() as context:
            await context.init(
                {
                    "connections": {"default": "sqlite://:memory:"},
                    "apps": {"m": {"models": [sys.modules[__name__]]}},
                }
            )
            with pytest.raises(UnSupportedError, match=r"Array.* is not supported by sqlite"):
                await context.generate_schemas()

    asyncio.run(main())


@pytest.mark.parametrize("wrong", [5, "", None, int])
def test_what_is_no_type(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="element_type is the name of a SQL type"):
        ArrayField(wrong)


@pytest.mark.parametrize(
    ("element_type", "name"),
    [("int", "INT[]"), ('"Mood"', '"Mood"[]'), ("numeric( 10 , 2 )", "NUMERIC( 10 , 2 )[]"), ("int[][]", "INT[][][]")],
)
def test_names_of_types(element_type: str, name: str) -> None:
    field = ArrayField(element_type)
    assert name == field.SQL_TYPE
    path, arguments, options = field.deconstruct()
    assert (path, arguments) == ("tortoise.contrib.postgres.fields.ArrayField", [])
    assert name == ArrayField(**options).SQL_TYPE
