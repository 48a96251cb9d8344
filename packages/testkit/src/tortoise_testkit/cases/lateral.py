"""Lateral: queries that are joined for each row, their columns reached by paths."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from tortoise.exceptions import FieldError, ParamsError, UnSupportedError
from tortoise.expressions import Exists, F, Lateral, OuterRef, Q, Subquery, Window
from tortoise.functions import Avg, Count, Lower, Max, RowNumber, Sum
from tortoise.query_utils import Prefetch
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Document, Person, Ranked, Sample, Tag
from tortoise_testkit.models_fields import Preset
from tortoise_testkit.samples import fill_samples, fill_shelf

HERS = Book.filter(author_id=OuterRef("id"))
LAST = HERS.order_by("-title").limit(1)
NEWEST = Author.annotate(newest=Lateral(LAST.values("id", "title", "pages", "price"))).order_by("name")


async def _lacking(db: Database) -> bool:
    """True on a dialect that joins no queries, which has to refuse one before anything is sent."""
    if db.capabilities.lateral_joins:
        return False
    for query in (NEWEST, NEWEST.values("newest__title"), NEWEST.filter(newest__pages=1).count()):
        with refused(UnSupportedError, "Lateral", db.capabilities.dialect):
            query.sql()
    with refused(UnSupportedError, "Lateral", db.capabilities.dialect):
        await NEWEST
    return True


async def test_the_latest_of_each(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    assert await NEWEST.values_list("name", "newest__title", "newest__pages", "newest__price") == [
        ("Ann", "Beta", 200, Decimal("20.50")), ("Ben", "Gamma", 300, None), ("Cid", None, None, None),
    ]  # fmt: skip
    assert await NEWEST.filter(name="Ann").values("name", t="newest__title") == [{"name": "Ann", "t": "Beta"}]
    assert await NEWEST.values_list("newest__title", flat=True) == ["Beta", "Gamma", None]
    whole = await NEWEST.filter(name="Ben").values()
    assert {key: value for key, value in whole[0].items() if not key.endswith("id")} == {
        "name": "Ben", "born": 1960, "newest__title": "Gamma", "newest__pages": 300, "newest__price": None,
    }  # fmt: skip


async def test_instances_have_a_dict(db: Database) -> None:
    shelf = await fill_shelf()
    if await _lacking(db):
        return
    ann, ben, cid = await NEWEST
    beta = {"id": shelf.books["Beta"].id, "title": "Beta", "pages": 200, "price": Decimal("20.50")}
    assert (ann.name, ann.newest, cid.newest) == ("Ann", beta, None)
    assert ben.newest["title"] == "Gamma" and ben.newest["price"] is None
    ann.born = 1951
    await ann.save()
    assert (await NEWEST.get(name="Ann")).newest == beta
    # what an instance only shares with its class may be hidden
    hiding = await Author.annotate(latest=Lateral(LAST.values("title"))).get(name="Ann")
    assert vars(hiding)["latest"] == {"title": "Beta"}
    only = await NEWEST.only("id").select_related("country").get(name="Ben")
    assert only.newest["title"] == "Gamma" and only.country.name == "Kenya"
    # columns that are all NULL are a row that is there
    empty = Lateral(HERS.filter(title="Gamma").values("price"))
    assert [author.any for author in await Author.annotate(any=empty).order_by("name")] == [None, {"price": None}, None]
    prefetched = await Book.filter(title="Beta").prefetch_related("author").get()
    assert prefetched.author.name == "Ann"


async def test_conditions_and_orders_on_its_columns(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    assert names(await NEWEST.filter(newest__pages__gte=300)) == ["Ben"]
    assert names(await NEWEST.filter(newest__title__icontains="BET")) == ["Ann"]
    assert names(await NEWEST.filter(Q(newest__title="Gamma") | Q(name="Cid"))) == ["Ben", "Cid"]
    assert names(await NEWEST.exclude(newest__title="Gamma").filter(newest__id__not_isnull=True)) == ["Ann"]
    assert names(await NEWEST.filter(newest__isnull=True)) == ["Cid"]
    assert names(await NEWEST.filter(newest__isnull=False)) == ["Ann", "Ben"]
    assert names(await NEWEST.filter(newest__price__lt=F("born"))) == ["Ann"]
    assert names(await NEWEST.filter(newest__title__in=["Gamma", "Alpha"])) == ["Ben"]
    assert names(await NEWEST.filter(born__isnull=False).order_by("-newest__pages")) == ["Ben", "Ann"]
    assert names(await NEWEST.order_by(F("newest__title").desc(nulls_first=True))) == ["Cid", "Ben", "Ann"]
    assert names(await NEWEST.filter(books__title="Alpha", newest__title="Beta")) == ["Ann"]


async def test_in_expressions_and_aggregates(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    low = NEWEST.annotate(low=Lower("newest__title"), more=F("newest__pages") + 1)
    assert await low.values_list("low", "more") == [("beta", 201), ("gamma", 301), (None, None)]
    assert [(author.low, author.more) for author in await low] == [("beta", 201), ("gamma", 301), (None, None)]
    books = Author.annotate(b=Lateral(HERS.values("title", "pages", "price"))).order_by("name")
    sums = books.annotate(n=Count("b__title"), pages=Sum("b__pages"), top=Max("b__price"), mean=Avg("b__pages"))
    assert await sums.values_list("name", "n", "pages", "top", "mean") == [
        ("Ann", 2, 300, Decimal("20.50"), 150.0), ("Ben", 2, 300, Decimal("5.25"), 300.0), ("Cid", 0, None, None, None),
    ]  # fmt: skip
    assert await sums.filter(n=2).values_list("name", flat=True) == ["Ann", "Ben"]
    assert await sums.filter(n=2).count() == 2
    # as over a relation, sums alone are those of each row around it, not one of all
    alone = Author.annotate(b=Lateral(HERS.values("pages")), pages=Sum("b__pages")).values_list("pages", flat=True)
    assert sorted(await alone, key=str) == [300, 300, None]
    groups = books.annotate(n=Count("id")).group_by("b__title").filter(b__title__not_isnull=True).order_by("b__title")
    assert await groups.values_list("b__title", "n") == [("Alpha", 1), ("Beta", 1), ("Delta", 1), ("Gamma", 1)]
    with refused(FieldError, "aggregates", '"b"', "values"):
        await sums


async def test_of_several_rows(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    books = Author.annotate(b=Lateral(HERS.values("title", "pages"))).order_by("name", "b__title")
    assert await books.values_list("name", "b__title") == [
        ("Ann", "Alpha"), ("Ann", "Beta"), ("Ben", "Delta"), ("Ben", "Gamma"), ("Cid", None),
    ]  # fmt: skip
    assert [author.b and author.b["title"] for author in await books] == ["Alpha", "Beta", "Delta", "Gamma", None]
    assert await books.count() == 5
    assert await books.filter(b__pages__gt=150).count() == 2
    assert await books.filter(b__pages__gt=300).exists() is False
    assert await books.limit(3).count() == 3
    assert [author.name for author in await books.distinct().only("name").limit(2)] == ["Ann", "Ann"]
    assert await books.filter(b__title__not_isnull=True).order_by("name").distinct().values_list("name", flat=True) == [
        "Ann", "Ben",
    ]  # fmt: skip


async def test_distinct_rows_have_no_order_by_it(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    books = Author.annotate(b=Lateral(HERS.values("title"))).distinct().order_by("b__title")
    assert await books.values_list("id", "b__title") == [
        (author.id, title)
        for title, name in (("Alpha", "Ann"), ("Beta", "Ann"), ("Delta", "Ben"), ("Gamma", "Ben"), (None, "Cid"))
        for author in await Author.filter(name=name)
    ]
    with refused(FieldError, "distinct", '"title of b"', "aggregate"):
        await books.values_list("id", "name")


async def test_forms_of_the_query(db: Database) -> None:
    shelf = await fill_shelf()
    if await _lacking(db):
        return
    whole = await Author.annotate(b=Lateral(LAST)).get(name="Ann")
    beta = shelf.books["Beta"]
    assert whole.b == {
        "id": beta.id, "title": "Beta", "pages": 200, "price": Decimal("20.50"),
        "author_id": whole.id, "editor_id": None, "publisher_id": None,
    }  # fmt: skip
    assert (await Author.annotate(b=Lateral(LAST.only("title", "pages"))).get(name="Ann")).b == {
        "title": "Beta", "pages": 200,
    }  # fmt: skip
    listed = Author.annotate(b=Lateral(LAST.values_list("title", flat=True))).order_by("name")
    assert await listed.values_list("b__title", flat=True) == ["Beta", "Gamma", None]
    # a name that is that of another column, which the order inside does not take for it
    swapped = HERS.order_by("-title").limit(1).values(title="author__name", pages="title", publisher__name="id")
    assert await Author.annotate(b=Lateral(swapped)).filter(b__publisher__name=beta.id).values(
        "b__title", "b__pages"
    ) == [{"b__title": "Ann", "b__pages": "Beta"}]  # fmt: skip
    each = Lateral(HERS.distinct("title").order_by("title").values(title="author_id", name="title"))
    assert await Author.annotate(b=each).order_by("b__name").values_list("b__name", flat=True) == [
        "Alpha", "Beta", "Delta", "Gamma", None,
    ]  # fmt: skip
    paths = Lateral(HERS.order_by("title").limit(1).values("editor__name", "publisher__country__name", "tags__name"))
    assert await Author.annotate(b=paths).order_by("name").values_list("b__editor__name", flat=True) == [
        "Ben", "Ann", None,
    ]  # fmt: skip
    summed = HERS.annotate(n=Count("id"), most=Max("pages"))
    total = Author.annotate(b=Lateral(summed.values("n", "most"))).order_by("name")
    assert await total.values_list("b__n", "b__most") == [(2, 200), (2, 300), (0, None)]
    by_price = HERS.annotate(n=Count("id"), low=Lower("title")).group_by("low").order_by("-low").limit(1)
    grouped = Author.annotate(b=Lateral(by_price.values("low", "n", again="low"))).order_by("name")
    assert await grouped.values_list("b__low", "b__n", "b__again") == [
        ("beta", 1, "beta"), ("gamma", 1, "gamma"), (None, None, None),
    ]  # fmt: skip
    once = Lateral(HERS.distinct().order_by("-pages").limit(1).values("author__name"))
    with refused(FieldError, "distinct"):
        await Author.annotate(b=once)
    first = Lateral(HERS.filter(pages__isnull=False).distinct("author_id").order_by("author_id", "-pages"))
    assert await Author.annotate(b=first).filter(b__pages=300).values_list("name", flat=True) == ["Ben"]


async def test_types_of_its_columns(db: Database) -> None:
    await fill_samples()
    if await _lacking(db):
        return
    same = Lateral(Sample.filter(id=OuterRef("id")))
    stored = {sample.label: sample for sample in await Sample.all()}
    fields = ("small", "number", "big", "ratio", "name", "text", "flag", "price", "moment", "key")
    found = await Sample.annotate(s=same)
    assert len(found) == 4
    for sample in found:
        for name in fields:
            value, wanted = sample.s[name], getattr(stored[sample.label], name)
            assert value == wanted and type(value) is type(wanted), name
            alike = Sample.filter(**{name: wanted}).order_by("id").values_list("label", flat=True)
            again = Sample.annotate(s=same).filter(**{f"s__{name}": wanted}).order_by("id")
            assert await again.values_list("label", flat=True) == await alike, name
    moment = next(sample.moment for sample in found if sample.label == "a")
    assert moment is not None
    years = await Sample.annotate(s=same).filter(s__moment__year=moment.year, label="a").values("s__moment")
    assert years == [{"s__moment": moment}] and isinstance(years[0]["s__moment"], dt.datetime)


async def test_dates_enums_and_all_else(db: Database) -> None:
    for name in ("a", "b"):
        await Preset.create(name=name)
    if await _lacking(db):
        return
    found = await Preset.annotate(p=Lateral(Preset.filter(name__gt=OuterRef("name")))).order_by("name")
    assert [preset.p is None for preset in found] == [False, True]
    stored = await Preset.get(name="b")
    for name, value in found[0].p.items():
        wanted = getattr(stored, name)
        assert value == wanted and type(value) is type(wanted), name
    assert len(found[0].p) == len(Preset._meta.columns)
    query = Preset.annotate(p=Lateral(Preset.filter(name__gt=OuterRef("name")).values("colour", "level", "day")))
    for name in ("colour", "level", "day"):
        condition = {f"p__{name}": getattr(stored, name)}
        assert await query.filter(**condition).values_list("name", f"p__{name}") == [("a", condition[f"p__{name}"])]


async def test_documents_in_it(db: Database) -> None:
    await Document.create(title="a", body={"n": 1, "in": {"x": [1, None]}})
    await Document.create(title="b", body={"n": 2})
    if await _lacking(db):
        return
    query = Document.annotate(d=Lateral(Document.filter(id=OuterRef("id")).values("body", "extra"))).order_by("title")
    assert [document.d for document in await query] == [
        {"body": {"n": 1, "in": {"x": [1, None]}}, "extra": None}, {"body": {"n": 2}, "extra": None},
    ]  # fmt: skip
    assert await query.filter(d__body__n=2).values_list("title", "d__body") == [("b", {"n": 2})]


async def test_values_are_bound_in_order(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    for title, pages, born, wanted in (
        ("Alpha", 50, 1900, "Alpha"), ("Beta", 150, 1900, "Beta"), ("Beta", 250, 1900, None), ("Beta", 150, 1955, None),
    ):  # fmt: skip
        inner = HERS.filter(pages__gte=pages, title__in=[title, "none", "x"]).annotate(more=F("pages") + pages)
        query = (
            Author.filter(born__gt=born, name__startswith="A")
            .annotate(plus=F("born") + pages, b=Lateral(inner.order_by("id").limit(1).values("title", "more")))
            .filter(b__title=title, plus__gt=born + pages)
            .order_by("name")
            .limit(1)
        )
        found = await query.values_list("b__title", "plus", "b__more")
        assert found == ([] if wanted is None else [(wanted, 1950 + pages, (100 if title == "Alpha" else 200) + pages)])
        assert await query.count() == len(found)


async def test_one_statement_for_one_shape(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return

    def query(pages: int, limit: int, key: str, path: str) -> Any:
        inner = HERS.filter(pages__gte=pages).order_by("pages").limit(limit).values(**{key: path})
        return Author.annotate(b=Lateral(inner)).order_by("name", f"b__{key}").values_list("name", f"b__{key}")

    assert await query(100, 1, "x", "title") == [("Ann", "Alpha"), ("Ben", "Gamma"), ("Cid", None)]
    assert await query(150, 1, "x", "title") == [("Ann", "Beta"), ("Ben", "Gamma"), ("Cid", None)]
    assert await query(100, 2, "x", "title") == [("Ann", "Alpha"), ("Ann", "Beta"), ("Ben", "Gamma"), ("Cid", None)]
    assert query(100, 1, "x", "title").sql() == query(150, 2, "x", "title").sql()
    assert await query(100, 1, "x", "pages") == [("Ann", 100), ("Ben", 300), ("Cid", None)]
    assert await query(100, 1, "y", "pages") == [("Ann", 100), ("Ben", 300), ("Cid", None)]


async def test_several_of_them(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    first = Lateral(HERS.order_by("title").limit(1).values("title", "pages"))
    # it looks at what is joined before it, whichever is named first
    other = Lateral(HERS.filter(title__gt=OuterRef("one__title")).order_by("title").limit(1).values("title"))
    query = Author.annotate(other=other, one=first).order_by("name")
    assert await query.values_list("one__title", "other__title") == [
        ("Alpha", "Beta"), ("Delta", "Gamma"), (None, None),
    ]  # fmt: skip
    assert [author.one and author.one["title"] for author in await query] == ["Alpha", "Delta", None]
    assert [author.other and author.other["title"] for author in await query] == ["Beta", "Gamma", None]
    replaced = query.annotate(one=Lateral(HERS.order_by("-title").limit(1).values("title")))
    assert await replaced.values_list("one__title", "other__title") == [("Beta", None), ("Gamma", None), (None, None)]
    by_relation = Lateral(Book.filter(publisher__country__name=OuterRef("country__name")).values("title"))
    assert await Author.annotate(b=by_relation).filter(b__isnull=False).order_by("b__title").values_list(
        "name", "b__title"
    ) == [("Ann", "Alpha"), ("Ann", "Gamma")]  # fmt: skip


async def test_inside_each_other_and_in_subqueries(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    editor = Lateral(Author.filter(id=OuterRef("editor_id")).values("name"))
    inner = HERS.annotate(by=editor).filter(by__name__isnull=False).values("title", "by__name")
    assert await Author.annotate(b=Lateral(inner)).order_by("name").values_list("b__title", "b__by__name") == [
        ("Alpha", "Ben"), ("Delta", "Ann"), (None, None),
    ]  # fmt: skip
    long = NEWEST.filter(newest__pages__gte=300).values("id")
    assert titles(await Book.filter(author_id__in=Subquery(long)).order_by("title")) == ["Delta", "Gamma"]
    assert await Book.filter(author_id__in=long).update(pages=7) == 2
    assert await Book.filter(pages=7).count() == 2
    same = Author.annotate(author=Lateral(Author.filter(id=OuterRef("id")).values("name"))).order_by("name")
    assert await same.values_list("author__name", flat=True) == ["Ann", "Ben", "Cid"]


async def test_orders_of_models_and_relations_of_one_model(db: Database) -> None:
    for name, rank in (("a", 1), ("b", 3), ("c", 2)):
        await Ranked.create(name=name, rank=rank)
    boss = await Person.create(name="boss")
    await Person.create(name="x", boss=boss)
    if await _lacking(db):
        return
    above = Lateral(Ranked.filter(rank__gt=OuterRef("rank")).limit(1).values("name"))
    assert await Ranked.annotate(above=above).values_list("name", "above__name") == [
        ("b", None), ("c", "b"), ("a", "b"),
    ]  # fmt: skip
    staff = Lateral(Person.filter(boss_id=OuterRef("id")).values("name"))
    assert await Person.annotate(one=staff).filter(one__isnull=False).values_list("name", "one__name") == [
        ("boss", "x")
    ]


async def test_beside_other_parts_of_queries(db: Database) -> None:
    shelf = await fill_shelf()
    if await _lacking(db):
        return
    tag = Lateral(Tag.filter(books__id=OuterRef("id")).order_by("name").limit(1).values("name"))
    longest = Prefetch("books", Book.annotate(tag=tag).order_by("-title").limit(1))
    found = await Author.all().order_by("name").prefetch_related(longest)
    assert [[(book.title, book.tag) for book in author.books] for author in found] == [
        [("Beta", {"name": "red"})], [("Gamma", None)], [],
    ]  # fmt: skip
    assert [author.newest and author.newest["title"] async for author in NEWEST.stream(1)] == ["Beta", "Gamma", None]
    async with in_transaction():
        assert names(await NEWEST.select_for_update().filter(newest__title="Beta")) == ["Ann"]
    hers = NEWEST.filter(id=OuterRef("author_id"))
    assert titles(await Book.filter(Exists(hers.filter(newest__title="Beta"))).order_by("title")) == ["Alpha", "Beta"]
    by_author = Book.annotate(last=Subquery(hers.order_by("id").values("newest__title"))).order_by("title")
    assert await by_author.values_list("last", flat=True) == ["Beta", "Beta", "Gamma", "Gamma"]
    placed = NEWEST.annotate(place=Window(RowNumber(), order_by=F("newest__title").desc(nulls_last=True)))
    assert await placed.values_list("name", "place") == [("Ann", 2), ("Ben", 1), ("Cid", 3)]
    assert (await NEWEST.in_bulk([shelf.authors["Ben"].id]))[shelf.authors["Ben"].id].newest["title"] == "Gamma"
    with refused(ParamsError, "union", "annotate"):
        await NEWEST.union(NEWEST)


async def test_names_that_must_be_quoted(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    for key in ('50% "x" $1 :a', "it's; --", "title", "0 id", "row found", "title of b", "ü" * 55, "k" * 90):
        inner = LAST.values(**{key: "title", key + "2": "pages"})
        query = Author.annotate(**{"n" * 70: Lateral(inner)}).order_by("name")
        path = f"{'n' * 70}__{key}"
        assert await query.filter(**{path: "Beta"}).values_list(path, path + "2") == [("Beta", 200)], key
        short = Author.annotate(b=Lateral(inner)).filter(**{f"b__{key}": "Beta"})
        assert await short.values(x=f"b__{key}", y=f"b__{key}2") == [{"x": "Beta", "y": 200}], key
        assert getattr((await query.get(name="Ann")), "n" * 70) == {key: "Beta", key + "2": 200}


async def test_any_rows_as_python_finds_them(db: Database) -> None:
    await fill_shelf()
    if await _lacking(db):
        return
    dice = random.Random(20261124)
    authors = await Author.all().order_by("id")
    await Book.all().delete()
    for number in range(60):
        pages = dice.choice([None, *range(1, 12)])
        await Book.create(
            title=f"t{dice.randrange(20):02}", pages=pages, author=dice.choice(authors[:2]), id=1000 + number
        )
    books = await Book.all()
    for _ in range(40):
        low, size, limit, skip = dice.randrange(12), dice.randrange(12), dice.randrange(1, 4), dice.randrange(3)
        order = dice.choice([("title", "id"), ("-title", "-id"), ("-id",)])
        inner = HERS.filter(pages__gte=low).order_by(*order).limit(limit).offset(skip).values("id", "pages")
        query = Author.annotate(b=Lateral(inner)).filter(Q(b__pages__gte=size) | Q(b__isnull=True)).order_by("id")
        wanted: list[tuple[int, Any]] = []
        for author in authors:
            own = [book for book in books if book.author_id == author.id and (book.pages or -1) >= low]
            own.sort(key=(lambda b: b.id) if order == ("-id",) else (lambda b: (b.title, b.id)))
            own = (own if order[0] == "title" else own[::-1])[skip : skip + limit]
            wanted += [(author.id, book.id) for book in own if (book.pages or -1) >= size] or (
                [] if own else [(author.id, None)]
            )
        found = await query.values_list("id", "b__id")
        assert sorted(found, key=str) == sorted(wanted, key=str), (low, size, limit, skip, order)
        assert await query.count() == len(wanted)


async def test_what_cannot_be_meant(db: Database) -> None:
    with refused(FieldError, "Lateral", "query"):
        Lateral([1])  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "inside another"):
        Lateral(Book.all().count())
    with refused(FieldError, "annotate(name=Lateral(...))"):
        await Author.annotate(n=Max(Lateral(LAST)))
    with refused(FieldError, "annotate(name=Lateral(...))"):
        await Author.filter(id=Lateral(LAST))
    with refused(FieldError, '"name"', "field of Author"):
        await Author.annotate(name=Lateral(LAST))
    with refused(FieldError, "hide", "Author.save"):
        await Author.annotate(save=Lateral(LAST))
    with refused(FieldError, "newest", '"nothing"', '"newest__title"'):
        await NEWEST.values("newest__nothing")
    with refused(FieldError, '"newest"', "row", '"newest__title"'):
        await NEWEST.values("newest")
    with refused(FieldError, '"newest"', "row"):
        await NEWEST.filter(newest=1)
    with refused(FieldError, "made of itself"):
        await Author.annotate(b=Lateral(HERS.filter(title=OuterRef("b__title")).values("title")))
    with refused(FieldError, "later__title"):
        NEWEST.order_by("later__title")
    for write in (NEWEST.delete(), NEWEST.filter(newest__pages=1).update(born=1)):
        with refused(FieldError, "update and delete", '"newest"'):
            await write
