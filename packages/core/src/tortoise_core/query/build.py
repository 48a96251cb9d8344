"""From what a query asks for to the tree of a SELECT, on a cache miss."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.ast.visit import walk
from tortoise_core.base.errors import FieldError
from tortoise_core.query.paths import parse_path
from tortoise_core.query.q import Q
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term
from tortoise_core.query.where import MAX_DEPTH, resolve_condition
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import Relation


class Related(NamedTuple):
    """A related row in the result: the relation path, its model, and where its columns begin."""

    path: tuple[str, ...]
    relation: Relation
    meta: MetaInfo
    start: int


class Layout(NamedTuple):
    """Where in a result row what is found. `extras` are annotations: (name, field or None), from `extra_start`."""

    fields: tuple[Field[Any], ...]
    related: tuple[Related, ...]
    extra_start: int
    extras: tuple[tuple[str, Optional[Field[Any]]], ...]


class QueryBuild(QueryScope):
    """The SELECT statements of one query."""

    # -- clauses

    def where_and_having(self) -> tuple[Optional[ex.Predicate], Optional[ex.Predicate]]:
        """The filters, split by whether they look at groups."""
        where: list[ex.Predicate] = self._linked()
        having: list[ex.Predicate] = []
        for q, start in self.request.filters:
            self.position = start
            for part in _conjuncts(q):
                if part:
                    predicate, aggregate = resolve_condition(part, self)
                    (having if aggregate else where).append(predicate)
        return _conjunction(where), _conjunction(having)

    def _linked(self) -> list[ex.Predicate]:
        """The condition that rows are linked to given keys; joins the link table."""
        if self.request.linked is None:
            return []
        relation, slot = self.request.linked
        link = self.joins.link_root(relation)
        items = self.slot_items(slot, Term(ex.Null(None), relation.own_key[0]), None)
        return [pr.InList(ex.Column(link, relation.own_columns[0], None), items)]

    def select_linked(self) -> tuple[se.Select, Layout]:
        """Whole rows, and behind each the key it is linked to."""
        select, layout = self.select_rows()
        assert self.request.linked is not None
        relation, _ = self.request.linked
        link = self.joins.link_root(relation)
        outputs = (*select.outputs, se.Output(ex.Column(link, relation.own_columns[0], None), None))
        return se.with_outputs(select, outputs), layout

    def order_by(self, named: set[Optional[str]]) -> tuple[se.OrderBy, ...]:
        """The order asked for, otherwise that of the model. `named`: the aliases of the result."""
        names = self.request.ordering
        if names is None:
            names = () if self.request.group_by else self.meta.ordering
        return tuple([se.OrderBy(self._order_term(n.lstrip("-"), named), n.startswith("-")) for n in names])

    def _order_term(self, name: str, named: set[Optional[str]]) -> ex.Expression:
        if name in self.request.group_by:
            return self._group_term(name, named)
        term = self.path(name)
        if self.request.distinct and name in self.request.annotations:
            # DISTINCT orders by what is selected; written out twice, parameters would make it something else
            alias = next((alias for alias in (name, self._group_alias(name)) if alias in named), None)
            return term.expression if alias is None else ex.OutputRef(alias, term.expression.type)
        return term.expression

    def limit_and_offset(self) -> tuple[Optional[ex.Expression], Optional[ex.Expression]]:
        """LIMIT and OFFSET as parameters."""
        return self._size(self.request.limit), self._size(self.request.offset)

    def _size(self, slot: Optional[int]) -> Optional[ex.Expression]:
        return None if slot is None else ex.Param(slot, types.Integer(64), None, False)

    def check_annotations(self) -> None:
        """Refuse annotations that take the name of a field."""
        for name in self.request.annotations:
            if name in self.meta.fields_map:
                raise FieldError(f'annotation "{name}" has the name of a field of {self.meta.name}')

    # -- statements

    def select_rows(self) -> tuple[se.Select, Layout]:
        """Whole rows, with related rows and annotations."""
        self.check_annotations()
        for name in self.request.annotations:
            if _hides(self.meta.model, name):
                raise FieldError(f'annotation "{name}" would hide {self.meta.name}.{name}; choose another name')
        if self.request.group_by:
            raise FieldError("group_by gives groups, not instances: add .values(...) or .values_list(...)")
        fields = self.meta.columns
        outputs = [se.Output(self.joins.column(self.joins.root, field), None) for field in fields]
        related = self._related(outputs)
        start = len(outputs)
        extras = [(name, self.annotation(name)) for name in self.request.annotations]
        outputs += [se.Output(term.expression, name) for name, term in extras]
        layout = Layout(fields, related, start, tuple([(name, term.field) for name, term in extras]))
        keys = [self.joins.column(self.joins.follow(r.path), r.meta.pk) for r in related]
        return self._select(outputs, [term for _, term in extras], keys), layout

    def _related(self, outputs: list[se.Output]) -> tuple[Related, ...]:
        found: dict[tuple[str, ...], Related] = {}
        for name in self.request.select_related:
            parts = tuple(name.split("__"))
            for end in range(1, len(parts) + 1):
                path = parts[:end]
                if path not in found:
                    found[path] = self._related_row(path, outputs)
        return tuple(found.values())

    def _related_row(self, path: tuple[str, ...], outputs: list[se.Output]) -> Related:
        before = self.joins.follow(path[:-1]).meta
        relation = before.relation(path[-1])
        if relation.many:
            raise FieldError(f"{relation.label} has many rows: use prefetch_related, select_related takes one")
        source = self.joins.follow(path)
        start = len(outputs)
        outputs.extend([se.Output(self.joins.column(source, field), None) for field in source.meta.columns])
        return Related(path, relation, source.meta, start)

    def select_values(self, names: tuple[tuple[str, str], ...]) -> tuple[se.Select, tuple[Term, ...]]:
        """Named values: (key, path) each; none stands for all columns and annotations."""
        self.check_annotations()
        terms = [(path, self._value(path)) for _, path in names]
        grouped = {*self.request.group_by, *(self.request.annotations if self.request.distinct else ())}
        outputs = [
            se.Output(term.expression, self._group_alias(path) if path in grouped else None) for path, term in terms
        ]
        return self._select(outputs, [term for _, term in terms], []), tuple([term for _, term in terms])

    def _value(self, path: str) -> Term:
        if path not in self.request.annotations:
            parsed = parse_path(self.meta, path)
            if parsed.field is None and parsed.last is not None and not parsed.rest:
                hint = f'"{path}__{parsed.last.related_model._meta.pk_attr}"'
                raise FieldError(f'"{path}" is a relation; select one of its fields, such as {hint}')
        return self.path(path)

    def select_count(self) -> ex.Node:
        """The number of rows or groups."""
        if not (
            self.request.group_by
            or self.request.distinct
            or self.request.limit is not None
            or self.request.offset is not None
            or self._summing()
        ):
            where, _ = self.where_and_having()
            count = ex.Aggregate("COUNT", ex.Star(None), False, None, types.Integer(64))
            return self._plain((se.Output(count, None),), where)
        rows = self.select_keys(ordered=self.request.limit is not None or self.request.offset is not None)
        count = ex.Aggregate("COUNT", ex.Star(None), False, None, types.Integer(64))
        return se.Select(
            (se.Output(count, None),), se.Derived(rows, "counted"), (), None, (), None, (), None, None, False
        )

    def _summing(self) -> bool:
        return any(self.annotation(name).aggregate for name in self.request.annotations)

    def _plain(
        self, outputs: tuple[se.Output, ...], where: Optional[ex.Predicate], limit: Optional[ex.Expression] = None
    ) -> se.Select:
        table = self.joins.table(self.joins.root)
        return se.Select(outputs, table, tuple(self.joins.nodes), where, (), None, (), limit, None, False)

    def select_exists(self) -> ex.Node:
        """One row if there is any."""
        if self.request.limit is not None or self.request.offset is not None:
            rows = self.select_keys()
            return self._plain_from(se.Derived(rows, "found"))
        return self._first_of(self.select_keys(ordered=False))

    @staticmethod
    def _plain_from(derived: se.Derived) -> se.Select:
        one = (se.Output(ex.Number(1, None), None),)
        return se.Select(one, derived, (), None, (), None, (), ex.Number(1, None), None, False)

    @staticmethod
    def _first_of(s: se.Select) -> se.Select:
        return se.Select(
            s.outputs, s.source, s.joins, s.where, s.group_by, s.having, (), ex.Number(1, None), None, s.distinct
        )

    def select_keys(self, ordered: bool = True) -> se.Select:
        """The keys of the rows; of groups, the grouped values."""
        if self.request.group_by:
            outputs = [
                se.Output(self._value(name).expression, self._group_alias(name)) for name in self.request.group_by
            ]
        else:
            outputs = [se.Output(self.joins.column(self.joins.root, field), None) for field in self.meta.key]
        terms = [self.annotation(name) for name in self.request.annotations]
        return self._select(outputs, terms, [], ordered)

    def _select(
        self, outputs: list[se.Output], terms: Sequence[Term], keys: list[ex.Column], ordered: bool = True
    ) -> se.Select:
        where, having = self.where_and_having()
        order = self.order_by({output.alias for output in outputs}) if ordered else ()
        summing = having is not None or any(term.aggregate for term in terms) or self._summing()
        found: list[ex.Node] = [entry.expression for entry in order]
        found += [] if having is None else [having]
        if self.request.group_by:
            self._check_grouped([*[output.expression for output in outputs], *found])
            group = self._named_groups({output.alias for output in outputs})
        else:
            group = self._group([*[t.expression for t in terms if not t.aggregate], *found], keys) if summing else ()
        limit, offset = self.limit_and_offset()
        table = self.joins.table(self.joins.root)
        nodes = tuple(self.joins.nodes)
        return se.Select(
            tuple(outputs), table, nodes, where, group, having, order, limit, offset, self.request.distinct
        )

    def _named_groups(self, named: set[Optional[str]]) -> tuple[ex.Expression, ...]:
        return tuple([self._group_term(name, named) for name in self.request.group_by])

    def _check_grouped(self, nodes: Sequence[ex.Node]) -> None:
        """Refuse columns of which a group has many values; some servers would take any one of them."""
        grouped = {key for name in self.request.group_by for key in _columns_in(self._value(name).expression)}
        root = self.joins.root
        whole = {root.alias} if all((root.alias, field.column) in grouped for field in self.meta.key) else set()
        for source, name in (key for node in nodes for key in _columns_in(node)):
            if (source, name) not in grouped and source not in whole:
                raise FieldError(f'"{name}" has many values in a group: name it in group_by, or aggregate it')

    def _group(self, loose: Sequence[ex.Node], keys: list[ex.Column]) -> tuple[ex.Expression, ...]:
        """What the rows of a result are told apart by: their key, and what `loose` has of other tables."""
        root = [self.joins.column(self.joins.root, field) for field in self._group_fields()]
        seen = {(column.source, column.name) for column in (*root, *keys)}
        group: list[ex.Expression] = [*root, *keys]
        for node in (n for expression in loose for n in walk(expression, stop=(ex.Aggregate,))):
            outside = isinstance(node, ex.Column) and node.source != self.joins.root.alias
            if isinstance(node, ex.Column) and outside and (node.source, node.name) not in seen:
                seen.add((node.source, node.name))
                group.append(node)
        return tuple(group)

    def _group_fields(self) -> tuple[Field[Any], ...]:
        return self.meta.key if self.backend.capabilities.group_by_primary_key else self.meta.columns

    def _group_term(self, name: str, named: set[Optional[str]]) -> ex.Expression:
        term = self._value(name)
        if term.aggregate:
            raise FieldError(f'cannot group by "{name}", which is an aggregate')
        alias = self._group_alias(name)
        if name in self.request.annotations and alias in named:
            # by its alias: written out twice, its parameters would make it two different expressions
            return ex.OutputRef(alias, term.expression.type)
        return term.expression

    def _group_alias(self, name: str) -> str:
        """An alias that no column of the tables has, which GROUP BY would take for that column."""
        return f"{name} by group"


def _columns_in(node: ex.Node) -> list[tuple[str, str]]:
    """(source, name) of the columns outside aggregates."""
    return [(n.source, n.name) for n in walk(node, stop=(ex.Aggregate,)) if isinstance(n, ex.Column)]


def _hides(model: type[Record], name: str) -> bool:
    """True if instances need their attribute `name`; what they only share with their class may be hidden."""
    found = inspect.getattr_static(model, name, None)
    return name.startswith("_") or not (found is None or isinstance(found, classmethod))


def _conjuncts(q: Q, depth: int = 0) -> list[Q]:
    """The parts of a condition that all must hold, so that each finds its clause; order is kept."""
    if q.negated or q.join_type != Q.AND or depth > MAX_DEPTH:
        return [q]
    parts: list[Q] = []
    for child in q.children:
        parts.extend(_conjuncts(child, depth + 1))
    return parts + [Q(**{key: value}) for key, value in q.filters.items()]


def _conjunction(parts: list[ex.Predicate]) -> Optional[ex.Predicate]:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else pr.And(tuple(parts))
