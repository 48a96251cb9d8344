"""UNION of several SELECTs, ordered and sliced as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.base.errors import FieldError, ParamsError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.clauses.slicing import limit_and_offset
from tortoise_core.query.expressions import family
from tortoise_core.query.request import Request
from tortoise_core.schema.fields.base import Field


class Arm(NamedTuple):
    """One SELECT, its columns, whether it keeps rows that were there before, and what marks its rows."""

    select: se.Select
    fields: tuple[Field[Any], ...]
    all: bool
    mark: Optional[int]


def compound(arms: Sequence[Arm], request: Request, backend: Backend) -> se.Compound:
    """All arms as one. Raises ParamsError where their columns do not go together, FieldError for unknown names."""
    first = arms[0]
    for arm in arms[1:]:
        _check_columns(first, arm, backend)
    selects = tuple([_named(arm, first.fields) for arm in arms])
    columns = {field.model_field_name: field for field in first.fields}
    order = tuple([_order(name, columns, backend) for name in request.ordering or ()])
    limit, offset = limit_and_offset(request)
    return se.Compound(selects, tuple([arm.all for arm in arms[1:]]), order, limit, offset)


def _check_columns(first: Arm, arm: Arm, backend: Backend) -> None:
    kinds = [[family(field.sql_type(backend.clock)) for field in each.fields] for each in (first, arm)]
    if kinds[0] != kinds[1]:
        names = [", ".join([field.model_field_name for field in each.fields]) for each in (first, arm)]
        raise ParamsError(
            f"Union queries must have the same select fields: ({names[0]}) and ({names[1]}) do not go together; "
            "choose them with only()"
        )


def _named(arm: Arm, fields: tuple[Field[Any], ...]) -> se.Select:
    """The SELECT with its columns named as those of the first one are."""
    outputs = [se.Output(o.expression, f.model_field_name) for o, f in zip(arm.select.outputs, fields)]
    if arm.mark is not None:
        outputs.append(se.Output(ex.Number(arm.mark, types.Integer(64)), "model of the row"))
    return se.with_outputs(arm.select, tuple(outputs))


def _order(name: Any, columns: dict[str, Field[Any]], backend: Backend) -> se.OrderBy:
    if not isinstance(name, str):
        raise FieldError("a union is ordered by names of fields alone")
    plain = name.lstrip("-")
    field = columns.get(plain)
    if field is None:
        raise FieldError(f'a union has no field "{plain}" to order by.{did_you_mean(plain, columns)}')
    return se.OrderBy(ex.OutputRef(plain, field.sql_type(backend.clock)), name.startswith("-"))


def counted(union: se.Compound) -> se.Select:
    """The number of rows of a union."""
    count = ex.Aggregate("COUNT", ex.Star(None), False, None, types.Integer(64))
    source = se.Derived(union, "counted")
    return se.Select((se.Output(count, None),), source, (), None, (), None, (), None, None, False)
