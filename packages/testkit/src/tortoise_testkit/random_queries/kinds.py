"""The types under test: their columns, edge values, and the lookups that make sense on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

from tortoise import fields

UTC = dt.timezone.utc
EQUAL = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
ORDER = ("gt", "gte", "lt", "lte", "range")
TEXT = ("iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith")
REGEX = ("posix_regex", "iposix_regex")
DATE = ("year", "quarter", "month", "week", "day")
TIME = ("hour", "minute", "second", "microsecond")
PLACES = 3


class Level(IntEnum):
    """Values of an enum column of numbers."""

    LOW = 1
    MIDDLE = 20
    HIGH = 300


class Colour(str, Enum):
    """Values of an enum column of text."""

    RED = "red"
    DARK_RED = "dark red"
    BLUE = "Blue"


@dataclass(frozen=True)
class Kind:
    """One field type: `column` may be NULL, ``sure_`` + `column` may not.

    `values` are stored; `strange` are operands that no row holds. `text` is the form that text lookups see, None
    where it is not the same everywhere (floats, moments) or the type has no such form. `parts` may stand behind the
    column's name. One without a column is the type of such a part.
    """

    name: str
    column: str
    make: Callable[..., Any]
    values: tuple[Any, ...]
    strange: tuple[Any, ...] = ()
    ordered: bool = True
    text: Callable[[Any], str] | None = None
    parts: tuple[str, ...] = ()

    @property
    def lookups(self) -> tuple[str, ...]:
        """The lookups that make sense."""
        return EQUAL + (ORDER if self.ordered else ()) + ((*TEXT, *REGEX) if self.text is not None else ())


TEXTS = (
    "", "a", "A", "Apple", "apple", "APPLE", "it's", 'say "hi"', "50%", "50_", "500", "a\\b", "100!", "%", "_", "a%b_c",
    "é", "É", "straße", "жук", "ЖУК", "漢字", "🐢", " lead", "trail ", "tab\t", "e\u0301",
)  # fmt: skip
#: operands of text lookups
FRAGMENTS = (
    "", "a", "P", "ppl", "%", "_", "\\", "'", '"', "!", "É", "é", "Ж", "жу", "漢", "🐢", " ", "5", "0", "-", ".", "e",
    "T", "true", "00", "_c", "%b", "E\u0301", "SS",
)  # fmt: skip


def money(text: str) -> Decimal:
    """A decimal as the column keeps it."""
    return Decimal(text).quantize(Decimal(1).scaleb(-PLACES))


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("SmallInt", "small", fields.SmallIntField, (-(2**15), -1, 0, 1, 2, 7, 2**15 - 1), (3, 2**40), text=str),
        Kind("Int", "whole", fields.IntField, (-(2**31), -5, 0, 1, 2, 7, 10, 2**31 - 1), (3, 2**40), text=str),
        Kind("BigInt", "big", fields.BigIntField, (-(2**63), -7, 0, 1, 2**53 + 1, 2**63 - 1), (2**53,), text=str),
        Kind("Float", "ratio", fields.FloatField, (-1.5, -0.25, 0.0, 0.1, 0.5, 2.0, 1e-7, 123456.75), (0.3, 1e300)),
        Kind("Char", "name", lambda **o: fields.CharField(max_length=30, **o), TEXTS, ("aPPLE", "é "), text=str),
        Kind("Text", "text", fields.TextField, TEXTS, ("aPPLE", "é "), text=str),
        Kind("Bool", "flag", fields.BooleanField, (True, False), text=lambda value: str(value).lower()),
        Kind(
            "Decimal", "price", lambda **o: fields.DecimalField(max_digits=12, decimal_places=PLACES, **o),
            tuple(map(money, ("-10.5", "-0.001", "0", "0.1", "1.5", "9", "10", "12345.678", "99999.999"))),
            (Decimal("1.50"), Decimal("0.10000"), Decimal("1.5001"), Decimal("1E+1"), Decimal("-3")), text=str,
        ),
        Kind(
            "Datetime", "moment", fields.DatetimeField,
            (
                dt.datetime(1970, 1, 1, tzinfo=UTC), dt.datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
                dt.datetime(2000, 1, 1, tzinfo=UTC), dt.datetime(2000, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
                dt.datetime(2024, 2, 29, 12, 30, tzinfo=UTC), dt.datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
            ),
            (
                dt.datetime(2000, 1, 1, 5, tzinfo=dt.timezone(dt.timedelta(hours=5))),
                dt.datetime(2024, 2, 29, 9, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
                dt.datetime(2010, 1, 1, tzinfo=UTC),
            ),
            parts=DATE + TIME,
        ),
        Kind(
            "Date", "day", fields.DateField,
            tuple(map(dt.date.fromisoformat, ("0001-02-03", "1999-12-31", "2000-02-29", "2021-01-03", "2024-12-30"))),
            (dt.date(2024, 3, 1),), text=str, parts=DATE,
        ),
        Kind(
            "Time", "clock", fields.TimeField,
            tuple([dt.time.fromisoformat(text).replace(tzinfo=UTC) for text in (
                "00:00:00", "00:00:00.000001", "08:15:00", "12:30:45.250000", "23:59:59.999999",
            )]),
            (dt.time(7, tzinfo=UTC),), parts=TIME,
        ),
        Kind(
            "TimeDelta", "span", fields.TimeDeltaField,
            tuple([dt.timedelta(microseconds=number) for number in (-(10**12), -1, 0, 1, 10**6, 10**15)]),
            (dt.timedelta(5),), text=lambda value: str(value // dt.timedelta(microseconds=1)),
        ),
        Kind("Binary", "bytes_", fields.BinaryField, (b"", b"\0", b"a", b"A", b"\xff\xfe", b"it's"), (b"zz",)),
        Kind(
            "IntEnum", "level", lambda **o: fields.IntEnumField(Level, **o), tuple(Level),
            text=lambda value: str(int(value)),
        ),
        Kind(
            "CharEnum", "colour", lambda **o: fields.CharEnumField(Colour, **o), tuple(Colour),
            text=lambda value: str(value.value),
        ),
        Kind(
            "UUID", "code", fields.UUIDField,
            tuple(map(UUID, (
                "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-00000000000a",
                "12345678-1234-5678-1234-567812345678", "abcdefab-cdef-abcd-efab-cdefabcdefab",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
            ))),
            (UUID(int=5),), text=str,
        ),
        Kind(
            "JSON", "body", fields.JSONField,
            (
                {"a": 1}, {"a": 2, "deep": []}, {}, [], [1, "two", None], "null", "text", "", 0, 1.5, {"a": "two"},
                {"a": None, "deep": [{"er": "🐢'\\"}]}, {"a": True, "deep": [{"er": 2.5}, 7]}, [2, {"a": 1}],
            ),
            ({"a": 3}, [[]]), ordered=False,
        ),
    )
}  # fmt: skip
#: patterns that mean the same everywhere, and to Python
PATTERNS = (
    "^a",
    "e$",
    "p+l",
    "[0-9]0",
    "a|b",
    "^$",
    "",
    "5[0%_]",
    "it's",
    "x{2}",
    "A.*E",
    "^-",
    "жук?",
    r"\\b",
    "^(T|f)",
)
#: the types of what parts of columns give
PART_KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("Part", "", fields.IntField, (-1, 0, 1, 3, 4, 5, 12, 23, 29, 30, 31, 45, 59, 250000, 2000, 2024)),
    )
}
TYPES = {**KINDS, **PART_KINDS}
#: columns that can be the least and greatest, ordered and counted by the value
ORDERED = tuple([kind.name for kind in KINDS.values() if kind.ordered])
#: (lookup, type) that make sense
CELLS = [(lookup, kind.name) for kind in KINDS.values() for lookup in kind.lookups]
