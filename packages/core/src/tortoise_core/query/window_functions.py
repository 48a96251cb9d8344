"""The functions of SQL that stand in a `Window`. They take a field's name, a path over relations, or an expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression, F, expression_of
from tortoise_core.query.scope import Term
from tortoise_core.query.windows import WindowFunction

_INTEGER, _FLOAT = types.Integer(64), types.Float()
Operand = Union[str, Expression]


class _Placing(WindowFunction):
    """Takes no argument: the place of a row among the others."""

    result: ClassVar[types.SqlType] = _INTEGER

    def __init__(self) -> None:
        super().__init__()

    def tree(self, terms: Sequence[Term]) -> ex.Function:
        return ex.Function(self.database_func, (), self.result)


class RowNumber(_Placing):
    """The number of the row, from 1 on."""

    database_func = "ROW_NUMBER"


class Rank(_Placing):
    """The place of the row, from 1 on; equal rows share one, and as many are left out behind them: 1, 1, 3."""

    database_func = "RANK"


class DenseRank(_Placing):
    """The place of the row, from 1 on; equal rows share one, and none is left out: 1, 1, 2."""

    database_func = "DENSE_RANK"


class PercentRank(_Placing):
    """The share of rows before the row and its equals, as a float from 0 to 1."""

    database_func = "PERCENT_RANK"
    result = _FLOAT


class CumeDist(_Placing):
    """The share of rows up to the row and its equals, as a float above 0, up to 1."""

    database_func = "CUME_DIST"
    result = _FLOAT


class Ntile(WindowFunction):
    """The number of the part, from 1 on, when the rows are dealt to `num_buckets` parts of nearly equal size."""

    database_func = "NTILE"

    def __init__(self, num_buckets: int = 1) -> None:
        super().__init__(numbers=(_whole("Ntile", num_buckets, 1),))

    def tree(self, terms: Sequence[Term]) -> ex.Function:
        return ex.Function(self.database_func, (ex.Number(self.numbers[0], _INTEGER),), _INTEGER)


class _Picking(WindowFunction):
    """The value that another row has."""

    def __init__(self, expression: Operand, *others: Any, numbers: tuple[int, ...] = ()) -> None:
        first = F(expression) if isinstance(expression, str) else expression_of(expression)
        super().__init__(first, *[expression_of(other) for other in others], numbers=numbers)

    def tree(self, terms: Sequence[Term]) -> ex.Function:
        sql_type = terms[0].expression.type
        numbers = [ex.Number(number, _INTEGER) for number in self.numbers]
        others = [_like(term.expression, sql_type) for term in terms[1:]]
        return ex.Function(self.database_func, (terms[0].expression, *numbers, *others), sql_type)


class FirstValue(_Picking):
    """The value of the first row of the frame."""

    database_func = "FIRST_VALUE"

    def __init__(self, expression: Operand) -> None:
        super().__init__(expression)


class LastValue(_Picking):
    """The value of the last row of the frame, which with an order is the current row unless `frame` says more."""

    database_func = "LAST_VALUE"

    def __init__(self, expression: Operand) -> None:
        super().__init__(expression)


class NthValue(_Picking):
    """The value of row `nth` of the frame, from 1 on; None where the frame has fewer."""

    database_func = "NTH_VALUE"

    def __init__(self, expression: Operand, nth: int = 1) -> None:
        super().__init__(expression, numbers=(_whole("NthValue", nth, 1),))


class Lag(_Picking):
    """The value of the row `offset` before this one; `default` where there is none (None)."""

    database_func = "LAG"

    def __init__(self, expression: Operand, offset: int = 1, default: Any = None) -> None:
        others = () if default is None else (default,)
        super().__init__(expression, *others, numbers=(_whole(type(self).__name__, offset, 0),))


class Lead(Lag):
    """The value of the row `offset` behind this one; `default` where there is none (None)."""

    database_func = "LEAD"


def _whole(what: str, number: object, least: int) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise FieldError(f"{what} takes a whole number from {least} on, not {shown(number)}")
    return number


def _like(expression: ex.Expression, sql_type: Any) -> ex.Expression:
    """What stands in for a value, as one of the same type."""
    same = sql_type is None or expression.type == sql_type
    return expression if same else ex.Cast(expression, sql_type)
