"""The base of every model class, and all that the lower floors know of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Optional, TypeVar

from tortoise_core.schema.meta import MetaInfo
from tortoise_core.session.origin import Origin


class Record:
    """An instance with columns, the row it was loaded from, and the mark of where that was.

    Columns are slots of the concrete class. `_origin` is None until the instance is saved or loaded;
    `_loaded` is the driver's own row, or the parameters of the last save, in the order of the columns.
    """

    __slots__ = ("__dict__", "__weakref__", "_loaded", "_origin")

    _meta: ClassVar[MetaInfo]
    #: makes the query that the model's manager starts from; None: all rows are seen
    _managed: ClassVar[Any] = None
    _origin: Optional[Origin]
    _loaded: Optional[Sequence[Any]]


R = TypeVar("R", bound=Record)
