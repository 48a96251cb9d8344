"""Plans over models that are related one to one and by keys of two columns."""

from __future__ import annotations

from typing import Any

from tortoise_testkit.random_queries.draw import Chooser, Maker
from tortoise_testkit.random_queries.evaluate import MANY_ROWS, joined_paths
from tortoise_testkit.random_queries.kinds import TYPES
from tortoise_testkit.random_queries.plan import Agg, Arith, Condition, Const, Look, Many, Path, Plan, Term
from tortoise_testkit.random_queries.rows import NO_PLACES, PLACES

#: what a condition may look at, and what it may be compared with: texts and sizes that rows have
PATHS = {
    "Place": (
        "pk Key", "pk Key", "row Char", "spot Int", "name Char", "size Int", "items Int", "items__name Char",
        "items__size Int", "seal Int", "seal__name Char", "seal__size Int",
    ),
    "Item": (
        "place Key", "place Key", "name Char", "size Int", "place__row Char", "place__spot Int", "place__name Char",
        "place__seal Int", "place__seal__name Char", "place__items__size Int",
    ),
    "Seal": ("place Key", "place Key", "name Char", "size Int", "place__size Int", "place__name Char",
             "place__items Int", "place__items__name Char"),
}  # fmt: skip
SIZES = (0, 1, 2, 3, 7)
KEY_LOOKUPS = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
RELATIONS = ("place", "seal", "items")


class KeyedMaker(Maker):
    """Conditions on these models."""

    def simple(self) -> Look:
        name, kind = self.one(PATHS[self.root]).split()
        path = Path(name, kind)
        if kind == "Key":
            return self.look(path, self.one(KEY_LOOKUPS))
        if name.rpartition("__")[2] in RELATIONS:
            return self.look(path, self.one(KEY_LOOKUPS))
        return self.look(path, self.one(TYPES[kind].lookups))

    def operand(self, path: Path, lookup: str) -> Any:
        pool: tuple[Any, ...] = (*PLACES[::2], *NO_PLACES) if path.kind == "Key" else SIZES
        if path.kind == "Char" or lookup not in (*KEY_LOOKUPS, "gt", "gte", "lt", "lte", "range"):
            return super().operand(path, lookup)
        if lookup in ("isnull", "not_isnull"):
            return self.chance(50)
        if lookup in ("in", "not_in"):
            return [None if self.chance(15) else self.one(pool) for _ in range(self.choose.below(5))]
        if lookup == "range":
            return (self.one(pool), self.one(pool))
        return None if lookup in ("exact", "not") and self.chance(10) else self.one(pool)

    def aggregate(self) -> tuple[Agg, str]:
        prefix = {"Place": "", "Item": "place__", "Seal": "place__"}[self.root]
        name = self.one(("Count", "Sum", "Max"))
        path = Path(f"{prefix}items", "Int") if name == "Count" else Path(f"{prefix}items__size", "Int")
        return Agg(name, path, name == "Count" and self.chance(30)), "Int"


def keyed(choose: Chooser) -> Plan:
    """Rows, values, numbers, sums per row, updates and deletes."""
    root = ("Place", "Item", "Seal")[choose.below(3)]
    make = KeyedMaker(choose, root)
    results = ("rows", "values", "tuples", "count", "exists", "only", "related", "update", "delete")
    plan = Plan(root, make.one(results[:-1] if root == "Place" else results))
    if plan.result in ("rows", "values", "count") and make.chance(30):
        plan.annotations["total0"], kind = make.aggregate()
        plan.filters.append((make.chance(30), _on_total(make, kind)))
    for _ in range(choose.below(3)):
        plan.filters.append((make.chance(30), make.condition()))
    if plan.result in ("update", "delete"):
        plan.sets = dict([_assignment(make) for _ in range(1 + choose.below(2))]) if plan.result == "update" else {}
        return plan
    plan.names = _names(make, plan)
    if plan.result == "related":
        plan.related = {"Place": "seal", "Item": "place__seal", "Seal": "place"}[root]
    _order(make, plan)
    if make.chance(40):
        plan.limit, plan.offset = choose.below(12), choose.below(6)
    return plan


def _on_total(make: KeyedMaker, kind: str) -> Condition:
    """A condition on a sum, alone or beside one on columns of the root, which change no groups."""
    total = make.look(Path("total0", kind), make.one(("exact", "not", "gt", "lte", "in", "isnull")))
    path = Path("pk", "Key") if make.root == "Place" else Path("size", "Int")
    own = make.look(path, make.one(KEY_LOOKUPS))
    return Many(make.one(("AND", "OR")), (total, own)) if make.chance(50) else total


def _names(make: KeyedMaker, plan: Plan) -> tuple[str, ...]:
    own = {"Place": ("row", "spot", "name", "size"), "Item": ("id", "name", "place_row", "size"),
           "Seal": ("id", "name", "place_spot", "size")}[plan.root]  # fmt: skip
    if plan.result == "related":
        far = {"Place": "seal", "Item": "place__seal", "Seal": "place"}[plan.root]
        return (*own, f"{far}__name", f"{far}__size")
    if plan.result == "only":
        return tuple(dict.fromkeys(make.some(own, 3)))
    if plan.result in ("values", "tuples"):
        far_names = [name for name in (path.split()[0] for path in PATHS[plan.root]) if "__" in name]
        far_names = [name for name in far_names if name.rpartition("__")[2] not in RELATIONS]
        names = [make.one(far_names) if make.chance(35) else make.one(own) for _ in range(1 + make.choose.below(3))]
        if plan.annotations:
            names = [name for name in names if name in own] or [own[0]]
        return tuple(dict.fromkeys([*names, *plan.annotations]))
    return ()


def _order(make: KeyedMaker, plan: Plan) -> None:
    """By some column, by the key, and by the keys of what repeats rows: one list is right."""
    names = [make.one("-+").strip("+") + make.one(("name", "size")) for _ in range(make.choose.below(2))]
    names.append(make.one("-+").strip("+") + "pk")
    if not plan.annotations:
        names += ["__".join((*path, "id")) for path in joined_paths(plan) if path[-1] in MANY_ROWS]
    plan.order = tuple(dict.fromkeys(names))


def _assignment(make: KeyedMaker) -> tuple[str, Term]:
    if make.chance(50):
        return "size", Arith(make.one("+-*"), Path("size", "Int"), Const(make.one((1, 2, 3))))
    return "name", Const(make.one(("a", "it's", "жук", "50%")))
