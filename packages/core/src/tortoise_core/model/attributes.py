"""The descriptors that stand in a model class for its relations."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NoReturn, Optional

from tortoise_core.base.errors import FieldError, NoValuesFetched, OperationalError, ValidationError
from tortoise_core.base.names import shown
from tortoise_core.load.hydrate import Absent, cache_attribute
from tortoise_core.load.start import first_steps
from tortoise_core.model.relations import ManyToManyRelation, NoneAwaitable, ReverseRelation
from tortoise_core.query.steps import Filter, Step
from tortoise_core.queryset.single import FirstQuery
from tortoise_core.schema.fields.base import told
from tortoise_core.schema.keys import key_parts, lacking
from tortoise_core.schema.record import R, Record
from tortoise_core.schema.relations import (
    BackwardOneToOneRelation,
    ForeignKeyFieldInstance,
    ManyToManyFieldInstance,
    Relation,
)


class NotFetched(NoValuesFetched, AttributeError):
    """An attribute of a related row was asked for before the row was fetched."""


class UnfetchedRow(FirstQuery[R]):
    """What a relation to one row gives before that is fetched: await it for the row, which is then kept."""

    __slots__ = ("_instance", "_relation")

    def __init__(self, instance: Record, relation: Relation, key: Any) -> None:
        model = relation.related_model
        super().__init__(model, (*first_steps(model), Filter((), {relation.far_lookup: key})))
        self._instance, self._relation = instance, relation

    def __await__(self) -> Generator[Any, Any, Optional[R]]:
        return self._fetch_and_keep().__await__()

    async def _fetch_and_keep(self) -> Optional[R]:
        instance, relation = self._instance, self._relation
        key = relation.own_of(instance)
        row = await self._first()
        keep(instance, relation, row, key)
        return row

    def _copy(self) -> FirstQuery[R]:  # type: ignore[override]  # what is asked otherwise is not kept
        return FirstQuery(self.model, self._steps, self._using, self._prefetched)

    def _with(self, step: Step) -> FirstQuery[R]:  # type: ignore[override]  # as above
        return FirstQuery(self.model, (*self._steps, step), self._using, self._prefetched)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        label, relation = self._relation.label, self._relation.model_field_name
        raise NotFetched(
            f"{label} is not fetched, so it has no {name!r} yet: `await instance.{relation}`, "
            f'or fetch it before by fetch_related, prefetch_related or select_related("{relation}")'
        )


def keep(instance: Record, relation: Relation, row: Optional[Record], key: Any) -> None:
    """Keep what a relation to one row led to from `key`."""
    kept: Any = row
    if row is None and not isinstance(relation, BackwardOneToOneRelation) and not lacking(key):
        kept = Absent(key)
    setattr(instance, cache_attribute(relation.model_field_name), kept)


class ForwardDescriptor:
    """The attribute of a foreign key: the related instance once fetched, otherwise a query of it."""

    def __init__(self, relation: ForeignKeyFieldInstance[Any]) -> None:
        self.relation = relation
        self.cache = cache_attribute(relation.model_field_name)

    def __get__(self, instance: Optional[Record], owner: type[Record]) -> Any:
        if instance is None:
            return self
        relation = self.relation
        key = relation.own_of(instance)
        try:
            cached = getattr(instance, self.cache)
        except AttributeError:
            pass
        else:
            # the key may have been set by hand since
            if cached is None:
                if lacking(key):
                    return None
            elif (cached.key if type(cached) is Absent else relation.far_of(cached)) == key:
                return None if type(cached) is Absent else cached
        return NoneAwaitable if lacking(key) else UnfetchedRow(instance, relation, key)

    def __set__(self, instance: Record, value: Optional[Record]) -> None:
        if value is not None:
            check_target(self.relation, value)
        for own, far in self.relation.pairs:
            setattr(instance, own.model_field_name, None if value is None else getattr(value, far.model_field_name))
        setattr(instance, self.cache, value)


def check_target(relation: ForeignKeyFieldInstance[Any], value: Any) -> None:
    """Raise ValidationError or OperationalError unless `value` is a stored row that a foreign key may name."""
    if not isinstance(value, relation.related_model):
        wanted = relation.related_model.__name__
        raise ValidationError(told(relation, f"takes an instance of {wanted}, not {shown(value)}"))
    if value._origin is None and lacking(relation.far_of(value)):
        raise OperationalError(f"You should first call .save() on {shown(value)} before referring to it")


class BackwardOneDescriptor:
    """The reverse side of a one-to-one key: the instance that names this one, or None; a query before it is fetched."""

    def __init__(self, relation: BackwardOneToOneRelation[Any]) -> None:
        self.relation = relation
        self.cache = cache_attribute(relation.model_field_name)

    def __get__(self, instance: Optional[Record], owner: type[Record]) -> Any:
        if instance is None:
            return self
        relation = self.relation
        key = relation.own_of(instance)
        try:
            cached = getattr(instance, self.cache)
        except AttributeError:
            pass
        else:
            if cached is None or relation.far_of(cached) == key:
                return cached
        return NoneAwaitable if lacking(key) else UnfetchedRow(instance, relation, key)

    def __set__(self, instance: Record, value: Any) -> None:
        forward = self.relation.forward.label
        raise FieldError(f"{self.relation.label} cannot be set: set {forward} of the other object and save it")


class ManyDescriptor:
    """The attribute of a relation to many rows."""

    def __init__(self, relation: Relation, manager: type[ReverseRelation[Any]]) -> None:
        self.relation, self.manager = relation, manager

    def __get__(self, instance: Optional[Record], owner: type[Record]) -> Any:
        return self if instance is None else self.manager(instance, self.relation)

    def __set__(self, instance: Record, value: Any) -> None:
        raise FieldError(f"{self.relation.label} cannot be set; use its add() or create()")


class KeyDescriptor:
    """``x_id`` of a foreign key of several columns: the tuple of their values."""

    def __init__(self, relation: ForeignKeyFieldInstance[Any]) -> None:
        self.relation = relation

    def __get__(self, instance: Optional[Record], owner: type[Record]) -> Any:
        return self if instance is None else self.relation.own_of(instance)

    def __set__(self, instance: Record, value: Any) -> None:
        names = [own.model_field_name for own, _ in self.relation.pairs]
        parts = (None,) * len(names) if value is None else key_parts(value, names, self.relation.label)
        for name, part in zip(names, parts):
            setattr(instance, name, part)


def install(cls: type[Record], relation: Relation) -> None:
    """Put the attribute of `relation` into its model's class."""
    name = relation.model_field_name
    setattr(cls, name, _descriptor(relation))
    if isinstance(relation, ForeignKeyFieldInstance) and len(relation.pairs) > 1:
        setattr(cls, f"{name}_id", KeyDescriptor(relation))


def _descriptor(relation: Relation) -> Any:
    if isinstance(relation, ForeignKeyFieldInstance):
        return ForwardDescriptor(relation)
    if isinstance(relation, BackwardOneToOneRelation):
        return BackwardOneDescriptor(relation)
    manager = ManyToManyRelation if isinstance(relation, ManyToManyFieldInstance) else ReverseRelation
    return ManyDescriptor(relation, manager)
