"""Sets of models whose tables are compared with those that tortoise-orm 1.1.9 makes of the same source.

It runs under both, so it uses what both know and nothing of ours.
"""

from __future__ import annotations

from uuid import uuid4

from tortoise import fields
from tortoise.functions import Lower
from tortoise.indexes import Index, PartialIndex
from tortoise.models import Model


def data_types():
    class Typed(Model):
        small = fields.SmallIntField()
        whole = fields.IntField(null=True)
        big = fields.BigIntField(default=0)
        char = fields.CharField(max_length=20)
        text = fields.TextField(null=True)
        truth = fields.BooleanField(default=True)
        price = fields.DecimalField(max_digits=12, decimal_places=4)
        real = fields.FloatField()
        made = fields.DatetimeField(auto_now_add=True)
        doc = fields.JSONField(null=True)
        uid = fields.UUIDField(default=uuid4)

    return [Typed]


def small_generated_key():
    class Small(Model):
        id = fields.SmallIntField(primary_key=True)

    return [Small]


def big_generated_key():
    class Big(Model):
        number = fields.BigIntField(pk=True)
        name = fields.CharField(max_length=5)

    return [Big]


def given_keys():
    class Coded(Model):
        code = fields.CharField(max_length=7, primary_key=True)

    class Marked(Model):
        mark = fields.UUIDField(primary_key=True)

    class Counted(Model):
        number = fields.IntField(primary_key=True, generated=False)

    return [Coded, Marked, Counted]


def foreign_key():
    class Author(Model):
        name = fields.CharField(max_length=50)

    class Book(Model):
        author = fields.ForeignKeyField("models.Author", related_name="books")
        title = fields.CharField(max_length=50)

    return [Author, Book]


def foreign_key_to_a_code():
    class Country(Model):
        code = fields.CharField(max_length=2, primary_key=True, source_field="iso")

    class City(Model):
        country = fields.ForeignKeyField("models.Country", related_name="cities", source_field="country_code")
        other = fields.ForeignKeyField("models.Country", related_name="others", null=True, db_index=True)

    return [Country, City]


def one_to_one():
    class Event(Model):
        name = fields.CharField(max_length=5)

    class Address(Model):
        city = fields.CharField(max_length=5)
        event = fields.OneToOneField("models.Event", related_name="address")
        other = fields.OneToOneField("models.Event", related_name="other_address", null=True)

    return [Event, Address]


def one_to_one_as_key():
    class Event(Model):
        name = fields.CharField(max_length=5)

    class Detail(Model):
        event = fields.OneToOneField("models.Event", related_name="detail", primary_key=True)
        note = fields.TextField(null=True)

    return [Event, Detail]


def foreign_key_to_a_unique_field():
    class School(Model):
        code = fields.UUIDField(unique=True)

    class Student(Model):
        school = fields.ForeignKeyField("models.School", related_name="students", to_field="code")

    return [School, Student]


def foreign_key_to_itself():
    class Node(Model):
        parent = fields.ForeignKeyField("models.Node", related_name="children", null=True)

    return [Node]


def what_deleting_does():
    class Top(Model):
        name = fields.CharField(max_length=5)

    class Kept(Model):
        top = fields.ForeignKeyField("models.Top", related_name="kept", on_delete=fields.RESTRICT)

    class Loose(Model):
        top = fields.ForeignKeyField("models.Top", related_name="loose", null=True, on_delete=fields.SET_NULL)

    class Still(Model):
        top = fields.ForeignKeyField("models.Top", related_name="still", on_delete=fields.NO_ACTION)

    return [Top, Kept, Loose, Still]


def key_without_constraint():
    class Plane(Model):
        tail = fields.CharField(max_length=6, primary_key=True)

    class Flight(Model):
        plane = fields.ForeignKeyField("models.Plane", related_name="flights", db_constraint=False)

    return [Plane, Flight]


def links():
    class Post(Model):
        tags = fields.ManyToManyField("models.Tag", related_name="posts")

    class Tag(Model):
        name = fields.CharField(max_length=9, primary_key=True)

    return [Post, Tag]


def links_to_itself():
    class Person(Model):
        friends = fields.ManyToManyField("models.Person", related_name="friend_of")

    return [Person]


