"""What relations are declared with: `on_delete`, tables of links, reverse sides, targets; conditions on them."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, FieldError, IntegrityError, NoValuesFetched
from tortoise.models import Model, ModelMeta
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Person, Tag
from tortoise_testkit.relation_models import (
    Cascading,
    Course,
    Desk,
    Enrolment,
    Keeping,
    Loose,
    Nulling,
    Restricting,
    Student,
    Target,
)
from tortoise_testkit.samples import fill_shelf


def made(name: str, /, **body: Any) -> Any:
    """A model of the moment."""
    return ModelMeta(name, (Model,), {"__module__": __name__, **body})


# -- on delete


async def test_cascade_takes_the_rows_along(db: Database) -> None:
    target = await Target.create(name="t")
    await Cascading.create(target=target)
    await target.delete()
    assert await Cascading.all().count() == 0


@pytest.mark.parametrize("model", [Restricting, Keeping])
async def test_restrict_and_no_action_keep_the_target(db: Database, model: Any) -> None:
    target = await Target.create(name="t")
    row = await model.create(target=target)
    with refused(IntegrityError):
        await target.delete()
    with refused(IntegrityError):
        await Target.all().delete()
    assert await Target.all().count() == 1
    await row.delete()
    await target.delete()


async def test_set_null(db: Database) -> None:
    target = await Target.create(name="t")
    row = await Nulling.create(target=target)
    await target.delete()
    await row.refresh_from_db()
    assert row.target_id is None


async def test_set_default(db: Database) -> None:
    class Fallback(Model):
        name = fields.CharField(max_length=10)

    class Falling(Model):
        to = fields.ForeignKeyField("models.Fallback", on_delete=fields.SET_DEFAULT, default=1)

    async with db.another(Fallback, Falling):
        first, second = await Fallback.create(name="first"), await Fallback.create(name="second")
        row = await Falling.create(to=second)
        assert (await Falling.create()).to_id == 1 == first.id
        await second.delete()
        await row.refresh_from_db()
        assert row.to_id == first.id


async def test_a_key_without_constraint(db: Database) -> None:
    target = await Target.create(name="t")
    row = await Loose.create(target=target)
    await target.delete()
    found = await Loose.get(id=row.id)
    assert found.target_id == target.id
    assert await found.target is None
    assert found.target is None
    assert (await Loose.all().select_related("target"))[0].target is None
    assert (await Loose.all().prefetch_related("target"))[0].target is None
    assert (await Loose.create(target_id=-5)).target_id == -5


async def test_options_that_do_not_fit_are_refused() -> None:
    with refused(ConfigurationError, "SET_NULL", "null=True"):
        fields.ForeignKeyField("models.Target", on_delete=fields.SET_NULL)
    with refused(ConfigurationError, "SET_DEFAULT", "default"):
        fields.ForeignKeyField("models.Target", on_delete=fields.SET_DEFAULT)
    with refused(ConfigurationError, "on_delete", "CASCADE"):
        fields.ForeignKeyField("models.Target", on_delete="VANISH")  # type: ignore[arg-type]  # refused
    with refused(ConfigurationError, "app.Model"):
        fields.ForeignKeyField("Target")
    with refused(ConfigurationError, "model class"):
        fields.ForeignKeyField(5)  # type: ignore[arg-type]  # refused
    with refused(ConfigurationError, "nothing"):
        fields.OneToOneField("models.Target", nothing=5)  # type: ignore[call-arg]  # refused
    with refused(ConfigurationError, "null"):
        fields.OneToOneField("models.Target", primary_key=True, null=True)


async def test_targets_that_are_not_there_are_refused(db: Database) -> None:
    cases = [
        ({"x": fields.ForeignKeyField("models.Targt")}, ("Wrong.x", "Targt")),
        ({"x": fields.ForeignKeyField("models.Goal", to_field="nam")}, ("Wrong.x", "to_field", "nam", "name")),
        ({"x": fields.ForeignKeyField("models.Goal", to_field="name")}, ("Wrong.x", "to_field", "unique")),
        ({"x": fields.ForeignKeyField("models.Goal"), "x_id": fields.IntField()}, ("Wrong.x_id", "Wrong.x")),
        ({"x": fields.ForeignKeyField("models.Goal", related_name="name")}, ("Wrong.x", "name", "Goal")),
        ({"x": fields.ForeignKeyField(int)}, ("Wrong.x", "int")),
        ({"x": fields.OneToOneField("models.Wrong", primary_key=True)}, ("Wrong.x", "each other")),
    ]
    for body, words in cases:
        wrong, goal = made("Wrong", **body), made("Goal", name=fields.CharField(max_length=10))
        with refused(ConfigurationError, *words):
            async with db.another(wrong, goal, schemas=False):
                pass


async def test_keys_in_a_circle(db: Database) -> None:
    class Hen(Model):
        name = fields.CharField(max_length=10)
        egg = fields.ForeignKeyField("models.Egg", related_name="hens", null=True)

    class Egg(Model):
        hen = fields.ForeignKeyField("models.Hen", related_name="eggs", null=True)

    async with db.another(Hen, Egg):
        hen = await Hen.create(name="h")
        egg = await Egg.create(hen=hen)
        hen.egg = egg
        await hen.save()
        assert await Hen.filter(egg__hen__name="h") == [hen]
        found = await Hen.get(id=hen.id).prefetch_related("egg__hen", "eggs")
        assert found.egg.hen == hen and list(found.eggs) == [egg]


async def test_a_target_as_a_class(db: Database) -> None:
    class Goal(Model):
        name = fields.CharField(max_length=10)

    class Shot(Model):
        goal = fields.ForeignKeyField(Goal, related_name="shots")
        misses = fields.ManyToManyField(Goal, related_name="missed")
        last = fields.OneToOneField(Goal, related_name="winner", null=True)

    async with db.another(Goal, Shot):
        goal = await Goal.create(name="g")
        shot = await Shot.create(goal=goal, last=goal)
        await shot.misses.add(goal)
        assert await goal.shots == [shot] == await goal.missed
        assert await goal.winner == shot


# -- reverse sides


async def test_names_of_reverse_sides() -> None:
    relations = {relation.model_field_name for relation in Person._meta.relations()}
    assert "desks" not in relations
    assert "desks" in {relation.model_field_name for relation in Course._meta.relations()}
    assert Desk._meta.relation("person").describe()["python_type"] == "models.Person"


async def test_a_foreign_key_in_unique_together(db: Database) -> None:
    person, room = await Person.create(name="p"), await Course.create(title="r")
    await Desk.create(person=person, room=room, place=1)
    await Desk.create(person=person, room=room, place=2)
    with refused(IntegrityError):
        await Desk.create(person=person, room=room, place=2)


# -- links of one's own


async def test_the_table_of_a_declared_model(db: Database) -> None:
    ann, ben = await Student.create(name="Ann"), await Student.create(name="Ben")
    art, bio = await Course.create(title="art"), await Course.create(title="bio")
    await Enrolment.create(student=ann, course=art, grade=2)
    await ann.courses.add(art, bio)
    await bio.students.add(ben)
    assert await Enrolment.all().order_by("id").values_list("student_id", "course_id", "grade") == [
        (ann.id, art.id, 2), (ann.id, bio.id, None), (ben.id, bio.id, None),
    ]  # fmt: skip
    assert titles(await ann.courses.filter(enrolments__grade=2)) == ["art"]
    found = await Course.all().prefetch_related("students").order_by("title")
    assert [sorted(names(course.students)) for course in found] == [["Ann"], ["Ann", "Ben"]]
    await ann.courses.clear()
    assert await Enrolment.all().count() == 1


async def test_columns_and_table_of_links(db: Database) -> None:
    class Left(Model):
        name = fields.CharField(max_length=10)
        rights = fields.ManyToManyField(
            "models.Right", through='pairs "of"', forward_key="to the right", backward_key="to the left", unique=False
        )

    class Right(Model):
        name = fields.CharField(max_length=10)

    async with db.another(Left, Right):
        left, right = await Left.create(name="l"), await Right.create(name="r")
        await left.rights.add(right)
        assert await left.rights == [right]
        assert await right.lefts == [left]
        relation, mirror = Left._meta.relation("rights"), Right._meta.relation("lefts")
        told, back = relation.describe(), mirror.describe()
        assert (told["through"], told["forward_key"], told["backward_key"]) == (
            'pairs "of"',
            "to the right",
            "to the left",
        )
        assert (back["forward_key"], back["backward_key"], back["_generated"]) == ("to the left", "to the right", True)


async def test_links_in_a_transaction(db: Database) -> None:
    shelf = await fill_shelf()
    gamma, tags = shelf.books["Gamma"], shelf.tags
    with pytest.raises(ZeroDivisionError):
        async with in_transaction() as transaction:
            await gamma.tags.add(tags["red"], tags["blue"], using_db=transaction)
            await gamma.tags.remove(tags["red"], using_db=transaction)
            await gamma.tags.create(name="new", using_db=transaction)
            assert sorted(names(await gamma.tags.all().using_db(transaction))) == ["blue", "new"]
            await gamma.tags.clear(using_db=transaction)
            raise ZeroDivisionError
    assert await gamma.tags == []
    assert await Tag.filter(name="new").count() == 0


# -- conditions on relations by their name


async def test_conditions_on_a_foreign_key(db: Database) -> None:
    shelf = await fill_shelf()
    ann, ben = shelf.authors["Ann"], shelf.authors["Ben"]

    async def found(**condition: Any) -> str:
        return "".join([title[0] for title in titles(await Book.filter(**condition).order_by("title"))])

    assert await found(editor=ben) == await found(editor=ben.id) == "A"
    assert await found(editor__in=[ann, ben.id]) == "AD"
    assert await found(editor__in=[ann, None]) == "BDG"
    assert await found(editor__not=ben) == "BDG"
    assert await found(editor__not_in=[ben]) == "BDG"
    assert await found(editor__isnull=True) == await found(editor=None) == "BG"
    assert await found(editor__isnull=False) == await found(editor__not=None) == "AD"
    assert await found(author__country__isnull=False) == "ABDG"
    with refused(FieldError, "save"):
        await found(editor=Author(name="new"))
    with refused(FieldError, "Book.editor", "Tag"):
        await found(editor__in=[shelf.tags["red"]])


async def test_conditions_on_many_rows(db: Database) -> None:
    shelf = await fill_shelf()
    red, blue, green = (shelf.tags[name] for name in ("red", "blue", "green"))

    async def found(**condition: Any) -> str:
        return "".join([title[0] for title in titles(await Book.filter(**condition).order_by("title"))])

    assert await found(tags=red) == await found(tags=red.id) == "AB"
    assert await found(tags__in=[red, blue.id]) == "AABD"
    assert await found(tags__isnull=True) == "G"
    assert await found(tags__isnull=False) == "AABD"
    assert await found(tags__not=red) == "DG"
    assert await found(tags__not=green) == "ABDG"
    assert await found(tags__not_in=[red, blue]) == "G"
    assert await found(tags__not_in=[red, None]) == "D"
    assert await found(tags__not_in=[]) == "ABDG"
    assert await found(tags__not=red, title__in=["Beta", "Alpha"]) == ""


async def test_conditions_on_reverse_sides(db: Database) -> None:
    shelf = await fill_shelf()
    alpha, gamma = shelf.books["Alpha"], shelf.books["Gamma"]

    async def found(**condition: Any) -> list[str]:
        return sorted(names(await Author.filter(**condition).distinct()))

    assert await found(books=alpha) == ["Ann"]
    assert await found(books__in=[alpha, gamma.id]) == ["Ann", "Ben"]
    assert await found(books__isnull=True) == ["Cid"]
    assert await found(books__isnull=False) == ["Ann", "Ben"]
    assert await found(books__not=alpha) == ["Ben", "Cid"]
    assert await found(books__not_in=[alpha, gamma]) == ["Cid"]
    # a key that may be NULL: rows without editor do not make everything unknown
    assert await found(edited__not=alpha) == ["Ann", "Cid"]
    assert sorted(titles(await Book.filter(author__books__not=alpha))) == ["Delta", "Gamma"]


# -- attributes


async def test_rows_that_are_not_fetched_say_how_to(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    with refused(NoValuesFetched, "Book.author", "'name'", "await", "fetch_related"):
        assert book.author.name
    await book.author
    assert book.author.name == "Ann"
    again = await Book.get(title="Alpha")
    with refused(NoValuesFetched, "Book.tags", "fetch_related"):
        bool(again.tags)
    assert (await again.author.select_related("country")).country.name == "Norway"
    assert await again.author.values("name") == {"name": "Ann"}


async def test_awaiting_once_keeps_the_row(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    with db.statements() as sent:
        first = await book.author
        assert await book.author is first is book.author
        book.author_id = -1
        assert await book.author is None
    assert len(sent) == 2


async def test_models_that_inherit_relations(db: Database) -> None:
    class Owned(Model):
        owner = fields.ForeignKeyField("models.Keeper", related_name=False)
        links = fields.ManyToManyField("models.Keeper", related_name=False)

        class Meta:
            abstract = True

    class Keeper(Model):
        name = fields.CharField(max_length=10)

    class Dog(Owned):
        name = fields.CharField(max_length=10)

    class Puppy(Dog):
        age = fields.IntField(default=0)

    async with db.another(Keeper, Dog, Puppy):
        keeper = await Keeper.create(name="k")
        for model in (Dog, Puppy):
            pet: Any = await model.create(name="d", owner=keeper)
            await pet.links.add(keeper)
            assert await model.filter(owner=keeper, links=keeper).count() == 1
        assert {Dog._meta.fields_map["links"].through, Puppy._meta.fields_map["links"].through} == {  # type: ignore[union-attr]  # M2M
            "dog_keeper", "puppy_keeper",
        }  # fmt: skip
