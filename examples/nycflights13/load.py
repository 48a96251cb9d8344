"""From the CSV files into the tables, in batches, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Callable

from models import Airline, Airport, Flight, Plane, Weather
from show import Progress
from source import header_of, row_count, table_rows

from tortoise.models import Model
from tortoise.transactions import in_transaction

BATCH = 5000

KEYS = {"carrier": "carrier_id", "tailnum": "plane_id", "origin": "origin_id", "dest": "dest_id"}

#: file, model, and the columns that go by another name there. Targets come before what refers to them.
TABLES: tuple[tuple[str, type[Model], dict[str, str]], ...] = (
    ("airlines", Airline, {}),
    ("airports", Airport, {}),
    ("planes", Plane, {}),
    ("weather", Weather, {"origin": "origin_id"}),
    ("flights", Flight, KEYS),
)


def moment(text: str) -> datetime:
    """A point in time, from ISO 8601; Python reads "Z" from 3.11 on only."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


CONVERT: dict[type, Callable[[str], Any]] = {str: str, int: int, float: float, datetime: moment}


def instances(table: str, model: type[Model], renamed: dict[str, str]) -> Iterator[Model]:
    """The rows of a file as unsaved instances, one at a time."""
    columns = header_of(table)
    names = [renamed.get(column, column) for column in columns]
    types = {field.model_field_name: field.field_type for field in model._meta.columns}
    convert = {column: CONVERT[types[name]] for column, name in zip(columns, names)}
    for row in table_rows(table, convert):
        yield model(**dict(zip(names, row)))


async def load_table(table: str, model: type[Model], renamed: dict[str, str], advance: Callable[[int], None]) -> int:
    """Store all rows of a file; gives their number."""
    rows, stored = instances(table, model, renamed), 0
    while batch := list(islice(rows, BATCH)):
        await model.bulk_create(batch)
        stored += len(batch)
        advance(len(batch))
    return stored


async def load_all() -> tuple[int, float]:
    """Fill all tables in one transaction; gives the number of rows and the seconds it took."""
    started, stored = time.perf_counter(), 0
    with Progress() as progress:
        async with in_transaction():
            for table, model, renamed in TABLES:
                advance = progress.task(table, row_count(table))
                stored += await load_table(table, model, renamed, advance)
    return stored, time.perf_counter() - started
