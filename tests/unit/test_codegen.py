"""Functions written as text."""

from __future__ import annotations

import traceback

import pytest

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.schema.codegen import Code, attribute


def test_a_function_with_names_of_its_own() -> None:
    code = Code()
    one, two = code.name("thing", "first"), code.name("thing", "second")
    assert one != two
    code.line(f"return [{one}, {two}, x]")
    assert code.function("def give(x)", "test")(3) == ["first", "second", 3]


def test_values_are_never_text() -> None:
    code = Code()
    evil = "'); raise SystemExit(('"
    code.line(f"return {code.name('value', evil)}")
    assert code.function("def give()", "test")() == evil


@pytest.mark.parametrize("name", ["a b", "x; import os", "", "1a", "a.b", "é-", "a\n"])
def test_only_identifiers_stand_in_code(name: str) -> None:
    with pytest.raises(ConfigurationError):
        attribute(name)


@pytest.mark.parametrize("name", ["a", "é", "_x1", "straße"])
def test_identifiers_do(name: str) -> None:
    assert attribute(name) == name


def test_tracebacks_show_the_generated_line() -> None:
    code = Code()
    code.line("return 1 // x")
    function = code.function("def divide(x)", "test of errors")
    with pytest.raises(ZeroDivisionError) as caught:
        function(0)
    shown = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert "return 1 // x" in shown and "<tortoise test of errors" in shown
