"""Lookups: what ``field__lookup=operand`` means. Plugins add their own by the hook below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import types
from tortoise_core.base.errors import FieldError
from tortoise_core.plugins.manager import hookspec, plugins
from tortoise_core.query.scope import Term
from tortoise_core.query.shapes import FLAG, LIST, LIST_WITH_NULL, NULL


class Operand:
    """What stands right of a lookup.

    `kind` is one of the kinds of `shapes`, or None for a plain value; `flag` holds True or False of a FLAG;
    `term` is the other expression of an EXPRESSION. `param` makes the parameter of a plain value and
    `items` that of a list; both may be asked for once or more and always mean the same value.
    """

    __slots__ = ("flag", "items", "kind", "label", "param", "term")

    def __init__(
        self,
        label: str,
        kind: Optional[str],
        flag: Any = None,
        term: Optional[Term] = None,
        param: Optional[Callable[..., ex.Param]] = None,
        items: Optional[Callable[[], ex.ListParam]] = None,
    ) -> None:
        self.label, self.kind, self.flag, self.term = label, kind, flag, term
        self.param, self.items = param, items

    def value(self) -> ex.Expression:
        """The operand as an expression. Raises FieldError where it is a list or None."""
        if self.term is not None:
            return self.term.expression
        if self.param is None:
            raise FieldError(f"{self.label} takes a value, not {'None' if self.kind == NULL else 'a list'}")
        return self.param()

    def refuse_null(self) -> None:
        """Raise FieldError if the operand is None."""
        if self.kind == NULL:
            raise FieldError(f"{self.label} cannot be compared with None; use __isnull")


Build = Callable[[Term, Operand], ex.Predicate]


def exact(term: Term, operand: Operand) -> ex.Predicate:
    """Equal; None is IS NULL."""
    if operand.kind == NULL:
        return pr.IsNull(term.expression, False)
    return pr.Compare("=", term.expression, operand.value())


def not_equal(term: Term, operand: Operand) -> ex.Predicate:
    """Different, which NULL is from any value; None is IS NOT NULL."""
    if operand.kind == NULL:
        return pr.IsNull(term.expression, True)
    return pr.Or((pr.Compare("<>", term.expression, operand.value()), pr.IsNull(term.expression, False)))


def comparison(operator: str) -> Build:
    """One of < <= > >=."""

    def compare(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        return pr.Compare(operator, term.expression, operand.value())

    return compare


def _items(operand: Operand) -> ex.ListParam:
    if operand.items is None:
        raise FieldError(f"{operand.label} takes a list")
    return operand.items()


def is_in(term: Term, operand: Operand) -> ex.Predicate:
    """One of a list; None in the list stands for NULL."""
    found = pr.InList(term.expression, _items(operand))
    if operand.kind == LIST_WITH_NULL:
        return pr.Or((found, pr.IsNull(term.expression, False)))
    return found


def not_in(term: Term, operand: Operand) -> ex.Predicate:
    """None of a list; NULL is none of them unless None is in the list."""
    missing = pr.Not(pr.InList(term.expression, _items(operand)))
    if operand.kind == LIST_WITH_NULL:
        return pr.And((missing, pr.IsNull(term.expression, True)))
    return pr.Or((missing, pr.IsNull(term.expression, False)))


def between(term: Term, operand: Operand) -> ex.Predicate:
    """From the first to the second of a pair, both included."""
    if operand.param is None:
        raise FieldError(f"{operand.label} takes a pair (low, high)")
    return pr.Between(term.expression, operand.param(0), operand.param(1))


def null_test(when_true: bool) -> Build:
    """IS NULL for True and IS NOT NULL for False, or the other way round."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        if operand.kind != FLAG:
            raise FieldError(f"{operand.label} takes True or False")
        return pr.IsNull(term.expression, operand.flag is not when_true)

    return test


def text_match(where: str, fold: bool) -> Build:
    """Literal text at a place in the column, with or without regard to case."""

    def match(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        return pr.TextMatch(as_text(term.expression), operand.value(), where, fold)

    return match


def as_text(expression: ex.Expression) -> ex.Expression:
    """`expression` as text, cast where it is of another type."""
    if isinstance(expression.type, (types.Text, types.Varchar)):
        return expression
    return ex.Cast(expression, types.Text())


#: all lookups; those in TEXT_LOOKUPS take text whatever the column is
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
    **{name: text_match(name, False) for name in ("contains", "startswith", "endswith")},
    **{f"i{name}": text_match(name, True) for name in ("contains", "startswith", "endswith")},
}
TEXT_LOOKUPS = {"iexact", "contains", "startswith", "endswith", "icontains", "istartswith", "iendswith"}
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


def find_lookup(name: str) -> Optional[Build]:
    """The lookup called `name`, or None."""
    global _asked
    present = len(plugins.manager.get_plugins()) if name not in LOOKUPS else _asked
    if present != _asked:
        _asked = present
        for found in plugins.hook.tortoise_register_lookups():
            LOOKUPS.update({key: build for key, build in found.items() if key not in LOOKUPS})
    return LOOKUPS.get(name)
