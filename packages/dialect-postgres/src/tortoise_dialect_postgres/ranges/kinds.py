"""What ranges are of: how their bounds are converted, and what the server makes of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Optional

from tortoise_core.ast.types import Numeric, SqlType
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import BigIntField, DecimalField, IntField
from tortoise_core.schema.fields.temporal import DateField, DatetimeField
from tortoise_dialect_postgres.ranges.range import Range


@dataclass(frozen=True)
class RangeKind:
    """Ranges of the values of `element`.

    `step` leads from one value to the next where there is a next one; None: values lie as close as numbers do.
    """

    element: Field[Any]
    step: Any = None

    def subtype(self, clock: Clock) -> SqlType:
        """The type of the bounds."""
        found = self.element.base_type(clock)
        # bounds have neither a limit of digits nor of places
        return Numeric() if found is None or isinstance(found, Numeric) else found

    def range_of(self, value: Any, clock: Clock, elements: bool) -> Range[Any]:
        """A range from what users write for it; with `elements` a single value stands for the range of just that.

        Raises TypeError or ValueError for what is none.
        """
        if isinstance(value, Range):
            lower, upper, bounds, empty = value.lower, value.upper, value.bounds, value.empty
        elif isinstance(value, (tuple, list)) and len(value) == 2:
            lower, upper, bounds, empty = value[0], value[1], "[)", False
        elif elements and not isinstance(value, (tuple, list)):
            lower, upper, bounds, empty = value, value, "[]", False
        else:
            raise TypeError(f"{shown(value)} is no Range and no pair (lower, upper)")
        return self.canonical(Range(self._bound(lower, clock), self._bound(upper, clock), bounds, empty=empty))

    def _bound(self, value: Any, clock: Clock) -> Any:
        return None if value is None else self.element.convert(value, clock)

    def canonical(self, value: Range[Any]) -> Range[Any]:
        """The same values as the server keeps them: where they are counted, with the lower bound, without the upper."""
        if self.step is None or value.empty or value.bounds == "[)":
            return value
        lower = self._next(value.lower, not value.lower_inc)
        upper = self._next(value.upper, value.upper_inc)
        nothing = lower is not None and upper is not None and lower >= upper
        return Range(lower, upper, empty=nothing)

    def _next(self, value: Any, wanted: bool) -> Any:
        return value + self.step if wanted and value is not None else value

    def check(self, value: Range[Any]) -> None:
        """Raise ValueError for bounds that the column cannot hold."""
        for bound in (value.lower, value.upper):
            if bound is not None:
                self.check_bound(bound)

    def check_bound(self, value: Any) -> None:
        """Raise ValueError for one bound that the column cannot hold."""
        if isinstance(self.element, IntField):
            self.element.check(value)
        elif isinstance(self.element, DecimalField) and not value.is_finite():
            raise ValueError(f"{value} cannot bound a range; None is for a side without a bound")


INT4 = RangeKind(IntField(), 1)
INT8 = RangeKind(BigIntField(), 1)
NUMERIC = RangeKind(DecimalField(max_digits=1, decimal_places=0))
DATE = RangeKind(DateField(), dt.timedelta(days=1))
MOMENT = RangeKind(DatetimeField())


def localised(value: Range[Any], zone: Optional[dt.tzinfo]) -> Range[Any]:
    """A range of moments as the clocks of `zone` show it; None: as UTC without saying so."""
    ends = [_moved(bound, zone) for bound in (value.lower, value.upper)]
    return value if value.empty else Range(ends[0], ends[1], value.bounds)


def _moved(bound: Optional[dt.datetime], zone: Optional[dt.tzinfo]) -> Optional[dt.datetime]:
    return bound if bound is None or zone is None else bound.astimezone(zone)
