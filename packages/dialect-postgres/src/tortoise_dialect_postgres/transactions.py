"""BEGIN, with what is asked of a transaction (PostgreSQL manual, "BEGIN")."""

from __future__ import annotations

from typing import Optional

from tortoise_core.dialect.transactions import TransactionOptions


def begin_statement(options: Optional[TransactionOptions]) -> str:
    """The statement that opens a transaction."""
    if options is None:
        return "BEGIN"
    parts = ["BEGIN"]
    if options.isolation is not None:
        parts.append(f"ISOLATION LEVEL {options.isolation.value.upper()}")
    if options.read_only:
        parts.append("READ ONLY")
    if options.deferrable:
        parts.append("DEFERRABLE")
    return " ".join(parts)
