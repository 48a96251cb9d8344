"""Whole plans: rows, values, groups, numbers, and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tortoise_testkit.random_queries.draw import Chooser, Drawn, Maker
from tortoise_testkit.random_queries.evaluate import joined_paths
from tortoise_testkit.random_queries.kinds import KINDS, ORDERED, money
from tortoise_testkit.random_queries.plan import Arith, Choice, Const, Path, Plan, Term

#: as many bytes as a plan may choose by
CHOICES = 160
ROOTS = ("Thing", "Thing", "Thing", "Owner", "Note")
GROUPED = (
    "flag", "small", "whole", "name", "price", "moment", "code", "day", "clock", "span", "level", "colour", "owner_id",
    "owner__name", "labels__rank", "moment__year", "sure_day__quarter", "clock__hour",
)  # fmt: skip


def filters(make: Maker, plan: Plan, most: int = 2) -> None:
    """Add filters and excludes."""
    for _ in range(make.choose.below(most + 1)):
        plan.filters.append((make.chance(30), make.condition()))


def window(make: Maker, plan: Plan) -> None:
    """Add limit and offset."""
    if make.chance(40):
        plan.limit = make.choose.below(30)
    if make.chance(40):
        plan.offset = make.choose.below(30)


def total_order(make: Maker, plan: Plan) -> None:
    """Order by some columns and then by what tells all rows apart, so that the answer is one list."""
    names = [make.one("-+").strip("+") + make.near(ORDERED).name for _ in range(make.choose.below(3))]
    names += [make.one("-+").strip("+") + make.part().name for _ in range(make.chance(15))]
    names += [make.one("-+").strip("+") + name for name in plan.annotations if make.chance(30)]
    plan.order = without_repeats(*names, "id")
    many = ["__".join((*path, "id")) for path in joined_paths(plan) if path[-1] in ("notes", "labels", "things")]
    plan.order = without_repeats(*plan.order, *many)


def without_repeats(*names: str) -> tuple[str, ...]:
    """Names of an order, each as it comes first."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.lstrip("-"), name)
    return tuple(first.values())


def rows(choose: Chooser) -> Plan:
    """Instances or values, one per row or combination, sometimes with annotations."""
    make = Maker(choose, choose_root(choose))
    plan = Plan(make.root, make.one(("rows", "values", "tuples", "flat", "first", "rows")))
    if make.root == "Thing" and make.chance(40):
        term, kind = make.arithmetic() if make.chance(50) else make.choice()
        plan.annotations["extra"] = term
        make.known.append(Path("extra", kind))
    filters(make, plan)
    if plan.result in ("values", "tuples", "flat"):
        names = [
            (make.far() if make.chance(25) else make.part() if make.chance(10) else make.near()).name
            for _ in range(1 + make.choose.below(3))
        ]
        names = [name for name in names if name not in ("owner", "notes", "labels", "things", "thing")] or ["id"]
        plan.names = tuple(dict.fromkeys([*names, *plan.annotations]))[: 1 if plan.result == "flat" else None]
    if make.chance(25):
        _distinct(make, plan)
    else:
        total_order(make, plan)
    window(make, plan)
    if plan.result == "first":
        plan.limit = 1
    return plan


def _selected(make: Maker) -> Path:
    return make.far() if make.chance(25) else make.part() if make.chance(10) else make.near()


def _distinct(make: Maker, plan: Plan) -> None:
    """DISTINCT, ordered by what is selected, as servers ask for; by all of it, so that the answer is one list."""
    plan.distinct = True
    if plan.names:
        body = [name for name in plan.names if name.endswith("body")]
        plan.names = tuple([name for name in plan.names if name not in body]) or ("id",)
    own = ("id",) if not plan.names else plan.names
    plan.order = tuple([make.one("-+").strip("+") + name for name in own])


def choose_root(choose: Chooser) -> str:
    """The model a query starts from."""
    return ROOTS[choose.below(len(ROOTS))]


