"""Model.describe, and the comments above fields that it tells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tortoise import Tortoise, fields
from tortoise.expressions import F
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model
from tortoise_core.schema.registry import Apps


class Stamped(Model):
    #: when a {model} was made
    made = fields.IntField(default=0)
    #: what it is called
    name = fields.CharField(max_length=9)

    class Meta:
        abstract = True


class Maker(Model):
    #: not for long
    #:
    #: or so
    name = fields.CharField(max_length=9)


class Made(Stamped):
    """A thing {model} made.

    In some way.
    """

    #: who made this {model}
    #: more
    maker: Any = fields.ForeignKeyField("models.Maker", related_name="made")
    #: annotated
    level: int = fields.IntField(null=True)
    #: too far above

    far = fields.IntField(null=True)
    #: behind the description
    told = fields.IntField(null=True, description="told")
    name = fields.TextField()
    # : no such comment
    plain = fields.IntField(null=True)
    text = """
    #: no comment but text
    """

    class Meta:
        indexes = [("made", "level"), Index(F("made") + 1, name="by_made"), PartialIndex(fields=["level"])]
        unique_together = ("made", "maker")


@pytest.fixture(autouse=True)
def _ready() -> None:
    apps = Apps()
    apps.add("models", [Maker, Made])
    apps.make_ready()


def test_comments_describe_fields() -> None:
    found = {name: field for name, field in Made._meta.fields_map.items()}
    assert {name: (field.description, field.docstring) for name, field in found.items()} == {
        "id": (None, None),
        "made": ("when a Stamped was made", "when a Stamped was made"),
        "name": (None, None),
        "maker": ("who made this Made", "who made this Made\nmore"),
        "maker_id": ("who made this Made", None),
        "level": ("annotated", "annotated"),
        "far": (None, None),
        "told": ("told", "behind the description"),
        "plain": (None, None),
    }
    assert Maker._meta.fields_map["name"].docstring == "not for long\n\nor so"
    assert Maker._meta.fields_map["made"].description == "who made this Made"


def test_description_of_a_model() -> None:
    found = Made.describe()
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        "name", "app", "table", "abstract", "description", "docstring", "unique_together", "indexes", "pk_field",
        "data_fields", "fk_fields", "backward_fk_fields", "o2o_fields", "backward_o2o_fields", "m2m_fields",
    ]  # fmt: skip
    assert (found["name"], found["app"], found["table"]) == ("models.Made", "models", "made")
    assert (found["description"], found["docstring"]) == (
        "A thing {model} made.", "A thing {model} made.\n\nIn some way.",
    )  # fmt: skip
    assert found["unique_together"] == [["made", "maker"]]
    assert found["indexes"] == [
        ["made", "level"],
        {"fields": [], "expressions": ['"made" + 1'], "name": "by_made", "type": "", "extra": ""},
        {"fields": ["level"], "expressions": [], "name": None, "type": "", "extra": ""},
    ]
    names = [field["name"] for field in found["data_fields"]]
    assert names == ["made", "name", "maker_id", "level", "far", "told", "plain"]
    assert found["fk_fields"][0]["docstring"] == "who made this Made\nmore"
    raw = Made.describe(serializable=False)
    assert raw["fk_fields"][0]["python_type"] is Maker
    assert raw["unique_together"] == (("made", "maker"),) and raw["indexes"][1:] == list(Made._meta.indexes[1:])


def test_describing_by_tortoise() -> None:
    assert Tortoise.describe_model(Maker) == Maker.describe()
    assert Tortoise.describe_models([Maker, Made], serializable=False) == {
        "models.Maker": Maker.describe(False),
        "models.Made": Made.describe(False),
    }


def test_abstract_models_can_be_described() -> None:
    found = Stamped.describe()
    assert (found["abstract"], found["pk_field"]) == (True, None)
    assert [field["name"] for field in found["data_fields"]] == ["made", "name"]


def test_a_missing_source_is_no_error(tmp_path: Path) -> None:
    module: Any = ModuleType("without_source")
    sys.modules["without_source"] = module
    try:
        vars(module).update(Model=Model, fields=fields)
        exec("class Lost(Model):\n    #: gone\n    name = fields.IntField()", vars(module))
        assert module.Lost._meta.fields_map["name"].docstring is None
        module.__file__ = str(tmp_path / "nowhere.py")
        assert module.Lost._meta.fields_map["name"].docstring is None
        (tmp_path / "odd.py").write_text("#: not Python at all\n class (", encoding="utf-8")
        module.__file__ = str(tmp_path / "odd.py")
        assert module.Lost._meta.fields_map["name"].docstring is None
    finally:
        del sys.modules["without_source"]


def test_sources_are_not_read_at_import() -> None:
    program = """
import linecache, sys
from tortoise import fields
from tortoise.models import Model
class Quiet(Model):
    #: never read
    name = fields.IntField()
Quiet(name=1)
print([path for path in linecache.cache if path.endswith(".py")])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
