"""Initialising, creating tables, closing."""

from __future__ import annotations

import inspect
from collections.abc import Coroutine, Iterable, Mapping
from contextvars import Token
from importlib import import_module
from types import ModuleType
from typing import Any, Optional

from tortoise_core.app.config import Modules, Settings, make_connection, settings_from
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import parse_timezone, set_clock
from tortoise_core.migrations.create_schema import create_schema
from tortoise_core.model.model import Model
from tortoise_core.schema.registry import Apps
from tortoise_core.session.context import (
    Context,
    get_current_context,
    require_context,
    set_current_context,
    set_global_context,
)
from tortoise_core.session.executor import Executor


class TortoiseContext(Context):
    """Connections and models of their own. As ``async with`` it is current inside, and closed at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.apps = Apps()
        self._tokens: list[Token[Optional[Context]]] = []

    async def init(
        self,
        config: Optional[Mapping[str, Any]] = None,
        *,
        db_url: Optional[str] = None,
        modules: Optional[Modules] = None,
        use_tz: bool = True,
        timezone: str = "UTC",
        routers: Optional[Iterable[Any]] = None,
        _enable_global_fallback: bool = False,
    ) -> TortoiseContext:
        """Read a configuration and make its models ready. Sessions are opened when first needed.

        Exactly one source: `config`, or `db_url` with `modules` (app label -> modules, as names or objects).
        `routers` are classes or dotted paths, asked for the connection of each statement.
        Raises ConfigurationError.
        """
        if self.inited:
            await self.close_connections()
        settings = settings_from(config, db_url, modules, use_tz, timezone, routers)
        self._build(settings)
        self.inited = True
        await self.watch_loop()
        if _enable_global_fallback:
            set_global_context(self)
        return self

    def _build(self, settings: Settings) -> None:
        self.connections.clear()
        self.apps, self.by_model, self.clock = Apps(), {}, settings.clock
        parse_timezone(settings.clock.timezone)  # refuse an unknown zone now, not at the first row
        set_clock(settings.clock)
        for name, entry in settings.connections.items():
            self.connections.add(make_connection(name, entry, settings.clock))
        for label, app in settings.apps.items():
            connection = self.connections.connection(app.default_connection or self.default_connection_name())
            models = [model for source in app.models for model in models_in(source, label)]
            self.apps.add(label, models)
            self.by_model.update({model: connection for model in models})
        self.apps.make_ready()
        self.use_routers(settings.routers)

    async def generate_schemas(self, safe: bool = True) -> None:
        """Create the tables of all models. `safe` (the default) passes over tables that exist."""
        for connection in self.connections.all():
            models = [model for model, used in self.by_model.items() if used is connection]
            await create_schema(connection, models, safe)

    def get_model(self, app_label: str, model_name: str) -> type[Model]:
        """The model `app_label`.`model_name`. Raises ConfigurationError."""
        return self.apps.get_model(app_label, model_name)  # type: ignore[return-value]  # apps hold models

    def db(self, connection_name: Optional[str] = None) -> Executor:
        """A connection by name (default: the default one), or the open transaction on it."""
        return self.connections.get(connection_name or self.default_connection_name())

    @property
    def default_connection(self) -> str:
        """Name of the default connection."""
        return self.default_connection_name()

    def __enter__(self) -> TortoiseContext:
        self._tokens.append(set_current_context(self))
        return self

    def __exit__(self, *exc: Any) -> None:
        previous = self._tokens.pop().old_value
        set_current_context(previous if isinstance(previous, Context) else None)

    async def __aenter__(self) -> TortoiseContext:
        return self.__enter__()

    async def __aexit__(self, *exc: Any) -> None:
        try:
            await self.close_connections()
        finally:
            self.__exit__()


def models_in(source: Any, label: str) -> list[type[Model]]:
    """The concrete models of a module, given by name or object. Raises ConfigurationError."""
    module = source if isinstance(source, ModuleType) else _import(str(source))
    found = getattr(module, "__models__", None)
    candidates = vars(module).values() if found is None else found
    models: dict[type[Model], None] = {}
    for value in candidates:
        if inspect.isclass(value) and issubclass(value, Model) and _belongs(value, module, label, found is not None):
            models[value] = None
    return list(models)


def _belongs(model: type[Model], module: ModuleType, label: str, listed: bool) -> bool:
    """True if a model found in `module` is one of the app `label`, not imported from another one's module."""
    if not hasattr(model, "_meta") or model._meta.abstract:
        return False
    return listed or model.__module__ == module.__name__ or model._meta.app in (None, label)


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigurationError(f'Module "{name}" cannot be imported: {error}') from error


class Tortoise:
    """The whole ORM of a program: one context, current everywhere."""

    apps: Optional[Apps] = None
    _inited = False

    @classmethod
    async def init(
        cls,
        config: Optional[Mapping[str, Any]] = None,
        *,
        db_url: Optional[str] = None,
        modules: Optional[Modules] = None,
        use_tz: bool = True,
        timezone: str = "UTC",
        routers: Optional[Iterable[Any]] = None,
    ) -> TortoiseContext:
        """Initialise: see `TortoiseContext.init`. Current in this task and, where no other is, everywhere."""
        await _close_previous()
        context = TortoiseContext()
        await context.init(config, db_url=db_url, modules=modules, use_tz=use_tz, timezone=timezone, routers=routers)
        set_current_context(context)
        set_global_context(context)
        cls.apps, cls._inited = context.apps, True
        return context

    @classmethod
    def is_inited(cls) -> bool:
        """True between `init` and `close_connections`."""
        return cls._inited

    @classmethod
    def get_connection(cls, connection_name: str) -> Executor:
        """The connection of that name, or the open transaction on it. Raises ConfigurationError."""
        return require_context().connections.get(connection_name)

    @classmethod
    async def generate_schemas(cls, safe: bool = True) -> None:
        """Create the tables of all models. `safe` (the default) passes over tables that exist."""
        context = require_context()
        assert isinstance(context, TortoiseContext)
        await context.generate_schemas(safe)

    @classmethod
    async def close_connections(cls) -> None:
        """Close all sessions. Does nothing if nothing is initialised."""
        context = get_current_context()
        if context is not None:
            await context.close_connections()


async def _close_previous() -> None:
    """A second `init` in one program takes the place of the first."""
    previous = get_current_context()
    if previous is not None:
        await previous.close_connections()


def run_async(coro: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in a loop of its own and close all connections afterwards."""
    import asyncio

    async def main() -> None:
        try:
            await coro
        finally:
            await Tortoise.close_connections()

    asyncio.run(main())
