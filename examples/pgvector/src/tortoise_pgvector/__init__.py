"""Vectors of the extension pgvector: a field, distances, indexes. The whole plugin; it uses public names alone."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import partial
from math import isfinite
from typing import Any, ClassVar, Optional

from tortoise.expressions import Expression
from tortoise.fields import Field
from tortoise.filters import Term
from tortoise.indexes import Index
from tortoise.plugins import Float, Function, Infix, Integer, SqlType, TypeMapping, TypeSupport, hookimpl

__all__ = ["CosineDistance", "HnswIndex", "IvfflatIndex", "L2Distance", "NegativeInnerProduct", "VectorField"]


class VectorType(SqlType):
    """Vectors of some `dimensions`."""

    __slots__ = ("dimensions",)
    needs = 'it comes with the extension pgvector: run CREATE EXTENSION IF NOT EXISTS "vector"'

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions


class VectorField(Field[list[float]]):
    """A list of so many numbers, kept as floats of 32 bits: what is read is what was given, rounded to those."""

    field_type: Any = list
    indexable = False
    arguments = ("dimensions",)

    def __init__(self, dimensions: int, **options: Any) -> None:
        super().__init__(**options)
        self.dimensions = dimensions

    def base_type(self, clock: Any) -> SqlType:
        return VectorType(self.dimensions)

    def convert(self, value: Any, clock: Any) -> list[float]:
        if isinstance(value, (str, bytes)):
            raise TypeError("a vector is a list of numbers, not text")
        return array("f", value).tolist()

    def check(self, value: list[float]) -> list[float]:
        if len(value) != self.dimensions:
            raise ValueError(f"a vector of {self.dimensions} numbers, not of {len(value)}")
        if not all(map(isfinite, value)):
            raise ValueError("the numbers of a vector are finite")
        return value


def to_text(value: list[float]) -> str:
    """The form that the server reads, and that every client library passes on."""
    return f"[{','.join(map(repr, value))}]"


def from_text(kind: str, text: str) -> list[float]:
    """The way back; `kind` is that of `array`."""
    return array(kind, map(float, text[1:-1].split(","))).tolist()


class Distance(Expression):
    """How far the vectors of a field are from one that is given: the smaller, the nearer."""

    operator: ClassVar[str]

    def __init__(self, field: str, vector: Sequence[float]) -> None:
        self.field = field
        # the shape is all that decides the SQL, the values are bound: a hundred questions are one prepared statement
        self.shape = (type(self), field)
        self.values = (list(vector),)

    def resolve(self, scope: Any) -> Term:
        term = scope.path(self.field)
        return Term(Infix(self.operator, term.expression, scope.operand(term.field), Float()))


class L2Distance(Distance):
    """Along a straight line."""

    operator = "<->"


class CosineDistance(Distance):
    """By the angle between the two."""

    operator = "<=>"


class NegativeInnerProduct(Distance):
    """The inner product, negative, so that the nearest come first."""

    operator = "<#>"


class HnswIndex(Index):
    """Finds near vectors fast, though not always all of them."""

    INDEX_TYPE = "hnsw"


class IvfflatIndex(Index):
    """The same, built faster; best made once there are rows."""

    INDEX_TYPE = "ivfflat"


def part_of(term: Term, name: str) -> Optional[Term]:
    """``meaning__dimensions``: how many numbers a vector has."""
    if name != "dimensions":
        return None
    return Term(Function("VECTOR_DIMS", (term.expression,), Integer()), None, term.aggregate)


VECTOR = TypeSupport(
    VectorType,
    # a partial of a builtin is quick to call, so that a save compares vectors, not the texts of two writers
    {"postgres": TypeMapping(lambda sql_type: f"VECTOR({sql_type.dimensions})", to_text, partial(from_text, "f"))},
    part=part_of,
)


@hookimpl
def tortoise_register_types() -> Iterable[TypeSupport]:
    """Asked once, when the first connection wants to know its types."""
    return (VECTOR,)
