"""Values of keys: one, or a tuple of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise_core.base.errors import FieldError


def key_parts(value: Any, names: Sequence[str], label: str) -> tuple[Any, ...]:
    """The parts of a key of several columns. Raises FieldError for what is not a tuple of as many."""
    if not isinstance(value, (tuple, list)) or len(value) != len(names):
        raise FieldError(f"{label} is a key of several columns: give a tuple ({', '.join(names)}), not {value!r}")
    return tuple(value)


def lacking(key: Any) -> bool:
    """True if a key, or a part of it, is None: no row has such a key."""
    return key is None or (type(key) is tuple and None in key)
