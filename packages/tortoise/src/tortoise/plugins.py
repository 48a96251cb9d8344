"""What a plugin is made of: hooks, types with names and converters, operators. `plugins.register` adds one by hand."""

from tortoise_core.ast.expressions import Function
from tortoise_core.ast.operators import Infix, IsTrue
from tortoise_core.ast.types import Boolean, Float, Integer, Numeric, SqlType, Text
from tortoise_core.dialect.types import TypeMapping
from tortoise_core.plugins.manager import hookimpl, plugins
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.query.table_constraint import TableConstraint

__all__ = [
    "Boolean",
    "Float",
    "Function",
    "Infix",
    "Integer",
    "IsTrue",
    "Numeric",
    "SqlType",
    "TableConstraint",
    "Text",
    "TypeMapping",
    "TypeSupport",
    "hookimpl",
    "plugins",
]
