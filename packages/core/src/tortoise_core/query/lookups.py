"""Lookups: what ``field__lookup=operand`` means. Plugins add their own by the hook below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional

from tortoise_core.ast import documents as dc
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import types
from tortoise_core.ast.subqueries import ScalarSelect
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.plugins.manager import hookspec, plugins
from tortoise_core.plugins.types import type_registry
from tortoise_core.query.expressions import NUMBERS
from tortoise_core.query.scope import Term
from tortoise_core.query.shapes import FLAG, LIST, LIST_WITH_NULL, NULL
from tortoise_core.schema.document_keys import checked_key
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fitting import SEARCH, TEXT


class Operand:
    """What stands right of a lookup.

    `kind` is one of the kinds of `shapes`, or None for a plain value; `flag` holds True or False of a FLAG;
    `term` is the other expression of an EXPRESSION, `pair` the two of a PAIR. `param` makes the parameter of a plain
    value and `items` that of a list; both may be asked for once or more and always mean the same value.
    `like` makes the parameter of a plain value that is one of another field than the column's.
    """

    __slots__ = ("flag", "items", "kind", "label", "like", "pair", "param", "term")

    def __init__(
        self,
        label: str,
        kind: Optional[str],
        flag: Any = None,
        term: Optional[Term] = None,
        param: Optional[Callable[..., ex.Param]] = None,
        items: Optional[Callable[[], ex.ListParam]] = None,
        pair: Optional[tuple[ex.Expression, ex.Expression]] = None,
        like: Optional[Callable[[Field[Any]], ex.Param]] = None,
    ) -> None:
        self.label, self.kind, self.flag, self.term = label, kind, flag, term
        self.param, self.items, self.pair, self.like = param, items, pair, like

    def value(self) -> ex.Expression:
        """The operand as an expression. Raises FieldError where it is a list or None."""
        if self.term is not None:
            return self.term.expression
        if self.param is None:
            raise FieldError(f"{self.label} takes a value, not {'None' if self.kind == NULL else 'a list'}")
        return self.param()

    def value_of(self, field: Field[Any]) -> ex.Expression:
        """The operand as a value of `field`, where it is one and no expression. Raises FieldError as `value` does."""
        return self.value() if self.like is None else self.like(field)

    def refuse_null(self) -> None:
        """Raise FieldError if the operand is None."""
        if self.kind == NULL:
            raise FieldError(f"{self.label} cannot be compared with None; use __isnull")


TEXTS = (types.Text, types.Varchar)
Build = Callable[[Term, Operand], ex.Predicate]


def exact(term: Term, operand: Operand) -> ex.Predicate:
    """Equal; None is IS NULL."""
    if operand.kind == NULL:
        return is_null(term, False)
    return pr.Compare("=", *_sides(term, operand))


def not_equal(term: Term, operand: Operand) -> ex.Predicate:
    """Different, which NULL is from any value; None is IS NOT NULL."""
    if operand.kind == NULL:
        return is_null(term, True)
    return pr.Or((pr.Compare("<>", *_sides(term, operand)), pr.IsNull(term.expression, False)))


def is_null(term: Term, negated: bool) -> ex.Predicate:
    """NULL, or not; a part of a document is NULL where it is missing and where it is JSON's null."""
    expression = term.expression
    return pr.IsNull(as_text(expression) if isinstance(expression, dc.JsonPath) else expression, negated)


def _sides(term: Term, operand: Operand) -> tuple[ex.Expression, ex.Expression]:
    """What is compared; a part of a document with another expression as text."""
    if operand.term is not None and isinstance(term.expression, dc.JsonPath):
        return as_text(term.expression), as_text(operand.term.expression)
    if operand.term is not None:
        check_alike(operand.label, term.expression.type, operand.term.expression.type)
    return term.expression, operand.value()


