"""Configuration as values, from files, and as it may be shown."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import unit_models

from tortoise_core.app.config import AppConfig, ConnectionConfig, DBUrlConfig, TortoiseConfig
from tortoise_core.app.config_file import read_config_file
from tortoise_core.app.config_generator import DB_LOOKUP, expand_db_url, generate_config
from tortoise_core.app.early import init_app
from tortoise_core.app.secrets import star_password
from tortoise_core.app.startup import Tortoise
from tortoise_core.app.tortoise_context import TortoiseContext
from tortoise_core.base.classproperty import classproperty
from tortoise_core.base.errors import (
    ConfigurationError,
    DBConnectionError,
    DoesNotExist,
    MultipleObjectsReturned,
    ObjectDoesNotExistError,
    UnSupportedError,
)
from tortoise_core.dialect.driver import Target
from tortoise_core.plugins.manager import plugins
from tortoise_testkit.recording import Recorder, recording_driver
from tortoise_testkit.standard import standard_dialect

URL = "recording+values://ann:secret@nowhere/shop"
APPS = {"units": {"models": ["unit_models"]}}


@pytest.fixture(autouse=True)
def scheme(recorder: Recorder) -> None:
    plugins.register_dialect(standard_dialect())
    plugins.register_driver("recording+values", "standard", recording_driver(recorder, (1,)))


def test_a_dict_comes_back() -> None:
    given = {
        "connections": {"a": URL, "b": {"engine": "x.y", "credentials": {"host": "h"}}},
        "apps": {"m": {"models": ["one", "two"], "default_connection": "b", "migrations": "m.migrations"}},
        "routers": ["r"],
        "use_tz": False,
        "timezone": "Asia/Tokyo",
    }
    config = TortoiseConfig.from_dict(given)
    assert config.to_dict() == given
    assert config.apps["m"] == AppConfig(["one", "two"], "b", "m.migrations")
    assert config.connections["a"] == DBUrlConfig(URL)
    assert config.connections["b"] == ConnectionConfig("x.y", {"host": "h"})
    assert TortoiseConfig.resolve_args(config) is config
    with pytest.raises(FrozenInstanceError):
        config.use_tz = True  # type: ignore[misc]  # frozen


def test_values_show_no_password() -> None:
    config = TortoiseConfig.from_db_url_and_modules(URL, {"m": "one"})
    parts = ConnectionConfig("x.y", {"password": "secret"})
    for shown in (config, parts, ConnectionConfig(db_url=URL), Target("x", password="secret")):
        assert "secret" not in repr(shown)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: DBUrlConfig(5), "text"),  # type: ignore[arg-type]  # refused
        (lambda: ConnectionConfig(), "either"),
        (lambda: ConnectionConfig("x", db_url=URL), "either"),
        (lambda: ConnectionConfig(db_url=URL, credentials={"a": 1}), "go with"),
        (lambda: ConnectionConfig(""), "must be text"),
        (lambda: ConnectionConfig("x", [1]), "mapping"),  # type: ignore[arg-type]  # refused
        (lambda: AppConfig([5]), "not 5"),
        (lambda: TortoiseConfig({}, {}), "at least one"),
        (lambda: TortoiseConfig({"a": DBUrlConfig(URL)}, {"m": AppConfig(["x"], "b")}), 'called "b".*"a"|Choices: a'),
        (lambda: TortoiseConfig({"a": DBUrlConfig(URL)}, {}, use_tz="yes"), "use_tz"),  # type: ignore[arg-type]  # refused
        (lambda: TortoiseConfig.from_dict({"connections": {"a": URL}}), '"apps"'),
        (lambda: TortoiseConfig.from_dict([]), "mapping"),  # type: ignore[arg-type]  # refused
        (lambda: TortoiseConfig.from_dict({"connections": {"a": URL}, "apps": {"m": {}}}), 'app "m".*models'),
        (lambda: TortoiseConfig.from_dict({"connections": {"a": {"engin": 1}}, "apps": {}}), '"a".*"engine"'),
        (lambda: TortoiseConfig.resolve_args(config={}, config_file="x"), "several"),
        (lambda: TortoiseConfig.resolve_args(config={}, modules={}), "go with"),
        (lambda: TortoiseConfig.from_db_url_and_modules(URL, ["x"]), "maps app labels"),  # type: ignore[arg-type]  # refused
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        make()


# -- files

YAML = f"connections:\n  default: {URL}\napps:\n  units:\n    models: [unit_models]\n"
TOML = f'[connections]\ndefault = "{URL}"\n[apps.units]\nmodels = ["unit_models"]\n'


@pytest.mark.parametrize("name", ["c.json", "c.yml", "c.YAML", "c.toml"])
def test_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("json"):
        path.write_text(json.dumps({"connections": {"default": URL}, "apps": APPS}))
    elif name.endswith("toml"):
        if sys.version_info < (3, 11):
            pytest.importorskip("tomli")
        path.write_text(TOML)
    else:
        pytest.importorskip("yaml")
        path.write_text(YAML)
    wanted = TortoiseConfig.from_dict({"connections": {"default": URL}, "apps": APPS})
    assert TortoiseConfig.from_config_file(path) == wanted
    assert TortoiseConfig.resolve_args(config_file=str(path)) == wanted


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe")
    for name, said in (
        ("c.ini", r"\.ini.*\.json"), ("none.json", "none.json"), ("bad.json", "not valid json"),
        ("list.json", "list.json.*mapping"), ("binary.json", "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(ConfigurationError, match=said):
            TortoiseConfig.from_config_file(tmp_path / name)


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("a: 1")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ConfigurationError, match="pip install PyYAML"):
        read_config_file(path)


# -- engines


def engine(name: str, **attributes: Any) -> ConnectionConfig:
    module = ModuleType(name)
    vars(module).update(attributes)
    sys.modules[name] = module
    return ConnectionConfig(name, {"host": "h", "database": "d"})


def init(config: Any, **arguments: Any) -> TortoiseContext:
    async def main() -> TortoiseContext:
        async with TortoiseContext() as context:
            await context.init(config, **arguments)
            if context.connections.names():
                await context.db().ready()
            return context

    return asyncio.run(main())


def config(entry: Any) -> dict[str, Any]:
    return {"connections": {"default": entry}, "apps": {"units": {"models": [unit_models]}}}


def test_a_module_may_be_the_engine(recorder: Recorder) -> None:
    driver = recording_driver(recorder, (1,))
    # a scheme of that name exists, and is not what was asked for
    context = init(config(engine("own_engines.sqlite", driver=driver, dialect_name="standard")))
    assert context.connections.connection("default").driver is driver


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (lambda: engine("own_engine_1", client_class=object), None),
        (lambda: engine("own_engines.one", client_class=object), "client class.*docs/dialects.md"),
        (lambda: engine("own_engines.two", get_client_class=object), "client class.*docs/dialects.md"),
        (lambda: engine("own_engines.three"), 'no "driver"'),
        (lambda: ConnectionConfig("no.such.engine"), "cannot be imported"),
        (lambda: ConnectionConfig("tortoise.backends.nosuch"), "nosuch.*[Ii]nstall"),
        (lambda: ConnectionConfig("tortoise.backends.recording+values", {"port": "x"}), "port"),
    ],
)
def test_engines_that_are_none(entry: Any, said: Any) -> None:
    with pytest.raises(ConfigurationError, match=said or "own_engine_1"):
        init(config(entry()))


# -- initialising


def test_options_are_checked_when_they_are_read(recorder: Recorder) -> None:
    import dataclasses

    def check(target: Target) -> None:
        if target.options:
            raise ConfigurationError(f"unknown option {sorted(target.options)}")

    driver = dataclasses.replace(recording_driver(recorder, (1,)), check=check)
    plugins.register_driver("recording+checked", "standard", driver)
    init(config("recording+checked://h/d?max_size=3&fetch_inserted=1&max_inactive_connection_lifetime=0"))
    with pytest.raises(ConfigurationError, match=r'connection "default".*nosuch'):
        init(config("recording+checked://h/d?nosuch=3"))


@pytest.mark.parametrize("later", [False, True])
def test_a_password_is_asked_for_each_session(recorder: Recorder, later: bool) -> None:
    import dataclasses

    seen: list[Any] = []
    asked: list[int] = []
    real = recording_driver(recorder, (1,))

    async def connect(target: Target) -> Any:
        seen.append(target.password)
        return await real.connect(target)

    async def password_later() -> str:
        asked.append(1)
        return f"p{len(asked)}"

    def password() -> str:
        asked.append(1)
        return f"p{len(asked)}"

    plugins.register_driver("recording+asked", "standard", dataclasses.replace(real, connect=connect))

    async def main() -> None:
        credentials = {"host": "h", "password": password_later if later else password}
        async with TortoiseContext() as context:
            await context.init(config({"engine": "tortoise.backends.recording+asked", "credentials": credentials}))
            for _ in range(2):
                await context.db().ready()
                await context.db().fetch("SELECT 1", ())
                await context.connections.close_all()

    asyncio.run(main())
    assert seen == ["p1", "p2"]


def test_a_password_that_is_none(recorder: Recorder) -> None:
    credentials = {"host": "h", "password": lambda: 5}
    with pytest.raises((ConfigurationError, DBConnectionError), match="must be text"):
        init(config({"engine": "tortoise.backends.recording+values", "credentials": credentials}))


def test_models_without_connections() -> None:
    context = init(config(URL), init_connections=False)
    assert context.connections.all() == []
    assert set(context.apps["units"]) >= {"Team", "Event"}
    with pytest.raises(ConfigurationError, match="init_connections"):
        init(config(URL), init_connections=False, _create_db=True)


def test_databases_cannot_be_made_by_every_driver() -> None:
    with pytest.raises(UnSupportedError, match="recording"):
        init(config(URL), _create_db=True)


def test_models_ready_early() -> None:
    assert set(init_app("units", ["unit_models"])) >= {"Team", "Event"}
    Tortoise.init_models(["unit_models"], "units")
    assert unit_models.Event._meta.columns


def test_tables_may_be_named_by_a_function() -> None:
    from tortoise_core.model.model import Model

    module = ModuleType("named_models")
    Plain = type(Model)("PlainThing", (Model,), {"__module__": "named_models"})
    Named = type(Model)(
        "NamedThing", (Model,), {"__module__": "named_models", "Meta": type("Meta", (), {"table": "x"})}
    )
    vars(module).update(PlainThing=Plain, NamedThing=Named)
    given = {"connections": {"default": URL}, "apps": {"named": {"models": [module]}}}
    init(given, table_name_generator=lambda model: f"t_{model.__name__}")
    assert (Plain._meta.db_table, Named._meta.db_table) == ("t_PlainThing", "x")  # type: ignore[attr-defined]  # models
    with pytest.raises(ConfigurationError, match="PlainThing"):
        init(given, table_name_generator=lambda model: "")


def test_the_source_wins_over_arguments() -> None:
    context = init({**config(URL), "use_tz": False, "timezone": "Asia/Tokyo"}, use_tz=True, timezone="UTC")
    assert (context.use_tz, context.timezone) == (False, "Asia/Tokyo")
    context = init(config(URL), use_tz=False, timezone="Asia/Tokyo")
    assert (context.use_tz, context.timezone) == (False, "Asia/Tokyo")


# -- as text and as dicts


def test_passwords_are_starred() -> None:
    shown = star_password({
        "a": URL, "b": {"engine": "x", "credentials": {"user": "ann", "password": "secret"}},
        "c": {"db_url": URL}, "d": DBUrlConfig(URL),
    })  # fmt: skip
    assert "secret" not in shown
    assert shown.count("ann") == 4
    assert Tortoise.star_password({"a": URL}) == "{'a': 'recording+values://ann:***@nowhere/shop'}"


def test_urls_expanded() -> None:
    expanded = expand_db_url("recording+values://ann:p%40@h:5/d?x=1")
    assert expanded == {
        "engine": "tortoise.backends.recording+values",
        "credentials": {"database": "d", "host": "h", "port": 5, "user": "ann", "password": "p@", "x": "1"},
    }
    one, two = (expand_db_url("recording+values://h/d_{}", True)["credentials"]["database"] for _ in range(2))
    assert one != two and one.startswith("d_") and "{" not in one
    assert generate_config(URL, {"m": ["x"]}, "main")["apps"] == {"m": {"models": ["x"], "default_connection": "main"}}
    for url in ("nosuch://x", "nonsense"):
        with pytest.raises(ConfigurationError):
            expand_db_url(url)


def test_a_scheme_may_be_added_to_the_look_up() -> None:
    assert "recording+values" in DB_LOOKUP and "nosuch" not in DB_LOOKUP
    DB_LOOKUP["recording+values"] = {"engine": "mine", "vmap": {"path": "db"}, "defaults": {"a": 1}, "cast": {"n": int}}
    try:
        assert expand_db_url("recording+values://h/d?n=5") == {
            "engine": "mine",
            "credentials": {"a": 1, "n": 5, "db": "d"},
        }
        with pytest.raises(ConfigurationError, match="n='x'"):
            expand_db_url("recording+values://h/d?n=x")
    finally:
        del DB_LOOKUP["recording+values"]
    assert DB_LOOKUP["recording+values"]["engine"] != "mine"


def test_properties_of_a_class() -> None:
    class Box:
        size = 3

        @classproperty
        def double(cls: Any) -> int:
            return int(cls.size) * 2

    assert (Box.double, Box().double) == (6, 6)


class Thing:
    """Stands for a model in messages."""


def test_errors_by_their_arguments() -> None:
    assert str(DoesNotExist(Thing)) == 'Object "Thing" does not exist'
    assert str(DoesNotExist(Thing, "more")) == "more"
    assert str(DoesNotExist("a message")) == "a message"
    assert str(MultipleObjectsReturned(Thing)).startswith('Multiple objects returned for "Thing"')
    assert str(ObjectDoesNotExistError(Thing, "id", 4)) == "Thing has no object with id=4"
    for error in (DoesNotExist(Thing), DoesNotExist("a message"), ObjectDoesNotExistError(Thing, "id", 4)):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.model) == (type(error), str(error), error.model)
