"""Aggregates that PostgreSQL has besides."""

from __future__ import annotations

from typing import ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.types import Array, Integer, Json, SqlType
from tortoise_core.base.errors import FieldError
from tortoise_core.query.calls import Aggregate
from tortoise_core.query.expressions import Expression, family
from tortoise_core.query.ordered_aggregates import OrderedAggregate
from tortoise_core.query.scope import Scope, Term
from tortoise_core.schema.fields.documents import JSONField
from tortoise_dialect_postgres.functions.own import PostgresAggregate


def own(term: Term) -> Term:
    """The same aggregate, as one of PostgreSQL's own."""
    tree = term.expression
    assert isinstance(tree, ex.Aggregate)
    return Term(
        PostgresAggregate(tree.name, tree.arg, tree.distinct, tree.condition, tree.type), term.field, term.aggregate
    )


class ArrayAgg(OrderedAggregate):
    """All values as a list, None included: ``ArrayAgg("books__title", order_by="books__title")``; None over no rows."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "ARRAY_AGG"

    def resolve(self, scope: Scope) -> Term:
        return own(super().resolve(scope))

    def result_type(self, argument: Optional[SqlType]) -> Optional[SqlType]:
        if isinstance(argument, Array):
            raise FieldError("ArrayAgg takes single values, not arrays")
        return None if argument is None else Array(argument)


class JSONBAgg(OrderedAggregate):
    """All values as one document, a list with null for None; None over no rows."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "JSONB_AGG"

    def resolve(self, scope: Scope) -> Term:
        term = own(super().resolve(scope))
        return Term(term.expression, DOCUMENT, True)

    def result_type(self, argument: Optional[SqlType]) -> Optional[SqlType]:
        return Json()


#: reads documents that no field of a model holds
DOCUMENT = JSONField()


class _OfBits(Aggregate):
    populate_field_object: ClassVar[bool] = False

    def __init__(self, field: Union[str, Expression], **options: object) -> None:
        super().__init__(field, **options)  # type: ignore[arg-type]  # as the base takes them

    def resolve(self, scope: Scope) -> Term:
        return own(super().resolve(scope))

    def result_type(self, argument: Optional[SqlType]) -> Optional[SqlType]:
        if argument is not None and not isinstance(argument, Integer):
            raise FieldError(f"{type(self).__name__} takes whole numbers, not {family(argument)}")
        return argument


class BitAnd(_OfBits):
    """The bits that all values have; None over no values."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "BIT_AND"


class BitOr(_OfBits):
    """The bits that any value has; None over no values."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "BIT_OR"
