"""Making and deleting databases."""

from __future__ import annotations

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.compiler.quoting import quote_identifier

#: databases that are there on every server, to be connected to while another one is made or deleted
STANDING = ("postgres", "template1")


def create_statement(database: str) -> str:
    """CREATE DATABASE. Raises ConfigurationError without a name."""
    return f"CREATE DATABASE {quote_identifier(_named(database))}"


def drop_statement(database: str) -> str:
    """DROP DATABASE, whoever is connected to it; nothing if there is none."""
    return f"DROP DATABASE IF EXISTS {quote_identifier(_named(database))} WITH (FORCE)"


def _named(database: str) -> str:
    if not database:
        raise ConfigurationError("the URL names no database")
    return database
