"""Expressions: what stands for a value in a statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

from tortoise_core.ast.types import SqlType


class Node:
    """Base of every part of a statement. Its slots are the arguments of its constructor, in order."""

    __slots__: tuple[str, ...] = ()

    def refused_as(self) -> str:
        """What a dialect that cannot write the node says that it lacks."""
        return type(self).__name__


class Expression(Node):
    """Base of what has a value. `type` is None where it is not known."""

    __slots__ = ()
    type: Optional[SqlType]


class Predicate(Node):
    """Base of what is true, false or unknown."""

    __slots__ = ()


class LateParam:
    """A parameter evaluated anew at every bind: what a rewriter may add besides constants."""

    __slots__ = ("evaluate",)

    def __init__(self, evaluate: Callable[[], Any]) -> None:
        self.evaluate = evaluate


#: where a parameter's value comes from: a position in the query's values, or a callable
Source = Union[int, LateParam]
Encode = Optional[Callable[[Any], Any]]


@dataclass(eq=False)
class Column(Expression):
    """A column of the table known as `source` in this statement."""

    __slots__ = ("source", "name", "type")
    source: str
    name: str
    type: Optional[SqlType]


@dataclass(eq=False)
class Param(Expression):
    """A bound value. `cast`: nothing around it tells the server its type, so the statement must."""

    __slots__ = ("source", "type", "encode", "cast")
    source: Source
    type: Optional[SqlType]
    encode: Encode
    cast: bool


@dataclass(eq=False)
class ListParam(Node):
    """A bound list. `width` is the number of placeholders it fills, 0 for one array parameter.

    `encode` is applied to each item; shorter lists repeat their last item up to `width`.
    """

    __slots__ = ("source", "type", "encode", "width")
    source: Source
    type: Optional[SqlType]
    encode: Encode
    width: int


@dataclass(eq=False)
class Null(Expression):
    """NULL."""

    __slots__ = ("type",)
    type: Optional[SqlType]


@dataclass(eq=False)
class Number(Expression):
    """A whole number written by the engine itself, never by a user."""

    __slots__ = ("value", "type")
    value: int
    type: Optional[SqlType]


@dataclass(eq=False)
class TextLiteral(Expression):
    """Text written out: names that a path is made of. Values are parameters."""

    __slots__ = ("text", "type")
    text: str
    type: Optional[SqlType]


@dataclass(eq=False)
class Star(Expression):
    """`*`, as in COUNT(*)."""

    __slots__ = ("type",)
    type: Optional[SqlType]


@dataclass(eq=False)
class OutputRef(Expression):
    """An output of this SELECT by its alias, where the clause may name one."""

    __slots__ = ("alias", "type")
    alias: str
    type: Optional[SqlType]


@dataclass(eq=False)
class Arithmetic(Expression):
    """`left operator right` with one of + - * / % ^ (power)."""

    __slots__ = ("operator", "left", "right", "type")
    operator: str
    left: Expression
    right: Expression
    type: Optional[SqlType]


@dataclass(eq=False)
class Function(Expression):
    """A function call by its portable name."""

    __slots__ = ("name", "args", "type")
    name: str
    args: tuple[Expression, ...]
    type: Optional[SqlType]


@dataclass(eq=False)
class Aggregate(Expression):
    """COUNT, SUM, AVG, MIN or MAX over the rows of a group that meet `condition`."""

    __slots__ = ("name", "arg", "distinct", "condition", "type")
    name: str
    arg: Expression
    distinct: bool
    condition: Optional[Predicate]
    type: Optional[SqlType]


@dataclass(eq=False)
class Arguments(Expression):
    """The arguments of an aggregate that takes several."""

    __slots__ = ("items", "type")
    items: tuple[Expression, ...]
    type: Optional[SqlType]


@dataclass(eq=False)
class Case(Expression):
    """CASE WHEN ... THEN ... ELSE ... END."""

    __slots__ = ("whens", "default", "type")
    whens: tuple[tuple[Predicate, Expression], ...]
    default: Expression
    type: Optional[SqlType]


@dataclass(eq=False)
class Cast(Expression):
    """`expression` as another type; None leaves it as it is."""

    __slots__ = ("expression", "type")
    expression: Expression
    type: Optional[SqlType]


@dataclass(eq=False)
class DatePart(Expression):
    """One part of a point in time, as a whole number.

    `part` is "year", "quarter", "month", "week" (ISO 8601), "day", "hour", "minute", "second" or "microsecond", each
    without what finer parts say. `zone` names the time zone a moment is read in; None reads what is written.
    """

    __slots__ = ("part", "expression", "zone", "type")
    part: str
    expression: Expression
    zone: Optional[str]
    type: Optional[SqlType]
