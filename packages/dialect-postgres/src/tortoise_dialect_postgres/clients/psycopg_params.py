"""Values as the server takes them, by the types that it gave the parameters of a statement.

The server settles the type of every parameter when it prepares a statement; values that do not fit are refused here,
by the same rules as with asyncpg. Types that are not listed are written as text, which the server reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence, Sized
from decimal import Decimal
from struct import Struct
from struct import error as struct_error
from typing import Any, Callable, Optional, Union
from uuid import UUID

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import Format

from tortoise_dialect_postgres.clients.psycopg_results import PLAIN

Buffer = Union[bytes, bytearray, memoryview]
Encoder = Callable[[Any], Buffer]

#: what encoders raise for values that do not fit
_UNFIT = (TypeError, ValueError, OverflowError, AttributeError, ArithmeticError, struct_error, psycopg.ProgrammingError)
#: how much of a value a message shows
_SHOWN = 60

# days and microseconds are counted from the year 2000 (PostgreSQL manual, "Date/Time Types"); the ends of the range of
# Python stand for infinity, as the library that most users have reads and writes them
_DAYS = dt.date(2000, 1, 1).toordinal()
_EPOCH = dt.datetime(2000, 1, 1)
_EPOCH_UTC = _EPOCH.replace(tzinfo=dt.timezone.utc)
_ENDS_OF_DAYS = {dt.date.max.toordinal(): 2**31 - 1, dt.date.min.toordinal(): -(2**31)}
_ENDS_OF_TIME = {dt.datetime.max: 2**63 - 1, dt.datetime.min: -(2**63)}

_int16, _int32, _int64 = Struct("!h").pack, Struct("!i").pack, Struct("!q").pack
_uint32, _float32, _float64 = Struct("!I").pack, Struct("!f").pack, Struct("!d").pack
_time_and_offset, _interval = Struct("!qi").pack, Struct("!qii").pack
_INTEGERS = (_int16, _int32, _int64, _uint32)
_numeric = psycopg.adapters.get_dumper(Decimal, PyFormat.BINARY)(Decimal).dump


def _boolean(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\1" if value else b"\0"
    raise TypeError(f"a boolean is required (got type {type(value).__name__})")


def _decimal(value: Any) -> Any:
    return _numeric(value if type(value) is Decimal else Decimal(value))


def _document(value: Any) -> bytes:
    return b"\1" + str.encode(value)  # the version of the format


def _uuid(value: Any) -> bytes:
    return value.bytes if isinstance(value, UUID) else UUID(value).bytes


def _bytes(value: Any) -> bytes:
    return value if type(value) is bytes else bytes(memoryview(value))


def _date(value: Any) -> bytes:
    days = value.toordinal()
    return _int32(_ENDS_OF_DAYS[days] if days in _ENDS_OF_DAYS else days - _DAYS)


def _as_moment(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    raise TypeError(f"expected a datetime.date or datetime.datetime instance, got {type(value).__name__!r}")


def _timestamp(value: Any) -> bytes:
    moment = _as_moment(value)
    if moment.tzinfo is None and moment in _ENDS_OF_TIME:
        return _int64(_ENDS_OF_TIME[moment])
    return _int64(_microseconds(moment - _EPOCH))


def _timestamptz(value: Any) -> bytes:
    moment = _as_moment(value)
    if moment.tzinfo is None and moment in _ENDS_OF_TIME:
        return _int64(_ENDS_OF_TIME[moment])
    if moment.tzinfo is not dt.timezone.utc:
        moment = moment.astimezone(dt.timezone.utc)  # without a zone it is the clock of this machine
    end = _ENDS_OF_TIME.get(moment.replace(tzinfo=None))
    return _int64(_microseconds(moment - _EPOCH_UTC) if end is None else end)


def _microseconds(span: dt.timedelta) -> int:
    return (span.days * 86400 + span.seconds) * 1000000 + span.microseconds


def _of_day(value: dt.time) -> int:
    return ((value.hour * 60 + value.minute) * 60 + value.second) * 1000000 + value.microsecond


def _time(value: Any) -> bytes:
    return _int64(_of_day(value))


def _timetz(value: Any) -> bytes:
    offset = value.tzinfo.utcoffset(dt.datetime.combine(dt.date(2000, 1, 1), value))
    # the server counts to the west
    return _time_and_offset(_of_day(value), -(offset.days * 86400 + offset.seconds))


def _timedelta(value: Any) -> bytes:
    return _interval(value.seconds * 1000000 + value.microseconds, value.days, 0)


_SCALARS: dict[str, Encoder] = {
    "bool": _boolean,
    "int2": _int16,
    "int4": _int32,
    "int8": _int64,
    "oid": _uint32,
    "float4": _float32,
    "float8": _float64,
    "numeric": _decimal,
    "text": str.encode,
    "varchar": str.encode,
    "bpchar": str.encode,
    "name": str.encode,
    "json": str.encode,
    "jsonb": _document,
    "jsonpath": _document,
    "xml": str.encode,
    "uuid": _uuid,
    "bytea": _bytes,
    '"char"': _bytes,
    "date": _date,
    "timestamp": _timestamp,
    "timestamptz": _timestamptz,
    "time": _time,
    "timetz": _timetz,
    "interval": _timedelta,
}


class _Array:
    """Writes lists, of any depth, of one type (PostgreSQL source, `array_recv`)."""

    def __init__(self, oid: int, item: Encoder) -> None:
        self.oid, self.item = oid, item

    def __call__(self, value: Any) -> bytes:
        lengths: list[int] = []
        parts: list[Buffer] = []
        self._write(_items(value), 0, lengths, parts)
        if 0 in lengths:
            return _int32(0) + _int32(0) + _uint32(self.oid)
        head = [_int32(len(lengths)), _int32(1), _uint32(self.oid)]
        head += [_int32(length) + _int32(1) for length in lengths]
        return b"".join([*head, *parts])

    def _write(self, items: Sequence[Any], depth: int, lengths: list[int], parts: list[Buffer]) -> None:
        if len(lengths) == depth:
            lengths.append(len(items))
        if lengths[depth] != len(items):
            raise ValueError("non-homogeneous array")
        inner = [_is_list(item) for item in items]
        if any(inner):
            if not all(inner):
                raise ValueError("non-homogeneous array")
            for item in items:
                self._write(_items(item), depth + 1, lengths, parts)
            return
        if len(lengths) > depth + 1:
            raise ValueError("non-homogeneous array")
        encode = self.item
        for item in items:
            if item is None:
                parts.append(b"\xff\xff\xff\xff")
            else:
                data = encode(item)
                parts += (_int32(len(data)), data)


def _is_list(value: Any) -> bool:
    return (
        isinstance(value, Sized)
        and hasattr(value, "__iter__")
        and not isinstance(value, (str, bytes, bytearray, memoryview, Mapping))
    )


def _items(value: Any) -> list[Any]:
    if not _is_list(value):
        raise TypeError(f"a sized iterable container expected (got type {type(value).__name__!r})")
    return list(value)


def _known() -> dict[int, Encoder]:
    known: dict[int, Encoder] = {}
    for name, encode in _SCALARS.items():
        info = psycopg.adapters.types.get(name)
        if info is not None:
            known[info.oid] = encode
            known[info.array_oid] = _Array(info.oid, encode)
    return known


_KNOWN = _known()


class Encoding:
    """How the parameters of one statement are written: `formats` and a call that gives the bytes of each."""

    __slots__ = ("_encoders", "_transformer", "formats")

    def __init__(self, oids: Sequence[int]) -> None:
        found = [_KNOWN.get(oid) for oid in oids]
        self.formats = [int(Format.TEXT if encode is None else Format.BINARY) for encode in found]
        self._transformer: Any = Transformer(PLAIN) if None in found else None
        self._encoders = [encode or self._as_text for encode in found]

    def _as_text(self, value: Any) -> Any:
        return self._transformer.get_dumper(value, PyFormat.TEXT).dump(value)

    def __call__(self, params: Sequence[Any]) -> list[Optional[Buffer]]:
        """The parameters of one execution. Raises psycopg.DataError for one that does not fit its type."""
        encoders = self._encoders
        if len(params) != len(encoders):
            raise psycopg.ProgrammingError(
                f"the server expects {len(encoders)} arguments for this query, {len(params)} were passed"
            )
        try:
            return [None if value is None else encode(value) for encode, value in zip(encoders, params)]
        except _UNFIT as error:
            whole = [self._whole(at, value) for at, value in enumerate(params)]
            if any(given is not found for given, found in zip(params, whole)):
                return self(whole)
            raise self._refusal(params, error) from error

    def _whole(self, at: int, value: Any) -> Any:
        """A whole number that came as another type, for a parameter that is an integer."""
        if self._encoders[at] not in _INTEGERS or not isinstance(value, (float, Decimal)) or value % 1:
            return value
        return int(value)

    def _refusal(self, params: Sequence[Any], error: Exception) -> Exception:
        """The error that names the first of `params` that does not fit."""
        for number, (encode, value) in enumerate(zip(self._encoders, params), 1):
            try:
                if value is not None:
                    encode(value)
            except _UNFIT:
                shown = repr(value)
                shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
                return psycopg.DataError(f"invalid input for query argument ${number}: {shown} ({error})")
        return error
