"""Keys of JSON documents, wherever they come from."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown


def checked_key(key: object) -> str:
    """A key of a document. Raises FieldError for what cannot be one."""
    if not isinstance(key, str):
        raise FieldError(f"keys of documents are text, not {shown(key)}")
    if "\0" in key:
        raise FieldError(f"the key {shown(key)} has a NUL character, which no document can hold")
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise FieldError(f"the key {shown(key)} is not valid Unicode text: {error.reason}") from error
    return key
