"""What a query was asked, under the names of the attributes that 1.1.9 kept it in. Read by programs, never here."""

from __future__ import annotations

from enum import Enum
from typing import Any, Optional, Union

from tortoise_core.load.prepared import Steps, declared
from tortoise_core.query.expressions import Expression
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.request import Request


class Order(Enum):
    """The direction of an ordering."""

    asc = "ASC"
    desc = "DESC"


class FormerNames:
    """Views of the steps of a query; to ask something else, call the methods, each of which gives a new query."""

    __slots__ = ()

    _steps: Steps

    @property
    def _limit(self) -> Optional[int]:
        """The most rows asked for; None: all."""
        return self._value(_asked(self).limit)

    @property
    def _offset(self) -> Optional[int]:
        """How many rows are left out; None: none."""
        return self._value(_asked(self).offset)

    @property
    def _distinct(self) -> bool:
        """True if equal rows are given once."""
        return _asked(self).distinct

    @property
    def _annotations(self) -> dict[str, Expression]:
        """The computed values by their names."""
        asked = _asked(self)
        return {name: expression for name, (expression, _) in (*asked.annotations.items(), *asked.laterals.items())}

    @property
    def _orderings(self) -> list[tuple[Any, Order]]:
        """(name or expression, direction) each; empty if the order is left to the model."""
        return [_direction(entry) for entry in _asked(self).ordering or ()]

    def _value(self, position: Optional[int]) -> Optional[int]:
        values = [value for step in self._steps for value in step.values]
        return None if position is None else int(values[position])


def _asked(query: FormerNames) -> Request:
    return declared(query._steps, 0)[0]


def _direction(entry: Union[str, Ordering]) -> tuple[Any, Order]:
    if isinstance(entry, Ordering):
        return entry.expression, Order.desc if entry.descending else Order.asc
    return entry.lstrip("-"), Order.desc if entry.startswith("-") else Order.asc
