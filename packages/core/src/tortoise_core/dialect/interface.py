"""A dialect, described."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Optional

from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_core.dialect.types import TypeMap

#: the interface version a plugin states; a plugin written for another one is refused
API_VERSION = 1


@dataclass(frozen=True)
class Dialect:
    """One flavour of SQL. Frozen; everything varying with the server's version is in `capabilities`.

    `newest` is the version that offline compilation assumes. `memory_url` opens a database that lives
    in this process alone, where the dialect has such a thing.
    """

    name: str
    newest: tuple[int, ...]
    capabilities: Callable[[tuple[int, ...]], Capabilities]
    types: TypeMap
    compiler: type[Compiler] = Compiler
    ddl_compiler: type[DDLCompiler] = DDLCompiler
    memory_url: Optional[str] = None
    api_version: int = field(default=API_VERSION)
