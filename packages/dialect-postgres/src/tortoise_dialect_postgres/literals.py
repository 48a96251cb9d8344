"""Constants as PostgreSQL reads them in every configuration."""

from __future__ import annotations

from typing import Any

from tortoise_core.dialect.compiler.literals import Literals
from tortoise_core.dialect.compiler.quoting import quote_text


class PostgresLiterals(Literals):
    """The standard, but for backslashes and bytes."""

    def literal(self, value: Any) -> str:
        if isinstance(value, list):
            return self.text_literal(array_text(value))
        return f"'\\x{value.hex()}'::bytea" if isinstance(value, bytes) else super().literal(value)

    def text_literal(self, text: str) -> str:
        # an E literal reads the same whatever standard_conforming_strings says
        escaped = quote_text(text).replace("\\", "\\\\")
        return f"E{escaped}" if "\\" in text else escaped


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
        text = str(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
