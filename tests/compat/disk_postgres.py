"""Rows of `disk_postgres_models`, by the same steps as those of `disk_rows`."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from disk_postgres_models import Lists, Note
from run_programs import plain

from tortoise.contrib.postgres.search import Lexeme, SearchQuery

#: field -> values that may stand in it
VALUES: dict[str, tuple[list[Any], ...]] = {
    "small": ([2**15 - 1, -(2**15)], [], [None, 1]),
    "whole": ([2**31 - 1, -(2**31)], [[1, 2], [3, None]], []),
    "big": ([2**63 - 1], [-(2**63), 10**15], []),
    "char": (["abc"], ["a", "x  "], []),
    "varchar": (["", " a "], ["it's", '"'], ["%_\\", None]),
    "text": (["{a,b}", "NULL", "Füße 😀", None], ["line\nline"], ["", "\\n"]),
    "flag": ([True, False], [None], []),
    "amount": ([Decimal("-99999999.9999")], [Decimal("12.5"), None], [Decimal("0.0001")]),
    "ratio": ([0.1, -1e300], [5e-324, None], [float("inf")]),
    "moment": (
        [datetime(2024, 2, 29, 23, 30, 15, 123456, tzinfo=timezone.utc)],
        [datetime(1999, 12, 31, tzinfo=timezone(timedelta(hours=5))), None],
        [datetime(2262, 4, 11, 23, 47, 16, 1, tzinfo=timezone(-timedelta(hours=9, minutes=30)))],
    ),
    "day": ([date(2024, 2, 29)], [date(1, 1, 2), date(9999, 12, 30)], []),
    "document": (['{"a": [1, null]}'], ['"text"', "null"], []),
    "token": ([UUID(int=0), UUID(int=2**128 - 1)], [UUID(int=42)], []),
    "blob": ([b"", b"\x00\xff"], [b'"\\'], []),
    "grid": ([[1, 2], [3, 4]], [[1]], []),
}


def _rows() -> list[dict[str, Any]]:
    return [{name: values[place] for name, values in VALUES.items()} for place in range(3)] + [{}]


async def create() -> None:
    for values in _rows():
        await Lists.create(**values)
    await Note.create(title="Fat cats", body="ate rats", own="'by':1 hand")
    await Note.create(title="Dogs")


async def add() -> None:
    await Lists.bulk_create([Lists(**values) for values in _rows()])
    changed = await Lists.get(id=1)
    for name, values in VALUES.items():
        setattr(changed, name, values[1])
    changed.preset.append("more")
    await changed.save()
    await Lists.filter(id=2).update(**{name: values[2] for name, values in VALUES.items()})
    await Lists.filter(id=3).update(**dict.fromkeys(VALUES))
    fourth = await Lists.get(id=4)
    fourth.text, fourth.token = ["bulk", None], [UUID(int=7)]
    await Lists.bulk_update([fourth], fields=["text", "token"])
    note = await Note.get(title="Dogs")
    note.body, note.own = "run after cats", "'x':3"
    await note.save()
    await Note.bulk_create([Note(title="Two cats")])


async def read() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in (Lists, Note):
        names = sorted(model._meta.fields_db_projection)
        rows = await model.all().order_by("id")  # type: ignore[attr-defined]  # models both
        found[model.__name__] = [{name: plain(getattr(row, name)) for name in names} for row in rows]
    return found


async def find() -> dict[str, Any]:
    """Keys of the rows that conditions on each of the values find."""
    found: dict[str, Any] = {}
    for name, values in VALUES.items():
        for lookup in ("", "__not", "__contains", "__contained_by", "__overlap"):
            for place, value in enumerate(values):
                found[f"Lists {name}{lookup} {place}"] = await _lists(**{name + lookup: value})
        found[f"Lists {name}__len"] = await _lists(**{f"{name}__len": 2})
        found[f"Lists {name} null"] = await _lists(**{f"{name}__isnull": True})
    queries = ("cats", SearchQuery("fat | dog", search_type="raw"), Lexeme("cat", weight="B"), ~SearchQuery("rats"))
    for place, query in enumerate(queries):
        found[f"Note words {place}"] = (
            await Note.filter(words__search=query).order_by("id").values_list("id", flat=True)
        )
    found["Note own"] = await Note.filter(own="'x':3").values_list("id", flat=True)
    return found


async def _lists(**condition: Any) -> Any:
    return await Lists.filter(**condition).order_by("id").values_list("id", flat=True)
