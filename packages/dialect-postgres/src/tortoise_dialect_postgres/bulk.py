"""Bulk inserts: each row is an execution of its own, so keys come in the order of the rows whatever makes them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from tortoise_core.base.errors import OperationalError
from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Params, Row

_FIRST = itemgetter(0)


def returning(plan: BulkInsert) -> str:
    """The statement of a plan, with what it asks for; where rows may be left out, with the number of the row."""
    columns = [*filter(None, [plan.key_column]), *plan.returning]
    number = f", ${len(plan.columns) + plan.more + 1}::INTEGER" if plan.conflict else ""
    return f"{plan.sql} RETURNING {', '.join(map(quote_identifier, columns))}{number}"


def gives_nothing(plan: BulkInsert) -> bool:
    """True if neither keys nor other values are to come back."""
    return plan.key_column is None and not plan.returning


def numbered(rows: Sequence[Params]) -> list[Params]:
    """The rows, each with its number behind, which comes back with its key."""
    return [(*row, number) for number, row in enumerate(rows)]


def keys_by_number(found: Sequence[Row], rows: Sequence[Params]) -> Sequence[Any]:
    """The keys, one for each row; None for rows that were left out."""
    keys: list[Any] = [None] * len(rows)
    for key, number in found:
        keys[number] = key
    return keys


def keys_of(plan: BulkInsert, found: Sequence[Row], rows: Sequence[Params]) -> Sequence[Any]:
    """The keys, one for each row, or rows where more comes back. OperationalError if the server left some out."""
    if len(found) != len(rows):
        raise OperationalError(
            f"{len(found)} of {len(rows)} rows were inserted; a trigger or rule left out the others, so that the keys "
            "cannot be told apart"
        )
    return found if plan.returning else list(map(_FIRST, found))
