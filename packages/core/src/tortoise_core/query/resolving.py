"""Names, values and conditions of one query, resolved: the scope that its expressions see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional, TypeVar

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.subqueries import OuterColumn
from tortoise_core.ast.visit import rewrite
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import did_you_mean, shown
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.expressions import CONSTANT_TYPES
from tortoise_core.query.joins import Joins, own_column
from tortoise_core.query.keys import KeyTerm, key_of_related
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.layout import JoinedRow
from tortoise_core.query.lookups import find_lookup
from tortoise_core.query.paths import Path, end_fields, parse_path, unknown_path
from tortoise_core.query.request import Request
from tortoise_core.query.scope import ListValue, Term
from tortoise_core.query.transforms import compared_part, named_part
from tortoise_core.query.where import resolve_condition
from tortoise_core.schema.converters import operand_encoder, stand_in, text_operand
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import Relation

T = TypeVar("T")
#: what can be asked of a joined row as a whole
_IS_THERE = (("isnull",), ("not_isnull",))


class QueryScope:
    """The scope of one query: its joins, its annotations, and the position of the next value."""

    def __init__(
        self,
        meta: MetaInfo,
        backend: Backend,
        request: Request,
        values: Sequence[Any],
        around: Optional[QueryScope] = None,
    ) -> None:
        self.meta, self.backend, self.request, self.values = meta, backend, request, values
        self.around = around
        self.joins: Joins = Joins(meta, backend.clock, None if around is None else around.joins)
        self.position = 0
        self._annotations: dict[str, Term] = {}
        self._joined: dict[str, JoinedRow] = {}
        self._resolving: list[str] = []

    # -- names and values

    def path(self, name: str) -> Term:
        found = self._annotated(name)
        if found is not None:
            term, rest = found
        else:
            path = parse_path(self.meta, name)
            if path.field is None and (path.rest or (path.last is None and not path.key)):
                raise unknown_path(self.meta, name, self.request.named)
            term, rest = self._term(path), path.rest
            if isinstance(term, KeyTerm):
                raise term.several()
        part = named_part(term, rest, self.backend.clock) if rest else term
        if part is None:
            raise self.meta.unknown(name, more=self.request.named)
        return part

    def _annotated(self, name: str) -> Optional[tuple[Term, tuple[str, ...]]]:
        """The annotation, or column of a joined query, that `name` begins with, and the parts behind it."""
        request = self.request
        if not request.annotations and not request.laterals:
            return None
        head = name
        rest: tuple[str, ...] = ()
        while head not in request.annotations and head not in request.laterals:
            head, _, tail = head.rpartition("__")
            if not head:
                return None
            rest = (tail, *rest)
        return self._joined_value(head, rest) if head in request.laterals else (self.annotation(head), rest)

    def _joined_value(self, name: str, parts: tuple[str, ...]) -> tuple[Term, tuple[str, ...]]:
        """The column of a joined query that `parts` begin with, and those behind it."""
        row = self.joined(name)
        if parts in _IS_THERE:
            return row.found, parts
        for end in range(len(parts), 0, -1):
            term = row.columns.get("__".join(parts[:end]))
            if term is not None:
                return term, parts[end:]
        paths = ", ".join([f'"{name}__{key}"' for key in row.columns])
        if not parts:
            raise FieldError(f'"{name}" is a joined row, not a value: name one of its columns, {paths}')
        raise FieldError(f'the joined "{name}" has no column "{"__".join(parts)}"; it has {paths}')

    def _term(self, path: Path) -> Term:
        """What a path ends in; without a field, the key that names the related rows."""
        fields = end_fields(path)
        if len(fields) == 1:
            return self._column(path, fields[0])
        relation = path.last if not path.key else None
        label = f"{self.meta.name}.pk" if path.last is None else path.last.label
        return KeyTerm(tuple([self._column(path, field) for field in fields]), label, relation)

    def _column(self, path: Path, field: Field[Any]) -> Term:
        """A column of the rows at the end of a path, or the one before that equals it."""
        relations, last = path.relations, path.last
        own = None if last is None else own_column(last, field)
        if own is not None:
            return Term(self.joins.column(self.joins.follow(relations[:-1]), own), own)
        return Term(self.joins.column(self.joins.follow(relations), field), field)

    def relation_key(self, name: str) -> Optional[Term]:
        if name in self.request.annotations:
            return None
        path = parse_path(self.meta, name)
        if path.field is not None or path.key or path.rest or path.last is None:
            return None
        # counted rows are those that are there, so the key is the related row's own
        source = self.joins.follow(path.relations)
        parts = tuple([Term(self.joins.column(source, field), field) for field in source.meta.key])
        return parts[0] if len(parts) == 1 else KeyTerm(parts, path.last.label, path.last)

    def annotation(self, name: str) -> Term:
        """The annotation called `name`, resolved once."""
        term = self._annotations.get(name)
        if term is None:
            expression, start = self.request.annotations[name]
            term = self._annotations[name] = self._resolved(name, start, lambda: expression.resolve(self))
        return term

    def joined(self, name: str) -> JoinedRow:
        """The rows of the `Lateral` called `name`, joined once."""
        row = self._joined.get(name)
        if row is None:
            lateral, start = self.request.laterals[name]
            row = self._joined[name] = self._resolved(name, start, lambda: self.join_lateral(name, lateral))
        return row

    def _resolved(self, name: str, start: int, resolve: Callable[[], T]) -> T:
        """What `resolve` makes of the annotation `name`, whose values begin at `start`."""
        if name in self._resolving:
            raise FieldError(f'annotation "{name}" is made of itself')
        self._resolving.append(name)
        outer, self.position = self.position, start
        made = resolve()
        self.position = outer
        self._resolving.pop()
        return made

    def slot(self) -> int:
        slot, self.position = self.position, self.position + 1
        return slot

    def constant(self, value: Any) -> Term:
        slot = self.slot()
        sql_type = next((CONSTANT_TYPES[cls] for cls in type(value).__mro__ if cls in CONSTANT_TYPES), None)
        if sql_type is None:
            raise FieldError(f"a constant in an expression cannot be a {type(value).__name__}")
        if isinstance(sql_type, types.Timestamp):
            sql_type = types.Timestamp(self.backend.clock.use_tz)
        elif isinstance(sql_type, types.Time):
            sql_type = types.Time(value.tzinfo is not None)
        return Term(ex.Param(slot, sql_type, self.backend.converters(sql_type)[0], True))

    def operand(self, field: Optional[Field[Any]], like: Any = None) -> ex.Param:
        return self.slot_param(self.slot(), Term(ex.Null(None), field), None, None)

    def predicate(self, q: Any) -> ex.Predicate:
        return resolve_condition(q, self)[0]

    def nested(self, query: Any) -> Term:
        raise FieldError("a query cannot stand here")

    def exists(self, query: Any) -> ex.Predicate:
        raise FieldError("a query cannot stand here")

    def join_lateral(self, name: str, lateral: Lateral) -> JoinedRow:
        raise FieldError("a query cannot be joined here")

    def outer_path(self, name: str) -> Term:
        if self.around is None:
            raise FieldError(f'OuterRef("{name}") stands in no query inside another one')
        term = self.around.path(name)
        if term.aggregate:
            raise FieldError(f'OuterRef("{name}") cannot name an aggregate')
        return Term(rewrite(term.expression, _from_outside), term.field)  # type: ignore[arg-type]  # an expression still

    def refused_value(self, name: str) -> Term:
        raise FieldError(f'Excluded("{name}") stands in update_fields and update_where of bulk_create only')

    # -- conditions

    def target(self, key: str) -> tuple[Term, str, Optional[Relation]]:
        found = self._annotated(key)
        if found is not None:
            term, rest = compared_part(*found, self.backend.clock)
            return term, _only(rest, key, "the annotation"), None
        path = parse_path(self.meta, key)
        if path.field is None and path.last is None and not path.key:
            raise self.meta.unknown(key, "filter param", self.request.named)
        if path.field is None:
            end: MetaInfo = path.last.related_model._meta if path.last is not None else self.meta
            owner = end.name
            if path.rest and find_lookup(path.rest[0]) is None:
                hint = did_you_mean(path.rest[0], end.fields_map)
                raise FieldError(f'Unknown filter param "{key}": {owner} has no "{"__".join(path.rest)}".{hint}')
            return self._term(path), _only(path.rest, key, owner), None if path.key else path.last
        term, rest = compared_part(self._term(path), path.rest, self.backend.clock)
        return term, _only(rest, key, path.field.label), None

    def document_part(self, term: Term, path: str) -> tuple[Term, str]:
        part, rest = compared_part(term, path.split("__"), self.backend.clock, keyed=True)
        return part, "".join(rest)

    def slot_param(
        self, slot: int, term: Term, relation: Optional[Relation], part: Optional[int], key: str = ""
    ) -> ex.Param:
        sql_type = term.field.sql_type(self.backend.clock) if term.field is not None else term.expression.type
        encode = self._encoder(term, relation, key)
        if part is not None:
            encode = _pair_encoder(encode, part, key)
        if isinstance(sql_type, types.Integer):
            # a value too big for the column is no error: it just equals nothing in it
            return ex.Param(slot, types.Integer(64), encode, True)
        return ex.Param(slot, sql_type, encode, False)

    def _encoder(self, term: Term, relation: Optional[Relation], key: str) -> ex.Encode:
        field = term.field
        if field is None:
            field = stand_in(term.expression.type)
            if field is None:
                known = term.expression.type
                return None if known is None else self.backend.converters(known)[0]
        encode = operand_encoder(field, self.backend, self._label(term, key))
        return encode if relation is None else key_encoder(encode, relation)

    def _label(self, term: Term, key: str) -> str:
        """What is compared, for messages: model and field, and the condition as it was written."""
        owner = self.meta.name if term.field is None else term.field.label
        return f'{owner} ("{key}")' if key else owner

    def text_param(self, slot: int, term: Term, key: str = "") -> ex.Param:
        return ex.Param(slot, types.Text(), text_operand(self._label(term, key), self.backend), False)

    def slot_items(self, slot: int, term: Term, relation: Optional[Relation], key: str = "") -> ex.ListParam:
        value = self.values[slot]
        width = self.backend.list_width(len(value)) if isinstance(value, ListValue) else 0
        sql_type = term.field.sql_type(self.backend.clock) if term.field is not None else term.expression.type
        if isinstance(sql_type, types.Integer):
            sql_type = types.Integer(64)
        return ex.ListParam(slot, sql_type, self._encoder(term, relation, key), width)


def _from_outside(node: ex.Node) -> ex.Node:
    return OuterColumn(node.source, node.name, node.type) if isinstance(node, ex.Column) else node


def _only(rest: tuple[str, ...], key: str, owner: str) -> str:
    """The lookup that is left of a condition's name; "exact" where nothing is."""
    if len(rest) > 1:
        raise FieldError(f'Unknown filter param "{key}": {owner} has no "{"__".join(rest)}"')
    return rest[0] if rest else "exact"


def _pair_encoder(encode: ex.Encode, part: int, key: str) -> ex.Encode:
    def encode_part(pair: Any) -> Any:
        if not isinstance(pair, (tuple, list)) or len(pair) != 2 or pair[part] is None:
            raise FieldError(f"{key or 'range'} takes a pair (low, high), not {shown(pair)}")
        return pair[part] if encode is None else encode(pair[part])

    return encode_part


def key_encoder(encode: ex.Encode, relation: Relation) -> ex.Encode:
    """An encoder that takes a related instance in place of its key."""

    def encode_key(value: Any) -> Any:
        if isinstance(value, Record):
            value = key_of_related(value, relation)
        return value if encode is None or value is None else encode(value)

    return encode_key
