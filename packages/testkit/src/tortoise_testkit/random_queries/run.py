"""One run of random queries: a database with the rows, an event loop, and the comparison."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any, TypeVar

from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction
from tortoise_testkit.harness import Harness
from tortoise_testkit.random_queries import models
from tortoise_testkit.random_queries.ask import ask, write
from tortoise_testkit.random_queries.evaluate import Evaluation
from tortoise_testkit.random_queries.hits import Hit, Hits
from tortoise_testkit.random_queries.kinds import KINDS, Colour
from tortoise_testkit.random_queries.logic import TextOrder
from tortoise_testkit.random_queries.models import Owner
from tortoise_testkit.random_queries.plan import Const, Look, Plan
from tortoise_testkit.random_queries.rows import Row, World, fill, stored

T = TypeVar("T")


class _Undo(Exception):
    """Rolls a transaction back."""


class Run:
    """The database of a run. All queries go through one event loop; the rows never change."""

    def __init__(self, harness: Harness, seed: int) -> None:
        self.harness, self.seed = harness, seed
        self.loop = asyncio.new_event_loop()
        self.context = TortoiseContext()
        self.hits = Hits()
        self.url = self.loop.run_until_complete(harness.create_database())
        self.world: World
        self.order: TextOrder
        try:
            self.do(self._open())
        except BaseException:
            self.close()
            raise

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` gives, with the models at hand."""
        with self.context:
            return self.loop.run_until_complete(work)

    async def _open(self) -> None:
        await self.context.init(db_url=self.url, modules={"models": [models]})
        await self.context.generate_schemas()
        self.order = TextOrder(await self._ordered_texts())
        self.world = await fill(self.seed)
        self.nulls_first = self.context.connections.connection("default").capabilities.nulls_first

    @staticmethod
    async def _ordered_texts() -> list[str]:
        texts = {text for kind in (KINDS["Char"], KINDS["Text"]) for text in (*kind.values, *kind.strange)}
        texts |= {colour.value for colour in Colour}
        await Owner.bulk_create([Owner(name=text) for text in sorted(texts)])
        found: list[str] = await Owner.all().order_by("name").values_list("name", flat=True)
        await Owner.all().delete()
        return found

    def close(self) -> None:
        """Close the connections and drop the database."""
        try:
            self.do(self.context.close_connections())
            self.loop.run_until_complete(self.harness.drop_database(self.url))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        finally:
            self.loop.close()

    # -- comparing

    def check(self, plan: Plan) -> None:
        """Compare the answer to a plan with plain Python's. Raises AssertionError."""
        self.do(self.compare(plan))

    async def compare(self, plan: Plan) -> None:
        """As `check`, in the event loop."""
        seen: set[Hit] = set()

        def judged(look: Look, value: Any) -> None:
            seen.add((look.lookup, look.path.kind, value is None))

        evaluation = Evaluation(plan, self.world, self.order, self.nulls_first, judged)
        if plan.result in ("update", "delete"):
            await self._compare_write(plan, evaluation)
        else:
            wanted, found = expected(plan, evaluation), await ask(plan)
            assert alike(found, wanted), f"{plan}\n{difference(found, wanted)}"
        self.hits.add(seen)

    async def _compare_write(self, plan: Plan, evaluation: Evaluation) -> None:
        """Carry a write out inside a savepoint, look at the table, and undo it."""
        keys = evaluation.keys()
        wanted = written(plan, self.world, evaluation, keys)
        try:
            async with in_transaction():
                try:
                    async with in_transaction():
                        count = await write(plan)
                        found = await stored(plan.root)
                        raise _Undo
                except _Undo:
                    pass
                undone = await stored(plan.root)
                count_again = await write(plan)
                raise _Undo
        except _Undo:
            pass
        assert count == count_again == len(keys), f"{plan}\n{count} rows changed, {len(keys)} expected"
        assert alike_tables(found, wanted), f"{plan}\n{difference(list(found.items()), list(wanted.items()))}"
        before = self.world.tables[plan.root]
        assert alike_tables(undone, before), f"{plan}\nis not undone by a rollback to a savepoint"
        assert alike_tables(await stored(plan.root), before), f"{plan}\nis not undone by a rollback"


def expected(plan: Plan, evaluation: Evaluation) -> Any:
    """What the evaluation says in the form the plan asks for."""
    if plan.united:
        rows = evaluation.united()
        return len(rows) if plan.result == "count" else rows
    if plan.prefetched is not None:
        return evaluation.prefetched(*plan.prefetched)
    if plan.result == "count":
        return len(evaluation.found())
    if plan.result == "exists":
        return bool(evaluation.found())
    return evaluation.rows()


def written(plan: Plan, world: World, evaluation: Evaluation, keys: set[Any]) -> dict[Any, Row]:
    """The table of the root as a write leaves it: values are computed from the rows as they were."""
    table = {key: dict(row) for key, row in world.tables[plan.root].items()}
    for key in keys:
        if plan.result == "delete":
            del table[key]
            continue
        old = world.tables[plan.root][key]
        for name, term in plan.sets.items():
            table[key][name] = term.value if isinstance(term, Const) else evaluation.value(term, [{(): old}])
    return table


def alike_tables(found: dict[Any, Row], wanted: dict[Any, Row]) -> bool:
    """The same rows; keys of text have an order of the database's own."""
    return found.keys() == wanted.keys() and all(alike(row, wanted[key]) for key, row in found.items())


def alike(found: Any, wanted: Any) -> bool:
    """Equal and of the same types; floats and quotients to 12 digits."""
    if found is wanted:
        return True
    if type(found) is not type(wanted):
        return False
    if isinstance(found, (list, tuple)):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(found, dict):
        return list(found) == list(wanted) and all(map(alike, found.values(), wanted.values()))
    if isinstance(found, (float, Decimal)):
        return found == wanted or math.isclose(found, wanted, rel_tol=1e-12)
    return bool(found == wanted)


def difference(found: Any, wanted: Any) -> str:
    """Where two results part."""
    if not isinstance(found, list):
        return f"found {found!r}, expected {wanted!r}"
    at = next((at for at, pair in enumerate(zip(found, wanted)) if not alike(*pair)), min(len(found), len(wanted)))
    return (
        f"{len(found)} rows found, {len(wanted)} expected; row {at}:\n"
        f"found    {found[at : at + 1]}\nexpected {wanted[at : at + 1]}"
    )
