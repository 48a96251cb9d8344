"""What the dialect says that the server can do is what happens."""

from __future__ import annotations

import asyncio
from dataclasses import fields

from tortoise import fields as columns
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Sample, Tag


async def test_it_names_dialect_and_version(db: Database) -> None:
    found = db.capabilities
    assert isinstance(found, Capabilities)
    assert found.dialect == db.connection.dialect.name
    assert found.version
    assert all(isinstance(part, int) for part in found.version)
    assert found == db.connection.dialect.capabilities(found.version)


async def test_it_is_frozen_and_can_be_a_key(db: Database) -> None:
    assert hash(db.capabilities) == hash(db.connection.dialect.capabilities(db.capabilities.version))
    assert {field.name for field in fields(Capabilities)} <= set(dir(db.capabilities))


async def test_in_a_transaction_it_is_the_same(db: Database) -> None:
    async with in_transaction() as transaction:
        assert transaction.capabilities == db.capabilities


async def test_returning(db: Database) -> None:
    with db.statements() as sent:
        await Account.create(owner="a")
    if db.capabilities.returning:
        assert len(sent) == 1
        assert "RETURNING" in sent[0]


async def test_ignore_conflicts(db: Database) -> None:
    account, tag = await Author.create(name="a"), await Tag.create(name="t")
    book = await account.books.create(title="b")
    with db.statements() as sent:
        await book.tags.add(tag)
    assert any("CONFLICT" in text or "IGNORE" in text for text in sent) is db.capabilities.ignore_conflicts


async def test_long_lists(db: Database) -> None:
    limit = db.capabilities.list_placeholders
    longer = Sample.filter(number__in=list(range(limit + 1)))
    assert await longer == []
    if db.capabilities.array_bind:
        assert len(longer.sql_and_params()[1]) == 1
        assert await Sample.filter(number__in=list(range((db.capabilities.max_params or 10**5) + 1))) == []
    if limit:
        assert len(Sample.filter(number__in=list(range(limit))).sql_and_params()[1]) == limit


async def test_foreign_keys_added_later(db: Database) -> None:
    class One(Model):
        two: Model = columns.ForeignKeyField("models.Two", related_name="ones", null=True)

    class Two(Model):
        one: Model = columns.ForeignKeyField("models.One", related_name="twos", null=True)

    async with db.another(One, Two, schemas=False) as context:
        statements = schema_statements([One, Two], await context.connections.connection("default").ready(), True)
    assert any("ALTER TABLE" in text for text in statements) is db.capabilities.add_foreign_key


async def test_repeated_creation(db: Database) -> None:
    statements = schema_statements([Account], await db.connection.ready(), True)
    assert ("IF NOT EXISTS" in statements[0]) is db.capabilities.if_not_exists


async def test_schema_changes_in_a_transaction(db: Database) -> None:
    class Temporary(Model):
        name = columns.CharField(max_length=5)

    async with db.another(Temporary, schemas=False) as context:
        statements = schema_statements([Temporary], await context.connections.connection("default").ready(), False)
        try:
            async with in_transaction() as transaction:
                await transaction.execute_script(";".join(statements))
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        if db.capabilities.transactional_ddl:
            await context.generate_schemas(safe=False)
        await Temporary.create(name="x")


async def test_concurrent_sessions(db: Database) -> None:
    inside, seen = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with in_transaction():
            inside.set()
            await asyncio.wait_for(seen.wait(), 5)

    task = asyncio.ensure_future(hold())
    await inside.wait()
    if db.capabilities.concurrent_sessions:
        assert await asyncio.wait_for(Account.all().count(), 5) == 0
    seen.set()
    await task


async def test_a_statement_of_a_version_without_something(db: Database) -> None:
    text, parameters = Account.filter(owner="a").sql_and_params()
    assert "a" not in text.split('"')
    assert parameters == ("a",)
