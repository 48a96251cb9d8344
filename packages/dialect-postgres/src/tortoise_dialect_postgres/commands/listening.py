"""LISTEN and NOTIFY: messages between all who are connected to one database.

PostgreSQL manual, "NOTIFY". Who listens has a session of their own, beside the pool. Nothing is lost in silence: a lost
session and messages that were too many to keep are raised where the next message would be.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from functools import partial
from types import TracebackType
from typing import Any, Callable, NamedTuple, Optional, Protocol, Union

from tortoise_core.base.errors import BaseORMException, ConnectionLostError, OperationalError, ParamsError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_dialect_postgres.refusing import need_postgres

#: bytes of a name on the server; longer ones it would cut in silence
MAX_CHANNEL = 63
#: messages that are kept for who does not fetch them, and seconds after which a silent session is asked for a sign
KEPT, CHECK_EVERY = 10_000, 30.0

NOTIFY = "SELECT pg_notify($1::TEXT, $2::TEXT)"


class Notification(NamedTuple):
    """A message: the channel it came by, what it says ("" for nothing), and the server process of who sent it."""

    channel: str
    payload: str
    pid: int


class NotificationsDroppedError(OperationalError):
    """More messages came than are kept. `count` were dropped; those before and after them are there."""

    def __init__(self, message: str, count: int = 0) -> None:
        super().__init__(message)
        self.count = count


class ListeningSession(Protocol):
    """What a client library adds to its sessions, to listen."""

    async def listen(
        self,
        channels: Sequence[str],
        heard: Callable[[Notification], None],
        lost: Callable[[BaseException], None],
        check_every: Optional[float],
    ) -> Callable[[], None]:
        """Begin to listen; the function that is given ends what was begun beside the session.

        `heard` gets each message, `lost` the error that ended it. A session that is silent for `check_every` seconds is
        asked for a sign of life, and is lost if it does not answer within as many; None leaves it to the network.
        """
        ...


class Beside(Protocol):
    """A session beside the pool."""

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""
        ...

    async def open(self) -> None:
        """Open it."""
        ...

    async def call(self, name: str, sql: str, *args: Any) -> Any:
        """Call a method of it. Raises Tortoise errors."""
        ...

    def error(self, error: BaseException) -> Optional[BaseORMException]:
        """The Tortoise error for one of the library's."""
        ...

    async def close(self) -> None:
        """Close it."""
        ...


def channel_name(channel: Any) -> str:
    """The name of a channel, whose letters are kept as they are. Raises ParamsError for what is none."""
    if not isinstance(channel, str) or not channel or "\0" in channel or len(channel.encode()) > MAX_CHANNEL:
        raise ParamsError(f"the name of a channel is a text of 1 to {MAX_CHANNEL} bytes, not {channel!r}")
    return channel


class _Gap:
    """The place of messages that were dropped."""

    def __init__(self) -> None:
        self.dropped = 0


class Notifications:
    """``async with`` to listen, ``async for`` to hear. Ends when it is closed.

    Where messages were dropped, iterating raises NotificationsDroppedError, and goes on behind them if it is begun
    again. After a lost session it raises ConnectionLostError, once what had come before was given, until `reconnect`.
    """

    def __init__(
        self, beside: Beside, channels: Sequence[str], keep: int = KEPT, check_every: Optional[float] = CHECK_EVERY
    ) -> None:
        self.channels = tuple(dict.fromkeys(map(channel_name, channels)))
        if not self.channels:
            raise ParamsError("name a channel to listen to")
        if keep < 1:
            raise ParamsError(f"keep={keep!r}: at least one message is kept")
        self._beside, self._keep, self._check_every = beside, keep, check_every
        self._queue: deque[Union[Notification, _Gap]] = deque()
        self._lost: Optional[BaseException] = None
        self._stop: Optional[Callable[[], None]] = None
        self._came: asyncio.Event
        self._closed = True
        #: counts the sessions, so that what is told by one that was given up is not taken for the word of the next
        self._turn = 0

    # -- listening

    async def __aenter__(self) -> Notifications:
        need_postgres(self._beside.capabilities, "LISTEN")
        self._came, self._closed = asyncio.Event(), False
        try:
            await self._listen()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.close()

    async def reconnect(self) -> None:
        """Listen anew after the session was lost. What was sent meanwhile has not come and will not.

        Raises DBConnectionError where the server cannot be reached; it may be tried again.
        """
        await self._hang_up()
        try:
            await self._listen()
        except Exception as error:
            await self._hang_up()
            self._lost = error
            raise

    async def close(self) -> None:
        """Stop listening. Who iterates gets what has come, and then the end."""
        self._closed = True
        await self._hang_up()
        self._came.set()

    async def _listen(self) -> None:
        self._lost = None
        await self._beside.open()
        lost = partial(self._ended, self._turn)
        arguments = (self.channels, self._heard, lost, self._check_every)
        self._stop = await self._beside.call("listen", f"LISTEN {', '.join(self.channels)}", *arguments)

    async def _hang_up(self) -> None:
        self._turn += 1
        stop, self._stop = self._stop, None
        if stop is not None:
            stop()
        await self._beside.close()

    # -- what the session tells

    def _heard(self, notification: Notification) -> None:
        if len(self._queue) < self._keep:
            self._queue.append(notification)
        else:
            last = self._queue[-1]
            if not isinstance(last, _Gap):
                last = _Gap()
                self._queue.append(last)
            last.dropped += 1
        self._came.set()

    def _ended(self, turn: int, error: BaseException) -> None:
        if turn == self._turn and self._lost is None:
            self._lost = error
            self._came.set()

    # -- hearing

    def __aiter__(self) -> Notifications:
        return self

    async def __anext__(self) -> Notification:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            if self._lost is not None:
                raise self._told(self._lost) from self._lost
            self._came.clear()
            await self._came.wait()
        found = self._queue.popleft()
        if isinstance(found, _Gap):
            text = f"{found.dropped} notifications were dropped, as {self._keep} were waiting to be fetched"
            raise NotificationsDroppedError(text, found.dropped)
        return found

    def _told(self, error: BaseException) -> BaseORMException:
        told = error if isinstance(error, BaseORMException) else self._beside.error(error)
        return told if isinstance(told, ConnectionLostError) else ConnectionLostError(f"no longer listening: {error}")
