"""Lookups that PostgreSQL brings: regular expressions of its own flavour (manual, "Pattern Matching")."""

from __future__ import annotations

from collections.abc import Mapping

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.types import Text, Varchar
from tortoise_core.base.errors import FieldError
from tortoise_core.plugins.manager import hookimpl
from tortoise_core.query.lookups import Build, Operand
from tortoise_core.query.scope import Term
from tortoise_dialect_postgres.compiler import PosixRegex


def _regex(fold: bool) -> Build:
    def match(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        if not isinstance(term.expression.type, (Text, Varchar)):
            raise FieldError(f"{operand.label} takes columns of text")
        return PosixRegex(term.expression, operand.value(), fold)

    return match


@hookimpl
def tortoise_register_lookups() -> Mapping[str, Build]:
    """``posix_regex`` and ``iposix_regex``; other dialects refuse them by name."""
    return {"posix_regex": _regex(False), "iposix_regex": _regex(True)}
