"""Operators that types bring along, written by dialects that say which they have."""

from __future__ import annotations

import re
from typing import ClassVar, Optional

from tortoise_core.ast import operators as op
from tortoise_core.ast.expressions import Arithmetic, Expression
from tortoise_core.dialect.compiler.writer import Writer


class OperatorWriter(Writer):
    """Part of every compiler of statements."""

    #: what operators of types look like here; None: there are none
    operator_names: ClassVar[Optional[re.Pattern[str]]] = None

    def operator(self, name: str) -> str:
        """An operator as it stands in the text. UnSupportedError where the dialect has none of this kind."""
        if self.operator_names is None or not self.operator_names.fullmatch(name):
            self.refuse(f"the operator {name}")
        return name

    def visit_Infix(self, node: op.Infix) -> str:
        left, right = self.infix_side(node.left), self.infix_side(node.right)
        return f"{left} {self.operator(node.operator)} {right}"

    def infix_side(self, node: Expression) -> str:
        """One side of an operator, in parentheses where it has one itself: how tightly they bind is the dialect's."""
        text = self.write(node)
        return f"({text})" if isinstance(node, (op.Infix, Arithmetic)) else text

    def visit_Collated(self, node: op.Collated) -> str:
        if not self.capabilities.collations:
            self.refuse(f'collation "{node.collation}"')
        return f"{self.infix_side(node.expression)} COLLATE {self.quote(node.collation)}"

    def visit_IsTrue(self, node: op.IsTrue) -> str:
        return self.write(node.expression)
