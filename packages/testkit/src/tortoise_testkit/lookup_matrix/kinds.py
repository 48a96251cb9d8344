"""The types of fields: rows of each, its text, and the lookups that it takes."""

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
EQUALITY = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
ORDER = ("gt", "gte", "lt", "lte", "range")
TEXT = (
    "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "posix_regex",
    "iposix_regex",
)  # fmt: skip
SEARCH = ("search",)
DATE = ("year", "quarter", "month", "week", "day")
TIME = ("hour", "minute", "second", "microsecond")
KEYS = ("has_key", "has_keys", "has_any_keys")
PATHS = ("path_exists", "path_match")
DOCUMENT = ("contains", "contained_by", *KEYS, *PATHS, "filter")
SCALAR = EQUALITY + ORDER + TEXT


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
    """One type of field. `values` are stored, one a row, and NULL in one row more; `strange` equal none of them.

    `text` is what text lookups see of a value, as far as all servers agree; `whole`: they agree to its end.
    """

    make: Callable[..., Any]
    values: tuple[Any, ...]
    lookups: tuple[str, ...] = SCALAR
    strange: tuple[Any, ...] = ()
    text: Callable[[Any], str] = str
    whole: bool = True


def moment(text: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


TEXTS = (
    "Apple pie", "apple", "APPLE", "it's 100%", "50_", "back\\slash", 'say "hi"', "[x]", "a.c", " lead ", "line\nend",
    "",
)  # fmt: skip
INDIA = dt.timezone(dt.timedelta(hours=5, minutes=30))
KINDS: dict[str, Kind] = {
    "small": Kind(fields.SmallIntField, (-(2**15), -12, -1, 0, 1, 2, 7, 12, 120, 121, 2**15 - 1), strange=(5, 2**40)),
    "whole": Kind(fields.IntField, (-(2**31), -12, -1, 0, 1, 2, 7, 12, 120, 121, 2**31 - 1), strange=(5, 2**40)),
    "big": Kind(fields.BigIntField, (-(2**63), -12, -1, 0, 1, 2, 7, 12, 2**53 + 1, 121, 2**63 - 1), strange=(2**53,)),
    "ratio": Kind(
        fields.FloatField, (-1.5, -0.25, 0.1, 0.5, 1.25, 2.5, 10.75, 123456.75, 0.125, 99.5, 7.25), strange=(0.3, 1e300)
    ),
    "name": Kind(lambda **o: fields.CharField(max_length=40, **o), TEXTS[:11], SCALAR + SEARCH, ("aPPLE", "Apple")),
    "words": Kind(fields.TextField, TEXTS[1:], SCALAR + SEARCH, ("aPPLE", "Apple")),
    "flag": Kind(fields.BooleanField, (True, False, False), text=lambda value: str(value).lower()),
    "price": Kind(
        lambda **o: fields.DecimalField(max_digits=30, decimal_places=3, **o),
        tuple([Decimal(t) for t in (
            "-10.500", "-0.001", "0.000", "0.100", "1.500", "9.000", "10.000", "12345.678", "100.000", "2.000",
            "99999999999999999999.999",
        )]),
        strange=(Decimal("1.5001"), 5, 0.3),
    ),
    "moment": Kind(
        fields.DatetimeField,
        tuple(map(moment, (
            "1970-01-01 00:00:00", "1999-12-31 23:59:59.999999", "2000-01-01 00:00:00", "2000-01-01 00:00:00.000001",
            "2021-01-03 12:30:45.250000", "2024-02-29 23:30:15", "2024-12-30 08:15:00", "2026-07-31 18:00:59.500000",
            "2038-01-19 03:14:08", "0001-02-03 04:05:06", "9999-12-30 01:02:03.000004",
        ))),
        SCALAR + DATE + TIME,
        (dt.datetime(2024, 3, 1, 5, tzinfo=INDIA),),
        lambda value: value.strftime(f"{value.year:04d}-%m-%d %H:%M:%S"),
        False,
    ),
    "day": Kind(
        fields.DateField,
        tuple(map(dt.date.fromisoformat, (
            "1970-01-01", "1999-12-31", "2000-01-01", "2000-02-29", "2021-01-03", "2024-12-30", "2024-12-31",
            "2026-07-31", "2038-01-19", "0001-02-03", "9999-12-30",
        ))),
        SCALAR + DATE,
        (dt.date(2024, 3, 1),),
    ),
    "clock": Kind(
        fields.TimeField,
        tuple([dt.time.fromisoformat(t).replace(tzinfo=UTC) for t in (
            "00:00:00", "00:00:01", "00:00:00.000001", "08:15:00", "12:30:45.250000", "12:30:46", "18:00:59.500000",
            "23:30:15", "23:59:59", "23:59:59.999999", "01:02:03.000004",
        )]),
        SCALAR + TIME,
        (dt.time(7, tzinfo=UTC),),
        lambda value: str(value.replace(tzinfo=None, microsecond=0)),
        False,
    ),
    "span": Kind(
        fields.TimeDeltaField,
        tuple([dt.timedelta(microseconds=n) for n in (
            -(10**12), -12, -1, 0, 1, 12, 10**6, 86_400 * 10**6, 120, 121, 10**15,
        )]),
        strange=(dt.timedelta(5),),
        text=lambda value: str(value // dt.timedelta(microseconds=1)),
    ),
    "code": Kind(
        fields.UUIDField,
        tuple(map(UUID, (
            "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-00000000000a",
            "12345678-1234-5678-1234-567812345678", "abcdefab-cdef-abcd-efab-cdefabcdefab",
            "ffffffff-ffff-ffff-ffff-ffffffffffff", "0f0f0f0f-0000-4000-8000-0f0f0f0f0f0f",
            "a0000000-0000-0000-0000-00000000000b",
        ))),
        strange=(UUID(int=5),),
    ),
    "raw": Kind(
        fields.BinaryField,
        (b"", b"\0", b"a", b"A", b"ab", b"\0\0", b"\xff", b"\xff\xfe", b"it's", b"%", b"\\x00"),
        EQUALITY + ORDER,
        (b"zz",),
    ),
    "level": Kind(
        lambda **o: fields.IntEnumField(Level, **o), (Level.LOW, Level.MIDDLE, Level.HIGH, Level.LOW),
        text=lambda value: str(int(value)),
    ),
    "colour": Kind(
        lambda **o: fields.CharEnumField(Colour, **o), (Colour.RED, Colour.DARK_RED, Colour.BLUE), SCALAR + SEARCH,
        text=lambda value: str(value.value),
    ),
    "body": Kind(
        fields.JSONField,
        (
            {"a": 1}, {"a": {"b": [1, 2, {"c": None}]}}, {}, [], [1, "two", None, True], "null", "text", 0, 1.5,
            {"a": 1.0, "z": "x"}, True,
        ),
        EQUALITY + DOCUMENT,
        ({"a": 3}, [[]], "1", 5),
    ),
}  # fmt: skip
