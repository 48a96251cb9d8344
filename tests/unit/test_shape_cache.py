"""A query seen before is found by its shape: compiled once, bound anew."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from unit_models import Event, Team

from tortoise_core.base.errors import FieldError, ParamsError
from tortoise_core.dialect.statements import Backend, StatementCache
from tortoise_core.query.expressions import F
from tortoise_core.query.functions import Count
from tortoise_core.query.q import Q
from tortoise_testkit.recording import Recorder


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The trees that were compiled, counted where every statement passes through."""
    seen: list[Any] = []
    original = Backend.compile

    def compile_and_count(self: Backend, node: Any) -> Any:
        seen.append(node)
        return original(self, node)

    monkeypatch.setattr(Backend, "compile", compile_and_count)
    yield seen


#: what is asked twice -> do both compile to one statement
SAME = {
    "other values": (lambda: Event.filter(name="a", level__gt=1), lambda: Event.filter(name="b", level__gt=20)),
    "other limit and offset": (lambda: Event.all().limit(1).offset(2), lambda: Event.all().limit(30).offset(40)),
    "other Q values": (lambda: Event.filter(Q(name="a") | Q(level=1)), lambda: Event.filter(Q(name="b") | Q(level=2))),
    "other F constants": (lambda: Event.filter(level__gt=F("id") + 1), lambda: Event.filter(level__gt=F("id") + 2)),
    "list lengths of one width": (lambda: Event.filter(id__in=[1, 2, 3]), lambda: Event.filter(id__in=[9, 8, 7, 6])),
    "get twice": (lambda: Event.filter(name="a").first(), lambda: Event.filter(name="b").first()),
}
DIFFERENT = {
    "other field": (lambda: Event.filter(name="a"), lambda: Event.filter(level=1)),
    "other lookup": (lambda: Event.filter(level__gt=1), lambda: Event.filter(level__gte=1)),
    "None": (lambda: Event.filter(level=None), lambda: Event.filter(level=1)),
    "None and False": (lambda: Event.filter(level=None), lambda: Event.filter(level=False)),
    "True and False": (lambda: Event.filter(level__isnull=True), lambda: Event.filter(level__isnull=False)),
    "True and 1": (lambda: Event.filter(open=True), lambda: Event.filter(open=1)),
    "None in a list": (lambda: Event.filter(level__in=[1, 2]), lambda: Event.filter(level__in=[1, 2, None])),
    "list widths": (lambda: Event.filter(id__in=[1, 2]), lambda: Event.filter(id__in=[1, 2, 3])),
    "limit or not": (lambda: Event.all(), lambda: Event.all().limit(3)),
    "limit and offset": (lambda: Event.all().limit(3), lambda: Event.all().offset(3)),
    "order": (lambda: Event.all().order_by("id"), lambda: Event.all().order_by("-id")),
    "distinct": (lambda: Event.all(), lambda: Event.all().distinct()),
    "two models": (lambda: Event.filter(name="a"), lambda: Team.filter(name="a")),
    "filter and exclude": (lambda: Event.filter(name="a"), lambda: Event.exclude(name="a")),
    "AND and OR": (lambda: Event.filter(Q(id=1) & Q(level=1)), lambda: Event.filter(Q(id=1) | Q(level=1))),
    "negated": (lambda: Event.filter(Q(id=1)), lambda: Event.filter(~Q(id=1))),
    "grouping of Q": (
        lambda: Event.filter(Q(Q(id=1), Q(Q(level=1), Q(name="a"), join_type="OR"))),
        lambda: Event.filter(Q(Q(Q(id=1), Q(level=1), join_type="OR"), Q(name="a"))),
    ),
    "arithmetic": (lambda: Event.filter(level=F("id") + 1), lambda: Event.filter(level=F("id") - 1)),
    "annotation": (lambda: Event.annotate(n=Count("tags")), lambda: Event.annotate(n=Count("tags", distinct=True))),
    "rows and count": (lambda: Event.filter(name="a"), lambda: Event.filter(name="a").count()),
    "values": (lambda: Event.all().values("id"), lambda: Event.all().values("name")),
    "dicts and tuples": (lambda: Event.all().values("id"), lambda: Event.all().values_list("id")),
    "select_related": (lambda: Event.all(), lambda: Event.all().select_related("team")),
}


async def _quietly(query: Any) -> None:
    await query


@pytest.mark.parametrize("name", SAME)
def test_one_shape_is_compiled_once(name: str, run: Any, compiled: list[Any]) -> None:
    async def test(context: Any) -> None:
        first, second = SAME[name]
        await _quietly(first())
        assert len(compiled) == 1
        await _quietly(second())
        await _quietly(first())

    run(test)
    assert len(compiled) == 1


