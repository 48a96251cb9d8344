"""What expressions and lookups are resolved in."""

from __future__ import annotations

from typing import Any, Optional, Protocol, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.schema.fields.base import Field


class ListValue(list):  # type: ignore[type-arg]  # the values of a list operand, told apart by its class
    """The operand of `__in`: its length decides how many placeholders it takes."""

    __slots__ = ()


class Term:
    """A resolved expression: its tree, the field its values are of, and whether it sums up a group."""

    __slots__ = ("aggregate", "expression", "field")

    def __init__(self, expression: ex.Expression, field: Optional[Field[Any]] = None, aggregate: bool = False) -> None:
        self.expression, self.field, self.aggregate = expression, field, aggregate


class Scope(Protocol):
    """The query being built, as an expression sees it."""

    def path(self, name: str) -> Term:
        """The column, relation key or annotation that `name` leads to. Raises FieldError."""
        ...

    def relation_key(self, name: str) -> Optional[Term]:
        """The key of the rows at the end of relation path `name`; None if it does not end in a relation."""
        ...

    def constant(self, value: Any) -> Term:
        """The next value of the query as a parameter that stands on its own, typed by `value`."""
        ...

    def operand(self, field: Optional[Field[Any]], like: Any = None) -> ex.Param:
        """The next value of the query as a parameter compared with `field`."""
        ...

    def predicate(self, q: Any) -> ex.Predicate:
        """A condition in this scope."""
        ...

    def nested(self, query: Any) -> Term:
        """The one column of a query inside this one, of a `Subquery`; takes its values from here."""
        ...

    def exists(self, query: Any) -> ex.Predicate:
        """That the query of an `Exists` gives a row; takes its values from here."""
        ...

    def outer_path(self, name: str) -> Term:
        """What `name` leads to in the query around this one. Raises FieldError where there is none."""
        ...

    def refused_value(self, name: str) -> Term:
        """What a new row that conflicts has in a field. Raises FieldError where there is no such row."""
        ...


#: what `resolve` may be asked for besides terms
Resolved = Union[Term, ex.Predicate]
