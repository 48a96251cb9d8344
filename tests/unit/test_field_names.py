"""Generated code and the names that fields may have: any that Model itself does not use."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise_core.base.errors import ConfigurationError, ValidationError
from tortoise_core.model.model import Model
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import BooleanField, CharField, FloatField, IntField, TextField

#: what a generated ``__init__`` might mean by these must not be what the caller passes
NAMES = ("type", "len", "str", "int", "float", "self", "MISSING", "reject", "positional", "storable", "UUID")


def model_with(field: type[Field[Any]], **options: Any) -> type[Model]:
    fields = {name: field(null=True, **options) for name in NAMES}
    return type(Model)("Named", (Model,), {"__module__": __name__, "id": IntField(primary_key=True), **fields})


@pytest.mark.parametrize(
    ("field", "options", "value"),
    [
        (CharField, {"max_length": 9}, "text"),
        (IntField, {}, 7),
        (FloatField, {}, 0.5),
        (BooleanField, {}, True),
    ],
)
def test_any_name_may_be_an_argument(field: type[Field[Any]], options: dict[str, Any], value: Any) -> None:
    made = model_with(field, **options)(**dict.fromkeys(NAMES, value))
    assert {name: getattr(made, name) for name in NAMES} == dict.fromkeys(NAMES, value)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_converted_under_any_name(name: str) -> None:
    model = model_with(IntField)
    assert getattr(model(**{name: "12"}), name) == 12
    with pytest.raises(ValidationError, match=rf"Named\.{name}"):
        model(**{name: "twelve"})


def test_text_as_a_primary_key_is_taken_with_a_warning() -> None:
    with pytest.warns(DeprecationWarning, match="CharField"):
        field = TextField(primary_key=True)
    assert field.pk


def test_unknown_arguments_are_told_with_what_may_be_meant() -> None:
    with pytest.raises(ConfigurationError, match=r"IntField takes no argument 'nul'\. Did you mean .null."):
        IntField(nul=True)
