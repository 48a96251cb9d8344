"""Managers: where the queries of a model start."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Optional, Protocol

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import shown
from tortoise_core.load.branches import Wanted
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.steps.order_by import Orderable
from tortoise_core.queryset.counting import CountQuery, ExistsQuery
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.queryset.single import FirstQuery, OneOrNoneQuery, OneQuery
from tortoise_core.queryset.values import ValuesQuery
from tortoise_core.schema.record import Record

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    #: the model; a manager made in a class body does not know it yet
    M = TypeVar("M", bound=Record, default=Any)
else:
    from typing import TypeVar

    M = TypeVar("M", bound=Record)


Q_co = TypeVar("Q_co", covariant=True, bound="QuerySet[Any]")
QS = TypeVar("QS", bound="QuerySet[Any]")


class Starts(Protocol[Q_co]):
    """What starts queries, of whichever class its `get_queryset` gives."""

    def get_queryset(self) -> Q_co: ...


class Manager(Generic[M]):
    """Starts queries of one model. Derive from it, and override `get_queryset` to start with other ones::

    class Published(Manager):
        def get_queryset(self):
            return super().get_queryset().filter(published=True)

    One in ``Meta.manager`` starts every query of the model, relations to it included; one in the class body those
    that go by its name. Both are inherited. Whatever it does not have itself it passes on to its query.
    """

    #: None until the manager is part of a model
    _model: type[M]

    def __init__(self, model: Optional[type[M]] = None) -> None:
        self._model = model  # type: ignore[assignment]  # queries are made when it is known

    def get_queryset(self) -> QuerySet[M]:
        """The query that all others start from. ConfigurationError if the manager belongs to no model."""
        if getattr(self, "_model", None) is None:
            raise ConfigurationError(
                f"{type(self).__name__} belongs to no model: put it in Meta.manager or a class body"
            )
        return QuerySet(self._model)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(started(self), name)

    # what is used most, for type checkers to know

    def all(self: Starts[QS]) -> QS:
        """A query of all rows that the manager lets see."""
        return started(self)

    def filter(self: Starts[QS], *args: Q, **kwargs: Any) -> QS:
        """Those of them that meet all conditions."""
        return started(self).filter(*args, **kwargs)

    def exclude(self: Starts[QS], *args: Q, **kwargs: Any) -> QS:
        """Those of them that meet none of the conditions."""
        return started(self).exclude(*args, **kwargs)

    def annotate(self: Starts[QS], **kwargs: Expression) -> QS:
        """All of them with computed values."""
        return started(self).annotate(**kwargs)

    def order_by(self: Starts[QS], *orderings: Orderable) -> QS:
        """All of them in an order."""
        return started(self).order_by(*orderings)

    def limit(self: Starts[QS], limit: int) -> QS:
        """At most `limit` of them."""
        return started(self).limit(limit)

    def offset(self: Starts[QS], offset: int) -> QS:
        """All but the first `offset` of them."""
        return started(self).offset(offset)

    def prefetch_related(self: Starts[QS], *args: Wanted) -> QS:
        """All of them, with relations fetched too."""
        return started(self).prefetch_related(*args)

    def select_related(self: Starts[QS], *fields: str) -> QS:
        """All of them, with related rows from the same query."""
        return started(self).select_related(*fields)

    def last(self) -> FirstQuery[M]:
        """The last of them, or None."""
        return started(self).last()

    def latest(self, *orderings: Orderable) -> FirstQuery[M]:
        """That which comes last in this order, or None."""
        return started(self).latest(*orderings)

    def earliest(self, *orderings: Orderable) -> FirstQuery[M]:
        """That which comes first in this order, or None."""
        return started(self).earliest(*orderings)

    def values(self, *args: str, **kwargs: str) -> ValuesQuery[M, dict[str, Any]]:
        """Them as dicts."""
        return started(self).values(*args, **kwargs)

    def first(self) -> FirstQuery[M]:
        """The first of them, or None."""
        return started(self).first()

    def get(self, *args: Q, **kwargs: Any) -> OneQuery[M]:
        """Exactly one of them. Raises DoesNotExist or MultipleObjectsReturned."""
        return started(self).get(*args, **kwargs)

    def get_or_none(self, *args: Q, **kwargs: Any) -> OneOrNoneQuery[M]:
        """The only one of them, or None. Raises MultipleObjectsReturned."""
        return started(self).get_or_none(*args, **kwargs)

    def count(self) -> CountQuery[M]:
        """Their number."""
        return started(self).count()

    def exists(self) -> ExistsQuery[M]:
        """True if there is any."""
        return started(self).exists()


def started(manager: Starts[QS]) -> QS:
    """The query of a manager. ConfigurationError if it is none of its model."""
    query: Any = manager.get_queryset()
    model = getattr(manager, "_model", None)
    if not isinstance(query, QuerySet) or query.model is not model:
        name = getattr(model, "__name__", None)
        raise ConfigurationError(
            f"{type(manager).__name__}.get_queryset() must give a query of {name}, not {shown(query)}"
        )
    found: QS = query  # type: ignore[assignment]  # what get_queryset gives, looked at
    return found


def bind_managers(cls: type[Any], declared: Any, bases: Iterable[type], attrs: Mapping[str, Any]) -> None:
    """Give a model its own managers: that of its Meta or its bases' (`declared` None), and those of class bodies."""
    for name, manager in _in_bodies(bases, attrs).items():
        setattr(cls, name, _bound(manager, cls))
    inherited = [base.__dict__["_meta"].manager for base in cls.__mro__[1:] if "_meta" in base.__dict__]
    found = next((manager for manager in [declared, *inherited] if manager is not None), None)
    if found is None:
        return
    if not isinstance(found, Manager):
        raise ConfigurationError(f"{cls.__name__}.Meta.manager must be a Manager object, not {shown(found)}")
    cls._meta.manager = _bound(found, cls)
    cls._managed = partial(started, cls._meta.manager)


def _in_bodies(bases: Iterable[type], attrs: Mapping[str, Any]) -> dict[str, Manager[Any]]:
    found: dict[str, Any] = {}
    for base in reversed(list(bases)):
        for cls in reversed(base.__mro__):
            found.update(cls.__dict__)
    found.update(attrs)
    return {name: value for name, value in found.items() if isinstance(value, Manager)}


def _bound(manager: Manager[Any], cls: type[Any]) -> Manager[Any]:
    own = copy.copy(manager)
    own._model = cls
    return own
