"""What the attributes of each field hold, as type checkers see it: the plain type, or with ``null=True`` an Optional.

A field class is generic in its attribute's type and has the plain type as the default, so that a class of a user's own
derives from `CharField`, not from ``CharField[str]``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Whole = TypeVar("Whole", default=int)
    Real = TypeVar("Real", default=float)
    Words = TypeVar("Words", default=str)
    Truth = TypeVar("Truth", default=bool)
    Exact = TypeVar("Exact", default=Decimal)
    Key = TypeVar("Key", default=UUID)
    Moment = TypeVar("Moment", default=dt.datetime)
    Day = TypeVar("Day", default=dt.date)
    Hour = TypeVar("Hour", default=dt.time)
    Span = TypeVar("Span", default=dt.timedelta)
    Octets = TypeVar("Octets", default=bytes)
else:
    from typing import TypeVar

    Whole, Real, Words, Truth = TypeVar("Whole"), TypeVar("Real"), TypeVar("Words"), TypeVar("Truth")
    Exact, Key, Octets = TypeVar("Exact"), TypeVar("Key"), TypeVar("Octets")
    Moment, Day, Hour, Span = TypeVar("Moment"), TypeVar("Day"), TypeVar("Hour"), TypeVar("Span")
