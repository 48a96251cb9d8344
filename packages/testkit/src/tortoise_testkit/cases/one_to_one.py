"""One-to-one keys and their reverse sides."""

from __future__ import annotations

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError, NoValuesFetched, OperationalError
from tortoise.functions import Count
from tortoise.models import NoneAwaitable
from tortoise_testkit.checks import names, refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Person
from tortoise_testkit.relation_models import Comment, Passport, Profile, Ride, Stop


async def test_forward(db: Database) -> None:
    ann = await Person.create(name="Ann")
    passport = await Passport.create(number="1", holder=ann)
    found = await Passport.get(number="1")
    assert found.holder_id == ann.id
    assert await found.holder == ann
    assert found.holder == ann
    assert (await Passport.create(number="2")).holder is NoneAwaitable
    assert (await Passport.get(number="1").select_related("holder")).holder == ann
    assert (await Passport.filter(holder=ann)) == [passport]


async def test_no_two_rows_share_one(db: Database) -> None:
    ann = await Person.create(name="Ann")
    await Passport.create(number="1", holder=ann)
    with refused(IntegrityError):
        await Passport.create(number="2", holder=ann)
    await Passport.create(number="3")
    await Passport.create(number="4")
    assert await Passport.filter(holder=None).count() == 2


async def test_reverse(db: Database) -> None:
    ann, ben = await Person.create(name="Ann"), await Person.create(name="Ben")
    passport = await Passport.create(number="1", holder=ann)
    assert await ann.passport == passport
    with db.statements() as sent:
        assert ann.passport is await ann.passport
    assert sent == []
    assert await ben.passport is None
    assert ben.passport is None
    assert Person(name="new").passport is NoneAwaitable
    with refused(FieldError, "Person.passport", "Passport.holder"):
        ann.passport = passport


async def test_reverse_in_one_query_and_in_further_ones(db: Database) -> None:
    ann, ben = await Person.create(name="Ann"), await Person.create(name="Ben", boss_id=None)
    await Person.create(name="Cid", boss=ann)
    passport = await Passport.create(number="1", holder=ann)
    with db.statements() as sent:
        joined = await Person.all().select_related("passport").order_by("name")
        fetched = await Person.all().prefetch_related("passport").order_by("name")
        deep = await Person.all().select_related("boss__passport").order_by("name")
        assert [person.passport for person in joined] == [passport, None, None]
        assert [person.passport for person in fetched] == [passport, None, None]
        assert joined[0].passport.holder is joined[0]
        assert fetched[0].passport.holder is fetched[0]
    assert len(sent) == 4
    assert [person.boss and person.boss.passport for person in deep] == [None, None, passport]
    await ben.fetch_related("passport")
    assert ben.passport is None


async def test_queries_over_the_reverse_side(db: Database) -> None:
    ann, ben = await Person.create(name="Ann"), await Person.create(name="Ben")
    passport = await Passport.create(number="1", holder=ann)
    assert await Person.filter(passport=passport) == [ann]
    assert await Person.filter(passport__number="1") == [ann]
    assert await Person.filter(passport__isnull=True) == [ben]
    assert await Person.filter(passport__isnull=False) == [ann]
    assert await Person.filter(passport__in=[passport.id]) == [ann]
    assert await Person.filter(passport__not=passport) == [ben]
    assert await Person.annotate(n=Count("passport")).order_by("name").values_list("n", flat=True) == [1, 0]
    assert await Person.all().order_by("-passport__number", "name").first() in (ann, ben)
    with refused(FieldError, "passport"):
        await Person.all().update(passport=passport)


async def test_as_the_primary_key(db: Database) -> None:
    account = await Account.create(owner="a")
    profile = await Profile.create(account=account, text="x")
    assert (profile.pk, profile.account_id) == (account.id, account.id)
    assert await Profile.get(pk=account.id) == profile == await account.profile
    profile.text = "y"
    await profile.save()
    assert (await Profile.get(account=account)).text == "y"
    comment = await profile.comments.create(text="c")
    assert comment.profile_id == account.id
    assert await Comment.filter(profile__account__owner="a") == [comment]
    found = await Account.all().prefetch_related("profile__comments").get(owner="a")
    assert [one.text for one in found.profile.comments] == ["c"]
    with refused(IntegrityError):
        await Profile.create(account=account, text="z")
    await account.delete()
    assert await Comment.all().count() == 0


