"""What every part of a compiler stands on: nodes in, text out, parameters collected on the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.types import SqlType
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.literals import Literals
from tortoise_core.dialect.compiler.placeholders import PLACEHOLDERS
from tortoise_core.dialect.compiler.quoting import fit_identifier, quote_identifier
from tortoise_core.dialect.types import TypeMap, spell

#: a parameter as the compiled statement binds it: where from, how encoded, how many placeholders
Binder = Union[ex.Param, ex.ListParam]


class Compiled:
    """SQL text and its parameters in the order of the text."""

    __slots__ = ("sql", "params")

    def __init__(self, sql: str, params: tuple[Binder, ...]) -> None:
        self.sql, self.params = sql, params


class Writer(Literals):
    """Writes one statement. Make a new one for each; it collects the parameters as it goes."""

    def __init__(self, capabilities: Capabilities, types: TypeMap, paramstyle: str) -> None:
        self.capabilities = capabilities
        self.types = types
        self.placeholder = PLACEHOLDERS[paramstyle]
        self.params: list[Binder] = []
        self.qualify = False

    def compile(self, node: ex.Node) -> Compiled:
        """The text and parameters of `node`. Raises UnSupportedError for what the dialect cannot write."""
        sql = self.write(node)
        return Compiled(sql, tuple(self.params))

    def write(self, node: ex.Node) -> str:
        """The text of any node."""
        method = getattr(self, "visit_" + type(node).__name__, None)
        if method is None:
            self.refuse(node.refused_as())
        text: str = method(node)
        return text

    def write_all(self, nodes: Sequence[ex.Node], separator: str = ", ") -> str:
        """The texts of `nodes` between separators."""
        return separator.join([self.write(node) for node in nodes])

    def quote(self, name: str) -> str:
        """An identifier, delimited."""
        return quote_identifier(fit_identifier(name, self.capabilities.max_identifier))

    def type_name(self, sql_type: SqlType) -> str:
        """The dialect's spelling of a type."""
        name = spell(self.types, sql_type, self.capabilities.dialect)
        if name is None:
            self.refuse(f"type {sql_type!r}")
        return name

    def clauses(self, names: tuple[str, ...], prefix: str, node: ex.Node) -> str:
        """The clauses of a statement, in the dialect's order; those without text are left out."""
        texts = [getattr(self, f"{prefix}_{name}")(node) for name in names]
        return " ".join([text for text in texts if text])
