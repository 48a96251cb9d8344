"""Names of indexes and constraints: stable, and the same as in databases that exist already."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def constraint_name(
    prefix: str, table: str, columns: Sequence[str], target: str = "", target_columns: Sequence[str] = ()
) -> str:
    """``prefix_table_column_hash`` in at most 30 characters, which every server takes."""
    parts = [table, *columns] if not target else [table, *columns, target, *target_columns]
    digest = sha256(";".join(parts).encode()).hexdigest()[: 6 if not target else 8]
    second = columns[0][:7] if not target else target[:8]
    first = table[:11] if not target else table[:8]
    return f"{prefix}_{first}_{second}_{digest}"
