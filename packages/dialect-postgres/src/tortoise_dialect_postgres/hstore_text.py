"""hstore as text, which is how every client library takes and gives it.

No library knows the type by itself, because its number differs from database to database. asyncpg asks the server
once per connection what it is called and then hands its text through; psycopg hands through the text of what it does
not know. So one form serves both, and no codec has to be set up when a connection opens.
"""

from __future__ import annotations

import re
from typing import Optional

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_PAIR = re.compile(rf"{_QUOTED}=>(?:{_QUOTED}|NULL)(?:, |$)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def hstore_text(value: dict[str, Optional[str]]) -> str:
    """A dict as the server writes it, pairs in its order: short keys first."""
    pairs = sorted(value.items(), key=_by_size)
    return ", ".join([f"{_quoted(key)}=>{'NULL' if item is None else _quoted(item)}" for key, item in pairs])


def _by_size(pair: tuple[str, Optional[str]]) -> tuple[int, bytes]:
    key = pair[0].encode()
    return len(key), key


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def hstore_value(text: str) -> dict[str, Optional[str]]:
    """The way back. ValueError for text that no server writes."""
    found: dict[str, Optional[str]] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            raise ValueError(f"{text[at : at + 40]!r} is not hstore")
        key, item = pair.groups()
        found[_plain(key)] = None if item is None else _plain(item)
        at = pair.end()
    return found


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
