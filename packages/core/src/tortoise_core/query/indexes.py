"""Indexes as a Meta class declares them: over fields or expressions, and of a kind that a dialect knows.

A kind of index is a subclass that states its `INDEX_TYPE`; the dialect's DDL compiler writes it or refuses it by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Optional, TypedDict, Union
from uuid import UUID

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import shown
from tortoise_core.dialect.compiler.quoting import quote_text
from tortoise_core.query.constraints import field_list
from tortoise_core.query.expressions import Expression
from tortoise_core.query.inline import standard_text
from tortoise_core.query.q import Q
from tortoise_core.schema.columns_of import columns_of
from tortoise_core.schema.constraint_names import constraint_name
from tortoise_core.schema.record import Record

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: what a partial index is limited to: values that fields must have, or any condition
Condition = Union[Mapping[str, Any], Q]


class IndexOptions(TypedDict, total=False):
    """What indexes of all kinds take beside fields, name and condition."""

    include: Sequence[str]
    opclasses: Sequence[str]
    concurrently: bool


class Index:
    """An index over `fields`, by name, or over `expressions`; not over both.

    A field may be named ``"-field"``, for the falling order. `include` are fields kept beside the keys, `opclasses` the
    server's classes of operators, one for each key ("" for the usual one), `concurrently` builds the index while others
    write. `name` is by default made of the table and what is indexed, and the same for ever. Raises
    ConfigurationError where nothing is indexed, or something that is no field name and no expression. `extra` is
    text of a subclass's own that ends the statement.
    """

    #: the kind of index, as the dialect spells it; default: what the server takes when nothing is said
    INDEX_TYPE: ClassVar[str] = ""

    def __init__(
        self,
        *expressions: Expression,
        fields: Optional[Sequence[str]] = None,
        name: Optional[str] = None,
        include: Sequence[str] = (),
        opclasses: Sequence[str] = (),
        concurrently: bool = False,
    ) -> None:
        if isinstance(fields, str):
            raise ConfigurationError(f'Index.fields is a list of field names, not a text: ["{fields}"]')
        self.fields: list[str] = list(fields or ())
        if not self.fields and not expressions:
            raise ConfigurationError("At least one field or expression is required to define an index.")
        if self.fields and expressions:
            raise ConfigurationError("Index.fields and expressions are mutually exclusive.")
        for expression in expressions:
            if not isinstance(expression, Expression):
                raise ConfigurationError(
                    f"an index takes expressions, not {shown(expression)}; name fields by fields=[...]"
                )
        self.include = field_list("Index.include", include)
        self.opclasses, self.concurrently = tuple(opclasses), bool(concurrently)
        if self.opclasses and len(self.opclasses) != len(self.fields or expressions):
            raise ConfigurationError("Index.opclasses has one entry for each key, '' for the server's usual class")
        self.name = name
        self.expressions: tuple[Expression, ...] = expressions
        self.extra = ""
        self._texts: tuple[str, ...] = ()

    @property
    def plain_fields(self) -> list[str]:
        """The fields without their direction."""
        return [name.lstrip("-") for name in self.fields]

    @property
    def descending(self) -> tuple[bool, ...]:
        """For each field whether its order falls; () if that of none does."""
        found = tuple([name.startswith("-") for name in self.fields])
        return found if any(found) else ()

    @property
    def condition_or_none(self) -> Optional[Q]:
        """The condition that indexed rows meet; None: every row."""
        return None

    @property
    def own_extra(self) -> str:
        """`extra` without what this class writes by itself."""
        return self.extra

    @property
    def field_names(self) -> list[str]:
        """The fields; for expressions their SQL, once they are resolved. Raises ConfigurationError before."""
        if self.expressions and not self._texts:
            raise ConfigurationError("Index expressions must be resolved before accessing field_names.")
        return [f"({text})" for text in self._texts] if self.expressions else list(self.fields)

    def resolve_expressions(self, model: type[Record]) -> None:
        """Find the columns of `model` that the expressions mean. Raises FieldError for unknown names."""
        if self.expressions:
            self._texts = tuple([standard_text(model, expression) for expression in self.expressions])

    def index_name(self, schema_generator: Any, model: type[Record]) -> str:
        """The name in the database of `model`; `schema_generator` is not needed any more."""
        if self.name:
            return self.name
        self.resolve_expressions(model)
        parts = self.field_names if self.expressions else columns_of(model._meta, self.plain_fields)
        falling = [column for column, down in zip(parts, self.descending) if down]
        parts = (*parts, *[f"{column} DESC" for column in falling], *[f"INCLUDE {name}" for name in self.include])
        return constraint_name("idx", model._meta.db_table, parts)

    def describe(self) -> dict[str, Any]:
        """The index as plain values: fields, expressions, name, type, extra."""
        return {
            "fields": list(self.fields),
            "expressions": list(self._texts) if self._texts else [repr(item) for item in self.expressions],
            "name": self.name,
            "type": self.INDEX_TYPE,
            "extra": self.extra,
        }

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(dotted path of the class, positional arguments, keyword arguments) that make an equal index."""
        named: dict[str, Any] = {"fields": list(self.fields)} if self.fields else {}
        if self.name:
            named["name"] = self.name
        for key in ("include", "opclasses", "concurrently"):
            if getattr(self, key):
                named[key] = getattr(self, key)
        return public_path(type(self)), list(self.expressions), named

    def __repr__(self) -> str:
        parts = list(self._texts) if self._texts else [repr(item) for item in self.expressions]
        parts += [f"fields={self.fields!r}"] if self.fields else []
        parts += [f"name={self.name!r}"] if self.name else []
        return f"{type(self).__name__}({', '.join(parts)})"

    def _identity(self) -> tuple[Any, ...]:
        shapes = tuple([(item.shape, item.values) for item in self.expressions])
        return (type(self), tuple(self.fields), self.name, shapes, self.extra, self.include, self.opclasses)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Index) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.fields), self.name))


