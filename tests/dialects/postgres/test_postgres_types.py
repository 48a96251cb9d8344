"""Types of PostgreSQL's own: stored, read, found, listed, refused."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from enum import Enum
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any

import pytest

from dialects.postgres.own_types import DRIVERS, empty_database, run
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres import types
from tortoise.contrib.postgres.extensions import ensure_extension
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.exceptions import (
    ConfigurationError,
    FieldError,
    IntegrityError,
    OperationalError,
    UnSupportedError,
    ValidationError,
)
from tortoise.expressions import F
from tortoise.functions import Max
from tortoise.models import Model
from tortoise_core.migrations.create_schema import schema_statements

EXTENSIONS = 'CREATE EXTENSION IF NOT EXISTS "hstore"; CREATE EXTENSION IF NOT EXISTS citext'
ALPHABET = "abcXYZ 019'\"\\%_,=>{}()\n\t漢🐢ß"


class Mood(Enum):
    sad = "sad"
    ok = 'it\'s "ok"; \\ %'
    happy = "happy"


def text(draw: random.Random) -> str:
    return "".join(draw.choices(ALPHABET, k=draw.randrange(12)))


def pairs(draw: random.Random) -> dict[str, Any]:
    return {text(draw): draw.choice([None, "NULL", text(draw)]) for _ in range(draw.randrange(5))}


def host(draw: random.Random) -> Any:
    bits = draw.choice([32, 128])
    address = ip_address(draw.getrandbits(bits).to_bytes(bits // 8, "big"))
    return draw.choice([address, ip_interface(f"{address}/{draw.randrange(bits)}")])


def network(draw: random.Random) -> Any:
    return ip_network(f"{ip_address(draw.getrandbits(32))}/{draw.randrange(33)}", strict=False)


def mac(draw: random.Random) -> str:
    return ":".join([f"{draw.randrange(256):02x}" for _ in range(6)])


#: kind -> (makes the field, makes a value)
KINDS: dict[str, tuple[Callable[..., Any], Callable[[random.Random], Any]]] = {
    "hstore": (types.HStoreField, pairs),
    "citext": (types.CITextField, text),
    "inet": (types.InetField, host),
    "cidr": (types.CidrField, network),
    "macaddr": (types.MacaddrField, mac),
    "interval": (types.IntervalField, lambda draw: dt.timedelta(microseconds=draw.randrange(-(2**60), 2**60))),
    "enum": (lambda **options: types.PostgresEnumField(Mood, **options), lambda draw: draw.choice(list(Mood))),
}


@pytest.fixture(scope="module", params=DRIVERS)
def url(request: Any) -> Iterator[str]:
    with empty_database(request.param) as made:
        yield made


def model_of(**columns: Any) -> Any:
    return type("Row", (Model,), {"__module__": __name__, **columns, "Meta": type("Meta", (), {"table": "row"})})


def seeded() -> random.Random:
    number = int(os.environ.get("TORTOISE_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"TORTOISE_TEST_SEED={number}")
    return random.Random(number)


@pytest.mark.parametrize("kind", list(KINDS))
def test_random_values_come_back(url: str, kind: str) -> None:
    make, value_of = KINDS[kind]
    draw = seeded()
    default = value_of(draw)
    Row = model_of(
        value=make(),
        maybe=make(null=True),
        usual=make(default=default),
        given=make(null=True, db_default=default),
        many=ArrayField(make(), null=True),
    )

    async def body(context: TortoiseContext) -> None:
        values = [value_of(draw) for _ in range(150)]
        rows = [
            Row(value=value, maybe=draw.choice([None, value]), many=draw.choice([None, [], [value, None, default]]))
            for value in values
        ]
        await Row.bulk_create(rows)
        found = await Row.all().order_by("id")
        for row, stored, value in zip(rows, found, values):
            assert (stored.value, stored.maybe, stored.many) == (value, row.maybe, row.many)
            assert type(stored.value) is type(value)
            assert stored.usual == default == stored.given == row.given
        assert await Row.all().order_by("id").values_list("value", "many") == [(r.value, r.many) for r in found]
        sent: list[str] = []
        connection: Any = context.db()
        connection.listeners = (lambda sql, seconds, error: sent.append(sql),)
        for row in [*rows[:30], *found[:30]]:
            await row.save()
        assert sent == []
        for row in found[:20]:
            assert row.pk in await Row.filter(value=row.value).values_list("id", flat=True)
        some = [row.value for row in found[:5]]
        ids = await Row.filter(value__in=some).values_list("id", flat=True)
        assert set(ids) >= {row.pk for row in found[:5]}
        assert await Row.filter(value__not_in=some).count() == len(found) - len(ids)
        assert await Row.filter(maybe__isnull=True).count() == sum(row.maybe is None for row in found)
        for row in found[:9]:
            row.value, row.many = values[-1], [values[-1]]
        await Row.bulk_update(found[:9], fields=["value", "many"])
        again = await Row.all().order_by("id").limit(9)
        assert [(row.value, row.many) for row in again] == [(values[-1], [values[-1]])] * 9
        await Row.filter(id=found[0].pk).update(value=values[0], maybe=None)
        assert (await Row.get(id=found[0].pk)).value == values[0]
        one = await Row.annotate(copy=F("value")).get(id=found[0].pk)
        assert one.copy == values[0]
        assert await Row.annotate(copy=F("value")).filter(copy=values[0]).exists()

    run(url, body, Row, before=EXTENSIONS)


Thing = model_of(
    data=types.HStoreField(default=dict),
    word=types.CITextField(null=True, unique=True),
    host=types.InetField(null=True),
    net=types.CidrField(null=True),
    card=types.MacaddrField(null=True),
    span=types.IntervalField(null=True),
    mood=types.PostgresEnumField(Mood, null=True),
)

#: lookup, operand -> names of the things that are found
LOOKUPS: list[tuple[str, Any, str]] = [
    ("data", {"a": "1", "b": None}, "a"),
    ("data__contains", {"a": "1"}, "ab"),
    ("data__contains", {}, "abc"),
    ("data__contained_by", {"a": "1", "b": None, "c": "x"}, "ac"),
    ("data__has_key", "b", "a"),
    ("data__has_key", "x' OR 1=1", ""),
    ("data__has_keys", ["a", "b"], "a"),
    ("data__has_any_keys", ("b", "zz"), "ab"),
    ("data__a", "1", "ab"),
    ("data__a__in", ["1", "2"], "ab"),
    ("data__b__isnull", True, "abc"),
    ("data__zz__icontains", "IT'", "b"),
    ("data__keys__contains", ["a", "b"], "a"),
    ("data__values__len", 2, "ab"),
    ("data__in", [{}, {"a": "1", "b": None}], "ac"),
    ("word", "HELLO", "a"),
    ("word__in", ["hello", "WORLD"], "ab"),
    ("word__contains", "ELL", "a"),
    ("word__startswith", "he", "a"),
    ("word__lt", "i", "a"),
    ("host", "10.0.0.1", "a"),
    ("host__net_contained", "10.0.0.0/8", "ab"),
    ("host__net_contained_or_equal", "10.0.0.1", "a"),
    ("host__net_contains", ip_address("10.1.0.77"), "b"),
    ("host__net_overlaps", ip_network("10.1.0.0/30"), "b"),
    ("host__family", 6, "c"),
    ("host__host__startswith", "10.1", "b"),
    ("host__prefixlen__lt", 32, "b"),
    ("net__net_contains", "192.168.7.9", "a"),
    ("net__net_contains_or_equals", ip_network("192.168.0.0/16"), "a"),
    ("net", ip_network("192.168.0.0/16"), "a"),
    ("card", "08-00-2B-01-02-03", "a"),
    ("card__gt", "09:00:00:00:00:00", "b"),
    ("span__gte", dt.timedelta(days=1), "b"),
    ("span", dt.timedelta(hours=5), "a"),
    ("span__range", (dt.timedelta(hours=4), dt.timedelta(days=3)), "ab"),
    ("mood", Mood.ok, "a"),
    ("mood", "happy", "b"),
    ("mood__gt", Mood.sad, "ab"),
    ("mood__in", [Mood.sad, Mood.happy], "bc"),
    ("mood__not", Mood.sad, "ab"),
]


async def things() -> None:
    await Thing.create(
        data={"a": "1", "b": None},
        word="Hello",
        host="10.0.0.1",
        net="192.168.0.0/16",
        card="08:00:2b:01:02:03",
        span=dt.timedelta(hours=5),
        mood=Mood.ok,
    )
    await Thing.create(
        data={"a": "1", "zz": "it's"},
        word="world",
        host="10.1.0.1/24",
        net="10.0.0.0/8",
        card="0a:00:2b:01:02:03",
        span=dt.timedelta(days=2),
        mood="happy",
    )
    await Thing.create(host="::1", mood=Mood.sad)


def test_lookups(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        await things()
        for lookup, operand, wanted in LOOKUPS:
            found = await Thing.filter(**{lookup: operand}).order_by("id").values_list("id", flat=True)
            assert "".join(["abc"[key - 1] for key in found]) == wanted, (lookup, operand)

    run(url, body, Thing, before=EXTENSIONS)


def test_parts_groups_and_order(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        await things()
        assert await Thing.all().order_by("data__a", "id").values_list("data__a", flat=True) == ["1", "1", None]
        assert await Thing.all().order_by("-mood").values_list("mood", flat=True) == [Mood.happy, Mood.ok, Mood.sad]
        groups = Thing.annotate(n=Max("id")).group_by("data__a").order_by("n")
        assert await groups.values_list("data__a", "n") == [("1", 2), (None, 3)]
        assert await Thing.annotate(most=Max("span")).values_list("most", flat=True) is not None
        with pytest.raises(IntegrityError):
            await Thing.create(word="HELLO")

    run(url, body, Thing, before=EXTENSIONS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data": {"a": 1}}, "values are text"),
        ({"data": {1: "a"}}, "keys are text"),
        ({"data": "a=>1"}, "not a dict"),
        ({"data": {"a\0": "b"}}, "NUL"),
        ({"host": "300.1.1.1"}, "Row.host"),
        ({"host": 5}, "no address"),
        ({"net": "10.0.0.1/8"}, "host bits"),
        ({"card": "08:00"}, "48 bits"),
        ({"span": "soon"}, "Row.span"),
        ({"mood": "angry"}, "Row.mood"),
    ],
)
def test_wrong_values_name_their_field(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message) as caught:
        Thing(**options)
    assert next(iter(options)) in str(caught.value)


def test_lookups_that_do_not_fit(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        wrong: list[dict[str, Any]] = [
            {"data__icontains": "x"},
            {"host__icontains": "x"},
            {"span__contains": "x"},
            {"data__has_key": None},
        ]
        for condition in wrong:
            with pytest.raises(FieldError):
                await Thing.filter(**condition)
        for condition in ({"data__has_keys": "ab"}, {"host__net_contains": "nowhere"}, {"data__contains": ["a"]}):
            with pytest.raises(ValidationError, match=next(iter(condition))):
                await Thing.filter(**condition)

    run(url, body, Thing, before=EXTENSIONS)


# -- enumerations


def test_enumerations_are_created_once(url: str) -> None:
    class One(Model):
        mood: Any = types.PostgresEnumField(Mood, default=Mood.sad)

    class Two(Model):
        mood: Any = types.PostgresEnumField(Mood, name="mood", null=True)
        moods: Any = ArrayField(types.PostgresEnumField(Mood), default=list)

    async def body(context: TortoiseContext) -> None:
        await context.generate_schemas()
        statements = schema_statements([One, Two], context.db().backend, False)  # type: ignore[arg-type]
        assert [sql for sql in statements if sql.startswith("CREATE TYPE")] == [
            "CREATE TYPE \"mood\" AS ENUM ('sad', E'it''s \"ok\"; \\\\ %', 'happy')"
        ]
        await One.create(mood="happy")
        await Two.create(moods=[Mood.ok, Mood.sad])
        assert await Two.filter(moods__contains=[Mood.ok]).count() == 1
        found = await context.db().execute_query_dict("SELECT enumlabel FROM pg_enum ORDER BY enumsortorder")
        assert [row["enumlabel"] for row in found] == [mood.value for mood in Mood]

    run(url, body, One, Two)


def test_enumerations_of_one_name_agree(url: str) -> None:
    other = Enum("Mood", {"glad": "glad"})  # type: ignore[misc]  # of the same name

    class One(Model):
        mood: Any = types.PostgresEnumField(Mood)

    class Two(Model):
        mood: Any = types.PostgresEnumField(other)

    async def body(context: TortoiseContext) -> None:
        with pytest.raises(ConfigurationError, match="glad"):
            schema_statements([One, Two], context.db().backend, False)  # type: ignore[arg-type]

    run(url, body)


def test_labels_can_be_added(url: str) -> None:
    from tortoise_core.ast.types import Enumeration
    from tortoise_core.migrations.operations import AddEnumValue

    class One(Model):
        mood: Any = types.PostgresEnumField(Mood)

    async def body(context: TortoiseContext) -> None:
        backend: Any = context.db().backend
        compiler = backend.dialect.ddl_compiler(backend.capabilities, backend.dialect.types)
        old = Enumeration("mood", tuple([mood.value for mood in Mood]))
        for label, after in (("first", None), ("last", "happy"), ("first", None)):
            for node in AddEnumValue(old, label, after).nodes(backend.capabilities, True):
                for sql in compiler.compile(node):
                    await context.db().execute_script(sql)
        rows = await context.db().execute_query_dict("SELECT enumlabel FROM pg_enum ORDER BY enumsortorder")
        labels = [row["enumlabel"] for row in rows]
        assert (labels[0], labels[-1], len(labels)) == ("first", "last", 5)

    run(url, body, One)


@pytest.mark.parametrize("labels", [{"a": ""}, {"a": "x" * 64}, {"a": 1, "b": "1"}, {}])
def test_values_that_cannot_be_labels(labels: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="Odd"):
        types.PostgresEnumField(Enum("Odd", labels))  # type: ignore[misc]  # made for the case


def test_other_dialects_refuse_them() -> None:
    from tortoise_core.plugins.manager import plugins
    from tortoise_testkit.recording import Recorder, recording

    if "sqlite" not in plugins.installed_dialects():
        pytest.skip("no other dialect is installed")

    class One(Model):
        mood: Any = types.PostgresEnumField(Mood)

    import asyncio

    from tortoise_testkit.harness import module_of

    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, plugins.dialect("sqlite"), {"models": [module_of(One)]}) as context:
            with pytest.raises(UnSupportedError, match="Enumeration"):
                await context.generate_schemas()
            with pytest.raises(UnSupportedError, match="Enumeration"):
                await One.create(mood=Mood.ok)
        assert recorder.statements == []

    asyncio.run(main())


# -- extensions


def test_a_missing_extension_is_named(url: str) -> None:
    class Row(Model):
        data = types.HStoreField()

    async def body(context: TortoiseContext) -> None:
        from tortoise_testkit.harness import module_of

        async with TortoiseContext() as other:
            await other.init(db_url=url, modules={"models": [module_of(Row)]})
            await other.db().execute_script("DROP EXTENSION IF EXISTS hstore CASCADE")
            with pytest.raises(OperationalError, match=r'Row\.data.*CREATE EXTENSION IF NOT EXISTS "hstore"') as caught:
                await other.generate_schemas()
            assert caught.value.__cause__ is not None
            connection = other.db()
            for _ in range(2):
                await ensure_extension(connection, "hstore")
            await other.generate_schemas()
            assert (await Row.create(data={"a": "b"})).data == {"a": "b"}

    run(url, body)


def test_an_extension_that_is_not_there(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        with pytest.raises(OperationalError, match="no such thing"):
            await ensure_extension(context.db(), 'no such thing"; --')

    run(url, body)
