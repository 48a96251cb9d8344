"""Contexts: nested, side by side, in threads, on several event loops; connections that replace each other."""

from __future__ import annotations

import asyncio
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tortoise import Tortoise, connections, timezone
from tortoise.connection import get_connection, get_connections
from tortoise.context import (
    TortoiseContext,
    get_current_context,
    require_context,
    set_global_context,
    tortoise_test_context,
)
from tortoise.exceptions import ConfigurationError
from tortoise.transactions import in_transaction
from tortoise.warnings import TortoiseLoopSwitchWarning
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Seat, Stamped

MODULES = {"models": [module_of(Account)]}


def alone(work: Any) -> Any:
    """Run a coroutine function in a thread of its own with an event loop of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(work())).result()


async def test_nested_contexts_come_back(db: Database) -> None:
    outer = get_current_context()
    async with db.another(Account) as one:
        async with db.another(Account) as two:
            with one, two, one:
                assert get_current_context() is one
            assert get_current_context() is two
        assert get_current_context() is one
        assert not two.inited
    assert get_current_context() is outer


async def test_tasks_side_by_side(db: Database) -> None:
    async def work(owner: str) -> list[Any]:
        async with db.another(Account):
            await Account.create(owner=owner)
            await asyncio.sleep(0)
            await Account.create(owner=owner * 2)
            return await Account.all().order_by("id").values_list("owner", flat=True)

    found = await asyncio.gather(*(work(name) for name in "abc"))
    assert found == [["a", "aa"], ["b", "bb"], ["c", "cc"]]
    assert await Account.all().count() == 0


async def test_a_context_tells_what_it_is(db: Database) -> None:
    context = TortoiseContext()
    assert (context.inited, context.default_connection, context.routers) == (False, None, ())
    with refused(ConfigurationError, "init"):
        context.db()
    async with db.new_url() as url, context:
        await context.init(db_url=url, modules=MODULES, use_tz=False, timezone="Asia/Tokyo")
        assert (context.inited, context.default_connection) == (True, "default")
        assert (context.use_tz, context.timezone) == (False, "Asia/Tokyo")
        assert context.db() is context.connections.get("default")
        assert list(context.apps) == ["models"]
        assert list(context.apps.get_models_iterable()) == [Account]
    assert not context.inited


async def test_the_clock_is_that_of_the_context(db: Database) -> None:
    async with db.new_url() as url, db.new_url() as other:
        tokyo, plain = TortoiseContext(), TortoiseContext()
        await tokyo.init(db_url=url, modules=MODULES, timezone="Asia/Tokyo")
        await plain.init(db_url=other, modules=MODULES, use_tz=False)
        with tokyo:
            assert (timezone.get_timezone(), timezone.get_use_tz()) == ("Asia/Tokyo", True)
            assert str(timezone.now().tzinfo) == "Asia/Tokyo"
            with plain:
                assert timezone.now().tzinfo is None
            assert timezone.get_default_timezone() == timezone.parse_timezone("Asia/Tokyo")
        await tokyo.close_connections()
        await plain.close_connections()


async def test_two_contexts_of_one_model_keep_their_zones(db: Database) -> None:
    models = {"models": [module_of(Stamped)]}
    async with db.new_url() as url, TortoiseContext() as one, TortoiseContext() as two:
        await one.init(db_url=url, modules=models, timezone="Asia/Tokyo")
        await two.init(db_url=url, modules=models, timezone="America/Lima")
        await one.generate_schemas()
        with one:
            row = await Stamped.create(name="a")
            here = await Stamped.get(id=row.id)
        with two:
            there = await Stamped.get(id=row.id)
        assert here.made == there.made
        assert (str(here.made.tzinfo), str(there.made.tzinfo)) == ("Asia/Tokyo", "America/Lima")


async def test_the_global_context_serves_where_no_other_is(db: Database) -> None:
    found: list[int] = []

    async def elsewhere() -> None:
        assert get_current_context() is context
        found.append(await Account.all().count())

    async with db.new_url() as url:
        context = TortoiseContext()
        await context.init(db_url=url, modules=MODULES, _enable_global_fallback=True)
        try:
            with context:
                await context.generate_schemas()
                await Account.create(owner="a")
            from contextvars import Context

            await Context().run(asyncio.ensure_future, elsewhere())
        finally:
            set_global_context(None)
            await context.close_connections()
    assert found == [1]


async def test_without_a_context_the_error_says_what_to_call(db: Database) -> None:
    async def ask() -> None:
        with refused(ConfigurationError, "Tortoise.init"):
            require_context()
        for call in (
            get_connections,
            connections.all,
            lambda: get_connection("default"),
            lambda: connections.db_config,
        ):
            with refused(ConfigurationError, "Tortoise.init"):
                call()
        with refused(ConfigurationError, "Tortoise.init"):
            await Account.all()

    set_global_context(None)
    alone(ask)


async def test_a_thread_with_a_context_of_its_own(db: Database) -> None:
    async def work() -> list[Any]:
        async with TortoiseContext() as context:
            await context.init(db_url=url, modules=MODULES)
            await Account.create(owner=f"thread {threading.active_count()}")
            return await Account.all().values_list("owner", flat=True)

    async with db.new_url() as url, TortoiseContext() as maker:
        await maker.init(db_url=url, modules=MODULES)
        await maker.generate_schemas()
        if not maker.db().capabilities.concurrent_sessions:
            return
        found = await asyncio.get_running_loop().run_in_executor(None, alone, work)
        assert found == await Account.all().values_list("owner", flat=True)


async def test_a_thread_cannot_use_the_sessions_of_a_loop_that_runs(db: Database) -> None:
    await Account.all()
    context = db.context

    async def work() -> None:
        with context, refused(ConfigurationError, "event loop", "connections of its own"):
            await Account.all()

    await asyncio.get_running_loop().run_in_executor(None, alone, work)
    assert await Account.all().count() == 0


def test_another_loop_gets_new_sessions_and_a_warning(db: Database) -> None:
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    context = TortoiseContext()

    async def start() -> None:
        await context.init(db_url=db.url, modules=MODULES)
        with context:
            await Account.all().count()

    async def go_on() -> int:
        with context:
            return await Account.all().count()

    try:
        first.run_until_complete(start())
        with pytest.warns(TortoiseLoopSwitchWarning, match="default"):
            assert second.run_until_complete(go_on()) == 0
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert second.run_until_complete(go_on()) == 0
        second.run_until_complete(context.close_connections())
    finally:
        first.run_until_complete(asyncio.sleep(0.01))
        first.run_until_complete(first.shutdown_asyncgens())
        first.close()
        second.close()


def test_loops_that_are_ended_in_order_need_no_warning(db: Database) -> None:
    context = TortoiseContext()

    async def work() -> int:
        if not context.inited:
            await context.init(db_url=db.url, modules=MODULES)
        with context:
            return await Account.all().count()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [asyncio.run(work()), asyncio.run(work())] == [0, 0]
        asyncio.run(context.close_connections())


async def test_a_connection_in_the_place_of_another(db: Database) -> None:
    async with db.another(Account) as one:
        await Account.create(owner="one")
        async with db.another(Account) as two:
            await Account.create(owner="two")
            other = two.connections.connection("default")
            with one:
                token = connections.set("default", other)
                assert connections.get("default") is other
                assert await Account.all().values_list("owner", flat=True) == ["two"]
                connections.reset(token)
                assert await Account.all().values_list("owner", flat=True) == ["one"]
                with refused(ConfigurationError, "used"):
                    connections.reset(token)
            with refused(ConfigurationError, "another context"):
                connections.reset(token)


async def test_a_transaction_in_the_place_of_a_connection(db: Database) -> None:
    async with in_transaction() as transaction:
        pass
    async with db.connection._in_transaction() as transaction:
        token = connections.set("default", transaction)
        assert connections.get("default") is transaction
        connections.reset(token)
    with refused(ConfigurationError, "neither"):
        connections.set("default", object())  # type: ignore[arg-type]  # refused


async def test_a_program_that_initialises_again(db: Database) -> None:
    async with db.another(Account) as outer, db.new_url() as url:
        await Account.create(owner="outer")
        first = await Tortoise.init(db_url=url, modules=MODULES, _enable_global_fallback=False)
        with pytest.raises(ConfigurationError):
            await Tortoise.init(db_url="nosuch://x", modules=MODULES)
        assert Tortoise._inited and first.inited
        second = await Tortoise.init(db_url=url, modules=MODULES, _enable_global_fallback=False)
        assert (first.inited, second.inited, outer.inited) == (False, True, True)
        await Tortoise.close_connections()
        assert not Tortoise.is_inited()
        with outer:
            assert await Account.all().values_list("owner", flat=True) == ["outer"]


async def test_discarded_connections_are_made_anew(db: Database) -> None:
    async with db.another(Account) as context:
        before = context.connections.connection("default")
        assert connections.discard("default") is before
        assert connections.discard("nosuch") is None
        after = context.connections.connection("default")
        assert after is not before
        assert after.config == before.config
        await before.close()
        await connections.close_all()
        assert context.connections.connection("default") is not after
    assert db.context.connections.db_config == {"default": db.url}


async def test_tests_get_a_database_of_their_own(db: Database) -> None:
    path, _, query = db.url.partition("?")
    url = f"{path}_{{}}{'?' + query if query else ''}"
    modules = [module_of(Account, Seat)]
    async with tortoise_test_context(modules, url, "shop", connection_label="main", timezone="Asia/Tokyo") as context:
        assert (context.default_connection, list(context.apps), context.timezone) == ("main", ["shop"], "Asia/Tokyo")
        await Account.create(owner="a")
        assert await Account.all().count() == 1
        assert Tortoise.apps is context.apps
        assert Tortoise._inited
        await Tortoise._drop_databases()
    assert get_current_context() is db.context
