"""Functions of text, and Coalesce: the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.operators import Collated
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.calls import Function
from tortoise_core.query.expressions import Expression, common_type, widened
from tortoise_core.query.lookups import as_text
from tortoise_core.query.scope import Term


class _TextFunction(Function):
    """Takes text, and other values by their text."""

    def call(self, terms: Sequence[Term]) -> Term:
        return super().call([Term(as_text(t.expression), t.field, t.aggregate) for t in terms])

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Text()


class Trim(_TextFunction):
    """Text without blanks around it."""

    database_func = "TRIM"


class Length(_TextFunction):
    """The number of characters."""

    database_func = "LENGTH"

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Integer(64)


class Lower(_TextFunction):
    """Text in small letters, beyond ASCII too."""

    database_func = "LOWER"


class Upper(_TextFunction):
    """Text in capitals, beyond ASCII too."""

    database_func = "UPPER"


class Concat(_TextFunction):
    """Texts in a row: ``Concat("first", " ", F("last"))``. NULL counts as no text."""

    database_func = "CONCAT"


class Collate(Function):
    """Text in the order of a collation of the server's, to sort and to compare by: ``Collate("name", "C")``."""

    populate_field_object = True

    def __init__(self, field: Union[str, Expression], collation: str) -> None:
        given: Any = collation
        if not isinstance(given, str) or not given or "\0" in given:
            raise FieldError(f"Collate takes the name of a collation, not {shown(collation)}")
        super().__init__(field)
        self.collation = collation
        self.shape = (self.shape, collation)

    def call(self, terms: Sequence[Term]) -> Term:
        text = as_text(terms[0].expression)
        return Term(Collated(text, self.collation, text.type), terms[0].field, terms[0].aggregate)


class Coalesce(Function):
    """The first of the values that is not NULL."""

    database_func = "COALESCE"

    def call(self, terms: Sequence[Term]) -> Term:
        sql_type = common_type([term.expression.type for term in terms])
        tree = ex.Function(self.database_func, tuple([widened(term.expression, sql_type) for term in terms]), sql_type)
        field = next((t.field for t in terms if t.field is not None and t.expression.type == sql_type), None)
        if field is None and not isinstance(sql_type, (types.Integer, types.Numeric, types.Float)):
            field = next((term.field for term in terms if term.field is not None), None)
        return Term(tree, field, any(term.aggregate for term in terms))
