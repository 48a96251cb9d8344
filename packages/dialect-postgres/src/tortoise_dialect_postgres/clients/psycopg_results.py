"""Rows as Python values, the same ones that asyncpg gives.

The loaders of psycopg, with what differs: documents stay text, which the engine reads itself; moments are in UTC
whatever the session's time zone; infinite dates are the ends of Python's range.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, Optional

import psycopg
from psycopg.abc import AdaptContext
from psycopg.abc import Loader as AnyLoader
from psycopg.adapt import AdaptersMap, Loader, Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult

from tortoise_core.dialect.driver import Row

#: types that psycopg does not list
_VOID, _XID = 2278, 28
_FORMATS = (Format.TEXT, Format.BINARY)
#: what stands for infinity, in text and in the binary formats of days and of microseconds
_INFINITY = frozenset({b"infinity", (2**31 - 1).to_bytes(4, "big"), (2**63 - 1).to_bytes(8, "big")})
_PAST = frozenset({b"-infinity", (2**31).to_bytes(4, "big"), (2**63).to_bytes(8, "big")})


class Adapting:
    """Adapters that know of no connection: then text is UTF-8, and moments are in UTC."""

    def __init__(self, adapters: AdaptersMap) -> None:
        self.adapters = adapters
        self.connection = None


class _Document(Loader):
    """JSONB as text; its binary format is text behind one byte with the version."""

    format = Format.BINARY

    def load(self, data: Any) -> str:
        return str(data[1:], "utf-8")


class _Byte(Loader):
    """The type "char", which is one byte."""

    def load(self, data: Any) -> bytes:
        return bytes(data)


class _Nothing(Loader):
    """What functions without a result give."""

    def load(self, data: Any) -> None:
        return None


class _BinaryNothing(_Nothing):
    format = Format.BINARY


class _Unbounded(Loader):
    """A date that may be infinite, which psycopg refuses."""

    #: the loader of finite ones, and what has no bound
    finite: ClassVar[type[AnyLoader]]
    kind: ClassVar[Any]

    def __init__(self, oid: int, context: Optional[AdaptContext] = None) -> None:
        super().__init__(oid, context)
        self._load = self.finite(oid, context).load

    def load(self, data: Any) -> Any:
        try:
            return self._load(data)
        except psycopg.DataError:
            stored = bytes(data)
            if stored not in _INFINITY and stored not in _PAST:
                raise
            return self.kind.max if stored in _INFINITY else self.kind.min


def _loader(adapters: AdaptersMap, name: str, format: Format) -> type[AnyLoader]:
    found = adapters.get_loader(adapters.types[name].oid, format)
    assert found is not None
    return found


def _plain() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    for format in _FORMATS:
        adapters.register_loader("json", _loader(adapters, "text", format))
        adapters.register_loader(_XID, _loader(adapters, "oid", format))
    adapters.register_loader("jsonb", _loader(adapters, "text", Format.TEXT))
    adapters.register_loader("jsonb", _Document)
    adapters.register_loader('"char"', _Byte)
    adapters.register_loader('"char"', _loader(adapters, "bytea", Format.BINARY))
    adapters.register_loader(_VOID, _Nothing)
    adapters.register_loader(_VOID, _BinaryNothing)
    return adapters


def _careful(plain: AdaptersMap) -> AdaptersMap:
    adapters = AdaptersMap(plain)
    kinds = {"date": dt.date, "timestamp": dt.datetime, "timestamptz": dt.datetime}
    for name, kind in kinds.items():
        for format in _FORMATS:
            members = {"finite": _loader(plain, name, format), "kind": kind, "format": format}
            adapters.register_loader(name, type(f"_Unbounded_{name}", (_Unbounded,), members))
    return adapters


PLAIN = Adapting(_plain())
#: for rows that the first ones refuse
CAREFUL = Adapting(_careful(PLAIN.adapters))


class Decoding:
    """How the rows of one statement are read: `format` is what to ask for, and a call makes tuples of a result.

    `settled`: all results have the types that were described; otherwise each is looked at.
    """

    __slots__ = ("_moves", "_transformer", "format", "names")

    def __init__(self, description: PGresult, settled: bool = True) -> None:
        count = description.nfields
        oids = [description.ftype(at) for at in range(count)]
        self.names = [(description.fname(at) or b"").decode() for at in range(count)]
        #: if psycopg reads no binary form of one of the types, all columns are asked for as text
        self.format = int(Format.BINARY if all(map(_is_binary, oids)) else Format.TEXT)
        self._moves = not settled
        self._transformer = Transformer(PLAIN)
        self._transformer.set_loader_types(oids, Format(self.format))

    def __call__(self, result: PGresult) -> list[Row]:
        """The rows. Raises psycopg.DataError for values that Python has no room for."""
        load = self._transformer
        load.set_pgresult(result, set_loaders=self._moves)
        try:
            return load.load_rows(0, result.ntuples, tuple)
        except psycopg.DataError:
            return _carefully(result)
        finally:
            load.set_pgresult(None, set_loaders=False)  # it would hold on to the rows until the next ones come

    def all(self, results: Sequence[PGresult]) -> list[Row]:
        """The rows of several results."""
        rows: list[Row] = []
        for result in results:
            rows += self(result)
        return rows


def _carefully(result: PGresult) -> list[Row]:
    load = Transformer(CAREFUL)
    load.set_pgresult(result)
    return load.load_rows(0, result.ntuples, tuple)


def _is_binary(oid: int) -> bool:
    return PLAIN.adapters.get_loader(oid, Format.BINARY) is not None
