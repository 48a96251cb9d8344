"""Arrays, full text search and indexes of PostgreSQL."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from postgres_models import Page, Shelf, seed

from tortoise import Tortoise
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.contrib.postgres.functions import Random
from tortoise.contrib.postgres.indexes import BloomIndex, GinIndex, HashIndex
from tortoise.contrib.postgres.search import (
    Lexeme,
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVector,
)
from tortoise.expressions import F, Value
from tortoise.functions import Count
from tortoise.utils import get_schema_sql

DIALECT = "postgres"


async def _shelves(**conditions: Any) -> Any:
    return await Shelf.filter(**conditions).order_by("id").values_list("id", flat=True)


async def _pages(**conditions: Any) -> Any:
    return await Page.filter(**conditions).order_by("id").values_list("id", flat=True)


async def _kept(name: str, *values: Any) -> list[Any]:
    """What the database gives back for each value."""
    found = []
    for value in values:
        made = await Shelf.create(**{name: value})
        found.append(getattr(await Shelf.get(id=made.id), name))
    return found


# -- arrays


async def arrays_of_numbers() -> Any:
    return await _kept("numbers", [1, -(2**31), 2**31 - 1], (1, 2), {5}, [1, None], [], [[1, 2], [3, 4]])


async def arrays_of_arrays() -> Any:
    return await _kept("grid", [[1], [2]], [], None, [[1, None]])


async def arrays_of_text() -> Any:
    return await _kept("tags", ["", "it's", '"', "\\", "{a}", "NULL", None, "日本", "a,b"], None)


async def arrays_of_limited_text() -> Any:
    return await _kept("names", ["abc", ""])


async def arrays_of_too_long_text() -> Any:
    return await _kept("names", ["abcdefghijkl"])


async def arrays_of_decimals() -> Any:
    return await _kept("amounts", [Decimal("1.234"), Decimal("-5"), 2, "3.5"])


async def arrays_of_moments() -> Any:
    zone = timezone(timedelta(hours=-7))
    return await _kept("moments", [datetime(2024, 1, 1, 12, 0, 0, 5, zone), datetime(1, 1, 2, tzinfo=timezone.utc)])


async def arrays_of_uuids() -> Any:
    return await _kept("keys", [UUID(int=5)], [str(UUID(int=6))])


async def arrays_of_floats() -> Any:
    return await _kept("ratios", [0.1, 2, float("inf")])


async def array_default() -> Any:
    one, other = await Shelf.create(), Shelf()
    one.numbers.append(3)
    return one.numbers, other.numbers, (await Shelf.get(id=one.id)).numbers


async def array_changed_in_place() -> Any:
    made = await Shelf.create(numbers=[1])
    made.numbers.append(2)
    await made.save()
    loaded = await Shelf.get(id=made.id)
    loaded.numbers.append(3)
    await loaded.save()
    return (await Shelf.get(id=made.id)).numbers


async def array_updated() -> Any:
    changed = await Shelf.filter(numbers__contains=[10]).update(numbers=[7], tags=None)
    return changed, await Shelf.all().order_by("id").values_list("numbers", "tags")


async def array_bulk() -> Any:
    await Shelf.bulk_create([Shelf(numbers=[1], tags=["x"]), Shelf(numbers=[2], tags=None)])
    shelves = await Shelf.all().order_by("-id").limit(2)
    for shelf in shelves:
        shelf.numbers, shelf.tags = [shelf.numbers[0] * 2], ["q"]
    await Shelf.bulk_update(shelves, ["numbers", "tags"])
    return await Shelf.all().order_by("-id").limit(2).values_list("numbers", "tags")


async def array_equal() -> Any:
    return [
        await _shelves(**c) for c in ({"numbers": [1, 10]}, {"numbers__not": [1, 10]}, {"numbers": []}, {"tags": None})
    ]


async def array_contains() -> Any:
    values: list[Any] = [[10], [10, 1], [], (1,), {2}]
    return [await _shelves(numbers__contains=value) for value in values]


async def array_contained_by() -> Any:
    return [await _shelves(numbers__contained_by=value) for value in ([1, 2, 10], [1, 10], [])]


async def array_overlap() -> Any:
    return [await _shelves(numbers__overlap=value) for value in ([1, 99], [99], [10])]


async def array_text_lookups() -> Any:
    return [
        await _shelves(tags__contains=["a,b"]),
        await _shelves(tags__overlap=['"', "x"]),
        await _shelves(tags__contained_by=["x", "y"]),
        await _shelves(names__contains=["abc"]),
    ]


async def array_len() -> Any:
    return [await _shelves(numbers__len=value) for value in (2, "2", 7)]


async def array_len_of_empty() -> Any:
    return await _shelves(numbers__len=0)


async def array_grouped() -> Any:
    await Shelf.create(numbers=[2, 10])
    found = Shelf.annotate(count=Count("id")).group_by("numbers").order_by("-count", "numbers")
    return await found.values("numbers", "count")


async def array_ordered() -> Any:
    return await Shelf.all().order_by("-numbers").values_list("numbers", flat=True)


async def array_of_no_list() -> Any:
    return await Shelf.filter(numbers__contains=5)


async def array_of_wrong_items() -> Any:
    return await Shelf.create(numbers=["x"])


async def array_of_text_as_list() -> Any:
    return await _kept("tags", "ab")


async def array_unknown_lookup() -> Any:
    return await Shelf.filter(numbers__icontains=[1])


async def array_described() -> Any:
    field = ArrayField(element_type="numeric(10,2)", null=True, default=list)
    deconstructed = field.deconstruct()
    del deconstructed[2]["default"]
    return field.SQL_TYPE, deconstructed, Shelf._meta.fields_map["grid"].describe(True)


# -- vectors


async def vectors_made() -> Any:
    return await Page.all().order_by("id").values_list("words", "plain", "own")


async def vectors_of_instances() -> Any:
    made = await Page.create(title="A cat", own="'x':1 y")
    await Page.bulk_create([Page(title="Two cats", body="x")])
    return made.words, made.plain, (await Page.get(id=made.id)).own, (await Page.get(title="Two cats")).words


async def vectors_follow() -> Any:
    page = await Page.get(id=1)
    page.title = "Thin dogs"
    await page.save()
    await page.refresh_from_db()
    return page.words


async def vector_updated() -> Any:
    return await Page.filter(id=1).update(words="x")


async def vector_written() -> Any:
    await Page.filter(id=1).update(own="fat:3 cat")
    return await Page.filter(own="'cat' 'fat':3").values_list("id", "own")


async def vector_lookups() -> Any:
    await Page.filter(id=1).update(own="fat:3 cat")
    return [
        await _pages(own__isnull=False),
        await _pages(own__not="'x'"),
        await _pages(own__in=["'cat' 'fat':3"]),
        await _pages(words__contains="cat"),
        await _pages(words__icontains="'CAT"),
        await _pages(words__startswith="'a"),
    ]


async def vector_described() -> Any:
    weighed = TSVectorField(source_fields=["a"], config="english", weights=["A"])
    weighed.model_field_name = "v"
    return [
        (field.deconstruct(), field.generated, field.null)
        for field in (weighed, TSVectorField(), TSVectorField(source_fields=("a",), stored=False, null=True))
    ], Page._meta.fields_map["words"].describe(True)


# -- searches


async def search_for_text() -> Any:
    return [await _pages(**{f"{name}__search": "fat cats"}) for name in ("words", "plain", "title", "body")]


async def search_types() -> Any:
    queries = [
        SearchQuery("fat cat"),
        SearchQuery("fat cat", config="english"),
        SearchQuery("cats ate", search_type="phrase"),
        SearchQuery("fat & ca:*", search_type="raw"),
        SearchQuery('"fat cats" -rats', search_type="websearch"),
        SearchQuery("it's 'quoted'"),
        SearchQuery(F("title")),
        SearchQuery(Value("cat")),
    ]
    return [(await _pages(words__search=query), await _pages(title__search=query)) for query in queries]


async def search_inverted() -> Any:
    queries = [~SearchQuery("cat"), SearchQuery("cat", invert=True), ~~SearchQuery("cat")]
    return [(await _pages(words__search=query), await _pages(title__search=query)) for query in queries]


async def search_combined() -> Any:
    queries = [
        SearchQuery("rats") | SearchQuery("dog"),
        SearchQuery("rats") & SearchQuery("fat"),
        (SearchQuery("rats") | SearchQuery("dog")) & ~SearchQuery("ate", config="english"),
    ]
    return [(await _pages(words__search=query), await _pages(title__search=query)) for query in queries]


def _lexemes() -> list[Any]:
    return [
        Lexeme("fat"),
        ~Lexeme("fat"),
        Lexeme("ca", prefix=True),
        Lexeme("fat", weight="A"),
        Lexeme("ca", prefix=True, weight="B"),
        Lexeme("fat") & ~Lexeme("dog"),
        Lexeme("rat") | (Lexeme("run") & Lexeme("fat")),
        ~(Lexeme("fat") & Lexeme("dog")),
        Lexeme("it's \\ x:&|!"),
    ]


async def search_lexemes() -> Any:
    return [await _pages(words__search=lexeme) for lexeme in _lexemes()]


async def search_queries_of_lexemes() -> Any:
    return [await _pages(words__search=SearchQuery(lexeme, config="english")) for lexeme in _lexemes()]


async def search_queries_as_values() -> Any:
    queries = [SearchQuery(lexeme, config="simple") for lexeme in _lexemes()]
    queries += [SearchQuery("fat rats", search_type="phrase", invert=True)]
    page = Page.filter(id=1)
    return [await page.annotate(q=query).values_list("q", flat=True) for query in queries]


async def search_in_expression() -> Any:
    return await _pages(title__search=F("body"))


async def search_vectors() -> Any:
    vectors = [
        SearchVector("title"),
        SearchVector("title", "body"),
        SearchVector("title", config="simple"),
        SearchVector("title", config=Value("simple")),
        SearchVector(Value("a cat")),
        SearchVector("title") + SearchVector("body", config="simple"),
    ]
    return [await Page.annotate(v=vector).order_by("id").values_list("v", flat=True) for vector in vectors]


async def search_weighed_vectors() -> Any:
    return await Page.annotate(v=SearchVector("title", weight="A")).order_by("id").values_list("v", flat=True)


async def search_annotated_vector() -> Any:
    return await Page.annotate(v=SearchVector("title")).filter(v__search="cat").values_list("id", flat=True)


async def search_rank() -> Any:
    fat = SearchQuery("fat cat")
    ranks = [
        SearchRank(F("words"), fat),
        SearchRank(F("words"), "fat cat"),
        SearchRank("title", fat),
        SearchRank(SearchVector("title"), fat),
        SearchRank(F("words"), fat, weights=[0.1, 0.2, 0.4, 0.9]),
        SearchRank(F("words"), fat, weights=(1, 1, 1, 1), normalization=2),
        SearchRank(F("words"), fat, cover_density=True, normalization=1 | 32),
    ]
    return [await Page.annotate(r=rank).order_by("-r", "id").values_list("id", "r") for rank in ranks]


async def search_rank_of_vector_by_name() -> Any:
    return await Page.annotate(r=SearchRank("words", "fat")).order_by("-r", "id").values_list("id", "r")


async def search_headline() -> Any:
    headlines = [
        SearchHeadline("body", SearchQuery("fat")),
        SearchHeadline("body", "fat"),
        SearchHeadline(F("body"), SearchQuery("fat"), config="english", start_sel="<<", stop_sel=">>"),
        SearchHeadline("body", SearchQuery("fat"), start_sel='a"b, c', stop_sel="", highlight_all=True),
        SearchHeadline("body", SearchQuery("fat"), max_words=3, min_words=1, short_word=0),
        SearchHeadline("body", SearchQuery("fat"), max_fragments=2, fragment_delimiter=" ~ "),
        SearchHeadline(Value("fat x"), SearchQuery(Lexeme("fat"))),
    ]
    return [await Page.annotate(h=headline).order_by("id").values_list("h", flat=True) for headline in headlines]


async def random_numbers() -> Any:
    found = await Page.annotate(r=Random()).order_by("r").values_list("r", flat=True)
    return len(found), all(0 <= number < 1 for number in found)


async def search_wrong_type() -> Any:
    return SearchQuery("x", search_type="bad")


async def search_vector_of_nothing() -> Any:
    return SearchVector()


async def lexeme_of_nothing() -> Any:
    return Lexeme("")


async def lexeme_of_wrong_weight() -> Any:
    return Lexeme("a", weight="Z")


async def lexeme_with_text() -> Any:
    return Lexeme("a") & "b"


async def vector_with_number() -> Any:
    return SearchVector("a") + 1


async def vector_of_wrong_weights() -> Any:
    return TSVectorField(source_fields=["a"], weights=["A", "B"])


async def vector_of_weights_alone() -> Any:
    return TSVectorField(weights=["A"])


# -- indexes


async def index_kinds() -> Any:
    rows = await Tortoise.get_connection("default").execute_query_dict(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
    )
    return [(row["indexname"], row["indexdef"]) for row in rows]


async def index_schema() -> Any:
    sql = get_schema_sql(Tortoise.get_connection("default"), safe=True)
    return sorted(line for line in sql.splitlines() if " INDEX " in line and " WHERE " not in line)


async def indexes_described() -> Any:
    indexes = (GinIndex(fields=["a"]), HashIndex(fields=["a"], name="n"), BloomIndex(fields=["a", "b"]))
    return [(repr(index), index.describe(), index.deconstruct(), index.INDEX_TYPE) for index in indexes]


for _name, _program in list(globals().items()):
    if inspect.iscoroutinefunction(_program) and not _name.startswith("_"):
        _program.models, _program.seed = "postgres_models", seed  # type: ignore[attr-defined]  # read by run_programs
