"""Functions and operators of documents (PostgreSQL manual, "JSON Functions and Operators"); keys are bound."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.types import Array, Boolean, Json, SqlType, Text
from tortoise_core.base.errors import FieldError
from tortoise_core.query.expressions import Arithmetical, Expression, F
from tortoise_core.query.scope import Scope, Term
from tortoise_core.schema.document_keys import checked_key
from tortoise_dialect_postgres.functions.aggregates import DOCUMENT
from tortoise_dialect_postgres.functions.own import PostgresFunction, PostgresOperator

#: a member's name, or a position in an array, which counts from the end below 0
Key = Union[str, int]


class _OfDocument(Arithmetical):
    """What is made of a document and further values, all bound."""

    def __init__(self, field: Union[str, Expression], given: Sequence[Any], more: Hashable = None) -> None:
        self.document: Expression = F(field) if isinstance(field, str) else field
        if not isinstance(self.document, Expression):
            raise FieldError(f"{type(self).__name__} takes the name of a field or an expression, not {field!r}")
        parts = [(value.shape, value.values) if isinstance(value, Expression) else (None, (value,)) for value in given]
        self.given = tuple(given)
        shapes: Hashable = tuple([shape for shape, _ in parts])
        self.shape: Hashable = (type(self), self.document.shape, shapes, more)
        self.values: tuple[Any, ...] = sum([values for _, values in parts], self.document.values)

    def resolve(self, scope: Scope) -> Term:
        term = self.document.resolve(scope)
        tree = self.tree(scope, term.expression)
        return Term(tree, DOCUMENT if isinstance(tree.type, Json) else None, term.aggregate)

    def tree(self, scope: Scope, document: ex.Expression) -> ex.Expression:
        """The call, of the document resolved."""
        raise NotImplementedError


def _bound(scope: Scope, sql_type: SqlType) -> ex.Expression:
    return ex.Param(scope.operand(None).source, sql_type, None, True)


def _document(scope: Scope, value: Any) -> ex.Expression:
    """A value as a document: bound, or computed by an expression."""
    if not isinstance(value, Expression):
        param = scope.operand(DOCUMENT)
        return ex.Param(param.source, Json(), param.encode, True)
    found = value.resolve(scope).expression
    return found if isinstance(found.type, Json) else PostgresFunction("TO_JSONB", (found,), Json())


def _path(keys: Sequence[Key]) -> list[str]:
    if isinstance(keys, (str, int)) or not keys:
        raise FieldError(f"a path is a list of keys, not {keys!r}")
    return [checked_key(str(key) if type(key) is int else key) for key in keys]


class _AtPath(_OfDocument):
    operator = ""
    result: SqlType = Json()

    def __init__(self, field: Union[str, Expression], *keys: Key) -> None:
        super().__init__(field, [_path(keys)])

    def tree(self, scope: Scope, document: ex.Expression) -> ex.Expression:
        return PostgresOperator(self.operator, document, _bound(scope, Array(Text())), self.result)


class JSONExtract(_AtPath):
    """The part that `keys` lead to, as a document (``#>``): ``JSONExtract("body", "authors", 0)``."""

    __module__ = "tortoise.contrib.postgres.json_functions"
    operator = "#>"


class JSONExtractText(_AtPath):
    """The part that `keys` lead to, as text (``#>>``): strings bare, null as None."""

    __module__ = "tortoise.contrib.postgres.json_functions"
    operator, result = "#>>", Text()


class JSONRemove(_AtPath):
    """The document without the part that `keys` lead to (``#-``)."""

    __module__ = "tortoise.contrib.postgres.json_functions"
    operator = "#-"


class JSONConcat(_OfDocument):
    """Two documents as one (``||``): members of the second one replace those of the first; arrays in a row."""

    __module__ = "tortoise.contrib.postgres.json_functions"

    def __init__(self, field: Union[str, Expression], other: Any) -> None:
        super().__init__(field, [other])

    def tree(self, scope: Scope, document: ex.Expression) -> ex.Expression:
        return PostgresOperator("||", document, _document(scope, self.given[0]), Json())


class JSONSet(_OfDocument):
    """The document with `value` at `path`: ``update(body=JSONSet("body", ["seen", 0], True))``.

    `value` is what can stand in a document, or an expression. Without `create_missing` only what is there is replaced.
    """

    __module__ = "tortoise.contrib.postgres.json_functions"

    def __init__(
        self, field: Union[str, Expression], path: Sequence[Key], value: Any, create_missing: bool = True
    ) -> None:
        super().__init__(field, [_path(path), value, bool(create_missing)])

    def tree(self, scope: Scope, document: ex.Expression) -> ex.Expression:
        path, value = _bound(scope, Array(Text())), _document(scope, self.given[1])
        return PostgresFunction("JSONB_SET", (document, path, value, _bound(scope, Boolean())), Json())


class JSONPathQueryFirst(_OfDocument):
    """The first thing that an SQL/JSON path leads to; `variables` are its ``$names``.

    ``JSONPathQueryFirst("body", "$.items[*] ? (@.price < $most)", most=5)``.
    """

    __module__ = "tortoise.contrib.postgres.json_functions"
    function = "JSONB_PATH_QUERY_FIRST"

    def __init__(self, field: Union[str, Expression], path: str, **variables: Any) -> None:
        super().__init__(field, [checked_key(path), variables])

    def tree(self, scope: Scope, document: ex.Expression) -> ex.Expression:
        path = PostgresFunction("JSONPATH", (_bound(scope, Text()),), None)
        return PostgresFunction(self.function, (document, path, _document(scope, self.given[1])), Json())


class JSONPathQueryArray(JSONPathQueryFirst):
    """All that an SQL/JSON path leads to, as a list."""

    __module__ = "tortoise.contrib.postgres.json_functions"
    function = "JSONB_PATH_QUERY_ARRAY"


class JSONBuildObject(Expression):
    """A document of the named values: ``JSONBuildObject(title="title", pages=F("pages") * 2)``; a str names a field."""

    __module__ = "tortoise.contrib.postgres.json_functions"

    def __init__(self, **members: Union[str, Expression]) -> None:
        self.members = {name: F(value) if isinstance(value, str) else value for name, value in members.items()}
        for name, value in self.members.items():
            if not isinstance(value, Expression):
                raise FieldError(f"JSONBuildObject({name}=...) takes names of fields and expressions, not {value!r}")
        self.shape: Hashable = ("JSONBuildObject", tuple([value.shape for value in self.members.values()]))
        self.values: tuple[Any, ...] = sum(
            [(checked_key(name), *value.values) for name, value in self.members.items()], ()
        )

    def resolve(self, scope: Scope) -> Term:
        arguments: list[ex.Expression] = []
        aggregate = False
        for value in self.members.values():
            arguments.append(_bound(scope, Text()))
            term = value.resolve(scope)
            arguments.append(term.expression)
            aggregate = aggregate or term.aggregate
        return Term(PostgresFunction("JSONB_BUILD_OBJECT", tuple(arguments), Json()), DOCUMENT, aggregate)
