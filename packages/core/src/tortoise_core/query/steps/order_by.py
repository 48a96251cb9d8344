"""The order of rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Union

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step

#: what an order is made of: a name, "-name" for descending, or an expression, on its own or with its direction
Orderable = Union[str, Expression, Ordering]


class OrderBy(Step):
    """The order of rows; the last such step counts."""

    __slots__ = ("entries",)

    def __init__(self, given: Sequence[Orderable]) -> None:
        self.entries = tuple([entry if type(entry) is str else _entry(entry) for entry in given])
        shape: list[Hashable] = []
        values: tuple[Any, ...] = ()
        for entry in self.entries:
            if isinstance(entry, Ordering):
                shape.append(entry.shape)
                values += entry.values
            else:
                shape.append(entry)
        self.shape, self.values = ("order_by", tuple(shape)), values

    def declare(self, request: Request, start: int) -> None:
        request.ordering, request.ordering_start = self.entries, start


def _entry(given: Any) -> Union[str, Ordering]:
    if isinstance(given, (str, Ordering)):
        return given
    if not isinstance(given, Expression):
        raise FieldError(f"order_by takes names and expressions, not {shown(given)}")
    return given.asc()
