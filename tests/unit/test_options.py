"""The inner class Meta: what it may say, what is inherited, and what MetaInfo makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ConfigurationError, FieldError, UnSupportedError
from tortoise.expressions import F, Q
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model, get_together, prepare_default_ordering
from tortoise_testkit.harness import module_of


class Mixin:
    extra = fields.IntField(null=True)
    gone = fields.IntField(null=True)


class Base(Mixin, Model):
    """What all of them are.

    More of it.
    """

    made = fields.IntField(default=1)
    name = fields.CharField(max_length=10)

    class Meta:
        abstract = True
        ordering = ("-name",)
        table = "base_table"
        schema = "sch"
        app = "other"
        indexes = [("made",)]
        unique_together = ("made", "name")
        table_description = "described"
        fetch_db_defaults = False


def test_only_the_ordering_of_a_base_is_inherited() -> None:
    class Child(Base):
        pass

    meta = Child._meta
    assert (meta.abstract, meta.db_table, meta.schema, meta.app) == (False, "child", None, None)
    assert (meta.unique_together, meta.indexes, meta.table_description, meta.fetch_db_defaults) == ((), (), None, True)
    assert meta.ordering == ("-name",)
    assert list(meta.fields_map) == ["id", "extra", "gone", "made", "name"]


def test_a_meta_may_derive_from_another() -> None:
    class Child(Base):
        class Meta(Base.Meta):
            abstract = False
            table = "c"

    meta = Child._meta
    assert (meta.abstract, meta.db_table, meta.schema, meta.app) == (False, "c", "sch", "other")
    assert (meta.unique_together, meta.indexes) == ((("made", "name"),), (("made",),))
    assert (meta.table_description, meta.fetch_db_defaults) == ("described", False)


def test_docstrings_describe_tables() -> None:
    class Child(Base):
        """One of them.

        Longer.
        """

    assert Child._meta.table_description == "One of them."


def test_abstract_chains() -> None:
    class Middle(Base):
        name = fields.TextField()

        class Meta:
            abstract = True

    class Child(Middle):
        pass

    assert type(Child._meta.fields_map["name"]) is fields.TextField
    assert Child._meta.ordering == ("-name",)
    with pytest.raises(ConfigurationError, match="abstract"):
        Middle()
    with pytest.raises(ConfigurationError, match="abstract"):
        Middle._meta.pk  # reading it is the test


def test_fields_taken_away() -> None:
    class Without(Base):
        gone = None

        @property
        def extra(self) -> int:
            return 5

    class Below(Without):
        pass

    class Back(Without):
        gone = fields.BooleanField(default=True)

    for model in (Without, Below):
        assert model._meta.fields == {"id", "made", "name"}
        assert (model(name="x").extra, model(name="x").gone) == (5, None)
        with pytest.raises(FieldError, match="gone"):
            model(name="x", gone=1)
    assert Back(name="x").gone is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tabel": "x"}, 'no option "tabel".*Did you mean "table"'),
        ({"unique_together": "name"}, "unique_together is a tuple of field names"),
        ({"unique_together": [5]}, "tuples of field names, not 5"),
        ({"indexes": [("a", 5)]}, "tuples of field names"),
        ({"indexes": [Index(fields=["a"]), 5]}, "tuples of field names"),
        ({"constraints": ["a > 5"]}, "takes UniqueConstraint and CheckConstraint objects, not 'a > 5'"),
        ({"ordering": [5]}, "a list of field names"),
    ],
)
def test_mistakes_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"(?s)Odd.*{message}"):
        type("Odd", (Model,), {"a": fields.IntField(), "Meta": type("Meta", (), options)})


def test_orderings_are_checked_when_models_are_made_ready() -> None:
    class Ordered(Model):
        name = fields.CharField(max_length=5)

        class Meta:
            ordering = "-nme"

    with pytest.raises(ConfigurationError, match=r'Ordered.*"nme".*Did you mean "name"'):
        _ready(Ordered)
    Ordered._meta.ordering = ("-name", "pk")
    _ready(Ordered)
    assert [(name, order.value) for name, order in Ordered._meta._default_ordering] == [("name", "DESC"), ("pk", "ASC")]


def _ready(*models: type[Model]) -> None:
    from tortoise_core.schema.registry import Apps

    apps = Apps()
    apps.add("models", models)
    apps.make_ready()


class Owner(Model):
    code = fields.CharField(max_length=5, primary_key=True, source_field="owner_code")


class Pet(Model):
    name = fields.CharField(max_length=5, source_field="pet_name")
    owner: Any = fields.ForeignKeyField("models.Owner", related_name="pets")
    age = fields.IntField(db_default=1, source_field="years")
    friends: Any = fields.ManyToManyField("models.Pet", related_name="friend_of")


def test_what_outside_code_reads() -> None:
    _ready(Owner, Pet)
    meta = Pet._meta
    assert (meta.full_name, meta.pk_attr, meta.db_pk_column, Owner._meta.db_pk_column) == (
        "models.Pet", "id", "id", "owner_code",
    )  # fmt: skip
    assert meta.fields == {"id", "name", "age", "owner", "owner_id", "friends", "friend_of"}
    assert meta.db_fields == {"id", "pet_name", "years", "owner_id"}
    projection = {"id": "id", "name": "pet_name", "age": "years", "owner_id": "owner_id"}
    assert meta.fields_db_projection == projection
    assert meta.fields_db_projection_reverse == {column: name for name, column in projection.items()}
    assert (meta.generated_db_fields, meta.db_default_fields, meta.db_default_db_columns) == (
        ("id",), ["age"], ("years",),
    )  # fmt: skip
    assert (meta.fk_fields, meta.m2m_fields) == ({"owner"}, {"friends", "friend_of"})
    assert (meta.fetch_fields, Owner._meta.backward_fk_fields) == ({"owner", "friends", "friend_of"}, {"pets"})
    assert meta.get_filter("name__icontains") == {"field": "name", "source_field": "pet_name", "lookup": "icontains"}
    with pytest.raises(FieldError, match="nme"):
        meta.get_filter("nme")


@pytest.mark.parametrize("name", ["basequery", "basetable"])
def test_the_query_builder_is_gone(name: str) -> None:
    with pytest.raises(UnSupportedError, match=rf"Pet\._meta\.{name}.*db_table"):
        getattr(Pet._meta, name)


def test_the_connection_of_a_model() -> None:
    import asyncio

    class Alone(Model):
        name = fields.CharField(max_length=5)

    async def main() -> None:
        async with TortoiseContext() as context:
            await context.init(db_url="sqlite://:memory:", modules={"models": [module_of(Alone)]})
            assert Alone._meta.db is context.db()

    asyncio.run(main())


def test_fields_added_later() -> None:
    class Growing(Model):
        name = fields.CharField(max_length=5)

    Growing(name="x")
    Growing._meta.add_field("size", fields.IntField(default=3))
    Growing._meta.finalise_model()
    Growing._meta.finalise_fields()
    assert Growing(name="x").size == 3  # type: ignore[attr-defined]  # added above
    assert [field.column for field in Growing._meta.columns] == ["id", "name", "size"]
    with pytest.raises(ConfigurationError, match="name already"):
        Growing._meta.add_field("name", fields.IntField())


def test_helpers_of_a_meta_class() -> None:
    class Meta:
        indexes = ("a", "b")
        ordering = ["-x", "y"]

    assert get_together(Meta, "indexes") == (("a", "b"),)
    assert get_together(Meta, "unique_together") == ()
    assert [(name, order.value) for name, order in prepare_default_ordering(Meta)] == [("x", "DESC"), ("y", "ASC")]


class Hash(Index):
    INDEX_TYPE = "HASH"


INDEXES: list[tuple[Index, dict[str, Any], tuple[str, list[Any], dict[str, Any]], str]] = [
    (
        Index(fields=("a", "b")),
        {"fields": ["a", "b"], "expressions": [], "name": None, "type": "", "extra": ""},
        ("tortoise.indexes.Index", [], {"fields": ["a", "b"]}),
        "Index(fields=['a', 'b'])",
    ),
    (
        Hash(fields=["a"], name="n"),
        {"fields": ["a"], "expressions": [], "name": "n", "type": "HASH", "extra": ""},
        (f"{__name__}.Hash", [], {"fields": ["a"], "name": "n"}),
        "Hash(fields=['a'], name='n')",
    ),
    (
        PartialIndex(fields=["a"], condition={"b": None, "c": True, "d": 1.5, "e": "x'y"}),
        {
            "fields": ["a"], "expressions": [], "name": None, "type": "",
            "extra": " WHERE b = null AND c = true AND d = 1.5 AND e = 'x''y'",
        },
        ("tortoise.indexes.PartialIndex", [], {
            "fields": ["a"], "condition": {"b": None, "c": True, "d": 1.5, "e": "x'y"},
        }),
        "PartialIndex(fields=['a'])",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("index", "described", "taken_apart", "text"), INDEXES)
def test_indexes_as_values(
    index: Index, described: dict[str, Any], taken_apart: tuple[str, list[Any], dict[str, Any]], text: str
) -> None:
    assert (index.describe(), index.deconstruct(), repr(index)) == (described, taken_apart, text)
    again = type(index)(*taken_apart[1], **taken_apart[2])
    assert (again == index, hash(again) == hash(index), index.field_names) == (True, True, described["fields"])
    assert index != Index(fields=["z"])


def test_names_of_indexes_are_those_of_databases_that_exist() -> None:
    class Book(Model):
        price = fields.IntField()
        title = fields.CharField(max_length=5)
        a_very_long_field_name_that_goes_on = fields.IntField()

    names = [
        Index(fields=index).index_name(None, Book)
        for index in (["price"], ["price", "title"], ["a_very_long_field_name_that_goes_on"])
    ]
    assert names == ["idx_book_price_0af4bb", "idx_book_price_97cd56", "idx_book_a_very__931622"]
    assert Index(fields=["price"], name="own").index_name(None, Book) == "own"


def test_expressions_are_resolved_before_they_are_named() -> None:
    class Book(Model):
        price = fields.IntField(source_field="p")

    index = Index(F("price") + 1)
    with pytest.raises(ConfigurationError, match="resolved"):
        index.field_names  # reading it is the test
    index.resolve_expressions(Book)
    assert (index.field_names, index.describe()["expressions"]) == (['("p" + 1)'], ['"p" + 1'])
    assert index.index_name(None, Book) == Index(F("price") + 1).index_name(None, Book)
    with pytest.raises(FieldError, match="prise"):
        Index(F("prise")).resolve_expressions(Book)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Index(),
        lambda: Index("a"),  # type: ignore[arg-type]  # refused
        lambda: Index(F("a"), fields=["a"]),
        lambda: Index(fields="abc"),
        lambda: PartialIndex(fields=["a"], condition="a > 1"),  # type: ignore[arg-type]  # refused
        lambda: UniqueConstraint(fields="ab"),
        lambda: UniqueConstraint(fields=()),
        lambda: UniqueConstraint(fields=["a", 5]),  # type: ignore[list-item]  # refused
        lambda: UniqueConstraint(fields=["a"], condition=5),  # type: ignore[arg-type]  # refused
        lambda: CheckConstraint(check="", name="n"),
        lambda: CheckConstraint(check=Q(), name="n"),
        lambda: CheckConstraint(check="a > 1", name=""),
    ],
)
def test_indexes_and_constraints_refuse_mistakes(make: Any) -> None:
    with pytest.raises(BaseORMException):
        make()


def test_constraints_as_values() -> None:
    unique = UniqueConstraint(["a", "b"], "n", "x > 1")
    assert unique == UniqueConstraint(fields=("a", "b"), name="n", condition="x > 1")
    assert unique.deconstruct() == (
        "tortoise.migrations.constraints.UniqueConstraint", [],
        {"fields": ("a", "b"), "name": "n", "condition": "x > 1"},
    )  # fmt: skip
    assert UniqueConstraint(fields=["a"]).deconstruct()[2] == {"fields": ("a",), "name": None}
    check = CheckConstraint(check="a > 1", name="n")
    assert check.deconstruct() == (
        "tortoise.migrations.constraints.CheckConstraint", [], {"check": "a > 1", "name": "n"}
    )  # fmt: skip
    assert repr(check) == "CheckConstraint(check='a > 1', name='n')"


def test_a_child_of_a_model_in_use_has_its_own_fields() -> None:
    class Parent(Model):
        name = fields.CharField(max_length=5, default="p")

    Parent()

    class Child(Parent):
        size = fields.IntField(default=2)

    class Careful(Parent):
        size = fields.IntField(default=3)

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.seen = True

    Parent()
    assert (Child().size, Child(size=5).size, Careful().size, Careful().name, Parent().name) == (2, 5, 3, "p", "p")
