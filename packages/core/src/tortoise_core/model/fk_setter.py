"""A type that annotations of other code name."""

from __future__ import annotations

from typing import TypedDict


class FkSetterKwargs(TypedDict):
    """What describes the attribute of a foreign key: where it is kept, its relation, and the field it points to."""

    _key: str
    relation_field: str
    to_field: str