def per_row(choose: Chooser) -> Plan:
    """Rows of the root, each with aggregates over what is joined to it; conditions on these are HAVING."""
    make = Maker(choose, choose_root(choose))
    plan = Plan(make.root, make.one(("rows", "values", "count", "exists")))
    filters(make, plan, 1)
    made = [make.aggregate() for _ in range(1 + make.choose.below(2))]
    plan.annotations = {f"total{at}": term for at, (term, _) in enumerate(made)}
    _having(make, plan, made)
    if plan.result == "values":
        plan.names = ("id", *plan.annotations)
    plan.order = without_repeats(*([make.one("-+").strip("+") + "id"]))
    if make.chance(30) and made[0][1]:
        plan.order = (make.one("-+").strip("+") + "total0", "id")
    window(make, plan)
    return plan


def _having(make: Maker, plan: Plan, made: list[Any]) -> None:
    known = [Path(f"total{at}", kind) for at, (_, kind) in enumerate(made) if kind]
    if known and make.chance(50):
        make.known = known
        path = make.one(known)
        plan.filters.append((make.chance(25), make._on_annotation(path)))


def groups(choose: Chooser) -> Plan:
    """One row per group of things."""
    make = Maker(choose, "Thing")
    plan = Plan("Thing", make.one(("values", "tuples", "count", "exists")))
    filters(make, plan, 1)
    by = list(dict.fromkeys(make.some(GROUPED, 2)))
    if make.chance(25):
        plan.annotations["bucket"] = make.choice()[0]
        by.append("bucket")
    made = [make.aggregate() for _ in range(1 + make.choose.below(2))]
    plan.annotations.update({f"total{at}": term for at, (term, _) in enumerate(made)})
    plan.group_by = tuple(by)
    _having(make, plan, made)
    plan.names = (*by, *[name for name in plan.annotations if name not in by])
    plan.order = tuple([make.one("-+").strip("+") + name for name in by])
    window(make, plan)
    return plan


def numbers(choose: Chooser) -> Plan:
    """count and exists, over all that a query may have before them."""
    plan = rows(choose)
    plan.result = ("count", "exists")[choose.below(2)]
    plan.names = ()
    if plan.distinct:
        plan.order = ("id",)
        plan.annotations = {}
        plan.filters = [pair for pair in plan.filters if "extra" not in repr(pair)]
    if plan.limit is None and plan.offset is None:
        plan.order = ()
    return plan


def writes(choose: Chooser) -> Plan:
    """update and delete of things."""
    make = Maker(choose, "Thing")
    plan = Plan("Thing", make.one(("update", "update", "delete")))
    filters(make, plan)
    if make.chance(25):
        total_order(make, plan)
        window(make, plan)
    if plan.limit is None and plan.offset is None:
        plan.order = ()
    if plan.result == "update":
        plan.sets = dict([assignment(make) for _ in range(1 + make.choose.below(3))])
    return plan


def assignment(make: Maker) -> tuple[str, Term]:
    """(column, its new value)."""
    kind = KINDS[make.one(tuple(KINDS))]
    computed: dict[str, list[Term]] = {
        "Int": [
            Arith("+", Arith("*", Path("small", "SmallInt"), Const(2)), Const(1)),
            Path("sure_small", "SmallInt"),
        ],
        "BigInt": [Arith("*", Path("whole", "Int"), Const(10)), Path("sure_whole", "Int")],
        "Text": [Path("name", "Char"), Path("sure_name", "Char")],
        "Decimal": [Arith("*", Path("sure_price", "Decimal"), Const(2)), Const(money("7.125"))],
        "Bool": [Choice(((make._root_condition(), Const(True)),), Const(False))],
    }
    if kind.name in computed and make.chance(50):
        return kind.column, make.one(computed[kind.name])
    if make.chance(25):
        return kind.column, Const(None)
    return make.one(("", "sure_")) + kind.column, Const(make.one(kind.values))


def strategy(make: Callable[[Chooser], Plan]) -> st.SearchStrategy[Plan]:
    """Plans of one of the above, drawn by Hypothesis."""
    return st.binary(min_size=CHOICES, max_size=CHOICES).map(lambda drawn: make(Drawn(drawn)))
