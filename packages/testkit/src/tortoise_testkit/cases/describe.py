"""Model.describe: what it tells of the suite's models is what their tables are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tortoise import Tortoise
from tortoise.models import Model
from tortoise_testkit import models
from tortoise_testkit.harness import Database

ALL: list[Any] = list(models.__models__)
MODELS: dict[str, type[Model]] = {model.__name__: model for model in ALL}


@pytest.mark.parametrize("name", MODELS)
async def test_described_columns_are_there(db: Database, name: str) -> None:
    model = MODELS[name]
    described = model.describe()
    assert json.loads(json.dumps(described)) == described
    keys = described["pk_field"] if isinstance(described["pk_field"], list) else [described["pk_field"]]
    columns = [field["db_column"] for field in (*keys, *described["data_fields"])]
    dialect = db.connection.dialect
    quote = dialect.ddl_compiler(db.capabilities, dialect.types).quote
    listed = ", ".join([quote(column) for column in columns])
    rows = await db.executor.execute_query_dict(f"SELECT {listed} FROM {quote(described['table'])} WHERE 1 = 0")
    assert rows == []
    assert len(columns) == len(model._meta.columns)


@pytest.mark.parametrize("name", MODELS)
async def test_described_relations_lead_to_models(db: Database, name: str) -> None:
    everything = Tortoise.describe_models(ALL)
    described: dict[str, Any] = everything[MODELS[name]._meta.full_name]
    # other sides are left out: models of another case may refer to these classes
    for kind in ("fk_fields", "o2o_fields"):
        for relation in described[kind]:
            assert relation["python_type"] in everything
    raw = {field["name"] for field in described["data_fields"]}
    keys = [relation["raw_field"] for relation in described["fk_fields"]]
    assert {key for key in keys if isinstance(key, str)} <= raw


async def test_python_objects_on_demand(db: Database) -> None:
    described = MODELS["Book"].describe(serializable=False)
    assert described["data_fields"][0]["python_type"] is str
    assert all(isinstance(relation["python_type"], type) for relation in described["fk_fields"])
