"""Connections as clients: SQL written by hand, databases made and deleted, helpers of tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from unittest import SkipTest
from uuid import UUID, uuid4

import pytest

from tortoise import BaseDBAsyncClient, Tortoise, connections
from tortoise.backends.base.client import ConnectionWrapper, NestedTransactionContext, TransactionalDBClient
from tortoise.backends.base.config_generator import DB_LOOKUP, expand_db_url, generate_config
from tortoise.backends.base.executor import EXECUTOR_CACHE, BaseExecutor
from tortoise.backends.base.schema_generator import BaseSchemaGenerator
from tortoise.context import TortoiseContext
from tortoise.contrib.test import requireCapability, tortoise_test_context, truncate_all_models
from tortoise.contrib.test.condition import In, NotEQ, NotIn
from tortoise.exceptions import (
    ConfigurationError,
    IntegrityError,
    OperationalError,
    ParamsError,
    TransactionManagementError,
    UnSupportedError,
)
from tortoise.expressions import F
from tortoise.query_api import execute_pypika
from tortoise.transactions import in_transaction
from tortoise.utils import generate_schema_for_client, get_schema_sql
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Author, Book, Sample, Tag


def client(db: Database) -> Any:
    return connections.get("default")


INSERT = "INSERT INTO account (owner, balance, note) VALUES ($1, $2, $3)"


async def test_one_style_of_parameters_everywhere(db: Database) -> None:
    await client(db).execute_query(INSERT, ["a", 1, "x"])
    await client(db).execute_query(INSERT.replace("$1", "?").replace("$2", "?").replace("$3", "?"), ["b", 2, "y"])
    sql = "SELECT owner FROM account WHERE balance = $2 OR owner = $1 ORDER BY owner"
    assert await client(db).execute_query_dict(sql, ["a", 2]) == [{"owner": "a"}, {"owner": "b"}]
    text = "SELECT '$1 ?' AS text, owner FROM account WHERE owner = ? -- ? $2"
    assert await client(db).execute_query_dict(text, ["b"]) == [{"text": "$1 ?", "owner": "b"}]


async def test_one_value_at_several_places(db: Database) -> None:
    await client(db).execute_query(INSERT, ["a", 1, "a"])
    sql = "SELECT balance FROM account WHERE owner = $1 AND note = $1"
    assert await client(db).execute_query_dict(sql, ["a"]) == [{"balance": 1}]


@pytest.mark.parametrize("sql, values", [
    ("SELECT $1", []), ("SELECT owner FROM account WHERE owner = $2", ["a"]),
    ("SELECT owner FROM account WHERE owner = $1", ["a", "b"]),
])  # fmt: skip
async def test_values_that_do_not_fit(db: Database, sql: str, values: list[Any]) -> None:
    with pytest.raises((ParamsError, OperationalError)):
        await client(db).execute_query(sql, values)
    assert await Account.all().count() == 0


@pytest.mark.parametrize("values", ["text", b"bytes", {"a": 1}, 5])
async def test_values_must_be_a_list(db: Database, values: Any) -> None:
    with refused(ParamsError, "in the order"):
        await client(db).execute_query("SELECT $1", values)


async def test_counts_and_rows(db: Database) -> None:
    for name in "abc":
        await Account.create(owner=name)
    assert await client(db).execute_query("SELECT owner FROM account WHERE owner = $1", ["b"]) == (1, [{"owner": "b"}])
    assert await client(db).execute_query("UPDATE account SET balance = 5 WHERE owner <> $1", ["b"]) == (2, [])
    rows, count = await client(db).execute_query_dict_with_affected("DELETE FROM account WHERE balance = $1", [5])
    assert (rows, count) == ([], 2)
    assert await client(db).execute_query_dict("SELECT owner FROM account WHERE 1 = 0") == []


async def test_an_insert_by_hand_gives_its_key(db: Database) -> None:
    if db.capabilities.returning:
        key = await client(db).execute_insert(INSERT + " RETURNING id", ["a", 1, None])
        assert (await Account.get(owner="a")).id == key
    found = await client(db).execute_insert(INSERT, ["b", 2, None])
    assert found in (None, (await Account.get(owner="b")).id)
    async with in_transaction() as transaction:
        await transaction.execute_insert(INSERT, ["c", 3, None])
    assert await Account.all().count() == 2 + bool(db.capabilities.returning)


async def test_many_rows_are_written_or_none(db: Database) -> None:
    await client(db).execute_many(INSERT, [["a", 1, None], ["b", 2, None]])
    await client(db).execute_many(INSERT, [])
    with pytest.raises(IntegrityError):
        await client(db).execute_many("INSERT INTO tag (name) VALUES ($1)", [["x"], ["y"], ["x"]])
    assert await Tag.all().count() == 0
    with refused(ParamsError, "as many"):
        await client(db).execute_many("INSERT INTO tag (name) VALUES (?)", [["x"], ["y", "z"]])
    async with in_transaction() as transaction:
        await transaction.execute_many(INSERT, [("c", 3, None)])
    assert await Account.all().order_by("id").values_list("balance", flat=True) == [1, 2, 3]


async def test_values_of_all_kinds_are_found_again(db: Database) -> None:
    moment = dt.datetime(2024, 2, 29, 12, 30, 15, 250, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    made = await Sample.create(label="a", moment=moment, key=UUID(int=7), price=Decimal("12.500"))
    for column, value in (("moment", moment), ("key", UUID(int=7)), ("price", Decimal("12.500"))):
        sql = f"SELECT id FROM sample WHERE {column} = $1"
        assert await client(db).execute_query_dict(sql, [value]) == [{"id": made.id}], column
    other = moment + dt.timedelta(days=1)
    await client(db).execute_query(
        "UPDATE sample SET moment = $1, key = $2, price = $3", [other, UUID(int=8), Decimal("3.250")]
    )
    found = await Sample.get(id=made.id)
    assert (found.moment, found.key, found.price) == (other, UUID(int=8), Decimal("3.250"))


async def test_savepoints_by_hand(db: Database) -> None:
    async with in_transaction() as transaction:
        await Account.create(owner="a")
        await transaction.savepoint()
        await transaction.execute_query(INSERT, ["b", 2, None])
        await transaction.savepoint_rollback()
        await transaction.savepoint()
        await transaction.execute_query(INSERT, ["c", 3, None])
        await transaction.release_savepoint()
        with refused(TransactionManagementError, "no savepoint"):
            await transaction.savepoint_rollback()
    assert await Account.all().order_by("owner").values_list("owner", flat=True) == ["a", "c"]


async def test_the_library_s_own_connection(db: Database) -> None:
    async with client(db).acquire_connection() as raw:
        assert raw is not None
        assert not isinstance(raw, BaseDBAsyncClient)
    async with in_transaction() as transaction:
        async with transaction.acquire_connection() as raw:
            assert raw is not None
        for call in (transaction.close, transaction.db_create, transaction.db_delete, transaction.create_connection):
            with refused(UnSupportedError, "use the connection"):
                await call()
    assert await Account.all().count() == 0


async def test_classes_for_isinstance(db: Database) -> None:
    assert isinstance(client(db), BaseDBAsyncClient)
    assert not isinstance(client(db), TransactionalDBClient)
    block = in_transaction()
    assert isinstance(block, NestedTransactionContext)
    async with block as transaction:
        assert isinstance(transaction, TransactionalDBClient)
        assert isinstance(transaction, BaseDBAsyncClient)
        assert client(db) is transaction


async def test_what_is_gone_says_what_replaces_it(db: Database) -> None:
    for cls in (BaseExecutor, ConnectionWrapper, client(db).query_class, client(db).executor_class):
        with refused(UnSupportedError, cls.__name__):
            cls(None, None)
        with refused(UnSupportedError, cls.__name__):
            type("Mine", (cls,), {})
    with refused(UnSupportedError, "pypika", "execute_query_dict"):
        await execute_pypika("SELECT 1")


async def test_the_schema_as_text(db: Database) -> None:
    async with db.another(Account, schemas=False) as context:
        text = get_schema_sql(context.db(), False)
        assert "CREATE TABLE" in text and "account" in text
        generator = context.db().schema_generator(context.db())
        assert isinstance(generator, BaseSchemaGenerator)
        assert generator.get_create_schema_sql(safe=False) == text
        await generator.generate_from_string(text)
        await Account.create(owner="a")
        await generate_schema_for_client(context.db(), True)
        assert await Account.all().count() == 1


async def test_compiled_statements_can_be_forgotten(db: Database) -> None:
    await Account.filter(owner="a")
    assert db.connection.backend is not None and db.connection.backend.statements.entries
    EXECUTOR_CACHE.clear()
    assert not db.connection.backend.statements.entries
    assert await Account.filter(owner="a") == []


async def test_databases_are_made_and_deleted(db: Database) -> None:
    async with db.new_url() as url:
        path, _, query = url.partition("?")
        fresh = f"{path}_\\{{\\}}{'?' + query if query else ''}"
        names: set[str] = set()
        for _ in range(2):
            async with tortoise_test_context([module_of(Account)], fresh) as context:
                await Account.create(owner="a")
                names.add(context.connections.connection("default").target.database)
                await Tortoise._drop_databases()
        assert len(names) == 2
        assert not any("{" in name for name in names)
    async with db.new_url() as url, TortoiseContext() as context:
        name = f"tortoise_testkit_{uuid4().hex[:16]}"
        own = path.rpartition("/")[0] + f"/{name}" + ("?" + query if query else "")
        await context.init(db_url=own, modules={"models": [module_of(Account)]}, _create_db=True)
        await context.generate_schemas()
        assert await Account.all().count() == 0
        await context.connections.connection("default").db_delete()
        await context.connections.connection("default").db_delete()


async def test_urls_as_configurations(db: Database) -> None:
    expanded = expand_db_url(db.url)
    assert expanded["engine"].startswith("tortoise.backends.")
    scheme = db.url.partition("://")[0]
    assert DB_LOOKUP[scheme]["engine"] == expanded["engine"]
    assert scheme in DB_LOOKUP and scheme in set(DB_LOOKUP)
    async with db.new_url() as url, TortoiseContext() as context:
        config = generate_config(url, {"models": [module_of(Account)]}, "main")
        await context.init(config)
        await context.generate_schemas()
        await Account.create(owner="a")
        assert context.default_connection == "main"
        assert await Account.all().count() == 1


async def test_emptying_all_tables(db: Database) -> None:
    tag = await Tag.create(name="t")
    book = await Book.create(title="b", author=await Author.create(name="n"))
    await book.tags.add(tag)
    await Account.create(owner="a")
    await truncate_all_models()
    assert [await Tag.all().count(), await Book.all().count(), await Account.all().count()] == [0, 0, 0]


async def test_skipping_by_capability(db: Database) -> None:
    dialect = db.capabilities.dialect

    @requireCapability(dialect=dialect, supports_transactions=True)
    async def wanted() -> str:
        return "ran"

    @requireCapability("default", dialect=NotEQ(dialect))
    async def unwanted() -> str:
        return "ran"

    @requireCapability(dialect=NotIn("a", dialect))
    class Tests:
        async def test_one(self) -> None:
            raise AssertionError("it must be skipped")

        def helper(self) -> int:
            return 5

    @requireCapability(dialect=In("a", dialect), suports_transactions=True)
    async def mistaken() -> None: ...

    assert await wanted() == "ran"
    with pytest.raises(SkipTest, match="dialect"):
        await unwanted()
    with pytest.raises(SkipTest):
        await Tests().test_one()
    assert Tests().helper() == 5
    with refused(ConfigurationError, "supports_transactions"):
        await mistaken()


async def test_capabilities_by_their_former_names(db: Database) -> None:
    known = db.capabilities
    assert (known.support_returning, known.can_rollback_ddl) == (known.returning, known.transactional_ddl)
    assert known.support_for_posix_regex_queries == known.posix_regex
    assert known.support_json_attributes == known.json_paths
    assert known.daemon == known.server
    assert known.supports_transactions and known.support_update_limit_order_by and not known.inline_comment
    assert known.support_for_update == known.row_locks
    assert (known.support_for_no_key_update, known.support_index_hint) == (known.no_key_locks, known.index_hints)
    assert not known.requires_limit
    assert await Tag.all().offset(1) == []


async def test_queries_and_fields_by_their_former_names(db: Database) -> None:
    query = Tag.annotate(upper=F("name")).filter(name__in=["a", "b"]).order_by("-name", "id").offset(2).limit(3)
    assert (query._limit, query._offset, query._distinct) == (3, 2, False)
    assert query.distinct()._distinct
    assert [(name, order.value) for name, order in query._orderings] == [("name", "DESC"), ("id", "ASC")]
    assert list(query._annotations) == ["upper"]
    everything = Tag.all()
    assert (everything._limit, everything._offset, everything._orderings, everything._annotations) == (
        None,
        None,
        [],
        {},
    )
    assert Book._meta.fields_map["author_id"].reference is Book._meta.fields_map["author"]
    assert Book._meta.fields_map["title"].reference is None


async def test_forgetting_the_connections(db: Database) -> None:
    async with db.another(Tag, schemas=False) as context:
        handler = context.connections
        await handler.close_all(discard=False)
        handler._clear_storage()
        assert handler.all() == []
