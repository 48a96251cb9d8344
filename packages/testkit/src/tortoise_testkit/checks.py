"""Small helpers that cases share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tortoise.exceptions import BaseORMException


def refused(kind: type[BaseORMException], *words: str) -> Any:
    """Expects an error of this class whose message has all `words`, in this order."""
    import re

    raised: Any = pytest.raises(kind, match="(?s)" + ".*".join(map(re.escape, words)))
    return raised


def titles(rows: Iterable[Any]) -> list[str]:
    """The titles of books."""
    return [row.title for row in rows]


def names(rows: Iterable[Any]) -> list[str]:
    """The names of anything that has one."""
    return [row.name for row in rows]
