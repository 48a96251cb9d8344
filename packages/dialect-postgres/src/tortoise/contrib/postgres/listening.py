"""Messages between all who are connected to one database: LISTEN and NOTIFY."""

from __future__ import annotations

from typing import Optional

from tortoise_core.base.errors import ParamsError
from tortoise_core.session.context import Using
from tortoise_core.session.holding import Apart, connection_of_executor, executor_on
from tortoise_dialect_postgres.commands.listening import (
    CHECK_EVERY,
    KEPT,
    NOTIFY,
    Notification,
    Notifications,
    NotificationsDroppedError,
    channel_name,
)
from tortoise_dialect_postgres.refusing import need_postgres

__all__ = ["Notification", "Notifications", "NotificationsDroppedError", "listen", "notify"]


def listen(
    *channels: str, using_db: Using = None, keep: int = KEPT, check_every: Optional[float] = CHECK_EVERY
) -> Notifications:
    """Listen to channels: ``async with listen("orders") as notifications: async for note in notifications``.

    It has a session of its own, beside the pool. `keep` messages wait at most to be fetched; iterating raises
    NotificationsDroppedError where more came. A session that says nothing for `check_every` seconds (None: never) is
    asked for a sign of life. Raises ParamsError for names that are none; on entry DBConnectionError.
    """
    return Notifications(Apart(connection_of_executor(executor_on(using_db))), channels, keep, check_every)


async def notify(channel: str, payload: str = "", *, using_db: Using = None) -> None:
    """Send a message to all who listen to `channel`. Inside a transaction it is sent when that is committed.

    Of equal messages of one transaction one is sent. Raises ParamsError for a name or a payload that is none, and
    OperationalError for a payload of 8000 bytes or more.
    """
    if not isinstance(payload, str):
        raise ParamsError(f"the payload of a notification is a text, not {type(payload).__name__}")
    executor = executor_on(using_db)
    need_postgres(executor.capabilities, "NOTIFY")
    await executor.fetch(NOTIFY, (channel_name(channel), payload))
