"""Fields of a user's own, validators, times that a save puts in, and what fields say of themselves."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, ValidationError
from tortoise.models import Model
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import KINDS, ROWS, UTC, Sample
from tortoise_testkit.models_fields import Checked, Clocked, Custom, Point, PointField, Preset, ShoutField

# -- fields of a user's own


async def test_what_a_field_of_ones_own_makes_of_values(db: Database) -> None:
    row = await Custom.create(label="a", shout="Hello", point=Point(1, -2), cents=Decimal("1.25"), named="x")
    await Custom.bulk_create([Custom(label="b", shout="World", point=Point(3, 4), cents=Decimal(2), named="y")])
    found = await Custom.get(pk=row.pk)
    assert (found.shout, found.point, found.cents, found.named) == ("hello", Point(1, -2), Decimal("1.25"), "a:x")
    assert await Custom.filter(label="b").values_list("shout", "point", "cents", "named") == [
        ("world", Point(3, 4), Decimal(2), "b:y")
    ]
    with db.statements() as sent:
        found.shout = "HELLO"
        await found.save(update_fields=["shout"])
    assert len(sent) == 1


async def test_conditions_use_it_too(db: Database) -> None:
    await Custom.create(label="a", shout="Hello", point=Point(1, 2), cents=Decimal("1.25"))
    assert await Custom.filter(shout="hello", point=Point(1, 2), cents=Decimal("1.25")).count() == 1
    assert await Custom.filter(shout__in=["HELLO", "x"], cents__gt=1).count() == 1
    assert await Custom.filter(label="a").update(shout="bye", point=Point(5, 6), cents=3) == 1
    found = await Custom.get(label="a")
    assert (found.shout, found.point, found.cents) == ("bye", Point(5, 6), Decimal(3))


async def test_an_untouched_row_is_not_written_again(db: Database) -> None:
    await Custom.create(label="a", shout="Hello", point=Point(1, 2), cents=Decimal("1.25"))
    found = await Custom.get(label="a")
    with db.statements() as sent:
        await found.save()
    assert sent == []
    found.point = Point(2, 2)
    await found.save()
    assert (await Custom.get(label="a")).point == Point(2, 2)


async def test_its_errors_name_model_and_field(db: Database) -> None:
    with refused(ValidationError, "Length", "Custom.shout"):
        await Custom.create(label="a", shout="x" * 21)
    with refused(ValidationError, "Custom.cents"):
        await Custom.create(label="a", cents="dear")
    with refused(ValidationError, "Custom.point"):
        await Custom.filter(point=5)


async def test_the_type_is_the_one_it_names(db: Database) -> None:
    dialect = db.capabilities.dialect
    inner = type("Inner", (), {"SQL_TYPE": "VARCHAR(77)"})
    special: Any = type("SpecialField", (PointField,), {"_db_" + dialect: inner})

    class Special(Model):
        place = special(null=True)
        other = PointField(null=True)

    for name, wanted in (("place", "VARCHAR(77)"), ("other", "VARCHAR(50)")):
        field: Any = Special._meta.fields_map[name]
        assert field.get_for_dialect(dialect, "SQL_TYPE") == wanted
    async with db.another(Special) as context:
        row = await Special.create(place=Point(1, 2))
        assert (await Special.get(pk=row.pk)).place == Point(1, 2)
        field = Special._meta.fields_map["place"]
        assert field.get_db_field_type() == "VARCHAR(77)"
        assert context.inited


async def test_a_field_without_a_type_is_refused(db: Database) -> None:
    class Shapeless(Model):
        thing = fields.Field[str]()

    with refused(ConfigurationError, "SQL_TYPE"):
        async with db.another(Shapeless):
            pass


def test_converting_by_hand() -> None:
    field = ShoutField(max_length=5)
    assert field.to_db_value("abc", None) == "ABC"
    assert field.to_python_value("ABC") == "abc"
    plain: Any = Sample._meta.fields_map["price"]
    assert plain.to_db_value("1.0005", None) == Decimal("1.000")
    assert plain.to_python_value("1.5") == Decimal("1.5")
    assert plain.to_db_value(None, None) is None
    document: Any = Preset._meta.fields_map["data"]
    assert document.to_db_value({"a": 1}, None) == '{"a":1}'
    assert document.to_python_value('{"a":1}') == {"a": 1}
    span: Any = Preset._meta.fields_map["span"]
    assert span.to_python_value(5_000_000) == dt.timedelta(seconds=5)


# -- validators


@pytest.mark.parametrize(
    ("column", "good", "bad"), [("age", 18, 17), ("email", "a@b.de", "a@b"), ("code", "ABC", "AbC")]
)
async def test_validators_are_asked_wherever_values_are_stored(db: Database, column: str, good: Any, bad: Any) -> None:
    message = f"Checked.{column}"
    row = await Checked.create(**{"age": 30, column: good})
    with refused(ValidationError, message) as caught:
        await Checked.create(**{"age": 30, column: bad})
    # forms of 1.1.9's users find the field by what stands before the first colon
    assert str(caught.value).startswith(f"{column}: ")
    with refused(ValidationError, message):
        await Checked.bulk_create([Checked(age=20), Checked(**{"age": 30, column: bad})])
    with refused(ValidationError, message):
        await Checked.all().update(**{column: bad})
    setattr(row, column, bad)
    with refused(ValidationError, message):
        await row.save()
    with refused(ValidationError, message):
        await Checked.bulk_update([row], [column])
    assert await Checked.all().values_list(column, flat=True) == [good]
    assert await Checked.filter(**{column: bad}).count() == 0


def test_validating_by_hand() -> None:
    age: Any = Checked._meta.fields_map["age"]
    age.validate(18)
    with refused(ValidationError, "greater or equal to 18", "Checked.age"):
        age.validate(17)
    with refused(ValidationError, "None", "Checked.age"):
        age.validate(None)
    email: Any = Checked._meta.fields_map["email"]
    email.validate(None)
    with refused(ValidationError, "Length of", "Checked.email"):
        email.validate("x" * 60 + "@a.de")


# -- times


async def test_times_that_a_save_puts_in(db: Database) -> None:
    row = await Clocked.create(name="a")
    assert row.made.tzinfo is not None
    made, changed = row.made, row.changed
    row.name = "b"
    await row.save()
    found = await Clocked.get(pk=row.pk)
    assert (found.made, found.made.utcoffset()) == (made, made.utcoffset())
    assert found.changed == row.changed != changed


async def test_times_without_an_offset_take_that_of_the_zone(db: Database) -> None:
    row = await Clocked.create(name="a", given=dt.time(9, 30))
    found = await Clocked.get(pk=row.pk)
    assert found.given == dt.time(9, 30, tzinfo=UTC)
    assert await Clocked.filter(given=dt.time(9, 30)).count() == 1
    assert await Clocked.filter(given="09:30").count() == 1


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
async def test_naive_times_and_moments(db: Database, zone: str) -> None:
    class Naive(Model):
        time = fields.TimeField(null=True)
        moment = fields.DatetimeField(null=True)

    from tortoise.context import TortoiseContext
    from tortoise_testkit.harness import module_of

    moment, hour = dt.datetime(2024, 7, 1, 12, 30, 5, 7), dt.time(12, 30, 5, 7)
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Naive)]}, use_tz=False, timezone=zone)
        await context.generate_schemas()
        row = await Naive.create(time=hour, moment=moment)
        found = await Naive.get(pk=row.pk)
        assert (found.time, found.moment) == (hour, moment)
        assert await Naive.filter(time=hour, moment=moment).count() == 1
        with refused(ValidationError, "use_tz", "Naive.time"):
            await Naive.create(time=dt.time(1, tzinfo=UTC))


async def test_a_zone_that_changes_its_offset_gives_none_to_a_time(db: Database) -> None:
    class Open(Model):
        since = fields.TimeField()

    from tortoise.context import TortoiseContext
    from tortoise_testkit.harness import module_of

    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Open)]}, timezone="Europe/Berlin")
        await context.generate_schemas()
        with refused(ValidationError, "offset", "Open.since"):
            await Open.create(since=dt.time(9))
        row = await Open.create(since=dt.time(9, tzinfo=UTC))
        assert (await Open.get(pk=row.pk)).since == dt.time(9, tzinfo=UTC)


# -- what fields say of themselves

KEYS = {
    "name", "field_type", "db_column", "python_type", "generated", "nullable", "unique", "indexed", "default",
    "db_default", "description", "docstring", "constraints", "db_field_types",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
def test_describe(kind: str) -> None:
    field: Any = ROWS[kind]._meta.fields_map["value"]
    found = field.describe(serializable=True)
    assert set(found) >= KEYS
    assert json.loads(json.dumps(found)) == found
    assert (found["name"], found["db_column"], found["nullable"]) == ("value", "value", False)
    assert found["db_default"] == "__NOT_SET__"
    objects = field.describe(serializable=False)
    assert objects["field_type"] is type(field)
    assert objects["python_type"] is field.field_type or objects["python_type"] == field.field_type
    path, positional, arguments = field.deconstruct()
    assert path.startswith("tortoise.fields.")
    assert type(field)(*positional, **arguments).describe(True) == {**found, "name": "", "db_column": ""}
