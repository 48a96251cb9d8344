"""Walking and rewriting trees without knowing their node classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable

from tortoise_core.ast.expressions import Node


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, in the order of its slots."""
    for name in node.__slots__:
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


def walk(node: Node, stop: tuple[type, ...] = ()) -> Iterator[Node]:
    """`node` and all below it, depth first; nodes of the classes in `stop` are given but not entered."""
    yield node
    if not isinstance(node, stop):
        for child in children(node):
            yield from walk(child, stop)


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """A copy of the tree in which `change` replaced nodes, children first; unchanged parts are shared."""
    values = [getattr(node, name) for name in node.__slots__]
    fresh = [_rewrite_value(value, change) for value in values]
    if any(new is not old for new, old in zip(fresh, values)):
        node = type(node)(*fresh)
    return change(node)


def _rewrite_value(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, Node):
        return rewrite(value, change)
    if isinstance(value, tuple):
        fresh = tuple([_rewrite_value(item, change) for item in value])
        return value if all(a is b for a, b in zip(fresh, value)) else fresh
    return value


def alike(one: Any, other: Any) -> bool:
    """True if two trees say the same: nodes of equal classes whose slots are alike."""
    if isinstance(one, Node):
        return type(one) is type(other) and all(
            alike(getattr(one, name), getattr(other, name)) for name in one.__slots__
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and bool(one == other)
