"""Cancelling an operation at each of its await points, one run per point.

An operation is run as a task again and again; in run k it is cancelled at its k-th suspension, exactly as
`Task.cancel` would do it from outside, until a run comes to its end without having had k suspensions.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Generator
from typing import Any, Callable

Operation = Callable[[], Awaitable[Any]]

#: when the cancellation arrives
#: early: as soon as the operation waits
#: late: in the very turn of the loop in which what it waits for is there
#: insistent: early, and again each time that the operation waits while it cleans up
MODES = ("early", "late", "insistent")

#: an operation with more await points than this does not end
MANY = 200


class Cut:
    """An awaitable that runs `operation` in the current task and cancels that at suspension `at`, counted from 1."""

    def __init__(self, operation: Operation, at: int, mode: str) -> None:
        self.operation, self.at, self.mode = operation, at, mode
        self.seen = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._run().__await__()
        try:
            waited_for = next(steps)
            while True:
                self.seen += 1
                self._cut(waited_for)
                try:
                    yield waited_for
                except BaseException as error:
                    waited_for = steps.throw(error)
                else:
                    waited_for = next(steps)
        except StopIteration as end:
            return end.value

    async def _run(self) -> Any:
        return await self.operation()

    def _cut(self, waited_for: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self.mode == "late" and self.seen == self.at and waited_for is not None:
            # called before the task's own callback, so the task is woken by a result and cancelled at once
            waited_for.add_done_callback(lambda _: task.cancel())
        elif self.seen == self.at or (self.mode == "insistent" and self.seen > self.at):
            task.cancel()

    @property
    def reached(self) -> bool:
        """True if the operation had that many suspensions."""
        return self.seen >= self.at


async def cancelled_at_every_step(operation: Operation, mode: str) -> AsyncIterator[tuple[int, Any]]:
    """(k, outcome) of each run: what it returned, or the exception. The last run is one that nothing cancelled."""
    for at in range(1, MANY):
        cut = Cut(operation, at, mode)

        async def run(cut: Cut = cut) -> Any:
            return await cut

        task = asyncio.ensure_future(run())
        await asyncio.wait({task}, timeout=10)
        assert task.done(), f"cancelled at step {at}, it hangs"
        yield at, asyncio.CancelledError() if task.cancelled() else task.exception() or task.result()
        if not cut.reached:
            return
    raise AssertionError("it never comes to its end")
