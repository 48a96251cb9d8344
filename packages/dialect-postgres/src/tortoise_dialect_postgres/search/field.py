"""Columns of vectors of words, which the database may make of other columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Optional, overload

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.types import SqlType, Text
from tortoise_core.base.errors import ConfigurationError, FieldError
from tortoise_core.base.timezone import Clock
from tortoise_core.query.expressions import Expression
from tortoise_core.query.lookups import as_text
from tortoise_core.query.scope import Scope, Term
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.computed import Computation
from tortoise_core.schema.fields.data import text_of
from tortoise_core.schema.fields.described import deconstructed, uncomputed
from tortoise_core.schema.fields.typed import Words
from tortoise_dialect_postgres.search.vectors import WEIGHTS, joined, vector_of
from tortoise_dialect_postgres.sql_types import TSVector

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import FieldOptions


class TSVectorField(Field[Words]):
    """A vector of words, as the text that PostgreSQL writes it as; ``body__search="fat cats"`` finds words in it.

    With `source_fields` the database makes it of the text of these fields, and keeps it up to date by itself; `config`
    names the configuration that reduces words ("english") and must then be given, `weights` mark the words of each
    field as of kind "A", "B", "C" or "D". Without `source_fields`, or with ``stored=False``, it is a column to be
    written. Raises ConfigurationError for weights that do not fit the fields.
    """

    __module__ = "tortoise.contrib.postgres.fields"

    field_type = str
    allows_generated = True
    SQL_TYPE = "TSVECTOR"
    arguments = ("source_fields", "config", "weights", "stored")

    class _db_postgres:
        SQL_TYPE = "TSVECTOR"

    @overload
    def __init__(
        self: TSVectorField[Optional[str]],
        source_fields: Optional[Sequence[str]] = None,
        config: Optional[str] = None,
        weights: Optional[Sequence[str]] = None,
        stored: bool = True,
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: TSVectorField[str],
        source_fields: Optional[Sequence[str]] = None,
        config: Optional[str] = None,
        weights: Optional[Sequence[str]] = None,
        stored: bool = True,
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self,
        source_fields: Optional[Sequence[str]] = None,
        config: Optional[str] = None,
        weights: Optional[Sequence[str]] = None,
        stored: bool = True,
        *,
        null: bool = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    def __init__(
        self,
        source_fields: Optional[Sequence[str]] = None,
        config: Optional[str] = None,
        weights: Optional[Sequence[str]] = None,
        stored: bool = True,
        **kwargs: Any,
    ) -> None:
        self.source_fields = _names(source_fields)
        self.config, self.weights = config, _weights(weights, self.source_fields)
        self.stored = bool(stored and self.source_fields)
        if self.stored:
            kwargs["generated"] = True
        super().__init__(**kwargs)
        if self.stored:
            self.computation = Computation(_VectorOf(self), True)

    def base_type(self, clock: Clock) -> SqlType:
        return TSVector()

    def sql_type(self, clock: Clock) -> SqlType:
        # SQL_TYPE is PostgreSQL's name, not one that other databases could go by
        return self.base_type(clock)

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        """The attribute `key` as it is in a dialect. What the column is made of is told by `computation`."""
        return None if key == "GENERATED_SQL" else super().get_for_dialect(dialect, key)

    def convert(self, value: Any, clock: Clock) -> str:
        return text_of(value)

    def describe(self, serializable: bool) -> dict[str, Any]:
        """The field as a dict, with what the vector is made of."""
        weights: Any = self.weights
        sources: Any = self.source_fields
        if serializable:
            sources, weights = list(sources), weights and list(weights)
        own = {"source_fields": sources, "config": self.config, "weights": weights, "stored": self.stored}
        return {**super().describe(serializable), **own}

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(path of the class, positional arguments, keyword arguments) that make an equal field."""
        path, arguments, options = deconstructed(uncomputed(self))
        return path, arguments, {name: value for name, value in options.items() if value is not None}


class _VectorOf(Expression):
    """What the database computes a field from."""

    shape: Hashable = "TSVectorField"
    values: tuple[Any, ...] = ()

    def __init__(self, field: TSVectorField[Any]) -> None:
        self.field = field

    def resolve(self, scope: Scope) -> Term:
        field = self.field
        if field.config is None:
            raise ConfigurationError(
                f'{field.label}: a TSVectorField with source_fields needs a config, such as "english": the default of '
                "the server may change, and what is stored would not"
            )
        weights: Sequence[Optional[str]] = field.weights or [None] * len(field.source_fields)
        vectors = [self._vector(scope, *each) for each in zip(field.source_fields, weights)]
        return Term(joined(vectors, None, TSVector()))

    def _vector(self, scope: Scope, name: str, weight: Optional[str]) -> ex.Expression:
        try:
            text = as_text(scope.path(name).expression)
        except FieldError as error:
            raise ConfigurationError(f"{self.field.label}: Unknown source field '{name}'. {error}") from error
        # a row is found by what it has, also where something is missing
        known = ex.Function("COALESCE", (text, ex.TextLiteral("", Text())), Text())
        return vector_of([known], _literal(self.field.config), _literal(weight))


def _literal(text: Optional[str]) -> Optional[Term]:
    return None if text is None else Term(ex.TextLiteral(text, Text()))


def _names(source_fields: Optional[Sequence[str]]) -> tuple[str, ...]:
    given: Any = source_fields
    if isinstance(given, str):
        raise ConfigurationError(f'TSVectorField source_fields is a list of names, not a text: ["{given}"]')
    return tuple(given or ())


def _weights(weights: Optional[Sequence[str]], source_fields: tuple[str, ...]) -> Optional[tuple[str, ...]]:
    if weights is None:
        return None
    if not source_fields:
        raise ConfigurationError("TSVectorField weights require source_fields.")
    if len(weights) != len(source_fields):
        raise ConfigurationError("TSVectorField weights must match source_fields length.")
    if not all(str(weight).upper() in WEIGHTS for weight in weights):
        raise ConfigurationError(f"TSVectorField weights are 'A', 'B', 'C' and 'D', not {weights!r}")
    return tuple(weights)
