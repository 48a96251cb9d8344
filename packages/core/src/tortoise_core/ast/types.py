"""SQL types as values: what a column is, independent of how a dialect spells it."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar, Optional, TypeVar

#: (dialect, how a column spells its type there); "" for the dialect stands for all others
Spelling = tuple[tuple[str, str], ...]
S = TypeVar("S", bound="SqlType")


class SqlType:
    """Base of all types. Two of a class with equal parameters and spelling are equal."""

    __slots__: tuple[str, ...] = ("_spelling",)
    #: what has to be there on a server before it knows the type, in words for a message; None: nothing
    needs: ClassVar[Optional[str]] = None

    @property
    def spelling(self) -> Spelling:
        """What a column says itself about the name of its type; default: nothing, so that the dialect spells it."""
        spelling: Spelling = getattr(self, "_spelling", ())
        return spelling

    def spelled(self: S, spelling: Spelling) -> S:
        """The same type under names of a user's own."""
        other = copy(self)
        other._spelling = spelling  # type: ignore[attr-defined]  # a slot
        return other

    def parameters(self) -> tuple[Any, ...]:
        """What sets this type apart from others of its class, in order."""
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        assert isinstance(other, SqlType)
        return self.parameters() == other.parameters() and self.spelling == other.spelling

    def __hash__(self) -> int:
        return hash((type(self), self.parameters(), self.spelling))

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.parameters()!r}"


class Integer(SqlType):
    """Whole numbers of 16, 32 or 64 bits."""

    __slots__ = ("bits",)

    def __init__(self, bits: int = 32) -> None:
        self.bits = bits


class Float(SqlType):
    """IEEE 754 double precision."""

    __slots__ = ()


class Numeric(SqlType):
    """Exact decimals: `precision` digits in all, `scale` of them behind the point."""

    __slots__ = ("precision", "scale")

    def __init__(self, precision: Optional[int] = None, scale: Optional[int] = None) -> None:
        self.precision, self.scale = precision, scale


class Varchar(SqlType):
    """Text of at most `length` characters."""

    __slots__ = ("length",)

    def __init__(self, length: int) -> None:
        self.length = length


class Text(SqlType):
    """Text of any length."""

    __slots__ = ()


class Boolean(SqlType):
    """True or false."""

    __slots__ = ()


class Timestamp(SqlType):
    """Date and time to the microsecond; `aware` says whether values carry an offset."""

    __slots__ = ("aware",)

    def __init__(self, aware: bool = True) -> None:
        self.aware = aware


class Date(SqlType):
    """Days of the calendar."""

    __slots__ = ()


class Time(SqlType):
    """Times of the day to the microsecond; `aware` says whether values carry an offset."""

    __slots__ = ("aware",)

    def __init__(self, aware: bool = True) -> None:
        self.aware = aware


class Duration(Integer):
    """Spans of time, kept as whole microseconds."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(64)


class Binary(SqlType):
    """Bytes."""

    __slots__ = ()


class Uuid(SqlType):
    """128-bit identifiers."""

    __slots__ = ()


class Json(SqlType):
    """A JSON document, handed to and from drivers as text."""

    __slots__ = ()


class Array(SqlType):
    """Lists of values of `item`, of which any may be NULL; `dimensions` says how deep lists stand in lists."""

    __slots__ = ("item", "dimensions")

    def __init__(self, item: SqlType, dimensions: int = 1) -> None:
        self.item, self.dimensions = item, dimensions


class Enumeration(SqlType):
    """One of some labels, in the order in which they are declared: a type with a name of its own."""

    __slots__ = ("labels", "name", "schema")

    def __init__(self, name: str, labels: tuple[str, ...], schema: Optional[str] = None) -> None:
        self.name, self.labels, self.schema = name, labels, schema


class Custom(SqlType):
    """A type that only its spelling tells; values go to and from drivers as they are."""

    __slots__ = ()
