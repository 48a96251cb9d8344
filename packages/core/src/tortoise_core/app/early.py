"""Models made ready before, or without, connections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise_core.app.modules import models_in
from tortoise_core.model.model import Model
from tortoise_core.schema.registry import Apps

#: what was made ready in this process so far
_apps = Apps()


def init_app(label: str, model_paths: Iterable[Any], _init_relations: bool = True) -> dict[str, type[Model]]:
    """Find the models of the modules `model_paths`, put them under the app `label`, and give them by name.

    `_init_relations=False` leaves relations for a later call, for apps that refer to each other. Raises
    ConfigurationError.
    """
    sources = [model_paths] if isinstance(model_paths, str) else list(model_paths)
    models = [model for source in sources for model in models_in(source, label)]
    _apps.add(label, models)
    if _init_relations:
        _apps.make_ready()
    return {model.__name__: model for model in models}


def init_models(models_paths: Iterable[Any], app_label: str, _init_relations: bool = True) -> None:
    """As `init_app`, for its effect alone."""
    init_app(app_label, models_paths, _init_relations)
