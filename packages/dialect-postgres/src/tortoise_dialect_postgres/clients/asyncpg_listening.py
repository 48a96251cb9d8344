"""Listening by asyncpg, which hears messages by itself and has to be asked whether it still does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Callable, Optional

from asyncpg import exceptions as pg

from tortoise_dialect_postgres.commands.listening import Notification

Lost = Callable[[BaseException], None]


async def listen(
    connection: Any,
    channels: Sequence[str],
    heard: Callable[[Notification], None],
    lost: Lost,
    check_every: Optional[float],
) -> Callable[[], None]:
    """As `ListeningSession.listen`."""

    def hear(_: Any, pid: int, channel: str, payload: str) -> None:
        heard(Notification(channel, payload, pid))

    def end(_: Any) -> None:
        lost(pg.ConnectionDoesNotExistError("the connection was closed"))

    connection.add_termination_listener(end)
    for channel in channels:
        await connection.add_listener(channel, hear)
    watching = None if check_every is None else asyncio.ensure_future(_watch(connection, lost, check_every))

    def stop() -> None:
        connection.remove_termination_listener(end)
        if watching is not None:
            watching.cancel()

    return stop


async def _watch(connection: Any, lost: Lost, seconds: float) -> None:
    try:
        while True:
            await asyncio.sleep(seconds)
            await asyncio.wait_for(connection.execute("SELECT 1"), seconds)
    except Exception as error:
        lost(error)
