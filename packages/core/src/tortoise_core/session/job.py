"""Work that a pool does by itself: a task with a time limit that no user's cancellation reaches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextvars import Context
from typing import Any, Callable, Generic, Optional, TypeVar

T = TypeVar("T")


class Job(Generic[T]):
    """Run `work` as a task of its own and report once.

    `ended(job)` is called when the work returned, failed (`job.error`) or took longer than `timeout` seconds
    (None: no limit). Work that outlives its limit is cancelled but not waited for: if it comes to a result
    all the same, `late(result)` gets it. After `abandon()` only `late` may still be called.
    """

    __slots__ = ("_ended", "_late", "_reported", "_timer", "error", "started", "task")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, T],
        name: str,
        timeout: Optional[float],
        ended: Callable[[Job[T]], None],
        late: Optional[Callable[[T], None]] = None,
    ) -> None:
        self.started = time.monotonic()
        self.error: Optional[BaseException] = None
        self._ended, self._late, self._reported = ended, late, False
        # a blank context: what the pool does must not see, nor keep alive, the variables of whoever caused it
        self.task: asyncio.Task[T] = Context().run(loop.create_task, work, name=name)
        self.task.add_done_callback(self._finish)
        self._timer = None if timeout is None else loop.call_later(timeout, self._expire, context=Context())

    def result(self) -> T:
        """What the work returned; only after `ended` without an `error`."""
        return self.task.result()

    def abandon(self) -> None:
        """Cancel the work and report nothing."""
        self._reported = True
        self._stop_timer()
        self.task.cancel()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _expire(self) -> None:
        # the work may have ended in this very turn of the loop, with `_finish` waiting for the next one
        if not self._reported and not self.task.done():
            self.error = asyncio.TimeoutError()
            self.abandon()
            self._ended(self)

    def _finish(self, task: asyncio.Task[T]) -> None:
        # reading the exception also keeps asyncio from complaining that nobody did
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if not self._reported:
            self._reported, self.error = True, error
            self._stop_timer()
            self._ended(self)
        elif error is None and self._late is not None:
            self._late(task.result())
