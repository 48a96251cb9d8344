"""SQL types as values: what a column is, independent of how a dialect spells it."""

from __future__ import annotations

from typing import Any, Optional


class SqlType:
    """Base of all types. Two of a class with equal parameters are equal."""

    __slots__: tuple[str, ...] = ()

    def parameters(self) -> tuple[Any, ...]:
        """What sets this type apart from others of its class, in order."""
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parameters() == other.parameters()  # type: ignore[attr-defined]  # same class

    def __hash__(self) -> int:
        return hash((type(self), self.parameters()))

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


class Uuid(SqlType):
    """128-bit identifiers."""

    __slots__ = ()


class Json(SqlType):
    """A JSON document, handed to and from drivers as text."""

    __slots__ = ()
