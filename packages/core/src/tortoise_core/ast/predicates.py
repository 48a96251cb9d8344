"""Predicates: what WHERE, HAVING and ON are made of."""

from __future__ import annotations

from dataclasses import dataclass

from tortoise_core.ast.expressions import Expression, ListParam, Node, Predicate


@dataclass(eq=False)
class Compare(Predicate):
    """`left operator right` with one of = <> < <= > >=."""

    __slots__ = ("operator", "left", "right")
    operator: str
    left: Expression
    right: Expression


@dataclass(eq=False)
class IsNull(Predicate):
    """`expression IS [NOT] NULL`."""

    __slots__ = ("expression", "negated")
    expression: Expression
    negated: bool


@dataclass(eq=False)
class InList(Predicate):
    """`expression IN` a bound list."""

    __slots__ = ("expression", "items")
    expression: Expression
    items: ListParam


@dataclass(eq=False)
class InRows(Predicate):
    """`expressions`, together, are one of a list of rows; `items` are its columns, of one source and width."""

    __slots__ = ("expressions", "items")
    expressions: tuple[Expression, ...]
    items: tuple[ListParam, ...]


@dataclass(eq=False)
class InSelect(Predicate):
    """`expression IN` the rows of a SELECT; several expressions compare as a row value."""

    __slots__ = ("expressions", "select")
    expressions: tuple[Expression, ...]
    select: Node


@dataclass(eq=False)
class Between(Predicate):
    """`expression BETWEEN low AND high`."""

    __slots__ = ("expression", "low", "high")
    expression: Expression
    low: Expression
    high: Expression


@dataclass(eq=False)
class TextMatch(Predicate):
    """Plain text found in `expression`, without wildcards.

    `where` is "contains", "startswith", "endswith" or "exact"; `fold` ignores case (default: case counts).
    """

    __slots__ = ("expression", "text", "where", "fold")
    expression: Expression
    text: Expression
    where: str
    fold: bool


@dataclass(eq=False)
class RegexMatch(Predicate):
    """A POSIX regular expression found in text; `fold` ignores case (default: case counts)."""

    __slots__ = ("expression", "pattern", "fold")
    expression: Expression
    pattern: Expression
    fold: bool


@dataclass(eq=False)
class TextSearch(Predicate):
    """The words of `query` found in text by the full text search of the server."""

    __slots__ = ("expression", "query")
    expression: Expression
    query: Expression


@dataclass(eq=False)
class And(Predicate):
    """All of `items`; true when there are none."""

    __slots__ = ("items",)
    items: tuple[Predicate, ...]


@dataclass(eq=False)
class Or(Predicate):
    """Any of `items`; false when there are none."""

    __slots__ = ("items",)
    items: tuple[Predicate, ...]


@dataclass(eq=False)
class Not(Predicate):
    """NOT `item`; unknown stays unknown."""

    __slots__ = ("item",)
    item: Predicate
