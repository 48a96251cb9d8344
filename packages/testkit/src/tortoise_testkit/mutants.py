"""Seeded mutants: mistakes of compilers and drivers that the tests must find.

Each is made at a seam that all dialects share, by a subclass of the dialect's own compiler, by what surrounds the
driver's sessions, or in place of one function of the engine; so a dialect of a third party can be tested with them.
``pytest --tortoise-mutant NAME`` runs with one of them: the run has to fail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.ast import writes as wr
from tortoise_core.dialect import statements
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler import patterns
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.driver import Driver, Session, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.plugins.manager import Plugins, plugins
from tortoise_core.query import lookups, shapes

Backend = tuple[Dialect, Driver]


@dataclass(frozen=True)
class Mutant:
    """A mistake: `what` it is, how to make it, and the test of the random queries that has to find it.

    `concerns` tells whether a dialect has the place where the mistake is made; others cannot show it.
    """

    what: str
    make: Callable[[], None]
    killed_by: str = "test_rows"
    concerns: Callable[[Dialect, Capabilities], bool] = lambda dialect, capabilities: True


def activate(name: str) -> None:
    """Make one of `MUTANTS` in this process. Raises KeyError."""
    MUTANTS[name].make()


def concerning(scheme: str) -> list[str]:
    """The mutants that a dialect can show."""
    dialect, _ = plugins.driver(scheme)
    capabilities = dialect.capabilities(dialect.newest)
    return [name for name, mutant in MUTANTS.items() if mutant.concerns(dialect, capabilities)]


# -- where mistakes are made


def in_backends(change: Callable[[Dialect, Driver], Backend]) -> Callable[[], None]:
    """A mistake in the dialects and drivers that connections are made with."""

    def make() -> None:
        find, made = Plugins.driver, dict[str, Backend]()

        def driver(self: Plugins, scheme: str) -> Backend:
            if scheme not in made:
                made[scheme] = change(*find(self, scheme))
            return made[scheme]

        Plugins.driver = driver  # type: ignore[method-assign]  # that is what a mutant does

    return make


def in_compiler(methods: Callable[[Any], dict[str, Any]]) -> Callable[[], None]:
    """A mistake in the compiler: methods that take the place of those of the class it is given."""

    def change(dialect: Dialect, driver: Driver) -> Backend:
        base = dialect.compiler
        return replace(dialect, compiler=type(f"Mutant{base.__name__}", (base,), methods(base))), driver

    return in_backends(change)


def in_node(kind: type[ex.Node], change: Callable[[Any], ex.Node]) -> Callable[[], None]:
    """A mistake in how nodes of one class are written: as if they were others."""

    def methods(base: type[Compiler]) -> dict[str, Any]:
        name = f"visit_{kind.__name__}"

        def visit(self: Any, node: Any) -> str:
            other = change(node)
            return str(getattr(base, name)(self, other) if type(other) is kind else self.write(other))

        return {name: visit}

    return in_compiler(methods)


def but(node: Any, **changes: Any) -> Any:
    """A copy of a node in which some parts are others."""
    return type(node)(*[changes.get(name, getattr(node, name)) for name in node.__slots__])


def in_session(change: Callable[[Any], None]) -> Callable[[], None]:
    """A mistake of the driver: methods of each session replaced by others."""

    def changed(dialect: Dialect, driver: Driver) -> Backend:
        async def connect(target: Target) -> Session:
            session = await driver.connect(target)
            change(session)
            return session

        return dialect, replace(driver, connect=connect)

    return in_backends(changed)


def in_place_of(holder: Any, name: str, other: Any) -> Callable[[], None]:
    """A mistake in one function or constant of the engine."""
    return lambda: setattr(holder, name, other)


def in_converters(kind: type, change: Callable[[Any], Any], loading: bool = False) -> Callable[[], None]:
    """A mistake in what values of an SQL type become on their way to the driver, or back."""

    def make() -> None:
        find = statements.Backend._find_converters

        def converters(self: statements.Backend, sql_type: types.SqlType) -> Any:
            encode, decode = find(self, sql_type)
            if not isinstance(sql_type, kind):
                return encode, decode
            if loading:
                return encode, lambda value: change(value if decode is None else decode(value))
            return (lambda value: change(value) if encode is None else encode(change(value))), decode

        statements.Backend._find_converters = converters  # type: ignore[method-assign]  # that is what a mutant does

    return make


# -- the mistakes


def _operator(node: Any, **instead: str) -> Any:
    names = {"<": "below", "<=": "upto", ">": "above", ">=": "from", "<>": "other"}
    return but(node, operator=instead.get(names.get(node.operator, ""), node.operator))


def _half_open(node: Any) -> ex.Node:
    low, high = (">=", node.low), ("<", node.high)
    return pr.And(tuple([pr.Compare(operator, node.expression, end) for operator, end in (low, high)]))


def _no_parentheses(base: Any) -> dict[str, Any]:
    return {"nested": lambda self, node, other: self.write(node)}


def _no_parentheses_in_arithmetic(base: Any) -> dict[str, Any]:
    return {"operand": lambda self, node: self.write(node)}


def _having_as_where(node: Any) -> Any:
    both = tuple([part for part in (node.where, node.having) if part is not None])
    return but(node, where=pr.And(both) if both else None, having=None)


def _missing_or_null(term: Any, operand: Any) -> ex.Predicate:
    return pr.Not(pr.InList(term.expression, lookups._items(operand)))


def _found_without_null(term: Any, operand: Any) -> ex.Predicate:
    return pr.InList(term.expression, lookups._items(operand))


def _differs_without_null(term: Any, operand: Any) -> ex.Predicate:
    if operand.kind == shapes.NULL:
        return lookups.not_equal(term, operand)
    return pr.Compare("<>", term.expression, operand.value())


def _null_kept_from_shape(value: Any, values: list[Any]) -> str:
    describe_list(value, values)
    return shapes.LIST


describe_list = shapes._describe_list
make_binder = statements.make_binder


def _swapped_parameters(params: Any) -> Any:
    bind = make_binder(params)

    def swapped(values: Any) -> tuple[Any, ...]:
        found = bind(values)
        return (*found[:-2], *reversed(found[-2:]))

    return swapped


def _padded_with_null(params: Any) -> Any:
    bind = make_binder(params)
    lists = [at for at, p in enumerate(params) if isinstance(p, ex.ListParam)]

    def padded(values: Any) -> tuple[Any, ...]:
        found = list(bind(values))
        for at in reversed(lists):
            source = params[at].source
            first = at == 0 or params[at - 1] is not params[at]
            if first and isinstance(source, int):
                length, width = len(values[source]), params[at].width
                found[at + length : at + width] = [None] * (width - length)
        return tuple(found)

    return padded


def _replacing(**methods: str) -> Callable[[Any], None]:
    """Sessions whose methods do what others of theirs do."""

    def change(session: Any) -> None:
        for name, other in {name: getattr(session, other) for name, other in methods.items()}.items():
            setattr(session, name, other)

    return change


def _around(name: str, change: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Sessions in which one method gives something else, also if the session itself replaces it later."""

    def changed(session: Any) -> None:
        kept = {"method": getattr(session, name)}

        def get(self: Any) -> Any:
            async def call(*args: Any) -> Any:
                return change(await kept["method"](*args))

            return call

        def put(self: Any, method: Any) -> None:
            kept["method"] = method

        session.__class__ = type("Changed", (type(session),), {"__slots__": (), name: property(get, put)})

    return changed


