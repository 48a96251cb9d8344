"""From what a query asks for to the tree of a SELECT, on a cache miss."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.ast.subqueries import ExistsSelect, ScalarSelect
from tortoise_core.base.errors import FieldError
from tortoise_core.query.clauses.distinct import distinct_on, distinct_rows
from tortoise_core.query.clauses.grouping import check_grouped, group_alias, may_be_total, named_groups, row_groups
from tortoise_core.query.clauses.joined import as_table, joined_row
from tortoise_core.query.clauses.locking import hinted
from tortoise_core.query.clauses.only import only_fields
from tortoise_core.query.clauses.ordering import order_by
from tortoise_core.query.clauses.related import related_rows
from tortoise_core.query.clauses.slicing import is_sliced, limit_and_offset
from tortoise_core.query.clauses.values import all_names, value
from tortoise_core.query.clauses.where import where_and_having
from tortoise_core.query.exists import Exists
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.layout import JoinedRow, Layout
from tortoise_core.query.request import Request
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term
from tortoise_core.query.steps.base import Step
from tortoise_core.query.subquery import Subquery
from tortoise_core.schema.record import Record


class QueryBuild(QueryScope):
    """The SELECT statements of one query."""

    def where_and_having(self) -> tuple[Optional[ex.Predicate], Optional[ex.Predicate]]:
        """The filters, split by whether they look at groups."""
        return where_and_having(self)

    def select_rows(self, behind: Sequence[ex.Column] = ()) -> tuple[se.Select, Layout]:
        """Whole rows, with related rows and annotations, and `behind` each further columns to tell rows apart by."""
        self._check_annotations()
        for name in self.request.named:
            if _hides(self.meta.model, name):
                raise FieldError(f'annotation "{name}" would hide {self.meta.name}.{name}; choose another name')
        if self.request.group_by:
            raise FieldError("group_by gives groups, not instances: add .values(...) or .values_list(...)")
        own, below = only_fields(self)
        fields = self.meta.columns if own is None else own
        outputs = [se.Output(self.joins.column(self.joins.root, field), None) for field in fields]
        related = related_rows(self, outputs, below)
        start = len(outputs)
        extras = [(name, self.annotation(name)) for name in self.request.annotations]
        outputs += [se.Output(term.expression, name) for name, term in extras]
        joined = self._joined_rows()
        outputs += [se.Output(term.expression, None) for row in joined for term in row.terms]
        layout = Layout(fields, related, start, tuple([(name, term.field) for name, term in extras]), joined)
        keys = [self.joins.column(self.joins.follow(r.path), field) for r in related for field in r.meta.key]
        outputs += [se.Output(column, None) for column in behind]
        return self._select(outputs, [term for _, term in extras], [*keys, *behind]), layout

    def _joined_rows(self) -> tuple[JoinedRow, ...]:
        """The rows of joined queries that instances are given."""
        if self.request.laterals and self._summing():
            names = ", ".join([f'"{name}"' for name in self.request.laterals])
            raise FieldError(f"beside aggregates an instance has no rows of {names}: name what is wanted in values()")
        return tuple([self.joined(name) for name in self.request.laterals])

    def select_keyed(self, columns: Sequence[ex.Column]) -> tuple[se.Select, Layout]:
        """Whole rows, and behind each the `columns` of a key by which they are asked for."""
        if self.request.distinct_on:
            raise FieldError("a Prefetch cannot be distinct by fields; a limit counts for each parent")
        return self.select_rows(columns)

    def select_values(
        self, names: tuple[tuple[str, str], ...], ordered: bool = True
    ) -> tuple[se.Select, tuple[Term, ...]]:
        """Named values: (key, path) each; none stands for all columns and annotations."""
        self._check_annotations()
        terms = [(path, value(self, path)) for _, path in names]
        grouped = {*self.request.group_by, *(self.request.annotations if self.request.distinct else ())}
        outputs = [se.Output(term.expression, group_alias(path) if path in grouped else None) for path, term in terms]
        found = tuple([term for _, term in terms])
        return self._select(outputs, found, [], ordered, may_be_total(self, found)), found

    def select_count(self) -> ex.Node:
        """The number of rows or groups."""
        count = (se.Output(ex.Aggregate("COUNT", ex.Star(None), False, None, types.Integer(64)), None),)
        request = self.request
        sliced = is_sliced(request)
        if not (request.group_by or request.distinct or sliced or self._summing()):
            where, _ = self.where_and_having()
            self._join_all()
            table = self.joins.table(self.joins.root)
            return se.Select(count, table, tuple(self.joins.nodes), where, (), None, (), None, None, False)
        return _outer(count, se.Derived(self.select_keys(ordered=sliced), "counted"))

    def select_exists(self) -> ex.Node:
        """One row if there is any."""
        if is_sliced(self.request):
            one = (se.Output(ex.Number(1, None), None),)
            return _outer(one, se.Derived(self.select_keys(), "found"), ex.Number(1, None))
        return _first_of(self.select_keys(ordered=False))

    def select_keys(self, ordered: bool = True) -> se.Select:
        """The keys of the rows; of groups, the grouped values."""
        if self.request.group_by:
            outputs = [se.Output(value(self, name).expression, group_alias(name)) for name in self.request.group_by]
        else:
            outputs = [se.Output(self.joins.column(self.joins.root, field), None) for field in self.meta.key]
        terms = [self.annotation(name) for name in self.request.annotations]
        return self._select(outputs, terms, [], ordered)

    def nested(self, query: Subquery) -> Term:
        inner, end = self._inside(query.record, query.steps)
        select, term = inner.select_one_value(query.pairs)
        self.position = end
        return Term(ScalarSelect(select, term.expression.type), term.field)

    def exists(self, query: Exists) -> ExistsSelect:
        inner, end = self._inside(query.record, query.steps)
        inner._check_annotations()
        select = inner.select_keys(ordered=is_sliced(inner.request))
        self.position = end
        return ExistsSelect(select)

    def join_lateral(self, name: str, lateral: Lateral) -> JoinedRow:
        inner, _ = self._inside(lateral.record, lateral.steps)
        names = lateral.pairs or all_names(inner)
        select, terms = inner.select_values(names, is_sliced(inner.request))
        keys = [key for key, _ in names]
        table = as_table(select, name, keys)
        return joined_row(name, self.joins.lateral(name, table), table, list(zip(keys, terms)))

    def _inside(self, record: type[Record], steps: Sequence[Step]) -> tuple[QueryBuild, int]:
        """(a query inside this one, the position behind its last value)."""
        request = Request()
        end = self.position
        for step in steps:
            step.declare(request, end)
            end += len(step.values)
        return QueryBuild(record._meta, self.backend, request, self.values, self), end

    def select_one_value(self, names: tuple[tuple[str, str], ...]) -> tuple[se.Select, Term]:
        """The one value of each row, for a query around this one; without names the key."""
        if len(names) > 1 or (not names and len(self.meta.key) > 1):
            raise FieldError(f"a Subquery gives one value: name one field of {self.meta.name} in values()")
        self._check_annotations()
        path = names[0][1] if names else self.meta.pk_attr
        term = value(self, path)
        grouped = {*self.request.group_by, *(self.request.annotations if self.request.distinct else ())}
        output = se.Output(term.expression, group_alias(path) if path in grouped else None)
        total = may_be_total(self, [term])
        return self._select([output], [term], [], is_sliced(self.request), total), term

    def _join_all(self) -> None:
        for name in self.request.laterals:
            self.joined(name)

    def _select(
        self,
        outputs: list[se.Output],
        terms: Sequence[Term],
        keys: list[ex.Column],
        ordered: bool = True,
        total: bool = False,
    ) -> se.Select:
        """A SELECT of `outputs`, grouped as they need it; with `total` one row if nothing tells rows apart."""
        where, having = self.where_and_having()
        self._join_all()
        named = {output.alias for output in outputs}
        total = total and having is None and not self.joins.many
        order = order_by(self, named) if ordered and not total else ()
        summing = having is not None or any(term.aggregate for term in terms) or self._summing()
        on = distinct_on(self, named)
        found: list[ex.Node] = [*on, *[entry.expression for entry in order]]
        found += [] if having is None else [having]
        if self.request.group_by:
            check_grouped(self, [*[output.expression for output in outputs], *found])
            group = named_groups(self, named)
        elif total:
            group = ()
        else:
            loose = [*[term.expression for term in terms if not term.aggregate], *found]
            group = row_groups(self, loose, keys) if summing else ()
        limit, offset = limit_and_offset(self.request)
        table = hinted(self, self.joins.table(self.joins.root))
        nodes = tuple(self.joins.nodes)
        distinct = on or self.request.distinct
        return distinct_rows(
            self, se.Select(tuple(outputs), table, nodes, where, group, having, order, limit, offset, distinct)
        )

    def _summing(self) -> bool:
        return any(self.annotation(name).aggregate for name in self.request.annotations)

    def _check_annotations(self) -> None:
        """Refuse annotations that take the name of a field."""
        for name in self.request.named:
            if name in self.meta.fields_map:
                raise FieldError(f'annotation "{name}" has the name of a field of {self.meta.name}')


def _outer(outputs: tuple[se.Output, ...], rows: se.Derived, limit: Optional[ex.Expression] = None) -> se.Select:
    return se.Select(outputs, rows, (), None, (), None, (), limit, None, False)


def _first_of(s: se.Select) -> se.Select:
    one = ex.Number(1, None)
    return se.Select(s.outputs, s.source, s.joins, s.where, s.group_by, s.having, (), one, None, s.distinct)


def _hides(model: type[Record], name: str) -> bool:
    """True if instances need their attribute `name`; what they only share with their class may be hidden."""
    found = inspect.getattr_static(model, name, None)
    return name.startswith("_") or not (found is None or isinstance(found, classmethod))