async def test_to_another_field_than_the_key(db: Database) -> None:
    north, south = await Stop.create(code="n", name="north"), await Stop.create(code="s")
    ride = await Ride.create(start=north, finish=south)
    assert (ride.start_id, ride.finish_id) == ("n", "s")
    found = await Ride.get(id=ride.id)
    assert await found.start == north and await found.finish == south
    assert await Ride.filter(start=north) == [ride] == await Ride.filter(start="n") == await Ride.filter(start_id="n")
    assert await Ride.filter(start__in=[north, "s"]) == [ride]
    assert await Ride.filter(start__name="north") == [ride]
    assert await Ride.filter(start__not=north) == []
    assert await Ride.filter(start__id=north.id) == [ride]
    assert await north.rides == [ride] and await south.last_ride == ride
    joined = await Ride.all().select_related("start", "finish").first()
    assert joined is not None and (joined.start, joined.finish) == (north, south)
    stops = await Stop.all().prefetch_related("rides", "last_ride").order_by("code")
    assert [(list(stop.rides), stop.last_ride) for stop in stops] == [([ride], None), ([], ride)]
    assert names(await Stop.filter(rides__finish="s")) == ["north"]
    await Ride.filter(id=ride.id).update(start=south)
    assert (await Ride.get(id=ride.id)).start_id == "s"
    assert (await Ride.filter(start=south).update(finish="n")) == 1


async def test_what_is_not_fetched_says_how_to(db: Database) -> None:
    ann = await Person.create(name="Ann")
    await Passport.create(number="1", holder=ann)
    passport = await Passport.get(number="1")
    with refused(NoValuesFetched, "Passport.holder", "'name'", "await", "holder"):
        assert passport.holder.name
    assert not hasattr(passport.holder, "name")
    with refused(NoValuesFetched, "Person.passport"):
        assert ann.passport.number
    assert (await passport.holder).name == passport.holder.name == "Ann"


async def test_an_unsaved_row_is_refused(db: Database) -> None:
    with refused(OperationalError, "save"):
        Passport(number="1", holder=Person(name="new"))


async def test_a_changed_key_forgets_the_row(db: Database) -> None:
    ann, ben = await Person.create(name="Ann"), await Person.create(name="Ben")
    passport = await Passport.create(number="1", holder=ann)
    assert passport.holder is ann
    passport.holder_id = ben.id
    assert await passport.holder == ben
    passport.holder_id = None
    assert await passport.holder is None


async def test_describe() -> None:
    holder, back = Passport._meta.fields_map["holder"], Person._meta.fields_map["passport"]
    assert isinstance(holder, fields.OneToOneRelation) and isinstance(back, fields.BackwardOneToOneRelation)
    told = holder.describe()
    assert (told["name"], told["field_type"], told["python_type"]) == (
        "holder",
        "OneToOneFieldInstance",
        "models.Person",
    )
    assert (told["raw_field"], told["on_delete"], told["unique"], told["nullable"]) == (
        "holder_id",
        "CASCADE",
        True,
        True,
    )
    assert holder.describe(serializable=False)["python_type"] is Person
    assert back.describe()["field_type"] == "BackwardOneToOneRelation"
    assert Passport._meta.o2o_fields == {"holder"} and "passport" in Person._meta.backward_o2o_fields
    start = Ride._meta.fields_map["start"]
    assert isinstance(start, fields.ForeignKeyRelation)
    assert (start.source_field, start.to_field, start.related_model, start.model_name) == (
        "start_id", "code", Stop, "models.Stop",
    )  # fmt: skip
    assert Ride._meta.fields_map["start_id"].column == "start code"  # type: ignore[union-attr]  # a column
