"""Strings that try to become SQL, as values of every lookup and in every place where a name can stand.

Each finds what plain Python finds, or is refused by an error of Tortoise; none ever finds anything else.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import BaseORMException, FieldError, ValidationError
from tortoise.expressions import Case, F, Q, When
from tortoise.functions import Count
from tortoise.models import Model, ModelMeta
from tortoise_core.schema.fitting import lookups_for
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.hostile_strings import NUL, UNSTORABLE, hostile
from tortoise_testkit.lookup_matrix.kinds import KINDS
from tortoise_testkit.lookup_matrix.models import Cell
from tortoise_testkit.models import Account, Author, Book, Document, Sample

STRINGS = hostile()
SECRET = "the secret of account"
REFUSED = object()


async def outcome(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """What an attempt gives, or REFUSED for an error of Tortoise; any other error is one of the case."""
    try:
        return await attempt()
    except BaseORMException:
        return REFUSED


async def fill() -> None:
    """A row for each string, labelled by its place, and a secret in another table."""
    await Account.create(owner="x", note=SECRET)
    await Sample.bulk_create(
        [Sample(label=str(at), name=text[:100], text=text) for at, text in enumerate(STRINGS)], batch_size=100
    )


async def found(condition: Any = None, **named: Any) -> list[int]:
    """The places of the strings that meet the conditions."""
    query = Sample.filter(**named) if condition is None else Sample.filter(condition)
    return sorted(map(int, await query.values_list("label", flat=True)))


def places(test: Callable[[str], bool]) -> list[int]:
    return [at for at, text in enumerate(STRINGS) if test(text)]


def fold(text: str) -> str:
    return "".join([up if len(up) == 1 else char for char, up in zip(text, map(str.upper, text))])


def test_there_are_as_many_as_promised() -> None:
    assert len(set(STRINGS)) == len(STRINGS) == 500


TESTS: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda text, part: text == part,
    "iexact": lambda text, part: fold(text) == fold(part),
    "contains": lambda text, part: part in text,
    "icontains": lambda text, part: fold(part) in fold(text),
    "startswith": str.startswith,
    "istartswith": lambda text, part: fold(text).startswith(fold(part)),
    "endswith": str.endswith,
    "iendswith": lambda text, part: fold(text).endswith(fold(part)),
    "not": lambda text, part: text != part,
}


@pytest.mark.parametrize("lookup", list(TESTS))
async def test_values_of_lookups(db: Database, lookup: str) -> None:
    await fill()
    test = TESTS[lookup]
    for part in STRINGS[:: 5 if lookup == "not" else 1]:
        wanted = places(lambda text, part=part: test(text, part))  # type: ignore[misc]  # a lambda of two
        assert await found(**{f"text__{lookup}": part}) == wanted, part


async def test_values_of_lists_ranges_and_conditions(db: Database) -> None:
    await fill()
    for at, text in enumerate(STRINGS):
        assert await found(text__in=[text, SECRET]) == [at], text
        assert await found(text__range=(text, text)) == [at], text
        assert await found(Q(text=text) | Q(text=SECRET)) == [at], text
    assert await found(text__in=STRINGS) == list(range(len(STRINGS)))
    assert await found(text__not_in=STRINGS) == []


async def test_values_of_regular_expressions(db: Database) -> None:
    await fill()
    for text in STRINGS[::2]:
        literal = "".join([f"\\{char}" if char in r"\.[]{}()*+?^$|" else char for char in text])
        wanted = places(lambda other, text=text: text in other)  # type: ignore[misc]  # a lambda of two
        assert await found(text__posix_regex=literal) == wanted, text
        given = await outcome(lambda text=text: found(text__iposix_regex=text))  # type: ignore[misc]  # a lambda of one
        assert given is REFUSED or set(given) <= set(range(len(STRINGS)))


async def test_values_of_a_search(db: Database) -> None:
    await fill()
    for text in STRINGS[::4]:
        given = await outcome(lambda text=text: found(text__search=text))  # type: ignore[misc]  # a lambda of one
        assert (given is REFUSED) is not db.capabilities.full_text_search
        assert given is REFUSED or set(given) <= set(range(len(STRINGS)))


async def test_text_that_cannot_be_stored(db: Database) -> None:
    await fill()
    for text in (*UNSTORABLE, *(() if db.capabilities.nul_in_text else NUL)):
        for lookup in (*TESTS, "gt", "posix_regex", "in", "range"):
            operand = {"in": [text], "range": (text, text)}.get(lookup, text)
            with refused(ValidationError, "Sample.text"):
                await found(**{f"text__{lookup}": operand})
        with refused(ValidationError, "Sample.text"):
            await Sample.create(label="x", text=text)
        with refused(BaseORMException):
            await Sample.filter(label="1").update(text=text)
    for text in NUL if db.capabilities.nul_in_text else ():
        assert await found(text__contains=text) == await found(text=text) == []


async def test_values_written(db: Database) -> None:
    await fill()
    for at, text in enumerate(STRINGS[:200]):
        assert await Sample.filter(label=str(at)).update(text=text + "!") == 1
        rows = Sample.annotate(v=Case(When(label=str(at), then=text), default="")).filter(v=text)
        assert await rows.filter(label=str(at)).values_list("v", "text") == [(text, text + "!")]
    assert await Account.filter(note=SECRET).count() == 1


@pytest.mark.parametrize("name", list(KINDS))
async def test_values_of_other_types(db: Database, name: str) -> None:
    """Every lookup of every type takes them for what they are, or refuses them by name."""
    field: Any = Cell._meta.fields_map[name]
    await Cell.create(serial=1, **{name: KINDS[name].values[0]})
    for lookup in lookups_for(field.sql_type(db.connection.offline_backend.clock)):
        for text in (*STRINGS[90:500:30], *UNSTORABLE, "\0"):
            operand = {"in": [text], "not_in": [text], "range": (text, text), "filter": {text: text}}.get(lookup, text)
            query = Cell.filter(**{f"{name}__{lookup}": operand})
            given = await outcome(lambda query=query: query.count())  # type: ignore[misc]  # a lambda of one
            # text may come before or after any other, and some of these are expressions that match
            odd = name in ("name", "words", "colour") and ("regex" in lookup or lookup in ("gt", "gte", "lt", "lte"))
            assert given is REFUSED or odd or given == int(lookup in ("not", "not_in")), (lookup, text)


@pytest.mark.parametrize("value", [10**400, 10**5000, b"\xff" * 1000, float("nan"), [[]]], ids=type)
async def test_values_that_no_column_takes(db: Database, value: Any) -> None:
    """However large or odd, they are refused with the name of the field, or equal nothing."""
    for condition in (
        "number",
        "number__gt",
        "number__in",
        "number__range",
        "text__contains",
        "moment",
        "key",
        "price",
    ):
        operand = [value] if condition.endswith("in") else (value, value) if condition.endswith("range") else value
        given = await outcome(lambda c=condition, o=operand: Sample.filter(**{c: o}).count())  # type: ignore[misc]  # a lambda of two
        assert given is REFUSED or given == 0


async def test_numbers_and_text_do_not_compare(db: Database) -> None:
    for condition in ({"number": F("name")}, {"name__gt": F("number")}, {"price__lte": F("text")}):
        with refused(FieldError, "numbers and text"):
            await Sample.filter(**condition)


# -- keys of documents


async def test_keys_of_documents(db: Database) -> None:
    await Account.create(owner="x", note=SECRET)
    await Document.bulk_create(
        [Document(title=str(at), body={key: at, "k": {key: [at]}}) for at, key in enumerate(STRINGS)]
    )
    for at, key in enumerate(STRINGS):
        single = Document.filter(body__filter={key: at}) if key != "k" else Document.filter(title=str(at))
        assert await single.values_list("title", flat=True) == [str(at)], key
        if key[0] == "_" or key[-1] == "_":
            continue  # three underscores could be parted in two ways
        deep = Document.filter(body__filter={f"k__{key}__0": at})
        assert await deep.values_list("title", flat=True) == [str(at)], key
    for key in STRINGS[::5]:
        assert await Document.filter(body__filter={key: SECRET}).count() == 0
        assert await Document.filter(body__filter={key + "' = '' OR 1=1 --": 1}).count() == 0


async def test_keys_in_names(db: Database) -> None:
    await Document.bulk_create([Document(title=str(at), body={key: f"v{at}"}) for at, key in enumerate(STRINGS[:250])])
    for at, key in enumerate(STRINGS[:250]):
        name = f"body__{key}"
        assert await Document.filter(title=str(at)).values(v=name) == [{"v": f"v{at}"}], key
        assert await Document.annotate(v=F(name)).filter(v=f"v{at}").values_list("title", flat=True) == [str(at)], key
        rows = Document.filter(title__in=[str(at)]).order_by(name).group_by(name).annotate(n=Count("id"))
        assert await rows.values_list("n", name) == [(1, f"v{at}")], key
    for key in ("\0", "\ud800"):
        for attempt in (Document.all().values(f"body__{key}"), Document.filter(body__filter={key: 1})):
            with refused(FieldError, "key"):
                await attempt


# -- names


async def test_names_of_values(db: Database) -> None:
    await Account.create(owner="x", note=SECRET)
    await Sample.create(label="a", number=7)
    for alias in STRINGS:
        given = await outcome(lambda alias=alias: Sample.all().values(**{alias: "number"}))  # type: ignore[misc]  # a lambda of one
        assert given is REFUSED or given == [{alias: 7}], alias


async def test_names_of_annotations(db: Database) -> None:
    await Account.create(owner="x", note=SECRET)
    await Sample.create(label="a", number=7)
    for alias in STRINGS:
        query = Sample.annotate(**{alias: F("number")})
        given = await outcome(lambda query=query, alias=alias: query.values_list(alias, flat=True))  # type: ignore[misc]  # a lambda of two
        assert given is REFUSED or given == [7], alias
        grouped = Sample.annotate(**{alias: F("number") + 1, "n": Count("id")}).group_by(alias)
        given = await outcome(lambda query=grouped, alias=alias: query.order_by(alias).values_list(alias, "n"))  # type: ignore[misc]  # a lambda of two
        assert given is REFUSED or given == [(8, 1)], alias
        given = await outcome(lambda query=query, alias=alias: query.filter(**{alias: 7}).count())  # type: ignore[misc]  # a lambda of two
        assert given is REFUSED or given == 1, alias


NAMED: dict[str, Callable[[str], Any]] = {
    "filter": lambda name: Book.filter(**{name: 1}),
    "filter over a relation": lambda name: Book.filter(**{f"author__{name}": 1}),
    "lookup": lambda name: Book.filter(**{f"title__{name}": 1}),
    "exclude": lambda name: Book.exclude(**{name: 1}),
    "order_by": lambda name: Book.all().order_by(name),
    "order_by over a relation": lambda name: Book.all().order_by(f"-author__{name}"),
    "values": lambda name: Book.all().values(name),
    "values_list": lambda name: Book.all().values_list(f"author__{name}"),
    "group_by": lambda name: Book.annotate(n=Count("id")).group_by(name).values("n"),
    "F": lambda name: Book.annotate(x=F(name)),
    "Count": lambda name: Book.annotate(x=Count(name)),
    "update": lambda name: Book.all().update(**{name: 1}),
    "update by F": lambda name: Book.all().update(pages=F(name)),
    "select_related": lambda name: Book.all().select_related(name),
    "prefetch_related": lambda name: Book.all().prefetch_related(name),
    "create": lambda name: Book.create(**{name: 1}),  # type: ignore[arg-type]  # may be "using_db"
}


@pytest.mark.parametrize("place", list(NAMED))
async def test_names_that_are_none(db: Database, place: str) -> None:
    author = await Author.create(name="a")
    await Book.create(title="t", author=author)
    for name in (*STRINGS, *UNSTORABLE, *NUL):
        if (place, name) == ("Count", "*"):
            continue
        with refused(BaseORMException):
            await NAMED[place](name)
    assert await Book.all().values_list("title", "author__name") == [("t", "a")]


async def test_names_of_tables_and_columns(db: Database) -> None:
    names = [text.strip() for text in STRINGS[:80] if len(text.strip()) > 1 and "\n" not in text and len(text) < 20]
    names = list(dict.fromkeys(name.lower() for name in names))[:40]
    columns = {f"c{at}": fields.IntField(source_field=name, default=at) for at, name in enumerate(names)}
    meta = type("Meta", (), {"table": f"t {names[7]}{names[9]}"})
    made: Any = ModelMeta("Strange", (Model,), {"__module__": __name__, "Meta": meta, **columns})
    strange: type[Model] = made
    async with db.another(strange):
        row: Any = await strange.create(c0=100)
        for at in range(len(names)):
            assert await strange.filter(**{f"c{at}": 100 if at == 0 else at}).order_by(f"c{at}").count() == 1
        assert await strange.filter(id=row.id).update(**{f"c{at}": F(f"c{at}") + 1 for at in range(len(names))}) == 1
        assert (await strange.all().values_list(*columns))[0][1:] == tuple(range(2, len(names) + 1))


async def test_names_of_relations(db: Database) -> None:
    """A relation's name is an attribute, so it is an identifier or refused when the model is made."""
    for name in [text for text in STRINGS if not re.fullmatch(r"\w+", text)][::30]:
        author: Any = ModelMeta("Painter", (Model,), {"__module__": __name__})
        picture: Any = ModelMeta(
            "Picture", (Model,),
            {"__module__": __name__, "painter": fields.ForeignKeyField("models.Painter", related_name=name)},
        )  # fmt: skip
        with refused(BaseORMException):
            async with db.another(author, picture):
                owner = await author.create()
                await picture.create(painter=owner)
                assert await author.filter(**{f"{name}__id": 1}).count() == 1
                raise FieldError("a name like this works all the same")
