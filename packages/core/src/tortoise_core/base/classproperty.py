"""Properties of a class."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

T = TypeVar("T")


class classproperty(Generic[T]):  # named as the functions it decorates are
    """A property that is read on the class itself, and on instances alike."""

    def __init__(self, func: Callable[[Any], T]) -> None:
        self.func = func

    def __get__(self, instance: Any, owner: Any = None) -> T:
        return self.func(type(instance) if owner is None else owner)
