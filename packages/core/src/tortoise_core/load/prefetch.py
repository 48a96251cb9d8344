"""Related rows of many instances at once: one query per relation, whatever the number of instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise_core.load.hydrate import Absent, cache_attribute
from tortoise_core.load.prepared import LINKED, ROWS, Steps, fetch
from tortoise_core.load.start import first_steps
from tortoise_core.query.steps import Filter, Linked
from tortoise_core.schema.keys import lacking
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import BackwardFKRelation, ManyToManyFieldInstance, Relation
from tortoise_core.session.executor import Executor

#: relation names and what is to be fetched below each
Tree = dict[str, "Tree"]


def prefetch_tree(record: type[Record], paths: Iterable[str]) -> Tree:
    """``("books__tags", "books")`` as {"books": {"tags": {}}}. Raises FieldError for unknown relations."""
    tree: Tree = {}
    for path in paths:
        branch, meta = tree, record._meta
        for name in path.split("__"):
            meta = meta.relation(name).related_model._meta
            branch = branch.setdefault(name, {})
    return tree


async def prefetch(executor: Executor, record: type[Record], instances: Sequence[Record], tree: Tree) -> None:
    """Fetch the relations of `tree` and keep them on the instances."""
    if not instances:
        return
    for name, below in tree.items():
        relation = record._meta.relation(name)
        found = await _fetch_relation(executor, relation, instances)
        if below:
            await prefetch(executor, relation.related_model, found, below)


async def _fetch_relation(executor: Executor, relation: Relation, instances: Sequence[Record]) -> list[Any]:
    if isinstance(relation, ManyToManyFieldInstance):
        return await _fetch_linked(executor, relation, instances)
    if isinstance(relation, BackwardFKRelation):
        return await _fetch_backward(executor, relation, instances)
    return await _fetch_forward(executor, relation, instances)


async def _fetch_forward(executor: Executor, relation: Relation, instances: Sequence[Record]) -> list[Any]:
    own_of, far_of = relation.own_of, relation.far_of
    keys = [key for key in dict.fromkeys([own_of(i) for i in instances]) if not lacking(key)]
    found = await fetch(executor, relation.related_model, ROWS, _related(relation, keys)) if keys else []
    by_key = {far_of(row): row for row in found}
    attribute = cache_attribute(relation.model_field_name)
    for instance in instances:
        key = own_of(instance)
        row = by_key.get(key)
        setattr(instance, attribute, Absent(key) if row is None and not lacking(key) else row)
    return found


async def _fetch_backward(
    executor: Executor, relation: BackwardFKRelation[Any], instances: Sequence[Record]
) -> list[Any]:
    own_of, far_of = relation.own_of, relation.far_of
    by_key = {own_of(instance): instance for instance in instances}
    found = await fetch(executor, relation.related_model, ROWS, _related(relation, list(by_key)))
    groups: dict[Any, list[Any]] = {}
    attribute, back = cache_attribute(relation.model_field_name), cache_attribute(relation.forward.model_field_name)
    for row in found:
        key = far_of(row)
        groups.setdefault(key, []).append(row)
        setattr(row, back, by_key[key])
    for instance in instances:
        rows = groups.get(own_of(instance), [])
        setattr(instance, attribute, rows if relation.many else rows[0] if rows else None)
    return found


async def _fetch_linked(
    executor: Executor, relation: ManyToManyFieldInstance, instances: Sequence[Record]
) -> list[Any]:
    own_of = relation.own_of
    attribute = cache_attribute(relation.model_field_name)
    groups: dict[Any, list[Any]] = {own_of(instance): [] for instance in instances}
    pairs = await fetch(
        executor, relation.related_model, LINKED, (*first_steps(relation.related_model), Linked(relation, groups))
    )
    for key, row in pairs:
        groups[key].append(row)
    for instance in instances:
        setattr(instance, attribute, groups[own_of(instance)])
    return [row for _, row in pairs]


def _related(relation: Relation, keys: list[Any]) -> Steps:
    return (*first_steps(relation.related_model), Filter((), {f"{relation.far_lookup}__in": keys}))
