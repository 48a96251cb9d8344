"""Lookups as SQLite writes them: parts of dates, documents and regular expressions by functions of the connection."""

from __future__ import annotations

import json
from typing import Any

from tortoise_core.ast import documents as dc
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast.types import Json, Text
from tortoise_core.base.errors import OperationalError
from tortoise_core.dialect.compiler.limit_offset import LimitOffsetCompiler
from tortoise_dialect_sqlite.documents import canonical
from tortoise_dialect_sqlite.regex import compiled


def is_document(node: ex.Node) -> bool:
    """True for JSON documents and their parts, which SQLite keeps as text."""
    return isinstance(getattr(node, "type", None), Json)


class LookupCompiler(LimitOffsetCompiler):
    """What lookups are made of."""

    def visit_DatePart(self, node: ex.DatePart) -> str:
        zone = "NULL" if node.zone is None else self.text_literal(node.zone)
        return f"tortoise_date_part('{node.part}', {self.write(node.expression)}, {zone})"

    # -- documents

    def comparand(self, node: ex.Expression) -> str:
        """One side of a comparison; documents are equal where their canonical forms are."""
        if isinstance(node, ex.Param) and is_document(node):
            return self.write(ex.Param(node.source, node.type, _canonical(node.encode), node.cast))
        if isinstance(node, ex.Column) and is_document(node):
            return f"tortoise_json_value({self.write(node)})"
        return super().comparand(node)

    def visit_InList(self, node: pr.InList) -> str:
        if not is_document(node.expression):
            return super().visit_InList(node)
        items = node.items
        listed = ex.ListParam(items.source, items.type, _canonical(items.encode), items.width)
        return f"{self.comparand(node.expression)} IN ({self.list_items(listed)})"

    def visit_JsonPath(self, node: dc.JsonPath) -> str:
        name = "tortoise_json_value" if is_document(node) else "tortoise_json_text"
        return f"{name}({self.write_all((node.document, *node.keys))})"

    def visit_JsonContains(self, node: dc.JsonContains) -> str:
        return f"tortoise_json_contains({self.write(node.outer)}, {self.write(node.inner)})"

    def visit_JsonHasKey(self, node: dc.JsonHasKey) -> str:
        return f"tortoise_json_has_key({self.write(node.document)}, {self.write(node.key)})"

    def visit_JsonHasKeys(self, node: dc.JsonHasKeys) -> str:
        keys = ex.Param(node.keys.source, Text(), _listed(node.keys.encode), False)
        return f"tortoise_json_has_keys({self.write(node.document)}, {self.write(keys)}, {int(node.every)})"

    def visit_JsonOrder(self, node: dc.JsonOrder) -> str:
        return f"tortoise_json_ordered('{node.operator}', {self.write(node.left)}, {self.write(node.right)})"

    # -- text

    def visit_RegexMatch(self, node: pr.RegexMatch) -> str:
        name = "tortoise_iregex" if node.fold else "tortoise_regex"
        pattern = node.pattern
        if isinstance(pattern, ex.Param):
            pattern = ex.Param(pattern.source, pattern.type, _checked(pattern.encode, node.fold), pattern.cast)
        return f"{name}({self.write(pattern)}, {self.write(node.expression)})"


def _listed(encode: ex.Encode) -> ex.Encode:
    def encode_list(keys: Any) -> str:
        return json.dumps(keys if encode is None else encode(keys))

    return encode_list


def _canonical(encode: ex.Encode) -> ex.Encode:
    def encode_canonical(value: Any) -> Any:
        return canonical(value if encode is None else encode(value))

    return encode_canonical


def _checked(encode: ex.Encode, fold: bool) -> ex.Encode:
    """A pattern refused before it is sent: what a function of the connection raises comes without its message."""

    def encode_pattern(value: Any) -> Any:
        pattern = value if encode is None else encode(value)
        try:
            compiled(pattern, fold)
        except ValueError as error:
            raise OperationalError(str(error)) from error
        return pattern

    return encode_pattern
