"""The entry point: the dialect, described."""

from __future__ import annotations

from tortoise_core.dialect.interface import Dialect
from tortoise_dialect_sqlite.capabilities import NEWEST, capabilities
from tortoise_dialect_sqlite.compiler import SqliteCompiler
from tortoise_dialect_sqlite.ddl import SqliteDDLCompiler
from tortoise_dialect_sqlite.types import TYPES

dialect = Dialect(
    name="sqlite",
    newest=NEWEST,
    capabilities=capabilities,
    types=TYPES,
    compiler=SqliteCompiler,
    ddl_compiler=SqliteDDLCompiler,
    memory_url="sqlite://:memory:",
)
