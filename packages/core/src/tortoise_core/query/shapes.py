"""Shapes and values: what a query is made of, told apart."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tortoise_core.base.errors import FieldError
from tortoise_core.query.scope import ListValue


class Shaped:
    """`shape` is all that decides the SQL, hashable and cheap to compare; `values` are bound in its order."""

    __slots__ = ()

    shape: Hashable
    values: tuple[Any, ...]


#: kinds of operands, as they stand in a shape behind the key they belong to
NULL, FLAG, LIST, LIST_WITH_NULL, EXPRESSION = "null", "flag", "list", "list|null", "expression"
_SEQUENCES = (list, tuple, set, frozenset, range)


def describe(key: str, value: Any, shape: list[Hashable], values: list[Any]) -> None:
    """Add the operand of one keyword argument to a shape and its values.

    A plain value leaves just the key. None, True and False become part of the shape: they change the SQL.
    """
    if value is None:
        shape.append((key, NULL))
    elif value is True or value is False:
        shape.append((key, FLAG, value))
        values.append(value)
    elif isinstance(value, Shaped):
        shape.append((key, EXPRESSION, value.shape))
        values.extend(value.values)
    elif key.endswith("in") and key.endswith(("__in", "__not_in")):
        shape.append((key, _describe_list(key, value, values)))
    else:
        shape.append(key)
        values.append(value)


def _describe_list(key: str, value: Any, values: list[Any]) -> str:
    if not isinstance(value, _SEQUENCES):
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            raise FieldError(f"{key} takes a list, not {value!r}")
        value = list(value)
    items = ListValue(value)
    if None in items:
        items = ListValue([item for item in items if item is not None])
        values.append(items)
        return LIST_WITH_NULL
    values.append(items)
    return LIST
