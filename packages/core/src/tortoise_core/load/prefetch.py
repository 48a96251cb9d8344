"""Related rows of many instances at once: one query per relation, whatever the number of instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tortoise_core.load.hydrate import Absent, cache_attribute
from tortoise_core.load.prepared import LINKED, ROWS, fetch
from tortoise_core.query.steps import Filter, Linked
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
    own, far = relation.pairs[0][0].model_field_name, relation.pairs[0][1].model_field_name
    keys = list(dict.fromkeys([key for key in [getattr(i, own) for i in instances] if key is not None]))
    found = await fetch(executor, relation.related_model, ROWS, (_any(far, keys),)) if keys else []
    by_key = {getattr(row, far): row for row in found}
    attribute = cache_attribute(relation.model_field_name)
    for instance in instances:
        key = getattr(instance, own)
        row = by_key.get(key)
        setattr(instance, attribute, Absent(key) if row is None and key is not None else row)
    return found


async def _fetch_backward(executor: Executor, relation: BackwardFKRelation, instances: Sequence[Record]) -> list[Any]:
    own, far = relation.pairs[0][0].model_field_name, relation.pairs[0][1].model_field_name
    parents: dict[Any, list[Any]] = {}
    attribute, back = cache_attribute(relation.model_field_name), cache_attribute(relation.forward.model_field_name)
    by_key = {getattr(instance, own): instance for instance in instances}
    found = await fetch(executor, relation.related_model, ROWS, (_any(far, list(by_key)),))
    for row in found:
        key = getattr(row, far)
        parents.setdefault(key, []).append(row)
        setattr(row, back, by_key[key])
    for instance in instances:
        setattr(instance, attribute, parents.get(getattr(instance, own), []))
    return found


async def _fetch_linked(
    executor: Executor, relation: ManyToManyFieldInstance, instances: Sequence[Record]
) -> list[Any]:
    own = relation.own_key[0].model_field_name
    attribute = cache_attribute(relation.model_field_name)
    groups: dict[Any, list[Any]] = {getattr(instance, own): [] for instance in instances}
    pairs = await fetch(executor, relation.related_model, LINKED, (Linked(relation, groups),))
    for key, row in pairs:
        groups[key].append(row)
    for instance in instances:
        setattr(instance, attribute, groups[getattr(instance, own)])
    return [row for _, row in pairs]


def _any(name: str, keys: list[Any]) -> Filter:
    return Filter((), {f"{name}__in": keys})
