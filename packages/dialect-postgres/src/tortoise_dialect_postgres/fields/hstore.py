"""Texts by keys: the field, its lookups and its parts (PostgreSQL manual, "hstore")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Optional, overload

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.operators import Infix, IsTrue
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import Clock
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.query.lookups import Build, Operand
from tortoise_core.query.scope import Term
from tortoise_core.schema.document_keys import checked_key
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import TextField
from tortoise_core.schema.fitting import ALL, EQUALITY, PARTS
from tortoise_dialect_postgres.arrays.field import ArrayField
from tortoise_dialect_postgres.fields.enums import FACE
from tortoise_dialect_postgres.ranges.lookups import typed
from tortoise_dialect_postgres.sql_types import HStoreType

if TYPE_CHECKING:
    from typing_extensions import TypeVar, Unpack

    from tortoise_core.schema.fields.options import FieldOptions

    # what an attribute is unless null=True makes it an Optional
    Pairs = TypeVar("Pairs", default=dict[str, Optional[str]])
else:
    from typing import TypeVar

    Pairs = TypeVar("Pairs")


class HStoreField(Field[Pairs]):
    """A dict of text, or None, by keys of text. Numbers and truth values are refused: they would come back as text.

    Lookups: `contains`, `contained_by` (a dict), `has_key`, `has_keys`, `has_any_keys`; parts: the value of a key
    (``data__colour__startswith``), `keys` and `values`. The database needs the extension hstore.
    """

    __module__ = FACE
    field_type: Any = dict
    indexable = False

    @overload
    def __init__(
        self: HStoreField[Optional[dict[str, Optional[str]]]], *, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: HStoreField[dict[str, Optional[str]]], *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return HStoreType()

    def convert(self, value: Any, clock: Clock) -> dict[str, Optional[str]]:
        if not isinstance(value, Mapping):
            raise TypeError(f"{shown(value)} is not a dict")
        return {_key(key): None if item is None else _text(item) for key, item in value.items()}


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys are text, not {shown(key)}")
    return _text(key)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"values are text or None, not {shown(value)}")
    if "\0" in value:
        raise ValueError("PostgreSQL knows no text with a NUL character")
    value.encode()
    return value


def hstore_test(operator: str, of: Optional[Field[Any]] = None) -> Build:
    """A lookup by an operator; the operand is a value of the field `of`, or (None) of the column's own."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        right = operand.value() if of is None else operand.value_of(of)
        sql_type = term.expression.type if of is None else of.base_type(Clock())
        return IsTrue(Infix(operator, term.expression, typed(right, sql_type), types.Boolean()))

    return test


def hstore_part(term: Term, name: str) -> Optional[Term]:
    """The keys, the values, or what stands under the key `name`; what would be a lookup elsewhere is no key."""
    if name in ALL and name not in PARTS:
        return None
    if name in ("keys", "values"):
        function = "AKEYS" if name == "keys" else "AVALS"
        return Term(ex.Function(function, (term.expression,), types.Array(types.Text())), None, term.aggregate)
    key = ex.TextLiteral(checked_key(name), types.Text())
    return Term(Infix("->", term.expression, key, types.Text()), None, term.aggregate)


_TEXTS = ArrayField("text")
LOOKUPS: dict[str, Build] = {
    "contains": hstore_test("@>"),
    "contained_by": hstore_test("<@"),
    "has_key": hstore_test("?", TextField()),
    "has_keys": hstore_test("?&", _TEXTS),
    "has_any_keys": hstore_test("?|", _TEXTS),
}
HSTORE = TypeSupport(HStoreType, {}, LOOKUPS, EQUALITY, hstore_part)
