"""Initialising: by URL and dict, several connections, several contexts."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tortoise import Tortoise, connections, run_async
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.config import AppConfig, DBUrlConfig, TortoiseConfig
from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Sample, Seat, Stamped, Tag

ACCOUNTS = {"models": [module_of(Account)]}


async def test_by_url(db: Database) -> None:
    async with db.new_url() as url:
        await Tortoise.init(db_url=url, modules=ACCOUNTS)
        try:
            assert Tortoise.is_inited()
            await Tortoise.generate_schemas()
            await Account.create(owner="a")
            assert await Tortoise.get_connection("default").execute_query_dict("SELECT owner FROM account") == [
                {"owner": "a"}
            ]
        finally:
            await Tortoise.close_connections()


async def test_by_dict(db: Database) -> None:
    async with db.new_url() as url:
        config = {"connections": {"main": url}, "apps": {"shop": {"models": [module_of(Account)]}}, "use_tz": True}
        async with TortoiseContext() as context:
            await context.init(config=config)
            await context.generate_schemas()
            await Account.create(owner="a")
            assert context.default_connection == "main"
            assert context.get_model("shop", "Account") is Account
            assert Account._meta.app == "shop"
            assert await Account.all().using_db("main").count() == 1


async def test_by_dict_of_a_dict(db: Database) -> None:
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(
            config={"connections": {"default": {"db_url": url}}, "apps": {"models": {"models": [module_of(Account)]}}}
        )
        await context.generate_schemas()
        await Account.create(owner="a")
        assert await Account.all().count() == 1


async def test_two_connections(db: Database) -> None:
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        await context.init(
            config={
                "connections": {"default": one, "other": two},
                "apps": {
                    "models": {"models": [module_of(Account)]},
                    "places": {"models": [module_of(Seat)], "default_connection": "other"},
                },
            }
        )
        await context.generate_schemas()
        await Account.create(owner="a")
        await Seat.create(row=1, place=1)
        with pytest.raises(Exception, match="account"):
            await Account.all().using_db("other")
        with pytest.raises(ZeroDivisionError):
            async with in_transaction("other"):
                await Seat.create(row=2, place=2)
                await Account.create(owner="b")
                raise ZeroDivisionError
        assert (await Account.all().count(), await Seat.all().count()) == (2, 1)


async def test_using_db(db: Database) -> None:
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        for url in (one, two):
            async with TortoiseContext() as maker:
                await maker.init(db_url=url, modules=ACCOUNTS)
                await maker.generate_schemas()
        await context.init(config={"connections": {"default": one, "two": two}, "apps": {"models": ACCOUNTS}})
        await Account.create(owner="one")
        far = await Account.create(owner="two", using_db="two")
        assert await Account.all().values_list("owner", flat=True) == ["one"]
        assert await Account.all(using_db="two").values_list("owner", flat=True) == ["two"]
        assert await Account.get(owner="two", using_db=connections.get("two")) == far
        far.balance = 5
        await far.save(using_db="two")
        assert (await Account.get(owner="two", using_db="two")).balance == 5
        await Account.bulk_create([Account(owner="three")], using_db="two")
        assert await Account.filter(owner="three").using_db("two").delete() == 1
        assert await Account.exists(owner="two") is False


async def test_saving_to_another_connection_writes_all(db: Database) -> None:
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        for url in (one, two):
            async with TortoiseContext() as maker:
                await maker.init(db_url=url, modules=ACCOUNTS)
                await maker.generate_schemas()
        await context.init(config={"connections": {"default": one, "two": two}, "apps": {"models": ACCOUNTS}})
        here = await Account.create(id=1, owner="here", balance=1)
        await Account.create(id=1, owner="there", balance=2, using_db="two")
        await here.save(using_db="two")
        assert (await Account.get(id=1, using_db="two")).owner == "here"


async def test_two_contexts(db: Database) -> None:
    async with db.another(Account) as one:
        await Account.create(owner="one")
        async with db.another(Account) as two:
            await Account.create(owner="two")
            await Account.create(owner="three")
            assert await Account.all().count() == 2
            with one:
                assert await Account.all().count() == 1
        assert two.connections is not one.connections
        assert await Account.all().count() == 1


async def test_initialising_again(db: Database) -> None:
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        await context.init(db_url=one, modules=ACCOUNTS)
        await context.generate_schemas()
        await Account.create(owner="a")
        await context.init(db_url=two, modules=ACCOUNTS)
        await context.generate_schemas()
        assert await Account.all().count() == 0


async def test_use_after_close(db: Database) -> None:
    async with db.another(Account) as context:
        await Account.create(owner="a")
        await context.close_connections()
        await context.close_connections()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no source": ({}, "db_url"),
    "no modules": ({"db_url": "{url}"}, "modules"),
    "two sources": ({"config": {}, "db_url": "{url}"}, "either"),
    "no scheme": ({"db_url": "nothing", "modules": ACCOUNTS}, "scheme"),
    "unknown scheme": ({"db_url": "nosuchdb://x", "modules": ACCOUNTS}, "nosuchdb"),
    "unknown key": ({"config": {"connectoins": {}}}, "connectoins"),
    "unknown module": ({"db_url": "{url}", "modules": {"models": ["no.such.module"]}}, "no.such.module"),
    "unknown connection": (
        {"config": {"connections": {"a": "{url}"}, "apps": {"m": {**ACCOUNTS, "default_connection": "b"}}}}, "b"
    ),
    "unknown time zone": ({"db_url": "{url}", "modules": ACCOUNTS, "timezone": "Mars/Base"}, "Mars/Base"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(WRONG))
async def test_mistakes_are_refused(db: Database, name: str) -> None:
    arguments, word = WRONG[name]
    with refused(ConfigurationError, word):
        await TortoiseContext().init(**_with_url(arguments, db.url))


async def test_options_are_checked_before_anything_is_opened(db: Database) -> None:
    url = f"{db.url}{'&' if '?' in db.url else '?'}nosuch_option=1"
    with refused(ConfigurationError, "default", "nosuch_option"):
        await TortoiseContext().init(db_url=url, modules=ACCOUNTS)
    with refused(ConfigurationError, "max_size"):
        await TortoiseContext().init(db_url=url.replace("nosuch_option=1", "max_size=none"), modules=ACCOUNTS)


async def test_from_a_file(db: Database) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with db.new_url() as url, TortoiseContext() as context:
            path = Path(folder) / "config.json"
            config = {"connections": {"main": url}, "apps": {"models": {"models": ["tortoise_testkit.models"]}}}
            path.write_text(json.dumps(config))
            await context.init(config_file=path)
            assert context.connections.db_config == {"main": url}
            assert context.get_model("models", "Account") is Account


async def test_a_configuration_as_a_value(db: Database) -> None:
    async with db.new_url() as url, TortoiseContext() as context:
        connections = {"main": DBUrlConfig(url)}
        await context.init(
            TortoiseConfig(connections, {"models": AppConfig([module_of(Account)])}, timezone="Asia/Tokyo")
        )
        await context.generate_schemas()
        await Account.create(owner="a")
        assert (context.timezone, await Account.all().count()) == ("Asia/Tokyo", 1)


async def test_a_password_that_is_made_when_it_is_needed(db: Database) -> None:
    asked: list[int] = []
    expanded = expand_db_url(db.url)
    credentials = expanded["credentials"]
    if "password" not in credentials:
        return  # a database without passwords
    given = credentials["password"]

    async def password() -> Any:
        asked.append(1)
        return given

    async with TortoiseContext() as context:
        entry = {"engine": expanded["engine"], "credentials": {**credentials, "password": password}}
        await context.init({"connections": {"default": entry}, "apps": {"models": ACCOUNTS}})
        assert await Account.all().count() == 0
    assert asked == [1]


def _with_url(value: Any, url: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_url(item, url) for key, item in value.items()}
    return value.replace("{url}", url) if isinstance(value, str) else value


async def test_time_zones(db: Database) -> None:
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Stamped)]}, timezone="Asia/Kolkata")
        await context.generate_schemas()
        row = await Stamped.create(name="a")
        found = await Stamped.get(id=row.id)
        assert found.made == row.made
        assert str(found.made.tzinfo) == "Asia/Kolkata"


async def test_without_time_zones(db: Database) -> None:
    moment = dt.datetime(2024, 2, 29, 12, 30, 0, 5)
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Sample, Stamped)]}, use_tz=False)
        await context.generate_schemas()
        await Sample.create(label="a", moment=moment)
        await Sample.bulk_create([Sample(label="b", moment=moment), Sample(label="c", moment=None)])
        assert await Sample.filter(moment=moment).order_by("label").values_list("label", flat=True) == ["a", "b"]
        assert (await Sample.get(label="a")).moment == moment
        assert await Sample.filter(moment__lt=moment).count() == 0
        stamped = await Stamped.create(name="s")
        assert (await Stamped.get(id=stamped.id)).made.tzinfo is None


def test_run_async(db: Database) -> None:
    found: list[str] = []

    async def main() -> None:
        async with db.new_url() as url:
            await Tortoise.init(db_url=url, modules=ACCOUNTS)
            await Tortoise.generate_schemas()
            await Account.create(owner="a")
            found.extend(await Account.all().values_list("owner", flat=True))
            await Tortoise.close_connections()

    run_async(main())
    assert found == ["a"]


async def test_statements_as_text(db: Database) -> None:
    query = Account.filter(owner="it's", balance__gt=5).order_by("-owner").limit(3)
    text, parameters = query.sql_and_params()
    assert "it's" not in text
    assert list(parameters)[:2] == ["it's", 5]
    assert query.sql() == text
    assert "= 'it''s'" in query.sql(params_inline=True)
    assert Account.filter(owner="a").update(balance=1).sql().startswith("UPDATE")
    assert Account.filter(owner="a").delete().sql().startswith("DELETE")
    assert await query == []


async def test_models_of_the_context(db: Database) -> None:
    assert db.context.apps["models"]["Tag"] is Tag
    assert db.context.get_model("models", "Tag") is Tag
    with refused(ConfigurationError, "models.Tga", 'Did you mean "models.Tag"'):
        db.context.get_model("models", "Tga")


async def test_raw_statements(db: Database) -> None:
    await Account.create(owner="a", balance=3)
    count, rows = await db.connection.execute_query("SELECT owner, balance FROM account")
    assert (count, rows) == (1, [{"owner": "a", "balance": 3}])
    await db.connection.execute_script("UPDATE account SET balance = 4; UPDATE account SET note = 'x'")
    assert await Account.get(owner="a").values("balance", "note") == {"balance": 4, "note": "x"}
