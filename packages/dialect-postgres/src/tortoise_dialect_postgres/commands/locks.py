"""Advisory locks: locks on numbers, which mean what the program says they mean.

PostgreSQL manual, "Advisory Locks". A lock of a session is held by one session of the pool while the block runs; one of
a transaction ends with the transaction.
"""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Any, Optional, Protocol, Union

from tortoise_core.base.errors import (
    ConfigurationError,
    ConnectionLostError,
    ErrorInfo,
    ErrorKind,
    LockNotAvailableError,
    ParamsError,
    error_for,
)
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_dialect_postgres.refusing import need_postgres

#: a number of 64 bits, two of 32, or a text, whose hash is the number
LockKey = Union[int, str, tuple[int, int]]

_LIMITS = {1: 1 << 63, 2: 1 << 31}


def lock_numbers(key: LockKey) -> tuple[int, ...]:
    """The one or two numbers that stand for a key, the same in every process and release. Raises ParamsError.

    A text is the first eight bytes of its BLAKE2b hash (of eight bytes, in UTF-8), read as a signed number, the
    highest first.
    """
    if isinstance(key, str):
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return (int.from_bytes(digest, "big", signed=True),)
    numbers = key if isinstance(key, tuple) else (key,)
    limit = _LIMITS.get(len(numbers), 0)
    if not limit or not all(type(number) is int and -limit <= number < limit for number in numbers):
        raise ParamsError(f"the key of an advisory lock is a 64-bit int, a text, or two 32-bit ints, not {key!r}")
    return numbers


class Runs(Protocol):
    """What statements of a lock run on."""

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""
        ...

    async def fetch(self, sql: str, *params: Any) -> Any:
        """The rows of a statement. Raises Tortoise errors."""
        ...


class Holder(Runs, Protocol):
    """A session of a pool that is taken and given back."""

    @property
    def alone(self) -> bool:
        """True if the pool has no other session."""
        ...

    @property
    def session(self) -> Any:
        """The session that was taken."""
        ...

    async def take(self, purpose: str) -> None:
        """Take a session."""
        ...

    def give_back(self, error: Optional[BaseException] = None) -> None:
        """Give it back."""
        ...


class LockRequest:
    """What is asked for: a key, shared or not, and how long to wait.

    `wait`: True for ever, False not at all, or a number of seconds.
    """

    def __init__(self, key: LockKey, shared: bool = False, wait: Union[bool, float] = True) -> None:
        self.key, self.shared, self.wait = key, shared, wait
        self.numbers = lock_numbers(key)
        if not isinstance(wait, bool) and wait <= 0:
            raise ParamsError(f"an advisory lock waits for a number of seconds above 0, True or False, not {wait!r}")

    async def call(self, runs: Runs, what: str) -> Any:
        """What a function of the server gives for the key."""
        arguments = "$1::BIGINT" if len(self.numbers) == 1 else "$1::INT, $2::INT"
        sql = f"SELECT pg_{what}{'_shared' if self.shared else ''}({arguments})"
        ((given,),) = await runs.fetch(sql, *self.numbers)
        return given

    def __str__(self) -> str:
        return f"{'shared ' if self.shared else ''}advisory lock {self.key!r}"

    async def acquire(self, runs: Runs, scope: str) -> None:
        """Take the lock; `scope` is "advisory" or "advisory_xact". Raises LockNotAvailableError, LockTimeoutError."""
        if self.wait is True:
            await self.call(runs, f"{scope}_lock")
        elif self.wait is False:
            if not await self.call(runs, f"try_{scope}_lock"):
                raise self._refused()
        else:
            await self._acquire_within(runs, scope, self.wait)

    async def _acquire_within(self, runs: Runs, scope: str, seconds: float) -> None:
        local = scope == "advisory_xact"
        ((before,),) = await runs.fetch("SELECT current_setting('lock_timeout')")
        await runs.fetch("SELECT set_config('lock_timeout', $1, $2)", f"{max(1, round(seconds * 1000))}ms", local)
        try:
            await self.call(runs, f"{scope}_lock")
        except LockNotAvailableError:
            if not local:  # a transaction has failed, and forgets the setting by itself
                await runs.fetch("SELECT set_config('lock_timeout', $1, $2)", before, local)
            raise
        await runs.fetch("SELECT set_config('lock_timeout', $1, $2)", before, local)

    def _refused(self) -> Exception:
        return error_for(ErrorInfo(ErrorKind.LOCK_NOT_AVAILABLE, f"{self} is held by somebody else"))


class SessionLock:
    """``async with`` around a lock that a session of its own holds. Gives the request."""

    def __init__(self, request: LockRequest, holder: Holder) -> None:
        self.request, self._holder = request, holder

    async def __aenter__(self) -> LockRequest:
        holder, request = self._holder, self.request
        need_postgres(holder.capabilities, "an advisory lock")
        if holder.alone:
            raise ConfigurationError(
                f"{request} takes a session of the pool for itself, and the pool has but one: give it max_size=2, or "
                "let the lock end with a transaction (transaction=True)"
            )
        await holder.take(str(request))
        try:
            if holder.session.proxy is not None:
                holder.session.proxy.refuse(f"{request} without transaction=True")
            await request.acquire(holder, "advisory")
        except BaseException as error:
            # a lock that was not to be had leaves nothing behind; after anything else that is not known
            holder.give_back(None if isinstance(error, LockNotAvailableError) else error)
            raise
        return request

    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        try:
            released = await self.request.call(self._holder, "advisory_unlock")
        except BaseException as failure:
            self._holder.give_back(failure)
            if isinstance(failure, Exception) and error is not None:
                return  # the error of the body is the one to tell
            raise
        self._holder.give_back()
        if not released and error is None:
            raise ConnectionLostError(f"{self.request} was not held any more at the end of its block")
