"""The values a pool deals in: its options, a session on loan, and a reading of its state."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Optional

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Session

#: of a long statement only this many characters are shown in a message
SHOWN_SQL = 200


_SECONDS = ("acquire_timeout", "max_lifetime", "idle_timeout", "heal_timeout", "connect_timeout", "max_inactive")


@dataclass(frozen=True)
class PoolOptions:
    """How many sessions a pool keeps, and for how long. All times are in seconds.

    `min_size`: sessions opened at first use and kept from then on.
    `max_size`: sessions that exist at most, those being opened or healed included.
    `acquire_timeout`: how long a task waits for a session; None waits for ever.
    `max_lifetime`: age at which a session is replaced once nobody uses it; None never does.
    `idle_timeout`: how long a session beyond `min_size` may stay unused; None keeps it.
    `max_inactive`: how long any session may stay unused before it is replaced; None keeps it.
    `max_uses`: how many statements and transactions a session serves before it is replaced; None: any number.
    `heal_timeout`: how long a session may take to become clean again after a failure.
    `connect_timeout`: how long opening one session may take; None leaves it to the driver.

    Raises ConfigurationError for sizes or times that make no sense. A database that lives only as long
    as its one session (in memory) wants `max_lifetime` and `idle_timeout` None.
    """

    min_size: int
    max_size: int
    acquire_timeout: Optional[float] = 30.0
    max_lifetime: Optional[float] = 3600.0
    idle_timeout: Optional[float] = 600.0
    heal_timeout: float = 5.0
    connect_timeout: Optional[float] = 30.0
    max_inactive: Optional[float] = None
    max_uses: Optional[int] = None

    def __post_init__(self) -> None:
        if not 0 <= self.min_size <= self.max_size or self.max_size < 1:
            raise ConfigurationError(
                f"a pool needs 0 <= min_size <= max_size and max_size >= 1, not min_size={self.min_size}, "
                f"max_size={self.max_size}"
            )
        for name in _SECONDS:
            seconds = getattr(self, name)
            if seconds is not None and seconds <= 0:
                raise ConfigurationError(f"{name} is a number of seconds above 0, not {seconds!r}")
        if self.max_uses is not None and self.max_uses < 1:
            raise ConfigurationError(f"max_uses is at least 1, not {self.max_uses!r}")


@dataclass(frozen=True)
class PoolStats:
    """One reading of a pool. `size` is ready + held + healing + opening and never above `max_size`.

    The `total_` numbers count since the pool was made: sessions opened and closed, heals that worked and
    that failed, connects that failed, acquires that had to wait, and acquires that timed out.
    """

    size: int
    ready: int
    held: int
    healing: int
    opening: int
    waiting: int
    total_opened: int
    total_closed: int
    total_healed: int
    total_heal_failed: int
    total_connect_failed: int
    total_waited: int
    total_timeouts: int


class Lease:
    """One session of a pool. Whoever took it reads `session` and may set `sql`; the rest is the pool's.

    `users`: tasks that have it now; above 1 only where sessions are shared.
    `exclusive`: True while it is held by one task that nobody may join.
    `holder`: the task that holds it exclusively; None when it is free or shared.
    `sql`: what it runs now, None between statements; set by the holder, shown when others time out.
    `since`, `opened_at`, `last_used`, `expires_at`: seconds of `time.monotonic()`, the clock of asyncio's loops.
    `uses`: how often it was lent; counted only where `max_uses` limits that.
    `broken`: True while the state of its session is uncertain; nobody new gets it then. `broken_by`: the failure
    that made it so, None where it was a use that may have left anything behind.
    """

    __slots__ = (
        "broken", "broken_by", "exclusive", "expires_at", "holder", "last_used", "opened_at", "session", "since",
        "sql", "users", "uses",
    )  # fmt: skip

    def __init__(self, session: Session, now: float, expires_at: float) -> None:
        self.session = session
        self.users = self.uses = 0
        self.exclusive = True
        self.holder: Optional[asyncio.Task[Any]] = None
        self.since = now
        self.sql: Optional[str] = None
        self.opened_at = now
        self.last_used = now
        self.expires_at = expires_at
        self.broken = False
        self.broken_by: Optional[BaseException] = None

    @property
    def is_fresh(self) -> bool:
        """True if nobody had it before the one who has it now."""
        return self.last_used == self.opened_at

    def describe(self, now: float) -> str:
        """Who holds it, for how long, and what it runs, in one line."""
        doing = "idle in transaction" if self.sql is None else " ".join(self.sql[:SHOWN_SQL].split())
        return f"{self._holders()} for {now - self.since:.2f} s: {doing}"

    def _holders(self) -> str:
        if self.holder is not None:
            return f'task "{self.holder.get_name()}"'
        return "code outside any task" if self.exclusive else f"{self.users} sharing tasks"
