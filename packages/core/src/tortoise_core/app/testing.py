"""Helpers for tests of programs: a database of their own, skipping by capability, emptying tables."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from functools import wraps
from types import ModuleType
from typing import Any, Callable, Optional, TypeVar, Union, overload
from unittest import SkipTest

from tortoise_core.app.config import AppConfig, DBUrlConfig, TortoiseConfig
from tortoise_core.app.emptying import empty_tables
from tortoise_core.app.tortoise_context import TortoiseContext
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.warnings import TortoiseLoopSwitchWarning
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.blocks import connections
from tortoise_core.session.context import require_context

ModulesConfigType = Union[str, ModuleType, Iterable[Any]]
T = TypeVar("T", bound=Callable[..., Any])
R = TypeVar("R")


def memory_url() -> str:
    """The URL of a database in memory, of the one installed dialect that has such a thing.

    Raises ConfigurationError where there is none, or more than one to choose from.
    """
    found = {name: plugins.dialect(name).memory_url for name in plugins.installed_dialects()}
    urls = {name: url for name, url in found.items() if url is not None}
    if len(urls) != 1:
        which = (
            f"several installed dialects have one: {', '.join(sorted(urls))}" if urls else "no installed dialect has"
        )
        raise ConfigurationError(f"give the test a db_url: a database in memory was wanted, and {which}")
    return next(iter(urls.values()))


@asynccontextmanager
async def tortoise_test_context(
    modules: ModulesConfigType,
    db_url: Optional[str] = None,
    app_label: str = "models",
    *,
    connection_label: Optional[str] = None,
    use_tz: bool = True,
    timezone: str = "UTC",
    routers: Optional[Iterable[Any]] = None,
) -> AsyncIterator[TortoiseContext]:
    """``async with``: a context of its own with a new database and its tables, current inside, closed afterwards.

    `db_url` defaults to a database in memory; ``{}`` in its name is replaced by something unique. The database is
    left behind; ``await Tortoise._drop_databases()`` inside deletes it. Raises ConfigurationError.
    """
    name = connection_label or "default"
    config = TortoiseConfig(
        {name: DBUrlConfig(db_url or memory_url())},
        {app_label: AppConfig(modules, name)},  # type: ignore[arg-type]  # it makes a list of one module
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TortoiseLoopSwitchWarning)
        async with TortoiseContext() as context:
            await context.init(config, _create_db=True, use_tz=use_tz, timezone=timezone, routers=routers)
            await context.generate_schemas()
            yield context


@overload
def in_memory(models: Callable[..., Awaitable[R]]) -> Callable[..., Awaitable[R]]: ...
@overload
def in_memory(
    models: Optional[ModulesConfigType] = None,
) -> Callable[[Callable[..., Awaitable[R]]], Callable[..., Awaitable[R]]]: ...
def in_memory(models: Any = None) -> Any:
    """A decorator that runs a coroutine function with the models of modules, and their tables, in memory.

    Without brackets, or without `models`, those of ``__main__``.
    """
    if inspect.iscoroutinefunction(models):
        return _with_memory(models, "__main__")
    return lambda function: _with_memory(function, models or "__main__")


def _with_memory(function: Callable[..., Awaitable[R]], models: ModulesConfigType) -> Callable[..., Awaitable[R]]:
    @wraps(function)
    async def run(*args: Any, **kwargs: Any) -> R:
        async with tortoise_test_context(models):
            return await function(*args, **kwargs)

    return run


async def truncate_all_models() -> None:
    """Delete every row of every model of the current context, those that refer to others first.

    Raises ConfigurationError where nothing is initialised.
    """
    context = require_context()
    if not isinstance(context, TortoiseContext) or not context.inited:
        raise ConfigurationError("there are no models to empty: initialise Tortoise ORM first")
    await empty_tables(context)


def requireCapability(  # named as tests know it
    connection_name: str = "models", **conditions: Any
) -> Callable[[T], T]:
    """A decorator for a test, or a class of tests, that skips where a capability is not as wanted.

    `conditions` are names of capabilities of the connection (``connection.capabilities``) with values, or with
    conditions such as `NotEQ` and `In`. `connection_name` may be left out where there is one connection only.
    Raises ConfigurationError for a capability that does not exist.
    """

    def decorate(test: T) -> T:
        def check() -> None:
            check_capabilities(connection_name, conditions)

        return test if _checked_methods(test, check) else _checked(test, check)

    return decorate


def _checked_methods(tests: Any, check: Callable[[], None]) -> bool:
    """Put the check before each test of a class; False for what is no class."""
    if not inspect.isclass(tests):
        return False
    members: dict[str, Any] = dict(vars(tests))
    for name, method in members.items():
        if name.startswith("test") and inspect.isroutine(method) and callable(method):
            setattr(tests, name, _checked(method, check))
    return True


def _checked(test: T, check: Callable[[], None]) -> T:
    if inspect.iscoroutinefunction(test):

        @wraps(test)
        async def run(*args: Any, **kwargs: Any) -> Any:
            check()
            return await test(*args, **kwargs)

        return run  # type: ignore[return-value]  # called as the test is

    @wraps(test)
    def call(*args: Any, **kwargs: Any) -> Any:
        check()
        return test(*args, **kwargs)

    return call  # type: ignore[return-value]  # called as the test is


def check_capabilities(connection_name: str, conditions: dict[str, Any]) -> None:
    """Raise SkipTest unless the capabilities of a connection are as `conditions` say; ConfigurationError."""
    known = {connection.connection_name: connection for connection in connections.all()}
    if connection_name == "models" and connection_name not in known and len(known) == 1:
        connection_name = next(iter(known))
    capabilities = connections.get(connection_name).capabilities
    for name, wanted in conditions.items():
        if not hasattr(capabilities, name):
            names = [public for public in dir(capabilities) if not public.startswith("_")]
            raise ConfigurationError(f'there is no capability "{name}".{did_you_mean(name, names)}')
        if getattr(capabilities, name) != wanted:
            raise SkipTest(f"Capability {name} != {wanted}")
