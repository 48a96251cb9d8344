"""SQL of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from tortoise_core.ast.expressions import Expression, Param
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class Raw(Expression):
    """Text as it stands, with parameters in their places."""

    __slots__ = ("parts", "type")
    parts: tuple[Union[str, Param], ...]
    type: Optional[SqlType]
