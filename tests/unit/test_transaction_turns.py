"""Transactions on a session that only takes its time: whose turn it is, and what runs after the end (nothing)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Callable, Optional

import pytest

from tortoise_core.base.errors import DBConnectionError, TransactionManagementError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.transaction import Transaction, current_executor
from tortoise_core.session.transaction_block import TransactionContext
from tortoise_testkit.standard import standard_dialect

STEPS = 3


class SlowSession:
    """Every call takes `STEPS` turns of the loop, raises the error set for it, or hangs; what finished is in `done`."""

    def __init__(self) -> None:
        self.closed = False
        self.begun: list[str] = []
        self.done: list[str] = []
        self.errors: dict[str, BaseException] = {}
        self.hanging: set[str] = set()
        self._hangs: set[asyncio.Future[None]] = set()

    async def _act(self, name: str) -> None:
        self.begun.append(name)
        if name in self.hanging:
            future = asyncio.get_running_loop().create_future()
            self._hangs.add(future)
            await future
        for _ in range(STEPS):
            await asyncio.sleep(0)
        if name in self.errors:
            raise self.errors[name]
        self.done.append(name)

    async def fetch(self, sql: str, params: Sequence[Any]) -> list[Any]:
        await self._act(sql)
        return []

    async def execute(self, sql: str, params: Sequence[Any]) -> int:
        await self._act(sql)
        return 1

    async def query(self, sql: str, params: Sequence[Any]) -> tuple[list[str], list[Any], int]:
        await self._act(sql)
        return [], [], 0

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        # begin, commit, rollback, savepoint(name), release(name), rollback_to(name), heal, close
        return lambda *args: self._act(" ".join((name, *args)))

    def unread(self) -> bool:
        return False

    def terminate(self) -> None:
        self.closed = True
        for future in self._hangs:
            future.done() or future.set_exception(ConnectionResetError("terminated"))


class Nothing:
    """`contextlib.nullcontext`, which cannot be awaited before 3.10."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *exc: Any) -> None: ...


class Bench:
    """A connection over slow sessions, and what they did, all in one list."""

    def __init__(self, **options: Any) -> None:
        self.sessions: list[SlowSession] = []
        driver = Driver("slow", "qmark", self._connect, lambda error: None, self._version, lambda target: (0, 1))  # type: ignore[arg-type]
        target = Target("slow", options={"heal_timeout": 0.1, "acquire_timeout": 2.0, **options})
        self.connection = Connection("default", standard_dialect(), driver, target, Clock())

    async def _connect(self, target: Target) -> SlowSession:
        self.sessions.append(SlowSession())
        return self.sessions[-1]

    async def _version(self, session: Any) -> tuple[int, ...]:
        return (2016,)

    @property
    def done(self) -> list[str]:
        return [name for session in self.sessions for name in session.done]

    @property
    def current(self) -> Executor:
        return current_executor(self.connection)

    def transaction(self) -> TransactionContext:
        return TransactionContext(lambda: self.connection)

    async def check(self) -> None:
        """All is back and the next statement runs, outside any transaction."""
        await asyncio.wait_for(self.connection.fetch("after", ()), 1)
        stats = self.connection.pool.stats()
        assert (stats.size, stats.ready, stats.held, stats.healing, stats.waiting) == (1, 1, 0, 0, 0)


def run(main: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(main(), 5))  # type: ignore[arg-type]


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def test_statements_of_several_tasks_take_turns_in_order():
    async def main() -> None:
        bench = Bench()
        async with bench.transaction() as block:
            await asyncio.gather(*(block.fetch(f"s{number}", ()) for number in range(4)))
        assert bench.done == ["begin", "s0", "s1", "s2", "s3", "commit"]
        await bench.check()

    run(main)


def test_a_waiting_statement_cancelled_just_as_the_line_moves_on():
    """The one in front ends in the very turn of the loop in which the one behind is cancelled."""

    async def main() -> None:
        bench = Bench()
        async with bench.transaction() as block:
            front = asyncio.ensure_future(block.fetch("front", ()))
            behind = asyncio.ensure_future(block.fetch("behind", ()))
            await turns(2)
            assert block.pinned.waiting
            behind.cancel()
            block.pinned.free()
            block.pinned.busy = True  # as `front` still runs
            with pytest.raises(asyncio.CancelledError):
                await behind
            await front
            assert not block.doomed, "the cancelled statement had not begun"
        assert bench.done == ["begin", "front", "commit"]

    run(main)


@pytest.mark.parametrize("outcome", ["commit", "rollback"])
def test_a_statement_that_waited_behind_the_end_is_refused(outcome: str):
    async def main() -> None:
        bench = Bench()
        late: list[asyncio.Task[Any]] = []
        ending: Optional[asyncio.Task[None]] = None

        async def block_of_work() -> None:
            async with bench.transaction() as block:
                late.append(asyncio.ensure_future(block.fetch("in time", ())))
                await turns(1)
                asyncio.get_running_loop().call_soon(
                    lambda: late.append(asyncio.ensure_future(block.fetch("too late", ())))
                )
                if outcome == "rollback":
                    raise ValueError

        ending = asyncio.ensure_future(block_of_work())
        await asyncio.wait({ending})
        assert isinstance(ending.exception(), ValueError) == (outcome == "rollback")
        await late[0]
        with pytest.raises(TransactionManagementError, match="has ended"):
            await late[1]
        assert bench.done == ["begin", "in time", outcome]
        await bench.check()

    run(main)


