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


def describe(operands: dict[str, Any], shape: list[Hashable], values: list[Any]) -> None:
    """Add the operands of keyword arguments to a shape and its values.

    A plain value leaves just the key. None, True and False become part of the shape: they change the SQL. What can
    be read only once is put into `operands` as a list.
    """
    for key, value in operands.items():
        if value is None:
            shape.append((key, NULL))
        elif value is True or value is False:
            shape.append((key, FLAG, value))
            values.append(value)
        elif isinstance(value, Shaped):
            shape.append((key, EXPRESSION, value.shape))
            values.extend(value.values)
        elif key.endswith("in") and key.endswith(("__in", "__not_in")):
            if not isinstance(value, _SEQUENCES):
                value = operands[key] = _as_list(key, value)
            shape.append((key, _describe_list(value, values)))
        else:
            shape.append(key)
            values.append(value)


def _as_list(key: str, value: Any) -> list[Any]:
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise FieldError(f"{key} takes a list, not {value!r}")
    return list(value)


def _describe_list(value: Any, values: list[Any]) -> str:
    items = ListValue(value)
    if None in items:
        values.append(ListValue([item for item in items if item is not None]))
        return LIST_WITH_NULL
    values.append(items)
    return LIST
