"""Sequences in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Optional, TypeVar

T = TypeVar("T")


def batched(iterable: Iterable[T], n: int) -> Iterator[tuple[T, ...]]:
    """Tuples of `n` items each, the last one of what is left. ValueError for an `n` below one."""
    if n < 1:
        raise ValueError("n must be at least one")
    rest = iter(iterable)
    while True:
        part = tuple(islice(rest, n))
        if not part:
            return
        yield part


def chunk(instances: Iterable[T], batch_size: Optional[int] = None) -> Iterator[Iterable[T]]:
    """`instances` in parts of `batch_size`; in one part as they are if it is None (the default) or 0."""
    if not batch_size:
        yield instances
        return
    yield from batched(instances, batch_size)
