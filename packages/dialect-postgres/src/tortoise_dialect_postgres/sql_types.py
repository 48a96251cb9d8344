"""SQL types that PostgreSQL has beside those of the engine."""

from __future__ import annotations

from typing import Any

from tortoise_core.ast.types import SqlType


class RangeType(SqlType):
    """Ranges of values of `subtype`."""

    __slots__ = ("subtype",)

    def __init__(self, subtype: SqlType) -> None:
        self.subtype = subtype

    def parameters(self) -> tuple[Any, ...]:
        return (self.subtype,)


class MultirangeType(RangeType):
    """Sets of values of `subtype`, written as ranges that do not touch."""

    __slots__ = ()


class TSVector(SqlType):
    """The words of a document, reduced, with their places."""

    __slots__ = ()


class TSQuery(SqlType):
    """Words to search for, and how they are combined."""

    __slots__ = ()


class RegConfig(SqlType):
    """The name of a configuration of full text search."""

    __slots__ = ()


class CharType(SqlType):
    """One byte, which is how the weight of words is told."""

    __slots__ = ()
