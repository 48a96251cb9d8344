"""Models for cases of relations: keys of several columns, one to one, every `on_delete`, links of one's own."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model
from tortoise_testkit.models import Account, Person

# -- one to one


class Passport(Model):
    number = fields.CharField(max_length=20)
    holder = fields.OneToOneField("models.Person", related_name="passport", null=True)


class Profile(Model):
    """Its key is the one-to-one key."""

    account = fields.OneToOneField(Account, primary_key=True, related_name="profile")
    text = fields.CharField(max_length=20)


class Comment(Model):
    """Refers to a model whose key is a foreign key."""

    profile = fields.ForeignKeyField("models.Profile", related_name="comments")
    text = fields.CharField(max_length=20)


# -- keys of several columns


class Sale(Model):
    region = fields.CharField(max_length=10)
    number = fields.IntField()
    note = fields.CharField(max_length=20, null=True)

    class Meta:
        primary_key = ("region", "number")


class SaleLine(Model):
    """A key of its own, and a foreign key of two columns that may be NULL."""

    name = fields.CharField(max_length=20)
    sale = fields.ForeignKeyField("models.Sale", related_name="lines", null=True)


class Part(Model):
    """A key made of a foreign key and a number."""

    sale = fields.ForeignKeyField("models.Sale", related_name="parts")
    place = fields.IntField()
    weight = fields.IntField(default=0)

    class Meta:
        primary_key = ("sale", "place")


class Receipt(Model):
    sale = fields.OneToOneField("models.Sale", primary_key=True, related_name="receipt")
    text = fields.CharField(max_length=20)


class Refund(Model):
    sale = fields.OneToOneField("models.Sale", related_name="refund", null=True)


class Mark(Model):
    name = fields.CharField(max_length=20)
    sales = fields.ManyToManyField("models.Sale", related_name="marks")


class Box(Model):
    """A key of several columns that is related to itself, and of types that are stored otherwise than they look."""

    price = fields.DecimalField(max_digits=8, decimal_places=2)
    code = fields.UUIDField()
    inside = fields.ForeignKeyField("models.Box", related_name="holds", null=True)
    beside = fields.ManyToManyField("models.Box", related_name="beside_of")

    class Meta:
        primary_key = ("price", "code")


# -- other fields than the key


class Stop(Model):
    code = fields.CharField(max_length=10, unique=True)
    name = fields.CharField(max_length=20, null=True)


class Ride(Model):
    start = fields.ForeignKeyField("models.Stop", related_name="rides", to_field="code", source_field="start code")
    finish = fields.OneToOneField("models.Stop", related_name="last_ride", to_field="code", null=True)


# -- on delete


class Target(Model):
    name = fields.CharField(max_length=20)


class Cascading(Model):
    target = fields.ForeignKeyField("models.Target", related_name="cascading")


class Restricting(Model):
    target = fields.ForeignKeyField("models.Target", related_name="restricting", on_delete=fields.RESTRICT)


class Nulling(Model):
    target = fields.ForeignKeyField("models.Target", related_name="nulling", on_delete=fields.SET_NULL, null=True)


class Keeping(Model):
    target = fields.ForeignKeyField("models.Target", related_name="keeping", on_delete=fields.NO_ACTION)


class Loose(Model):
    """Nothing makes its key name a row that is there."""

    target = fields.ForeignKeyField("models.Target", related_name="loose", db_constraint=False)


# -- links of one's own


class Student(Model):
    name = fields.CharField(max_length=20)
    courses = fields.ManyToManyField(
        "models.Course",
        related_name="students",
        through="enrolment",
        forward_key="course_id",
        backward_key="student_id",
    )


class Course(Model):
    title = fields.CharField(max_length=20)


class Enrolment(Model):
    """The table of the links is a model with more columns."""

    student = fields.ForeignKeyField("models.Student", related_name="enrolments")
    course = fields.ForeignKeyField("models.Course", related_name="enrolments")
    grade = fields.IntField(null=True)

    class Meta:
        table = "enrolment"
        unique_together = (("student", "course"),)


class Desk(Model):
    """A foreign key that is part of unique_together; a relation without reverse side; another without a name for it."""

    person = fields.ForeignKeyField(Person, related_name=False)
    room = fields.ForeignKeyField("models.Course")
    place = fields.IntField()

    class Meta:
        unique_together = (("person", "place"),)


__models__ = [
    Passport, Profile, Comment, Sale, SaleLine, Part, Receipt, Refund, Mark, Box, Stop, Ride, Target, Cascading,
    Restricting, Nulling, Keeping, Loose, Student, Course, Enrolment, Desk,
]  # fmt: skip
