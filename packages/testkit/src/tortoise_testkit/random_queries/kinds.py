"""The types under test: their columns, edge values, and the lookups that make sense on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from tortoise import fields

UTC = dt.timezone.utc
EQUAL = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
ORDER = ("gt", "gte", "lt", "lte", "range")
TEXT = ("iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith")
PLACES = 3


@dataclass(frozen=True)
class Kind:
    """One field type: `column` may be NULL, ``sure_`` + `column` may not.

    `values` are stored; `strange` are operands that no row holds. `text` is the form that text lookups see, None
    where it is not the same everywhere (floats, moments) or the type has no such form.
    """

    name: str
    column: str
    make: Callable[..., Any]
    values: tuple[Any, ...]
    strange: tuple[Any, ...] = ()
    ordered: bool = True
    text: Callable[[Any], str] | None = None

    @property
    def lookups(self) -> tuple[str, ...]:
        """The lookups that make sense."""
        return EQUAL + (ORDER if self.ordered else ()) + (TEXT if self.text is not None else ())


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
            ({"a": 1}, {"a": 2}, {}, [], [1, "two", None], "null", "text", "", 0, 1.5, {"deep": [{"er": "🐢'\\"}]}),
            ({"a": 3}, [[]]), ordered=False,
        ),
    )
}  # fmt: skip
#: (lookup, type) that make sense
CELLS = [(lookup, kind.name) for kind in KINDS.values() for lookup in kind.lookups]
