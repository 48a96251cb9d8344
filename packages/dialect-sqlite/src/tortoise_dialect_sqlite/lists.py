"""Lists bound as one parameter: a JSON array, so that one statement serves any length."""

from __future__ import annotations

import json
from typing import Any

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


#: the SELECTs that give back the items of a packed list
UNPACKED = "SELECT CASE type WHEN 'array' THEN tortoise_joined(value) ELSE value END FROM json_each({})"
UNPACKED_NUMBERS = "SELECT value FROM json_each({})"
UNPACKED_FLOATS = "SELECT tortoise_float(value) FROM json_each({})"
