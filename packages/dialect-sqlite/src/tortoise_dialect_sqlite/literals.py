"""Constants as SQLite reads them."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any, Union

from tortoise_core.dialect.compiler.literals import Literals


class SqliteLiterals(Literals):
    """The standard, but for truth values and infinity."""

    def literal(self, value: Any) -> str:
        # the names of truth values came with 3.23
        return str(int(value)) if isinstance(value, bool) else super().literal(value)

    def number_literal(self, value: Union[int, float, Decimal]) -> str:
        if isfinite(value):
            return super().number_literal(value)
        return "9e999" if value > 0 else "-9e999"
