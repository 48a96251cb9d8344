"""Values that the database gives: what a column is declared with, and what stands in the attribute until then."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast import ddl
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_core.dialect.standard_types import STANDARD
from tortoise_core.plugins.manager import plugins
from tortoise_core.plugins.types import type_registry


class Computed:
    """Base of what an attribute may hold until it is saved in the place of a value: what the server computes."""

    __slots__ = ()


class _NotProvided:
    """The type of `DB_DEFAULT_NOT_SET`; false, and one of its kind."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NOT_PROVIDED"

    def __reduce__(self) -> str:
        return "DB_DEFAULT_NOT_SET"


#: stands for "no database default", because None is one
DB_DEFAULT_NOT_SET: Any = _NotProvided()


class DatabaseDefault(Computed):
    """In an attribute: the database will give the value, or has given one that was not fetched. It is false."""

    __slots__ = ("field",)

    def __init__(self, field: Any) -> None:
        self.field = field

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"DatabaseDefault({self.field.model_field_name!r})"

    def __str__(self) -> str:
        return "<DB_DEFAULT>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _default_of, (self.field.model, self.field.model_field_name)


def _default_of(model: Any, name: str) -> DatabaseDefault:
    return DatabaseDefault(model._meta.fields_map[name])


class SqlDefault:
    """A default written in SQL, as the server of the database knows it. It is no place for values from outside."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def node(self) -> ddl.Default:
        """What stands for it in a schema."""
        return ddl.RawDefault(self.sql)

    def get_sql(self, _context: Any = None, dialect: Optional[str] = None) -> str:
        """The SQL in a `dialect` (default: that of the standard). Raises UnSupportedError where there is none."""
        return ddl_compiler(dialect).default(self.node())

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.sql == getattr(other, "sql", None)

    def __hash__(self) -> int:
        return hash((type(self), self.sql))

    def __repr__(self) -> str:
        return f"SqlDefault({self.sql!r})"


class Now(SqlDefault):
    """The moment of the insert, by the clock of the server."""

    def __init__(self) -> None:
        super().__init__("CURRENT_TIMESTAMP")

    def node(self) -> ddl.Default:
        return ddl.NowDefault()

    def __repr__(self) -> str:
        return "Now()"


class RandomHex(SqlDefault):
    """32 random hexadecimal digits in lower case."""

    def __init__(self) -> None:
        super().__init__("")

    def node(self) -> ddl.Default:
        return ddl.RandomHexDefault()

    def __repr__(self) -> str:
        return "RandomHex()"


def ddl_compiler(dialect: Optional[str]) -> DDLCompiler:
    """The writer of schemas of an installed dialect at its newest version, or that of the standard."""
    if dialect is None or dialect not in plugins.installed_dialects():
        return DDLCompiler(Capabilities(dialect or "the standard", ()), STANDARD)
    found = type_registry.known_to(plugins.dialect(dialect))
    return found.ddl_compiler(found.capabilities(found.newest), found.types)


def check_db_default(owner: str, value: Any) -> Any:
    """`value`, unless it is a callable, which a database could not call. Raises ConfigurationError."""
    if callable(value):
        raise ConfigurationError(f"{owner}: db_default must be a static value or SqlDefault(...), not a callable")
    return value
