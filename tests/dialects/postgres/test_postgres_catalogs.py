"""Tables are what tortoise-orm 1.1.9 makes of the same models."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from catalogs.comparing import differences
from catalogs.model_sets import MODEL_SETS
from dialects.postgres.conftest import DEFAULT_URL, administer

EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    name = f"tortoise_catalogs_{uuid.uuid4().hex[:12]}"
    server = urlsplit(os.environ.get("TORTOISE_TEST_POSTGRES") or DEFAULT_URL)
    asyncio.run(administer(f'CREATE DATABASE "{name}"'))
    try:
        yield urlunsplit(server._replace(path=f"/{name}"))
    finally:
        asyncio.run(administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.mark.parametrize("name", MODEL_SETS)
def test_catalog(name: str, url: str) -> None:
    asyncio.run(_empty(url))
    assert asyncio.run(differences(name, "postgres", url)) == {}


async def _empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()
