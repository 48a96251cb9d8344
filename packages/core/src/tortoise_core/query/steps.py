"""The steps a query is recorded in: one class per method of the chain.

Each has a `shape`, `values`, and `declare`, which tells a build what was asked; `start` is the position of
the step's first value among those of the query.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from tortoise_core.base.errors import FieldError, ParamsError
from tortoise_core.query.expressions import Expression, expression_of
from tortoise_core.query.q import Q
from tortoise_core.query.request import Request
from tortoise_core.query.scope import ListValue
from tortoise_core.query.shapes import Shaped, describe
from tortoise_core.schema.relations import ManyToManyFieldInstance


class Step(Shaped):
    """Base of the steps. Never changes once made."""

    __slots__ = ("shape", "values")

    def declare(self, request: Request, start: int) -> None:
        """Tell `request` what this step asks for."""
        raise FieldError(f"{type(self).__name__} cannot be part of a query")


class Filter(Step):
    """Rows that meet all conditions; with `negated`, those that do not meet all of them."""

    __slots__ = ("args", "kwargs", "negated")

    def __init__(self, args: tuple[Q, ...], kwargs: dict[str, Any], negated: bool = False) -> None:
        self.args, self.kwargs, self.negated = args, kwargs, negated
        shape: list[Hashable] = ["exclude" if negated else "filter"]
        values: list[Any] = []
        for arg in args:
            if not isinstance(arg, Q):
                raise FieldError(f"positional conditions must be Q objects, not {arg!r}")
            shape.append(arg.shape)
            values += arg.values
        if kwargs:
            describe(kwargs, shape, values)
        self.shape, self.values = tuple(shape), tuple(values)

    def declare(self, request: Request, start: int) -> None:
        condition = Q(*self.args, **self.kwargs)
        request.filters.append((~condition if self.negated else condition, start))


class OrderBy(Step):
    """The order of rows; the last such step counts. A leading "-" is descending."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        for name in names:
            if not isinstance(name, str):
                raise FieldError(f"order_by takes names, not {name!r}")
        self.names = names
        self.shape, self.values = ("order_by", names), ()

    def declare(self, request: Request, start: int) -> None:
        request.ordering = self.names


def _size(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParamsError(f"{name} takes a whole number that is not negative, not {value!r}")
    return int(value)


class Limit(Step):
    """At most so many rows."""

    __slots__ = ()

    def __init__(self, limit: int) -> None:
        self.shape, self.values = "limit", (_size("limit", limit),)

    def declare(self, request: Request, start: int) -> None:
        request.limit = start


class Offset(Step):
    """Without the first so many rows."""

    __slots__ = ()

    def __init__(self, offset: int) -> None:
        self.shape, self.values = "offset", (_size("offset", offset),)

    def declare(self, request: Request, start: int) -> None:
        request.offset = start


class Distinct(Step):
    """Equal rows once."""

    __slots__ = ()

    def __init__(self) -> None:
        self.shape, self.values = "distinct", ()

    def declare(self, request: Request, start: int) -> None:
        request.distinct = True


class Annotate(Step):
    """Expressions under names of their own."""

    __slots__ = ("annotations",)

    def __init__(self, annotations: dict[str, Any]) -> None:
        self.annotations = {name: expression_of(value) for name, value in annotations.items()}
        for name, value in annotations.items():
            if not isinstance(value, Expression):
                raise FieldError(f"annotate({name}=...) takes an expression, not {value!r}")
        self.shape = ("annotate", tuple([(name, e.shape) for name, e in self.annotations.items()]))
        self.values = sum([e.values for e in self.annotations.values()], ())

    def declare(self, request: Request, start: int) -> None:
        for name, expression in self.annotations.items():
            request.annotations[name] = (expression, start)
            start += len(expression.values)


class GroupBy(Step):
    """One row for all that agree in these names."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.shape, self.values = ("group_by", names), ()

    def declare(self, request: Request, start: int) -> None:
        request.group_by = self.names


class SelectRelated(Step):
    """Related rows in the same query."""

    __slots__ = ("paths",)

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        self.shape, self.values = ("select_related", paths), ()

    def declare(self, request: Request, start: int) -> None:
        request.select_related = (*request.select_related, *self.paths)


class Linked(Step):
    """Rows that a many-to-many relation links to any of the keys on its own side."""

    __slots__ = ("relation",)

    def __init__(self, relation: ManyToManyFieldInstance, keys: Iterable[Any]) -> None:
        self.relation = relation
        self.shape, self.values = ("linked", relation), (ListValue(keys),)

    def declare(self, request: Request, start: int) -> None:
        request.linked = (self.relation, start)


class Assign(Step):
    """The new values of an UPDATE."""

    __slots__ = ("assignments",)

    def __init__(self, assignments: dict[str, Any]) -> None:
        self.assignments = assignments
        shape: list[Hashable] = ["assign"]
        values: list[Any] = []
        for name, value in assignments.items():
            if isinstance(value, Expression):
                shape.append((name, value.shape))
                values.extend(value.values)
            else:
                shape.append(name)
                values.append(value)
        self.shape, self.values = tuple(shape), tuple(values)

    def declare(self, request: Request, start: int) -> None:
        for name, value in self.assignments.items():
            request.assignments[name] = (value, start)
            start += len(value.values) if isinstance(value, Expression) else 1
