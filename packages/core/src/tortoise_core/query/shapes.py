"""Shapes and values: what a query is made of, told apart."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.scope import ListValue


class Shaped:
    """`shape` is all that decides the SQL, hashable and cheap to compare; `values` are bound in its order."""

    __slots__ = ()

    shape: Hashable
    values: tuple[Any, ...]


#: kinds of operands, as they stand in a shape behind the key they belong to
NULL, FLAG, LIST, LIST_WITH_NULL, EXPRESSION = "null", "flag", "list", "list|null", "expression"
#: the conditions of `__filter`, and a list or tuple in which expressions stand
CONDITIONS, PAIR = "conditions", "pair"
_COMPOUND = frozenset({dict, list, tuple})
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
                if isinstance(value, Shaped):
                    shape.append((key, EXPRESSION, value.shape))
                    values.extend(value.values)
                    continue
            shape.append((key, _describe_list(value, values)))
        elif type(value) in _COMPOUND:
            shape.append(_describe_compound(operands, key, value, values))
        else:
            shape.append(key)
            values.append(value)


def _describe_compound(operands: dict[str, Any], key: str, value: Any, values: list[Any]) -> Hashable:
    """The shape of a dict, list or tuple, which is a plain value everywhere but in `__filter` and `__range`."""
    if type(value) is dict and key.endswith("__filter"):
        conditions = operands[key] = Conditions(value)
        values.extend(conditions.operands)
        return (key, CONDITIONS, tuple(conditions.shape))
    if key.endswith("__range") and any(isinstance(item, Shaped) for item in value):
        return (key, PAIR, tuple([_describe_item(item, values) for item in value]))
    values.append(value)
    return key


class Conditions(dict):  # type: ignore[type-arg]  # keys and operands
    """The conditions of `__filter` on a document: a copy of them, described. The dict itself is the first value."""

    __slots__ = ("operands", "shape")

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        for key in given:
            if not isinstance(key, str):
                raise FieldError(f"keys of documents are text, not {shown(key)}")
        self.shape: list[Hashable] = []
        self.operands: list[Any] = [given]
        describe(self, self.shape, self.operands)


def _describe_item(item: Any, values: list[Any]) -> Hashable:
    """The shape of one of several operands; its values are added to `values`."""
    if isinstance(item, Shaped):
        values.extend(item.values)
        return item.shape
    values.append(item)
    return None


def _as_list(key: str, value: Any) -> Any:
    as_operand = getattr(value, "_as_operand", None)
    if as_operand is not None:
        return as_operand()  # a query, which gives its rows in the database
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise FieldError(f"{key} takes a list, not {shown(value)}")
    return list(value)


def _describe_list(value: Any, values: list[Any]) -> str:
    items = ListValue(value)
    if None in items:
        values.append(ListValue([item for item in items if item is not None]))
        return LIST_WITH_NULL
    values.append(items)
    return LIST
