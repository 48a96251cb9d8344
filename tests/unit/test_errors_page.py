"""The page about errors names every kind, its class, and whether trying again may help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tortoise.exceptions
from tortoise_core.base.error_kinds import RETRYABLE, ErrorInfo, ErrorKind
from tortoise_core.base.errors import class_for, error_for

PAGE = Path(__file__).resolve().parents[2] / "docs/errors.md"
ROWS = re.findall(r"^\| [^|]+ \| `(\w+)` \| `(\w+)` \| (yes|no) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_table_has_every_kind_once() -> None:
    assert sorted(kind for _, kind, _ in ROWS) == sorted(ErrorKind.__members__)


@pytest.mark.parametrize(("name", "kind", "retryable"), ROWS)
def test_a_row_says_what_is_so(name: str, kind: str, retryable: str) -> None:
    member = ErrorKind[kind]
    assert class_for(member) is getattr(tortoise.exceptions, name)
    assert (member in RETRYABLE) is (retryable == "yes")
    error = error_for(ErrorInfo(member, "text", "23505"))
    assert (error.kind, error.sqlstate, error.retryable, str(error)) == (member, "23505", member in RETRYABLE, "text")


def test_every_class_of_its_own_is_public_and_has_a_kind() -> None:
    assert {class_for(kind).__name__ for kind in ErrorKind} <= set(tortoise.exceptions.__all__)
    assert error_for(ErrorInfo(ErrorKind.LOCK_TIMEOUT, "text", "5")).sqlstate is None
