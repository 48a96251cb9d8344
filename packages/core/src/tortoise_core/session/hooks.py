"""Hook specs of the session floor; their callers are in this package."""

from __future__ import annotations

import logging
from typing import Any, Callable, Optional

from tortoise_core.base.log import db_client_logger, logger
from tortoise_core.dialect.driver import Session
from tortoise_core.dialect.statements import Backend
from tortoise_core.plugins.manager import hookimpl, hookspec, plugins


class SessionHooks:
    """Hooks around connections and statements. None is called per statement: what they return is kept."""

    @hookspec
    def tortoise_connection_opened(self, session: Session, backend: Backend, alias: str) -> Any:
        """A connection was opened; an awaitable that is returned is awaited before its first use."""

    @hookspec
    def tortoise_statement_listener(
        self, alias: str
    ) -> Optional[Callable[[str, float, Optional[BaseException]], None]]:
        """Return a callable to be told (sql, seconds, error) of each finished statement of a connection."""


plugins.add_hookspecs(SessionHooks)


class OpeningLog:
    """Tells the logger ``tortoise`` at level DEBUG of each session that a connection opened."""

    @hookimpl
    def tortoise_connection_opened(self, session: Session, backend: Backend, alias: str) -> None:
        server = f"{backend.dialect.name} {'.'.join(map(str, backend.capabilities.version))}"
        logger.debug('connection "%s": opened a session of %s by %s', alias, server, backend.driver.name)


class StatementLog:
    """Writes statements to the logger ``tortoise.db_client`` where it is at level DEBUG when a connection opens."""

    @hookimpl
    def tortoise_statement_listener(
        self, alias: str
    ) -> Optional[Callable[[str, float, Optional[BaseException]], None]]:
        return log_statement if db_client_logger.isEnabledFor(logging.DEBUG) else None


def log_statement(sql: str, seconds: float, error: Optional[BaseException]) -> None:
    """The listener behind ``StatementLog``."""
    db_client_logger.debug("%s (%.1f ms)%s", sql, seconds * 1e3, "" if error is None else f" failed: {error!r}")


plugins.register(OpeningLog(), "opening log")
plugins.register(StatementLog(), "statement log")
