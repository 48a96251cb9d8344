"""What is inside JSON documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Expression, Param, Predicate
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class JsonPath(Expression):
    """What `keys` lead to in a document; NULL where they lead to nothing.

    A key is a member's name or, in an array, a position from 0. `type` says what comes out: Json the part as a
    document, Text the same as text, strings bare and JSON's null as NULL.
    """

    __slots__ = ("document", "keys", "type")
    document: Expression
    keys: tuple[Expression, ...]
    type: Optional[SqlType]


@dataclass(eq=False)
class JsonContains(Predicate):
    """All that is in document `inner` is in document `outer`, at the same place; arrays compare as sets."""

    __slots__ = ("outer", "inner")
    outer: Expression
    inner: Expression


@dataclass(eq=False)
class JsonOrder(Predicate):
    """`left operator right` (one of < <= > >=) between JSON values of one type; false between those of two."""

    __slots__ = ("operator", "left", "right")
    operator: str
    left: Expression
    right: Expression


@dataclass(eq=False)
class JsonHasKey(Predicate):
    """An object at the top of `document` has member `key`; an array there has this text in it, or text is it."""

    __slots__ = ("document", "key")
    document: Expression
    key: Expression


@dataclass(eq=False)
class JsonHasKeys(Predicate):
    """The same of each of `keys`, a parameter that carries a list of texts; without `every` of any of them."""

    __slots__ = ("document", "keys", "every")
    document: Expression
    keys: Param
    every: bool


@dataclass(eq=False)
class JsonPathTest(Predicate):
    """`path`, in the language of SQL/JSON paths, leads to something in `document`; or with `match` to true."""

    __slots__ = ("document", "path", "match")
    document: Expression
    path: Expression
    match: bool
