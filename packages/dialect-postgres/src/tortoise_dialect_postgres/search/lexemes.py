"""Words to search for, put together by hand: no character of theirs is an operator by accident."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.query.expressions import Expression
from tortoise_core.query.scope import Scope, Term
from tortoise_dialect_postgres.search.vectors import checked_weight
from tortoise_dialect_postgres.sql_types import TSQuery

_OTHER = {" & ": " | ", " | ": " & "}


class LexemeCombinable(Expression):
    """What can be combined by ``&``, ``|`` and ``~``. By itself it stands for the words as they are, not reduced."""

    __module__ = "tortoise.contrib.postgres.search"

    def __or__(self, other: Any) -> CombinedLexeme:
        return CombinedLexeme(self, " | ", _checked(other))

    def __and__(self, other: Any) -> CombinedLexeme:
        return CombinedLexeme(self, " & ", _checked(other))

    def __invert__(self) -> LexemeCombinable:
        raise NotImplementedError

    @property
    def text(self) -> str:
        """The query as PostgreSQL writes it."""
        raise NotImplementedError

    def resolve(self, scope: Scope) -> Term:
        return Term(ex.Cast(scope.constant(self.text).expression, TSQuery()))


class Lexeme(LexemeCombinable):
    """One word. `prefix`: any word that begins with it; `weight`: only where it was marked so; `invert`: not it."""

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(self, value: str, invert: bool = False, prefix: bool = False, weight: Optional[str] = None) -> None:
        if not isinstance(value, str):
            raise TypeError(f"Lexeme value must be a string, got {type(value).__name__}.")
        if not value:
            raise ValueError("Lexeme value cannot be empty.")
        self.value, self.invert, self.prefix, self.weight = value, invert, prefix, checked_weight(weight)
        # one bound text, whatever the word is
        self.shape: Hashable = "Lexeme"
        self.values: tuple[Any, ...] = (self.text,)

    def __invert__(self) -> Lexeme:
        return Lexeme(self.value, not self.invert, self.prefix, self.weight)

    @property
    def text(self) -> str:
        quoted = self.value.replace("\\", "\\\\").replace("'", "''")
        marks = f"{'*' if self.prefix else ''}{self.weight or ''}"
        return f"{'!' if self.invert else ''}'{quoted}'{':' if marks else ''}{marks}"


class CombinedLexeme(LexemeCombinable):
    """`left` and (" & ") or (" | ") `right`."""

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(self, left: LexemeCombinable, operator: str, right: LexemeCombinable) -> None:
        if f" {operator.strip()} " not in _OTHER:
            raise ValueError(f'Lexemes are combined by "&" or "|", not {operator!r}.')
        self.left, self.right, self.operator = left, right, f" {operator.strip()} "
        self.shape: Hashable = "Lexeme"
        self.values: tuple[Any, ...] = (self.text,)

    def __invert__(self) -> CombinedLexeme:
        return CombinedLexeme(~self.left, _OTHER[self.operator], ~self.right)

    @property
    def text(self) -> str:
        return f"({self.left.text}{self.operator}{self.right.text})"


def _checked(other: Any) -> LexemeCombinable:
    if not isinstance(other, LexemeCombinable):
        raise TypeError(f"A Lexeme can only be combined with another Lexeme, got {type(other).__name__}.")
    return other
