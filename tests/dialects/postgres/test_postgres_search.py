"""Full text search: vectors, queries, lexemes, ranks, extracts, and columns that hold vectors."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from typing import Any, Callable

import pytest

from dialects.postgres.own_types import empty_database, run
from dialects.postgres.stores import SCHEMES, url_of
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres import array_functions, json_functions, regex
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.contrib.postgres.functions import PlainToTsQuery, Random, ToTsQuery, ToTsVector
from tortoise.contrib.postgres.indexes import BloomIndex, BrinIndex, GinIndex, GistIndex, HashIndex, SpGistIndex
from tortoise.contrib.postgres.search import (
    CombinedLexeme,
    CombinedSearchQuery,
    Lexeme,
    SearchCriterion,
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from tortoise.exceptions import ConfigurationError, FieldError, OperationalError, UnSupportedError
from tortoise.expressions import F, Q, Value
from tortoise.functions import Coalesce
from tortoise.models import Model
from tortoise_core.dialect.driver import Target
from tortoise_testkit.harness import module_of


class Page(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=50)
    body = fields.TextField(null=True)
    number = fields.IntField(default=0)
    data = fields.JSONField(null=True)
    tags = ArrayField("text", default=list)
    words = TSVectorField(source_fields=["title", "body"], config="english", weights=["A", "B"])
    plain = TSVectorField(source_fields=("title", "body"), config="simple", null=True)
    own = TSVectorField(null=True)

    class Meta:
        table = "search_page"
        indexes = (
            GinIndex(fields=["words"]),
            GinIndex(fields=["tags"], name="search_tags", condition={"number": 0}),
            GistIndex(fields=["plain"]),
            HashIndex(fields=["title"]),
            SpGistIndex(fields=["body"], condition=Q(number__gt=1)),
            BrinIndex(fields=["number"]),
            GinIndex(SearchVector("title", config="english")),
        )


@pytest.fixture(params=SCHEMES)
def on_pages(postgres_target: Target, request: Any) -> Callable[[Callable[[], Awaitable[None]]], None]:
    """Runs a coroutine function on a database of three pages, by each driver."""
    connections = {"default": url_of(postgres_target, request.param)}

    def run(body: Callable[[], Awaitable[None]]) -> None:
        async def main() -> None:
            async with TortoiseContext() as context:
                await context.init({"connections": connections, "apps": {"m": {"models": [sys.modules[__name__]]}}})
                await context.generate_schemas()
                await Page.all().delete()
                await Page.create(
                    id=1, title="Fat cats", body="The fat cats ate rats", tags=["a"], data={"a": {"b": 1}}
                )
                await Page.create(id=2, title="Dogs", body="A dog runs after fat cats", tags=["a", "b"], data={"a": 2})
                await Page.create(id=3, title="Nothing")
                await body()

        asyncio.run(main())

    return run


async def ids(*conditions: Q, **more: Any) -> list[int]:
    return list(await Page.filter(*conditions, **more).order_by("id").values_list("id", flat=True))


SEARCHES: list[tuple[Any, list[int], list[int]]] = [
    # what is searched for, where `words` has it, where `title` has it
    ("fat cats", [1, 2], [1]),
    (SearchQuery("fat cat"), [1, 2], [1]),
    (SearchQuery("fat cat", config="english"), [1, 2], [1]),
    (SearchQuery("cats ate", search_type="phrase"), [1], []),
    (SearchQuery("fat & ca:*", search_type="raw"), [1, 2], [1]),
    (SearchQuery('"fat cats" -rats', search_type="websearch"), [2], [1]),
    (~SearchQuery("cat"), [3], [2, 3]),
    (SearchQuery("cat", invert=True), [3], [2, 3]),
    (~~SearchQuery("cats ate", search_type="phrase"), [1], []),
    (~SearchQuery("ate cats", search_type="phrase"), [1, 2, 3], [1, 2, 3]),
    (SearchQuery("rats") | SearchQuery("dog"), [1, 2], [2]),
    (SearchQuery("rats") & SearchQuery("fat"), [1], []),
    (~(SearchQuery("rats") | SearchQuery("dog")), [3], [1, 3]),
    (~(SearchQuery("rats") & SearchQuery("fat")), [2, 3], [1, 2, 3]),
    (Lexeme("fat") & ~Lexeme("dog"), [1], [1]),
    (SearchQuery(Lexeme("cats")), [1, 2], [1]),
    (Lexeme("cats"), [], []),
    (Lexeme("ca", prefix=True), [1, 2], [1]),
    (Lexeme("fat", weight="A"), [1], []),
    (Lexeme("rat", weight="b"), [1], []),
    (~(Lexeme("fat") & Lexeme("dog")), [1, 3], [1, 2, 3]),
    (Lexeme("rat") | (Lexeme("run") & Lexeme("fat")), [1, 2], []),
    (SearchQuery(F("title")), [1, 2, 3], [1, 2, 3]),
    (F("title"), [1, 2, 3], [1, 2, 3]),
    (Value("cat"), [1, 2], [1]),
    ("'); DROP TABLE search_page; --", [], []),
    (Lexeme("x' | 'cat"), [], []),
    (Lexeme("\\' | cat"), [], []),
    (SearchQuery(Lexeme("a:* & | ! '\\")), [], []),
]


@pytest.mark.parametrize(("query", "in_words", "in_title"), SEARCHES)
def test_searches(on_pages: Any, query: Any, in_words: list[int], in_title: list[int]) -> None:
    async def body() -> None:
        assert await ids(words__search=query) == in_words
        assert await ids(title__search=query) == in_title

    on_pages(body)


def test_shapes_tell_queries_apart(on_pages: Any) -> None:
    """One connection remembers what it has compiled, by what decides the SQL."""

    async def body() -> None:
        for text, found, others in (("cat", [1, 2], [3]), ("rat", [1], [2, 3])):
            assert await ids(words__search=SearchQuery(text)) == found
            assert await ids(words__search=~SearchQuery(text)) == others
            assert await ids(words__search=SearchQuery(text, config="english")) == found
            assert await ids(words__search=SearchQuery(Lexeme(text))) == found
            assert await ids(words__search=Lexeme(text)) == found
            assert await ids(words__search=SearchQuery(text) | SearchQuery("dog")) == sorted({*found, 2})
            assert await ids(words__search=SearchQuery(text) & SearchQuery("dog")) == [key for key in found if key == 2]
            titles = Page.annotate(v=SearchVector("title", weight="A")).filter(v__search=Lexeme(text, weight="A"))
            bodies = Page.annotate(v=SearchVector("body", weight="A")).filter(v__search=Lexeme(text, weight="A"))
            assert (await titles.count(), await bodies.count()) == (int(text == "cat"), len(found))

    on_pages(body)


def test_vectors_are_made_by_the_database(on_pages: Any) -> None:
    async def body() -> None:
        made = await Page.create(id=10, title="A cat", body=None)
        assert made.words == "'cat':2A"
        assert made.plain == "'a':1 'cat':2"
        made.body = "rats"
        await made.save()
        assert made.words == "'cat':2A 'rat':3B"
        await Page.bulk_create([Page(id=11, title="Two cats"), Page(id=12, title="No", body="dogs", own="'x':1 y")])
        found = await Page.filter(id__gt=made.id).order_by("id").values_list("words", "own")
        assert found == [("'cat':2A 'two':1A", None), ("'dog':1B", "'x':1 'y'")]
        assert await ids(own__search="y") == [made.id + 2]
        assert await ids(own="'x':1 'y'") == [made.id + 2]
        assert await Page.filter(id=made.id).update(own="fat:3 cat") == 1
        assert (await Page.get(id=made.id)).own == "'cat' 'fat':3"
        with pytest.raises(FieldError, match=r"Page\.words is computed by the database"):
            await Page.filter(id=1).update(words="x")

    on_pages(body)


def test_vectors_of_a_query(on_pages: Any) -> None:
    async def body() -> None:
        both = SearchVector("title", weight="A") + SearchVector("body", config="simple", weight="d")
        pages = Page.annotate(v=both).order_by("id")
        assert await pages.values_list("v", flat=True) == [
            "'ate':6 'cat':2A 'cats':5 'fat':1A,4 'rats':7 'the':3",
            "'a':2 'after':5 'cats':7 'dog':1A,3 'fat':6 'runs':4",
            None,
        ]
        assert await pages.filter(v__search=Lexeme("cat", weight="A")).count() == 1
        whole = Page.annotate(v=SearchVector("title", Coalesce(F("body"), Value("")), config=Value("english")))
        assert await whole.filter(v__search="noth").order_by("id").values_list("v", flat=True) == ["'noth':1"]
        assert await Page.annotate(v=SearchVector("number")).filter(v__search="0").count() == 3

    on_pages(body)


def test_ranks(on_pages: Any) -> None:
    async def ranks(**options: Any) -> list[float]:
        query = options.pop("query", SearchQuery("fat cat"))
        pages = Page.annotate(rank=SearchRank("words", query, **options)).order_by("-rank", "id")
        return [round(rank, 4) for rank in await pages.values_list("rank", flat=True)]

    async def body() -> None:
        usual = await ranks()
        assert usual == [0.9992, 0.3964, 0.0]
        assert await ranks(query="fat cat") == usual
        assert await ranks(query=Lexeme("fat") & Lexeme("cat")) == usual
        assert await ranks(weights=[0.1, 0.2, 0.4, 1.0]) == usual
        assert await ranks(weights="{0.1, 0.2, 0.4, 1.0}") == usual
        assert await ranks(weights=(0, 0, 0, 0)) == [0.0, 0.0, 0.0]
        assert await ranks(normalization=2) < usual
        assert await ranks(cover_density=True) != usual
        assert await ranks(cover_density=True, normalization=1 | 32) != await ranks(cover_density=True)
        best = Page.annotate(r=SearchRank("title", "fat")).order_by("-r").first().values_list("id", flat=True)
        assert await best == 1
        vector = SearchVector("title", "body")
        assert await Page.annotate(r=SearchRank(vector, "rats")).filter(r__gt=0).values_list("id", flat=True) == [1]

    on_pages(body)


def test_headlines(on_pages: Any) -> None:
    async def headline(*arguments: Any, **options: Any) -> str:
        found = await Page.filter(id=1).annotate(h=SearchHeadline(*arguments, **options)).values_list("h", flat=True)
        return str(found[0])

    async def body() -> None:
        assert await headline("body", "rats") == "The fat cats ate <b>rats</b>"
        assert await headline(F("body"), SearchQuery("fat"), start_sel='<"', stop_sel="\\,'>") == (
            "The <\"fat\\,'> cats ate rats"
        )
        assert (
            await headline("body", SearchQuery("the", config="simple"), config="simple", start_sel="[", stop_sel="]")
            == "[The] fat cats ate rats"
        )
        assert await headline("body", Lexeme("rat"), max_words=2, min_words=1, short_word=0) == "<b>rats</b>"
        several = {"max_fragments": 2, "fragment_delimiter": " ~ ", "max_words": 2, "min_words": 1}
        assert await headline(
            Value("cats and so on and so on, rats"), SearchQuery("cats") | SearchQuery("rats"), **several
        ) == ("<b>cats</b> ~ <b>rats</b>")
        assert (
            await headline("body", "rats", highlight_all=True, max_words=2, min_words=1)
            == "The fat cats ate <b>rats</b>"
        )

    on_pages(body)


def test_functions(on_pages: Any) -> None:
    async def body() -> None:
        page = Page.filter(id=1)
        assert await page.annotate(v=ToTsVector("title")).values_list("v", flat=True) == ["'cat':2 'fat':1"]
        assert await page.annotate(v=ToTsQuery(Value("fat & !rat:*"))).values_list("v", flat=True) == [
            "'fat' & !'rat':*"
        ]
        assert await page.annotate(v=PlainToTsQuery("title")).values_list("v", flat=True) == ["'fat' & 'cat'"]
        assert await Page.filter(title__search=PlainToTsQuery(Value("cats"))).count() == 1
        numbers = await Page.annotate(r=Random()).order_by("r").values_list("r", flat=True)
        assert all(0 <= number < 1 for number in numbers)
        assert len(set(numbers)) == 3
        assert Random("name").alias == "name"

    on_pages(body)


CONDITIONS: list[tuple[Any, list[int]]] = [
    (SearchCriterion("title", "cat"), [1]),
    (SearchCriterion("words", SearchQuery("dog")), [2]),
    (SearchCriterion(F("words"), Lexeme("rat"), vectorize=False), [1]),
    (array_functions.postgres_array_contains("tags", ["a"]), [1, 2]),
    (array_functions.postgres_array_contained_by("tags", ["a", "c"]), [1, 3]),
    (array_functions.postgres_array_overlap(F("tags"), ["b", "c"]), [2]),
    (array_functions.postgres_array_length("tags", 2), [2]),
    (json_functions.postgres_json_contains("data", {"a": 2}), [2]),
    (json_functions.postgres_json_contained_by("data", {"a": 2, "b": 3}), [2]),
    (json_functions.postgres_json_filter("data", {"a__b__gte": 1}), [1]),
    (regex.postgres_posix_regex("title", "^F"), [1]),
    (regex.postgres_insensitive_posix_regex("title", "^f.*S$"), [1]),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions_as_values(on_pages: Any, condition: Any, expected: list[int]) -> None:
    async def body() -> None:
        pages = Page.annotate(holds=condition).order_by("id")
        assert await pages.filter(holds=True).values_list("id", flat=True) == expected
        found = await pages.values_list("id", "holds")
        assert [key for key, holds in found if holds] == expected
        assert {type(holds) for _, holds in found} == {bool}

    on_pages(body)


def test_names_of_operators() -> None:
    assert array_functions.PostgresArrayOperators.OVERLAP == "&&"
    assert regex.PostgresRegexMatching.IPOSIX_REGEX.value == " ~* "
    assert {"not", "gt", "in", "icontains", "year", "range"} <= set(json_functions.operator_keywords)


def test_indexes_are_of_their_kind(on_pages: Any) -> None:
    async def body() -> None:
        sql = "SELECT indexdef FROM pg_indexes WHERE tablename = 'search_page' ORDER BY indexdef"
        found = [row["indexdef"].partition(" USING ")[2] for row in await Page._meta.db.execute_query_dict(sql)]
        assert sorted(found) == [
            "brin (number)",
            "btree (id)",
            "gin (tags) WHERE (number = 0)",
            "gin (to_tsvector('english'::regconfig, (title)::text))",
            "gin (words)",
            "gist (plain)",
            "hash (title)",
            "spgist (body) WHERE (number > 1)",
        ]

    on_pages(body)


def test_bloom_indexes_need_their_extension() -> None:
    class Tile(Model):
        a = fields.IntField()
        b = fields.IntField()

        class Meta:
            table = "search_tile"
            indexes = (BloomIndex(fields=["a", "b"], name="tile_bloom"),)

    async def body(context: TortoiseContext) -> None:
        sql = "SELECT indexdef FROM pg_indexes WHERE indexname = 'tile_bloom'"
        (row,) = await context.db().execute_query_dict(sql)
        assert row["indexdef"].endswith("USING bloom (a, b)")

    with empty_database() as url:
        with pytest.raises(OperationalError, match='access method "bloom" does not exist'):
            run(url, body, Tile)
        run(url, body, Tile, before="DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION bloom")


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: SearchQuery("x", search_type="bad"), ValueError, "Unknown search_type argument 'bad'"),
        (lambda: SearchQuery(5), TypeError, "text or an expression"),
        (lambda: SearchVector(), ValueError, "requires at least one expression"),
        (lambda: SearchVector(5), TypeError, "the name of a field or an expression"),
        (lambda: SearchVector("a", weight="Z"), ValueError, "Weight must be one of"),
        (lambda: SearchVector("a") + 1, TypeError, "other SearchVector instances, got int"),
        (lambda: "x" + SearchVector("a"), TypeError, "other SearchVector instances, got str"),
        (lambda: SearchQuery("a") | Lexeme("b"), TypeError, "other SearchQuery instances, got Lexeme"),
        (lambda: CombinedSearchQuery(SearchQuery("a"), "X", SearchQuery("b")), ValueError, "combined by"),
        (lambda: Lexeme(""), ValueError, "cannot be empty"),
        (lambda: Lexeme(1), TypeError, "must be a string, got int"),
        (lambda: Lexeme("a", weight="Z"), ValueError, "Weight must be one of"),
        (lambda: Lexeme("a") & "b", TypeError, "another Lexeme, got str"),
        (lambda: CombinedLexeme(Lexeme("a"), "<->", Lexeme("b")), ValueError, "combined by"),
        (lambda: SearchRank("a", 5), TypeError, "text or a SearchQuery"),
        (lambda: SearchRank("a", "b", weights=[1]), ValueError, "four numbers"),
        (lambda: TSVectorField(source_fields="abc"), ConfigurationError, "a list of names"),
        (lambda: TSVectorField(["a"], weights=["A", "B"]), ConfigurationError, "must match source_fields length"),
        (lambda: TSVectorField(["a"], weights=["Z"]), ConfigurationError, "weights are 'A', 'B', 'C' and 'D'"),
        (lambda: TSVectorField(weights=["A"]), ConfigurationError, "weights require source_fields"),
        (lambda: array_functions.postgres_array_length(5, 1), FieldError, "the name of a field is expected"),  # type: ignore[arg-type]
    ],
)
def test_mistakes(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_mistakes_of_queries(on_pages: Any) -> None:
    async def body() -> None:
        with pytest.raises(UnSupportedError, match="a search for a vector of words"):
            await Page.filter(title__search=SearchVector("body"))
        with pytest.raises(OperationalError, match="text search configuration"):
            await Page.filter(title__search=SearchQuery("x", config="nope"))
        with pytest.raises(FieldError, match='Unknown field "nope"'):
            await Page.annotate(v=SearchVector("nope"))

    on_pages(body)


@pytest.mark.parametrize(
    ("field", "error", "message"),
    [
        (TSVectorField(["nope"], config="english"), ConfigurationError, r"Wrong\.words: Unknown source field 'nope'"),
        (TSVectorField(["title"]), ConfigurationError, "needs a config"),
    ],
)
def test_mistakes_of_columns(postgres_target: Target, field: Any, error: type[Exception], message: str) -> None:
    body = {"__module__": __name__, "title": fields.TextField(), "words": field}
    models = module_of(type("Wrong", (Model,), body))

    async def main() -> None:
        async with TortoiseContext() as context:
            connections = {"default": url_of(postgres_target, SCHEMES[0])}
            await context.init({"connections": connections, "apps": {"models": {"models": [models]}}})
            with pytest.raises(error, match=message):
                await context.generate_schemas()

    asyncio.run(main())


def test_other_databases_say_that_they_have_none() -> None:
    class Note(Model):
        title = fields.TextField()

    async def main() -> None:
        async with TortoiseContext() as context:
            apps = {"models": {"models": [module_of(Note)]}}
            await context.init({"connections": {"default": "sqlite://:memory:"}, "apps": apps})
            await context.generate_schemas()
            for expression, what in (
                (SearchVector("title"), r"type TSVector\(\)"),
                (Lexeme("a"), r"type TSQuery\(\)"),
                (SearchCriterion("title", "a"), "the function TO_TSVECTOR of PostgreSQL"),
                (Random(), "the function RANDOM of PostgreSQL"),
            ):
                with pytest.raises(UnSupportedError, match=f"{what} is not supported by sqlite"):
                    await Note.annotate(x=expression).values("x")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (TSVectorField(), {"source_fields": (), "stored": False}),
        (
            TSVectorField(["a"], config="english", weights=["A"]),
            {"generated": True, "source_fields": ("a",), "config": "english", "weights": ("A",), "stored": True},
        ),
        (TSVectorField(["a"], stored=False, null=True), {"null": True, "source_fields": ("a",), "stored": False}),
    ],
)
def test_fields_tell_what_they_are(field: Any, given: dict[str, Any]) -> None:
    path, arguments, options = field.deconstruct()
    assert (path, arguments, options) == ("tortoise.contrib.postgres.fields.TSVectorField", [], given)
    assert field.describe(True)["stored"] is given["stored"]
    assert field.get_for_dialect("postgres", "SQL_TYPE") == "TSVECTOR"
    assert field.get_for_dialect("postgres", "GENERATED_SQL") is None
    assert GinIndex(fields=["a"]).deconstruct()[0] == "tortoise.contrib.postgres.indexes.GinIndex"
