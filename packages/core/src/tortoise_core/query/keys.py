"""Keys of several columns as one value of a condition: ``pk=(1, 2)``, ``order__in=[(1, 2), order]``."""

from __future__ import annotations

from typing import Any, Callable, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.base.errors import FieldError
from tortoise_core.query.expressions import Expression
from tortoise_core.query.scope import Term
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.keys import key_parts, lacking
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import Relation

#: from a position to the parameter, or the list, that is compared with a part of a key
PartOf = Callable[[Term], Any]


class KeyTerm(Term):
    """The columns of a key, compared with tuples; with instances too if they are the key of `relation`."""

    __slots__ = ("label", "parts", "relation")

    def __init__(self, parts: tuple[Term, ...], label: str, relation: Optional[Relation]) -> None:
        super().__init__(parts[0].expression, parts[0].field)
        self.parts, self.label, self.relation = parts, label, relation

    @property
    def columns(self) -> tuple[ex.Expression, ...]:
        """The expressions of the parts."""
        return tuple([part.expression for part in self.parts])

    def several(self) -> FieldError:
        """The error for a place that takes one column."""
        names = ", ".join([field_name(part.field) for part in self.parts])
        return FieldError(f"{self.label} is a key of several columns; name one of them: {names}")

    def whole(self, value: Any) -> tuple[Any, ...]:
        """The parts of `value`, which is a tuple or a related instance. Raises FieldError."""
        if isinstance(value, Record) and self.relation is not None:
            value = key_of_related(value, self.relation)
        return key_parts(value, [field_name(part.field) for part in self.parts], self.label)

    def picking(self, at: int, encode: ex.Encode) -> Callable[[Any], Any]:
        """An encoder that takes a whole key and gives its part `at`."""

        def encode_part(value: Any) -> Any:
            part = self.whole(value)[at]
            return part if encode is None or part is None else encode(part)

        return encode_part

    def param(self, slot: int, at: int, of: Any) -> ex.Param:
        """Part `at` of the key at position `slot` of the query's values; `of` is the query's scope."""
        param = of.slot_param(slot, self.parts[at], None, None)
        return ex.Param(param.source, param.type, self.picking(at, param.encode), param.cast)

    def items(self, slot: int, of: Any) -> tuple[ex.ListParam, ...]:
        """The list of keys at position `slot`, part by part."""
        lists = [of.slot_items(slot, part, None) for part in self.parts]
        return tuple(
            [ex.ListParam(i.source, i.type, self.picking(at, i.encode), i.width) for at, i in enumerate(lists)]
        )

    def equals(self, slot: int, of: Any) -> ex.Predicate:
        """The key at position `slot`."""
        pairs = enumerate(self.columns)
        return pr.And(tuple([pr.Compare("=", column, self.param(slot, at, of)) for at, column in pairs]))

    def among(self, slot: int, of: Any) -> ex.Predicate:
        """One of the keys at position `slot`."""
        return pr.InRows(self.columns, self.items(slot, of))

    def missing(self) -> ex.Predicate:
        """No key: a part of it is NULL."""
        return pr.Or(tuple([pr.IsNull(column, False) for column in self.columns]))

    def there(self) -> ex.Predicate:
        """A whole key."""
        return pr.And(tuple([pr.IsNull(column, True) for column in self.columns]))


def field_name(field: Optional[Field[Any]]) -> str:
    """The attribute of a column."""
    return "" if field is None else field.model_field_name


def key_of_related(value: Record, relation: Relation) -> Any:
    """The key that stands for a related instance. Raises FieldError for one of another model or without a key."""
    if not isinstance(value, relation.related_model):
        wanted = relation.related_model.__name__
        raise FieldError(f"{relation.label} is compared with a {type(value).__name__}, not a {wanted}")
    key = relation.value_of(value)
    if lacking(key):
        raise FieldError(f"{relation.label}: save the instance before using it in a query")
    return key


def key_condition(term: KeyTerm, name: str, value: Any, scope: Any) -> ex.Predicate:
    """The condition ``key__name=value``. Raises FieldError for lookups that a key of several columns has not."""
    if name in ("isnull", "not_isnull"):
        if value is not True and value is not False:
            raise FieldError(f"{term.label}__{name} takes True or False")
        scope.slot()
        return term.missing() if value is (name == "isnull") else term.there()
    if name not in ("exact", "not", "in", "not_in"):
        raise FieldError(f'{term.label} is a key of several columns, which has no lookup "{name}"')
    if isinstance(value, Expression):
        raise FieldError(f"{term.label} is a key of several columns; compare it with tuples or instances")
    if value is None:
        return term.missing() if name == "exact" else term.there()
    slot = scope.slot()
    if name in ("exact", "not"):
        found = term.equals(slot, scope)
        return found if name == "exact" else pr.Or((pr.Not(found), term.missing()))
    found = term.among(slot, scope)
    with_none = None in value
    if name == "in":
        return pr.Or((found, term.missing())) if with_none else found
    return pr.And((pr.Not(found), term.there())) if with_none else pr.Or((pr.Not(found), term.missing()))
