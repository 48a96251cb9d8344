"""Plans of several queries: united, one inside another, one for the relations of another; and documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tortoise_testkit.random_queries import documents
from tortoise_testkit.random_queries.draw import Chooser, Maker
from tortoise_testkit.random_queries.drawn_plans import choose_root, filters, total_order, window
from tortoise_testkit.random_queries.kinds import KINDS, ORDERED
from tortoise_testkit.random_queries.plan import Condition, Look, Many, Neg, Path, Plan, Scalar, Within

#: (outer path, root inside, its column): what may be looked for among the values of a query
INSIDE = {
    "Thing": (("id", "Thing", "id"), ("owner_id", "Owner", "id"), ("id", "Note", "thing_id"),
              ("owner_id", "Thing", "owner_id"), ("whole", "Thing", "sure_whole"), ("name", "Note", "name"),
              ("labels__rank", "Note", "rank")),
    "Owner": (("id", "Thing", "owner_id"), ("id", "Owner", "id"), ("things__id", "Note", "thing_id")),
    "Note": (("thing_id", "Thing", "id"), ("thing__owner_id", "Owner", "id"), ("name", "Thing", "text")),
}  # fmt: skip
#: (column outside, root inside, its column, what it gives)
SCALARS: dict[str, tuple[tuple[str, str, str, tuple[Path, ...]], ...]] = {
    "Thing": (
        ("id", "Note", "thing_id", (Path("name", "Text"), Path("rank", "Int"), Path("thing__owner__rank", "Int"))),
        ("owner_id", "Thing", "owner_id", (Path("serial", "Int"), Path("name", "Char"), Path("price", "Decimal"))),
        ("owner_id", "Owner", "id", (Path("name", "Char"), Path("rank", "Int"))),
    ),
    "Owner": (("id", "Thing", "owner_id", (Path("whole", "Int"), Path("text", "Text"), Path("moment", "Datetime"))),),
    "Note": (("thing_id", "Thing", "id", (Path("day", "Date"), Path("level", "IntEnum"), Path("serial", "Int"))),),
}
PREFETCHED = {
    "Thing": (("notes", "Note"), ("labels", "Label"), ("notes", "Note")),
    "Owner": (("things", "Thing"),),
    "Label": (("things", "Thing"),),
    "Place": (("items", "Item"),),
}


def united(choose: Chooser) -> Plan:
    """Two or three queries of things for some columns, ordered and cut as a whole, or counted."""
    make = Maker(choose, "Thing")
    count = make.chance(20)
    names = tuple(dict.fromkeys([make.near(ORDERED).name for _ in range(1 + choose.below(3))]))
    names = ("id", *names) if make.chance(50) else names
    plan = Plan("Thing", "only", names=names)
    filters(make, plan)
    for _ in range(1 + choose.below(2)):
        other = Plan("Thing", "only", names=names)
        filters(make, other)
        plan.united.append((make.chance(50), other))
    if count:
        plan.result = "count"
        plan.united = [(keep, replace(other, result="rows", names=())) for keep, other in plan.united]
        plan.names = ()
        return plan
    plan.order = tuple([make.one(("", "-")) + name for name in names])
    window(make, plan)
    return plan


def prefetched(choose: Chooser) -> Plan:
    """Rows, each with some of those that a relation leads to."""
    root = ("Thing", "Owner", "Label", "Thing")[choose.below(4)]
    make = Maker(choose, root)
    plan = Plan(root, "rows")
    relation, far = make.one(PREFETCHED[root])
    if root != "Label":
        filters(make, plan, 1)
        total_order(make, plan)
        window(make, plan)
    else:
        plan.order = ("-id",)
    inside = Plan(far, "rows")
    if far in ("Thing", "Note"):
        maker = Maker(choose, far)
        filters(maker, inside, 1)
        total_order(maker, inside)
    else:
        inside.order = (make.one(("-rank", "rank", "-name")), "id")
    if make.chance(60):
        inside.limit = choose.below(4)
    if make.chance(40):
        inside.offset = choose.below(3)
    plan.prefetched = (relation, inside)
    return plan


def nested(choose: Chooser) -> Plan:
    """Queries inside conditions and annotations, joined with conditions of other kinds."""
    make = Maker(choose, choose_root(choose))
    plan = Plan(make.root, make.one(("tuples", "values", "count", "exists", "only", "related")))
    if plan.result in ("tuples", "values") and make.chance(70):
        plan.annotations["inside"] = _scalar(make)
    for _ in range(choose.below(3)):
        plan.filters.append((make.chance(30), _condition(make)))
    total_order(make, plan)
    plan.names = ("id", *plan.annotations)
    if plan.result in ("only", "related"):
        _instances(make, plan)
    window(make, plan)
    if plan.result in ("count", "exists") and plan.limit is None and plan.offset is None:
        plan.order = ()
    return plan


def _instances(make: Maker, plan: Plan) -> None:
    if plan.root == "Thing":
        own = tuple([name for kind in KINDS.values() for name in (kind.column, f"sure_{kind.column}")])
    else:
        own = ("name", "rank")
    plan.names = ("id", *dict.fromkeys(make.some(own, 4)))
    if plan.result == "related":
        far = {"Thing": "owner", "Note": "thing__owner", "Owner": ""}[plan.root]
        plan.related = far
        plan.names = (*plan.names, f"{far}__name", f"{far}__rank") if far else plan.names
        plan.result = "related" if far else "only"


def _condition(make: Maker) -> Condition:
    one = _within(make) if make.chance(50) else _on_document(make) if make.root == "Thing" else make.simple()
    if make.chance(30):
        return Many(make.one(("AND", "OR")), (one, make.simple()))
    return Neg(one) if make.chance(25) else one


def _within(make: Maker) -> Within:
    name, root, column = make.one(INSIDE[make.root])
    plan = Plan(root, "flat", names=(column,))
    inside = Maker(make.choose, root)
    filters(inside, plan, 1)
    if make.chance(30):
        total_order(inside, plan)
        plan.limit = 1 + make.choose.below(20)
    return Within(Path(name, ""), "not_in" if (name, column) == ("id", "id") and make.chance(50) else "in", plan)


def _scalar(make: Maker) -> Scalar:
    outer, root, column, gives = make.one(SCALARS[make.root])
    inside, given = Maker(make.choose, root), make.one(gives)
    plan = Plan(root, "flat", names=(given.name,), limit=1)
    filters(inside, plan, 1)
    total_order(inside, plan)
    return Scalar(plan, column, outer)


def _on_document(make: Maker) -> Look:
    column = make.one(("body", "sure_body"))
    if make.chance(40):
        operand: Any = make.one((*KINDS["JSON"].values, *documents.VALUES))
        return Look(Path(column, "Document"), make.one(("contains", "contained_by")), operand)
    path = Path("__".join((column, *make.one(documents.KEYS))), "Document")
    lookup = make.one(documents.LOOKUPS)
    if lookup in ("isnull", "not_isnull"):
        return Look(path, lookup, make.chance(50))
    if lookup in ("in", "not_in"):
        return Look(path, lookup, [make.one(documents.VALUES) for _ in range(make.choose.below(4))])
    return Look(path, lookup, None if make.chance(10) else make.one(documents.VALUES))
