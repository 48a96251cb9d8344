"""The keyword arguments of fields and relations, so that type checkers find a misspelt one where it stands.

Classes that name some of them in their own signature take the rest; no name may be in both.
"""

from __future__ import annotations

from typing import Any, Callable, Optional, TypedDict


class _Common(TypedDict, total=False):
    source_field: Optional[str]
    generated: bool
    pk: bool
    index: bool
    default: Any
    db_default: Any
    model: Optional[type[Any]]
    validators: Optional[list[Callable[[Any], Any]]]


class TextOptions(_Common, total=False):
    """Beside key, uniqueness and index."""

    description: Optional[str]


class KeyOptions(TextOptions, total=False):
    """Beside the mark of a primary key."""

    unique: bool
    db_index: Optional[bool]


class FieldOptions(KeyOptions, total=False):
    """All but `null`, which decides the type of the attribute."""

    primary_key: Optional[bool]


class DocumentOptions(FieldOptions, total=False):
    """With `null`, which says nothing of the type where that is Any."""

    null: bool


class Aliases(TypedDict, total=False):
    """Other names of `primary_key` and `db_index`."""

    pk: bool
    index: bool


class EnumOptions(_Common, total=False):
    """Beside the description."""

    primary_key: Optional[bool]
    unique: bool
    db_index: Optional[bool]


class RelationOptions(TypedDict, total=False):
    """What relations to one row take beside target, reverse name, rule of deletion and `null`."""

    to_field: Optional[str]
    source_field: Optional[str]
    primary_key: Optional[bool]
    pk: bool
    unique: bool
    db_index: Optional[bool]
    index: bool
    description: Optional[str]
    default: Any
    db_default: Any
    deferrable: Optional[str]


class LinkOptions(TypedDict, total=False):
    """What relations to many rows take beside the table of links."""

    description: Optional[str]
