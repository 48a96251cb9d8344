"""Each step of a query: requests that differ never share a statement, and those of one shape find one."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from unit_models import Event, Team

from tortoise_core.query.calls import Function
from tortoise_core.query.expressions import F
from tortoise_core.query.ordered_aggregates import Mode, PercentileCont, PercentileDisc, StringAgg
from tortoise_core.query.q import Q
from tortoise_core.query.subquery import OuterRef, RawSQL, Subquery
from tortoise_core.query.text_functions import Coalesce, Concat, Lower, Upper
from tortoise_testkit.recording import Recorder


class Own(Function):
    database_func = "OWN"


LOCKS = {"row_locks": True, "no_key_locks": True, "share_locks": True}
RETURNING = {"update_returning": True, "delete_returning": True}
#: none of these may find the statement of another
DIFFERENT: list[Callable[[], Any]] = [
    lambda: Event.all(),
    lambda: Event.all().only("name"),
    lambda: Event.all().only("id"),
    lambda: Event.all().only("name", "id"),
    lambda: Event.all().only("team__name"),
    lambda: Event.annotate(x=Upper("name")),
    lambda: Event.annotate(x=Lower("name")),
    lambda: Event.annotate(x=Own("name")),
    lambda: Event.annotate(x=Coalesce("name", "a")),
    lambda: Event.annotate(x=Concat("name", "a")),
    lambda: Event.annotate(x=Concat("name", F("name"))),
    lambda: Event.annotate(x=RawSQL("1")),
    lambda: Event.annotate(x=RawSQL("2")),
    lambda: Event.annotate(x=RawSQL(":a", {"a": 1})),
    lambda: Event.annotate(x=RawSQL(":a", {"a": "text"})),
    lambda: Event.annotate(x=Subquery(Team.all().limit(1).values("name"))),
    lambda: Event.annotate(x=Subquery(Team.all().limit(1).values("id"))),
    lambda: Event.annotate(x=Subquery(Event.all().limit(1).values("name"))),
    lambda: Event.annotate(x=Subquery(Team.filter(id=OuterRef("team_id")).values("name"))),
    lambda: Event.annotate(x=Subquery(Team.filter(id=OuterRef("id")).values("name"))),
    lambda: Event.filter(id__in=Subquery(Event.all())),
    lambda: Event.filter(id__in=Event.filter(name="a")),
    lambda: Event.filter(id__in=[1]),
    lambda: Event.all().union(Event.all()),
    lambda: Event.all().union(Event.all(), all=True),
    lambda: Event.all().union(Event.all(), Event.all()),
    lambda: Event.all().union(Event.all()).order_by("name"),
    lambda: Event.all().union(Event.all()).limit(1),
    lambda: Event.all().union(Event.all()).count(),
    lambda: Event.filter(name="a").union(Event.all()),
    lambda: Event.all().union(Event.filter(name="a")),
    lambda: Event.all().select_for_update(),
    lambda: Event.all().select_for_update(nowait=True),
    lambda: Event.all().select_for_update(skip_locked=True),
    lambda: Event.all().select_for_update(no_key=True),
    lambda: Event.all().distinct(),
    lambda: Event.all().distinct("name").order_by("name"),
    lambda: Event.all().distinct("level").order_by("level"),
    lambda: Event.all().distinct("level", "name").order_by("level", "name"),
    lambda: Event.all().order_by("name"),
    lambda: Event.all().order_by("-name"),
    lambda: Event.all().order_by(F("name").asc(nulls_first=True)),
    lambda: Event.all().order_by(F("name").asc(nulls_last=True)),
    lambda: Event.all().order_by(F("name").desc(nulls_last=True)),
    lambda: Event.all().order_by(Upper("name")),
    lambda: Event.all().order_by(Lower("name").desc()),
    lambda: Event.annotate(x=StringAgg("name")),
    lambda: Event.annotate(x=StringAgg("name", distinct=True)),
    lambda: Event.annotate(x=StringAgg("name", order_by="name")),
    lambda: Event.annotate(x=StringAgg("name", order_by="-name")),
    lambda: Event.annotate(x=StringAgg("name", order_by="level")),
    lambda: Event.annotate(x=StringAgg("name", order_by=F("level").asc(nulls_last=True))),
    lambda: Event.annotate(x=StringAgg("name", _filter=Q(level=1))),
    lambda: Event.annotate(x=PercentileCont("level", 0.5)),
    lambda: Event.annotate(x=PercentileDisc("level", 0.5)),
    lambda: Event.annotate(x=Mode("level")),
    lambda: Event.filter(id=1).update(level=1),
    lambda: Event.filter(id=1).update(level=1).returning(),
    lambda: Event.filter(id=1).update(level=1).returning("id"),
    lambda: Event.filter(id=1).update(level=1).returning("id", "name"),
    lambda: Event.filter(id=1).delete(),
    lambda: Event.filter(id=1).delete().returning(),
    lambda: Event.filter(id=1).delete().returning("id"),
    lambda: Event.all().select_for_update(skip_locked=True).delete(),
    lambda: Event.all().select_for_share(),
    lambda: Event.all().select_for_share(key_only=True),
    lambda: Event.filter(team__name="a").select_for_update(of=("team",)),
    lambda: Event.filter(team__name="a").select_for_update(of=("event",)),
]
#: pairs that differ in values alone
ALIKE: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (lambda v: Event.annotate(x=Coalesce("name", v)), "a", "b"),
    (lambda v: Event.annotate(x=Concat("name", v, "x")), "a", "b"),
    (lambda v: Event.annotate(x=RawSQL(":a", {"a": v})), 1, 2),
    (lambda v: Event.filter(id__in=Subquery(Event.filter(name=v).limit(2))), "a", "b"),
    (lambda v: Event.filter(id__in=Event.filter(name=v)), "a", "b"),
    (lambda v: Event.filter(name=v).union(Event.filter(name="c")).limit(3), "a", "b"),
    (lambda v: Event.all().union(Event.all()).offset(v), 1, 2),
    (lambda v: Event.filter(name=v).only("name"), "a", "b"),
    (lambda v: Event.filter(name=v).select_for_update(), "a", "b"),
    (lambda v: Event.annotate(x=StringAgg("name", v, order_by=F("level") + 1)), "a", "b"),
    (lambda v: Event.annotate(x=StringAgg("name", _filter=Q(level=v), order_by=F("level") + 1)), 1, 2),
    (lambda v: Event.annotate(x=PercentileCont("level", v)), 0.25, 0.5),
    (lambda v: Event.all().order_by((F("level") * v).desc(nulls_last=True), F("level") + v), 1, 2),
    (lambda v: Event.filter(id=v).update(level=v).returning("id"), 1, 2),
]


def _statements(query: Any) -> tuple[str, tuple[Any, ...]]:
    return query.sql_and_params()  # type: ignore[no-any-return]  # as declared


def test_different_requests_have_different_statements(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        backend = context.connections.connection("default").offline_backend
        seen: dict[str, int] = {}
        for at, make in enumerate(DIFFERENT):
            text, _ = _statements(make())
            assert text not in seen, (at, seen[text], text)
            seen[text] = at
        assert len(backend.statements.entries) >= len(DIFFERENT)
        # found again, each is its own
        for text, at in seen.items():
            assert _statements(DIFFERENT[at]())[0] == text

    run(test, **LOCKS, **RETURNING, list_placeholders=8)


@pytest.mark.parametrize("number", range(len(ALIKE)))
def test_requests_of_one_shape_share_a_statement(run: Any, recorder: Recorder, number: int) -> None:
    make, one, other = ALIKE[number]

    async def test(context: Any) -> None:
        backend = context.connections.connection("default").offline_backend
        first = _statements(make(one))
        kept = len(backend.statements.entries)
        second = _statements(make(other))
        assert len(backend.statements.entries) == kept
        assert first[0] == second[0]
        assert first[1] != second[1]

    run(test, row_locks=True, **RETURNING)
