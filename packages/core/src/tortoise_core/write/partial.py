"""What to write of an instance of which only some columns were loaded."""

from __future__ import annotations

from tortoise_core.base.errors import IncompleteInstanceError
from tortoise_core.load.partial import MISSING, PartialRow
from tortoise_core.schema.record import Record
from tortoise_core.write.codec import Codec


def partial_names(codec: Codec, instance: Record, whole: bool) -> tuple[str, ...]:
    """The attributes that changed, or that were set though they were not loaded; with `whole` all that are there.

    Raises IncompleteInstanceError for an instance without its key.
    """
    check_key(instance)
    row = instance._loaded
    assert type(row) is PartialRow
    known = [name for name in codec.plain_names if hasattr(instance, name)]
    loaded = tuple([name for name in known if row[codec.position[name]] is not MISSING])
    fresh = [name for name in known if name not in loaded]
    changed = loaded if whole else codec.diff_of(loaded)(instance, row)
    names = (*changed, *fresh)
    return (*names, *[name for name in codec.automatic if name not in names]) if names else ()


def check_names(instance: Record, names: tuple[str, ...]) -> None:
    """Raise IncompleteInstanceError if one of the attributes to write is not there."""
    check_key(instance)
    for name in names:
        if not hasattr(instance, name):
            raise IncompleteInstanceError(
                f"{type(instance).__name__}.{name} was not loaded: name it in only(), or set it before saving"
            )


def check_key(instance: Record) -> None:
    """Raise IncompleteInstanceError if the key of a partial instance was not loaded."""
    row = instance._loaded
    if type(row) is not PartialRow:
        return
    for at, field in enumerate(instance._meta.columns):
        if field.pk and row[at] is MISSING:
            name, key = type(instance).__name__, field.model_field_name
            raise IncompleteInstanceError(
                f'{name} is a partial model without its primary key: name "{key}" in only() too'
            )
