"""Transactions and connections."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Publisher

from tortoise import Tortoise, connections
from tortoise.exceptions import IntegrityError
from tortoise.transactions import atomic, in_transaction


async def committed() -> Any:
    async with in_transaction():
        await Author.create(name="x")
    return await Author.filter(name="x").exists()


async def rolled_back() -> Any:
    try:
        async with in_transaction():
            await Author.create(name="x")
            raise ValueError
    except ValueError:
        return await Author.filter(name="x").exists()


async def rolled_back_by_hand() -> Any:
    async with in_transaction() as connection:
        await Author.create(name="x", using_db=connection)
        await connection.rollback()
    return await Author.filter(name="x").exists()


async def committed_by_hand() -> Any:
    try:
        async with in_transaction() as connection:
            await Author.create(name="x")
            await connection.commit()
            raise ValueError
    except ValueError:
        return await Author.filter(name="x").exists()


async def nested_rolled_back() -> Any:
    async with in_transaction():
        await Author.create(name="outer")
        try:
            async with in_transaction():
                await Author.create(name="inner")
                raise ValueError
        except ValueError:
            pass
    return await Author.filter(name__in=["outer", "inner"]).values_list("name", flat=True)


async def outer_rolled_back() -> Any:
    try:
        async with in_transaction():
            async with in_transaction():
                await Author.create(name="inner")
            raise ValueError
    except ValueError:
        return await Author.filter(name="inner").exists()


async def by_decorator() -> Any:
    @atomic()
    async def work(fail: bool) -> None:
        await Author.create(name="x")
        if fail:
            raise ValueError

    try:
        await work(True)
    except ValueError:
        before = await Author.filter(name="x").count()
    await work(False)
    return before, await Author.filter(name="x").count()


async def failure_in_nested_block() -> Any:
    async with in_transaction():
        await Author.create(name="kept")
        try:
            async with in_transaction():
                await Publisher.create(name="North")
        except IntegrityError:
            pass
        await Author.create(name="too")
    return await Author.filter(name__in=["kept", "too"]).count()


async def named_connection() -> Any:
    async with in_transaction("default"):
        await Author.create(name="x")
    return await Author.filter(name="x").exists()


async def unknown_connection() -> Any:
    async with in_transaction("nothing"):
        pass


async def queried() -> Any:
    connection = Tortoise.get_connection("default")
    count, rows = await connection.execute_query("SELECT name FROM author WHERE born = 1815")
    return count, [row["name"] for row in rows]


async def queried_as_dicts() -> Any:
    connection = connections.get("default")
    return await connection.execute_query_dict("SELECT id, name FROM author ORDER BY id")


async def scripted() -> Any:
    connection = connections.get("default")
    await connection.execute_script("UPDATE author SET born = 1; UPDATE author SET born = born + 1;")
    return await Author.all().distinct().values_list("born", flat=True)


async def failing_sql() -> Any:
    await connections.get("default").execute_query("SELECT nothing FROM nowhere")


async def using_db() -> Any:
    async with in_transaction() as connection:
        await Author.create(name="x", using_db=connection)
        return await Author.filter(name="x").using_db(connection).count()


async def initialised() -> Any:
    return Tortoise._inited, sorted(Tortoise.apps["models"])[:3]  # type: ignore[index]  # it is, inside a program