def test_a_nested_block_left_open_cannot_write_after_the_end():
    async def main() -> None:
        bench = Bench()
        opened, over = asyncio.Event(), asyncio.Event()

        async def straggler() -> None:
            async with bench.transaction() as nested:
                opened.set()
                await over.wait()
                await nested.fetch("stray", ())

        with pytest.raises(TransactionManagementError, match="still has a nested"):
            async with bench.transaction():
                task = asyncio.ensure_future(straggler())
                await opened.wait()
        over.set()
        with pytest.raises(TransactionManagementError, match="has ended"):
            await task
        assert bench.done == ["begin", "savepoint tortoise_1", "rollback"]
        await bench.check()

    run(main)


def test_a_second_nested_block_at_the_same_time_is_refused():
    async def main() -> None:
        bench = Bench()

        async def nest(name: str) -> None:
            async with bench.transaction():
                await bench.current.fetch(name, ())

        async with bench.transaction():
            results = await asyncio.gather(nest("a"), nest("b"), return_exceptions=True)
            assert results[0] is None
            assert isinstance(results[1], TransactionManagementError) and "nested transaction" in str(results[1])
            await nest("c")
        assert [name for name in bench.done if len(name) == 1] == ["a", "c"]
        await bench.check()

    run(main)


def test_a_task_that_outlives_its_transaction_runs_on_the_connection():
    async def main() -> None:
        bench = Bench()
        over = asyncio.Event()

        async def outlive() -> Executor:
            assert isinstance(bench.current, Transaction)
            await over.wait()
            return bench.current

        async with bench.transaction():
            task = asyncio.ensure_future(outlive())
            await turns(1)
        over.set()
        assert await task is bench.connection

    run(main)


def test_a_cancelled_statement_dooms_the_block_and_those_in_line():
    async def main() -> None:
        bench = Bench()
        with pytest.raises(TransactionManagementError, match="was cancelled"):
            async with bench.transaction() as block:
                cancelled = asyncio.ensure_future(block.fetch("cancelled", ()))
                behind = asyncio.ensure_future(block.fetch("behind", ()))
                nested = asyncio.ensure_future(bench.transaction().__aenter__())
                await turns(2)
                cancelled.cancel()
                results = await asyncio.gather(cancelled, behind, nested, return_exceptions=True)
                assert [type(result) for result in results] == [
                    asyncio.CancelledError,
                    TransactionManagementError,
                    TransactionManagementError,
                ]
                with pytest.raises(TransactionManagementError, match="was cancelled"):
                    await block.fetch("more", ())
        assert bench.done == ["begin", "heal"]
        await bench.check()

    run(main)


def test_a_nested_block_that_was_cancelled_leaves_the_outer_one_whole():
    async def main() -> None:
        bench = Bench()

        async def nested() -> None:
            async with bench.transaction() as block:
                await block.fetch("cut", ())

        async with bench.transaction() as outer:
            task = asyncio.ensure_future(nested())
            await turns(2 * STEPS)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await outer.fetch("kept", ())
        assert bench.done == ["begin", "savepoint tortoise_1", "rollback_to tortoise_1", "kept", "commit"]
        await bench.check()

    run(main)


def test_a_savepoint_that_was_cancelled_dooms_what_is_around_it():
    async def main() -> None:
        bench = Bench()
        with pytest.raises(TransactionManagementError, match="was cancelled"):
            async with bench.transaction() as outer:
                task = asyncio.ensure_future(bench.transaction().__aenter__())
                await turns(2)
                task.cancel()
                await asyncio.wait({task})
                assert task.cancelled()
                await outer.fetch("refused", ())
        assert bench.done == ["begin", "heal"]
        await bench.check()

    run(main)


@pytest.mark.parametrize("ending", ["rollback_to tortoise_1", "release tortoise_1"])
@pytest.mark.parametrize("how", ["fails", "is cancelled"])
def test_a_savepoint_that_could_not_be_ended_dooms_what_is_around_it(ending: str, how: str):
    """Otherwise rows that should have been undone would be kept."""

    async def main() -> None:
        bench = Bench()

        async def nested() -> None:
            async with bench.transaction() as block:
                await block.fetch("a", ())
                if ending.startswith("rollback"):
                    raise ValueError

        with pytest.raises(TransactionManagementError, match="was rolled back"):
            async with bench.transaction():
                if how == "fails":
                    bench.sessions[0].errors[ending] = RuntimeError("no")
                task = asyncio.ensure_future(nested())
                while bench.sessions[0].begun[-1] != ending:
                    await turns(1)
                if how == "is cancelled":
                    task.cancel()
                await asyncio.wait({task})
                assert task.cancelled() == (how == "is cancelled") and (task.cancelled() or task.exception())
        assert bench.done[-1] == "heal" and "commit" not in bench.done
        await bench.check()

    run(main)


