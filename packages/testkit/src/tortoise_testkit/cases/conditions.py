"""Q objects: joined, nested, negated, empty."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tortoise.exceptions import FieldError
from tortoise.expressions import Q
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Book, Sample
from tortoise_testkit.samples import fill_samples, fill_shelf

#: condition -> labels of the rows it takes; number is -5, 0, big and NULL in rows a, b, c, d
CASES: dict[str, tuple[Q, str]] = {
    "and": (Q(number__gte=-5) & Q(number__lte=0), "ab"),
    "or": (Q(number=-5) | Q(number=0), "ab"),
    "keywords are joined by and": (Q(number__gte=-5, label="b"), "b"),
    "keywords joined by or": (Q(number=-5, label="d", join_type=Q.OR), "ad"),
    "not": (~Q(label="a"), "bcd"),
    "not is null for null": (~Q(number=0), "ac"),
    "not not": (~~Q(number=0), "b"),
    "not and": (~Q(label="a", number=-5), "bcd"),
    "not or": (~(Q(label="a") | Q(label="b")), "cd"),
    "not in or": (~Q(label="a") | Q(number=-5), "abcd"),
    "or in and": ((Q(label="a") | Q(label="b")) & (Q(label="b") | Q(label="c")), "b"),
    "and in or": ((Q(label="a") & Q(number=-5)) | (Q(label="d") & Q(number=None)), "ad"),
    "three ors": (Q(label="a") | Q(label="b") | Q(label="d"), "abd"),
    "empty": (Q(), "abcd"),
    "not empty": (~Q(), "abcd"),
    "empty and": (Q() & Q(label="a"), "a"),
    "empty or": (Q() | Q(label="a"), "a"),
    "or empty": (Q(label="a") | Q(), "a"),
    "empty in a row of ors": (Q() | Q(label="a") | Q() | Q(label="b"), "ab"),
    "not empty or": (~Q() | Q(label="a"), "a"),
    "not, empty or": (~(Q() | Q(label="a")), "bcd"),
    "empty of empty or": ((Q() | Q(Q())) | Q(label="a"), "a"),
    "nothing but empty": (Q() | ~Q(Q() | Q()), "abcd"),
    "empty among positional": (Q(Q(), Q(label="a"), label="b", join_type=Q.OR), "ab"),
    "empty ors in and": ((Q() | Q(label="a")) & (Q() | Q(label="b")), ""),
    "null or": (Q(number=None) | Q(number__gt=0), "cd"),
    "in or null": (Q(number__in=[0, None]), "bd"),
    "flag": (Q(flag=True) | Q(flag=None), "cd"),
    "positional and keywords": (Q(Q(label="a") | Q(label="b"), number=0), "b"),
    "deep": (~(~(~(Q(label="a") & ~Q(number=0)) | Q(label="c")) & Q(label__not="d")), "bcd"),
}


@pytest.mark.parametrize("name", list(CASES))
async def test_condition(db: Database, name: str) -> None:
    await fill_samples()
    condition, wanted = CASES[name]
    found = await Sample.filter(condition).order_by("label").values_list("label", flat=True)
    assert "".join(found) == wanted
    assert await Sample.filter(condition).count() == len(wanted)


async def test_filter_takes_several(db: Database) -> None:
    await fill_samples()
    assert await Sample.filter(Q(label__in=["a", "b"]), Q(number__lt=0), name="Apple").count() == 1
    assert await Sample.exclude(Q(label="a") | Q(label="b")).count() == 2
    assert (await Sample.get(Q(label="a") | Q(number=-5))).label == "a"


async def test_an_empty_condition_spares_rows(db: Database) -> None:
    await fill_samples()
    condition = Q()
    for label in ("a", "b"):
        condition |= Q(label=label)
    assert await Sample.exclude(condition).count() == 2
    assert await Sample.filter(condition).update(name="met") == 2
    assert await Sample.filter(condition).delete() == 2
    assert await Sample.all().count() == 2


async def test_the_same_shape_with_other_values(db: Database) -> None:
    await fill_samples()
    for label, number in (("a", 0), ("c", -5), ("d", 0)):
        condition = Q(label=label) | Q(number=number)
        found = await Sample.filter(condition).values_list("label", flat=True)
        assert set(found) == {label, "a" if number == -5 else "b"}


async def test_over_relations(db: Database) -> None:
    await fill_shelf()
    condition = Q(author__name="Ann", tags__name="blue") | Q(publisher__name="Acme", pages__gt=200)
    found = await Book.filter(condition).order_by("title").values_list("title", flat=True)
    assert found == ["Alpha", "Gamma"]
    assert await Book.filter(~Q(author__country__name="Norway")).count() == 2


async def test_a_query_is_not_changed_by_further_conditions(db: Database) -> None:
    await fill_samples()
    base = Sample.filter(number__gte=-5)
    narrow = base.filter(label="a")
    assert (await base.count(), await narrow.count(), await base.count()) == (3, 1, 3)


async def test_two_hundred_conditions_in_a_row(db: Database) -> None:
    await fill_samples()
    condition = Q(*[Q(label=str(at)) for at in range(199)], Q(label="a"), join_type=Q.OR)
    assert await Sample.filter(condition).count() == 1


async def test_too_deep_is_refused_clearly(db: Database) -> None:
    with refused(FieldError, "deep"):
        condition = Q(label="a")
        for _ in range(3000):
            condition = ~(condition | Q(label="b"))
        await Sample.filter(condition)


@pytest.mark.parametrize("join", [Q.__or__, Q.__and__])
async def test_a_loop_may_join_as_many_as_it_likes(db: Database, join: Callable[[Q, Q], Q]) -> None:
    await fill_samples()
    condition = Q(label="a")
    for _ in range(400):
        condition = join(condition, Q(label__not="b"))
    assert await Sample.filter(condition).count() == (3 if join is Q.__or__ else 1)


async def test_what_is_no_condition_is_refused() -> None:
    with refused(FieldError, "Q objects"):
        Sample.filter("label = 'a'")  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "join_type"):
        Q(Q(label="a"), join_type="XOR")


async def test_the_same_conditions_required_and_excluded(db: Database) -> None:
    await fill_samples()
    for _ in range(2):
        assert await Sample.filter(label="a").count() == 1
        assert await Sample.exclude(label="a").count() == 3


async def test_what_meets_one_of_several_excluded_conditions_is_left_out(db: Database) -> None:
    await fill_samples()
    assert await Sample.exclude(label="a", name="cherry 100%").values_list("label", flat=True) == ["b"]
    found = await Sample.exclude(Q(label="a"), Q(label="b")).order_by("label").values_list("label", flat=True)
    assert found == ["c", "d"]