class PartialIndex(Index):
    """An index over the rows that meet `condition`: values by field name, lookups included, or a Q."""

    def __init__(
        self,
        *expressions: Expression,
        fields: Optional[Sequence[str]] = None,
        name: Optional[str] = None,
        condition: Optional[Condition] = None,
        **options: Unpack[IndexOptions],
    ) -> None:
        super().__init__(*expressions, fields=fields, name=name, **options)
        if condition is not None and not isinstance(condition, (Mapping, Q)):
            raise ConfigurationError(f"the condition of a partial index is a dict or a Q, not {shown(condition)}")
        self.condition = condition
        self.extra = _where(condition)

    @property
    def condition_or_none(self) -> Optional[Q]:
        if isinstance(self.condition, Q):
            return self.condition if self.condition else None
        return Q(**self.condition) if self.condition else None

    @property
    def own_extra(self) -> str:
        return self.extra.replace(_where(self.condition), "", 1)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        path, expressions, named = super().deconstruct()
        if self.condition:
            named["condition"] = self.condition if isinstance(self.condition, Q) else dict(self.condition)
        return path, expressions, named


def public_path(cls: type) -> str:
    """Where users import `cls` from."""
    module = "tortoise.indexes" if cls.__module__ == __name__ else cls.__module__
    return f"{module}.{cls.__qualname__}"


def _where(condition: Optional[Condition]) -> str:
    """The condition for people to read; what is sent to a server is written by its dialect."""
    if not condition:
        return ""
    if isinstance(condition, Q):
        return f" WHERE {condition!r}"
    return " WHERE " + " AND ".join([f"{name} = {_readable(value)}" for name, value in condition.items()])


def _readable(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    if isinstance(value, (str, UUID, dt.date, dt.datetime)):
        return quote_text(str(value))
    return str(value) if isinstance(value, (int, float, Decimal)) else repr(value)
