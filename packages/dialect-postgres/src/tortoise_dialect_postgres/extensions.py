"""Extensions, created when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from tortoise_core.ast.expressions import Node


@dataclass(eq=False)
class CreateExtension(Node):
    """An extension, unless it is there, in a schema (None: where the search path leads)."""

    __slots__ = ("name", "schema")
    name: str
    schema: Optional[str]


async def ensure_extension(connection: Any, name: str, schema: Optional[str] = None) -> None:
    """Create an extension of the database unless it is there: ``await ensure_extension(connection, "hstore")``.

    `connection` is what `Tortoise.get_connection` gives, or a transaction. Its user must be allowed to; the files of
    the extension must be on the server. Raises OperationalError otherwise.
    """
    backend = connection.backend or await connection.ready()
    compiler = backend.dialect.ddl_compiler(backend.capabilities, backend.dialect.types)
    for statement in compiler.compile(CreateExtension(name, schema)):
        await connection.execute_script(statement)
