"""Lists bound as one parameter: a JSON array, so that one statement serves any length."""

from __future__ import annotations

import json
from typing import Any, Optional

from tortoise_core.ast.types import Boolean, Float, Integer, SqlType

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def pack(items: list[Any]) -> str:
    """A JSON array of integers, truth values and text, for `UNPACKED`."""
    text = _encode(items)
    if "\\u0000" not in text:
        return text
    # SQLite's JSON functions end text at a NUL: such items go as the array of their parts
    return _encode([item.split("\0") if isinstance(item, str) and "\0" in item else item for item in items])


def pack_floats(items: list[Any]) -> str:
    """A JSON array of floats as text, for `UNPACKED_FLOATS`: read by Python, which rounds as it should."""
    return _encode([repr(item) for item in items])


def pack_rows(rows: list[list[Any]]) -> str:
    """A JSON array of rows, for `row_part`: floats as text, text with a NUL as the array of its parts."""
    return _encode([[_row_item(item) for item in row] for row in rows])


def _row_item(item: Any) -> Any:
    if isinstance(item, float):
        return repr(item)
    return item.split("\0") if isinstance(item, str) and "\0" in item else item


def row_part(at: int, sql_type: Optional[SqlType]) -> str:
    """Part `at` of a row that json_each gives."""
    part = f"json_extract(value, '$[{at}]')"
    if isinstance(sql_type, Float):
        return f"tortoise_float({part})"
    if isinstance(sql_type, (Integer, Boolean)):
        return part
    return f"CASE json_type(value, '$[{at}]') WHEN 'array' THEN tortoise_joined({part}) ELSE {part} END"


def pack_bytes(items: list[Any]) -> str:
    """A JSON array of bytes as hexadecimal text, for `UNPACKED_BYTES`."""
    return _encode([bytes(item).hex() for item in items])


#: the SELECTs that give back the items of a packed list
UNPACKED = "SELECT CASE type WHEN 'array' THEN tortoise_joined(value) ELSE value END FROM json_each({})"
UNPACKED_NUMBERS = "SELECT value FROM json_each({})"
UNPACKED_FLOATS = "SELECT tortoise_float(value) FROM json_each({})"
UNPACKED_BYTES = "SELECT tortoise_bytes(value) FROM json_each({})"
