"""The whole ORM of a program: initialising, creating tables, closing."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, Optional, Union
from weakref import WeakSet

from tortoise_core.app.config import Modules, TortoiseConfig
from tortoise_core.app.early import init_app, init_models
from tortoise_core.app.former import BaseSchemaGenerator
from tortoise_core.app.secrets import star_password
from tortoise_core.app.tortoise_context import TableNameGenerator, TortoiseContext
from tortoise_core.base.classproperty import classproperty
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.model.model import Model
from tortoise_core.schema.registry import Apps
from tortoise_core.session.context import (
    Context,
    get_current_context,
    require_context,
    set_current_context,
)
from tortoise_core.session.executor import Executor

__all__ = ["BaseSchemaGenerator", "Tortoise", "TortoiseContext", "run_async"]

#: contexts that `Tortoise.init` made
_programs: WeakSet[Context] = WeakSet()


class Tortoise:
    """The whole ORM of a program: one context, current everywhere.

    Everything here is about the context in force where it is called, so that it also serves inside another one.
    """

    #: names the tables of models whose Meta does not, where `init` is given none
    table_name_generator: Optional[TableNameGenerator] = None

    @classproperty
    def apps(cls) -> Optional[Apps]:
        """app label -> model name -> class; None before `init`."""
        context = get_current_context()
        return context.apps if isinstance(context, TortoiseContext) else None

    @classproperty
    def _inited(cls) -> bool:
        context = get_current_context()
        return context is not None and context.inited

    @classmethod
    async def init(
        cls,
        config: Union[Mapping[str, Any], TortoiseConfig, None] = None,
        config_file: Any = None,
        _create_db: bool = False,
        db_url: Optional[str] = None,
        modules: Optional[Modules] = None,
        use_tz: bool = True,
        timezone: str = "UTC",
        routers: Optional[Iterable[Any]] = None,
        table_name_generator: Optional[TableNameGenerator] = None,
        init_connections: bool = True,
        _enable_global_fallback: bool = True,
    ) -> TortoiseContext:
        """Initialise: see `TortoiseContext.init`. Current in this task and, where no other is, everywhere.

        What an earlier call opened is closed once the new configuration has been read.
        `_enable_global_fallback=False` leaves it at this task and those it starts.
        """
        previous = get_current_context()
        context = await TortoiseContext().init(
            config,
            config_file=config_file,
            db_url=db_url,
            modules=modules,
            _create_db=_create_db,
            use_tz=use_tz,
            timezone=timezone,
            routers=routers,
            table_name_generator=table_name_generator or cls.table_name_generator,
            init_connections=init_connections,
            _enable_global_fallback=_enable_global_fallback,
        )
        if previous is not None and previous in _programs:  # a context that somebody else opened is his to close
            await previous.close_connections()
        _programs.add(context)
        set_current_context(context)
        return context

    @classmethod
    def is_inited(cls) -> bool:
        """True between `init` and `close_connections`."""
        return cls._inited

    @classmethod
    def init_models(cls, models_paths: Iterable[Any], app_label: str, _init_relations: bool = True) -> None:
        """Make models ready without connections, as tools that read models need it: see `early.init_models`."""
        init_models(models_paths, app_label, _init_relations)

    @classmethod
    def init_app(cls, label: str, model_paths: Iterable[Any], _init_relations: bool = True) -> dict[str, type[Model]]:
        """As `init_models`; gives the models of the app by name."""
        return init_app(label, model_paths, _init_relations)

    @classmethod
    def describe_model(cls, model: type[Model], serializable: bool = True) -> dict[str, Any]:
        """`model` in words, as its own `describe` gives them."""
        return model.describe(serializable)

    @classmethod
    def describe_models(
        cls, models: Optional[Iterable[type[Model]]] = None, serializable: bool = True
    ) -> dict[str, dict[str, Any]]:
        """ "app.Model" -> description of `models`; of all models that are initialised, if none are given."""
        found = _context().apps.models() if models is None else models
        described = [model.describe(serializable) for model in found]  # type: ignore[attr-defined]  # apps hold models
        return {entry["name"]: entry for entry in described}

    star_password = staticmethod(star_password)

    @classmethod
    def get_connection(cls, connection_name: str) -> Executor:
        """The connection of that name, or the open transaction on it. Raises ConfigurationError."""
        return require_context().connections.get(connection_name)

    @classmethod
    async def generate_schemas(cls, safe: bool = True) -> None:
        """Create the tables of all models. `safe` (the default) passes over tables that exist."""
        await _context().generate_schemas(safe)

    @classmethod
    async def close_connections(cls) -> None:
        """Close all sessions. Does nothing if nothing is initialised."""
        context = get_current_context()
        if context is not None:
            await context.close_connections()

    @classmethod
    async def _drop_databases(cls) -> None:
        """Close all sessions and delete the databases: for tests."""
        context = _context()
        await context.close_connections()
        for connection in context.connections.all():
            await connection.db_delete()


def _context() -> TortoiseContext:
    context = require_context()
    if not isinstance(context, TortoiseContext):
        raise ConfigurationError("the current context has no models: call `await Tortoise.init(...)` first")
    return context


def run_async(coro: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine in a loop of its own and close all connections afterwards."""
    import asyncio

    async def main() -> None:
        try:
            await coro
        finally:
            await Tortoise.close_connections()

    asyncio.run(main())
