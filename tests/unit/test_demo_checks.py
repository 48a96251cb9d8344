"""The demo's comparison tells answers apart, and its reader takes the files for what they are."""

from __future__ import annotations

import asyncio
import importlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "nycflights13"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import a module of the demo by name; forgotten afterwards, as its names are not its own."""
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(FOLDER)):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("found", "expected", "agrees"),
    [
        ([("a", 1, None)], [("a", 1, None)], True),
        ([["a", 1]], [("a", 1)], True),
        ([("a", 0.1 + 0.2)], [("a", 0.3)], True),
        ([("a", 1.000001)], [("a", 1.0)], False),
        ([("a", 1)], [("a", 1.0)], False),
        ([(True,)], [(1,)], False),
        ([(None,)], [(0,)], False),
        ([("a",), ("b",)], [("b",), ("a",)], False),
        ([("a",)], [("a",), ("a",)], False),
        ([("a",)], [("a", 1)], False),
        ([], [("a",)], False),
    ],
)
def test_agree(module: Any, found: Any, expected: Any, agrees: bool) -> None:
    assert module("checks").agree(found, expected) is agrees


@pytest.mark.parametrize("zipped", [False, True])
def test_rows_of_a_file(module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zipped: bool) -> None:
    source = module("source")
    monkeypatch.setattr(source, "data_folder", lambda: tmp_path)
    text = 'code,name,delay\nAA,"Alpha, Inc.",5\nBB,NA,NA\n'
    if zipped:
        with zipfile.ZipFile(tmp_path / "lines.csv.zip", "w") as archive:
            archive.writestr("lines.csv", text)
    else:
        (tmp_path / "lines.csv").write_text(text)
    assert source.header_of("lines") == ["code", "name", "delay"]
    assert source.row_count("lines") == 2
    rows = list(source.table_rows("lines", {"delay": int, "name": str}))
    assert rows == [(5, "Alpha, Inc."), (None, None)]


def test_plain_table(module: Any) -> None:
    text = module("show").plain_table(["airline", "flights"], [["Envoy Air", "7"], ["X", "1,234"]], [False, True])
    assert text.splitlines() == [
        "airline    flights",
        "---------  -------",
        "Envoy Air        7",
        "X            1,234",
    ]


def test_mean_leaves_out_what_is_missing(module: Any) -> None:
    checks = module("checks")
    assert checks.mean([1, None, 2]) == 1.5
    assert checks.mean([None]) is None


@pytest.mark.parametrize(("answer", "agreed", "word"), [(7, 1, "agrees"), (8, 0, "DISAGREES: [(7,)]")])
def test_a_wrong_answer_is_told(
    module: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: int,
    agreed: int,
    word: str,
) -> None:
    demo, questions = module("demo"), module("questions")

    async def ask() -> list[tuple[int]]:
        return [(answer,)]

    asked = [
        questions.Question("How many?", ("n",), ask, lambda data: [(7,)]),
        questions.Question("How many, unchecked?", ("n",), ask, None),
    ]
    monkeypatch.setattr(demo, "QUESTIONS", asked)
    assert asyncio.run(demo.ask_all(None)) == (agreed, 1)
    assert f"plain Python {word}" in capsys.readouterr().out
