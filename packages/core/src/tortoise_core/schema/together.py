"""Field names that belong together, and orderings, as a Meta class writes them."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tortoise_core.base.errors import ConfigurationError


class Order(str, Enum):
    """The direction of one term of an ordering."""

    asc = "ASC"
    desc = "DESC"


def field_names(what: str, value: Any) -> tuple[tuple[str, ...], ...]:
    """``("a", "b")`` or ``(("a", "b"), ("c",))`` as a tuple of tuples. Raises ConfigurationError, naming `what`."""
    if isinstance(value, str):
        raise ConfigurationError(f'{what} is a tuple of field names, not a text: ("{value}",)')
    items: list[Any] = list(value or ())
    if items and all(isinstance(item, str) for item in items):
        items = [tuple(items)]
    for item in items:
        if not isinstance(item, (tuple, list)) or not item or not all(isinstance(name, str) for name in item):
            raise ConfigurationError(f"{what} takes tuples of field names, not {item!r}")
    return tuple([tuple(item) for item in items])


def directed(names: tuple[str, ...]) -> tuple[tuple[str, Order], ...]:
    """``("a", "-b")`` as pairs of name and direction."""
    return tuple([(name.lstrip("-"), Order.desc if name.startswith("-") else Order.asc) for name in names])


def get_together(meta: Any, together: str) -> tuple[tuple[str, ...], ...]:
    """The option `together` of a Meta class, unique_together or indexes, as a tuple of tuples."""
    return field_names(together, getattr(meta, together, ()))


def prepare_default_ordering(meta: Any) -> tuple[tuple[str, Order], ...]:
    """The option ordering of a Meta class as pairs of name and direction."""
    wanted = getattr(meta, "ordering", None) or ()
    return directed((wanted,) if isinstance(wanted, str) else tuple(wanted))
