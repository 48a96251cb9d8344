"""The base class of models."""

from tortoise_core.model.fk_setter import FkSetterKwargs
from tortoise_core.model.metaclass import ModelMeta
from tortoise_core.model.model import Model
from tortoise_core.model.relations import NoneAwaitable
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.together import get_together, prepare_default_ordering
from tortoise_core.session.blocks import router

__all__ = [
    "FkSetterKwargs",
    "MetaInfo",
    "Model",
    "ModelMeta",
    "NoneAwaitable",
    "get_together",
    "prepare_default_ordering",
    "router",
]
