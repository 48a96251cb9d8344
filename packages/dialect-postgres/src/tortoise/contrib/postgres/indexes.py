"""Kinds of indexes (PostgreSQL manual, "Index Types"). The condition of each limits it to some rows."""

from __future__ import annotations

from typing import ClassVar

from tortoise.indexes import PartialIndex


class PostgreSQLIndex(PartialIndex):
    """Base of the kinds: an index over `fields`, by name, or over expressions, of the rows that meet `condition`."""


class BloomIndex(PostgreSQLIndex):
    """BLOOM: signatures of the values of many columns, for equality of any of them; needs the extension bloom."""

    INDEX_TYPE: ClassVar[str] = "BLOOM"


class BrinIndex(PostgreSQLIndex):
    """BRIN: the smallest and largest value of each block of rows, for columns that grow with the table."""

    INDEX_TYPE: ClassVar[str] = "BRIN"


class GinIndex(PostgreSQLIndex):
    """GIN: what is in values: items of arrays, keys of documents, words of vectors."""

    INDEX_TYPE: ClassVar[str] = "GIN"


class GistIndex(PostgreSQLIndex):
    """GIST: nearness and overlap: ranges, geometry, vectors of words."""

    INDEX_TYPE: ClassVar[str] = "GIST"


class HashIndex(PostgreSQLIndex):
    """HASH: equality alone."""

    INDEX_TYPE: ClassVar[str] = "HASH"


class SpGistIndex(PostgreSQLIndex):
    """SPGIST: parts of a space, such as prefixes of text."""

    INDEX_TYPE: ClassVar[str] = "SPGIST"
