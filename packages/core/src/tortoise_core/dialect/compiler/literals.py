"""Constants as text of a statement, for the few that take no parameters: schemas, and what is shown to people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from math import isfinite
from typing import Any, NoReturn, Union
from uuid import UUID

from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.quoting import quote_text


class Literals:
    """What compilers of statements and of schemas write out alike; dialects override what differs."""

    capabilities: Capabilities

    def refuse(self, feature: str) -> NoReturn:
        """Say that this dialect, at this version, has no `feature`."""
        version = ".".join(map(str, self.capabilities.version))
        raise UnSupportedError(f"{feature} is not supported by {self.capabilities.dialect} {version}")

    def literal(self, value: Any) -> str:
        """An encoded value, written out. UnSupportedError for types that have no literal."""
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, (int, float, Decimal)):
            return self.number_literal(value)
        if isinstance(value, bytes):
            return f"X'{value.hex()}'"
        if isinstance(value, (str, UUID, dt.date, dt.time)):
            return self.text_literal(str(value))
        self.refuse(f"{value!r} in a statement without parameters")

    def number_literal(self, value: Union[int, float, Decimal]) -> str:
        """A number. Infinity has a name in quotes, which servers read as the number it stands for."""
        if isfinite(value):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        return self.text_literal(str(value))

    def text_literal(self, text: str) -> str:
        """Text, written out."""
        return quote_text(text)
