"""A context: connections and models that were initialised together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import Token
from typing import Any, Callable, Optional, Union

from tortoise_core.app.config import Modules, TortoiseConfig
from tortoise_core.app.connecting import make_connection
from tortoise_core.app.modules import models_in
from tortoise_core.base.errors import ConfigurationError, TransactionManagementError
from tortoise_core.base.timezone import Clock, parse_timezone, set_clock
from tortoise_core.migrations.create_schema import create_schema
from tortoise_core.model.model import Model
from tortoise_core.schema.registry import Apps
from tortoise_core.session.context import (
    Context,
    reset_current_context,
    set_current_context,
    set_global_context,
)
from tortoise_core.session.executor import Executor

TableNameGenerator = Callable[[type[Any]], str]


class TortoiseContext(Context):
    """Connections and models of their own.

    ``with`` makes it current inside; ``async with`` also closes it at the end. Contexts may be nested, and several
    may be in use at once in different tasks or threads.
    """

    def __init__(self) -> None:
        super().__init__()
        #: app label -> model name -> class
        self.apps = Apps()
        self._tokens: list[Token[Optional[Context]]] = []

    async def init(
        self,
        config: Union[Mapping[str, Any], TortoiseConfig, None] = None,
        *,
        config_file: Any = None,
        db_url: Optional[str] = None,
        modules: Optional[Modules] = None,
        _create_db: bool = False,
        use_tz: bool = True,
        timezone: str = "UTC",
        routers: Optional[Iterable[Any]] = None,
        table_name_generator: Optional[TableNameGenerator] = None,
        init_connections: bool = True,
        _enable_global_fallback: bool = False,
    ) -> TortoiseContext:
        """Read a configuration and make its models ready. Sessions are opened when first needed.

        Exactly one source: `config`, a dict or TortoiseConfig; `config_file` (.json, .yml, .yaml, .toml); or `db_url`
        with `modules` (app label -> modules, as names or objects). `use_tz`, `timezone` and `routers` count where
        the source says nothing of them.

        `table_name_generator` names the tables of models whose Meta does not. `_create_db` creates the databases,
        with ``{}`` in their names replaced by something unique. `init_connections=False` makes models ready
        without connections. `_enable_global_fallback` makes the context that of every task without one.
        Raises ConfigurationError.
        """
        settings = TortoiseConfig.resolve_args(config, config_file, db_url, modules)
        if _create_db and not init_connections:
            raise ConfigurationError("_create_db creates databases through connections: leave init_connections on")
        if self.inited:
            await self.close_connections()
        self.inited = False
        clock = Clock(
            use_tz if settings.use_tz is None else settings.use_tz,
            timezone if settings.timezone is None else settings.timezone,
        )
        self._build(settings, clock, init_connections, _create_db, table_name_generator)
        self.use_routers(settings.routers if settings.routers is not None else routers or ())
        if _create_db:
            for connection in self.connections.all():
                await connection.db_create()
        self.inited = True
        await self.watch_loop()
        if _enable_global_fallback:
            set_global_context(self)
        return self

    def _build(
        self,
        settings: TortoiseConfig,
        clock: Clock,
        with_connections: bool,
        fresh: bool,
        table_name: Optional[TableNameGenerator],
    ) -> None:
        self.connections.clear()
        self.apps, self.by_model, self.clock = Apps(), {}, clock
        parse_timezone(clock.timezone)  # refuse an unknown zone now, not at the first row
        if with_connections:
            for name, entry in settings.connections.items():
                self.connections.add(make_connection(name, entry, clock, fresh))
        set_clock(clock)
        for label, app in settings.apps.items():
            models = [model for source in app.models for model in models_in(source, label)]
            name_tables(models, table_name)
            self.apps.add(label, models)
            if with_connections:
                connection = self.connections.connection(app.default_connection or self.default_connection_name())
                self.by_model.update({model: connection for model in models})
        self.apps.make_ready()

    async def generate_schemas(self, safe: bool = True) -> None:
        """Create the tables of all models. `safe` (the default) passes over tables that exist."""
        for connection in self.connections.all():
            models = [model for model, used in self.by_model.items() if used is connection]
            await create_schema(connection, models, safe)

    def get_model(self, app_label: str, model_name: str) -> type[Model]:
        """The model `app_label`.`model_name`. Raises ConfigurationError."""
        return self.apps.get_model(app_label, model_name)  # type: ignore[return-value]  # apps hold models

    def db(self, connection_name: Optional[str] = None) -> Executor:
        """A connection by name (default: the default one), or the open transaction on it.

        Raises ConfigurationError, also before `init`.
        """
        if not self.inited:
            raise ConfigurationError("this context is not initialised: call `await context.init(...)` first")
        return self.connections.get(connection_name or self.default_connection_name())

    @property
    def default_connection(self) -> Optional[str]:
        """Name of the default connection; None before `init`. Raises ConfigurationError if there are several."""
        return self.default_connection_name() if self.inited else None

    @property
    def use_tz(self) -> bool:
        """True if datetimes are aware."""
        return self.clock.use_tz

    @property
    def timezone(self) -> str:
        """Name of the zone that datetimes come back in."""
        return self.clock.timezone

    def __enter__(self) -> TortoiseContext:
        self._tokens.append(set_current_context(self))
        return self

    def __exit__(self, *exc: Any) -> None:
        reset_current_context(self._tokens.pop())

    async def __aenter__(self) -> TortoiseContext:
        return self.__enter__()

    async def __aexit__(self, *exc: Any) -> None:
        try:
            await self.close_connections()
        except TransactionManagementError:  # a transaction that nobody will end any more
            for connection in self.connections.all():
                connection.pool.terminate()
            raise
        finally:
            self.inited = False
            self.__exit__()


def name_tables(models: Iterable[type[Model]], table_name: Optional[TableNameGenerator]) -> None:
    """Name the tables of the models whose Meta does not say. Raises ConfigurationError for what is no name."""
    if table_name is None:
        return
    for model in models:
        if "table" in vars(vars(model).get("Meta", object)):
            continue
        name: Any = table_name(model)
        if not isinstance(name, str) or not name:
            raise ConfigurationError(f"table_name_generator gave {name!r} for {model.__name__}, which is no name")
        if name != model._meta.db_table:
            model._meta.db_table = name
            model._meta.changed()
