"""Parameters of SQL written by hand: one style for all drivers, and what is none of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.raw_parameters import native
from tortoise_core.dialect.statements import Backend
from tortoise_testkit.recording import Recorder, recording_driver
from tortoise_testkit.standard import standard_dialect


def backend(style: str) -> Backend:
    dialect = standard_dialect()
    driver = recording_driver(Recorder(), (1,), style)
    return Backend(dialect, driver, dialect.capabilities((1,)), Clock())


def sent(style: str, sql: str, *values: Any) -> tuple[str, list[Any]]:
    text, params = native(backend(style), sql, values)
    return text, list(params)


@pytest.mark.parametrize(
    ("style", "sql", "text", "params"),
    [
        ("numeric_dollar", "a = $1 AND b = $2", "a = $1 AND b = $2", [1, 2]),
        ("qmark", "a = $1 AND b = $2", "a = ? AND b = ?", [1, 2]),
        ("format", "a = $1 AND b = $2", "a = %s AND b = %s", [1, 2]),
        ("qmark", "a = $2 AND b = $1 OR c = $2", "a = ? AND b = ? OR c = ?", [2, 1, 2]),
        ("format", "a % 2 = $1 AND b = $2", "a %% 2 = %s AND b = %s", [1, 2]),
        ("numeric_dollar", "a = ? AND b = ?", "a = $1 AND b = $2", [1, 2]),
        ("qmark", "a = ? AND b = ?", "a = ? AND b = ?", [1, 2]),
        ("format", "a = ? AND b = ?", "a = %s AND b = %s", [1, 2]),
        ("format", "a = %s AND b = %s", "a = %s AND b = %s", [1, 2]),
    ],
)
def test_styles(style: str, sql: str, text: str, params: list[Any]) -> None:
    assert sent(style, sql, 1, 2) == (text, params)


@pytest.mark.parametrize("skipped", [
    "'it''s $1 and ?'", '"odd $1 ? name"', "-- $1 ?\n", "/* $1 ? */", "$$ $1 ? $$", "$tag$ ? $1 $$ $tag$",
    "e'\\' $1 ?'", "a$1", "`$1 ?`",
])  # fmt: skip
def test_what_is_no_parameter(skipped: str) -> None:
    assert sent("qmark", f"SELECT {skipped}, x = $1", 5) == (f"SELECT {skipped}, x = ?", [5])
    assert sent("numeric_dollar", f"SELECT {skipped}, x = ?", 5) == (f"SELECT {skipped}, x = $1", [5])


def test_operators_with_a_question_mark_stay() -> None:
    for sql in ("doc ? 'key' AND id = $1", "doc ?| $1", "doc ?& $1", "path @? $1"):
        assert sent("numeric_dollar", sql, 1) == (sql, [1])


@pytest.mark.parametrize(
    ("style", "sql", "values", "said"),
    [
        ("qmark", "a = $1", (1, 2), "value 2 of 2"),
        ("numeric_dollar", "a = $1 AND b = $3", (1, 2), r"\$3"),
        ("numeric_dollar", "a = $0", (1,), "from"),
        ("qmark", "a = ? AND b = ?", (1,), "2 parameters"),
    ],
)
def test_values_that_do_not_fit(style: str, sql: str, values: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ParamsError, match=said):
        native(backend(style), sql, values)


def test_values_are_encoded_by_the_dialect() -> None:
    from enum import Enum
    from uuid import UUID

    class Color(Enum):
        RED = "red"

    key = UUID(int=5)
    moment = dt.datetime(2024, 1, 2, tzinfo=dt.timezone.utc)
    assert sent("qmark", "?, ?, ?, ?", key, Color.RED, moment, None)[1] == [str(key), "red", moment, None]
