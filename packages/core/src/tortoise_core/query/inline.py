"""Conditions and expressions of a model as SQL text without parameters, which DDL does not take."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Union

from tortoise_core.ast.expressions import Node
from tortoise_core.ast.types import SqlType
from tortoise_core.base.errors import ConfigurationError, UnSupportedError
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.inlining import write_inline
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.statements import Backend
from tortoise_core.dialect.types import ConverterPair, TypeMap, TypeMapping
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.request import Request
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.where import resolve_condition
from tortoise_core.schema.record import Record

#: lists are written out whatever their length
_ANY_LENGTH = 1 << 30


def inline_text(model: type[Record], part: Union[Q, Expression], backend: Backend) -> str:
    """`part`, about columns of `model` alone, as its dialect writes it. Raises FieldError, ConfigurationError."""
    writer = writing_out(backend)
    return write_inline(writer, _resolved(model, part, writer), part.values)


def writing_out(backend: Backend) -> Backend:
    """A backend as `backend`, whose lists are written out. Trees made with it are for `write_inline`."""
    capabilities = replace(backend.capabilities, list_placeholders=_ANY_LENGTH)
    return Backend(backend.dialect, backend.driver, capabilities, backend.clock)


def standard_text(model: type[Record], part: Union[Q, Expression]) -> str:
    """`part` as standard SQL: for names and for people, the same whatever the dialect."""
    return write_inline(_STANDARD, _resolved(model, part, _STANDARD), part.values)


def _resolved(model: type[Record], part: Union[Q, Expression], backend: Backend) -> Node:
    scope = QueryScope(model._meta, backend, Request(), part.values)
    node: Node
    if isinstance(part, Q):
        node, aggregate = resolve_condition(part, scope)
    else:
        term = part.resolve(scope)
        node, aggregate = term.expression, term.aggregate
    if scope.joins.nodes or aggregate:
        what = "an aggregate" if aggregate else "another table"
        raise ConfigurationError(
            f"{model.__name__}.Meta: {shown(part)} asks for {what}, which an index or constraint cannot"
        )
    return node


class _StandardBackend(Backend):
    """Writes for no server: values stay as they are."""

    def converters(self, sql_type: SqlType) -> ConverterPair:
        return None, None


class _StandardCompiler(Compiler):
    """Writes for people and for names, also what only some dialects have: those as calls of a name."""

    operator_names = re.compile(".+")

    def write(self, node: Node) -> str:
        try:
            return super().write(node)
        except UnSupportedError:
            parts = [getattr(node, slot) for slot in node.__slots__ if slot not in ("name", "type")]
            name = str(getattr(node, "name", type(node).__name__)).upper()
            return f"{name}({', '.join([self._part(part) for part in parts])})"

    def _part(self, part: Any) -> str:
        if isinstance(part, tuple):
            return ", ".join([self._part(each) for each in part])
        return self.write(part) if isinstance(part, Node) else str(part)


def _standard_capabilities(version: tuple[int, ...]) -> Capabilities:
    return Capabilities("standard SQL", version, list_placeholders=_ANY_LENGTH)


_TYPES: TypeMap = {SqlType: TypeMapping(lambda sql_type: type(sql_type).__name__.upper())}
_DIALECT = Dialect("standard SQL", (), _standard_capabilities, _TYPES, _StandardCompiler)
_NO_DRIVER: Any = None  # it opens no connection
_STANDARD = _StandardBackend(_DIALECT, _NO_DRIVER, _standard_capabilities(()), Clock())