@pytest.mark.parametrize("failing", [False, True])
def test_cancelled_while_the_end_waits_for_the_statement_of_another_task(failing: bool):
    async def main() -> None:
        bench = Bench()
        others: list[asyncio.Task[Any]] = []

        async def work() -> None:
            async with bench.transaction() as block:
                others.append(asyncio.ensure_future(block.fetch("other", ())))
                await turns(1)
                if failing:
                    raise ValueError

        task = asyncio.ensure_future(work())
        while not others:  # noqa: ASYNC110 - the very turn of the loop matters here
            await asyncio.sleep(0)
        await turns(2)
        assert bench.done == ["begin"] and not task.done()
        task.cancel()
        await asyncio.wait({task, *others})
        assert task.cancelled() and "commit" not in bench.done
        await bench.check()

    run(main)


@pytest.mark.parametrize("hanging", ["heal", "rollback_to tortoise_1", "the statement of another task"])
def test_the_end_of_a_cancelled_block_is_bounded(hanging: str):
    async def main() -> None:
        bench = Bench()

        async def work() -> None:
            async with bench.transaction() as outer:
                bench.sessions[0].hanging.add(hanging)
                other = asyncio.ensure_future(outer.fetch(hanging, ()) if " of " in hanging else asyncio.sleep(0))
                try:
                    await turns(1)
                    async with bench.transaction() if hanging.startswith("rollback") else Nothing():
                        await asyncio.sleep(60)
                finally:
                    other.add_done_callback(lambda task: task.cancelled() or task.exception())

        task = asyncio.ensure_future(work())
        await turns(8 * STEPS)
        task.cancel()
        started = asyncio.get_running_loop().time()
        with pytest.raises((asyncio.CancelledError, DBConnectionError)):
            await task
        assert asyncio.get_running_loop().time() - started < 1
        assert bench.sessions[0].closed and "commit" not in bench.done
        await bench.check()

    run(main)


def test_the_outcome_of_a_body_is_not_hidden_by_a_rollback_that_fails():
    async def main() -> None:
        for error in (ConnectionResetError("gone"), RuntimeError("a driver's own")):
            bench = Bench()
            with pytest.raises(ValueError, match="of the body"):
                async with bench.transaction():
                    bench.sessions[0].errors["rollback"] = error
                    raise ValueError("of the body")
            await bench.check()

    run(main)


def test_listeners_that_fail_do_no_harm(caplog: pytest.LogCaptureFixture):
    async def main() -> None:
        bench = Bench()
        heard: list[tuple[str, bool]] = []

        def fail(sql: str, seconds: float, error: Optional[BaseException]) -> None:
            raise ValueError("a listener's own fault")

        def listen(sql: str, seconds: float, error: Optional[BaseException]) -> None:
            assert 0 <= seconds < 1
            heard.append((sql, error is None))

        await bench.connection.ready()
        bench.connection.listeners = (fail, listen)
        bench.sessions[0].errors["bad"] = OSError("lost")
        await bench.connection.fetch("a", ())
        async with bench.transaction() as block:
            await block.execute("b", ())
        with pytest.raises(DBConnectionError):
            await bench.connection.execute("bad", ())
        assert heard == [("a", True), ("b", True), ("bad", False)]
        await bench.check()

    run(main)
    assert "a statement listener failed" in caplog.text


def test_raw_sql_in_a_transaction_leaves_nothing_behind():
    async def main() -> None:
        bench = Bench()
        async with bench.transaction() as block:
            await block.execute_query("SET something")
        await bench.check()
        assert bench.done == ["begin", "SET something", "commit", "heal", "after"]

    run(main)


def test_closing_the_connection_waits_for_a_transaction_and_lets_it_commit():
    async def main() -> None:
        bench = Bench()
        entered = asyncio.Event()

        async def work() -> None:
            async with bench.transaction() as block:
                entered.set()
                await turns(5)
                await block.fetch("kept", ())

        task = asyncio.ensure_future(work())
        await entered.wait()
        started = asyncio.get_running_loop().time()
        await bench.connection.close()
        assert asyncio.get_running_loop().time() - started < 1, "waited for a session that had come back"
        await task
        assert bench.done == ["begin", "kept", "commit", "close"]
        await bench.check()

    run(main)


@pytest.mark.parametrize(
    "error", [asyncio.TimeoutError(), EOFError("end"), ConnectionResetError("reset"), OSError("?")]
)
def test_what_sockets_raise_is_a_lost_connection(error: Exception):
    async def main() -> None:
        bench = Bench()
        await bench.connection.ready()
        bench.sessions[0].errors["q"] = error
        for executor in (bench.connection, bench.transaction()):
            with pytest.raises(DBConnectionError) as caught:
                if isinstance(executor, TransactionContext):
                    async with executor as block:
                        await block.fetch("q", ())
                else:
                    await executor.fetch("q", ())
            assert caught.value.__cause__ is error and str(caught.value)
        await bench.check()

    run(main)
