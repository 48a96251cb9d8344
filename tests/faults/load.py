"""Tasks that write and read all the time, and remember what they were told is stored."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter

from fault_models import Entry

from tortoise.transactions import in_transaction
from tortoise_core.base.errors import BaseORMException


class Load:
    """Writers, each of single rows and of pairs in a transaction in turn, that read back what they wrote."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._ids = itertools.count(1)
        self._going_on = True
        #: keys of rows whose creation came back without an error
        self.acknowledged: list[int] = []
        #: keys of the rows of each transaction that was tried
        self.pairs: list[tuple[int, int]] = []
        self.errors: Counter[type[BaseORMException]] = Counter()
        self._progress = asyncio.Event()

    async def run(self) -> None:
        """Work until `stop`. An error that is not one of the engine's is raised."""
        try:
            await asyncio.gather(*(self._work(worker) for worker in range(self.workers)))
        finally:
            self.stop()

    def stop(self) -> None:
        """Let each worker end its round."""
        self._going_on = False
        self._progress.set()

    async def gain(self, rows: int) -> None:
        """Wait until that many more rows are acknowledged."""
        goal = len(self.acknowledged) + rows
        while len(self.acknowledged) < goal:
            assert self._going_on, "the workers have ended"
            self._progress.clear()
            await self._progress.wait()

    async def _work(self, worker: int) -> None:
        for turn in itertools.count():
            if not self._going_on:
                return
            try:
                keys = await (self._pair(worker) if turn % 2 else self._single(worker))
                self.acknowledged += keys
                self._progress.set()
                for key in keys:
                    assert (await Entry.get(id=key)).worker == worker
            except BaseORMException as error:
                self.errors[type(error)] += 1
                await asyncio.sleep(0.002)  # a server that refuses at once must not make a busy loop of this one

    async def _single(self, worker: int) -> list[int]:
        key = next(self._ids)
        await Entry.create(id=key, worker=worker)
        return [key]

    async def _pair(self, worker: int) -> list[int]:
        pair = next(self._ids), next(self._ids)
        self.pairs.append(pair)
        async with in_transaction():
            for key in pair:
                await Entry.create(id=key, worker=worker)
        return list(pair)

    async def check(self) -> None:
        """No acknowledged row is missing, and no transaction was kept by half."""
        stored = {entry.id for entry in await Entry.all()}
        assert set(self.acknowledged) - stored == set()
        assert [pair for pair in self.pairs if (pair[0] in stored) != (pair[1] in stored)] == []
