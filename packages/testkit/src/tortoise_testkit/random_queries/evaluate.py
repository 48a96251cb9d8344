"""The answer to a plan, found by plain Python over the rows.

A relation that a query mentions is joined once and shared by all that mention it, rows without partner are kept with
NULLs (an outer join), and a relation to many rows repeats those of the root: `filter`, `order_by` and `values` then
see each combination. An `exclude` is NOT over the combination. `not` and `not_in` of a relation to many rows are about
all of them and join nothing: no related row is the one that is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from tortoise_testkit.lookup_matrix.oracle import part_of
from tortoise_testkit.random_queries import documents, logic
from tortoise_testkit.random_queries.plan import (
    Agg,
    Arith,
    Choice,
    Condition,
    Const,
    Look,
    Many,
    Neg,
    Path,
    Plan,
    Scalar,
    Term,
    Within,
)  # fmt: skip
from tortoise_testkit.random_queries.rows import RELATIONS, Row, World, key_of

#: the relations that lead to many rows
MANY_ROWS = {"things", "notes", "labels", "items"}
#: columns of documents
DOCUMENTS = ("body", "sure_body")
#: a combination: relation path -> row, or None where there is no partner
Combination = dict[tuple[str, ...], Any]
Judged = Callable[[Look, Any], None]


@cache
def split(root: str, name: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """(the relations that a path follows, the column at its end: the key where it ends in a relation, parts of it)."""
    found: list[str] = []
    model, parts = root, name.split("__")
    for part in parts:
        if part not in RELATIONS[model]:
            break
        found.append(part)
        model = RELATIONS[model][part]
    rest = parts[len(found) :]
    return tuple(found), rest[0] if rest else "id", tuple(rest[1:])


def terms_in(thing: Any) -> Iterator[Path]:
    """All paths in a term or condition."""
    if isinstance(thing, Path):
        yield thing
    elif isinstance(thing, Arith):
        yield from terms_in(thing.left)
        yield from terms_in(thing.right)
    elif isinstance(thing, Choice):
        for test, value in thing.whens:
            yield from terms_in(test)
            yield from terms_in(value)
        yield from terms_in(thing.default)
    elif isinstance(thing, Agg):
        yield from terms_in(thing.arg)
        yield from terms_in(thing.condition)
    elif isinstance(thing, Look):
        yield Path("__".join([*_owner(thing), "id"]), "") if about_all(thing) else thing.path
        yield from terms_in(thing.operand)
    elif isinstance(thing, Within):
        yield thing.path
    elif isinstance(thing, Many):
        for part in thing.parts:
            yield from terms_in(part)
    elif isinstance(thing, Neg):
        yield from terms_in(thing.part)


def about_all(look: Look) -> bool:
    """True for what says that no row of a relation to many is the one, or any of those, that are named."""
    plain = look.operand is not None and not isinstance(look.operand, (Path, Arith, Choice, Const))
    return look.lookup in ("not", "not_in") and plain and look.path.name.rpartition("__")[2] in MANY_ROWS


def _owner(look: Look) -> list[str]:
    """The relations that lead to the row whose related rows a condition is about."""
    return look.path.name.split("__")[:-1]


def joined_paths(plan: Plan) -> list[tuple[str, ...]]:
    """The relation paths that a plan joins, each after those before it."""
    names = [path.name for _, condition in plan.filters for path in terms_in(condition)]
    names += [path.name for term in plan.annotations.values() for path in terms_in(term)]
    names += [*plan.group_by, *plan.names, *(name.lstrip("-") for name in plan.order)]
    found: dict[tuple[str, ...], None] = {}
    for name in names:
        relations = split(plan.root, name)[0]
        for end in range(1, len(relations) + 1):
            found[relations[:end]] = None
    return list(found)


class Evaluation:
    """One plan over one world. `nulls_first` and `order` are what the database says of NULLs and texts."""

    def __init__(self, plan: Plan, world: World, order: logic.TextOrder, nulls_first: bool, judged: Judged) -> None:
        self.plan, self.world, self.order, self.nulls_first, self.judged = plan, world, order, nulls_first, judged
        #: what the queries inside conditions gave
        self.insides: dict[int, list[Any]] = {}
        self.summing = any(isinstance(term, Agg) for term in plan.annotations.values())
        #: filters by whether they look at groups
        self.filters: dict[bool, list[tuple[bool, Condition]]] = {False: [], True: []}
        for negated, condition in plan.filters:
            self.filters[self._sums(condition)].append((negated, condition))

    # -- combinations

    def combinations(self) -> list[Combination]:
        """The root's rows, joined with all relations that the plan mentions."""
        found: list[Combination] = [{(): row} for row in self.world.tables[self.plan.root].values()]
        for path in joined_paths(self.plan):
            model = self.plan.root
            for part in path[:-1]:
                model = RELATIONS[model][part]
            found = [{**one, path: row} for one in found for row in self._partners(model, one[path[:-1]], path[-1])]
        return found

    def _partners(self, model: str, row: Row | None, relation: str) -> list[Any]:
        return (None if row is None else self.world.related(model, row, relation)) or [None]

    def read(self, name: str, one: Combination) -> Any:
        """The column at the end of a path; the key where it ends in a relation."""
        relations, column, parts = split(self.plan.root, name)
        row = one[relations]
        found = None if row is None else key_of(row) if column in ("id", "pk") else row[column]
        if parts and column in DOCUMENTS:
            return found  # its parts are read where they are compared
        return part_of(parts[0], found) if parts and found is not None else found

    # -- terms

    def value(self, term: Term, group: list[Combination]) -> Any:
        """What a term gives for a combination, or for a group of them."""
        if isinstance(term, Const):
            return term.value
        if isinstance(term, Path):
            found = self.plan.annotations.get(term.name)
            return self.read(term.name, group[0]) if found is None else self.value(found, group)
        if isinstance(term, Arith):
            return compute(term.operator, self.value(term.left, group), self.value(term.right, group))
        if isinstance(term, Choice):
            hit = next((value for test, value in term.whens if self.truth(test, group) is True), term.default)
            return self.value(hit, group)
        if isinstance(term, Scalar):
            return self._scalar(term, group[0])
        return self._aggregate(term, group)

    def _inside(self, plan: Plan) -> Evaluation:
        return Evaluation(plan, self.world, self.order, self.nulls_first, lambda look, value: None)

    def _scalar(self, term: Scalar, one: Combination) -> Any:
        outer = self.read(term.outer, one)
        found = self._inside(replace(term.plan, limit=None, offset=None))
        rows = [group for group in found.found() if outer is not None and group[0][()][term.column] == outer]
        return found.output(rows[0])[0] if rows else None

    def _aggregate(self, term: Agg, group: list[Combination]) -> Any:
        rows = [one for one in group if term.condition is None or self.truth(term.condition, [one]) is True]
        found = [value for value in (self.value(term.arg, [one]) for one in rows) if value is not None]
        if term.distinct:
            found = [value for at, value in enumerate(found) if value not in found[:at]]
        if term.name == "Count":
            return len(found)
        if not found:
            return None
        if term.name in ("Min", "Max"):
            return (min if term.name == "Min" else max)(found, key=self.order.key)
        total = sum(found[1:], found[0])
        return total if term.name == "Sum" else total / len(found)

    # -- conditions

    def truth(self, condition: Condition, group: list[Combination]) -> logic.Truth:
        """What a condition says: every part is asked, as each counts as decided."""
        if isinstance(condition, Neg):
            return logic.negation(self.truth(condition.part, group))
        if isinstance(condition, Many):
            join = logic.conjunction if condition.join == "AND" else logic.disjunction
            return join([self.truth(part, group) for part in condition.parts])
        if isinstance(condition, Within):
            return self._within(condition, self.value(condition.path, group))
        return self._look(condition, group)

    def _within(self, condition: Within, value: Any) -> logic.Truth:
        """IN of a query: NULL among its values makes unknown what is not found."""
        if id(condition) not in self.insides:
            self.insides[id(condition)] = [row[0] for row in self._inside(condition.plan).rows()]
        found = self.insides[id(condition)]
        truth = logic.disjunction([logic.equal(value, other) for other in found])
        return truth if condition.lookup == "in" else logic.negation(truth)

    def _look(self, condition: Look, group: list[Combination]) -> logic.Truth:
        if about_all(condition):
            return self._no_related(condition, group[0])
        value = self.value(condition.path, group)
        self.judged(condition, value)
        lookup, operand = condition.lookup, condition.operand
        if condition.path.kind == "Document":
            keys = split(self.plan.root, condition.path.name)[2]
            return documents.look(lookup, value, keys, operand)
        if operand is None:
            lookup, operand = ("isnull" if lookup == "exact" else "not_isnull"), True
        elif isinstance(operand, (Path, Arith, Choice, Const)):
            operand = self.value(operand, group)
        return logic.look(lookup, condition.path.kind, value, operand, self.order)

    def _no_related(self, condition: Look, one: Combination) -> logic.Truth:
        path, model = _owner(condition), self.plan.root
        for part in path:
            model = RELATIONS[model][part]
        row = one[tuple(path)]
        related = [] if row is None else self.world.related(model, row, condition.path.name.rpartition("__")[2])
        found = {key_of(other) for other in related}
        self.judged(condition, next(iter(found), None))
        named = condition.operand if condition.lookup == "not_in" else [condition.operand]
        # None in the list stands for no row at all
        return not found & {*named} and not (None in named and not found)

    # -- the result

    def groups(self) -> list[list[Combination]]:
        """Groups of combinations that pass; without aggregates each stands alone."""
        passed = [[one] for one in self.combinations() if self._passes([one], False)]
        if not (self.summing or self.plan.group_by):
            return passed
        groups: dict[Any, list[Combination]] = {}
        for [one] in passed:
            groups.setdefault(self._group_key(one), []).append(one)
        return [group for group in groups.values() if self._passes(group, True)]

    def _passes(self, group: list[Combination], having: bool) -> bool:
        for negated, condition in self.filters[having]:
            truth = self.truth(condition, group)
            if (logic.negation(truth) if negated else truth) is not True:
                return False
        return True

    def _sums(self, condition: Condition) -> bool:
        return any(isinstance(self.plan.annotations.get(path.name), Agg) for path in terms_in(condition))

    def _group_key(self, one: Combination) -> Any:
        if not self.plan.group_by:
            return key_of(one[()])
        return tuple([self.value(Path(name, ""), [one]) for name in self.plan.group_by])

    def output(self, group: list[Combination]) -> tuple[Any, ...]:
        """One row of the result."""
        names = self.plan.names or (*group[0][()], *self.plan.annotations)
        return tuple([self.value(Path(name, ""), group) for name in names])

    def found(self) -> list[list[Combination]]:
        """The groups of the result: one of each where asked, in order, without those left out by limit and offset."""
        found = self.groups()
        if self.plan.distinct:
            first: dict[str, list[Combination]] = {}
            for group in found:
                first.setdefault(repr(self.output(group)), group)
            found = list(first.values())
        for name in reversed(self.plan.order):
            found.sort(key=self._sort_key(name.lstrip("-")), reverse=name.startswith("-"))
        start = self.plan.offset or 0
        return found[start:] if self.plan.limit is None else found[start : start + self.plan.limit]

    def _sort_key(self, name: str) -> Callable[[list[Combination]], Any]:
        return lambda group: self._sort_value(self.value(Path(name, ""), group))

    def _sort_value(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return (True, tuple(map(self.order.key, value)))
        return ((value is None) is not self.nulls_first, 0 if value is None else self.order.key(value))

    def rows(self) -> list[tuple[Any, ...]]:
        """The result of a query for rows or values."""
        return [self.output(group) for group in self.found()]

    def keys(self) -> set[Any]:
        """The keys of the root's rows that the plan is about."""
        return {key_of(group[0][()]) for group in self.found()}

    def united(self) -> list[tuple[Any, ...]]:
        """The rows of a plan and of those united with it, ordered and cut as a whole."""
        own = replace(self.plan, order=(), limit=None, offset=None, united=[])
        rows = self._inside(own).rows()
        for keep, other in self.plan.united:
            rows += self._inside(other).rows()
            rows = rows if keep else list({repr(row): row for row in rows}.values())
        columns = self.plan.names
        for name in reversed(self.plan.order):
            rows.sort(key=self._column_key(columns.index(name.lstrip("-"))), reverse=name.startswith("-"))
        start = self.plan.offset or 0
        return rows[start:] if self.plan.limit is None else rows[start : start + self.plan.limit]

    def _column_key(self, at: int) -> Callable[[tuple[Any, ...]], Any]:
        return lambda row: self._sort_value(row[at])

    def prefetched(self, relation: str, plan: Plan) -> list[tuple[Any, list[Any]]]:
        """The keys of the rows, each with those of the rows that `relation` leads to and `plan` chooses."""
        inside = [group[0][()] for group in self._inside(replace(plan, limit=None, offset=None)).found()]
        end = None if plan.limit is None else (plan.offset or 0) + plan.limit
        result: list[tuple[Any, list[Any]]] = []
        for row in [group[0][()] for group in self.found()]:
            related = {key_of(other) for other in self.world.related(self.plan.root, row, relation)}
            keys = [key_of(other) for other in inside if key_of(other) in related]
            result.append((key_of(row), keys[plan.offset or 0 : end]))
        return result


def compute(operator: str, left: Any, right: Any) -> Any:
    """Arithmetic; NULL in, NULL out. The remainder has the sign of the left side, as SQL has it."""
    if left is None or right is None:
        return None
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "%":
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    assert operator == "/" and not isinstance(left, Decimal)
    return left / right
