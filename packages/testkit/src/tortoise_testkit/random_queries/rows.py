"""The data: made from a seed, stored once, and kept beside as plain dicts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tortoise.transactions import in_transaction
from tortoise_testkit.random_queries.kinds import KINDS
from tortoise_testkit.random_queries.models import Label, Note, Owner, Thing

Row = dict[str, Any]
THINGS, OWNERS, LABELS, NOTES, LINKS = 72, 6, 7, 50, 70
MODELS: dict[str, Any] = {"Owner": Owner, "Label": Label, "Thing": Thing, "Note": Note}
#: model -> relation -> model it leads to
RELATIONS: dict[str, dict[str, str]] = {
    "Thing": {"owner": "Owner", "notes": "Note", "labels": "Label"},
    "Owner": {"things": "Thing"},
    "Note": {"thing": "Thing"},
    "Label": {"things": "Thing"},
}


@dataclass
class World:
    """The rows of every model by key, and the links between things and labels."""

    tables: dict[str, dict[int, Row]]
    links: set[tuple[int, int]]

    def related(self, model: str, row: Row, relation: str) -> list[Row]:
        """The rows that `relation` leads to from a row of `model`."""
        tables, key = self.tables, row["id"]
        if relation in ("owner", "thing"):
            found = row[f"{relation}_id"]
            return [] if found is None else [tables[RELATIONS[model][relation]][found]]
        if relation == "labels":
            return [tables["Label"][label] for thing, label in sorted(self.links) if thing == key]
        if model == "Label":
            return [tables["Thing"][thing] for thing, label in sorted(self.links) if label == key]
        back = "owner_id" if model == "Owner" else "thing_id"
        return [other for other in tables[RELATIONS[model][relation]].values() if other[back] == key]


def _thing(random: Random, serial: int, owners: list[Any]) -> Any:
    values: Row = {"serial": serial, "owner": random.choice([*owners, None, None])}
    for kind in KINDS.values():
        values[kind.column] = None if random.random() < 0.25 else random.choice(kind.values)
        values[f"sure_{kind.column}"] = random.choice(kind.values)
    return Thing(**values)


def columns(model: Any) -> list[str]:
    """The names of a model's columns, in order."""
    return [field.model_field_name for field in model._meta.columns]


def _plain(instance: Any) -> Row:
    return {name: getattr(instance, name) for name in columns(instance)}


async def fill(seed: int) -> World:
    """Store the rows that `seed` makes, in one transaction; what was stored, as plain Python has it."""
    random = Random(seed)
    texts = KINDS["Char"].values
    async with in_transaction():
        owners = [Owner(name=random.choice(texts), rank=random.choice([None, -1, 0, 5, 5])) for _ in range(OWNERS)]
        labels = [Label(name=random.choice([None, *texts]), rank=rank % 4) for rank in range(LABELS)]
        await Owner.bulk_create(owners)
        await Label.bulk_create(labels)
        things = [_thing(random, serial, owners[1:]) for serial in range(THINGS)]
        await Thing.bulk_create(things)
        notes = [
            Note(name=random.choice(texts), rank=random.choice([None, 1, 2, 10]), thing=random.choice(things[10:]))
            for _ in range(NOTES)
        ]
        await Note.bulk_create(notes)
        links = {(random.choice(things[5:]), random.choice(labels[1:])) for _ in range(LINKS)}
        for thing, label in sorted(links, key=lambda link: (link[0].serial, link[1].pk)):
            await thing.labels.add(label)
    made = {"Owner": owners, "Label": labels, "Thing": things, "Note": notes}
    tables = {name: {instance.pk: _plain(instance) for instance in found} for name, found in made.items()}
    return World(tables, {(thing.pk, label.pk) for thing, label in links})


async def stored(model: str) -> dict[int, Row]:
    """All rows of a model as the database gives them, by key."""
    rows = await MODELS[model].all().order_by("id").values()
    return {row["id"]: row for row in rows}