def check_alike(label: str, left: Optional[types.SqlType], right: Optional[types.SqlType]) -> None:
    """Raise FieldError where numbers are compared with text, which some servers refuse and others find unequal."""
    found = {kind for side in (left, right) for kind in (NUMBERS, TEXTS) if isinstance(side, kind)}
    if len(found) == 2:
        raise FieldError(f"{label}: numbers and text do not compare; cast one of them")


def ordered(operator: str, left: ex.Expression, right: ex.Expression) -> ex.Predicate:
    """A comparison that asks for an order."""
    by_type = isinstance(left, dc.JsonPath) and isinstance(left.type, types.Json)
    return dc.JsonOrder(operator, left, right) if by_type else pr.Compare(operator, left, right)


def comparison(operator: str) -> Build:
    """One of < <= > >=."""

    def compare(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        return ordered(operator, *_sides(term, operand))

    return compare


def _items(operand: Operand) -> ex.ListParam:
    if operand.items is None:
        raise FieldError(f"{operand.label} takes a list")
    return operand.items()


def _in_items(term: Term, operand: Operand) -> ex.Predicate:
    found = None if operand.term is None else operand.term.expression
    if isinstance(found, ScalarSelect):
        return pr.InSelect((term.expression,), found.select)
    return pr.InList(term.expression, _items(operand))


def is_in(term: Term, operand: Operand) -> ex.Predicate:
    """One of a list; None in the list stands for NULL."""
    found = _in_items(term, operand)
    if operand.kind == LIST_WITH_NULL:
        return pr.Or((found, is_null(term, False)))
    return found


def not_in(term: Term, operand: Operand) -> ex.Predicate:
    """None of a list; NULL is none of them unless None is in the list."""
    missing = pr.Not(_in_items(term, operand))
    if operand.kind == LIST_WITH_NULL:
        return pr.And((missing, is_null(term, True)))
    return pr.Or((missing, pr.IsNull(term.expression, False)))


def between(term: Term, operand: Operand) -> ex.Predicate:
    """From the first to the second of a pair, both included."""
    if operand.pair is not None:
        low, high = operand.pair
    elif operand.param is not None:
        low, high = operand.param(0), operand.param(1)
    else:
        raise FieldError(f"{operand.label} takes a pair (low, high)")
    if isinstance(term.expression, dc.JsonPath):
        return pr.And((ordered(">=", term.expression, low), ordered("<=", term.expression, high)))
    return pr.Between(term.expression, low, high)


def null_test(when_true: bool) -> Build:
    """IS NULL for True and IS NOT NULL for False, or the other way round."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        if operand.kind != FLAG:
            raise FieldError(f"{operand.label} takes True or False")
        return is_null(term, operand.flag is not when_true)

    return test


def text_match(where: str, fold: bool) -> Build:
    """Literal text at a place in the column, with or without regard to case."""

    def match(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        text = operand.value()
        text = text if isinstance(text, ex.Param) else as_text(text)
        return pr.TextMatch(as_text(term.expression), text, where, fold)

    return match


def contains(term: Term, operand: Operand) -> ex.Predicate:
    """A document in a document, otherwise text in text."""
    if not isinstance(term.expression.type, types.Json) or isinstance(term.expression, dc.JsonPath):
        return text_match("contains", False)(term, operand)
    operand.refuse_null()
    return dc.JsonContains(term.expression, operand.value())


def contained_by(term: Term, operand: Operand) -> ex.Predicate:
    """A document that is part of another one."""
    operand.refuse_null()
    return dc.JsonContains(operand.value(), term.expression)


def regex(fold: bool) -> Build:
    """A regular expression found in the column, read as text."""

    def match(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        return pr.RegexMatch(as_text(term.expression), operand.value(), fold)

    return match


def search(term: Term, operand: Operand) -> ex.Predicate:
    """Words found in text by the server's full text search."""
    operand.refuse_null()
    return pr.TextSearch(as_text(term.expression), operand.value())


def conditions(term: Term, operand: Operand) -> ex.Predicate:
    """Conditions on parts of a document are taken apart before they come here."""
    raise FieldError(f"{operand.label} takes a dict of conditions, such as {{'key__subkey__gt': 1}}")


def as_text(expression: ex.Expression) -> ex.Expression:
    """`expression` as text, cast where it is of another type."""
    if isinstance(expression.type, (types.Text, types.Varchar)):
        return expression
    if isinstance(expression, dc.JsonPath):
        return dc.JsonPath(expression.document, expression.keys, types.Text())
    return ex.Cast(expression, types.Text())


def has_key(term: Term, operand: Operand) -> ex.Predicate:
    """A document with this key at its top."""
    operand.refuse_null()
    key = operand.value()
    if isinstance(key, ex.Param):
        key = ex.Param(key.source, types.Text(), checked_key, False)
    return dc.JsonHasKey(term.expression, key)


def has_keys(every: bool) -> Build:
    """A document with each, or any, of these keys at its top."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        keys = operand.value()
        if not isinstance(keys, ex.Param):
            raise FieldError(f"{operand.label} takes a list of keys")
        return dc.JsonHasKeys(term.expression, ex.Param(keys.source, None, _checked_keys(operand.label), False), every)

    return test


def _checked_keys(label: str) -> Callable[[Any], list[str]]:
    def check(keys: Any) -> list[str]:
        if not isinstance(keys, (list, tuple, set, frozenset)):
            raise FieldError(f"{label} takes a list of keys, not {shown(keys)}")
        return [checked_key(key) for key in keys]

    return check


def path_test(match: bool) -> Build:
    """A document in which a path leads to something, or with `match` to true."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        path = operand.value()
        if isinstance(path, ex.Param):
            path = ex.Param(path.source, types.Text(), checked_key, False)
        return dc.JsonPathTest(term.expression, path, match)

    return test


#: all lookups; those in TEXT_LOOKUPS take text whatever the column is, unless it is a document as a whole
LOOKUPS: dict[str, Build] = {
    "exact": exact,
    "not": not_equal,
    "gt": comparison(">"),
    "gte": comparison(">="),
    "lt": comparison("<"),
    "lte": comparison("<="),
    "in": is_in,
    "not_in": not_in,
    "range": between,
    "isnull": null_test(True),
    "not_isnull": null_test(False),
    "iexact": text_match("exact", True),
    "contains": contains,
    **{name: text_match(name, False) for name in ("startswith", "endswith")},
    **{f"i{name}": text_match(name, True) for name in ("contains", "startswith", "endswith")},
    "posix_regex": regex(False),
    "iposix_regex": regex(True),
    "search": search,
    "contained_by": contained_by,
    "has_key": has_key,
    "has_keys": has_keys(True),
    "has_any_keys": has_keys(False),
    "path_exists": path_test(False),
    "path_match": path_test(True),
    "filter": conditions,
}
TEXT_LOOKUPS = {*TEXT, *SEARCH}
LIST_KINDS = (LIST, LIST_WITH_NULL)


class LookupHooks:
    """Hooks of lookups; asked at an unknown name, once for each set of plugins."""

    @hookspec
    def tortoise_register_lookups(self) -> Mapping[str, Build]:
        """Return lookups by name, each a function of a term and an operand that gives a predicate."""
        return {}


plugins.add_hookspecs(LookupHooks)
#: how many plugins were there when they were asked last
_asked = 0


def own_lookup(term: Term, name: str) -> Optional[Build]:
    """The lookup that the type of `term` brings along, or None."""
    own = type_registry.support(term.expression.type)
    return None if own is None else own.lookups.get(name)


def find_lookup(name: str) -> Optional[Build]:
    """The lookup called `name`, or None."""
    global _asked
    present = len(plugins.manager.get_plugins()) if name not in LOOKUPS else _asked
    if present != _asked:
        _asked = present
        for found in plugins.hook.tortoise_register_lookups():
            LOOKUPS.update({key: build for key, build in found.items() if key not in LOOKUPS})
    return LOOKUPS.get(name)
