"""Functions and operators of documents: keys and paths, whatever stands in them, are values."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from dialects.postgres.stores import SCHEMES, Store, run
from tortoise import fields
from tortoise.contrib.postgres.functions import JSONBAgg
from tortoise.contrib.postgres.json_functions import (
    JSONBuildObject,
    JSONConcat,
    JSONExtract,
    JSONExtractText,
    JSONPathQueryArray,
    JSONPathQueryFirst,
    JSONRemove,
    JSONSet,
)
from tortoise.exceptions import FieldError, OperationalError, UnSupportedError
from tortoise.expressions import F
from tortoise.models import Model
from tortoise_core.dialect.driver import Target
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

HOSTILE = ["x' = 'q' OR (SELECT 1) LIKE '1", '"', "\\", "a__b", "$1", "?", "{a,b}", "%s", "ünï 漢", ""]


class Paper(Model):
    title = fields.CharField(max_length=20)
    body = fields.JSONField()

    class Meta:
        table = "document_paper"


async def value(expression: Any, title: str = "a") -> Any:
    return await Paper.filter(title=title).annotate(x=expression).get().values_list("x", flat=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_documents(postgres_target: Target, scheme: str) -> None:
    async def main() -> None:
        async with Store(postgres_target, scheme).open(sys.modules[__name__]) as context:
            await context.db().execute_script("DROP TABLE IF EXISTS document_paper")
            await context.generate_schemas()
            body = {"a": {"b": [1, {"c": "text"}, None]}, "n": 5, **dict.fromkeys(HOSTILE, "odd")}
            await Paper.bulk_create([Paper(title="a", body=body), Paper(title="b", body=[1, 2])])
            await parts(body)
            await changes(body)
            await paths()
            await context.db().execute_script("DROP TABLE document_paper")

    run(main)


async def parts(body: Any) -> None:
    assert await value(JSONExtract("body", "a", "b")) == [1, {"c": "text"}, None]
    assert await value(JSONExtract("body", "a", "b", -2)) == {"c": "text"}
    assert await value(JSONExtractText("body", "a", "b", 1, "c")) == "text"
    assert await value(JSONExtractText("body", "n")) == "5"
    assert await value(JSONExtract("body", "nothing")) is None
    for key in HOSTILE:
        assert await value(JSONExtractText("body", key)) == "odd"
        assert await Paper.filter(body__has_key=key).values_list("title", flat=True) == ["a"]
        assert await Paper.filter(body__has_any_keys=[key, "zz"]).count() == 1
    found: Any = Paper.annotate(x=JSONExtractText("body", "n")).filter(x="5").values("title", "x")
    assert await found == [{"title": "a", "x": "5"}]
    made = JSONBuildObject(title="title", **{"it's": F("id") * 0 + 1})
    assert await value(made) == {"title": "a", "it's": 1}
    both: Any = Paper.annotate(x=JSONBAgg(JSONBuildObject(t="title"), order_by="-title")).values_list("x", flat=True)
    assert await both == [[{"t": "b"}, {"t": "a"}]]
    with pytest.raises(FieldError, match="NUL"):
        JSONExtract("body", "\0")
    with pytest.raises(FieldError, match="path is a list"):
        JSONSet("body", "a", 1)


async def changes(body: Any) -> None:
    assert await value(JSONRemove("body", "a", "b")) == {**body, "a": {}}
    assert await value(JSONConcat("body", {"n": [6], "z": None})) == {**body, "n": [6], "z": None}
    assert await value(JSONConcat("body", [3]), "b") == [1, 2, 3]
    assert await value(JSONConcat("body", JSONBuildObject(n="title"))) == {**body, "n": "a"}
    for new in (None, True, "it's", {"k": [1.5]}, []):
        assert (await value(JSONSet("body", ["a", "b", 0], new)))["a"]["b"][0] == new
    assert (await value(JSONSet("body", ["z"], 1, create_missing=False))) == body
    assert (await value(JSONSet("body", ["z"], F("title"))))["z"] == "a"
    for key in HOSTILE:
        assert (await value(JSONSet("body", [key], key)))[key] == key
    await Paper.filter(title="b").update(body=JSONSet("body", [0], {"deep": 1}))
    assert (await Paper.get(title="b")).body == [{"deep": 1}, 2]


async def paths() -> None:
    path = "$.a.b[*] ? (@ == $wanted)"
    assert await value(JSONPathQueryFirst("body", path, wanted=1)) == 1
    assert await value(JSONPathQueryFirst("body", path, wanted="1' OR '")) is None
    assert await value(JSONPathQueryArray("body", "$.a.b[*]")) == [1, {"c": "text"}, None]
    assert await Paper.filter(body__path_exists='$.a.b[*].c ? (@ starts with "te")').count() == 1
    assert await Paper.filter(body__path_match="$.n > 4").values_list("title", flat=True) == ["a"]
    with pytest.raises(OperationalError):
        await Paper.filter(body__path_exists="no path").count()


def test_another_dialect_refuses_them_by_name() -> None:
    async def main() -> None:
        dialect = standard_dialect(json_paths=True)
        async with recording(Recorder(), dialect, {"m": [sys.modules[__name__]]}):
            for expression in (JSONRemove("body", "a"), JSONConcat("body", {}), JSONBuildObject(t="title")):
                with pytest.raises(UnSupportedError, match="is not supported by standard"):
                    Paper.annotate(x=expression).sql()
            for lookup in ("has_key", "has_keys", "path_exists"):
                with pytest.raises(UnSupportedError, match="JSON"):
                    Paper.filter(**{f"body__{lookup}": "$"}).sql()

    run(main)
