"""Our catalogs beside the recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalogs.model_sets import MODEL_SETS
from catalogs.reading import catalog_of, descriptions_of
from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise_testkit.harness import module_of


async def differences(name: str, dialect: str, url: str) -> dict[str, Any]:
    """What an empty database at `url` has of model set `name` that the recorded one has not, and the other way."""
    recorded = json.loads((Path(__file__).parent / f"{dialect}.json").read_text(encoding="utf-8"))[name]
    async with TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(*MODEL_SETS[name]())]})
        await context.generate_schemas()
        made = await catalog_of(context.db(), dialect)
    return {
        f"{sign}{kind}": lost
        for kind in recorded
        for sign, one, other in (("-", recorded, made), ("+", made, recorded))
        if (lost := [row for row in one[kind] if row not in other[kind]])
    }


async def described(name: str, url: str) -> tuple[Any, Any]:
    """How 1.1.9 describes the models of set `name`, and how we do."""
    recorded = json.loads((Path(__file__).parent / "described.json").read_text(encoding="utf-8"))[name]
    models = MODEL_SETS[name]()
    async with TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(*models)]})
        return recorded, descriptions_of(Tortoise.describe_models(models))
