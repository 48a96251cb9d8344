"""Lookups against plain Python, over every fitting type, rows with NULL and text that is hard to escape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tortoise.exceptions import FieldError, ValidationError
from tortoise.expressions import Q
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Sample
from tortoise_testkit.samples import LABELS, SAMPLES, fill_samples, fill_shelf, sample_value

COLUMNS = list(SAMPLES)
ORDERED = [column for column in COLUMNS if column not in ("flag", "key")]
Test = Callable[[Any, Any], bool]

#: lookup -> what Python says of a value that is not None and an operand
COMPARISONS: dict[str, Test] = {
    "exact": lambda value, operand: value == operand,
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
}


async def labels(**conditions: Any) -> str:
    found = await Sample.filter(**conditions).order_by("label").values_list("label", flat=True)
    return "".join(found)


def expected(column: str, test: Callable[[Any], bool], null: bool = False) -> str:
    values = [(label, sample_value(label, column)) for label in LABELS]
    return "".join([label for label, value in values if (null if value is None else test(value))])


@pytest.mark.parametrize("lookup", list(COMPARISONS))
@pytest.mark.parametrize("column", ORDERED)
async def test_comparison(db: Database, column: str, lookup: str) -> None:
    await fill_samples()
    test = COMPARISONS[lookup]
    for operand in SAMPLES[column]:
        wanted = expected(column, lambda value, operand=operand: test(value, operand))  # type: ignore[misc]  # lambdas of two
        assert await labels(**{f"{column}__{lookup}": operand}) == wanted


@pytest.mark.parametrize("column", COLUMNS)
async def test_equality(db: Database, column: str) -> None:
    await fill_samples()
    for operand in SAMPLES[column]:
        equal = expected(column, lambda value, operand=operand: value == operand)  # type: ignore[misc]  # lambdas of two
        other = expected(column, lambda value, operand=operand: value != operand, null=True)  # type: ignore[misc]  # lambdas of two
        assert await labels(**{column: operand}) == equal
        assert await labels(**{f"{column}__not": operand}) == other


@pytest.mark.parametrize("column", COLUMNS)
async def test_null(db: Database, column: str) -> None:
    await fill_samples()
    assert await labels(**{f"{column}__isnull": True}) == "d"
    assert await labels(**{f"{column}__isnull": False}) == "abc"
    assert await labels(**{f"{column}__not_isnull": True}) == "abc"
    assert await labels(**{f"{column}__not_isnull": False}) == "d"
    assert await labels(**{column: None}) == "d"
    assert await labels(**{f"{column}__not": None}) == "abc"


@pytest.mark.parametrize("column", COLUMNS)
async def test_lists(db: Database, column: str) -> None:
    await fill_samples()
    low, middle, high = SAMPLES[column]
    inside = expected(column, lambda value: value in (low, high))
    outside = expected(column, lambda value: value not in (low, high), null=True)
    assert await labels(**{f"{column}__in": [low, high]}) == inside
    assert await labels(**{f"{column}__not_in": [low, high]}) == outside
    assert await labels(**{f"{column}__in": [high, None]}) == expected(column, lambda value: value == high, null=True)
    assert await labels(**{f"{column}__not_in": (high, None)}) == expected(column, lambda value: value != high)
    assert await labels(**{f"{column}__in": {low, middle, high}}) == "abc"


@pytest.mark.parametrize("column", COLUMNS)
async def test_empty_lists(db: Database, column: str) -> None:
    await fill_samples()
    assert await labels(**{f"{column}__in": []}) == ""
    assert await labels(**{f"{column}__not_in": []}) == "abcd"
    assert await labels(**{f"{column}__in": [None]}) == "d"
    assert await labels(**{f"{column}__not_in": [None]}) == "abc"


@pytest.mark.parametrize("column", ORDERED)
async def test_range(db: Database, column: str) -> None:
    await fill_samples()
    low, middle, high = SAMPLES[column]
    assert await labels(**{f"{column}__range": (low, middle)}) == "ab"
    assert await labels(**{f"{column}__range": [middle, high]}) == "bc"
    assert await labels(**{f"{column}__range": (high, low)}) == ""


@pytest.mark.parametrize("size", [1, 2, 3, 8, 9, 100, 1000, 40000])
async def test_lists_of_any_length(db: Database, size: int) -> None:
    await fill_samples()
    assert await labels(number__in=list(range(size))) == "b"
    assert await labels(number__not_in=range(size)) == "acd"


# -- text

#: one row each; every one is searched for as a whole and as part of the others
HOSTILE = [
    "plain", "PLAIN", "it's", 'say "hi"', "100%", "100x", "a_b", "axb", "back\\slash", "back\\", "\\%", "\\_",
    "\\\\", "%",
    "_", "'", "''", '"', "; DROP TABLE sample; --", "\\' OR 1=1 -- ",
    "?", "$1", "%s", ":x", "{x}", "[a-z]", "[", "*", "^", "#",
    "🐢", "漢字", "straße", "e\u0301", "\t", "\n", " lead", "trail ", "",
]  # fmt: skip
PARTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
TEXT = pytest.mark.parametrize("column", ["name", "text"])


async def fill_hostile(column: str) -> None:
    await Sample.bulk_create([Sample(label=str(at), **{column: text}) for at, text in enumerate(HOSTILE)])
    await Sample.create(label="null")


async def found_texts(column: str, lookup: str, operand: str) -> list[str]:
    rows = await Sample.filter(**{f"{column}__{lookup}": operand}).order_by("id").values_list(column, flat=True)
    return list(rows)


@TEXT
@pytest.mark.parametrize("lookup", list(PARTS))
async def test_text_parts_are_literal_and_regard_case(db: Database, column: str, lookup: str) -> None:
    await fill_hostile(column)
    for part in HOSTILE:
        wanted = [text for text in HOSTILE if PARTS[lookup](text, part)]
        assert await found_texts(column, lookup, part) == wanted, part


@TEXT
@pytest.mark.parametrize("lookup", list(PARTS))
async def test_text_parts_without_regard_to_case(db: Database, column: str, lookup: str) -> None:
    await fill_hostile(column)
    for part in [text for text in HOSTILE if text.isascii()]:
        wanted = [text for text in HOSTILE if PARTS[lookup](text.lower(), part.lower())]
        assert await found_texts(column, f"i{lookup}", part.swapcase()) == wanted, part


@TEXT
async def test_whole_text_without_regard_to_case(db: Database, column: str) -> None:
    await fill_hostile(column)
    for whole in [text for text in HOSTILE if text.isascii()]:
        wanted = [text for text in HOSTILE if text.lower() == whole.lower()]
        assert await found_texts(column, "iexact", whole.swapcase()) == wanted, whole


@TEXT
@pytest.mark.parametrize("lookup", ["exact", "in"])
async def test_whole_text(db: Database, column: str, lookup: str) -> None:
    await fill_hostile(column)
    for whole in HOSTILE:
        assert await found_texts(column, lookup, [whole] if lookup == "in" else whole) == [whole]  # type: ignore[arg-type]  # or a list


@pytest.mark.parametrize("lookup", ["icontains", "istartswith", "iendswith", "iexact"])
async def test_case_of_letters_beyond_ascii(db: Database, lookup: str) -> None:
    await Sample.bulk_create([Sample(label="x", name=text) for text in ("Éclair", "éclair", "ЖУК", "жук", "eclair")])
    assert sorted(await found_texts("name", lookup, "éCLAIR")) == ["Éclair", "éclair"]
    assert sorted(await found_texts("name", lookup, "Жук")) == ["ЖУК", "жук"]


@pytest.mark.parametrize("lookup", ["contains", "icontains", "startswith", "endswith", "iexact", "exact"])
async def test_nul_matches_only_itself(db: Database, lookup: str) -> None:
    await Sample.create(label="a", name="plain")
    if db.capabilities.nul_in_text:
        assert await found_texts("name", lookup, "\0") == []
    else:
        with refused(ValidationError, "Sample.name", "NUL"):
            await found_texts("name", lookup, "\0")


async def test_text_lookups_on_numbers(db: Database) -> None:
    await fill_samples()
    assert await labels(number__contains="5") == "a"
    assert await labels(number__startswith="-") == "a"
    assert await labels(small__endswith="67") == "c"


# -- conditions on the wrong things


@pytest.mark.parametrize("lookup", ["gt", "gte", "lt", "lte", "contains", "startswith", "icontains", "iexact", "range"])
async def test_none_is_refused_where_it_would_match_nothing(db: Database, lookup: str) -> None:
    with refused(FieldError, f"name__{lookup}"):
        await Sample.filter(**{f"name__{lookup}": None})


@pytest.mark.parametrize(
    ("condition", "value"),
    [("number__in", 5), ("number__in", "12"), ("number__range", 5), ("number__isnull", 1), ("number__isnull", None)],
)
async def test_operands_of_the_wrong_form_are_refused(db: Database, condition: str, value: Any) -> None:
    with refused(FieldError, condition.split("__")[1]):
        await Sample.filter(**{condition: value})


async def test_conditions_add_up(db: Database) -> None:
    await fill_samples()
    assert await labels(number__gte=-5, number__lt=2**31 - 1, name__contains="an") == "b"
    query = Sample.filter(number__gte=-5).filter(label__in=["a", "c", "d"]).exclude(label="c")
    assert await query.values_list("label", flat=True) == ["a"]


async def test_exclude_follows_the_logic_of_null(db: Database) -> None:
    await fill_samples()
    found = await Sample.exclude(number=0).order_by("label").values_list("label", flat=True)
    assert found == ["a", "c"]
    assert await Sample.exclude(number__isnull=True).count() == 3
    # each condition leaves rows out by itself; a Q leaves out what meets all of its conditions
    assert await Sample.exclude(label="a", number=0).count() == 1
    assert await Sample.exclude(Q(label="a", number=0)).count() == 4


async def test_the_key_by_its_alias(db: Database) -> None:
    await fill_samples()
    row = await Sample.get(label="b")
    assert (await Sample.get(pk=row.id)).label == "b"
    assert await labels(pk__in=[row.pk]) == "b"


async def test_conditions_over_relations(db: Database) -> None:
    shelf = await fill_shelf()

    async def found(**conditions: Any) -> list[str]:
        rows = await Book.filter(**conditions).order_by("title").values_list("title", flat=True)
        return list(rows)

    assert await found(author__name="Ann") == ["Alpha", "Beta"]
    assert await found(author__country__name__startswith="K") == ["Delta", "Gamma"]
    assert await found(editor__name="Ann") == ["Delta"]
    assert await found(editor__isnull=True) == ["Beta", "Gamma"]
    assert await found(author=shelf.authors["Ben"]) == ["Delta", "Gamma"]
    assert await found(author_id=shelf.authors["Ben"].id) == ["Delta", "Gamma"]
    assert await found(author__in=[shelf.authors["Ann"]]) == ["Alpha", "Beta"]
    assert await found(editor=None) == ["Beta", "Gamma"]
    assert await found(tags__name="red") == ["Alpha", "Beta"]
    assert await found(tags=shelf.tags["blue"]) == ["Alpha", "Delta"]
    assert await found(tags__isnull=True) == ["Gamma"]


async def test_conditions_over_reverse_relations(db: Database) -> None:
    await fill_shelf()

    async def found(**conditions: Any) -> list[str]:
        rows = await Author.filter(**conditions).order_by("name").distinct().values_list("name", flat=True)
        return list(rows)

    assert await found(books__pages__gt=150) == ["Ann", "Ben"]
    assert await found(books__title="Delta") == ["Ben"]
    assert await found(books__tags__name="red") == ["Ann"]
    assert await found(edited__title="Alpha", books__title="Delta") == ["Ben"]
    assert await found(books__isnull=True) == ["Cid"]
