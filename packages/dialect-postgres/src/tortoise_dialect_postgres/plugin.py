"""The entry point: the dialect, described."""

from __future__ import annotations

from tortoise_core.dialect.interface import Dialect
from tortoise_dialect_postgres.capabilities import NEWEST, capabilities
from tortoise_dialect_postgres.compiler import PostgresCompiler
from tortoise_dialect_postgres.ddl import PostgresDDLCompiler
from tortoise_dialect_postgres.supported_types import tortoise_register_types
from tortoise_dialect_postgres.types import TYPES

__all__ = ["dialect", "tortoise_register_types"]

dialect = Dialect(
    name="postgres",
    newest=NEWEST,
    capabilities=capabilities,
    types=TYPES,
    compiler=PostgresCompiler,
    ddl_compiler=PostgresDDLCompiler,
)
