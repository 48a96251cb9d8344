"""The models of a module."""

from __future__ import annotations

import inspect
import warnings
from importlib import import_module
from types import ModuleType
from typing import Any

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.model.model import Model


def models_in(source: Any, label: str) -> list[type[Model]]:
    """The concrete models of a module, given by name or object. Raises ConfigurationError.

    A module without any is a RuntimeWarning: it is often not the one that was meant.
    """
    module = source if isinstance(source, ModuleType) else _import(str(source))
    found = getattr(module, "__models__", None)
    candidates = vars(module).values() if found is None else found
    models: dict[type[Model], None] = {}
    for value in candidates:
        if inspect.isclass(value) and issubclass(value, Model) and _belongs(value, module, label, found is not None):
            models[value] = None
    if not models:
        warnings.warn(f'Module "{module.__name__}" has no models', RuntimeWarning, stacklevel=2)
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
