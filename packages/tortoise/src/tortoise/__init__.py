"""The public face of Tortoise ORM: names to import, no logic."""

from pkgutil import extend_path

from tortoise_core.app.config import TortoiseConfig
from tortoise_core.app.schema_sql import generate_schema_for_client
from tortoise_core.app.startup import Tortoise, run_async
from tortoise_core.base.classproperty import classproperty
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.model.metaclass import ModelMeta
from tortoise_core.model.model import Model
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    BackwardOneToOneRelation,
    ForeignKeyFieldInstance,
    ManyToManyFieldInstance,
    OneToOneFieldInstance,
)
from tortoise_core.session.blocks import connections
from tortoise_core.session.executor import Executor

BaseDBAsyncClient = Executor

# dialect wheels put modules of their own under this package
__path__ = extend_path(__path__, __name__)

__version__ = "1.99.0"

__all__ = [
    "BackwardFKRelation",
    "BackwardOneToOneRelation",
    "BaseDBAsyncClient",
    "ConfigurationError",
    "ForeignKeyFieldInstance",
    "ManyToManyFieldInstance",
    "Model",
    "ModelMeta",
    "OneToOneFieldInstance",
    "Tortoise",
    "TortoiseConfig",
    "__version__",
    "classproperty",
    "connections",
    "generate_schema_for_client",
    "run_async",
]
