"""Values that SQLite has no storage class for, and text that its own operators get wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable
from decimal import Decimal
from typing import Any, Callable
from uuid import UUID

import pytest

from tortoise import Tortoise, connections, fields
from tortoise.contrib.sqlite.functions import Random
from tortoise.exceptions import OperationalError, ValidationError
from tortoise.expressions import F, Q
from tortoise.functions import Avg, Count, Max, Min, Sum
from tortoise.models import Model
from tortoise_core.base.errors import ErrorKind

UTC = dt.timezone.utc


class Thing(Model):
    id = fields.IntField(primary_key=True)
    text = fields.TextField(null=True)
    price = fields.DecimalField(20, 4, null=True)
    ratio = fields.FloatField(null=True)
    count = fields.IntField(null=True)
    big = fields.BigIntField(null=True)
    flag = fields.BooleanField(null=True)
    moment = fields.DatetimeField(null=True)
    token = fields.UUIDField(null=True)
    data = fields.JSONField(null=True)


def run(body: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        await Tortoise.init(db_url="sqlite://:memory:", modules={"models": [__name__]})
        try:
            await Tortoise.generate_schemas()
            return await body()
        finally:
            await Tortoise.close_connections()

    return asyncio.run(main())


async def stored(column: str) -> Any:
    _, rows = await connections.get("default").execute_query(f'SELECT "{column}" FROM "thing" ORDER BY "id"')
    return [row[column] for row in rows]


EAST = dt.timezone(dt.timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("moment", dt.datetime(2024, 1, 1, 12, tzinfo=UTC), "2024-01-01 12:00:00+00:00"),
        ("moment", dt.datetime(2024, 1, 1, 12, 0, 0, 5, UTC), "2024-01-01 12:00:00.000005+00:00"),
        ("moment", dt.datetime(2024, 1, 1, 12, tzinfo=EAST), "2024-01-01 06:30:00+00:00"),
        ("moment", dt.datetime(9, 1, 1, tzinfo=UTC), "0009-01-01 00:00:00+00:00"),
        ("price", Decimal("1.5"), "1.5000"),
        ("price", Decimal("-9999999999999999.9999"), "-9999999999999999.9999"),
        ("price", Decimal("1E+3"), "1000.0000"),
        ("token", UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ("flag", True, 1),
        ("flag", False, 0),
        ("big", -(2**63), -(2**63)),
        ("ratio", 0.1, 0.1),
        ("ratio", float("inf"), float("inf")),
        ("text", "a\0b\U0001f600", "a\0b\U0001f600"),
        *[("data", data, json.dumps(data)) for data in (5, 1.5, 2**63, "5", True, "x\0y", [], {"a": None})],
    ],
)
def test_round_trip(name: str, value: Any, text: Any) -> None:
    async def body() -> None:
        made = await Thing.create(**{name: value})
        again = await Thing.get(pk=made.pk)
        assert getattr(again, name) == value
        assert type(getattr(again, name)) is type(value)
        (raw,) = await stored(name)
        assert type(raw) is type(text)
        assert raw == text or json.loads(raw) == value
        if name != "data":
            assert await Thing.filter(**{name: value}).count() == 1
            assert await Thing.filter(**{f"{name}__in": [value]}).count() == 1
            assert await Thing.filter(**{f"{name}__in": [value] * 40}).count() == 1
            assert await Thing.filter(**{f"{name}__not_in": [value] * 40}).count() == 0

    run(body)


PRICES = ["10", "9.5", "-1", "0.1", "0.2", "1000", "0.30", "-20.25", "0"]


async def add_prices() -> None:
    await Thing.bulk_create([Thing(price=Decimal(price), count=i % 3) for i, price in enumerate(PRICES)])


def test_decimals_compare_as_numbers() -> None:
    numbers = [Decimal(price) for price in PRICES]

    async def body() -> None:
        await add_prices()
        assert await Thing.all().order_by("price").values_list("price", flat=True) == sorted(numbers)
        assert await Thing.all().order_by("-price").values_list("price", flat=True) == sorted(numbers, reverse=True)
        for bound in numbers:
            for name, holds in (
                ("gt", bound.__lt__),
                ("gte", bound.__le__),
                ("lt", bound.__gt__),
                ("lte", bound.__ge__),
            ):
                assert await Thing.filter(**{f"price__{name}": bound}).count() == sum(map(holds, numbers))
        assert await Thing.filter(price__range=(Decimal(0), Decimal("9.50"))).count() == 5
        assert await Thing.filter(price=Decimal("10.00")).count() == 1
        assert await Thing.filter(price__in=[Decimal("10.000"), Decimal("-1.0")]).count() == 2
        assert await Thing.filter(price__in=[Decimal("10.000"), Decimal("-1.0")] * 30).count() == 2

    run(body)


def test_decimals_written_by_others_compare_as_numbers() -> None:
    async def body() -> None:
        script = "INSERT INTO thing (price) VALUES ('1E+1'), ('10'), ('10.0'), ('9')"
        await connections.get("default").execute_script(script)
        assert await Thing.filter(price=10).count() == 3
        assert await Thing.filter(price__gte=Decimal("9.5")).count() == 3
        found = await Thing.annotate(n=Count("id")).group_by("price").order_by("price").values_list("price", "n")
        assert [tuple(row) for row in found] == [(Decimal(9), 1), (Decimal(10), 3)]
        assert sorted(await Thing.all().distinct().values_list("price", flat=True)) == [Decimal(9), Decimal(10)]

    run(body)


def test_sums_of_decimals_are_exact() -> None:
    numbers = [Decimal(price) for price in PRICES]

    async def body() -> None:
        await add_prices()
        await Thing.create(price=None)
        (found,) = await totals()
        assert (found["s"], found["low"], found["high"], found["n"]) == (
            sum(numbers),
            min(numbers),
            max(numbers),
            len(numbers),
        )
        assert abs(found["a"] - sum(numbers) / len(numbers)) < Decimal("1e-20")

    run(body)


async def totals() -> Any:
    """All aggregates over the whole table: one group, as `flag` is NULL throughout."""
    aggregates = {"s": Sum("price"), "a": Avg("price"), "low": Min("price"), "high": Max("price"), "n": Count("price")}
    return await Thing.annotate(**aggregates).group_by("flag").values("s", "a", "low", "high", "n")


def test_sums_under_a_condition() -> None:
    async def body() -> None:
        await add_prices()
        found = await (
            Thing.annotate(s=Sum("price", _filter=Q(price__gt=1)), d=Count("price", distinct=True))
            .group_by("flag")
            .values("s", "d")
        )
        assert found == [{"s": Decimal("1019.5"), "d": 9}]

    run(body)


def test_arithmetic_of_decimals_is_exact() -> None:
    async def body() -> None:
        await Thing.create(price=Decimal("0.1"), count=3)
        for expression, result in (
            (F("price") + Decimal("0.2"), "0.3"),
            (F("price") * F("count"), "0.3"),
            (F("price") - 1, "-0.9"),
            (F("price") / 4, "0.025"),
        ):
            (found,) = await Thing.annotate(x=expression).values_list("x", flat=True)
            assert found == Decimal(result)
        assert await Thing.annotate(x=F("price") * 100).filter(x__gt=9).count() == 1
        assert await Thing.filter(price__lt=F("count")).count() == 1
        await Thing.all().update(price=F("price") * 3)
        assert (await Thing.get()).price == Decimal("0.3")

    run(body)


def test_arithmetic_of_numbers() -> None:
    async def body() -> None:
        await Thing.create(count=-7, ratio=7.5)
        for expression, result in (
            (F("count") / 2, -3),
            (F("count") % 4, -3),
            (F("ratio") % 2, 1.5),
            (F("ratio") / 2, 3.75),
            (F("count") ** 2, 49),
            (F("ratio") / 0, None),
        ):
            assert await Thing.annotate(x=expression).values_list("x", flat=True) == [result]

    run(body)


ASCII = ["abc", "ABC", "a%c", "a_c", "a!c", "a\0c", "\0", "", "S", "x\0abc", "*", "[a]"]
TEXTS = [*ASCII, "äÖß", "ÄÖSS", "Äöß", "ΣΑΣ", "σας", "ſ", "ı"]
LOOKUPS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "exact": str.__eq__,
}


def capitals(text: str) -> str:
    return "".join([char.upper() if len(char.upper()) == 1 else char for char in text])


def test_text_lookups() -> None:
    async def body() -> None:
        await Thing.bulk_create([Thing(text=text) for text in TEXTS])
        await Thing.create(text=None)
        for part in [*TEXTS, "c", "b", "C", "ö", "Ö", "ß", "s", "σ"]:
            for lookup, holds in LOOKUPS.items():
                name = "text" if lookup == "exact" else f"text__{lookup}"
                found = await Thing.filter(**{name: part}).values_list("text", flat=True)
                assert sorted(found) == sorted([text for text in TEXTS if holds(text, part)]), (lookup, part)
                found = await Thing.filter(**{f"text__i{lookup}": part}).values_list("text", flat=True)
                expected = [text for text in TEXTS if holds(capitals(text), capitals(part))]
                assert sorted(found) == sorted(expected), (f"i{lookup}", part)

    run(body)


def test_text_longer_than_a_pattern_may_be() -> None:
    async def body() -> None:
        await Thing.create(text="x" + "aé" * 60_000)
        await Thing.create(text="x" + "ab" * 60_000)
        for part, count in (("A", 2), ("AB" * 50_000, 1), ("Aé" * 50_000, 1), ("é" * 50_000, 0), ("ÄB" * 12_001, 0)):
            assert await Thing.filter(text__icontains=part).count() == count
            assert await Thing.filter(text__istartswith=f"X{part}").count() == count
        assert await Thing.filter(text__iendswith="AB" * 60_000).count() == 1
        assert await Thing.filter(text__iexact="X" + "AB" * 60_000).count() == 1

    run(body)


@pytest.mark.parametrize("repeat", [1, 40])
def test_lists(repeat: int) -> None:
    floats = [0.1, 1 / 3, 1e308, 5e-324, float("inf"), -0.0, 123456789.123456789]

    async def body() -> None:
        await Thing.bulk_create([Thing(text=text) for text in TEXTS])
        assert await Thing.filter(text__in=TEXTS * repeat).count() == len(TEXTS)
        assert await Thing.filter(text__in=["\0", "a"] * repeat).count() == 1
        await Thing.all().delete()
        await Thing.bulk_create([Thing(ratio=ratio) for ratio in floats])
        assert await Thing.filter(ratio__in=floats * repeat).count() == len(floats)
        await Thing.all().delete()
        await Thing.bulk_create([Thing(big=big) for big in (2**63 - 1, 2**63 - 2, 2**53 + 1)])
        assert await Thing.filter(big__in=[2**63 - 1, 2**53] * repeat).count() == 1
        assert await Thing.filter(big__in=[]).count() == 0

    run(body)


def test_sums_of_whole_numbers_beyond_64_bits() -> None:
    async def body() -> None:
        await Thing.bulk_create([Thing(big=2**63 - 1), Thing(big=1)])
        with pytest.raises(OperationalError, match="integer overflow") as caught:
            await Thing.annotate(s=Sum("big")).group_by("flag").values("s")
        assert caught.value.kind is ErrorKind.DATA
        await Thing.filter(big=1).update(big=0)
        assert await Thing.annotate(s=Sum("big")).group_by("flag").values_list("s", flat=True) == [2**63 - 1]

    run(body)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**30])
def test_whole_numbers_beyond_64_bits_are_refused_by_name(value: int) -> None:
    async def body() -> None:
        for attempt in (Thing.create(big=value), Thing.all().update(big=value), Thing.filter(big__gt=value).count()):
            with pytest.raises(ValidationError, match=r"Thing\.big"):
                await attempt

    run(body)


def test_rows_in_random_order() -> None:
    async def body() -> list[int]:
        await Thing.bulk_create([Thing() for _ in range(50)])
        return list(await Thing.annotate(r=Random()).order_by("r").values_list("r", flat=True))

    found = run(body)
    assert found == sorted(found)
    assert len(set(found)) == 50
