"""Configuration: what is read, and what is refused with a word on what was meant."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import pytest
import unit_models
from unit_models import Event, Tag, Team

from tortoise_core.app.config import TortoiseConfig
from tortoise_core.app.startup import Tortoise, TortoiseContext
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.plugins.manager import plugins
from tortoise_testkit.recording import Recorder, recording_driver
from tortoise_testkit.standard import standard_dialect

URL = "recording+config://nowhere/"
MODULES = {"units": [unit_models]}


@pytest.fixture(autouse=True)
def scheme(recorder: Recorder) -> None:
    plugins.register_dialect(standard_dialect())
    plugins.register_driver("recording+config", "standard", recording_driver(recorder, (1,)))


def init(**arguments: Any) -> TortoiseContext:
    async def main() -> TortoiseContext:
        context = TortoiseContext()
        async with context:
            return await context.init(**arguments)

    return asyncio.run(main())


def config(**changes: Any) -> dict[str, Any]:
    apps = {"units": {"models": [unit_models], "default_connection": "default"}}
    return {"connections": {"default": URL}, "apps": apps, **changes}


def test_a_url_and_a_dict_say_the_same() -> None:
    by_url = TortoiseConfig.resolve_args(db_url=URL, modules=MODULES)
    by_dict = TortoiseConfig.resolve_args(config())
    assert by_url == by_dict
    assert TortoiseConfig.from_dict(by_url.to_dict()) == by_url


@pytest.mark.parametrize(
    "entry",
    [
        URL,
        {"db_url": URL},
        {"engine": "tortoise.backends.recording+config", "credentials": {"host": "nowhere"}},
    ],
)
def test_the_ways_to_name_a_connection(entry: Any) -> None:
    context = init(config=config(connections={"default": entry}))
    assert context.connections.connection("default").target.host == "nowhere"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "either"),
        ({"config": {}, "db_url": URL}, "either"),
        ({"db_url": URL}, "modules"),
        ({"db_url": URL, "modules": {"units": []}}, "names no modules"),
        ({"db_url": URL, "modules": {"units": ["no.such.module"]}}, "no.such.module"),
        ({"db_url": "no-url", "modules": MODULES}, "not a database URL"),
        ({"config": config(conections={})}, 'Did you mean "connections"'),
        ({"config": config(apps={"units": {"model": []}})}, 'Did you mean "models"'),
        ({"config": config(apps={"units": {"models": [unit_models], "default_connection": "defualt"}})},
         'Did you mean "default"'),
        ({"config": config(connections={"default": {"url": URL}})}, "db_url"),
        ({"config": config(connections={"default": {}})}, 'either "db_url" or "engine"'),
        ({"config": config(connections={"default": 5})}, "must be a URL"),
        ({"config": config(connections={"a": URL, "b": URL}, apps={"units": {"models": [unit_models]}})}, "several"),
        ({"db_url": URL, "modules": MODULES, "timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"config": config(routers=["x"])}, 'router "x"'),
    ],
)  # fmt: skip
def test_what_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said.replace("[", r"\[")):
        init(**arguments)


def test_models_are_found_by_name_and_by_module() -> None:
    for source in ("unit_models", unit_models):
        context = init(db_url=URL, modules={"units": [source]})
        assert {context.get_model("units", name) for name in ("Team", "Tag", "Event")} == {Team, Tag, Event}
    with pytest.raises(ConfigurationError, match=r'Did you mean "units\.Team"'):
        context.get_model("units", "Teem")


def test_two_models_of_one_name() -> None:
    other = ModuleType("other")
    other.Team = type(Team)("Team", (type(Team).__mro__ and Team.__mro__[1],), {})  # type: ignore[attr-defined]  # a module made by hand
    other.__models__ = [other.Team]  # type: ignore[attr-defined]  # the same
    with pytest.raises(ConfigurationError, match="two models called Team"):
        init(db_url=URL, modules={"units": [unit_models, other]})


def test_without_init_queries_say_what_to_call() -> None:
    async def main() -> None:
        with pytest.raises(ConfigurationError, match=r"Tortoise\.init"):
            await Team.all()

    asyncio.run(main())


def test_a_model_that_nobody_named(run: Any) -> None:
    class Stray(Team.__mro__[1]):  # type: ignore[misc]  # the base of all models
        pass

    async def test(context: Any) -> None:
        with pytest.raises(ConfigurationError, match="Stray"):
            await Stray.all()

    run(test)


def test_init_of_the_whole_program_and_its_end(recorder: Recorder) -> None:
    async def main() -> None:
        await Tortoise.init(db_url=URL, modules=MODULES)
        assert Tortoise.is_inited()
        await Team.all()
        await Tortoise.close_connections()

    asyncio.run(main())
    assert recorder.calls[-1] == "close"


def test_a_program_that_forgets_to_close_is_closed_with_its_loop(recorder: Recorder) -> None:
    async def main() -> None:
        context = TortoiseContext()
        context.__enter__()
        await context.init(db_url=URL, modules=MODULES)
        await Team.all()

    asyncio.run(main())
    assert recorder.calls == ["fetch", "close"]
