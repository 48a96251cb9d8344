"""Routers: a program's own choice of the connection that a model is read from or written to."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Optional

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import shown

READ, WRITE = "db_for_read", "db_for_write"


def make_routers(routers: Iterable[Any]) -> tuple[object, ...]:
    """The routers of a configuration: classes, or dotted paths to such. Raises ConfigurationError."""
    if isinstance(routers, (str, type)):
        raise ConfigurationError(f"routers takes a list of classes or dotted paths, not {shown(routers)}")
    return tuple([_router_class(router)() for router in routers])


def _router_class(router: Any) -> type[Any]:
    found = _imported(router) if isinstance(router, str) else router
    if not isinstance(found, type):
        raise ConfigurationError(f"a router is a class or the dotted path to one, not {shown(router)}")
    return found


def _imported(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f'router "{path}" cannot be imported: {error}') from error


def routed(routers: Iterable[object], method: str, model: type) -> Optional[str]:
    """The connection that the first router with an opinion names; None if none has one. ConfigurationError."""
    for router in routers:
        ask = getattr(router, method, None)
        name = None if ask is None else ask(model)
        if name is not None and not isinstance(name, str):
            asked = f"{type(router).__name__}.{method}({model.__name__})"
            raise ConfigurationError(f"{asked} must give the name of a connection or None, not {shown(name)}")
        if name is not None:
            return name
    return None
