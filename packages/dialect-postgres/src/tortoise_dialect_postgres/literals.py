"""Constants as PostgreSQL reads them in every configuration."""

from __future__ import annotations

import datetime as dt
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any, Optional

from tortoise_core.dialect.compiler.literals import Literals
from tortoise_core.dialect.compiler.quoting import quote_text
from tortoise_dialect_postgres.ranges.range import RangeList

_ADDRESSES = (IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network)


class PostgresLiterals(Literals):
    """The standard, but for backslashes and bytes."""

    def literal(self, value: Any) -> str:
        text = own_text(value)
        if text is not None:
            return self.text_literal(text)
        if isinstance(value, list):
            return self.text_literal(array_text(value))
        return f"'\\x{value.hex()}'::bytea" if isinstance(value, bytes) else super().literal(value)

    def text_literal(self, text: str) -> str:
        # an E literal reads the same whatever standard_conforming_strings says
        escaped = quote_text(text).replace("\\", "\\\\")
        return f"E{escaped}" if "\\" in text else escaped


def own_text(value: Any) -> Optional[str]:
    """The text of a value of a type that PostgreSQL alone has; None for others. Ranges may be a client library's."""
    if isinstance(value, dt.timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06d} seconds"
    if isinstance(value, RangeList):
        return f"{{{','.join(map(range_text, value))}}}"
    if hasattr(value, "lower_inc"):
        return range_text(value)
    return str(value) if isinstance(value, _ADDRESSES) else None


def range_text(value: Any) -> str:
    """A range as the server reads it."""
    if value.isempty:
        return "empty"
    lower, upper = ["" if bound is None else f'"{bound}"' for bound in (value.lower, value.upper)]
    return f"{'[' if value.lower_inc else '('}{lower},{upper}{']' if value.upper_inc else ')'}"


def array_text(values: list[Any]) -> str:
    """An array of encoded values as the server reads it out of text of any array type."""
    return f"{{{','.join([_item_text(value) for value in values])}}}"


def _item_text(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return array_text(value)
    if isinstance(value, bytes):
        text = f"\\x{value.hex()}"
    else:
        own = own_text(value)
        text = str(value) if own is None else own
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
