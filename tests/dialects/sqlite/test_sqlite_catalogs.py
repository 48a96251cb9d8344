"""Tables are what tortoise-orm 1.1.9 makes of the same models."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from catalogs.comparing import described, differences
from catalogs.model_sets import MODEL_SETS

DOC = {"name": "doc", "notnull": 0, "pk": 0, "table": "typed"}
#: set -> what differs on purpose
WANTED: dict[str, dict[str, Any]] = {
    # JSON alone has numeric affinity, by which SQLite makes another number of a document that is a number
    "data_types": {"-columns": [{**DOC, "type": "JSON"}], "+columns": [{**DOC, "type": "JSON TEXT"}]},
}


@pytest.mark.parametrize("name", MODEL_SETS)
def test_catalog(name: str) -> None:
    assert asyncio.run(differences(name, "sqlite", "sqlite://:memory:")) == WANTED.get(name, {})


@pytest.mark.parametrize("name", MODEL_SETS)
def test_description(name: str) -> None:
    recorded, ours = asyncio.run(described(name, "sqlite://:memory:"))
    if name == "links_more_than_once":
        # 1.1.9 calls the other side of links that may repeat unique
        recorded["models.Thing"]["m2m_fields"]["buyers"].update(unique=False, indexed=False)
    assert ours == recorded
