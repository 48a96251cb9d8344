"""Hooks around connections, statements and lookups."""

from __future__ import annotations

import logging
from typing import Any, Optional

import pytest
from unit_models import Event, Team

from tortoise_core.ast import predicates as pr
from tortoise_core.base.errors import ErrorKind, FieldError, IntegrityError, OperationalError
from tortoise_core.base.log import db_client_logger
from tortoise_core.plugins.manager import hookimpl
from tortoise_core.query import lookups
from tortoise_testkit.recording import RecordedError, Recorder


class Listening:
    """Keeps what it is told of each finished statement."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float, Optional[BaseException]]] = []
        self.aliases: list[str] = []

    @hookimpl
    def tortoise_statement_listener(self, alias: str) -> Any:
        self.aliases.append(alias)
        return lambda sql, seconds, error: self.told.append((sql, seconds, error))


def test_listeners_hear_of_every_statement(plugin: Any, recorder: Recorder, run: Any) -> None:
    listening = Listening()
    plugin(listening)

    async def test(context: Any) -> None:
        await Team.filter(name="a")
        team = await Team.create(name="b")
        await Team.bulk_create([Team(name="c")])
        await team.delete()
        await context.db().execute_query("SELECT 1")

    run(test)
    assert [sql for sql, _, _ in listening.told] == recorder.statements
    assert all(0 <= seconds < 5 and error is None for _, seconds, error in listening.told)
    assert listening.aliases == ["default"]


def test_listeners_hear_of_failures(plugin: Any, recorder: Recorder, run: Any) -> None:
    listening = Listening()
    plugin(listening)

    async def test(context: Any) -> None:
        recorder.answer(RecordedError(ErrorKind.INTEGRITY, "twice"))
        with pytest.raises(IntegrityError, match="twice"):
            await Team.create(name="b")

    run(test)
    ((_, _, error),) = listening.told
    assert isinstance(error, RecordedError)


def test_the_logger_shows_statements_at_debug(
    caplog: pytest.LogCaptureFixture, recorder: Recorder, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_client_logger, "propagate", True)

    async def test(context: Any) -> None:
        await Team.filter(name="a")

    with caplog.at_level(logging.DEBUG, logger=db_client_logger.name):
        run(test)
    assert recorder.statements[0] in caplog.text


class Opening:
    """Prepares each session by a statement of its own."""

    @hookimpl
    def tortoise_connection_opened(self, session: Any, backend: Any, alias: str) -> Any:
        return session.script(f"SET name = '{alias} of {backend.dialect.name}'")


def test_what_a_plugin_returns_is_awaited_before_first_use(plugin: Any, recorder: Recorder, run: Any) -> None:
    plugin(Opening())

    async def test(context: Any) -> None:
        await Team.all()
        await Team.all()

    run(test)
    assert recorder.statements[0] == "SET name = 'default of standard'"
    assert recorder.calls.count("script") == 1


def test_a_plugin_brings_lookups(plugin: Any, recorder: Recorder, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lookups:
        @hookimpl
        def tortoise_register_lookups(self) -> Any:
            def outside(term: Any, operand: Any) -> Any:
                return pr.Not(lookups.between(term, operand))

            return {"outside": outside}

    monkeypatch.setattr(lookups, "LOOKUPS", dict(lookups.LOOKUPS))
    monkeypatch.setattr(lookups, "_asked", 0)
    plugin(Lookups())

    async def test(context: Any) -> None:
        await Event.filter(level__outside=(1, 5))

    run(test)
    assert recorder.statements[0].endswith('WHERE NOT ("level" BETWEEN CAST(? AS BIGINT) AND CAST(? AS BIGINT))')
    assert recorder.sent[0].params == (1, 5)


def test_an_unknown_lookup_says_what_there_is(run: Any) -> None:
    async def test(context: Any) -> None:
        with pytest.raises(FieldError, match="icontains"):
            await Event.filter(name__icontain="x")

    run(test)


@pytest.mark.parametrize("kind", ErrorKind)
def test_only_tortoise_errors_come_out(kind: ErrorKind, recorder: Recorder, run: Any) -> None:
    async def test(context: Any) -> None:
        recorder.answer(RecordedError(kind))
        with pytest.raises(Exception) as caught:
            await Team.all()
        assert caught.value.kind is kind  # type: ignore[attr-defined]  # every Tortoise error has one
        assert isinstance(caught.value.__cause__, RecordedError)
        assert await Team.all() == []  # the pool is none the worse for it

    run(test)


def test_a_row_that_cannot_be_read_names_its_column(recorder: Recorder, run: Any) -> None:
    async def test(context: Any) -> None:
        recorder.answer([(1, "a", None, True, None, "{not json", None, 1)])
        with pytest.raises(OperationalError, match=r"Event\.data"):
            await Event.all()

    run(test)
