"""COPY in and out: the values, the forms they come in, and what becomes of it where something goes wrong."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dialects.postgres import copy_models, error_models
from dialects.postgres.copy_models import Mood, Parcel
from dialects.postgres.stores import SCHEMES, Store, run
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres.copying import copy_from, copy_to
from tortoise.exceptions import (
    FieldError,
    OperationalError,
    ParamsError,
    TransactionManagementError,
    UniqueViolationError,
    UnSupportedError,
    ValidationError,
)
from tortoise.transactions import in_transaction
from tortoise_core.dialect.driver import Target
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


@pytest.fixture(params=SCHEMES)
def store(request: pytest.FixtureRequest, postgres_target: Target) -> Store:
    return Store(postgres_target, str(request.param))


@asynccontextmanager
async def opened(store: Store, **options: Any) -> AsyncIterator[TortoiseContext]:
    """The empty table; the pool has all its sessions at the end."""
    async with store.open(copy_models, **{"maxsize": 2, **options}) as context:
        await context.db().execute_script('DROP TABLE IF EXISTS "odd ""parcel"" $1" CASCADE')
        await context.generate_schemas()
        yield context
        await asyncio.gather(*(Parcel.all().count() for _ in range(4)))
        assert context.connections.connection("default").pool.stats().held == 0


FULL: dict[str, Any] = {
    "name": "a, \"b\" 'c' \\ \t ☃",
    "note": "two\nlines",
    "weight": Decimal("1234567.125"),
    "sent": dt.datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=dt.timezone.utc),
    "day": dt.date(1999, 12, 31),
    "took": dt.timedelta(days=-3, seconds=5, microseconds=7),
    "body": {"k": [1, None, "ü"], "q": "'$1'"},
    "tag": UUID("12345678-1234-5678-1234-567812345678"),
    "raw": bytes(range(256)),
    "share": 0.1 + 0.2,
    "mood": Mood.BAD,
    "codes": [1, -2, 3],
    "label": "$1",
}
EMPTY: dict[str, Any] = {"name": "", "note": ""}


def values_of(parcel: Parcel) -> dict[str, Any]:
    return {name: getattr(parcel, name) for name in FULL}


async def stored() -> list[dict[str, Any]]:
    return [values_of(parcel) for parcel in await Parcel.all().order_by("id")]


def expected(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [values_of(Parcel(**row)) for row in rows]


async def coming(*rows: Any) -> AsyncIterator[Any]:
    for row in rows:
        await asyncio.sleep(0)
        yield row


FORMS: dict[str, Any] = {
    "dicts": lambda: [FULL, EMPTY],
    "instances": lambda: [Parcel(**FULL), Parcel(**EMPTY)],
    "a generator": lambda: (row for row in (FULL, EMPTY)),
    "an async generator": lambda: coming(FULL, Parcel(**EMPTY)),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows(store: Store, form: str) -> None:
    async def main() -> None:
        async with opened(store):
            assert await copy_from(Parcel, FORMS[form]()) == 2
            assert await stored() == expected(FULL, EMPTY)
            assert await copy_from(Parcel, coming()) == 0

    run(main)


def test_rows_are_what_bulk_create_stores(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            await Parcel.bulk_create([Parcel(**FULL), Parcel(**EMPTY)])
            before = await Parcel.all().order_by("id").values_list()
            await Parcel.all().delete()
            rows = [{**FULL, "id": before[0][0]}, {**EMPTY, "id": before[1][0]}]
            await copy_from(Parcel, rows)
            assert await Parcel.all().order_by("id").values_list() == before

    run(main)


def test_sequences_of_the_values_of_some_fields(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            rows = [("a", 1), ["b", 2]]
            assert await copy_from(Parcel, rows, fields=["name", "id"]) == 2
            assert await Parcel.all().order_by("id").values_list("id", "name", "label") == [
                (1, "a", "plain"),
                (2, "b", "plain"),
            ]
            with pytest.raises(ParamsError, match="row 0 has 3 values for 2 fields"):
                await copy_from(Parcel, [(1, 2, 3)], fields=["name", "id"])

    run(main)


def test_many_rows(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            rows = ({"name": f"n{number}", "note": "x" * 50} for number in range(20_000))
            assert await copy_from(Parcel, rows) == 20_000
            assert await Parcel.all().count() == 20_000
            seen: list[bytes] = []
            assert await copy_to(Parcel.filter(note__startswith="x").values_list("name"), seen.append) == 20_000
            assert len(b"".join(seen).split()) == 20_000

    run(main)


@pytest.mark.parametrize("format", ["csv", "text", "binary"])
def test_there_and_back(store: Store, format: str) -> None:
    async def main() -> None:
        async with opened(store):
            await copy_from(Parcel, [FULL, EMPTY])
            sink = io.BytesIO()
            assert await copy_to(Parcel.all().order_by("id"), sink, format=format) == 2
            await Parcel.all().delete()
            assert await copy_from(Parcel, sink.getvalue(), format=format) == 2
            assert await stored() == expected(FULL, EMPTY)

    run(main)


def test_sinks_and_sources(store: Store, tmp_path: Path) -> None:
    async def main() -> None:
        async with opened(store):
            await copy_from(Parcel, [{"name": f"n{number}", "note": "y" * 100} for number in range(5000)])
            whole, parts, later = io.BytesIO(), [], []

            async def write_later(data: bytes) -> None:
                await asyncio.sleep(0)
                later.append(data)

            query = Parcel.all().order_by("id").values_list("id", "name", "note")
            path = tmp_path / "parcels.csv"
            for sink in (whole, parts.append, write_later, path, str(tmp_path / "again.csv")):
                assert await copy_to(query, sink) == 5000
            with (tmp_path / "open.csv").open("wb") as file:
                await copy_to(query, file)
            data = whole.getvalue()
            assert data == b"".join(parts) == b"".join(later) == path.read_bytes()
            assert data == (tmp_path / "again.csv").read_bytes() == (tmp_path / "open.csv").read_bytes()
            halves = [data[:70_001], data[70_001:]]
            for source in (path, str(path), data, bytearray(data), io.BytesIO(data), halves, coming(*halves)):
                await Parcel.all().delete()
                assert await copy_from(Parcel, source, format="csv", fields=["id", "name", "note"]) == 5000
            with path.open("rb") as file:
                await Parcel.all().delete()
                assert await copy_from(Parcel, file, format="csv", fields=["pk", "name", "note"]) == 5000

    run(main)


def test_a_header_names_the_columns(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            text = '\ufeffnote;"the label";name\r\n"two\nlines";L;first\r\n;;second\r\n'
            assert await copy_from(Parcel, text.encode(), format="csv", header=True, delimiter=";", null="-") == 2
            rows = await Parcel.all().order_by("id").values_list("name", "note", "label", "mood")
            assert rows == [("first", "two\nlines", "L", None), ("second", "", "", None)]
            sink: list[bytes] = []
            await copy_to(Parcel.all().order_by("id").values("name", "label"), sink.append, header=True)
            assert list(csv.reader(io.StringIO(b"".join(sink).decode()))) == [
                ["name", "the label"],
                ["first", "L"],
                ["second", ""],
            ]
            with pytest.raises(FieldError, match="nmae"):
                await copy_from(Parcel, b"nmae\nx\n", format="csv", header=True)
            with pytest.raises(FieldError, match="nmae"):
                await copy_from(Parcel, b"x\n", format="csv", fields=["nmae"])

    run(main)


#: values that would end a literal, a name, or the statement, if one of them were only put into it
HOSTILE: list[Any] = [
    *("'; DROP TABLE x; --", '"', "$1", "$2 '$1'", "\\", "\\'; SELECT 1 --"),
    *("E'\\''", "☃\n\t", "%s", "''"),
]


@pytest.mark.parametrize("value", HOSTILE)
def test_values_of_a_query_stay_values(store: Store, value: str) -> None:
    async def main() -> None:
        async with opened(store):
            await Parcel.bulk_create([Parcel(name=text, note="n") for text in [*HOSTILE, "other"]])
            sink: list[bytes] = []
            query = Parcel.filter(name=value, note="n").order_by("id").limit(5).values_list("name")
            assert await copy_to(query, sink.append) == 1
            assert next(csv.reader(io.StringIO(b"".join(sink).decode()))) == [value]

    run(main)


def test_values_of_all_types_in_a_query(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            await copy_from(Parcel, [FULL, EMPTY])
            for name in FULL:
                if name in ("body", "codes"):
                    continue
                sink: list[bytes] = []
                assert await copy_to(Parcel.filter(**{name: FULL[name]}).values_list("id"), sink.append) == 1, name
            sink = []
            assert (
                await copy_to(Parcel.filter(id__in=[0, *await Parcel.all().values_list("id", flat=True)]), sink.append)
                == 2
            )
            assert await copy_to(Parcel.filter(name=None), sink.append) == 0

    run(main)


def test_inside_a_transaction(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            with pytest.raises(ZeroDivisionError):
                async with in_transaction():
                    assert await copy_from(Parcel, [EMPTY]) == 1
                    sink: list[bytes] = []
                    assert await copy_to(Parcel, sink.append) == 1
                    raise ZeroDivisionError
            assert await Parcel.all().count() == 0

    run(main)


def test_statements_of_other_tasks_wait(store: Store) -> None:
    async def main() -> None:
        async with opened(store), in_transaction():

            async def slowly() -> AsyncIterator[Any]:
                yield EMPTY
                await asyncio.sleep(0.05)
                yield EMPTY

            copied, seen = await asyncio.gather(copy_from(Parcel, slowly()), Parcel.all().count())
            assert copied == 2 and seen in (0, 2)

    run(main)


def test_a_statement_inside_the_rows(store: Store) -> None:
    """In a transaction it would wait for itself; outside it has a session of its own."""

    async def main() -> None:
        async with opened(store):

            async def asking() -> AsyncIterator[Any]:
                yield EMPTY
                yield {"name": str(await Parcel.all().count())}

            assert await copy_from(Parcel, asking()) == 2
            with pytest.raises(TransactionManagementError, match="inside another one"):
                async with in_transaction():
                    await copy_from(Parcel, asking())
            assert await Parcel.all().count() == 2

    run(main)


def failing(error: BaseException) -> Any:
    async def rows() -> AsyncIterator[Any]:
        yield EMPTY
        await asyncio.sleep(0)
        raise error

    return rows()


FAILURES: dict[str, Any] = {
    "rows that fail": (lambda: copy_from(Parcel, failing(ZeroDivisionError())), ZeroDivisionError),
    "bytes that fail": (lambda: copy_from(Parcel, failing(ZeroDivisionError()), format="csv"), (ParamsError)),
    "the first row": (lambda: copy_from(Parcel, [{"nmae": 1}]), FieldError),
    "a later row": (lambda: copy_from(Parcel, [EMPTY, {"nmae": 1}]), FieldError),
    "a value that does not fit": (lambda: copy_from(Parcel, [EMPTY, {"name": "x" * 41}]), ValidationError),
    "twice the same key": (lambda: copy_from(Parcel, [{**EMPTY, "id": 5}] * 2), UniqueViolationError),
    "other columns": (lambda: copy_from(Parcel, [EMPTY, {**EMPTY, "id": 5}]), ParamsError),
    "no row": (lambda: copy_from(Parcel, [EMPTY, 5]), ParamsError),
    "no rows": (lambda: copy_from(Parcel, 5), ParamsError),
    "bytes that are none": (lambda: copy_from(Parcel, b"a,b\n", format="csv", fields=["name"]), OperationalError),
    "text for bytes": (lambda: copy_from(Parcel, ["a\n"], format="csv", fields=["name"]), ParamsError),
    "no source": (lambda: copy_from(Parcel, 5, format="csv"), ParamsError),
    "a sink that fails": (lambda: copy_to(Parcel, lambda data: 1 / 0), ZeroDivisionError),
    "no sink": (lambda: copy_to(Parcel, 5), ParamsError),
    "no query": (lambda: copy_to("parcel", io.BytesIO()), ParamsError),  # type: ignore[arg-type]
    "an unknown format": (lambda: copy_to(Parcel, io.BytesIO(), format="cvs"), ParamsError),
    "an option of others": (lambda: copy_to(Parcel, io.BytesIO(), format="binary", header=True), ParamsError),
    "an option without a format": (lambda: copy_from(Parcel, [EMPTY], header=True), ParamsError),
    "a column twice": (lambda: copy_from(Parcel, b"", format="csv", fields=["name", "name"]), ParamsError),
    "two delimiters": (lambda: copy_to(Parcel, io.BytesIO(), delimiter=",,"), (OperationalError, UnSupportedError)),
}


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a transaction"])
def test_failures(store: Store, case: str, inside: bool) -> None:
    """Nothing is stored, and the session is as good as before."""
    work, error = FAILURES[case]

    async def main() -> None:
        async with opened(store, maxsize=1):
            await Parcel.create(**FULL)
            if not inside:
                with pytest.raises(error):
                    await work()
            else:
                with pytest.raises(error):
                    async with in_transaction():
                        await work()
            assert await stored() == expected(FULL)
            assert await copy_from(Parcel, [EMPTY]) == 1
            assert await Parcel.all().count() == 2

    run(main)


def test_a_query_that_writes(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            await Parcel.create(**EMPTY)
            query = Parcel.all().delete()
            with pytest.raises(ParamsError, match="a query that reads"):
                await copy_to(query, io.BytesIO())
            assert await query == 1

    run(main)


def test_a_sink_that_fails_while_much_is_still_to_come(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            await copy_from(Parcel, ({"name": "n", "note": "y" * 900} for _ in range(12_000)))
            with pytest.raises(ZeroDivisionError):
                await copy_to(Parcel, lambda data: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                async with in_transaction():
                    await copy_to(Parcel, lambda data: 1 / 0)
            assert await Parcel.all().count() == 12_000

    run(main)


def test_cancelled_at_every_moment(store: Store) -> None:
    async def main() -> None:
        async with opened(store, heal_timeout=2):
            await Parcel.create(**FULL)
            for turns in range(40):

                async def many() -> AsyncIterator[Any]:
                    for _ in range(300):
                        await asyncio.sleep(0)
                        yield EMPTY
                    await asyncio.sleep(30)

                async def read(data: bytes) -> None:
                    await asyncio.sleep(30)

                for work in (copy_from(Parcel, many()), copy_to(Parcel, read)):
                    task = asyncio.ensure_future(work)
                    for _ in range(turns * 3):
                        await asyncio.sleep(0)
                    if turns % 3 == 0:
                        await asyncio.sleep(0.003)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
            assert await stored() == expected(FULL)

    run(main)


def test_other_databases() -> None:
    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, standard_dialect(), {"errors": [error_models]}):
            with pytest.raises(UnSupportedError, match="COPY is PostgreSQL's; this connection is standard"):
                await copy_from(error_models.Owner, [])
            with pytest.raises(UnSupportedError, match="COPY is PostgreSQL's"):
                await copy_to(error_models.Owner, io.BytesIO())
            assert recorder.sessions == 0

    run(main)
