"""A part of a statement as text without parameters, for DDL, which takes none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tortoise_core.ast.expressions import Node, Param
from tortoise_core.ast.visit import rewrite
from tortoise_core.dialect.compiler.placeholders import INLINE
from tortoise_core.dialect.statements import Backend, make_binder


def write_inline(backend: Backend, node: Node, values: Sequence[Any]) -> str:
    """The text of `node` with `values` encoded and written out. Raises UnSupportedError, ValidationError."""
    compiler = backend.dialect.compiler(backend.capabilities, backend.dialect.types, INLINE)
    compiled = compiler.compile(rewrite(node, _uncast))
    bound = make_binder(compiled.params)(values)
    # neither identifiers nor the engine's own text hold a NUL, so it parts text from the numbers of parameters
    parts = compiled.sql.split("\0")
    parts[1::2] = [compiler.literal(bound[int(number) - 1]) for number in parts[1::2]]
    return "".join(parts)


def _uncast(node: Node) -> Node:
    """A literal shows its type, which a placeholder does not."""
    if isinstance(node, Param) and node.cast:
        return Param(node.source, node.type, node.encode, False)
    return node
