"""Each field type: what is stored comes back, defaults are put in, what does not fit is refused."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import ValidationError
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import KINDS, ROWS, UTC, Sample, Stamped

EACH = pytest.mark.parametrize("kind", list(KINDS))
STORED = pytest.mark.parametrize(
    ("kind", "at"), [pytest.param(k, at, id=f"{k}-{at}") for k, v in KINDS.items() for at in range(len(v.values))]
)
REFUSED = pytest.mark.parametrize(
    ("kind", "at"), [pytest.param(k, at, id=f"{k}-{at}") for k, v in KINDS.items() for at in range(len(v.refused))]
)
#: documents are compared by no operator that all databases have
COMPARABLE = [kind for kind in KINDS if kind != "JSON"]


def same(found: Any, stored: Any) -> bool:
    """Equal, of the same type, and for moments with an offset."""
    return found == stored and type(found) is type(stored) and getattr(found, "tzinfo", 1) is not None


@STORED
async def test_round_trip(db: Database, kind: str, at: int) -> None:
    value = KINDS[kind].values[at]
    row = await ROWS[kind].create(value=value, maybe=value)
    found = await ROWS[kind].get(pk=row.pk)
    assert same(found.value, value)
    assert same(found.maybe, value)
    assert await ROWS[kind].filter(pk=row.pk).values_list("value", "maybe") == [(value, value)]


@EACH
async def test_bulk_create_stores_the_same(db: Database, kind: str) -> None:
    model, values = ROWS[kind], KINDS[kind].values
    await model.bulk_create([model(value=value, maybe=None) for value in values])
    found = await model.all().order_by("id")
    assert [row.value for row in found] == list(values)
    assert [row.maybe for row in found] == [None] * len(values)


@EACH
async def test_defaults(db: Database, kind: str) -> None:
    first, second = KINDS[kind].values[:2]
    row = await ROWS[kind].create(value=first)
    for found in (row, await ROWS[kind].get(pk=row.pk)):
        assert same(found.fixed, first)
        assert same(found.made, second)
        assert found.maybe is None


@EACH
async def test_null_is_refused_where_it_is_not_allowed(db: Database, kind: str) -> None:
    model = ROWS[kind]
    with refused(ValidationError, f"{model.__name__}.value"):
        await model.create()
    with pytest.raises((ValidationError, ValueError), match="value"):
        await model.create(value=None)
    row = await model.create(value=KINDS[kind].values[0])
    row.value = None
    with refused(ValidationError, f"{model.__name__}.value"):
        await row.save()
    with refused(ValidationError, f"{model.__name__}.value"):
        await model.all().update(value=None)
    assert await model.all().count() == 1


@REFUSED
async def test_what_does_not_fit_is_refused(db: Database, kind: str, at: int) -> None:
    model, bad = ROWS[kind], KINDS[kind].refused[at]
    with refused(ValidationError, f"{model.__name__}.value"):
        await model.create(value=bad)
    with refused(ValidationError, f"{model.__name__}.value"):
        await model.bulk_create([model(value=KINDS[kind].values[0]), model(value=bad)])
    with refused(ValidationError, f"{model.__name__}.value"):
        await model.all().update(value=bad)
    assert await model.all().count() == 0


@EACH
async def test_save_and_update_change_it(db: Database, kind: str) -> None:
    model = ROWS[kind]
    first, second = KINDS[kind].values[:2]
    row = await model.create(value=first, maybe=first)
    row.value, row.maybe = second, None
    await row.save()
    found = await model.get(pk=row.pk)
    assert (found.value, found.maybe) == (second, None)
    assert await model.filter(pk=row.pk).update(value=first, maybe=second) == 1
    found = await model.get(pk=row.pk)
    assert (found.value, found.maybe) == (first, second)


@pytest.mark.parametrize("kind", COMPARABLE)
async def test_filter_by_value(db: Database, kind: str) -> None:
    model, values = ROWS[kind], KINDS[kind].values
    rows = [await model.create(value=value) for value in values]
    for value in values:
        expected = [row.pk for row, other in zip(rows, values) if other == value]
        assert await model.filter(value=value).order_by("id").values_list("id", flat=True) == expected
    assert await model.filter(value__in=values).count() == len(values)


@pytest.mark.parametrize(
    "kind",
    ["SmallInt", "Int", "BigInt", "UUID", "Datetime", "Date", "Time", "TimeDelta", "Binary", "IntEnum", "CharEnum"],
)
async def test_filter_by_a_value_of_another_type_is_refused(db: Database, kind: str) -> None:
    with refused(ValidationError, f"{ROWS[kind].__name__}.value"):
        await ROWS[kind].filter(value="no such thing")


async def test_text_is_read_as_the_type_it_stands_for(db: Database) -> None:
    row = await Sample.create(label="t", number="12", price="1.25", key="12345678-1234-5678-1234-567812345678", ratio=3)
    assert (row.number, row.price, row.ratio) == (12, Decimal("1.25"), 3.0)
    found = await Sample.get(number="12", price="1.250", ratio=3)
    assert found.key == row.key


async def test_integers_beyond_the_column_match_nothing(db: Database) -> None:
    await Sample.create(label="a", small=1, number=1)
    assert await Sample.filter(small=2**20).count() == 0
    assert await Sample.filter(small__lt=2**20, number__lt=2**40).count() == 1
    assert await Sample.filter(number__in=[1, 2**40]).count() == 1
    with refused(ValidationError, "Sample.big"):
        await Sample.filter(big=2**63)


async def test_decimals_are_rounded_half_to_even(db: Database) -> None:
    for value, stored in (("0.0005", "0.000"), ("0.0015", "0.002"), ("-0.0025", "-0.002"), ("1.00049", "1.000")):
        row = await Sample.create(label="d", price=Decimal(value))
        assert (await Sample.get(pk=row.pk)).price == Decimal(stored)


async def test_decimals_compare_as_numbers(db: Database) -> None:
    await Sample.bulk_create([Sample(label="d", price=Decimal(text)) for text in ("9.5", "10", "100.25", "-3", "0")])
    found = await Sample.filter(price__gt=Decimal("-1")).order_by("-price").values_list("price", flat=True)
    assert found == [Decimal("100.250"), Decimal("10.000"), Decimal("9.500"), Decimal(0)]


async def test_moments_with_other_offsets_are_the_same_moment(db: Database) -> None:
    east = dt.datetime(2024, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    utc = dt.datetime(2024, 6, 1, 7, tzinfo=UTC)
    row = await Sample.create(label="m", moment=utc)
    assert await Sample.filter(moment=east).count() == 1
    assert await Sample.filter(pk=row.pk).update(moment=east) == 1
    found = await Sample.get(moment=utc)
    assert found.moment == utc
    assert found.moment.utcoffset() == dt.timedelta(0)


async def test_naive_moments_are_read_in_the_configured_zone_with_a_warning(db: Database) -> None:
    with pytest.warns(RuntimeWarning, match="no time zone"):
        row = await Sample.create(label="n", moment=dt.datetime(2024, 6, 1, 7))
    assert (await Sample.get(pk=row.pk)).moment == dt.datetime(2024, 6, 1, 7, tzinfo=UTC)


async def test_automatic_moments(db: Database) -> None:
    before = dt.datetime.now(UTC)
    row = await Stamped.create(name="a")
    made, changed = row.made, row.changed
    assert before <= made <= dt.datetime.now(UTC)
    row.name = "b"
    await row.save()
    found = await Stamped.get(pk=row.pk)
    assert found.made == made
    assert found.changed > changed
    assert found.changed == row.changed


async def test_infinite_floats(db: Database) -> None:
    row = await Sample.create(label="f", ratio=math.inf)
    assert (await Sample.get(pk=row.pk)).ratio == math.inf
    assert await Sample.filter(ratio__gt=1e308).count() == 1


async def test_nan_is_stored_or_refused_as_the_capability_says(db: Database) -> None:
    if db.capabilities.float_nan:
        row = await Sample.create(label="n", ratio=math.nan)
        found = (await Sample.get(pk=row.pk)).ratio
        assert found is not None
        assert math.isnan(found)
    else:
        with refused(ValidationError, "NaN", "Sample.ratio"):
            await Sample.create(label="n", ratio=math.nan)


@pytest.mark.parametrize("column", ["name", "text"])
async def test_nul_characters_are_stored_or_refused_as_the_capability_says(db: Database, column: str) -> None:
    if db.capabilities.nul_in_text:
        row = await Sample.create(label="n", **{column: "a\0b"})
        assert getattr(await Sample.get(pk=row.pk), column) == "a\0b"
        assert await Sample.filter(**{column: "a"}).count() == 0
    else:
        with refused(ValidationError, "NUL", f"Sample.{column}"):
            await Sample.create(label="n", **{column: "a\0b"})
        assert await Sample.all().count() == 0


async def test_boolean_filters(db: Database) -> None:
    await Sample.bulk_create([Sample(label=str(flag), flag=flag) for flag in (True, False, None)])
    assert await Sample.filter(flag=True).values_list("label", flat=True) == ["True"]
    assert await Sample.filter(flag=False).values_list("label", flat=True) == ["False"]
    assert await Sample.filter(flag=None).values_list("label", flat=True) == ["None"]
