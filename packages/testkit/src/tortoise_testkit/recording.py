"""A driver without a database: it remembers what it was told and answers what it was given to say.

Any dialect can be spoken through it, so that statements of every dialect are compiled anywhere::

    recorder = Recorder()
    async with recording(recorder, dialect, {"models": [my_models]}):
        recorder.answer([(1, "Ada")])
        people = await Person.filter(name="Ada")
    assert recorder.sent[0].params == ("Ada",)
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Optional, Union

from tortoise_core.app.startup import TortoiseContext
from tortoise_core.base.errors import ErrorInfo, ErrorKind
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_core.plugins.manager import plugins

#: what a statement may be answered with: rows, a count, or an error to raise
Answer = Union[Sequence[Row], int, BaseException]


class Sent(NamedTuple):
    """One call of a session: the method, and for statements their text and parameters."""

    call: str
    sql: str = ""
    params: Any = ()


class RecordedError(Exception):
    """An error as a client library might raise it, of a kind that the test chooses."""

    def __init__(self, kind: ErrorKind, message: str = "as the test asked") -> None:
        super().__init__(message)
        self.kind = kind


class Recorder:
    """The server that is not there. One recorder serves all sessions of a driver.

    Answers are given in the order in which they were queued. Without one, a read finds no rows, a write changes
    one row, and an insert that asks for its key gets 1, 2, 3, ...
    """

    def __init__(self) -> None:
        #: every call of every session, oldest first
        self.sent: list[Sent] = []
        self.answers: deque[Answer] = deque()
        self.sessions = 0
        self._keys: Iterator[int] = itertools.count(1)

    def answer(self, *answers: Answer) -> None:
        """Queue answers for the next statements, one each."""
        self.answers.extend(answers)

    def clear(self) -> None:
        """Forget what was sent, and answers that nobody asked for."""
        self.sent.clear()
        self.answers.clear()

    @property
    def statements(self) -> list[str]:
        """The texts of all statements so far."""
        return [sent.sql for sent in self.sent if sent.sql]

    @property
    def calls(self) -> list[str]:
        """The names of all calls so far."""
        return [sent.call for sent in self.sent]

    def take(self, default: Answer) -> Any:
        """The next answer, raised if it is an error."""
        answer = self.answers.popleft() if self.answers else default
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def key(self) -> int:
        """A key that was not given before."""
        return next(self._keys)


class RecordedStream:
    """An answer in parts."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    async def fetch(self, count: int) -> Sequence[Row]:
        part, self._rows = self._rows[:count], self._rows[count:]
        return part

    async def close(self) -> None:
        self._rows = ()


class RecordingSession:
    """A session of a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.closed = False

    def _note(self, call: str, sql: str = "", params: Any = ()) -> None:
        self.recorder.sent.append(Sent(call, sql, params))

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        self._note("fetch", sql, tuple(params))
        wants_key = sql.lstrip().upper().startswith("INSERT") and not self.recorder.answers
        rows: Sequence[Row] = self.recorder.take([(self.recorder.key(),)] if wants_key else [])
        return rows

    async def execute(self, sql: str, params: Params) -> int:
        self._note("execute", sql, tuple(params))
        return int(self.recorder.take(1))

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        self._note("query", sql, tuple(params))
        rows = self.recorder.take([])
        return [f"c{at}" for at in range(len(rows[0]))] if rows else [], rows, len(rows)

    async def stream(self, sql: str, params: Params) -> RecordedStream:
        return RecordedStream(await self.fetch(sql, params))

    async def script(self, sql: str) -> None:
        self._note("script", sql)
        self.recorder.take(0)

    @property
    def library_connection(self) -> Recorder:
        return self.recorder

    async def insert(self, sql: str, params: Params) -> Any:
        self._note("insert", sql, tuple(params))
        self.recorder.take(1)
        return self.recorder.key()

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        self._note("execute_many", sql, [tuple(row) for row in rows])
        self.recorder.take(0)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        self._note("insert_many", plan.sql, [tuple(row) for row in rows])
        self.recorder.take(0)
        if plan.returning:
            key = [] if plan.key_column is None else [self.recorder.key()]
            return [(*key, *[None] * len(plan.returning)) for _ in rows]
        return None if plan.key_column is None else [self.recorder.key() for _ in rows]

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        self._note("begin", params=() if options is None else (str(options),))

    async def savepoint(self, name: str) -> None:
        self._note("savepoint", params=(name,))

    async def release(self, name: str) -> None:
        self._note("release", params=(name,))

    async def rollback_to(self, name: str) -> None:
        self._note("rollback_to", params=(name,))

    async def commit(self) -> None:
        self._note("commit")

    async def rollback(self) -> None:
        self._note("rollback")

    async def heal(self) -> None:
        self._note("heal")

    def unread(self) -> bool:
        return False

    async def close(self) -> None:
        self.closed = True
        self._note("close")

    def terminate(self) -> None:
        self.closed = True
        self._note("terminate")


@dataclass(frozen=True)
class _Opener:
    """`connect` and `server_version` of a recording driver."""

    recorder: Recorder
    version: tuple[int, ...]

    async def connect(self, target: Target) -> RecordingSession:
        self.recorder.sessions += 1
        return RecordingSession(self.recorder)

    async def server_version(self, session: Any) -> tuple[int, ...]:
        return self.version


def _classify(error: BaseException) -> Optional[ErrorInfo]:
    return ErrorInfo(error.kind, str(error)) if isinstance(error, RecordedError) else None


def _pool_size(target: Target) -> tuple[int, int]:
    return 0, 4


def recording_driver(
    recorder: Recorder, version: tuple[int, ...], paramstyle: str = "qmark", like: Optional[Driver] = None
) -> Driver:
    """A driver that talks to `recorder` and reports a server of `version`.

    `like` is a real driver whose parameter style and converters are to be used; otherwise `paramstyle` counts.
    """
    opener = _Opener(recorder, version)
    driver = Driver("recording", paramstyle, opener.connect, _classify, opener.server_version, _pool_size)
    return driver if like is None else replace(driver, paramstyle=like.paramstyle, converters=like.converters)


@asynccontextmanager
async def recording(
    recorder: Recorder,
    dialect: Dialect,
    modules: Mapping[str, Sequence[Any]],
    *,
    version: Optional[tuple[int, ...]] = None,
    like: Optional[Driver] = None,
    paramstyle: str = "qmark",
    use_tz: bool = True,
    timezone: str = "UTC",
) -> AsyncIterator[TortoiseContext]:
    """A context in which models live on a recorder; current inside.

    `version` is that of the server that is not there (default: the dialect's newest). Each use has a cache of
    compiled statements of its own.
    """
    driver = recording_driver(recorder, version or dialect.newest, paramstyle, like)
    scheme = f"recording+{dialect.name}"
    plugins.register_dialect(dialect)
    plugins.register_driver(scheme, dialect.name, driver)
    context = TortoiseContext()
    async with context:
        await context.init(db_url=f"{scheme}://nowhere/", modules=modules, use_tz=use_tz, timezone=timezone)
        yield context
