"""Fields of PostgreSQL, as both type checkers see what their attributes hold."""

# pyright: strict
# what assert_type gives back is a query that may well go unused
# mypy: disable-error-code="unused-awaitable"

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Optional

from tortoise import Model, fields

# by its home, because the checkers know no package that is spread over several folders, as it is in this repository
from tortoise_dialect_postgres.array_field import ArrayField

if TYPE_CHECKING:
    from typing_extensions import assert_type


class Shelf(Model):
    numbers = ArrayField()
    sizes = ArrayField("bigint", null=True)
    tags = ArrayField(element_type="text", default=list)
    colours = ArrayField("varchar", null=True)
    days = ArrayField(fields.DateField())
    spans = ArrayField(fields.TimeDeltaField(), null=True)
    others = ArrayField("point")
    stated: fields.Field[list[float]] = ArrayField("real")


async def typed() -> None:
    shelf = await Shelf.get(id=1)
    assert_type(shelf.numbers, list[int])
    assert_type(shelf.sizes, Optional[list[int]])
    assert_type(shelf.tags, list[str])
    assert_type(shelf.colours, Optional[list[str]])
    assert_type(shelf.days, list[dt.date])
    assert_type(shelf.spans, Optional[list[dt.timedelta]])
    assert_type(shelf.others, list[Any])
    assert_type(shelf.stated, list[float])
    shelf.tags.append("new")
    made = await Shelf.create(numbers=[1], days=[dt.date(2024, 1, 1)])
    assert_type(made.numbers, list[int])
