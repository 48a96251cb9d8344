"""Related rows of many instances at once: one query per relation, whatever the number of instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional

from tortoise_core.base.errors import OperationalError
from tortoise_core.base.names import shown
from tortoise_core.load.branches import Branch, Tree
from tortoise_core.load.hydrate import Absent, cache_attribute
from tortoise_core.load.prepared import LINKED, ROWS, fetch, keyed, linked_slice
from tortoise_core.load.start import first_steps
from tortoise_core.query.steps import Filter, Linked
from tortoise_core.schema.keys import lacking
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import BackwardFKRelation, ManyToManyFieldInstance, Relation
from tortoise_core.session.executor import Executor

#: (key on the parents' side, row)
Pair = tuple[Any, Any]


async def prefetch(executor: Executor, record: type[Record], instances: Sequence[Record], tree: Tree) -> None:
    """Fetch the relations of `tree` and keep them on the instances."""
    if not instances:
        return
    for branch in tree.values():
        pairs = await _fetch_branch(executor, branch, instances)
        if branch.below:
            # parents may share a row
            rows = list({id(row): row for _, row in pairs}.values())
            await prefetch(executor, branch.relation.related_model, rows, branch.below)


async def _fetch_branch(executor: Executor, branch: Branch, instances: Sequence[Record]) -> list[Pair]:
    """Fetch one relation of all instances and give them its rows."""
    relation = branch.relation
    if isinstance(relation, (ManyToManyFieldInstance, BackwardFKRelation)):
        keys = _keys_of_saved(relation, instances)
    else:
        keys = {key: None for key in map(relation.own_of, instances) if not lacking(key)}
    pairs = [pair for part in await _portions(executor, list(keys)) for pair in await _pairs(executor, branch, part)]
    if isinstance(relation, BackwardFKRelation):
        back = cache_attribute(relation.forward.model_field_name)
        for key, row in pairs:
            setattr(row, back, keys[key])
    _hand_out(branch, instances, pairs)
    return pairs


def _keys_of_saved(relation: Relation, instances: Sequence[Record]) -> dict[Any, Any]:
    """Instances by the key that their related rows refer to. Raises OperationalError for those without one."""
    found = {relation.own_of(instance): instance for instance in instances}
    for key, instance in found.items():
        if lacking(key):
            raise OperationalError(f"{relation.label}: {shown(instance)} is not saved, so there is nothing to fetch")
    return found


async def _portions(executor: Executor, keys: list[Any]) -> Iterable[list[Any]]:
    """The keys in lists that one statement takes: all at once where a list is bound as one parameter."""
    capabilities = (executor.backend or await executor.ready()).capabilities
    size = len(keys) if capabilities.array_bind else max(1, capabilities.list_placeholders)
    return [keys[at : at + size] for at in range(0, len(keys), size)] if keys else []


async def _pairs(executor: Executor, branch: Branch, keys: list[Any]) -> list[Pair]:
    """The rows of a relation, each with the key on the parents' side."""
    relation, model = branch.relation, branch.relation.related_model
    steps = first_steps(model) if branch.steps is None else branch.steps
    if isinstance(relation, ManyToManyFieldInstance):
        kind = linked_slice(relation) if branch.sliced else LINKED
        return await fetch(executor, model, kind, (*steps, Linked(relation, keys)))
    named = Filter((), {f"{relation.far_lookup}__in": keys})
    if branch.steps is not None:
        # the query may leave out the columns that tell whose row it is
        return await fetch(executor, model, keyed(relation, branch.sliced), (*steps, named))
    far_of = relation.far_of
    return [(far_of(row), row) for row in await fetch(executor, model, ROWS, (*steps, named))]


def _hand_out(branch: Branch, instances: Sequence[Record], pairs: list[Pair]) -> None:
    """Give each instance its rows; `to_attr` has them plain, the relation's own attribute keeps them as it does."""
    relation, own_of = branch.relation, branch.relation.own_of
    attribute = branch.to_attr or cache_attribute(relation.model_field_name)
    if relation.many:
        groups: dict[Any, list[Any]] = {}
        for key, row in pairs:
            groups.setdefault(key, []).append(row)
        for instance in instances:
            setattr(instance, attribute, groups.get(own_of(instance), []))
        return
    rows = dict(reversed(pairs))
    keeps_absence = branch.to_attr is None and not isinstance(relation, BackwardFKRelation)
    for instance in instances:
        key = own_of(instance)
        found: Optional[Any] = rows.get(key)
        setattr(instance, attribute, Absent(key) if found is None and keeps_absence and not lacking(key) else found)