def _without_last(rows: Any) -> Any:
    return rows[:-1] if len(rows) > 1 else rows


def _reversed_keys(keys: Any) -> Any:
    return keys if keys is None else list(reversed(keys))


def _no_begin(session: Any) -> None:
    async def begin(options: object = None) -> None:
        """Nothing is opened."""

    session.begin = begin


def _writes_like(dialect: Dialect, capabilities: Capabilities) -> bool:
    node = pr.TextMatch(ex.Column("t", "c", types.Text()), ex.Param(0, types.Text(), str, False), "contains", False)
    return "LIKE" in dialect.compiler(capabilities, dialect.types, "qmark").compile(node).sql


def _pads_lists(dialect: Dialect, capabilities: Capabilities) -> bool:
    return capabilities.list_placeholders > 2


INTEGERS, CHARS, MOMENTS = (f"test_every_lookup_on_every_type[{kind}]" for kind in ("SmallInt", "Char", "Datetime"))
STORED, WRITES, GROUPS, PER_ROW = "test_what_is_stored", "test_writes", "test_groups", "test_aggregates_per_row"

MUTANTS: dict[str, Mutant] = {
    # the compiler
    "less-or-equal": Mutant("< is written <=", in_node(pr.Compare, lambda n: _operator(n, below="<=")), INTEGERS),
    "greater": Mutant(">= is written >", in_node(pr.Compare, lambda n: _operator(n, **{"from": ">"})), INTEGERS),
    "half-open-range": Mutant("a range leaves out its end", in_node(pr.Between, _half_open), INTEGERS),
    "case-regarded": Mutant("folding is forgotten", in_node(pr.TextMatch, lambda n: but(n, fold=False)), CHARS),
    "starts-anywhere": Mutant(
        "startswith is contains",
        in_node(pr.TextMatch, lambda n: but(n, where="contains" if n.where == "startswith" else n.where)),
        CHARS,
    ),
    "live-wildcards": Mutant("% and _ in LIKE", in_place_of(patterns, "_WILDCARDS", {}), CHARS, _writes_like),
    "not-dropped": Mutant("NOT is left out", in_node(pr.Not, lambda n: n.item), INTEGERS),
    "and-for-or": Mutant("OR is written AND", in_node(pr.Or, lambda n: pr.And(n.items)), INTEGERS),
    "no-parentheses": Mutant("OR within AND loses its parentheses", in_compiler(_no_parentheses)),
    "no-precedence": Mutant("arithmetic loses its parentheses", in_compiler(_no_parentheses_in_arithmetic)),
    "inner-join": Mutant("LEFT OUTER is written INNER", in_node(se.Join, lambda n: but(n, kind="INNER"))),
    "no-offset": Mutant("OFFSET is left out", in_node(se.Select, lambda n: but(n, offset=None))),
    "no-limit": Mutant("LIMIT is left out", in_node(se.Select, lambda n: but(n, limit=None))),
    "ascending": Mutant("DESC is left out", in_node(se.OrderBy, lambda n: but(n, descending=False))),
    "no-distinct": Mutant("DISTINCT is left out", in_node(se.Select, lambda n: but(n, distinct=False))),
    "having-as-where": Mutant("HAVING is written as WHERE", in_node(se.Select, _having_as_where), PER_ROW),
    "no-having": Mutant("HAVING is left out", in_node(se.Select, lambda n: but(n, having=None)), PER_ROW),
    "no-else": Mutant("ELSE of CASE is NULL", in_node(ex.Case, lambda n: but(n, default=ex.Null(None)))),
    "repeated-values": Mutant(
        "DISTINCT of aggregates is left out", in_node(ex.Aggregate, lambda n: but(n, distinct=False)), PER_ROW
    ),
    "unfiltered-aggregate": Mutant(
        "FILTER of aggregates is left out", in_node(ex.Aggregate, lambda n: but(n, condition=None)), PER_ROW
    ),
    "update-of-all": Mutant("WHERE of UPDATE is left out", in_node(wr.Update, lambda n: but(n, where=None)), WRITES),
    # lookups, shapes and parameters
    "not-in-without-null": Mutant(
        "NOT IN forgets NULL", lambda: lookups.LOOKUPS.update({"not_in": _missing_or_null}), INTEGERS
    ),
    "in-without-null": Mutant(
        "IN forgets None in its list", lambda: lookups.LOOKUPS.update({"in": _found_without_null}), INTEGERS
    ),
    "not-without-null": Mutant(
        "<> forgets NULL", lambda: lookups.LOOKUPS.update({"not": _differs_without_null}), INTEGERS
    ),
    "shape-without-null": Mutant(
        "lists with and without None share a statement",
        in_place_of(shapes, "_describe_list", _null_kept_from_shape),
        INTEGERS,
    ),
    "swapped-parameters": Mutant(
        "the last two parameters change places", in_place_of(statements, "make_binder", _swapped_parameters), INTEGERS
    ),
    "padded-with-null": Mutant(
        "lists are filled up with NULL",
        in_place_of(statements, "make_binder", _padded_with_null),
        INTEGERS,
        _pads_lists,
    ),
    # values
    "offset-dropped": Mutant(
        "moments lose their offset",
        in_converters(types.Timestamp, lambda value: value.replace(tzinfo=dt.timezone.utc)),
        MOMENTS,
    ),
    "rounded-decimals": Mutant(
        "decimals have two places", in_converters(types.Numeric, lambda value: value.quantize(Decimal("0.01"))), STORED
    ),
    "trimmed-text": Mutant("blanks at the end are lost", in_converters(types.Text, str.rstrip, loading=True), STORED),
    # the driver
    "last-row-lost": Mutant("the last row is lost", in_session(_around("fetch", _without_last)), STORED),
    "reversed-keys": Mutant(
        "keys of a bulk insert in the wrong order", in_session(_around("insert_many", _reversed_keys)), STORED
    ),
    "miscounted": Mutant("one changed row too many", in_session(_around("execute", lambda n: n + 1)), WRITES),
    "savepoint-kept": Mutant(
        "rolling back to a savepoint keeps what was done", in_session(_replacing(rollback_to="release")), WRITES
    ),
    "rollback-commits": Mutant("ROLLBACK commits", in_session(_replacing(rollback="commit")), WRITES),
    "commit-lost": Mutant("COMMIT rolls back", in_session(_replacing(commit="rollback")), STORED),
    "no-begin": Mutant("no transaction is opened", in_session(_no_begin), WRITES),
}
