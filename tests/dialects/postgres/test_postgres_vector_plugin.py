"""A type by a third party's plugin: `examples/pgvector`, by the public hook; on the real extension if there is one."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialects.postgres.own_types import opened
from dialects.postgres.vector_server import vector_server
from tortoise import fields
from tortoise.contrib.postgres.extensions import ensure_extension
from tortoise.exceptions import FieldError, OperationalError, UnSupportedError, ValidationError
from tortoise.models import Model
from tortoise.plugins import plugins
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_core.plugins.types import type_registry
from tortoise_testkit.harness import module_of
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

EXAMPLE = Path(__file__).resolve().parents[3] / "examples/pgvector/src"


@pytest.fixture(scope="module")
def vectors() -> Iterator[Any]:
    sys.path.insert(0, str(EXAMPLE))
    import tortoise_pgvector

    plugins.register(tortoise_pgvector, "pgvector")
    try:
        yield tortoise_pgvector
    finally:
        plugins.unregister(tortoise_pgvector)
        sys.path.remove(str(EXAMPLE))


@pytest.fixture(scope="module")
def vector_url() -> Iterator[str]:
    with vector_server() as url:
        if url is None:
            pytest.skip("no server with pgvector, and the wheel pgserver is not installed")
        yield url


def document(vectors: Any, **options: Any) -> Any:
    body = {
        "__module__": __name__,
        "name": fields.CharField(max_length=9),
        "meaning": vectors.VectorField(dimensions=3),
        "maybe": vectors.VectorField(dimensions=2, null=True),
        "Meta": type("Meta", (), {"table": "document", **options}),
    }
    return type("Document", (Model,), body)


def test_statements_of_the_type(vectors: Any) -> None:
    Document = document(vectors, indexes=[vectors.HnswIndex(fields=["meaning"], opclasses=["vector_l2_ops"])])

    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, plugins.dialect("postgres"), {"models": [module_of(Document)]}) as context:
            await context.generate_schemas()
            script = "".join(recorder.statements)
            assert '"meaning" VECTOR(3) NOT NULL' in script
            assert 'USING hnsw ("meaning" "vector_l2_ops")' in script
            recorder.clear()
            recorder.answer([(1, "a", "[1,2.5,0.1]", None)])
            (row,) = await Document.filter(meaning__dimensions=3)
            assert row.meaning == Document._meta.fields_map["meaning"].to_python_value([1, 2.5, 0.1])
            recorder.clear()
            for vector in ([1, 2, 3], (4, 5, 6)):
                found = Document.annotate(away=vectors.L2Distance("meaning", vector)).filter(away__lt=1.5)
                await found.order_by("away").limit(2)
            first, second = recorder.sent[-2:]
            assert first.sql == second.sql and '"meaning" <-> ?' in first.sql
            assert "[1.0,2.0,3.0]" in first.params and "[4.0,5.0,6.0]" in second.params

    asyncio.run(main())


def test_the_hook_is_asked_once(vectors: Any) -> None:
    type_registry.all()
    calls: list[str] = []
    undo = plugins.manager.add_hookcall_monitoring(lambda name, *_: calls.append(name), lambda outcome, name, *_: None)
    try:
        Document = document(vectors)

        async def main() -> None:
            recorder = Recorder()
            async with recording(recorder, plugins.dialect("postgres"), {"models": [module_of(Document)]}):
                for number in range(5):
                    await Document.filter(meaning=[number, 0, 0], name=str(number))

        asyncio.run(main())
    finally:
        undo()
    assert "tortoise_register_types" not in calls


def test_a_dialect_that_the_plugin_does_not_name_refuses_the_type(vectors: Any) -> None:
    Document = document(vectors)

    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, standard_dialect(), {"models": [module_of(Document)]}) as context:
            with pytest.raises(UnSupportedError, match="VectorType"):
                await context.generate_schemas()
        assert recorder.statements == []

    asyncio.run(main())


def test_wrong_vectors_name_their_field(vectors: Any) -> None:
    Document = document(vectors)
    for value, message in (("text", "not text"), (["a"], "meaning"), (5, "meaning")):
        with pytest.raises(ValidationError, match=message):
            Document(name="x", meaning=value)
    field = Document._meta.fields_map["meaning"]
    for value, message in (([1, 2], "3 numbers"), ([1, 2, float("nan")], "finite")):
        with pytest.raises(ValidationError, match=message):
            field.to_db_value(value, None)


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_on_the_real_extension(vectors: Any, vector_url: str, driver: str) -> None:
    Document = document(vectors, indexes=[vectors.HnswIndex(fields=["meaning"], opclasses=["vector_l2_ops"])])
    url = vector_url.replace("postgres://", f"postgres+{driver}://")
    draw = random.Random(5)

    async def main() -> None:
        async with opened(url) as context:
            await context.db().execute_script("DROP EXTENSION IF EXISTS vector CASCADE")
            await ensure_extension(context.db(), "vector")
        async with opened(url, Document, before="CREATE EXTENSION IF NOT EXISTS vector") as context:
            given = [[draw.uniform(-9, 9) for _ in range(3)] for _ in range(50)]
            rows = [Document(name=str(at), meaning=vector, maybe=vector[:2]) for at, vector in enumerate(given)]
            await Document.bulk_create(rows)
            field = Document._meta.fields_map["meaning"]
            found = await Document.all().order_by("id")
            assert [row.meaning for row in found] == [field.to_python_value(vector) for vector in given]
            sent: list[str] = []
            connection: Any = context.db()
            connection.listeners = (lambda sql, seconds, error: sent.append(sql),)
            for row in found:
                await row.save()
            assert sent == []
            connection.listeners = ()
            asked = [1.0, 2.0, 3.0]
            away = {row.pk: sum((a - b) ** 2 for a, b in zip(row.meaning, asked)) ** 0.5 for row in found}
            near = Document.annotate(away=vectors.L2Distance("meaning", asked)).order_by("away", "id")
            assert [row.pk for row in await near.limit(5)] == sorted(away, key=lambda key: away[key])[:5]
            inside = await near.filter(away__lt=6).values_list("id", flat=True)
            assert set(inside) == {key for key, distance in away.items() if distance < 6}
            assert await Document.filter(meaning=given[7]).values_list("name", flat=True) == ["7"]
            assert await Document.filter(meaning__in=given[:3]).count() == 3
            assert await Document.filter(maybe__dimensions=2).count() == 50
            await Document.filter(name="7").update(meaning=[0, 0, 1], maybe=None)
            changed = await Document.get(name="7")
            assert (changed.meaning, changed.maybe) == ([0, 0, 1], None)
            for row in found[:4]:
                row.meaning = [1, 1, 1]
            await Document.bulk_update(found[:4], fields=["meaning"])
            cosine = vectors.CosineDistance("meaning", [2, 2, 2])
            assert await Document.annotate(away=cosine).filter(away__lt=1e-6).count() == 4
            with pytest.raises(FieldError, match="gt"):
                await Document.filter(meaning__gt=[1, 2, 3])

    asyncio.run(main())


def test_without_the_extension_it_is_named(vectors: Any, vector_url: str) -> None:
    Document = document(vectors)

    async def main() -> None:
        async with opened(vector_url, before="DROP EXTENSION IF EXISTS vector CASCADE") as context:
            connection: Any = context.db()
            statements = schema_statements([Document], await connection.ready(), True)
            assert "VECTOR(3)" in statements[0]
        with pytest.raises(OperationalError, match='CREATE EXTENSION IF NOT EXISTS "vector"'):
            async with opened(vector_url, Document):
                raise AssertionError("the table could not be made")

    asyncio.run(main())
