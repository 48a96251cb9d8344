"""A rewriter sees every kind of statement, and what it adds is never frozen into a shared one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Hashable
from typing import Any, Callable

import pytest
from unit_models import Event, Tag, Team

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import writes as wr
from tortoise_core.ast.types import Integer
from tortoise_core.ast.visit import rewrite
from tortoise_core.plugins.manager import hookimpl
from tortoise_core.query.functions import Count
from tortoise_testkit.recording import Recorder


class Tenants:
    """A plugin that lets each statement touch the rows of one tenant only: the one in `current`."""

    def __init__(self) -> None:
        self.current = 1
        self.token: Hashable = "on"
        self.seen: list[ex.Node] = []

    @hookimpl
    def tortoise_query_rewriter(self, backend: Any) -> Any:
        return self

    def shape_token(self) -> Hashable:
        return self.token

    def rewrite(self, node: ex.Node) -> ex.Node:
        self.seen.append(node)
        return rewrite(node, self._guard) if self.token == "on" else node

    def _tenant(self) -> ex.Param:
        return ex.Param(ex.LateParam(lambda: self.current), Integer(), None, False)

    def _guard(self, node: ex.Node) -> ex.Node:
        if isinstance(node, se.Select) and isinstance(node.source, se.Table):
            where = self._only_ours(node.source.alias, node.where)
            rest = [getattr(node, name) for name in ("group_by", "having", "order_by", "limit", "offset", "distinct")]
            return se.Select(node.outputs, node.source, node.joins, where, *rest)
        if isinstance(node, wr.Update):
            return wr.Update(node.table, node.assignments, self._only_ours(node.table.alias, node.where), node.source)
        if isinstance(node, wr.Delete):
            return wr.Delete(node.table, self._only_ours(node.table.alias, node.where))
        if isinstance(node, wr.Insert):
            rows = tuple([(*row, self._tenant()) for row in node.rows])
            return wr.Insert(node.table, (*node.columns, "tenant"), rows, node.returning, node.conflict)
        return node

    def _only_ours(self, alias: str, where: Any) -> ex.Predicate:
        ours = pr.Compare("=", ex.Column(alias, "tenant", Integer()), self._tenant())
        return ours if where is None else pr.And((ours, where))


@pytest.fixture
def tenants(plugin: Callable[[Any], None]) -> Tenants:
    tenants = Tenants()
    plugin(tenants)
    return tenants


def _event(**values: Any) -> Event:
    return Event(**{"id": 7, "name": "seven", "team_id": 1, **values})


async def _saved() -> Event:
    """An event as if it were stored."""
    event = _event()
    await event.save(force_create=True)
    return event


async def _save_changed() -> None:
    event = await _saved()
    event.name = "changed"
    await event.save()


async def _save_expression() -> None:
    from tortoise_core.query.expressions import F

    event = await _saved()
    event.level = F("level") + 1  # type: ignore[assignment]  # stored by the server
    await event.save()


async def _prefetch(recorder: Recorder, path: str, rows: list[Any]) -> None:
    recorder.answer([(7, "seven", None, True, None, None, None, 1)], rows)
    await Event.all().prefetch_related(path)


async def _add_tag() -> None:
    tag = Tag(id=3, label="x")
    await tag.save(force_create=True)
    await (await _saved()).tags.add(tag)


async def _clear_tags() -> None:
    await (await _saved()).tags.clear()


async def _quiet(query: Awaitable[Any]) -> None:
    await query


#: what is done -> (how, the kind of statement that it must come to)
KINDS: dict[str, tuple[Callable[[Recorder], Awaitable[Any]], str]] = {
    "select": (lambda r: _quiet(Event.filter(name="a")), "SELECT"),
    "join": (lambda r: _quiet(Event.filter(team__name="a")), "SELECT"),
    "values": (lambda r: _quiet(Event.all().values("id")), "SELECT"),
    "group": (lambda r: _quiet(Event.annotate(n=Count("id")).group_by("name").values("name", "n")), "SELECT"),
    "count": (lambda r: _count(r), "SELECT"),
    "exists": (lambda r: _quiet(Event.exists(id=1)), "SELECT"),
    "first": (lambda r: _quiet(Event.first()), "SELECT"),
    "update": (lambda r: _quiet(Event.filter(id=1).update(name="b")), "UPDATE"),
    "update through keys": (lambda r: _quiet(Event.filter(team__name="a").update(name="b")), "UPDATE"),
    "delete": (lambda r: _quiet(Event.filter(id=1).delete()), "DELETE"),
    "insert": (lambda r: _saved(), "INSERT"),
    "insert, key generated": (lambda r: _quiet(Team.create(name="x")), "INSERT"),
    "bulk insert": (lambda r: _quiet(Team.bulk_create([Team(name="x"), Team(name="y")])), "INSERT"),
    "bulk update": (lambda r: _quiet(Event.bulk_update([_event(), _event(id=8)], ["name"])), "UPDATE"),
    "save": (lambda r: _save_changed(), "UPDATE"),
    "save an expression": (lambda r: _save_expression_answered(r), "UPDATE"),
    "delete an instance": (lambda r: _delete_instance(), "DELETE"),
    "prefetch a foreign key": (lambda r: _prefetch(r, "team", [(1, "t")]), "SELECT"),
    "prefetch many to many": (lambda r: _prefetch(r, "tags", [(3, "x", 7)]), "SELECT"),
    "link": (lambda r: _add_tag(), "INSERT"),
    "unlink": (lambda r: _clear_tags(), "DELETE"),
}


async def _count(recorder: Recorder) -> None:
    recorder.answer([(4,)])
    assert await Event.filter(name="a").count() == 4


async def _save_expression_answered(recorder: Recorder) -> None:
    recorder.answer(1, 1, [(7, "seven", 5, True, None, None, None, 1)])
    await _save_expression()


async def _delete_instance() -> None:
    await (await _saved()).delete()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_statement_is_seen_and_bound_late(
    kind: str, tenants: Tenants, recorder: Recorder, run: Any
) -> None:
    do, verb = KINDS[kind]

    async def test(context: Any) -> None:
        found = []
        for tenant in (1, 2):
            tenants.current = 1000 + tenant
            recorder.clear()
            await do(recorder)
            assert all("tenant" in sql for sql in recorder.statements), recorder.statements
            found.append([sent for sent in recorder.sent if sent.sql.startswith(verb)])
        first, second = found
        assert first and [sent.sql for sent in first] == [sent.sql for sent in second]
        for before, after in zip(first, second):
            assert "1001" in str(before.params) and "1002" not in str(before.params)
            assert "1002" in str(after.params) and "1001" not in str(after.params)

    run(test)
    # what the second tenant did was found in the cache, so the rewriter was not asked again
    seen = len(tenants.seen)
    kinds = {type(node).__name__ for node in tenants.seen}
    assert verb.title() in kinds
    assert seen == len({id(node) for node in tenants.seen})


def test_a_statement_is_rewritten_once_per_shape(tenants: Tenants, run: Any) -> None:
    async def test(context: Any) -> None:
        for number in range(5):
            tenants.current = number
            await Event.filter(name=str(number))

    run(test)
    assert len(tenants.seen) == 1


def test_another_token_is_another_statement(tenants: Tenants, recorder: Recorder, run: Any) -> None:
    async def test(context: Any) -> None:
        for token in ("on", "off", "on"):
            tenants.token = token
            await Event.filter(name="a")
            team = await Team.create(name="x")
            team.name = "y"
            await team.save()
            await Team.bulk_create([Team(name="z")])

    run(test)
    each = len(recorder.statements) // 3
    on, off, again = (recorder.statements[at * each : (at + 1) * each] for at in range(3))
    assert on == again
    assert all("tenant" in sql for sql in on) and not any("tenant" in sql for sql in off)


class Appending:
    """Rewrites nothing, and says in which order it was asked."""

    def __init__(self, name: str, order: list[str]) -> None:
        self.name, self.order = name, order

    @hookimpl
    def tortoise_query_rewriter(self, backend: Any) -> Any:
        return self

    def shape_token(self) -> Hashable:
        return self.name

    def rewrite(self, node: ex.Node) -> ex.Node:
        self.order.append(self.name)
        return node


def test_rewriters_are_asked_in_the_order_of_registration(plugin: Any, recorder: Recorder, run: Any) -> None:
    order: list[str] = []
    for name in "abc":
        plugin(Appending(name, order))
    run(lambda context: _all_teams())
    assert order == ["a", "b", "c"]
    assert recorder.statements == ['SELECT "id", "name" FROM "team"']


async def _all_teams() -> None:
    await Team.all()
    await asyncio.sleep(0)


def test_a_plugin_may_decline(plugin: Any, recorder: Recorder, run: Any) -> None:
    class Declining:
        @hookimpl
        def tortoise_query_rewriter(self, backend: Any) -> Any:
            return None

    plugin(Declining())
    run(lambda context: _all_teams())
    assert recorder.statements == ['SELECT "id", "name" FROM "team"']
