"""What columns take and give back."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from compat_models import Book, Everything, Genre, Level, Stamped


async def _kept(name: str, *values: Any) -> list[Any]:
    """What comes back for each value: from the instance that was created, and from the database."""
    found = []
    for value in values:
        made = await Everything.create(**{name: value})
        found.append((getattr(made, name), getattr(await Everything.get(id=made.id), name)))
    return found


async def whole_numbers() -> Any:
    return await _kept("small", 0, -32768, 32767)


async def big_numbers() -> Any:
    return await _kept("big", 2**63 - 1, -(2**63))


async def too_small_a_column() -> Any:
    return await _kept("small", 40000)


async def floats() -> Any:
    return await _kept("ratio", 0.1, -0.0, 1e-300, 3)


async def decimals() -> Any:
    return await _kept("amount", Decimal("1.1"), Decimal("99999999.9999"), Decimal("-0.0001"))


async def decimal_from_text() -> Any:
    return [stored for _, stored in await _kept("amount", "2.50", 3)]


async def decimal_rounded() -> Any:
    return [stored for _, stored in await _kept("amount", Decimal("1.00005"), Decimal("1.00015"))]


async def texts() -> Any:
    return await _kept("text", "", "it's", 'say "x"', "line\nbreak", "日本語", "😀", "\\", "%s ? $1 :a")


async def truths() -> Any:
    return await _kept("flag", True, False, None)


async def moments() -> Any:
    return [stored for _, stored in await _kept(
        "moment",
        datetime(2024, 1, 1, 12, 0, tzinfo=timezone.utc),
        datetime(2024, 1, 1, 12, 0, 0, 999999, tzinfo=timezone.utc),
        datetime(2024, 1, 1, 12, 0, tzinfo=timezone(timedelta(hours=-7))),
    )]  # fmt: skip


async def moment_from_text() -> Any:
    return [stored for _, stored in await _kept("moment", "2024-01-01T12:00:00+00:00")]


async def days() -> Any:
    return await _kept("day", date(1, 1, 1), date(9999, 12, 31))


async def day_from_text() -> Any:
    return [stored for _, stored in await _kept("day", "2024-02-29")]


async def spans() -> Any:
    return await _kept("span", timedelta(0), timedelta(days=-3, seconds=1), timedelta(microseconds=1))


async def documents() -> Any:
    return await _kept("document", {}, [], {"a": None}, {"ä": [1.5, True, {"b": "c"}]}, [[], {}])


async def document_from_text() -> Any:
    return [stored for _, stored in await _kept("document", '{"a": 1}')]


async def document_changed_in_place() -> Any:
    made = await Everything.create(document={"a": [1]})
    made.document["a"].append(2)
    await made.save()
    return (await Everything.get(id=made.id)).document


async def uuids() -> Any:
    return await _kept("token", UUID(int=0), UUID(int=2**128 - 1))


async def uuid_from_text() -> Any:
    return [stored for _, stored in await _kept("token", str(UUID(int=5)))]


async def binaries() -> Any:
    return await _kept("blob", b"", b"\x00" * 5, bytes(range(256)))


async def text_enums() -> Any:
    return await _kept("genre", Genre.novel)


async def text_enum_from_value() -> Any:
    return [stored for _, stored in await _kept("genre", "novel")]


async def number_enums() -> Any:
    return await _kept("level", Level.low)


async def number_enum_from_value() -> Any:
    return [stored for _, stored in await _kept("level", 2)]


async def unknown_enum() -> Any:
    return await _kept("genre", "opera")


async def all_null() -> Any:
    made = await Everything.create()
    found = await Everything.get(id=made.id)
    return {name: getattr(found, name) for name in sorted(Everything._meta.db_fields) if name != "id"}


async def defaults() -> Any:
    book = Book(title="x")
    return book.pages, book.price, book.genre, book.rating, book.id, book.publisher_id


async def enum_loaded() -> Any:
    return [type(book.genre).__name__ for book in await Book.all()]


async def values_are_typed() -> Any:
    return await Everything.filter(id=1).values("amount", "moment", "day", "span", "token", "blob", "genre", "level")


async def stamps() -> Any:
    made = await Stamped.create(name="x")
    created, changed = made.created, made.changed
    await made.save()
    found = await Stamped.get(id=made.id)
    return found.created == created, found.changed > changed, created.tzinfo is not None, isinstance(made.id, UUID)


async def long_text() -> Any:
    made = await Everything.create(text="x" * 100_000)
    return len((await Everything.get(id=made.id)).text or "")


async def too_long() -> Any:
    return await Book.create(title="x" * 101, author_id=1)


async def null_where_none_is_allowed() -> Any:
    return await Book.create(title=None, author_id=1)


async def given_key() -> Any:
    made = await Everything.create(id=500)
    return made.id, (await Everything.get(id=500)).id
