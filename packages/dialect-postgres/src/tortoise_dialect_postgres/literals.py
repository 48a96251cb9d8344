"""Constants as PostgreSQL reads them in every configuration."""

from __future__ import annotations

from typing import Any

from tortoise_core.dialect.compiler.literals import Literals
from tortoise_core.dialect.compiler.quoting import quote_text


class PostgresLiterals(Literals):
    """The standard, but for backslashes and bytes."""

    def literal(self, value: Any) -> str:
        return f"'\\x{value.hex()}'::bytea" if isinstance(value, bytes) else super().literal(value)

    def text_literal(self, text: str) -> str:
        # an E literal reads the same whatever standard_conforming_strings says
        escaped = quote_text(text).replace("\\", "\\\\")
        return f"E{escaped}" if "\\" in text else escaped
