"""Constraints that a dialect or a plugin brings."""

from __future__ import annotations

from typing import Any, Optional, Protocol, Union

from tortoise_core.ast.ddl import Constraint
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q


class TableText(Protocol):
    """What is said of a model's table, as SQL of its dialect."""

    def key(self, what: Union[str, Expression]) -> str:
        """The column of a field by name, or an expression in parentheses. ConfigurationError, FieldError."""
        ...

    def condition(self, condition: Union[str, Q, None]) -> Optional[str]:
        """A condition on the fields; text stays as it is, None is none."""
        ...


class TableConstraint:
    """Base of constraints that a dialect or a plugin brings, to stand in `Meta.constraints`.

    `node` says what to create. The DDL compiler of the dialect writes it by a method called as its class, with
    ``visit_`` before it; those of other dialects refuse it by that name.
    """

    def node(self, table: TableText) -> Constraint:
        """The constraint on a table. Raises ConfigurationError for fields that are not there."""
        raise NotImplementedError

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(dotted path of the class, positional arguments, keyword arguments) that make an equal constraint."""
        raise NotImplementedError
