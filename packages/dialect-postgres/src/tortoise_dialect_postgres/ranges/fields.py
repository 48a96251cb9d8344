"""Fields for ranges and multiranges."""

from __future__ import annotations

import datetime as dt
from copy import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Optional, overload

from tortoise_core.ast.types import SqlType
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import UTC, Clock, current_clock
from tortoise_core.schema.fields.base import Convert, Field
from tortoise_dialect_postgres.ranges.kinds import DATE, INT4, INT8, MOMENT, NUMERIC, RangeKind, localised
from tortoise_dialect_postgres.ranges.range import Range, merged
from tortoise_dialect_postgres.sql_types import MultirangeType, RangeType

if TYPE_CHECKING:
    from typing_extensions import TypeVar, Unpack

    from tortoise_core.schema.fields.options import FieldOptions

    # what an attribute is unless null=True makes it an Optional
    Whole = TypeVar("Whole", default=Range[int])
    Exact = TypeVar("Exact", default=Range[Decimal])
    Day = TypeVar("Day", default=Range[dt.date])
    Moment = TypeVar("Moment", default=Range[dt.datetime])
    Wholes = TypeVar("Wholes", default=list[Range[int]])
    Exacts = TypeVar("Exacts", default=list[Range[Decimal]])
    Days = TypeVar("Days", default=list[Range[dt.date]])
    Moments = TypeVar("Moments", default=list[Range[dt.datetime]])
else:
    from typing import TypeVar

    Whole, Exact, Day, Moment = TypeVar("Whole"), TypeVar("Exact"), TypeVar("Day"), TypeVar("Moment")
    Wholes, Exacts, Days, Moments = TypeVar("Wholes"), TypeVar("Exacts"), TypeVar("Days"), TypeVar("Moments")

T = TypeVar("T")
#: where users import the fields from, and so what migrations name
FACE = "tortoise.contrib.postgres.ranges"


class RangeField(Field[T]):
    """Base of the fields for ranges: a `Range`, or a pair (lower, upper) of which the upper one is left out.

    Ranges of whole numbers and of days are kept as the server keeps them, with the lower bound and without the upper:
    ``Range(1, 5, "[]")`` is ``Range(1, 6)`` once it is read or compared.
    """

    field_type: Any = Range
    kind: ClassVar[RangeKind]
    #: a single value stands for the range of just that: so it is with what columns are compared with
    accepts_elements: bool = False

    def base_type(self, clock: Clock) -> SqlType:
        return RangeType(self.kind.subtype(clock))

    def convert(self, value: Any, clock: Clock) -> Any:
        return self.kind.range_of(value, clock, self.accepts_elements)

    def check(self, value: Any) -> Any:
        self.kind.check(value)
        return value

    @property
    def decoding(self) -> Convert:
        return in_configured_zone if self.kind is MOMENT else None


class MultirangeField(RangeField[T]):
    """Base of the fields for multiranges: a list of ranges, kept in order, without those that are empty or touch."""

    field_type: Any = list

    def base_type(self, clock: Clock) -> SqlType:
        return MultirangeType(self.kind.subtype(clock))

    def convert(self, value: Any, clock: Clock) -> Any:
        if self.accepts_elements and not isinstance(value, (list, tuple, set, frozenset)):
            value = [value]
        elif isinstance(value, Range) or not isinstance(value, (list, tuple, set, frozenset)):
            raise TypeError(f"{shown(value)} is no list of ranges")
        return merged([self.kind.range_of(item, clock, self.accepts_elements) for item in value])

    def check(self, value: Any) -> Any:
        for item in value:
            self.kind.check(item)
        return value

    @property
    def decoding(self) -> Convert:
        return all_in_configured_zone if self.kind is MOMENT else None


def operand_field(field: RangeField[Any]) -> RangeField[Any]:
    """What values are converted by that a column of `field` is compared with: single values too."""
    other = copy(field)
    other.accepts_elements = True
    return other


def in_configured_zone(value: Range[Any]) -> Range[Any]:
    """A range of moments in the zone that is configured; drivers give UTC."""
    clock = current_clock()
    return localised(value, clock.zone) if clock.use_tz and clock.zone is not UTC else value


def all_in_configured_zone(value: list[Range[Any]]) -> list[Range[Any]]:
    """The same for each of a list."""
    return [in_configured_zone(item) for item in value]


class Int4RangeField(RangeField[Whole]):
    """Ranges of whole numbers of 32 bits (INT4RANGE)."""

    __module__ = FACE
    kind = INT4

    @overload
    def __init__(
        self: Int4RangeField[Optional[Range[int]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: Int4RangeField[Range[int]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Int8RangeField(RangeField[Whole]):
    """Ranges of whole numbers of 64 bits (INT8RANGE)."""

    __module__ = FACE
    kind = INT8

    @overload
    def __init__(
        self: Int8RangeField[Optional[Range[int]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: Int8RangeField[Range[int]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class NumericRangeField(RangeField[Exact]):
    """Ranges of exact decimals of any size (NUMRANGE)."""

    __module__ = FACE
    kind = NUMERIC

    @overload
    def __init__(
        self: NumericRangeField[Optional[Range[Decimal]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: NumericRangeField[Range[Decimal]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class DateRangeField(RangeField[Day]):
    """Ranges of days (DATERANGE)."""

    __module__ = FACE
    kind = DATE

    @overload
    def __init__(
        self: DateRangeField[Optional[Range[dt.date]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: DateRangeField[Range[dt.date]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class DateTimeRangeField(RangeField[Moment]):
    """Ranges of moments (TSTZRANGE), whose bounds are aware or naive as those of a DatetimeField are."""

    __module__ = FACE
    kind = MOMENT

    @overload
    def __init__(
        self: DateTimeRangeField[Optional[Range[dt.datetime]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: DateTimeRangeField[Range[dt.datetime]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Int4MultirangeField(MultirangeField[Wholes]):
    """Sets of whole numbers of 32 bits (INT4MULTIRANGE)."""

    __module__ = FACE
    kind = INT4

    @overload
    def __init__(
        self: Int4MultirangeField[Optional[list[Range[int]]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: Int4MultirangeField[list[Range[int]]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class Int8MultirangeField(MultirangeField[Wholes]):
    """Sets of whole numbers of 64 bits (INT8MULTIRANGE)."""

    __module__ = FACE
    kind = INT8

    @overload
    def __init__(
        self: Int8MultirangeField[Optional[list[Range[int]]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: Int8MultirangeField[list[Range[int]]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class NumericMultirangeField(MultirangeField[Exacts]):
    """Sets of exact decimals (NUMMULTIRANGE)."""

    __module__ = FACE
    kind = NUMERIC

    @overload
    def __init__(
        self: NumericMultirangeField[Optional[list[Range[Decimal]]]],
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: NumericMultirangeField[list[Range[Decimal]]],
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class DateMultirangeField(MultirangeField[Days]):
    """Sets of days (DATEMULTIRANGE)."""

    __module__ = FACE
    kind = DATE

    @overload
    def __init__(
        self: DateMultirangeField[Optional[list[Range[dt.date]]]],
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: DateMultirangeField[list[Range[dt.date]]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class DateTimeMultirangeField(MultirangeField[Moments]):
    """Sets of moments (TSTZMULTIRANGE)."""

    __module__ = FACE
    kind = MOMENT

    @overload
    def __init__(
        self: DateTimeMultirangeField[Optional[list[Range[dt.datetime]]]],
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: DateTimeMultirangeField[list[Range[dt.datetime]]],
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
