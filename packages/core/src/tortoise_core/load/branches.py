"""What is to be prefetched: names of relations and `Prefetch` objects, as a tree."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Optional, Protocol, TypeVar, Union

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import path_parts, shown
from tortoise_core.load.prepared import Steps
from tortoise_core.query.steps import Limit, Linked, Offset
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ManyToManyFieldInstance, Relation


class Prefetchable(Protocol):
    """A query of instances."""

    model: type[Any]
    _steps: Steps
    _prefetched: tuple[Wanted, ...]


class Prefetching(Protocol):
    """A query that may be told to prefetch."""

    def prefetch_related(self: Q_, *args: Wanted) -> Q_:
        """The query that fetches relations too."""
        ...


Q_ = TypeVar("Q_", bound=Prefetching)


class Prefetch:
    """A relation to prefetch by a query of one's own: with conditions, an order, annotations, further relations.

    A limit or an offset counts for each parent. With `to_attr` the rows (for a relation to one row: the row, or None)
    become that attribute of the parents, and the relation itself stays as it is. Raises FieldError for what is no
    query of instances and for a `to_attr` that cannot be an attribute.
    """

    __slots__ = ("queryset", "relation", "to_attr")

    def __init__(self, relation: str, queryset: Prefetchable, to_attr: Optional[str] = None) -> None:
        if not isinstance(relation, str):
            raise FieldError(f"Prefetch takes the name of a relation, not {shown(relation)}")
        if not isinstance(getattr(queryset, "_prefetched", None), tuple):
            raise FieldError(f"Prefetch({shown(relation)}) takes a query of instances, not {shown(queryset)}")
        if to_attr is not None and (not to_attr.isidentifier() or to_attr.startswith("_")):
            raise FieldError(
                f"Prefetch({shown(relation)}): to_attr={shown(to_attr)} cannot be the name of an attribute"
            )
        self.relation, self.queryset, self.to_attr = relation, queryset, to_attr

    def resolve_for_queryset(self, queryset: Q_) -> Q_:
        """`queryset` with this to prefetch."""
        return queryset.prefetch_related(self)

    def __repr__(self) -> str:
        return f"Prefetch({self.relation!r}, to_attr={self.to_attr!r})"


#: what prefetch_related and fetch_related take
Wanted = Union[str, Prefetch]


class Branch:
    """One relation to fetch: by which query (None: all rows), into which attribute, and what below it."""

    __slots__ = ("below", "relation", "steps", "to_attr")

    def __init__(self, relation: Relation, to_attr: Optional[str]) -> None:
        self.relation, self.to_attr = relation, to_attr
        self.steps: Optional[Steps] = None
        self.below: Tree = {}

    @property
    def sliced(self) -> bool:
        """True if only some rows of each parent are wanted."""
        return any(isinstance(step, (Limit, Offset)) for step in self.steps or ())

    def ask(self, prefetch: Prefetch) -> None:
        """Fetch by the query of `prefetch`. Raises FieldError if there is another one already."""
        query, label = prefetch.queryset, self.relation.label
        if not issubclass(query.model, self.relation.related_model):
            wanted = self.relation.related_model.__name__
            raise FieldError(f"Prefetch of {label} takes a query of {wanted}, not of {query.model.__name__}")
        if self.steps is not None and self.steps != query._steps:
            raise FieldError(f"{label} is prefetched by two queries: give one of them a to_attr")
        if isinstance(self.relation, ManyToManyFieldInstance) and any(isinstance(s, Linked) for s in query._steps):
            raise FieldError(f"Prefetch of {label} takes a query of the model, not of the rows linked to one object")
        self.steps = query._steps
        _add(self.below, query.model._meta, query._prefetched)


#: (relation, to_attr) -> what is fetched there
Tree = dict[tuple[str, Optional[str]], Branch]


def prefetch_tree(record: type[Record], wanted: Iterable[Wanted]) -> Tree:
    """``("books__tags", Prefetch("books", ...))`` as branches. Raises FieldError for what cannot be prefetched."""
    tree: Tree = {}
    _add(tree, record._meta, wanted)
    return tree


def _add(tree: Tree, meta: MetaInfo, wanted: Iterable[Wanted]) -> None:
    for one in wanted:
        if isinstance(one, str):
            _walk(tree, meta, one, None)
        elif isinstance(one, Prefetch):
            _walk(tree, meta, one.relation, one.to_attr).ask(one)
        else:
            raise FieldError(f"prefetch_related takes names of relations and Prefetch objects, not {shown(one)}")


def _walk(tree: Tree, meta: MetaInfo, path: str, to_attr: Optional[str]) -> Branch:
    """The branch at the end of `path`; a part of it may be the `to_attr` of a branch that is there."""
    *before, last = path_parts(path)
    for part in before:
        branch = _named(tree, part) or _branch(tree, meta, part, None)
        tree, meta = branch.below, branch.relation.related_model._meta
    return _branch(tree, meta, last, to_attr)


def _named(tree: Tree, to_attr: str) -> Optional[Branch]:
    return next((branch for (_, name), branch in tree.items() if name == to_attr), None)


def _branch(tree: Tree, meta: MetaInfo, name: str, to_attr: Optional[str]) -> Branch:
    branch = tree.get((name, to_attr))
    if branch is None:
        if to_attr is not None:
            _check_attribute(tree, meta, to_attr)
        branch = tree[name, to_attr] = Branch(meta.relation(name), to_attr)
    return branch


def _check_attribute(tree: Tree, meta: MetaInfo, to_attr: str) -> None:
    found = inspect.getattr_static(meta.model, to_attr, None)
    # what instances only share with their class may be hidden, as by annotations
    if to_attr in meta.fields_map or not (found is None or isinstance(found, classmethod)):
        raise FieldError(f'Prefetch: to_attr "{to_attr}" would hide {meta.name}.{to_attr}; choose another name')
    if _named(tree, to_attr) is not None:
        raise FieldError(f'Prefetch: two relations of {meta.name} have the to_attr "{to_attr}"')
