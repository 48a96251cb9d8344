"""When constraints are checked."""

from __future__ import annotations

from typing import Any

from tortoise_core.base.errors import ConfigurationError

#: at the end of the transaction, or after each statement unless the transaction says otherwise
DEFERRABLE = ("deferred", "immediate")


def check_deferrable(what: str, value: Any) -> Any:
    """`value`, if it is one of these or None. Raises ConfigurationError."""
    if value not in (None, *DEFERRABLE):
        raise ConfigurationError(f"{what}: deferrable is one of {', '.join(map(repr, DEFERRABLE))}, not {value!r}")
    return value
