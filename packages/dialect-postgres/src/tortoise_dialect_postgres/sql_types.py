"""SQL types that PostgreSQL has beside those of the engine."""

from __future__ import annotations

from typing import Any

from tortoise_core.ast.types import SqlType, Text
from tortoise_dialect_postgres.extension_names import needs_extension


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


class HStoreType(SqlType):
    """Texts, or nothing, by keys of text."""

    __slots__ = ()
    needs = needs_extension("hstore")


class CIText(Text):
    """Text that compares without regard to case."""

    __slots__ = ()
    needs = needs_extension("citext")


class InetType(SqlType):
    """Addresses of hosts, or of hosts in a network."""

    __slots__ = ()


class CidrType(InetType):
    """Networks."""

    __slots__ = ()


class MacAddrType(SqlType):
    """Addresses of network cards, of 48 bits."""

    __slots__ = ()


class IntervalType(SqlType):
    """Spans of time as the server has them."""

    __slots__ = ()
