"""Listening by psycopg, on a connection whose socket is watched all along."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Callable, Optional

from psycopg import Notify

from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_dialect_postgres.clients.psycopg_wire import Wire
from tortoise_dialect_postgres.commands.listening import Notification

Lost = Callable[[BaseException], None]


async def listen(
    wire: Wire,
    channels: Sequence[str],
    heard: Callable[[Notification], None],
    lost: Lost,
    check_every: Optional[float],
) -> Callable[[], None]:
    """As `ListeningSession.listen`."""

    def hear(notify: Notify) -> None:
        heard(Notification(notify.channel, notify.payload, notify.pid))

    wire.connection.add_notify_handler(hear)
    wire.when_lost = lost
    for channel in channels:
        await wire.simple(f"LISTEN {quote_identifier(channel)}".encode())
        wire.hear()
    watching = None if check_every is None else asyncio.ensure_future(_watch(wire, lost, check_every))

    def stop() -> None:
        wire.when_lost = None
        if watching is not None:
            watching.cancel()

    return stop


async def _watch(wire: Wire, lost: Lost, seconds: float) -> None:
    try:
        while True:
            await asyncio.sleep(seconds)
            await asyncio.wait_for(wire.simple(b"SELECT 1"), seconds)
            wire.hear()  # what came along with the answer
    except Exception as error:
        lost(error)
