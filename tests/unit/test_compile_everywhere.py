"""Statements of every installed dialect, compiled without a server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from typing import Any, Callable

import pytest
import unit_models
from unit_models import Event, Tag, Team

from tortoise_core.ast import select as se
from tortoise_core.ast import writes as wr
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_core.plugins.manager import plugins
from tortoise_core.query.expressions import Case, F, Value, When
from tortoise_core.query.functions import Aggregate, Avg, Count, Sum
from tortoise_core.query.q import Q
from tortoise_testkit.recording import Recorder, recording, recording_driver
from tortoise_testkit.standard import standard_dialect


def dialects() -> dict[str, tuple[Any, Any]]:
    """Standard SQL in each parameter style, and each installed dialect through its own driver."""
    found: dict[str, tuple[Any, Any]] = {}
    for style in ("qmark", "numeric_dollar", "format"):
        found[f"standard, {style}"] = (standard_dialect(), recording_driver(Recorder(), (1,), style))
    for scheme in plugins.schemes():
        if not scheme.startswith("recording"):
            found[scheme] = plugins.driver(scheme)
    return found


EVERYWHERE = dialects()
each_dialect = pytest.mark.parametrize(("dialect", "driver"), EVERYWHERE.values(), ids=EVERYWHERE)
PLACEHOLDER = {"qmark": r"\?", "numeric_dollar": r"\$\d+", "format": "%s"}

QUERIES: dict[str, Callable[[], Any]] = {
    "lookups": lambda: Event.filter(name__contains="n-1", level__range=(1, 2), id__in=[3, 4, 5], name__not="n-2"),
    "conditions": lambda: Event.filter(Q(Q(level=1) | ~Q(name="n-1"), team__name__iexact="n-2")),
    "joins": lambda: Event.filter(tags__label__startswith="n-1", team__name="n-2").order_by("team__name", "-id"),
    "slices": lambda: Event.filter(level__gt=1).order_by("id").limit(5).offset(6),
    "offset alone": lambda: Event.all().offset(7),
    "related": lambda: Event.all().select_related("team").annotate(n=Count("tags")).filter(n__gte=3),
    "groups": lambda: Event.annotate(
        kind=Case(When(name__startswith="n-1", then="n-2"), default="n-3"), n=Count("id", _filter=Q(level__lt=4))
    ).group_by("kind").values("kind", "n"),
    "arithmetic": lambda: Event.annotate(x=(F("level") + 5) * F("id") - 6).filter(x__gt=F("id")).values_list("x"),
    "sums": lambda: Event.annotate(s=Sum("price"), a=Avg("level")).values("s", "a"),
    "count of a slice": lambda: Event.filter(level=8).limit(9).count(),
    "exists": lambda: Event.filter(open=True).exists(),
    "update": lambda: Event.filter(team__name="n-1").update(level=F("level") + 2, name="n-3"),
    "delete": lambda: Event.filter(id__in=[1, 2]).limit(3).delete(),
}  # fmt: skip


def in_context(dialect: Any, driver: Any, test: Callable[[Any], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with recording(Recorder(), dialect, {"units": [unit_models]}, like=driver) as context:
            return await test(context)

    return asyncio.run(main())


@each_dialect
@pytest.mark.parametrize("name", QUERIES)
def test_as_many_parameters_as_placeholders(name: str, dialect: Any, driver: Any) -> None:
    async def test(context: Any) -> Any:
        return QUERIES[name]().sql_and_params()

    sql, params = in_context(dialect, driver, test)
    found = re.findall(PLACEHOLDER[driver.paramstyle], re.sub(r"'[^']*'", "", sql))
    assert len(found) == len(params), (sql, params)
    if driver.paramstyle == "numeric_dollar":
        assert found == [f"${number}" for number in range(1, len(params) + 1)]


@each_dialect
def test_limit_and_offset_come_last_and_in_the_order_of_the_text(dialect: Any, driver: Any) -> None:
    async def test(context: Any) -> Any:
        return Event.filter(level=77).order_by("id").limit(5).offset(6).sql_and_params()

    sql, params = in_context(dialect, driver, test)
    limit_first = sql.index("LIMIT" if "LIMIT" in sql else "FETCH") < sql.index("OFFSET")
    assert list(params) == ([77, 5, 6] if limit_first else [77, 6, 5])


@each_dialect
def test_names_are_delimited_and_cannot_end_their_quotes(dialect: Any, driver: Any) -> None:
    capabilities = dialect.capabilities(dialect.newest)
    compiler = dialect.compiler(capabilities, dialect.types, driver.paramstyle)
    table = se.Table('we"ird`]', None, 'we"ird`]')
    text = compiler.compile(wr.Delete(table, None)).sql
    assert 'we""ird`]' in text or "we``ird" in text or "]]" in text


@each_dialect
def test_a_schema_for_every_model(dialect: Any, driver: Any) -> None:
    async def test(context: Any) -> Any:
        backend = context.connections.connection("default").offline_backend
        return schema_statements([Team, Tag, Event], backend, True)

    statements = in_context(dialect, driver, test)
    creates = [sql for sql in statements if sql.startswith("CREATE TABLE")]
    assert len(creates) == 4  # three models and the table of links
    text = "\n".join(statements)
    assert text.count("REFERENCES") == 3
    assert text.index('"team"') < text.index('"event"')


def test_a_dialect_without_lists_refuses_long_ones_by_name(run: Any) -> None:
    async def test(context: Any) -> None:
        with pytest.raises(UnSupportedError, match="a list bound as one parameter is not supported by standard 2016"):
            Event.filter(id__in=list(range(100))).sql()

    run(test)


def test_what_a_server_lacks_depends_on_its_version(run: Any) -> None:
    """Aggregates with a condition are written as CASE where FILTER is not known."""

    async def test(context: Any) -> Any:
        return Event.annotate(n=Count("id", _filter=Q(level=3))).values("n").sql()

    assert "FILTER (WHERE" in run(test)
    old = run(test, aggregate_filter=False)
    assert "FILTER" not in old and "CASE WHEN" in old


class Joined(Aggregate):
    """An aggregate of several arguments."""

    database_func = "STRING_AGG"


def test_without_filter_the_first_of_several_arguments_is_left_out(run: Any) -> None:
    async def test(context: Any) -> Any:
        return Event.annotate(n=Joined("name", Value(","), _filter=Q(level=3))).values("n").sql()

    assert re.search(r"STRING_AGG\(CASE WHEN .* THEN \"name\" ELSE NULL END, CAST", run(test, aggregate_filter=False))
