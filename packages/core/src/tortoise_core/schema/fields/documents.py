"""Fields for what has no parts that a server is asked about by itself: JSON documents and bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from math import isfinite
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, Optional, Union, overload
from uuid import UUID

from tortoise_core.ast import types
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.base import Convert, Field
from tortoise_core.schema.fields.described import either
from tortoise_core.schema.fields.typed import Octets

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import DocumentOptions, FieldOptions

_orjson: Optional[ModuleType]
try:
    _orjson = import_module("orjson")
except ImportError:  # the accelerator is optional
    _orjson = None


def json_dumps(obj: Any) -> str:
    """`obj` as JSON text. TypeError or ValueError for what JSON has no form for."""
    if _orjson is not None:
        text: str = _orjson.dumps(obj).decode()
        # orjson writes null for numbers that JSON has no form for
        if "null" in text and _has_odd_number(obj):
            raise ValueError("NaN and infinity have no JSON form")
        return text
    return json.dumps(obj, separators=(",", ":"), ensure_ascii=False, default=_json_extra, allow_nan=False)


def _has_odd_number(value: Any) -> bool:
    if isinstance(value, float):
        return not isfinite(value)
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return any(map(_has_odd_number, items))


def _json_extra(value: Any) -> str:
    if hasattr(value, "isoformat"):
        text: str = value.isoformat()
        return text
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _quick(dumps: Callable[[Any], bytes], careful: Callable[[Any], str]) -> Callable[[Any], str]:
    """`careful` in one call of Python for what is plainly right."""

    def encode(value: Any) -> str:
        try:
            text = dumps(value).decode()
        except (TypeError, ValueError, RecursionError):
            return careful(value)  # which tells what is wrong
        return careful(value) if "null" in text else text

    return encode


json_loads: Callable[[Union[str, bytes]], Any] = json.loads if _orjson is None else _orjson.loads


class JSONField(Field[Any]):
    """A JSON document: dicts, lists, text, numbers, truth values.

    `encoder` makes text of it and `decoder` reads it back (defaults: orjson where installed, else json).
    None is SQL NULL.
    """

    field_type = either(dict, list)
    indexable = False
    arguments = ("encoder", "decoder")
    guard = "(_type({v}) is _dict or _type({v}) is _list)"

    def __init__(
        self,
        encoder: Callable[[Any], Union[str, bytes]] = json_dumps,
        decoder: Callable[[Union[str, bytes]], Any] = json_loads,
        **kwargs: Unpack[DocumentOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Json()

    def encode(self, value: Any) -> str:
        """`value` as JSON text. Raises ValidationError."""
        try:
            text = self.encoder(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise self.invalid(f"cannot be stored as JSON: {error}") from error
        return text.decode() if isinstance(text, bytes) else text

    @property
    def encoding(self) -> Convert:
        own = self.encoder is not json_dumps or type(self).encode is not JSONField.encode
        return self.encode if own or _orjson is None else _quick(_orjson.dumps, self.encode)

    @property
    def decoding(self) -> Convert:
        return self.decoder

    def from_stored(self, value: Any) -> Any:
        return self.decoder(value) if isinstance(value, (str, bytes)) else value


class BinaryField(Field[Octets]):
    """Bytes."""

    field_type = bytes
    indexable = False
    guard = "_type({v}) is _bytes"

    @overload
    def __init__(
        self: BinaryField[Optional[bytes]], *args: Any, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: BinaryField[bytes], *args: Any, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *args: Any, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Binary()

    def convert(self, value: Any, clock: Clock) -> bytes:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        raise TypeError(f"{value!r} is not bytes")
