"""The data: made from a seed, stored once, and kept beside as plain dicts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tortoise.transactions import in_transaction
from tortoise_testkit.random_queries.kinds import KINDS
from tortoise_testkit.random_queries.models import Item, Label, Note, Owner, Place, Seal, Thing

Row = dict[str, Any]
THINGS, OWNERS, LABELS, NOTES, LINKS, ITEMS, SEALS = 72, 6, 7, 50, 70, 30, 9
#: keys of places, and others of the same kind
PLACES = tuple([(row, spot) for row in ("a", "A", "é") for spot in (0, 1, 2, 7)])
NO_PLACES = (("a", 3), ("b", 1), ("É", 7))
MODELS: dict[str, Any] = {
    "Owner": Owner, "Label": Label, "Thing": Thing, "Note": Note, "Place": Place, "Item": Item, "Seal": Seal,
}  # fmt: skip
#: model -> relation -> model it leads to
RELATIONS: dict[str, dict[str, str]] = {
    "Thing": {"owner": "Owner", "notes": "Note", "labels": "Label"},
    "Owner": {"things": "Thing"},
    "Note": {"thing": "Thing"},
    "Label": {"things": "Thing"},
    "Place": {"items": "Item", "seal": "Seal"},
    "Item": {"place": "Place"},
    "Seal": {"place": "Place"},
}


@dataclass
class World:
    """The rows of every model by key, and the links between things and labels."""

    tables: dict[str, dict[Any, Row]]
    links: set[tuple[int, int]]

    def related(self, model: str, row: Row, relation: str) -> list[Row]:
        """The rows that `relation` leads to from a row of `model`."""
        if model in ("Place", "Item", "Seal"):
            return self._beside_places(model, row, relation)
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

    def _beside_places(self, model: str, row: Row, relation: str) -> list[Row]:
        if relation == "place":
            found = (row["place_row"], row["place_spot"])
            return [] if None in found else [self.tables["Place"][found]]
        others = self.tables[RELATIONS[model][relation]].values()
        return [other for other in others if (other["place_row"], other["place_spot"]) == key_of(row)]


def key_of(row: Row) -> Any:
    """The primary key of a row: a number, or a tuple."""
    return row["id"] if "id" in row else (row["row"], row["spot"])


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
        kept = await _fill_places(random)
    made = {"Owner": owners, "Label": labels, "Thing": things, "Note": notes, **kept}
    tables = {name: {instance.pk: _plain(instance) for instance in found} for name, found in made.items()}
    return World(tables, {(thing.pk, label.pk) for thing, label in links})


async def _fill_places(random: Random) -> dict[str, list[Any]]:
    texts, sizes = KINDS["Char"].values[:8], (None, 0, 1, 2, 2, 7)
    places: list[Any] = [
        Place(row=row, spot=spot, name=random.choice([None, *texts]), size=random.choice(sizes)) for row, spot in PLACES
    ]
    items: list[Any] = [
        Item(name=random.choice([None, *texts]), size=random.choice(sizes[1:]), place=place)
        for place in random.choices([None, *places[2:]], k=ITEMS)
    ]
    sealed = random.sample([None, None, *places], SEALS)
    seals: list[Any] = [Seal(name=random.choice(texts), size=random.choice(sizes), place=place) for place in sealed]
    await Place.bulk_create(places)
    await Item.bulk_create(items)
    await Seal.bulk_create(seals)
    return {"Place": places, "Item": items, "Seal": seals}


async def stored(model: str) -> dict[Any, Row]:
    """All rows of a model as the database gives them, by key."""
    rows = await MODELS[model].all().order_by("pk").values()
    return {key_of(row): row for row in rows}
