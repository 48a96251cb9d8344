"""The base class of models."""

from tortoise_core.model.metaclass import ModelMeta
from tortoise_core.model.model import Model
from tortoise_core.model.relations import NoneAwaitable
from tortoise_core.schema.meta import MetaInfo

__all__ = ["MetaInfo", "Model", "ModelMeta", "NoneAwaitable"]
