"""Orders inside expressions: of windows and of aggregates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression, F
from tortoise_core.query.ordering import Ordering

#: a name ("-name" is descending) or an expression, on its own or with its direction; or several of these
OrderTerms = Union[str, Expression, Ordering, Sequence[Union[str, Expression, Ordering]]]


def order_parts(what: str, given: Any) -> list[Expression]:
    """Names and expressions as expressions."""
    found: list[Expression] = [F(part) if isinstance(part, str) else part for part in _several(given)]
    for part in found:
        if not isinstance(part, Expression):
            raise FieldError(f"{what} takes names and expressions, not {shown(part)}")
    return found


def order_terms(what: str, given: Any) -> list[tuple[Expression, Ordering]]:
    """What is ordered by, each with its direction; names may begin with "-"."""
    found: list[tuple[Expression, Ordering]] = []
    for part in _several(given):
        if isinstance(part, Ordering):
            found += [(expression, part) for expression in order_parts(what, part.expression)]
            continue
        down = isinstance(part, str) and part.startswith("-")
        (expression,) = order_parts(what, [part[1:] if down else part])
        found.append((expression, Ordering(expression, down)))
    return found


def _several(given: Any) -> list[Any]:
    return [given] if isinstance(given, (str, Expression, Ordering)) else list(given)