def links_by_name():
    class Left(Model):
        rights = fields.ManyToManyField(
            "models.Right", through="both", forward_key="right_key", backward_key="left_key", related_name="lefts"
        )

    class Right(Model):
        name = fields.CharField(max_length=9)

    return [Left, Right]


def links_more_than_once():
    class Buyer(Model):
        things = fields.ManyToManyField("models.Thing", related_name="buyers", unique=False)

    class Thing(Model):
        name = fields.CharField(max_length=9)

    return [Buyer, Thing]


def unique_columns():
    class Account(Model):
        mail = fields.CharField(max_length=90, unique=True)
        name = fields.CharField(max_length=90, db_index=True)
        code = fields.IntField(unique=True, null=True, source_field="account_code")
        level = fields.IntField(index=True, source_field="account_level")

    return [Account]


def unique_together():
    class Owner(Model):
        name = fields.CharField(max_length=5)

    class Pet(Model):
        owner = fields.ForeignKeyField("models.Owner", related_name="pets")
        name = fields.CharField(max_length=5)
        age = fields.IntField(source_field="years")

        class Meta:
            unique_together = (("owner", "name"), ("name", "age"))

    return [Owner, Pet]


def indexes_by_names():
    class Event(Model):
        name = fields.CharField(max_length=5)
        level = fields.IntField(source_field="event_level")
        place = fields.CharField(max_length=5)

        class Meta:
            indexes = [("name", "level"), ("place", "name")]

    return [Event]


def index_objects():
    class Event(Model):
        name = fields.CharField(max_length=5)
        level = fields.IntField()

        class Meta:
            indexes = [Index(fields=["name"]), Index(fields=("level", "name"), name="by_level"), Index(Lower("name"))]

    return [Event]


def partial_indexes():
    class Event(Model):
        name = fields.CharField(max_length=5)
        level = fields.IntField(null=True)

        class Meta:
            indexes = [
                PartialIndex(fields=["level"], condition={"name": "it's"}),
                PartialIndex(fields=["name"], name="few", condition={"level": 3, "name": "x"}),
            ]

    return [Event]


def names_of_ones_own():
    class Thing(Model):
        key = fields.IntField(primary_key=True, source_field="the key")
        value = fields.CharField(max_length=5, source_field="Select")

        class Meta:
            table = "Some Things"
            indexes = [("value",)]

    return [Thing]


def long_names():
    class RatherLongNameOfAModel(Model):
        a_very_long_name_of_a_field = fields.IntField(db_index=True)
        another_long_name_of_a_field = fields.IntField(unique=True)
        them = fields.ManyToManyField("models.RatherLongNameOfAModel", related_name="others")

        class Meta:
            unique_together = (("another_long_name_of_a_field", "a_very_long_name_of_a_field"),)

    return [RatherLongNameOfAModel]


def comments():
    class Described(Model):
        """The first line.

        The second.
        """

        name = fields.CharField(max_length=5, description="it's the name")
        to = fields.ForeignKeyField("models.Described", related_name="fro", null=True, description="where to")
        links = fields.ManyToManyField("models.Described", related_name="linked", description="what is linked")

    class Told(Model):
        name = fields.CharField(max_length=5)

        class Meta:
            table_description = "told by Meta"

    return [Described, Told]


def inherited():
    class Stamped:
        made = fields.DatetimeField(auto_now_add=True)

    class Named(Stamped, Model):
        name = fields.CharField(max_length=10, db_index=True)

        class Meta:
            abstract = True
            unique_together = ("made", "name")

    class Child(Named):
        name = fields.CharField(max_length=20, unique=True)

    class Other(Named):
        size = fields.IntField()

    return [Child, Other]


MODEL_SETS = {
    function.__name__: function
    for function in (
        data_types, small_generated_key, big_generated_key, given_keys, foreign_key, foreign_key_to_a_code,
        one_to_one, one_to_one_as_key, foreign_key_to_a_unique_field,
        foreign_key_to_itself, what_deleting_does, key_without_constraint, links, links_to_itself, links_by_name,
        links_more_than_once, unique_columns, unique_together, indexes_by_names, index_objects, partial_indexes,
        names_of_ones_own, long_names, comments, inherited,
    )
}  # fmt: skip
