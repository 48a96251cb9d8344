"""The base class of all models."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, Optional, TypeVar

from tortoise_core.base.errors import (
    ConfigurationError,
    OperationalError,
    UnSupportedError,
)
from tortoise_core.load.branches import Wanted, prefetch_tree
from tortoise_core.load.partial import PartialRow, kept
from tortoise_core.load.prefetch import prefetch
from tortoise_core.load.raw import Parameters
from tortoise_core.model.construct import make_init
from tortoise_core.model.copying import KEEP_NONE, blank, cloned, constructed, update_values
from tortoise_core.model.describe import describe_model
from tortoise_core.model.key_types import KeyValue
from tortoise_core.model.metaclass import ModelMeta
from tortoise_core.model.signals import Listener, Signals, listen, send
from tortoise_core.model.state import InstanceDict, own_dict, slot_values
from tortoise_core.model.upserts import get_or_create, update_or_create
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.steps import Filter, Limit
from tortoise_core.query.steps.order_by import Orderable
from tortoise_core.queryset.bulk import BulkCreateQuery, BulkUpdateQuery, Updates, conflict_rule
from tortoise_core.queryset.counting import ExistsQuery
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.queryset.raw import RawSQLQuery
from tortoise_core.queryset.single import FirstQuery, OneOrNoneQuery, OneQuery
from tortoise_core.schema.keys import key_parts, lacking
from tortoise_core.schema.record import Record
from tortoise_core.session.context import Using, executor_of
from tortoise_core.session.executor import Executor
from tortoise_core.session.origin import UNKNOWN
from tortoise_core.write.codec import changed_names, codec_of
from tortoise_core.write.insert import insert
from tortoise_core.write.partial import check_key, check_names, partial_names
from tortoise_core.write.update import delete, update

M = TypeVar("M", bound="Model")
_ONE, _TWO = Limit(1), Limit(2)


class Model(Record, metaclass=ModelMeta):
    """A table's row. Subclass it and give it fields::

    class Event(Model):
        name = fields.CharField(max_length=50)
    """

    __slots__ = ()

    def __init__(self, /, **kwargs: Any) -> None:
        # reached once per class: the generated one takes its place, unless the class has one of its own
        cls = type(self)
        init = vars(cls).get("_generated_init")
        if init is None:
            if cls._meta.abstract:
                raise ConfigurationError(f"{cls.__name__} is abstract and has no instances")
            init = make_init(cls)
            type.__setattr__(cls, "_generated_init", init)
            if cls.__init__ is Model.__init__ and not cls.__subclasses__():
                type.__setattr__(cls, "__init__", init)
        init(self, **kwargs)

    # -- one instance

    if TYPE_CHECKING:
        pk = KeyValue()
    else:

        @property
        def pk(self) -> Any:
            """The primary key's value; of a key of several columns, the tuple of their values."""
            return self._meta.key_of(self)

        @pk.setter
        def pk(self, value: Any) -> None:
            names = _key_names(self)
            parts = (value,) if len(names) == 1 else key_parts(value, names, f"{self._meta.name}.pk")
            for name, part in zip(names, parts):
                setattr(self, name, part)

    @property
    def _saved_in_db(self) -> bool:
        """True if the instance was loaded or stored, and that was not rolled back."""
        origin = self._origin
        return origin is not None and origin.settle()[0] is not None

    @_saved_in_db.setter
    def _saved_in_db(self, value: bool) -> None:
        self._origin, self._loaded = (UNKNOWN if value else None), None

    async def save(
        self,
        using_db: Using = None,
        update_fields: Optional[Iterable[str]] = None,
        force_create: bool = False,
        force_update: bool = False,
    ) -> None:
        """Store the instance: a new one whole, a loaded one what changed of it.

        `update_fields` writes just these fields, `force_update` all of them, `force_create` inserts whatever
        the instance is. Raises ValidationError, IntegrityError, OperationalError.
        """
        executor = executor_of(type(self), using_db, True)
        if self._meta.listeners:
            update_fields = None if update_fields is None else list(update_fields)
            await send(Signals.pre_save, self, executor, update_fields)
        origin, certain = (None, False) if self._origin is None else self._origin.settle()
        created = force_create or (origin is None and not force_update)
        if created:
            await insert(executor, self)
        else:
            certain = certain and origin is executor.origin and self._loaded is not None
            codec = codec_of(type(self), executor.backend or await executor.ready())
            if update_fields is not None:
                names = codec.checked(tuple(update_fields))
                if type(self._loaded) is PartialRow:
                    check_names(self, names)
            elif type(self._loaded) is PartialRow:
                names = partial_names(codec, self, not certain or force_update)
            elif self._loaded is None or not certain or force_update or codec.key_changed(self, self._loaded):
                names = codec.plain_names
            else:
                names = changed_names(codec, self, self._loaded)
            if names:
                await update(executor, codec, self, names, certain)
        if self._meta.listeners:
            await send(Signals.post_save, self, created, executor, update_fields)

    async def delete(self, using_db: Using = None) -> None:
        """Delete the row. OperationalError if the instance was never stored."""
        if not self._saved_in_db:
            raise OperationalError(f"Can't delete unpersisted record of {type(self).__name__}")
        check_key(self)
        executor = executor_of(type(self), using_db, True)
        if self._meta.listeners:
            await send(Signals.pre_delete, self, executor)
        await delete(executor, self)
        if self._meta.listeners:
            await send(Signals.post_delete, self, executor)

    async def refresh_from_db(self, fields: Optional[Iterable[str]] = None, using_db: Using = None) -> None:
        """Read the row again, or some `fields` of it. Raises OperationalError or DoesNotExist."""
        if not self._saved_in_db:
            raise OperationalError(f"Can't refresh unpersisted record of {type(self).__name__}")
        wanted = [f.model_field_name for f in self._meta.columns] if fields is None else self._plain_names(fields)
        executor = executor_of(type(self), using_db)
        fresh = await QuerySet(type(self), (), executor).get(**{name: getattr(self, name) for name in _key_names(self)})
        for name in wanted:
            setattr(self, name, getattr(fresh, name))
        assert self._origin is not None
        if fields is None:
            self._loaded = fresh._loaded
        elif self._loaded is not None and self._origin.settle() == (executor.origin, True):
            self._loaded = _merged(self, fresh, wanted)
        else:
            return
        self._origin = executor.saved_origin(self._origin)

    def _plain_names(self, fields: Iterable[str]) -> Sequence[str]:
        columns = {field.model_field_name for field in self._meta.columns}
        names = [part for name in fields for part in (_key_names(self) if name == "pk" else (name,))]
        for name in names:
            if name not in columns:
                raise self._meta.unknown(name)
        return names

    async def fetch_related(self, *args: Wanted, using_db: Using = None) -> None:
        """Fetch relations of this instance: by what `prefetch_related` takes, names and `Prefetch` objects."""
        await prefetch(executor_of(type(self), using_db), type(self), [self], prefetch_tree(type(self), args))

    def clone(self: M, pk: Any = KEEP_NONE) -> M:
        """A copy that is not saved yet, with the key `pk`; without one, a generated key is left to be made anew.

        Raises ParamsError if no key is given to a model that neither generates nor defaults one.
        """
        return cloned(self, pk)

    @classmethod
    def construct(cls: type[M], _saved_in_db: bool = False, **kwargs: Any) -> M:
        """An instance of values that are known to be right: none is converted or checked, nor is `__init__` called.

        What is not given gets its default. Raises FieldError for names that are no field.
        """
        return constructed(cls, _saved_in_db, kwargs)

    def update_from_dict(self: M, data: Mapping[str, Any]) -> M:
        """Set fields by name: all or, if one does not fit, none. Gives the instance, which is not saved by this.

        Raises FieldError for unknown names, ConfigurationError for relations to many rows, and ValidationError
        or ValueError for values.
        """
        update_values(self, data)
        return self

    @classmethod
    def register_listener(cls, signal: Signals, listener: Listener) -> None:
        """Run the coroutine function `listener` at `signal`, for instances of exactly this model.

        Raises ConfigurationError.
        """
        listen(cls, signal, listener)

    @classmethod
    async def fetch_for_list(cls, instance_list: Iterable[Model], *args: Wanted, using_db: Using = None) -> None:
        """Fetch relations of many instances at once, by what `prefetch_related` takes: one query per relation."""
        await prefetch(executor_of(cls, using_db), cls, list(instance_list), prefetch_tree(cls, args))

    # -- Python's own protocols

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]  # a view that has the slots too
        return InstanceDict(self)

    def __await__(self: M) -> Generator[Any, Any, M]:
        yield from ()  # makes this a generator, so that a fetched relation may be awaited like an unfetched one
        return self

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        for field in self._meta.columns:
            yield field.model_field_name, getattr(self, field.model_field_name)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return False
        key = self.pk
        return self is other or (not lacking(key) and key == self._meta.key_of(other))

    def __hash__(self) -> int:
        key = self.pk
        if lacking(key):
            raise TypeError("Model instances without id are unhashable")
        return hash(key)

    def __repr__(self) -> str:
        key = self.pk
        return f"<{type(self).__name__}>" if lacking(key) else f"<{type(self).__name__}: {key}>"

    def __str__(self) -> str:
        return f"<{type(self).__name__}>"

    def __getstate__(self) -> dict[str, Any]:
        return {"saved": self._saved_in_db, "values": {**slot_values(self), **own_dict(self)}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # what the row held is not carried along: the next save writes everything
        self._origin, self._loaded = (UNKNOWN if state["saved"] else None), None
        for name, value in state["values"].items():
            setattr(self, name, value)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return blank, (type(self),), self.__getstate__()

    # -- what the model is

    @classmethod
    def describe(cls, serializable: bool = True) -> dict[str, Any]:
        """The model in words: table, keys, fields, relations, indexes. See `describe_model`."""
        return describe_model(cls, serializable)

    # -- queries

    @classmethod
    def _start(cls: type[M]) -> QuerySet[M]:
        """The query that the manager starts from; only models with one ask it."""
        assert cls._managed is not None
        query: QuerySet[M] = cls._managed()
        return query

    @classmethod
    def all(cls: type[M], using_db: Using = None) -> QuerySet[M]:
        """A query of all rows."""
        if cls._managed is not None:
            return cls._start().using_db(using_db)
        return QuerySet(cls, (), using_db)

    @classmethod
    def filter(cls: type[M], *args: Q, **kwargs: Any) -> QuerySet[M]:
        """A query of the rows that meet all conditions."""
        if cls._managed is not None:
            return cls._start().filter(*args, **kwargs)
        return QuerySet(cls, (Filter(args, kwargs),))

    @classmethod
    def exclude(cls: type[M], *args: Q, **kwargs: Any) -> QuerySet[M]:
        """A query of the rows that meet none of the conditions."""
        if cls._managed is not None:
            return cls._start().exclude(*args, **kwargs)
        return QuerySet(cls, (Filter(args, kwargs, True),))

    @classmethod
    def annotate(cls: type[M], **kwargs: Expression) -> QuerySet[M]:
        """A query of all rows with computed values."""
        return cls.all().annotate(**kwargs)

    @classmethod
    def first(cls: type[M], using_db: Using = None) -> FirstQuery[M]:
        """The first row, or None."""
        return cls.all(using_db).first()

    @classmethod
    def last(cls: type[M], using_db: Using = None) -> FirstQuery[M]:
        """The last row, or None."""
        return cls.all(using_db).last()

    @classmethod
    def latest(cls: type[M], *orderings: Orderable) -> FirstQuery[M]:
        """The row that comes last in this order, or None."""
        return cls.all().latest(*orderings)

    @classmethod
    def earliest(cls: type[M], *orderings: Orderable) -> FirstQuery[M]:
        """The row that comes first in this order, or None."""
        return cls.all().earliest(*orderings)

    @classmethod
    def raw(cls: type[M], sql: str, using_db: Using = None, parameters: Parameters = None) -> RawSQLQuery[M]:
        """Instances of the rows that `sql` gives; a dict of `parameters` gives the values of ``:name`` in it."""
        return cls.all(using_db).raw(sql, parameters)

    @classmethod
    def select_for_update(
        cls: type[M],
        nowait: bool = False,
        skip_locked: bool = False,
        of: Sequence[str] = (),
        using_db: Using = None,
        no_key: bool = False,
    ) -> QuerySet[M]:
        """A query of all rows that locks them; see `QuerySet.select_for_update`."""
        return cls.all(using_db).select_for_update(nowait, skip_locked, of, no_key)

    @classmethod
    def get(cls: type[M], *args: Q, using_db: Using = None, **kwargs: Any) -> OneQuery[M]:
        """Exactly one row. Raises DoesNotExist or MultipleObjectsReturned."""
        if cls._managed is not None:
            return cls.all(using_db).get(*args, **kwargs)
        return OneQuery(cls, (Filter(args, kwargs), _TWO), using_db)

    @classmethod
    def get_or_none(cls: type[M], *args: Q, using_db: Using = None, **kwargs: Any) -> OneOrNoneQuery[M]:
        """The only row, or None. Raises MultipleObjectsReturned."""
        if cls._managed is not None:
            return cls.all(using_db).get_or_none(*args, **kwargs)
        return OneOrNoneQuery(cls, (Filter(args, kwargs), _TWO), using_db)

    @classmethod
    def exists(cls: type[M], *args: Q, using_db: Using = None, **kwargs: Any) -> ExistsQuery[M]:
        """True if any row meets the conditions."""
        return cls.all(using_db).filter(*args, **kwargs).exists()

    @classmethod
    async def create(cls: type[M], using_db: Using = None, **kwargs: Any) -> M:
        """Store a new row; gives its instance."""
        instance = cls(**kwargs)
        await instance.save(using_db=using_db, force_create=True)
        return instance

    @classmethod
    async def get_or_create(
        cls: type[M], defaults: Optional[Mapping[str, Any]] = None, using_db: Using = None, **kwargs: Any
    ) -> tuple[M, bool]:
        """(the row that meets the conditions, False), or (a new one of them and `defaults`, True).

        Of many that ask for the same row at once, one creates it. Conditions with a lookup only find. Raises
        MultipleObjectsReturned, ParamsError if `defaults` contradict the conditions, IntegrityError if another
        row is in the way.
        """
        return await get_or_create(cls.all(), cls.create, executor_of(cls, using_db, True), defaults, kwargs)

    @classmethod
    async def update_or_create(
        cls: type[M], defaults: Optional[Mapping[str, Any]] = None, using_db: Using = None, **kwargs: Any
    ) -> tuple[M, bool]:
        """(the row that meets the conditions, changed to `defaults`, False), or (a new one, True).

        All in one transaction. Raises as `get_or_create` does, but `defaults` may differ from the conditions.
        """

        async def change(found: M, values: Mapping[str, Any], block: Executor) -> None:
            await found.update_from_dict(values).save(using_db=block)

        executor = executor_of(cls, using_db, True)
        return await update_or_create(cls.all(), cls.create, change, executor, defaults, kwargs)

    @classmethod
    async def in_bulk(
        cls: type[M], id_list: Iterable[Any], field_name: str = "pk", using_db: Using = None
    ) -> dict[Any, M]:
        """The rows whose key, or other unique field, is among `id_list`, by that value.

        Raises FieldError, and MultipleObjectsReturned if two rows share a value.
        """
        return await cls.all(using_db).in_bulk(id_list, field_name)

    @classmethod
    def get_table(cls) -> NoReturn:
        """Tables are not written by hand here: raises UnSupportedError that names the ways to the SQL."""
        raise UnSupportedError(
            f"{cls.__name__}.get_table() gave a table of the SQL builder pypika, which this version does not use: "
            f"read the name from {cls.__name__}._meta.db_table, and run SQL of your own by {cls.__name__}.raw(...) or "
            "connections.get(...).execute_query(...)"
        )

    @classmethod
    def bulk_create(
        cls: type[M],
        objects: Iterable[M],
        batch_size: Optional[int] = None,
        ignore_conflicts: bool = False,
        update_fields: Updates = None,
        on_conflict: Optional[Iterable[str]] = None,
        using_db: Using = None,
        *,
        on_conflict_where: Optional[Q] = None,
        on_conflict_constraint: Optional[str] = None,
        update_where: Optional[Q] = None,
    ) -> BulkCreateQuery[M]:
        """Store many new instances at once: all or none. Generated keys are set. See `QuerySet.bulk_create`."""
        rule = conflict_rule(
            cls, ignore_conflicts, update_fields, on_conflict, on_conflict_where, on_conflict_constraint, update_where
        )
        return BulkCreateQuery(cls, objects, batch_size, using_db, rule)

    @classmethod
    def bulk_update(
        cls: type[M],
        objects: Iterable[M],
        fields: Iterable[str],
        batch_size: Optional[int] = None,
        using_db: Using = None,
    ) -> BulkUpdateQuery[M]:
        """Write some `fields` of many instances: of all or none; gives the number of rows changed.

        Raises ValueError for objects without a key, FieldError for unknown names.
        """
        return BulkUpdateQuery(cls, objects, fields, batch_size, using_db)

    if not TYPE_CHECKING:  # or each Meta of a user's would have to derive from this one

        class Meta:
            """Options of a model: table, schema, ordering, unique_together, indexes, abstract, ..."""


def _key_names(instance: Record) -> tuple[str, ...]:
    return tuple([field.model_field_name for field in instance._meta.key])


def _merged(instance: Record, fresh: Record, names: Sequence[str]) -> Sequence[Any]:
    """The remembered row of `instance` with some columns of a newer one."""
    assert instance._loaded is not None and fresh._loaded is not None
    position = {field.model_field_name: at for at, field in enumerate(instance._meta.columns)}
    row = list(instance._loaded)
    for name in names:
        row[position[name]] = fresh._loaded[position[name]]
    return kept(instance._loaded, row)