@pytest.mark.parametrize("name", DIFFERENT)
def test_two_shapes_are_two_statements(name: str, run: Any, compiled: list[Any], recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        for query in DIFFERENT[name]:
            recorder.answer([(0,)] if "count" in str(type(query())).lower() else [])
            await _quietly(query())

    run(test)
    assert len(compiled) == 2
    assert len(set(recorder.statements)) == 2 or name in ("True and 1", "dicts and tuples")


def test_values_are_bound_anew(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        for name, limit in (("a", 1), ("b", 2)):
            await Event.filter(name=name).limit(limit)

    run(test)
    assert [sent.params for sent in recorder.sent if sent.call == "fetch"] == [("a", 1), ("b", 2)]
    assert len(set(recorder.statements)) == 1


def test_short_lists_repeat_their_last_item(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        await Event.filter(id__in=[5, 6, 7], name="x")

    run(test)
    assert recorder.sent[0].params == (5, 6, 7, 7, "x")


def test_a_generator_is_read_once_and_a_query_can_run_twice(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        query = Event.filter(id__in=(n for n in (1, 2)))
        await query
        await query

    run(test)
    assert [sent.params for sent in recorder.sent if sent.call == "fetch"] == [(1, 2), (1, 2)]


def test_a_chain_never_changes_what_it_grew_from(run: Any) -> None:
    async def test(context: Any) -> None:
        base = Event.filter(name="a")
        before = base.sql()
        base.filter(level=1).order_by("-id").limit(3)
        assert base.sql() == before

    run(test)


def test_writes_share_statements_too(run: Any, compiled: list[Any]) -> None:
    async def test(context: Any) -> None:
        for number in range(3):
            team = await Team.create(name=f"team {number}")
            team.name = f"renamed {number}"
            await team.save()
            await team.delete()
            await Team.filter(id=number).update(name=f"n{number}")
            await Team.filter(id=number).delete()

    run(test)
    # insert and its bulk form, update and delete of an instance, update and delete of a query
    assert len(compiled) == 6


def test_backends_do_not_share_statements(run: Any, recorder: Recorder, compiled: list[Any]) -> None:
    async def test(context: Any) -> None:
        await Event.filter(name="a")

    run(test)
    run(test)  # a recording driver of its own
    assert len(compiled) == 2


def test_the_cache_is_bounded_and_keeps_what_is_new() -> None:
    cache: StatementCache[int] = StatementCache(limit=8)
    for number in range(100):
        cache.put(number, number)
        assert len(cache.entries) <= 8
        assert cache.get(number) == number
    assert cache.get(99) == 99 and cache.get(0) is None


def test_a_query_outlives_its_statement(run: Any, recorder: Recorder, compiled: list[Any]) -> None:
    async def test(context: Any) -> None:
        connection = context.connections.connection("default")
        await connection.ready()
        connection.backend.statements.limit = 4
        query = Team.filter(name="a")
        await query
        for number in range(20):
            await Team.filter(Q(**{"id__gt": 1, "id__lt": 5})).limit(1).order_by(*["id"] * (number + 1))
        await query

    run(test)
    assert len(compiled) > 20
    texts = [sql for sql in recorder.statements if "ORDER BY" not in sql]
    assert len(texts) == 2 and len(set(texts)) == 1


class Unhashable(F):
    """An expression that cannot state its shape."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.shape = ["a", "list"]  # type: ignore[assignment]  # what the test is about


def test_what_cannot_state_its_shape_is_built_each_time(run: Any, recorder: Recorder, compiled: list[Any]) -> None:
    async def test(context: Any) -> None:
        for _ in range(2):
            await Event.filter(level=Unhashable("id"))

    run(test)
    assert len(compiled) == 2
    assert len(set(recorder.statements)) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Event.all().limit(-1),
        lambda: Event.all().offset(True),
        lambda: Event.all().limit("3"),
    ],
)
def test_sizes_are_whole_numbers(make: Callable[[], Any]) -> None:
    with pytest.raises(ParamsError):
        make()


@pytest.mark.parametrize("value", ["text", b"bytes", 5])
def test_in_takes_a_list(value: Any) -> None:
    with pytest.raises(FieldError):
        Event.filter(id__in=value)


def test_sql_needs_no_connection(recorder: Recorder, run: Any) -> None:
    async def test(context: Any) -> None:
        text, params = Event.filter(name__contains="50%").sql_and_params()
        assert "LIKE" in text and params == ("%50!%%",)
        await asyncio.sleep(0)

    run(test)
    assert recorder.sessions == 0
