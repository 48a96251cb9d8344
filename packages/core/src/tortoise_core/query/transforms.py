"""Parts of values by name: ``made__year`` of a date, ``body__author__name`` of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from tortoise_core.ast import documents as dc
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.base.timezone import Clock
from tortoise_core.plugins.types import type_registry
from tortoise_core.query.scope import Term
from tortoise_core.schema.document_keys import checked_key
from tortoise_core.schema.fitting import ALL, DOCUMENT_PART, PARTS, parts_of

#: parts of dates are counted in this
PART_TYPE = types.Integer(64)


def named_part(term: Term, parts: Sequence[str], clock: Clock) -> Optional[Term]:
    """What all of `parts` lead to, as a value of its own; of a document that is text. None if there is no such part."""
    term, rest = _own_parts(term, tuple(parts))
    if not rest:
        return term
    parts = rest
    if isinstance(term.expression.type, types.Json):
        keys: tuple[ex.Expression, ...] = tuple([ex.TextLiteral(checked_key(part), types.Text()) for part in parts])
        return Term(dc.JsonPath(term.expression, keys, types.Text()), None, term.aggregate)
    if len(parts) == 1 and parts[0] in parts_of(term.expression.type):
        return date_part(term, parts[0], clock)
    return None


def compared_part(term: Term, parts: Sequence[str], clock: Clock, keyed: bool = False) -> tuple[Term, tuple[str, ...]]:
    """What `parts` of a condition lead to, and those left over: a lookup.

    `keyed`: the first part is a key of a document, whatever it is called.
    """
    term, parts = _own_parts(term, tuple(parts))
    if isinstance(term.expression.type, types.Json):
        return _document_part(term, tuple(parts), keyed)
    if parts and parts[0] in parts_of(term.expression.type):
        return date_part(term, parts[0], clock), tuple(parts[1:])
    return term, tuple(parts)


def _own_parts(term: Term, parts: tuple[str, ...]) -> tuple[Term, tuple[str, ...]]:
    """What `parts` lead to as far as plugins know parts of its type, and the rest; a lookup at the end is none."""
    while parts:
        own = type_registry.support(term.expression.type)
        if own is None or own.part is None or (len(parts) == 1 and parts[0] in (*own.lookups, *own.engine_lookups)):
            break
        found = own.part(term, parts[0])
        if found is None:
            break
        term, parts = found, parts[1:]
    return term, parts


def _document_part(term: Term, parts: tuple[str, ...], keyed: bool) -> tuple[Term, tuple[str, ...]]:
    # a part that stands alone and is known as a lookup is meant as one, and refused if documents do not take it
    if not parts or (not keyed and len(parts) == 1 and parts[0] in ALL):
        return term, parts
    last = parts[-1] if len(parts) > 1 and parts[-1] in (*DOCUMENT_PART, *PARTS) else None
    keys = tuple([_bound(checked_key(part)) for part in (parts if last is None else parts[:-1])])
    if last in PARTS:
        # moments in documents are text: read as they are written there
        text = dc.JsonPath(term.expression, keys, types.Text())
        moment = ex.Cast(text, types.Timestamp(False))
        return Term(ex.DatePart(str(last), moment, None, PART_TYPE), None, term.aggregate), ()
    found = Term(dc.JsonPath(term.expression, keys, term.expression.type), term.field, term.aggregate)
    return found, () if last is None else (last,)


def date_part(term: Term, part: str, clock: Clock) -> Term:
    """One part of a date or time; of a moment, as the clocks of the configured zone show it."""
    sql_type = term.expression.type
    zone = clock.timezone if isinstance(sql_type, types.Timestamp) and sql_type.aware else None
    return Term(ex.DatePart(part, term.expression, zone, PART_TYPE), None, term.aggregate)


def _bound(key: str) -> ex.Expression:
    """A key as a parameter: conditions may take keys from anywhere."""
    return ex.Param(ex.LateParam(lambda: key), types.Text(), None, False)
