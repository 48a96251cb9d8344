"""Texts of a group in a row, in an order and each once, which SQLite's GROUP_CONCAT does not give before 3.44."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Optional

from tortoise_core.ast.select import NullsOrderBy, Order
from tortoise_core.ast.types import Numeric

NAME = "tortoise_string_agg"


def direction(entry: Order) -> str:
    """One term of an order, in three letters."""
    nulls = "-" if not isinstance(entry, NullsOrderBy) else "f" if entry.first else "l"
    return f"{'d' if entry.descending else 'a'}{nulls}{'n' if isinstance(entry.expression.type, Numeric) else '-'}"


class StringAgg:
    """The aggregate: text, separator, each once or not, the directions of the order, and its values."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, tuple[Any, ...]]] = []
        self.separator, self.once, self.directions = "", False, ""

    def step(self, text: Optional[str], separator: str, once: int, directions: str, *order: Any) -> None:
        """Take one row; NULL counts as no value."""
        if text is not None:
            self.rows.append((text, order))
            self.separator, self.once, self.directions = separator, bool(once), directions

    def finalize(self) -> Optional[str]:
        """All texts, or NULL if there are none."""
        if not self.rows:
            return None
        texts = [text for text, _ in in_order(self.rows, self.directions)]
        return self.separator.join(dict.fromkeys(texts) if self.once else texts)


def in_order(rows: list[tuple[str, tuple[Any, ...]]], directions: str) -> list[tuple[str, tuple[Any, ...]]]:
    """The rows as ORDER BY has them: sorted by the last term first, since the sort keeps the order of equals."""
    for at in reversed(range(len(directions) // 3)):
        rows = _sorted(rows, at, *directions[3 * at : 3 * at + 3])
    return rows


def _sorted(
    rows: Sequence[tuple[str, tuple[Any, ...]]], at: int, way: str, nulls: str, kind: str
) -> list[tuple[str, tuple[Any, ...]]]:
    descending = way == "d"
    first = nulls == "f" or (nulls == "-" and not descending)
    null = (0,) if first is not descending else (2,)

    def key(row: tuple[str, tuple[Any, ...]]) -> tuple[Any, ...]:
        value = row[1][at]
        return null if value is None else (1, *_rank(Decimal(value) if kind == "n" else value))

    return sorted(rows, key=key, reverse=descending)


def _rank(value: Any) -> tuple[int, Any]:
    """Numbers come before text, and text before bytes (sqlite.org/datatype3.html, "Sort Order")."""
    return (2 if isinstance(value, bytes) else 1 if isinstance(value, str) else 0), value
